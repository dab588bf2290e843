"""People of areas at points inside them: every area keeps its own."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.planar import DifferentCrs
from stations.analysis.spreading import apportioned, spread_evenly, spread_over
from stations.model.errors import BadChoice, DegreesNotMetres
from tests.analysis.towns import CRS, demand_frame

boxes = st.tuples(*[st.integers(0, 900)] * 2, *[st.integers(1, 700)] * 2).map(
    lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)
counted = st.lists(st.tuples(boxes, st.integers(0, 500), st.floats(0, 500)), min_size=1, max_size=6)


def areas_of(rows: list[tuple[shapely.Polygon, int, float]]) -> gpd.GeoDataFrame:
    shapes, people, members = zip(*rows, strict=True)
    columns = {"people": np.array(people, int), "members": np.array(members, float)}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), index=[f"a{n}" for n in range(len(rows))], crs=CRS)


def test_a_square_of_four_cells_gives_each_a_quarter() -> None:
    spread = spread_evenly(areas_of([(shapely.box(0, 0, 200, 200), 8, 2.0)]), ["people", "members"], spacing_m=100)
    assert spread["people"].tolist() == [2, 2, 2, 2]
    assert spread["members"].tolist() == [0.5] * 4
    assert [(p.x, p.y) for p in spread.geometry] == [(50, 50), (150, 50), (50, 150), (150, 150)]
    assert spread.crs == CRS


@given(rows=counted, layer=st.lists(st.tuples(st.integers(0, 1600), st.integers(0, 1600)), max_size=30))
def test_each_area_keeps_its_own_people_also_where_areas_overlap(
    rows: list[tuple[shapely.Polygon, int, float]], layer: list[tuple[float, float]]
) -> None:
    areas = areas_of(rows)
    points = demand_frame(layer, [number % 4 for number in range(len(layer))])
    for spread in (
        spread_evenly(areas, ["people", "members"], spacing_m=100),
        spread_over(areas, ["people", "members"], layer=points, spacing_m=100),
    ):
        assert spread["people"].dtype == np.int64
        sums = spread.groupby("area")[["people", "members"]].sum()
        assert sums["people"].to_dict() == areas["people"].to_dict()
        np.testing.assert_allclose(sums.loc[areas.index, "members"], areas["members"], rtol=1e-12, atol=1e-300)
        assert areas.geometry.loc[spread["area"]].intersects(spread.geometry, align=False).all()


@given(rows=counted)
def test_order_is_irrelevant(rows: list[tuple[shapely.Polygon, int, float]]) -> None:
    areas = areas_of(rows)
    one, other = (spread_evenly(each, ["people"], spacing_m=100) for each in (areas, areas.iloc[::-1]))
    for label in areas.index:
        first, second = (spread[spread["area"] == label] for spread in (one, other))
        assert first["people"].tolist() == second["people"].tolist()
        assert first.geometry.to_list() == second.geometry.to_list()


def test_a_hole_stays_empty() -> None:
    ring = shapely.box(0, 0, 500, 500).difference(shapely.box(100, 100, 400, 400))
    spread = spread_evenly(areas_of([(ring, 160, 0.0)]), ["people"], spacing_m=100)
    assert len(spread) == 16
    assert not spread.within(shapely.box(100, 100, 400, 400)).any()


def test_an_area_without_the_middle_of_a_cell_keeps_its_people_inside() -> None:
    tiny = shapely.box(10, 10, 20, 20)
    spread = spread_evenly(areas_of([(tiny, 9, 0.5)]), ["people", "members"], spacing_m=100)
    assert (spread["people"].tolist(), spread["members"].tolist()) == ([9], [0.5])
    assert spread.within(tiny).all()


def test_a_finer_layer_says_where_the_people_are_and_its_zeros_get_nobody() -> None:
    areas = areas_of([(shapely.box(0, 0, 300, 300), 8, 0.0), (shapely.box(1000, 0, 1100, 100), 5, 0.0)])
    layer = demand_frame([(50, 50), (250, 250), (150, 150), (900, 900)], [3, 1, 0, 50])
    spread = spread_over(areas, ["people"], layer=layer, spacing_m=100)
    assert spread["people"].tolist() == [6, 2, 5]
    assert spread["area"].tolist() == ["a0", "a0", "a1"]


def test_few_people_are_not_all_in_one_corner() -> None:
    spread = spread_evenly(areas_of([(shapely.box(0, 0, 1000, 1000), 4, 0.0)]), ["people"], spacing_m=100)
    rows = spread.geometry[spread["people"] > 0].y
    assert rows.max() - rows.min() > 400


@given(weights=st.lists(st.integers(0, 9), min_size=1, max_size=40).filter(any), total=st.integers(0, 10_000))
def test_whole_shares_are_less_than_one_off_and_nothing_weighs_nothing(weights: list[int], total: int) -> None:
    shares = apportioned(np.array(weights, float), total)
    assert shares.sum() == total
    assert (np.abs(shares - np.array(weights) * total / sum(weights)) < 1 + 1e-6).all()
    assert (shares[np.array(weights) == 0] == 0).all()


def test_no_areas_give_no_points() -> None:
    areas = areas_of([(shapely.box(0, 0, 1, 1), 1, 1.0)]).iloc[:0]
    assert len(spread_evenly(areas, ["people"], spacing_m=100)) == 0


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_is_no_number_of_people_is_refused(wrong: float) -> None:
    with pytest.raises(BadChoice):
        spread_evenly(areas_of([(shapely.box(0, 0, 1, 1), 1, wrong)]), ["members"], spacing_m=100)


@pytest.mark.parametrize("spacing_m", [0, -5, float("nan")])
def test_a_spacing_that_is_none_is_refused(spacing_m: float) -> None:
    with pytest.raises(BadChoice):
        spread_evenly(areas_of([(shapely.box(0, 0, 1, 1), 1, 0.0)]), ["people"], spacing_m=spacing_m)


def test_degrees_and_two_crs_are_refused() -> None:
    areas = areas_of([(shapely.box(0, 0, 1, 1), 1, 0.0)])
    with pytest.raises(DegreesNotMetres):
        spread_evenly(areas.set_crs("EPSG:4326", allow_override=True), ["people"], spacing_m=100)
    layer = demand_frame([(0, 0)]).set_crs("EPSG:4549", allow_override=True)
    with pytest.raises(DifferentCrs):
        spread_over(areas, ["people"], layer=layer, spacing_m=100)
