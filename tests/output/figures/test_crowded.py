"""What of the ground a map shows, and the crowded part that is drawn larger beside it."""

from __future__ import annotations

import numpy as np
import pytest

from stations.model.vocabulary import PageLayout
from stations.output.figures.crowded import LARGER, split
from stations.output.figures.layouts import LAYOUTS, Box, grid

BOUNDS = np.array([0.0, 0.0, 60_000.0, 100_000.0])  # west, south, east, north
CROWD = np.random.default_rng(7).normal((40_000, 70_000), 1500, size=(30, 2))
SPREAD = np.random.default_rng(8).uniform((0, 0), (60_000, 100_000), size=(30, 2))
FRAMES = [layout.ground for layout in LAYOUTS.values()]


@pytest.mark.parametrize("box", FRAMES)
def test_a_crowd_is_drawn_larger_where_the_districts_are_not(box: Box) -> None:
    found = split(BOUNDS, np.vstack([CROWD, SPREAD]), box, alone=True)
    assert found.inset is not None
    assert found.window is not None
    inside = (found.window[:2] < CROWD) & (found.window[2:] > CROWD)
    assert inside.all(axis=1).mean() > 0.9
    scale = (found.extent[2] - found.extent[0]) / box.width
    assert found.inset.width * scale / (found.window[2] - found.window[0]) == pytest.approx(LARGER)
    west = box.left + (BOUNDS[[0, 2]] - found.extent[0]) / scale
    south = box.bottom + (BOUNDS[[1, 3]] - found.extent[1]) / scale
    assert west[1] <= found.inset.left or south[0] >= found.inset.top
    assert box.left <= found.inset.left
    assert found.inset.right <= box.right
    assert box.bottom <= found.inset.bottom
    assert found.inset.top <= box.top


@pytest.mark.parametrize("box", FRAMES)
def test_the_districts_are_in_the_frame_whole(box: Box) -> None:
    for stations in (CROWD, SPREAD, np.empty((0, 2))):
        west, south, east, north = split(BOUNDS, stations, box, alone=True).extent
        assert west < BOUNDS[0]
        assert south < BOUNDS[1]
        assert east > BOUNDS[2]
        assert north > BOUNDS[3]
        assert (east - west) / (north - south) == pytest.approx(box.width / box.height)


def test_where_nothing_is_crowded_or_there_are_several_maps_nothing_is_drawn_larger() -> None:
    box = FRAMES[0]
    assert split(BOUNDS, SPREAD, box, alone=True).inset is None
    assert split(BOUNDS, CROWD[:5], box, alone=True).inset is None
    assert split(BOUNDS, CROWD, box, alone=False).inset is None


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("layout", PageLayout)
def test_several_maps_share_the_frame_without_overlap(count: int, layout: PageLayout) -> None:
    frame = LAYOUTS[layout].ground
    boxes = grid(frame, count, aspect=0.75)
    assert len(boxes) == count
    for box in boxes:
        assert box.left >= frame.left - 1e-9
        assert box.right <= frame.right + 1e-9
        assert box.bottom >= frame.bottom - 1e-9
    assert len({(round(box.left, 6), round(box.bottom, 6)) for box in boxes}) == count


def test_everything_on_a_page_has_its_own_place() -> None:
    for layout in LAYOUTS.values():
        boxes = [layout.ground, *layout.legend, *([layout.notes] if layout.notes else [])]
        for number, one in enumerate(boxes):
            assert one.left > 0
            assert one.right < layout.page[0]
            assert one.bottom > 0
            assert one.top < layout.page[1]
            for other in boxes[number + 1 :]:
                beside = one.right <= other.left or other.right <= one.left
                assert beside or one.top <= other.bottom or other.top <= one.bottom
