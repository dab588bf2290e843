from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.demand import assign_district, spacing
from stations.analysis.planar import DifferentCrs
from stations.model.errors import DegreesNotMetres
from tests.analysis.towns import Spot, Town, demand_frame, district_frame, spots


def test_the_spacing_of_the_toy_town_is_a_kilometre(toy_town: Town) -> None:
    assert spacing(toy_town.demand, alone_m=5) == 1000


def test_several_rows_at_one_place_do_not_make_the_spacing_zero() -> None:
    assert spacing(demand_frame([(0, 0), (0, 0), (0, 0), (250, 0)]), alone_m=5) == 250


@pytest.mark.parametrize("places", [[], [(3, 4)], [(3, 4), (3, 4)]])
def test_demand_at_fewer_than_two_places_has_the_spacing_the_caller_gives(places: list[Spot]) -> None:
    assert spacing(demand_frame(places), alone_m=500) == 500


def test_the_spacing_survives_rounding_of_the_coordinates_and_a_few_strays() -> None:
    random = np.random.default_rng(1)
    grid = [(100.0 * x, 100.0 * y) for x in range(20) for y in range(20) if random.random() < 0.8]
    shaken = [(x + random.uniform(-0.5, 0.5), y + random.uniform(-0.5, 0.5)) for x, y in grid]
    assert spacing(demand_frame([*shaken, (9000, 9000), (9001, 9000)]), alone_m=5) == pytest.approx(100, abs=1)


def test_the_spacing_of_degrees_is_refused(toy_town: Town) -> None:
    with pytest.raises(DegreesNotMetres):
        spacing(toy_town.demand.to_crs(4326), alone_m=5)


def test_points_are_given_the_district_they_lie_in_and_none_outside(toy_town: Town) -> None:
    found = assign_district(toy_town.demand, toy_town.districts)
    assert found.tolist() == toy_town.demand["district"].tolist()
    pd.testing.assert_index_equal(found.index, toy_town.demand.index)


def test_a_point_on_a_border_goes_to_the_first_district_by_code() -> None:
    districts = district_frame({"C": (0, 0, 1, 1), "B": (1, 0, 2, 1), "A": (0, 1, 1, 2)})
    points = demand_frame([(1, 0.5), (0.5, 1), (1, 1), (2, 1), (2.001, 1)])
    assert assign_district(points, districts).tolist() == ["B", "A", "A", "B", None]


def test_a_point_in_a_hole_is_outside() -> None:
    districts = district_frame({"A": (0, 0, 3, 3)})
    districts.geometry = districts.geometry.difference(shapely.box(1, 1, 2, 2))
    assert assign_district(demand_frame([(0.5, 0.5), (1.5, 1.5)]), districts).tolist() == ["A", None]


def test_districts_in_another_crs_are_refused(toy_town: Town) -> None:
    with pytest.raises(DifferentCrs):
        assign_district(toy_town.demand, toy_town.districts.to_crs(4326))


def test_districts_are_found_in_degrees_too(toy_town: Town) -> None:
    found = assign_district(toy_town.demand.to_crs(4326), toy_town.districts.to_crs(4326))
    assert found.tolist() == toy_town.demand["district"].tolist()


@given(spots(100, most=20), st.permutations(["A", "B", "C"]))
def test_it_equals_a_slow_double_loop(points: list[Spot], codes: list[str]) -> None:
    boxes = [(0.0, 0.0, 300.0, 300.0), (300.0, 0.0, 500.0, 600.0), (100.0, 200.0, 400.0, 600.0)]
    districts = district_frame(dict(zip(codes, boxes, strict=True)))
    for spot, code in zip(points, assign_district(demand_frame(points), districts), strict=True):
        holding = [own for own, outline in districts.geometry.items() if outline.intersects(shapely.Point(spot))]
        assert code == min(holding, default=None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scattered_points_stand_for_the_land_around_them(seed: int) -> None:
    places = np.random.default_rng(seed).uniform(0, 20_000, size=(1600, 2))  # one in each square of 500 m
    scattered = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*places.T), crs="EPSG:4548")
    assert spacing(scattered, alone_m=1.0) == pytest.approx(500, rel=0.05)


def test_a_few_scattered_points_have_a_spacing_too() -> None:
    three = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 300, 2000], [0, 0, 0]), crs="EPSG:4548")
    assert 300 <= spacing(three, alone_m=1.0) < 3000
