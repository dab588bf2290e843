"""A bound within a moment, without a solver: what the sites are worth when every row has a price.

A row that pays its price to each site that reaches it need not be covered to be counted: then the best sites are those
that are paid most. Whatever the prices, that is no less than any choice covers (Lagrangian relaxation of the maximal
covering location problem [1]_). Prices and parts of sites are led towards each other: sites are shared out to those
that are paid more than the last of them, and rows that less than one site reaches pay more (the primal-dual hybrid
gradient method [2]_, over-relaxed [3]_, each step as long as what a row or a candidate is part of allows [4]_).

.. [1] R. D. Galvão, C. ReVelle (1996): A Lagrangean heuristic for the maximal covering location problem. European
   Journal of Operational Research 88 (1), 114-123.
.. [2] A. Chambolle, T. Pock (2011): A first-order primal-dual algorithm for convex problems with applications to
   imaging. Journal of Mathematical Imaging and Vision 40 (1), 120-145.
.. [3] L. Condat (2013): A primal-dual splitting method for convex optimization involving Lipschitzian, proximable and
   linear composite terms. Journal of Optimization Theory and Applications 158 (2), 460-479.
.. [4] T. Pock, A. Chambolle (2011): Diagonal preconditioning for first order primal-dual algorithms in convex
   optimization. Proceedings of ICCV 2011, 1762-1769.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from stations.analysis.siting.clock import remaining
from stations.analysis.siting.compiled import (
    FLOATS,
    INTEGER,
    MEMBERS,
    NUMBER,
    STARTS,
    VOID,
    Members,
    Starts,
    compiled,
    tuple_of,
)
from stations.analysis.siting.limits import indicator
from stations.analysis.siting.structure import NOTHING, Covering, Floats, Integers
from stations.analysis.siting.winnable import count_members, sums

ROUNDS, AT_ONCE = 100, 20
"""How many steps prices are led at most, and how many between two looks at the clock where there is time for them."""
LOOK = 5
"""Every so many steps it is asked what the prices prove; so many are made at first between two looks at the clock."""
PACE, OVER = 2.0, 1.9
"""How much longer the steps of prices are than those of sites, both as shares; how much farther each step is gone."""
TRIES, EXACT = 60, 1e-9
"""How often it is looked for what the last site is paid, at most, and how exact the number of sites is."""


class Priced(NamedTuple):
    """What no choice of so many sites covers more than, by which prices, and how much of a site each candidate gets."""

    bound: float
    prices: Floats
    shares: Floats


class Payment(NamedTuple):
    """Who pays whom: the rows that each candidate reaches, what they are worth the first and the second time.

    `steps` and `lengths` are how far the price of each row and the share of each candidate may move at once. Rows that
    follow each other are a run: those of candidate j are ``runs[j]:runs[j + 1]``, from `begins` up to before `ends`, so
    that a sum over many rows is a few differences.
    """

    by_site: Starts
    rows: Members
    weights: Floats
    again: Floats
    steps: Floats
    lengths: Floats
    runs: Starts
    begins: Members
    ends: Members


class Leading(NamedTuple):
    """Where the method is.

    The prices and the shares, the shares that the last step asked for, how many sites reach each row at the shares, and
    one entry more; the prices of the best bound; then two numbers: this bound, about, and what the last site is paid.
    """

    prices: Floats
    shares: Floats
    wish: Floats
    covered: Floats
    kept: Floats
    numbers: Floats


PAYMENT = tuple_of(Payment, STARTS, MEMBERS, *[FLOATS] * 4, STARTS, MEMBERS, MEMBERS)
LEADING = tuple_of(Leading, *[FLOATS] * 6)


def first_prices(problem: Covering, chosen: Integers) -> Priced:
    """Return prices to begin with: each row pays the sites of a choice that reach it its weight together."""
    shares = indicator(problem.count, chosen)
    return Priced(np.inf, problem.weights / np.maximum(1.0, problem.rows @ shares), shares)


def payment_of(problem: Covering) -> Payment:
    """Return who pays whom in a problem."""
    columns = problem.columns
    starts, rows = columns.indptr.astype(np.int64), columns.indices.astype(np.int32, copy=False)
    return payment(starts, rows, problem.weights, problem.again)


def payment(by_site: Starts, rows: Members, weights: Floats, again: Floats) -> Payment:
    """Return who pays whom, of rows by candidate, and what the rows are worth the first and the second time."""
    reaching, reached = np.zeros(len(weights), np.int64), sums(by_site, rows, weights)
    count_members(rows, reaching)
    steps = PACE * weights / np.maximum(1, reaching)
    least = reached[reached > 0.0].min(initial=float(weights.max(initial=1.0)))
    lengths = 1.0 / (PACE * np.maximum(reached, max(least, np.finfo(np.float64).tiny)))
    runs = np.zeros(len(by_site), np.int64)
    count_runs(by_site, rows, runs)
    begins, ends = np.empty(runs[-1], np.int32), np.empty(runs[-1], np.int32)
    find_runs(by_site, rows, begins, ends)
    return Payment(by_site, rows, weights, again, steps, lengths, runs, begins, ends)


@compiled(VOID, STARTS, MEMBERS, STARTS)
def count_runs(by_site: Starts, rows: Members, runs: Starts) -> None:
    """Write down where the runs of each candidate end."""
    for site in range(len(by_site) - 1):
        many, before = 0, -2
        for at in range(by_site[site], by_site[site + 1]):
            many += rows[at] != before + 1
            before = rows[at]
        runs[site + 1] = runs[site] + many


@compiled(VOID, STARTS, MEMBERS, MEMBERS, MEMBERS)
def find_runs(by_site: Starts, rows: Members, begins: Members, ends: Members) -> None:
    """Write down where each run begins and ends."""
    many = 0
    for site in range(len(by_site) - 1):
        before = -2
        for at in range(by_site[site], by_site[site + 1]):
            if rows[at] != before + 1:
                begins[many] = rows[at]
                many += 1
            before = rows[at]
            ends[many - 1] = before + 1


def priced(payment: Payment, start: Priced, *, sites: int, value: float, until: float, rounds: int = ROUNDS) -> Priced:
    """Return a better bound of what `sites` sites cover, where some choice covers `value`."""
    covered = np.zeros(len(start.prices) + 1)
    share_out(payment, start.shares, covered)
    numbers = np.array([np.inf, 0.0])
    shares = start.shares.copy()
    leading = Leading(start.prices.copy(), shares, shares.copy(), covered, start.prices.copy(), numbers)
    done, each = 0, np.inf
    while done < rounds and numbers[0] > value and (left := remaining(until)):
        now, many = time.perf_counter(), min(AT_ONCE if left > AT_ONCE * each else LOOK, rounds - done)
        lead(payment, leading, sites, value, many)
        done, each = done + many, (time.perf_counter() - now) / many
    bound = proven(payment, leading.kept, sites=sites) if numbers[0] < start.bound else np.inf
    return Priced(min(bound, start.bound), leading.kept if bound < start.bound else start.prices, leading.wish)


def proven(payment: Payment, prices: Floats, *, sites: int) -> float:
    """Return what so many sites cover at most, by such prices."""
    weights, again = payment.weights, payment.again
    incomes = sums(payment.by_site, payment.rows, prices)
    given = np.maximum(weights - prices, 0.0).sum() + np.maximum(again - prices, 0.0).sum()
    rounding = NOTHING * float(weights.sum() + again.sum())
    return float(rounding + given + np.partition(incomes, -sites)[-sites:].sum())


@compiled(VOID, PAYMENT, FLOATS, FLOATS)
def earn_by_runs(payment: Payment, prices: Floats, incomes: Floats) -> None:
    """Write down what each candidate is paid."""
    begins, ends = payment.begins, payment.ends
    paid = np.empty(len(prices) + 1)
    paid[0] = 0.0
    for row in range(len(prices)):
        paid[row + 1] = paid[row] + prices[row]
    for site in range(len(incomes)):
        income = 0.0
        for run in range(payment.runs[site], payment.runs[site + 1]):
            income += paid[np.uint32(ends[run])] - paid[np.uint32(begins[run])]
        incomes[site] = income


@compiled(VOID, PAYMENT, FLOATS, FLOATS)
def share_out(payment: Payment, shares: Floats, covered: Floats) -> None:
    """Write down how much of a site reaches each row; there is one entry more."""
    begins, ends = payment.begins, payment.ends
    covered[:] = 0.0
    for site in range(len(shares)):
        share = shares[site]
        if share > 0.0:
            for run in range(payment.runs[site], payment.runs[site + 1]):
                covered[np.uint32(begins[run])] += share
                covered[np.uint32(ends[run])] -= share
    reached = 0.0
    for row in range(len(covered)):
        reached += covered[row]
        covered[row] = reached


@compiled(NUMBER, FLOATS, FLOATS, NUMBER, NUMBER, FLOATS)
def fit(wish: Floats, lengths: Floats, sites: float, guess: float, shares: Floats) -> float:
    """Make the nearest shares of so many sites, 0 to 1, of what is wished; return the price of a site that does it."""
    low, high, price = 0.0, np.inf, guess
    for _try in range(TRIES):
        total, slope = 0.0, 0.0
        for site in range(len(wish)):
            share = wish[site] - price * lengths[site]
            if share >= 1.0:
                total += 1.0
            elif share > 0.0:
                total += share
                slope += lengths[site]
        if abs(total - sites) <= EXACT * sites or (price == 0.0 and total <= sites):
            break
        if total > sites:
            low = price
        else:
            high = price
        price = price + (total - sites) / slope if slope > 0.0 else np.nan
        if not low < price < high:
            price = 0.5 * (low + high) if high < np.inf else 2.0 * low + 1.0
    for site in range(len(wish)):
        shares[site] = min(max(wish[site] - price * lengths[site], 0.0), 1.0)
    return price


@compiled(NUMBER, NUMBER, NUMBER, NUMBER, NUMBER)
def moved(price: float, step: float, weight: float, again: float) -> float:
    """Return a price after a step: what a price gives away makes it rise until it is what the row is worth."""
    if price + 2.0 * step <= again:
        return max(price + 2.0 * step, 0.0)
    if price + step <= again:
        return again
    return min(max(price + step, 0.0), weight)


@compiled(VOID, PAYMENT, LEADING, FLOATS, INTEGER)
def prove(payment: Payment, leading: Leading, incomes: Floats, sites: int) -> None:
    """Keep the prices where they prove more than those before."""
    weights, again, prices = payment.weights, payment.again, leading.prices
    bound = incomes[np.argpartition(-incomes, sites - 1)[:sites]].sum()
    for row in range(len(weights)):
        bound += max(weights[row] - prices[row], 0.0) + max(again[row] - prices[row], 0.0)
    if bound < leading.numbers[0]:
        leading.numbers[0] = bound
        leading.kept[:] = prices


@compiled(VOID, PAYMENT, LEADING, INTEGER, NUMBER, INTEGER)
def lead(payment: Payment, leading: Leading, sites: int, value: float, rounds: int) -> None:
    """Lead prices to where so many sites earn least, in up to so many steps, where some choice covers `value`."""
    weights, again, steps, lengths = payment.weights, payment.again, payment.steps, payment.lengths
    prices, shares, wish, covered, _kept, numbers = leading
    incomes, goal, reached = np.empty(len(shares)), np.empty(len(shares)), np.empty(len(covered))
    for done in range(rounds + 1):
        earn_by_runs(payment, prices, incomes)
        if done % LOOK == 0 or done == rounds:
            prove(payment, leading, incomes, sites)
        if numbers[0] <= value or done == rounds:
            return
        for site in range(len(shares)):
            goal[site] = shares[site] + lengths[site] * incomes[site]
        numbers[1] = fit(goal, lengths, float(sites), numbers[1], wish)
        share_out(payment, wish, reached)
        for site in range(len(shares)):
            shares[site] += OVER * (wish[site] - shares[site])
        for row in range(len(weights)):
            asked = prices[row] - steps[row] * (2.0 * reached[row] - covered[row])
            better = prices[row] + OVER * (moved(asked, steps[row], weights[row], again[row]) - prices[row])
            prices[row] = min(max(better, 0.0), weights[row])
            covered[row] += OVER * (reached[row] - covered[row])
