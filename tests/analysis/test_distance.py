from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.distance import nearest_station
from stations.analysis.planar import DifferentCrs
from stations.model.errors import DegreesNotMetres
from tests.analysis.towns import Town, demand_frame, station_frame, towns


def test_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    nearest = nearest_station(toy_town.demand, toy_town.stations)
    assert nearest.loc["a1"].tolist() == ["s0", 0.0]
    assert nearest.loc["d3"].tolist() == ["s1", 1000.0]
    assert nearest.loc["e1"].tolist() == ["s1", math.sqrt(2) * 1000]
    assert nearest.loc["c2"].tolist() == ["s1", 1000.0]  # s2 is as near, but comes later


def test_a_tie_goes_to_the_station_that_comes_first(toy_town: Town) -> None:
    nearest = nearest_station(toy_town.demand, toy_town.stations.iloc[::-1])
    assert nearest.loc["c2", "station_id"] == "s2"


def test_the_answer_is_on_the_index_of_the_demand_and_the_input_is_untouched(toy_town: Town) -> None:
    before = [frame.copy() for frame in toy_town]
    nearest = nearest_station(toy_town.demand, toy_town.stations)
    pd.testing.assert_index_equal(nearest.index, toy_town.demand.index)
    assert nearest.dtypes.astype(str).to_dict() == {"station_id": "object", "distance_m": "float64"}
    assert all(frame.equals(copy) for frame, copy in zip(toy_town, before, strict=True))


def test_without_stations_nothing_is_near(toy_town: Town) -> None:
    nearest = nearest_station(toy_town.demand, station_frame([]))
    assert all(station is None for station in nearest["station_id"])
    assert (nearest["distance_m"] == np.inf).all()


def test_without_demand_there_is_an_empty_answer(toy_town: Town) -> None:
    assert nearest_station(demand_frame([]), toy_town.stations).empty


def test_degrees_are_refused(toy_town: Town) -> None:
    with pytest.raises(DegreesNotMetres):
        nearest_station(toy_town.demand.to_crs(4326), toy_town.stations.to_crs(4326))


def test_different_crs_are_refused(toy_town: Town) -> None:
    with pytest.raises(DifferentCrs):
        nearest_station(toy_town.demand, toy_town.stations.to_crs(4549))


@given(towns())
def test_it_equals_a_slow_double_loop(town: Town) -> None:
    nearest = nearest_station(town.demand, town.stations)
    for label, point in town.demand.geometry.items():
        best: tuple[object, float] = (None, math.inf)
        for station_id, place in town.stations.geometry.items():
            dx, dy = point.x - place.x, point.y - place.y
            if (metres := math.sqrt(dx * dx + dy * dy)) < best[1]:
                best = (station_id, metres)
        assert tuple(nearest.loc[label]) == best


@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_the_demand_does_not_matter(town: Town, random: np.random.Generator) -> None:
    labels = list(town.demand.index)
    random.shuffle(labels)
    shuffled = nearest_station(town.demand.loc[labels], town.stations)
    pd.testing.assert_frame_equal(shuffled.loc[town.demand.index], nearest_station(town.demand, town.stations))


@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_the_stations_changes_no_distance(town: Town, random: np.random.Generator) -> None:
    ids = list(town.stations.index)
    random.shuffle(ids)
    shuffled = nearest_station(town.demand, town.stations.loc[ids])
    pd.testing.assert_series_equal(shuffled["distance_m"], nearest_station(town.demand, town.stations)["distance_m"])
