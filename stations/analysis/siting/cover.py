"""Set covering: the programme, and a good cover before it is solved.

A cover of one site less is looked for by exchanges, in which rows that stay uncovered weigh more and more [1]_.

.. [1] C. Gao, X. Yao, T. Weise, J. Li (2015): An efficient local search heuristic with row weighting for the unicost
   set covering problem. European Journal of Operational Research 246 (3), 750-761.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, vstack

from stations.analysis.siting.clock import over
from stations.analysis.siting.compiled import (
    CHANCE,
    FLOATS,
    INTEGER,
    MARKS,
    STARTS,
    VOID,
    Marks,
    compiled,
    tuple_of,
)
from stations.analysis.siting.limits import Limits, indicator
from stations.analysis.siting.mixed import Mixed
from stations.analysis.siting.structure import Floats, Integers
from stations.analysis.siting.winnable import WINNABLE, Winnable, earn, turned_over

WORK, MOST_STEPS = 60_000_000, 60_000
"""How many pairs exchanges may look at, about, and how many exchanges there are at most."""
SEED = 20_260_101


def programme_of(limits: Limits, *, unit: float) -> Mixed:
    """Return the programme of a set covering problem: the cheapest sites, one at least in every row of `near`.

    Costs are counted in a unit.
    """
    count = len(limits.costs)
    rows, some = [limits.near], limits.near.shape[0]
    tops = [(np.ones(count), limits.sites), (limits.costs, limits.budget)]
    rows += [csr_array(amounts[np.newaxis]) for amounts, _most in tops]
    return Mixed(
        matrix=csr_array(vstack(rows)),
        gains=-limits.costs / unit,
        lower=np.zeros(count),
        upper=np.ones(count),
        row_lower=np.append(np.ones(some), [-np.inf, -np.inf]),
        row_upper=np.append(np.full(some, np.inf), [most for _amounts, most in tops]),
        whole=np.ones(count, dtype=bool),
    )


def fewer(near: csr_array, chosen: Integers, *, until: float) -> Integers:
    """Return a cover of fewer sites where exchanges lead to one, else the same."""
    by_row = near.indptr.astype(np.int64)
    sites = near.indices.astype(np.int32)
    by_site, rows = turned_over(by_row, sites, count=near.shape[1])
    table = Winnable(by_row, sites, by_site, rows, np.ones(near.shape[0]), np.zeros(near.shape[1]))
    marks = indicator(near.shape[1], chosen) > 0
    if not over(until) and len(rows):
        steps = int(min(MOST_STEPS, WORK * near.shape[1] * near.shape[0] / len(rows) ** 2))
        cover_with_fewer(table, marks, steps, np.random.default_rng(SEED))
    return np.flatnonzero(marks)


class Search(NamedTuple):
    """A search for a cover of fewer sites.

    Which sites are chosen, how many of them reach each row, what each site would add, or, with a minus, what would be
    lost without it; whether it may be put in, and when it was put in or taken out last. Then the rows that nobody
    reaches, where each of these is among them, and how many they are.
    """

    chosen: Marks
    times: Integers
    scores: Floats
    free: Marks
    since: Integers
    bare: Integers
    place: Integers
    many: Integers


SEARCH = tuple_of(Search, MARKS, STARTS, FLOATS, MARKS, STARTS, STARTS, STARTS, STARTS)


@compiled(VOID, WINNABLE, SEARCH, INTEGER, INTEGER, INTEGER)
def swap_in(table: Winnable, search: Search, site: int, step: int, now: int) -> None:
    """Put a site into a cover (`step` 1) or take it out (-1), and bring the scores up to date."""
    by_row, sites, by_site, rows, weights, _turns = table
    chosen, times, scores, free, since, bare, place, many = search
    chosen[site], scores[site], since[site] = step > 0, -scores[site], now
    for at in range(by_site[site], by_site[site + 1]):
        row = rows[at]
        times[row] += step
        more = max(times[row], times[row] - step)  # of the two numbers of sites, before and after
        if more == 1 and step < 0:
            bare[many[0]], place[row] = row, many[0]
            many[0] += 1
        elif more == 1:
            many[0] -= 1
            last = bare[many[0]]
            bare[place[row]], place[last] = last, place[row]
        for of_row in range(by_row[row], by_row[row + 1]):
            other = sites[of_row]
            free[other] = True
            if more == 1 and other != site:
                scores[other] -= step * weights[row]
            elif more == 2 and chosen[other] and other != site:
                scores[other] += step * weights[row]
    free[site] = step > 0


@compiled(INTEGER, SEARCH, INTEGER)
def least_missed(search: Search, but: int) -> int:
    """Return the chosen site that would be missed least, of equals the one that has been there longest; not `but`."""
    best = -1
    for site in range(len(search.chosen)):
        if search.chosen[site] and site != but:
            more = search.scores[site] - search.scores[best] if best >= 0 else 1.0
            if more > 0.0 or (more == 0.0 and search.since[site] < search.since[best]):
                best = site
    return best


@compiled(INTEGER, WINNABLE, SEARCH, INTEGER)
def most_wanted(table: Winnable, search: Search, row: int) -> int:
    """Return the site that adds most and reaches a row, of equals the one that has been out longest."""
    best = -1
    for at in range(table.by_row[row], table.by_row[row + 1]):
        site = table.sites[at]
        more = search.scores[site] - search.scores[best] if best >= 0 else 1.0
        if search.free[site] and (more > 0.0 or (more == 0.0 and search.since[site] < search.since[best])):
            best = site
    return best if best >= 0 else table.sites[table.by_row[row]]


@compiled(VOID, WINNABLE, MARKS, INTEGER, CHANCE)
def cover_with_fewer(table: Winnable, cover: Marks, steps: int, random: np.random.Generator) -> None:
    """Change a cover to one of fewer sites where so many exchanges lead to one."""
    sites, rows = len(cover), len(table.weights)
    search = Search(
        np.zeros(sites, np.bool_),
        np.zeros(rows, np.int64),
        np.zeros(sites),
        np.ones(sites, np.bool_),
        np.zeros(sites, np.int64),
        np.arange(rows),
        np.arange(rows),
        np.full(1, rows),
    )
    earn(table.by_site, table.rows, table.weights, search.scores)
    last, many = -1, cover.sum()
    for site in np.flatnonzero(cover):
        swap_in(table, search, int(site), 1, 0)
    for now in range(1, steps + 1):
        while search.many[0] == 0:
            cover[:], many = search.chosen, search.chosen.sum()
            if many == 1:
                return
            swap_in(table, search, least_missed(search, -1), -1, now)
        out = least_missed(search, last)
        if out >= 0:
            swap_in(table, search, out, -1, now)
        while search.chosen.sum() < many - 1 and search.many[0] > 0:
            last = most_wanted(table, search, search.bare[random.integers(0, search.many[0])])
            swap_in(table, search, last, 1, now)
        for place in range(search.many[0]):
            row = search.bare[place]
            table.weights[row] += 1.0
            for at in range(table.by_row[row], table.by_row[row + 1]):
                search.scores[table.sites[at]] += 1.0
