"""From a first answer to the best one: search, relaxation, branch and bound, each where the one before leaves room."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting.answers import Method
from stations.analysis.siting.clock import over, remaining
from stations.analysis.siting.cover import fewer, programme_of
from stations.analysis.siting.cuts import Cuts
from stations.analysis.siting.dominance import without_outdone
from stations.analysis.siting.exact import Tree
from stations.analysis.siting.limits import Best, Limits, indicator
from stations.analysis.siting.mixed import rounded_off, solved
from stations.analysis.siting.multipliers import first_prices, payment_of, priced
from stations.analysis.siting.search import constructed, exchanged, greedy, shaken
from stations.analysis.siting.structure import EXACT, NOTHING, Covering, Floats, Integers, of_rows

SAME = 1e-9
"""The part of all weight, or of all costs, that is no difference between two choices."""
EXCHANGING_S = 0.1
"""Exchanges are tried until so many seconds after the beginning, however short the time is, where nothing is proven:
most of what the greedy choice loses is won back in that time."""
APART = 0.3
"""The part of the time for what each floor takes by itself, all of them together."""
WORTH_ANOTHER = 0.8
"""The part of the gap that prices may leave for another turn of them to be tried."""


class Outcome(NamedTuple):
    """A choice (None: nothing that keeps the limits is known), its value, what no choice passes, what settled it."""

    chosen: Integers | None
    value: float
    bound: float
    method: Method


class Ruler(NamedTuple):
    """By how much two values differ at least, and whether all of them are multiples of that."""

    step: float
    whole: bool

    def bound(self, bound: float, value: float) -> float:
        """Return a bound down to what a value can be: `value` itself where no other is that good."""
        if self.whole and math.isfinite(bound):
            bound = math.floor(bound / self.step + SAME) * self.step
        return value if bound < value + self.step * (1 - SAME) else bound


def ruler_of(amounts: Floats) -> Ruler:
    """Return the ruler of values that are sums of some of these."""
    total = float(amounts.sum())
    if total and total < EXACT and (amounts == np.rint(amounts)).all():
        return Ruler(float(np.gcd.reduce(amounts.astype(np.int64))), whole=True)
    return Ruler(SAME * total, whole=False)


def best_choice(problem: Covering, limits: Limits, *, until: float) -> Outcome:
    """Return the best choice within the limits, or the best that is found until the clock says `until`.

    Value and bound are those of `Limits.value`: what is covered beside the fixed sites, or costs with a minus. The
    value is counted from the choice; a bound is what weak duality proves, whatever the solver says of its answer.
    """
    proof = _Proof(problem, limits, until)
    stages: dict[Method, Callable[[], None]] = {
        "greedy": proof.greedy,
        "multipliers": proof.multipliers,
        "cuts": proof.cuts,
        "branch and bound": proof.branch_and_bound,
    }
    done: Method = "greedy"
    for method, stage in stages.items():
        done = method
        stage()
        if proof.over:
            break
    if done != "branch and bound" and proof.exchange():
        done = "exchange" if done == "greedy" else done
    return Outcome(proof.best.chosen, proof.best.value, proof.bound, done)


class _Proof:
    """The best choice and the best bound so far, and the ways to bring them together."""

    def __init__(self, problem: Covering, limits: Limits, until: float) -> None:
        self.problem, self.limits, self.until, self.begin = problem, limits, until, time.perf_counter()
        self.best, self.bound = Best(problem, limits), np.inf
        self.ruler = ruler_of(limits.costs if limits.least else np.concatenate([problem.weights, problem.again]))
        self.tangents_at: Floats | None = None

    @property
    def over(self) -> bool:
        """Whether the bound leaves nothing better, or no time is left."""
        return self.bound <= self.best.value or over(self.until)

    def greedy(self) -> None:
        """Begin with what adds most, site by site."""
        self.best.offer(constructed(self.problem, self.limits, np.ones(self.problem.count)))
        self._lower(_ceiling(self.problem, self.limits))

    def multipliers(self) -> None:
        """Put prices on the rows, where only the number of sites makes it hard, as long as that is worth the time."""
        limits, chosen = self.limits, self.best.chosen
        if chosen is None or limits.least or not 0 < limits.sites < self.problem.count:
            return
        found, gap, payment = first_prices(self.problem, chosen), np.inf, payment_of(self.problem)
        while not self.over and self.bound - self.best.value < WORTH_ANOTHER * gap:
            gap = self.bound - self.best.value
            found = priced(payment, found, sites=int(limits.sites), value=self.best.value, until=self.until)
            self.best.offer(self._polish(found.shares))
            self._lower(found.bound)
        self.tangents_at = found.shares

    def cuts(self) -> None:
        """Solve the relaxation, and round it."""
        if self.limits.only_near:
            return
        self.relaxation = Cuts(self.problem, limits=self.limits)
        for amounts, least in _apart(self.problem, self.limits, until=self.until):
            self.relaxation.require(amounts, least)
        if self.tangents_at is not None:
            self.relaxation.add(self.tangents_at)
        tolerance = SAME * self.problem.total if self.limits.least else self.ruler.step / 2
        root = self.relaxation.tighten(self.best.chosen, until=self.until, tolerance=tolerance)
        if np.isfinite(root.bound):
            self.best.offer(self._polish(root.shares))
        self._lower(root.bound)

    def branch_and_bound(self) -> None:
        """Look once more for a better choice, and then into every branch that may hold one."""
        if self.limits.only_near:
            self._cover()
            return
        if self.best.chosen is not None and not self.limits.least:
            self.best.offer(shaken(self.problem, self.best.chosen, limits=self.limits, until=self.until))
        tree = Tree(self.relaxation, self.best, bound=self.bound, step=self.ruler.step, polish=self._polish)
        self._lower(tree.search(self.until))

    def exchange(self) -> bool:
        """Exchange sites where there was no time for a proof; return whether that led to a better choice."""
        before, until = self.best.value, self.begin + EXCHANGING_S
        if self.best.chosen is None or self.limits.least or self.bound <= before:
            return False
        chosen = exchanged(self.problem, self.best.chosen, limits=self.limits, until=until)
        self.best.offer(shaken(self.problem, chosen, limits=self.limits, until=until))
        self._lower(self.bound)
        return self.best.value > before

    def _cover(self) -> None:
        """Solve the set covering problem, with a good cover to begin with."""
        limits, unit = self.limits, float(self.limits.costs.mean()) or 1.0
        programme, step = programme_of(limits, unit=unit), self.ruler.step / unit
        start = None
        if self.best.chosen is not None:
            if (limits.costs == limits.costs.max(initial=0.0)).all():
                self.best.offer(fewer(limits.near, self.best.chosen, until=self.until))
            start = indicator(self.problem.count, self.best.chosen)
        values, bound = solved(programme, step=step, start=start, until=self.until)
        self.best.offer(None if values is None else np.flatnonzero(values > 0.5))
        self._lower(rounded_off(bound, self.best.value / unit) * unit)

    def _lower(self, bound: float) -> None:
        self.bound = self.ruler.bound(min(self.bound, bound), self.best.value)

    def _polish(self, liking: Floats) -> Integers | None:
        chosen = constructed(self.problem, self.limits, liking)
        if chosen is None or self.limits.least:
            return chosen
        return exchanged(self.problem, chosen, limits=self.limits, until=self.until)


def _apart(problem: Covering, limits: Limits, *, until: float) -> Iterator[tuple[Floats, float]]:
    """Yield what each floor takes by itself: an amount of each candidate, and what the chosen come to at least.

    Parts of sites keep a floor with less than whole ones do. With what whole ones take, which is soon known of a single
    district, the relaxation of all of them is nearly whole.
    """
    floors = np.flatnonzero(limits.floors[:-1] > 0)
    if len(floors) == 1 and limits.least and limits.floors[-1] <= 0:
        return  # it is the question itself
    counted = [np.ones(problem.count)] if limits.sites < np.inf else []
    counted += [limits.costs] if limits.budget < np.inf or limits.least else []
    for amounts, number in product(counted, floors):
        inside = np.flatnonzero(problem.district == number)
        part = of_rows(
            csr_array(problem.rows[inside]),
            np.column_stack([problem.weights[inside], problem.again[inside]]),
            base=0.0,
            candidates=np.arange(problem.count),
            district=np.zeros(len(inside), np.intp),
        )
        part = without_outdone(part, amounts)
        alone = Limits(
            costs=amounts[part.candidates],
            sites=np.inf,
            budget=np.inf,
            floors=np.array([limits.floors[number], 0.0]),
            near=csr_array((0, part.count)),
            least=True,
        )
        left = remaining(until)
        least = -best_choice(part, alone, until=time.perf_counter() + APART * left / len(floors)).bound * (1 - SAME)
        if 0 < least < np.inf:
            yield np.where(np.diff(csc_array(problem.rows[inside]).indptr) > 0, amounts, 0.0), least


def _ceiling(problem: Covering, limits: Limits) -> float:
    """Return what no choice passes, without solving anything.

    Whatever some sites cover, so many more add no more than the best so many would, each by itself.
    """
    if limits.least:
        return 0.0
    best, covered = problem.total, 0.0
    if limits.sites < problem.count:
        for number, step in enumerate(greedy(problem)):
            if number > limits.sites:
                break
            tops = (
                np.partition(step.gains, -int(limits.sites))[-int(limits.sites) :] if limits.sites else step.gains[:0]
            )
            best = min(best, covered + float(tops.sum()))
            covered += step.gain
        else:
            best = min(best, covered + limits.sites * NOTHING * problem.total)  # the little that greedy leaves
    return best
