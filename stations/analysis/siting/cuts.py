"""The best possible, bounded from above: a relaxation by cuts, and what it proves about single candidates.

Covering is written with the sites alone: what a group of rows contributes is at most a tangent of the concave
function Σ w min(1, Σ x). Tangents are added where the relaxation stands until it stands on the function itself
(Benders decomposition of the maximal covering location problem [1]_).

.. [1] J.-F. Cordeau, F. Furini, I. Ljubić (2019): Benders decomposition for very large scale partial set covering and
   maximal covering location problems. European Journal of Operational Research 275 (3), 882-896.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from stations.analysis.siting.structure import Covering, Floats, Integers

GROUPS = 64
"""Into how many groups the rows are put: a tangent for each closes the gap in fewer rounds than one for all."""


@dataclass
class Relaxation:
    """Where the relaxation stands: an upper bound, the shares of the sites, and what it would cost to force one."""

    bound: float
    shares: Floats
    reduced: Floats
    rounds: int


class Cuts:
    """The relaxation of a covering problem with so many sites, tightened by `tighten`."""

    def __init__(self, problem: Covering, *, sites: int, groups: int = GROUPS) -> None:
        self.problem, self.sites = problem, sites
        self.group = _grouped(problem, groups)
        self.groups = int(self.group.max(initial=-1)) + 1
        self._weights = np.bincount(self.group, weights=problem.weights, minlength=self.groups).astype(np.float64)
        self.highs = _master(problem.count, sites=sites, most=self._weights)

    def tighten(self, start: Integers, *, until: float, tolerance: float) -> Relaxation:
        """Add tangents until bound and function are `tolerance` apart, or the clock says `until`."""
        count = self.problem.count
        inner = np.zeros(count)
        inner[start] = 1.0
        best, rounds = self.value(inner), 0
        self.add(inner)
        while True:
            self.highs.run()
            solution = np.array(self.highs.getSolution().col_value)
            shares, bound = solution[:count], self.highs.getInfo().objective_function_value
            rounds += 1
            value = self.value(shares)
            if value > best:
                best, inner = value, shares
            if bound - best <= tolerance or time.perf_counter() >= until:
                duals = np.array(self.highs.getSolution().col_dual)[:count]
                return Relaxation(bound, shares, duals, rounds)
            added = self.add(0.5 * shares + 0.5 * inner, solution)
            added += self.add(shares, solution)
            if not added:
                duals = np.array(self.highs.getSolution().col_dual)[:count]
                return Relaxation(bound, shares, duals, rounds)

    def value(self, shares: Floats) -> float:
        """Return what shares of sites cover, each row at most once."""
        return float(self.problem.weights @ np.minimum(1.0, self.problem.rows @ shares))

    def add(self, shares: Floats, solution: Floats | None = None) -> int:
        """Add the tangent of each group at some shares; with a `solution`, those that it violates. Return how many."""
        problem = self.problem
        reached = problem.rows @ shares
        full = reached >= 1.0 - 1e-9
        constant = np.bincount(self.group[full], weights=problem.weights[full], minlength=self.groups)
        slopes = (
            csr_array(
                (problem.weights[~full], (self.group[~full], np.flatnonzero(~full))),
                shape=(self.groups, len(problem.weights)),
            )
            @ problem.rows
        )
        slopes = csr_array(slopes)
        wanted = np.arange(self.groups)
        if solution is not None:
            claimed = solution[problem.count :]
            allowed = constant + slopes @ solution[: problem.count]
            wanted = np.flatnonzero(claimed > allowed + 1e-7 * np.maximum(1.0, self._weights))
        rows = slopes[wanted]
        starts, indices, values = [], [], []
        at = 0
        for place, which in enumerate(wanted):
            begin, end = rows.indptr[place], rows.indptr[place + 1]
            starts.append(at)
            indices.append(np.append(rows.indices[begin:end], problem.count + which))
            values.append(np.append(-rows.data[begin:end], 1.0))
            at += end - begin + 1
        if len(wanted):
            upper = constant[wanted]
            self.highs.addRows(
                len(wanted),
                np.full(len(wanted), -highspy.kHighsInf),
                upper,  # type: ignore[arg-type]  # it takes whole numbers only
                at,
                np.array(starts, np.int32),
                np.concatenate(indices).astype(np.int32),
                np.concatenate(values),
            )
        return len(wanted)


def _grouped(problem: Covering, groups: int) -> Integers:
    """Return a group for each row: rows of neighbouring candidates, as near as their pattern tells."""
    if not len(problem.weights):
        return np.empty(0, np.intp)
    together = csr_array(problem.rows.T @ problem.rows)
    place = np.empty(problem.count)
    place[reverse_cuthill_mckee(together, symmetric_mode=True)] = np.arange(problem.count)
    where = (problem.rows @ place) / np.diff(problem.rows.indptr)
    order = np.argsort(where, kind="stable")
    group = np.empty(len(order), np.intp)
    group[order] = np.arange(len(order)) * min(groups, len(order)) // len(order)
    return group


def _master(count: int, *, sites: int, most: Floats) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # it has no types
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    model = highspy.HighsLp()
    total = count + len(most)
    model.num_col_, model.num_row_ = total, 1
    model.col_cost_ = np.concatenate([np.zeros(count), np.ones(len(most))])
    model.col_lower_, model.col_upper_ = np.zeros(total), np.concatenate([np.ones(count), most])
    model.row_lower_, model.row_upper_ = np.array([-highspy.kHighsInf]), np.array([float(sites)])
    model.sense_ = highspy.ObjSense.kMaximize
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array([0, count], np.int32)
    model.a_matrix_.index_ = np.arange(count, dtype=np.int32)
    model.a_matrix_.value_ = np.ones(count)
    highs.passModel(model)
    return highs
