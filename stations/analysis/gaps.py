"""Where nobody is within reach: contiguous places with uncovered people, or uncovered land, ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from stations.analysis.cells import contiguous_places
from stations.analysis.coverage import LAND, M2_PER_KM2, covered, served_area
from stations.analysis.distance import nearest_station
from stations.analysis.planar import coordinates, require_length, require_one_crs
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

SLIVER_KM2 = 0.01
"""Uncovered land smaller than this (100 m x 100 m) is no gap: it is what discs leave between each other and a
drawn border, and 3.5 % of the smallest disc in use (300 m)."""

NEAREST = ("nearest_station_id", "nearest_station_m")
CENTRE = ("centre_x", "centre_y")
COLUMNS = ("rank", "people", "area_km2", "district", *NEAREST, *CENTRE, "geometry")


def demand_gaps(demand: GeoDataFrame, nearest: pd.DataFrame, *, radius_m: float, spacing_m: float) -> GeoDataFrame:
    """Return the contiguous places whose people are not within reach of any station, largest first.

    Uncovered points with people (more than 0) of one district belong to one gap when they are neighbours on a
    grid of `spacing_m`, straight or diagonal; each stands for the square of that side around it
    (`cells.contiguous_places`).

    Parameters
    ----------
    demand
        Points in a metric CRS with columns `people` and `district` (division code or None).
    nearest
        `distance.nearest_station` of them, matched by index.
    radius_m
        A point exactly at it is covered.
    spacing_m
        Distance between neighbouring points; `demand.spacing` estimates it.

    Returns
    -------
    GeoDataFrame
        In the CRS of `demand`, in the order of `rank` (1 …): by people, then area (to the m²), both
        descending, then district (None last), then x and y of the centre. The order of the input does not
        matter. `people` is the sum over the gap's points, `area_km2` the area of their squares. The centre
        (`centre_x`, `centre_y`) is the point of the gap nearest to the mean position of its people (of
        several, to the mm, the westernmost, then the southernmost). `nearest_station_id` and
        `nearest_station_m`, the straight distance, are those of the centre: always beyond the radius; None
        and NaN where there is no station.

    Raises
    ------
    BadChoice, DegreesNotMetres, BadCoordinates
        Radius or spacing is no length, the CRS is not metric, or a row is not a point.
    KeyError
        `nearest` lacks a row of `demand`.
    """
    require_length(spacing_m, what=mark("Spacing of the demand points"))
    cells = _uncovered_cells(demand, nearest.loc[demand.index], radius_m=radius_m)
    x, y = cells["x"].to_numpy(), cells["y"].to_numpy()
    place, outline = contiguous_places(x, y, cells["district"], spacing_m=spacing_m)
    found = cells.loc[_central(cells, place)].reset_index(drop=True)
    found["people"] = cells["people"].groupby(place).sum()
    found["area_km2"] = shapely.area(outline) / M2_PER_KM2
    found = found.rename(columns={"x": "centre_x", "y": "centre_y"})
    return _ranked(gpd.GeoDataFrame(found, geometry=outline, crs=demand.crs))


def land_gaps(districts: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float) -> GeoDataFrame:
    """Return the connected pieces of the districts' land that no station reaches, largest first.

    For a city without demand data. Pieces smaller than `SLIVER_KM2` are left out; `left_out_km2` says how
    much land that is.

    Returns
    -------
    GeoDataFrame
        The columns of `demand_gaps` in the order of `rank`, with `people` NaN. The centre is the place in the
        piece that is farthest from its edge (to 1 % of the radius); the nearest station is measured from
        there. Discs are drawn as in `coverage.served_area`.

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        The radius is no length, the frames differ in CRS, the CRS is not metric, or a station is no point.
    """
    require_one_crs(districts, stations, what=LAND)
    pieces = districts.geometry.difference(served_area(stations, radius_m=radius_m)).explode()
    pieces = pieces[pieces.area >= SLIVER_KM2 * M2_PER_KM2].rename_axis("district").reset_index(name="geometry")
    found = gpd.GeoDataFrame(pieces, geometry="geometry", crs=districts.crs)
    circle = shapely.maximum_inscribed_circle(found.geometry.to_numpy(), tolerance=radius_m / 100)
    centre = gpd.GeoDataFrame(geometry=shapely.get_point(circle, 0), crs=districts.crs)
    found["people"], found["area_km2"] = np.nan, found.area / M2_PER_KM2
    found[list(NEAREST)] = _nearest(nearest_station(centre, stations))
    found["centre_x"], found["centre_y"] = centre.geometry.x, centre.geometry.y
    return _ranked(found)


def left_out_km2(land: pd.DataFrame, gaps: GeoDataFrame) -> float:
    """Return the uncovered area of `coverage.covered_land` that `land_gaps` leaves out as slivers, in km²."""
    uncovered = (land["area_km2"] - land["covered_km2"]).sum()
    return max(float(uncovered - gaps["area_km2"].sum()), 0.0)


def _uncovered_cells(demand: GeoDataFrame, nearest: pd.DataFrame, *, radius_m: float) -> pd.DataFrame:
    """Return the uncovered points with people in an order of their own: sums must not hang on the input's."""
    x, y = coordinates(demand, what=mark("The search for gaps"))
    cells: pd.DataFrame = demand[["people", "district"]].assign(x=x, y=y)
    cells[list(NEAREST)] = _nearest(nearest)
    cells = cells[(cells["people"] > 0) & ~covered(nearest["distance_m"], radius_m=radius_m)]
    return cells.sort_values(["x", "y", "people", "district"], ignore_index=True)


def _nearest(nearest: pd.DataFrame) -> pd.DataFrame:
    """Return the nearest station under the names of a gap's columns, NaN where there is none."""
    metres = nearest["distance_m"].replace(np.inf, np.nan)
    return pd.DataFrame({NEAREST[0]: nearest["station_id"], NEAREST[1]: metres})


def _central(cells: pd.DataFrame, place: NDArray[np.intp]) -> pd.Series:
    """Return for each place the label of the cell nearest to the mean position of its people."""
    people = cells["people"]
    total = people.groupby(place).transform("sum")
    square = pd.Series(0.0, index=cells.index)
    for axis in (cells["x"], cells["y"]):
        square += (axis - (axis * people).groupby(place).transform("sum") / total) ** 2
    return (square**0.5).round(3).groupby(place).idxmin()


def _ranked(gaps: GeoDataFrame) -> GeoDataFrame:
    """Return the gaps in their total order, numbered from 1, on a fresh index."""
    keys = gaps[["people", "area_km2", "district", *CENTRE]].round({"area_km2": 6})
    order = keys.sort_values(list(keys), ascending=[False, False, True, True, True]).index
    ranked = gaps.loc[order].reset_index(drop=True)
    district = ranked["district"].astype(object)
    ranked["district"] = district.where(district.notna(), None)
    ranked["rank"] = np.arange(1, len(ranked) + 1)
    return ranked[list(COLUMNS)]
