"""The budget curve: what is forced first, then what newly reaches most, until nobody can be added."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.coverage.assess import Question, assess
from stations.planning.questions import scenario_of
from stations.planning.siting.candidates import Where
from stations.planning.siting.curve import build_order, curve, frontier
from stations.planning.siting.recommend import recommend
from stations.planning.siting.solving import Sited, sited
from stations.planning.siting.tables import curve_table
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
    order, newly = build_order(table, stays=stays, new=new)
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
    assert set(named["Candidate"].iloc[1:3]) == set(FORCED)
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
    where = replace(GRID, forced=FORCED[:1], costs=((CandidateSource.GRID, 4.0), (CandidateSource.PLACE, 6.5)))
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
