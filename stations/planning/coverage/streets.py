"""The street networks of a city: imported once from an OpenStreetMap file, kept beside the register, ready to use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import shapely

from stations.analysis.network import Network, build
from stations.intake.street_files.streets import Bounds, read_streets
from stations.model import places
from stations.model.accounts import Right
from stations.model.crs import metric_points
from stations.model.errors import BadFile, StationsError
from stations.model.language import mark
from stations.model.settings import Settings
from stations.model.travel import MODES, Mode
from stations.planning.access.rights import require
from stations.planning.register import CityKey, city_key, city_of
from stations.store.networks import Imported, found, load, place_of, save

MARGIN_DEGREES = 0.05
"""How far beyond the city's outline streets are kept (about 5 km): the shortest way may lead outside."""


MODE_WORDS: Mapping[Mode, str] = {"walk": mark("on foot"), "ebike": mark("by e-bike"), "truck": mark("by truck")}


class NoNetwork(StationsError, LookupError):
    """No street network of a city and mode has been imported. Fields: city, mode."""

    template = mark(
        "There is no street network for {city}, {mode}. Import one from an OpenStreetMap file: "
        "python -m stations network import FILE"
    )


def import_network(settings: Settings, path: Path, *, modes: Sequence[Mode] = MODES) -> Mapping[Mode, Imported]:
    """Read the city's streets from an OSM file and keep them beside the register; return what was kept, by mode.

    Raises
    ------
    BadFile
        The file cannot be read, or holds no street of the city for one of the modes: nothing is kept then.
    NotWritten
        The place beside the register cannot be written.
    NotAllowed
        It is not for the user to do.
    """
    require(settings, Right.MANAGE)
    city = city_of(settings)
    streets = read_streets(path, modes=modes, within=_bounds(city_key(settings)))
    outline = places.districts(city).union_all()
    for each in streets.values():
        if not shapely.intersects_xy(outline, each.lon, each.lat).any():
            raise _of_another_city(path.name)
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    kept: dict[Mode, Imported] = {}
    for mode, each in streets.items():
        kept[mode] = Imported(
            city=city.adcode,
            mode=mode,
            file=path.name,
            file_date=changed.isoformat(timespec="seconds"),
            imported_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            imported_by=settings.user.name,
            nodes=len(each.lon),
            edges=len(each.start),
            bounds=each.bounds,
        )
        save(place_of(settings.database, city.adcode, mode), each, kept[mode])
    return kept


def modes_imported(settings: Settings) -> list[Mode]:
    """Return the modes for which the city has a street network."""
    return [mode for mode in MODES if found(settings.database, settings.city, mode)]


def network_of(settings: Settings, mode: Mode) -> tuple[Network, Imported]:
    """Return the city's network for a mode in its metric CRS, and where it comes from; shared, for reading only.

    Raises
    ------
    NoNetwork
        None has been imported.
    BadFile
        The kept file is damaged, or is the network of another city.
    """
    city = city_of(settings)
    path = found(settings.database, city.adcode, mode)
    if path is None:
        raise NoNetwork(city=city.label(settings.language), mode=MODE_WORDS[mode])
    changed = path.stat()
    return _network(path, city_key(settings), (changed.st_mtime_ns, changed.st_size, changed.st_ino))


@lru_cache(maxsize=3)
def _network(path: Path, key: CityKey, stamp: tuple[int, int, int]) -> tuple[Network, Imported]:  # noqa: ARG001 - the stamp is part of the key
    streets, about = load(path)
    west, south, east, north = _bounds(key)
    left, bottom, right, top = streets.bounds
    if about.city != key[0] or left > east or right < west or bottom > north or top < south:
        raise _of_another_city(path.name)
    crs = places.load_city(key[0], profiles=key[1], boundary=key[2]).metric_crs
    x, y = metric_points(streets.lon, streets.lat, crs).T.copy()
    return build(x, y, start=streets.start, end=streets.end, two_way=streets.two_way, crs=crs), about


def _of_another_city(file: str) -> BadFile:
    return BadFile(
        file=file,
        reason=mark("this is the street network of another city."),
        remedy=mark("Import the street file of this city: python -m stations network import FILE"),
    )


def _bounds(key: CityKey) -> Bounds:
    city = places.load_city(key[0], profiles=key[1], boundary=key[2])
    west, south, east, north = map(float, places.districts(city).total_bounds)
    return west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES
