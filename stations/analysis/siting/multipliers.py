"""A bound within a moment, without a solver: what the sites are worth when every row has a price.

A row that pays its price to each site that reaches it need not be covered to be counted: then the best sites are those
that are paid most. Whatever the prices, that is no less than any choice covers (Lagrangian relaxation of the maximal
covering location problem [1]_); they are moved towards the rows that are reached too seldom, by an average of past
directions (the volume algorithm [2]_).

.. [1] R. D. Galvão, C. ReVelle (1996): A Lagrangean heuristic for the maximal covering location problem. European
   Journal of Operational Research 88 (1), 114-123.
.. [2] F. Barahona, R. Anbil (2000): The volume algorithm: producing primal solutions with a subgradient method.
   Mathematical Programming 87 (3), 385-399.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from stations.analysis.siting.compiled import (
    FLOATS,
    INTEGER,
    MEMBERS,
    NUMBER,
    STARTS,
    TRUTH,
    VOID,
    Members,
    Starts,
    compiled,
    tuple_of,
)
from stations.analysis.siting.limits import indicator
from stations.analysis.siting.structure import NOTHING, Covering, Floats, Integers
from stations.analysis.siting.winnable import earn

ROUNDS, AT_ONCE = 100, 20
"""How many steps prices are led at most, and how many between two looks at the clock."""
NEW, MEMORY = 0.1, 0.1
"""The part of the newest direction in the one that is taken, and of the newest sites in the average of all."""
PATIENCE, SHORTER, PROGRESS = 5, 0.7, 0.01
"""After how many steps without a bound that is better by a part of the gap they become shorter, and how much."""


class Priced(NamedTuple):
    """What no choice of so many sites covers more than, by which prices, and how often each site was among the best."""

    bound: float
    prices: Floats
    shares: Floats


class Payment(NamedTuple):
    """Who pays whom: the rows that each candidate reaches, and what they are worth the first and the second time."""

    by_site: Starts
    rows: Members
    weights: Floats
    again: Floats


class Steps(NamedTuple):
    """Where the volume algorithm is.

    The prices, those of the best bound, the last direction, how often each candidate was among the best lately; then
    four numbers: the best bound, the length of a step, how many steps there were since the bound was better, how many
    there were at all.
    """

    prices: Floats
    kept: Floats
    direction: Floats
    shares: Floats
    numbers: Floats


PAYMENT, STEPS = tuple_of(Payment, STARTS, MEMBERS, FLOATS, FLOATS), tuple_of(Steps, *[FLOATS] * 5)


def first_prices(problem: Covering, chosen: Integers) -> Priced:
    """Return prices to begin with: each row pays the sites of a choice that reach it its weight together."""
    shares = indicator(problem.count, chosen)
    return Priced(np.inf, problem.weights / np.maximum(1.0, problem.rows @ shares), shares)


def payment_of(problem: Covering) -> Payment:
    """Return who pays whom in a problem."""
    columns = problem.columns
    starts, rows = columns.indptr.astype(np.int64), columns.indices.astype(np.int32, copy=False)
    return Payment(starts, rows, problem.weights, problem.again)


def priced(
    payment: Payment, start: Priced, *, sites: int, value: float, until: float, rounds: int = ROUNDS, step: float = 1.0
) -> Priced:
    """Return a better bound of what `sites` sites cover, where some choice covers `value`.

    The nearer the start is to the best prices, the shorter the first `step` should be.
    """
    nothing = np.zeros(len(payment.weights))
    numbers = np.array([start.bound, step, 0.0, 0.0])
    steps = Steps(start.prices.copy(), start.prices.copy(), nothing, start.shares.copy(), numbers)
    rounding = NOTHING * float(payment.weights.sum() + payment.again.sum())
    for begin in range(0, rounds, AT_ONCE):
        if time.perf_counter() >= until:
            break
        lead(payment, steps, sites, value, rounding, min(AT_ONCE, rounds - begin))
    return Priced(float(numbers[0]), steps.kept, steps.shares)


@compiled(TRUTH, PAYMENT, STEPS, STARTS, NUMBER)
def step(payment: Payment, steps: Steps, top: Integers, missing: float) -> bool:
    """Move prices towards the rows that the best sites reach too seldom; return whether there are any."""
    by_site, rows, weights, again = payment
    prices, _kept, direction, _shares, numbers = steps
    new = 1.0 if numbers[3] == 0.0 else NEW
    numbers[3] += 1
    for row in range(len(weights)):
        wish = int(prices[row] < weights[row]) + int(prices[row] < again[row])
        direction[row] = new * wish + (1.0 - new) * direction[row]
    for site in top:
        for at in range(by_site[site], by_site[site + 1]):
            direction[rows[at]] -= new
    length = np.square(direction).sum()
    if length == 0.0:
        return False
    for row in range(len(weights)):
        prices[row] = min(max(prices[row] + numbers[1] * missing / length * direction[row], 0.0), weights[row])
    return True


@compiled(VOID, PAYMENT, STEPS, INTEGER, NUMBER, NUMBER, INTEGER)
def lead(payment: Payment, steps: Steps, sites: int, value: float, rounding: float, rounds: int) -> None:
    """Lead prices to where so many sites earn least, in up to so many steps, where some choice covers `value`."""
    weights, again = payment.weights, payment.again
    prices, kept, _direction, shares, numbers = steps
    income = np.empty(len(payment.by_site) - 1)
    for _round in range(rounds):
        if numbers[0] <= value:
            return
        earn(payment.by_site, payment.rows, prices, income)
        top = np.argpartition(-income, sites - 1)[:sites]
        bound = rounding + income[top].sum()
        for row in range(len(weights)):
            bound += max(weights[row] - prices[row], 0.0) + max(again[row] - prices[row], 0.0)
        numbers[2] = 0.0 if bound < numbers[0] - PROGRESS * (numbers[0] - value) else numbers[2] + 1
        if bound < numbers[0]:
            numbers[0] = bound
            kept[:] = prices
        if numbers[2] >= PATIENCE:
            numbers[1] *= SHORTER
            numbers[2] = 0.0
            prices[:] = kept
        shares *= 1.0 - MEMORY
        shares[top] += MEMORY
        if not step(payment, steps, top, bound - value):
            return
