"""The question of siting as matrices, and the answer of the solvers: who reaches whom, and which places are best."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from stations.analysis.siting.answers import Frontier, Selection
from stations.analysis.siting.cuts import Cuts
from stations.analysis.siting.search import covered_by, exchanged, greedy
from stations.analysis.siting.structure import reduced
from stations.model.errors import BadChoice
from stations.model.language import mark
from stations.planning.assess import Assessment
from stations.planning.candidates import Candidates, Where, candidates_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Sited:
    """A question's people with its stations and candidates: the columns are the stations, then the candidates.

    Attributes
    ----------
    stations
        How many of the first columns are stations that count as it is.
    places
        The columns as points in the metric CRS, indexed by station or candidate.
    reach
        CSR, demand × columns: whether a place is within reach of a point.
    """

    before: Assessment
    candidates: Candidates
    stations: int
    places: GeoDataFrame
    reach: csr_array

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The people of each point, as `analysis.weights.exact_weights`: every sum of them is exact."""
        people: NDArray[np.float64] = self.before.demand["people"].to_numpy(dtype=float)
        return people

    def positions(self, keys: Sequence[str]) -> Integers:
        """Return the columns of identifiers."""
        return np.asarray(self.places.index.get_indexer(list(keys)), np.intp)

    def within(self, columns: Integers) -> NDArray[np.bool_]:
        """Return which points have one of some columns within reach."""
        found: NDArray[np.bool_] = self.reach[:, columns].sum(axis=1) > 0
        return found

    def people(self, points: NDArray[np.bool_]) -> float:
        """Return how many people live at some points."""
        return float(self.weights[points].sum())

    def people_at(self, rows: Integers, *, without: NDArray[np.bool_]) -> float:
        """Return how many people live at some rows, without those of some points."""
        return float(self.weights[rows[~without[rows]]].sum())


@lru_cache(maxsize=4)
def sited(answer: Assessment, where: Where) -> Sited:
    """Return the people of an answer with its stations and the candidates of `where`. Raises as `candidates_of`."""
    import pandas as pd

    candidates, used = candidates_of(answer, where), answer.used
    places = pd.concat([used[["geometry"]], candidates.frame[["geometry"]]])
    pairs = answer.origins.pairs(places, radius_m=answer.question.radius_m)
    ones = np.ones(len(pairs.point), dtype=bool)
    reach = csr_array((ones, (pairs.point, pairs.station)), shape=(len(answer.demand), len(places)))
    return Sited(answer, candidates, len(used), places, reach)


def most_people(table: Sited, *, sites: int, fixed: Integers, seconds: float) -> Selection:
    """Return the choice of so many columns beside the fixed ones that reaches most people."""
    start = time.perf_counter()
    problem = reduced(table.reach.astype(float), table.weights, fixed=fixed)
    first = [step.candidate for step, _n in zip(greedy(problem), range(sites), strict=False)]
    chosen = exchanged(problem, np.array(first, np.intp))
    bound = float(problem.weights.sum())
    if len(problem.weights) and sites:
        bound = Cuts(problem, sites=sites).tighten(chosen, until=start + seconds, tolerance=0.0).bound
    objective = problem.base + covered_by(problem, chosen)
    bound = max(problem.base + bound, objective)
    selected = problem.candidates[chosen]
    took = time.perf_counter() - start
    return Selection(np.sort(selected), objective, bound, bound - objective < 1e-6, took, "cuts")


def frontier(table: Sited, *, fixed: Integers, most: int) -> Frontier:
    """Return what more and more columns beside the fixed ones reach."""
    start = time.perf_counter()
    problem = reduced(table.reach.astype(float), table.weights, fixed=fixed)
    steps = [step for step, _n in zip(greedy(problem), range(most), strict=False)]
    covered = problem.base + np.cumsum([step.gain for step in steps])
    whole = np.full(len(steps), problem.base + problem.weights.sum())
    order = problem.candidates[[step.candidate for step in steps]]
    return Frontier(order, covered, covered, whole, problem.base, time.perf_counter() - start)


def not_yet(value: object) -> BadChoice:
    """Return the error for what cannot be asked of the solvers."""
    return BadChoice(what=mark("What is wanted"), value=value, offered="most-people")
