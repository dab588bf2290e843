"""Who and what land is within reach of a station."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from stations.analysis.planar import coordinates, require_length, require_one_crs
from stations.model.language import mark
from stations.model.vocabulary import Tier

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

TOUCH_M = 0.001
"""A point this much beyond the radius counts as exactly at it: coordinates come through a projection."""

QUAD_SEGS = 32
"""Segments in a quarter of a disc. The 128-gon lies inside the disc: its area is 0.040 % less and its edges
run at most 0.030 % of the radius inside, so that no land beyond the radius is ever called covered."""

M2_PER_KM2 = 1_000_000
LAND = mark("The land within reach")


def covered(distance_m: pd.Series, *, radius_m: float) -> pd.Series:
    """Return whether each distance is within the radius, on the index of `distance_m`.

    A point exactly at the radius is covered (up to `TOUCH_M`, 1 mm, beyond it). An infinite or missing
    distance is not covered. Raises BadChoice unless `radius_m` is finite and greater than 0.
    """
    require_length(radius_m, what=mark("Radius"))
    return (distance_m <= radius_m + TOUCH_M).rename("covered")


def of_tier(stations: GeoDataFrame, tier: Tier | None) -> GeoDataFrame:
    """Return the stations of `tier` and every higher one, in their order; all of them when it is None."""
    if tier is None:
        return stations.copy()
    return stations[stations["tier"].isin([term.value for term in Tier.at_least(tier)])]


def people_by_district(demand: GeoDataFrame, covered: pd.Series, *, districts: pd.DataFrame) -> pd.DataFrame:
    """Return people, and people within reach, by district.

    Parameters
    ----------
    demand
        Columns `people` (≥ 0; whole numbers stay whole and exact) and `district` (division code or None).
    covered
        Booleans for the rows of `demand`, matched by index.
    districts
        Indexed by division code, with a column `name`.

    Returns
    -------
    DataFrame
        Index `district`: every code of `districts` in its order, then None for the demand that lies in none
        of them, if there is any, so that the column sums are the sums of the input. Columns `name`, `people`,
        `covered_people`, and `covered_share` of the people (0-1; NaN where there are none).

    Raises
    ------
    KeyError
        `covered` lacks a row of `demand`.
    """
    people, within = demand["people"], covered.loc[demand.index]
    position = districts.index.get_indexer(demand["district"])
    sums = pd.DataFrame({"people": people, "covered_people": people.where(within, 0)}).groupby(position).sum()
    outside = [-1] if (position == -1).any() else []
    table = sums.reindex([*range(len(districts)), *outside], fill_value=0)
    no_code = [None for _ in outside]
    table.index = pd.Index([*districts.index, *no_code], dtype=object, name="district")
    table.insert(0, "name", pd.Series([*districts["name"], *no_code], index=table.index, dtype=object))
    return table.assign(covered_share=table["covered_people"] / table["people"])


def served_area(stations: GeoDataFrame, *, radius_m: float) -> shapely.Geometry:
    """Return the union of the discs around the stations, in their metric CRS; empty without stations.

    Holes stay holes. A disc is a 128-gon (`QUAD_SEGS`).

    Raises
    ------
    BadChoice, DegreesNotMetres, BadCoordinates
        The radius is no length, the CRS is not metric, or a station is no point.
    """
    require_length(radius_m, what=mark("Radius"))
    centres = shapely.points(*coordinates(stations, what=LAND))
    discs = shapely.buffer(centres, radius_m, quad_segs=QUAD_SEGS)
    return shapely.disjoint_subset_union_all(discs)


def covered_land(districts: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float) -> pd.DataFrame:
    """Return the area of each district, and how much of it is within reach of a station.

    Returns
    -------
    DataFrame
        On the index of `districts`: `name`, `area_km2`, `covered_km2` (the `served_area` clipped to the
        district; a station across the border counts) and `covered_share` of the area (0-1; NaN where there is
        none).

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        The radius is no length, the frames differ in CRS, the CRS is not metric, or a station is no point.
    """
    require_one_crs(districts, stations, what=LAND)
    within = districts.geometry.intersection(served_area(stations, radius_m=radius_m))
    area_km2, covered_km2 = districts.area / M2_PER_KM2, within.area / M2_PER_KM2
    land = pd.DataFrame({"name": districts["name"], "area_km2": area_km2, "covered_km2": covered_km2})
    return land.assign(covered_share=covered_km2 / area_km2)
