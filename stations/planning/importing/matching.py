"""Which rows of a file are records that the register has: by identifier, by a decision, or because nothing differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from stations.intake.doctor.duplicates import Near, near_each
from stations.intake.doctor.findings import Finding
from stations.intake.doctor.repeats import Repeat
from stations.intake.lists.records import Batch
from stations.model.choices import NEW
from stations.model.errors import BadChoice
from stations.model.language import gettext as _
from stations.model.privacy import as_known
from stations.model.schema import IDENTIFIERS, RECORDS, Place, dump
from stations.model.vocabulary import folded
from stations.planning.records.life_cycle import doubts, going_on, without_stale_place

if TYPE_CHECKING:
    from pandas import DataFrame

_COMPARED = ("name", "lon", "lat", "coord_source", "address", "district")
_SAME_WORDS = ("name", "address", "district", "union_unit")
_SAME_PLACE = ("source_lon", "source_lat", "source_datum")
_ALWAYS_STATED = ("lon", "lat", "datum", *_SAME_PLACE)


Told = Iterable[tuple[str, Mapping[str, Any]]]
"""Identifiers, and records as they were told (dumped), oldest first."""


class Earlier(NamedTuple):
    """An earlier row of the same list that may be the same place; the key of `hit` is that row."""

    hit: Near
    record: Place


@dataclass(frozen=True)
class Doubt:
    """A row that would be a new record and may be one that is there: of the register (`near`), or of an `earlier` row.

    `decided` is the identifier that was decided on, ``""`` for a new record, ``None`` before a decision.
    """

    row: int
    record: Place
    near: Sequence[Near]
    decided: str | None
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Matched:
    """New records by row, changed ones as they will be, how many rows say nothing new, and what is odd or open."""

    added: Mapping[int, Place]
    changed: Sequence[Place]
    unchanged: int
    findings: Sequence[Finding]
    doubts: Sequence[Doubt]


def matched(
    batch: Batch,
    standing: Mapping[str, dict[str, Any]],
    *,
    decided: Mapping[int, str],
    told: Callable[[], Told],
    repeats: Sequence[Repeat],
) -> Matched:
    """Return what the records of a batch are to those of the register (`standing`, dumped, by identifier).

    A record with an identifier is matched by it, one without by what was `decided` of its row, else with a record of
    the same name, address, district, union and source coordinates: as it is now, or as it was ever `told`. Of the
    latter a row is news only where it differs from what was told then, so that a list that comes again takes back no
    correction that was made since. Each standing record is matched once. A new record that may be one that is standing,
    or one of an earlier row (`repeats`), is a doubt. Raises `BadChoice` where a decision names a record that is not
    there, or that another row is.
    """
    if not (standing or decided):  # the first list of a register: nothing to compare it with
        added = dict(zip(batch.rows, batch.records, strict=True))
        return Matched(added, [], 0, [], _doubts(batch, standing, added=added, decided=decided, repeats=repeats))
    identifier, headers = IDENTIFIERS[batch.kind], batch.columns.headers
    meant = _meant(batch, standing, decided=decided)
    unknown = {row for row, key in meant.items() if key == NEW and row not in decided}
    before = _told_before(batch, unknown, told=told, free=standing.keys() - set(meant.values()))
    added = {}
    changed, unchanged, odd = [], 0, []
    for row, record in zip(batch.rows, batch.records, strict=True):
        stated = _stated(record)
        key, then = before.get(row, (meant[row], {}))
        if key not in standing:
            added[row] = record
            continue
        news = {name: value for name, value in stated.items() if name not in then or value != then[name]}
        stated, in_doubt = as_known(news, standing[key])
        odd += [_still_hidden(row, text) for text in in_doubt]
        if (merged := _merged(standing[key], stated, identifier)) == standing[key]:
            unchanged += 1
        else:
            changed.append(RECORDS[batch.kind].model_validate(merged))
            odd += doubts(standing[key], merged, row=row, headers=headers)
    open_ones = _doubts(batch, standing, added=added, decided=decided, repeats=repeats)
    return Matched(added, changed, unchanged, odd, open_ones)


def _meant(batch: Batch, standing: Mapping[str, dict[str, Any]], *, decided: Mapping[int, str]) -> dict[int, str]:
    """Return the identifier of each row: its own, the one decided on, or that of the record that is the same now."""
    named = {str(getattr(record, IDENTIFIERS[batch.kind])) for record in batch.records} - {"None"}
    _require_there(decided, standing, named)
    alike: dict[tuple[Any, ...], list[str]] = {}
    for key, known in standing.items():
        if key not in named and key not in decided.values():
            alike.setdefault(_likeness(known), []).append(key)
    meant: dict[int, str] = {}
    for row, record in zip(batch.rows, batch.records, strict=True):
        same = [] if row in decided else alike.get(_likeness(dump(record)), [])
        own = getattr(record, IDENTIFIERS[batch.kind])
        meant[row] = own or decided.get(row) or (same.pop(0) if same else NEW)
    return meant


def _told_before(
    batch: Batch, unknown: Collection[int], *, told: Callable[[], Told], free: Collection[str]
) -> dict[int, tuple[str, Mapping[str, Any]]]:
    """Return for rows that are no record as it is now a `free` one that was once told so, and how it was told."""
    records = zip(batch.rows, batch.records, strict=True)
    wanted = {row: _likeness(dump(record)) for row, record in records if row in unknown}
    once: dict[tuple[Any, ...], dict[str, Mapping[str, Any]]] = {likeness: {} for likeness in wanted.values()}
    for key, then in told() if wanted else ():
        if key in free and (likeness := _likeness(then)) in once:
            once[likeness][key] = then
    found: dict[int, tuple[str, Mapping[str, Any]]] = {}
    taken: set[str] = set()
    for row, likeness in wanted.items():
        for key in [key for key in once[likeness] if key not in taken][:1]:
            found[row] = key, once[likeness][key]
            taken.add(key)
    return found


def _still_hidden(row: int, text: str) -> Finding:
    message = _("It is not certain what is hidden in this text (*): what the register has stands.")
    remedy = _("If it has changed, type names and numbers in full.")
    return Finding(row, None, text, "warning", message, remedy, "hidden_in_doubt")


def _require_there(decided: Mapping[int, str], standing: Mapping[str, Any], named: set[str]) -> None:
    keys = [key for key in decided.values() if key != NEW]
    for key in keys:
        if key not in standing:
            raise BadChoice(what=_("Record that a row is"), value=key, offered=_("the identifier of a record"))
        if key in named or keys.count(key) > 1:
            raise BadChoice(what=_("Record that a row is"), value=key, offered=_("one that no other row is"))


def _doubts(
    batch: Batch,
    standing: Mapping[str, dict[str, Any]],
    *,
    added: Mapping[int, Place],
    decided: Mapping[int, str],
    repeats: Sequence[Repeat],
) -> list[Doubt]:
    """Return the rows about which somebody has decided, or has to."""
    told = {row: record for row, record in zip(batch.rows, batch.records, strict=True) if row in decided}
    asked = dict(sorted({**told, **added}.items()))
    earlier = _earlier(batch, asked, repeats=repeats)
    near = near_each(list(asked.values()), names_and_places(standing)) if standing else [()] * len(asked)
    return [
        Doubt(row, record, hits, decided.get(row), earlier.get(row))
        for (row, record), hits in zip(asked.items(), near, strict=True)
        if hits or row in earlier or row in decided
    ]


def _earlier(batch: Batch, asked: Mapping[int, Place], *, repeats: Sequence[Repeat]) -> dict[int, Earlier]:
    """Return for rows the earlier new one that they may be; two that have numbers of their own are two."""
    identifier, found = IDENTIFIERS[batch.kind], {}
    for position, first, metres, alike, likely in repeats:
        row, before = batch.rows[position], batch.rows[first]
        one, other = batch.records[position], batch.records[first]
        numbered = getattr(one, identifier) and getattr(other, identifier)
        if likely and row in asked and before in asked and not numbered:
            found[row] = Earlier(Near(str(before), str(other.name), metres, alike), other)
    return found


def names_and_places(standing: Mapping[str, dict[str, Any]]) -> DataFrame:
    """Return of records (dumped) what is compared to tell whether two are the same place, by identifier."""
    import pandas as pd

    rows = [[row.get(name) for name in _COMPARED] for row in standing.values()]
    return pd.DataFrame(rows, index=list(standing), columns=list(_COMPARED), dtype=object)


def _stated(record: Place) -> dict[str, Any]:
    """Return what the file says of a record, without the defaults."""
    stated = record.model_fields_set | set(_ALWAYS_STATED)
    return {key: value for key, value in dump(record).items() if key in stated}


def _merged(known: Mapping[str, Any], stated: Mapping[str, Any], identifier: str) -> dict[str, Any]:
    """Return a record as it will be: what was known and goes on, and over it what the file states."""
    named = without_stale_place(known, stated)
    extra = known.get("extra", {}) | named.get("extra", {})
    own = {identifier: known[identifier]}
    return {**going_on(known, named), **named, **own} | ({"extra": extra} if extra else {})


def _likeness(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*(folded(row.get(field) or "") for field in _SAME_WORDS), *(row.get(field) for field in _SAME_PLACE))
