from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.analysis.coverage import covered, people_by_district
from stations.analysis.network import Network
from stations.analysis.reach import AlongStreets, Reach, Straight
from stations.analysis.weights import exact_weights
from stations.analysis.whatif import Placed, Scenario, groups_after, nearest_after, people_after
from stations.model.errors import BadChoice
from stations.model.vocabulary import Tier
from tests.analysis.test_walking import networks
from tests.analysis.test_walking import spots as places
from tests.analysis.towns import Spot, Town, demand_frame, radii, spots, station_frame, towns


@st.composite
def changes(draw: st.DrawFn, before: GeoDataFrame, somewhere: st.SearchStrategy[list[Spot]]) -> GeoDataFrame:
    """Draw what becomes of stations: some stay, some go, some move, some come, in any order among the others."""
    fate = draw(st.lists(st.sampled_from(["stays", "goes", "moves"]), min_size=len(before), max_size=len(before)))
    new = iter(draw(somewhere))
    after = [
        (key, next(new, (at.x, at.y)) if fate == "moves" else (at.x, at.y))
        for key, at, fate in zip(before.index, before.geometry, fate, strict=True)
        if fate != "goes"
    ]
    for number, at in enumerate(new):
        after.insert(draw(st.integers(0, len(after))), (f"n{number}", at))
    return station_frame([at for _key, at in after]).set_axis([key for key, _at in after])


def both_ways(reach: Reach, demand: GeoDataFrame, before: GeoDataFrame, after: GeoDataFrame) -> list[pd.DataFrame]:
    """Return what is nearest after a change: made from what was before, and asked for anew."""
    origins = reach.origins(demand)
    was = origins.nearest(before)
    untouched = was.copy(deep=True)
    found = nearest_after(was, origins, stations_before=before, stations_after=after)
    pd.testing.assert_frame_equal(was, untouched)
    return [found, origins.nearest(after)]


@given(towns(), st.data())
def test_what_is_nearest_after_any_change_equals_the_full_computation(town: Town, data: st.DataObject) -> None:
    after = data.draw(changes(town.stations, spots(50, most=4)))
    pd.testing.assert_frame_equal(*both_ways(Straight(), town.demand, town.stations, after), check_exact=True)


@settings(max_examples=60)
@given(networks(), places, places, st.data())
def test_along_streets_too_to_the_last_bit(network: Network, points: list, sites: list, data: st.DataObject) -> None:
    before = station_frame(sites)
    after = data.draw(changes(before, places))
    found, full = both_ways(AlongStreets(network, 300.0), demand_frame(points), before, after)
    pd.testing.assert_frame_equal(found.drop(columns="station_id"), full.drop(columns="station_id"), check_exact=True)
    origins = AlongStreets(network, 300.0).origins(demand_frame(points))
    alone = {key: origins.nearest(after.loc[[key]])["distance_m"] for key in after.index}
    for row, key in found["station_id"].items():
        assert key is None or alone[key][row] == full["distance_m"][row]


@given(towns(), st.data(), radii, st.sampled_from([1, 0.1, 1 / 3]))
def test_people_by_district_and_group_equal_the_full_count(
    town: Town, data: st.DataObject, radius_m: float, part: float
) -> None:
    people = pd.Series(exact_weights(town.demand["people"] * part), index=town.demand.index)
    demand = town.demand.assign(people=people, couriers=people.iloc[::-1].to_numpy())
    after = data.draw(changes(town.stations, spots(50, most=4)))
    origins = Straight().origins(demand)
    was, now = (covered(origins.nearest(each)["distance_m"], radius_m=radius_m) for each in (town.stations, after))
    before, full = (people_by_district(demand, each, districts=town.districts) for each in (was, now))
    found = people_after(before, demand, was=was, now=now)
    pd.testing.assert_frame_equal(found, full, check_exact=True)
    groups, groups_full = (_groups(demand, each) for each in (was, now))
    pd.testing.assert_frame_equal(groups_after(groups, demand, was=was, now=now), groups_full, check_exact=True)


def _groups(demand: GeoDataFrame, within: pd.Series) -> pd.DataFrame:
    names = ["people", "couriers"]
    table = pd.DataFrame({"people": demand[names].sum(), "covered_people": demand.loc[within, names].sum()})
    return table.assign(covered_share=table["covered_people"] / table["people"])


def test_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    """A station that comes to c3 (30 people) reaches b3, too (20); without s1 d1 is reached by s2, d2 by nobody."""
    demand, origins = toy_town.demand, Straight().origins(toy_town.demand)
    nearest = origins.nearest(toy_town.stations)
    was = covered(nearest["distance_m"], radius_m=1000)
    before = people_by_district(demand, was, districts=toy_town.districts)
    assert before["covered_people"].tolist() == [15 + 25 + 5, 60 + 70 + 40 + 50, 0]
    new = station_frame([(2500, 2500)]).set_axis(["n"])
    scenarios = {
        "n": (pd.concat([toy_town.stations, new]), [20, 30, 0]),
        "s1": (toy_town.stations.drop("s1"), [0, -50, 0]),
    }
    for after, change in scenarios.values():
        then = nearest_after(nearest, origins, stations_before=toy_town.stations, stations_after=after)
        now = covered(then["distance_m"], radius_m=1000)
        found = people_after(before, demand, was=was, now=now)
        assert (found["covered_people"] - before["covered_people"]).tolist() == change
        assert found["covered_people"].dtype == int


def test_the_first_station_and_none_at_all(toy_town: Town) -> None:
    none = station_frame([])
    for before, after in ((none, toy_town.stations), (toy_town.stations, none), (none, none)):
        pd.testing.assert_frame_equal(*both_ways(Straight(), toy_town.demand, before, after))


def test_nobody_is_no_error(toy_town: Town) -> None:
    pd.testing.assert_frame_equal(*both_ways(Straight(), demand_frame([]), toy_town.stations, station_frame([(0, 0)])))


@given(st.lists(st.floats(0, 1e6), max_size=30), st.randoms(use_true_random=False))
def test_sums_of_weights_are_the_same_in_any_order(values: list[float], random: np.random.Generator) -> None:
    weights = exact_weights(pd.Series(values, dtype=float))
    assert weights == pytest.approx(values, rel=0, abs=1e-6)
    shuffled = weights.tolist()
    random.shuffle(shuffled)
    assert sum(shuffled) == weights.sum()


def test_a_scenario_adds_closes_moves_and_honours_on_a_copy(toy_town: Town) -> None:
    before = toy_town.stations.copy()
    scenario = Scenario(
        added=(Placed("n", 1500, 2500),),
        closed=("s0",),
        moved=(Placed("s2", 500, 1500),),
        honoured=(("s2", Tier.PROVINCIAL), ("n", Tier.MUNICIPAL)),
    )
    after = scenario.apply(toy_town.stations)
    assert after.index.tolist() == ["s1", "s2", "n"]
    assert after.crs == before.crs
    assert after["tier"].tolist() == ["municipal", "provincial", "municipal"]
    assert [(p.x, p.y) for p in after.geometry] == [(3500, 1500), (500, 1500), (1500, 2500)]
    assert after["name"].isna().tolist() == [False, False, True]
    assert toy_town.stations.equals(before)
    assert Scenario().apply(before).equals(before)
    assert hash(scenario) == hash(Scenario(scenario.added, scenario.closed, scenario.moved, scenario.honoured))


def test_a_scenario_may_build_the_first_station_and_close_the_last() -> None:
    first = Scenario(added=(Placed("n", 1, 2),)).apply(station_frame([]))
    assert (first.index.tolist(), first["tier"].tolist(), first.geometry.x.tolist()) == (["n"], ["none"], [1])
    assert Scenario(closed=("n",)).apply(first).empty


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(closed=("s9",)),
        Scenario(moved=(Placed("s9", 0, 0),)),
        Scenario(honoured=(("s9", Tier.NATIONAL),)),
        Scenario(added=(Placed("s0", 0, 0),)),
        Scenario(added=(Placed("n", 0, 0), Placed("n", 1, 0))),
        Scenario(closed=("s0", "s0")),
        Scenario(closed=("s0",), moved=(Placed("s0", 0, 0),)),
        Scenario(closed=("s0",), honoured=(("s0", Tier.NATIONAL),)),
        Scenario(moved=(Placed("s0", np.nan, 0),)),
    ],
)
def test_a_scenario_that_cannot_happen_is_refused(toy_town: Town, scenario: Scenario) -> None:
    with pytest.raises(BadChoice):
        scenario.apply(toy_town.stations)
