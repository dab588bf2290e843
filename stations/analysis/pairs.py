"""Every demand point with every station in its reach: what catchments and backup coverage are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from stations.analysis.coverage import TOUCH_M
from stations.analysis.planar import Points, coordinates, points_of, require_length, require_one_crs
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

WHAT = mark("The search for stations within reach")


class Pairs(NamedTuple):
    """Points and stations within reach of each other: three arrays of one length, by point, then by station.

    `point` and `station` are positions (not labels) in the frames of demand and of stations; `distance_m` says
    how far it is from one to the other, in metres. No pair stands twice.
    """

    point: NDArray[np.intp]
    station: NDArray[np.intp]
    distance_m: NDArray[np.float64]


def pairs_within(demand: GeoDataFrame | Points, stations: GeoDataFrame, *, radius_m: float) -> Pairs:
    """Return the pairs of a demand point and a station that are at most `radius_m` apart in a straight line.

    A pair exactly at the radius belongs (up to `coverage.TOUCH_M`, 1 mm, beyond it), so that a point has a pair
    exactly when its nearest station covers it. Time and memory are in proportion to points, stations and pairs,
    never to points times stations.

    Parameters
    ----------
    demand, stations
        Points in one metric CRS (the demand as a frame, or as `planar.points_of` it). Either may be empty: nothing
        built reaches nobody.

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        The radius is no length, the frames are in different CRS, the CRS is not metric, or a row is not a point.
    """
    require_length(radius_m, what=mark("Radius"))
    require_one_crs(demand, stations, what=WHAT)
    _labels, _crs, x, y = points_of(demand, what=WHAT)
    east, north = coordinates(stations, what=WHAT)
    # A tree over a million points would take longer than looking at a few stations: only what is near them.
    reach_m = radius_m + 2 * TOUCH_M
    near = np.flatnonzero(_in_box(x, east, reach_m) & _in_box(y, north, reach_m))
    x, y = x[near], y[near]
    # The first two options halve the time for a tree that is asked once; leaves of these sizes take a sixth off that.
    tree, sites = (
        cKDTree(np.column_stack(axes), compact_nodes=False, balanced_tree=False, leafsize=leafsize)
        for axes, leafsize in (((x, y), 64), ((east, north), 4))
    )
    # The trees find a little more than is wanted; then the formula of `nearest.nearest` has the last word.
    found = sites.sparse_distance_matrix(tree, reach_m, output_type="ndarray")
    # One whole number a pair sorts ten times as fast as two columns, a short one twice as fast as a long one.
    number = found["j"] * len(stations) + found["i"]
    short = len(x) * len(stations) <= np.iinfo(np.int32).max
    number = np.sort(number.astype(np.int32) if short else number).astype(np.intp)
    point, station = np.divmod(number, max(len(stations), 1))
    dx, dy = x.take(point) - east.take(station), y.take(point) - north.take(station)
    distance_m = np.sqrt(dx * dx + dy * dy)
    within = distance_m <= radius_m + TOUCH_M
    return Pairs(near[point[within]], station[within], distance_m[within])


def _in_box(axis: NDArray[np.float64], sites: NDArray[np.float64], reach_m: float) -> NDArray[np.bool_]:
    """Return which coordinates are at most `reach_m` beyond those of the sites; none without sites."""
    west, east = sites.min(initial=np.inf), sites.max(initial=-np.inf)
    inside: NDArray[np.bool_] = (axis >= west - reach_m) & (axis <= east + reach_m)
    return inside
