"""Where the demonstration's people live: the census of each division, spread over made-up settlements.

README.md states the rule. Nothing here is an observed distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, exp, hypot, pi, sin, sqrt, tau
from random import Random
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.demonstration.plan import COUNTRYSIDE, NORTH_OF_THE_RIVER, SEATS, TOWN, VILLAGE
from geodata.demonstration.words import PLACES
from stations.analysis.spreading import apportioned
from stations.model.crs import metric_points, to_metric
from stations.model.places import districts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from pandas import DataFrame
    from shapely.geometry.base import BaseGeometry

    from geodata.demonstration.plan import Quarter
    from stations.model.city import City

    Floats = NDArray[np.float64]

SPACING_M = 500
MARGIN_M = 5.0  # kept from every border, so that neither rounding nor projection carries a point across
RIVER_M = 300.0  # nobody lives nearer to the river than this
OUTSKIRTS_M = 900.0  # the middle of a settlement keeps this far from borders and banks
FEWEST = 50.0  # a cell that would have fewer people is farmland


@dataclass(frozen=True)
class Bell:
    """A settlement: people thinning out from the middle (x, y) along two axes.

    The long axis is turned from east by `angle`, in radians.
    """

    name: str
    union: str
    x: float
    y: float
    people: float
    long_m: float
    short_m: float
    angle: float


def people_grid(city: City, *, seed: int) -> GeoDataFrame:
    """Return the populated cells of the city.

    Returns
    -------
    GeoDataFrame
        In the city's metric CRS; one row per square cell of side `SPACING_M` in which anybody lives, by division,
        then by row from the south; columns ``people`` (int > 0; by division they sum to the
        census), ``district`` (adcode), ``township`` and ``union_unit`` (those of the settlement it belongs to most),
        and geometry, the middle of the cell.
    """
    outlines = to_metric(districts(city), city.metric_crs).geometry
    river = huai(outlines)
    names = iter(Random(f"{seed} names").sample(PLACES, len(PLACES)))
    parts = []
    for code, residents in city.census.residents.items() if city.census else ():
        rng = Random(f"{seed} settlements {code}")
        land = outlines[code].buffer(-MARGIN_M).difference(river.buffer(RIVER_M))
        bells = _settlements(code, residents, land=land, river=river, crs=city.metric_crs, names=names, rng=rng)
        parts.append(_cells(bells, residents, land=land, rng=rng).assign(district=code))
    cells = pd.concat(parts, ignore_index=True)
    middles = geopandas.points_from_xy(cells.pop("x"), cells.pop("y"), crs=city.metric_crs)
    return geopandas.GeoDataFrame(cells, geometry=middles)


def huai(outlines: GeoSeries) -> BaseGeometry:
    """Return the river as far as it divides the city: the border between the divisions on its two banks."""
    northern = outlines.index.isin(NORTH_OF_THE_RIVER)
    north, south = outlines[northern].union_all(), outlines[~northern].union_all()
    river: BaseGeometry = north.boundary.intersection(south.boundary)
    return river


def _settlements(
    code: str, residents: int, *, land: BaseGeometry, river: BaseGeometry, crs: str, names: Iterator[str], rng: Random
) -> list[Bell]:
    """Return a division's seat, its towns along the river, and its villages along the roads between them."""
    bells = _seat(SEATS[code], crs, rng=rng)
    left = residents - sum(bell.people for bell in bells)
    for kind, number in zip((TOWN, VILLAGE), COUNTRYSIDE[code], strict=True):
        way = river if kind is TOWN else _roads(bells)
        places = _places(land.buffer(-OUTSKIRTS_M), way, pull_m=kind.pull_m, rng=rng)
        sizes = [rng.lognormvariate(0, 0.4) for _ in range(number)]
        for size in sizes:
            x, y = _apart(places, bells, apart_m=kind.apart_m)
            near = min(bells, key=lambda bell: hypot(bell.x - x, bell.y - y))
            people = left * kind.share * size / sum(sizes)
            peak_per_km2 = kind.peak_per_km2 * rng.uniform(0.8, 1.3)
            axes = _axes(people / peak_per_km2, stretch=rng.uniform(1.0, 1.5))
            angle = atan2(near.y - y, near.x - x)
            bells.append(Bell(next(names) + kind.ending, bells[0].union, x, y, people, *axes, angle))
    return bells


def _seat(quarters: tuple[Quarter, ...], crs: str, *, rng: Random) -> list[Bell]:
    middles = metric_points([each.lon for each in quarters], [each.lat for each in quarters], crs)
    bells = []
    for each, (x, y) in zip(quarters, middles.tolist(), strict=True):
        axes = _axes(each.people / each.peak_per_km2, stretch=rng.uniform(1.0, 1.25))
        bells.append(Bell(each.name, each.union, x, y, each.people, *axes, angle=rng.uniform(0, pi)))
    return bells


def _axes(area_km2: float, *, stretch: float) -> tuple[float, float]:
    """Return the two axes in metres of a bell whose people would fill `area_km2` at the density of its middle."""
    spread_m = 1_000 * sqrt(area_km2 / tau)
    return spread_m * stretch, spread_m / stretch


def _roads(bells: list[Bell]) -> BaseGeometry:
    """Return a line from each settlement to the nearest one that was there before it."""
    ends = [
        (bell, min(bells[:number], key=lambda other: hypot(other.x - bell.x, other.y - bell.y)))
        for number, bell in enumerate(bells)
        if number
    ]
    return shapely.MultiLineString([[(one.x, one.y), (other.x, other.y)] for one, other in ends])


def _places(land: BaseGeometry, way: BaseGeometry, *, pull_m: float, rng: Random) -> Iterator[tuple[float, float]]:
    """Yield places in `land`, without end; the nearer to `way`, the oftener."""
    west, south, east, north = land.bounds
    shapely.prepare(land)
    while True:
        place = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
        if land.contains(place) and rng.random() < 0.15 + 0.85 * exp(-place.distance(way) / pull_m):
            yield place.x, place.y


def _apart(places: Iterator[tuple[float, float]], bells: list[Bell], *, apart_m: float) -> tuple[float, float]:
    """Return the first place far enough from all settlements; with each refusal a little less is enough."""
    while True:
        x, y = next(places)
        if all(hypot(x - bell.x, y - bell.y) >= apart_m for bell in bells):
            return x, y
        apart_m *= 0.999


def _cells(bells: list[Bell], residents: int, *, land: BaseGeometry, rng: Random) -> DataFrame:
    x, y = _lattice(land)
    shares = np.stack([_density(bell, x, y) for bell in bells])
    expected = shares.sum(axis=0) * SPACING_M**2 * [rng.uniform(0.75, 1.25) for _ in x]
    lived_in = expected >= FEWEST
    main = shares[:, lived_in].argmax(axis=0)
    return pd.DataFrame(
        {
            "x": x[lived_in],
            "y": y[lived_in],
            "people": apportioned(expected[lived_in], residents),
            "township": [bells[number].name for number in main],
            "union_unit": [bells[number].union for number in main],
        }
    )


def _lattice(land: BaseGeometry) -> tuple[Floats, Floats]:
    """Return the middles in `land` of the cells whose corners have round coordinates, row by row from the south."""
    west, south, east, north = (np.floor(np.array(land.bounds) / SPACING_M) + 0.5) * SPACING_M
    x, y = np.meshgrid(np.arange(west, east + 1, SPACING_M), np.arange(south, north + 1, SPACING_M))
    inside = shapely.contains_xy(land, x, y)
    return x[inside], y[inside]


def _density(bell: Bell, x: Floats, y: Floats) -> Floats:
    """Return a bell's people per m² at points: at r times its axes, exp(-(r²/2)²) of what its middle has.

    So a settlement is dense nearly to its edge, and ends there.
    """
    east, north = x - bell.x, y - bell.y
    along = (east * cos(bell.angle) + north * sin(bell.angle)) / bell.long_m
    across = (north * cos(bell.angle) - east * sin(bell.angle)) / bell.short_m
    return np.asarray(bell.people / (tau * bell.long_m * bell.short_m) * np.exp(-(((along**2 + across**2) / 2) ** 2)))
