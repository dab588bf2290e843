"""Demand that new sites can win, by row and by candidate."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stations.analysis.siting.compiled import FLOATS, MEMBERS, STARTS, VOID, Members, Starts, compiled, tuple_of
from stations.analysis.siting.structure import Floats, Integers, places

ALONE = 1_000_000
"""Up to so many pairs one thread sums by itself."""


class Winnable(NamedTuple):
    """Demand that new sites can win.

    Who reaches whom is kept as in SciPy's compressed matrices: the candidates that reach row i are
    ``sites[by_row[i]:by_row[i + 1]]``, the rows that candidate j reaches ``rows[by_site[j]:by_site[j + 1]]``.

    Attributes
    ----------
    by_row, sites
        By row.
    by_site, rows
        By candidate.
    weights
        Of each row, > 0.
    turns
        A number of each candidate: of equals the one with the largest has its turn. It comes from the rows that it
        reaches, and not from its place among the candidates, so that their order changes nothing.
    """

    by_row: Starts
    sites: Members
    by_site: Starts
    rows: Members
    weights: Floats
    turns: Floats

    @property
    def candidates(self) -> int:
        """How many candidates there are."""
        return len(self.by_site) - 1

    def reached(self, candidate: int) -> Members:
        """Return the rows that a candidate reaches."""
        return self.rows[self.by_site[candidate] : self.by_site[candidate + 1]]

    def touched(self, candidates: ArrayLike) -> tuple[Members, Integers]:
        """Return the rows that some candidates reach, joined, and how many each does."""
        at, sizes = places(self.by_site, np.asarray(candidates, np.intp))
        return self.rows[at], sizes

    def among(self, candidates: Integers) -> Winnable:
        """Return the same with some of the candidates alone."""
        rows, sizes = self.touched(candidates)
        by_site = np.append(0, np.cumsum(sizes))
        by_row, sites = turned_over(by_site, rows, count=len(self.weights))
        return Winnable(by_row, sites, by_site, rows, self.weights, self.turns[candidates])

    def incomes(self, values: Floats) -> Floats:
        """Return for each candidate the sum of values over the rows that it reaches."""
        return sums(self.by_site, self.rows, values)


WINNABLE = tuple_of(Winnable, STARTS, MEMBERS, STARTS, MEMBERS, FLOATS, FLOATS)


def sums(starts: Starts, members: Members, values: Floats) -> Floats:
    """Return the sum of the members' values of each entry; those of entry i begin at ``starts[i]``."""
    found = np.empty(len(starts) - 1)
    if len(members) <= ALONE:
        earn(starts, members, values, found)
        return found
    ends = np.linspace(0, len(found), 4 * (os.cpu_count() or 1) + 1).astype(int)
    parts = list(pairwise(ends))
    list(_threads().map(lambda part: earn(starts[part[0] : part[1] + 1], members, values, found[slice(*part)]), parts))
    return found


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="sums")


def turned_over(starts: Starts, members: Members, *, count: int) -> tuple[Starts, Members]:
    """Return the same table by column, of which there are so many."""
    other_starts, other_members = np.zeros(count + 1, np.int64), np.empty(len(members), np.int32)
    turn_over(starts, members, other_starts, other_members)
    return other_starts, other_members


@compiled(VOID, STARTS, MEMBERS, FLOATS, FLOATS)
def earn(starts: Starts, members: Members, values: Floats, found: Floats) -> None:
    """Write down what each entry earns: the sum of its members' values."""
    for entry in range(len(found)):
        total = 0.0
        for at in range(starts[entry], starts[entry + 1]):
            total += values[members[at]]
        found[entry] = total


@compiled(VOID, STARTS, MEMBERS, STARTS, MEMBERS)
def turn_over(starts: Starts, members: Members, other_starts: Starts, other_members: Members) -> None:
    """Fill in which entries each member is one of, ascending: the same table by column. Both begin as zeros."""
    for member in members:
        other_starts[member + 1] += 1
    for member in range(len(other_starts) - 1):
        other_starts[member + 1] += other_starts[member]
    free = other_starts[:-1].copy()
    for entry in range(len(starts) - 1):
        for at in range(starts[entry], starts[entry + 1]):
            member = members[at]
            other_members[free[member]] = entry
            free[member] += 1
