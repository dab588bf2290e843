from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import convolve

from stations.analysis.cells import cells_of
from stations.analysis.peaks import Parts, parts_around_peaks
from tests.analysis.towns import CELL_M, Spot, spots


def parts(points: list[Spot], people: list[int], *, radius_m: float) -> tuple[Parts, list[Spot]]:
    """Return the parts, and the peak of each as a spot; the points come in the order of their coordinates."""
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    cells = cells_of(x, y, pd.Series([None] * len(points), dtype=object), spacing_m=CELL_M)
    found = parts_around_peaks(cells, np.array(people, dtype=float), radius_m=radius_m)
    return found, [points[peak] for peak in found.peak]


def row(*people: int) -> tuple[list[Spot], list[int]]:
    return [(CELL_M * column, 0.0) for column in range(len(people))], list(people)


def test_a_place_no_wider_than_two_radii_is_one_part_around_its_most_peopled_cell() -> None:
    found, peaks = parts(*row(1, 2, 9, 2), radius_m=300)
    assert found.part.tolist() == [0, 0, 0, 0]
    assert peaks == [(200, 0)]


def test_a_long_row_is_divided_around_peaks_two_radii_apart() -> None:
    # Within 100 m: 2 at the ends, 3 elsewhere; the first inner cell comes first, then 200 m from it, and so on.
    found, peaks = parts(*row(1, 1, 1, 1, 1, 1, 1), radius_m=100)
    assert sorted(peaks) == [(100, 0), (300, 0), (500, 0)]
    # The cells halfway go to the earlier peak.
    assert [peaks[part][0] for part in found.part] == [100, 100, 100, 300, 300, 500, 500]


def test_people_within_the_radius_make_a_peak_not_people_at_the_spot() -> None:
    _, peaks = parts(*row(8, 0, 0, 0, 5, 5, 5), radius_m=100)
    assert set(peaks) == {(500, 0), (0, 0), (300, 0)}


def test_what_is_cut_off_from_its_peak_is_a_part_of_its_own() -> None:
    # Two arms 200 m apart, joined far in the east: the lower arm is near to the peak across, and not joined to it.
    upper = [(100.0 * column, 200.0) for column in range(20)]
    lower = [(100.0 * column, 0.0) for column in range(20)]
    points = sorted([*upper, *lower, (1900.0, 100.0)])
    people = [100 if point == (0, 200) else 1 for point in points]
    found, peaks = parts(points, people, radius_m=300)
    assert (300, 200) in peaks  # the first cell that reaches the hundred and most others
    assert found.part[points.index((300, 200))] != found.part[points.index((300, 0))]
    assert slow_places(points, found.part.tolist()) == first_of_each(found.part.tolist())


def test_no_cells_have_no_parts() -> None:
    found, peaks = parts([], [], radius_m=100)
    assert (len(found.part), peaks) == (0, [])


@given(spots(CELL_M, most=30, unique=True), st.integers(2, 8), st.data())
def test_parts_are_contiguous_and_peaks_apart(points: list[Spot], half_radii: int, data: st.DataObject) -> None:
    points, radius_m = sorted(points), half_radii * CELL_M / 2
    people = data.draw(st.lists(st.integers(1, 40), min_size=len(points), max_size=len(points)))
    found, peaks = parts(points, people, radius_m=radius_m)
    assert set(found.part) == set(range(len(peaks)))
    assert found.part[found.peak].tolist() == list(range(len(peaks)))
    place = slow_places(points, [0] * len(points))
    assert slow_places(points, found.part.tolist()) == first_of_each(found.part.tolist())
    # Every place has a peak that no other one beats, and its true peaks leave no cell farther than two radii.
    for own in set(place):
        members = [number for number, its in enumerate(place) if its == own]
        best = max(within(points, people, members, at=number, radius_m=radius_m) for number in members)
        if radius_m <= 4 * CELL_M:  # then each cell is a square of its own
            reached = [within(points, people, members, at=int(peak), radius_m=radius_m) for peak in found.peak]
            assert best in reached
        for number in members:
            nearest = min(math.dist(points[number], points[peak]) for peak in found.peak if place[peak] == own)
            assert nearest < 2 * radius_m + math.sqrt(2) * radius_m / 4


@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), st.integers(1, 4))
def test_in_a_full_row_all_peaks_are_two_radii_apart(people: list[int], cells: int) -> None:
    _, peaks = parts(*row(*people), radius_m=cells * CELL_M)
    places = sorted(x for x, _y in peaks)
    assert all(after - before >= 2 * cells * CELL_M for before, after in pairwise(places))


@given(spots(CELL_M, most=30, unique=True), st.integers(2, 8), st.data())
def test_peaks_are_two_radii_apart_also_in_two_dimensions(
    points: list[Spot], half_radii: int, data: st.DataObject
) -> None:
    points, radius_m = sorted(points), half_radii * CELL_M / 2
    people = data.draw(st.lists(st.integers(0, 9), min_size=len(points), max_size=len(points)))
    found, _peaks = parts(points, people, radius_m=radius_m)
    place = slow_places(points, [0] * len(points))
    taken = slow_peaks(points, people, place, radius_m=radius_m)
    assert set(taken) <= set(found.peak.tolist())
    for one, other in combinations(taken, 2):
        assert place[one] != place[other] or math.dist(points[one], points[other]) >= 2 * radius_m
    # Every part goes to the nearest of them in its place, the earlier of two; other peaks lie in what is cut off.
    own = [
        min((peak for peak in taken if place[peak] == its), key=lambda peak: math.dist(points[peak], point))
        for point, its in zip(points, place, strict=True)
    ]
    assert slow_places(points, own) == first_of_each(found.part.tolist())
    assert all(int(peak) == own[peak] or found.part[peak] != found.part[own[peak]] for peak in found.peak)


@given(st.data(), st.integers(1, 4))
def test_the_first_peak_of_a_full_rectangle_is_that_of_an_independent_count(data: st.DataObject, cells: int) -> None:
    wide, high = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    people = np.array(data.draw(st.lists(st.integers(0, 99), min_size=wide * high, max_size=wide * high)))
    reach = np.hypot(*np.mgrid[-cells : cells + 1, -cells : cells + 1]) <= cells
    around = convolve(people.reshape(wide, high), reach.astype(int), mode="constant").ravel()
    best = np.lexsort((-people, -around))[0]  # by column and row, as the points are
    found, _peaks = parts(
        [(CELL_M * column, CELL_M * row) for column in range(wide) for row in range(high)],
        people.tolist(),
        radius_m=cells * CELL_M,
    )
    assert best in found.peak


@given(spots(CELL_M, most=30, unique=True), st.integers(9, 40), st.data())
def test_people_gathered_in_squares_are_neither_lost_nor_counted_twice(
    points: list[Spot], half_radii: int, data: st.DataObject
) -> None:
    points = sorted(points)
    people = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(points), max_size=len(points))), dtype=int)
    found, _peaks = parts(points, people.tolist(), radius_m=half_radii * CELL_M / 2)
    assert np.bincount(found.part, people).sum() == people.sum()
    assert slow_places(points, found.part.tolist()) == first_of_each(found.part.tolist())
    assert found.part[found.peak].tolist() == list(range(len(found.peak)))


def test_a_square_counts_for_the_cell_with_most_people_in_it() -> None:
    # Squares of 200 m hold two cells each; everybody is within 800 m, and of the last two the second has more people.
    found, peaks = parts(*row(1, 1, 1, 1, 3, 9), radius_m=800)
    assert found.part.tolist() == [0] * 6
    assert peaks == [(500, 0)]


def slow_peaks(points: list[Spot], people: list[int], place: list[int], *, radius_m: float) -> list[int]:
    """Return the peaks one after the other, by the words of the module."""
    everybody = range(len(points))
    around = [
        within(points, people, [other for other in everybody if place[other] == place[at]], at=at, radius_m=radius_m)
        for at in everybody
    ]
    taken: list[int] = []
    for at in sorted(everybody, key=lambda at: (-around[at], -people[at], at)):
        rivals = [peak for peak in taken if place[peak] == place[at]]
        if all(math.dist(points[at], points[peak]) >= 2 * radius_m for peak in rivals):
            taken.append(at)
    return taken


def within(points: list[Spot], people: list[int], members: list[int], *, at: int, radius_m: float) -> int:
    return sum(people[other] for other in members if math.dist(points[at], points[other]) <= radius_m)


def first_of_each(part: list[int]) -> list[int]:
    return [part.index(own) for own in part]


def slow_places(points: list[Spot], part: list[int]) -> list[int]:
    """Return the first cell of the contiguous group of each cell, by a slow flood within each part."""
    slow = list(range(len(points)))
    for _ in points:
        for one, start in enumerate(points):
            for other, end in enumerate(points):
                if part[one] == part[other] and math.dist(start, end) <= 1.5 * CELL_M:
                    slow[one] = slow[other] = min(slow[one], slow[other])
    return slow
