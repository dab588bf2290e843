from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stations.analysis.nearest import nearest

Floats = NDArray[np.float64]


def in_a_double_loop(x: Floats, y: Floats, sites: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Compare every point with every site; the first of the nearest."""
    chosen, shortest = np.full(len(x), len(sites)), np.full(len(x), np.inf)
    for number, (east, north) in enumerate(sites):
        square = (x - east) ** 2 + (y - north) ** 2
        closer = square < shortest
        chosen[closer], shortest[closer] = number, square[closer]
    return chosen, np.sqrt(shortest)


def points(kind: str, count: int) -> Floats:
    """Return points of several kinds, on whole numbers so that ties are common."""
    random = np.random.default_rng(7)
    even = random.integers(0, 2000, (count, 2)).astype(float)
    kinds = {
        "even": even,
        "one far away": np.vstack([even[:-1], [[1e7, -1e7]]]),
        "in a line": even * [1, 0],
        "at one spot": even * 0 + 3,
        "clustered": np.rint(random.normal(1000, 25, (count, 2))),
        "in degrees of longitude": even / 1e4,
    }
    return kinds[kind]


KINDS = ("even", "one far away", "in a line", "at one spot", "clustered", "in degrees of longitude")


@pytest.mark.parametrize("sites", KINDS)
@pytest.mark.parametrize("demand", KINDS)
def test_it_equals_a_double_loop_to_the_last_bit_and_in_every_tie(demand: str, sites: str) -> None:
    x, y = points(demand, 40_000).T
    some_sites = points(sites, 120)
    chosen, metres = nearest(x, y, some_sites)
    expected, shortest = in_a_double_loop(x, y, some_sites)
    np.testing.assert_array_equal(metres, shortest)
    np.testing.assert_array_equal(chosen, expected)


def test_of_many_sites_on_a_circle_the_first_is_taken_from_its_centre() -> None:
    corners = [(east * 3.0, north * 4.0) for east in (-1, 1) for north in (-1, 1)]
    circle = np.array([(7.0, 0.0), *corners, (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0), (0.0, -5.0), *corners])
    chosen, metres = nearest(np.zeros(3), np.zeros(3), circle)
    assert chosen.tolist() == [1, 1, 1]
    assert metres.tolist() == [5, 5, 5]
    assert nearest(np.zeros(1), np.zeros(1), circle[::-1])[0].tolist() == [0]


def test_a_thousand_sites_at_one_spot_are_one_place() -> None:
    x, y = points("even", 40_000).T
    sites = np.vstack([[[1e6, 1e6]], np.full((1000, 2), 1000.0)])
    assert set(nearest(x, y, sites)[0].tolist()) == {1}


def test_nothing_built_is_infinitely_far() -> None:
    chosen, metres = nearest(np.zeros(2), np.zeros(2), np.empty((0, 2)))
    assert chosen.tolist() == [0, 0]
    assert metres.tolist() == [np.inf, np.inf]


def test_no_points_give_no_answers() -> None:
    chosen, metres = nearest(np.empty(0), np.empty(0), np.zeros((3, 2)))
    assert len(chosen) == len(metres) == 0
