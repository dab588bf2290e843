"""The data doctor: what is odd about records that were accepted. It reports and never changes anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from stations.intake.records import EXTRA, Batch
from stations.model.city import City
from stations.model.crs import metric_points, to_metric
from stations.model.hours import parse_hours
from stations.model.language import current_language, listed
from stations.model.language import gettext as _
from stations.model.places import division_of, union_of
from stations.model.privacy import holds_mobile, masked
from stations.model.schema import fields
from stations.model.vocabulary import Status, folded

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Severity = Literal["error", "warning", "note"]

OUTLINE_M = 350.0
"""How far an outline may be off: the two published ones of a city differ by 343 m at nine points out of ten."""
SAME_PLACE_M = 5.0
COARSE_DECIMALS = 3  # of a degree: about 100 m

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Finding:
    """Something odd: where (as in `Rejection`; no row where it concerns many), how grave, what, and what to do.

    An error will make maps or figures wrong, a warning may, a note is for information.
    """

    row: int | None
    column: str | None
    value: str | None
    severity: Severity
    message: str
    remedy: str


def examine(batch: Batch, *, city: City, districts: GeoDataFrame, today: dt.date | None = None) -> list[Finding]:
    """Return what is odd about the records of a batch.

    Parameters
    ----------
    batch
        Accepted records, in WGS84.
    city
        Whose district names and metric CRS are used.
    districts
        Its outlines in EPSG:4326, index: adcode.
    today
        The date after which a date lies in the future; by default the present one.

    Returns
    -------
    list of Finding
        What concerns the whole file first, then by row.

    Notes
    -----
    Outlines are good to about `OUTLINE_M`: a place is called outside the city or outside its district only when it is
    farther away than that. A functional zone written as district is compared with the division it lies in. The
    recorded district stands; the outlines only warn.
    """
    patient = _Patient(batch, city, districts)
    day = today or dt.datetime.now().astimezone().date()
    checks: tuple[Iterator[Finding], ...] = (
        _whole_file(batch),
        _not_located(patient),
        _unknown_districts(patient),
        _outside(patient),
        _hours(patient),
        _mobiles(patient),
        _future(patient, day),
        _same_names(patient),
        _same_places(patient),
        _coarse(patient),
    )
    return sorted((finding for check in checks for finding in check), key=lambda finding: finding.row or 0)


class _Patient:
    """A batch by columns, and where its records lie."""

    def __init__(self, batch: Batch, city: City, districts: GeoDataFrame) -> None:
        self.batch, self.city = batch, city
        self.headers = batch.columns.headers
        self.outlines = to_metric(districts, city.metric_crs).geometry.sort_index()

    def column(self, field: str) -> list[Any]:
        """Return the values of a field; ``None`` where the kind of record has no such field."""
        return [getattr(record, field, None) for record in self.batch.records]

    @cached_property
    def located(self) -> Integers:
        """Positions of the records that have coordinates."""
        return np.flatnonzero([record.lon is not None for record in self.batch.records])

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """Metres east and north of the located records."""
        lon, lat = (np.array(self.column(field), dtype=float)[self.located] for field in ("lon", "lat"))
        return metric_points(lon, lat, self.city.metric_crs)

    @cached_property
    def recorded(self) -> dict[str, str | None]:
        """District as written → adcode of the division it means, or ``None``."""
        return {text: self._division(text) for text in dict.fromkeys(self.column("district")) if text}

    def _division(self, text: str) -> str | None:
        zone = union_of(self.city, text)
        return division_of(self.city, text) or (zone.parent if zone else None)

    def within(self, reach_m: float) -> dict[str, Booleans]:
        """Return for each division which located records are inside it or at most `reach_m` away."""
        import shapely

        areas = {code: shapely.buffer(area, reach_m) if reach_m else area for code, area in self.outlines.items()}
        for area in areas.values():
            shapely.prepare(area)
        return {code: shapely.intersects_xy(area, self.metres) for code, area in areas.items()}

    def finding(self, position: int, field: str, severity: Severity, **words: str) -> Finding:
        """Return a finding about one field of the record at `position`; `words`: message, remedy, value if masked."""
        source = f"source_{field}"  # the file's own number, which is no longer in lon and lat
        given = source if field in {"lon", "lat"} and source not in self.headers else field
        value = words.pop("value", None) or str(getattr(self.batch.records[position], given))
        return Finding(self.batch.rows[position], self.headers.get(field), value, severity, **words)

    def listed(self, positions: Sequence[int]) -> str:
        """Return the rows of some records, the first ten of them, in brackets; what comes from no file has none."""
        if not self.batch.file:
            return ""
        rows = listed(str(self.batch.rows[position]) for position in positions[:10])
        return _(" (rows: {rows})").format(rows=rows if len(positions) <= 10 else f"{rows} …")


def _whole_file(batch: Batch) -> Iterator[Finding]:
    for notice in batch.notices:
        remedy = _("If more is wanted, move it to the sheet that is read, or import the others one by one.")
        yield Finding(None, None, None, "note", notice, remedy)
    unknown = [header for header in batch.columns.extra if header != EXTRA]
    if unknown:
        message = _("These columns are not known here and are kept as they are: {headers}.").format(
            headers=listed(header[:40] for header in unknown[:20])
        )
        remedy = _("If one of them is misspelt, correct its header and import the file again.")
        yield Finding(None, None, None, "note", message, remedy)


def _not_located(patient: _Patient) -> Iterator[Finding]:
    missing = np.setdiff1d(np.arange(len(patient.batch.records)), patient.located).tolist()
    if missing:
        message = _("Records without coordinates: {count}. They count and are listed, but are not on the map{rows}.")
        words = message.format(count=len(missing), rows=patient.listed(missing))
        remedy = _("Add longitude and latitude when they are known.")
        yield Finding(None, patient.headers.get("lon"), None, "note", words, remedy)


def _unknown_districts(patient: _Patient) -> Iterator[Finding]:
    holders: dict[str, list[int]] = {text: [] for text, code in patient.recorded.items() if code is None}
    for position, text in enumerate(patient.column("district") if holders else []):
        if text in holders:
            holders[text].append(position)
    message = _("{city} has no district of this name; the place on the map decides{rows}.")
    for positions in holders.values():
        words = message.format(city=patient.city.label(current_language()), rows=patient.listed(positions))
        remedy = _("Nothing to do if it is a functional zone; otherwise write the name of the district.")
        yield patient.finding(positions[0], "district", "note", message=words, remedy=remedy)


def _outside(patient: _Patient) -> Iterator[Finding]:
    """Yield places outside the city, and outside the district that is recorded for them."""
    near, language = patient.within(OUTLINE_M), current_language()
    in_city = np.logical_or.reduce(list(near.values()))
    inside = patient.within(0)
    district = patient.column("district")
    for index, position in enumerate(patient.located.tolist()):
        recorded = patient.recorded.get(district[position] or "")
        if not in_city[index]:
            words = _("The place is outside {city}.").format(city=patient.city.label(language))
            remedy = _("Check longitude, latitude and datum, and whether it belongs to this city.")
            yield patient.finding(position, "lon", "error", message=words, remedy=remedy)
        elif recorded in near and not near[recorded][index]:
            found = next((code for code in inside if inside[code][index]), None) or next(
                code for code in near if near[code][index]
            )
            words = _("The record says {recorded}, but the place is in {found}.").format(
                recorded=patient.city.division_label(recorded, language),
                found=patient.city.division_label(found, language),
            )
            remedy = _("Check the district and the coordinates. Until one is changed, the recorded district counts.")
            yield patient.finding(position, "district", "warning", message=words, remedy=remedy)


def _hours(patient: _Patient) -> Iterator[Finding]:
    unclear = {text: parse_hours(text) is None for text in dict.fromkeys(patient.column("opening_hours")) if text}
    message = _("The opening hours are not understood; they are kept as written and count as not known.")
    example = fields("station")["opening_hours"].example
    remedy = _("Write them like “{example}” or “{all_day}”.").format(example=example, all_day=_("24 hours"))
    for position, text in enumerate(patient.column("opening_hours")):
        if unclear.get(text):
            yield patient.finding(position, "opening_hours", "warning", message=message, remedy=remedy)


def _mobiles(patient: _Patient) -> Iterator[Finding]:
    message = _("This looks like a personal mobile number. It is hidden from viewers and left out of exports.")
    remedy = _("Give a landline of the station or of its union, if there is one.")
    for position, text in enumerate(patient.column("contact_phone")):
        if holds_mobile(text):
            shown = masked(text) or ""
            yield patient.finding(position, "contact_phone", "warning", message=message, remedy=remedy, value=shown)


def _future(patient: _Patient, today: dt.date) -> Iterator[Finding]:
    planned = [status is Status.PLANNED for status in patient.column("status")]
    message, remedy = _("The date lies in the future."), _("Check the date.")
    for field in ("opened_on", "status_on", "verified_on"):
        for position, date in enumerate(patient.column(field)):
            if date and date > today and not (field == "opened_on" and planned[position]):
                yield patient.finding(position, field, "warning", message=message, remedy=remedy)


def _same_names(patient: _Patient) -> Iterator[Finding]:
    firsts: dict[str, int] = {}
    message = _("Row {row} has the same name.")
    remedy = _("If both are the same place, delete one row; if not, give them different names.")
    for position, name in enumerate(patient.column("name")):
        first = firsts.setdefault(folded(name), position)
        if first != position:
            words = message.format(row=patient.batch.rows[first])
            yield patient.finding(position, "name", "note", message=words, remedy=remedy)


def _same_places(patient: _Patient) -> Iterator[Finding]:
    """Yield later records that stand where an earlier one of another name stands."""
    names = patient.column("name")
    message = _("Row {row} is at the same place under another name: {name}.")
    remedy = _("If both are the same place, delete one row.")
    for later, earlier in _neighbours(patient.metres):
        first, position = patient.located[earlier], patient.located[later]
        if folded(names[first]) != folded(names[position]):
            words = message.format(row=patient.batch.rows[first], name=names[first])
            yield patient.finding(position, "name", "note", message=words, remedy=remedy)


def _neighbours(metres: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
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


def _coarse(patient: _Patient) -> Iterator[Finding]:
    scaled = np.array([patient.column("source_lon"), patient.column("source_lat")], dtype=float)
    scaled *= 10**COARSE_DECIMALS
    coarse = (np.abs(scaled - scaled.round()) < 1e-6).all(axis=0)  # no number is coarse where none is given
    message = _("The coordinates have at most three decimals: the place may be 100 m off.")
    remedy = _("Give the coordinates again, with five decimals or more.")
    for position in np.flatnonzero(coarse).tolist():
        yield patient.finding(position, "lon", "note", message=message, remedy=remedy)
