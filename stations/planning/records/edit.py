"""One record written as one revision: entered, corrected, taken out, brought back; and what was written of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stations.model.accounts import Right
from stations.model.acts import Act, Action
from stations.model.errors import SavedAlready, StationsError
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.privacy import in_full
from stations.model.schema import IDENTIFIERS, RECORDS, Kind, Place, dump
from stations.model.settings import Settings
from stations.planning.access.rights import refusal, require_own
from stations.planning.coverage.assess import Question, assess
from stations.planning.importing.import_file import numbered
from stations.planning.questions import today
from stations.planning.records.entering import Checked, UnknownRecord, corrected
from stations.planning.register import city_of, open_register, planned_anew
from stations.store.changes import Changes, IdentifierTaken
from stations.store.checking import Fault
from stations.store.timeline import edited, lived

if TYPE_CHECKING:
    from pandas import DataFrame


class NotAccepted(StationsError, ValueError):
    """What was entered is no valid record. Fields: reason."""

    template = mark("{reason}")


@dataclass(frozen=True)
class Saved:
    """What was written: the record's number, and the revision."""

    key: str
    revision: int


def version(settings: Settings, kind: Kind, key: str) -> int | None:
    """Return how often a record has been written: with it somebody says which one was looked at."""
    return open_register(settings.database).version(kind, city_of(settings).adcode, key)


def people_covered(settings: Settings, *, radius_m: float) -> float | None:
    """Return how many people are within reach now; ``None`` for a city without demand data."""
    answer = assess(settings.now(), Question(radius_m))
    return answer.covered if answer.people else None


def save(settings: Settings, verdict: Checked, act: Act, *, since: dt.date | None = None) -> Saved:
    """Write what a draft makes as one revision: a new record, or another version of the one that was looked at.

    Parameters
    ----------
    verdict
        Of `checked`; findings and near ones are for people to decide.
    act
        Who, and why; a submission that wrote the same before is not written again.
    since
        The day from which it has been so; else each field holds as the register's history says of an edit.

    Raises
    ------
    NotAllowed, OtherUnion
        It is not for the user to do, or the record is not, or would not be, of the user's union.
    NotAccepted
        The draft makes no record.
    HiddenInDoubt
        Something hidden (*) in what was entered is not certain: see `stations.model.privacy.as_known`.
    SavedAlready
        The submission was written before, and said something else: see `after_all`.
    StaleRecord, IdentifierTaken
        Somebody else has saved the record since it was looked at, or a new one states the number of another.
    UnknownPhoto
        The draft has a photo that is not kept.
    RegisterUnavailable
        The register cannot be written.
    """
    standing = corrected(settings, verdict.draft)
    require_own(settings, Right.EDIT, _before_and_after(settings, verdict))
    if verdict.record is None:
        raise NotAccepted(reason=" ".join(rejection.reason for rejection in verdict.rejected))
    if verdict.draft.key is None:
        return _add(settings, verdict.draft.kind, verdict.record, act=act, since=since)
    draft, key = verdict.draft, verdict.draft.key
    record = _in_full(verdict.record, standing).model_copy(update={IDENTIFIERS[draft.kind]: key})
    _require_news(settings, record, standing, kind=draft.kind, act=act, since=since)
    versions = _meant(key, draft.version)
    changes = Changes(draft.kind, city_of(settings).adcode, changed=[record], since=since, versions=versions)
    return Saved(key, open_register(settings.database).apply([changes], act))


def refused(settings: Settings, kind: Kind, key: str) -> StationsError | None:
    """Return why the user may not change a record: `NotAllowed` or `OtherUnion`; ``None`` where he may."""
    standing = open_register(settings.database).stored(kind, city_of(settings).adcode, key=key)
    return refusal(settings, Right.EDIT, standing.values())


def refused_save(settings: Settings, verdict: Checked) -> StationsError | None:
    """Return why the user may not `save` a draft, whatever is in it; ``None`` where he may."""
    return refusal(settings, Right.EDIT, _before_and_after(settings, verdict))


def _before_and_after(settings: Settings, verdict: Checked) -> list[Mapping[str, Any]]:
    """Return the record that a draft corrects and the one it makes, dumped, as far as there are any."""
    return [*corrected(settings, verdict.draft), *([dump(verdict.record)] if verdict.record else [])]


@planned_anew(IdentifierTaken)
def _add(settings: Settings, kind: Kind, record: Place, *, act: Act, since: dt.date | None) -> Saved:
    """Write a new record under its own number, or the next free one, which others may be taking at the same time."""
    register, adcode = open_register(settings.database), city_of(settings).adcode
    (named,) = numbered([record], kind, adcode=adcode, taken=register.identifiers(kind))
    revision = register.apply([Changes(kind, adcode, added=[named], since=since)], act)
    _kind, key = register.touched(adcode, revision=revision)[0]  # of the first submission, if this is another
    if getattr(record, IDENTIFIERS[kind]) not in {None, key}:
        raise SavedAlready(revision=revision)
    return Saved(key, revision)


def _require_news(
    settings: Settings,
    record: Place,
    standing: Sequence[Mapping[str, Any]],
    *,
    kind: Kind,
    act: Act,
    since: dt.date | None,
) -> None:
    """Raise `NotAccepted` where a record says nothing new, unless the same form has been written before.

    Also where two days are given for a status. With `since` alone, the last change came on another day.
    """
    row, known = dump(record), standing[0] if standing else {}
    require_one_day(row, known, since)
    redated = _redated(settings, kind, row, since=since)
    if not redated and open_register(settings.database).written(act) is None:
        raise NotAccepted(reason=_("Nothing would change."))


def require_one_day(row: Mapping[str, Any], known: Mapping[str, Any], since: dt.date | None) -> None:
    """Raise `NotAccepted` where two days are given from which another status holds; both records are dumped."""
    turned = any(row.get(field) != known.get(field) for field in ("status", "status_on"))
    if since and turned and row.get("status_on") not in {None, since.isoformat()}:
        words = _("Two days are given: the status since {status_on}, and all of this since {since}. Give one of them.")
        raise NotAccepted(reason=words.format(status_on=row["status_on"], since=since))


def _redated(settings: Settings, kind: Kind, row: Mapping[str, Any], *, since: dt.date | None) -> bool:
    """Return whether the life of a record is another one if this has been so since then."""
    key = str(row[IDENTIFIERS[kind]])
    life = open_register(settings.database).lives(kind, city_of(settings).adcode, keys=[key]).get(key, {})
    day = since.isoformat() if since else None
    return edited(life, row, today().isoformat(), since=day) != lived(life)


def _in_full(record: Place, standing: Sequence[Mapping[str, Any]]) -> Place:
    """Return a record with what is hidden in it written out as it stands in the register."""
    return type(record).model_validate(in_full(dump(record), standing[0] if standing else {}))


def _meant(key: str, version: int | None) -> dict[str, int]:
    return {} if version is None else {key: version}


def remove(settings: Settings, kind: Kind, key: str, *, act: Act, version: int | None = None) -> Saved:
    """Take a record out that was entered by mistake, as if it had never been; the history keeps it.

    A station that closes is no mistake: its status says so. Raises `UnknownRecord`, `RegisterUnavailable`, and
    `StaleRecord` where it has another version than the one that is meant, if one is.
    """
    register, adcode = open_register(settings.database), city_of(settings).adcode
    standing = register.stored(kind, adcode, key=key)
    require_own(settings, Right.EDIT, standing.values())
    if not standing:
        raise UnknownRecord(record=key)
    changes = Changes(kind, adcode, removed=[key], versions=_meant(key, version))
    return Saved(key, register.apply([changes], act))


def restore(settings: Settings, kind: Kind, key: str, *, revision: int, act: Act, version: int | None = None) -> Saved:
    """Write a record anew as it was after a revision: a new version, so that nothing of what came later is lost.

    It is so from today on; the past stays as it was told. A status that comes back does so today, whenever it began.

    Raises as `remove` does, `UnknownRecord` also where there was none at that revision.
    """
    register, adcode = open_register(settings.database), city_of(settings).adcode
    standing, state = _now_and_then(settings, kind, key, revision=revision)
    require_own(settings, Right.EDIT, [*standing, *([state] if state else [])])
    if state is None:
        raise UnknownRecord(record=key)
    if standing and standing[0].get("status") != state.get("status"):
        state = {field: value for field, value in state.items() if field != "status_on"}
    record = RECORDS[kind].model_validate(state)
    _require_news(settings, record, standing, kind=kind, act=act, since=None)
    changes = Changes(kind, adcode, changed=[record], restored=True, versions=_meant(key, version))
    return Saved(key, register.apply([changes], act))


def refused_restore(settings: Settings, kind: Kind, key: str, *, revision: int) -> StationsError | None:
    """Return why the user may not `restore` a record as it was after a revision; ``None`` where he may."""
    standing, state = _now_and_then(settings, kind, key, revision=revision)
    return refusal(settings, Right.EDIT, [*standing, *([state] if state else [])])


def _now_and_then(
    settings: Settings, kind: Kind, key: str, *, revision: int
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Return a record as it is, if it is there, and as it was after a revision, if it was there, dumped."""
    register, adcode = open_register(settings.database), city_of(settings).adcode
    standing = list(register.stored(kind, adcode, key=key).values())
    return standing, register.state_of(kind, adcode, key, revision=revision)


def faults(settings: Settings) -> list[Fault]:
    """Return every row of the register that is not as it was written, see `stations.store.checking`."""
    return open_register(settings.database).faults()


def history(
    settings: Settings,
    *,
    kind: Kind | None = None,
    key: str | None = None,
    action: Action | None = None,
    last: int | None = None,
) -> DataFrame:
    """Return what happened to the records of a city, or to one: a row for each field that changed, newest first.

    Of everything, of one `action`, or of the `last` so many rows of the log, each of which may tell of several fields.
    Columns: those of `Register.log` up to `action`, then `field`, `was` and `is_now` (dumped values); a record that
    came or went is one row with an empty `field`.
    """
    import pandas as pd

    register, adcode = open_register(settings.database), city_of(settings).adcode
    log = register.log(adcode, kind=kind, record=key, action=action, last=last)
    rows = []
    for entry in log.to_dict("records"):
        before, after = entry.pop("before"), entry.pop("after")
        if before is None or after is None:
            rows.append({**entry, "field": "", "was": None, "is_now": None})
            continue
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        rows += [{**entry, "field": name, "was": before.get(name), "is_now": after.get(name)} for name in changed]
    columns = [*log.columns.drop(["before", "after"]), "field", "was", "is_now"]
    return pd.DataFrame(rows, columns=columns, dtype=object)
