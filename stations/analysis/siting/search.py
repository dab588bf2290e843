"""A good choice at once: the greedy one, and what exchanges make of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from stations.analysis.siting.structure import Covering, Floats, Integers, touched


class Step(NamedTuple):
    """One more site of the greedy choice.

    The candidate, the weight it adds, and what could be added by each candidate before it was chosen.
    """

    candidate: int
    gain: float
    gains: Floats


def greedy(problem: Covering) -> Iterator[Step]:
    """Yield the candidate that adds most, again and again, until nothing can be added; of equals the first.

    Its first k cover at least 1 − 1/e (63.2 %) of what the best k can [1]_. What each candidate would still add is
    kept up to date and never searched for, so that the whole order takes no longer than reading `rows` once.

    .. [1] G. L. Nemhauser, L. A. Wolsey, M. L. Fisher (1978): An analysis of approximations for maximizing submodular
       set functions. Mathematical Programming 14, 265-294.
    """
    gains = problem.columns.T @ problem.weights
    least = _nothing(problem)
    uncovered = np.ones(len(problem.weights), dtype=bool)
    while problem.count:
        best = int(np.argmax(gains))
        if gains[best] <= least:
            return
        yield Step(best, float(gains[best]), gains.copy())
        rows, _sizes = touched(problem.columns, [best])
        won = rows[uncovered[rows]]
        uncovered[won] = False
        lost, sizes = touched(problem.rows, won)
        gains -= np.bincount(lost, weights=np.repeat(problem.weights[won], sizes), minlength=problem.count)


def covered_by(problem: Covering, chosen: Integers) -> float:
    """Return the weight that some candidates cover, without that of the fixed sites."""
    rows, _sizes = touched(problem.columns, chosen)
    mask = np.zeros(len(problem.weights), dtype=bool)
    mask[rows] = True
    return float(problem.weights[mask].sum())


def exchanged(problem: Covering, chosen: Integers) -> Integers:
    """Return a choice of as many that no exchange of one site for another makes better (Teitz & Bart 1968)."""
    chosen = np.array(chosen, np.intp)
    weights, count = problem.weights, problem.count
    least = _nothing(problem)
    rows, _sizes = touched(problem.columns, chosen)
    times = np.bincount(rows, minlength=len(weights))
    gains = problem.columns.T @ (weights * (times == 0))
    while True:
        best, swap = least, None
        for place, site in enumerate(chosen):
            own, _sizes = touched(problem.columns, [site])
            alone = own[times[own] == 1]
            others, sizes = touched(problem.rows, alone)
            after = gains + np.bincount(others, weights=np.repeat(weights[alone], sizes), minlength=count)
            after[chosen] = -np.inf
            better = int(np.argmax(after))
            change = after[better] - weights[alone].sum()
            if change > best:
                best, swap = change, (place, better)
        if swap is None:
            return np.sort(chosen)
        place, better = swap
        for site, step in ((chosen[place], -1), (better, 1)):
            own, _sizes = touched(problem.columns, [site])
            times[own] += step
        chosen[place] = better
        gains = problem.columns.T @ (weights * (times == 0))


def _nothing(problem: Covering) -> float:
    """Return the weight up to which a change is the rounding of sums, and no change."""
    return 1e-12 * float(problem.weights.sum())
