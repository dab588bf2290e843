"""Where new stations could be: real premises first (activity bases), a list of hosts, a grid, places where people live.

Every candidate stands at six decimals of a degree (10 cm), as a link writes a place: what is proposed, what a scenario
adds and what is entered into the register are the same spot to the last bit, and so are the people it reaches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from stations.analysis.demand import assign_district
from stations.intake.lists.exclusions import read_exclusions
from stations.intake.lists.hosts import Hosts, read_hosts
from stations.model.boundaries import valid_area
from stations.model.crs import lon_lat, points, to_geographic, to_metric
from stations.model.errors import BadChoice, NotGiven
from stations.model.language import mark
from stations.model.places import union_code
from stations.model.settings import Settings
from stations.model.siting import CandidateSource
from stations.model.travel import MOST_M
from stations.model.vocabulary import Datum
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.counting import located
from stations.planning.questions import place_from
from stations.planning.register import holdings
from stations.planning.siting.named import meant, own_places, spots
from stations.planning.siting.places_refused import none_left, require_known, require_one_wish, too_many

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import ArrayLike, NDArray
    from pandas import DataFrame, Series
    from shapely.geometry.base import BaseGeometry

MOST = 50_000
"""As many candidates as are looked at: a grid of 250 m over 3,000 km²."""

FINEST_M = 1.0
DECIMALS = 6
_CROSSING = "grid-"
COLUMNS = ("source", "name", "lon", "lat", "host", "cost", "capacity")


@dataclass(frozen=True)
class Where:
    """Where stations may be built, as somebody wishes it.

    Attributes
    ----------
    sources
        Of equally good places those of an earlier source are taken. `CandidateSource.HOSTS` needs `hosts`; places that
        are named are candidates in any case.
    hosts
        A list of premises, of `hosts_from`.
    grid_m
        The spacing of the grid; ``None``: half of the radius.
    excluded
        Areas in EPSG:4326 where nothing is built, of `exclusions_from` or `drawn`; they may overlap.
    forced, forbidden
        Candidates that are built in any case, or never, by their identifier or as a place, ``lon,lat`` (WGS84): of what
        is a candidate there, or of none. A place stays what it is when the sources, the grid or the list of hosts are
        others. What is forced may lie on excluded land: somebody has looked at it.
    costs
        What a station costs, by source, where the list of hosts does not say it of the place.
    """

    sources: tuple[CandidateSource, ...] = (CandidateSource.BASES,)
    hosts: Hosts | None = None
    grid_m: float | None = None
    excluded: BaseGeometry | None = None
    forced: tuple[str, ...] = ()
    rejected: tuple[tuple[float, float], ...] = ()
    forbidden: tuple[str, ...] = ()
    costs: tuple[tuple[CandidateSource, float], ...] = ()

    def spacing_m(self, radius_m: float) -> float:
        """Return the spacing of the grid where somebody is reached within so many metres."""
        return radius_m / 2 if self.grid_m is None else self.grid_m


@dataclass(frozen=True, eq=False)
class Candidates:
    """The places that are looked at.

    Attributes
    ----------
    frame
        Points in the city's metric CRS, indexed by identifier, in the order of the sources; `source` (key of
        `CandidateSource`), `name` (``None``: it has none), `lon`, `lat` (WGS84), `host` (number of the activity base,
        else ``None``), `cost`, `capacity` (NaN: not known), `district` (code).
    left_out
        How many were left out, by the key of `places_refused.LEFT_OUT`.
    forced
        Those that are built in any case, by identifier.
    rejected
        Longitude and latitude (WGS84) of those that would be candidates, were they not forbidden.
    """

    frame: GeoDataFrame
    left_out: dict[str, int] = field(default_factory=dict)
    forced: tuple[str, ...] = ()
    rejected: tuple[tuple[float, float], ...] = ()


def hosts_from(path: Path, *, datum: Datum | None = None) -> Hosts:
    """Return the premises in a file, read in a process of its own. Raises `BadFile`."""
    return read_hosts(path, datum=datum)


def exclusions_from(*paths: Path, layer: str | None = None) -> BaseGeometry:
    """Return the excluded land in layers of areas, each read in a process of its own. Raises `BadFile`.

    `layer`: the one that is meant where a file has several; a path may name it, too (``water.gpkg#lakes``).
    """
    return shapely.GeometryCollection([area for path in paths for area in read_exclusions(path, layer=layer).geoms])


def drawn(rings: Sequence[Sequence[tuple[float, float]]]) -> BaseGeometry:
    """Return excluded land from the outlines that somebody drew: longitudes and latitudes of the corners of each.

    Raises `BadChoice` for an outline of less than three places on earth.
    """
    for ring in rings:
        if len(set(ring)) < 3 or not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring):
            offered = mark("an outline with at least three corners")
            raise BadChoice(what=mark("Excluded land"), value=len(ring), offered=offered)
    return shapely.GeometryCollection([valid_area(shapely.Polygon(ring)) for ring in rings])


def candidates_of(answer: Assessment, where: Where) -> Candidates:
    """Return the places that are looked at for a question.

    Raises
    ------
    BadChoice
        Nothing is offered, or too much; who is forced or forbidden is no candidate. Where a place was forbidden, or a
        crossing of another grid, there may be none any more: it is left out.
    """
    found = _offered(answer, where)
    forced = tuple(dict.fromkeys(keys[0] for keys in meant(where.forced, found[~_taken(found)])))
    forbidden = tuple(dict.fromkeys(key for keys in meant(where.forbidden, found) for key in keys))
    kept, left_out = _kept(found, answer, where, forced=forced)
    frame = kept[~kept.index.isin(forbidden)]
    gone = [key for key in forbidden if key not in found.index and ("," in key or key.startswith(_CROSSING))]
    left_out |= {"gone": len(gone)} if gone else {}
    require_one_wish(forced, forbidden)
    again = [key for key in where.forced if where.forced.count(key) > 1]
    require_known([key for key in forced if key not in frame.index] + again)
    require_known([key for key in forbidden if key not in found.index and key not in gone])
    if frame.empty:
        raise none_left(answer, where.sources, left_out)
    refused = kept.loc[kept.index.isin(forbidden), ["lon", "lat"]]
    rejected = tuple(zip(refused["lon"].tolist(), refused["lat"].tolist(), strict=True))
    return Candidates(_with_costs(frame, where), left_out, forced, rejected)


def _offered(answer: Assessment, where: Where) -> GeoDataFrame:
    """Return the candidates of each source in their order, first the places that are forced and are none of them."""
    import pandas as pd

    made = {
        CandidateSource.BASES: _bases,
        CandidateSource.HOSTS: _hosts,
        CandidateSource.GRID: _grid,
        CandidateSource.DEMAND: _lived_in,
    }
    parts = [made[source](answer, where) for source in dict.fromkeys(where.sources) if source in made]
    frame = pd.concat([_named(answer, where, beside=parts), *parts])
    again = frame.groupby(level=0).cumcount()  # a base may be numbered as a row of the hosts is
    frame.index = [key + "+" * count for key, count in zip(frame.index, again, strict=True)]
    if len(frame) > MOST:
        raise too_many(Counter(frame["source"]), where.spacing_m(answer.question.radius_m), most=MOST)
    shapes = to_metric(points(frame["lon"], frame["lat"]).to_frame("geometry"), answer.holdings.city.metric_crs)
    return shapes.assign(**{name: frame[name] for name in COLUMNS})


def _part(
    source: CandidateSource, keys: Sequence[str], *, lon: ArrayLike, lat: ArrayLike, **known: object
) -> DataFrame:
    import pandas as pd

    unknown = {"name": None, "host": None, "cost": np.nan, "capacity": np.nan}
    values = {"source": source.value, "lon": lon, "lat": lat, **unknown, **known}
    frame = pd.DataFrame(values, index=np.array(keys, dtype=object))
    kinds = dict.fromkeys(("source", "name", "host"), object) | dict.fromkeys(("lon", "lat", "cost", "capacity"), float)
    return frame.astype(kinds).round({"lon": DECIMALS, "lat": DECIMALS})


def _named(answer: Assessment, where: Where, *, beside: Sequence[DataFrame]) -> DataFrame:
    """Return the places that are forced and are no candidates of a source; who could host a station there does."""
    own = own_places(where.forced, beside)
    bases = _bases(answer, where) if own else None
    hosts = dict(zip(spots(bases), bases.index, strict=True)) if bases is not None else {}
    host = [hosts.get(spot) for spot in own]
    name = [bases.at[key, "name"] if key and bases is not None else None for key in host]
    lon, lat = zip(*map(place_from, own.values()), strict=True) if own else ((), ())
    return _part(CandidateSource.PLACE, list(own.values()), lon=lon, lat=lat, name=name, host=host)


def _bases(answer: Assessment, _where: Where) -> DataFrame:
    bases = answer.holdings.bases
    bases = bases[located(bases)]
    keys = [str(key) for key in bases.index]
    place = bases.geometry
    return _part(CandidateSource.BASES, keys, lon=place.x.array, lat=place.y.array, name=bases["name"].array, host=keys)


def _hosts(_answer: Assessment, where: Where) -> DataFrame:
    if where.hosts is None:
        raise NotGiven(what=mark("List of hosts"), offered=mark("--hosts FILE, a list of premises"))
    given = where.hosts.places
    keys, known = [f"host-{row}" for row in given.index], {name: given[name].array for name in ("cost", "capacity")}
    shapes = given.geometry
    return _part(CandidateSource.HOSTS, keys, lon=shapes.x.array, lat=shapes.y.array, name=given["name"].array, **known)


def _grid(answer: Assessment, where: Where) -> DataFrame:
    """Return the crossings of a grid on the districts, numbered by column and row from the origin of the CRS."""
    spacing_m = where.spacing_m(answer.question.radius_m)
    if not FINEST_M <= spacing_m <= MOST_M:
        raise BadChoice(what=mark("Grid"), value=spacing_m, offered=mark("a number of metres from 1 to 100,000"))
    city = answer.holdings.city
    land = to_metric(answer.holdings.districts, city.metric_crs).union_all()
    west, south, east, north = np.floor(np.divide(land.bounds, spacing_m)).astype(int)
    if (east - west + 1) * (north - south + 1) > 20 * MOST:
        raise too_many({CandidateSource.GRID: int(land.area / spacing_m**2)}, spacing_m, most=MOST)
    column, row = (each.ravel() for each in np.meshgrid(np.arange(west, east + 2), np.arange(south, north + 2)))
    shapely.prepare(land)
    inside = shapely.intersects_xy(land, column * spacing_m, row * spacing_m)
    column, row = column[inside], row[inside]
    keys = [f"{_CROSSING}{x}-{y}" for x, y in zip(column, row, strict=True)]
    lon, lat = lon_lat(column * spacing_m, row * spacing_m, city.metric_crs)
    return _part(CandidateSource.GRID, keys, lon=lon, lat=lat)


def _lived_in(answer: Assessment, _where: Where) -> DataFrame:
    """Return the points of the demand where somebody lives."""
    lived_in = answer.demand[answer.demand["people"] > 0]
    place = to_geographic(lived_in[["geometry"]]).geometry
    keys = [f"demand-{key}" for key in lived_in.index]
    return _part(CandidateSource.DEMAND, keys, lon=place.x.array, lat=place.y.array)


def _kept(
    found: GeoDataFrame, answer: Assessment, where: Where, *, forced: Sequence[str]
) -> tuple[GeoDataFrame, dict[str, int]]:
    """Return the candidates on which a station can be, with their district, and how many there are not, by reason."""
    held, left_out = answer.holdings, {}
    district = assign_district(found, to_metric(held.districts, held.city.metric_crs))
    wished = found.index.isin(forced)
    wanted = {
        "outside": district.notna().to_numpy(),
        "other_union": _of_union(answer, district),
        "excluded": wished | ~_on(where.excluded, found),
        "same_place": wished | ~_taken(found),
    }
    kept = np.ones(len(found), dtype=bool)
    for key, here in wanted.items():
        left_out[key] = int((kept & ~here).sum())
        kept &= here
    return found.assign(district=district)[kept], {key: count for key, count in left_out.items() if count}


def _taken(found: GeoDataFrame) -> NDArray[np.bool_]:
    """Return which candidates are at the place of an earlier one; of one source the cheapest counts as the first."""
    import pandas as pd

    source = pd.factorize(found["source"])[0]  # in the order in which they come
    order = np.lexsort((found["cost"].to_numpy(), source))  # what is not known stands last
    taken = np.empty(len(found), dtype=bool)
    taken[order] = found.iloc[order].duplicated(["lon", "lat"]).to_numpy()
    return taken


def _of_union(answer: Assessment, district: Series) -> NDArray[np.bool_]:
    """Return which candidates would count where only the stations of one union do."""
    code, city = answer.question.union, answer.holdings.city
    if code is None:
        return np.ones(len(district), dtype=bool)
    whose = {union.code for union in city.unions if code in {union.code, union.parent}}
    mine = {each for each in district.dropna().unique() if union_code(city, None, each) in whose}
    return district.isin(mine).to_numpy()


def _on(excluded: BaseGeometry | None, found: GeoDataFrame) -> NDArray[np.bool_]:
    """Return which candidates are on excluded land, or on its edge."""
    inside = np.zeros(len(found), dtype=bool)
    if excluded is not None:
        spots = shapely.points(found["lon"], found["lat"])
        inside[shapely.STRtree(shapely.get_parts(excluded)).query(spots, predicate="intersects")[0]] = True
    return inside


def require_in_city(settings: Settings, key: str) -> None:
    """Raise `BadChoice` for a place of one's own, as longitude and latitude, that is outside the city."""
    (lon, lat), land = map(float, key.split(",")), holdings(settings).districts.union_all()
    if not land.covers(shapely.Point(lon, lat)):
        raise BadChoice(what=mark("Place"), value=key, offered=mark("a place in the city"))


def _with_costs(frame: GeoDataFrame, where: Where) -> GeoDataFrame:
    costs = frame["source"].map({source.value: cost for source, cost in where.costs}).astype(float)
    return frame.assign(cost=frame["cost"].fillna(costs))
