"""Orders to build in: every beginning of one is a choice, so that one pass answers for every number of sites.

What each candidate would still add is kept up to date, and looked for only among those that are ahead: whoever was
behind them when they were found has not caught up since, because what can be added only shrinks (Minoux's accelerated
greedy [1]_, without its queue).

.. [1] M. Minoux (1978): Accelerated greedy algorithms for maximizing submodular set functions. Optimization
   Techniques, Lecture Notes in Control and Information Sciences 7, 234-243.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting.structure import Floats, Integers, touched

AHEAD = 4096
"""Among how many candidates the next one is looked for: more are slower to look at, fewer are found anew more often."""
NOTHING = 1e-12
"""The share of all weight up to which a change is the rounding of sums, and no change."""


@dataclass(frozen=True, eq=False)
class Winnable:
    """Demand that new sites can win.

    Attributes
    ----------
    rows, columns
        Who is reached by whom, rows × candidates, as ones: by row (CSR) and by candidate (CSC).
    weights
        Of each row, > 0.
    turns
        A number of each candidate: of equals the one with the largest has its turn. It comes from the rows that it
        reaches, and not from its place among the candidates, so that their order changes nothing.
    """

    rows: csr_array
    columns: csc_array
    weights: Floats
    turns: Floats

    @property
    def count(self) -> int:
        """How many candidates there are."""
        return int(self.rows.shape[1])

    def reached(self, candidate: int) -> Integers:
        """Return the rows that a candidate reaches."""
        begin, end = self.columns.indptr[candidate : candidate + 2]
        return np.asarray(self.columns.indices[begin:end])

    def foremost(self, gains: Floats, candidates: Integers) -> int:
        """Return the one of some candidates that gains most; of equals the one whose turn it is."""
        among = gains[candidates]
        equals = candidates[among == among.max()]
        return int(equals[self.turns[equals].argmax()])

    def among(self, candidates: Integers) -> Winnable:
        """Return the same with some of the candidates alone."""
        columns = self.columns[:, candidates]
        return Winnable(csr_array(columns), columns, self.weights, self.turns[candidates])

    def sums(self, values: Floats) -> Floats:
        """Return for each candidate the sum of values over the rows that it reaches."""
        return np.asarray(self.columns.T @ values)


def ordered(problem: Winnable, worth: Floats, *, sites: int, first: ArrayLike = ()) -> Integers:
    """Return up to `sites` candidates after the `first`: each adds most worth to those before it, and something."""
    left = np.array(worth)
    left[touched(problem.columns, first)[0]] = 0.0
    gains, least = problem.sums(left), NOTHING * float(worth.sum())
    order: list[int] = []
    ahead, behind = _ahead(gains)
    while len(order) < sites:
        best = problem.foremost(gains, ahead)
        if gains[best] < behind:
            ahead, behind = _ahead(gains)
            best = problem.foremost(gains, ahead)
        if gains[best] <= least:
            break
        order.append(best)
        rows = problem.reached(best)
        won = rows[left[rows] > 0]
        lost, sizes = touched(problem.rows, won)
        np.subtract.at(gains, lost, np.repeat(left[won], sizes))
        left[won] = gains[best] = 0.0
    return np.array(order, np.intp)


def won_at(problem: Winnable, order: Integers) -> Integers:
    """Return for each row at which place of the order it is won; the length of the order where it never is."""
    rows, sizes = touched(problem.columns, order)
    at = np.full(len(problem.weights), len(order))
    at[rows[::-1]] = np.repeat(np.arange(len(order)), sizes)[::-1]
    return at


def won(problem: Winnable, order: Integers) -> Floats:
    """Return the weight that the first 1, 2, … of an order win."""
    return np.bincount(won_at(problem, order), problem.weights, minlength=len(order) + 1)[: len(order)].cumsum()


def compact(problem: Winnable, order: Integers) -> Integers:
    """Return an order without the sites that win nothing beside the others, the earliest left out first."""
    times = np.bincount(touched(problem.columns, order)[0], minlength=len(problem.weights))
    kept = []
    for site in order:
        rows = problem.reached(site)
        if (times[rows] > 1).all():
            times[rows] -= 1
        else:
            kept.append(site)
    return np.array(kept, np.intp)


def exchanged(problem: Winnable, chosen: Integers, *, sweeps: int, until: float = math.inf) -> Integers:
    """Return as many candidates, none worse: each in turn is taken out and the best put in its place.

    Who has been looked at is looked at again when something has changed for the rows that he reaches, in up to `sweeps`
    rounds (Teitz & Bart's interchange), as long as the clock (`time.perf_counter`) does not say `until`.
    """
    chosen = np.array(chosen, np.intp)
    weights, least = problem.weights, NOTHING * float(problem.weights.sum())
    times = np.bincount(touched(problem.columns, chosen)[0], minlength=len(weights))
    gains, everybody = problem.sums(weights * (times == 0)), np.arange(problem.count)
    free, stale = problem.foremost(gains, everybody), np.ones(problem.count, dtype=bool)
    for _sweep in range(sweeps):
        for place in np.flatnonzero(stale[chosen]):
            if time.perf_counter() >= until:
                return chosen
            site = chosen[place]
            stale[site] = False
            rows = problem.reached(site)
            alone = rows[times[rows] == 1]
            near, sizes = touched(problem.rows, alone)
            before = gains[near]
            np.add.at(gains, near, np.repeat(weights[alone], sizes))
            better = max(free, problem.foremost(gains, near) if len(near) else free, key=gains.__getitem__)
            if gains[better] <= gains[site] + least:
                gains[near] = before
                continue
            chosen[place] = better
            times[rows] -= 1
            rows = problem.reached(better)
            fresh = rows[times[rows] == 0]
            times[rows] += 1
            others, sizes = touched(problem.rows, fresh)
            np.subtract.at(gains, others, np.repeat(weights[fresh], sizes))
            free = problem.foremost(gains, everybody)
            stale[near] = stale[others] = True
        if not stale[chosen].any():
            break
    return chosen


def _ahead(gains: Floats) -> tuple[Integers, float]:
    """Return the candidates that gain most, about `AHEAD` of them, and what all others gain less than."""
    behind = np.partition(gains, -AHEAD)[-AHEAD] if len(gains) > AHEAD else gains.min()
    return np.flatnonzero(gains >= behind), float(behind)
