from __future__ import annotations

import math
import random as random_module

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.coverage import covered, covered_land, of_tier
from stations.analysis.distance import nearest_station
from stations.analysis.gaps import COLUMNS, SLIVER_KM2, demand_gaps, land_gaps, left_out_km2
from stations.model.errors import BadChoice, DegreesNotMetres
from stations.model.vocabulary import Tier
from tests.analysis.towns import CELL_M, Town, demand_frame, district_frame, radii, station_frame, towns


def gaps_of(town: Town, radius_m: float, *, spacing_m: float = CELL_M) -> GeoDataFrame:
    nearest = nearest_station(town.demand, town.stations)
    return demand_gaps(town.demand, nearest, radius_m=radius_m, spacing_m=spacing_m)


@pytest.fixture
def municipal(toy_town: Town) -> Town:
    return toy_town._replace(stations=of_tier(toy_town.stations, Tier.MUNICIPAL))


def test_gaps_of_the_toy_town_as_counted_on_paper(municipal: Town) -> None:
    gaps = gaps_of(municipal, 1000, spacing_m=1000)
    assert gaps["rank"].tolist() == [1, 2, 3, 4]
    assert gaps["people"].tolist() == [60, 30, 30, 7]
    assert gaps["area_km2"].tolist() == [1, 2, 1, 1]
    assert gaps["district"].tolist() == ["E", "W", "E", None]
    assert gaps["nearest_station_id"].tolist() == ["s1", "s0", "s1", "s1"]
    root2, root5 = 1000 * math.sqrt(2), 1000 * math.sqrt(5)
    assert gaps["nearest_station_m"].tolist() == pytest.approx([root2, root5, root2, root2])
    assert list(zip(gaps["centre_x"], gaps["centre_y"], strict=True)) == [
        (2500, 500),
        (1500, 2500),  # the mean of 10 at 500 and 20 at 1500 is 1167
        (2500, 2500),
        (4500, 500),
    ]
    assert gaps.geometry.iloc[1].equals(shapely.box(0, 2000, 2000, 3000))


def test_the_columns_and_the_crs_are_always_the_same(toy_town: Town) -> None:
    nobody = toy_town._replace(demand=demand_frame([]))
    everywhere = toy_town._replace(demand=toy_town.demand.assign(people=0))
    for town in (toy_town, nobody, everywhere):
        gaps = gaps_of(town, 1000, spacing_m=1000)
        assert isinstance(gaps, GeoDataFrame)
        assert tuple(gaps.columns) == COLUMNS
        assert gaps.crs == town.demand.crs
    assert len(gaps_of(nobody, 1000)) == len(gaps_of(everywhere, 1000)) == 0


def test_where_nobody_lives_there_is_no_gap(municipal: Town) -> None:
    assert not gaps_of(municipal, 1000, spacing_m=1000).contains(shapely.Point(1500, 1500)).any()


def test_without_stations_everybody_is_in_a_gap_without_a_nearest_station(toy_town: Town) -> None:
    gaps = gaps_of(toy_town._replace(stations=station_frame([])), 1000, spacing_m=1000)
    assert gaps["people"].sum() == toy_town.demand["people"].sum()
    assert all(station is None for station in gaps["nearest_station_id"])
    assert gaps["nearest_station_m"].isna().all()


def test_equal_gaps_are_ranked_by_district_then_from_the_west_and_the_south() -> None:
    spots = [(0, 0), (600, 300), (600, 0), (300, 0), (900, 0)]
    demand = demand_frame(spots, [5] * 5, district=["B", "A", "A", "A", None])
    gaps = demand_gaps(demand, nearest_station(demand, station_frame([])), radius_m=100, spacing_m=100)
    assert list(zip(gaps["centre_x"], gaps["centre_y"], strict=True)) == [
        (300, 0),
        (600, 0),
        (600, 300),
        (0, 0),
        (900, 0),
    ]


def test_a_radius_or_spacing_that_is_no_length_is_refused(toy_town: Town) -> None:
    with pytest.raises(BadChoice, match="Radius"):
        gaps_of(toy_town, -1)
    with pytest.raises(BadChoice):
        gaps_of(toy_town, 100, spacing_m=0)


def test_degrees_are_refused(toy_town: Town) -> None:
    nearest = nearest_station(toy_town.demand, toy_town.stations)
    with pytest.raises(DegreesNotMetres):
        demand_gaps(toy_town.demand.to_crs(4326), nearest, radius_m=1000, spacing_m=1000)


def test_a_distance_must_be_known_for_every_point(toy_town: Town) -> None:
    nearest = nearest_station(toy_town.demand, toy_town.stations)
    with pytest.raises(KeyError):
        demand_gaps(toy_town.demand, nearest.drop("c2"), radius_m=1000, spacing_m=1000)


@given(towns(), radii)
def test_people_in_gaps_and_covered_people_are_all_people(town: Town, radius_m: float) -> None:
    reached = covered(nearest_station(town.demand, town.stations)["distance_m"], radius_m=radius_m)
    in_gaps = gaps_of(town, radius_m)["people"].sum()
    assert in_gaps + town.demand["people"][reached].sum() == town.demand["people"].sum()


@given(towns(), radii)
def test_gaps_partition_the_uncovered_points_and_each_lies_in_one_district(town: Town, radius_m: float) -> None:
    reached = covered(nearest_station(town.demand, town.stations)["distance_m"], radius_m=radius_m)
    waiting = town.demand[~reached & (town.demand["people"] > 0)]
    gaps = gaps_of(town, radius_m)
    assert gaps["area_km2"].sum() == pytest.approx(len(waiting) * CELL_M**2 / 1e6)
    holding = [gaps.index[gaps.contains(point)].tolist() for point in waiting.geometry]
    assert all(len(gap) == 1 for gap in holding)
    district = [gaps.at[gap, "district"] for (gap,) in holding]
    assert district == waiting["district"].tolist()
    assert {gap for (gap,) in holding} == set(gaps.index)


@given(towns(), radii)
def test_the_centre_is_a_point_of_the_gap_and_beyond_the_radius(town: Town, radius_m: float) -> None:
    gaps = gaps_of(town, radius_m)
    assert (gaps["nearest_station_m"].fillna(np.inf) > radius_m).all()
    centres = gpd.GeoDataFrame(geometry=gpd.points_from_xy(gaps["centre_x"], gaps["centre_y"]), crs=gaps.crs)
    again = nearest_station(centres, town.stations)
    assert again["station_id"].tolist() == gaps["nearest_station_id"].tolist()
    assert set(centres.geometry.to_wkb()) <= set(town.demand.geometry.to_wkb())


@given(towns(), radii, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(town: Town, radius_m: float, random: random_module.Random) -> None:
    labels = list(town.demand.index)
    random.shuffle(labels)
    shuffled = town._replace(demand=town.demand.loc[labels])
    pd.testing.assert_frame_equal(pd.DataFrame(gaps_of(shuffled, radius_m)), pd.DataFrame(gaps_of(town, radius_m)))


@given(towns(), radii)
def test_ranks_fall_by_people_and_then_by_area(town: Town, radius_m: float) -> None:
    gaps = gaps_of(town, radius_m)
    assert gaps["rank"].tolist() == list(range(1, len(gaps) + 1))
    keys = list(zip(-gaps["people"], -gaps["area_km2"].round(6), strict=True))
    assert keys == sorted(keys)


def test_land_gaps_of_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    gaps = land_gaps(toy_town.districts, station_frame([(3000, 1500)]), radius_m=900)
    assert gaps["district"].tolist() == ["W", "E"]
    assert gaps["area_km2"].tolist() == pytest.approx([6, 6 - math.pi * 0.81], rel=1e-3)
    assert gaps["people"].isna().all()
    assert gaps["nearest_station_id"].tolist() == ["s0", "s0"]
    west = shapely.Point(gaps["centre_x"][0], gaps["centre_y"][0])
    assert west.x == pytest.approx(1000, abs=9)  # as far from the west border as from the east one
    assert gaps["nearest_station_m"][0] == pytest.approx(west.distance(shapely.Point(3000, 1500)))


def test_a_band_of_coverage_divides_land_into_pieces_and_small_pieces_are_left_out() -> None:
    districts = district_frame({"A": (-495, 0, 650, 200)})
    stations = station_frame([(0, 100)])
    land, gaps = covered_land(districts, stations, radius_m=500), land_gaps(districts, stations, radius_m=500)
    assert len(gaps) == 1
    assert gaps["area_km2"][0] > SLIVER_KM2
    corners = land["area_km2"]["A"] - land["covered_km2"]["A"] - gaps["area_km2"][0]
    assert 0 < corners < SLIVER_KM2
    assert left_out_km2(land, gaps) == pytest.approx(corners)


def test_land_without_stations_is_one_gap_for_each_district(toy_town: Town) -> None:
    gaps = land_gaps(toy_town.districts, station_frame([]), radius_m=1000)
    assert gaps["district"].tolist() == ["E", "W"]
    assert gaps["area_km2"].tolist() == [6, 6]
    assert gaps["nearest_station_id"].tolist() == [None, None]
    assert gaps["nearest_station_m"].isna().all()


def test_land_that_is_covered_whole_has_no_gap_but_all_columns(toy_town: Town) -> None:
    gaps = land_gaps(toy_town.districts, toy_town.stations, radius_m=9000)
    assert len(gaps) == 0
    assert tuple(gaps.columns) == COLUMNS
    assert gaps.crs == toy_town.districts.crs


@given(towns(), radii)
def test_land_gaps_and_covered_land_and_slivers_are_all_land(town: Town, radius_m: float) -> None:
    land = covered_land(town.districts, town.stations, radius_m=radius_m)
    gaps = land_gaps(town.districts, town.stations, radius_m=radius_m)
    parts = gaps["area_km2"].sum() + land["covered_km2"].sum() + left_out_km2(land, gaps)
    assert parts == pytest.approx(land["area_km2"].sum())
    assert (gaps["nearest_station_m"].fillna(np.inf) > 0.9996 * radius_m).all()
