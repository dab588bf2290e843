from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given

from stations.analysis.coverage import (
    QUAD_SEGS,
    TOUCH_M,
    covered,
    covered_land,
    of_tier,
    people_by_district,
    served_area,
)
from stations.analysis.distance import nearest_station
from stations.analysis.planar import DifferentCrs
from stations.model.errors import BadChoice, DegreesNotMetres
from stations.model.vocabulary import Tier
from tests.analysis.towns import Town, demand_frame, district_frame, radii, spots, station_frame, towns


def within(town: Town, radius_m: float) -> pd.Series:
    return covered(nearest_station(town.demand, town.stations)["distance_m"], radius_m=radius_m)


def test_a_point_exactly_at_the_radius_is_covered() -> None:
    distance = pd.Series([0.0, 500.0, 500.0 + TOUCH_M / 2, 500.0 + 2 * TOUCH_M, np.inf, np.nan], index=list("abcdef"))
    assert covered(distance, radius_m=500).to_dict() == dict(zip("abcdef", [True] * 3 + [False] * 3, strict=True))


@pytest.mark.parametrize("radius_m", [0, -5, float("nan"), float("inf")])
def test_a_radius_that_is_no_length_is_refused(toy_town: Town, radius_m: float) -> None:
    with pytest.raises(BadChoice):
        covered(pd.Series([1.0]), radius_m=radius_m)
    with pytest.raises(BadChoice):
        served_area(toy_town.stations, radius_m=radius_m)


@pytest.mark.parametrize(
    ("tier", "ids"),
    [
        (Tier.NATIONAL, ["s0"]),
        (Tier.PROVINCIAL, ["s0"]),
        (Tier.MUNICIPAL, ["s0", "s1"]),
        (Tier.NONE, ["s0", "s1", "s2"]),
        (None, ["s0", "s1", "s2"]),
    ],
)
def test_a_tier_means_it_and_every_higher_one(toy_town: Town, tier: Tier | None, ids: list[str]) -> None:
    assert of_tier(toy_town.stations, tier).index.tolist() == ids


def test_people_of_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    town = toy_town._replace(stations=of_tier(toy_town.stations, Tier.MUNICIPAL))
    table = people_by_district(town.demand, within(town, 1000), districts=town.districts)
    assert table.index.tolist() == ["W", "E", None]
    assert table["name"].tolist() == ["District W", "District E", None]
    assert table["people"].tolist() == [75, 250, 7]
    assert table["covered_people"].tolist() == [45, 160, 0]
    assert table["covered_share"].tolist() == [45 / 75, 160 / 250, 0]


def test_where_nobody_lives_there_is_no_share() -> None:
    districts = district_frame({"A": (0, 0, 1, 1), "B": (1, 0, 2, 1), "C": (2, 0, 3, 1)})
    demand = demand_frame([(0, 0), (1, 0)], [0, 3], district=["A", "B"])
    table = people_by_district(demand, pd.Series([True, True]), districts=districts)
    assert table["people"].tolist() == [0, 3, 0]
    assert table["covered_share"].isna().tolist() == [True, False, True]


def test_a_district_that_is_not_on_the_map_counts_as_outside() -> None:
    demand = demand_frame([(0, 0), (1, 0)], [4, 3], district=["A", "elsewhere"])
    table = people_by_district(demand, pd.Series([False, True]), districts=district_frame({"A": (0, 0, 1, 1)}))
    assert table["people"].to_dict() == {"A": 4, None: 3}
    assert table["covered_people"].to_dict() == {"A": 0, None: 3}


def test_whole_people_stay_whole_and_exact() -> None:
    many = 2**53 + 1  # the first whole number that a float cannot hold
    districts = district_frame({"A": (0, 0, 1, 1)})
    demand = demand_frame([(0, 0), (1, 0)], [many, 2], district=["A", "A"])
    table = people_by_district(demand, pd.Series([True, False]), districts=districts)
    assert table.loc["A", "people"] == many + 2
    assert table.loc["A", "covered_people"] == many


def test_coverage_is_matched_by_index_and_must_be_complete(toy_town: Town) -> None:
    answer = within(toy_town, 1000)
    table = people_by_district(toy_town.demand, answer, districts=toy_town.districts)
    shuffled = people_by_district(toy_town.demand, answer.iloc[::-1], districts=toy_town.districts)
    pd.testing.assert_frame_equal(shuffled, table)
    with pytest.raises(KeyError):
        people_by_district(toy_town.demand, answer.drop("c2"), districts=toy_town.districts)


def test_nothing_built_covers_nothing(toy_town: Town) -> None:
    town = toy_town._replace(stations=station_frame([]))
    assert not within(town, 1000).any()
    assert people_by_district(town.demand, within(town, 1000), districts=town.districts)["covered_people"].sum() == 0
    assert covered_land(town.districts, town.stations, radius_m=1000)["covered_share"].tolist() == [0, 0]
    assert served_area(town.stations, radius_m=1000).is_empty


@given(towns(), radii, radii)
def test_a_larger_radius_never_uncovers(town: Town, one: float, other: float) -> None:
    assert (within(town, min(one, other)) <= within(town, max(one, other))).all()


@given(towns(), spots(50, most=2), radii)
def test_a_new_station_never_uncovers(town: Town, new: list[tuple[float, float]], radius_m: float) -> None:
    old = list(zip(town.stations.geometry.x, town.stations.geometry.y, strict=True))
    assert (within(town, radius_m) <= within(town._replace(stations=station_frame(old + new)), radius_m)).all()


@given(towns(), radii)
def test_the_table_sums_to_the_input_and_equals_a_slow_loop(town: Town, radius_m: float) -> None:
    reached = within(town, radius_m)
    table = people_by_district(town.demand, reached, districts=town.districts)
    assert table["people"].sum() == town.demand["people"].sum()
    for code, row in zip(table.index, table.itertuples(), strict=True):
        rows = [label for label in town.demand.index if town.demand.at[label, "district"] == code]
        assert row.people == sum(town.demand.at[label, "people"] for label in rows)
        assert row.covered_people == sum(town.demand.at[label, "people"] for label in rows if reached[label])


def test_land_of_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    land = covered_land(toy_town.districts, of_tier(toy_town.stations, Tier.MUNICIPAL), radius_m=500)
    disc_km2 = math.pi / 4
    assert land["name"].tolist() == ["District W", "District E"]
    assert land["area_km2"].tolist() == [6, 6]
    assert land["covered_km2"].tolist() == pytest.approx([disc_km2, disc_km2], rel=1e-3)
    assert land["covered_share"].tolist() == pytest.approx([disc_km2 / 6, disc_km2 / 6], rel=1e-3)


def test_a_station_across_the_border_covers_land_too(toy_town: Town) -> None:
    land = covered_land(toy_town.districts, station_frame([(2000, 1500)]), radius_m=500)
    assert land["covered_km2"].tolist() == pytest.approx([math.pi / 8, math.pi / 8], rel=1e-3)


def test_a_disc_is_drawn_inside_the_circle_and_loses_less_than_a_thousandth() -> None:
    disc = served_area(station_frame([(0, 0)]), radius_m=1000)
    lost = 1 - disc.area / (math.pi * 1000**2)
    assert lost == pytest.approx((math.pi / (2 * QUAD_SEGS)) ** 2 / 6, rel=0.01)
    assert 0 < lost < 0.001
    assert shapely.hausdorff_distance(disc.boundary, shapely.Point(0, 0)) == pytest.approx(1000)
    assert shapely.distance(disc.boundary, shapely.Point(0, 0)) > 0.9996 * 1000


def test_holes_in_the_served_area_stay_holes() -> None:
    ring = [(1000 * math.cos(angle), 1000 * math.sin(angle)) for angle in np.arange(12) * math.pi / 6]
    area = served_area(station_frame(ring), radius_m=500)
    assert len(area.interiors) == 1
    assert not area.contains(shapely.Point(0, 0))


def test_land_in_degrees_or_in_another_crs_is_refused(toy_town: Town) -> None:
    with pytest.raises(DegreesNotMetres):
        covered_land(toy_town.districts.to_crs(4326), toy_town.stations.to_crs(4326), radius_m=500)
    with pytest.raises(DifferentCrs):
        covered_land(toy_town.districts, toy_town.stations.to_crs(4549), radius_m=500)
