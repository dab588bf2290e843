"""A good choice by distance at once: greedy, and what exchanges of one site for another make of it.

The exchange is the vertex substitution of Teitz & Bart (1968) as Resende & Werneck [1]_ count it: what a new site wins,
what the loss of an old one costs, and what of that the new one makes good, are kept for every pair and corrected for
the rows alone whose nearest or second nearest site changes. What no exchange makes better is led away from by a few
exchanges by lot, and exchanged again (iterated local search [2]_).

.. [1] M. G. C. Resende, R. F. Werneck (2007): A fast swap-based local search procedure for location problems. Annals of
   Operations Research 150, 205-230.
.. [2] H. R. Lourenço, O. C. Martin, T. Stützle (2003): Iterated local search. Handbook of Metaheuristics, 320-353.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stations.analysis.siting.allocation import Allocation
from stations.analysis.siting.compiled import (
    CHANCE,
    FLOATS,
    INTEGER,
    MEMBERS,
    NUMBER,
    PLACES,
    STARTS,
    TABLE,
    VOID,
    Members,
    Places,
    Starts,
    Table,
    compiled,
    tuple_of,
)
from stations.analysis.siting.structure import Floats, Integers, places

ROUNDING = 1e-12
"""The share of the costs up to which a change is the rounding of sums, and no change."""
AWAY = 5
"""So many sites are exchanged by lot to leave a choice that no exchange makes better."""
TRIALS, LOOKS = 20, 40_000_000
"""A choice is left so often, at most, and no more often than looks at about so many pairs do it."""
MANY = 64
"""A choice of more sites is not left: there is little to win, and the proofs of large graphs took longer after it."""
_SEED = 20_260_101  # of the rows that are drawn


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


class Costs(NamedTuple):
    """What each row costs by each candidate, or without any: by row, and by candidate."""

    by_row: Starts
    sites: Members
    costs: Floats
    by_site: Starts
    rows: Members
    costs_of_rows: Floats
    fallback: Floats


class State(NamedTuple):
    """A choice, the two nearest of its sites for each row, and what every exchange would save.

    The sites, and at which place of the choice each candidate is (-1: at none); what the nearest and the second nearest
    site cost each row, and their places (-1: it is the row's fallback); what the loss of each site costs. The last row
    of `table` is what each candidate wins beside all sites, the others what it makes good of the loss of one of them.
    """

    chosen: Starts
    place: Starts
    cost: Table
    site: Places
    loss: Floats
    table: Table


COSTS = tuple_of(Costs, STARTS, MEMBERS, FLOATS, STARTS, MEMBERS, FLOATS, FLOATS)
STATE = tuple_of(State, STARTS, STARTS, TABLE, PLACES, FLOATS, TABLE)


def interchanged(problem: Allocation, chosen: Integers) -> Integers:
    """Return a choice of as many that no exchange of one site for another makes better, ascending."""
    return _led_away(problem, chosen, trials=0)


def led_away(problem: Allocation, chosen: Integers) -> Integers:
    """Return such a choice that was left again and again for a better one, with a fixed amount of work; ascending.

    Rows are drawn, and who is nearest to each of them among those that are not chosen comes in for the site that is
    missed least then: where a candidate stands among the others decides nothing.
    """
    pairs, sites = problem.columns.nnz, max(1, len(chosen))  # a few of so many sites are near to a row, or serve it
    each = 2 * AWAY * (12 * pairs // sites**2 + sites * problem.count + 1)
    return _led_away(problem, chosen, trials=0 if sites > MANY else min(TRIALS, LOOKS // each))


def _led_away(problem: Allocation, chosen: Integers, *, trials: int) -> Integers:
    if not len(chosen) or not len(problem.fallback):
        return np.sort(chosen)
    costs, state = _costs(problem), _state(problem, chosen)
    least, random = ROUNDING * float(problem.fallback.sum()), np.random.default_rng(_SEED)
    count_all(costs, state)
    exchange(costs, state, least)
    for _trial in range(trials):
        other = State._make(part.copy() for part in state)
        if lead_away(costs, other, random) + exchange(costs, other, least) > least:
            state = other
    return np.sort(state.chosen)


def _costs(problem: Allocation) -> Costs:
    of_rows, of_sites = (
        (part.indptr.astype(np.int64), part.indices.astype(np.int32, copy=False), part.data)
        for part in (problem.rows, problem.columns)
    )
    return Costs(*of_rows, *of_sites, problem.fallback)


def _state(problem: Allocation, chosen: Integers) -> State:
    rows, sites = len(problem.fallback), len(chosen)
    place = np.full(problem.count, -1, np.int64)
    place[chosen] = np.arange(sites)
    return State(
        np.array(chosen, np.int64),
        place,
        np.zeros((rows, 2)),
        np.full((rows, 2), -1, np.int32),
        np.zeros(sites),
        np.zeros((sites + 1, problem.count)),
    )


@compiled(VOID, COSTS, STATE, INTEGER)
def find(costs: Costs, state: State, row: int) -> None:
    """Find the two nearest sites of a row."""
    nearest, second = costs.fallback[row], costs.fallback[row]
    at_nearest, at_second = -1, -1
    for at in range(costs.by_row[row], costs.by_row[row + 1]):
        place = state.place[costs.sites[at]]
        if place >= 0 and at_nearest < 0:
            nearest, at_nearest = costs.costs[at], place
        elif place >= 0:
            second, at_second = costs.costs[at], place
            break
    state.cost[row, 0], state.cost[row, 1] = nearest, second
    state.site[row, 0], state.site[row, 1] = at_nearest, at_second


@compiled(VOID, COSTS, STATE, INTEGER, NUMBER)
def count(costs: Costs, state: State, row: int, sign: float) -> None:
    """Add what a row says about every exchange, or take it away."""
    nearest, second = state.cost[row]
    place, last = state.site[row, 0], len(state.loss)
    if place >= 0:
        state.loss[place] += sign * (second - nearest)
    for at in range(costs.by_row[row], costs.by_row[row + 1]):
        cost = costs.costs[at]
        if cost >= second:
            break
        if place >= 0:
            state.table[place, costs.sites[at]] += sign * (second - max(nearest, cost))
        if cost < nearest:
            state.table[last, costs.sites[at]] += sign * (nearest - cost)


@compiled(VOID, COSTS, STATE)
def count_all(costs: Costs, state: State) -> None:
    """Find the sites of all rows, and what they say about every exchange."""
    for row in range(len(costs.fallback)):
        find(costs, state, row)
        count(costs, state, row, 1.0)


@compiled(VOID, COSTS, STATE, INTEGER, INTEGER)
def swap(costs: Costs, state: State, place: int, candidate: int) -> None:
    """Put a candidate at a place of the choice."""
    changed = (state.site[:, 0] == place) | (state.site[:, 1] == place)
    for at in range(costs.by_site[candidate], costs.by_site[candidate + 1]):
        row = costs.rows[at]
        changed[row] |= costs.costs_of_rows[at] < state.cost[row, 1]
    state.place[state.chosen[place]], state.place[candidate] = -1, place
    state.chosen[place] = candidate
    for each in np.flatnonzero(changed):
        row = int(each)
        count(costs, state, row, -1.0)
        find(costs, state, row)
        count(costs, state, row, 1.0)


@compiled(NUMBER, COSTS, STATE, NUMBER)
def exchange(costs: Costs, state: State, least: float) -> float:
    """Make the exchange that saves most, again and again while it saves more than `least`; return what all save."""
    total, last = 0.0, len(state.loss)
    while True:
        best, best_place, best_candidate = least, -1, -1
        for place in range(last):
            for candidate in range(len(state.place)):
                saved = state.table[place, candidate] + state.table[last, candidate] - state.loss[place]
                if saved > best and state.place[candidate] < 0:
                    best, best_place, best_candidate = saved, place, candidate
        if best_place < 0:
            return total
        swap(costs, state, best_place, best_candidate)
        total += best


@compiled(NUMBER, COSTS, STATE, CHANCE)
def lead_away(costs: Costs, state: State, random: np.random.Generator) -> float:
    """Bring in some candidates by lot, each for the site that is missed least; return what that saves: mostly < 0."""
    total, last = 0.0, len(state.loss)
    for _time in range(AWAY):
        row, candidate = int(random.random() * len(costs.fallback)), -1
        for at in range(costs.by_row[row], costs.by_row[row + 1]):
            if state.place[costs.sites[at]] < 0:
                candidate = costs.sites[at]
                break
        if candidate < 0:
            continue
        place = int(np.argmax(state.table[:last, candidate] - state.loss))
        total += state.table[place, candidate] + state.table[last, candidate] - state.loss[place]
        swap(costs, state, place, candidate)
    return total
