"""How sure the covered people are: when stations are not quite where they are recorded, and by the radius."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas.array import from_shapely
from scipy.spatial import cKDTree

from stations.analysis.coverage import TOUCH_M
from stations.analysis.planar import coordinates, require_length, require_one_crs
from stations.analysis.walking import nearest_distance
from stations.analysis.weights import exact_weights, require_weights, sums, total
from stations.model.errors import BadChoice
from stations.model.language import mark
from stations.model.vocabulary import CoordPrecision

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from stations.analysis.reach import StreetOrigins
    from stations.analysis.weights import Weights

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

WHAT = mark("The uncertainty of coverage")
BLOCK = 64  # stations whose points are looked up at a time: the lists of positions are large
ROUNDING_M = 1e-6  # far more than float64 loses in a metric CRS


class CoveredInterval(NamedTuple):
    """Covered people over the draws: `mean`, and the interval `low` to `high` that holds the share `level`.

    `recorded` is what the recorded places give. It need not lie within: places that were chosen to cover many
    mostly cover fewer when moved.
    """

    recorded: float
    mean: float
    low: float
    high: float
    level: float
    draws: int


def position_error(precision: pd.Series, *, unknown_m: float) -> pd.Series:
    """Return the root mean square error of each station's place in metres, on the index of `precision`.

    Parameters
    ----------
    precision
        `CoordPrecision` words or None; `CoordPrecision.error_m` says what is assumed for each.
    unknown_m
        What the caller assumes where the precision is not known: a length, never nothing.

    Raises
    ------
    BadChoice
        `unknown_m` is no length, or a word is not of the vocabulary.
    """
    require_length(unknown_m, what=mark("Assumed error of unknown places"))
    known = {word: None if pd.isna(word) else CoordPrecision.read(str(word)) for word in precision.unique()}
    for word, term in known.items():
        if term is None and not pd.isna(word):
            offered = ", ".join(CoordPrecision)
            raise BadChoice(what=mark("Coordinate precision"), value=word, offered=offered)
    metres = [unknown_m if (term := known[word]) is None else term.error_m for word in precision]
    return pd.Series(metres, index=precision.index, dtype=float, name="error_m")


def covered_interval(
    demand: GeoDataFrame,
    stations: GeoDataFrame,
    *,
    radius_m: float,
    error_m: pd.Series,
    level: float,
    draws: int,
    seed: int,
) -> CoveredInterval:
    """Return the covered people when every station stands somewhere around its recorded place.

    Each draw moves every station by a circular normal error and counts who is within a straight `radius_m`,
    to the point as `coverage.covered` does. Only points that some draw can change are looked at again. The
    same seed gives the same answer on any number of cores and in any order of the demand.

    Parameters
    ----------
    demand
        Points in a metric CRS with a column `people` (≥ 0).
    stations
        Points in the same CRS; their order matters to the draws.
    error_m
        For each station, matched by index: the root mean square distance to the true place (1.414 times the
        standard deviation along x and y), 0 or more. A missing one is refused: state an assumption, as
        `position_error` does, or leave the station out.
    level
        Share of the draws inside the interval, between 0 and 1; equal shares lie below and above (linear
        interpolation between draws).
    draws
        At least 1.

    Raises
    ------
    BadChoice
        Radius, level, draws, an error or a weight is not as above.
    DifferentCrs, DegreesNotMetres, BadCoordinates
        The frames differ in CRS, the CRS is not metric, or a row is not a point.
    KeyError
        `error_m` lacks a station.
    """
    require_length(radius_m, what=mark("Radius"))
    require_one_crs(demand, stations, what=WHAT)
    _check(level, draws)
    weights = exact_weights(demand["people"])
    points = np.column_stack(coordinates(demand, what=WHAT))
    sites = np.column_stack(coordinates(stations, what=WHAT))
    moved = _moving(sites, error_m.loc[stations.index], seed)
    farthest = np.zeros(len(sites))
    for draw in range(draws):
        np.maximum(farthest, np.linalg.norm(moved(draw) - sites, axis=1), out=farthest)
    reach = _reach(points, weights, sites, farthest=farthest, radius_m=radius_m)
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        people = np.array(list(cores.map(lambda draw: reach.covered(moved(draw)), range(draws))))
    return _interval(reach.covered(sites), people, level)


def covered_interval_along(
    demand: GeoDataFrame,
    stations: GeoDataFrame,
    origins: StreetOrigins,
    *,
    radius_m: float,
    error_m: pd.Series,
    level: float,
    draws: int,
    seed: int,
) -> CoveredInterval:
    """Return what `covered_interval` does, with distances along streets: a moved station is snapped anew.

    So the interval holds what the choice of the street does, too. Each draw is a search of the whole network.
    Parameters and errors as there; `origins` are those of the demand.
    """
    require_length(radius_m, what=mark("Radius"))
    require_one_crs(demand, stations, what=WHAT)
    _check(level, draws)
    weights = exact_weights(demand["people"])
    moved = _moving(np.column_stack(coordinates(stations, what=WHAT)), error_m.loc[stations.index], seed)
    network, max_snap_m = origins.reach.network, origins.reach.max_snap_m

    def covered(draw: int) -> float:
        places = stations.set_geometry(from_shapely(shapely.points(moved(draw)), crs=stations.crs))
        metres = nearest_distance(origins.snapped, places, network=network, max_snap_m=max_snap_m)
        return total(weights[metres <= radius_m + TOUCH_M])

    recorded = origins.nearest(stations)["distance_m"].to_numpy()
    people = np.array([covered(draw) for draw in range(draws)])
    return _interval(total(weights[recorded <= radius_m + TOUCH_M]), people, level)


def covered_by_radius(distance_m: pd.Series, people: pd.Series, *, radii_m: Sequence[float]) -> pd.DataFrame:
    """Return the covered people at many radii, in one pass over the distances.

    Parameters
    ----------
    distance_m, people
        Distance to the nearest station and weight of each demand point, matched by index. Infinite or missing
        distances are not covered at any radius.
    radii_m
        Each a length; in any order.

    Returns
    -------
    DataFrame
        Index `radius_m` in the order given; `covered_people`, exactly those of `coverage.covered` (a point
        exactly at the radius is covered), and `covered_share` of all people (0-1; NaN where there are none).

    Raises
    ------
    BadChoice
        A radius is no length, or a weight is missing, negative or infinite.
    KeyError
        `people` lacks a row.
    """
    for radius_m in radii_m:
        require_length(radius_m, what=mark("Radius"))
    weights = exact_weights(people.loc[distance_m.index])
    radii, place = np.unique(np.asarray(radii_m, dtype=float), return_inverse=True)
    first = np.searchsorted(radii + TOUCH_M, distance_m.to_numpy(dtype=float))  # the first radius that covers it
    covered = sums(first, weights, groups=len(radii) + 1).cumsum()[:-1][place]
    index = pd.Index(np.asarray(radii_m, dtype=float), name="radius_m")
    everybody = total(weights)
    share = covered / everybody if everybody else np.full(len(index), np.nan)
    return pd.DataFrame({"covered_people": covered, "covered_share": share}, index=index)


class _Reach(NamedTuple):
    """What one draw needs: the people who are always covered, and the pairs that may decide on the others.

    `east`, `north`, `point` and `station` have an entry a pair; `point` counts in the undecided points, whose
    `weights` these are.
    """

    always: float
    weights: Weights
    east: Floats
    north: Floats
    point: Integers
    station: Integers
    limit_m: float

    def covered(self, sites: Floats) -> float:
        """Return the people covered by stations at these places."""
        x, y = sites.T
        dx, dy = self.east - x.take(self.station), self.north - y.take(self.station)
        within = np.zeros(len(self.weights), dtype=bool)
        within[self.point[np.sqrt(dx * dx + dy * dy) <= self.limit_m]] = True
        return self.always + total(self.weights[within])


def _reach(points: Floats, weights: Weights, sites: Floats, *, farthest: Floats, radius_m: float) -> _Reach:
    always, point, station = _undecided(points, sites, farthest, radius_m=radius_m)
    undecided, place = np.unique(point, return_inverse=True)
    east, north = points[point].T.copy()
    return _Reach(total(weights[always]), weights[undecided], east, north, place, station, limit_m=radius_m + TOUCH_M)


def _undecided(
    points: Floats, sites: Floats, farthest: Floats, *, radius_m: float
) -> tuple[NDArray[np.bool_], Integers, Integers]:
    """Return which points every draw covers, and the pairs that can cover another one in some draw.

    By the triangle inequality a station that moves at most so far keeps whatever is that much inside of the
    radius, and reaches nothing that is that much outside.
    """
    always = np.zeros(len(points), dtype=bool)
    tree = cKDTree(points, compact_nodes=False, balanced_tree=False)
    found: list[tuple[Integers, Integers]] = []
    for start in range(0, len(sites), BLOCK):
        block = slice(start, start + BLOCK)
        outer = radius_m + farthest[block] + 2 * TOUCH_M
        lists = tree.query_ball_point(sites[block], outer, workers=-1)
        counts = [len(positions) for positions in lists]
        point = np.fromiter((at for positions in lists for at in positions), dtype=np.intp, count=sum(counts))
        station = np.repeat(np.arange(start, start + len(counts)), counts)
        metres = np.linalg.norm(points[point] - sites[station], axis=1)
        always[point[metres <= radius_m + TOUCH_M - farthest[station] - ROUNDING_M]] = True
        found.append((point, station))
    point, station = (np.concatenate(side) if found else np.empty(0, np.intp) for side in _sides(found))
    open_question = ~always[point]
    return always, point[open_question], station[open_question]


def _sides(found: list[tuple[Integers, Integers]]) -> tuple[list[Integers], list[Integers]]:
    return [point for point, _station in found], [station for _point, station in found]


def _moving(sites: Floats, error_m: pd.Series, seed: int) -> Callable[[int], Floats]:
    """Return where the stations stand in a draw, alike whenever it is asked for: keeping all would take much room."""
    deviation_m = _errors(error_m)[:, np.newaxis] / np.sqrt(2)

    def moved(draw: int) -> Floats:
        normal = np.random.default_rng([seed, draw]).standard_normal(sites.shape)
        return np.asarray(sites + normal * deviation_m)

    return moved


def _interval(recorded: float, people: Floats, level: float) -> CoveredInterval:
    low, high = np.quantile(people, [(1 - level) / 2, (1 + level) / 2])
    return CoveredInterval(recorded, float(people.mean()), float(low), float(high), level, len(people))


def _errors(error_m: pd.Series) -> Floats:
    """Return the errors as an array. Raises BadChoice unless each is finite and at least 0."""
    offered = mark("a number of metres, 0 or greater; assume one where it is not known")
    return require_weights(error_m, what=mark("Error of a station's place"), offered=offered)


def _check(level: float, draws: int) -> None:
    if not 0 < level < 1:
        raise BadChoice(what=mark("Level of the interval"), value=level, offered=mark("a share between 0 and 1"))
    if draws < 1:
        raise BadChoice(what=mark("Draws"), value=draws, offered=mark("a whole number, 1 or greater"))
