"""A user's own outlines: a layer of named areas from a mapping program, read in a process of its own (`apart`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from stations.model.apart import broken_down, module, run_apart
from stations.model.crs import GEOGRAPHIC
from stations.model.language import mark
from stations.model.layers import AGAIN, Wish, layer_named, on_earth, refuse, taken
from stations.model.vocabulary import folded

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from shapely.geometry.base import BaseGeometry

NAME_COLUMNS = (
    "name",
    "名称",
    "区县",
    "区县名称",
    "行政区名称",
    "区划名称",
    "district",
    "district_name",
    "xzqmc",
)
CODE_COLUMNS = ("adcode", "code", "代码", "行政区代码", "区划代码", "district_adcode", "xzqdm")

_COMMAND = module("stations.model.boundary_child")
_CHINA = (73, 3, 136, 54)
"""West, south, east, north in degrees."""


def read_boundary(path: Path) -> GeoDataFrame:
    """Return the areas in a file, one row for each row of the file. It is read in a process of its own.

    Parameters
    ----------
    path : Path
        GeoJSON, a GeoPackage with one layer of named areas (or ``file.gpkg#layer``), a zip with one Shapefile, KML
        or KMZ; any CRS.
        A column with the names is needed (`NAME_COLUMNS`), one with the codes is welcome (`CODE_COLUMNS`).

    Returns
    -------
    GeoDataFrame
        EPSG:4326, on a running index; columns ``code`` (the first six digits, or None), ``name``, and
        geometry: valid, flat (Multi)Polygons.

    Raises
    ------
    BadFile
        It cannot be read, or is not a file of named areas on earth.
    """
    import geopandas
    import pandas as pd
    import shapely

    file, layer = layer_named(path)
    with run_apart(_COMMAND, file, [layer or ""], broken=broken_down(path.name)) as output:
        read = json.load(output)
    columns = {name: pd.Series(read[name], dtype=object) for name in ("code", "name")}
    return geopandas.GeoDataFrame(columns, geometry=shapely.from_wkb(read["outlines"]), crs=GEOGRAPHIC)


def parse_boundary(path: Path, layer: str = "") -> GeoDataFrame:
    """Return what `read_boundary` does, read in this process; `layer`: the one of the file that is meant."""
    wish = Wish(name=layer or None, columns=tuple(map(folded, NAME_COLUMNS)))
    return taken(path, lambda read: _named_areas(read.frame, path), wish)


def _named_areas(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    import geopandas
    import pandas as pd

    areas = _areas_in_china(frame, path)
    names = _column(frame.columns, NAME_COLUMNS)
    codes = _column(frame.columns, CODE_COLUMNS)
    if names is None:
        refuse(path, mark("it has no column with the districts' names."), mark("Name that column “name”."))
    named = frame[names].map(_text)
    if (named == "").any():
        refuse(path, mark("it has a district without a name."), mark("Fill in the name, or remove the row."))
    given = [_six_digits(value) for value in frame[codes]] if codes is not None else [None] * len(frame)
    columns = {"code": pd.Series(given, index=frame.index, dtype=object), "name": named}
    return geopandas.GeoDataFrame(columns, geometry=areas, crs=GEOGRAPHIC).reset_index(drop=True)


def _areas_in_china(frame: GeoDataFrame, path: Path) -> GeoSeries:
    areas = on_earth(frame, path).geometry.map(valid_area)
    if areas.empty or areas.is_empty.any():
        refuse(
            path,
            mark("it has no areas, or a row without one."),
            mark("Keep only the districts' polygons in it."),
        )
    west, south, east, north = areas.total_bounds
    if west < _CHINA[0] or south < _CHINA[1] or east > _CHINA[2] or north > _CHINA[3]:
        refuse(path, mark("not all of its areas are in China, in the system of coordinates that it names."), AGAIN)
    return areas


def _column(columns: Iterable[str], offered: tuple[str, ...]) -> str | None:
    by_folded = {folded(str(column)): column for column in columns}
    return next((by_folded[name] for name in offered if name in by_folded), None)


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN differs from itself
        return ""
    return str(value).encode("utf-8", "replace").decode().strip()  # half of a surrogate pair is no letter


def _six_digits(value: object) -> str | None:
    digits = _text(value)[:6]
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else None


def valid_area(geometry: BaseGeometry | None) -> BaseGeometry:
    """Return the valid, flat polygonal part of a geometry; an empty polygon where there is none."""
    import shapely

    if geometry is None:
        return shapely.Polygon()
    parts = shapely.get_parts(shapely.make_valid(shapely.force_2d(geometry)))
    return shapely.union_all([part for part in parts if shapely.get_dimensions(part) == 2])
