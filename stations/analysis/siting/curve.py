"""What is known of the curve of covering, and how more of it is found out."""

from __future__ import annotations

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cached_property
from threading import Lock
from typing import NamedTuple

import numpy as np

from stations.analysis.siting import multipliers
from stations.analysis.siting.annealing import annealed
from stations.analysis.siting.clock import remaining
from stations.analysis.siting.limits import indicator
from stations.analysis.siting.neighbourhood import exchanged
from stations.analysis.siting.orders import NOTHING, compact, ordered, won, won_at
from stations.analysis.siting.prices import Priced, bound, fitted, priced
from stations.analysis.siting.structure import Floats, Integers
from stations.analysis.siting.winnable import Winnable

PAIRS = 4_000_000_000
"""How many pairs of row and candidate are looked at where no time is given, about."""
LOOKS, LEAST_LOOKS = 24, 2
"""Where no time is given: at how many numbers of sites to look, at most and at least."""
STEPS, SWEEPS = 60, 4
"""In how many steps prices are led on at a look, and how often all sites of a choice are exchanged."""
TRIALS, MOST_TRIALS = 12, 4000
"""How many exchanges are tried by lot at a look: so many for each candidate, but no more than so many for each site."""
WORTH, PART = 0.8, 0.6
"""Of what the order gains at a number of sites a candidate must reach so much to be looked at there; that is done where
at most such a part of the table is left."""
PREPARED = 30_000_000
"""Of so many pairs a part is prepared within a second, about: a look begins where there is time for it."""
OFTEN = 4
"""So many times as many steps, at most, are made in a part of the table."""
WITHIN = 4
"""At so many numbers of sites those of the first order are exchanged for each other."""
VARIED = 3
"""How many more orders are tried where time is given, in which of equals others have their turn."""
NEAR, APART = 1.3, 1.05
"""Up to these ratios a number of sites has its part of a look at another, and has no prices beside those for it."""
_SEED = 20_260_101  # of what is decided by chance


class Part(NamedTuple):
    """What of a table is looked at: some candidates, the rows that they reach, and which of all they are.

    `chosen` is the best choice that was known, as places among these candidates: another worker may know a better one
    meanwhile, which need not be among them.
    """

    problem: Winnable
    candidates: Integers
    rows: Integers
    payment: multipliers.Payment
    chosen: Integers


class Curve:
    """What is known of the curve so far; `best` and `bounds` without what the fixed sites cover."""

    def __init__(self, problem: Winnable, order: Integers, bounds: Floats, *, until: float | None) -> None:
        self.problem, self.size, self.limited = problem, len(order), until is not None
        self.until = math.inf if until is None else until
        self.orders, self.which = [order], np.zeros(self.size, np.intp)
        self.led: dict[int, tuple[Priced, Floats]] = {}
        self.covered = won(problem, order)
        self.best = self.covered.copy()
        self.bounds = np.minimum(bounds, problem.weights.sum())
        self._gains = np.append(np.diff(self.covered, prepend=0.0), 0.0)
        self._lock, self._looks = Lock(), np.zeros(self.size)
        self._preparing = len(problem.rows) / PREPARED
        if self.size:
            self._exchange_within(order)

    def improve(self) -> None:
        """Find better choices and bounds until the time is over, or as much as is done without one."""
        if not self.size or self.late():
            return
        if not self.limited:
            looks = PAIRS // (2 * STEPS * max(1, len(self.problem.rows)))
            for _look in range(min(LOOKS, max(LEAST_LOOKS, looks))):
                if self.gaps().any():
                    self._look()
            return
        self._fit()
        self._vary()
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            contexts = [copy_context() for _worker in range(os.cpu_count() or 1)]  # they are stopped with this thread
            list(workers.map(lambda context: context.run(self._look_on), contexts))

    @cached_property
    def _at(self) -> Integers:
        return won_at(self.problem, self.orders[0])

    @cached_property
    def _payment(self) -> multipliers.Payment:
        return _payment(self.problem)

    @cached_property
    def _reached(self) -> Floats:
        return self.problem.incomes(self.problem.weights)

    def part(self, sites: int) -> Part:
        """Return what matters for so many sites: where they are few, most candidates reach too little to be one."""
        problem, worth = self.problem, self._reached >= WORTH * self._gains[sites - 1]
        with self._lock:
            known = self.orders[self.which[sites - 1]][:sites]
        worth[known] = True
        candidates = np.flatnonzero(worth)
        if np.diff(problem.by_site)[candidates].sum() > PART * len(problem.rows):
            everyone = np.arange(problem.candidates)
            return Part(problem, everyone, np.arange(len(problem.weights)), self._payment, known)
        part, rows = problem.part(candidates)
        return Part(part, candidates, rows, _payment(part), np.searchsorted(candidates, known))

    def _look_on(self) -> None:
        while not self.late(self._preparing) and self.gaps().any():
            self._look()

    def _look(self) -> None:
        """Look where most may be missing, and elsewhere the more often a number near it has been looked at."""
        sizes = np.arange(1, self.size + 1)
        with self._lock:
            place = int(np.argmax(self.gaps() / (1 + self._looks) ** 0.25))
            work = 1 + int(self._looks[place])
            self._looks += np.maximum(0.0, 1 - np.abs(np.log(sizes / sizes[place])) / np.log(NEAR))
        begin = time.perf_counter()
        part = self.part(place + 1)
        self._preparing = time.perf_counter() - begin
        for improve in (self.lead_on, self.choose):
            if not self.late():
                improve(part, sites=place + 1, work=work)

    def late(self, seconds: float = 0.0) -> bool:
        """Return whether the time is over, or will be in so many seconds."""
        return remaining(self.until) <= seconds

    def _fit(self) -> None:
        """Take the bounds by what the order paid where most is missing: that is the quickest way to good ones."""
        seen: set[int] = set()
        while not self.late() and (sites := int(np.argmax(self.gaps())) + 1) not in seen:
            seen.add(sites)
            self.bounded(priced(self.problem, fitted(self.problem, self._at, self._gains, sites=sites)))

    def _vary(self) -> None:
        """Try other turns among equals where there is time for it: here and there they lead to a little more."""
        random = np.random.default_rng(_SEED)
        for _time in range(VARIED):
            if self.late():
                return
            turns = self.problem.incomes(random.random(len(self.problem.weights)))
            order = ordered(self.problem._replace(turns=turns), self.problem.weights, sites=self.size)
            self.take(order)
            self._take_compact(order)

    def _take_compact(self, order: Integers) -> None:
        """Take what an order wins without the sites that win nothing beside the others, ordered again."""
        self.take(_compacted(self.problem, order))

    def _exchange_within(self, order: Integers) -> None:
        """Take what the sites of an order win when they are compacted, and exchanged for each other at a few numbers.

        The rest of the table is not needed for that; it is for who comes after the most of them, to reach everybody.
        """
        few, place = self.problem.among(order).merged(), np.empty(self.problem.candidates, np.intp)
        place[order] = np.arange(self.size)

        def take(found: Integers) -> None:
            self._take(order[found], won(few, found))

        take(_compacted(few, place[order]))
        for sites in _few_of(self.size):
            known = place[self.orders[self.which[sites - 1]][:sites]]
            wanted = min(self.size, 2 * sites)
            found = _begun(few, exchanged(few, known, sweeps=SWEEPS), sites=wanted)
            take(found)
            if wanted == self.size:
                take(_compacted(few, found))
        known = self.orders[self.which[sites - 1]][:sites]
        more = ordered(self.problem, self.problem.weights, sites=self.size - len(known), first=known)
        self.take(np.concatenate([known, more]))
        self._take_compact(np.concatenate([known, more]))

    def take(self, order: Integers) -> None:
        """Take what the beginnings of another order win, where that is more than is known."""
        self._take(order, won(self.problem, order[: self.size]))

    def _take(self, order: Integers, values: Floats) -> None:
        values = np.append(values, np.full(self.size - len(values), values[-1]))
        with self._lock:
            better = values > self.best
            if better.any():
                self.orders.append(order)
                self.best[better], self.which[better] = values[better], len(self.orders) - 1

    def bounded(self, at: Priced) -> None:
        """Take the bounds by some prices."""
        found = bound(self.problem, at, most=self.size)
        with self._lock:
            self.bounds = np.minimum(self.bounds, found)

    def lead_on(self, part: Part, *, sites: int, work: int) -> None:
        """Lead prices on to where they bound so many sites better."""
        start, often = self._start(sites), len(self.problem.rows) // max(1, len(part.problem.rows))
        found = multipliers.priced(
            part.payment,
            multipliers.Priced(math.inf, start.prices[part.rows], start.shares[part.candidates]),
            sites=sites,
            value=float(self.best[sites - 1]),
            until=self.until,
            rounds=STEPS * work * min(often, OFTEN),
        )
        prices, shares = self.problem.weights.copy(), np.zeros(self.problem.candidates)
        prices[part.rows], shares[part.candidates] = found.prices, found.shares
        at = priced(self.problem, prices)
        self.bounded(at)
        with self._lock:
            others = {each: old for each, old in self.led.items() if max(each, sites) > APART * min(each, sites)}
            self.led = others | {sites: (at, shares)}

    def _start(self, sites: int) -> multipliers.Priced:
        """Return the best prices to begin with: those that were led for a number near it, or what the order paid."""
        paid = priced(self.problem, fitted(self.problem, self._at, self._gains, sites=sites))
        starts = [(paid, indicator(self.problem.candidates, self.orders[0][:sites]))]
        with self._lock:
            for near in sorted(self.led, key=lambda each: abs(math.log(each / sites)))[:2]:
                at, shares = self.led[near]
                starts.append((at, np.minimum(shares * (sites / near), 1.0)))
        at, shares = min(starts, key=lambda start: bound(self.problem, start[0], most=sites)[-1])
        return multipliers.Priced(math.inf, at.prices, shares)

    def choose(self, part: Part, *, sites: int, work: int) -> None:
        """Choose anew from the best that was known, order the sites, and go on with as many more."""
        trials = work * min(TRIALS * self.problem.candidates, MOST_TRIALS * sites)
        chosen = annealed(part.problem, part.chosen, trials=trials, seed=_SEED + work, until=self.until)
        chosen = part.candidates[exchanged(part.problem, chosen, sweeps=SWEEPS, until=self.until)]
        wanted = min(self.size, 2 * sites)
        order = _begun(self.problem, chosen, sites=wanted)
        self.take(order)
        if wanted == self.size:
            self._take_compact(order)

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


def _few_of(size: int) -> Integers:
    """Return a few numbers up to a size: in even steps, and below the first of them each a third of the next."""
    even = np.linspace(0, size, WITHIN + 2)[1:-1]
    thirds = even[0] / 3.0 ** np.arange(1, max(1.0, math.log(even[0], 3)))
    return np.unique(np.concatenate([thirds, even]).astype(np.intp).clip(1))


def _begun(problem: Winnable, chosen: Integers, *, sites: int) -> Integers:
    """Return an order of up to so many sites that begins with a choice."""
    inner = chosen[ordered(problem.among(chosen), problem.weights, sites=len(chosen))]
    return np.concatenate([inner, ordered(problem, problem.weights, sites=sites - len(inner), first=inner)])


def _compacted(problem: Winnable, order: Integers) -> Integers:
    """Return an order without the sites that win nothing beside the others, ordered again."""
    pool = compact(problem, order)
    return pool[ordered(problem.among(pool), problem.weights, sites=len(pool))]


def _payment(problem: Winnable) -> multipliers.Payment:
    return multipliers.payment(problem.by_site, problem.rows, problem.weights, np.zeros(len(problem.weights)))
