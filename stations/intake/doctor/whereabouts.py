"""Where the records of a list lie: nowhere, outside, in another district than they say, or on each other's spot."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from stations.intake.doctor.findings import Finding
from stations.intake.doctor.patient import Patient
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.places import division_of, meant_division, union_of
from stations.model.schema import dump

SAME_PLACE_M = 5.0
_COUNTED = re.compile(r"^[一二三四五六七八九十\d]*[、.．]?|[(（]?(?:共|计)?\d+\s*[个家处座]?[)）]?$")
_BY_DEFAULT = {"name", "tier"}
COARSE_DECIMALS = 3  # of a degree: about 100 m


def not_located(patient: Patient) -> Iterator[Finding]:
    """Yield one finding for all records without coordinates, and one for those whose coordinates stand for an area."""
    without = [position for position, lon in enumerate(patient.lon) if lon is None]
    given = patient.column("lon")
    nowhere = _("Records without coordinates: {count}. They count and are listed, but are not on the map{rows}.")
    roughly = _("Records placed by their district or township alone: {count}. No measure counts them{rows}.")
    remedy = _("Add longitude and latitude when they are known.")
    for message, placed in ((nowhere, False), (roughly, True)):
        missing = [position for position in without if (given[position] is not None) is placed]
        if not missing:
            continue
        words = message.format(count=len(missing), rows=patient.listed(missing))
        yield Finding(None, patient.headers.get("lon"), None, "note", words, remedy, "not_located")


def headings(patient: Patient) -> Iterator[Finding]:
    """Yield records of a file with nothing but the name of a district: mostly the heading of the rows below."""
    message = _("There is nothing but the name of a district: this looks like a heading, not like a record.")
    remedy = _("Leave the row out; if it is a record, add what is known of it.")
    header = patient.headers.get("name")
    for position, record in enumerate(patient.batch.records if header and patient.table is not None else ()):
        name = _COUNTED.sub("", record.name or "")
        if dump(record).keys() <= _BY_DEFAULT and (division_of(patient.city, name) or union_of(patient.city, name)):
            fix = {str(header): ""}
            yield patient.finding(position, "name", "warning", code="heading", fix=fix, message=message, remedy=remedy)


def unknown_districts(patient: Patient) -> Iterator[Finding]:
    """Yield a finding for each district that the city does not have, and for each row of one that is misspelt."""
    holders: dict[str, list[int]] = {text: [] for text, code in patient.recorded.items() if code is None}
    for position, text in enumerate(patient.column("district") if holders else []):
        if text in holders:
            holders[text].append(position)
    city = patient.city.label(current_language())
    for text, positions in holders.items():
        meant = _meant(patient, text, positions)
        if meant is not None:
            words = _("{city} has no district of this name; “{meant}” is one letter away.")
            remedy = _("Write “{meant}”.").format(meant=meant)
            message = words.format(city=city, meant=meant)
            fix = {patient.headers["district"]: meant} if "district" in patient.headers else {}
            for position in positions:
                yield patient.finding(
                    position, "district", "warning", code="misspelt_district", fix=fix, message=message, remedy=remedy
                )
            continue
        words = _("{city} has no district of this name; the place on the map decides{rows}.")
        message = words.format(city=city, rows=patient.listed(positions))
        remedy = _("Nothing to do if it is a functional zone; otherwise write the name of the district.")
        yield patient.finding(positions[0], "district", "note", code="unknown_district", message=message, remedy=remedy)


def _meant(patient: Patient, text: str, positions: list[int]) -> str | None:
    """Return the district whose name is misspelt, where nothing else can be meant: every place lies there, too.

    Without any place the name must be so long that one letter leaves no doubt.
    """
    meant = meant_division(patient.city, text)
    if meant is None or meant[0] not in patient.near:
        return None
    located = np.isin(patient.located, positions)
    sure = bool(patient.near[meant[0]][located].all()) if located.any() else len(meant[1]) > 3
    return meant[1] if sure else None


def outside(patient: Patient) -> Iterator[Finding]:
    """Yield places outside the city, and outside the district that is recorded for them."""
    near, inside, language = patient.near, patient.inside, current_language()
    in_city = np.logical_or.reduce(list(near.values()))
    district = patient.column("district")
    for index, position in enumerate(patient.located.tolist()):
        recorded = patient.recorded.get(district[position] or "")
        if not in_city[index]:
            words = _("The place is outside {city}.").format(city=patient.city.label(language))
            remedy = _("Check longitude, latitude and datum, and whether it belongs to this city.")
            yield patient.finding(position, "lon", "error", code="outside_city", message=words, remedy=remedy)
        elif recorded in near and not near[recorded][index]:
            found = next((code for code in inside if inside[code][index]), None) or next(
                code for code in near if near[code][index]
            )
            words = _("The record says {recorded}, but the place is in {found}.").format(
                recorded=patient.city.division_label(recorded, language),
                found=patient.city.division_label(found, language),
            )
            remedy = _("Check the district and the coordinates. Until one is changed, the recorded district counts.")
            yield patient.finding(position, "district", "warning", code="other_district", message=words, remedy=remedy)


def rounded(patient: Patient) -> Iterator[Finding]:
    """Yield coordinates that say no more than about 100 m."""
    scaled = np.array([patient.column("source_lon"), patient.column("source_lat")], dtype=float)
    scaled *= 10**COARSE_DECIMALS
    coarse = (np.abs(scaled - scaled.round()) < 1e-6).all(axis=0)  # no number is coarse where none is given
    message = _("The coordinates have at most three decimals: the place may be 100 m off.")
    remedy = _("Give the coordinates again, with five decimals or more.")
    for position in np.flatnonzero(coarse).tolist():
        yield patient.finding(position, "lon", "note", code="rounded_coordinates", message=message, remedy=remedy)


def same_points(patient: Patient) -> Iterator[Finding]:
    """Yield later records that stand where an earlier one of another name stands."""
    names = patient.column("name")
    on_the_map = np.flatnonzero(np.isfinite(patient.metres).all(axis=1))  # what is a continent away has no metres here
    message = _("Row {row} is at the same place under another name: {name}.")
    remedy = _("If both are the same place, delete one row.")
    for later, earlier in neighbours(patient.metres[on_the_map]):
        first, position = patient.located[on_the_map[[earlier, later]]].tolist()
        if patient.names[first] != patient.names[position]:
            words = message.format(row=patient.batch.rows[first], name=names[first])
            yield patient.finding(position, "name", "note", code="same_point", message=words, remedy=remedy)


def neighbours(metres: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield each point that has an earlier one on its spot, or on the nearest other spot within `SAME_PLACE_M`.

    With that earlier one. A spot is a decimetre wide, so that any number of points on it costs nothing.
    """
    from scipy.spatial import cKDTree

    if len(metres) < 2:
        return
    spots, firsts, spot_of = np.unique(metres.round(1), axis=0, return_index=True, return_inverse=True)
    distance_m, nearest = cKDTree(spots).query(spots, k=2, distance_upper_bound=SAME_PLACE_M)
    beside = np.where(np.isfinite(distance_m[:, 1]), nearest[:, 1], np.arange(len(spots)))
    first_beside = np.minimum(firsts, firsts[beside])[spot_of.ravel()]
    for later in np.flatnonzero(first_beside < np.arange(len(metres))).tolist():
        yield later, int(first_beside[later])
