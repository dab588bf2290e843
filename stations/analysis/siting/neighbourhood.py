"""Better choices near one that is known: one site exchanged at a time, or a few neighbours given up together."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

import numpy as np

from stations.analysis.siting.compiled import (
    CHANCE,
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
NOISE = 0.02
"""How much more by chance a candidate may count where a choice is shaken, as a share."""
NEIGHBOURS, MOST_OUT, SWEEPS = 32, 8, 4
"""Among how many neighbours some are given up, how many at most, and how often their places are gone through."""


class Choice(NamedTuple):
    """How many of the sites that are chosen reach each row, and what each candidate would add to them."""

    times: Members
    gains: Floats


class Trial(NamedTuple):
    """What is tried: of which trial each candidate's gain was kept last, which these are, and what it was.

    The first entry of `state` is the number of the trial, the second how many gains are kept.
    """

    seen: Integers
    which: Integers
    kept: Floats
    state: Integers


CHOICE, TRIAL = tuple_of(Choice, MEMBERS, FLOATS), tuple_of(Trial, STARTS, STARTS, FLOATS, STARTS)


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
            if time.perf_counter() >= until:
                return chosen
            end = min(len(chosen), begin + AT_ONCE)
            changed += exchange(problem, choice, chosen, stale, begin, end, least)
        if not changed:
            break
    return chosen


def shaken(problem: Winnable, chosen: Integers, *, trials: int, seed: int, until: float = math.inf) -> Integers:
    """Return as many candidates, none worse: a few neighbours are given up, and as many chosen anew, so many times."""
    chosen, choice, random = np.array(chosen, np.int64), _choice(problem, chosen), np.random.default_rng(seed)
    for begin in range(0, trials if len(chosen) else 0, AT_ONCE):
        if time.perf_counter() >= until:
            break
        shake(problem, choice, chosen, random, NOISE, min(AT_ONCE, trials - begin))
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


@compiled(NUMBER, WINNABLE, CHOICE, TRIAL, INTEGER, INTEGER)
def try_it(problem: Winnable, choice: Choice, trial: Trial, site: int, step: int) -> float:
    """Put a site in (`step` 1) or take it out (-1), keep the gains that this changes, and return what it wins."""
    by_row, sites, by_site, rows, weights, _turns = problem
    seen, which, kept, state = trial
    edge, won = (1, 0.0) if step > 0 else (0, 0.0)
    for at in range(by_site[site], by_site[site + 1]):
        row = rows[at]
        choice.times[row] += step
        if choice.times[row] != edge:
            continue
        change = step * weights[row]
        won += change
        for of_row in range(by_row[row], by_row[row + 1]):
            other = sites[of_row]
            if seen[other] != state[0]:
                seen[other] = state[0]
                which[state[1]], kept[state[1]] = other, choice.gains[other]
                state[1] += 1
            choice.gains[other] -= change
    return won


@compiled(INTEGER, CHOICE, TRIAL, CHANCE, NUMBER)
def best_kept(choice: Choice, trial: Trial, random: np.random.Generator, noise: float) -> int:
    """Return the candidate whose gain is kept that gains most now, each a little more by chance."""
    best, most = trial.which[0], -1.0
    for place in range(trial.state[1]):
        gain = choice.gains[trial.which[place]]
        if gain * (1.0 + noise) > most:
            gain *= 1.0 + noise * random.random()
            if gain > most:
                best, most = trial.which[place], gain
    return int(best)


@compiled(STARTS, WINNABLE, TRIAL, STARTS, STARTS, INTEGER, CHANCE)
def neighbours(
    problem: Winnable, trial: Trial, chosen: Integers, place_of: Integers, place: int, random: np.random.Generator
) -> Integers:
    """Return the places of some sites that candidates have in common with the one at a place, by chance; it first."""
    by_row, sites, by_site, rows, _weights, _turns = problem
    site, found, many = chosen[place], np.empty(NEIGHBOURS, np.int64), 1
    trial.state[0] += 1
    found[0], trial.seen[site] = place, trial.state[0]
    for at in range(by_site[site], by_site[site + 1]):
        for of_row in range(by_row[rows[at]], by_row[rows[at] + 1]):
            other = sites[of_row]
            if place_of[other] >= 0 and trial.seen[other] != trial.state[0] and many < NEIGHBOURS:
                trial.seen[other] = trial.state[0]
                found[many] = place_of[other]
                many += 1
    random.shuffle(found[1:many])
    return found[: min(many, 2 + random.integers(0, MOST_OUT - 1))]


@compiled(NUMBER, WINNABLE, CHOICE, TRIAL, STARTS, CHANCE, NUMBER)
def recreate(
    problem: Winnable, choice: Choice, trial: Trial, new: Integers, random: np.random.Generator, noise: float
) -> float:
    """Fill in as many new sites, exchange them for better ones, and return what they win; NaN where nobody is left."""
    won = 0.0
    for at in range(len(new)):
        new[at] = best_kept(choice, trial, random, noise)
        if choice.gains[new[at]] <= 0.0:
            new[at:] = -1
            return np.nan
        won += try_it(problem, choice, trial, new[at], 1)
    for _sweep in range(SWEEPS):
        same = True
        for at in range(len(new)):
            won += try_it(problem, choice, trial, new[at], -1)
            other = best_kept(choice, trial, random, 0.0)
            if choice.gains[other] > choice.gains[new[at]]:
                new[at], same = other, False
            won += try_it(problem, choice, trial, new[at], 1)
        if same:
            break
    return won


@compiled(VOID, WINNABLE, CHOICE, TRIAL, STARTS, STARTS)
def undo(problem: Winnable, choice: Choice, trial: Trial, old: Integers, new: Integers) -> None:
    """Put old sites back in the place of new ones, and the gains as they were kept."""
    by_site, rows, times = problem.by_site, problem.rows, choice.times
    for site in new:
        if site >= 0:
            for at in range(by_site[site], by_site[site + 1]):
                times[rows[at]] -= 1
    for site in old:
        for at in range(by_site[site], by_site[site + 1]):
            times[rows[at]] += 1
    for place in range(trial.state[1]):
        choice.gains[trial.which[place]] = trial.kept[place]


@compiled(VOID, WINNABLE, CHOICE, STARTS, CHANCE, NUMBER, INTEGER)
def shake(
    problem: Winnable, choice: Choice, chosen: Integers, random: np.random.Generator, noise: float, trials: int
) -> None:
    """Give up a few neighbours and choose as many anew, again and again; what wins less is undone.

    Large neighbourhood search [1]_, by ruin and recreate.

    .. [1] G. Schrimpf, J. Schneider, H. Stamm-Wilbrandt, G. Dueck (2000): Record breaking optimization results using
       the ruin and recreate principle. Journal of Computational Physics 159 (2), 139-171.
    """
    count = len(choice.gains)
    none = np.zeros(count, np.int64)
    trial = Trial(none, np.empty(count, np.int64), np.empty(count), np.zeros(2, np.int64))
    place_of = np.full(count, -1)
    place_of[chosen] = np.arange(len(chosen))
    for _time in range(trials):
        places = neighbours(problem, trial, chosen, place_of, int(random.integers(0, len(chosen))), random)
        old, new, won = chosen[places], np.empty(len(places), np.int64), 0.0
        trial.state[0] += 1
        trial.state[1] = 0
        for site in old:
            won += try_it(problem, choice, trial, site, -1)
        won += recreate(problem, choice, trial, new, random, noise)
        if not won >= 0.0:
            undo(problem, choice, trial, old, new)
            continue
        place_of[old] = -1
        place_of[new] = places
        chosen[places] = new
