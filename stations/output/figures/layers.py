"""The layers of one map, the quiet ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.path import Path

from stations.model.vocabulary import Tier
from stations.output.figures.lettering import POINT_MM
from stations.output.figures.naming import NUMBERED_GAPS
from stations.output.figures.sheet import approximate
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
    from numpy.typing import NDArray

    from stations.output.figures.sheet import Panel, Sheet

    Floats = NDArray[np.float64]

LAND_WASH = 0x2E
"""How strongly, of 255, land out of reach is coloured where no people are drawn on it."""
PIN = Mark(PROPOSED, "circle", 11)
NEW = Mark(REACHED, "ring", 17)
"""Round a station that the map before does not have …"""
GONE = Mark(INK, "cross", 10)
"""… and over one that the map after does not have."""

_MARKERS = {"star": "*", "diamond": "D", "circle": "o", "ring": "o", "plus": "P", "cross": "X"}
_AREAS = {"star": 1.5, "diamond": 0.5, "plus": 0.7}  # matplotlib measures some shapes otherwise than by eye
_POINTS_PER_PX = 0.6  # marks stand closer on paper than on a screen
_RIM = "#E1E4E7"
_OTHERS = 0.35  # how strongly stations are drawn that the legend does not count


def draw_layers(ground: Axes, sheet: Sheet, panel: Panel, *, scale: float) -> None:
    """Draw everything of a map but its letters, marks `scale` times as large as on a map of full size."""
    _draw_districts(ground, sheet.districts, panel)
    if panel.reached is not None:
        _draw_outlines(ground, panel.reached, REACHED, width=0.4).set_facecolor(f"{REACHED}33")
    if panel.uncovered is not None and sheet.spacing_m is not None:
        _draw_people(ground, panel.uncovered, sheet)
    if panel.reached is not None or panel.uncovered is not None:
        _draw_outlines(ground, sheet.districts.geometry, HAIRLINE, width=0.6)
    if panel.gaps is not None:
        _draw_gaps(ground, panel.gaps, washed=panel.uncovered is None, scale=scale)
    if panel.bases is not None:
        draw_marks(ground, points(panel.bases), BASE_MARK, scale=scale)
    _draw_stations(ground, panel, scale=scale)
    if panel.proposals is not None:
        draw_marks(ground, points(panel.proposals), PIN, scale=scale)


def discs(panel: Panel, at: Floats, *, scale: float) -> list[shapely.Geometry]:
    """Return the stations as they are drawn, as discs round where they are `at` on the page (mm)."""
    tiers = [Tier(tier) for tier in panel.stations["tier"]]
    radii = np.array([mark_radius(TIER_MARKS[tier], scale=scale) for tier in tiers])
    changed = panel.stations.index.isin([*panel.new, *panel.gone])
    radii = np.where(changed, np.maximum(radii, mark_radius(NEW, scale=scale)), radii)
    return list(shapely.buffer(shapely.points(at), radii))


def mark_radius(look: Mark, *, scale: float) -> float:
    """Return half the width (mm) of a mark with its rim."""
    tips = {"star": 1.15}.get(look.shape, 1.0)
    return (look.size * _POINTS_PER_PX * tips + 1.0) * scale * POINT_MM / 2


def _draw_gaps(ground: Axes, gaps: GeoDataFrame, *, washed: bool, scale: float) -> None:
    first = gaps["rank"] <= NUMBERED_GAPS
    fill = f"{GAP_OUTLINE}{LAND_WASH:02X}" if washed else "none"
    _draw_outlines(ground, gaps.geometry[~first], GAP_OUTLINE, width=0.4 * scale).set_facecolor(fill)
    _draw_outlines(ground, gaps.geometry[first], GAP_OUTLINE, width=1.1 * scale).set_facecolor(fill)


def _draw_stations(ground: Axes, panel: Panel, *, scale: float) -> None:
    others = panel.stations.drop(index=panel.told.index, errors="ignore")
    if panel.new:
        draw_marks(ground, points(panel.stations.loc[list(panel.new)]), NEW, scale=scale)
    for stations, strength in ((others, _OTHERS), (panel.told, 1.0)):
        places, tiers, pale = points(stations), stations["tier"].to_numpy(object), approximate(stations)
        for tier in reversed(Tier):  # national on top
            for rough in (False, True):
                own = places[(tiers == tier.value) & (pale == rough)]
                draw_marks(ground, own, TIER_MARKS[tier], scale=scale, strength=strength, rough=rough)
    if panel.gone:
        draw_marks(ground, points(panel.stations.loc[list(panel.gone)]), GONE, scale=scale)


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
    squares = points(lived_in)[:, np.newaxis] + corners
    ground.add_collection(PolyCollection(list(squares), facecolors=colours.tolist(), linewidths=0, antialiased=False))


def draw_marks(
    axes: Axes, places: Floats, look: Mark, *, scale: float = 1.0, strength: float = 1.0, rough: bool = False
) -> None:
    """Draw places as marks, `scale` times as large as on a map of full size; below `strength` 1 they are fainter.

    `rough`, of places that are approximate: pale with a dashed outline.
    """
    if not len(places):
        return
    hollow = rough or look.shape == "ring"
    axes.scatter(
        places[:, 0],
        places[:, 1],
        s=(look.size * _POINTS_PER_PX * scale) ** 2 * _AREAS.get(look.shape, 1),
        marker=_MARKERS[look.shape],
        facecolors=look.pale if rough else "white" if hollow else look.colour,
        edgecolors=look.colour if hollow else "white",
        linewidths=(1.0 if hollow else 0.5) * scale,
        linestyles=[(0, (1.6, 1.0))] if rough else "-",
        alpha=strength,
    )


def points(frame: GeoDataFrame) -> Floats:
    """Return the places of a frame, shape (n, 2)."""
    return shapely.get_coordinates(frame.geometry.to_numpy())
