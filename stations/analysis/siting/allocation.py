"""What is left of a question about distances: what each row of demand costs by each candidate, or without any.

Whatever is chosen, a row costs no more than its `fallback`: what the fixed sites cost it, or what counts where nobody
can be reached. So only the pairs below that decide anything, and a question with fixed sites is one without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting.compiled import FLOATS, MARKS, MEMBERS, STARTS, VOID, Marks, Members, Starts, compiled
from stations.analysis.siting.distances import kept, row_of_each
from stations.analysis.siting.structure import Floats, Integers

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, eq=False)
class Allocation:
    """Rows of demand that a choice can still help, with what each open candidate makes them cost.

    Attributes
    ----------
    columns
        CSC, rows × candidates, weighted distances, each below the row's `fallback`; also those of 0 are stored.
    fallback
        What each row costs where none of its candidates is chosen.
    base
        What the rows cost together that nobody can help any more.
    demand
        Which row of the question each row is, ascending.
    candidates
        Which candidate of the question each column is, ascending.
    """

    columns: csc_array
    fallback: Floats
    base: float
    demand: Integers
    candidates: Integers

    @cached_property
    def rows(self) -> csr_array:
        """The same by row, what costs least first."""
        rows = csr_array(self.columns)
        members = rows.indices.astype(np.int32)
        sort_rows(rows.indptr.astype(np.int64), members, rows.data)
        return csr_array((rows.data, members, rows.indptr), shape=rows.shape)

    @property
    def count(self) -> int:
        """How many candidates are open."""
        return len(self.candidates)

    def costs(self, chosen: Integers) -> Floats:
        """Return what each row costs with some candidates (as columns)."""
        least, columns = self.fallback.copy(), self.columns
        for column in chosen:
            own = slice(columns.indptr[column], columns.indptr[column + 1])
            rows = columns.indices[own]
            least[rows] = np.minimum(least[rows], columns.data[own])
        return least

    def value(self, chosen: Integers) -> float:
        """Return what all rows cost with some candidates (as columns)."""
        return self.base + float(self.costs(chosen).sum())


@compiled(VOID, STARTS, MEMBERS, FLOATS)
def sort_rows(starts: Starts, members: Members, values: Floats) -> None:
    """Put the members of each row in the order of their values, equals as they are."""
    for row in range(len(starts) - 1):
        own = slice(starts[row], starts[row + 1])
        order = np.argsort(values[own], kind="mergesort")
        members[own], values[own] = members[own][order], values[own][order]


@compiled(VOID, STARTS, MEMBERS, FLOATS, FLOATS, MARKS, MARKS)
def mark_near(starts: Starts, members: Members, values: Floats, below: Floats, is_open: Marks, marks: Marks) -> None:
    """Mark the pairs of each row with an open member whose value is below some."""
    for row in range(len(starts) - 1):
        for at in range(starts[row], starts[row + 1]):
            marks[at] = values[at] < below[row] and is_open[np.uint32(members[at])]


def allocated(pairs: csr_array, weights: Floats, *, at_most: Floats, closed: Integers) -> Allocation:
    """Return the question in which no row is farther than `at_most` from a site, whatever is chosen.

    Candidates that are `closed` (the fixed ones among them) take no part, nor do rows without weight or pairs.
    """
    is_open = np.ones(pairs.shape[1], dtype=bool)
    is_open[closed] = False
    counts = (np.diff(pairs.indptr) > 0) & (weights > 0)
    looks, marks = np.where(counts, at_most, 0.0), np.zeros(len(pairs.data), np.bool_)
    starts, members = pairs.indptr.astype(np.int64), pairs.indices.astype(np.int32, copy=False)
    mark_near(starts, members, pairs.data, looks, is_open, marks)
    near = kept(pairs, marks)
    near.data *= weights[row_of_each(near)]
    fallback = np.where(counts, weights, 0.0) * looks
    whole = Allocation(csc_array(near), fallback, 0.0, np.arange(len(weights)), np.arange(pairs.shape[1]))
    return restricted(whole, opened=np.zeros_like(is_open), closed=~is_open)


def restricted(problem: Allocation, *, opened: Marks, closed: Marks, most: float = np.inf) -> Allocation:
    """Return what is left to decide when some candidates are chosen and some are ruled out.

    No row counts as costing more than `most`: choices that cost less are what they were, others cost that at least.
    """
    columns, left = problem.columns, ~(opened | closed)
    fallback = np.minimum(problem.costs(np.flatnonzero(opened)), most)
    of_column = np.repeat(np.arange(problem.count), np.diff(columns.indptr))
    pairs = (columns.data < fallback[columns.indices]) & left[of_column]
    live = np.zeros(len(fallback), dtype=bool)
    live[columns.indices[pairs]] = True
    number = np.cumsum(live, dtype=np.int32) - 1
    ends = np.concatenate([[0], np.cumsum(np.bincount(of_column[pairs], minlength=problem.count)[left])])
    smaller = csc_array(
        (columns.data[pairs], number[columns.indices[pairs]], ends), shape=(int(live.sum()), int(left.sum()))
    )
    base = problem.base + float(fallback[~live].sum())
    return Allocation(smaller, fallback[live], base, problem.demand[live], problem.candidates[left])
