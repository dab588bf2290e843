"""Contiguous places divided around their peaks: each part is about what one more station could serve.

A peak is the cell from which most people of its place are within the radius. The first of a place is that of all its
cells, each further one that of its cells at least two radii from every earlier peak: no two stations at peaks would
reach the same people, and hardly a cell is two radii or more from all of them. Each cell goes to the nearest peak;
what is cut off from its peak that way is a part of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from stations.analysis.cells import Cells, contiguous
from stations.analysis.coverage import TOUCH_M
from stations.analysis.nearest import nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

GATHERED = 0.25
"""People are counted in squares of this many radii, so that a fine grid takes no longer than one of that spacing."""

DIGITS = 3
"""Sums of people that agree to a thousandth of a person are equal: sums of fractions hang on the last bit."""


class Parts(NamedTuple):
    """`part` is the part of each cell, numbered from 0; `peak` the cell that is the peak of each part."""

    part: Integers
    peak: Integers


def parts_around_peaks(cells: Cells, people: Floats, *, radius_m: float) -> Parts:
    """Return the contiguous parts of contiguous places, and the peak of each.

    Parameters
    ----------
    cells
        Cells and their neighbours; a place is what neighbours join. Cells in the order of their coordinates (x,
        then y): it decides ties.
    people
        People of each cell, 0 or more.
    radius_m
        Service radius. People exactly at it count.

    Returns
    -------
    Parts
        Each is contiguous and in one place. People around a cell are counted by squares of `GATHERED` radii of the
        place, each at its cell with most people, for these cells alone; others of the square take its count. Where
        the spacing is a quarter of the radius or more, that is every cell. Of cells with as many people within the
        radius, the one with more people of its own is the peak, then the first. A cell as far from two peaks goes to
        the earlier one. A part that is cut off from its peak has as its peak the cell of its own that counts most;
        only such a peak may be nearer than two radii to another of the place.
    """
    place = contiguous(cells.pairs, len(cells.xy))
    square, chief = _gathered(cells.xy, place, people, side_m=GATHERED * radius_m)
    tree = cKDTree(cells.xy[chief])
    gathered = np.bincount(square, people, minlength=len(chief)).astype(np.float64)
    within = _within(tree, place[chief], gathered, radius_m=radius_m)
    order = np.lexsort((-gathered, -within))
    peaks = chief[_apart(tree, place[chief], order, apart_m=2 * radius_m)]
    joined = _joined_to_nearest(cells.xy, place, peaks)
    part = contiguous(cells.pairs[joined[cells.pairs[:, 0]] == joined[cells.pairs[:, 1]]], len(cells.xy))
    is_peak = np.zeros(len(part), dtype=bool)
    is_peak[peaks] = True
    ranked = np.lexsort((-people, -within[square], ~is_peak))
    first = np.unique(part[ranked], return_index=True)[1]
    return Parts(part, ranked[first])


def _gathered(xy: Floats, place: Integers, people: Floats, *, side_m: float) -> tuple[Integers, Integers]:
    """Return the square of each cell, and the cell of each square that has most people; squares in cell order."""
    column, row = np.floor(xy / side_m).astype(np.int64).T
    frame = pd.DataFrame({"place": place, "column": column, "row": row})
    square = frame.groupby(["place", "column", "row"], sort=False).ngroup().to_numpy().astype(np.intp)
    ranked = np.argsort(-people, kind="stable")
    return square, ranked[np.unique(square[ranked], return_index=True)[1]]


def _within(tree: cKDTree, place: Integers, people: Floats, *, radius_m: float) -> Floats:
    """Return for each point of the tree the people within the radius in its place, its own included."""
    one, other = tree.query_pairs(radius_m + TOUCH_M, output_type="ndarray").T
    same = place[one] == place[other]
    one, other = one[same], other[same]
    count = len(people)
    around = np.bincount(one, people[other], minlength=count) + np.bincount(other, people[one], minlength=count)
    total: Floats = (people + around).round(DIGITS)
    return total


def _apart(tree: cKDTree, place: Integers, order: Integers, *, apart_m: float) -> Integers:
    """Return from `order`, one after the other, each point that is apart from all taken before in its place."""
    taken = []
    free = np.ones(tree.n, dtype=bool)
    for point in order.tolist():
        if free[point]:
            taken.append(point)
            near = np.asarray(tree.query_ball_point(tree.data[point], apart_m - TOUCH_M))
            free[near[place[near] == place[point]]] = False
    return np.array(taken, dtype=np.intp)


def _joined_to_nearest(xy: Floats, place: Integers, peaks: Integers) -> Integers:
    """Return for each cell the nearest peak of its place, as a position in `peaks`; the earlier of two as near."""
    x, y = xy.T.copy()
    joined = np.asarray(nearest(x, y, xy[peaks])[0], dtype=np.intp)
    of_place = pd.Series(np.arange(len(peaks))).groupby(place[peaks]).indices
    astray = np.flatnonzero(place[peaks[joined]] != place)  # to a peak of another place: few, and asked again
    for number, at in pd.Series(place[astray]).groupby(place[astray]).indices.items():
        cells, candidates = astray[at], of_place[number]
        joined[cells] = candidates[nearest(x[cells], y[cells], xy[peaks[candidates]])[0]]
    return joined
