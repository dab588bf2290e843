"""How far it is to a station along the streets, and what lies within reach.

A distance is the straight leg from the point to the nearest street position, the shortest way along the streets in the
allowed directions (from the point to the station), and the straight leg to the station. A point within `TOUCH_M` of a
station is 0 m away, whatever the streets are. So no distance is below the straight line between the two (up to 1 mm).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.sparse.csgraph import dijkstra

from stations.analysis import pairs
from stations.analysis.coverage import TOUCH_M
from stations.analysis.nearest import nearest
from stations.analysis.network import Network, Snapped, snap, to_nearest, with_places
from stations.analysis.pairs import Pairs
from stations.analysis.planar import Points, coordinates, require_length, require_one_crs
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.integer]

WHAT = mark("The distance along the streets")
CELLS = 4_000_000
"""Distances (stations × nodes) held at a time by `pairs_within`: 32 MB."""

QUAD_SEGS = 8
ROUND = 1.005
"""The polygon of a round cap with `QUAD_SEGS` runs up to 0.48 % inside the circle: what is cut away is drawn wider."""


def nearest_station(
    points: Points, snapped: Snapped, stations: GeoDataFrame, *, network: Network, max_snap_m: float
) -> pd.DataFrame:
    """Return the station of each demand point that is nearest along the streets.

    Parameters
    ----------
    points, snapped
        The demand, read and snapped once for many questions: `planar.points_of` and `network.snap` of one frame in
        the metric CRS of the network.
    stations
        Points in the same CRS, indexed by station id.
    max_snap_m
        A station farther from the streets than this cannot be reached.

    Returns
    -------
    DataFrame
        On the labels of the points: `station_id` (None where none can be reached), `distance_m` (infinite there) and
        `snap_m`, the part of it from the point to the street (infinite: too far from any). Of several stations at
        one spot the first is named; of others equally far one, the same each time. How far a station is from a point
        does not hang on the other stations, to the last bit.

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        As `network.snap` does.
    """
    require_one_crs(points, stations, what=WHAT)
    places = snap(stations, network, max_snap_m=max_snap_m)
    xy = np.column_stack(coordinates(stations, what=WHAT))
    chosen, straight_m = nearest(points.x, points.y, xy)
    metres, found = _nearest(snapped, network, places, xy=xy)
    touching = straight_m <= TOUCH_M
    metres[touching], found[touching] = 0.0, chosen[touching]
    ids = np.array([*stations.index, None], dtype=object)
    station_id = pd.Series(ids.take(found), index=points.labels, dtype=object, copy=False)
    columns = {"station_id": station_id, "distance_m": metres, "snap_m": snapped.snap_m}
    return pd.DataFrame(columns, index=points.labels)


def nearest_distance(snapped: Snapped, stations: GeoDataFrame, *, network: Network, max_snap_m: float) -> Floats:
    """Return the `distance_m` of `nearest_station`, but for a point at a station's very spot.

    That is not looked for: it has the two legs to the street and back. Raises as `nearest_station` does.
    """
    places = snap(stations, network, max_snap_m=max_snap_m)
    return _nearest(snapped, network, places, xy=np.column_stack(coordinates(stations, what=WHAT)))[0]


def pairs_within(
    points: Points, snapped: Snapped, stations: GeoDataFrame, *, network: Network, radius_m: float, max_snap_m: float
) -> Pairs:
    """Return every pair of point and station at most `radius_m` (up to `TOUCH_M` more) apart along the streets.

    Parameters are those of `nearest_station`. Raises as it does, and BadChoice unless the radius is finite and above 0.
    """
    require_length(radius_m, what=mark("Radius"))
    most = radius_m + TOUCH_M
    # No walk is shorter than the straight line: up to 1 mm, which the legs and the streets may lose.
    point, station, straight_m = pairs.pairs_within(points, stations, radius_m=most)
    places = snap(stations, network, max_snap_m=max_snap_m)
    metres = _along(snapped.at(point), places.at(station), network)
    both = np.flatnonzero((snapped.edge[point] >= 0) & (places.edge[station] >= 0))
    order = both[np.argsort(station[both], kind="stable")]
    asked = np.unique(station[order])
    turned, nodes = with_places(network, places), len(network.x)
    batch = max(CELLS // turned.shape[0], 1)
    for begin in range(0, len(asked), batch):
        some = asked[begin : begin + batch]
        to_node = dijkstra(turned, indices=nodes + some, limit=most)
        left, right = np.searchsorted(station[order], some), np.searchsorted(station[order], some, side="right")
        for row, low, high in zip(to_node, left, right, strict=True):
            mine = order[low:high]
            ways = _by_ends(snapped.at(point[mine]), network, to_node=row)[0]
            metres[mine] = np.minimum(metres[mine], ways)
    metres += snapped.snap_m[point]
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
    if radius_m <= width_m or not (places.edge >= 0).any():
        return shapely.Polygon()
    reached, beyond = _parts(network, places, limit_m=radius_m, budget_m=radius_m - width_m)
    near = shapely.STRtree(beyond).query(reached, predicate="dwithin", distance=3 * width_m)[1]
    strip = shapely.union_all(shapely.buffer(reached, width_m, quad_segs=QUAD_SEGS))
    others = shapely.buffer(beyond[np.unique(near)], width_m * ROUND, quad_segs=QUAD_SEGS)
    return shapely.difference(strip, shapely.union_all(others))


def _nearest(points: Snapped, network: Network, places: Snapped, *, xy: Floats) -> tuple[Floats, Integers]:
    """Return how far the nearest of the stations at `xy` is from each point, and its position (their number: none)."""
    metres = np.full(len(points.edge), np.inf)
    found = np.full(len(points.edge), len(xy), dtype=np.intp)
    at_spot, on = _firsts(xy, places), np.flatnonzero(points.edge >= 0)
    if at_spot.size and on.size:
        ways_m, place = _ways(points.at(on), network, places.at(at_spot))
        metres[on] = points.snap_m[on] + ways_m
        reached = place >= 0
        found[on[reached]] = at_spot[place[reached]]
    return metres, found


def _firsts(xy: Floats, places: Snapped) -> Integers:
    """Return the positions of the snapped stations without those that stand where an earlier one stands."""
    on = np.flatnonzero(places.edge >= 0)
    firsts: Integers = on[np.sort(np.unique(xy[on], axis=0, return_index=True)[1])]
    return firsts


def _ways(
    points: Snapped, network: Network, places: Snapped, *, limit_m: float = np.inf
) -> tuple[Floats, NDArray[np.intp]]:
    """Return the way from the street position of each point to the nearest place, and which that is (negative: none).

    All are snapped. The leg to the place belongs to the way, that from the point does not.
    """
    to_node, of_node = to_nearest(network, places, limit_m=limit_m)
    metres, node = _by_ends(points, network, to_node=to_node)
    found = np.where(np.isfinite(metres), of_node[node], -1)
    by_edge = np.argsort(places.edge, kind="stable")
    edges = places.edge[by_edge]
    has_place = np.zeros(len(network.start), dtype=bool)
    has_place[edges] = True
    rows = np.flatnonzero(has_place[points.edge])
    next_one = np.searchsorted(edges, points.edge[rows])
    while rows.size:  # each time one more of the places on the edge of a point
        place = by_edge[next_one]
        along_m = _along(points.at(rows), places.at(place), network)
        nearer = along_m < metres[rows]
        metres[rows[nearer]], found[rows[nearer]] = along_m[nearer], place[nearer]
        next_one += 1
        more = np.append(edges, -1)[next_one] == points.edge[rows]
        rows, next_one = rows[more], next_one[more]
    return metres, found


def _by_ends(points: Snapped, network: Network, *, to_node: Floats) -> tuple[Floats, Integers]:
    """Return the way from the street position of each point by way of an end of its edge, and which end that is."""
    edge, share = points.edge, points.share
    back_m, ahead_m = share * network.length_m[edge], (1 - share) * network.length_m[edge]
    # Against a one-way street only where the point is at its beginning.
    back_m[~network.two_way[edge] & (back_m > 0)] = np.inf
    start, end = network.start[edge], network.end[edge]
    back_m += to_node[start]
    ahead_m += to_node[end]
    return np.minimum(ahead_m, back_m), np.where(ahead_m <= back_m, end, start)


def _along(points: Snapped, places: Snapped, network: Network) -> Floats:
    """Return the way from each point to the place in the same row along the one edge they share; else infinity."""
    metres = np.full(len(points.edge), np.inf)
    same = np.flatnonzero((points.edge == places.edge) & (points.edge >= 0))
    edge, step = points.edge[same], places.share[same] - points.share[same]
    onward = (step >= 0) | network.two_way[edge]
    metres[same] = np.where(onward, np.abs(step) * network.length_m[edge] + places.snap_m[same], np.inf)
    return metres


def _parts(
    network: Network, places: Snapped, *, limit_m: float, budget_m: float
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the usable streets as two sets of straight lines: from where the budget suffices, and all others."""
    places = places.at(np.flatnonzero(places.edge >= 0))
    edge, share = np.unique(np.column_stack([places.edge, places.share]), axis=0).T
    edge, first = edge.astype(np.intp), len(network.x)
    on_street = Snapped(edge, share, np.zeros(len(edge)))
    to_node = to_nearest(network, places, limit_m=limit_m)[0]
    to_knot = np.concatenate([to_node, _ways(on_street, network, places, limit_m=limit_m)[0]])
    # Streets without a place; with some, what is before the first of them; and what is behind each.
    whole, starts, knot = np.setdiff1d(network.usable, edge), np.unique(edge), first + np.arange(len(edge))
    opening = np.searchsorted(edge, starts)
    follows = np.append(edge[1:] == edge[:-1], False)
    of = np.concatenate([whole, starts, edge])
    low = np.concatenate([np.zeros(len(whole) + len(starts)), share])
    high = np.concatenate([np.ones(len(whole)), share[opening], np.where(follows, np.append(share[1:], 1.0), 1.0)])
    tail = np.concatenate([network.start[whole], network.start[starts], knot])
    head = np.concatenate([network.end[whole], knot[opening], np.where(follows, knot + 1, network.end[edge])])
    length_m = np.where(network.length_m[of] > 0, network.length_m[of], 1.0)
    from_tail = np.where(network.two_way[of], low + np.maximum(budget_m - to_knot[tail], 0) / length_m, low)
    from_head = high - np.maximum(budget_m - to_knot[head], 0) / length_m
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
