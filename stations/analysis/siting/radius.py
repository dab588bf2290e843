"""The exact answer to a small question about distances: the radius formulation, solved by HiGHS.

Candidates in the order of their cost make a row of demand costlier step by step: a step is paid unless a site is among
those before it. Steps of different rows that have the same candidates before them are one [1]_, and each is one step
more than another, so that the problem stays sparse [2]_.

.. [1] B. Goldengorin, D. Krushinsky (2011): Complexity evaluation of benchmark instances for the p-median problem.
   Mathematical and Computer Modelling 53 (9-10), 1719-1736.
.. [2] S. García, M. Labbé, A. Marín (2011): Solving large p-median problems with a radius formulation. INFORMS Journal
   on Computing 23 (4), 546-556.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np
from scipy.sparse import csr_array

from stations.analysis.siting.solver import solver

if TYPE_CHECKING:
    from stations.analysis.siting.allocation import Allocation
    from stations.analysis.siting.structure import Floats, Integers

SCALE = 1e6
"""What HiGHS is told that everything costs: its tolerances are absolute."""
_SEED = 20_260_101  # of the numbers by which sets of candidates are told apart; which ones they are decides nothing


class Searched(NamedTuple):
    """What the search came to: a choice (as columns), and what none costs less than."""

    chosen: Integers
    bound: float


class _Steps(NamedTuple):
    """Steps: what each costs, its last candidate, and the step before it (−1 for none)."""

    cost: Floats
    candidate: Integers
    before: Integers
    base: float


def best_within(problem: Allocation, *, sites: int, below: float, apart: float, until: float) -> Searched:
    """Return the best choice of exactly so many candidates, if it costs less than `below`, and a bound for all.

    A difference of `apart` in cost is none. Nothing is chosen, and the bound is infinite, where no choice costs less;
    nothing is chosen either where the clock says `until` first.
    """
    steps = _steps(problem)
    scale = SCALE / below
    highs = solver(until=until)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", apart * scale)
    highs.setOptionValue("mip_heuristic_effort", 0.0)  # what costs less than `below` is rare
    highs.setOptionValue("objective_bound", below * scale)
    highs.passModel(_model(steps, count=problem.count, sites=sites, scale=scale))
    nothing, done = np.empty(0, np.intp), highs.run()
    if done == highspy.HighsStatus.kError:
        return Searched(nothing, -math.inf)
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Searched(nothing, math.inf)
    values, bound = highs.getSolution().col_value, highs.getInfo().mip_dual_bound / scale
    chosen = np.flatnonzero(np.array(values[: problem.count]) > 0.5)
    return Searched(chosen if len(chosen) == sites else nothing, bound if math.isfinite(bound) else -math.inf)


def _steps(problem: Allocation) -> _Steps:
    rows = problem.rows
    of_row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    order = np.lexsort((rows.indices, rows.data, of_row))
    cost, candidate = rows.data[order], rows.indices[order]
    after = np.append(cost[1:], 0.0)
    last = rows.indptr[1:] - 1
    after[last] = problem.fallback
    names = np.random.default_rng(_SEED).integers(0, 2**63, size=problem.count, dtype=np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(names[candidate], dtype=np.uint64)])
    sets = sums[1:] - sums[rows.indptr[:-1]][of_row]
    _names, first, step = np.unique(sets, return_index=True, return_inverse=True)
    begins = np.zeros(len(cost), dtype=bool)
    begins[rows.indptr[:-1]] = True
    before = np.where(begins[first], -1, step[first - 1])
    base = problem.base + float(cost[rows.indptr[:-1]].sum())
    return _Steps(np.bincount(step, weights=after - cost).astype(np.float64), candidate[first], before, base)


def _model(steps: _Steps, *, count: int, sites: int, scale: float) -> highspy.HighsLp:
    """Return the model: candidates (0 or 1), then steps; each step with its candidate is at least the one before."""
    total, number = len(steps.cost), np.arange(len(steps.cost))
    linked = np.flatnonzero(steps.before >= 0)
    row = np.concatenate([number, number, linked, np.full(count, total)])
    column = np.concatenate([steps.candidate, count + number, count + steps.before[linked], np.arange(count)])
    value = np.concatenate([np.ones(2 * total), -np.ones(len(linked)), np.ones(count)])
    matrix = csr_array((value, (row, column)), shape=(total + 1, count + total))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count + total, total + 1
    model.offset_ = steps.base * scale
    model.col_cost_ = np.concatenate([np.zeros(count), steps.cost * scale])
    model.col_lower_, model.col_upper_ = np.zeros(count + total), np.ones(count + total)
    model.row_lower_ = np.append(np.where(steps.before < 0, 1.0, 0.0), float(sites))
    model.row_upper_ = np.append(np.full(total, highspy.kHighsInf), float(sites))
    model.integrality_ = [highspy.HighsVarType.kInteger] * count + [highspy.HighsVarType.kContinuous] * total
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data
    return model
