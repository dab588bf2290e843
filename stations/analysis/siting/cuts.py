"""The best possible, bounded from above: a relaxation by cuts, and what it proves about single candidates.

Covering is written with the sites alone: what a group of rows contributes is at most a tangent of the concave
function Σ w min(1, Σ x). Tangents are added where the relaxation stands until it stands on the function itself
(Benders decomposition of the maximal covering location problem [1]_).

.. [1] J.-F. Cordeau, F. Furini, I. Ljubić (2019): Benders decomposition for very large scale partial set covering and
   maximal covering location problems. European Journal of Operational Research 275 (3), 882-896.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy.sparse import csr_array, eye_array, hstack
from scipy.sparse.csgraph import reverse_cuthill_mckee

from stations.analysis.siting.clock import over, remaining
from stations.analysis.siting.limits import Limits, at_most, indicator
from stations.analysis.siting.solver import solver
from stations.analysis.siting.structure import EXACT, NOTHING, Covering, Floats, Integers

GROUPS, GROUPS_OF_SHARE = 256, 1024
"""Into how many groups the rows are put, and where costs are least for a share of them: a tangent for each closes the
gap in fewer rounds than one for all."""
SCALE = 1e4
"""What the covered weight comes to inside the relaxation, so that its tolerances mean the same for any weights."""
TOLERANCE = 1e-9
CUT_OFF = 1e-6
"""By how much of `SCALE` a tangent has to be passed before it is added."""
MOST_CUTS = 1_000
"""Tangents from which on those that bind nothing are thrown away; they come back when they are needed."""
FULL = 1e-9  # a row is covered once this little is missing

INFINITE = highspy.kHighsInf


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Where the relaxation stands.

    Attributes
    ----------
    bound
        What no choice passes; minus infinity where none keeps the limits, infinity where there was no time to tell.
    shares
        Of each candidate, between 0 and 1.
    reduced
        By how much the bound changes at least (≤ 0) when a candidate without a share gets one, or the other way (≥ 0).
    claimed
        What the relaxation takes to be covered, at least what `shares` cover.
    """

    bound: float
    shares: Floats
    reduced: Floats
    claimed: Floats


class Cuts:
    """The relaxation of a covering problem with so many sites; with `limits`, of those.

    Where costs are to be least, everything that it bounds is costs with a minus.
    """

    def __init__(
        self, problem: Covering, *, sites: int = 0, groups: int | None = None, limits: Limits | None = None
    ) -> None:
        self.problem, self.limits = problem, at_most(problem, sites) if limits is None else limits
        counted = not self.limits.least or self.limits.floors.size > 0
        groups = groups or (GROUPS_OF_SHARE if self.limits.least else GROUPS)
        self.group = _grouped(problem, groups) if counted else np.zeros(len(problem.weights), np.intp)
        self.groups = int(self.group.max(initial=-1)) + 1 if counted else 0
        self.most = np.bincount(self.group, weights=problem.weights + problem.again, minlength=self.groups)
        self.most = self.most[: self.groups].astype(np.float64)
        self.scale = SCALE / (problem.total or 1.0)
        self.unit = 1.0 / (float(self.limits.costs.mean()) or 1.0) if self.limits.least else self.scale
        self.lower, self.upper = np.zeros(problem.count), np.ones(problem.count)
        self.highs, self.row_lower, self.row_upper = self._master(), np.empty(0), np.empty(0)
        self._keep_limits()
        self.first = len(self.row_lower)

    def require(self, amounts: Floats, least: float) -> None:
        """Add that what is chosen comes to so much at least; before any tangent."""
        row = np.append(amounts, np.zeros(self.groups)) / least
        self._append(csr_array(row[np.newaxis]), np.ones(1), np.array([row.sum()]))
        self.first = len(self.row_lower)

    def tighten(self, start: Integers | None, *, until: float, tolerance: float) -> Relaxation:
        """Add tangents until no more than `tolerance` of what is claimed is not covered, or the clock says `until`.

        They are added half way to the best point that is known, too (Ben-Ameur & Neto 2007): `start`, a choice that
        keeps the limits, is the first.
        """
        inner, best, last = None, -np.inf, self.unknown()
        if start is not None and not self.limits.floors.size:
            inner = indicator(self.problem.count, start)
            best = self.value(inner)
            self.add(inner)
        while True:
            found = self.solve(until)
            if found.bound == np.inf:
                return last
            last = found
            value = self.value(found.shares)
            if inner is not None and value > best:
                best, inner = value, found.shares
            if found.claimed.sum() - max(value, best) <= tolerance or over(until):
                return found
            added = 0 if inner is None else self.add(0.5 * found.shares + 0.5 * inner, found)
            if not added + self.add(found.shares, found):
                return found

    def node(self, lower: Floats, upper: Floats) -> None:
        """Let the sites have shares between these from now on."""
        self.lower, self.upper = lower, upper
        self.highs.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)

    def solve(self, until: float) -> Relaxation:
        """Return where the relaxation stands as it is."""
        left = remaining(until)
        if not left:
            return self.unknown()
        status = self._run(left)
        if status == highspy.HighsModelStatus.kUnknown:  # it is lost in rounding: from the beginning it finds its way
            self.highs.clearSolver()
            status = self._run(remaining(until))
        if status == highspy.HighsModelStatus.kInfeasible:
            return replace(self.unknown(), bound=-np.inf)
        if status != highspy.HighsModelStatus.kOptimal:
            return self.unknown()
        solution, count = self.highs.getSolution(), self.problem.count
        values, duals = np.array(solution.col_value), np.array(solution.col_dual)
        bound = self._bound(np.array(solution.row_dual), duals) / self.unit
        if len(self.row_lower) > self.first + MOST_CUTS:
            self._purge()
        return Relaxation(bound, values[:count], duals[:count] / self.unit, values[count:] / self.scale)

    def _run(self, seconds: float) -> highspy.HighsModelStatus:
        """Let the solver work for so many seconds at most; return how it ended."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + seconds)
        self.highs.run()
        return self.highs.getModelStatus()

    def unknown(self) -> Relaxation:
        """Return what is known without looking."""
        count = self.problem.count
        return Relaxation(np.inf, np.zeros(count), np.zeros(count), np.zeros(self.groups))

    def value(self, shares: Floats) -> float:
        """Return what shares of sites cover."""
        return float(self.problem.worth(self.problem.rows @ shares).sum()) if self.groups else 0.0

    def add(self, shares: Floats, found: Relaxation | None = None) -> int:
        """Add the tangent of each group at some shares; with `found`, those that it passes. Return how many."""
        if not self.groups:
            return 0
        problem = self.problem
        times = problem.rows @ shares + FULL
        first, again = problem.weights, problem.again
        flat = np.where(times < 1, 0.0, np.where(times < 2, first - again, first + again))
        constant: Floats = np.bincount(self.group, weights=flat * self.scale, minlength=self.groups).astype(np.float64)
        slope, some = problem.marginal(times) * self.scale, np.flatnonzero(times < 2)
        by_group = csr_array((slope[some], (self.group[some], some)), shape=(self.groups, len(slope)))
        slopes = csr_array(by_group @ problem.rows)
        wanted = np.arange(self.groups)
        if found is not None:
            passed = found.claimed * self.scale - constant - slopes @ found.shares
            wanted = np.flatnonzero(passed > CUT_OFF)
        rows = csr_array(hstack([-slopes, eye_array(self.groups)], format="csr")[wanted])
        self._append(rows, np.full(len(wanted), -INFINITE), constant[wanted])
        return len(wanted)

    def _append(self, rows: csr_array, lower: Floats, upper: Floats) -> None:
        starts = rows.indptr[:-1].astype(np.int32)
        self.highs.addRows(
            len(lower), lower, upper, rows.nnz, starts, rows.indices.astype(np.int32), rows.data.astype(np.float64)
        )
        self.row_lower, self.row_upper = np.append(self.row_lower, lower), np.append(self.row_upper, upper)

    def _purge(self) -> None:
        """Throw away the tangents that bind nothing."""
        loose = np.array([status == highspy.HighsBasisStatus.kBasic for status in self.highs.getBasis().row_status])
        loose[: self.first] = False
        self.highs.deleteRows(int(loose.sum()), np.flatnonzero(loose).astype(np.int32))
        self.row_lower, self.row_upper = self.row_lower[~loose], self.row_upper[~loose]

    def _bound(self, prices: Floats, duals: Floats) -> float:
        """Return what weak duality proves with these prices of the rows, whatever the solver thinks of them.

        A price of the wrong sign, by rounding, is charged with the most that a row can come to.
        """
        lower = np.where(np.isfinite(self.row_lower), self.row_lower, -SCALE)
        upper = np.where(np.isfinite(self.row_upper), self.row_upper, SCALE)
        most = np.concatenate([self.upper, self.most * self.scale])
        least = np.concatenate([self.lower, np.zeros(self.groups)])
        total = np.maximum(prices * lower, prices * upper).sum() + np.maximum(duals * least, duals * most).sum()
        return float(total + NOTHING * (np.abs(prices * upper).sum() + np.abs(duals * most).sum()))

    def _master(self) -> highspy.Highs:
        """Return the relaxation without any tangent, and start the lists of its rows."""
        highs = solver(until=math.inf)
        highs.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
        highs.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
        count, limits = self.problem.count, self.limits
        model = highspy.HighsLp()
        model.num_col_ = count + self.groups
        earned = np.ones(self.groups) * (not limits.least)
        model.col_cost_ = np.concatenate([-limits.costs * self.unit * limits.least, earned])
        model.col_lower_ = np.zeros(count + self.groups)
        model.col_upper_ = np.concatenate([np.ones(count), self.most * self.scale])
        model.sense_ = highspy.ObjSense.kMaximize
        highs.passModel(model)
        return highs

    def _keep_limits(self) -> None:
        """Add the rows of the limits."""
        count, limits = self.problem.count, self.limits
        shares = csr_array(eye_array(count, count + self.groups))
        if np.isfinite(limits.sites):
            self._append(csr_array(shares.sum(axis=0)[np.newaxis]), np.array([-INFINITE]), np.array([limits.sites]))
        if np.isfinite(limits.budget):
            mean = float(limits.costs.mean()) or 1.0
            row = np.append(limits.costs / mean, np.zeros(self.groups))
            spent = _spendable(limits.costs, limits.budget)
            self._append(csr_array(row[np.newaxis]), np.array([-INFINITE]), np.array([spent / mean]))
        if limits.near.shape[0]:
            many = limits.near.shape[0]
            self._append(csr_array(limits.near @ shares), np.ones(many), np.full(many, INFINITE))
        if limits.floors.size:
            claims = np.zeros((len(limits.floors), count + self.groups))
            claims[self.problem.district, count + self.group] = 1.0
            claims[-1, count:] = 1.0
            some = np.flatnonzero(limits.floors > 0)
            self._append(csr_array(claims[some]), limits.floors[some] * self.scale, np.full(len(some), INFINITE))


def _spendable(costs: Floats, budget: float) -> float:
    """Return what of a budget whole sites can cost: a multiple of what every cost is one of, where there is such."""
    if budget >= costs.sum():
        return budget
    unit = float(costs.max(initial=0.0))
    if (costs != unit).any():
        whole = costs.max() < EXACT and (costs == np.rint(costs)).all()
        unit = float(np.gcd.reduce(costs.astype(np.int64))) if whole else 0.0
    return math.floor(budget / unit * (1 + NOTHING)) * unit if unit else budget


def _grouped(problem: Covering, groups: int) -> Integers:
    """Return a group for each row: rows of neighbouring candidates, as near as their pattern tells, of one district."""
    if not len(problem.weights):
        return np.empty(0, np.intp)
    together = csr_array(problem.rows.T @ problem.rows)
    place = np.empty(problem.count)
    place[reverse_cuthill_mckee(together, symmetric_mode=True)] = np.arange(problem.count)
    where = (problem.rows @ place) / np.diff(problem.rows.indptr)
    group = np.empty(len(where), np.intp)
    group[np.argsort(where, kind="stable")] = np.arange(len(where)) * min(groups, len(where)) // len(where)
    _groups, own = np.unique(problem.district * groups + group, return_inverse=True)
    return np.asarray(own, np.intp)
