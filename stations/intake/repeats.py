"""The same place twice: in one list, or in a list and the register. Offered for a decision, never merged."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stations.intake.duplicates import Named, Near, pairs_between, pairs_within
from stations.intake.findings import Finding
from stations.intake.patient import Patient
from stations.model.crs import metric_points
from stations.model.language import gettext as _
from stations.model.language import listed
from stations.model.schema import IDENTIFIERS
from stations.model.vocabulary import folded

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = 3
"""Records of the register that are named for one row."""


def same_names(patient: Patient) -> Iterator[Finding]:
    """Yield later records of the name of an earlier one."""
    firsts: dict[str, int] = {}
    message = _("Row {row} has the same name.")
    remedy = _("If both are the same place, delete one row; if not, give them different names.")
    for position, name in enumerate(patient.column("name")):
        first = firsts.setdefault(folded(name), position)
        if first != position:
            words = message.format(row=patient.batch.rows[first])
            yield patient.finding(position, "name", "note", code="same_name", message=words, remedy=remedy)


def alike(patient: Patient) -> Iterator[Finding]:
    """Yield later records that are called much like an earlier one around, which each is most like."""
    named = _named(patient)
    found = pairs_within(named)
    message = _("Row {row} is called much the same and is {distance:.0f} m away: {name}.")
    remedy = _("If both are the same place, delete one row; if not, there is nothing to do.")
    told: set[int] = set()
    for at in np.lexsort((found.metres, -found.alike)).tolist():
        first, position = int(found.one[at]), int(found.other[at])
        if position in told or named.names[first] == named.names[position]:  # the very same: see `same_names`
            continue
        told.add(position)
        name = str(patient.batch.records[first].name)
        words = message.format(row=patient.batch.rows[first], distance=found.metres[at], name=name)
        yield patient.finding(position, "name", "warning", code="near_duplicate", message=words, remedy=remedy)


def resembling(patient: Patient, standing: DataFrame, *, decided: Collection[int] = ()) -> dict[int, list[Near]]:
    """Return for each row the records of the register that it may be, the most alike first.

    Left out are rows that name their record, or say of it what it says itself, and those about which somebody has
    `decided`; and the records that are named so.

    Parameters
    ----------
    patient
        A list.
    standing
        Records by identifier, with ``name``, ``address``, ``lon``, ``lat`` (WGS84) and the ``source_…`` fields.
    decided
        Rows.
    """
    identifier = IDENTIFIERS[patient.batch.kind]
    keys = [getattr(record, identifier) for record in patient.batch.records]
    others = standing[~standing.index.isin([key for key in keys if key])]
    lon, lat = (others[axis].astype(float).to_numpy() for axis in ("lon", "lat"))
    named, known = _named(patient), [folded(name) for name in others["name"]]
    found = pairs_between(named, Named(known, metric_points(lon, lat, patient.city.metric_crs)))
    rows: list[Any] = others.to_dict("records")
    told = {_told(row) for row in rows}
    hits: dict[int, list[Near]] = {}
    for at in np.lexsort((found.metres, -found.alike)).tolist():
        position, other = int(found.one[at]), int(found.other[at])
        row = patient.batch.rows[position]
        record = patient.batch.records[position]
        if keys[position] in standing.index or row in decided or _told(vars(record)) in told:
            continue
        hit = Near(str(others.index[other]), str(others["name"].iloc[other]), found.metres[at], found.alike[at])
        hits.setdefault(row, []).append(hit)
    return hits


def in_the_register(patient: Patient, hits: Mapping[int, list[Near]]) -> Iterator[Finding]:
    """Yield a finding for each row that may be a record of the register, see `resembling`."""
    positions = {row: position for position, row in enumerate(patient.batch.rows)}
    remedy = _("Say whether it is the same place: then give the row that number, or import it as a new record.")
    for row in sorted(hits):
        words = _("It may be in the register already: {records}.").format(
            records=listed(_in_words(hit) for hit in hits[row][:SHOWN])
        )
        yield patient.finding(positions[row], "name", "warning", code="near_register", message=words, remedy=remedy)


def _in_words(hit: Near) -> str:
    apart = _("place unknown") if math.isnan(hit.distance_m) else _("{metres:.0f} m away").format(metres=hit.distance_m)
    return _("{number} “{name}” ({apart})").format(number=hit.key, name=hit.name, apart=apart)


def _named(patient: Patient) -> Named:
    metres = np.full((len(patient.batch.records), 2), np.nan)
    metres[patient.located] = patient.metres
    return Named([folded(str(name)) for name in patient.column("name")], metres)


def _told(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return by what the import knows a record again that has no number."""
    place = (row.get(field) for field in ("source_lon", "source_lat", "source_datum"))
    return (
        folded(row["name"]),
        folded(row.get("address") or ""),
        *(None if _missing(each) else each for each in place),
    )


def _missing(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN differs from itself
