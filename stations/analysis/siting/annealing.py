"""A better choice by simulated annealing: sites exchanged for others beside them by lot, also for slightly worse ones.

Who wins alone what a site would lose is kept, so that an exchange is judged by looking once at the rows that the new
site reaches, and most are turned down [1]_. The start decides little: it is left behind while it is hot.

.. [1] A. T. Murray, R. L. Church (1996): Applying simulated annealing to location-planning models. Journal of
   Heuristics 2 (1), 31-53.
"""

from __future__ import annotations

import math
import time
from typing import NamedTuple

import numpy as np

from stations.analysis.siting.clock import remaining
from stations.analysis.siting.compiled import (
    CHANCE,
    FLOATS,
    INTEGER,
    MARKS,
    MEMBERS,
    NUMBER,
    STARTS,
    TRUTH,
    VOID,
    Marks,
    Members,
    compiled,
    tuple_of,
)
from stations.analysis.siting.structure import Floats, Integers
from stations.analysis.siting.winnable import WINNABLE, Winnable

HOT, COOL = 0.02, 0.002
"""How much worse an exchange may be at first and in the end, about: shares of what a site wins on the average."""
FAR = 0.1
"""How often a candidate anywhere is tried."""
SEEN, SAFE = 32, 1.1
"""Of more than twice so many rows only so many are looked at first, each for as much weight: who seems to win less than
enough, even if it were so much more, is turned down at once."""
DRAWN = 64
"""So many exchanges are drawn at once: what has to be fetched for them from all over the memory comes together."""
AT_ONCE = 20_000
"""How many exchanges are tried between two looks at the clock."""
FREE, SHARED = -1, -2


class State(NamedTuple):
    """What is to be known of a choice so that an exchange can be judged.

    How many of its sites reach each row, the sum of their places in the choice, and who alone does (a place, or FREE,
    or SHARED); what the site at each place alone wins; which candidates are chosen; some rows of each candidate, one
    after the other, and how much weight each of them stands for.
    """

    times: Members
    places: Members
    alone: Members
    lost: Floats
    marked: Marks
    seen: Members
    standing: Floats


STATE = tuple_of(State, MEMBERS, MEMBERS, MEMBERS, FLOATS, MARKS, MEMBERS, FLOATS)


def annealed(problem: Winnable, chosen: Integers, *, trials: int, seed: int, until: float = math.inf) -> Integers:
    """Return as many candidates, none worse, after so many trials, or fewer if `until` (`perf_counter`) is sooner."""
    kept, chosen, random = np.array(chosen, np.int64), np.array(chosen, np.int64), np.random.default_rng(seed)
    if not len(chosen):
        return kept
    rows = len(problem.weights)
    times, places, alone = np.zeros(rows, np.int32), np.zeros(rows, np.int32), np.zeros(rows, np.int32)
    marked, seen = np.zeros(problem.candidates, np.bool_), np.zeros(problem.candidates * SEEN, np.int32)
    standing = problem.incomes(problem.weights) / SEEN
    state = State(times, places, alone, np.zeros(len(chosen)), marked, seen, standing)
    begin_with(problem, state, chosen)
    each = float(problem.weights[times > 0].sum()) / len(chosen)
    numbers, done, begin = np.array([0.0, 0.0, HOT * each]), 0, time.perf_counter()
    while each and done < trials and (left := remaining(until)):
        if done:  # what the time is enough for, so that it is cold in the end
            trials = done + math.ceil(min(trials - done, done * left / (time.perf_counter() - begin)))
        cooling = (COOL * each / numbers[2]) ** (1.0 / (trials - done))
        many = min(AT_ONCE, trials - done)
        anneal(problem, state, chosen, kept, random, numbers, cooling, many)
        done += many
    return kept


@compiled(VOID, WINNABLE, STATE, STARTS)
def begin_with(problem: Winnable, state: State, chosen: Integers) -> None:
    """Write down who is reached by the chosen sites, and what each of them alone wins."""
    by_site, rows, weights = problem.by_site, problem.rows, problem.weights
    times, places, alone, lost, marked, seen, standing = state
    for site in range(len(marked)):
        number, total = site * SEEN, 0.0
        for at in range(by_site[site], by_site[site + 1]):
            total += weights[rows[at]]
            while number < (site + 1) * SEEN and total > (number - site * SEEN + 0.5) * standing[site]:
                seen[number] = rows[at]
                number += 1
    for place in range(len(chosen)):
        marked[chosen[place]] = True
        for at in range(by_site[chosen[place]], by_site[chosen[place] + 1]):
            times[rows[at]] += 1
            places[rows[at]] += place
    for row in range(len(times)):
        alone[row] = places[row] if times[row] == 1 else (FREE if times[row] == 0 else SHARED)
        if times[row] == 1:
            lost[places[row]] += weights[row]


@compiled(VOID, WINNABLE, STATE, STARTS, INTEGER, INTEGER)
def replace(problem: Winnable, state: State, chosen: Integers, place: int, new: int) -> None:
    """Put a new site at a place of a choice, and keep the state of it."""
    by_site, rows, weights = problem.by_site, problem.rows, problem.weights
    times, places, alone, lost, marked, _seen, _standing = state
    old = chosen[place]
    chosen[place], marked[old], marked[new] = new, False, True
    for at in range(by_site[old], by_site[old + 1]):
        row = rows[at]
        times[row] -= 1
        places[row] -= place
        if times[row] == 0:
            alone[row] = FREE
        elif times[row] == 1:
            alone[row] = places[row]
            lost[places[row]] += weights[row]
    lost[place] = 0.0
    for at in range(by_site[new], by_site[new + 1]):
        row = rows[at]
        times[row] += 1
        places[row] += place
        if times[row] == 1:
            alone[row] = place
            lost[place] += weights[row]
        elif times[row] == 2:
            alone[row] = SHARED
            lost[places[row] - place] -= weights[row]


@compiled(INTEGER, WINNABLE, INTEGER, CHANCE)
def beside(problem: Winnable, site: int, random: np.random.Generator) -> int:
    """Return a candidate by lot that reaches a row, by lot, that a site reaches; now and then any candidate."""
    by_row, sites, by_site, rows, _weights, _turns = problem
    first, many = by_site[site], by_site[site + 1] - by_site[site]
    if many == 0 or random.random() < FAR:
        return int(random.random() * (len(by_site) - 1))
    row = rows[first + int(random.random() * many)]
    return int(sites[by_row[row] + int(random.random() * (by_row[row + 1] - by_row[row]))])


@compiled(VOID, WINNABLE, STARTS, CHANCE, STARTS, STARTS)
def draw(problem: Winnable, chosen: Integers, random: np.random.Generator, at: Integers, new: Integers) -> None:
    """Draw some exchanges: at which place of a choice, and for which candidate."""
    for number in range(len(at)):
        at[number] = int(random.random() * len(chosen))
    for number in range(len(at)):
        new[number] = beside(problem, chosen[at[number]], random)


@compiled(TRUTH, WINNABLE, STATE, INTEGER, INTEGER, NUMBER)
def hopeless(problem: Winnable, state: State, place: int, new: int, enough: float) -> bool:
    """Return whether a candidate seems to win less than enough at a place of the choice."""
    if problem.by_site[new + 1] - problem.by_site[new] <= 2 * SEEN:
        return False
    alone, winning = state.alone, 0
    for number in range(new * SEEN, (new + 1) * SEEN):
        row = np.uint32(state.seen[number])
        winning += alone[row] == FREE or alone[row] == place
    return bool(SAFE * winning * state.standing[new] < enough)


@compiled(VOID, WINNABLE, STATE, STARTS, STARTS, CHANCE, FLOATS, NUMBER, INTEGER)
def anneal(
    problem: Winnable,
    state: State,
    chosen: Integers,
    kept: Integers,
    random: np.random.Generator,
    numbers: Floats,
    cooling: float,
    trials: int,
) -> None:
    """Exchange a site for one beside it by lot, so many times, and keep the best choice.

    The numbers are what the choice and what the best one win more than the first, and how hot it is: about how much
    less an exchange may win.
    """
    by_site, rows, weights, alone, lost = problem.by_site, problem.rows, problem.weights, state.alone, state.lost
    at_places, new_ones = np.empty(DRAWN, np.int64), np.empty(DRAWN, np.int64)
    for trial in range(trials):
        if trial % DRAWN == 0:
            draw(problem, chosen, random, at_places, new_ones)
        numbers[2] *= cooling
        place, new = at_places[trial % DRAWN], new_ones[trial % DRAWN]
        enough, gain = lost[place] + numbers[2] * np.log(max(random.random(), 1e-300)), 0.0
        if state.marked[new] or hopeless(problem, state, place, new, enough):
            continue
        for at in range(by_site[new], by_site[new + 1]):
            row = np.uint32(rows[at])
            if alone[row] == FREE or alone[row] == place:
                gain += weights[row]
        if gain < enough:
            continue
        change = gain - lost[place]
        replace(problem, state, chosen, place, new)
        numbers[0] += change
        if numbers[0] > numbers[1]:
            numbers[1] = numbers[0]
            kept[:] = chosen
