"""The p-median: sites from which everybody together is nearest.

A first answer by greedy choice and exchange, bounds by Lagrangian relaxation, which rules candidates out as well, and
branch and bound on what is left, its small parts by HiGHS. Where there are few choices, all are tried.
"""

from __future__ import annotations

import math
import time
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from stations.analysis.siting.allocation import Allocation, allocated
from stations.analysis.siting.branching import Search
from stations.analysis.siting.clock import over
from stations.analysis.siting.distances import Assignment, pairs_of, to_nearest, without_idle
from stations.analysis.siting.interchange import greedy, interchanged, led_away
from stations.analysis.siting.questions import (
    TIME_LIMIT_S,
    WEIGHTS,
    amount,
    amounts,
    end_of,
    number_of_sites,
    positions,
    require_somebody,
)
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from scipy.sparse import csr_array

    from stations.analysis.siting.answers import Method
    from stations.analysis.siting.structure import Floats, Integers

UNREACHED = mark("The distance of what is not reached")
PAIRS = 1_500_000
"""With more pairs than these the first answer is found for a part of the rows."""
DEPTH, LESS_DEPTH = 6, 3
"""How many sites of the first answer a row looks at to begin with, and with more pairs: others decide little."""
TRIED = 50_000_000
"""Where all choices look at no more rows than these together, all are tried: within a second, however far they are."""
SAME = 1e-11
"""The share of the costs that is the rounding of sums."""
_SEED = 20_260_101  # of the rows that the first answer is found for


def p_median(
    distance: ArrayLike | csr_array,
    weights: ArrayLike,
    *,
    sites: int,
    fixed: ArrayLike | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    unreached: float | None = None,
) -> Assignment:
    """Return the `sites` candidates from which, beside the fixed ones, the total weighted distance is least (p-median).

    Parameters
    ----------
    distance
        Rows of demand × candidates, in any unit: a dense array, where what is infinite cannot be reached, or a SciPy
        sparse one of the pairs in range, where what is not stored cannot be reached.
    weights
        Of each row, at least 0.
    sites
        How many to choose beside the fixed ones. There are fewer in the answer where more would bring nobody nearer.
    fixed
        Positions of the candidates that are sites anyway.
    time_limit_s
        When to stop looking for a better answer or a better bound. The first answer is always finished.
    unreached
        What the distance counts as for demand that none of the chosen and fixed sites reaches, but that a candidate
        could; nothing counts as farther than that. Without it, twice the largest distance that is given for demand
        that weighs something, so that to reach somebody is always worth something. Demand that no candidate reaches at
        all costs nothing, as no choice can help it. `Assignment.nearest` is −1 for both.

    Returns
    -------
    Assignment
        `objective` and `bound` (at most that) are weighted distances, the fixed sites' part in them. It is proven
        where no choice is better by more than a ten-millionth; with whole numbers, by anything.

    Raises
    ------
    SitingError
        The question has no answer; the error names the nearest one that has: `BadTable`, `TooManySites`,
        `NobodyInReach`.
    """
    begin = time.perf_counter()
    until = end_of(begin, time_limit_s=time_limit_s)
    pairs = pairs_of(distance)
    people = amounts(weights, what=WEIGHTS, count=pairs.shape[0])
    kept = positions(fixed, count=pairs.shape[1])
    wanted = number_of_sites(sites, candidates=pairs.shape[1] - len(kept))
    require_somebody(pairs, people)
    far = 2.0 * float(_of_rows(np.maximum, pairs)[people > 0].max()) or 1.0  # 1: everybody lives at a candidate
    farthest = far if unreached is None else amount(unreached, what=UNREACHED)
    people = np.where(np.diff(pairs.indptr) > 0, people, 0.0)
    ceiling = np.minimum(to_nearest(pairs, kept)[1], farthest)
    chosen, bound, method = _least(pairs, people, ceiling, fixed=kept, sites=wanted, until=until)
    chosen = without_idle(pairs, chosen, fixed=kept, weights=people)
    nearest, away = to_nearest(pairs, np.append(kept, chosen))
    objective = float(people @ np.minimum(away, farthest))
    proven = bound >= objective * (1.0 - SAME)
    return Assignment(
        selected=chosen,
        objective=objective,
        bound=objective if proven else bound,
        proven=proven,
        seconds=time.perf_counter() - begin,
        method=method,
        nearest=nearest,
    )


def _least(
    pairs: csr_array, weights: Floats, ceiling: Floats, *, fixed: Integers, sites: int, until: float
) -> tuple[Integers, float, Method]:
    """Return the choice, the bound, and what found it.

    Rows look no farther than the sixth nearest site of the first answer: any choice costs that much at least. Where
    the best choice for them costs some more than that, they look twice as far, and so on.
    """
    chosen = _first(pairs, weights, ceiling, fixed=fixed, sites=sites)
    if len(chosen) < sites or sites == 0 or sites == pairs.shape[1] - len(fixed):
        return chosen, np.inf, "greedy"
    method: Method = "exchange"
    best, least = chosen, np.inf
    bound = float(weights @ np.minimum(ceiling, _of_rows(np.minimum, pairs)))
    if math.comb(pairs.shape[1] - len(fixed), sites) * pairs.shape[0] <= TRIED:
        whole = allocated(pairs, weights, at_most=ceiling, closed=fixed)
        if whole.count >= sites and (known := best_of_all(whole, sites, until=until)) is not None:
            chosen = whole.candidates[known]
            return chosen, float(weights @ np.minimum(ceiling, to_nearest(pairs, chosen)[1])), "branch and bound"
    depth = DEPTH if pairs.nnz <= PAIRS else LESS_DEPTH
    while True:
        looks = np.minimum(ceiling, to_nearest(pairs, best, nth=depth)[1])
        problem = allocated(pairs, weights, at_most=looks, closed=fixed)
        start = interchanged(problem, np.searchsorted(problem.candidates, best))
        search = Search(problem, start, sites=sites, until=until)
        bound = max(bound, search.run())
        chosen = problem.candidates[search.best.chosen]
        costs = float(weights @ np.minimum(ceiling, to_nearest(pairs, chosen)[1]))
        if costs < least:
            best, least, method = chosen, costs, "branch and bound" if search.best.exact else "exchange"
        if bound >= least * (1.0 - SAME) or over(until) or (looks == ceiling).all():
            return best, bound, method
        depth *= 2


def _of_rows(which: np.ufunc, pairs: csr_array) -> Floats:
    """Return the least or the largest distance of each row to any candidate; 0 where there is none."""
    some, found = np.diff(pairs.indptr) > 0, np.zeros(pairs.shape[0])
    found[some] = which.reduceat(pairs.data, pairs.indptr[:-1][some])
    return found


def best_of_all(problem: Allocation, sites: int, *, until: float) -> Integers | None:
    """Return the choice (as columns) that costs least, the first of equals, by trying all; None where time is over."""
    costs = np.repeat(problem.fallback[:, None], problem.count, axis=1)
    of_column = np.repeat(np.arange(problem.count), np.diff(problem.columns.indptr))
    costs[problem.columns.indices, of_column] = problem.columns.data
    best, least = None, np.inf
    for begun in combinations(range(problem.count), sites - 1):
        if over(until):
            return None
        last = begun[-1] + 1 if begun else 0
        if last < problem.count:
            known = costs[:, begun].min(axis=1, initial=np.inf)
            sums = np.minimum(costs[:, last:], known[:, None]).sum(axis=0)
            if sums.min() < least:
                best, least = np.array([*begun, last + int(np.argmin(sums))], np.intp), float(sums.min())
    return best


def _first(pairs: csr_array, weights: Floats, ceiling: Floats, *, fixed: Integers, sites: int) -> Integers:
    """Return a first answer, ascending: that for some of the rows, by chance, where there are very many pairs."""
    count = pairs.shape[0]
    if pairs.nnz <= PAIRS:
        rows = np.arange(count)
    else:
        some = max(1, count * PAIRS // pairs.nnz)
        rows = np.sort(np.random.default_rng(_SEED).choice(count, some, replace=False))
    problem = allocated(pairs[rows], weights[rows], at_most=ceiling[rows], closed=fixed)
    better = led_away if len(rows) == count else interchanged  # what is best for some rows need not be so for all
    chosen = better(problem, greedy(problem, sites))
    if len(rows) < count:  # others may be helped by more
        others = np.setdiff1d(np.arange(problem.count), chosen)
        chosen = np.sort(np.append(chosen, others[: sites - len(chosen)]))
    return problem.candidates[chosen]
