"""One map of a figure: its layers, the quiet ones first, and beside a crowded one the centre drawn larger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib_scalebar.scalebar import ScaleBar

from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.output.figures.crowded import Split, split
from stations.output.figures.layouts import MM_PER_INCH, Box
from stations.output.figures.lettering import POINT_MM, Marks, ems, fitted, free_place
from stations.output.figures.sheet import approximate
from stations.output.figures.text import drawable, families, write, write_block
from stations.output.symbology import (
    BASE_MARK,
    DISTRICT_TINTS,
    GAP_OUTLINE,
    HAIRLINE,
    INK,
    PROPOSED,
    RAMP,
    REACHED,
    TIER_MARKS,
    Mark,
    share_colour,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from numpy.typing import NDArray

    from stations.output.figures.sheet import Panel, Sheet

    Floats = NDArray[np.float64]
    Extent = tuple[float, float, float, float]

NUMBERED_GAPS = 10
SKETCH_SIZE = 8.0
HEADING_MM = 8.0
"""Room above each of several maps for what tells it from the others."""

LAND_WASH = 0x2E
"""How strongly, of 255, land out of reach is coloured where no people are drawn on it."""

_MARKERS = {"star": "*", "diamond": "D", "circle": "o", "ring": "o", "plus": "P", "pin": "v"}
_AREAS = {"star": 1.5, "diamond": 0.5, "plus": 0.7}  # matplotlib measures some shapes otherwise than by eye
_POINTS_PER_PX = 0.6  # marks stand closer on paper than on a screen
_FULL_MM = 150.0  # a map of this width has marks of full size
_RIM = "#E1E4E7"
_OTHERS = 0.35  # how strongly stations are drawn that the legend does not count
_NONE_WORTH, _HONOUR_WORTH = 2.0, 40.0  # how many of its heights a text moves rather than cover such a station
_CORNERS = ("lower right", "lower left", "upper left", "upper right")


def draw_panel(paper: Axes, box: Box, sheet: Sheet, *, panel: Panel) -> int:
    """Draw a map into a box on the paper; return how many of its stations lie outside the frame."""
    if panel.title:
        block = fitted([drawable(panel.title)], (10, 8, 6, 5), box_mm=(box.width - 4, HEADING_MM - 2))
        write_block(paper, (box.left + 2, box.top - HEADING_MM + 2.5), block)
        box = box._replace(height=box.height - HEADING_MM)
    stations = _points(panel.told)
    parts = split(sheet.bounds, stations, box, alone=len(sheet.panels) == 1)
    scale = min(1.0, max(0.55, box.width / _FULL_MM))
    _draw_map(paper, box, sheet, panel=panel, parts=parts, scale=scale)
    if parts.inset and parts.window:
        _tie(paper, box, parts)
        larger = Split(parts.window)
        _draw_map(paper, parts.inset, sheet, panel=panel, parts=larger, scale=scale, corners=_CORNERS)
    west, south, east, north = parts.extent
    x, y = stations.T
    return int((~((west <= x) & (x <= east) & (south <= y) & (y <= north))).sum())


def _draw_map(
    paper: Axes,
    box: Box,
    sheet: Sheet,
    *,
    panel: Panel,
    parts: Split,
    scale: float,
    corners: tuple[str, ...] = _CORNERS[:1],
) -> None:
    """Draw the layers in an extent of the ground; names whose place is in the part drawn larger are not written.

    The scale bar stands in the emptiest of the `corners`.
    """
    west, south, east, north = parts.extent
    ground = _axes(paper, box)
    ground.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    _draw_districts(ground, sheet.districts, panel)
    if panel.reached is not None:
        _draw_outlines(ground, panel.reached, REACHED, width=0.4).set_facecolor(f"{REACHED}33")
    if panel.uncovered is not None and sheet.spacing_m is not None:
        _draw_people(ground, panel.uncovered, sheet)
    if panel.reached is not None or panel.uncovered is not None:
        _draw_outlines(ground, sheet.districts.geometry, HAIRLINE, width=0.6)
    if panel.gaps is not None:
        first = panel.gaps["rank"] <= NUMBERED_GAPS
        fill = "none" if panel.uncovered is not None else f"{GAP_OUTLINE}{LAND_WASH:02X}"
        _draw_outlines(ground, panel.gaps.geometry[~first], GAP_OUTLINE, width=0.4 * scale).set_facecolor(fill)
        _draw_outlines(ground, panel.gaps.geometry[first], GAP_OUTLINE, width=1.1 * scale).set_facecolor(fill)
    if panel.bases is not None:
        draw_marks(ground, _points(panel.bases), BASE_MARK, scale=scale)
    others = panel.stations.drop(index=panel.told.index, errors="ignore")
    for stations, strength in ((others, _OTHERS), (panel.told, 1.0)):
        for tier in reversed(Tier):  # national on top
            own = stations[stations["tier"] == tier.value]
            for rough, points in ((rough, _points(own[approximate(own) == rough])) for rough in (False, True)):
                draw_marks(ground, points, TIER_MARKS[tier], scale=scale, strength=strength, rough=rough)
    marks = _marks(ground, panel, scale=scale)
    bar = _scale_bar(ground, marks, corners=corners)
    covered = [bar] if parts.inset is None else [bar, _in_pixels(ground, box, parts.inset)]
    _letter(ground, sheet, panel, extent=parts.extent, hidden=parts.window, marks=marks, covered=covered)
    paper.add_patch(Rectangle(box[:2], box.width, box.height, facecolor="none", edgecolor=INK, linewidth=0.8))


def _axes(paper: Axes, box: Box) -> Axes:
    width, height = paper.get_xlim()[1], paper.get_ylim()[1]
    figure = paper.figure
    place = (box.left / width, box.bottom / height, box.width / width, box.height / height)
    axes: Axes = figure.add_axes(place, facecolor="white")
    axes.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)
    return axes


def _scale_bar(ground: Axes, marks: Marks, *, corners: tuple[str, ...]) -> shapely.Polygon:
    """Draw the scale bar in the emptiest corner and return the pixels it takes; it hides no mark beneath it."""
    west, south, east, north = ground.bbox.extents
    wide, high = 0.3 * ground.bbox.width, 11 / MM_PER_INCH * ground.figure.dpi
    places = {
        corner: (west if "left" in corner else east - wide, south if "lower" in corner else north - high)
        for corner in corners
    }
    boxes = {corner: shapely.box(x, y, x + wide, y + high) for corner, (x, y) in places.items()}
    covered = {corner: len(marks.tree.query(place, predicate="intersects")) for corner, place in boxes.items()}
    corner = min(covered, key=lambda each: covered[each])
    bar = ScaleBar(
        1,
        "m",
        location=corner,
        length_fraction=0.2,
        width_fraction=0.006,
        border_pad=0.8,
        box_alpha=0 if covered[corner] else 0.8,
        color=INK,
        font_properties={"family": families(), "size": 8},
    )
    ground.add_artist(bar)
    return boxes[corner]


def _tie(paper: Axes, box: Box, parts: Split) -> None:
    """Draw the frame of what is drawn larger, and tie it to where it is."""
    assert parts.inset is not None
    assert parts.window is not None
    west, south, east, _north = parts.extent
    scale = box.width / (east - west)
    small = Box(
        box.left + (parts.window[0] - west) * scale,
        box.bottom + (parts.window[1] - south) * scale,
        (parts.window[2] - parts.window[0]) * scale,
        (parts.window[3] - parts.window[1]) * scale,
    )
    paper.add_patch(Rectangle(small[:2], small.width, small.height, facecolor="none", edgecolor=INK, linewidth=0.7))
    beside = parts.inset.left >= small.right
    for one, other in _corners(small, parts.inset, beside=beside):
        paper.plot(*zip(one, other, strict=True), color=INK, linewidth=0.4, alpha=0.7)


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


# ---- layers


def _draw_districts(ground: Axes, districts: GeoDataFrame, panel: Panel) -> None:
    _draw_outlines(ground, districts.geometry, _RIM, width=4)  # its outer half frames the city
    tints = [DISTRICT_TINTS[number % len(DISTRICT_TINTS)] for number in range(len(districts))]
    colours = tints if panel.shares is None else [share_colour(share) for share in panel.shares]
    _draw_outlines(ground, districts.geometry, HAIRLINE, width=0.6).set_facecolor(colours)


def _draw_outlines(ground: Axes, areas: GeoSeries, colour: str, *, width: float) -> PathCollection:
    paths = [_outline(shape) for shape in areas]
    drawn = PathCollection(paths, facecolors="none", edgecolors=colour, linewidths=width, joinstyle="round")
    ground.add_collection(drawn)
    return drawn


def _outline(shape: shapely.Geometry) -> Path:
    polygons = shapely.get_parts(shapely.orient_polygons(shape))  # a hole runs the other way round
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings))


def _draw_people(ground: Axes, uncovered: GeoDataFrame, sheet: Sheet) -> None:
    assert sheet.spacing_m is not None
    lived_in = uncovered[uncovered["people"] > 0]
    people = lived_in["people"].to_numpy(dtype=float)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * sheet.spacing_m
    colours = np.array(RAMP)[np.searchsorted(sheet.breaks, people)]  # an upper edge belongs to its class
    squares = _points(lived_in)[:, np.newaxis] + corners
    ground.add_collection(PolyCollection(list(squares), facecolors=colours.tolist(), linewidths=0, antialiased=False))


def draw_marks(
    axes: Axes, points: Floats, look: Mark, *, scale: float = 1.0, strength: float = 1.0, rough: bool = False
) -> None:
    """Draw points as marks, `scale` times as large as on a map of full size; below `strength` 1 they are fainter.

    `rough`, of places that are approximate: pale with a dashed outline.
    """
    hollow = rough or look.shape == "ring"
    axes.scatter(
        points[:, 0],
        points[:, 1],
        s=(look.size * _POINTS_PER_PX * scale) ** 2 * _AREAS.get(look.shape, 1),
        marker=_MARKERS[look.shape],
        facecolors=look.pale if rough else "white" if hollow else look.colour,
        edgecolors=look.colour if hollow else "white",
        linewidths=(1.0 if hollow else 0.5) * scale,
        linestyles=[(0, (1.6, 1.0))] if rough else "-",
        alpha=strength,
    )


def _points(frame: GeoDataFrame) -> Floats:
    return shapely.get_coordinates(frame.geometry.to_numpy())


# ---- numbers and names that do not collide


def _letter(
    ground: Axes,
    sheet: Sheet,
    panel: Panel,
    *,
    extent: Extent,
    hidden: Extent | None,
    marks: Marks,
    covered: list[shapely.Polygon],
) -> None:
    """Move the numbers, then the districts' names, each to where it covers least; tie to its land what is beside it."""
    to_pixels = ground.transData
    frame = shapely.box(*ground.bbox.extents)
    land = shapely.transform(shapely.union_all(sheet.districts.geometry.to_numpy()), to_pixels.transform)
    taken, none = [*covered, *_reserved(ground, sheet), *_pins(ground, panel)], shapely.Polygon()
    numbers = [(*each, none) for each in _numbers(ground, panel, extent)]
    names = [(*each, land) for each in _names(ground, sheet, panel, extent=extent, hidden=hidden)]
    window = [shapely.transform(shapely.box(*hidden), to_pixels.transform)] if hidden else []
    for text, shape, foreign in (*numbers, *names):
        within = shapely.intersection(shapely.transform(shape, to_pixels.transform), frame)
        beside = [*taken, *window] if foreign is land else taken  # its frame would strike a name out
        place = free_place(_box(text), within, taken=beside, marks=marks, land=foreign, frame=frame)
        x, y = to_pixels.inverted().transform((place.centroid.x, place.centroid.y))
        apart = shapely.area(shapely.intersection(place, within)) < shapely.area(place) / 2
        if apart if foreign is land else not shapely.intersects(place, within):
            leader = np.array([(x, y), text.get_position()])
            colour = INK if foreign is land else GAP_OUTLINE
            ground.plot(*leader.T, color=colour, linewidth=0.5, zorder=text.zorder - 1)
            taken.append(shapely.buffer(shapely.LineString(to_pixels.transform(leader)), 1))
        text.set_position((x, y))
        taken.append(place)


def _in_pixels(ground: Axes, box: Box, inset: Box) -> shapely.Polygon:
    """Return where on the map in `box` the larger one is drawn over it."""
    west, south, east, _north = ground.bbox.extents
    scale = (east - west) / box.width
    x, y = west + (inset.left - box.left) * scale, south + (inset.bottom - box.bottom) * scale
    place: shapely.Polygon = shapely.box(x, y, x + inset.width * scale, y + inset.height * scale)
    return place


def _pins(ground: Axes, panel: Panel) -> list[shapely.Polygon]:
    """Return where the pins of proposals stand, in pixels: they mark a place, and are not moved."""
    if panel.proposals is None:
        return []
    places = ground.transData.transform(_points(panel.proposals))
    return [shapely.Point(place).buffer(2.2 / MM_PER_INCH * ground.figure.dpi) for place in places]


def sketch(sheet: Sheet) -> str:
    """Return what stands at the foot of a map: that it is a sketch, and who approved it."""
    words = _("Sketch map")
    return f"{words} · {sheet.approval}"


def _reserved(ground: Axes, sheet: Sheet) -> list[shapely.Polygon]:
    """Return where the words at the foot stand and the compass, in pixels: `page.draw` puts them there."""
    west, south, east, north = ground.bbox.extents
    mm = ground.figure.dpi / MM_PER_INCH
    words = 5 + ems(sketch(sheet)) * SKETCH_SIZE * POINT_MM
    foot = shapely.box(west, south, west + words * mm, south + 7 * mm)
    return [foot, shapely.box(east - 13 * mm, north - 17 * mm, east - 5 * mm, north)]


def _marks(ground: Axes, panel: Panel, *, scale: float) -> Marks:
    """Return the stations as discs of their size in pixels; an honour is worth going farther out of its way."""
    places = ground.transData.transform(_points(panel.stations))
    tiers = [Tier(tier) for tier in panel.stations["tier"]]
    radius = scale * _POINTS_PER_PX * POINT_MM / MM_PER_INCH * ground.figure.dpi / 2
    sizes = np.array([TIER_MARKS[tier].size * radius for tier in tiers])
    weights = np.array([_NONE_WORTH if tier is Tier.NONE else _HONOUR_WORTH for tier in tiers])
    return Marks(shapely.STRtree(shapely.buffer(shapely.points(places), sizes)), weights)


def _numbers(ground: Axes, panel: Panel, extent: Extent) -> Iterator[tuple[Text, shapely.Geometry]]:
    """Yield the numbers of the gaps, and of the proposals, in the extent."""
    frame = shapely.box(*extent)
    if panel.gaps is not None:
        disc = {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": GAP_OUTLINE, "linewidth": 0.8}
        for rank, shape in zip(panel.gaps["rank"], panel.gaps.geometry, strict=True):
            if rank <= NUMBERED_GAPS and shapely.contains(frame, shapely.centroid(shape)):
                number = write(ground, _middle(shape), str(rank), size=7, anchor="center", colour=GAP_OUTLINE)
                number.set_bbox(disc)
                yield number, shape
    if panel.proposals is not None:
        pin = {"boxstyle": "circle,pad=0.25", "facecolor": PROPOSED, "edgecolor": "white", "linewidth": 0.8}
        for number, shape in zip(panel.proposals["number"], panel.proposals.geometry, strict=True):
            if shapely.intersects(frame, shape):
                words = write(ground, (shape.x, shape.y), str(number), size=8, anchor="center", colour="white")
                words.set_bbox(pin)


def _names(
    ground: Axes, sheet: Sheet, panel: Panel, *, extent: Extent, hidden: Extent | None
) -> Iterator[tuple[Text, shapely.Geometry]]:
    """Yield the smallest district first: it has the least room."""
    frame, left_out = shapely.box(*extent), shapely.box(*hidden) if hidden else shapely.Point()
    whole = sheet.districts.geometry.to_numpy()
    parts = shapely.intersection(whole, frame)
    seen = shapely.area(parts) >= np.minimum(frame.area / 60, shapely.area(whole) / 2)  # else a strip at the edge
    shares = [None] * len(parts) if panel.shares is None else list(panel.shares)
    size = 9 if len(sheet.panels) == 1 else 7
    rows = zip(parts, sheet.districts["name"], shares, seen, strict=True)
    for shape, name, share, shown in sorted(rows, key=lambda row: float(shapely.area(row[0]))):
        middle = _middle(shape) if shown and drawable(name) else None
        if middle is None or shapely.contains(left_out, shapely.Point(middle)):
            continue
        told = name if share is None or np.isnan(share) else f"{name} {share:.1%}"
        words = write(ground, middle, told, size=size, anchor="center", halo=panel.shares is None)
        if panel.shares is not None:  # on a dark ground
            words.set_bbox({"boxstyle": "square,pad=0.15", "facecolor": "#FFFFFFD9", "linewidth": 0})
        yield words, shape


def _middle(shape: shapely.Geometry) -> Floats:
    """Return the point farthest from the edge, to a fiftieth of the size."""
    circle = shapely.maximum_inscribed_circle(shape, tolerance=shapely.area(shape) ** 0.5 / 50)
    middle: Floats = shapely.get_coordinates(circle)[0]
    return middle


def _box(text: Text) -> shapely.Polygon:
    """Return the pixels that a text takes, with its disc or a little margin."""
    west, south, east, north = text.get_window_extent().extents
    around = (north - south) * (0.5 if text.get_bbox_patch() else 0.1)
    box: shapely.Polygon = shapely.box(west - around, south - around, east + around, north + around)
    return box
