"""A user's own outlines: GeoJSON, GeoPackage or a zipped Shapefile of named areas.

The file is opened only as what its name says and its first bytes confirm: GDAL would otherwise look at the
content, and a text that names other files or servers would be followed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Never
from zipfile import BadZipFile, ZipFile

from stations.model.crs import GEOGRAPHIC, to_geographic
from stations.model.errors import BadFile
from stations.model.language import mark
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

_SQLITE = b"SQLite format 3\x00"
_SHAPEFILE = b"\x00\x00\x27\x0a"
_UNPACKED_LIMIT = 500_000_000
_OFFERED = mark("Give a GeoJSON file, a GeoPackage or a zipped Shapefile.")
_AGAIN = mark("Export it again from the mapping program.")


def read_boundary(path: Path) -> GeoDataFrame:
    """Return the areas in a file, one row for each row of the file.

    Parameters
    ----------
    path : Path
        ``.geojson`` or ``.json``, ``.gpkg`` with one layer of areas, or ``.zip`` with one Shapefile; any CRS.
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
    return _taken(path, _named_areas)


def read_layer(path: Path) -> GeoDataFrame:
    """Return the one layer of a file that `read_boundary` would open, as it is: any geometry, any columns.

    EPSG:4326 on a running index. Raises BadFile when it cannot be read, names no CRS, or is not on earth.
    """
    return _taken(path, _on_earth).reset_index(drop=True)


def _taken(path: Path, take: Callable[[GeoDataFrame, Path], GeoDataFrame]) -> GeoDataFrame:
    """Return what `take` makes of the layer in a file, the faults of the libraries told as those of the file."""
    readers = {".geojson": _geojson, ".json": _geojson, ".gpkg": _geopackage, ".zip": _zipped_shapefile}
    read = readers.get(path.suffix.lower())
    if read is None:
        _refuse(path, mark("this kind of file cannot be read as outlines."), _OFFERED)
    try:
        return take(read(path), path)
    except BadFile:
        raise
    except FileNotFoundError:
        _refuse(path, mark("there is no such file."), mark("Check the path."))
    except _broken() as error:
        raise BadFile(file=path.name, reason=mark("it cannot be read as what its name says."), remedy=_AGAIN) from error


def _broken() -> tuple[type[Exception], ...]:
    """Return the ways in which the libraries report a broken file (PROJ and GDAL: RuntimeError)."""
    from shapely.errors import ShapelyError

    unpacking = (BadZipFile, zlib.error, EOFError)
    return (
        OSError,
        RuntimeError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ShapelyError,
        *unpacking,
    )


def _refuse(path: Path, reason: str, remedy: str) -> Never:
    raise BadFile(file=path.name, reason=reason, remedy=remedy) from None


def _geojson(path: Path) -> GeoDataFrame:
    import geopandas

    content = json.loads(path.read_text(encoding="utf-8-sig"))
    crs = (content.get("crs") or {}).get("properties", {}).get("name", "OGC:CRS84")
    return geopandas.GeoDataFrame.from_features(content["features"], crs=crs)


def _geopackage(path: Path) -> GeoDataFrame:
    import geopandas
    import pyogrio

    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            raise ValueError("no GeoPackage")
    found = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path) if kind]
    areas = [name for name, kind in found if "Point" not in kind and "Line" not in kind]
    layers = areas or [name for name, kind in found if "Point" in kind]
    if len(layers) > 1:
        _refuse(path, mark("it holds more than one layer."), mark("Keep only the one that is meant in it."))
    return geopandas.read_file(path, layer=layers[0], use_arrow=True)


def _zipped_shapefile(path: Path) -> GeoDataFrame:
    import geopandas

    with TemporaryDirectory() as folder:
        shape = _unpacked(path, Path(folder))
        if shape.with_suffix(".cpg").exists():
            return geopandas.read_file(shape)
        try:  # a Shapefile from a Chinese desktop seldom says that its texts are GB 18030
            return geopandas.read_file(shape, encoding="UTF-8")
        except UnicodeDecodeError:
            return geopandas.read_file(shape, encoding="GB18030")


def _unpacked(path: Path, folder: Path) -> Path:
    """Unpack the one Shapefile in a zip under names of our own, and return its .shp."""
    with ZipFile(path) as packed:
        parts = [part for part in packed.infolist() if not part.is_dir() and "__MACOSX" not in part.filename]
        shapes = [part.filename for part in parts if part.filename.lower().endswith(".shp")]
        if len(shapes) != 1:
            _refuse(path, mark("it does not hold exactly one Shapefile."), _OFFERED)
        stem = shapes[0][: -len(".shp")]
        wanted = [part for part in parts if part.filename.lower().startswith(f"{stem}.".lower())]
        if sum(part.file_size for part in wanted) > _UNPACKED_LIMIT:
            _refuse(path, mark("it is too large when unpacked."), mark("Simplify the outlines first."))
        for part in wanted:
            suffix = part.filename[len(stem) :].lower()
            if suffix in {".shp", ".shx", ".dbf", ".prj", ".cpg"}:
                (folder / f"boundary{suffix}").write_bytes(packed.read(part))
    shape = folder / "boundary.shp"
    if not shape.read_bytes().startswith(_SHAPEFILE):
        raise ValueError("no Shapefile")
    return shape


def _named_areas(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    import geopandas
    import pandas as pd

    areas = _areas_on_earth(frame, path)
    names = _column(frame.columns, NAME_COLUMNS)
    codes = _column(frame.columns, CODE_COLUMNS)
    if names is None:
        _refuse(path, mark("it has no column with the districts' names."), mark("Name that column “name”."))
    named = frame[names].map(_text)
    if (named == "").any():
        _refuse(path, mark("it has a district without a name."), mark("Fill in the name, or remove the row."))
    given = [_six_digits(value) for value in frame[codes]] if codes is not None else [None] * len(frame)
    columns = {"code": pd.Series(given, index=frame.index, dtype=object), "name": named}
    return geopandas.GeoDataFrame(columns, geometry=areas, crs=GEOGRAPHIC).reset_index(drop=True)


def _on_earth(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    if frame.crs is None:
        _refuse(
            path,
            mark("it does not say which coordinate reference system it is in."),
            mark("Export it again with one, best WGS 84 (EPSG:4326)."),
        )
    placed = to_geographic(frame)
    west, south, east, north = placed.total_bounds  # NaN when there is no shape at all
    if west < -180 or south < -90 or east > 180 or north > 90:
        _refuse(path, mark("its coordinates are not in the coordinate reference system that it names."), _AGAIN)
    return placed


def _areas_on_earth(frame: GeoDataFrame, path: Path) -> GeoSeries:
    areas = _on_earth(frame, path).geometry.map(valid_area)
    if areas.empty or areas.is_empty.any():
        _refuse(
            path,
            mark("it has no areas, or a row without one."),
            mark("Keep only the districts' polygons in it."),
        )
    return areas


def _column(columns: Iterable[str], offered: tuple[str, ...]) -> str | None:
    by_folded = {folded(str(column)): column for column in columns}
    return next((by_folded[name] for name in offered if name in by_folded), None)


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 - NaN differs from itself


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
