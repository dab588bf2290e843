"""What the register holds for a city, as the frames that every other use case starts from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from numpy import isfinite
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from stations.model import places
from stations.model.city import City
from stations.model.crs import metric_points, points
from stations.model.language import gettext as _
from stations.model.schema import DEMONSTRATION, IDENTIFIERS, RECORDS, Kind
from stations.model.settings import Settings
from stations.store.database import shown
from stations.store.register import Register

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 25
"""How often something is planned anew when others change the register at the same time."""


def planned_anew(when: type[Exception]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that runs a use case again where it raises `when`, `ATTEMPTS` times in all."""
    return retry(retry=retry_if_exception_type(when), stop=stop_after_attempt(ATTEMPTS), reraise=True)


@dataclass(frozen=True, eq=False)
class Holdings:
    """A city's register at one revision; frames in EPSG:4326, for reading only (they are shared).

    `stations` and `bases` are indexed by identifier and carry the schema's fields, ``extra`` and ``division`` (the
    adcode of the district: the recorded one where it is known, else the one the place lies in, else ``None``).
    A record without coordinates is there with an empty geometry: it counts, and is on no map. So is one a
    quarter of the earth away, where the city's metric CRS ends: one wrong cell must not keep all others from being
    measured.

    `on` is the day whose records these are, as they are known now (``None``: the register as it is). `undated` counts
    the records left out because nobody knows since when they are there, and they were entered later.
    """

    city: City
    districts: GeoDataFrame
    stations: GeoDataFrame
    bases: GeoDataFrame
    revision: int
    revised_at: dt.datetime | None
    on: dt.date | None
    undated: Mapping[Kind, int]
    demonstration: bool
    """Whether any of the register, on that day or now, is made-up demonstration data."""

    def of(self, kind: Kind) -> GeoDataFrame:
        """Return the records of one kind."""
        return self.stations if kind == "station" else self.bases

    @property
    def data_date(self) -> str:
        """The day looked at, or that of the revision, as 2026-12-31; for an empty register, words for "none yet"."""
        if self.on is not None:
            return self.on.isoformat()
        if self.revised_at is None or (self.stations.empty and self.bases.empty):
            return _("no data yet")
        return self.revised_at.astimezone().date().isoformat()


def city_of(settings: Settings) -> City:
    """Return the city of `settings` with the office's own profile and outlines, if it has any."""
    return places.load_city(settings.city, profiles=settings.profiles, boundary=settings.boundary)


def union_label(settings: Settings, code: str) -> str:
    """Return the name of a county-level union in the language of the settings; its code where the city has none."""
    found = next((union for union in city_of(settings).unions if union.code == code), None)
    return found.label(settings.language) if found else code


@lru_cache(maxsize=8)
def open_register(database: str) -> Register:
    """Return the register at `database`, made on first use. Raises `RegisterUnavailable`."""
    return Register(database)


def place_of(settings: Settings) -> str:
    """Return the path or URL of the register as it may be shown: without a password."""
    return shown(settings.database)


def revision(settings: Settings) -> int:
    """Return the number of the register's last revision."""
    return open_register(settings.database).revision()


def writable(settings: Settings) -> bool:
    """Return whether the register takes changes now: its file or server may be for reading only."""
    return open_register(settings.database).writable()


def holdings(settings: Settings) -> Holdings:
    """Return what the register holds for the city of `settings`: now, on the day or after the revision they name.

    Raises `UnknownRevision`.
    """
    state = open_register(settings.database).state(settings.revision)
    return _holdings(settings.database, city_key(settings), state, on=settings.on, then=settings.revision is not None)


CityKey = tuple[str, Path | None, Path | None, float]


def city_key(settings: Settings) -> CityKey:
    """Return what decides how a city looks, for the keys of caches."""
    drawn = settings.boundary.stat().st_mtime if settings.boundary and settings.boundary.exists() else 0.0
    return settings.city, settings.profiles, settings.boundary, drawn


@lru_cache(maxsize=8)
def _holdings(database: str, key: CityKey, state: tuple[int, str], *, on: dt.date | None, then: bool) -> Holdings:
    city = places.load_city(key[0], profiles=key[1], boundary=key[2])
    register = open_register(database)
    districts = places.districts(city)
    known = state[0] if then else None
    records = {kind: register.records(kind, city.adcode, on=on, revision=known) for kind in RECORDS}
    now = {kind: _holdings(database, key, state, on=None, then=then).of(kind) for kind in RECORDS} if on else records
    return Holdings(
        city=city,
        districts=districts,
        stations=_located(records["station"], "station", city, districts=districts),
        bases=_located(records["base"], "base", city, districts=districts),
        revision=state[0],
        revised_at=register.revised_at(state[0]),
        on=on,
        undated={kind: len(_undated(kind, now[kind], records[kind])) if on else 0 for kind in RECORDS},
        demonstration=any((now[kind]["source"] == DEMONSTRATION).any() for kind in RECORDS),
    )


def undated(held: Holdings, now: Holdings, kind: Kind) -> GeoDataFrame:
    """Return the records left out of an earlier day, of which nobody knows since when they are there."""
    return now.of(kind).loc[_undated(kind, now.of(kind), held.of(kind)).index]


def _undated(kind: Kind, now: DataFrame, then: DataFrame) -> DataFrame:
    later = now[~now[IDENTIFIERS[kind]].isin(then[IDENTIFIERS[kind]])]
    if kind == "base":  # of a base no date is kept
        return later
    return later[later["opened_on"].isna() & later["status_on"].isna()]


def _located(records: DataFrame, kind: Kind, city: City, *, districts: GeoDataFrame) -> GeoDataFrame:
    from geopandas import GeoDataFrame

    from stations.analysis.demand import assign_district

    records = records.set_index(IDENTIFIERS[kind], drop=False)
    # What is so far away that the city's metric CRS has no place for it can be measured against nothing.
    east, north = metric_points(records["lon"], records["lat"], city.metric_crs).T
    measurable = isfinite(east) & isfinite(north)
    frame = GeoDataFrame(records, geometry=points(records["lon"].where(measurable), records["lat"]))
    divisions = {text: places.division_of(city, text) for text in frame["district"].unique() if text}
    recorded = frame["district"].map(divisions.get)
    unsaid = frame[recorded.isna() & frame.geometry.notna()]
    found = assign_district(unsaid, districts).reindex(frame.index)
    division = recorded.where(recorded.notna(), found).astype(object)
    frame["division"] = division.where(division.notna(), None)
    return frame
