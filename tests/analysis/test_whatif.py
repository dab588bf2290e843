from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.coverage import covered
from stations.analysis.distance import nearest_station
from stations.analysis.pairs import pairs_within
from stations.analysis.weights import exact_weights
from stations.analysis.whatif import Cover, Placed, Scenario, cover, updated
from stations.model.errors import BadChoice
from stations.model.vocabulary import Tier
from tests.analysis.towns import Spot, Town, demand_frame, radii, spots, station_frame, towns


def covering(town: Town, radius_m: float) -> Cover:
    pairs = pairs_within(town.demand, town.stations, radius_m=radius_m)
    return cover(pairs, town.demand["people"], station_ids=town.stations.index)


def same(one: Cover, other: Cover) -> bool:
    return (
        one.covered_people == other.covered_people
        and np.array_equal(one.times, other.times)
        and {key: row.tolist() for key, row in one.reached.items()}
        == {key: row.tolist() for key, row in other.reached.items()}
    )


def test_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    now = covering(toy_town, 1000)
    assert now.covered_people == 15 + 25 + 5 + 50 + 70 + 40 + 0 + 60  # d3 has nobody
    assert now.times.tolist() == [1, 2, 1, 2, 1, 0, 2, 1, 0, 0, 0, 1, 0]
    assert [now.loss(name) for name in now.reached] == [20, 50, 60]
    assert now.gain(np.array([1, 8, 9])) == 30
    assert now.without_station("s0").covered_people == now.covered_people - 20
    assert isinstance(now.covered_people, int)


@given(towns(), spots(50, most=4), radii, st.sampled_from([1, 0.1, 1 / 3]))
def test_every_change_equals_the_full_computation(town: Town, later: list[Spot], radius_m: float, part: float) -> None:
    town = town._replace(demand=town.demand.assign(people=town.demand["people"] * part))
    after = station_frame(later)
    find = partial(pairs_within, town.demand, radius_m=radius_m)
    changed = updated(covering(town, radius_m), town.stations, after, find=find)
    assert same(changed, covering(town._replace(stations=after), radius_m))


@given(towns(), radii)
def test_it_agrees_with_coverage(town: Town, radius_m: float) -> None:
    within = covered(nearest_station(town.demand, town.stations)["distance_m"], radius_m=radius_m)
    assert covering(town, radius_m).covered_people == town.demand["people"][within].sum()


@given(towns(), radii)
def test_a_station_taken_off_and_put_back_changes_nothing(town: Town, radius_m: float) -> None:
    now = covering(town, radius_m)
    for name, points in now.reached.items():
        assert same(now.without_station(name).with_station(name, points), now)


def test_the_cover_before_is_untouched(toy_town: Town) -> None:
    now, again = covering(toy_town, 1000), covering(toy_town, 1000)
    now.without_station("s1").with_station("new", np.array([0, 5]))
    assert same(now, again)


def test_nothing_built_covers_nothing_and_nobody_is_covered() -> None:
    nothing = covering(Town(demand_frame([(0, 0)]), station_frame([]), station_frame([])), 500)
    assert (nothing.covered_people, nothing.times.tolist()) == (0, [0])
    assert covering(Town(demand_frame([]), station_frame([(0, 0)]), station_frame([])), 500).covered_people == 0


def test_a_station_is_added_once_and_removed_once(toy_town: Town) -> None:
    now = covering(toy_town, 1000)
    with pytest.raises(BadChoice):
        now.with_station("s0", np.array([0]))
    with pytest.raises(BadChoice):
        now.without_station("s9")
    with pytest.raises(BadChoice):
        now.loss("s9")


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_weights_that_are_no_number_of_people_are_refused(toy_town: Town, weight: float) -> None:
    people = toy_town.demand["people"].astype(float)
    people.iloc[3] = weight
    with pytest.raises(BadChoice):
        cover(pairs_within(*toy_town[:2], radius_m=1000), people, station_ids=toy_town.stations.index)


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
