"""Which rows of a file are records that the register has: by identifier, by a decision, or because nothing differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stations.intake.duplicates import Near, near_each
from stations.intake.findings import Finding
from stations.intake.records import Batch
from stations.model.choices import NEW
from stations.model.errors import BadChoice
from stations.model.language import gettext as _
from stations.model.privacy import as_known
from stations.model.schema import IDENTIFIERS, RECORDS, Place, dump
from stations.model.vocabulary import folded
from stations.planning.life_cycle import doubts, going_on, without_stale_place

if TYPE_CHECKING:
    from pandas import DataFrame

_COMPARED = ("name", "lon", "lat", "coord_source")
_SAME_PLACE = ("source_lon", "source_lat", "source_datum")
_ALWAYS_STATED = ("lon", "lat", "datum", *_SAME_PLACE)


@dataclass(frozen=True)
class Doubt:
    """A row that would be a new record and may be one that the register has: `near` it, or called alike.

    `decided` is the identifier that was decided on, ``""`` for a new record, ``None`` before a decision.
    """

    row: int
    record: Place
    near: Sequence[Near]
    decided: str | None


@dataclass(frozen=True)
class Matched:
    """New records, changed ones as they will be, how many rows say nothing new, and what is odd or open about them."""

    added: Sequence[Place]
    changed: Sequence[Place]
    unchanged: int
    findings: Sequence[Finding]
    doubts: Sequence[Doubt]


def matched(batch: Batch, standing: Mapping[str, dict[str, Any]], *, decided: Mapping[int, str]) -> Matched:
    """Return what the records of a batch are to those of the register (`standing`, dumped, by identifier).

    A record with an identifier is matched by it, one without by what was `decided` of its row, else with a record of
    the same name, address and source coordinates; each standing record is matched once. Raises `BadChoice` where a
    decision names a record that is not there, or that another row is.
    """
    if not (standing or decided):  # the first list of a register: nothing to compare it with
        return Matched(batch.records, [], 0, [], [])
    identifier, headers = IDENTIFIERS[batch.kind], batch.columns.headers
    named = {str(getattr(record, identifier)) for record in batch.records} - {"None"}
    _require_there(decided, standing, named)
    alike: dict[tuple[Any, ...], list[str]] = {}
    for key, known in standing.items():
        if key not in named and key not in decided.values():
            alike.setdefault(_likeness(known), []).append(key)
    added: dict[int, Place] = {}
    changed, unchanged, odd = [], 0, []
    for row, record in zip(batch.rows, batch.records, strict=True):
        stated = _stated(record)
        same = [] if row in decided else alike.get(_likeness(stated), [])
        key = stated.get(identifier) or decided.get(row) or (same.pop(0) if same else NEW)
        if key not in standing:
            added[row] = record
            continue
        stated, in_doubt = as_known(stated, standing[key])
        odd += [_still_hidden(row, text) for text in in_doubt]
        if (merged := _merged(standing[key], stated, identifier)) == standing[key]:
            unchanged += 1
        else:
            changed.append(RECORDS[batch.kind].model_validate(merged))
            odd += doubts(standing[key], merged, row=row, headers=headers)
    open_ones = _doubts(batch, standing, added=added, decided=decided)
    return Matched(list(added.values()), changed, unchanged, odd, open_ones)


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
    batch: Batch, standing: Mapping[str, dict[str, Any]], *, added: Mapping[int, Place], decided: Mapping[int, str]
) -> list[Doubt]:
    """Return the rows about which somebody has decided, or has to."""
    if not standing:
        return []
    told = {row: record for row, record in zip(batch.rows, batch.records, strict=True) if row in decided}
    asked = dict(sorted({**told, **added}.items()))
    found = zip(asked.items(), near_each(list(asked.values()), names_and_places(standing)), strict=True)
    return [Doubt(row, record, hits, decided.get(row)) for (row, record), hits in found if hits or row in decided]


def names_and_places(standing: Mapping[str, dict[str, Any]]) -> DataFrame:
    """Return ``name``, ``lon``, ``lat`` and ``coord_source`` of records (dumped), by identifier."""
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
    return (folded(row["name"]), folded(row.get("address") or ""), *(row.get(field) for field in _SAME_PLACE))
