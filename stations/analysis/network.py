"""A street network as a graph in metres, and the place of points on it.

Every node of the streets stays a node, bends too, so that an edge is a straight piece and its length is the planar
length in the city's metric CRS: the same metre as that of a straight line, so that no walk is shorter than the
straight line between its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from stations.analysis.planar import DifferentCrs, coordinates, require_length
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.integer]

WHAT = mark("The way along the streets")

LEAST_PIECE_M = 1000.0
"""Nothing is snapped to a connected piece with less street than this, unless it is the longest of all: a courtyard or
a footpath drawn without a link would make its neighbours unreachable."""


@dataclass(frozen=True, eq=False)
class Network:
    """Streets of one city and one mode. Make it with `build`; the arrays are shared: for reading only.

    Nodes have `x`, `y` in metres of `crs`. Edge e leads straight from `start[e]` to `end[e]`, `length_m[e]` long, and
    back if `two_way[e]`. `piece` is the connected component of each node (directions ignored).
    """

    x: Floats
    y: Floats
    start: Integers
    end: Integers
    two_way: NDArray[np.bool_]
    length_m: Floats
    piece: Integers
    crs: str

    @cached_property
    def pieces(self) -> pd.DataFrame:
        """Each connected piece: `nodes`, `length_m` of its streets, `used` (whether points are snapped to it)."""
        of_edge = self.piece[self.start]
        nodes = np.bincount(self.piece)
        length_m = np.bincount(of_edge, self.length_m, minlength=len(nodes))
        used = length_m >= min(LEAST_PIECE_M, length_m.max(initial=0.0))
        return pd.DataFrame({"nodes": nodes, "length_m": length_m, "used": used}).rename_axis("piece")

    @cached_property
    def usable(self) -> Integers:
        """The edges that points are snapped to: those of the pieces that are `used`."""
        found: Integers = np.flatnonzero(self.pieces["used"].to_numpy()[self.piece[self.start]])
        return found

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The usable edges as lines in a search tree, in the order of `usable`."""
        ends = np.stack([self.start[self.usable], self.end[self.usable]], axis=1)
        lines = np.asarray(shapely.linestrings(np.stack([self.x[ends], self.y[ends]], axis=2)))
        return shapely.STRtree(lines)


class Snapped(NamedTuple):
    """The place of each point on the network: an edge (-1: none), the share of it from its start, and how far off."""

    edge: Integers
    share: Floats
    snap_m: Floats


def build(x: Floats, y: Floats, *, start: Integers, end: Integers, two_way: NDArray[np.bool_], crs: str) -> Network:
    """Return the network of nodes at `x`, `y` (metres of the metric CRS `crs`) and edges between them."""
    start, end = np.asarray(start), np.asarray(end)
    length_m = np.hypot(x[end] - x[start], y[end] - y[start])
    _count, piece = connected_components(graph(start, end, length_m, nodes=len(x)), directed=False)
    return Network(x, y, start, end, np.asarray(two_way, dtype=bool), length_m, piece, crs)


def graph(tail: Integers, head: Integers, length_m: Floats, *, nodes: int) -> csr_array:
    """Return arcs as a sparse matrix; two arcs between the same nodes both stay (scipy would add their lengths)."""
    order = np.argsort(tail, kind="stable")
    begins = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=nodes), out=begins[1:])
    return csr_array((length_m[order], head[order].astype(np.int32), begins), shape=(nodes, nodes))


def to_nearest_node(network: Network, nodes: Integers) -> tuple[Floats, Integers]:
    """Return for every node of the network the distance to the nearest of `nodes`, and which that is.

    One search from all of them, on the streets turned round. Infinite and negative where none can be reached, and
    everywhere without nodes.
    """
    count = len(network.x)
    if not len(nodes):
        return np.full(count, np.inf), np.full(count, -1, dtype=np.intp)
    back = network.two_way
    tail, head = (np.concatenate([one, other[back]]) for one, other in _both_ways(network))
    length_m = np.concatenate([network.length_m, network.length_m[back]])
    turned = graph(tail, head, length_m, nodes=count)
    metres, _before, source = dijkstra(turned, indices=nodes, min_only=True, return_predecessors=True)
    return metres, source


def _both_ways(network: Network) -> tuple[tuple[Integers, Integers], tuple[Integers, Integers]]:
    """Return the tails and heads of the arcs on the streets turned round: each edge, then those open both ways."""
    return (network.end, network.start), (network.start, network.end)


def snap(points: GeoDataFrame, network: Network, *, max_snap_m: float) -> Snapped:
    """Return the nearest position on a usable street of each point: on an edge, not only at its ends.

    A point exactly `max_snap_m` away is snapped; one farther off has edge -1 and an infinite `snap_m`. Of several
    edges equally near one is taken, the same each time. Snapping to nodes instead made the leg of a random place in
    the centre of Helsinki 21 m instead of 16 m, and the share of places within 500 m 75.2 % instead of 75.8 %.

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        The limit is no length, the points are in another CRS than the network, the CRS is not metric, or a row is
        no point.
    """
    require_length(max_snap_m, what=mark("Snapping distance"))
    x, y = coordinates(points, what=WHAT)
    if points.crs != network.crs:
        raise DifferentCrs(what=WHAT, first=points.crs.to_string(), second=network.crs)
    edge, share = np.full(len(x), -1, dtype=np.intp), np.full(len(x), np.nan)
    snap_m = np.full(len(x), np.inf)
    (row, line), metres = network.tree.query_nearest(
        shapely.points(x, y), max_distance=np.nextafter(max_snap_m, np.inf), return_distance=True, all_matches=False
    )
    edge[row], snap_m[row] = network.usable[line], metres
    a, b = network.start[edge[row]], network.end[edge[row]]
    dx, dy = network.x[b] - network.x[a], network.y[b] - network.y[a]
    square = np.where(dx * dx + dy * dy > 0, dx * dx + dy * dy, 1.0)
    along = ((x[row] - network.x[a]) * dx + (y[row] - network.y[a]) * dy) / square
    # To the digits that `2 × edge + share` keeps (10⁻⁹ of an edge), by which positions are found again.
    share[row] = (2.0 * edge[row] + np.clip(along, 0.0, 1.0)) - 2.0 * edge[row]
    return Snapped(edge, share, snap_m)


def islands(demand: GeoDataFrame, stations: GeoDataFrame, *, network: Network, max_snap_m: float) -> pd.DataFrame:
    """Return the connected pieces of the network, the longest first, with whom they hold.

    Index `piece`; `nodes`, `length_m`, `used` as in `Network.pieces`, `stations` (how many are snapped to it),
    `people` snapped to it, and `stranded_people`: those of pieces without a station. Raises as `snap` does.
    """
    table = network.pieces.copy()
    placed, sites = (snap(frame, network, max_snap_m=max_snap_m).edge for frame in (demand, stations))
    on = network.piece[network.start[placed[placed >= 0]]]
    people = demand["people"].to_numpy()[placed >= 0]
    table["stations"] = np.bincount(network.piece[network.start[sites[sites >= 0]]], minlength=len(table))
    table["people"] = pd.Series(people).groupby(on).sum().reindex(table.index, fill_value=0)
    table["stranded_people"] = table["people"].where(table["stations"] == 0, 0)
    return table.sort_values("length_m", ascending=False, kind="stable")
