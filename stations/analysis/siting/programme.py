"""From a question about covering to what is solved, and back to the answer, or to why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from stations.analysis.siting.answers import Selection
from stations.analysis.siting.conditions import Conditions, Floors, near_rows
from stations.analysis.siting.dominance import irreducible, without_outdone
from stations.analysis.siting.limits import Limits
from stations.analysis.siting.proof import Outcome, best_choice
from stations.analysis.siting.questions import (
    BUDGET,
    COSTS,
    NEAR,
    SITES,
    WEIGHTS,
    amount,
    amounts,
    end_of,
    number_of_sites,
    percent,
    positions,
    reach_of,
    require_somebody,
)
from stations.analysis.siting.structure import NOTHING, Covering, Floats, Integers, reduced
from stations.model.errors import (
    BadTable,
    BothTooLittle,
    BudgetTooSmall,
    NoneInTime,
    SitingError,
    TargetOutOfReach,
    TooFewForAll,
)
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Question:
    """A question that has been looked at: who is in reach of whom, weights, fixed and open candidates, costs, time."""

    reach: csr_array
    weights: Floats
    fixed: Integers
    open_ones: Integers
    costs: Floats | None
    near: csr_array | None
    floors: Floors
    begin: float
    until: float

    @classmethod
    def of(
        cls,
        reach: object,
        weights: ArrayLike | None,
        *,
        fixed: ArrayLike | None,
        costs: ArrayLike | None = None,
        conditions: Conditions | None,
        time_limit_s: float,
    ) -> Question:
        """Return the question; raises a SitingError where it cannot be meant. Weights that are not given are 1 each."""
        begin, pairs = time.perf_counter(), reach_of(reach)
        wish = Conditions() if conditions is None else conditions
        if not isinstance(wish, Conditions):
            raise BadTable(what=mark("The conditions"), reason=mark("they are no Conditions"))
        rows, candidates = pairs.shape
        people = amounts(np.ones(rows) if weights is None else weights, what=WEIGHTS, count=rows)
        kept = positions(fixed, count=candidates)
        require_somebody(pairs, people)
        return cls(
            reach=pairs,
            weights=people,
            fixed=kept,
            open_ones=np.setdiff1d(np.arange(candidates), kept),
            costs=None if costs is None else amounts(costs, what=COSTS, count=candidates),
            near=None if wish.near is None else reach_of(wish.near, what=NEAR, shape=pairs.shape),
            floors=Floors(wish, people),
            begin=begin,
            until=end_of(begin, time_limit_s=time_limit_s),
        )

    def most(self, sites: int | None, *, budget: float | None = None, again: Floats | None = None) -> Selection:
        """Return what covers most with so many sites and so much money; `again` is what each row adds a second time."""
        if budget is None and self.costs is not None:
            return replace(self, costs=None).most(sites, again=again)  # they decide nothing
        problem = self._reduced(again)
        limits = Limits(
            costs=self._prices(problem.candidates),
            sites=self._sites(sites, budget=budget),
            budget=np.inf if budget is None else amount(budget, what=BUDGET),
            floors=self._floors(0.0),
            near=self._near_rows(problem.candidates),
            least=False,
        )
        self._require_money(limits)
        outcome = best_choice(problem, limits, until=self.until)
        if outcome.chosen is None:
            raise self._refusal(problem, limits, outcome)
        found = self._selection(problem, outcome, base=problem.base)
        if budget is None and self.near is None and again is None and found.objective < self._reachable * (1 - NOTHING):
            return found  # whoever wins nothing would be another one
        return replace(found, selected=self._without_idle(found.selected, times=1 if again is None else 2))

    def _without_idle(self, selected: Integers, *, times: int) -> Integers:
        """Return sites without those beside which nobody counts less, the dearest left out first.

        `times`: how often it counts that somebody is in reach; to be near counts once.
        """
        columns, counted = np.concatenate([self.fixed, selected]), self.weights > 0
        tables = [self.reach] if self.near is None else [self.reach, self.near]
        of_sites = csc_array(vstack([table[:, columns][counted] for table in tables]))
        needed = np.repeat([times, 1][: len(tables)], counted.sum())
        count, idle = np.bincount(of_sites.indices, minlength=len(needed)), []
        prices = np.zeros(len(selected)) if self.costs is None else self.costs[selected]
        for place in np.argsort(-prices, kind="stable"):
            begin, end = of_sites.indptr[len(self.fixed) + place :][:2]
            rows = of_sites.indices[begin:end]
            if (count[rows] > needed[rows]).all():
                count[rows] -= 1
                idle.append(place)
        return np.delete(selected, idle)

    def least(self, share: float) -> Selection:
        """Return what costs least and covers a share of all weight."""
        total, reachable = self.weights.sum(), self._reachable
        target = share * total
        if target > reachable * (1 + NOTHING):
            raise TargetOutOfReach(target=percent(share), possible=percent(reachable / total))
        whole = target >= reachable * (1 - NOTHING)
        floors = self._floors(0.0 if whole else target * (1 - NOTHING) - self._counted(self._covered))
        if floors.size:
            problem = self._reduced(None)
            near = self._near_rows(problem.candidates, everybody=whole)
        else:
            near = self._near_rows(self.open_ones, everybody=whole)
            near, left = irreducible(near, self._prices(self.open_ones))
            problem = _uncounted(self.open_ones[left])
        costs = self._prices(problem.candidates)
        limits = Limits(costs=costs, sites=np.inf, budget=np.inf, floors=floors, near=near, least=True)
        outcome = best_choice(problem, limits, until=self.until)
        if outcome.chosen is None:
            raise self._none_in_time()
        return self._selection(problem, outcome, base=0.0)

    def _prices(self, candidates: Integers) -> Floats:
        """Return what each of some candidates costs; 1 where nothing is said."""
        return np.ones(len(candidates)) if self.costs is None else self.costs[candidates]

    @property
    def _covered(self) -> NDArray[np.bool_]:
        """Which rows the fixed sites cover."""
        return np.asarray(np.diff(csr_array(self.reach[:, self.fixed]).indptr) > 0, dtype=np.bool_)

    @property
    def _reachable(self) -> float:
        """What all candidates together cover."""
        return self._counted(np.diff(self.reach.indptr) > 0)

    def _counted(self, rows: NDArray[np.bool_]) -> float:
        return float(self.weights[rows].sum())

    def _sites(self, sites: int | None, *, budget: float | None) -> float:
        if sites is not None:
            return number_of_sites(sites, candidates=len(self.open_ones))
        if budget is None:
            raise BadTable(what=SITES, reason=mark("neither it nor a budget is given"))
        return np.inf

    def _require_money(self, limits: Limits) -> None:
        """Raise BudgetTooSmall where nothing can be paid; where something has to be, another refusal says how much."""
        cheapest = float(self._prices(self.open_ones).min(initial=np.inf))
        required = limits.near.shape[0] > 0 or (limits.floors > 0).any()
        if limits.budget * (1 + NOTHING) < cheapest < np.inf and not required:
            raise BudgetTooSmall(budget=limits.budget, cheapest=cheapest)

    def _floors(self, target: float) -> Floats:
        return self.floors.missing(self._covered, np.diff(self.reach.indptr) > 0, target=target)

    def _near_rows(self, candidates: Integers, *, everybody: bool = False) -> csr_array:
        """Return of which of some candidates one has to be chosen; `everybody`: so that all who can be are in reach."""
        tables = [] if self.near is None else [self.near]
        wanted = [self.weights > 0] * len(tables)
        if everybody:
            tables.append(self.reach)
            wanted.append((self.weights > 0) & (np.diff(self.reach.indptr) > 0))
        if not tables:
            return csr_array((0, len(candidates)))
        return near_rows(csr_array(vstack(tables)), np.concatenate(wanted), fixed=self.fixed, open_ones=candidates)

    def _reduced(self, again: Floats | None) -> Covering:
        """Return what is to be solved: without those who are outdone, where being reached is all that counts, once."""
        problem = reduced(self.reach, self.weights, fixed=self.fixed, again=again, district=self.floors.district)
        if again is not None or self.near is not None:
            return problem
        return without_outdone(problem, self._prices(problem.candidates))

    def _selection(self, problem: Covering, outcome: Outcome, *, base: float) -> Selection:
        chosen = np.array([], np.intp) if outcome.chosen is None else problem.candidates[outcome.chosen]
        return Selection(
            selected=np.sort(chosen),
            objective=abs(base + outcome.value),
            bound=abs(base + outcome.bound),
            proven=outcome.bound <= outcome.value,
            seconds=time.perf_counter() - self.begin,
            method=outcome.method,
        )

    def _none_in_time(self) -> NoneInTime:
        return NoneInTime(seconds=round(self.until - self.begin, 3))

    def _refusal(self, problem: Covering, limits: Limits, outcome: Outcome) -> SitingError:
        """Return why no choice keeps the limits, and what would be enough: of both, where there are too few of both."""
        if outcome.bound > -np.inf:
            return self._none_in_time()
        until = time.perf_counter() + self.until - self.begin
        free = replace(limits, sites=np.inf, budget=np.inf, least=True)
        fewest = self._needed(problem, replace(free, costs=np.ones(problem.count)), until=until)
        sites = max(limits.sites, fewest)
        money = self._needed(problem, replace(free, sites=sites), until=until) if limits.budget < np.inf else 0.0
        if not max(fewest, money) < np.inf:
            return self._none_in_time()
        if sites > limits.sites and money > limits.budget:
            return BothTooLittle(sites=int(limits.sites), budget=limits.budget, enough=int(sites), needed=money)
        if sites > limits.sites:
            return TooFewForAll(what=SITES, given=int(limits.sites), needed=int(sites))
        if money > limits.budget:
            return TooFewForAll(what=BUDGET, given=limits.budget, needed=money)
        return self._none_in_time()

    @staticmethod
    def _needed(problem: Covering, limits: Limits, *, until: float) -> float:
        """Return what the cheapest choice within the limits costs that is found; infinity where none is."""
        return -best_choice(problem, limits, until=until).value


def _uncounted(candidates: Integers) -> Covering:
    """Return a problem in which nothing is counted: its candidates alone."""
    rows = csr_array((0, len(candidates)))
    nothing = np.empty(0)
    return Covering(rows, csc_array(rows), nothing, nothing, np.empty(0, np.intp), 0.0, candidates)
