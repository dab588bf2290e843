"""Lettering: where text goes on a printed map, and how it breaks into lines. Nothing here draws."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINT_MM = 25.4 / 72
LEADING = 1.45  # from line to line, in sizes
_STEPS = np.array([(x / 2, y / 2) for x in range(-10, 11) for y in range(-10, 11) if x * x + y * y <= 100])
_STEPS = _STEPS[np.argsort(np.hypot(*_STEPS.T), kind="stable")]  # moves of a text in its heights, the least first
_NOWHERE = shapely.Polygon()
_EVERYWHERE = shapely.box(-1e9, -1e9, 1e9, 1e9)
_CLOSING = "，。；：、）》”"  # never at the start of a line


class Block(NamedTuple):
    """Lines of one size (points)."""

    size: float
    lines: list[str]

    @property
    def leading_mm(self) -> float:
        """From one baseline to the next."""
        return LEADING * self.size * POINT_MM


class Marks(NamedTuple):
    """The marks of a map as they are drawn, and how far (in its own heights) a text moves rather than cover each."""

    tree: shapely.STRtree
    weights: NDArray[np.float64]


def fitted(paragraphs: Sequence[str], sizes: Sequence[float], *, box_mm: tuple[float, float]) -> Block:
    """Return the paragraphs broken into lines, in the first of `sizes` (points) in which they fit a box.

    If none fits, in the last: nothing is ever cut off.
    """
    width, height = box_mm
    for size in sizes:
        block = Block(size, [line for words in paragraphs for line in lines(words, width / (size * POINT_MM))])
        if len(block.lines) * block.leading_mm <= height:
            break
    return block


def lines(words: str, width_em: float) -> Iterator[str]:
    """Break a text into lines of a width in ems: between Chinese characters, else between words.

    A Latin word of more than 30 letters is broken too. The width of a letter is estimated, never too small by much.
    """
    line, used = "", 0.0
    for piece in re.findall(r"[!-~]{1,30} ?|.", words):
        if line and used + ems(piece.rstrip()) > width_em and piece not in _CLOSING:
            yield line
            line, used = "", 0.0
        line, used = line + piece, used + ems(piece)
    yield line


def ems(letters: str) -> float:
    """Return about how wide letters are, in their size."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.58 for letter in letters)


def free_place(
    box: shapely.Polygon,
    district: shapely.Geometry,
    *,
    taken: Sequence[shapely.Geometry],
    marks: Marks,
    land: shapely.Geometry = _NOWHERE,
    frame: shapely.Geometry = _EVERYWHERE,
) -> shapely.Polygon:
    """Return `box` moved, no farther than it must, inside the `frame`, to cover no text, no station, little `land`.

    On the land of another district a name would be read as that one's; beside all of them it is merely far.
    """
    bounds = np.array(box.bounds)
    height = bounds[3] - bounds[1]
    places = np.asarray(shapely.box(*(bounds + np.tile(_STEPS * height, 2)).T))
    place, mark = marks.tree.query(places, predicate="intersects")
    covered = np.bincount(place, marks.weights[mark], minlength=len(places))
    own, written_over = _share(places, district), _share(places, shapely.union_all(taken))
    foreign = np.maximum(_share(places, land) - own, 0)
    outside = 1 - _share(places, frame)
    cost = np.hypot(*_STEPS.T) + covered + 8 * (1 - own) + 20 * foreign + 1000 * (written_over + outside)
    free: shapely.Polygon = places[int(np.argmin(cost))]
    return free


def _share(places: NDArray[np.object_], area: shapely.Geometry) -> NDArray[np.float64]:
    """Return which share (0-1) of each place lies in an area; only what lies on its edge has to be cut."""
    shapely.prepare(area)
    share = shapely.contains(area, places).astype(np.float64)
    cut = shapely.intersects(area, places) & (share == 0)
    pieces = [shapely.clip_by_rect(area, *place.bounds) for place in places[cut]]  # much quicker than to intersect
    share[cut] = shapely.area(pieces) / shapely.area(places[cut])
    return share
