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


GRID = 1.1
"""How many times the distance to the next point may differ, from a tenth of the points to the other, on a grid."""
NEIGHBOURS = 8
SAMPLE = 10_000


def spacing(demand: GeoDataFrame, *, alone_m: float) -> float:
    """Return the distance between neighbouring demand points, in metres: the side of the square that each stands for.

    Of a grid it is the median distance to the next point, also where it has holes or several rows at one point; of one
    with unequal sides the shorter side, so that squares of it stand for less land than the cells. Scattered points,
    which have no such distance, stand for the land around them as dense points of a plane do: the `NEIGHBOURS`-th
    nearest is at a distance r of which pi r² is that many squares. Demand at fewer than two places has no spacing:
    `alone_m`, the caller's, is returned. Raises DegreesNotMetres or BadCoordinates.
    """
    x, y = coordinates(demand, what=mark("The spacing of the demand points"))
    places = np.unique(np.column_stack([x, y]), axis=0)
    if len(places) < 2:
        return alone_m
    tree = cKDTree(places)
    nearest = tree.query(places, k=[2], workers=-1)[0]
    low, high = np.quantile(nearest, [0.1, 0.9])
    if high <= GRID * low:
        return float(np.median(nearest))
    count = min(NEIGHBOURS, len(places) - 1)
    some = places[:: max(1, len(places) // SAMPLE)]
    reach = np.median(tree.query(some, k=[count + 1], workers=-1)[0])
    return float(reach * np.sqrt(np.pi / count))


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
