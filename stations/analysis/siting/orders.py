"""Orders to build in: every beginning of one is a choice, so that one pass answers for every number of sites.

What each candidate would still add is kept up to date and can only shrink, so that whoever was ahead of a few others
stays so until it shrinks itself (Minoux's accelerated greedy [1]_, without its queue).

.. [1] M. Minoux (1978): Accelerated greedy algorithms for maximizing submodular set functions. Optimization
   Techniques, Lecture Notes in Control and Information Sciences 7, 234-243.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stations.analysis.siting.compiled import FLOATS, INTEGER, NUMBER, STARTS, compiled
from stations.analysis.siting.structure import Floats, Integers
from stations.analysis.siting.winnable import WINNABLE, Winnable

NOTHING = 1e-12
"""The share of all weight up to which a change is the rounding of sums, and no change."""
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


@compiled(INTEGER, WINNABLE, FLOATS, FLOATS, NUMBER, STARTS)
def order_greedily(problem: Winnable, left: Floats, gains: Floats, least: float, order: Integers) -> int:
    """Fill an order with the candidate that gains most, again and again; return how many gain more than `least`.

    `left` is what each row is still worth, `gains` what each candidate reaches of it; both are used up. What a
    candidate gains only shrinks, so that the foremost of a block stays so until it gains less itself.
    """
    turns, count = problem.turns, len(gains)
    blocks = (count + BLOCK - 1) // BLOCK
    best, tops = np.empty(blocks, np.int64), np.empty(blocks)
    stale, waiting, many = np.ones(blocks, np.bool_), np.arange(blocks), blocks
    for place in range(len(order)):
        for block in waiting[:many]:
            best[block] = foremost(gains, turns, block * BLOCK, min(count, (block + 1) * BLOCK))
            tops[block], stale[block] = gains[best[block]], False
        many, site, most = 0, best[0], tops[0]
        for block in range(1, blocks):
            if tops[block] >= most and (tops[block] > most or turns[best[block]] > turns[site]):
                site, most = best[block], tops[block]
        if most <= least:
            return place
        order[place] = site
        for at in range(problem.by_site[site], problem.by_site[site + 1]):
            row = problem.rows[at]
            worth, left[row] = left[row], 0.0
            if worth <= 0.0:
                continue
            for of_row in range(problem.by_row[row], problem.by_row[row + 1]):
                other = problem.sites[of_row]
                gains[other] -= worth
                block = other // BLOCK
                if other == best[block] and not stale[block]:
                    stale[block], waiting[many] = True, block
                    many += 1
        gains[site], block = 0.0, site // BLOCK
        if not stale[block]:
            stale[block], waiting[many] = True, block
            many += 1
    return len(order)


def ordered(problem: Winnable, worth: Floats, *, sites: int, first: ArrayLike = ()) -> Integers:
    """Return up to `sites` candidates after the `first`: each adds most worth to those before it, and something."""
    left = np.array(worth)
    left[problem.touched(first)[0]] = 0.0
    order = np.empty(min(sites, problem.candidates), np.int64)
    least = NOTHING * float(worth.sum())
    many = order_greedily(problem, left, problem.incomes(left), least, order) if len(order) else 0
    return order[:many]


def won_at(problem: Winnable, order: Integers) -> Integers:
    """Return for each row at which place of the order it is won; the length of the order where it never is."""
    rows, sizes = problem.touched(order)
    at = np.full(len(problem.weights), len(order))
    at[rows[::-1]] = np.repeat(np.arange(len(order)), sizes)[::-1]
    return at


def won(problem: Winnable, order: Integers) -> Floats:
    """Return the weight that the first 1, 2, … of an order win."""
    return np.bincount(won_at(problem, order), problem.weights, minlength=len(order) + 1)[: len(order)].cumsum()


def compact(problem: Winnable, order: Integers) -> Integers:
    """Return an order without the sites that win nothing beside the others, the earliest left out first."""
    times = np.bincount(problem.touched(order)[0], minlength=len(problem.weights))
    kept = []
    for site in order:
        rows = problem.reached(site)
        if (times[rows] > 1).all():
            times[rows] -= 1
        else:
            kept.append(site)
    return np.array(kept, np.int64)
