"""The budget curve: what is forced first, then what newly reaches most, until nobody can be added."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from stations.model.settings import Settings
from stations.planning.coverage.assess import assess
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
    found = curve(table, stays=stays, forced=forced)
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
    freed = curve(table, stays=np.empty(0, np.intp), forced=np.empty(0, np.intp)).iloc[1:]
    stations = freed["candidate"].isin(table.before.used.index)
    assert stations.any()
    assert freed["lon"].isna().equals(stations)
