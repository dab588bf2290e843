"""People of whole areas, spread over points inside them; each area keeps its own, to the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from stations.analysis.planar import coordinates, require_length, require_one_crs
from stations.analysis.weights import require_weights
from stations.model.crs import require_metric
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]
    Places = tuple[Floats, Floats, Floats]  # x, y and weight of each

GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it, without their whole part, are spread evenly over 0 to 1, however many there are."""

_WHAT = mark("Spreading people over areas")


def spread_evenly(areas: GeoDataFrame, columns: Sequence[str], *, spacing_m: float) -> GeoDataFrame:
    """Return the people of areas on a square grid inside each: the same share for each cell, as by area.

    The grid is one for all areas: its cells have their corners at whole multiples of `spacing_m`, and a cell is in an
    area when its middle is strictly inside. So holes stay empty, what an area gets does not depend on the others or
    on their order, and areas that overlap each keep their own people. An area without the middle of a cell (smaller
    than one, or thin) keeps its people at one point inside (`shapely.point_on_surface`).

    Parameters
    ----------
    areas
        Polygons in a metric CRS, any unique index.
    columns
        The columns to spread, 0 or more in each row; all others are left out.
    spacing_m
        Side of a cell.

    Returns
    -------
    GeoDataFrame
        Points in the CRS of `areas` on a running index, area by area; `area`, the label of the area each is in, and
        `columns`. The sum over an area is that of its row: exact for a column of whole numbers, which stay whole
        (`apportioned`), and to the rounding of the last digit for others.

    Raises
    ------
    BadChoice
        `spacing_m` is not above 0, or a weight is negative or not a number.
    DegreesNotMetres
        The areas are not in a metric CRS.
    """
    _require(areas, columns)
    require_length(spacing_m, what=mark("The spacing of the grid"))
    return _shared_out(areas, columns, [_grid(outline, spacing_m) for outline in areas.geometry])


def spread_over(areas: GeoDataFrame, columns: Sequence[str], *, layer: GeoDataFrame, spacing_m: float) -> GeoDataFrame:
    """Return the people of areas at the points of a finer layer inside each, in proportion to their weight.

    That is dasymetric mapping with point weights: what an area has is known from `areas`, where inside it from
    `layer`. A point counts for each area that it is in or on the border of. An area in which the layer has no weight is
    spread as by `spread_evenly`.

    Parameters
    ----------
    areas, columns, spacing_m
        As for `spread_evenly`.
    layer
        Points in the CRS of `areas`, with `people` (0 or more) as their weight; points of weight 0 get nobody.

    Returns
    -------
    GeoDataFrame
        As from `spread_evenly`.

    Raises
    ------
    BadChoice, DegreesNotMetres
        As for `spread_evenly`; the weights of the layer count, too.
    DifferentCrs
        The layer is in another CRS.
    """
    _require(areas, columns)
    _require(layer, ["people"])
    require_one_crs(areas, layer, what=_WHAT)
    require_length(spacing_m, what=mark("The spacing of the grid"))
    x, y = coordinates(layer, what=_WHAT)
    weight = layer["people"].to_numpy(dtype=np.float64)
    places = [
        (x[inside], y[inside], weight[inside]) if inside.size else _grid(outline, spacing_m)
        for outline, inside in zip(areas.geometry, _inside(areas, layer), strict=True)
    ]
    return _shared_out(areas, columns, places)


def without_layer(areas: GeoDataFrame, layer: GeoDataFrame) -> pd.Series:
    """Return for each area whether `layer` has no weight in it, so that `spread_over` spreads it evenly."""
    return pd.Series([inside.size == 0 for inside in _inside(areas, layer)], index=areas.index, dtype=bool)


def _inside(areas: GeoDataFrame, layer: GeoDataFrame) -> list[NDArray[np.intp]]:
    """Return for each area the rising positions of the points of `layer` in it, or on its border, that have weight."""
    peopled = np.flatnonzero(layer["people"] > 0)
    tree = shapely.STRtree(layer.geometry.to_numpy()[peopled])
    return [peopled[np.sort(tree.query(outline, predicate="intersects"))] for outline in areas.geometry]


def apportioned(weights: Floats, total: int) -> Counts:
    """Return whole numbers in proportion to `weights` that sum to `total`, by largest remainder (Hamilton).

    Each is less than 1 from its exact share, and a weight of 0 gets 0. Equal remainders are served scattered over the
    sequence, not from its beginning: 3 people on a grid of 30 cells do not end up in one corner. Which ones is fixed by
    their position alone. With a `total` of 0 everyone gets 0; the weights must sum to more than 0.
    """
    exact = weights * (total / weights.sum())
    whole: Counts = np.floor(exact).astype(np.int64)
    left = total - int(whole.sum())
    scattered = np.arange(len(weights)) * GOLDEN % 1
    order = np.lexsort((scattered, whole - exact))
    if left >= 0:
        whole[order[:left]] += 1
    else:  # a share just below a whole number was rounded up to it
        whole[order[whole[order] > 0][left:]] -= 1
    return whole


def _grid(outline: shapely.Geometry, spacing_m: float) -> Places:
    """Return the middles of the cells in an area, all of weight 1, row by row from the south-west."""
    first = np.floor(shapely.bounds(outline) / spacing_m)
    columns, rows = (np.arange(first[axis], first[axis + 2] + 1) for axis in (0, 1))
    x, y = (middles.ravel() for middles in np.meshgrid((columns + 0.5) * spacing_m, (rows + 0.5) * spacing_m))
    shapely.prepare(outline)
    inside = shapely.contains_xy(outline, x, y)
    if not inside.any():
        own = shapely.point_on_surface(outline)
        return np.array([own.x]), np.array([own.y]), np.ones(1)
    return x[inside], y[inside], np.ones(int(inside.sum()))


def _shared_out(areas: GeoDataFrame, columns: Sequence[str], places: Sequence[Places]) -> GeoDataFrame:
    import geopandas

    shares = {
        column: [
            _shares(weight, total, whole=areas[column].dtype.kind in "iu")
            for (_x, _y, weight), total in zip(places, areas[column].to_list(), strict=True)
        ]
        for column in columns
    }
    x, y = (np.concatenate([place[axis] for place in places]) if places else np.empty(0) for axis in (0, 1))
    labels = areas.index.repeat([len(weight) for _x, _y, weight in places])
    frame = pd.DataFrame({"area": labels.to_numpy()}, index=pd.RangeIndex(len(x)))
    for column, parts in shares.items():
        frame[column] = np.concatenate(parts) if parts else areas[column].to_numpy()
    return geopandas.GeoDataFrame(frame, geometry=shapely.points(x, y), crs=areas.crs)


def _shares(weight: Floats, total: float, *, whole: bool) -> Floats | Counts:
    return apportioned(weight, int(total)) if whole else weight / weight.sum() * total


def _require(frame: GeoDataFrame, columns: Sequence[str]) -> None:
    require_metric(frame, _WHAT)
    for column in columns:
        require_weights(frame[column], what=_WHAT)
