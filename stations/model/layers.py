"""Layers of mapping programs: GeoJSON, GeoPackage, zipped Shapefile, KML and KMZ, told apart by their content.

GDAL opens nothing but a GeoPackage or a Shapefile, under a name of our own: it would otherwise look at the content,
and a text that names other files or servers would be followed.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, Never, TypeVar
from zipfile import BadZipFile, ZipFile

from stations.model.crs import GEOGRAPHIC, to_geographic
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import listed, mark
from stations.model.placemarks import read_placemarks, zipped_kml

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

T = TypeVar("T")

_SQLITE = b"SQLite format 3\x00"
_SHAPEFILE = b"\x00\x00\x27\x0a"
_UNPACKED_LIMIT = 500_000_000
FOLDER = "Folder"
"""The column with the folder of each placemark of a KML file that has several."""
_OFFERED = mark("Give a GeoJSON file, a GeoPackage, a zipped Shapefile or KML.")
_AGAIN = mark("Export it again from the mapping program.")


class Layer(NamedTuple):
    """A layer as it is; the name of what was read, where it has one, and all the names there are."""

    frame: GeoDataFrame
    name: str | None = None
    names: tuple[str, ...] = ()


def read_layer(path: Path, *, of_points: bool = False, name: str | None = None) -> Layer:
    """Return a layer of a file, any geometry, any columns.

    Parameters
    ----------
    path
        The file. Its first bytes say what it is.
    of_points
        Whether points are looked for. Then the first layer with points is read where there are several, and a shape
        that is not on earth is left to the reader; else the one layer of areas is, or the one of points where no areas
        are, and all must lie on earth.
    name
        The layer, or the folder of a KML file, that is meant.

    Raises
    ------
    BadFile
        It cannot be read, names no CRS, holds no such layer, or more than one where one is looked for.
    """

    def take(layer: Layer) -> Layer:
        placed = (_placed if of_points else on_earth)(layer.frame, path)
        return layer._replace(frame=placed.reset_index(drop=True))

    return taken(path, take, of_points=of_points, name=name)


def taken(path: Path, take: Callable[[Layer], T], *, of_points: bool = False, name: str | None = None) -> T:
    """Return what `take` makes of the layer in a file, the faults of the libraries told as those of the file."""
    try:
        read = _reader(path)
        if read is None:
            refuse(path, mark("this kind of file cannot be read as outlines."), _OFFERED)
        return take(read(path, of_points, name))
    except BadFile:
        raise
    except FileNotFoundError:
        refuse(path, mark("there is no such file."), mark("Check the path."))
    except _broken() as error:
        raise BadFile(file=path.name, reason=mark("it cannot be read as what its name says."), remedy=_AGAIN) from error


def refuse(path: Path, reason: str, remedy: str) -> Never:
    """Raise the error for a file."""
    raise BadFile(file=path.name, reason=reason, remedy=remedy) from None


def on_earth(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    """Return a layer in EPSG:4326. Raises `BadFile` when it names no CRS, or is not in the one that it names."""
    placed = _placed(frame, path)
    west, south, east, north = placed.total_bounds  # NaN when there is no shape at all
    if west < -180 or south < -90 or east > 180 or north > 90:
        refuse(path, mark("its coordinates are not in the coordinate reference system that it names."), _AGAIN)
    return placed


def _placed(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    if frame.crs is None:
        refuse(
            path,
            mark("it does not say which coordinate reference system it is in."),
            mark("Export it again with one, best WGS 84 (EPSG:4326)."),
        )
    return to_geographic(frame)


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
        sqlite3.Error,
        ShapelyError,
        *unpacking,
    )


def _reader(path: Path) -> Callable[[Path, bool, str | None], Layer] | None:
    with path.open("rb") as file:
        head = file.read(1024)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    readers = {_SQLITE: _geopackage, b"PK\x03\x04": _packed, b"<": _kml, b"{": _geojson}
    utf_16 = {b"\xff\xfe": _kml, b"\xfe\xff": _kml}
    return next((read for magic, read in (readers | utf_16).items() if text.startswith(magic)), None)


def _geojson(path: Path, _of_points: bool, _name: str | None) -> Layer:
    import geopandas

    content = json.loads(path.read_text(encoding="utf-8-sig"))
    crs = (content.get("crs") or {}).get("properties", {}).get("name", "OGC:CRS84")
    return Layer(geopandas.GeoDataFrame.from_features(content["features"], crs=crs))


def _geopackage(path: Path, of_points: bool, name: str | None) -> Layer:
    import geopandas
    import pyogrio

    with TemporaryDirectory() as folder:
        packed = Path(folder, "layer.gpkg")  # whatever it is called, and without what lies beside it
        shutil.copyfile(path, packed)
        found = {str(layer): str(kind) for layer, kind in pyogrio.list_layers(packed) if kind}
        names = _in_order(found, of_points=of_points)
        chosen = _chosen(names, name, path, several=of_points)
        count = _count(packed, chosen)
        frame = geopandas.read_file(packed, layer=chosen, use_arrow=True)
    if len(frame) != count:
        raise ValueError(f"{len(frame)} of {count} features")
    return Layer(frame, chosen, tuple(names))


def _in_order(found: Mapping[str, str], *, of_points: bool) -> list[str]:
    """Return the layers that may be meant: those of points first, or only those of areas if there are any."""
    points = [name for name, kind in found.items() if "Point" in kind]
    if of_points:
        return [*points, *(name for name in found if name not in points)]
    return [name for name, kind in found.items() if "Point" not in kind and "Line" not in kind] or points


def _chosen(names: list[str], name: str | None, path: Path, *, several: bool) -> str:
    if name is not None and name not in names:
        reason = _("it has no sheet “{sheet}” that holds anything.").format(sheet=name)
        refuse(path, reason, _("Choose one of: {sheets}.").format(sheets=listed(names)))
    if name is None and len(names) > 1 and not several:
        refuse(path, mark("it holds more than one layer."), mark("Keep only the one that is meant in it."))
    return name or names[0]


def _count(path: Path, layer: str) -> int:
    """Return how many features a layer holds, whatever the file says of itself. A view may never end: it is none."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [layer]).fetchone():
            raise ValueError("no table")
        quoted = layer.replace('"', '""')
        return int(database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])


def _packed(path: Path, _of_points: bool, name: str | None) -> Layer:
    with ZipFile(path) as packed:
        endings = {Path(part).suffix.lower() for part in packed.namelist()}
    if ".kml" in endings and ".shp" not in endings:
        return _of_placemarks(zipped_kml(path, limit=_UNPACKED_LIMIT), path, name)
    return _zipped_shapefile(path)


def _kml(path: Path, _of_points: bool, name: str | None) -> Layer:
    return _of_placemarks(path.read_bytes(), path, name)


def _of_placemarks(data: bytes, path: Path, name: str | None) -> Layer:
    import geopandas
    import pandas as pd

    placemarks = read_placemarks(data, path.name)
    folders = list(dict.fromkeys(each.folder for each in placemarks if each.folder))
    if name is not None:
        _chosen(folders, name, path, several=True)
        placemarks = [each for each in placemarks if each.folder == name]
    frame = pd.DataFrame([each.texts for each in placemarks], index=range(len(placemarks)), dtype=object)
    if len(folders) > 1 and FOLDER not in frame:
        frame[FOLDER] = [each.folder for each in placemarks]
    geometry = geopandas.GeoSeries([each.geometry for each in placemarks], index=frame.index, crs=GEOGRAPHIC)
    return Layer(geopandas.GeoDataFrame(frame, geometry=geometry), name, tuple(folders))


def _zipped_shapefile(path: Path) -> Layer:
    import geopandas

    with TemporaryDirectory() as folder:
        shape = _unpacked(path, Path(folder))
        stated = [None] if shape.with_suffix(".cpg").exists() else []
        # A Shapefile from a Chinese desktop seldom says that its texts are GB 18030, and may say that they are UTF-8.
        for encoding in [*stated, "UTF-8"]:
            try:
                return Layer(geopandas.read_file(shape, encoding=encoding))
            except UnicodeDecodeError:
                continue
        return Layer(geopandas.read_file(shape, encoding="GB18030"))


def _unpacked(path: Path, folder: Path) -> Path:
    """Unpack the one Shapefile in a zip under names of our own, and return its .shp."""
    with ZipFile(path) as packed:
        parts = [part for part in packed.infolist() if not part.is_dir() and "__MACOSX" not in part.filename]
        shapes = [part.filename for part in parts if part.filename.lower().endswith(".shp")]
        if len(shapes) != 1:
            refuse(path, mark("it does not hold exactly one Shapefile."), _OFFERED)
        stem = shapes[0][: -len(".shp")]
        wanted = [part for part in parts if part.filename.lower().startswith(f"{stem}.".lower())]
        if sum(part.file_size for part in wanted) > _UNPACKED_LIMIT:
            refuse(path, mark("it is too large when unpacked."), mark("Simplify the outlines first."))
        for part in wanted:
            suffix = part.filename[len(stem) :].lower()
            if suffix in {".shp", ".shx", ".dbf", ".prj", ".cpg"}:
                (folder / f"layer{suffix}").write_bytes(packed.read(part))
    shape = folder / "layer.shp"
    if not shape.read_bytes().startswith(_SHAPEFILE):
        raise ValueError("no Shapefile")
    return shape
