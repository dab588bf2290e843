"""Where things stand on a page, in millimetres from its lower left corner. Nothing here draws."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stations.model.vocabulary import PageLayout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Extent = tuple[float, float, float, float]

MM_PER_INCH = 25.4


class Box(NamedTuple):
    """Left, bottom, width and height."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.height

    @property
    def edges(self) -> Extent:
        """West, south, east and north of it."""
        return self.left, self.bottom, self.right, self.top


class Spread(NamedTuple):
    """A piece of ground (west, south, east, north in metres) and the box on the page that it fills."""

    box: Box
    extent: Extent

    @property
    def mm_per_metre(self) -> float:
        """How large it is drawn."""
        return self.box.width / (self.extent[2] - self.extent[0])

    def on_paper(self, metres: Floats) -> Floats:
        """Return points, shape (n, 2), in millimetres of the page."""
        placed: Floats = np.array(self.box[:2]) + (metres - np.array(self.extent[:2])) * self.mm_per_metre
        return placed


class Layout(NamedTuple):
    """A page: its width and height, where the map, the legend (in columns) and the notes stand.

    Without a box of their own, the notes stand at the foot of the legend's last column. What stands in a text that has
    its title below has none above (`titled`), closer rows in the legend and no letters below `smallest` points.
    """

    page: tuple[float, float]
    ground: Box
    legend: tuple[Box, ...]
    notes: Box | None = None
    titled: bool = True
    row_mm: float = 6.0
    smallest: float = 4.5


LAYOUTS: Mapping[PageLayout, Layout] = {
    PageLayout.LANDSCAPE: Layout((297, 210), Box(12, 12, 211, 176), (Box(229, 12, 56, 176),)),
    PageLayout.PORTRAIT: Layout(
        (210, 297), Box(12, 82, 186, 193), (Box(12, 12, 54, 66), Box(74, 12, 58, 66)), Box(140, 12, 58, 66)
    ),
    PageLayout.SLIDE: Layout((338.67, 190.5), Box(12, 10, 252, 160), (Box(271, 10, 56, 160),)),
    PageLayout.SQUARE: Layout((200, 200), Box(8, 8, 134, 172), (Box(147, 8, 46, 172),)),
    PageLayout.COLUMN: Layout(
        *((156, 118), Box(1, 27, 112, 90), (Box(117, 27, 38, 81),), Box(1, 0.5, 150, 23.5)),
        titled=False,
        row_mm=5.0,
        smallest=7.0,
    ),
}


def grid(box: Box, count: int, *, aspect: float) -> list[Box]:
    """Return `count` boxes in rows that fill a box, in the reading order.

    Parameters
    ----------
    aspect
        Width to height of what is to be shown in each; the number of columns leaves it the most room.
    """

    def room(columns: int) -> float:
        width, height = box.width / columns, box.height / ceil(count / columns)
        return min(width, height * aspect)

    columns = max(range(1, count + 1), key=room)
    width, height = box.width / columns, box.height / ceil(count / columns)
    return [
        Box(box.left + number % columns * width, box.top - (number // columns + 1) * height, width, height)
        for number in range(count)
    ]
