"""Better choices near one that is known: each site exchanged for the best that can stand in its place."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stations.analysis.siting.clock import over
from stations.analysis.siting.compiled import (
    FLOATS,
    INTEGER,
    MARKS,
    MEMBERS,
    NUMBER,
    STARTS,
    VOID,
    Marks,
    Members,
    compiled,
    tuple_of,
)
from stations.analysis.siting.orders import NOTHING, foremost
from stations.analysis.siting.structure import Floats, Integers
from stations.analysis.siting.winnable import WINNABLE, Winnable

AT_ONCE = 200
"""How many sites are looked at between two looks at the clock."""


class Choice(NamedTuple):
    """How many of the sites that are chosen reach each row, and what each candidate would add to them."""

    times: Members
    gains: Floats


CHOICE = tuple_of(Choice, MEMBERS, FLOATS)


def exchanged(problem: Winnable, chosen: Integers, *, sweeps: int, until: float = math.inf) -> Integers:
    """Return as many candidates, none worse: each in turn is taken out and the best put in its place.

    Who has been looked at is looked at again when something has changed for the rows that he reaches, in up to `sweeps`
    rounds (Teitz & Bart's interchange), as long as the clock (`time.perf_counter`) does not say `until`.
    """
    chosen, choice = np.array(chosen, np.int64), _choice(problem, chosen)
    least, stale = NOTHING * float(problem.weights.sum()), np.ones(problem.candidates, dtype=bool)
    for _sweep in range(sweeps):
        changed = 0
        for begin in range(0, len(chosen), AT_ONCE):
            if over(until):
                return chosen
            end = min(len(chosen), begin + AT_ONCE)
            changed += exchange(problem, choice, chosen, stale, begin, end, least)
        if not changed:
            break
    return chosen


def _choice(problem: Winnable, chosen: Integers) -> Choice:
    """Return what is to be known of a choice so that it can be changed."""
    times = np.bincount(problem.touched(chosen)[0], minlength=len(problem.weights)).astype(np.int32)
    return Choice(times, problem.incomes(problem.weights * (times == 0)))


@compiled(VOID, WINNABLE, CHOICE, INTEGER)
def put_in(problem: Winnable, choice: Choice, site: int) -> None:
    """Choose a site: whom nobody else reaches is nobody's gain any more."""
    for at in range(problem.by_site[site], problem.by_site[site + 1]):
        row = problem.rows[at]
        choice.times[row] += 1
        if choice.times[row] == 1:
            for of_row in range(problem.by_row[row], problem.by_row[row + 1]):
                choice.gains[problem.sites[of_row]] -= problem.weights[row]


@compiled(VOID, WINNABLE, CHOICE, INTEGER)
def take_out(problem: Winnable, choice: Choice, site: int) -> None:
    """Give a site up: whom it alone reaches can be won again."""
    for at in range(problem.by_site[site], problem.by_site[site + 1]):
        row = problem.rows[at]
        choice.times[row] -= 1
        if choice.times[row] == 0:
            for of_row in range(problem.by_row[row], problem.by_row[row + 1]):
                choice.gains[problem.sites[of_row]] += problem.weights[row]


@compiled(INTEGER, WINNABLE, CHOICE, STARTS, MARKS, INTEGER, INTEGER, NUMBER)
def exchange(
    problem: Winnable, choice: Choice, chosen: Integers, stale: Marks, begin: int, end: int, least: float
) -> int:
    """Take out each site from place `begin` to `end` that is stale, and put the best in its place; count the others.

    A site is stale when something has changed for the rows that it reaches since it was looked at.
    """
    by_row, sites, by_site, rows, _weights, turns = problem
    times, gains = choice
    free, changed = foremost(gains, turns, 0, len(gains)), 0
    for place in range(begin, end):
        site = chosen[place]
        if not stale[site]:
            continue
        stale[site] = False
        take_out(problem, choice, site)
        better, most = site, gains[site] + least
        if gains[free] > most:
            better, most = free, gains[free]
        for at in range(by_site[site], by_site[site + 1]):
            row = rows[at]
            if times[row] > 0:
                continue
            for of_row in range(by_row[row], by_row[row + 1]):
                other = sites[of_row]
                if gains[other] >= most and (gains[other] > most or (better != site and turns[other] > turns[better])):
                    better, most = other, gains[other]
        put_in(problem, choice, better)
        if better == site:
            continue
        chosen[place] = better
        changed += 1
        for each in (site, better):
            for at in range(by_site[each], by_site[each + 1]):
                row = rows[at]
                for of_row in range(by_row[row], by_row[row + 1]):
                    stale[sites[of_row]] = True
        stale[better] = False
        free = foremost(gains, turns, 0, len(gains))
    return changed
