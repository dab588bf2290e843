from __future__ import annotations

import math
import random as random_module

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.analysis.coverage import covered, covered_land, of_tier
from stations.analysis.distance import nearest_station
from stations.analysis.gaps import COLUMNS, SLIVER_KM2, demand_gaps, gap_of_points, hosts, land_gaps, left_out_km2
from stations.analysis.planar import DifferentCrs
from stations.model.errors import BadChoice, DegreesNotMetres
from stations.model.vocabulary import Tier
from tests.analysis.towns import CELL_M, Spot, Town, demand_frame, district_frame, radii, spots, station_frame, towns


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


def test_groups_are_summed_and_where_only_they_are_there_is_a_gap_too(municipal: Town) -> None:
    couriers = pd.Series(0, index=municipal.demand.index)
    couriers[["a3", "b2", "c1", "a1"]] = [1, 3, 2, 50]
    demand = municipal.demand.assign(couriers=couriers, drivers=couriers * 0.5)
    nearest = nearest_station(demand, municipal.stations)
    gaps = demand_gaps(demand, nearest, radius_m=1000, spacing_m=1000, groups=["couriers", "drivers"])
    assert tuple(gaps.columns) == (*COLUMNS[:-1], "couriers", "drivers", "geometry")
    assert gaps["people"].tolist() == [60, 30, 30, 7]
    assert gaps["couriers"].tolist() == [2, 4, 0, 0]
    assert gaps["drivers"].tolist() == [1.0, 2.0, 0.0, 0.0]
    assert gaps["area_km2"].tolist() == [1, 3, 1, 1]  # with b2, where nobody lives


@pytest.mark.parametrize("column", ["people", "couriers"])
@pytest.mark.parametrize("count", [-1.0, math.nan, math.inf])
def test_a_number_of_people_that_is_none_is_refused(toy_town: Town, column: str, count: float) -> None:
    demand = toy_town.demand.assign(people=toy_town.demand["people"].astype(float), couriers=0.0)
    demand.loc["a1", column] = count
    nearest = nearest_station(demand, toy_town.stations)
    for measure in (demand_gaps, gap_of_points):
        with pytest.raises(BadChoice, match=column):
            measure(demand, nearest, radius_m=1000, spacing_m=1000, groups=["couriers"])


def test_people_times_distance_as_counted_on_paper(municipal: Town) -> None:
    gaps = gaps_of(municipal, 1000, spacing_m=1000)
    root2, root5 = math.sqrt(2), math.sqrt(5)
    # The second: 10 people 2 km from s0, and 20 at root 5 km from either.
    expected = [60 * root2, 10 * 2 + 20 * root5, 30 * root2, 7 * root2]
    assert gaps["people_distance_km"].tolist() == pytest.approx(expected)
    assert gaps["people_distance_rank"].tolist() == [1, 2, 3, 4]


def test_few_people_far_away_may_rank_before_many_nearby() -> None:
    demand = demand_frame([(200, 0), (5000, 0)], [10, 5])
    gaps = demand_gaps(demand, nearest_station(demand, station_frame([(0, 0)])), radius_m=100, spacing_m=CELL_M)
    assert gaps["people_distance_km"].tolist() == [2, 25]
    assert gaps[["rank", "people_distance_rank"]].to_numpy().tolist() == [[1, 2], [2, 1]]


def test_without_stations_people_are_infinitely_far_away_and_nobody_is_not() -> None:
    demand = demand_frame([(0, 0), (5000, 0)], [10, 0]).assign(couriers=[0, 4])
    nearest = nearest_station(demand, station_frame([]))
    gaps = demand_gaps(demand, nearest, radius_m=100, spacing_m=CELL_M, groups=["couriers"])
    assert gaps["people_distance_km"].tolist() == [math.inf, 0.0]
    assert gaps["people_distance_rank"].tolist() == [1, 2]


def test_an_identifier_says_district_and_place() -> None:
    demand = demand_frame([(500_000, 3_600_000), (510_000, 3_600_000)], [2, 1], district=["340402", None])
    gaps = demand_gaps(demand, nearest_station(demand, station_frame([])), radius_m=100, spacing_m=CELL_M)
    assert gaps["gap_id"].tolist() == ["340402-117.000-32.524", "000000-117.106-32.524"]


def test_gaps_at_one_knot_are_numbered_from_the_west_whatever_their_rank() -> None:
    demand = demand_frame([(500_000 + east, 3_600_000) for east in (0, 20, 40)], [1, 2, 3])
    gaps = demand_gaps(demand, nearest_station(demand, station_frame([])), radius_m=5, spacing_m=5)
    assert gaps["people"].tolist() == [3, 2, 1]
    assert [gap_id.removeprefix("000000-117.000-32.524") for gap_id in gaps["gap_id"]] == ["-3", "-2", ""]


@settings(max_examples=50)
@given(towns(), radii)
def test_identifiers_are_unique_and_a_station_far_away_changes_none(town: Town, radius_m: float) -> None:
    gaps = gaps_of(town, radius_m)
    assert gaps["gap_id"].is_unique
    far = [(geometry.x, geometry.y) for geometry in town.stations.geometry] + [(90_000.0, 90_000.0)]
    again = gaps_of(town._replace(stations=station_frame(far)), radius_m)
    told = ["gap_id", "rank", "people", "centre_x", "centre_y"]
    pd.testing.assert_frame_equal(pd.DataFrame(again[told]), pd.DataFrame(gaps[told]))


@settings(max_examples=50)
@given(towns(), radii, spots(CELL_M / 2, most=1))
def test_a_new_station_never_leaves_more_people_in_gaps(town: Town, radius_m: float, new: list[Spot]) -> None:
    before = gaps_of(town, radius_m)
    places = [(geometry.x, geometry.y) for geometry in town.stations.geometry]
    after = gaps_of(town._replace(stations=station_frame([*places, *new])), radius_m)
    assert after["people"].sum() <= before["people"].sum()
    assert after["area_km2"].sum() <= before["area_km2"].sum() + 1e-9
    union = shapely.union_all(before.geometry.buffer(0.001).to_numpy())
    assert after.geometry.within(union).all()


@settings(max_examples=50)
@given(towns(), radii, st.data())
def test_everybody_uncovered_is_in_exactly_one_gap_and_sums_are_conserved(
    town: Town, radius_m: float, data: st.DataObject
) -> None:
    size = len(town.demand)
    couriers = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    demand = town.demand.assign(couriers=np.array(couriers, dtype=int)).rename(index="p{}".format)
    nearest = nearest_station(demand, town.stations)
    counts = {"groups": ["couriers"], "radius_m": radius_m, "spacing_m": CELL_M}
    gaps, own = demand_gaps(demand, nearest, **counts), gap_of_points(demand, nearest, **counts)
    assert own.index.equals(demand.index)
    waiting = ~covered(nearest["distance_m"], radius_m=radius_m) & (demand[["people", "couriers"]] > 0).any(axis=1)
    assert (own.notna() == waiting).all()
    for column in ("people", "couriers"):
        told = demand[column].groupby(own).sum()
        assert told.to_dict() == gaps.set_index("gap_id")[column].to_dict()
        assert gaps[column].sum() == demand[column][waiting].sum()


def test_hosts_of_the_toy_town_as_counted_on_paper(municipal: Town) -> None:
    gaps = gaps_of(municipal, 1000, spacing_m=1000)  # around c1, around b3 with a3, around c3, around e1
    spots = {
        "between": (2500, 1500),  # exactly 1 km from the centres c1 and c3, outside both
        "corner": (0, 3000),  # on the outline of the second gap, 1.58 km from its centre
        "beside": (-0.002, 3000),
        "centre": (1500, 2500),
        "inside": (900, 2600),
        "beyond": (4500, 1500.002),  # 2 mm more than 1 km from e1
    }
    bases = station_frame(list(spots.values())).set_axis(list(spots))
    found = hosts(gaps, bases, radius_m=1000)
    assert found.index.equals(gaps.index)
    assert found["host_ids"].tolist() == [("between",), ("centre", "inside", "corner"), ("between", "centre"), ()]
    assert found["hosts"].tolist() == [1, 3, 2, 0]


def test_equally_near_hosts_come_in_the_order_of_the_bases(municipal: Town) -> None:
    gaps = gaps_of(municipal, 1000, spacing_m=1000)
    bases = station_frame([(2500, 600), (2500, 400), (2500, 500), (2600, 500)]).set_axis(["z", "a", "m", "b"])
    assert hosts(gaps, bases, radius_m=300)["host_ids"][0] == ("m", "z", "a", "b")


def test_without_gaps_or_bases_there_are_no_hosts(toy_town: Town) -> None:
    gaps = gaps_of(toy_town, 1000, spacing_m=1000)
    none = hosts(gaps, station_frame([]), radius_m=1000)
    assert none["hosts"].tolist() == [0] * len(gaps)
    assert none["host_ids"].tolist() == [()] * len(gaps)
    assert hosts(gaps.iloc[:0], station_frame([(0, 0)]), radius_m=1000).to_numpy().tolist() == []


def test_hosts_are_refused_without_a_radius_or_in_another_crs(toy_town: Town) -> None:
    gaps = gaps_of(toy_town, 1000, spacing_m=1000)
    with pytest.raises(BadChoice, match="Radius"):
        hosts(gaps, toy_town.stations, radius_m=math.nan)
    with pytest.raises(DifferentCrs):
        hosts(gaps, toy_town.stations.to_crs(4549), radius_m=1000)


@settings(max_examples=50)
@given(towns(), radii, spots(CELL_M / 2, most=8))
def test_hosts_equal_a_slow_double_loop(town: Town, radius_m: float, places: list[Spot]) -> None:
    gaps, bases = gaps_of(town, radius_m), station_frame(places)
    expected = []
    for outline, *centre in zip(gaps.geometry, gaps["centre_x"], gaps["centre_y"], strict=True):
        away = {base: math.dist(centre, place) for base, place in zip(bases.index, places, strict=True)}
        near = [base for base in away if away[base] <= radius_m or outline.intersects(bases.geometry[base])]
        expected.append(tuple(sorted(near, key=lambda base: round(away[base], 3))))
    assert hosts(gaps, bases, radius_m=radius_m)["host_ids"].tolist() == expected
