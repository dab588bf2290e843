"""Maps for paper: one A4 landscape page from frames, as PNG.

The page is laid out in millimetres from its lower left corner: title, the map in its frame, and beside it the
legend and the notes. Every text is drawn as it is (no mathtext), in Noto Sans SC. The same view gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from matplotlib.path import Path
from matplotlib_scalebar.scalebar import ScaleBar

from stations.model import numbers
from stations.model.crs import require_metric
from stations.model.language import Language, mark, use_language
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.output.figure_text import drawable, families, write, write_block
from stations.output.lettering import fitted, free_place
from stations.output.symbology import (
    BASE_MARK,
    DISTRICT_TINTS,
    GAP_OUTLINE,
    HAIRLINE,
    INK,
    RAMP,
    TIER_MARKS,
    Mark,
    ramp_breaks,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PAGE_MM = (297.0, 210.0)
MAP_MM = (12.0, 12.0, 211.0, 176.0)  # left, bottom, width, height
COLUMN_MM = (229.0, 56.0)  # left and width of the legend and the notes
MM_PER_INCH = 25.4
NUMBERED_GAPS = 10

_MARKERS = {"star": "*", "diamond": "D", "circle": "o", "ring": "o", "plus": "P"}
_AREAS = {"star": 1.5, "diamond": 0.5, "plus": 0.7}  # matplotlib measures some shapes otherwise than by eye
_POINTS_PER_PX = 0.6  # marks stand closer on paper than on a screen
_RIM = "#E1E4E7"
_BADGE = ("#FFF4DC", "#8A5A00")  # fill, ink and rim: contrast 5.4 : 1


@dataclass(frozen=True, kw_only=True, eq=False)
class FigureView:
    """What a figure shows; all frames in one metric CRS.

    Attributes
    ----------
    districts : GeoDataFrame
        Column ``name``; geometry (Multi)Polygon; at least one row. Their extent is the figure's.
    stations : GeoDataFrame
        Column ``tier`` (values of `Tier`); geometry Point.
    bases : GeoDataFrame or None
        Activity bases; geometry Point.
    uncovered : GeoDataFrame or None
        Demand out of reach: column ``people``; geometry Point, the centre of a square of side `spacing_m`.
    spacing_m : float or None
        Metres; needed with `uncovered`.
    gaps : GeoDataFrame or None
        Columns ``rank``; geometry (Multi)Polygon. The first ten are numbered.
    title : str
        One line.
    notes : tuple of str
        What the reader must know beside the map: data date, revision, radius, source. One paragraph each.
    approval : str
        The words about the map's approval: for internal use, or its number (审图号).
    demonstration : bool
        Whether any of it is made up; a badge on the map says so.
    language : {"zh_CN", "en"}
        Of the words that the figure adds.
    """

    districts: GeoDataFrame
    stations: GeoDataFrame
    title: str
    notes: tuple[str, ...]
    approval: str
    demonstration: bool
    language: Language
    bases: GeoDataFrame | None = None
    uncovered: GeoDataFrame | None = None
    spacing_m: float | None = None
    gaps: GeoDataFrame | None = None


def snapshot(view: FigureView, *, dpi: int = 200) -> bytes:
    """Return the view as a PNG of an A4 page, landscape: 2338 x 1653 pixels at 200 dpi.

    Raises
    ------
    DegreesNotMetres
        The districts are not in a metric CRS.
    """
    require_metric(view.districts, mark("A figure with a scale bar"))
    figure = copy_context().run(_figure, view, dpi)
    page = BytesIO()
    figure.savefig(page, format="png", dpi=dpi, metadata={"Software": None})
    return page.getvalue()


def _figure(view: FigureView, dpi: int) -> Figure:
    use_language(view.language)
    width, height = PAGE_MM
    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), dpi=dpi, facecolor="white")
    FigureCanvasAgg(figure)
    ground, page = _axes(figure, MAP_MM), _axes(figure, (0, 0, width, height))
    page.set(xlim=(0, width), ylim=(0, height))
    outside = _draw_map(ground, view)
    _draw_frame(page, view)
    _draw_title(page, view.title)
    below = _draw_legend(page, _legend(view))
    _draw_notes(page, [*_left_out(outside), *view.notes], top=below)
    return figure


def _axes(figure: Figure, box: tuple[float, float, float, float]) -> Axes:
    (width, height), (left, bottom, across, up) = PAGE_MM, box
    axes = figure.add_axes((left / width, bottom / height, across / width, up / height))
    axes.set_axis_off()
    return axes


# ---- the map


def _draw_map(ground: Axes, view: FigureView) -> int:
    """Draw the layers, the quiet ones first; return how many stations lie outside the frame."""
    west, south, east, north = _extent(view.districts)
    ground.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    _draw_districts(ground, view.districts)
    if view.uncovered is not None and view.spacing_m is not None:
        _draw_people(ground, view.uncovered, view.spacing_m)
        _draw_outlines(ground, view.districts, HAIRLINE, width=0.6)
    if view.gaps is not None:
        _draw_outlines(ground, view.gaps[view.gaps["rank"] > NUMBERED_GAPS], GAP_OUTLINE, width=0.4)
        _draw_outlines(ground, view.gaps[view.gaps["rank"] <= NUMBERED_GAPS], GAP_OUTLINE, width=1.1)
    if view.bases is not None:
        _draw_marks(ground, _points(view.bases), BASE_MARK)
    for tier in reversed(Tier):  # national on top
        _draw_marks(ground, _points(view.stations[view.stations["tier"] == tier.value]), TIER_MARKS[tier])
    stations = _points(view.stations)
    _letter(ground, view, stations)
    ground.add_artist(
        ScaleBar(
            1,
            "m",
            location="lower right",
            length_fraction=0.2,
            width_fraction=0.006,
            border_pad=1,
            box_alpha=0.8,
            color=INK,
            font_properties={"family": families(), "size": 8},
        )
    )
    x, y = stations.T
    return int((~((west <= x) & (x <= east) & (south <= y) & (y <= north))).sum())


def _extent(districts: GeoDataFrame) -> tuple[float, float, float, float]:
    """Return the ground in the frame: the districts with a margin, in the shape of the frame."""
    west, south, east, north = districts.total_bounds
    scale = 1.06 * max((east - west) / MAP_MM[2], (north - south) / MAP_MM[3])  # metres of ground to 1 mm
    x, y = (west + east) / 2, (south + north) / 2
    across, up = scale * MAP_MM[2] / 2, scale * MAP_MM[3] / 2
    return x - across, y - up, x + across, y + up


def _draw_districts(ground: Axes, districts: GeoDataFrame) -> None:
    _draw_outlines(ground, districts, _RIM, width=4)  # its outer half frames the city
    _draw_outlines(ground, districts, HAIRLINE, width=0.6).set_facecolor(
        [DISTRICT_TINTS[number % len(DISTRICT_TINTS)] for number in range(len(districts))]
    )


def _draw_outlines(ground: Axes, areas: GeoDataFrame, colour: str, *, width: float) -> PathCollection:
    paths = [_outline(shape) for shape in areas.geometry]
    drawn = PathCollection(paths, facecolors="none", edgecolors=colour, linewidths=width, joinstyle="round")
    ground.add_collection(drawn)
    return drawn


def _outline(shape: shapely.Geometry) -> Path:
    polygons = shapely.get_parts(shapely.orient_polygons(shape))  # a hole runs the other way round
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings))


def _draw_people(ground: Axes, uncovered: GeoDataFrame, spacing_m: float) -> None:
    lived_in = uncovered[uncovered["people"] > 0]
    people = lived_in["people"].to_numpy(dtype=float)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * spacing_m
    colours = np.array(RAMP)[np.searchsorted(_breaks(uncovered), people)]  # an upper edge belongs to its class
    squares = _points(lived_in)[:, np.newaxis] + corners
    ground.add_collection(PolyCollection(list(squares), facecolors=colours.tolist(), linewidths=0, antialiased=False))


def _breaks(uncovered: GeoDataFrame) -> Floats:
    return ramp_breaks(uncovered["people"].to_numpy(dtype=float))


def _draw_marks(axes: Axes, points: Floats, look: Mark) -> None:
    hollow = look.shape == "ring"
    axes.scatter(
        points[:, 0],
        points[:, 1],
        s=(look.size * _POINTS_PER_PX) ** 2 * _AREAS.get(look.shape, 1),
        marker=_MARKERS[look.shape],
        facecolors="white" if hollow else look.colour,
        edgecolors=look.colour if hollow else "white",
        linewidths=1.0 if hollow else 0.5,
    )


def _points(frame: GeoDataFrame) -> Floats:
    return shapely.get_coordinates(frame.geometry.to_numpy())


# ---- numbers and names that do not collide


def _letter(ground: Axes, view: FigureView, stations: Floats) -> None:
    """Move the gaps' numbers, then the districts' names, each to where it covers least."""
    to_pixels = ground.transData
    radius = 1.2 / MAP_MM[2] * ground.bbox.width  # of a mark on the page: 1.2 mm
    marks = shapely.STRtree([shapely.Point(place).buffer(radius) for place in to_pixels.transform(stations)])
    taken: list[shapely.Polygon] = []
    for text, shape in (*_numbers(ground, view.gaps), *_names(ground, view.districts)):
        place = free_place(_box(text), shapely.transform(shape, to_pixels.transform), taken=taken, marks=marks)
        x, y = to_pixels.inverted().transform((place.centroid.x, place.centroid.y))
        text.set_position((x, y))
        taken.append(place)


def _numbers(ground: Axes, gaps: GeoDataFrame | None) -> Iterator[tuple[Text, shapely.Geometry]]:
    if gaps is None:
        return
    disc = {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": GAP_OUTLINE, "linewidth": 0.8}
    for rank, shape in zip(gaps["rank"], gaps.geometry, strict=True):
        if rank <= NUMBERED_GAPS:
            number = write(ground, _middle(shape), str(rank), size=7, anchor="center", colour=GAP_OUTLINE)
            number.set_bbox(disc)
            yield number, shape


def _names(ground: Axes, districts: GeoDataFrame) -> Iterator[tuple[Text, shapely.Geometry]]:
    """Yield the smallest district first: it has the least room."""
    for shape, name in sorted(zip(districts.geometry, districts["name"], strict=True), key=lambda pair: pair[0].area):
        if drawable(name):
            yield write(ground, _middle(shape), name, size=9, anchor="center", halo=True), shape


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


# ---- around the map


def _draw_frame(page: Axes, view: FigureView) -> None:
    left, bottom, width, height = MAP_MM
    page.add_patch(Rectangle((left, bottom), width, height, facecolor="none", edgecolor=INK, linewidth=0.8))
    sketch = _("Sketch map")
    write(page, (left + 3, bottom + 3.2), f"{sketch} · {view.approval}", size=8, halo=True)
    x, y = left + width - 9, bottom + height - 15
    page.add_patch(Polygon([(x, y + 8), (x - 2.4, y), (x, y + 1.8), (x + 2.4, y)], facecolor=INK, linewidth=0))
    write(page, (x, y + 10.5), _("N"), size=8, anchor="center", halo=True)
    if view.demonstration:
        words = write(page, (left + 5, bottom + height - 6.5), _("Demonstration data"), size=10, colour=_BADGE[1])
        words.set_bbox({"boxstyle": "round,pad=0.4", "facecolor": _BADGE[0], "edgecolor": _BADGE[1], "linewidth": 0.8})


def _draw_title(page: Axes, title: str) -> None:
    left, bottom, _width, height = MAP_MM
    room = PAGE_MM[1] - bottom - height - 6
    block = fitted([drawable(title)], (17, 13, 9, 6), box_mm=(PAGE_MM[0] - 2 * left, room))
    write_block(page, (left, bottom + height + 4), block)


@dataclass(frozen=True)
class _Row:
    """A row of the legend: a heading, or a mark or a swatch (fill, rim) with its words; a figure at the right end."""

    words: str
    figure: str = ""
    look: Mark | None = None
    swatch: tuple[str, str] | None = None
    apart: bool = False


def _legend(view: FigureView) -> Iterator[_Row]:
    yield _Row(_("Stations by tier"), f"{len(view.stations):,}")
    for tier in Tier:
        count = int((view.stations["tier"] == tier.value).sum())
        yield _Row(tier.label(view.language), f"{count:,}", look=TIER_MARKS[tier])
    if view.bases is not None:
        yield _Row(_("Activity bases"), f"{len(view.bases):,}", look=BASE_MARK, apart=True)
    if view.uncovered is not None and view.spacing_m is not None:
        yield _Row(_("Uncovered people per {side} square").format(side=numbers.length(view.spacing_m)))
        upper = [f"{edge:,.0f}" if edge >= 10 else f"{edge:g}" for edge in _breaks(view.uncovered)]
        for colour, low, high in zip(RAMP, ["0", *upper], upper, strict=False):
            yield _Row(f"{low}–{high}", swatch=(colour, "none"))
    if view.gaps is not None:
        some = len(view.gaps) > NUMBERED_GAPS
        words = _("Gaps, the first {count} numbered") if some else _("Gaps, numbered by rank")
        outline = ("white", GAP_OUTLINE)
        yield _Row(words.format(count=NUMBERED_GAPS), f"{len(view.gaps):,}", swatch=outline, apart=True)


def _draw_legend(page: Axes, rows: Iterator[_Row]) -> float:
    """Draw the legend down the column; return the height (mm) at which it ends."""
    left, width = COLUMN_MM
    y = MAP_MM[1] + MAP_MM[3] + 2.5
    for row in rows:
        heading = row.look is None and row.swatch is None
        y -= 9 if heading or row.apart else 6
        if row.look is not None:
            _draw_marks(page, np.array([(left + 4, y + 1.1)]), row.look)
        if row.swatch is not None:
            fill, rim = row.swatch
            page.add_patch(Rectangle((left + 1, y - 0.7), 6, 3.6, facecolor=fill, edgecolor=rim, linewidth=0.9))
        write(page, (left if heading else left + 10, y), row.words, size=9)
        write(page, (left + width, y), row.figure, size=9, anchor="right")
        if heading:
            y -= 1.2
            page.plot([left, left + width], [y - 0.6, y - 0.6], color=HAIRLINE, linewidth=0.6)
    return y


def _left_out(outside: int) -> list[str]:
    return [_("Stations outside the map, not drawn: {count}").format(count=f"{outside:,}")] if outside else []


def _draw_notes(page: Axes, notes: list[str], *, top: float) -> None:
    """Write the notes at the foot of the column, smaller when they are long."""
    left, width = COLUMN_MM
    words = [drawable(note) for note in notes]
    write_block(page, (left, MAP_MM[1] + 1), fitted(words, (7.5, 6.5, 5.5, 4.5), box_mm=(width, top - MAP_MM[1] - 6)))
