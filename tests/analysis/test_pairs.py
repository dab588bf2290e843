from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.coverage import TOUCH_M, covered
from stations.analysis.distance import nearest_station
from stations.analysis.pairs import Pairs, pairs_within
from stations.analysis.planar import DifferentCrs
from stations.model.errors import BadChoice, DegreesNotMetres
from tests.analysis.towns import Spot, Town, demand_frame, radii, spots, station_frame, towns


def by_label(town: Town, radius_m: float) -> dict[tuple[object, object], float]:
    pairs = pairs_within(town.demand, town.stations, radius_m=radius_m)
    points, stations = town.demand.index.take(pairs.point), town.stations.index.take(pairs.station)
    return dict(zip(zip(points, stations, strict=True), pairs.distance_m, strict=True))


def test_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    reached = {"s0": ["a1", "b1", "a2"], "s1": ["d1", "c2", "d2", "d3"], "s2": ["b1", "c1", "d1", "c2"]}
    expected = {(point, station) for station, points in reached.items() for point in points}
    found = by_label(toy_town, 1000)
    assert set(found) == expected
    assert {pair for pair, metres in found.items() if metres == 0} == {("a1", "s0"), ("d2", "s1"), ("c1", "s2")}
    assert sorted(found.values()) == [0.0] * 3 + [1000.0] * 8


def test_pairs_are_sorted_by_point_then_station(toy_town: Town) -> None:
    pairs = pairs_within(toy_town.demand, toy_town.stations.iloc[::-1], radius_m=2500)
    assert [array.dtype for array in pairs] == [np.intp, np.intp, np.float64]
    order = list(zip(pairs.point.tolist(), pairs.station.tolist(), strict=True))
    assert order == sorted(set(order))


def test_a_pair_exactly_at_the_radius_belongs() -> None:
    demand = demand_frame([(500, 0), (500 + TOUCH_M / 2, 0), (500 + 2 * TOUCH_M, 0)])
    assert pairs_within(demand, station_frame([(0, 0)]), radius_m=500).point.tolist() == [0, 1]


def test_stations_and_points_at_one_spot_are_pairs_of_their_own() -> None:
    pairs = pairs_within(demand_frame([(0, 0)] * 30), station_frame([(0, 0)] * 40), radius_m=1)
    assert pairs.point.tolist() == [point for point in range(30) for _ in range(40)]
    assert pairs.station.tolist() == list(range(40)) * 30
    assert not pairs.distance_m.any()


@pytest.mark.parametrize(("points", "stations"), [([], [(0, 0)]), ([(0, 0)], []), ([], [])])
def test_nothing_built_or_nobody_there_makes_no_pairs(points: list[Spot], stations: list[Spot]) -> None:
    pairs = pairs_within(demand_frame(points), station_frame(stations), radius_m=500)
    assert [array.size for array in pairs] == [0, 0, 0]
    assert [array.dtype for array in pairs] == [np.intp, np.intp, np.float64]


@pytest.mark.parametrize("radius_m", [0, -5, math.nan, math.inf])
def test_a_radius_that_is_no_length_is_refused(toy_town: Town, radius_m: float) -> None:
    with pytest.raises(BadChoice, match="greater than 0"):
        pairs_within(toy_town.demand, toy_town.stations, radius_m=radius_m)


def test_degrees_and_different_crs_are_refused(toy_town: Town) -> None:
    with pytest.raises(DegreesNotMetres):
        pairs_within(toy_town.demand.to_crs(4326), toy_town.stations.to_crs(4326), radius_m=500)
    with pytest.raises(DifferentCrs):
        pairs_within(toy_town.demand, toy_town.stations.to_crs(4549), radius_m=500)


def test_many_scattered_points_far_from_the_origin_equal_a_dense_comparison() -> None:
    random = np.random.default_rng(7)
    points, places = (random.random((count, 2)) * 9_000 + [450_000, 3_550_000] for count in (800, 60))
    pairs = pairs_within(
        demand_frame([tuple(spot) for spot in points]), station_frame([tuple(spot) for spot in places]), radius_m=900
    )
    dense = np.hypot(*(points[:, np.newaxis] - places).transpose(2, 0, 1))
    point, station = np.nonzero(dense <= 900)
    assert pairs.point.tolist() == point.tolist()
    assert pairs.station.tolist() == station.tolist()
    np.testing.assert_allclose(pairs.distance_m, dense[point, station], rtol=0, atol=1e-9)


@given(towns(), radii)
def test_it_equals_a_slow_double_loop(town: Town, radius_m: float) -> None:
    slow = {}
    for label, point in town.demand.geometry.items():
        for station_id, place in town.stations.geometry.items():
            dx, dy = point.x - place.x, point.y - place.y
            if (metres := math.sqrt(dx * dx + dy * dy)) <= radius_m:
                slow[label, station_id] = metres
    assert by_label(town, radius_m) == slow


@given(towns(), radii, st.randoms(use_true_random=False))
def test_order_is_irrelevant(town: Town, radius_m: float, random: np.random.Generator) -> None:
    labels, ids = list(town.demand.index), list(town.stations.index)
    random.shuffle(labels)
    random.shuffle(ids)
    shuffled = town._replace(demand=town.demand.loc[labels], stations=town.stations.loc[ids])
    assert by_label(shuffled, radius_m) == by_label(town, radius_m)


@given(towns(), radii, radii)
def test_a_larger_radius_never_loses_pairs(town: Town, one: float, other: float) -> None:
    assert by_label(town, min(one, other)).items() <= by_label(town, max(one, other)).items()


@given(towns(), spots(50, most=2), radii)
def test_a_new_station_never_loses_pairs(town: Town, new: list[Spot], radius_m: float) -> None:
    old = list(zip(town.stations.geometry.x, town.stations.geometry.y, strict=True))
    assert (
        by_label(town, radius_m).items() <= by_label(town._replace(stations=station_frame(old + new)), radius_m).items()
    )


@given(towns(), radii)
def test_a_point_has_a_pair_exactly_when_its_nearest_station_covers_it(town: Town, radius_m: float) -> None:
    pairs: Pairs = pairs_within(town.demand, town.stations, radius_m=radius_m)
    nearest = nearest_station(town.demand, town.stations)["distance_m"]
    reached = covered(nearest, radius_m=radius_m)
    assert set(pairs.point.tolist()) == set(np.flatnonzero(reached).tolist())
    least = pd.Series(pairs.distance_m).groupby(pairs.point).min()
    assert least.tolist() == nearest[reached].tolist()
