"""The nearest of many sites for very many points: arrays in, arrays out, exact, on all cores.

A kd-tree that is asked a million times gives neighbours the same few answers over and over. So it is asked
once for each cell of a coarse lattice which sites can be the nearest of any point in that cell, and the
points compare only those. Two rules, both exact, say which these are, seen from the cell's centre and the
site nearest to it. No site more than a cell's diagonal farther away than that one can be nearest anywhere in
the cell (the triangle inequality, twice). And the difference of the squared distances to two sites is linear,
so that from the centre to a corner another site gains at most the side times the distance between the two
sites along x and y. Points in cells with more candidates than are worth comparing ask the tree themselves.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

# Measured: these were the fastest of those tried, for a million points and a thousand sites, and for ten
# million points and two hundred thousand sites.
CANDIDATES = 8  # kept for a cell
POINTS_PER_CELL = 64
CELLS_PER_SITE = 3  # or else a cell has too many candidates; but
FEWEST_POINTS_PER_CELL = 16  # a cell costs more than its points save
BLOCK = 32_768  # points compared at a time: the working arrays stay in the processor's cache

# Rounding must not lose a candidate.
DIAGONAL = 1.4143  # of a cell of side 1, rounded up
ROUNDING = 1e-9  # of a squared distance, far more than float64 loses


def nearest(x: Floats, y: Floats, sites: Floats) -> tuple[Integers, Floats]:
    """Return for each point the position of its nearest site, and the straight distance to it.

    Parameters
    ----------
    x, y
        Coordinates of n points; finite.
    sites
        Coordinates of m sites, shape (m, 2), in the same unit; finite.

    Returns
    -------
    tuple
        Positions in `sites` (m where there is no site) and distances (infinite where there is no site), both
        of length n. Of several sites at the same distance (float64, squared) the first in `sites` is taken,
        whatever the order of the points, the shape of the tree and the number of cores.
    """
    chosen, distance = np.full(len(x), len(sites), dtype=np.intp), np.full(len(x), np.inf)
    if len(x) == 0 or len(sites) == 0:
        return chosen, distance
    firsts = _first_at_each_place(sites)
    tree = cKDTree(sites[firsts])
    cell_of, centres, side = _lattice(x, y, cells=CELLS_PER_SITE * len(firsts))
    candidates, count = _candidates(tree, centres, side)
    places = np.append(sites[firsts], [[np.inf, np.inf]], axis=0)
    east, north = places.T.copy()

    def compare(start: int) -> None:
        block = slice(start, start + BLOCK)
        px, py = x[block], y[block]
        cells = cell_of(px, py)
        best, counts = candidates[0].take(cells), count.take(cells)
        square = _square(px - east.take(best), py - north.take(best))
        rivals = np.flatnonzero(counts > 1)
        for row, candidate in enumerate(candidates[1:], start=2):
            other = candidate.take(cells.take(rivals))
            other_square = _square(px.take(rivals) - east.take(other), py.take(rivals) - north.take(other))
            closer = np.flatnonzero(other_square < square.take(rivals))
            won = rivals.take(closer)
            best[won], square[won] = other.take(closer), other_square.take(closer)
            rivals = rivals[counts.take(rivals) > row]
        if (crowded := np.flatnonzero(counts == 0)).size:
            points = np.column_stack([px[crowded], py[crowded]])
            best[crowded], square[crowded] = _by_tree(tree, points, places)
        chosen[block] = firsts.take(best)
        np.sqrt(square, out=distance[block])

    blocks = range(0, len(x), BLOCK)
    if len(blocks) == 1:  # to start threads would take longer than to compare
        compare(0)
        return chosen, distance
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        list(cores.map(compare, blocks))
    return chosen, distance


def _square(dx: Floats, dy: Floats) -> Floats:
    """Return squared lengths, overwriting `dx` and `dy`: one formula for every path, so that ties are ties."""
    dx *= dx
    dy *= dy
    dx += dy
    return dx


def _first_at_each_place(sites: Floats) -> Integers:
    """Return the positions of the sites without those that stand where an earlier one stands."""
    firsts: Integers = np.sort(np.unique(sites, axis=0, return_index=True)[1])
    return firsts


def _lattice(x: Floats, y: Floats, *, cells: int) -> tuple[Callable[[Floats, Floats], Integers], Floats, float]:
    """Return a lattice over the points: the cell of given points, the centres of all cells, the side.

    It has about as many cells as are wanted, where the number of points makes neither more nor fewer worth it.
    """
    west, south, width, height = x.min(), y.min(), np.ptp(x), np.ptp(y)
    wanted = max(len(x) / POINTS_PER_CELL, min(cells, len(x) / FEWEST_POINTS_PER_CELL), 1.0)
    side = max(math.sqrt(width * height / wanted), max(width, height) / wanted, 1.0)
    columns, rows = int(width / side) + 1, int(height / side) + 1

    def cell_of(px: Floats, py: Floats) -> Integers:
        cells: Integers = ((py - south) / side).astype(np.intp) * columns
        cells += ((px - west) / side).astype(np.intp)
        return cells

    row, column = np.divmod(np.arange(rows * columns), columns)
    return cell_of, np.column_stack([west + side * (column + 0.5), south + side * (row + 0.5)]), side


def _candidates(tree: cKDTree, centres: Floats, side: float) -> tuple[Integers, Integers]:
    """Return the sites that can be nearest in each cell, and how many there are, 0 where they may be too many.

    The first is an array (CANDIDATES, cells) with positions rising down each column and ending in the position
    after the last site.
    """
    distance, site = tree.query(centres, k=CANDIDATES + 1, workers=-1 if len(centres) > BLOCK else 1)
    crowded = distance[:, CANDIDATES] <= distance[:, 0] + DIAGONAL * side
    distance, site = distance[:, :CANDIDATES], site[:, :CANDIDATES]
    place = tree.data[np.minimum(site, tree.n - 1)]
    most_gained = side * np.abs(place - place[:, :1]).sum(axis=2)
    square = distance * distance
    possible = square * (1 - ROUNDING) - square[:, :1] <= most_gained
    rising = np.sort(np.where(possible, site, tree.n), axis=1)
    return np.ascontiguousarray(rising.T), np.where(crowded, 0, possible.sum(axis=1))


def _by_tree(tree: cKDTree, points: Floats, places: Floats) -> tuple[Integers, Floats]:
    """Return the first of the nearest sites, and the square of its distance.

    More sites are asked for until one is farther than the nearest.
    """
    chosen, shortest = np.empty(len(points), dtype=np.intp), np.empty(len(points))
    unsure, neighbours = np.arange(len(points)), 2
    while unsure.size:
        site = tree.query(points[unsure], k=neighbours)[1]
        square = _square(*np.moveaxis(points[unsure, np.newaxis] - places[site], -1, 0))
        shortest[unsure] = least = square.min(axis=1)
        equal = square == least[:, np.newaxis]
        chosen[unsure] = np.where(equal, site, tree.n).min(axis=1)
        unsure, neighbours = unsure[equal[:, -1]], 2 * neighbours
    return chosen, shortest
