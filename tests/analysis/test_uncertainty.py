from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.analysis.coverage import TOUCH_M, covered
from stations.analysis.distance import nearest_station
from stations.analysis.network import build
from stations.analysis.reach import AlongStreets
from stations.analysis.uncertainty import (
    CoveredInterval,
    covered_by_radius,
    covered_interval,
    covered_interval_along,
    position_error,
)
from stations.model.errors import BadChoice
from tests.analysis.towns import CRS, Town, demand_frame, radii, station_frame, towns

LADDER = (np.array([0.0, 500.0, 1000.0, 1000.0, 1500.0, 2000.0]), np.array([0.0, 0.0, 0.0, 300.0, 300.0, 0.0]))
"""Nodes of one bent street."""


def people_within(town: Town, radius_m: float) -> float:
    within = covered(nearest_station(town.demand, town.stations)["distance_m"], radius_m=radius_m)
    return float(town.demand["people"][within].sum())


def interval(town: Town, error_m: float, **changed: float) -> CoveredInterval:
    asked = {"radius_m": 1000, "level": 0.9, "draws": 40, "seed": 3, **changed}
    errors = pd.Series(error_m, index=town.stations.index, dtype=float)
    return covered_interval(town.demand, town.stations, error_m=errors, **asked)  # type: ignore[arg-type]


@settings(max_examples=30)
@given(towns(), radii, st.sampled_from([0.0, 5.0, 80.0, 2000.0]))
def test_it_equals_moving_every_station_and_counting_everybody(town: Town, radius_m: float, error_m: float) -> None:
    places = np.column_stack([town.stations.geometry.x, town.stations.geometry.y])
    slow = []
    for draw in range(7):
        moved = places + np.random.default_rng([3, draw]).standard_normal(places.shape) * error_m / np.sqrt(2)
        slow.append(people_within(town._replace(stations=station_frame([tuple(at) for at in moved])), radius_m))
    found = interval(town, error_m, radius_m=radius_m, draws=7)
    assert found.recorded == people_within(town, radius_m)
    assert found.mean == np.mean(slow)
    assert (found.low, found.high) == tuple(np.quantile(slow, [(1 - 0.9) / 2, (1 + 0.9) / 2]))


@pytest.mark.parametrize("error_m", [0.0, 30.0, 400.0])
def test_along_streets_it_equals_snapping_every_moved_station_and_counting_everybody(error_m: float) -> None:
    streets = build(*LADDER, start=np.arange(5), end=np.arange(1, 6), two_way=np.full(5, True), crs=CRS)
    reach = AlongStreets(streets, max_snap_m=300)
    demand = demand_frame([(at, side) for at in range(0, 2000, 130) for side in (-90, 40)], [10, 3, 7] * 10 + [1, 1])
    stations = station_frame([(300, 0), (900, 250), (1900, 60)])
    asked = {"radius_m": 500.0, "level": 0.8, "draws": 9, "seed": 3}
    errors = pd.Series(error_m, index=stations.index)
    origins = reach.origins(demand)
    found = covered_interval_along(demand, stations, origins, error_m=errors, **asked)  # type: ignore[arg-type]
    places = np.column_stack([stations.geometry.x, stations.geometry.y])
    slow = []
    for draw in range(9):
        moved = places + np.random.default_rng([3, draw]).standard_normal(places.shape) * error_m / np.sqrt(2)
        metres = origins.nearest(station_frame([tuple(at) for at in moved]))["distance_m"]
        slow.append(float(demand["people"][metres <= 500].sum()))
    assert (found.mean, found.low, found.high) == (np.mean(slow), *np.quantile(slow, [0.1, 0.9]))
    assert found.recorded == demand["people"][origins.nearest(stations)["distance_m"] <= 500].sum()
    assert (found.low < found.high) == (error_m > 0)


def test_along_streets_nothing_built_covers_nothing_for_certain() -> None:
    streets = build(*LADDER, start=np.arange(5), end=np.arange(1, 6), two_way=np.full(5, True), crs=CRS)
    nobody = pd.Series(dtype=float)
    asked = {"radius_m": 500.0, "level": 0.8, "draws": 2, "seed": 3}
    demand, none = demand_frame([(100, 0)]), station_frame([])
    origins = AlongStreets(streets, 300).origins(demand)
    found = covered_interval_along(demand, none, origins, error_m=nobody, **asked)  # type: ignore[arg-type]
    assert found[:4] == (0, 0, 0, 0)


def test_places_without_error_leave_no_doubt(toy_town: Town) -> None:
    assert interval(toy_town, 0)[:4] == (265, 265, 265, 265)


def test_one_point_at_the_edge_is_covered_about_every_other_time() -> None:
    town = Town(demand_frame([(1000, 0)], [100]), station_frame([(0, 0)]), station_frame([]))
    assert interval(town, 10, draws=2000).mean == pytest.approx(50, abs=4)


def test_the_same_seed_gives_the_same_answer_on_any_number_of_cores(
    toy_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    for cores in (1, 4):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        answers.append(interval(toy_town, 300))
    reordered = interval(toy_town._replace(demand=toy_town.demand.iloc[::-1]), 300)
    assert answers[0] == answers[1] == reordered
    assert answers[0] != interval(toy_town, 300, seed=4)


@pytest.mark.parametrize("error_m", [np.nan, -1.0, np.inf])
def test_an_error_that_is_not_known_is_never_taken_for_none(toy_town: Town, error_m: float) -> None:
    with pytest.raises(BadChoice):
        interval(toy_town, error_m)


@pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 1}, {"draws": 0}, {"radius_m": 0}, {"radius_m": np.nan}])
def test_what_cannot_be_asked_is_refused(toy_town: Town, wrong: dict[str, float]) -> None:
    with pytest.raises(BadChoice):
        interval(toy_town, 10, **wrong)


def test_nothing_built_covers_nothing_for_certain(toy_town: Town) -> None:
    assert interval(toy_town._replace(stations=station_frame([])), 10)[:4] == (0, 0, 0, 0)
    assert interval(toy_town._replace(demand=demand_frame([])), 10)[:4] == (0, 0, 0, 0)


def test_the_error_of_a_place_follows_its_precision() -> None:
    precision = pd.Series(["address", "道路", None], index=list("abc"), dtype=object)
    assert position_error(precision, unknown_m=400).to_dict() == {"a": 25, "b": 250, "c": 400}
    for unknown_m in (0, np.nan):
        with pytest.raises(BadChoice):
            position_error(precision, unknown_m=unknown_m)
    with pytest.raises(BadChoice):
        position_error(pd.Series(["roughly"]), unknown_m=400)


@given(towns(), st.lists(radii, max_size=6))
def test_the_curve_equals_coverage_at_each_radius(town: Town, radii_m: list[float]) -> None:
    distance = nearest_station(town.demand, town.stations)["distance_m"]
    curve = covered_by_radius(distance, town.demand["people"], radii_m=radii_m)
    assert curve.index.tolist() == radii_m
    assert curve["covered_people"].tolist() == [people_within(town, radius_m) for radius_m in radii_m]


def test_a_point_exactly_at_a_radius_is_on_the_curve() -> None:
    distance = pd.Series([500.0, 500 + TOUCH_M, 500 + 2 * TOUCH_M, np.inf, np.nan])
    curve = covered_by_radius(distance, pd.Series([1, 2, 4, 8, 16]), radii_m=[600, 500])
    assert curve["covered_people"].tolist() == [7, 3]
    assert curve["covered_share"].tolist() == [7 / 31, 3 / 31]
    assert covered_by_radius(distance[:0], pd.Series([], dtype=int), radii_m=[5])["covered_share"].isna().all()
    with pytest.raises(BadChoice):
        covered_by_radius(distance, pd.Series([1] * 5), radii_m=[500, 0])
