"""How far it is from the demand to the candidates: what is given, and who is nearest to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

from stations.analysis.siting.answers import Selection
from stations.analysis.siting.compiled import (
    FLOATS,
    MARKS,
    MEMBERS,
    PLACES,
    STARTS,
    TABLE,
    VOID,
    Marks,
    Members,
    Places,
    Starts,
    Table,
    compiled,
)
from stations.analysis.siting.pairs import by_row, first_twice, place_of
from stations.analysis.siting.questions import DISTANCES, GONE, MOST, NEGATIVE, NO_NUMBERS, TOO_LARGE, numbers_of, told
from stations.analysis.siting.structure import Floats, Integers
from stations.model.errors import BadEntry, BadTable
from stations.model.language import mark


@dataclass(frozen=True, eq=False)
class Assignment(Selection):
    """A choice of candidates by distance, and who goes where.

    Attributes
    ----------
    nearest
        For each row of demand the nearest site, chosen or fixed, as a position among the candidates; of equally near
        ones the first, and −1 where none of them can be reached.
    """

    nearest: NDArray[np.intp]


def pairs_of(distance: object) -> csr_array:
    """Return the distances, rows × candidates: every pair that is stored, also one of 0, can be travelled.

    Parameters
    ----------
    distance
        A dense array, in which what is infinite cannot be reached, or a SciPy sparse one, in which what is not stored
        cannot be reached either.

    Raises
    ------
    BadTable
        No table of numbers, a missing (also a masked), negative or too large one, a pair that is stored twice, or
        indices outside the table; the first that is wrong is named.
    """
    pairs = _of_sparse(distance) if issparse(distance) else _of_dense(distance)
    finite = np.isfinite(pairs.data)
    for reason, wrong in (
        (GONE, np.isnan(pairs.data)),
        (NEGATIVE, pairs.data < 0),
        (TOO_LARGE, (pairs.data > MOST) & finite),
    ):
        if wrong.any():
            raise _pair(pairs, int(wrong.argmax()), reason=reason)
    return pairs if finite.all() else kept(pairs, finite)


def kept(pairs: csr_array, which: NDArray[np.bool_]) -> csr_array:
    """Return the pairs for which `which` (in the order of their storage) holds; those of 0 stay stored."""
    ends = np.zeros(pairs.shape[0] + 1, np.int64)
    count_kept(pairs.indptr.astype(np.int64), which, ends)
    starts = ends.astype(pairs.indptr.dtype)
    return csr_array((pairs.data[which], pairs.indices[which], starts), shape=pairs.shape)


def row_of_each(pairs: csr_array) -> NDArray[np.int32]:
    """Return the row of every stored pair."""
    return np.repeat(np.arange(pairs.shape[0], dtype=np.int32), np.diff(pairs.indptr))


def to_nearest(pairs: csr_array, sites: Integers, *, nth: int = 1) -> tuple[Integers, Floats]:
    """Return for each row the nth nearest of some sites and how far it is: −1 and infinite where there are fewer."""
    is_site = np.zeros(pairs.shape[1], dtype=bool)
    is_site[sites] = True
    which, metres = np.full((pairs.shape[0], nth), -1, np.int32), np.full((pairs.shape[0], nth), np.inf)
    starts, members = pairs.indptr.astype(np.int64), pairs.indices.astype(np.int32, copy=False)
    find_nearest(starts, members, pairs.data, is_site, which, metres)
    return which[:, -1].astype(np.intp), metres[:, -1].copy()


def without_idle(pairs: csr_array, chosen: Integers, *, fixed: Integers, weights: Floats) -> Integers:
    """Return a choice without the sites beside which nobody who counts goes any farther, the last left out first.

    Nobody goes to most of them: these go at once. Of equally near ones each may be left out, but not all.
    """
    left, counts = chosen, weights > 0
    somebody = pairs if counts.all() else pairs[np.flatnonzero(counts)]
    while len(left):
        sites = np.append(fixed, left)
        nearest, away = to_nearest(somebody, sites)
        needed = np.isin(left, nearest)
        if needed.all():
            needed = np.isin(left, nearest[to_nearest(somebody, sites, nth=2)[1] > away])
            if needed.all():
                break
            needed[: np.flatnonzero(~needed)[-1]] = True
        left = left[needed]
    return left


@compiled(VOID, STARTS, MARKS, STARTS)
def count_kept(starts: Starts, which: Marks, ends: Starts) -> None:
    """Write down where each row ends when those pairs are kept that are marked."""
    for row in range(len(starts) - 1):
        many = 0
        for at in range(starts[row], starts[row + 1]):
            many += which[at]
        ends[row + 1] = ends[row] + many


@compiled(VOID, STARTS, MEMBERS, FLOATS, MARKS, PLACES, TABLE)
def find_nearest(
    starts: Starts, members: Members, values: Floats, is_site: Marks, which: Places, metres: Table
) -> None:
    """Write down the nearest sites of each row, as many as there is room for, of equally near ones the first."""
    many = metres.shape[1]
    for row in range(len(starts) - 1):
        for at in range(starts[row], starts[row + 1]):
            if not is_site[np.uint32(members[at])] or values[at] >= metres[row, many - 1]:
                continue
            place = many - 1
            while place > 0 and metres[row, place - 1] > values[at]:
                metres[row, place], which[row, place] = metres[row, place - 1], which[row, place - 1]
                place -= 1
            metres[row, place], which[row, place] = values[at], members[at]


def _of_dense(distance: object) -> csr_array:
    table = numbers_of(distance, what=DISTANCES)
    if table.ndim != 2:
        raise BadTable(what=DISTANCES, reason=mark("they are no table of rows and columns"))
    rows, columns = table.shape
    narrow = np.int32 if table.size <= np.iinfo(np.int32).max else np.int64
    indices, starts = np.tile(np.arange(columns, dtype=narrow), rows), columns * np.arange(rows + 1, dtype=narrow)
    return csr_array((table.ravel(), indices, starts), shape=table.shape)


def _of_sparse(distance: object) -> csr_array:
    pairs = by_row(distance, what=DISTANCES)
    if pairs.dtype.kind not in "iuf":
        raise BadTable(what=DISTANCES, reason=NO_NUMBERS)
    pairs = csr_array((pairs.data.astype(np.float64), pairs.indices, pairs.indptr), shape=pairs.shape)
    if not pairs.has_canonical_format:
        pairs = pairs.sorted_indices()  # a copy: the indices are still the caller's
        if (twice := first_twice(pairs)) is not None:
            raise _pair(pairs, twice, reason=mark("a pair is in it twice; keep one of the two"))
    return pairs


def _pair(pairs: csr_array, at: int, *, reason: str) -> BadEntry:
    """Return the refusal of a stored pair."""
    return BadEntry(what=DISTANCES, reason=reason, where=place_of(pairs, at), value=told(float(pairs.data[at])))
