"""Towns for the tests: how to draw one by hand, and how to let hypothesis draw many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from hypothesis import strategies as st

CRS = "EPSG:4548"
CELL_M = 100.0

Spot = tuple[float, float]


class Town(NamedTuple):
    demand: GeoDataFrame
    stations: GeoDataFrame
    districts: GeoDataFrame


def demand_frame(
    spots: Sequence[Spot],
    people: Sequence[float] | None = None,
    *,
    district: Sequence[str | None] | None = None,
    labels: Iterable[object] | None = None,
) -> GeoDataFrame:
    """Return demand points; one person and no district each unless said."""
    frame = gpd.GeoDataFrame(geometry=shapely.points(list(spots)) if spots else [], crs=CRS)
    frame["people"] = pd.Series([1] * len(spots) if people is None else list(people), dtype=None if spots else int)
    frame["district"] = pd.Series([None] * len(spots) if district is None else list(district), dtype=object)
    return frame if labels is None else frame.set_index(pd.Index(list(labels)))


def station_frame(spots: Sequence[Spot], tiers: Sequence[str] | None = None) -> GeoDataFrame:
    """Return stations s0, s1, …; without an honour unless said."""
    tier = ["none"] * len(spots) if tiers is None else list(tiers)
    ids = pd.Index([f"s{number}" for number in range(len(spots))], name="station_id", dtype=object)
    geometry = shapely.points(list(spots)) if spots else []
    return gpd.GeoDataFrame({"tier": tier, "name": tier}, geometry=geometry, index=ids, crs=CRS)


def district_frame(boxes: dict[str, tuple[float, float, float, float]]) -> GeoDataFrame:
    """Return districts that are rectangles: code → west, south, east, north."""
    names = [f"District {code}" for code in boxes]
    geometry = [shapely.box(*edges) for edges in boxes.values()]
    return gpd.GeoDataFrame({"name": names}, geometry=geometry, index=pd.Index(list(boxes)), crs=CRS)


def spots(side: float, *, most: int, unique: bool = False) -> st.SearchStrategy[list[Spot]]:
    """Draw spots on a small lattice of `side`, so that ties and points exactly at the radius are common."""
    step = st.integers(0, 6).map(lambda number: number * side)
    return st.lists(st.tuples(step, step), max_size=most, unique=unique)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw a town: demand at the centres of a grid, some of it empty or outside; stations at half-grid places."""
    places = draw(spots(CELL_M, most=25, unique=True))
    size = len(places)
    people = draw(st.lists(st.integers(0, 40), min_size=size, max_size=size))
    district = draw(st.lists(st.sampled_from(["A", "B", None]), min_size=size, max_size=size))
    return Town(
        demand_frame(places, people, district=district),
        station_frame(draw(spots(CELL_M / 2, most=5))),
        district_frame({"A": (-50, -50, 300, 650), "B": (300, -50, 650, 650)}),
    )


radii = st.integers(1, 14).map(lambda number: number * CELL_M / 2)
