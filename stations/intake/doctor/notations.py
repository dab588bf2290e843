"""How a list writes its coordinates: what was read in its own way, and what a refused row may have meant."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from pydantic_core import PydanticCustomError

from stations.intake.doctor.findings import Finding
from stations.intake.doctor.patient import Floats, Patient
from stations.intake.lists.coordinates import places_in
from stations.model import reading
from stations.model.crs import lon_lat, metric_points
from stations.model.language import current_language
from stations.model.language import gettext as _

NEAR_CITY_M = 2_000.0
"""A place that is put right may lie so far outside the outlines: what they may be off, and the largest datum shift."""

_PLAIN = r"[+-]?\d{1,3}(?:\.\d+)?"
_COMMA = re.compile(r"(\d{1,3})[,。、·](\d{3,})")
_AXES = ("lon", "lat")
_read = reading.angle(-1e9, 1e9)


class _Refused(NamedTuple):
    """A refused row with the cells of its coordinates, and what their numbers are."""

    row: int
    cells: Mapping[str, str]
    lon: float
    lat: float


def read_as(patient: Patient) -> Iterator[Finding]:
    """Yield coordinates that are no plain numbers and were read all the same, with the number they were read as."""
    if patient.table is None:
        return
    rows = list(patient.batch.rows)
    for axis in _AXES:
        header = patient.headers.get(axis)
        if header is None or not rows:
            continue
        cells = patient.table.cells.loc[rows, header]
        for row, text in cells[(cells != "") & ~cells.str.fullmatch(_PLAIN, flags=re.ASCII)].items():
            degrees = _read(text)
            if degrees is None:
                continue
            value = f"{degrees:.12g}"
            message = _("It was read as {number}.").format(number=value)
            remedy = _("Nothing to do, if that is right.")
            yield Finding(int(str(row)), header, text[:80], "note", message, remedy, "read_as", {header: value})


def refused(patient: Patient) -> Iterator[Finding]:
    """Yield what the coordinates of refused rows may have meant, where that can be told."""
    metric = []
    for row in _refused_rows(patient):
        if found := _comma(row) or _both(row) or _placeholder(row) or _swapped(patient, row):
            yield found
        elif min(abs(row.lon), abs(row.lat)) > 1_000:
            metric.append(row)
    if metric:
        yield from _metres(patient, metric)


def _refused_rows(patient: Patient) -> Iterator[_Refused]:
    headers = [patient.headers.get(axis) for axis in _AXES]
    if patient.table is None or None in headers:
        return
    rows = [rejection.row for rejection in patient.batch.rejected if rejection.row in patient.table.cells.index]
    cells = patient.table.cells.loc[rows, headers]
    for row, (lon, lat) in zip(rows, cells.to_numpy().tolist(), strict=True):
        if lon or lat:
            yield _Refused(row, dict(zip(map(str, headers), (lon, lat), strict=True)), _number(lon), _number(lat))


def _number(text: str) -> float:
    """Return the number that a cell holds, also with a comma for its point; NaN for none."""
    try:
        value = _read(_pointed(text))
    except PydanticCustomError:
        return math.nan
    return math.nan if value is None else value


def _pointed(text: str) -> str:
    """Return a number with a comma, or a Chinese full stop, between its decimals as it should be; others unchanged."""
    found = _COMMA.fullmatch(unicodedata.normalize("NFKC", reading.plain(text)))
    return f"{found[1]}.{found[2]}" if found else text


def _comma(row: _Refused) -> Finding | None:
    fix = {header: pointed for header, text in row.cells.items() if (pointed := _pointed(text)) != text}
    if not fix or not (73 <= row.lon <= 136 and 3 <= row.lat <= 54):
        return None
    header = next(iter(fix))
    message = _("The decimals stand after a comma: {number} is meant.").format(number=fix[header])
    remedy = _("Write a point instead of the comma.")
    return Finding(row.row, header, row.cells[header], "error", message, remedy, "decimal_comma", fix)


def _both(row: _Refused) -> Finding | None:
    """Return the finding that longitude and latitude stand in one cell of the two, the other one being empty."""
    (lon, one), (lat, other) = row.cells.items()
    places = places_in(one or other) if not (one and other) else ()
    if len(places) != 1:
        return None
    header = lon if one else lat
    fix = {axis: f"{value:.12g}" for axis, value in zip((lon, lat), places[0], strict=True)}
    message = _("Longitude and latitude stand in one cell.")
    return Finding(row.row, header, row.cells[header][:80], "error", message, _("Part them."), "both_in_one", fix)


def _placeholder(row: _Refused) -> Finding | None:
    if row.lon or row.lat:
        return None
    header = next(iter(row.cells))
    message = _("(0, 0) is a placeholder, not a place: the place is not known.")
    remedy = _("Leave both cells empty; the record is then accepted as not located.")
    fix = dict.fromkeys(row.cells, "")
    return Finding(row.row, header, row.cells[header], "error", message, remedy, "placeholder_coordinates", fix)


def _swapped(patient: Patient, row: _Refused) -> Finding | None:
    if not (3 <= row.lon <= 54 and 73 <= row.lat <= 136):
        return None
    lon, lat = row.cells
    here = _near_city(patient, np.array([row.lat]), np.array([row.lon]))[0]
    city = patient.city.label(current_language())
    words = (
        _("Longitude and latitude are swapped: exchanged, the place is in {city} or close to it.")
        if here
        else _("Longitude and latitude are swapped, but exchanged, the place is still outside {city}.")
    )
    fix = {lon: row.cells[lat], lat: row.cells[lon]} if here else {}
    remedy = _("Exchange the two.")
    return Finding(row.row, lon, row.cells[lon], "error", words.format(city=city), remedy, "swapped_axes", fix)


def _near_city(patient: Patient, lon: Floats, lat: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    import shapely

    places = shapely.points(metric_points(lon, lat, patient.city.metric_crs))
    return np.asarray(np.logical_or.reduce([shapely.dwithin(area, places, NEAR_CITY_M) for area in patient.outlines]))


def _metres(patient: Patient, rows: list[_Refused]) -> Iterator[Finding]:
    """Yield a finding for each row whose coordinates are metres, with the zone of CGCS2000 in which they fit."""
    first, second = (np.array([getattr(row, axis) for row in rows]) for axis in _AXES)
    fitting: dict[int, tuple[str, float, float]] = {}
    for east, north in ((first, second), (second, first)):  # a surveyor's X points north
        for crs, own in _zones(patient, east):
            lon, lat = lon_lat(east, north, crs)
            usable = own & np.isfinite(lon) & np.isfinite(lat)
            if usable.any():
                usable[usable] = _near_city(patient, lon[usable], lat[usable])
            fitting |= {int(at): (crs, float(lon[at]), float(lat[at])) for at in np.flatnonzero(usable)}
    city = patient.city.label(current_language())
    remedy = _(
        "Ask which system they are in (Xian 1980 and Beijing 1954 differ by about 100 m), have them converted to "
        "longitude and latitude, and import those."
    )
    for at, row in enumerate(rows):
        if at in fitting:
            crs, lon_deg, lat_deg = fitting[at]
            words = _(
                "These are metres, not degrees. In CGCS2000, {zone}, the place is {lon:.5f}, {lat:.5f}, in {city}."
            )
            message = words.format(zone=crs, lon=lon_deg, lat=lat_deg, city=city)
        else:
            words = _("These are metres, not degrees, and in no zone of CGCS2000 near {city} do they lie there.")
            message = words.format(city=city)
        header = next(iter(row.cells))
        yield Finding(row.row, header, row.cells[header], "error", message, remedy, "metres")


def _zones(patient: Patient, east: Floats) -> Iterator[tuple[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]]:
    """Yield the Gauss-Krüger zones of CGCS2000 that eastings may be in, and which of them.

    With the number of the zone before them (EPSG: 3 degrees 4513-4533, 6 degrees 4491-4501), or without one, in a
    zone of 3 degrees around the city (4534-4554).
    """
    prefix = np.floor(east / 1e6)
    for number in np.unique(prefix[(prefix >= 13) & (prefix <= 45)]).astype(int).tolist():
        if number <= 23 or number >= 25:
            yield f"EPSG:{4513 + number - 25 if number >= 25 else 4491 + number - 13}", prefix == number
    west, south, far_east, north = patient.outlines.total_bounds
    centre, _lat = lon_lat((west + far_east) / 2, (south + north) / 2, patient.city.metric_crs)
    for number in range(int(centre // 3) - 1, int(centre // 3) + 3):
        if 25 <= number <= 45:
            yield f"EPSG:{4534 + number - 25}", prefix == 0
