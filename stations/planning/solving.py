"""The question of siting as matrices, and the answer of the solvers: who reaches whom, and which places are best."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from stations.analysis.siting import (
    Frontier,
    Selection,
    covering_frontier,
    max_covering,
    p_median,
    set_covering,
)
from stations.model.errors import BadChoice, NotGiven
from stations.model.language import mark
from stations.model.siting import SitingModel
from stations.planning.assess import Assessment
from stations.planning.candidates import Candidates, Where, candidates_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from stations.planning.siting import SitingQuestion

    Integers = NDArray[np.intp]

MOST_PAIRS = 20_000_000
"""Distances that are kept for the models that look at each: 250 MB."""

FAR = 2.0
"""How far ways along streets are followed, by the distance across all places."""


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

    @cached_property
    def metres(self) -> csr_array:
        """CSR, demand × columns: metres from a point to a place, as the question measures, of what can be reached.

        Raises `BadChoice` where these would be more than `MOST_PAIRS`.
        """
        if len(self.weights) * len(self.places) > MOST_PAIRS:
            offered = mark("fewer places, or a wider grid: this model looks at the way of everybody to each")
            raise BadChoice(what=mark("Candidates"), value=f"{len(self.places):,}", offered=offered)
        west, south, east, north = self.places.total_bounds
        pairs = self.before.origins.pairs(self.places, radius_m=FAR * float(np.hypot(east - west, north - south)))
        return csr_array((pairs.distance_m, (pairs.point, pairs.station)), shape=self.reach.shape)

    def positions(self, keys: Sequence[str]) -> Integers:
        """Return the columns of identifiers."""
        return np.asarray(self.places.index.get_indexer(list(keys)), np.intp)

    def within(self, columns: Integers) -> NDArray[np.bool_]:
        """Return which points have one of some columns within reach."""
        found: NDArray[np.bool_] = self.reach[:, columns].sum(axis=1) > 0
        return found

    def people_at(self, rows: Integers, *, without: NDArray[np.bool_]) -> float:
        """Return how many people live at some rows, without those of some points."""
        return float(self.weights[rows[~without[rows]]].sum())


@lru_cache(maxsize=2)  # they may be large
def sited(before: Assessment, where: Where) -> Sited:
    """Return the people of an answer with its stations and the candidates of `where`. Raises as `candidates_of`."""
    import pandas as pd

    candidates, used = candidates_of(before, where), before.used
    places = pd.concat([used[["geometry"]], candidates.frame[["geometry"]]])
    pairs = before.origins.pairs(places, radius_m=before.question.radius_m)
    ones = np.ones(len(pairs.point), dtype=bool)
    reach = csr_array((ones, (pairs.point, pairs.station)), shape=(len(before.demand), len(places)))
    return Sited(before, candidates, len(used), places, reach)


def solved(table: Sited, wanted: SitingQuestion, *, fixed: Integers, seconds: float) -> Selection:
    """Return the choice of columns that is best beside the fixed ones, with its proof.

    Raises
    ------
    NotGiven, BadChoice
        A number that the model needs is not there, or is none.
    SitingError
        The question has no answer; the error says which one has.
    """
    known = {"fixed": fixed, "time_limit_s": seconds}
    match wanted.model:
        case SitingModel.MOST_PEOPLE:
            return max_covering(table.reach, table.weights, sites=_so_many(wanted), **known)
        case SitingModel.FEWEST_SITES:
            found = set_covering(table.reach, weights=table.weights, share=_share(wanted), **known)
            forced = len(wanted.where.forced)  # which were fixed, and are new stations, too
            return replace(found, objective=found.objective + forced, bound=found.bound + forced)
        case SitingModel.LEAST_DISTANCE:
            return p_median(table.metres, table.weights, sites=_so_many(wanted), **known)
        case _:
            raise BadChoice(
                what=mark("What is wanted"), value=wanted.model, offered="most-people, fewest-sites, least-distance"
            )


def _share(wanted: SitingQuestion) -> float:
    if wanted.share is None:
        raise NotGiven(what=mark("Share of the people"), offered=mark("--share PART, for example 0.5"))
    return wanted.share


def _so_many(wanted: SitingQuestion) -> int:
    """Return how many sites are to be chosen beside those that are forced."""
    forced = len(wanted.where.forced)
    if wanted.sites is None:
        raise NotGiven(what=mark("Number of stations"), offered=mark("--sites NUMBER"))
    if wanted.sites < max(forced, 1):
        offered = str(max(forced, 1))
        raise BadChoice(what=mark("Number of stations"), value=wanted.sites, offered=f"≥ {offered}")
    return wanted.sites - forced


@lru_cache(maxsize=8)
def frontier(table: Sited, fixed: tuple[int, ...], *, most: int) -> Frontier:
    """Return what more and more columns beside the fixed ones reach, with a bound for each number of them."""
    most = min(most, len(table.places) - len(fixed))
    return covering_frontier(table.reach, table.weights, fixed=np.array(fixed, np.intp), max_sites=most)
