"""The peer of `benchmarks.frontier`: a curve by greedy, compact, regreedy, without a bound.

The algorithm of abw-maxcover 0.2 (Analytics for a Better World), which is in no package registry, written here after
its description and with its ways: gains in one array, looked through for each site, and kept up to date by the rows
that are newly won. `curve` is what its authors call the fast way to a complete curve: the greedy order until nobody is
left, the sites taken out that win nothing beside the others, the rest ordered greedily again, the better of both at
every number of sites. `at` is its function `approximate_pareto_curve` with the constructors greedy, compact and
regreedy, which takes the beginning of the greedy order at each number of sites, takes out what wins nothing, and fills
up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

Integers = NDArray[np.int64]


class Order(NamedTuple):
    """Sites in their order, and what the first 0, 1, 2, … of them win."""

    sites: list[int]
    won: list[int]


class Table(NamedTuple):
    """Who is in reach of whom, by row and by candidate, and what the rows weigh."""

    rows: csr_array
    columns: csc_array
    weights: Integers

    def reached(self, site: int) -> NDArray[np.int32]:
        """Return the rows that a candidate reaches."""
        rows: NDArray[np.int32] = self.columns.indices[self.columns.indptr[site] : self.columns.indptr[site + 1]]
        return rows


def curve(reach: csr_array, weights: Integers) -> Integers:
    """Return what 0, 1, 2, … sites cover."""
    table = Table(reach, csc_array(reach), weights)
    first = greedy(table)
    kept = _compact(table, first.sites)
    second = greedy(table, pool=kept)
    length = max(len(first.won), len(second.won))
    curves = [[*order.won, *[order.won[-1]] * (length - len(order.won))] for order in (first, second)]
    return np.asarray(np.max(curves, axis=0), np.int64)


def at(table: Table, order: Order, budgets: Sequence[int]) -> Integers:
    """Return what so many sites cover, from the greedy order until nobody is left."""
    found = []
    for budget in budgets:
        kept = _compact(table, order.sites[:budget])
        found.append(max(order.won[budget], greedy(table, first=kept, sites=budget).won[-1]))
    return np.array(found, np.int64)


def greedy(
    table: Table, *, pool: Sequence[int] | None = None, first: Sequence[int] = (), sites: int | None = None
) -> Order:
    """Return the greedy order after the `first`, among the `pool`, up to `sites`."""
    rows, columns, weights = table
    left = np.ones(len(weights), dtype=bool)
    for site in first:
        left[table.reached(site)] = False
    gains = np.add.reduceat(np.append((weights * left)[columns.indices], 0), columns.indptr[:-1])
    gains[np.diff(columns.indptr) == 0] = 0
    if pool is not None:
        outside = np.ones(len(gains), dtype=bool)
        outside[pool] = False
        gains[outside] = -1
    chosen, won = list(first), [int(weights[~left].sum())]
    while len(chosen) != sites and gains[site := int(np.argmax(gains))] > 0:
        chosen.append(site)
        won.append(won[-1] + int(gains[site]))
        gains[site] = -1
        reached = table.reached(site)
        fresh = reached[left[reached]]
        left[fresh] = False
        begins, ends = rows.indptr[fresh], rows.indptr[fresh + 1]
        others = np.concatenate([rows.indices[begin:end] for begin, end in zip(begins, ends, strict=True)])
        less = np.repeat(weights[fresh], ends - begins)
        open_ones = gains[others] >= 0
        np.subtract.at(gains, others[open_ones], less[open_ones])
    return Order(chosen, won)


def _compact(table: Table, sites: Sequence[int]) -> list[int]:
    times, kept = np.zeros(len(table.weights), np.int32), []
    for site in sites:
        times[table.reached(site)] += 1
    for site in sites:
        rows = table.reached(site)
        if (times[rows] >= 2).all():
            times[rows] -= 1
        else:
            kept.append(site)
    return kept
