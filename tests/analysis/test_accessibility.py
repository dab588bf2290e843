"""Access by catchments and by gravity, on paper, by a slow double loop, and against PySAL `access`."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from access import Access, weights
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.timing import peak_mib
from stations.analysis.accessibility import (
    Decay,
    catchment_access,
    flat,
    gaussian,
    gravity_access,
    inverse_power,
    zones,
)
from stations.analysis.coverage import TOUCH_M
from stations.analysis.pairs import Pairs, pairs_within
from stations.model.errors import BadChoice
from tests.analysis.towns import Town, demand_frame, radii, station_frame, towns

STEPS = {100.0: 1.0, 250.0: 0.68, 500.0: 0.22}
DECAYS: dict[str, Decay] = {
    "flat": flat,
    "zones": zones(STEPS),
    "gaussian": gaussian(150),
    "inverse power": inverse_power(1.5, least_m=20),
}
every_decay = st.sampled_from(sorted(DECAYS)).map(DECAYS.__getitem__)


def capacity(town: Town) -> pd.Series:
    """Return 0, 3, 6 …: one station has nothing to offer."""
    return pd.Series(np.arange(len(town.stations)) * 3.0, index=town.stations.index)


def slow_catchment(town: Town, supply: pd.Series, decay: Decay, radius_m: float) -> list[float]:
    def worth(point: object, station: object) -> float:
        metres = town.demand.geometry[point].distance(town.stations.geometry[station])
        return float(decay(np.array([metres]))[0]) if metres <= radius_m else 0.0

    access = dict.fromkeys(town.demand.index, 0.0)
    for station in town.stations.index:
        crowd = sum(town.demand.at[point, "people"] * worth(point, station) for point in access)
        for point in access:
            access[point] += supply[station] * worth(point, station) / crowd if crowd else 0.0
    return list(access.values())


def slow_gravity(town: Town, supply: pd.Series, decay: Decay, radius_m: float) -> list[float]:
    access = []
    for point in town.demand.geometry:
        metres = town.stations.geometry.distance(point)
        near = metres[metres <= radius_m]
        access.append(float((supply[near.index] * decay(near.to_numpy())).sum()))
    return access


def pysal(town: Town, supply: pd.Series) -> Access:
    """Return the peer with the distances of every pair, near or far: it cuts them itself."""
    index = pd.RangeIndex(len(town.demand), name="geoid")
    geometry = town.demand.geometry.reset_index(drop=True)
    costs = pd.concat(
        pd.DataFrame({"origin": index, "dest": number, "cost": geometry.distance(place)})
        for number, place in enumerate(town.stations.geometry)
    )
    return Access(
        demand_df=pd.DataFrame({"people": town.demand["people"].to_numpy()}, index=index),
        demand_value="people",
        supply_df=pd.DataFrame({"capacity": supply.to_numpy()}, index=pd.RangeIndex(len(supply), name="geoid")),
        supply_value="capacity",
        cost_df=costs,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )


@pytest.fixture(scope="module")
def big_town() -> Town:
    random = np.random.default_rng(17)
    points, places = (random.random((count, 2)) * 6_000 for count in (900, 40))
    return Town(
        demand_frame([tuple(spot) for spot in points], random.integers(1, 60, 900)),
        station_frame([tuple(spot) for spot in places]),
        None,
    )


def test_the_capacity_of_the_toy_town_is_shared_as_counted_on_paper(toy_town: Town) -> None:
    pairs = pairs_within(toy_town.demand, toy_town.stations, radius_m=1000)
    supply = pd.Series([45.0, 19.0, 155.0], index=toy_town.stations.index)
    access = catchment_access(pairs, supply, toy_town.demand["people"], decay=flat)
    # In reach of s0: 15 + 25 + 5 = 45. Of s1: 70 + 40 + 50 + 0 = 160. Of s2: 25 + 60 + 70 + 40 = 195.
    one, two, three = 45 / 45, 19 / 160, 155 / 195
    expected = {"a1": one, "b1": one + three, "a2": one, "c1": three, "d1": two + three, "c2": two + three}
    expected |= {"d2": two, "d3": two}
    pd.testing.assert_series_equal(
        access, pd.Series(expected, name="access").reindex(toy_town.demand.index, fill_value=0.0)
    )


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_pairs_may_be_summed_in_parts(big_town: Town, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, people = pairs_within(big_town.demand, big_town.stations, radius_m=500), big_town.demand["people"]
    assert len(pairs.point) > 500
    shared = catchment_access(pairs, capacity(big_town), people, decay=DECAYS["zones"])
    alone = gravity_access(pairs, capacity(big_town), decay=DECAYS["gaussian"], points=people.index)
    monkeypatch.setattr("stations.analysis.accessibility.BLOCK", block)
    shared_again = catchment_access(pairs, capacity(big_town), people, decay=DECAYS["zones"])
    alone_again = gravity_access(pairs, capacity(big_town), decay=DECAYS["gaussian"], points=people.index)
    pd.testing.assert_series_equal(shared_again, shared, rtol=1e-12, atol=0)
    pd.testing.assert_series_equal(alone_again, alone, rtol=1e-12, atol=0)


def test_memory_does_not_grow_with_the_pairs() -> None:
    """Of a million pairs every array of numbers would take 8 MB."""
    points, stations = np.divmod(np.arange(1_000_000), 1_000)
    pairs = Pairs(points, stations, np.full(len(points), 200.0))
    supply, people = pd.Series(np.ones(1_000)), pd.Series(np.ones(1_000))
    assert peak_mib(lambda: catchment_access(pairs, supply, people, decay=DECAYS["zones"])) < 2


def test_capacity_within_reach_as_counted_on_paper(toy_town: Town) -> None:
    pairs = pairs_within(toy_town.demand, toy_town.stations, radius_m=1000)
    supply = pd.Series([4.0, 2.0, 1.0], index=toy_town.stations.index)
    access = gravity_access(pairs, supply, decay=zones({500: 1, 1000: 0.5}), points=toy_town.demand.index)
    assert access[access > 0].to_dict() == {
        "a1": 4,
        "b1": 2.5,
        "a2": 2,
        "c1": 1,
        "d1": 1.5,
        "c2": 1.5,
        "d2": 2,
        "d3": 1,
    }
    assert access.name == "access"


def test_a_zone_reaches_to_its_limit_and_no_farther() -> None:
    found = zones({100: 1, 300: 0.5})(np.array([0, 100, 100 + TOUCH_M / 2, 101, 300, 301, math.inf]))
    assert found.tolist() == [1, 1, 1, 0.5, 0.5, 0, 0]


def test_the_decays_at_known_distances() -> None:
    assert gaussian(100)(np.array([0.0, 100, 200])) == pytest.approx([1, math.exp(-0.5), math.exp(-2)])
    assert inverse_power(2, least_m=10)(np.array([0.0, 10, 100])) == pytest.approx([0.01, 0.01, 0.0001])
    assert flat(np.array([0.0, 1e9])).tolist() == [1, 1]


@pytest.mark.parametrize("worth", [{}, {0: 1}, {-5: 1}, {math.nan: 1}, {300: 1, 100: 0.5}, {100: -1}, {100: math.nan}])
def test_zones_that_are_none_are_refused(worth: dict[float, float]) -> None:
    with pytest.raises(BadChoice):
        zones(worth)


@pytest.mark.parametrize("number", [0, -1, math.nan, math.inf])
def test_decays_without_a_width_are_refused(number: float) -> None:
    for make in (
        lambda: gaussian(number),
        lambda: inverse_power(number, least_m=10),
        lambda: inverse_power(1, least_m=number),
    ):
        with pytest.raises(BadChoice, match="greater than 0"):
            make()


@pytest.mark.parametrize("bad", [math.nan, -1.0, math.inf])
def test_a_capacity_that_is_not_known_must_be_given_by_the_caller(toy_town: Town, bad: float) -> None:
    pairs = pairs_within(toy_town.demand, toy_town.stations, radius_m=1000)
    supply = pd.Series([1.0, bad, 1.0], index=toy_town.stations.index)
    with pytest.raises(BadChoice, match="say which number to assume"):
        catchment_access(pairs, supply, toy_town.demand["people"], decay=flat)
    with pytest.raises(BadChoice, match="say which number to assume"):
        gravity_access(pairs, supply, decay=flat, points=toy_town.demand.index)


@pytest.mark.parametrize("bad", [math.nan, -1.0, math.inf])
def test_people_that_are_no_number_are_refused(toy_town: Town, bad: float) -> None:
    pairs = pairs_within(toy_town.demand, toy_town.stations, radius_m=1000)
    people = toy_town.demand["people"].astype(float)
    people.iloc[-1] = bad
    with pytest.raises(BadChoice, match="Number of people"):
        catchment_access(pairs, capacity(toy_town), people, decay=flat)


def test_pairs_of_larger_frames_are_refused(toy_town: Town) -> None:
    pairs = pairs_within(toy_town.demand, toy_town.stations, radius_m=1000)
    people, supply = toy_town.demand["people"], capacity(toy_town)
    for fewer_stations, fewer_people in ((supply.iloc[:2], people), (supply, people.iloc[:3])):
        with pytest.raises(IndexError):
            catchment_access(pairs, fewer_stations, fewer_people, decay=flat)
        with pytest.raises(IndexError):
            gravity_access(pairs, fewer_stations, decay=flat, points=fewer_people.index)


def test_nothing_built_gives_nobody_anything_and_nobody_there_gets_nothing(toy_town: Town) -> None:
    empty = Pairs(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))
    none = pd.Series([], dtype=float)
    assert catchment_access(empty, none, toy_town.demand["people"], decay=flat).tolist() == [0] * 13
    assert gravity_access(empty, none, decay=flat, points=toy_town.demand.index).tolist() == [0] * 13
    assert catchment_access(empty, pd.Series([5.0]), none, decay=flat).empty


def test_a_station_where_nobody_lives_offers_nothing_to_anybody() -> None:
    pairs = Pairs(np.array([0, 1]), np.array([0, 0]), np.array([10.0, 20.0]))
    access = catchment_access(pairs, pd.Series([8.0]), pd.Series([0, 0]), decay=flat)
    assert access.tolist() == [0, 0]


@given(towns(), radii, every_decay)
def test_a_catchment_equals_a_slow_double_loop(town: Town, radius_m: float, decay: Decay) -> None:
    pairs, supply = pairs_within(town.demand, town.stations, radius_m=radius_m), capacity(town)
    access = catchment_access(pairs, supply, town.demand["people"], decay=decay)
    pd.testing.assert_index_equal(access.index, town.demand.index)
    assert access.tolist() == pytest.approx(slow_catchment(town, supply, decay, radius_m), rel=1e-9)


@given(towns(), radii, every_decay)
def test_gravity_equals_a_slow_double_loop(town: Town, radius_m: float, decay: Decay) -> None:
    pairs, supply = pairs_within(town.demand, town.stations, radius_m=radius_m), capacity(town)
    access = gravity_access(pairs, supply, decay=decay, points=town.demand.index)
    assert access.tolist() == pytest.approx(slow_gravity(town, supply, decay, radius_m), rel=1e-9)


@given(towns(), radii, every_decay)
def test_what_people_get_sums_to_the_capacity_that_reaches_anybody(town: Town, radius_m: float, decay: Decay) -> None:
    pairs, supply = pairs_within(town.demand, town.stations, radius_m=radius_m), capacity(town)
    people = town.demand["people"].to_numpy()
    access = catchment_access(pairs, supply, town.demand["people"], decay=decay)
    counts = (people[pairs.point] > 0) & (decay(pairs.distance_m) > 0)
    reaching = supply.iloc[np.unique(pairs.station[counts])].sum()
    assert (people * access).sum() == pytest.approx(reaching, rel=1e-9)


@given(towns(), radii, st.randoms(use_true_random=False))
def test_order_is_irrelevant(town: Town, radius_m: float, random: np.random.Generator) -> None:
    labels, ids = list(town.demand.index), list(town.stations.index)
    random.shuffle(labels)
    random.shuffle(ids)
    other = town._replace(demand=town.demand.loc[labels], stations=town.stations.loc[ids])
    supply = capacity(town)
    one, two = (
        catchment_access(
            pairs_within(each.demand, each.stations, radius_m=radius_m),
            supply.loc[each.stations.index],
            each.demand["people"],
            decay=gaussian(200),
        )
        for each in (town, other)
    )
    pd.testing.assert_series_equal(two.loc[one.index], one, rtol=1e-12)


@pytest.mark.parametrize(
    ("decay", "theirs"),
    [
        (flat, None),
        (zones({300: 1, 600: 0.68, 900: 0.22}), weights.step_fn({300: 1, 600: 0.68, 900: 0.22})),
        (gaussian(400), weights.gaussian(400)),
        (inverse_power(2, least_m=50), weights.gravity(scale=1, alpha=-2, min_dist=50)),
    ],
    ids=["2SFCA", "E2SFCA, zones", "E2SFCA, Gaussian", "Joseph & Bantock"],
)
def test_catchments_equal_those_of_pysal(big_town: Town, decay: Decay, theirs: weights.step_fn | None) -> None:
    supply = capacity(big_town)
    pairs = pairs_within(big_town.demand, big_town.stations, radius_m=900)
    ours = catchment_access(pairs, supply, big_town.demand["people"], decay=decay)
    peer = pysal(big_town, supply)
    found = peer.two_stage_fca(name="fca", max_cost=900, weight_fn=theirs)["fca_capacity"]
    assert len(pairs.point) > 2_000
    np.testing.assert_allclose(ours, found.fillna(0), rtol=1e-9, atol=0)


def test_gravity_equals_the_weighted_catchment_of_pysal(big_town: Town) -> None:
    supply = capacity(big_town)
    pairs = pairs_within(big_town.demand, big_town.stations, radius_m=900)
    ours = gravity_access(pairs, supply, decay=inverse_power(2, least_m=50), points=big_town.demand.index)
    peer = pysal(big_town, supply)
    decay = weights.gravity(scale=1, alpha=-2, min_dist=50)
    found = peer.weighted_catchment(name="sum", max_cost=900, weight_fn=decay)["sum_capacity"]
    np.testing.assert_allclose(ours, found.fillna(0), rtol=1e-9, atol=0)
