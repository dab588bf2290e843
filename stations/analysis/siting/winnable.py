"""Demand that new sites can win, by row and by candidate."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stations.analysis.siting.compiled import (
    FLOATS,
    INTEGER,
    MEMBERS,
    STARTS,
    VOID,
    Members,
    Starts,
    compiled,
    tuple_of,
)
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
        which = np.asarray(candidates, np.int64)
        sizes = self.by_site[which + 1] - self.by_site[which]
        found = np.empty(sizes.sum(), np.int32)
        join(self.by_site, self.rows, which, found)
        return found, sizes

    def among(self, candidates: Integers) -> Winnable:
        """Return the same with some of the candidates alone."""
        rows, sizes = self.touched(candidates)
        by_site = np.append(0, np.cumsum(sizes))
        by_row, sites = turned_over(by_site, rows, count=len(self.weights))
        return Winnable(by_row, sites, by_site, rows, self.weights, self.turns[candidates])

    def part(self, candidates: Integers) -> tuple[Winnable, Integers]:
        """Return the same with some of the candidates and the rows that they reach, and which rows these are."""
        found = self.among(candidates)
        reached = np.diff(found.by_row) > 0
        rows = (np.cumsum(reached) - 1).astype(np.int32)[found.rows]
        starts = np.append(0, found.by_row[1:][reached])
        return found._replace(by_row=starts, rows=rows, weights=self.weights[reached]), np.flatnonzero(reached)

    def merged(self) -> Winnable:
        """Return the same with one row for all that the same candidates reach, in the order of the first of each."""
        kinds, first = np.zeros(len(self.weights), np.int32), np.empty(len(self.weights), np.int64)
        tell_apart(self.by_site, self.rows, kinds)
        first = first[: count_kinds(kinds, first)]
        at, sizes = places(self.by_row, first)
        by_row, sites = np.append(0, np.cumsum(sizes)), self.sites[at]
        by_site, rows = turned_over(by_row, sites, count=self.candidates)
        weights = np.bincount(kinds, self.weights, minlength=len(first)).astype(np.float64)
        return Winnable(by_row, sites, by_site, rows, weights, self.turns)

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
    parts = _parts(starts, 4 * _cores())
    list(_threads().map(lambda part: earn(starts[part[0] : part[1] + 1], members, values, found[slice(*part)]), parts))
    return found


def turned_over(starts: Starts, members: Members, *, count: int) -> tuple[Starts, Members]:
    """Return the same table by column, of which there are so many."""
    parts = _parts(starts, _cores() if len(members) > ALONE else 1)
    each = _threads().map if len(parts) > 1 else map
    counts, found = np.zeros((len(parts), count), np.int64), np.empty(len(members), np.int32)
    bounds = [slice(starts[begin], starts[end]) for begin, end in parts]
    list(each(count_members, (members[of_part] for of_part in bounds), counts))
    found_starts = np.append(0, counts.sum(axis=0).cumsum())
    free = found_starts[:-1] + counts.cumsum(axis=0) - counts
    list(each(lambda part, free: turn_over(starts, members, part[0], part[1], free, found), parts, free))
    return found_starts, found


def narrow(members: Integers) -> Members:
    """Return the same numbers as 32 bits each."""
    if members.dtype == np.int32 or len(members) <= ALONE:
        return np.require(members, np.int32, ["C", "W"])
    found = np.empty(len(members), np.int32)
    cuts = np.linspace(0, len(members), _cores() + 1).astype(np.intp)
    parts = [slice(*cut) for cut in pairwise(cuts)]
    list(_threads().map(lambda part: np.copyto(found[part], members[part], casting="same_kind"), parts))
    return found


def _parts(starts: Starts, many: int) -> list[tuple[int, int]]:
    """Return from which entry to which each of so many parts goes, each with about as many members."""
    ends = np.searchsorted(starts, np.linspace(0, starts[-1], many + 1)[1:-1])
    return list(pairwise([0, *ends.tolist(), len(starts) - 1]))


def _cores() -> int:
    return os.cpu_count() or 1


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_cores(), thread_name_prefix="sums")


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_threads.cache_clear)  # the threads stay behind


@compiled(VOID, STARTS, MEMBERS, FLOATS, FLOATS)
def earn(starts: Starts, members: Members, values: Floats, found: Floats) -> None:
    """Write down what each entry earns: the sum of its members' values."""
    for entry in range(len(found)):
        total = 0.0
        for at in range(starts[entry], starts[entry + 1]):
            total += values[np.uint32(members[at])]  # without a look at what counts from the end
        found[entry] = total


@compiled(VOID, STARTS, MEMBERS, STARTS, MEMBERS)
def join(starts: Starts, members: Members, entries: Integers, found: Members) -> None:
    """Write down the members of some entries, one entry after the other."""
    free = 0
    for entry in entries:
        for at in range(starts[entry], starts[entry + 1]):
            found[free] = members[at]
            free += 1


@compiled(VOID, MEMBERS, STARTS)
def count_members(members: Members, counts: Starts) -> None:
    """Count how often each member is there."""
    for member in members:
        counts[np.uint32(member)] += 1


@compiled(VOID, STARTS, MEMBERS, INTEGER, INTEGER, STARTS, MEMBERS)
def turn_over(starts: Starts, members: Members, begin: int, end: int, free: Starts, found: Members) -> None:
    """Write down the entries from `begin` to `end` at each of their members, from the places that are free there on."""
    for entry in range(begin, end):
        for at in range(starts[entry], starts[entry + 1]):
            member = np.uint32(members[at])
            found[free[member]] = entry
            free[member] += 1


@compiled(VOID, STARTS, MEMBERS, MEMBERS)
def tell_apart(starts: Starts, members: Members, kinds: Members) -> None:
    """Tell members that are not in the same entries apart: each entry parts every kind in those in it and the others.

    This is partition refinement (R. Paige, R. E. Tarjan 1987): all are of one kind at first.
    """
    parted, last = np.zeros(len(members) + 1, np.int32), np.full(len(members) + 1, -1, np.int32)
    many = 1
    for entry in range(len(starts) - 1):
        for at in range(starts[entry], starts[entry + 1]):
            kind = kinds[members[at]]
            if last[kind] != entry:
                last[kind], parted[kind] = entry, many
                many += 1
            kinds[members[at]] = parted[kind]


@compiled(INTEGER, MEMBERS, STARTS)
def count_kinds(kinds: Members, first: Integers) -> int:
    """Give kinds numbers in their order, write down the first of each, and return how many there are."""
    numbers, many = np.full(kinds.max() + 1 if len(kinds) else 0, -1, np.int32), 0
    for place in range(len(kinds)):
        kind = kinds[place]
        if numbers[kind] < 0:
            numbers[kind], first[many] = many, place
            many += 1
        kinds[place] = numbers[kind]
    return many
