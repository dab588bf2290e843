"""The positions of the records of a file: brought to WGS84, with what the file gave kept beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stations.model.crs import to_wgs84
from stations.model.language import gettext as _
from stations.model.schema import Place
from stations.model.vocabulary import Datum

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Problem = tuple[str, str]
"""The field at fault and the reason in words."""

AGREE_M = 1.0
"""Two statements of one position agree up to this distance: what rounding to 5 decimals may do."""

_EARTH_RADIUS_M = 6371008.8
_SOURCE = ("source_lon", "source_lat", "source_datum")


def settled(records: Sequence[Place], geometry: Pair) -> tuple[list[Place], list[Problem | None]]:
    """Return the records in WGS84, and for each what is wrong with its position, or ``None``.

    Parameters
    ----------
    records
        With coordinates in their own `datum`.
    geometry
        Longitudes and latitudes that the file gives apart from the fields, in the same datum; NaN where it gives none.

    Returns
    -------
    records
        ``lon`` and ``lat`` in WGS84, rounded to 7 decimals (1 cm); the numbers given in ``source_…``, unless the
        file has its own. A record that is not located has no datum either.
    problems
        Two statements of one position that are more than `AGREE_M` apart, or original coordinates that are incomplete.
    """
    given = _numbers(records, "lon"), _numbers(records, "lat")
    original = _numbers(records, "source_lon"), _numbers(records, "source_lat")
    lon, lat = wgs84(*given, [record.datum for record in records])
    source_apart_m = apart_m((lon, lat), wgs84(*original, [record.source_datum for record in records]))
    geometry_apart_m = apart_m(given, geometry)
    problems = [
        _problem(record, *apart)
        for record, *apart in zip(records, geometry_apart_m.tolist(), source_apart_m.tolist(), strict=True)
    ]
    moved = [
        _moved(record, x, y) for record, x, y in zip(records, lon.round(7).tolist(), lat.round(7).tolist(), strict=True)
    ]
    return moved, problems


def wgs84(lon: Floats, lat: Floats, datums: Sequence[Datum | None]) -> Pair:
    """Return WGS84 coordinates of points that each have their own datum; NaN where a datum is ``None``."""
    x, y = np.full_like(lon, np.nan), np.full_like(lat, np.nan)
    for datum in set(datums) - {None}:
        own = np.fromiter((each is datum for each in datums), dtype=bool, count=len(datums))
        x[own], y[own] = to_wgs84(lon[own], lat[own], datum)  # type: ignore[arg-type]  # None is taken out
    return x, y


def apart_m(one: Pair, other: Pair) -> Floats:
    """Return the distances in metres between points in degrees that lie close together; NaN where one is missing."""
    east = np.radians(other[0] - one[0]) * np.cos(np.radians(one[1]))
    return np.asarray(_EARTH_RADIUS_M * np.hypot(east, np.radians(other[1] - one[1])))


def _numbers(records: Sequence[Place], field: str) -> Floats:
    return np.array([getattr(record, field) for record in records], dtype=np.float64)


def _problem(record: Place, geometry_apart_m: float, source_apart_m: float) -> Problem | None:
    stated = [getattr(record, field) is not None for field in _SOURCE]
    if any(stated) and not (all(stated) and record.lon is not None):
        return "source_lon", _(
            "The original coordinates are incomplete. Longitude, latitude and datum belong together, beside the "
            "coordinates themselves: complete them, or leave them out."
        )
    if source_apart_m > AGREE_M:
        return "source_lon", _(
            "The coordinates and the original coordinates are {distance:.0f} m apart. Correct one of the two, or leave "
            "the original ones out."
        ).format(distance=source_apart_m)
    if geometry_apart_m > AGREE_M:
        return "lon", _(
            "The coordinates in the properties and in the geometry are {distance:.0f} m apart. Correct one of the two."
        ).format(distance=geometry_apart_m)
    return None


def _moved(record: Place, lon: float, lat: float) -> Place:
    if record.lon is None:
        return record.model_copy(update={"datum": None}) if record.datum else record
    original = dict(zip(_SOURCE, (record.lon, record.lat, record.datum), strict=True))
    kept = {} if record.source_lon is not None else original
    return record.model_copy(update={"lon": lon, "lat": lat, "datum": Datum.WGS84, **kept})
