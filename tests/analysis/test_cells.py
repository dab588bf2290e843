from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.cells import REACH, cells_of, contiguous, outlines
from tests.analysis.towns import CELL_M, Spot, spots

DISTRICTS = st.lists(st.sampled_from(["A", "B", None]), min_size=30, max_size=30)


def places(points: list[Spot], *, district: list[str | None] | None = None) -> tuple[list[int], list[shapely.Geometry]]:
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    labels = pd.Series([None] * len(points) if district is None else district, dtype=object)
    cells = cells_of(x, y, labels, spacing_m=CELL_M)
    place = contiguous(cells.pairs, len(cells.xy))
    return place[cells.cell].tolist(), outlines(cells, place, spacing_m=CELL_M).tolist()


def square(x: float, y: float) -> shapely.Geometry:
    return shapely.box(x - 50, y - 50, x + 50, y + 50)


def block(columns: int, rows: int) -> list[Spot]:
    return [(CELL_M * column, CELL_M * row) for row in range(rows) for column in range(columns)]


def test_a_single_point_is_the_square_around_it() -> None:
    place, (outline,) = places([(10, 20)])
    assert place == [0]
    assert outline.equals(square(10, 20))


def test_straight_and_diagonal_neighbours_belong_together() -> None:
    assert places([(0, 0), (100, 0), (200, 100)])[0] == [0, 0, 0]


def test_points_two_cells_apart_do_not_belong_together() -> None:
    assert places([(0, 0), (200, 0), (200, 100)])[0] == [0, 1, 1]


def test_a_district_border_divides() -> None:
    assert places([(0, 0), (100, 0), (200, 0)], district=["A", "B", "B"])[0] == [0, 1, 1]


def test_points_without_a_district_belong_together() -> None:
    assert places([(0, 0), (100, 0), (100, 100)], district=[None, "B", None])[0] == [0, 1, 0]


def test_a_hole_stays_a_hole() -> None:
    _, (outline,) = places([spot for spot in block(3, 3) if spot != (100, 100)])
    assert outline.equals(shapely.box(-50, -50, 250, 250) - square(100, 100))


def test_squares_that_touch_at_a_corner_are_one_place_of_two_parts() -> None:
    place, (outline,) = places([(0, 0), (100, 100)])
    assert place == [0, 0]
    assert outline.geom_type == "MultiPolygon"
    assert outline.area == 2 * CELL_M**2


def test_several_points_at_one_spot_are_one_square() -> None:
    place, (outline,) = places([(0, 0)] * 2000 + [(100, 0)])
    assert set(place) == {0}
    assert outline.equals(shapely.box(-50, -50, 150, 50))


def test_no_points_make_no_places() -> None:
    assert places([]) == ([], [])


@pytest.mark.parametrize(
    ("columns", "turned", "stretched", "shaken"),
    [(30, 0.0, 1.0, 2.0), (30, 0.02, 1.0, 0.0), (30, 0.02, 1.15, 1.0), (30, -0.02, 1.2, 1.0)],
)
def test_a_grid_that_was_rounded_turned_or_stretched_has_no_cracks(
    columns: int, turned: float, stretched: float, shaken: float
) -> None:
    random = np.random.default_rng(3)
    grid = np.array(block(columns, columns)) * [1, stretched] + random.uniform(-shaken, shaken, (columns**2, 2))
    cos, sin = math.cos(turned), math.sin(turned)
    place, (outline,) = places([tuple(spot) for spot in grid @ np.array([[cos, sin], [-sin, cos]])])
    assert set(place) == {0}
    assert outline.geom_type == "Polygon"
    assert outline.is_valid
    assert len(outline.interiors) == 0
    inner = (columns - 1) * CELL_M
    expected = (inner + CELL_M) * (inner * stretched + CELL_M)  # half a spacing all around, whatever the stretch
    assert outline.area == pytest.approx(expected, rel=0.003)


def test_points_that_are_no_grid_get_the_plain_union_of_their_squares() -> None:
    random = np.random.default_rng(5)
    scattered = [tuple(spot) for spot in random.uniform(0, 800, (60, 2))]
    place, found = places(scattered)
    for number, outline in enumerate(found):
        expected = shapely.union_all(
            [square(*spot) for spot, own in zip(scattered, place, strict=True) if own == number]
        )
        assert outline.is_valid
        assert outline.symmetric_difference(expected).area == pytest.approx(0, abs=1e-6)


def test_a_border_through_a_turned_grid_leaves_neither_crack_nor_overlap() -> None:
    grid = np.array(block(20, 20), dtype=float)
    cos, sin = math.cos(0.02), math.sin(0.02)
    x, y = (grid @ np.array([[cos, sin], [-sin, cos]])).T
    cells = cells_of(x, y, pd.Series([None] * len(x), dtype=object), spacing_m=CELL_M)
    halves = outlines(cells, (grid[:, 0] > 900).astype(np.intp), spacing_m=CELL_M)
    (whole,) = outlines(cells, np.zeros(len(x), dtype=np.intp), spacing_m=CELL_M)
    assert shapely.coverage_is_valid(halves)
    assert shapely.coverage_union_all(halves).equals(whole)


@given(spots(CELL_M, most=30), DISTRICTS)
def test_the_outline_of_a_place_is_the_union_of_its_squares(points: list[Spot], district: list[str | None]) -> None:
    place, found = places(points, district=district[: len(points)])
    assert set(place) == set(range(len(found)))
    for number, outline in enumerate(found):
        own = [square(*spot) for spot, its in zip(points, place, strict=True) if its == number]
        assert outline.is_valid
        assert outline.equals(shapely.union_all(own))


@given(spots(CELL_M * 0.7, most=25), DISTRICTS)
def test_places_equal_a_slow_flood(points: list[Spot], district: list[str | None]) -> None:
    place, _ = places(points, district=district[: len(points)])
    slow = list(range(len(points)))
    for _ in points:
        for one, start in enumerate(points):
            for other, end in enumerate(points):
                if district[one] == district[other] and math.dist(start, end) <= REACH * CELL_M:
                    slow[one] = slow[other] = min(slow[one], slow[other])
    same = [[a == b for b in slow] for a in slow]
    assert [[a == b for b in place] for a in place] == same
