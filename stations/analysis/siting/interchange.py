"""A good choice by distance at once: greedy, and what exchanges of one site for another make of it.

The exchange is the vertex substitution of Teitz & Bart (1968) as Resende & Werneck [1]_ count it: what a new site wins,
what the loss of an old one costs, and what of that the new one makes good, are kept for every pair and corrected for
the rows alone whose nearest or second nearest site changes.

.. [1] M. G. C. Resende, R. F. Werneck (2007): A fast swap-based local search procedure for location problems. Annals of
   Operations Research 150, 205-230.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stations.analysis.siting.allocation import Allocation
from stations.analysis.siting.structure import places

if TYPE_CHECKING:
    from stations.analysis.siting.structure import Floats, Integers

ROUNDING = 1e-12
"""The share of the costs up to which a change is the rounding of sums, and no change."""


def greedy(problem: Allocation, sites: int) -> Integers:
    """Return up to so many candidates (as columns), each the one that saves most beside those before.

    Of equals it is the first. There are fewer where more would save nothing: what they save is summed up anew where
    it may be the rounding of what was saved before.
    """
    costs, columns, rows = problem.fallback.copy(), problem.columns, problem.rows
    of_column = np.repeat(np.arange(problem.count), np.diff(columns.indptr))
    saved: Floats = np.zeros(problem.count)
    least, chosen = 0.0, np.empty(0, np.intp)
    while len(chosen) < min(sites, problem.count):
        best = int(np.argmax(saved))
        if saved[best] <= least:
            less = np.maximum(costs[columns.indices] - columns.data, 0.0)
            saved = np.bincount(of_column, weights=less, minlength=problem.count).astype(np.float64)
            best, least = int(np.argmax(saved)), ROUNDING * float(costs.sum())
        if saved[best] <= 0:
            break
        chosen = np.append(chosen, best)
        own = slice(columns.indptr[best], columns.indptr[best + 1])
        nearer = columns.data[own] < costs[columns.indices[own]]
        won, less = columns.indices[own][nearer].astype(np.intp), columns.data[own][nearer]
        at, sizes = places(rows.indptr, won)
        pairs, before, after = rows.data[at], np.repeat(costs[won], sizes), np.repeat(less, sizes)
        lost = np.maximum(before - pairs, 0.0) - np.maximum(after - pairs, 0.0)
        saved -= np.bincount(rows.indices[at], weights=lost, minlength=problem.count)
        saved[chosen] = 0.0
        costs[won] = less
    return chosen


def interchanged(problem: Allocation, chosen: Integers) -> Integers:
    """Return a choice of as many that no exchange of one site for another makes better, ascending."""
    if not len(chosen) or not len(problem.fallback):
        return np.sort(chosen)
    exchange = _Exchange(problem, chosen)
    least = ROUNDING * float(problem.fallback.sum())
    while True:
        change = exchange.best()
        if change.saved <= least:
            return np.sort(exchange.chosen)
        exchange.swap(change.place, change.candidate)


class _Change(NamedTuple):
    """An exchange: which place of the choice gets which candidate, and what that saves."""

    place: int
    candidate: int
    saved: float


class _Exchange:
    """A choice, the two nearest of its sites for each row, and what every exchange would save.

    The last row of `table` is what each candidate wins beside all sites, the others what it makes good of the loss of
    one of them.
    """

    def __init__(self, problem: Allocation, chosen: Integers) -> None:
        rows, sites = len(problem.fallback), len(chosen)
        self.problem, self.chosen = problem, np.array(chosen, np.intp)
        self._place = np.full(problem.count, -1, np.intp)
        self._place[self.chosen] = np.arange(sites)
        self._cost = np.tile(problem.fallback, (2, 1))
        self._site = np.full((2, rows), -1, np.intp)
        self._table, self._loss = np.zeros((sites + 1, problem.count)), np.zeros(sites)
        everyone = np.arange(rows)
        self._find(everyone)
        self._count(everyone, 1.0)

    def best(self) -> _Change:
        net = self._table[:-1] + self._table[-1] - self._loss[:, np.newaxis]
        net[:, self.chosen] = -np.inf
        place, candidate = divmod(int(np.argmax(net)), self.problem.count)
        return _Change(place, candidate, float(net[place, candidate]))

    def swap(self, place: int, candidate: int) -> None:
        columns = self.problem.columns
        own = slice(columns.indptr[candidate], columns.indptr[candidate + 1])
        changed = (self._site == place).any(axis=0)
        changed[columns.indices[own][columns.data[own] < self._cost[1][columns.indices[own]]]] = True
        rows = np.flatnonzero(changed)
        self._count(rows, -1.0)
        self._place[self.chosen[place]], self._place[candidate] = -1, place
        self.chosen[place] = candidate
        self._find(rows)
        self._count(rows, 1.0)

    def _find(self, rows: Integers) -> None:
        """Find the two nearest sites of some rows."""
        pairs = self.problem.rows
        at, sizes = places(pairs.indptr, rows)
        of_row, site = np.repeat(rows, sizes), self._place[pairs.indices[at]]
        there = np.flatnonzero(site >= 0)
        order = there[np.lexsort((pairs.data[at[there]], of_row[there]))]
        first = np.searchsorted(of_row[order], rows)
        for rank in range(2):
            self._cost[rank][rows], self._site[rank][rows] = self.problem.fallback[rows], -1
            found = order[(first + rank)[first + rank < len(order)]]
            found = found[of_row[found] == rows[: len(found)]]
            self._cost[rank][of_row[found]] = pairs.data[at[found]]
            self._site[rank][of_row[found]] = site[found]

    def _count(self, rows: Integers, sign: float) -> None:
        """Add what some rows say about every exchange, or take it away."""
        pairs, count = self.problem.rows, self.problem.count
        nearest, second, place = self._cost[0][rows], self._cost[1][rows], self._site[0][rows]
        at, sizes = places(pairs.indptr, rows)
        cost, bound = pairs.data[at], np.repeat(second, sizes)
        near = cost < bound
        at, cost, bound = at[near], cost[near], bound[near]
        least, of_place, column = (
            np.repeat(nearest, sizes)[near],
            np.repeat(place, sizes)[near],
            pairs.indices[at].astype(np.intp),
        )
        self._table[-1] += sign * np.bincount(column, weights=np.maximum(least - cost, 0.0), minlength=count)
        served = of_place >= 0
        made_good = (bound - np.maximum(least, cost))[served]
        flat = np.bincount(of_place[served] * count + column[served], made_good, minlength=self._table[:-1].size)
        self._table[:-1] += sign * flat.reshape(-1, count)
        mine = place >= 0
        self._loss += sign * np.bincount(place[mine], (second - nearest)[mine], minlength=len(self._loss))
