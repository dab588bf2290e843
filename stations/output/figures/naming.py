"""The names of the districts and the numbers of gaps and proposals on a map: written where they hide nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from stations.output.figures.layouts import MM_PER_INCH, Spread
from stations.output.figures.placing import FINEST_MM, Place, Room, beside, touching, within
from stations.output.figures.text import drawable, write
from stations.output.symbology import GAP_OUTLINE, INK, PROPOSED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from numpy.typing import NDArray

    from stations.output.figures.sheet import Panel, Sheet

    Floats = NDArray[np.float64]

NUMBERED_GAPS = 10
_NAME_SIZES = (9.0, 8.0, 7.0)
_SMALL_SIZES = (7.0, 6.0)  # on one of several maps
_NUMBER_SIZE = 7.0
_MARGIN_MM = 0.4
_DISC_MM = 0.7  # round a number, with its rim
_TOUCH_MM = 1.3  # a number no farther from its proposal needs no line
_SEEN = 1 / 60  # the share of the map below which a piece of a district is a strip at the edge
_PIECE = re.compile(r"\S{1,16}\s*")  # of a name that is not broken

Placing = Callable[[tuple[float, float]], Place | None]


class Wanted(NamedTuple):
    """A district that wants its name on a map, and its land there (mm)."""

    code: object
    name: str
    share: float
    land: shapely.Geometry


@dataclass(frozen=True)
class Lettering:
    """Who writes on one map: the page, what is on the map already, and the least size of letters."""

    paper: Axes
    room: Room
    spread: Spread
    smallest: float = 0.0


def wanted(sheet: Sheet, panel: Panel, spread: Spread) -> list[Wanted]:
    """Return the districts that are seen on a map, the smallest first: it has the least room."""
    whole = shapely.transform(sheet.districts.geometry.to_numpy(), spread.on_paper)
    frame = shapely.box(*spread.box.edges)
    parts = shapely.intersection(shapely.simplify(whole, FINEST_MM), frame)
    seen = shapely.area(parts) >= np.minimum(frame.area * _SEEN, shapely.area(whole) / 2)
    shares = np.full(len(parts), np.nan) if panel.shares is None else panel.shares.to_numpy(float)
    rows = zip(sheet.districts.index, sheet.districts["name"], shares, parts, seen, strict=True)
    named = [Wanted(code, drawable(name), share, land) for code, name, share, land, shown in rows if shown]
    return sorted((each for each in named if each.name), key=lambda each: float(shapely.area(each.land)))


def write_inside(lettering: Lettering, names: Sequence[Wanted], sheet: Sheet) -> list[Wanted]:
    """Write the names that have room in their own districts; return the others."""
    return [each for each in names if not _named(lettering, each, sheet, ways=(_inside,))]


def write_beside(
    lettering: Lettering, names: Sequence[Wanted], sheet: Sheet, *, anywhere: bool = False
) -> list[Wanted]:
    """Write the other names, smaller in their districts, off the land or, if need be, `anywhere`; return what is left.

    Whatever stands outside its own district is tied to it.
    """
    ways = (_off_land, _smaller, *((_on_land,) if anywhere else ()))
    return [each for each in names if not _named(lettering, each, sheet, ways=ways)]


def write_gap_numbers(lettering: Lettering, panel: Panel, *, hidden: frozenset[int] = frozenset()) -> frozenset[int]:
    """Write the numbers of the first gaps but those `hidden`; return those that are written."""
    if panel.gaps is None:
        return frozenset()
    first = panel.gaps[panel.gaps["rank"] <= NUMBERED_GAPS]
    shapes = shapely.transform(first.geometry.to_numpy(), lettering.spread.on_paper)
    disc = {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": GAP_OUTLINE, "linewidth": 0.8}
    return frozenset(
        int(rank)
        for rank, shape in zip(first["rank"], shapes, strict=True)
        if rank not in hidden and _numbered(lettering, rank, shape, near=middle(shape), disc=disc)
    )


def write_proposal_numbers(
    lettering: Lettering, panel: Panel, *, pins: Floats, radius: float, hidden: frozenset[int] = frozenset()
) -> frozenset[int]:
    """Write the numbers of the proposals but those `hidden` beside their pins (mm); return those that are written."""
    if panel.proposals is None:
        return frozenset()
    discs = np.asarray(shapely.buffer(shapely.points(pins), radius))
    return frozenset(
        int(number)
        for number, pin, at in zip(panel.proposals["number"], discs, pins, strict=True)
        if number not in hidden and _numbered(lettering, number, pin, near=at)
    )


def middle(shape: shapely.Geometry) -> Floats:
    """Return the point farthest from the edge, to a fiftieth of the size."""
    circle = shapely.maximum_inscribed_circle(shape, tolerance=max(shapely.area(shape), 1e-6) ** 0.5 / 50)
    point: Floats = shapely.get_coordinates(circle)[0]
    return point


# ---- how a name is broken, and the ways to place it, the best first

Form = tuple[str, float]  # its lines, its size (points)
Way = Callable[[Wanted, Room, Sequence[Form]], Iterator[tuple[Form, Placing]]]


def _inside(name: Wanted, room: Room, forms: Sequence[Form]) -> Iterator[tuple[Form, Placing]]:
    largest = forms[0][1]
    near = middle(name.land)
    for form in (form for form in forms if form[1] == largest):
        yield form, partial(within, own=name.land, room=room, near=near)


def _smaller(name: Wanted, room: Room, forms: Sequence[Form]) -> Iterator[tuple[Form, Placing]]:
    near = middle(name.land)
    for form in (form for form in forms if form[1] < forms[0][1]):
        yield form, partial(within, own=name.land, room=room, near=near)


def _off_land(name: Wanted, room: Room, forms: Sequence[Form]) -> Iterator[tuple[Form, Placing]]:
    for form in forms:
        yield form, partial(beside, own=name.land, room=room)


def _on_land(name: Wanted, room: Room, forms: Sequence[Form]) -> Iterator[tuple[Form, Placing]]:
    for form in forms:
        yield form, partial(beside, own=name.land, room=room, on_land=True)


def _forms(name: Wanted, sizes: Sequence[float]) -> list[Form]:
    """Return the name, on one line and on several, in every size, the largest first."""
    told = name.name if np.isnan(name.share) else f"{name.name} {name.share:.1%}"
    pieces = _PIECE.findall(told)
    broken = (_broken(pieces, lines) for lines in range(1, min(4, len(pieces)) + 1))
    forms = list(broken)
    return [(form, size) for size in sizes for form in forms]


def _broken(pieces: Sequence[str], lines: int) -> str:
    """Return the pieces on so many lines, the longest of them as short as it can be."""

    def rows(cuts: tuple[int, ...]) -> list[str]:
        edges = (0, *cuts, len(pieces))
        return ["".join(pieces[start:end]).strip() for start, end in pairwise(edges)]

    cuts = combinations(range(1, len(pieces)), lines - 1)
    return "\n".join(min(map(rows, cuts), key=lambda broken: max(map(len, broken))))


def _named(lettering: Lettering, name: Wanted, sheet: Sheet, *, ways: Sequence[Way]) -> bool:
    """Write a name where the first of the ways finds a place; where none does it is not written."""
    usual = _NAME_SIZES if len(sheet.panels) == 1 else _SMALL_SIZES
    sizes = sorted({max(size, lettering.smallest) for size in usual}, reverse=True)
    dark = any(panel.shares is not None for panel in sheet.panels)
    text = write(lettering.paper, (0, 0), "", size=sizes[0], anchor="center", halo=not dark)
    if dark:
        text.set_bbox({"boxstyle": "square,pad=0.15", "facecolor": "#FFFFFFD9", "linewidth": 0})
    text.set_linespacing(1.05)
    forms = _forms(name, sizes)
    for way in ways:
        for (words, size), placing in way(name, lettering.room, forms):
            text.set_text(words)
            text.set_fontsize(size)
            if place := placing(_measured(text, lettering.paper, margin=_MARGIN_MM)):
                _set(lettering, text, place, colour=INK)
                return True
    text.remove()
    return False


def _numbered(
    lettering: Lettering, number: int, own: shapely.Geometry, *, near: Floats, disc: dict[str, Any] | None = None
) -> bool:
    """Write a number on what it numbers, in a `disc`, or right beside it; else tied to it. Return whether it is."""
    room = lettering.room
    if not shapely.contains_xy(room.frame, *near):
        return False
    colour = GAP_OUTLINE if disc else PROPOSED
    text = write(lettering.paper, (0, 0), str(number), size=_NUMBER_SIZE, anchor="center", colour=colour, halo=not disc)
    text.set_bbox(disc)
    size = (
        (max(_measured(text, lettering.paper, margin=_DISC_MM)),) * 2
        if disc
        else _measured(text, lettering.paper, margin=_MARGIN_MM)
    )
    close = touching(size, own, room, near=near, apart=0.0 if disc else _TOUCH_MM)
    place = close or beside(size, own, room, on_land=True)
    if place is None:
        text.remove()
        return False
    _set(lettering, text, place, colour=colour)
    return True


def _set(lettering: Lettering, text: Text, place: Place, *, colour: str) -> None:
    lettering.room.take(place)
    text.set_position((place.box.centroid.x, place.box.centroid.y))
    if place.line is not None:
        x, y = shapely.get_coordinates(place.line).T
        (line,) = lettering.paper.plot(x, y, color=colour, linewidth=0.5, zorder=text.get_zorder() - 1)
        line.set_gid("leader")
        lettering.paper.plot(x[1:], y[1:], color=colour, marker=".", markersize=1.6, zorder=text.get_zorder() - 1)


def _measured(text: Text, paper: Axes, *, margin: float) -> tuple[float, float]:
    """Return the width and height (mm) of a text on the page, with a margin round it."""
    box = text.get_window_extent()
    mm = MM_PER_INCH / paper.figure.dpi
    return box.width * mm + 2 * margin, box.height * mm + 2 * margin
