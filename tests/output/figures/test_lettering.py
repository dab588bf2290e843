from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stations.output.figures.lettering import POINT_MM, Marks, fitted, free_place, lines

NAME = shapely.box(-2, -0.5, 2, 0.5)
DISTRICT = shapely.box(-20, -20, 20, 20)
NO_MARKS = Marks(shapely.STRtree([]), np.empty(0))


@given(st.text("驿站，。 abc-1", max_size=60), st.floats(2, 40))
def test_breaking_a_text_loses_nothing(text: str, width: float) -> None:
    assert "".join(lines(text, width)) == text


@given(st.text("驿站工会淮南", min_size=1, max_size=60), st.integers(1, 20))
def test_chinese_lines_are_as_wide_as_they_may_be(text: str, width: int) -> None:
    assert [len(line) for line in lines(text, width)][:-1] == [width] * ((len(text) - 1) // width)


def test_a_line_breaks_between_words_and_never_before_a_full_stop() -> None:
    assert list(lines("within 1,000 m", 6)) == ["within ", "1,000 m"]
    assert list(lines("数据日期。", 4)) == ["数据日期。"]


def test_a_text_takes_the_first_size_in_which_it_fits() -> None:
    box = (10 * POINT_MM * 10, 30 * POINT_MM)  # ten characters of 10 points, 30 points high
    assert fitted(["站" * 10], (10, 5), box_mm=box).size == 10
    assert fitted(["站" * 20], (10, 5), box_mm=box).lines == ["站" * 10] * 2
    assert fitted(["站" * 40], (10, 5), box_mm=box) == (5, ["站" * 20] * 2)
    assert "".join(fitted(["站" * 500], (10, 5), box_mm=box).lines) == "站" * 500


def test_a_name_stays_where_nothing_is_in_its_way() -> None:
    assert free_place(NAME, DISTRICT, taken=[], marks=NO_MARKS).equals(NAME)


def test_a_name_leaves_a_place_that_is_taken() -> None:
    place = free_place(NAME, DISTRICT, taken=[NAME], marks=NO_MARKS)
    assert place.intersection(NAME).area == pytest.approx(0)
    assert place.centroid.distance(NAME.centroid) == pytest.approx(1)


def test_a_name_leaves_several_stations_for_a_free_place_nearby() -> None:
    marks = [shapely.Point(x, 0) for x in (-1, 0, 1)]
    place = free_place(NAME, DISTRICT, taken=[], marks=Marks(shapely.STRtree(marks), np.ones(len(marks))))
    assert not any(place.intersects(mark) for mark in marks)
    assert DISTRICT.contains(place)


def test_a_name_goes_farther_out_of_the_way_of_an_honour() -> None:
    wall = [shapely.Point(x, y) for x in range(-2, 3) for y in (-2, 0, 2)]
    star = shapely.STRtree([*wall, shapely.Point(0, 4)])

    def covers_it(weight: float) -> bool:
        weights = np.array([*np.ones(len(wall)), weight])
        place = free_place(NAME, shapely.box(-2, -1, 2, 6), taken=[NAME], marks=Marks(star, weights))
        return bool(place.intersects(shapely.Point(0, 4)))

    assert not covers_it(50)


def test_a_name_prefers_its_own_district() -> None:
    narrow = shapely.box(-2, -20, 2, 20)
    place = free_place(NAME, narrow, taken=[NAME], marks=NO_MARKS)
    assert narrow.covers(place)


def test_a_name_that_cannot_be_in_its_district_is_rather_beside_all_than_in_another() -> None:
    tiny, land = shapely.box(-0.2, -0.2, 0.2, 0.2), shapely.box(-50, -2, 50, 50)
    place = free_place(NAME, tiny, taken=[], marks=NO_MARKS, land=land)
    assert place.intersection(land).area < place.area / 2


def test_a_name_stays_inside_the_frame() -> None:
    west, south, east, north = NAME.bounds
    frame = shapely.box(west + (east - west) / 2, south - 50, east + 100, north + 50)
    place = free_place(NAME, DISTRICT, taken=[], marks=NO_MARKS, frame=frame)
    assert shapely.covers(frame, place)
