"""Points of a grid as the land they stand for: which are contiguous, and the outline of those that are.

Each point stands for the square of side `spacing_m` centred on it, its edges along x and y.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

REACH = math.sqrt(2) * 1.02
"""How far apart neighbours may be, in spacings: the diagonal of a grid. The 2 % let coordinates be rounded on
the way (to five decimals of a degree on a grid of 100 m); the next point of a grid is 2 spacings away."""

PLAY = 0.25
"""How far, in spacings along x or y, a neighbour may be off its place while the points still count as a grid."""

# The corners of a cell, counter-clockwise, in sides from the south-west; and the number of each in that list.
CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=np.int8)
NUMBER = np.array([(0, 3), (1, 2)])


class Cells(NamedTuple):
    """Points as the cells they stand for.

    `cell` is the cell of each point; `xy`, shape (cells, 2), the middle of each cell; `pairs`, shape (n, 2), the
    neighbours: cells of one district at most `REACH` times the spacing apart.
    """

    cell: Integers
    xy: Floats
    pairs: Integers


def cells_of(x: Floats, y: Floats, district: pd.Series, *, spacing_m: float) -> Cells:
    """Return the cells of points with coordinates in metres; no district counts as one, too.

    Several points of a district may share one spot: they have one cell. Cells come in the order of their first points.
    """
    codes = pd.factorize(district, use_na_sentinel=False)[0]
    points = pd.DataFrame({"x": x, "y": y, "code": codes})
    # Spots are paired, not points: pairing the points of one spot would take the square of their number.
    cell = points.groupby(["x", "y", "code"], sort=False).ngroup().to_numpy().astype(np.intp)
    spots = points.drop_duplicates()
    xy, code = spots[["x", "y"]].to_numpy(), spots["code"].to_numpy()
    pairs = cKDTree(xy).query_pairs(REACH * spacing_m, output_type="ndarray")
    return Cells(cell, xy, pairs[code[pairs[:, 0]] == code[pairs[:, 1]]])


def contiguous(pairs: Integers, count: int) -> Integers:
    """Return which contiguous part each of `count` cells is in, numbered from 0: those that a chain of pairs joins."""
    links = coo_array((np.ones(len(pairs), dtype=bool), pairs.T), shape=(count, count))
    part: Integers = connected_components(links, directed=False)[1]
    return part


def outlines(cells: Cells, part: Integers, *, spacing_m: float) -> NDArray[np.object_]:
    """Return the outline of each part, a Polygon or MultiPolygon: the union of the squares of its cells.

    `part` says for each cell the part it belongs to, numbered from 0 without a break. Holes stay holes. Where the
    cells of a part form a grid, neighbouring squares share their corners (at the mean of where each has them), also
    across the border to another part. So a grid that came through rounding or a change of projection, turned or
    stretched a little, has neither cracks nor overlaps, within its parts or between them.
    """
    if len(cells.xy) == 0:
        return np.empty(0, dtype=object)
    xy, pairs = cells.xy, cells.pairs
    steps = (xy[pairs[:, 1]] - xy[pairs[:, 0]]) / spacing_m
    whole = np.rint(steps).astype(np.int8)
    off_grid = (np.abs(steps - whole) > PLAY).any(axis=1) | ~whole.any(axis=1)
    is_grid = np.ones(part.max() + 1, dtype=bool)
    is_grid[part[pairs[off_grid]]] = False
    shared = is_grid[part[pairs]].all(axis=1)
    corners = xy[:, np.newaxis] + (CORNERS - 0.5) * spacing_m
    rings = _joined(corners, pairs[shared], whole[shared])[:, [0, 1, 2, 3, 0]]
    ends = 5 * np.arange(len(xy) + 1), np.arange(len(xy) + 1)
    squares = np.asarray(shapely.from_ragged_array(shapely.GeometryType.POLYGON, rings.reshape(-1, 2), ends))
    order = np.argsort(part, kind="stable")
    of_each_part = np.split(squares[order], np.flatnonzero(np.diff(part[order])) + 1)
    unions = [
        shapely.coverage_union_all(squares_of_part) if grid else shapely.union_all(squares_of_part)
        for squares_of_part, grid in zip(of_each_part, is_grid, strict=True)
    ]
    return np.array(unions, dtype=object)


def _joined(corners: Floats, pairs: Integers, steps: NDArray[np.int8]) -> Floats:
    """Return the corners of the cells, shape (cells, 4, 2), with those that neighbours share at one position.

    `steps` says for each pair how many columns and rows (-1, 0 or 1) the second cell is from the first.
    """
    seen_from_second = CORNERS - steps[:, np.newaxis]
    common = (seen_from_second >> 1 == 0).all(axis=2)  # 0 or 1 in both directions: a corner of the second, too
    pair, first_corner = np.nonzero(common)
    second_corner = NUMBER[tuple(seen_from_second[common].T)]
    same = np.column_stack([4 * pairs[pair, 0] + first_corner, 4 * pairs[pair, 1] + second_corner])
    vertex = contiguous(same, 4 * len(corners))
    members = np.bincount(vertex)
    means = [np.bincount(vertex, axis) / members for axis in corners.reshape(-1, 2).T]
    return np.column_stack(means)[vertex].reshape(corners.shape)
