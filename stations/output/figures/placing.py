"""Where a text goes on a map: clear of every mark and every other text, in its own land or tied to it by a line.

All in millimetres of the page. Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

Size = tuple[float, float]
"""Width and height."""

FINEST_MM = 0.1
"""Outlines are looked at as fine as they are seen."""
_PITCH = 0.9  # between the places that are tried
_AT_ONCE = 250  # places that are looked at together
_DEEP = 1.2  # how far a line reaches into what it names, so that it is not taken for its neighbour
_PAST_A_MARK = 5.0  # how much longer a line may be rather than run over a mark …
_OVER_LAND = 0.6  # … and how much a millimetre over the land of others counts
_LONGEST = 45.0
_ANCHORS = 12  # places in what it names at which a line may end
_MEASURED = 40
_OFF = 0.3  # from a text to its line
_A_PIECE = 3.0  # of a line, at most


class Place(NamedTuple):
    """The rectangle of a text, and the line that ties it to what it names where it does not stand there."""

    box: shapely.Polygon
    line: shapely.LineString | None = None


@dataclass
class Room:
    """What is on a map already.

    Attributes
    ----------
    frame
        The map.
    land
        Of all districts.
    marks
        The stations as they are drawn, discs.
    taken
        What no text may lie on: other texts, the scale bar, a larger map …
    crossed
        What no text may lie on, but a line may cross: the frame of what is drawn larger.
    lines
        What ties texts to what they name: no text lies on one, and no line crosses another.
    """

    frame: shapely.Polygon
    land: shapely.Geometry
    marks: shapely.STRtree
    taken: list[shapely.Geometry] = field(default_factory=list)
    crossed: list[shapely.Geometry] = field(default_factory=list)
    lines: list[shapely.Geometry] = field(default_factory=list)

    def take(self, place: Place) -> Place:
        """Keep a place from the next text."""
        self.taken.append(place.box)
        if place.line is not None:
            self.lines.append(place.line)
        return place

    def clear(self, boxes: Shapes) -> NDArray[np.bool_]:
        """Return which rectangles lie on the map and on nothing else."""
        free = shapely.covers(self.frame, boxes)
        for tree in (self.marks, shapely.STRtree([*self.taken, *self.crossed, *self.lines])):
            free[np.unique(tree.query(boxes, predicate="intersects")[0])] = False
        return free

    def open(self, lines: Shapes) -> NDArray[np.bool_]:
        """Return which lines cross no text and no other line."""
        free = np.ones(len(lines), dtype=bool)
        tree = shapely.STRtree([*self.taken, *self.lines])
        free[np.unique(tree.query(lines, predicate="intersects")[0])] = False
        return free

    def crossings(self, lines: Shapes) -> NDArray[np.intp]:
        """Return how many marks each line, from a point to another, runs over.

        They are looked at piece by piece, since few marks are near a short one.
        """
        ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
        count = np.maximum(1, np.ceil(shapely.length(lines) / _A_PIECE)).astype(int)
        line, number = np.repeat(np.arange(len(lines)), count), np.arange(count.sum())
        number -= np.repeat(count.cumsum() - count, count)
        parts = np.stack([number, number + 1], axis=1)[..., np.newaxis] / count[line, np.newaxis, np.newaxis]
        pieces = shapely.linestrings(ends[line, :1] + (ends[line, 1:] - ends[line, :1]) * parts)
        piece, mark = self.marks.query(pieces, predicate="intersects")
        pairs = np.unique(line[piece] * len(self.marks) + mark)
        return np.bincount(pairs // max(1, len(self.marks)), minlength=len(lines))


def within(size: Size, own: shapely.Geometry, room: Room, *, near: Floats) -> Place | None:
    """Return the clear place in `own` land that is nearest to a point: best whole in it, else on no other's land."""
    centres = _grid(shapely.intersection(own, room.frame).bounds)
    centres = centres[shapely.contains_xy(own, *centres.T)]
    foreign = shapely.difference(room.land, own)
    for area, covers in ((own, True), (foreign, False)):
        shapely.prepare(area)
        for boxes in _boxes(centres, size, np.hypot(*(centres - near).T)):
            fitting = shapely.covers(area, boxes) if covers else ~shapely.intersects(area, boxes)
            fitting[fitting] = room.clear(boxes[fitting])
            if fitting.any():
                return Place(boxes[int(np.argmax(fitting))])
    return None


def touching(size: Size, own: shapely.Geometry, room: Room, *, near: Floats, apart: float = 0.0) -> Place | None:
    """Return the clear place nearest to a point that lies on `own`, or no farther `apart` from it."""
    around = shapely.buffer(own, apart + max(size) / 2)
    centres = _grid(around.bounds, pitch=_PITCH / 2)
    for boxes in _boxes(centres, size, np.hypot(*(centres - near).T)):
        fitting = shapely.dwithin(own, boxes, apart + 1e-9)
        fitting[fitting] = room.clear(boxes[fitting])
        if fitting.any():
            return Place(boxes[int(np.argmax(fitting))])
    return None


def beside(size: Size, own: shapely.Geometry, room: Room, *, on_land: bool = False) -> Place | None:
    """Return a clear place with a line to `own` that crosses no text and no line: the shortest, past the fewest marks.

    It lies off the land of all districts, unless it may be `on_land`.
    """
    anchors, centres = _anchors(own, room), _grid(room.frame.bounds, pitch=2 * _PITCH)
    shapely.prepare(room.land)
    centres = centres[_not_beyond(centres, shapely.bounds(own))]
    centres = centres if on_land else centres[~shapely.contains_xy(room.land, *centres.T)]
    away = np.asarray(shapely.distance(shapely.points(centres), own))
    near = away <= _LONGEST
    best: tuple[float, Place] | None = None
    for boxes in _boxes(centres[near], size, away[near]):
        free = boxes[room.clear(boxes)]
        free = free if on_land else free[~shapely.intersects(room.land, free)]
        found = _tied(free, anchors, own, room=room)
        if found is None:
            continue
        if best is not None and found[0] >= best[0]:
            break  # those farther away are no better
        best = found
    return best[1] if best else None


def corner(size: Size, room: Room, *, at: Floats) -> Place | None:
    """Return the clear place along the edge of the map that is nearest to a point; off the land where there is one."""
    west, south, east, north = room.frame.bounds
    half = np.array(size) / 2 + 0.5
    x = np.arange(west + half[0], east - half[0] + 1e-9, 1.0)
    y = np.arange(south + half[1], north - half[1] + 1e-9, 1.0)
    edges = [(x, np.full_like(x, edge)) for edge in (south + half[1], north - half[1])]
    edges += [(np.full_like(y, edge), y) for edge in (west + half[0], east - half[0])]
    centres = np.hstack(edges).T
    if not len(centres):
        return None
    on_land = shapely.intersects(room.land, _rectangles(centres, size))
    for boxes in _boxes(centres, size, np.hypot(*(centres - at).T) + 25 * on_land):
        free = room.clear(boxes)
        if free.any():
            return Place(boxes[int(np.argmax(free))])
    return None


def _grid(bounds: Sequence[float], *, pitch: float = _PITCH) -> Floats:
    if np.isnan(bounds).any():
        return np.empty((0, 2))
    west, south, east, north = bounds
    x, y = np.meshgrid(np.arange(west, east + pitch, pitch), np.arange(south, north + pitch, pitch))
    return np.column_stack([x.ravel(), y.ravel()])


def _not_beyond(points: Floats, bounds: Floats) -> NDArray[np.bool_]:
    """Return which points a line from a rectangle may reach."""
    west, south, east, north = bounds
    x, y = points.T
    away = np.hypot(np.maximum.reduce([west - x, x - east, 0 * x]), np.maximum.reduce([south - y, y - north, 0 * y]))
    return np.asarray(away <= _LONGEST)


def _boxes(centres: Floats, size: Size, costs: Floats) -> Iterator[Shapes]:
    """Yield the rectangles round the centres, the cheapest first, some at once."""
    order = np.argsort(costs, kind="stable")
    for start in range(0, len(order), _AT_ONCE):
        yield _rectangles(centres[order[start : start + _AT_ONCE]], size)


def _rectangles(centres: Floats, size: Size) -> Shapes:
    half = np.array(size) / 2
    rectangles: Shapes = np.asarray(shapely.box(*(centres - half).T, *(centres + half).T))
    return rectangles


def _anchors(own: shapely.Geometry, room: Room) -> Floats:
    """Return some points where a line may end: well inside what it names, on no mark and on no text."""
    shown = shapely.intersection(own, room.frame)
    inner = shapely.buffer(shown, -_DEEP)
    points = _grid(inner.bounds)
    points = points[shapely.contains_xy(inner, *points.T)]
    blocked = shapely.STRtree([*room.marks.geometries, *room.taken])
    points = np.delete(points, np.unique(blocked.query(shapely.points(points), predicate="intersects")[0]), axis=0)
    if not len(points):
        return shapely.get_coordinates(shapely.point_on_surface(shown))
    chosen = [int(np.argmin(points.sum(axis=1)))]  # then each time the one that is farthest from all of them
    apart = np.hypot(*(points - points[chosen[0]]).T)
    while len(chosen) < min(_ANCHORS, len(points)):
        chosen.append(int(np.argmax(apart)))
        apart = np.minimum(apart, np.hypot(*(points - points[chosen[-1]]).T))
    return points[chosen]


def _tied(boxes: Shapes, anchors: Floats, own: shapely.Geometry, *, room: Room) -> tuple[float, Place] | None:
    """Return the rectangle that is tied best, with its cost (mm); ``None`` where no line is open."""
    if not len(boxes):
        return None
    which, ends = np.repeat(boxes, len(anchors)), np.tile(anchors, (len(boxes), 1))
    ties = np.asarray(shapely.shortest_line(which, shapely.points(ends)))
    starts = shapely.get_coordinates(shapely.line_interpolate_point(ties, np.minimum(_OFF, shapely.length(ties) / 2)))
    lines = np.asarray(shapely.linestrings(np.stack([starts, ends], axis=1)))
    free = room.open(lines)
    if not free.any():
        return None
    which, lines = which[free], lines[free]
    crossed = room.crossings(lines)
    costs = shapely.length(lines) + _PAST_A_MARK * crossed
    few = np.argsort(costs, kind="stable")[:_MEASURED]  # what they cut is dear to measure
    over = shapely.length(shapely.intersection(lines[few], shapely.difference(room.land, own)))
    cheapest = int(np.argmin(costs[few] + _OVER_LAND * over))
    return float(costs[few][cheapest] + _OVER_LAND * over[cheapest]), Place(which[few][cheapest], lines[few][cheapest])
