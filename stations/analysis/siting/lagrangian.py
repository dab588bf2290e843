"""How little any choice can cost: the Lagrangian relaxation of the p-median problem.

Each row names a price, and pays it whoever serves it; a candidate is worth what the prices of the rows exceed its
costs by. The prices less the worth of the best candidates are a bound for every choice [1]_, and what a candidate is
worth less than the last of them says which can be in no better choice at all. Subgradient steps look for the prices
that bound best.

.. [1] G. Cornuéjols, M. L. Fisher, G. L. Nemhauser (1977): Location of bank accounts to optimize float. Management
   Science 23 (8), 789-810.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stations.analysis.siting.allocation import Allocation
from stations.analysis.siting.clock import over
from stations.analysis.siting.structure import places

if TYPE_CHECKING:
    from stations.analysis.siting.compiled import Marks
    from stations.analysis.siting.structure import Floats

PATIENCE, SHRINK, LEAST_STEP = 16, 0.6, 0.02
"""After so many rounds without a gain the steps become smaller by this factor, until they are hardly any."""
GAIN = 1e-5
"""The share of what is missing from the bound that is a gain."""
KEPT_DIRECTION, KEPT_SHARE = 0.8, 0.95
"""How much of the last direction, and of the shares so far, each round keeps."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What prices prove.

    Attributes
    ----------
    bound
        What no choice of so many candidates costs less than.
    prices
        Of each row, those that prove it.
    shares
        In how many of the last rounds each candidate was among the best: what a choice is made from.
    inside, outside
        Candidates that are in every choice, and in none, that costs less than the one known.
    """

    bound: float
    prices: Floats
    shares: Floats
    inside: Marks
    outside: Marks


def relaxed(
    problem: Allocation, prices: Floats, *, sites: int, below: float, step: float, rounds: int, until: float = np.inf
) -> Relaxed:
    """Return the best bound within so many rounds of the choices of exactly `sites`, 0 < sites < `problem.count`.

    After the first round it ends when the clock says `until`.

    Parameters
    ----------
    prices
        Where to start.
    below
        What a choice must cost less than to be of interest: it ends early when there is none.
    step
        The first length of the steps (0-2), as a share of what is missing.
    """
    columns, rows = problem.columns, len(problem.fallback)
    empty, excess = np.diff(columns.indptr) == 0, np.zeros(columns.nnz + 1)  # one more: the sum of an empty last column
    best, best_prices, prices = -np.inf, prices, np.clip(prices, 0.0, problem.fallback)
    shares, direction = np.full(problem.count, sites / problem.count), np.zeros(rows)
    inside, outside = np.zeros(problem.count, dtype=bool), np.zeros(problem.count, dtype=bool)
    idle = 0
    for _round in range(rounds):
        np.maximum(prices[columns.indices] - columns.data, 0.0, out=excess[:-1])
        worth = np.where(empty, 0.0, np.add.reduceat(excess, columns.indptr[:-1]))
        order = np.argsort(-worth, kind="stable")
        picked = order[:sites]
        bound = problem.base + float(prices.sum() - worth[picked].sum())
        idle = 0 if bound > best + GAIN * abs(below - best) else idle + 1
        if bound > best:
            best, best_prices = bound, prices
        slack = below - bound
        if slack <= 0 or over(until):
            break
        outside |= worth[order[sites - 1]] - worth > slack
        inside[picked] |= worth[picked] - worth[order[sites]] > slack
        shares *= KEPT_SHARE
        shares[picked] += 1.0 - KEPT_SHARE
        if idle >= PATIENCE:
            step, idle, prices, direction = step * SHRINK, 0, best_prices, np.zeros(rows)
            if step < LEAST_STEP:
                break
            continue
        at, _sizes = places(columns.indptr, picked)
        served = np.bincount(columns.indices[at[excess[at] > 0]], minlength=rows)
        direction = (1.0 - served) + KEPT_DIRECTION * direction
        length = step * slack / max(1.0, float(direction @ direction))
        prices = np.clip(prices + length * direction, 0.0, problem.fallback)
    return Relaxed(best, best_prices, shares, inside, outside)
