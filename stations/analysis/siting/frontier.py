"""The whole curve: what 1, 2, … new sites cover, and what no choice of so many can pass.

One order to build in for the whole way, beside it the best choice that is known for each number of sites, and above
both a bound that is proven. What a choice loses because it must begin as smaller ones do is the price of nesting.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting import multipliers
from stations.analysis.siting.answers import Frontier
from stations.analysis.siting.orders import NOTHING, Winnable, compact, exchanged, ordered, won, won_at
from stations.analysis.siting.prices import Priced, bound, fitted, lowered, priced
from stations.analysis.siting.questions import (
    WEIGHTS,
    amounts,
    end_of,
    number_of_sites,
    positions,
    reach_of,
)
from stations.analysis.siting.structure import Covering
from stations.model.errors import NobodyInReach

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from stations.analysis.siting.structure import Floats, Integers

PAIRS = 300_000_000
"""How many pairs of row and candidate are looked at for prices where no time is given, about."""
POINTS, ROUNDS = 12, 12
"""For how many numbers of sites prices are led, and in how many steps: at most, or at first where time is given."""
SWEEPS = 4
LED, WARM = 4, 0.3
"""How many times as many steps prices are led on where time is given; how long the first is from those of a number near
it, by that from others."""
VARIED = 3
"""How many more orders are tried where time is given, in which of equals others have their turn."""
POOL, LEAST_POOL = 20, 1000
"""Among how many candidates a better choice is looked for: so many for each site, and so many more."""
_SEED = 20_260_101  # of the numbers by which equals, and rows, are told apart; which ones they are decides nothing


def covering_frontier(
    reach: csr_array,
    weights: ArrayLike,
    *,
    fixed: ArrayLike | None = None,
    max_sites: int | None = None,
    time_limit_s: float | None = None,
) -> Frontier:
    """Return what 1, 2, … sites beside the fixed ones cover, until nobody can be added or there are `max_sites`.

    Parameters
    ----------
    reach
        Who is in reach of whom: sparse, demand × candidates, of truth values.
    weights
        Of each demand point, ≥ 0.
    fixed
        Positions of candidates that stand already. None: nothing stands.
    max_sites
        How many new sites to go up to. None: until nobody can be added.
    time_limit_s
        How long choices and bounds may be improved on, in seconds by the clock. None: with a fixed amount of work, so
        that the same question has the same answer each time.

    Returns
    -------
    Frontier
        The order is the greedy one: at every number of sites it adds at least 63.2 % of what the best can add [1]_.

    Raises
    ------
    SitingError
        A table, weights or positions that cannot be used, more sites than candidates, nobody in reach.

    References
    ----------
    .. [1] G. L. Nemhauser, L. A. Wolsey, M. L. Fisher (1978): An analysis of approximations for maximizing submodular
       set functions. Mathematical Programming 14, 265-294.
    """
    begin = time.perf_counter()
    pairs = _clean(reach)
    people = amounts(weights, what=WEIGHTS, count=pairs.shape[0])
    kept = positions(fixed, count=pairs.shape[1])
    free = pairs.shape[1] - len(kept)
    most = number_of_sites(free if max_sites is None else max_sites, candidates=free)
    until = None if time_limit_s is None else end_of(begin, time_limit_s=time_limit_s)
    if not people[np.diff(pairs.indptr) > 0].any():
        raise NobodyInReach(candidates=pairs.shape[1])
    problem, alone = winnable(pairs, people, fixed=kept)
    order = ordered(problem, problem.weights, sites=most)
    known = _Known(problem, order, until=until)
    known.vary()
    for sites, rounds in known.points():
        known.improve(sites, rounds)
    used, which = np.unique(known.which, return_inverse=True)
    return Frontier(
        order,
        alone + known.covered,
        alone + known.best,
        alone + known.proven(),
        alone,
        time.perf_counter() - begin,
        tuple(known.orders[number] for number in used),
        which,
    )


def _clean(reach: object) -> csr_array:
    """Return a table of truth values without what is there twice or said to be false; as it is, where it is clean."""
    if isinstance(reach, csr_array) and reach.dtype == bool and reach.has_canonical_format and reach.data.all():
        return reach
    return csr_array(reach_of(reach), dtype=bool)


def winnable(pairs: csr_array, weights: Floats, *, fixed: Integers) -> tuple[Winnable, float]:
    """Return the demand that a new site can win, and the weight that the fixed sites cover.

    Every candidate is kept: who stands already wins nothing. Demand that the same candidates reach is one row where
    there is more of it than candidates can tell apart: elsewhere finding it costs more than it saves. Of equals the
    candidate has its turn whose people have the fewest others to go to; a millionth by chance parts those, too.
    """
    standing = np.zeros(pairs.shape[1], dtype=bool)
    standing[fixed] = True
    settled = pairs @ standing
    sizes = np.diff(pairs.indptr)
    left = ~settled & (weights > 0) & (sizes > 0)
    rows, people = (pairs, weights) if left.all() else (pairs[left], weights[left])
    if len(people) ** 2 > rows.nnz * rows.shape[1]:
        rows, people = _merged(rows, people)
    turned, ones = csc_array(rows), np.ones(rows.nnz)  # turned while there is one byte a pair
    rows = csr_array((ones, rows.indices, rows.indptr), shape=rows.shape)
    columns = csc_array((ones, turned.indices, turned.indptr), shape=rows.shape)
    contested = people * np.diff(rows.indptr) * (1 + 1e-6 * np.random.default_rng(_SEED).random(len(people)))
    return Winnable(rows, columns, people, np.asarray(-(columns.T @ contested))), float(weights[settled].sum())


def _merged(rows: csr_array, weights: Floats) -> tuple[csr_array, Floats]:
    """Return one row for all that the same candidates reach, in the order of the first of each, and its weight.

    Rows are told apart by two sums of 64 random bits for each candidate: among a million of them two different ones
    have the same with a probability of 10^-26.
    """
    bits = np.random.default_rng(_SEED).integers(0, 2**63, size=(2, rows.shape[1]), dtype=np.uint64)
    sums = [np.add.reduceat(each[rows.indices], rows.indptr[:-1]) for each in bits]
    order = np.lexsort(sums)
    new = np.append(True, np.any([np.diff(each[order]) != 0 for each in sums], axis=0))
    first = order[new]
    number = np.argsort(np.argsort(first))
    group = np.empty(len(order), np.intp)
    group[order] = number[np.cumsum(new) - 1]
    return csr_array(rows[np.sort(first)]), np.bincount(group, weights).astype(np.float64)


class _Known:
    """What is known of the curve so far; `best` and `bounds` without what the fixed sites cover."""

    def __init__(self, problem: Winnable, order: Integers, *, until: float | None) -> None:
        self.problem, self.size, self.limited = problem, len(order), until is not None
        self.until = math.inf if until is None else until
        self.orders, self.which = [order], np.zeros(self.size, np.intp)
        self.led: dict[int, Priced] = {}
        self.covered = won(problem, order)
        self.best = self.covered.copy()
        self.bounds = np.full(self.size, problem.weights.sum())
        self._at = won_at(problem, order)
        self._gains = np.append(np.diff(self.covered, prepend=0.0), 0.0)
        if self.size:
            self.bounded(priced(problem, problem.weights))
            self._take_compact(order)

    def vary(self) -> None:
        """Try other turns among equals where there is time for it: here and there they lead to a little more."""
        random = np.random.default_rng(_SEED)
        for _time in range(VARIED if self.limited and self.size else 0):
            if self.late():
                return
            turns = self.problem.sums(random.random(len(self.problem.weights)))
            order = ordered(replace(self.problem, turns=turns), self.problem.weights, sites=self.size)
            self.take(order)
            self._take_compact(order)

    def _take_compact(self, order: Integers) -> None:
        """Take what an order wins without the sites that win nothing beside the others, ordered again."""
        pool = compact(self.problem, order)
        self.take(pool[ordered(self.problem.among(pool), self.problem.weights, sites=len(pool))])

    def take(self, order: Integers) -> None:
        """Take what the beginnings of another order win, where that is more than is known."""
        values = won(self.problem, order[: self.size])
        values = np.append(values, np.full(self.size - len(values), values[-1]))
        better = values > self.best
        if better.any():
            self.best[better], self.which[better] = values[better], len(self.orders)
            self.orders.append(order)

    def bounded(self, at: Priced) -> None:
        """Take the bounds by some prices."""
        self.bounds = np.minimum(self.bounds, bound(self.problem, at, most=self.size))

    def points(self) -> Iterator[tuple[int, int]]:
        """Yield for how many sites to improve, and in how many steps: where most may be missing first."""
        points, rounds = POINTS, ROUNDS
        if not self.limited:
            looks = PAIRS // (2 * max(1, self.problem.rows.nnz))
            points = min(POINTS, max(3, looks // ROUNDS))
            rounds = min(ROUNDS, max(1, looks // points))
        while self.size:
            grid = self.grid(points)
            while len(grid) and not self.late():
                widest = np.argmax(self.gaps()[grid - 1])
                yield int(grid[widest]), rounds
                grid = np.delete(grid, widest)
            if not self.limited or self.late() or not self.gaps().any():
                return
            points, rounds = points * 3 // 2, rounds * 2

    def grid(self, points: int) -> Integers:
        """Return numbers of sites, many small ones: two thirds of them by ratio, the others evenly."""
        least, even = min(2, self.size), points // 3
        by_ratio = np.geomspace(least, self.size, points - even)
        return np.unique(np.concatenate([by_ratio, np.linspace(least, self.size, even + 1)]).round().astype(int))

    def late(self) -> bool:
        """Return whether the time is over."""
        return time.perf_counter() >= self.until

    def improve(self, sites: int, rounds: int) -> None:
        """Lower the bound for so many sites, and look for better choices among the candidates that it speaks for."""
        lowest, best = np.inf, None
        prices = fitted(self.problem, self._at, self._gains, sites=sites)
        for at in lowered(self.problem, prices, sites=sites, rounds=min(rounds, ROUNDS)):
            here = bound(self.problem, at, most=self.size)
            self.bounds = np.minimum(self.bounds, here)
            if here[sites - 1] < lowest:
                lowest, best = here[sites - 1], at
            if self.late():
                break
        assert best is not None
        if self.limited:
            best = self._led(best, sites, rounds=rounds)
        self._choose(best, sites)

    def _led(self, at: Priced, sites: int, *, rounds: int) -> Priced:
        """Return prices that bound so many sites better, led on from these or from those of a number near it."""
        starts = [at, *(self.led[near] for near in self._near(sites))]
        bounds = [bound(self.problem, each, most=sites)[-1] for each in starts]
        first = int(np.argmin(bounds))
        start = multipliers.Priced(bounds[first], starts[first].prices, np.zeros(self.problem.count))
        found = multipliers.priced(
            self.whole,
            start,
            sites=sites,
            value=float(self.best[sites - 1]),
            until=self.until,
            rounds=LED * rounds,
            step=WARM if first else 1.0,
        )
        self.led[sites] = priced(self.problem, found.prices)
        self.bounded(self.led[sites])
        return self.led[sites]

    def _near(self, sites: int) -> list[int]:
        """Return the numbers of sites next to one, below and above, for which prices were led."""
        known = np.array(sorted(self.led), np.intp)
        at = int(np.searchsorted(known, sites))
        return [int(each) for each in known[max(0, at - 1) : at + 1]]

    @cached_property
    def whole(self) -> Covering:
        """The same problem as the proof for one number of sites knows it."""
        problem, nothing = self.problem, np.zeros(len(self.problem.weights))
        every = np.arange(problem.count)
        return Covering(problem.rows, problem.columns, problem.weights, nothing, nothing.astype(np.intp), 0.0, every)

    def _choose(self, at: Priced, sites: int) -> None:
        """Choose by prices, which say what is hard to win, and begin with the best that is known; exchange in both."""
        known = self.orders[self.which[sites - 1]][:sites]
        wanted = POOL * sites + LEAST_POOL
        pool, part = np.arange(self.problem.count), self.problem
        if wanted < self.problem.count:
            pool = np.union1d(known, np.argpartition(at.incomes, -wanted)[-wanted:])
            part = self.problem.among(pool)
        for start in (ordered(part, at.prices, sites=sites), np.searchsorted(pool, known)):
            if not len(start):  # who can be won by any choice of so many costs nothing
                continue
            chosen = exchanged(part, start, sweeps=SWEEPS, until=self.until)
            inner = chosen[ordered(part.among(chosen), part.weights, sites=sites)]
            more = ordered(part, part.weights, sites=2 * sites - len(inner), first=inner)
            self.take(pool[np.concatenate([inner, more])])

    def gaps(self) -> Floats:
        """Return how far the best known choices may be from the best, as shares."""
        return 1 - self.best / self.proven()

    def proven(self) -> Floats:
        """Return the bounds, each as low as the others make it.

        Fewer sites win no more; and k sites win no more than k/(k-1) of what k-1 can: without the one that adds least.
        """
        sites, total = np.arange(1, self.size + 1), float(self.problem.weights.sum())
        lowest = np.minimum.accumulate(self.bounds / sites) * sites
        whole = bool((self.problem.weights == np.rint(self.problem.weights)).all())
        lowest = np.floor(lowest + 1e-6 + NOTHING * total) if whole else lowest
        lowest = np.where(lowest <= self.best + NOTHING * total, self.best, lowest)
        return np.asarray(np.minimum.accumulate(lowest[::-1])[::-1])
