"""What is known of the curve of covering, and how more of it is found out."""

from __future__ import annotations

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np

from stations.analysis.siting import multipliers
from stations.analysis.siting.neighbourhood import exchanged, shaken
from stations.analysis.siting.orders import NOTHING, compact, ordered, won, won_at
from stations.analysis.siting.prices import Priced, bound, fitted, lowered, priced
from stations.analysis.siting.structure import Floats, Integers
from stations.analysis.siting.winnable import Winnable

PAIRS = 2_000_000_000
"""How many pairs of row and candidate are looked at where no time is given, about."""
LOOKS, LEAST_LOOKS = 12, 2
"""Where no time is given: at how many numbers of sites to look, at most and at least."""
ROUNDS, SWEEPS = 12, 4
"""In how many steps prices are lowered at first, and how often all sites of a choice are exchanged."""
STEPS, WARM, WARMER = 60, 0.1, 0.05
"""In how many steps prices are led on at a look; how long the first is from prices for another number of sites, and
from those for this one."""
VARIED = 3
"""How many more orders are tried where time is given, in which of equals others have their turn."""
POOL, LEAST_POOL = 20, 1000
"""Among how many candidates a better choice is looked for: so many for each site, and so many more."""
TRIALS = 4
"""How often a choice is shaken at a look, for each of its sites."""
NEAR, APART = 1.3, 1.05
"""Up to these ratios a number of sites has its part of a look at another, and has no prices beside those for it."""
_SEED = 20_260_101  # of what is decided by chance


class Curve:
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
        self._payment = multipliers.Payment(
            problem.by_site, problem.rows, problem.weights, np.zeros(len(problem.weights))
        )
        self._lock, self._looks = Lock(), np.zeros(self.size)
        if self.size:
            self.bounded(priced(problem, problem.weights))
            self._take_compact(order)

    def improve(self) -> None:
        """Find better choices and bounds until the time is over, or as much as is done without one."""
        if not self.size:
            return
        if not self.limited:
            looks = PAIRS // ((2 * ROUNDS + STEPS) * max(1, len(self.problem.rows)))
            for _look in range(min(LOOKS, max(LEAST_LOOKS, looks))):
                if self.gaps().any():
                    self._look()
            return
        self._vary()
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            list(workers.map(lambda _worker: self._look_on(), range(os.cpu_count() or 1)))

    def _look_on(self) -> None:
        while not self.late() and self.gaps().any():
            self._look()

    def _look(self) -> None:
        """Look where most may be missing, and elsewhere the more often a number near it has been looked at."""
        sizes = np.arange(1, self.size + 1)
        with self._lock:
            place = int(np.argmax(self.gaps() / (1 + self._looks)))
            work = 1 + int(self._looks[place])
            self._looks += np.maximum(0.0, 1 - np.abs(np.log(sizes / sizes[place])) / np.log(NEAR))
        prices = self._led_on(place + 1, work=work)
        self._choose(prices, place + 1, work=work)

    def late(self) -> bool:
        """Return whether the time is over."""
        return time.perf_counter() >= self.until

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
        pool = compact(self.problem, order)
        self.take(pool[ordered(self.problem.among(pool), self.problem.weights, sites=len(pool))])

    def take(self, order: Integers) -> None:
        """Take what the beginnings of another order win, where that is more than is known."""
        values = won(self.problem, order[: self.size])
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

    def _led_on(self, sites: int, *, work: int) -> Priced:
        """Return prices that bound so many sites better than those for a number near it, or than the first ones."""
        start, step = self._start(sites)
        found = multipliers.priced(
            self._payment,
            multipliers.Priced(self._bound(start, sites), start.prices, np.zeros(self.problem.candidates)),
            sites=sites,
            value=float(self.best[sites - 1]),
            until=self.until,
            rounds=STEPS * work,
            step=step,
        )
        at = priced(self.problem, found.prices)
        self.bounded(at)
        with self._lock:
            others = {each: old for each, old in self.led.items() if max(each, sites) > APART * min(each, sites)}
            self.led = others | {sites: at}
        return at

    def _start(self, sites: int) -> tuple[Priced, float]:
        """Return the best prices to begin with, and how long the first step from them should be."""
        with self._lock:
            known = np.array(sorted(self.led), np.intp)
            at = int(np.searchsorted(known, sites))
            near = {int(each): self.led[int(each)] for each in known[max(0, at - 1) : at + 1]}
        found = [at for each, at in near.items() if max(each, sites) <= NEAR * min(each, sites)]
        if not found:
            prices = fitted(self.problem, self._at, self._gains, sites=sites)
            for each in lowered(self.problem, prices, sites=sites, rounds=ROUNDS):
                self.bounded(each)
                found.append(each)
        return min(found, key=lambda each: self._bound(each, sites)), WARMER if sites in near else WARM

    def _bound(self, at: Priced, sites: int) -> float:
        return float(bound(self.problem, at, most=sites)[-1])

    def _choose(self, at: Priced, sites: int, *, work: int) -> None:
        """Choose by prices, which say what is hard to win, and begin with the best that is known; shake the better."""
        known = self.orders[self.which[sites - 1]][:sites]
        wanted = POOL * sites + LEAST_POOL
        pool, part = np.arange(self.problem.candidates), self.problem
        if wanted < self.problem.candidates:
            pool = np.union1d(known, np.argpartition(at.incomes, -wanted)[-wanted:])
            part = self.problem.among(pool)
        starts = ordered(part, at.prices, sites=sites), np.searchsorted(pool, known)
        choices = [exchanged(part, start, sweeps=SWEEPS, until=self.until) for start in starts if len(start)]
        best = max(choices, key=lambda choice: won(part, choice)[-1])
        chosen = shaken(part, best, trials=TRIALS * sites * work, seed=_SEED + work, until=self.until)
        inner = chosen[ordered(part.among(chosen), part.weights, sites=sites)]
        if 2 * sites < self.size:
            more = ordered(part, part.weights, sites=2 * sites - len(inner), first=inner)
            self.take(pool[np.concatenate([inner, more])])
            return
        first = pool[inner]
        more = ordered(self.problem, self.problem.weights, sites=self.size - len(first), first=first)
        self.take(np.concatenate([first, more]))
        self._take_compact(np.concatenate([first, more]))

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
