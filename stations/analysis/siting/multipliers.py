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
from scipy.sparse import csr_array

from stations.analysis.siting.limits import indicator
from stations.analysis.siting.structure import NOTHING, Covering, Floats, Integers, touched

ROUNDS = 100
NEW = 0.1
"""The part of the newest direction in the one that is taken."""
PATIENCE, SHORTER, PROGRESS = 5, 0.7, 0.01
"""After how many rounds without a bound that is better by a part of the gap steps become shorter, and how much."""
MEMORY = 0.1
"""The part of the newest sites in the average of all."""


class Priced(NamedTuple):
    """What no choice of so many sites covers more than, by which prices, and how often each site was among the best."""

    bound: float
    prices: Floats
    shares: Floats


def first_prices(problem: Covering, chosen: Integers) -> Priced:
    """Return prices to begin with: each row pays the sites of a choice that reach it its weight together."""
    shares = indicator(problem.count, chosen)
    return Priced(np.inf, problem.weights / np.maximum(1.0, problem.rows @ shares), shares)


def priced(
    problem: Covering, start: Priced, *, sites: int, value: float, until: float, rounds: int = ROUNDS, step: float = 1.0
) -> Priced:
    """Return a better bound of what `sites` sites cover, where some choice covers `value`.

    The nearer the start is to the best prices, the shorter the first `step` should be.
    """
    weights, again, by_site = problem.weights, problem.again, csr_array(problem.columns.T)
    prices, shares = start.prices, start.shares.copy()
    best, kept, direction, waited = start.bound, prices, np.zeros(len(weights)), 0
    for number in range(rounds):
        if time.perf_counter() >= until or best <= value:
            break
        paid = by_site @ prices
        top = np.argpartition(-paid, sites - 1)[:sites]
        left = np.maximum(weights - prices, 0.0) + np.maximum(again - prices, 0.0)
        bound = float(left.sum() + paid[top].sum()) + NOTHING * problem.total
        waited = 0 if bound < best - PROGRESS * (best - value) else waited + 1
        if bound < best:
            best, kept = bound, prices
        if waited >= PATIENCE:
            step, waited, prices = SHORTER * step, 0, kept
        shares *= 1 - MEMORY
        shares[top] += MEMORY
        rows, _sizes = touched(problem.columns, top)
        wish = (prices < weights).astype(np.float64) + (prices < again)
        newest = wish - np.bincount(rows, minlength=len(weights))
        direction = newest if not number else NEW * newest + (1 - NEW) * direction
        length = float(np.square(direction).sum())  # not by BLAS: its threads wait for each other on a busy machine
        if not length:
            break
        prices = np.clip(prices + step * (bound - value) / length * direction, 0.0, weights)
    return Priced(best, kept, shares)
