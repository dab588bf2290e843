"""Where coordinates change: from a file's datum to WGS84, and from WGS84 to a city's metric CRS and back.

Longitude stands before latitude everywhere, in degrees. CGCS2000 is treated as WGS84: the two differ by
centimetres. GCJ-02 and BD-09 have no published formula; the shifts here are the ones in common use (on the
ellipsoid of Krasovsky 1940), turned round by fixed-point iteration instead of the usual one-step subtraction.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stations.model.errors import BadCoordinates, DegreesNotMetres
from stations.model.language import mark
from stations.model.vocabulary import Datum

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from pyproj import CRS, Transformer

T = TypeVar("T")
Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Bounds = tuple[float, float, float, float]

GEOGRAPHIC = "EPSG:4326"
BAIDU_METRES = "+proj=merc +a=6378206.4 +b=6356583.8"
"""Baidu's projection of BD-09, in which its share links are: Mercator on Clarke 1866. Its own tables agree to 1 cm."""

CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north: where the GCJ-02 shift applies

_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_ANGLE = np.pi * 3000 / 180
_STEPS = 4  # each shrinks the error more than 50-fold, from 2 km at most to a third of a millimetre


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> Pair:
    """Return WGS84 coordinates of points given in `datum`.

    Parameters
    ----------
    lon, lat : array_like of float
        Degrees; scalars, sequences, arrays or Series of one shape.
    datum : Datum or str
        The datum the numbers are in, or any name it goes by.

    Returns
    -------
    lon, lat : ndarray of float64
        Degrees, in the shape given. A pair that is not two finite numbers comes back as NaN, NaN.

    Raises
    ------
    BadCoordinates
        The datum is not known.

    Notes
    -----
    There and back again agrees to 1 mm anywhere in China. Outside `CHINA_BOX` GCJ-02 is WGS84, and within
    1 km of the edge of the box (no land of China) the two directions may disagree.
    """
    x, y = _pair(lon, lat)
    match _known(datum):
        case Datum.GCJ02:
            return _wgs84_from_gcj02(x, y)
        case Datum.BD09:
            return _wgs84_from_gcj02(*_solved(_bd09_shift, x, y))
        case _:
            return x, y


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> Pair:
    """Return the coordinates in `datum` of points in WGS84: the inverse of `to_wgs84`, on the same terms."""
    x, y = _pair(lon, lat)
    match _known(datum):
        case Datum.GCJ02:
            return _gcj02_from_wgs84(x, y)
        case Datum.BD09:
            return _added(_bd09_shift, *_gcj02_from_wgs84(x, y))
        case _:
            return x, y


def _known(datum: Datum | str) -> Datum:
    known = Datum.read(datum)
    if known is None:
        raise BadCoordinates(
            reason=mark("the datum is not known."),
            remedy=mark("Choose WGS84, GCJ-02, BD-09 or CGCS2000."),
            datum=datum,
        )
    return known


def _pair(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return fresh float arrays of one shape, NaN in both where either is not finite."""
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    placed = np.isfinite(x) & np.isfinite(y)
    return np.asarray(np.where(placed, x, np.nan)), np.asarray(np.where(placed, y, np.nan))


def _in_china_box(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    west, south, east, north = CHINA_BOX
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def _gcj02_from_wgs84(lon: Floats, lat: Floats) -> Pair:
    inside = _in_china_box(lon, lat)
    lon[inside], lat[inside] = _added(_gcj02_shift, lon[inside], lat[inside])
    return lon, lat


def _wgs84_from_gcj02(lon: Floats, lat: Floats) -> Pair:
    inside = _in_china_box(lon, lat)
    lon[inside], lat[inside] = _solved(_gcj02_shift, lon[inside], lat[inside])
    return lon, lat


def _added(shift: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    east, north = shift(lon, lat)
    return np.asarray(lon + east), np.asarray(lat + north)


def _solved(shift: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """Return the point that `shift` carries to (lon, lat)."""
    x, y = lon, lat
    for _ in range(_STEPS):  # a fixed number, so that a point's result does not depend on its neighbours
        east, north = shift(x, y)
        x, y = np.asarray(lon - east), np.asarray(lat - north)
    return x, y


def _gcj02_shift(lon: Floats, lat: Floats) -> Pair:
    """Return what GCJ-02 adds to a WGS84 position, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = _wave(20, x * 6) + _wave(20, x * 2)
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north_m += _wave(20, y) + _wave(40, y / 3) + _wave(160, y / 12) + _wave(320, y / 30)
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east_m += _wave(20, x) + _wave(40, x / 3) + _wave(150, x / 12) + _wave(300, x / 30)

    latitude = np.radians(lat)
    bend = 1 - _ECCENTRICITY_2 * np.sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_2) / bend**1.5  # radius of curvature, north-south
    parallel_m = _SEMI_MAJOR_M / np.sqrt(bend) * np.cos(latitude)  # radius of the circle of latitude
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _wave(amplitude_m: float, half_turns: Floats) -> Floats:
    return amplitude_m * np.sin(half_turns * np.pi) * (2 / 3)


def _bd09_shift(lon: Floats, lat: Floats) -> Pair:
    """Return what BD-09 adds to a GCJ-02 position, in degrees."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_ANGLE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_ANGLE)
    return radius * np.cos(angle) + 0.0065 - lon, radius * np.sin(angle) + 0.006 - lat


def metric_crs(lon: float, lat: float) -> str:
    """Return the metric CRS for a city around a point in WGS84 degrees, as ``"EPSG:…"``.

    Inside `CHINA_BOX` it is CGCS2000 / 3-degree Gauss-Krüger by central meridian (EPSG:4534 at 75°E to
    EPSG:4554 at 135°E), whose scale is true on the meridian and at most 1.00035 at the edge of the zone, 1.5°
    away; elsewhere UTM on WGS84. A point midway between two meridians gets the eastern one.

    Raises
    ------
    BadCoordinates
        The numbers are no place on earth.
    """
    if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadCoordinates(
            reason=mark("longitude must lie within ±180 and latitude within ±90 degrees."),
            remedy=mark("Check that the two are not swapped."),
            lon=lon,
            lat=lat,
        )
    zone = int((lon + 1.5) // 3)
    if 25 <= zone <= 45 and _in_china_box(np.asarray(lon), np.asarray(lat)):
        return f"EPSG:{4534 + zone - 25}"
    utm = min(int((lon + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + utm}"


def points(lon: ArrayLike, lat: ArrayLike) -> GeoSeries:
    """Return points in EPSG:4326; no geometry (None) where either number is not finite.

    The index is that of `lon` when it is a Series, else a running one.
    """
    import geopandas
    import pandas as pd
    import shapely

    x, y = _pair(lon, lat)
    geometry = np.full(x.shape, None, dtype=object)
    placed = np.isfinite(x)
    geometry[placed] = shapely.points(x[placed], y[placed])
    index = lon.index if isinstance(lon, pd.Series) else None
    return geopandas.GeoSeries(geometry, index=index, crs=GEOGRAPHIC)


def metric_points(lon: ArrayLike, lat: ArrayLike, crs: str) -> Floats:
    """Return metres east and north in the metric CRS `crs` of points in WGS84 degrees.

    An (n, 2) array; a row is NaN where either number is not finite.
    """
    x, y = _pair(lon, lat)
    placed = np.isfinite(x)
    metres = np.full((*x.shape, 2), np.nan)
    metres[placed] = np.column_stack(_projected(lambda: _to_metres(crs).transform(x[placed], y[placed])))
    return metres.reshape(-1, 2)


def lon_lat(x: ArrayLike, y: ArrayLike, crs: str) -> Pair:
    """Return degrees in WGS84 of points whose first coordinate is east (or longitude) in any `crs`, also as WKT.

    A pair that has no place comes back as infinity or NaN. Raises BadCoordinates when `crs` is not known.
    """
    lon, lat = _between(crs, GEOGRAPHIC).transform(np.asarray(x, np.float64), np.asarray(y, np.float64))
    return np.asarray(lon), np.asarray(lat)


def bounds_in(bounds: Bounds, crs: str) -> Bounds:
    """Return the box in `crs` around a box in WGS84 degrees (west, south, east, north), its bulging edges included.

    Raises BadCoordinates when `crs` is not known. Infinite where the box has no place in `crs`.
    """
    west, south, east, north = _between(GEOGRAPHIC, crs).transform_bounds(*bounds, densify_pts=21)
    return west, south, east, north


def to_metric(frame: GeoDataFrame, crs: str) -> GeoDataFrame:
    """Return `frame` in the metric CRS `crs`; the input is untouched.

    Raises
    ------
    BadCoordinates
        The frame does not say what its coordinates are, or `crs` is not known.
    DegreesNotMetres
        `crs` is not a metric CRS.
    """
    _require_crs(frame)
    return _projected(lambda: frame.to_crs(_metric(crs)))


def to_geographic(frame: GeoDataFrame) -> GeoDataFrame:
    """Return `frame` in EPSG:4326; the input is untouched. Raises BadCoordinates when it has no CRS."""
    _require_crs(frame)
    return _projected(lambda: frame.to_crs(GEOGRAPHIC))


def require_metric(frame: GeoDataFrame, what: str) -> None:
    """Raise DegreesNotMetres unless `frame` is in a CRS in which lengths and areas are true metres.

    Refused are degrees, no CRS at all, units other than the metre, and Mercator, whose metre is 0.84 m long
    in Huainan. `what` names the measure, as a marked message.
    """
    if not _measures_metres(frame.crs):
        raise DegreesNotMetres(what=what, crs=mark("no CRS") if frame.crs is None else frame.crs.to_string())


def _projected(transform: Callable[[], T]) -> T:
    """Return what a transformation gives, done in the one thread that is kept for them.

    PROJ makes itself and every transformation ready once for each thread, which takes 0.06 s; a page is drawn in a new
    thread each time.
    """
    return _transforming().submit(transform).result()


@cache
def _transforming() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="projection")


def _require_crs(frame: GeoDataFrame) -> None:
    if frame.crs is None:
        raise BadCoordinates(
            reason=mark("the data does not say which coordinate reference system it is in."),
            remedy=mark("State it in the file, or set it on the data, first."),
        )


@cache
def _metric(name: str) -> CRS:
    crs = _known_crs(name)
    if not _measures_metres(crs):
        raise DegreesNotMetres(what=mark("The profile of the city"), crs=name)
    return crs


def _known_crs(name: str) -> CRS:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(name)
    except CRSError:
        raise BadCoordinates(
            reason=mark("the coordinate reference system is not known."),
            remedy=mark("Give one by its EPSG code, for example EPSG:4548."),
            crs=name,
        ) from None


def _between(first: str, second: str) -> Transformer:
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(_known_crs(first), _known_crs(second), always_xy=True)
    except ProjError:
        raise BadCoordinates(
            reason=mark("the coordinate reference system has no place on earth."),
            remedy=mark("Export the data again in WGS 84 (EPSG:4326)."),
        ) from None


def _measures_metres(crs: CRS | None) -> bool:
    if crs is None or not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        return False
    method = crs.coordinate_operation.method_name if crs.coordinate_operation else ""
    return "Mercator" not in method or "Transverse" in method


@cache
def _to_metres(name: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(GEOGRAPHIC, _metric(name), always_xy=True)
