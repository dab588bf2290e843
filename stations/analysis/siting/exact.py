"""Branch and bound by HiGHS, on what is left when the relaxation has ruled most candidates out."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

import highspy
import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from stations.analysis.siting.structure import Covering, Integers, of_rows


class Searched(NamedTuple):
    """What branch and bound came to: a choice (candidates of the problem), and how good any can be at most."""

    chosen: Integers
    bound: float


def branched(problem: Covering, start: Integers, *, sites: int, until: float, whole: bool) -> Searched:
    """Return the best choice of so many sites, or the best found until the clock says `until`, with its bound.

    `whole`: weights are whole numbers, so that a bound less than 1 above a choice proves it. What HiGHS says of its
    own answer is not believed: the choice is counted again by the caller, and the bound is used as a number only.
    """
    rows, columns = problem.rows.shape
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # it has no types
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 1.0 - 1e-6 if whole else 1e-9 * float(problem.weights.sum()))
    highs.setOptionValue("time_limit", max(0.0, until - time.perf_counter()))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns + rows, rows + 1
    model.col_cost_ = np.concatenate([np.zeros(columns), problem.weights])
    model.col_lower_, model.col_upper_ = np.zeros(columns + rows), np.ones(columns + rows)
    model.row_lower_ = np.full(rows + 1, -highspy.kHighsInf)
    model.row_upper_ = np.append(np.zeros(rows), float(sites))
    model.sense_ = highspy.ObjSense.kMaximize
    model.integrality_ = [highspy.HighsVarType.kInteger] * columns + [highspy.HighsVarType.kContinuous] * rows
    last = csr_array((np.ones(columns), (np.zeros(columns, int), np.arange(columns))), shape=(1, columns + rows))
    matrix = csr_array(vstack([hstack([-problem.rows, eye_array(rows)]), last]))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data
    highs.passModel(model)
    chosen = np.zeros(columns)
    chosen[start] = 1.0
    known = highspy.HighsSolution()
    known.col_value = np.concatenate([chosen, np.minimum(1.0, problem.rows @ chosen)]).tolist()
    highs.setSolution(known)
    highs.run()
    info = highs.getInfo()
    shares = np.array(highs.getSolution().col_value)[:columns]
    bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else math.inf
    found = np.flatnonzero(shares > 0.5)
    return Searched(found if 0 < len(found) <= sites else start, bound)


def fewest(problem: Covering, *, missing: float, until: float) -> Searched:
    """Return the fewest sites that cover so much weight, or the fewest found until `until`, with what none is below."""
    rows, columns = problem.rows.shape
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # it has no types
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_abs_gap", 1.0 - 1e-6)
    highs.setOptionValue("time_limit", max(0.0, until - time.perf_counter()))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns + rows, rows + 1
    model.col_cost_ = np.concatenate([np.ones(columns), np.zeros(rows)])
    model.col_lower_, model.col_upper_ = np.zeros(columns + rows), np.ones(columns + rows)
    model.row_lower_ = np.append(np.full(rows, -highspy.kHighsInf), missing)
    model.row_upper_ = np.append(np.zeros(rows), highspy.kHighsInf)
    model.integrality_ = [highspy.HighsVarType.kInteger] * columns + [highspy.HighsVarType.kContinuous] * rows
    last = csr_array((problem.weights, (np.zeros(rows, int), columns + np.arange(rows))), shape=(1, columns + rows))
    matrix = csr_array(vstack([hstack([-problem.rows, eye_array(rows)]), last]))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data
    highs.passModel(model)
    highs.run()
    info = highs.getInfo()
    shares = np.array(highs.getSolution().col_value)[:columns]
    bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else 0.0
    return Searched(np.flatnonzero(shares > 0.5), bound)


def kept_open(problem: Covering, which: Integers) -> tuple[Covering, Integers]:
    """Return the problem with these candidates alone, and where each of its columns is in the old one."""
    return of_rows(problem.rows[:, which], problem.weights, base=0.0, candidates=which), which
