from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.discs import union_area
from tests.analysis.towns import Spot, spots


def lens(apart: float, radius: float) -> float:
    """Return what two discs share: Weisstein, "Circle-Circle Intersection", MathWorld, for equal radii."""
    return 2 * radius**2 * math.acos(apart / (2 * radius)) - apart / 2 * math.sqrt(4 * radius**2 - apart**2)


def by_fine_polygons(centres: np.ndarray, radius: float) -> float:
    return float(shapely.union_all(shapely.buffer(shapely.points(centres), radius, quad_segs=512)).area)


def test_no_discs_have_no_area() -> None:
    assert union_area(np.empty((0, 2)), radius=3) == 0


def test_discs_at_one_spot_are_one_disc() -> None:
    assert union_area(np.full((5, 2), 7.0), radius=3) == pytest.approx(9 * math.pi, rel=1e-14)


@pytest.mark.parametrize("apart", [1e-6, 0.5, 1.0, 1.999])
def test_two_discs_lack_their_lens(apart: float) -> None:
    area = union_area(np.array([(5e5, 3.5e6), (5e5 + apart, 3.5e6)]), radius=1)
    assert area == pytest.approx(2 * math.pi - lens(apart, 1), rel=1e-8)


@pytest.mark.parametrize("apart", [2.0, 50.0])
def test_discs_that_touch_or_stand_apart_add_up(apart: float) -> None:
    assert union_area(np.array([(0, 0), (apart, 0), (0, apart)]), radius=1) == pytest.approx(3 * math.pi, rel=1e-12)


def test_three_discs_through_each_others_centres() -> None:
    centres = np.array([(0, 0), (1, 0), (0.5, math.sqrt(3) / 2)])
    reuleaux = (math.pi - math.sqrt(3)) / 2  # what all three share
    assert union_area(centres, radius=1) == pytest.approx(3 * math.pi - 3 * lens(1, 1) + reuleaux, rel=1e-12)


@pytest.mark.parametrize("direction", [(1, 0), (0, 1), (1, 1), (0.3, -0.7)])
def test_discs_in_a_line_lack_the_lens_of_each_pair_of_neighbours(direction: tuple[float, float]) -> None:
    centres = np.arange(20)[:, np.newaxis] * np.array(direction) / math.hypot(*direction) * 1.5
    assert union_area(centres, radius=1) == pytest.approx(20 * math.pi - 19 * lens(1.5, 1), rel=1e-9)


@given(spots(50, most=25), st.integers(1, 14).map(lambda number: number * 12.5))
def test_on_lattices_it_equals_fine_polygons(places: list[Spot], radius: float) -> None:
    centres = np.array(places, dtype=float).reshape(-1, 2)
    assert union_area(centres, radius=radius) == pytest.approx(by_fine_polygons(centres, radius), rel=5e-6)


@given(st.integers(1, 60), st.floats(1, 400), st.integers(0, 2**32 - 1))
def test_on_random_layouts_it_equals_fine_polygons(count: int, radius: float, seed: int) -> None:
    centres = np.random.default_rng(seed).random((count, 2)) * 1000 + [450_000, 3_550_000]
    assert union_area(centres, radius=radius) == pytest.approx(by_fine_polygons(centres, radius), rel=5e-6)
