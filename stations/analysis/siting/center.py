"""The p-center: sites from which whoever is farthest away is nearest.

The least distance is halved in on: whether so many sites reach everybody within a distance is a question of set
covering [1]_. It is asked for a few rows of demand at first, and for those, too, that the answer leaves out, until
nobody is left out or a few cannot all be reached [2]_.

.. [1] S. Elloumi, M. Labbé, Y. Pochet (2004): A new formulation and resolution method for the p-center problem.
   INFORMS Journal on Computing 16 (1), 84-94.
.. [2] C. Contardo, M. Iori, R. Kramer (2019): A scalable exact algorithm for the vertex p-center problem. Computers &
   Operations Research 103, 211-220.
"""

from __future__ import annotations

import math
import time
from itertools import islice
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting.allocation import Allocation, allocated
from stations.analysis.siting.clock import over
from stations.analysis.siting.distances import Assignment, kept, pairs_of, to_nearest, without_idle
from stations.analysis.siting.interchange import greedy
from stations.analysis.siting.questions import TIME_LIMIT_S, end_of, number_of_sites, positions, require_somebody
from stations.analysis.siting.search import greedy as most_first
from stations.analysis.siting.solver import solver
from stations.analysis.siting.structure import reduced
from stations.model.errors import NoneInTime, TooFewSites

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from stations.analysis.siting.compiled import Marks
    from stations.analysis.siting.structure import Integers

FIRST_S = 1.0
"""How long is looked for a choice that everybody reaches, at least, where not all candidates reach everybody."""

AT_ONCE = 10
"""So many of the rows that are left out, the farthest, are asked for next, and a quarter as many as there are."""


def p_center(
    distance: ArrayLike | csr_array,
    *,
    sites: int,
    fixed: ArrayLike | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> Assignment:
    """Return the `sites` candidates from which, beside the fixed ones, the largest distance is least (p-center).

    Parameters
    ----------
    distance
        Rows of demand × candidates, in any unit: a dense array, where what is infinite cannot be reached, or a SciPy
        sparse one of the pairs in range, where what is not stored cannot be reached.
    sites
        How many to choose beside the fixed ones. Those that the largest distance has no need of go where all distances
        together become least; there are fewer in the answer where more would bring nobody nearer.
    fixed
        Positions of the candidates that are sites anyway.
    time_limit_s
        When to stop looking for a better answer or a better bound. The first answer is finished, unless it takes
        longer than a second to find one that everybody reaches.

    Returns
    -------
    Assignment
        `objective` is the largest distance, `bound` one that no choice is below: two distances that are given, so that
        they are equal where it is proven. Demand that no candidate reaches is left out: no choice can help it.
        `Assignment.nearest` is −1 for it.

    Raises
    ------
    SitingError
        The question has no answer; the error names the nearest one that has: `BadTable`, `TooManySites`,
        `NobodyInReach`, `TooFewSites` where so many sites cannot reach everybody whom the candidates reach, or
        `NoneInTime` where that is not known when the time is over.
    """
    begin = time.perf_counter()
    until = end_of(begin, time_limit_s=time_limit_s)
    pairs = pairs_of(distance)
    given = positions(fixed, count=pairs.shape[1])
    wanted = number_of_sites(sites, candidates=pairs.shape[1] - len(given))
    require_somebody(pairs, np.ones(pairs.shape[0]))
    question = _Question(pairs, fixed=given, sites=wanted)
    bound = question.answered(until=until)
    taken = np.append(given, question.chosen)
    others = _others(pairs, taken, sites=wanted - len(question.chosen))
    chosen = np.sort(np.append(question.chosen, others))
    chosen = without_idle(pairs, chosen, fixed=given, weights=np.ones(pairs.shape[0]))
    nearest, away = to_nearest(pairs, np.append(given, chosen))
    objective = float(away[np.diff(pairs.indptr) > 0].max())
    return Assignment(
        selected=chosen,
        objective=objective,
        bound=min(bound, objective),
        proven=bound >= objective,
        seconds=time.perf_counter() - begin,
        method="branch and bound",
        nearest=nearest,
    )


class _Question:
    """A p-center, the rows that are asked for (`asked`), and the best answer so far."""

    def __init__(self, pairs: csr_array, *, fixed: Integers, sites: int) -> None:
        self.pairs, self.sites = pairs[np.diff(pairs.indptr) > 0], sites
        rows, candidates = self.pairs.shape
        self.is_open = np.ones(candidates, dtype=bool)
        self.is_open[fixed] = False
        self.given = to_nearest(self.pairs, fixed)[1]
        self.all = Allocation(csc_array(self.pairs), self.given, 0.0, np.arange(rows), np.arange(candidates))
        self.asked = np.zeros(rows, dtype=bool)
        self.chosen, self.worst = np.empty(0, np.intp), float(self.given.max())

    def answered(self, *, until: float) -> float:
        """Look for the best answer until the clock says `until`; return the distance that no answer is below."""
        data = self.pairs.data
        least, farthest = float(np.minimum.reduceat(data, self.pairs.indptr[:-1]).max()), float(data.max())
        if self.sites == 0:
            least = self.worst
        if not math.isfinite(self.worst):
            begin = time.perf_counter()
            late = max(until, begin + FIRST_S)
            if not (found := self._within(farthest, until=late)):
                none = NoneInTime(seconds=round(late - begin, 3))
                raise none if found is None else self._too_few(farthest, until=late)
        while least < self.worst and not over(until):
            middle = max(least, min(0.5 * (least + self.worst), float(np.nextafter(self.worst, 0.0))))
            found = self._within(middle, until=until)
            if found is None:
                break
            if not found:
                least = float(data[data > middle].min())
        return min(least, self.worst)

    def _too_few(self, farthest: float, *, until: float) -> TooFewSites:
        """Return the error that tells how many are enough: the fewest, or as many as are found in time."""
        given = self.sites
        while not math.isfinite(self.worst):
            late = over(until)
            self.sites = self.pairs.shape[1] if late else self.sites + 1
            self._within(farthest, until=until)
        return TooFewSites(sites=given, needed=len(self.chosen) if late else self.sites)

    def _within(self, radius: float, *, until: float) -> bool | None:
        """Return whether there is a choice with everybody within `radius`, and keep it; None where time is over."""
        near = kept(self.pairs, (self.pairs.data <= radius) & self.is_open[self.pairs.indices])
        chosen: Integers | None = np.empty(0, np.intp)
        while chosen is not None:
            chosen = self._filled(near, chosen, left_out=self.all.costs(chosen) > radius)
            away = self.all.costs(chosen)
            if (away <= radius).all():
                self.chosen, self.worst = chosen, float(away.max())
                return True
            farthest = np.argsort(-away, kind="stable")[: (away > radius).sum()]
            self.asked[farthest[: AT_ONCE + int(self.asked.sum()) // 4]] = True
            chosen = _covering(near[self.asked & (self.given > radius)], sites=self.sites, until=until)
            if chosen is not None and not len(chosen):
                return False
        return None

    def _filled(self, near: csr_array, chosen: Integers, *, left_out: Marks) -> Integers:
        """Return the choice with the sites that it has no need of, each where most of the left out are near."""
        reach = near[left_out]
        reach.data = np.ones(reach.nnz)
        problem = reduced(reach, np.ones(reach.shape[0]), fixed=chosen)
        more = [step.candidate for step in islice(most_first(problem), self.sites - len(chosen))]
        return np.append(chosen, problem.candidates[more]).astype(np.intp)


def _covering(near: csr_array, *, sites: int, until: float) -> Integers | None:
    """Return at most so many candidates that reach each of the rows, or nothing where there are none.

    Where time is over before that is known, it is None.
    """
    nothing = np.empty(0, np.intp)
    if sites == 0 or (np.diff(near.indptr) == 0).any():
        return nothing
    highs = solver(until=until)
    highs.setOptionValue("objective_target", float(sites))
    highs.passModel(_model(near, sites=sites))
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return nothing
    chosen = np.flatnonzero(np.array(highs.getSolution().col_value) > 0.5)
    reached = np.add.reduceat(np.isin(near.indices, chosen), near.indptr[:-1], dtype=np.intp)
    return chosen if len(chosen) <= sites and reached.all() else None


def _model(near: csr_array, *, sites: int) -> highspy.HighsLp:
    """Return the model of the fewest candidates, no more than `sites`, that reach each of the rows."""
    rows, columns = near.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows + 1
    model.col_cost_, model.col_lower_, model.col_upper_ = np.ones(columns), np.zeros(columns), np.ones(columns)
    model.row_lower_ = np.append(np.ones(rows), 0.0)
    model.row_upper_ = np.append(np.full(rows, highspy.kHighsInf), float(sites))
    model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.append(near.indptr, near.nnz + columns).astype(np.int32)
    model.a_matrix_.index_ = np.append(near.indices, np.arange(columns)).astype(np.int32)
    model.a_matrix_.value_ = np.ones(near.nnz + columns)
    return model


def _others(pairs: csr_array, taken: Integers, *, sites: int) -> Integers:
    """Return up to so many candidates more, those by which all distances together become least."""
    if sites == 0:
        return np.empty(0, np.intp)
    away = np.minimum(to_nearest(pairs, taken)[1], float(pairs.data.max()))
    problem = allocated(pairs, np.ones(pairs.shape[0]), at_most=away, closed=taken)
    return problem.candidates[greedy(problem, sites)]
