"""How far it is to a station along the streets, and what lies within reach.

A distance is the straight leg from the point to the nearest street position, the shortest way along the streets in the
allowed directions (from the point to the station), and the straight leg to the station. A point within `TOUCH_M` of a
station is 0 m away, whatever the streets are. So no distance is below the straight line between the two (up to 1 mm).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from stations.analysis.coverage import TOUCH_M
from stations.analysis.nearest import nearest
from stations.analysis.network import Network, Snapped, graph, snap
from stations.analysis.pairs import Pairs
from stations.analysis.planar import coordinates, require_length, require_one_crs
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]
    Integers = NDArray[np.integer]

WHAT = mark("The distance along the streets")
CELLS = 4_000_000
"""Distances (stations × nodes) held at a time by `pairs_within`: 32 MB."""

QUAD_SEGS = 8
ROUND = 1.005
"""The polygon of a round cap with `QUAD_SEGS` runs up to 0.48 % inside the circle: what is cut away is drawn wider."""


@dataclass(frozen=True, eq=False)
class _Sites:
    """The network turned round, with a node at each street position of a station and one for the station itself.

    A search from the stations on it finds the ways to them. `key` = 2 × edge + share of the positions, rising;
    `first` is the node of the first of them.
    """

    turned: csr_array
    key: Floats
    first: int
    node: Integers  # of each station; -1: not snapped


def nearest_station(
    demand: GeoDataFrame, stations: GeoDataFrame, *, network: Network, max_snap_m: float
) -> pd.DataFrame:
    """Return the station of each demand point that is nearest along the streets.

    Parameters
    ----------
    demand, stations
        Points in the metric CRS of the network; stations indexed by station id.
    max_snap_m
        A point or station farther from the streets than this cannot be reached.

    Returns
    -------
    DataFrame
        On the index of `demand`: `station_id` (None where none can be reached), `distance_m` (infinite there) and
        `snap_m`, the part of it from the point to the street (infinite: too far from any). Of several stations at
        one spot the first is named; of others equally far one, the same each time.

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        As `network.snap` does.
    """
    require_one_crs(demand, stations, what=WHAT)
    points, places = (snap(frame, network, max_snap_m=max_snap_m) for frame in (demand, stations))
    xy = np.column_stack(coordinates(stations, what=WHAT))
    chosen, straight_m = nearest(*coordinates(demand, what=WHAT), xy)
    metres, found = _nearest(points, network, places, xy=xy)
    touching = straight_m <= TOUCH_M
    metres[touching], found[touching] = 0.0, chosen[touching]
    ids = np.array([*stations.index, None], dtype=object)
    station_id = pd.Series(ids.take(found), index=demand.index, dtype=object)
    return pd.DataFrame({"station_id": station_id, "distance_m": metres, "snap_m": points.snap_m}, index=demand.index)


def nearest_distance(points: Snapped, stations: GeoDataFrame, *, network: Network, max_snap_m: float) -> Floats:
    """Return the `distance_m` of `nearest_station` for points that were snapped before, once for many stations.

    A point at a station's very spot is not looked for: it has the two legs to the street and back. Raises as
    `nearest_station` does.
    """
    places = snap(stations, network, max_snap_m=max_snap_m)
    return _nearest(points, network, places, xy=np.column_stack(coordinates(stations, what=WHAT)))[0]


def pairs_within(
    demand: GeoDataFrame, stations: GeoDataFrame, *, network: Network, radius_m: float, max_snap_m: float
) -> Pairs:
    """Return every pair of point and station at most `radius_m` (up to `TOUCH_M` more) apart along the streets.

    Raises as `nearest_station` does, and BadChoice unless the radius is finite and above 0.
    """
    require_length(radius_m, what=mark("Radius"))
    require_one_crs(demand, stations, what=WHAT)
    points, places = (snap(frame, network, max_snap_m=max_snap_m) for frame in (demand, stations))
    most = radius_m + TOUCH_M
    point, station, straight_m = _straight(demand, stations, most)
    metres = np.full(len(point), np.inf)
    sites = _with_stations(network, places)
    order = np.argsort(station, kind="stable")
    asked = np.unique(station[sites.node[station] >= 0])
    batch = max(CELLS // sites.turned.shape[0], 1)
    for begin in range(0, len(asked), batch):
        some = asked[begin : begin + batch]
        to_node = dijkstra(sites.turned, indices=sites.node[some], limit=most)
        left, right = np.searchsorted(station[order], some), np.searchsorted(station[order], some, side="right")
        for row, low, high in zip(to_node, left, right, strict=True):
            mine = order[low:high]
            at = point[mine]
            of_pair = Snapped(points.edge[at], points.share[at], points.snap_m[at])
            metres[mine] = _at_points(of_pair, network, sites, to_node=row)[0]
    metres[straight_m <= TOUCH_M] = 0.0
    kept = metres <= most
    return Pairs(point[kept].astype(np.intp), station[kept].astype(np.intp), metres[kept])


def service_area(
    stations: GeoDataFrame, *, network: Network, radius_m: float, width_m: float, max_snap_m: float
) -> shapely.Geometry:
    """Return land from where a station is within `radius_m` along the streets, as polygons; holes stay holes.

    It is the strip of `width_m` on both sides of the street positions from where at most `radius_m - width_m` remain,
    less the strips along all others: the nearest street of any place in it is one of the former and at most
    `width_m` away, so that no place in it is beyond the limit. A width of about half a street and its front gardens
    (25 m) shows every street; wider ones round the corners off and end earlier. It should not be above the
    longest leg. It is empty when the radius is not above the width.
    Raises as `nearest_station` does, and BadChoice unless radius and width are finite and above 0.
    """
    require_length(radius_m, what=mark("Radius"))
    require_length(width_m, what=mark("Width of the strip"))
    places = snap(stations, network, max_snap_m=max_snap_m)
    sites = _with_stations(network, places)
    if radius_m <= width_m or not (sites.node >= 0).any():
        return shapely.Polygon()
    to_node, _source = _to_nearest(sites, sites.node[sites.node >= 0], limit=radius_m)
    reached, beyond = _parts(network, sites, to_node=to_node, budget_m=radius_m - width_m)
    near = shapely.STRtree(beyond).query(reached, predicate="dwithin", distance=3 * width_m)[1]
    strip = shapely.union_all(shapely.buffer(reached, width_m, quad_segs=QUAD_SEGS))
    others = shapely.buffer(beyond[np.unique(near)], width_m * ROUND, quad_segs=QUAD_SEGS)
    return shapely.difference(strip, shapely.union_all(others))


def _nearest(points: Snapped, network: Network, places: Snapped, *, xy: Floats) -> tuple[Floats, Integers]:
    """Return how far the nearest of the stations at `xy` is from each point, and its position (their number: none)."""
    metres = np.full(len(points.edge), np.inf)
    found = np.full(len(points.edge), len(xy), dtype=np.intp)
    at_spot = _firsts(xy, places)
    if at_spot.size:
        sites = _with_stations(network, places)
        to_node, source = _to_nearest(sites, sites.node[at_spot])
        metres, node = _at_points(points, network, sites, to_node=to_node)
        station_of = np.full(sites.turned.shape[0], len(xy), dtype=np.intp)
        station_of[sites.node[at_spot]] = at_spot
        reached = np.isfinite(metres)
        found[reached] = station_of[source[node[reached]]]
    return metres, found


def _firsts(xy: Floats, places: Snapped) -> Integers:
    """Return the positions of the snapped stations without those that stand where an earlier one stands."""
    on = np.flatnonzero(places.edge >= 0)
    firsts: Integers = on[np.sort(np.unique(xy[on], axis=0, return_index=True)[1])]
    return firsts


def _straight(demand: GeoDataFrame, stations: GeoDataFrame, most_m: float) -> tuple[Integers, Integers, Floats]:
    """Return the pairs that can be in reach because their straight line is, by point and then station."""
    points, sites = (np.column_stack(coordinates(frame, what=WHAT)) for frame in (demand, stations))
    if not (len(points) and len(sites)):
        return np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    found = cKDTree(points).sparse_distance_matrix(cKDTree(sites), most_m, output_type="ndarray")
    found = found[np.lexsort([found["j"], found["i"]])]
    return found["i"], found["j"], found["v"]


def _with_stations(network: Network, places: Snapped) -> _Sites:
    """Return the network turned round with nodes for the stations: see `_Sites`."""
    on = np.flatnonzero(places.edge >= 0)
    key, position = np.unique(2.0 * places.edge[on] + places.share[on], return_inverse=True)
    first, stations = len(network.x), len(network.x) + len(key)
    edge, share = _of_key(key)
    before, behind, back_m, on_m = _neighbours(key, edge, share, network=network, first=first)
    here = first + np.arange(len(key))
    two_way = network.two_way[edge]
    station = stations + np.arange(len(on))
    arcs = [
        (network.start, network.end, network.length_m),
        (network.end[network.two_way], network.start[network.two_way], network.length_m[network.two_way]),
        (before, here, back_m),
        (here, behind, on_m),
        (here[two_way], before[two_way], back_m[two_way]),
        (behind[two_way], here[two_way], on_m[two_way]),
        (first + position, station, places.snap_m[on]),
    ]
    tail, head, length_m = (np.concatenate(each) for each in zip(*arcs, strict=True))
    node = np.full(len(places.edge), -1, dtype=np.intp)
    node[on] = station
    return _Sites(graph(head, tail, length_m, nodes=stations + len(on)), key, first, node)


def _of_key(key: Floats) -> tuple[Integers, Floats]:
    edge = np.floor(key / 2).astype(np.intp)
    return edge, key - 2.0 * edge


def _neighbours(
    key: Floats, edge: Integers, share: Floats, *, network: Network, first: int
) -> tuple[Integers, Integers, Floats, Floats]:
    """Return for sorted positions on edges the node before and behind each (a node or a position), and how far."""
    same = edge[1:] == edge[:-1]
    before, behind = network.start[edge].astype(np.intp), network.end[edge].astype(np.intp)
    low, high = np.zeros(len(key)), np.ones(len(key))
    number = first + np.arange(len(key))
    before[1:][same], low[1:][same] = number[:-1][same], share[:-1][same]
    behind[:-1][same], high[:-1][same] = number[1:][same], share[1:][same]
    return before, behind, (share - low) * network.length_m[edge], (high - share) * network.length_m[edge]


def _to_nearest(sites: _Sites, nodes: Integers, *, limit: float = np.inf) -> tuple[Floats, Integers]:
    """Return for each node how far the nearest of the station nodes is, and which it is (negative: none)."""
    metres, _before, source = dijkstra(
        sites.turned, indices=nodes, min_only=True, return_predecessors=True, limit=limit
    )
    return metres, source


def _at_points(points: Snapped, network: Network, sites: _Sites, *, to_node: Floats) -> tuple[Floats, Integers]:
    """Return the distance from each point by way of the next node (or station's position) on its edge, and that."""
    metres, node = np.full(len(points.edge), np.inf), np.zeros(len(points.edge), dtype=np.intp)
    on = np.flatnonzero(points.edge >= 0)
    edge, share = points.edge[on], points.share[on]
    own = np.append(_of_key(sites.key)[0], -1), np.append(_of_key(sites.key)[1], np.nan)
    key = 2.0 * edge + share
    up = np.searchsorted(sites.key, key)  # the first position at or behind the point
    down = np.searchsorted(sites.key, key, side="right") - 1  # the last one at or before it
    ahead, behind = own[0][up] == edge, own[0][down] == edge
    length_m = network.length_m[edge]
    onward = np.where(ahead, sites.first + up, network.end[edge])
    back = np.where(behind, sites.first + down, network.start[edge])
    onward_m = to_node[onward] + (np.where(ahead, own[1][up], 1.0) - share) * length_m
    back_m = to_node[back] + (share - np.where(behind, own[1][down], 0.0)) * length_m
    # Against a one-way street only where the point is at the position itself.
    back_m[~network.two_way[edge] & (back_m > to_node[back])] = np.inf
    metres[on] = points.snap_m[on] + np.minimum(onward_m, back_m)
    node[on] = np.where(onward_m <= back_m, onward, back)
    return metres, node


def _parts(
    network: Network, sites: _Sites, *, to_node: Floats, budget_m: float
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the usable streets as two sets of straight lines: from where the budget suffices, and all others."""
    edge, share = _of_key(sites.key)
    whole = np.setdiff1d(network.usable, edge)
    _, behind, _, _ = _neighbours(sites.key, edge, share, network=network, first=sites.first)
    starts = np.unique(edge)
    opening = np.searchsorted(edge, starts)
    of = np.concatenate([whole, starts, edge])
    low = np.concatenate([np.zeros(len(whole) + len(starts)), share])
    after = np.where(behind >= sites.first, share.take(behind - sites.first, mode="clip"), 1.0)
    high = np.concatenate([np.ones(len(whole)), share[opening], after])
    tail = np.concatenate([network.start[whole], network.start[starts], sites.first + np.arange(len(edge))])
    head = np.concatenate([network.end[whole], sites.first + opening, behind])
    length_m = np.where(network.length_m[of] > 0, network.length_m[of], 1.0)
    from_tail = np.where(network.two_way[of], low + np.maximum(budget_m - to_node[tail], 0) / length_m, low)
    from_head = high - np.maximum(budget_m - to_node[head], 0) / length_m
    from_tail, from_head = np.minimum(from_tail, high), np.maximum(from_head, low)
    met = from_tail >= from_head
    from_tail, from_head = np.where(met, high, from_tail), np.where(met, high, from_head)
    reached = [_lines(network, of, low, high=from_tail), _lines(network, of, from_head, high=high)]
    return np.concatenate(reached), _lines(network, of, from_tail, high=from_head)


def _lines(network: Network, edge: Integers, low: Floats, *, high: Floats) -> NDArray[np.object_]:
    """Return the parts of edges between two shares, without the empty ones."""
    some = np.flatnonzero(high > low)
    a, b = network.start[edge[some]], network.end[edge[some]]
    share = np.stack([low[some], high[some]], axis=1)[..., np.newaxis]
    ends = np.column_stack([network.x[a], network.y[a]]), np.column_stack([network.x[b], network.y[b]])
    return np.asarray(shapely.linestrings(ends[0][:, np.newaxis] + share * (ends[1] - ends[0])[:, np.newaxis]))
