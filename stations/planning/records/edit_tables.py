"""What was entered, and what was changed, as people read it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from stations.model import numbers
from stations.model.labels import label_of
from stations.model.language import current_language, listed, mark, ngettext, sentences
from stations.model.language import gettext as _
from stations.model.privacy import masked_record
from stations.model.schema import IDENTIFIERS, Kind, Place, dump, fields
from stations.planning.records.bulk import BulkPlan
from stations.planning.records.drafts import Unfinished
from stations.planning.records.edit import Saved
from stations.planning.records.entering import Checked, Draft
from stations.store.changes import StaleRecord

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Told:
    """What is to be said of a draft: of which field, if of one, how grave, and in words; an error prevents the save."""

    field: str | None
    severity: Literal["error", "warning", "note"]
    words: str


ACTIONS = {"added": mark("added"), "changed": mark("changed"), "removed": mark("taken out")}


def history_table(log: DataFrame) -> DataFrame:
    """Return `edit.history` with headers, field names and values in the reader's language; index: the revision.

    Times are those of the office: of the server's zone, which the header names.
    """
    import pandas as pd

    entries: list[Any] = log.to_dict("records")
    zone = office_zone()
    times = [dt.datetime.fromisoformat(entry["made_at"]).astimezone(zone) for entry in entries]
    columns = {
        _("When ({zone})").format(zone=zone): [f"{time:%Y-%m-%d %H:%M}" for time in times],
        _("Who"): [entry["who"] or "" for entry in entries],
        _("Number"): [entry["record"] for entry in entries],
        _("What happened"): [_(ACTIONS[what]) for what in log["action"]],
        _("Field"): [_field(entry) for entry in entries],
        _("Was"): [_value(entry, "was") for entry in entries],
        _("Is now"): [_value(entry, "is_now") for entry in entries],
        _("Since"): [entry["since"] for entry in entries],
        _("Reason"): [entry["why"] or "" for entry in entries],
        _("Document"): [entry["document_no"] or "" for entry in entries],
    }
    return pd.DataFrame(columns, index=pd.Index(log["revision"], name=_("Revision")), dtype=object)


def office_zone() -> dt.timezone:
    """Return the zone in which times are told: that of the server."""
    return dt.timezone(dt.datetime.now().astimezone().utcoffset() or dt.timedelta())


def near_in_words(verdict: Checked) -> list[str]:
    """Return a sentence for each record that may be the same place."""
    words = _("{name} ({number}) is {distance} away: the same place?")
    nowhere = {
        True: _("{name} ({number}) is called alike, and it is not known where it is: the same place?"),
        False: _("{name} ({number}) has the same address, and it is not known where it is: the same place?"),
    }
    return [
        (nowhere[hit.called_alike] if hit.distance_m != hit.distance_m else words).format(
            name=hit.name, number=hit.key, distance=numbers.distance(hit.distance_m)
        )
        for hit in verdict.near
    ]


def remarks(verdict: Checked) -> list[Told]:
    """Return what is wrong about a draft, and what is odd about it."""
    names = {header.label(current_language()): name for name, header in fields(verdict.draft.kind).items()}
    nameless = None if verdict.draft.values.get("name") else "name"
    refused = [
        Told(names.get(each.column or "", nameless), "error", _with_field(each.column, each.reason))
        for each in verdict.rejected
    ]
    odd = [
        Told(
            names.get(each.column or ""),
            "note" if each.severity == "note" else "warning",
            _with_field(each.column, sentences([each.message, each.remedy])),
        )
        for each in verdict.findings
    ]
    return [*refused, *odd]


def _with_field(column: str | None, words: str) -> str:
    named = column is None or column in words
    return words if named else _("{column}: {reason}").format(column=column, reason=words)


def saved_in_words(
    saved: Saved, before: float | None, after: float | None, *, radius_m: float, planned: bool = False
) -> str:
    """Return what a save came to: the number, and how many people more (or fewer) are within reach.

    A station that is planned reaches nobody yet.
    """
    words = _("Saved: {number}, revision {revision}.").format(number=saved.key, revision=saved.revision)
    if planned and before == after:
        return sentences([words, _("It is planned: it counts once it is in use.")])
    return sentences([words, *_reached_in_words(before, after, radius_m=radius_m)])


def many_saved_in_words(
    count: int, *, revision: int, before: float | None, after: float | None, radius_m: float
) -> str:
    """Return what it came to that `count` records were corrected at once."""
    words = ngettext(
        "Saved: {count} record, revision {revision}.", "Saved: {count} records, revision {revision}.", count
    ).format(count=f"{count:,}", revision=revision)
    return sentences([words, *_reached_in_words(before, after, radius_m=radius_m)])


def _reached_in_words(before: float | None, after: float | None, *, radius_m: float) -> list[str]:
    if before is None or after is None:
        return []
    more, fewer = _("{people} people newly within {radius}."), _("{people} people no longer within {radius}.")
    words = fewer if after < before else more
    return [words.format(people=numbers.people(abs(after - before)), radius=numbers.stated(radius_m))]


def bulk_in_words(plan: BulkPlan) -> list[str]:
    """Return how many records would change, and why each of the others cannot."""
    change = ngettext("{count} record changes", "{count} records change", len(plan.changed))
    stay = ngettext("{count} stays as it is", "{count} stay as they are", plan.unchanged)
    refused = ngettext("{count} cannot be changed so", "{count} cannot be changed so", len(plan.refused))
    counted = ((change, len(plan.changed)), (stay, plan.unchanged), (refused, len(plan.refused)))
    parts = [words.format(count=f"{count:,}") for words, count in counted if count]
    stop = "." if current_language() == "en" else "。"
    why = _("{name} ({number}): {reason}")
    return [
        listed(parts) + stop,
        *(why.format(name=each.name, number=each.key, reason=each.reason) for each in plan.refused),
    ]


def change_table(kind: Kind, before: Mapping[str, Mapping[str, Any]], changed: Sequence[Place]) -> DataFrame:
    """Return a row for each field of a record that changes, as it is and as it will be; index: the number.

    `before` are the records as they are, dumped, by identifier. Values are masked as everybody sees them.
    """
    import pandas as pd

    entries = list(field_changes(kind, before, changed))
    columns = {
        _("Field"): [_field(entry) for entry in entries],
        _("Was"): [_value(entry, "was") or numbers.unknown() for entry in entries],
        _("Is now"): [_value(entry, "is_now") or numbers.unknown() for entry in entries],
        _("Name"): [entry["name"] for entry in entries],
    }
    index = pd.Index([entry["key"] for entry in entries], name=_("Number"))
    return pd.DataFrame(columns, index=index, dtype=object)


def field_changes(
    kind: Kind, before: Mapping[str, Mapping[str, Any]], changed: Sequence[Place]
) -> Iterator[dict[str, Any]]:
    """Yield kind, key, name and field of every field that changes, with what it `was` and `is_now`, masked."""
    for record in changed:
        key = str(getattr(record, IDENTIFIERS[kind]))
        was, is_now = masked_record(before[key]), masked_record(dump(record))
        for name in {**was, **is_now}:
            if was.get(name) != is_now.get(name):
                about = {"kind": kind, "key": key, "name": is_now["name"], "field": name}
                yield {**about, "was": was.get(name), "is_now": is_now.get(name)}


def photos_in_words(digests: Sequence[str] | None) -> str:
    """Return how many photos there are, and the beginnings of their digests, by which one is told from another."""
    if not digests:
        return ""
    words = ngettext("{count} photo: {digests}", "{count} photos: {digests}", len(digests))
    return words.format(count=len(digests), digests=listed(digest[:8] for digest in digests))


def conflict_in_words(theirs: Draft) -> str:
    """Return that somebody else has saved the record that is being corrected."""
    return str(StaleRecord(record=theirs.key, found=theirs.version))


def taken_out_in_words(draft: Draft) -> str:
    """Return that somebody has taken out the record that is being corrected, and what can be done."""
    words = _(
        "Somebody has taken {number} out of the register since you opened it: this cannot be saved. What you have "
        "entered is kept; copy what is still needed. Below the list, under “What was changed last”, it can be brought "
        "back."
    )
    return words.format(number=draft.key)


def draft_value(draft: Draft, name: str) -> str:
    """Return what a draft says in a field, as people read it."""
    text = draft.values.get(name, "")
    if name not in fields(draft.kind) or not text:
        return text
    value = json.loads(text) if text[0] in "[{" else text
    return str(label_of(draft.kind, name, value, language=current_language()) or "")


def unfinished_in_words(begun: Unfinished) -> str:
    """Return what somebody has begun to enter, and when it was last touched."""
    name = begun.draft.values.get("name") or _("no name yet")
    number = f" ({begun.draft.key})" if begun.draft.key else ""
    at = begun.touched_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return _("Not saved yet: {name}{number}, last touched {at}.").format(name=name, number=number, at=at)


def _field(entry: dict[str, Any]) -> str:
    if beside := {"photos": _("Photos"), "extra": _("Other columns")}.get(entry["field"]):
        return beside
    known = fields(entry["kind"]).get(entry["field"])
    return known.label(current_language()) if known else str(entry["field"])


def _value(entry: dict[str, Any], side: str) -> str:
    kind: Kind = entry["kind"]
    value, name = entry[side], entry["field"]
    if name == "photos":
        return photos_in_words(value)
    if name == "extra":
        return listed(f"{header}: {text}" for header, text in (value or {}).items())
    shown = label_of(kind, name, value, language=current_language()) if name in fields(kind) else value
    return "" if shown is None else str(shown)
