from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.coverage import covered, people_by_district
from stations.analysis.distance import nearest_station
from stations.analysis.measures import (
    distance_quantiles,
    mean_distance,
    people_covered_at_least,
    reach_by_district,
    stations_per_10_000,
    times_covered,
)
from stations.analysis.pairs import pairs_within
from stations.model.errors import BadChoice
from tests.analysis.towns import Spot, Town, demand_frame, district_frame, radii, spots, station_frame, towns

SHARES = (0.1, 0.25, 0.5, 0.9, 1.0)


def metres(town: Town) -> pd.Series:
    return nearest_station(town.demand, town.stations)["distance_m"]


def slow_quantile(distance_m: pd.Series, people: pd.Series, share: float) -> float:
    """Line everybody up by distance and ask the one who stands at the share."""
    row = sorted(distance_m[label] for label in people.index for _ in range(people[label]))
    return row[max(math.ceil(round(share * len(row), 6)), 1) - 1] if row else math.nan


def slow_mean(distance_m: pd.Series, people: pd.Series) -> float:
    row = [distance_m[label] for label in people.index for _ in range(people[label])]
    return sum(row) / len(row) if row else math.nan


def same(one: float, other: float) -> bool:
    return one == pytest.approx(other, rel=1e-12, nan_ok=True)


def test_the_mean_counts_people_not_points() -> None:
    assert mean_distance(pd.Series([0.0, 1000.0]), pd.Series([3, 1])) == 250


def test_one_person_who_reaches_no_station_makes_the_mean_infinite() -> None:
    assert mean_distance(pd.Series([0.0, math.inf]), pd.Series([99, 1])) == math.inf
    assert mean_distance(pd.Series([0.0, math.nan]), pd.Series([99, 1])) == math.inf


def test_a_point_without_people_does_not_count_however_far_it_is() -> None:
    assert mean_distance(pd.Series([300.0, math.inf]), pd.Series([2, 0])) == 300
    assert distance_quantiles(pd.Series([300.0, math.inf]), pd.Series([2, 0]), shares=[1]).tolist() == [300]


def test_without_people_there_is_no_mean_and_no_quantile() -> None:
    nobody = pd.Series([0, 0])
    assert math.isnan(mean_distance(pd.Series([1.0, 2.0]), nobody))
    assert distance_quantiles(pd.Series([1.0, 2.0]), nobody, shares=[0.5]).isna().all()
    assert math.isnan(mean_distance(pd.Series([], dtype=float), pd.Series([], dtype=int)))
    assert distance_quantiles(pd.Series([], dtype=float), pd.Series([], dtype=int), shares=[0.5, 1]).isna().all()


def test_a_quantile_is_the_distance_of_somebody() -> None:
    found = distance_quantiles(pd.Series([400.0, 100.0, 200.0]), pd.Series([1, 2, 1]), shares=[0.5, 0.51, 0.75, 0.76])
    assert found.to_dict() == {0.5: 100, 0.51: 200, 0.75: 200, 0.76: 400}
    assert (found.name, found.index.name) == ("distance_m", "share")


def test_a_quantile_beyond_those_who_reach_a_station_is_infinite() -> None:
    found = distance_quantiles(pd.Series([100.0, math.inf]), pd.Series([9, 1]), shares=[0.9, 0.91])
    assert found.tolist() == [100, math.inf]


@pytest.mark.parametrize("share", [0.07, 0.29, 0.57, 0.58, 0.9])
def test_rounding_takes_no_step_too_many(share: float) -> None:
    found = distance_quantiles(pd.Series(np.arange(1.0, 101)), pd.Series([1] * 100), shares=[share])
    assert found.tolist() == [round(100 * share)]


@pytest.mark.parametrize("share", [0, -0.1, 1.01, math.nan])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(BadChoice, match="above 0"):
        distance_quantiles(pd.Series([1.0]), pd.Series([1]), shares=[share])


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_people_that_are_no_number_are_refused(toy_town: Town, bad: float) -> None:
    distance_m = pd.Series([1.0, 2.0])
    people = pd.Series([1.0, bad])
    demand = demand_frame([(0, 0), (1, 0)]).assign(people=people)
    for measure in (
        lambda: mean_distance(distance_m, people),
        lambda: distance_quantiles(distance_m, people, shares=[0.5]),
        lambda: people_covered_at_least(people, pd.Series([1, 1]), times=1),
        lambda: reach_by_district(demand, distance_m, districts=toy_town.districts, radius_m=5),
    ):
        with pytest.raises(BadChoice, match="Number of people"):
            measure()


def test_people_are_matched_by_index_and_must_be_complete(toy_town: Town) -> None:
    distance_m, people = metres(toy_town), toy_town.demand["people"]
    assert mean_distance(distance_m, people.iloc[::-1]) == mean_distance(distance_m, people)
    with pytest.raises(KeyError):
        mean_distance(distance_m, people.drop("c2"))


def test_backup_of_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    pairs = pairs_within(toy_town.demand, toy_town.stations, radius_m=1000)
    count = times_covered(toy_town.demand, pairs)
    assert {label: times for label, times in count.items() if times > 1} == {"b1": 2, "d1": 2, "c2": 2}
    people = toy_town.demand["people"]
    assert [people_covered_at_least(people, count, times=times) for times in (1, 2, 3)] == [265, 135, 0]


def test_whole_people_stay_whole_and_exact() -> None:
    many = 2**53 + 1  # the first whole number that a float cannot hold
    count = people_covered_at_least(pd.Series([many, 2]), pd.Series([1, 1]), times=1)
    assert count == many + 2
    assert isinstance(count, int)


@pytest.mark.parametrize("times", [0, -1, 1.5, math.nan])
def test_a_number_of_times_is_whole_and_at_least_one(times: int) -> None:
    with pytest.raises(BadChoice, match="within reach"):
        people_covered_at_least(pd.Series([1]), pd.Series([1]), times=times)


def test_nothing_built_covers_nobody_and_is_infinitely_far(toy_town: Town) -> None:
    town = toy_town._replace(stations=station_frame([]))
    count = times_covered(town.demand, pairs_within(town.demand, town.stations, radius_m=1000))
    assert not count.any()
    assert people_covered_at_least(town.demand["people"], count, times=1) == 0
    assert mean_distance(metres(town), town.demand["people"]) == math.inf
    table = reach_by_district(town.demand, metres(town), districts=town.districts, radius_m=500)
    assert (table[["mean_m", "median_m", "p90_m"]] == math.inf).all(axis=None)


def test_stations_per_10_000_people_where_there_is_a_denominator() -> None:
    people = pd.Series({"A": 20_000, "B": 5_000, "C": 0, "zone": math.nan})
    found = stations_per_10_000(pd.Series(["A", "A", "A", "C", "zone", None, "elsewhere"]), people)
    assert found["A"] == 1.5
    assert found["B"] == 0
    assert found[["C", "zone"]].isna().all()
    assert stations_per_10_000(pd.Series([], dtype=object), people)["A"] == 0


def test_the_district_table_of_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    table = reach_by_district(toy_town.demand, metres(toy_town), districts=toy_town.districts, radius_m=1000)
    far = math.sqrt(2) * 1000
    assert table.index.tolist() == ["W", "E", None]
    assert table["uncovered_people"].tolist() == [30, 30, 7]
    assert table["covered_share"].tolist() == [45 / 75, 220 / 250, 0]
    # West: a1 is at the door; b1 and a2 are at 1 km; a3 and b3 at 2 km or more. East: c1 and d2; d1, c2; c3.
    assert table["median_m"].tolist() == [1000, 1000, far]
    assert table["p90_m"].tolist() == [math.hypot(1000, 2000), far, far]
    assert table["mean_m"].tolist() == pytest.approx(
        [(30 * 1000 + 10 * 2000 + 20 * math.hypot(1000, 2000)) / 75, (110 * 1000 + 30 * far) / 250, far]
    )


def test_the_district_table_begins_with_the_plain_one_and_leaves_the_input_alone(toy_town: Town) -> None:
    before = toy_town.demand.copy()
    distance_m = metres(toy_town)
    table = reach_by_district(toy_town.demand, distance_m.iloc[::-1], districts=toy_town.districts, radius_m=1000)
    plain = people_by_district(toy_town.demand, covered(distance_m, radius_m=1000), districts=toy_town.districts)
    pd.testing.assert_frame_equal(table[list(plain)], plain)
    assert toy_town.demand.equals(before)


def test_where_nobody_lives_there_is_no_distance() -> None:
    districts = district_frame({"A": (0, 0, 1, 1), "B": (1, 0, 2, 1), "C": (2, 0, 3, 1)})
    demand = demand_frame([(0, 0), (1, 0)], [0, 3], district=["A", "B"])
    table = reach_by_district(demand, pd.Series([10.0, 20.0]), districts=districts, radius_m=15)
    assert table["p90_m"].isna().tolist() == table["mean_m"].isna().tolist() == [True, False, True]
    assert table.loc["B", ["mean_m", "median_m", "p90_m"]].tolist() == [20, 20, 20]


def test_without_demand_the_district_table_has_no_distances(toy_town: Town) -> None:
    none = pd.Series([], dtype=float)
    table = reach_by_district(demand_frame([]), none, districts=toy_town.districts, radius_m=500)
    assert table["people"].tolist() == [0, 0]
    assert table[["covered_share", "mean_m", "median_m", "p90_m"]].isna().all(axis=None)


@given(towns(), radii)
def test_the_district_table_equals_a_slow_loop(town: Town, radius_m: float) -> None:
    distance_m = metres(town)
    table = reach_by_district(town.demand, distance_m, districts=town.districts, radius_m=radius_m)
    for code, row in zip(table.index, table.itertuples(), strict=True):
        people = pd.Series(
            {
                label: town.demand.at[label, "people"]
                for label in town.demand.index
                if town.demand.at[label, "district"] == code
            },
            dtype=int,
        )
        assert row.uncovered_people == sum(people[label] for label in people.index if distance_m[label] > radius_m)
        assert same(row.mean_m, slow_mean(distance_m, people))
        assert same(row.median_m, slow_quantile(distance_m, people, 0.5))
        assert same(row.p90_m, slow_quantile(distance_m, people, 0.9))


@given(towns())
def test_mean_and_quantiles_equal_a_slow_row_of_people(town: Town) -> None:
    distance_m, people = metres(town), town.demand["people"]
    assert same(mean_distance(distance_m, people), slow_mean(distance_m, people))
    for share, found in distance_quantiles(distance_m, people, shares=SHARES).items():
        assert same(found, slow_quantile(distance_m, people, share))


@given(towns(), st.randoms(use_true_random=False))
def test_order_is_irrelevant(town: Town, random: np.random.Generator) -> None:
    distance_m, people = metres(town), town.demand["people"]
    labels = list(people.index)
    random.shuffle(labels)
    assert same(mean_distance(distance_m[labels], people), mean_distance(distance_m, people))
    shuffled = distance_quantiles(distance_m[labels], people, shares=SHARES)
    pd.testing.assert_series_equal(shuffled, distance_quantiles(distance_m, people, shares=SHARES))


@given(towns(), radii)
def test_the_times_covered_equal_a_slow_double_loop(town: Town, radius_m: float) -> None:
    count = times_covered(town.demand, pairs_within(town.demand, town.stations, radius_m=radius_m))
    for label, point in town.demand.geometry.items():
        assert count[label] == sum(point.distance(place) <= radius_m for place in town.stations.geometry)
    people = town.demand["people"]
    assert people_covered_at_least(people, count, times=1) == people[metres(town) <= radius_m].sum()


@given(towns(), spots(50, most=2), radii)
def test_a_new_station_never_lowers_the_backup_count(town: Town, new: list[Spot], radius_m: float) -> None:
    old = list(zip(town.stations.geometry.x, town.stations.geometry.y, strict=True))
    before = times_covered(town.demand, pairs_within(town.demand, town.stations, radius_m=radius_m))
    after = times_covered(town.demand, pairs_within(town.demand, station_frame(old + new), radius_m=radius_m))
    assert (before <= after).all()
