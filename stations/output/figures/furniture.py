"""The scale bar, the compass and the words at the foot of a map: on it where nothing is, or below several maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.patches import Polygon
from matplotlib_scalebar.scalebar import ScaleBar

from stations.model.language import gettext as _
from stations.output.figures.layouts import Box, Spread
from stations.output.figures.lettering import POINT_MM, ems
from stations.output.figures.placing import Place, Room, corner
from stations.output.figures.text import families, write
from stations.output.symbology import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from stations.output.figures.sheet import Sheet

    Floats = NDArray[np.float64]

STRIP_MM = 10.0
"""Room below several maps, which share what stands there."""
_COMPASS = (8.0, 15.0)
_BAR_MM = 8.0
_SKETCH_SIZE = 8.0


def furnish(paper: Axes, ground: Axes, spread: Spread, *, sheet: Sheet, room: Room) -> None:
    """Put the words, the scale bar and the compass on a map, where they hide no mark if there is such a place."""
    west, south, east, north = spread.box.edges
    words = _sketch(sheet)
    size = 2 + ems(words) * _SKETCH_SIZE * POINT_MM, 4.5
    box = _kept(room, size, at=np.array([west, south])).box.bounds
    write(paper, (box[0] + 1, box[1] + 1.4), words, size=_SKETCH_SIZE, halo=True)
    _draw_bar(paper, ground, _kept(room, _bar(spread), at=np.array([east, south])).box)
    _draw_compass(paper, _kept(room, _COMPASS, at=np.array([east, north])).box)


def measure(paper: Axes, ground: Axes, spread: Spread, *, room: Room) -> None:
    """Put a scale bar on a larger map, where it hides nothing; without such a place that of the other has to do."""
    if place := corner(_bar(spread), room, at=np.array(spread.box.edges)[[2, 1]]):
        _draw_bar(paper, ground, room.take(place).box)


def draw_strip(paper: Axes, ground: Axes, strip: Box, *, spread: Spread, sheet: Sheet) -> None:
    """Put them below several maps of the same size, of which `ground` is one."""
    write(paper, (strip.left + 1, strip.bottom + 2), _sketch(sheet), size=_SKETCH_SIZE)
    width, height = _bar(spread)
    bar = shapely.box(strip.right - width - 9, strip.bottom, strip.right - 9, strip.bottom + height)
    _draw_bar(paper, ground, bar)
    _draw_compass(paper, shapely.box(strip.right - 7, strip.bottom, strip.right, strip.bottom + STRIP_MM - 1))


def _draw_bar(paper: Axes, ground: Axes, box: shapely.Polygon) -> None:
    """Draw the scale bar of a map in the middle of a box (mm)."""
    bar = ScaleBar(
        1,
        "m",
        length_fraction=0.2,
        width_fraction=0.006,
        location="center",
        pad=0.2,
        border_pad=0,
        box_alpha=0.7,
        color=INK,
        font_properties={"family": families(), "size": 8},
        bbox_to_anchor=(box.centroid.x, box.centroid.y),
        bbox_transform=paper.transData,
    )
    bar.set_clip_on(False)
    ground.add_artist(bar)


def _bar(spread: Spread) -> tuple[float, float]:
    return max(12.0, 0.2 * spread.box.width) + 2, _BAR_MM


def _kept(room: Room, size: tuple[float, float], *, at: Floats) -> Place:
    """Return a place for what has to be on the map; where all is full, at the point."""
    x, y = at + np.sign(np.array(shapely.centroid(room.frame).coords[0]) - at) * (np.array(size) / 2 + 1)
    half = np.array(size) / 2
    full = Place(shapely.box(x - half[0], y - half[1], x + half[0], y + half[1]))
    return room.take(corner(size, room, at=at) or full)


def _draw_compass(paper: Axes, box: shapely.Polygon) -> None:
    """Draw an arrow to the north that fills a box, with its letter above."""
    west, south, east, north = box.bounds
    x, size = (west + east) / 2, (north - south) / _COMPASS[1]
    y, half = south + 0.5 * size, 2.4 * size
    arrow = [(x, y + 9 * size), (x - half, y), (x, y + 1.8 * size), (x + half, y)]
    paper.add_patch(Polygon(arrow, facecolor=INK, linewidth=0))
    write(paper, (x, north - 2.4 * size), _("N"), size=8 * max(size, 0.75), anchor="center", halo=True)


def _sketch(sheet: Sheet) -> str:
    """Return that a map is a sketch, and who approved it."""
    words = _("Sketch map")
    return f"{words} · {sheet.approval}"
