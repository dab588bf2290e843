"""Orders to build in: every beginning of one is a choice, so that one pass answers for every number of sites.

What each candidate would still add is kept up to date, and looked for only among those that are ahead: whoever was
behind them when they were found has not caught up since, because what can be added only shrinks (Minoux's accelerated
greedy [1]_, without its queue).

.. [1] M. Minoux (1978): Accelerated greedy algorithms for maximizing submodular set functions. Optimization
   Techniques, Lecture Notes in Control and Information Sciences 7, 234-243.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting.structure import Floats, Integers, touched

AHEAD = 2048
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
    lots
        A number of each candidate by which equals are told apart. It comes from the rows that it reaches, not from its
        place among the candidates, so that the answer is the same in whichever order they are given.
    """

    rows: csr_array
    columns: csc_array
    weights: Floats
    lots: Floats

    @property
    def count(self) -> int:
        """How many candidates there are."""
        return int(self.rows.shape[1])

    def among(self, candidates: Integers) -> Winnable:
        """Return the same with some of the candidates alone."""
        columns = self.columns[:, candidates]
        return Winnable(csr_array(columns), columns, self.weights, self.lots[candidates])

    def sums(self, values: Floats) -> Floats:
        """Return for each candidate the sum of values over the rows that it reaches."""
        return np.asarray(self.columns.T @ values)


def ordered(problem: Winnable, worth: Floats, *, sites: int, first: ArrayLike = ()) -> Integers:
    """Return up to `sites` candidates after the `first`: each adds most worth to those before it, and something."""
    left = np.array(worth)
    left[touched(problem.columns, first)[0]] = 0.0
    gains, least = problem.sums(left), NOTHING * float(worth.sum())
    order: list[int] = []
    ahead, behind = np.empty(0, np.intp), np.inf
    while len(order) < sites:
        most = gains[ahead].max(initial=-np.inf)
        if most < behind:
            behind = _nth_largest(gains, AHEAD)
            ahead = np.flatnonzero(gains >= behind)
            most = gains[ahead].max()
        if most <= least:
            break
        equals = ahead[gains[ahead] == most]
        best = int(equals[problem.lots[equals].argmax()])
        order.append(best)
        rows, _sizes = touched(problem.columns, [best])
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
        rows, _sizes = touched(problem.columns, [site])
        if (times[rows] > 1).all():
            times[rows] -= 1
        else:
            kept.append(site)
    return np.array(kept, np.intp)


def exchanged(problem: Winnable, chosen: Integers, *, sweeps: int) -> Integers:
    """Return as many candidates, none worse: each in turn is taken out and the best put back, so many times."""
    chosen = np.array(chosen, np.intp)
    times = np.bincount(touched(problem.columns, chosen)[0], minlength=len(problem.weights))
    gains, least = problem.sums(problem.weights * (times == 0)), NOTHING * float(problem.weights.sum())
    for _sweep in range(sweeps):
        before = chosen.copy()
        for place, site in enumerate(chosen):
            _change(problem, site, times=times, gains=gains, by=-1)
            most = gains.max()
            if most > gains[site] + least:
                equals = np.flatnonzero(gains == most)
                chosen[place] = equals[problem.lots[equals].argmax()]
            _change(problem, chosen[place], times=times, gains=gains, by=1)
        if (before == chosen).all():
            break
    return chosen


def _change(problem: Winnable, site: int, *, times: Integers, gains: Floats, by: int) -> None:
    """Put a site in (`by` 1) or take it out (-1): how often rows are reached, and what each candidate would add."""
    rows, _sizes = touched(problem.columns, [site])
    alone = rows[times[rows] == (by < 0)]
    times[rows] += by
    others, sizes = touched(problem.rows, alone)
    np.add.at(gains, others, np.repeat(-by * problem.weights[alone], sizes))


def _nth_largest(values: Floats, count: int) -> float:
    return float(np.partition(values, -count)[-count]) if len(values) > count else float(values.min(initial=np.inf))
