"""One map of a figure: its layers and letters, and beside a crowded one the centre drawn larger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from matplotlib.patches import Rectangle

from stations.output.figures.crowded import Split, split
from stations.output.figures.furniture import furnish, measure
from stations.output.figures.layers import PIN, discs, draw_layers, mark_radius, points
from stations.output.figures.layouts import Box, Spread
from stations.output.figures.lettering import fitted
from stations.output.figures.naming import (
    Lettering,
    Wanted,
    middle,
    wanted,
    write_beside,
    write_gap_numbers,
    write_inside,
    write_proposal_numbers,
)
from stations.output.figures.placing import FINEST_MM, Room
from stations.output.figures.text import drawable, write_block
from stations.output.symbology import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from stations.output.figures.sheet import Panel, Sheet

    Floats = NDArray[np.float64]
    Extent = tuple[float, float, float, float]
    _Numbers = tuple[frozenset[int], frozenset[int]]  # of gaps, of proposals

HEADING_MM = 8.0
"""Room above each of several maps for what tells it from the others."""
_INSIDE_MM = 0.6  # letters keep off the frame
_FULL_MM = 150.0  # a map of this width has marks of full size


class Drawn(NamedTuple):
    """A map: its axes, what they show, and the districts whose names had no room."""

    ground: Axes
    spread: Spread
    unnamed: tuple[str, ...]


def draw_panel(paper: Axes, box: Box, sheet: Sheet, *, panel: Panel, smallest: float) -> Drawn:
    """Draw a map into a box on the paper, with no letters below `smallest` points."""
    if panel.title:
        block = fitted([drawable(panel.title)], (10, 8, 6, 5), box_mm=(box.width - 4, HEADING_MM - 2))
        write_block(paper, (box.left + 2, box.top - HEADING_MM + 2.5), block)
    box, parts = framed(box, sheet, panel)
    scale = min(1.0, max(0.55, box.width / _FULL_MM))
    whole = _map(paper, Spread(box, parts.extent), sheet, panel=panel, scale=scale, smallest=smallest)
    room, larger = whole.lettering.room, None
    if parts.inset and parts.window:
        room.crossed.extend(_tie(paper, whole.lettering.spread, window=parts.window, inset=parts.inset))
        room.taken.append(shapely.box(*parts.inset.edges))
        within = Spread(parts.inset, parts.window)
        larger = _map(paper, within, sheet, panel=panel, scale=scale, smallest=smallest)
        measure(paper, larger.ground, within, room=larger.lettering.room)
    if len(sheet.panels) == 1:
        furnish(paper, whole.ground, whole.lettering.spread, sheet=sheet, room=room)
    left = _letter(whole, larger, sheet=sheet, panel=panel)
    return Drawn(whole.ground, whole.lettering.spread, tuple(each.name for each in left))


def framed(box: Box, sheet: Sheet, panel: Panel) -> tuple[Box, Split]:
    """Return the frame of a map in a box, below its title, and what of the ground it shows."""
    frame = box._replace(height=box.height - HEADING_MM) if panel.title else box
    return frame, split(sheet.bounds, points(panel.told), frame, alone=len(sheet.panels) == 1)


def outside(sheet: Sheet, panel: Panel, box: Box) -> int:
    """Return how many of its stations a map in a box does not show."""
    west, south, east, north = framed(box, sheet, panel)[1].extent
    x, y = points(panel.told).T
    return int((~((west <= x) & (x <= east) & (south <= y) & (y <= north))).sum())


class _Map(NamedTuple):
    """A map whose layers are drawn: its axes, who writes on it, and its proposals (mm) as large as `pin`."""

    ground: Axes
    lettering: Lettering
    pins: Floats
    pin: float


def _map(paper: Axes, spread: Spread, sheet: Sheet, *, panel: Panel, scale: float, smallest: float) -> _Map:
    """Draw the layers of a map into its box, and the frame round them."""
    ground = _axes(paper, spread)
    draw_layers(ground, sheet, panel, scale=scale)
    box = spread.box
    paper.add_patch(Rectangle(box[:2], box.width, box.height, facecolor="none", edgecolor=INK, linewidth=0.8))
    pins = np.empty((0, 2)) if panel.proposals is None else spread.on_paper(points(panel.proposals))
    pin = mark_radius(PIN, scale=scale)
    stations = discs(panel, spread.on_paper(points(panel.stations)), scale=scale)
    proposals = np.asarray(shapely.buffer(shapely.points(pins), pin))
    frame = shapely.box(*box.edges)
    land = shapely.transform(shapely.union_all(sheet.districts.geometry.to_numpy()), spread.on_paper)
    room = Room(
        frame=shapely.buffer(frame, -_INSIDE_MM, join_style="mitre"),
        land=shapely.intersection(shapely.simplify(land, FINEST_MM), frame),
        marks=shapely.STRtree([*stations, *proposals]),
    )
    return _Map(ground, Lettering(paper, room, spread, smallest), pins, pin)


def _axes(paper: Axes, spread: Spread) -> Axes:
    (left, bottom, width, height), (west, south, east, north) = spread
    page = paper.get_xlim()[1], paper.get_ylim()[1]
    place = (left / page[0], bottom / page[1], width / page[0], height / page[1])
    axes: Axes = paper.figure.add_axes(place, facecolor="white")
    axes.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    return axes


def _tie(paper: Axes, spread: Spread, *, window: Extent, inset: Box) -> Iterator[shapely.LineString]:
    """Draw the frame of what is drawn larger, and tie it to where it is; yield the lines."""
    (left, bottom), (right, top) = spread.on_paper(np.array(window).reshape(2, 2))
    small = Box(left, bottom, right - left, top - bottom)
    paper.add_patch(Rectangle(small[:2], small.width, small.height, facecolor="none", edgecolor=INK, linewidth=0.7))
    yield shapely.box(*small.edges).exterior
    for one, other in _corners(small, inset, beside=inset.left >= small.right):
        paper.plot(*zip(one, other, strict=True), color=INK, linewidth=0.4, alpha=0.7)
        yield shapely.LineString([one, other])


def _corners(small: Box, large: Box, *, beside: bool) -> tuple[tuple[tuple[float, float], tuple[float, float]], ...]:
    if beside:
        return (
            ((small.right, small.top), (large.left, large.top)),
            ((small.right, small.bottom), (large.left, large.bottom)),
        )
    return (
        ((small.left, small.bottom), (large.left, large.top)),
        ((small.right, small.bottom), (large.right, large.top)),
    )


# ---- which map says what


def _letter(whole: _Map, larger: _Map | None, *, sheet: Sheet, panel: Panel) -> list[Wanted]:
    """Write the names and numbers, each of the crowded part on the larger map alone if it has room there.

    Names that fit into their districts come first, then the numbers, then the names beside them. Returns the names
    that had no room anywhere.
    """
    told: set[object] = set()
    numbered: _Numbers = (frozenset(), frozenset())
    names = wanted(sheet, panel, whole.lettering.spread)
    if larger is not None:
        inside = _centred(names, whole, larger)
        shown = wanted(sheet, panel, larger.lettering.spread)
        left = write_inside(larger.lettering, shown, sheet)
        numbered = _number(larger, panel, hidden=numbered)
        own = [each for each in left if each.code in inside]
        left = [each for each in left if each.code not in inside] + write_beside(larger.lettering, own, sheet)
        told = inside & {each.code for each in shown} - {each.code for each in left}
    rest = write_inside(whole.lettering, [each for each in names if each.code not in told], sheet)
    _number(whole, panel, hidden=numbered)
    return write_beside(whole.lettering, rest, sheet, anywhere=True)


def _centred(names: Sequence[Wanted], whole: _Map, larger: _Map) -> set[object]:
    """Return the codes of the districts whose middle is in the part that is drawn larger."""
    corners = np.array(larger.lettering.spread.extent).reshape(2, 2)
    window = shapely.box(*whole.lettering.spread.on_paper(corners).ravel())
    return {each.code for each in names if shapely.contains_xy(window, *middle(each.land))}


def _number(drawn: _Map, panel: Panel, *, hidden: _Numbers) -> _Numbers:
    """Write the numbers of gaps and of proposals that are not `hidden`; return those written."""
    gaps = write_gap_numbers(drawn.lettering, panel, hidden=hidden[0])
    sites = write_proposal_numbers(drawn.lettering, panel, pins=drawn.pins, radius=drawn.pin, hidden=hidden[1])
    return gaps, sites
