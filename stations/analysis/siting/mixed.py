"""A mixed-integer programme as it is, solved by HiGHS: for what is small enough once it is reduced."""

from __future__ import annotations

import math
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from stations.analysis.siting.clock import over
from stations.analysis.siting.solver import solver
from stations.analysis.siting.structure import Floats

MARGIN = 1e-6
"""Of a bound that a solver reports, for its rounding: what is to be found should come to 1 or more."""


class Mixed(NamedTuple):
    """What is to be largest, and the limits of rows and columns; `whole` columns take whole numbers only."""

    matrix: csr_array
    gains: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    whole: NDArray[np.bool_]


def solved(programme: Mixed, *, step: float, start: Floats | None, until: float) -> tuple[Floats | None, float]:
    """Return the values that HiGHS finds best (None: it found none), and what it takes to be the most possible.

    It ends when less than `step` can be gained, or when the clock says `until`. What it says of its answer is not
    believed: the caller counts what the values are worth, and the bound is given with a margin for its rounding. In
    its reduced programme a start may seem worth more than it is, so that nothing better is looked for: where the values
    are not worth what HiGHS says, it solves the programme again without a start.
    """
    values, bound, claimed = _run(programme, step=step, start=start, until=until)
    if start is None or values is None or claimed <= programme.gains @ values + _margin(claimed):
        return values, bound
    others, other_bound, _claimed = _run(programme, step=step, start=None, until=until)
    return values if others is None else others, min(bound, other_bound)


def _run(programme: Mixed, *, step: float, start: Floats | None, until: float) -> tuple[Floats | None, float, float]:
    """Return the values that HiGHS finds best, the most possible, and what HiGHS says that the values are worth."""
    if over(until):
        return None, np.inf, -np.inf
    most = float(np.abs(programme.gains) @ programme.upper)
    highs = solver(until=until)
    highs.setOptionValue("mip_lp_solver", "ipm")  # of the first relaxation, whose choices are much alike: half the time
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", max(0.0, step * (1 - MARGIN) - 2 * _margin(most)))  # with the margins, no step
    highs.passModel(_model(programme))
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        highs.setSolution(known)
    if highs.run() == highspy.HighsStatus.kError:
        return None, np.inf, -np.inf
    values, info = np.array(highs.getSolution().col_value), highs.getInfo()
    bound = info.mip_dual_bound + _margin(info.mip_dual_bound) if math.isfinite(info.mip_dual_bound) else np.inf
    return values if len(values) else None, bound, info.objective_function_value


def _margin(value: float) -> float:
    """Return by how much a value that a solver reports may be off."""
    return MARGIN * max(1.0, abs(value))


def _model(programme: Mixed) -> highspy.HighsLp:
    model, matrix = highspy.HighsLp(), programme.matrix
    model.num_row_, model.num_col_ = matrix.shape
    model.sense_, model.col_cost_ = highspy.ObjSense.kMaximize, programme.gains
    model.col_lower_, model.col_upper_ = programme.lower, programme.upper
    model.row_lower_, model.row_upper_ = programme.row_lower, programme.row_upper
    kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    model.integrality_ = [kinds[whole] for whole in programme.whole.tolist()]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data
    return model


def rounded_off(bound: float, value: float) -> float:
    """Return a bound with such a margin: the value itself where no more than that lies between."""
    return value if bound <= value + 2 * _margin(value) else bound
