"""The whole curve: what 1, 2, … new sites cover, and what no choice of so many can pass.

One order to build in for the whole way, beside it the best choice that is known for each number of sites, and above
both a bound that is proven. What a choice loses because it must begin as smaller ones do is the price of nesting.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from stations.analysis.siting.answers import Frontier
from stations.analysis.siting.clock import remaining
from stations.analysis.siting.curve import Curve
from stations.analysis.siting.gathered import gathered
from stations.analysis.siting.orders import ordered_of
from stations.analysis.siting.pairs import by_row
from stations.analysis.siting.prices import bound, priced
from stations.analysis.siting.questions import (
    REACH,
    WEIGHTS,
    amounts,
    end_of,
    number_of_sites,
    positions,
    reach_of,
)
from stations.analysis.siting.winnable import Winnable, narrow, turned_over
from stations.model.errors import NobodyInReach

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from stations.analysis.siting.structure import Floats, Integers

WORTH_IT = 4_000_000
"""For so many pairs there must be a second: then it is worth the time to gather what is near each other."""
_SEED = 20_260_101  # of the numbers by which equals are told apart; which ones they are decides nothing


def covering_frontier(
    reach: csr_array,
    weights: ArrayLike,
    *,
    fixed: ArrayLike | None = None,
    max_sites: int | None = None,
    time_limit_s: float | None = None,
) -> Frontier:
    """Return what 1, 2, … sites beside the fixed ones cover, until nobody can be added or there are `max_sites`.

    Parameters
    ----------
    reach
        Who is in reach of whom: sparse, demand × candidates, of truth values.
    weights
        Of each demand point, ≥ 0.
    fixed
        Positions of candidates that stand already. None: nothing stands.
    max_sites
        How many new sites to go up to. None: until nobody can be added.
    time_limit_s
        How long choices and bounds may be improved on, in seconds by the clock. None: with a fixed amount of work, so
        that the same question has the same answer each time. The first answer is always finished (what there is with
        0), and nothing becomes worse than that; which steps there is time for, the clock decides.

    Returns
    -------
    Frontier
        The order is the greedy one: at every number of sites it adds at least 63.2 % of what the best can add [1]_.

    Raises
    ------
    SitingError
        A table, weights or positions that cannot be used, more sites than candidates, nobody in reach.

    References
    ----------
    .. [1] G. L. Nemhauser, L. A. Wolsey, M. L. Fisher (1978): An analysis of approximations for maximizing submodular
       set functions. Mathematical Programming 14, 265-294.
    """
    begin = time.perf_counter()
    pairs = _clean(reach)
    people = amounts(weights, what=WEIGHTS, count=pairs.shape[0])
    kept = positions(fixed, count=pairs.shape[1])
    free = pairs.shape[1] - len(kept)
    most = number_of_sites(free if max_sites is None else max_sites, candidates=free)
    until = None if time_limit_s is None else end_of(begin, time_limit_s=time_limit_s)
    if not people[np.diff(pairs.indptr) > 0].any():
        raise NobodyInReach(candidates=pairs.shape[1])
    problem, alone = winnable(pairs, people, fixed=kept)
    reached = priced(problem, problem.weights)
    order = ordered_of(problem, reached.prices.copy(), reached.incomes.copy(), sites=most)
    bounds = bound(problem, reached, most=len(order))
    back = np.arange(problem.candidates)
    if len(order) and (until is None or len(problem.rows) / WORTH_IT < remaining(until)):
        problem, back = gathered(problem, order)
        order = np.argsort(back)[order]
    curve = Curve(problem, order, bounds, until=until)
    curve.improve()
    used, which = np.unique(curve.which, return_inverse=True)
    return Frontier(
        back[order],
        alone + curve.covered,
        alone + curve.best,
        alone + curve.proven(),
        alone,
        time.perf_counter() - begin,
        tuple(back[curve.orders[number]] for number in used),
        which,
    )


def _clean(reach: object) -> csr_array:
    """Return a table of truth values without what is there twice or said to be false; as it is, where it is clean."""
    pairs = by_row(reach, what=REACH)
    if pairs.dtype == bool and pairs.has_canonical_format and pairs.data.all():
        return pairs
    return csr_array(reach_of(pairs), dtype=bool)


def winnable(pairs: csr_array, weights: Floats, *, fixed: Integers) -> tuple[Winnable, float]:
    """Return the demand that a new site can win, and the weight that the fixed sites cover.

    Every candidate is kept: who stands already wins nothing. Demand that the same candidates reach is one row where
    there is more of it than candidates can tell apart: elsewhere finding it costs more than it saves. Of equals the
    candidate has its turn whose people have the fewest others to go to; a millionth by chance parts those, too.
    """
    standing = np.zeros(pairs.shape[1], dtype=bool)
    standing[fixed] = True
    settled = pairs @ standing if len(fixed) else np.zeros(pairs.shape[0], dtype=bool)
    sizes = np.diff(pairs.indptr)
    left = ~settled & (weights > 0) & (sizes > 0)
    people, by_row = weights[left], np.append(0, np.cumsum(sizes[left]))
    sites = narrow(pairs.indices if by_row[-1] == pairs.nnz else pairs.indices[np.repeat(left, sizes)])
    by_site, reached = turned_over(by_row, sites, count=pairs.shape[1])
    found = Winnable(by_row, sites, by_site, reached, np.asarray(people, np.float64), np.zeros(pairs.shape[1]))
    if len(people) ** 2 > len(sites) * pairs.shape[1]:
        found = found.merged()
    by_chance = 1 + 1e-6 * np.random.default_rng(_SEED).random(len(found.weights))
    contested = found.weights * np.diff(found.by_row) * by_chance
    return found._replace(turns=-found.incomes(contested)), float(weights[settled].sum())
