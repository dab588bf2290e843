"""Where nobody is within reach: places with uncovered people that one can drive to, or uncovered land, ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from stations.analysis.cells import Cells, cells_of, outlines
from stations.analysis.coverage import LAND, M2_PER_KM2, TOUCH_M, covered, served_area
from stations.analysis.distance import nearest_station
from stations.analysis.identifiers import numbered, place_ids
from stations.analysis.peaks import Parts, parts_around_peaks
from stations.analysis.planar import coordinates, require_length, require_one_crs
from stations.analysis.weights import PEOPLE, require_weights
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

SLIVER_KM2 = 0.01
"""Uncovered land smaller than this (100 m x 100 m) is no gap: it is what discs leave between each other and a
drawn border, and 3.5 % of the smallest disc in use (300 m)."""

HOSTS = mark("The search for bases that could host a station")
M_PER_KM = 1_000

NEAREST = ("nearest_station_id", "nearest_station_m")
CENTRE = ("centre_x", "centre_y")
FAR = ("people_distance_km", "people_distance_rank")
COLUMNS = ("rank", "gap_id", "people", "area_km2", "district", *NEAREST, *CENTRE, *FAR, "geometry")


def demand_gaps(
    demand: GeoDataFrame,
    nearest: pd.DataFrame,
    *,
    homes: pd.Series | None = None,
    radius_m: float,
    spacing_m: float,
    groups: Sequence[str] = (),
) -> GeoDataFrame:
    """Return the places whose people are not within reach of any station, largest first.

    Uncovered points of one district belong together when they are neighbours on a grid of `spacing_m`, straight or
    diagonal; each stands for the square of that side around it (`cells.cells_of`). A place too wide for one station is
    divided around its peaks (`peaks.parts_around_peaks`), so that a gap is about what one more station could serve.

    Parameters
    ----------
    demand
        Points in a metric CRS with columns `people`, `groups`, and `district` (division code or None).
    nearest
        `distance.nearest_station` of them, matched by index; or the same measured along streets.
    homes
        `neighbourhoods` of the same demand, radius, spacing and groups, matched by index; worked out if not given.
    radius_m
        A point exactly at it is covered.
    spacing_m
        Distance between neighbouring points; `demand.spacing` estimates it.
    groups
        Columns with the people of a group. A point counts where anybody lives, in `people` or in a group.

    Returns
    -------
    GeoDataFrame
        In the CRS of `demand`, in the order of `rank` (1 …): by people, then area (to the m²), both
        descending, then district (None last), then x and y of the centre. The order of the input does not
        matter. `people` and the `groups` (which stand before `geometry`) are sums over the gap's points, each in
        exactly one gap; `area_km2` is the area of their squares. The centre (`centre_x`, `centre_y`) is the peak:
        the point with most of the people of the place within the radius. `nearest_station_id` and
        `nearest_station_m` are those of the centre: always beyond the radius; None and NaN where there is no
        station. `people_distance_km` is the sum of people times the distance to their own nearest station
        (infinite where somebody has none), and `people_distance_rank` the rank by it, ties by `rank`.
        `gap_id` is the number of a neighbourhood, see `identifiers`.

    Raises
    ------
    BadChoice, DegreesNotMetres, BadCoordinates
        Radius or spacing is no length, a number of people is negative or not finite, the CRS is not metric, or a
        row is not a point.
    KeyError
        `nearest` or `homes` lacks a row of `demand`, or `demand` a column.
    """
    if homes is None:
        homes = neighbourhoods(demand, radius_m=radius_m, spacing_m=spacing_m, groups=groups)
    points = _uncovered_points(demand, nearest, radius_m=radius_m, groups=groups)
    cells, parts = _gathered(points, radius_m=radius_m, spacing_m=spacing_m)
    gap = parts.part[cells.cell]
    outline = outlines(cells, parts.part, spacing_m=spacing_m)
    first_of_cell = np.unique(cells.cell, return_index=True)[1]
    found = points.iloc[first_of_cell[parts.peak]].reset_index(drop=True)
    sums = points[["people", *groups]].groupby(gap).sum()
    found[["people", *groups]] = sums
    # Nobody is no distance away, also where there is no station: 0 times infinity is no number.
    far = (points["people"] * points["distance_m"] / M_PER_KM).where(points["people"] > 0, 0.0)
    found["people_distance_km"] = far.groupby(gap).sum()
    found["area_km2"] = shapely.area(outline) / M2_PER_KM2
    found["gap_id"] = _ids(points, gap, homes.loc[demand.index], crs=demand.crs)
    found = found.rename(columns={"x": "centre_x", "y": "centre_y"})
    return _ranked(gpd.GeoDataFrame(found, geometry=outline, crs=demand.crs), groups=groups)


def gap_of_points(
    demand: GeoDataFrame,
    nearest: pd.DataFrame,
    *,
    homes: pd.Series | None = None,
    radius_m: float,
    spacing_m: float,
    groups: Sequence[str] = (),
) -> pd.Series:
    """Return the `gap_id` of the gap of `demand_gaps` that each point is in, on the index of `demand`.

    None where a point is covered or nobody lives. Parameters and errors are those of `demand_gaps`.
    """
    if homes is None:
        homes = neighbourhoods(demand, radius_m=radius_m, spacing_m=spacing_m, groups=groups)
    points = _uncovered_points(demand, nearest, radius_m=radius_m, groups=groups)
    cells, parts = _gathered(points, radius_m=radius_m, spacing_m=spacing_m)
    gap = parts.part[cells.cell]
    return _told(demand, points, _ids(points, gap, homes.loc[demand.index], crs=demand.crs)[gap])


def neighbourhoods(demand: GeoDataFrame, *, radius_m: float, spacing_m: float, groups: Sequence[str] = ()) -> pd.Series:
    """Return the number of the neighbourhood that each point is in: of the gap, if no station were there.

    On the index of `demand`, None where nobody lives; from these numbers gaps have theirs (`identifiers`). A
    neighbourhood's is that of its peak (`identifiers.place_ids`). Parameters and errors are those of `demand_gaps`.
    """
    nobody = pd.DataFrame({"station_id": None, "distance_m": np.inf}, index=demand.index)
    points = _uncovered_points(demand, nobody, radius_m=radius_m, groups=groups)
    cells, parts = _gathered(points, radius_m=radius_m, spacing_m=spacing_m)
    first_of_cell = np.unique(cells.cell, return_index=True)[1]
    ids = place_ids(points.iloc[first_of_cell[parts.peak]], crs=demand.crs).to_numpy()
    return _told(demand, points, ids[parts.part[cells.cell]])


def hosts(gaps: GeoDataFrame, bases: GeoDataFrame, *, radius_m: float) -> pd.DataFrame:
    """Return the bases that could host a station for each gap: those inside it, or within the radius of its centre.

    Parameters
    ----------
    gaps
        Those of `demand_gaps` or `land_gaps`.
    bases
        Points in the same CRS, indexed by base id; only those with a place. One on the outline is inside, and one
        exactly at the radius within it. A base may be a host for several gaps.

    Returns
    -------
    DataFrame
        On the index of `gaps`: `hosts`, how many, and `host_ids`, a tuple of them, the nearest to the centre first,
        then in the order of `bases`.

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        The radius is no length, the frames differ in CRS, the CRS is not metric, or a base is no point.
    """
    require_length(radius_m, what=mark("Radius"))
    require_one_crs(gaps, bases, what=HOSTS)
    x, y = coordinates(bases, what=HOSTS)
    sites = np.array(shapely.points(x, y), dtype=object)
    centres = np.array(shapely.points(gaps["centre_x"], gaps["centre_y"]), dtype=object)
    tree = shapely.STRtree(sites)
    near = tree.query(centres, predicate="dwithin", distance=radius_m + TOUCH_M)
    inside = tree.query(gaps.geometry.to_numpy(), predicate="intersects")
    gap, base = np.unique(np.hstack([near, inside]), axis=1)
    nearest_first = np.lexsort((base, shapely.distance(centres[gap], sites[base]).round(3), gap))
    ids = np.array([*bases.index, None], dtype=object)[base[nearest_first]]
    of_each_gap = np.split(ids, np.cumsum(np.bincount(gap, minlength=len(gaps))))[: len(gaps)]
    found = pd.Series([tuple(own) for own in of_each_gap], index=gaps.index, dtype=object)
    return pd.DataFrame({"hosts": found.map(len).astype(int), "host_ids": found})


def land_gaps(districts: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float) -> GeoDataFrame:
    """Return the connected pieces of the districts' land that no station reaches, largest first.

    For a city without demand data. Pieces smaller than `SLIVER_KM2` are left out; `left_out_km2` says how
    much land that is. A piece stays whole however large it is: without people no place in it comes before any
    other, and cutting it up would only invent an order.

    Returns
    -------
    GeoDataFrame
        The columns of `demand_gaps` in the order of `rank`, with `people` and what is made of them NaN, and
        `identifiers.place_ids` of the centres. The
        centre is the place in the piece that is farthest from its edge (to 1 % of the radius); the nearest
        station is measured from there. Discs are drawn as in `coverage.served_area`.

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
    found[["people", "people_distance_km"]], found["area_km2"] = np.nan, found.area / M2_PER_KM2
    found[list(NEAREST)] = _nearest(nearest_station(centre, stations))
    found["centre_x"], found["centre_y"] = centre.geometry.x, centre.geometry.y
    places = found[["centre_x", "centre_y", "district"]].rename(columns={"centre_x": "x", "centre_y": "y"})
    found["gap_id"] = place_ids(places, crs=districts.crs)
    return _ranked(found)


def left_out_km2(land: pd.DataFrame, gaps: GeoDataFrame) -> float:
    """Return the uncovered area of `coverage.covered_land` that `land_gaps` leaves out as slivers, in km²."""
    uncovered = (land["area_km2"] - land["covered_km2"]).sum()
    return max(float(uncovered - gaps["area_km2"].sum()), 0.0)


def _uncovered_points(
    demand: GeoDataFrame, nearest: pd.DataFrame, *, radius_m: float, groups: Sequence[str]
) -> pd.DataFrame:
    """Return the uncovered points with people in an order of their own: sums must not hang on the input's.

    `row` is the position of each in `demand`.
    """
    x, y = coordinates(demand, what=mark("The search for gaps"))
    counts = demand[["people", *groups]]
    for column in counts:
        require_weights(counts[column], what=PEOPLE if column == "people" else str(column))
    nearest = nearest.loc[demand.index]
    somebody = (counts > 0).any(axis=1).to_numpy()
    rows = np.flatnonzero(somebody & ~covered(nearest["distance_m"], radius_m=radius_m).to_numpy())
    points: pd.DataFrame = pd.DataFrame(demand[["people", *groups, "district"]].iloc[rows])
    points = points.assign(x=x[rows], y=y[rows], row=rows, distance_m=nearest["distance_m"].iloc[rows])
    points[list(NEAREST)] = _nearest(nearest.iloc[rows])
    return points.sort_values(["x", "y", "people", "district", "distance_m", *groups], ignore_index=True)


def _gathered(points: pd.DataFrame, *, radius_m: float, spacing_m: float) -> tuple[Cells, Parts]:
    """Return the cells of uncovered points, and the gaps they are gathered in."""
    require_length(spacing_m, what=mark("Spacing of the demand points"))
    x, y = points["x"].to_numpy(np.float64), points["y"].to_numpy(np.float64)
    cells = cells_of(x, y, points["district"], spacing_m=spacing_m)
    people = np.bincount(cells.cell, points["people"], minlength=len(cells.xy)).astype(np.float64)
    return cells, parts_around_peaks(cells, people, radius_m=radius_m)


def _ids(points: pd.DataFrame, gap: NDArray[np.intp], homes: pd.Series, *, crs: object) -> NDArray[np.object_]:
    """Return the identifier of each gap; `homes` in the order of the demand."""
    own = homes.to_numpy()[points["row"].to_numpy()]
    return numbered(points.assign(gap=gap, neighbourhood=own), crs=crs).to_numpy()


def _told(demand: GeoDataFrame, points: pd.DataFrame, ids: NDArray[np.object_]) -> pd.Series:
    """Return the identifier of each point on the index of `demand`, None for what is not among `points`."""
    found = np.full(len(demand), None, dtype=object)
    found[points["row"].to_numpy()] = ids
    return pd.Series(found, index=demand.index, dtype=object, name="gap_id")


def _nearest(nearest: pd.DataFrame) -> pd.DataFrame:
    """Return the nearest station under the names of a gap's columns, NaN where there is none."""
    metres = nearest["distance_m"].replace(np.inf, np.nan)
    return pd.DataFrame({NEAREST[0]: nearest["station_id"], NEAREST[1]: metres})


def _ranked(gaps: GeoDataFrame, *, groups: Sequence[str] = ()) -> GeoDataFrame:
    """Return the gaps in their total order, numbered from 1, on a fresh index."""
    keys = gaps[["people", "area_km2", "district", *CENTRE]].round({"area_km2": 6})
    order = keys.sort_values(list(keys), ascending=[False, False, True, True, True]).index
    ranked = gaps.loc[order].reset_index(drop=True)
    district = ranked["district"].astype(object)
    ranked["district"] = district.where(district.notna(), None)
    ranked["rank"] = np.arange(1, len(ranked) + 1)
    ranked["people_distance_rank"] = ranked["people_distance_km"].round(3).rank(ascending=False, method="first")
    if ranked["people"].notna().all():
        ranked["people_distance_rank"] = ranked["people_distance_rank"].astype(int)
    return ranked[[*COLUMNS[:-1], *groups, "geometry"]]
