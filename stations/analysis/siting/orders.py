"""Orders to build in: every beginning of one is a choice, so that one pass answers for every number of sites.

What each candidate would still add is kept up to date and can only shrink, so that whoever was ahead of a few others
stays so until it shrinks itself (Minoux's accelerated greedy [1]_, without its queue).

.. [1] M. Minoux (1978): Accelerated greedy algorithms for maximizing submodular set functions. Optimization
   Techniques, Lecture Notes in Control and Information Sciences 7, 234-243.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

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
)
from stations.analysis.siting.structure import Floats, Integers
from stations.analysis.siting.winnable import WINNABLE, Winnable

NOTHING = 1e-12
"""The share of all weight up to which a change is the rounding of sums, and no change."""
LINE = 16
"""So many candidates of a row come from the memory at once."""
BLOCK = 128
"""Of so many candidates together the foremost is kept, so that the foremost of all is found among few."""


@compiled(INTEGER, FLOATS, FLOATS, INTEGER, INTEGER)
def foremost(gains: Floats, turns: Floats, begin: int, end: int) -> int:
    """Return which of the candidates from `begin` to `end` gains most; of equals the one whose turn comes first."""
    best, most = begin, gains[begin]
    for each in range(begin + 1, end):
        gain = gains[each]
        if gain >= most and (gain > most or turns[each] > turns[best]):
            best, most = each, gain
    return best


@compiled(VOID, FLOATS, FLOATS, STARTS, FLOATS, INTEGER)
def look_through(gains: Floats, turns: Floats, best: Integers, tops: Floats, block: int) -> None:
    """Find the foremost of a block, and what it gains."""
    best[block] = foremost(gains, turns, block * BLOCK, min(len(gains), (block + 1) * BLOCK))
    tops[block] = gains[best[block]]


@compiled(VOID, WINNABLE, FLOATS, FLOATS, MEMBERS)
def take_away(problem: Winnable, left: Floats, gains: Floats, rows: Members) -> None:
    """Take from the gains what some rows are still worth.

    Who reaches them stands all over the memory: every line of it is looked at before, so that they come together.
    """
    by_row, sites = problem.by_row, problem.sites
    fetched = 0
    for row in rows:
        for at in range(by_row[row], by_row[row + 1], LINE):
            fetched += sites[at]
    if fetched < 0:  # never; without a question the compiler looks at nothing
        return
    for row in rows:
        worth, left[row] = left[row], 0.0
        for at in range(by_row[row], by_row[row + 1]):
            gains[np.uint32(sites[at])] -= worth


@compiled(INTEGER, WINNABLE, FLOATS, FLOATS, NUMBER, STARTS)
def order_greedily(problem: Winnable, left: Floats, gains: Floats, least: float, order: Integers) -> int:
    """Fill an order with the candidate that gains most, again and again; return how many gain more than `least`.

    `left` is what each row is still worth, `gains` what each candidate reaches of it; both are used up. What a
    candidate gains only shrinks, so that the foremost of a block stays so until it gains less itself, and a block need
    not be looked through again before it seems to hold the foremost of all.
    """
    turns, blocks = problem.turns, (len(gains) + BLOCK - 1) // BLOCK
    best, tops, rows = np.empty(blocks, np.int64), np.empty(blocks), np.empty(len(left) + 1, np.int32)
    for block in range(blocks):
        look_through(gains, turns, best, tops, block)
    for place in range(len(order)):
        look_through(gains, turns, best, tops, int(np.argmax(tops)))
        top = 0
        for block in range(blocks):
            if tops[block] < tops[top]:
                continue
            if gains[best[block]] != tops[block]:
                look_through(gains, turns, best, tops, block)
            if tops[block] > tops[top] or (tops[block] == tops[top] and turns[best[block]] > turns[best[top]]):
                top = block
        site = best[top]
        if gains[site] <= least:
            return place
        order[place] = site
        many = 0
        for at in range(problem.by_site[site], problem.by_site[site + 1]):
            rows[many] = problem.rows[at]
            many += left[rows[many]] > 0.0
        take_away(problem, left, gains, rows[:many])
        gains[site] = 0.0
    return len(order)


def ordered(problem: Winnable, worth: Floats, *, sites: int, first: ArrayLike = ()) -> Integers:
    """Return up to `sites` candidates after the `first`: each adds most worth to those before it, and something."""
    left = np.array(worth)
    left[problem.touched(first)[0]] = 0.0
    return ordered_of(problem, left, problem.incomes(left), sites=sites)


def ordered_of(problem: Winnable, left: Floats, gains: Floats, *, sites: int) -> Integers:
    """Return the same of what each row is still worth, and what each candidate reaches of it; both are used up."""
    order = np.empty(min(sites, problem.candidates), np.int64)
    least = NOTHING * float(problem.weights.sum())
    return order[: order_greedily(problem, left, gains, least, order) if len(order) else 0]


def won_at(problem: Winnable, order: Integers) -> Integers:
    """Return for each row at which place of the order it is won; the length of the order where it never is."""
    at = np.full(len(problem.weights), len(order), np.int64)
    win(problem, np.asarray(order, np.int64), at)
    return at


@compiled(VOID, WINNABLE, STARTS, STARTS)
def win(problem: Winnable, order: Integers, at: Integers) -> None:
    """Write down at which place each row is won."""
    for place in range(len(order)):
        for each in range(problem.by_site[order[place]], problem.by_site[order[place] + 1]):
            row = np.uint32(problem.rows[each])
            at[row] = min(at[row], place)


def won(problem: Winnable, order: Integers) -> Floats:
    """Return the weight that the first 1, 2, … of an order win."""
    return np.bincount(won_at(problem, order), problem.weights, minlength=len(order) + 1)[: len(order)].cumsum()


def compact(problem: Winnable, order: Integers) -> Integers:
    """Return an order without the sites that win nothing beside the others, the earliest left out first."""
    kept = np.ones(len(order), np.bool_)
    leave_out(problem, np.asarray(order, np.int64), kept)
    return order[kept]


@compiled(VOID, WINNABLE, STARTS, MARKS)
def leave_out(problem: Winnable, order: Integers, kept: Marks) -> None:
    """Mark who of an order is kept: a site goes when others that are still there reach each row that it reaches."""
    by_site, rows = problem.by_site, problem.rows
    times = np.zeros(len(problem.weights), np.int32)
    for site in order:
        for at in range(by_site[site], by_site[site + 1]):
            times[rows[at]] += 1
    for place in range(len(order)):
        begin, end = by_site[order[place]], by_site[order[place] + 1]
        for at in range(begin, end):
            if times[rows[at]] < 2:
                break
        else:
            kept[place] = False
            for at in range(begin, end):
                times[rows[at]] -= 1
