"""A good choice at once: the greedy one, what exchanges make of it, and what conditions ask of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from stations.analysis.siting.clock import over
from stations.analysis.siting.limits import Limits, reached
from stations.analysis.siting.structure import NOTHING, Covering, Floats, Integers, touched

ROUNDS, SHAKEN = 40, 0.3
"""How often a choice is shaken, and which part of its sites is given up each time."""
SEED = 20_260_101  # so that the same question has the same answer


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
    state = Gains(problem)
    while problem.count:
        best = int(np.argmax(state.gains))
        if state.gains[best] <= NOTHING * problem.total:
            return
        yield Step(best, float(state.gains[best]), state.gains.copy())
        state.add(best)


class Gains:
    """How many chosen sites reach each row, and what each candidate would add to them."""

    def __init__(self, problem: Covering, chosen: Integers | None = None) -> None:
        self.problem = problem
        self.times = reached(problem.rows, np.empty(0, np.intp) if chosen is None else chosen)
        self.gains: Floats = problem.columns.T @ problem.marginal(self.times)

    def add(self, site: int) -> None:
        """Take in one site more."""
        rows, _sizes = touched(self.problem.columns, [site])
        before = self.problem.marginal(self.times)[rows]
        self.times[rows] += 1
        self.gains -= self.spread(rows, before - self.problem.marginal(self.times)[rows])

    def spread(self, rows: Integers, amounts: Floats) -> Floats:
        """Return the sum of the amounts of rows by candidate that reaches them."""
        some = amounts > 0
        candidates, sizes = touched(self.problem.rows, rows[some])
        sums = np.bincount(candidates, weights=np.repeat(amounts[some], sizes), minlength=self.problem.count)
        return sums.astype(np.float64)


def exchanged(problem: Covering, chosen: Integers, *, limits: Limits | None = None, until: float = np.inf) -> Integers:
    """Return a choice of as many that no exchange of one site for another makes better (Teitz & Bart 1968).

    It stops at `until` by the clock; `chosen` keeps the `limits`, and what is returned keeps them, too.
    """
    chosen = np.array(chosen, np.intp)
    while not over(until) and (better := _best_exchange(problem, chosen, limits)) is not None:
        chosen = better
    return np.sort(chosen)


def shaken(problem: Covering, chosen: Integers, *, limits: Limits, until: float) -> Integers:
    """Return a choice at least as good: some sites are given up for others by lot and exchanged, again and again."""
    random, best, most = np.random.default_rng(SEED), chosen, limits.value(problem, chosen)
    others = np.setdiff1d(np.arange(problem.count), chosen)
    many = min(math.ceil(SHAKEN * len(chosen)), len(others))
    for _round in range(ROUNDS if many else 0):
        new = best.copy()
        new[random.choice(len(best), many, replace=False)] = random.choice(others, many, replace=False)
        if over(until):
            break
        if not limits.plain and not limits.kept(problem, new):
            continue
        found = exchanged(problem, new, limits=limits, until=until)
        if (worth := limits.value(problem, found)) >= most:
            best, most, others = found, worth, np.setdiff1d(np.arange(problem.count), found)
    return best


def _best_exchange(problem: Covering, chosen: Integers, limits: Limits | None) -> Integers | None:
    """Return the choice after the exchange that adds most, or None where none adds anything."""
    if not len(chosen):
        return None
    state = Gains(problem, chosen)
    less = problem.marginal(state.times - 1)
    rows, sizes = touched(problem.columns, chosen)
    place = np.repeat(np.arange(len(chosen)), sizes)
    given_up = np.bincount(place, weights=less[rows], minlength=len(chosen))
    freed = csr_array(((less - problem.marginal(state.times))[rows], (place, rows)), shape=(len(chosen), len(less)))
    freed.eliminate_zeros()
    change = (freed @ problem.rows).toarray() + state.gains - given_up[:, np.newaxis]
    change[:, chosen] = -np.inf
    if limits is not None and limits.budget < np.inf:
        costs = limits.costs[chosen].sum() - limits.costs[chosen][:, np.newaxis] + limits.costs
        change[costs > limits.budget] = -np.inf
    others = change.argmax(axis=1)
    changes = change[np.arange(len(chosen)), others]
    for which in np.argsort(-changes, kind="stable"):
        if changes[which] <= NOTHING * problem.total:
            return None
        new = chosen.copy()
        new[which] = others[which]
        if limits is None or limits.plain or limits.kept(problem, new):
            return new
    return None


def constructed(problem: Covering, limits: Limits, liking: Floats) -> Integers | None:
    """Return a choice that keeps the limits, put together site by site; None where that way leads to none.

    First what mends most of the conditions, then what adds most, each by its cost where that matters, times how much
    each candidate is liked. Of a choice that is to cost least, whatever can be spared is taken out again.
    """
    state, unmet = Gains(problem), np.ones(limits.near.shape[0], dtype=bool)
    chosen: list[int] = []
    prices = limits.costs if limits.least or limits.budget < np.inf else np.ones(problem.count)
    likes = liking / np.maximum(prices, NOTHING * max(1.0, float(prices.max(initial=0))))
    money = limits.budget
    while len(chosen) < limits.sites:
        missing = limits.missing(problem, state.times)
        if unmet.any() or missing.any():
            use = _mending(problem, limits, state, unmet=unmet, missing=missing)
        elif limits.least:
            break
        else:
            use = np.maximum(state.gains, 0.0)
        use = np.where(limits.costs <= money * (1 + NOTHING), use * likes, 0.0)
        use[chosen] = 0.0
        best = int(np.argmax(use)) if problem.count else 0
        if not problem.count or use[best] <= 0:
            break
        chosen.append(best)
        money -= limits.costs[best]
        state.add(best)
        unmet = limits.unmet(np.array(chosen))
    found = np.array(chosen, np.intp)
    if not limits.kept(problem, found):
        return None
    return spared(problem, limits, found) if limits.least else np.sort(found)


def _mending(problem: Covering, limits: Limits, state: Gains, *, unmet: NDArray[np.bool_], missing: Floats) -> Floats:
    """Return how much of what is not kept yet each candidate mends: whole conditions, or the parts of them."""
    use = limits.near.T @ unmet.astype(np.float64)
    if missing.any():
        share = np.where(missing > 0, 1.0 / np.where(missing > 0, missing, 1.0), 0.0)
        use = use + problem.columns.T @ (problem.marginal(state.times) * (share[problem.district] + share[-1]))
    return np.asarray(use, dtype=np.float64)


def spared(problem: Covering, limits: Limits, chosen: Integers) -> Integers:
    """Return a choice without the sites that the limits can do without, the dearest first."""
    left = list(chosen)
    for site in chosen[np.argsort(-limits.costs[chosen], kind="stable")]:
        without = [other for other in left if other != site]
        if limits.kept(problem, np.array(without, np.intp)):
            left = without
    return np.sort(np.array(left, np.intp))
