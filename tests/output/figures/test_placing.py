"""Texts find places where they hide nothing, in their own land or tied to it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from stations.output.figures.placing import Place, Room, beside, corner, touching, within

NAME = (6.0, 2.0)
FRAME = shapely.box(0, 0, 100, 80)
WEST, EAST = shapely.box(10, 10, 40, 60), shapely.box(40, 10, 70, 60)
MIDDLE = np.array([25.0, 35.0])


def room(*marks: shapely.Geometry, taken: tuple[shapely.Geometry, ...] = ()) -> Room:
    return Room(FRAME, shapely.union(WEST, EAST), shapely.STRtree(list(marks)), taken=list(taken))


def box_of(place: Place | None) -> shapely.Polygon:
    assert place is not None
    return place.box


def test_a_name_stands_in_the_middle_of_its_district_where_nothing_is_in_its_way() -> None:
    assert shapely.distance(shapely.Point(MIDDLE), box_of(within(NAME, WEST, room(), near=MIDDLE)).centroid) < 1


def test_a_name_covers_no_mark_and_no_text_and_stays_in_its_district() -> None:
    marks = [shapely.Point(x, 35).buffer(1) for x in range(12, 39, 3)]
    text = shapely.box(15, 36, 35, 42)
    place = box_of(within(NAME, WEST, room(*marks, taken=(text,)), near=MIDDLE))
    assert not any(place.intersects(other) for other in (*marks, text))
    assert WEST.covers(place)


def test_a_name_that_does_not_fit_whole_stands_over_the_edge_but_on_no_other_district() -> None:
    place = box_of(within((34.0, 4.0), WEST, room(), near=MIDDLE))
    assert not place.intersects(EAST)
    assert WEST.contains(place.centroid)
    assert within((34.0, 4.0), shapely.box(38, 30, 42, 34), room(), near=np.array([40.0, 32.0])) is None


def test_a_name_beside_is_off_all_land_and_tied_to_its_own() -> None:
    place = beside(NAME, WEST, room())
    assert place is not None
    assert place.line is not None
    assert not place.box.intersects(shapely.union(WEST, EAST))
    assert WEST.contains(shapely.Point(place.line.coords[-1]))


def test_a_line_crosses_no_text_and_no_other_line() -> None:
    wall = shapely.box(0, 20, 9, 62)
    full = room(taken=(wall, shapely.box(0, 62, 45, 64)))
    full.lines.append(shapely.LineString([(0, 9), (41, 9)]))
    for _ in range(4):
        before = [*full.taken, *full.lines]
        place = beside(NAME, WEST, full)
        assert place is not None
        assert place.line is not None
        assert not any(place.line.intersects(other) or place.box.intersects(other) for other in before)
        full.take(place)


def test_a_line_rather_goes_round_a_mark() -> None:
    marks = [shapely.Point(x, 61.5).buffer(0.6) for x in range(10, 41, 2)]
    place = beside(NAME, WEST, room(*marks))
    assert place is not None
    assert not any(place.line is not None and place.line.intersects(mark) for mark in marks)


def test_a_name_beside_may_stand_on_land_where_there_is_nothing_else() -> None:
    island = Room(WEST, WEST, shapely.STRtree([]))
    assert beside(NAME, shapely.box(12, 12, 20, 20), island) is None
    assert beside(NAME, shapely.box(12, 12, 20, 20), island, on_land=True) is not None


def test_a_line_runs_over_as_many_marks_as_it_crosses_however_long_it_is() -> None:
    random = np.random.default_rng(3)
    marks = shapely.buffer(shapely.points(random.random((400, 2)) * 100), random.random(400) * 3)
    ends = random.random((200, 2, 2)) * 100
    ends[0, 1] = ends[0, 0]  # a line of no length
    lines = shapely.linestrings(ends)
    room = Room(WEST, WEST, shapely.STRtree(marks))
    assert room.crossings(lines).tolist() == [int(shapely.intersects(marks, line).sum()) for line in lines]
    assert Room(WEST, WEST, shapely.STRtree([])).crossings(lines).tolist() == [0] * 200


def test_a_number_touches_what_it_numbers_or_is_right_beside_it() -> None:
    gap, pin = shapely.box(20, 20, 22, 22), shapely.Point(50, 50).buffer(1)
    on_it = box_of(touching((3.0, 3.0), gap, room(), near=np.array([21.0, 21.0])))
    assert on_it.centroid.distance(shapely.Point(21, 21)) < 0.5
    next_to_it = box_of(touching((3.0, 3.0), pin, room(pin), near=np.array([50.0, 50.0]), apart=1.3))
    assert 0 < next_to_it.distance(pin) <= 1.3


def test_nothing_is_placed_where_there_is_no_room() -> None:
    full = room(taken=(FRAME,))
    assert within(NAME, WEST, full, near=MIDDLE) is None
    assert beside(NAME, WEST, full, on_land=True) is None
    assert touching(NAME, WEST, full, near=MIDDLE) is None
    assert corner(NAME, full, at=MIDDLE) is None


@pytest.mark.parametrize("at", [(0, 0), (100, 0), (100, 80), (0, 80)])
def test_what_is_in_a_corner_moves_along_the_edge_out_of_the_way_of_marks(at: tuple[float, float]) -> None:
    mark = shapely.Point(at).buffer(9)
    place = box_of(corner((12.0, 6.0), room(mark), at=np.array(at, dtype=float)))
    assert not place.intersects(mark)
    assert place.distance(FRAME.exterior) < 1
    assert place.centroid.distance(shapely.Point(at)) < 25
