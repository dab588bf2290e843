"""What of the ground a map shows, and which crowded part of it is drawn larger beside it. Nothing here draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from stations.output.figures.layouts import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Extent = tuple[float, float, float, float]

MARGIN = 1.06
"""How much wider than the districts the map is."""
LARGER = 3.0
"""How many times larger the crowded part is drawn."""
CROWDED_SHARE = 0.3
"""A part is crowded that has this share of the stations …"""
CROWDED_COUNT = 12
"""… and so many of them."""
ROOM = 0.36
"""The share of the frame that the larger map may take from the other."""
_ABOVE, _BELOW, _BESIDE = 24.0, 14.0, 3.0  # mm that the compass, the scale bar and the edge need


class Split(NamedTuple):
    """The ground that fills the frame; the part of it that is drawn larger, if any, and the box (mm) it is drawn in."""

    extent: Extent
    window: Extent | None = None
    inset: Box | None = None


def split(bounds: Floats, stations: Floats, box: Box, *, alone: bool) -> Split:
    """Return what a map in a box shows of the ground.

    Parameters
    ----------
    bounds
        West, south, east, north of the districts, in metres.
    stations
        Shape (n, 2), metres.
    box
        The frame on the page.
    alone
        Whether there is one map on the page: only then is part of it drawn larger.
    """
    whole = Split(_filled(bounds, box, box))
    if not alone or len(stations) < CROWDED_COUNT:
        return whole
    inset = _inset(bounds, box)
    room = _left_to(box, inset)
    extent = _filled(bounds, room, box)
    scale = (extent[2] - extent[0]) / box.width / LARGER  # metres of ground to 1 mm of the larger map
    window = _densest(stations, (inset.width * scale, inset.height * scale))
    x, y = stations.T
    inside = (window[0] <= x) & (x <= window[2]) & (window[1] <= y) & (y <= window[3])
    if inside.sum() < max(CROWDED_COUNT, CROWDED_SHARE * len(stations)):
        return whole
    return Split(extent, window, inset)


def _filled(bounds: Floats, room: Box, box: Box) -> Extent:
    """Return the ground in the frame `box` when the districts fill the part `room` of it."""
    west, south, east, north = map(float, bounds)
    scale = MARGIN * max((east - west) / room.width, (north - south) / room.height)  # metres of ground to 1 mm
    x = (west + east) / 2 - (room.left + room.width / 2 - box.left) * scale
    y = (south + north) / 2 - (room.bottom + room.height / 2 - box.bottom) * scale
    return x, y, x + box.width * scale, y + box.height * scale


def _inset(bounds: Floats, box: Box) -> Box:
    """Return where a larger map has room: beside the districts, or below them."""
    west, south, east, north = map(float, bounds)
    aspect = (east - west) / (north - south)
    free = box.width - box.height * aspect, box.height - box.width / aspect
    if free[0] >= free[1]:
        width = max(free[0] / MARGIN, ROOM * box.width) - 2 * _BESIDE
        height = min(box.height - _ABOVE - _BELOW, 1.3 * width)
        return Box(box.right - width - _BESIDE, box.bottom + _BELOW, width, height)
    height = max(free[1] / MARGIN, ROOM * box.height) - _BELOW
    return Box(box.left + _BESIDE, box.bottom + _BELOW - 4, box.width * 0.75, height)


def _left_to(box: Box, inset: Box) -> Box:
    """Return what of the frame is left beside the larger map, or above it."""
    if inset.left > box.left + box.width / 8:
        return box._replace(width=inset.left - box.left)
    return box._replace(bottom=inset.top, height=box.top - inset.top)


def _densest(stations: Floats, size: tuple[float, float]) -> Extent:
    """Return the window of a size round a station with the most stations in it."""
    shape = np.array(size) / 2
    counts = cKDTree(stations / shape).query_ball_point(stations / shape, r=1.0, p=np.inf, return_length=True)
    centre = stations[int(np.argmax(counts))]
    near = stations[(np.abs(stations - centre) <= shape).all(axis=1)]
    x, y = (near.min(axis=0) + near.max(axis=0)) / 2
    return float(x - shape[0]), float(y - shape[1]), float(x + shape[0]), float(y + shape[1])
