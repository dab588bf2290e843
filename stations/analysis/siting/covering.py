"""Covering: the most people with so many sites, or the fewest sites for a share of the people.

Maximal covering (MCLP [1]_) and set covering (LSCP [2]_) over one sparse table of who is in reach of whom.

.. [1] R. Church, C. ReVelle (1974): The maximal covering location problem. Papers of the Regional Science Association
   32, 101-118.
.. [2] C. Toregas, R. Swain, C. ReVelle, L. Bergman (1971): The location of emergency service facilities. Operations
   Research 19 (6), 1363-1373.
"""

from __future__ import annotations

import math
import time
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from stations.analysis.siting.answers import Method, Selection
from stations.analysis.siting.cuts import Cuts
from stations.analysis.siting.exact import branched, fewest, kept_open
from stations.analysis.siting.questions import (
    WEIGHTS,
    amounts,
    number_of_sites,
    positions,
    reach_of,
    require_somebody,
    target_of,
)
from stations.analysis.siting.search import covered_by, exchanged, greedy
from stations.analysis.siting.structure import Covering, reduced
from stations.model.errors import TargetOutOfReach

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from scipy.sparse import csr_array

    from stations.analysis.siting.structure import Integers

TIME_LIMIT_S = 60.0
NOTHING = 1e-12
"""The share of a sum that is the rounding of its parts."""


def max_covering(
    reach: csr_array,
    weights: ArrayLike,
    *,
    sites: int,
    fixed: ArrayLike | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> Selection:
    """Return the `sites` candidates that cover most beside the fixed ones."""
    begin = time.perf_counter()
    pairs = reach_of(reach)
    people = amounts(weights, what=WEIGHTS, count=pairs.shape[0])
    kept = positions(fixed, count=pairs.shape[1])
    wanted = number_of_sites(sites, candidates=pairs.shape[1] - len(kept))
    require_somebody(pairs, people)
    problem = reduced(pairs, people, fixed=kept)
    chosen, bound, method = _most(problem, sites=wanted, until=begin + time_limit_s)
    objective = problem.base + covered_by(problem, chosen)
    bound = max(objective, problem.base + bound)
    return Selection(
        np.sort(problem.candidates[chosen]), objective, bound, bound <= objective, time.perf_counter() - begin, method
    )


def set_covering(
    reach: csr_array,
    *,
    weights: ArrayLike | None = None,
    share: float = 1.0,
    fixed: ArrayLike | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> Selection:
    """Return the fewest candidates that, beside the fixed ones, cover a share (0-1) of the weight."""
    begin = time.perf_counter()
    pairs = reach_of(reach)
    count, candidates = pairs.shape
    people = np.ones(count) if weights is None else amounts(weights, what=WEIGHTS, count=count)
    kept = positions(fixed, count=candidates)
    require_somebody(pairs, people)
    problem = reduced(pairs, people, fixed=kept)
    target, possible = target_of(share), (problem.base + problem.weights.sum()) / people.sum()
    if target > possible * (1 + NOTHING):
        raise TargetOutOfReach(target=target, possible=possible)
    missing = min(target * people.sum(), possible * people.sum()) * (1 - NOTHING) - problem.base
    chosen, bound, method = _fewest(problem, missing, until=begin + time_limit_s)
    objective = float(len(chosen))
    bound = min(objective, bound)
    return Selection(
        np.sort(problem.candidates[chosen]), objective, bound, bound >= objective, time.perf_counter() - begin, method
    )


def _fewest(problem: Covering, missing: float, *, until: float) -> tuple[Integers, float, Method]:
    chosen, covered = [], 0.0
    for step in greedy(problem):
        if covered >= missing:
            break
        chosen.append(step.candidate)
        covered += step.gain
    if len(chosen) < 2:
        return np.array(chosen, np.intp), float(len(chosen)), "greedy"
    found = fewest(problem, missing=missing, until=until)
    better = found.chosen if covered_by(problem, found.chosen) >= missing else np.array(chosen, np.intp)
    return min(better, np.array(chosen, np.intp), key=len), math.ceil(found.bound - 1e-6), "branch and bound"


def _most(problem: Covering, *, sites: int, until: float) -> tuple[Integers, float, Method]:
    steps = [step.candidate for step in islice(greedy(problem), sites)]
    chosen = np.array(steps, np.intp)
    total = float(problem.weights.sum())
    if not steps or len(steps) < sites or covered_by(problem, chosen) >= total * (1 - 1e-12):
        return chosen, covered_by(problem, chosen), "greedy"
    chosen = exchanged(problem, chosen)
    value = covered_by(problem, chosen)
    whole = bool((problem.weights == np.rint(problem.weights)).all())
    step = 1.0 if whole else 1e-9 * total
    relaxed = Cuts(problem, sites=sites).tighten(chosen, until=until, tolerance=0.5 * step)
    bound = min(total, relaxed.bound)
    if bound - value < step:
        return chosen, value, "exchange"
    left = np.flatnonzero((relaxed.bound + relaxed.reduced >= value + step - 1e-6) | (relaxed.shares > 0.5))
    smaller, where = kept_open(problem, left)
    found = branched(smaller, np.flatnonzero(np.isin(where, chosen)), sites=sites, until=until, whole=whole)
    better = where[found.chosen]
    if covered_by(problem, better) > value:
        chosen, value = better, covered_by(problem, better)
    bound = min(bound, max(value, found.bound))
    return chosen, value if bound - value < step else bound, "branch and bound"
