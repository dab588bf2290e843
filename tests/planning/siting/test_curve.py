"""The budget curve: what is forced first, then what newly reaches most, until nobody can be added."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from stations.analysis.siting import Selection
from stations.model import numbers
from stations.model.errors import NoneInTime
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.coverage.assess import Question, assess
from stations.planning.questions import place_from, scenario_of
from stations.planning.siting import curve as curves
from stations.planning.siting.candidates import Where
from stations.planning.siting.curve import curve, frontier, with_fewer
from stations.planning.siting.order import Reached, build_order, one_after_the_other
from stations.planning.siting.proposal import SitingQuestion
from stations.planning.siting.recommend import proposals, recommend
from stations.planning.siting.solving import Sited, sited
from stations.planning.siting.tables import curve_table, money_table
from stations.planning.siting.views import money_cells, money_sentence
from tests.planning.siting.test_recommend import CELLS, GRID, NATIONAL, asked
from tests.planning.town import COVERED, PEOPLE, degrees

PLACES = [degrees(0.5, 1.5), degrees(2.5, 0.5)]
FORCED = tuple(f"{lon},{lat}" for lon, lat in PLACES)


@pytest.fixture
def table(demonstrated: Settings) -> Sited:
    return sited(assess(demonstrated, NATIONAL), GRID)


def reached(table: Sited, columns: list[int]) -> float:
    return float(table.weights[table.within(np.array(columns, np.intp))].sum())


def test_the_frontier_begins_with_what_is_and_is_made_once(demonstrated: Settings) -> None:
    table = sited(assess(demonstrated, replace(NATIONAL, tier=None)), CELLS)
    found = frontier(table, (0, 1))
    assert (found.alone, found.covered[-1], found.bound[-1]) == (COVERED, PEOPLE, PEOPLE)
    assert frontier(table, (0, 1)) is found


def test_each_next_one_newly_reaches_most(table: Sited) -> None:
    stays, new = np.arange(table.stations), table.stations + np.array([3, 0, 5, 9])
    order = build_order(new, Reached(table, stays=stays, columns=new))
    gains = Reached(table, stays=stays, columns=order)
    newly = np.array(one_after_the_other(gains, len(order), gains.gain))
    assert sorted(order) == sorted(new)
    assert list(newly) == sorted(newly, reverse=True)
    built = [*stays]
    for column, gain in zip(order, newly, strict=True):
        before = reached(table, built)
        assert gain == max(reached(table, [*built, other]) for other in new if other not in built) - before
        built.append(column)


@pytest.mark.parametrize("many", [0, 1, 3])
def test_what_is_forced_comes_first_and_no_choice_of_it_passes_the_bound(table: Sited, many: int) -> None:
    stays, forced = np.arange(table.stations), table.stations + np.array([2, 7, 11])[:many]
    columns, found = curve(table, stays=stays, forced=forced)
    assert list(found["candidate"].iloc[1:]) == list(table.places.index[columns])
    assert list(found.index) == list(range(len(found)))
    assert set(found["candidate"].iloc[1 : many + 1]) == set(table.places.index[forced])
    assert found["candidate"].iloc[1:].is_unique
    assert found["covered"].iloc[0] == reached(table, [*stays])
    for count in range(1, many + 1):
        most = max(reached(table, [*stays, *some]) for some in combinations(forced, count))
        assert found["covered"].iloc[count] <= most <= found["bound"].iloc[count]
    assert found["covered"].iloc[many] == reached(table, [*stays, *forced])
    assert found["covered"].iloc[-1] == reached(table, list(range(len(table.places))))
    assert (found["covered"] <= found["best"]).all()
    assert (found["best"] <= found["bound"]).all()


def test_a_pinned_place_counts_on_the_curve_as_in_the_list(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(3, question=NATIONAL, where=replace(GRID, forced=FORCED)))
    assert proposal.curve.index[0] == 0
    assert proposal.curve["covered"].iloc[0] == proposal.before.covered
    named = curve_table(proposal)
    there = {site.candidate for site in proposal.sites if site.forced}
    assert set(named["Candidate"].iloc[1:3]) == there
    assert {(site.lon, site.lat) for site in proposal.sites if site.forced} == {
        (round(lon, 6), round(lat, 6)) for lon, lat in map(place_from, FORCED)
    }
    assert named["Newly covered by the last"].iloc[1:3].sum() > 0
    assert proposal.curve.loc[3, "best"] == proposal.covered


def test_each_place_of_the_curve_can_be_found_on_a_map(demonstrated: Settings) -> None:
    found = recommend(demonstrated, asked(1, question=NATIONAL)).curve.iloc[1:]
    assert found[["lon", "lat"]].notna().all(axis=None)
    table = sited(assess(demonstrated, replace(NATIONAL, tier=None)), Where())
    _columns, line = curve(table, stays=np.empty(0, np.intp), forced=np.empty(0, np.intp))
    freed = line.iloc[1:]
    stations = freed["candidate"].isin(table.before.used.index)
    assert stations.any()
    assert freed["lon"].isna().equals(stations)


def test_the_curve_says_what_each_costs_and_all_together(demonstrated: Settings) -> None:
    own = "{},{}".format(*degrees(0.3, 0.55))
    where = replace(GRID, forced=(own,), costs=((CandidateSource.GRID, 4.0), (CandidateSource.PLACE, 6.5)))
    proposal = recommend(demonstrated, asked(2, question=NATIONAL, where=where))
    told = curve_table(proposal)
    assert list(told["Cost, together"].iloc[:3]) == [0.0, 6.5, 10.5]
    assert told["Cost per person"].iloc[2] == round(4.0 / told["Newly covered by the last"].iloc[2], 2)
    unknown = recommend(demonstrated, asked(2, question=NATIONAL, where=replace(where, costs=where.costs[:1])))
    assert curve_table(unknown)["Cost, together"].iloc[1:].isna().all()
    assert "Cost, together" not in curve_table(recommend(demonstrated, asked(2, question=NATIONAL, where=GRID)))


@pytest.mark.parametrize("model", [SitingModel.LEAST_DISTANCE, SitingModel.LEAST_FARTHEST])
def test_how_far_people_go_is_answered_where_nobody_is_within_reach(demonstrated: Settings, model: SitingModel) -> None:
    where = Where(sources=(CandidateSource.PLACE,), forced=("{},{}".format(*degrees(0.25, 0.5)),))
    alone = Question(1.0, scenario=scenario_of(close=["T-1", "T-2"]))
    proposal = recommend(demonstrated, asked(1, question=alone, where=where, model=model))
    assert proposal.proven
    assert list(proposal.curve["covered"]) == [0.0, 0.0]


TWO_KINDS = replace(
    GRID,
    sources=(CandidateSource.DEMAND, CandidateSource.GRID),
    costs=((CandidateSource.DEMAND, 3.0), (CandidateSource.GRID, 5.0), (CandidateSource.PLACE, 1.0)),
)


def paid(budget: float, **other: object) -> SitingQuestion:
    wish = {"question": NATIONAL, "where": TWO_KINDS, "budget": budget, **other}
    return SitingQuestion(model=SitingModel.BUDGET, **wish)  # type: ignore[arg-type]


@pytest.mark.parametrize("forced", [(), FORCED[:1]], ids=["free", "pinned"])
def test_for_less_and_more_money_is_told_what_each_amount_would_reach(
    demonstrated: Settings, forced: tuple[str, ...]
) -> None:
    wanted = paid(8.0, where=replace(TWO_KINDS, forced=forced))
    proposal = recommend(demonstrated, wanted)
    money = proposal.money
    assert money is not None
    assert money.loc[8.0, "covered"] == proposal.objective
    assert (money["covered"] <= money["bound"]).all()
    assert money["covered"].is_monotonic_increasing
    assert money.index[-1] == 32.0
    for amount in (each for each in money.index if each >= 3.0):
        alone = recommend(demonstrated, replace(wanted, budget=amount))
        assert (money.loc[amount, "covered"], money.loc[amount, "bound"]) == (alone.objective, alone.bound)
    if not forced:
        assert tuple(money.loc[0.0]) == (proposal.before.covered, proposal.before.covered, 0)
    table = money_table(proposal)
    assert list(table["People within reach"]) == list(money["covered"])
    assert table["People more than with less"].sum() == money["covered"].iloc[-1] - money["covered"].iloc[0]
    assert (table["Gap (%)"] == 0).all()
    assert forced or table["People more than with less"].iloc[0] == 0


def test_amounts_that_cannot_keep_the_conditions_are_left_out(demonstrated: Settings) -> None:
    wanted = paid(20.0, closest_m=1010.0)
    money = recommend(demonstrated, wanted).money
    assert money is not None
    assert 0.0 not in money.index
    assert 20.0 in money.index


def test_the_curve_over_money_comes_last_and_only_of_a_budget(demonstrated: Settings) -> None:
    found = list(proposals(demonstrated, paid(8.0)))
    assert [each.money is None for each in found] == [True] * (len(found) - 1) + [False]
    assert recommend(demonstrated, asked(1, question=NATIONAL)).money is None


def test_what_more_money_would_reach_is_said(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, paid(6.0))
    money = proposal.money
    assert money is not None
    said = money_sentence(proposal)
    for amount, words in ((3.0, "fewer"), (7.5, "more"), (12.0, "more")):
        change = abs(money.loc[amount, "covered"] - proposal.covered)
        assert (f"({numbers.money(amount)}) {change:,.0f} people {words}" in said) == (change > 0)
    assert "(3) 50 people fewer" in said
    cells = money_cells(proposal)
    assert len(cells) == 2 * len(money)
    assert set(cells["money"]) == set(money.index)


@pytest.mark.parametrize("forced", [(), FORCED[:1]], ids=["free", "pinned"])
@pytest.mark.parametrize("share", [0.5, 0.7, 0.9, 1.0])
def test_of_the_fewest_for_a_share_those_of_the_curve_are_taken_where_they_are_fewer(
    demonstrated: Settings, share: float, forced: tuple[str, ...]
) -> None:
    wanted = SitingQuestion(NATIONAL, SitingModel.FEWEST_SITES, replace(GRID, forced=forced), share=share)
    proven = recommend(demonstrated, wanted)
    table = sited(assess(demonstrated, NATIONAL), wanted.where)
    pinned = table.candidate(forced)
    fixed = np.union1d(np.arange(table.stations), pinned)
    everything = np.setdiff1d(np.arange(len(table.places)), fixed)
    poor = Selection(everything, len(everything) + len(pinned), 0.0, False, 0.1, "greedy")
    found = with_fewer(table, wanted, poor, fixed=fixed)
    assert proven.objective <= found.objective < poor.objective
    assert 0 < found.bound <= proven.objective
    assert reached(table, [*fixed, *found.selected]) >= share * proven.before.total
    assert found.objective == len(found.selected) + len(pinned)
    assert found.proven == (found.objective == found.bound)


def test_of_money_that_is_more_than_enough_the_sentence_says_how_much_is(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, paid(100.0))
    money = proposal.money
    assert money is not None
    enough = money.index[money["covered"] == money["covered"].iloc[-1]][0]
    said = money_sentence(proposal)
    assert f"{numbers.money(enough)} is enough: more money reaches nobody else." in said
    assert " 0 people" not in said


def test_money_that_does_not_pay_for_the_conditions_is_named(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, paid(20.0, closest_m=1010.0))
    money = proposal.money
    assert money is not None
    (named,) = re.findall(r"^With ([0-9.,]+) nothing was found that keeps what is asked", money_sentence(proposal))
    assert 0 < float(named) < money.index[0]
    assert math.isnan(money_table(proposal)["People more than with less"].iloc[0])


def test_a_budget_of_nothing_is_one_amount(demonstrated: Settings) -> None:
    free = replace(TWO_KINDS, costs=tuple((source, 0.0) for source, _cost in TWO_KINDS.costs))
    proposal = recommend(demonstrated, paid(0.0, where=free))
    money = proposal.money
    assert money is not None
    assert list(money.index) == [0.0]
    assert "is enough" in money_sentence(proposal)


def test_where_there_is_no_time_for_other_amounts_the_budget_itself_is_told(
    demonstrated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_arguments: object, **_named: object) -> None:
        raise NoneInTime(seconds=0.0)

    proposal = recommend(demonstrated, paid(20.0, closest_m=1010.0))
    monkeypatch.setattr(curves, "solved", late)
    table = sited(proposal.before, proposal.wanted.where)
    money = curves.money_curve(table, proposal, fixed=np.arange(table.stations), seconds=0.0)
    assert list(money.index) == [20.0]
    assert money.loc[20.0, "covered"] == proposal.objective
    assert "nothing was found" in money_sentence(replace(proposal, money=money))
