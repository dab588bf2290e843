"""The question of siting as matrices, and the answer of the solvers: who reaches whom, and which places are best."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from stations.analysis.siting import (
    Conditions,
    Selection,
    backup_covering,
    capacitated_covering,
    max_covering,
    p_center,
    p_median,
    set_covering,
)
from stations.model import numbers
from stations.model.errors import BadAmount, BadChoice, CostNotGiven, NoneInTime, NotGiven, TooFewForAll
from stations.model.language import current_language, listed, mark, ngettext
from stations.model.language import gettext as _
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.show import district_name
from stations.planning.siting.candidates import Candidates, Where, candidates_of
from stations.planning.siting.places_refused import too_many
from stations.planning.siting.refusals import counting, require_together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import Series

    from stations.planning.siting.proposal import SitingQuestion

    Integers = NDArray[np.intp]

MOST_PAIRS = 20_000_000
"""Distances that are kept for the models that look at each: 250 MB."""

ROUNDING = 1e-12
"""The share of a sum of money that may be the rounding of its parts."""

FAR = 2.0
"""How far ways along streets are followed, by the distance across all places and all people."""


@dataclass(frozen=True, eq=False)
class Sited:
    """A question's people with its stations and candidates: the columns are the stations, then the candidates.

    Attributes
    ----------
    where
        Where the candidates may be.
    stations
        How many of the first columns are stations that count as it is.
    places
        The columns as points in the metric CRS, indexed by station or candidate.
    """

    before: Assessment
    where: Where
    candidates: Candidates
    stations: int
    places: GeoDataFrame

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The people of each point, as `analysis.weights.exact_weights`: every sum of them is exact."""
        people: NDArray[np.float64] = self.before.demand["people"].to_numpy(dtype=float)
        return people

    @cached_property
    def reach(self) -> csr_array:
        """CSR, demand × columns: whether a place is within reach of a point."""
        return _reached(self.within_m(self.before.question.radius_m))

    @cached_property
    def metres(self) -> csr_array:
        """CSR, demand × columns: metres from a point to a place, as the question measures, of what can be reached.

        Raises `BadChoice` where these would be more than `MOST_PAIRS`.
        """
        if len(self.weights) * len(self.places) > MOST_PAIRS:
            raise self._too_many(max(0, MOST_PAIRS // len(self.weights) - self.stations))
        ends = np.vstack([self.places.total_bounds, self.before.demand.total_bounds])
        across = ends[:, 2:].max(axis=0) - ends[:, :2].min(axis=0)
        return self.within_m(max(1.0, FAR * float(np.hypot(*across))))

    def _too_many(self, most: int) -> BadChoice:
        """Return that a model that looks at each way needs fewer candidates, and which grid has so few, or sources."""
        counts = Counter(self.candidates.frame["source"])
        why = _("this model looks at the way of everybody to each")
        return too_many(counts, self.where.spacing_m(self.before.question.radius_m), most=most, why=why)

    def within_m(self, radius_m: float) -> csr_array:
        """Return CSR, demand × columns: metres from a point to a place at most so far away."""
        pairs = self.before.origins.pairs(self.places, radius_m=radius_m)
        shape = (len(self.before.demand), len(self.places))
        return csr_array((pairs.distance_m, (pairs.point, pairs.station)), shape=shape)

    def standing(self, keys: Sequence[str]) -> Integers:
        """Return the columns of stations by their number."""
        return np.asarray(self.before.used.index.get_indexer(list(keys)), np.intp)

    def candidate(self, keys: Sequence[str]) -> Integers:
        """Return the columns of candidates by their identifier, which may be a station's number, too."""
        return self.stations + np.asarray(self.candidates.frame.index.get_indexer(list(keys)), np.intp)

    @cached_property
    def forced(self) -> Integers:
        """The columns of the candidates that are built in any case."""
        return self.candidate(self.candidates.forced)

    def within(self, columns: Integers) -> NDArray[np.bool_]:
        """Return which points have one of some columns within reach."""
        found: NDArray[np.bool_] = self.reach[:, columns].sum(axis=1) > 0
        return found

    def people_at(self, rows: Integers, *, without: NDArray[np.bool_]) -> float:
        """Return how many people live at some rows, without those of some points."""
        return float(self.weights[rows[~without[rows]]].sum())


def _reached(metres: csr_array) -> csr_array:
    """Return who reaches whom, also who is there already, 0 m away."""
    return csr_array((np.ones(metres.nnz, dtype=bool), metres.indices, metres.indptr), shape=metres.shape)


@lru_cache(maxsize=2)  # they may be large
def sited(before: Assessment, where: Where) -> Sited:
    """Return the people of an answer with its stations and the candidates of `where`. Raises as `candidates_of`."""
    import pandas as pd

    candidates, used = candidates_of(before, where), before.used
    places = pd.concat([used[["geometry"]], candidates.frame[["geometry"]]])
    return Sited(before, where, candidates, len(used), places)


def solved(table: Sited, wanted: SitingQuestion, *, fixed: Integers, seconds: float) -> Selection:
    """Return the choice of columns that is best beside the fixed ones, with its proof.

    Raises
    ------
    NotGiven, CostNotGiven, BadChoice
        A number that the model needs is not there, or is none.
    SitingError
        The question has no answer; the error says which one has.
    """
    require_together(wanted)
    paying = wanted.model is SitingModel.BUDGET
    with counting(0 if paying else len(table.forced), candidates=len(table.candidates.frame)):
        if paying:
            return _for_money(table, wanted, fixed=fixed, seconds=seconds)
        if not wanted.model.covers:
            return _nearest(table, wanted, fixed=fixed, seconds=seconds)
        if wanted.capacity is not None:
            return _served(table, wanted, each=wanted.capacity, fixed=fixed, seconds=seconds)
        return _covering(table, wanted, fixed=fixed, seconds=seconds)


def _served(table: Sited, wanted: SitingQuestion, *, each: float, fixed: Integers, seconds: float) -> Selection:
    return capacitated_covering(
        table.within_m(table.before.question.radius_m),
        table.weights,
        sites=_so_many(table, wanted),
        capacity=_capacities(table, each),
        fixed=fixed,
        time_limit_s=seconds,
    )


def _nearest(table: Sited, wanted: SitingQuestion, *, fixed: Integers, seconds: float) -> Selection:
    metres, people, sites = table.metres, table.weights, _so_many(table, wanted)
    if wanted.model is SitingModel.LEAST_DISTANCE:
        return p_median(metres, people, sites=sites, fixed=fixed, time_limit_s=seconds)
    return p_center(metres[np.flatnonzero(people > 0)], sites=sites, fixed=fixed, time_limit_s=seconds)


def _covering(table: Sited, wanted: SitingQuestion, *, fixed: Integers, seconds: float) -> Selection:
    reach, people, conditions = table.reach, table.weights, _conditions(table, wanted)
    if wanted.model is SitingModel.FEWEST_SITES:
        share, forced = _share(wanted), len(table.forced)
        found = set_covering(
            reach, weights=people, share=share, fixed=fixed, time_limit_s=seconds, conditions=conditions
        )
        # what is forced is fixed there, and a new station all the same
        return replace(found, objective=found.objective + forced, bound=found.bound + forced)
    asked = _so_many(table, wanted)
    if wanted.twice:
        return backup_covering(
            reach, people, sites=asked, backup=1.0, fixed=fixed, time_limit_s=seconds, conditions=conditions
        )
    found = max_covering(reach, people, sites=asked, fixed=fixed, time_limit_s=seconds, conditions=conditions)
    least = partial(set_covering, reach, weights=people, fixed=fixed, conditions=conditions)
    return fewest(table, found, least, costs=np.ones(reach.shape[1]), seconds=seconds)


def fewest(
    table: Sited,
    found: Selection,
    least: Callable[..., Selection],
    *,
    costs: NDArray[np.float64],
    seconds: float,
) -> Selection:
    """Return of those who reach everybody the fewest, or the cheapest, that `least` finds in the time that is left.

    What was found stays where they are no fewer, or no cheaper.
    """
    everybody = table.weights[np.diff(table.reach.indptr) > 0].sum()
    if found.objective < everybody:
        return found
    try:
        fewer = least(share=everybody / table.weights.sum(), time_limit_s=max(0.0, seconds - found.seconds))
    except NoneInTime:
        return found
    better = costs[fewer.selected].sum() < costs[found.selected].sum() * (1 - ROUNDING)
    selected = fewer.selected if better else found.selected
    return replace(found, selected=selected, seconds=found.seconds + fewer.seconds)


def _for_money(table: Sited, wanted: SitingQuestion, *, fixed: Integers, seconds: float) -> Selection:
    """Return the most people for the money; where it is too little, the error says how much is enough."""
    reach, people, conditions = table.reach, table.weights, _conditions(table, wanted)
    costs, left, spent = _costs(table, wanted)
    open_costs = np.delete(costs, fixed)
    paid = affordable(open_costs, left, some=len(table.forced) > 0)
    ask = partial(max_covering, reach, people, fixed=fixed, time_limit_s=seconds, conditions=conditions)
    try:
        found = ask(sites=paid, costs=costs, budget=left if paid is None else None)
        least = partial(set_covering, reach, weights=people, fixed=fixed, costs=costs, conditions=conditions)
        return fewest(table, found, least, costs=costs, seconds=seconds)
    except TooFewForAll as refused:
        needed = float(refused.fields["needed"])  # type: ignore[arg-type]  # a number
        if paid is not None and open_costs.min() == open_costs.max():
            needed *= float(open_costs.min())
        elif paid is not None:
            least = partial(set_covering, reach, weights=people, share=0.0, fixed=fixed, costs=costs)
            needed = least(time_limit_s=seconds, conditions=conditions).objective
        raise TooFewForAll(what=mark("Budget"), given=wanted.budget, needed=spent + needed) from refused


def affordable(costs: NDArray[np.float64], budget: float, *, some: bool) -> int | None:
    """Return how many sites a budget pays for where that is all it says: each costs the same, or `some` took it all.

    A number of sites is proven sooner than a budget. ``None`` where it depends on which, or where it pays for nothing.
    """
    cheapest, dearest = float(costs.min(initial=np.inf)), float(costs.max(initial=0.0))
    if budget < cheapest:
        return 0 if some else None
    return int(min(len(costs), budget / cheapest * (1 + ROUNDING))) if 0 < cheapest == dearest else None


def _conditions(table: Sited, wanted: SitingQuestion) -> Conditions:
    """Return what every choice has to keep: nobody too far from a station, no district below its share."""
    near, district = None, None
    floors: dict[object, float] | None = None
    if wanted.closest_m is not None:
        near = _near(table, wanted.closest_m)
    if wanted.floor:
        held, lives_in = table.before.holdings, table.before.demand["district"]
        names = {code: district_name(held, code) for code in lives_in.dropna().unique()}
        district = lives_in.map(names).fillna("").to_numpy(dtype=str)
        somebody = set(district[table.weights > 0])
        floors = {name: wanted.floor for name in names.values() if name in somebody}
    return Conditions(near=near, district=district, floors=floors)


def _near(table: Sited, closest_m: float) -> csr_array:
    """Return who is near which place. Raises `BadChoice` with the least distance that does, where somebody is alone."""
    near = _reached(table.within_m(closest_m))
    alone = np.flatnonzero((np.diff(near.indptr) == 0) & (table.weights > 0))
    farthest_m = float(table.before.origins.at(alone).nearest(table.places)["distance_m"].max()) if len(alone) else 0.0
    if len(alone) and np.isfinite(farthest_m):
        least = float(math.ceil(farthest_m))
        what, value = mark("Nobody farther than"), numbers.stated(closest_m)
        raise BadAmount(what=what, value=value, offered=f"≥ {numbers.length(least)}", choice="closest", amount=least)
    return near


def _capacities(table: Sited, each: float) -> NDArray[np.float64]:
    """Return how many people each column serves: what the list of hosts says of it, else what each does."""
    own = table.candidates.frame["capacity"].fillna(each).to_numpy(dtype=float)
    return np.concatenate([np.full(table.stations, each), own])


def _share(wanted: SitingQuestion) -> float:
    if wanted.share is None:
        raise NotGiven(what=mark("Share of the people"), offered=mark("--share PART, for example 0.5"))
    return wanted.share


def _costs(table: Sited, wanted: SitingQuestion) -> tuple[NDArray[np.float64], float, float]:
    """Return what each column costs (what stands or is forced: nothing), what is left, and what is forced costs."""
    if wanted.budget is None:
        raise NotGiven(what=mark("Budget"), offered=mark("--budget AMOUNT"))
    if not wanted.budget < np.inf:
        offered = mark("a number from 0 to 1,000,000,000,000")
        raise BadChoice(what=mark("Budget"), value=wanted.budget, offered=offered)
    own = table.candidates.frame["cost"]
    if own.isna().any():
        raise _without_cost(table.candidates.frame["source"][own.isna()])
    costs = np.concatenate([np.zeros(table.stations), own.to_numpy(dtype=float)])
    spent = float(costs[table.forced].sum())
    if wanted.budget < spent * (1 - ROUNDING):
        what, value = mark("Budget"), f"{wanted.budget:,.15g}"
        raise BadAmount(what=what, value=value, offered=f"≥ {spent:,.15g}", choice="budget", amount=spent)
    costs[table.forced] = 0.0
    return costs, max(wanted.budget - spent, 0.0), spent


def _without_cost(sources: Series) -> CostNotGiven:
    """Return that the candidates of these sources have no cost, one source for each of them."""
    kinds = [source for source in CandidateSource if source in set(sources)]
    words = ngettext("Cost of {count} candidate ({sources})", "Cost of {count} candidates ({sources})", len(sources))
    named = listed(source.label(current_language()) for source in kinds)
    options = listed(_("--cost {source}=AMOUNT").format(source=source.value) for source in kinds)
    return CostNotGiven(what=words.format(count=f"{len(sources):,}", sources=named), options=options)


def _so_many(table: Sited, wanted: SitingQuestion) -> int:
    """Return how many sites are to be chosen beside those that are forced."""
    forced = len(table.forced)
    if wanted.sites is None:
        raise NotGiven(what=mark("Number of stations"), offered=mark("--sites NUMBER"))
    least = max(forced, 1)
    if wanted.sites < least:
        what = mark("Number of stations")
        raise BadAmount(what=what, value=wanted.sites, offered=f"≥ {least}", choice="sites", amount=least)
    return wanted.sites - forced
