"""What is asked of a layer of demand points before anything is measured on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from stations.analysis.planar import coordinates, located, require_one_crs
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def spacing(demand: GeoDataFrame, *, alone_m: float) -> float:
    """Return the distance between neighbouring demand points, in metres: the median distance to the next.

    Right for a square grid, also one with holes and with several rows at one point. For a grid with unequal
    sides it is the shorter side, so that squares of it stand for less land than the cells; for scattered
    points it is a typical distance and no more. Demand at fewer than two places has no spacing: `alone_m`,
    the caller's, is returned. Raises DegreesNotMetres or BadCoordinates.
    """
    x, y = coordinates(demand, what=mark("The spacing of the demand points"))
    places = np.unique(np.column_stack([x, y]), axis=0)
    if len(places) < 2:
        return alone_m
    return float(np.median(cKDTree(places).query(places, k=[2], workers=-1)[0]))


def assign_district(points: GeoDataFrame, districts: GeoDataFrame) -> pd.Series:
    """Return the code of the district each point lies in, on the index of `points`; None outside of all.

    A point on a border belongs to the first of its districts by code. Both frames are in the same CRS, which
    need not be metric; `districts` is indexed by code. Raises DifferentCrs or BadCoordinates.
    """
    require_one_crs(points, districts, what=mark("Finding the district of a point"))
    x, y = located(points)
    found = np.full(len(points), None, dtype=object)
    # From the last code to the first: on a border the first has the last word.
    for code, outline in districts.geometry.sort_index(ascending=False).items():
        shapely.prepare(outline)
        found[shapely.intersects_xy(outline, x, y)] = code
    return pd.Series(found, index=points.index, dtype=object, name="district")
