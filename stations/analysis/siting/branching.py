"""Branch and bound for the p-median: the Lagrangian bound at every node, and HiGHS where little is left."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stations.analysis.siting.allocation import Allocation, restricted
from stations.analysis.siting.clock import over
from stations.analysis.siting.interchange import interchanged
from stations.analysis.siting.lagrangian import relaxed
from stations.analysis.siting.radius import best_within
from stations.analysis.siting.structure import EXACT

if TYPE_CHECKING:
    from stations.analysis.siting.compiled import Marks
    from stations.analysis.siting.structure import Floats, Integers

NOTHING = 1e-7
"""The share of the costs that is no difference: what HiGHS can tell apart."""
SMALL = 3_000
"""So many pairs are left to HiGHS at once."""
ROOT_ROUNDS, ROOT_STEP, SLOWER = 25, 1.0, 0.8
"""At the root: rounds of the relaxation between two looks, their first steps, and how much shorter each look's are."""
WORTHWHILE, LOOKS = 0.03, 40
"""At the root it goes on while a look closes so much of the gap, and no longer than so many looks."""
ROUNDS, STEP = 60, 1.0
"""The same at the nodes below, where prices are good already."""
NEAR = 1.002
"""Below the root only a choice that costs no more than this times the best one is tried to be made better."""


@dataclass
class Incumbent:
    """The best choice so far (as columns), what it costs, and which choices were looked at."""

    problem: Allocation
    chosen: Integers
    value: float
    exact: bool = False
    _seen: set[bytes] = field(default_factory=set)

    def offer(self, chosen: Integers, *, near: float = 0.0) -> None:
        """Take a choice if it is better; one that costs up to `near` times the best is made better before.

        Without `near` it is exact: branch and bound has found it.
        """
        chosen = np.sort(chosen)
        if chosen.tobytes() in self._seen:
            return
        self._seen.add(chosen.tobytes())
        value = self.problem.value(chosen)
        if value <= near * self.value:
            chosen = interchanged(self.problem, chosen)
            value = self.problem.value(chosen)
        if value < self.value:
            self.chosen, self.value, self.exact = chosen, value, not near


class _Node(NamedTuple):
    """A part of all choices: what each costs at least, which candidates are chosen and ruled out, and good prices.

    `shares` is how often the relaxation chose each candidate that is undecided.
    """

    bound: float
    number: int
    opened: Marks
    closed: Marks
    prices: Floats
    shares: Floats


class Search:
    """The search for the choice of exactly `sites` candidates, 0 < sites < `problem.count`, that costs least."""

    def __init__(self, problem: Allocation, start: Integers, *, sites: int, until: float) -> None:
        self.problem, self.sites, self.until = problem, sites, until
        self.best = Incumbent(problem, np.sort(start), problem.value(start))
        amounts = np.concatenate([problem.columns.data, problem.fallback, [problem.base]])
        self._whole = bool((amounts == np.rint(amounts)).all())
        self._settled, self._count = np.inf, 0

    def run(self) -> float:
        """Search until it is proven or the clock says `until`; return what every choice costs at least.

        The relaxation is looked at once in any case: a first answer without a bound says nothing of how good it is.
        """
        nothing = np.zeros(self.problem.count, dtype=bool)
        prices = 0.5 * (self.problem.costs(self.best.chosen) + self.problem.fallback)  # the nearest and a far one
        heap = [_Node(self.problem.base, 0, nothing, nothing, prices, 0.0 * nothing)]
        looked = False
        while heap and heap[0].bound < self._goal:
            if looked and over(self.until):
                return min(heap[0].bound, self._settled)
            looked = True
            for node in self._explored(heapq.heappop(heap)):
                heapq.heappush(heap, node)
        bound = min(self._settled, self.best.value)
        return self.best.value if bound >= self._goal else bound

    @property
    def _apart(self) -> float:
        """By how much a better choice is better at least, or by what it has to be to count."""
        return 1.0 - 1e-6 if self._whole and self.best.value < EXACT else NOTHING * self.best.value

    @property
    def _goal(self) -> float:
        """A bound that is as good as the value of the best choice."""
        return self.best.value - self._apart

    def _explored(self, node: _Node) -> list[_Node]:
        """Return the parts of a node that may hold a better choice."""
        looks, closed_in = 0, True
        while True:
            part = restricted(self.problem, opened=node.opened, closed=node.closed, most=self.best.value)
            left = self.sites - int(node.opened.sum())
            if part.count <= left or left <= 0:  # where more are needed than there may be, or are, nothing is better
                if part.count >= left >= 0:
                    self.best.offer(np.flatnonzero(node.opened if left == 0 else ~node.closed))
                return []
            if looks and part.columns.nnz <= SMALL:
                return self._left_to_highs(node, part, left)
            if looks == LOOKS or (looks and (node.number or not closed_in)):
                return self._branched(node)
            if looks and over(self.until):
                return [node]
            missing = self.best.value - node.bound
            node = self._tightened(node, part, sites=left, looks=looks)
            if node.bound >= self._goal:
                return []
            closed_in = self.best.value - node.bound <= (1.0 - WORTHWHILE) * missing
            looks += 1

    def _tightened(self, node: _Node, part: Allocation, *, sites: int, looks: int) -> _Node:
        """Return the node with a better bound, and what that proves; offer the choice that it suggests."""
        rows = np.searchsorted(self.problem.demand, part.demand)
        columns = np.flatnonzero(~(node.opened | node.closed))
        if node.number:
            rounds, step, near = ROUNDS, STEP, NEAR
        else:
            rounds, step, near = ROOT_ROUNDS, ROOT_STEP * SLOWER**looks, np.inf
        until = self.until if node.number or looks else np.inf
        found = relaxed(part, node.prices[rows], sites=sites, below=self._goal, step=step, rounds=rounds, until=until)
        opened, closed, prices = node.opened.copy(), node.closed.copy(), node.prices.copy()
        shares = np.zeros(self.problem.count)
        opened[columns], closed[columns], shares[columns] = found.inside, found.outside, found.shares
        opened, closed, prices[rows] = opened | node.opened, closed | node.closed, found.prices
        suggested = columns[np.argsort(-found.shares, kind="stable")[:sites]]
        if not node.number or not over(self.until):
            self.best.offer(np.append(np.flatnonzero(node.opened), suggested), near=near)
        return _Node(max(node.bound, found.bound), node.number, opened, closed, prices, shares)

    def _branched(self, node: _Node) -> list[_Node]:
        """Return the node with and without the candidate that is chosen in half of the rounds, as near as there is."""
        free = np.flatnonzero(~(node.opened | node.closed))
        which = np.arange(self.problem.count) == free[np.argmin(np.abs(node.shares[free] - 0.5))]
        self._count += 2
        return [
            node._replace(number=self._count - 1, opened=node.opened | which),
            node._replace(number=self._count, closed=node.closed | which),
        ]

    def _left_to_highs(self, node: _Node, part: Allocation, sites: int) -> list[_Node]:
        found = best_within(part, sites=sites, below=self._goal, apart=0.5 * self._apart, until=self.until)
        if len(found.chosen):
            columns = np.flatnonzero(~(node.opened | node.closed))[found.chosen]
            self.best.offer(np.append(np.flatnonzero(node.opened), columns))
        self._settled = min(self._settled, max(node.bound, found.bound))
        return []
