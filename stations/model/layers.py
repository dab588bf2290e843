"""Layers of mapping programs: GeoJSON, GeoPackage, zipped Shapefile, KML and KMZ, told apart by their content.

To be called in a process of its own (`apart`). GDAL opens nothing but a GeoPackage or a Shapefile, under a name of our
own: it would otherwise look at the content, and a text that names other files or servers would be followed. It knows no
other formats here either, see `stations.__init__`.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, Never, TypeVar
from zipfile import BadZipFile

from stations.model.crs import GEOGRAPHIC, to_geographic
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import listed, mark
from stations.model.packed import require_harmless
from stations.model.placemarks import read_placemarks, zipped_kml
from stations.model.shapefiles import Shapefile, in_its_encoding, shapefiles_in, unpack
from stations.model.vocabulary import folded

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

T = TypeVar("T")

_SQLITE = b"SQLite format 3\x00"
_NAMED = re.compile(r"[\w.:-]{1,80}", re.ASCII)
_PACK = mark("Pack only what is meant, and try again.")
FOLDER = "Folder"
"""The column with the folder of each placemark of a KML file that has several."""
_OFFERED = mark("Give a GeoJSON file, a GeoPackage, a zipped Shapefile or KML.")
_UNREAD = mark("the layer is damaged or incomplete.")
AGAIN = mark("Export it again from the mapping program.")
"""What to do about a layer that is damaged."""


class Wish(NamedTuple):
    """Which layer of a file is meant.

    `of_points`: whether points are looked for; `name`: the layer, or the folder of a KML file, that is meant;
    `columns`: of several layers only those have a use that have one of these columns (folded).
    """

    of_points: bool = False
    name: str | None = None
    columns: tuple[str, ...] = ()


class Layer(NamedTuple):
    """A layer as it is; the name of what was read, where it has one, and all the names there are."""

    frame: GeoDataFrame
    name: str | None = None
    names: tuple[str, ...] = ()


def layer_named(path: Path) -> tuple[Path, str | None]:
    """Return a file, and the layer of it that is meant where the path is like ``water.gpkg#lakes``."""
    file, sign, name = str(path).rpartition("#")
    with suppress(OSError, ValueError):  # a name that no system can have
        if sign and not path.exists() and Path(file).is_file():
            return Path(file), name
    return path, None


@contextmanager
def offering(name: str | None, names: Sequence[str]) -> Iterator[None]:
    """Let the error for a layer that cannot be used name the layers of which another one may be."""
    try:
        yield
    except BadFile as error:
        if len(names) < 2 or "sheets" in error.fields:
            raise
        raise BadFile(**error.fields, sheet=name, sheets=list(names), header_row=0) from None


def read_layer(path: Path, wish: Wish) -> Layer:
    """Return a layer of a file, any geometry, any columns.

    Parameters
    ----------
    path
        The file. Its first bytes say what it is.
    wish
        Which layer is meant. Where points are looked for, the first layer with points is read where there are several,
        and a shape that is not on earth is left to the reader; else the one layer of areas is that has a use, or the
        one of points where no areas are, and all must lie on earth. A layer without rows is none.

    Raises
    ------
    BadFile
        It cannot be read, names no CRS, holds no such layer, or more than one where one is looked for.
    """

    def take(layer: Layer) -> Layer:
        placed = (_placed if wish.of_points else on_earth)(layer.frame, path)
        return layer._replace(frame=placed.reset_index(drop=True))

    return taken(path, take, wish)


def taken(path: Path, take: Callable[[Layer], T], wish: Wish) -> T:
    """Return what `take` makes of the layer in a file, the faults of the libraries told as those of the file."""
    read = _reader(path)
    if read is None:
        refuse(path, mark("this kind of file cannot be read as outlines."), _OFFERED)
    try:
        layer = read(path, wish)
        with offering(layer.name, layer.names):
            return _sound(path, partial(take, layer))
    except BadFile:
        raise
    except _broken() as error:
        raise BadFile(file=path.name, reason=_UNREAD, remedy=AGAIN) from error


def _sound(path: Path, do: Callable[[], T]) -> T:
    """Return what is done, the faults of the libraries told as those of the file."""
    try:
        return do()
    except BadFile:
        raise
    except _broken() as error:
        raise BadFile(file=path.name, reason=_UNREAD, remedy=AGAIN) from error


def refuse(path: Path, reason: str, remedy: str) -> Never:
    """Raise the error for a file."""
    raise BadFile(file=path.name, reason=reason, remedy=remedy) from None


def on_earth(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    """Return a layer in EPSG:4326. Raises `BadFile` when it names no CRS, or is not in the one that it names."""
    placed = _placed(frame, path)
    west, south, east, north = placed.total_bounds  # NaN when there is no shape at all
    if west < -180 or south < -90 or east > 180 or north > 90:
        refuse(path, mark("its coordinates are not in the coordinate reference system that it names."), AGAIN)
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
    from pyarrow.lib import ArrowException
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
        ArrowException,
        *unpacking,
    )


def _reader(path: Path) -> Callable[[Path, Wish], Layer] | None:
    with path.open("rb") as file:
        head = file.read(1024)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    readers = {_SQLITE: _geopackage, b"PK\x03\x04": _packed, b"<": _kml, b"{": _geojson}
    utf_16 = {b"\xff\xfe": _kml, b"\xfe\xff": _kml}
    return next((read for magic, read in (readers | utf_16).items() if text.startswith(magic)), None)


def _geojson(path: Path, _wish: Wish) -> Layer:
    import geopandas

    content = json.loads(path.read_text(encoding="utf-8-sig"))
    crs = (content.get("crs") or {}).get("properties", {}).get("name", "OGC:CRS84")
    if not _NAMED.fullmatch(crs):  # what describes a system itself may name files and servers
        refuse(path, mark("it names no coordinate reference system by its code."), AGAIN)
    return Layer(geopandas.GeoDataFrame.from_features(content["features"], crs=crs))


def _geopackage(path: Path, wish: Wish) -> Layer:
    import geopandas
    import pyogrio

    with TemporaryDirectory() as folder:
        packed = Path(folder, "layer.gpkg")  # whatever it is called, and without what lies beside it
        shutil.copyfile(path, packed)
        counts = _counts(packed, path)
        seen = {
            str(layer): _Seen(str(kind), counts.get(str(layer).lower(), 0), partial(_columns, packed, str(layer)))
            for layer, kind in pyogrio.list_layers(packed)
            if kind
        }
        chosen, names = _meant(seen, wish, path)
        with offering(chosen, names):
            frame = _sound(path, lambda: geopandas.read_file(packed, layer=chosen, use_arrow=True))
            if len(frame) != counts[chosen.lower()]:
                refuse(path, mark("not all of its rows can be read."), AGAIN)
    texts = frame.astype(dict.fromkeys(frame.columns.drop(frame.geometry.name), object))  # what may be none
    return Layer(texts, chosen, tuple(names))


def _columns(packed: Path, layer: str) -> Iterable[str]:
    import pyogrio

    fields: Iterable[str] = pyogrio.read_info(packed, layer=layer)["fields"]
    return fields


class _Seen(NamedTuple):
    """What a layer says of itself before it is read: the shapes and how many rows it holds, and its columns."""

    shapes: str
    rows: int
    columns: Callable[[], Iterable[str]]


def _meant(seen: Mapping[str, _Seen], wish: Wish, path: Path) -> tuple[str, list[str]]:
    """Return the layer that is meant, and those of which another one may be. Raises `BadFile`."""
    names = _in_order(seen, wish)
    if not names:
        refuse(path, mark("it has no layer of points or areas."), AGAIN)
    names = [each for each in names if seen[each].rows] or names
    if len(names) > 1 and wish.columns and wish.name is None:
        known = {each: map(folded, seen[each].columns()) for each in names}
        names = [each for each in names if not set(wish.columns).isdisjoint(known[each])] or names
    return _chosen(names, wish, path, several=wish.of_points), names


def _in_order(seen: Mapping[str, _Seen], wish: Wish) -> list[str]:
    """Return the layers that may be meant: those of points first, or only those of areas if there are any."""
    points = [name for name, layer in seen.items() if "Point" in layer.shapes]
    if wish.of_points or wish.name is not None:
        return [*points, *(name for name in seen if name not in points)]
    return [name for name in seen if name not in points and "Line" not in seen[name].shapes] or points


def _chosen(names: list[str], wish: Wish, path: Path, *, several: bool) -> str:
    name = wish.name
    if name is not None and name not in names:
        reason = _("it has no sheet “{sheet}” that holds anything.").format(sheet=name)
        refuse(path, reason, _("Choose one of: {sheets}.").format(sheets=listed(names)))
    if name is None and len(names) > 1 and not several:
        words = _("Choose one of: {layers}. On the command line and in settings, write it behind the file: {file}.")
        remedy = words.format(file=f"…{path.suffix}#{names[0]}", layers=listed(names))
        with offering(None, names):
            refuse(path, mark("it holds more than one layer."), remedy)
    return name or names[0]


def _counts(packed: Path, path: Path) -> dict[str, int]:
    """Return how many rows each layer of a GeoPackage has: what it says of that itself may be wrong.

    A view is refused where a table belongs: it is computed while it is read, and may never come to an end.
    """
    with closing(sqlite3.connect(f"{packed.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        known = {str(name).lower(): kind for name, kind in database.execute("SELECT name, type FROM sqlite_master")}
        views = {name for name, kind in known.items() if kind == "view"}
        own = any(name.startswith("gpkg_") for name in views)
        layers = (
            [] if own else [str(name).lower() for (name,) in database.execute("SELECT table_name FROM gpkg_contents")]
        )
        if own or views.intersection(layers):
            refuse(
                path,
                mark("a layer of it is a view, which is computed while it is read."),
                mark("Save the layer as a table of its own."),
            )
        return {
            name: database.execute('SELECT count(*) FROM "{}"'.format(name.replace('"', '""'))).fetchone()[0]
            for name in layers
            if name in known
        }


def _packed(path: Path, wish: Wish) -> Layer:
    cut = mark("this is a packed archive (zip) that is damaged or not whole.")
    broken = BadFile(file=path.name, reason=cut, remedy=mark("Pack it again, or copy it again from where it came."))
    names = require_harmless(path.read_bytes(), path.name, damaged=broken, remedy=_PACK)
    endings = {Path(part).suffix.lower() for part in names}
    if ".shp" in endings:
        return _zipped_shapefile(path, names, wish)
    if ".kml" in endings:
        return _of_placemarks(zipped_kml(path), path, wish)
    if "mimetype" in names:
        remedy = mark("Save it as XLSX or CSV, then try again.")
        refuse(path, mark("this is a file of LibreOffice or OpenOffice (.ods, .odt)."), remedy)
    remedy = mark("Unpack it, and give the file that is meant; packed in a zip, only a Shapefile or KML is read.")
    refuse(path, mark("this is a packed archive (zip) that holds neither a Shapefile nor KML."), remedy)


def _kml(path: Path, wish: Wish) -> Layer:
    return _of_placemarks(path.read_bytes(), path, wish)


def _of_placemarks(data: bytes, path: Path, wish: Wish) -> Layer:
    import geopandas
    import pandas as pd

    placemarks = read_placemarks(data, path.name)
    folders = list(dict.fromkeys(each.folder for each in placemarks if each.folder))
    if wish.name is not None:
        _chosen(folders, wish, path, several=True)
        placemarks = [each for each in placemarks if each.folder == wish.name]
    frame = pd.DataFrame([each.texts for each in placemarks], index=range(len(placemarks)), dtype=object)
    if len(folders) > 1 and FOLDER not in frame:
        frame[FOLDER] = [each.folder for each in placemarks]
    geometry = geopandas.GeoSeries([each.geometry for each in placemarks], index=frame.index, crs=GEOGRAPHIC)
    return Layer(geopandas.GeoDataFrame(frame, geometry=geometry), wish.name, tuple(folders))


def _zipped_shapefile(path: Path, members: Sequence[str], wish: Wish) -> Layer:
    import geopandas

    stems, chosen, names = shapefiles_in(members), None, [""]
    with TemporaryDirectory() as folder:
        unpacked = partial(unpack, path, members=members, folder=Path(folder))
        if len(stems) > 1 or wish.name is not None:
            chosen, names = _meant({name: _seen(path, partial(unpacked, stems[name])) for name in stems}, wish, path)
        stem = stems[chosen] if chosen is not None else next(iter(stems.values()))
        with offering(chosen, names):
            read = partial(in_its_encoding, read=lambda shape, said: geopandas.read_file(shape, encoding=said))
            frame = _sound(path, lambda: read(unpacked(stem), file=path.name))
    return Layer(frame, chosen, tuple(names) if chosen is not None else ())


def _seen(path: Path, unpacked: Callable[[], Shapefile]) -> _Seen:
    """Return what a Shapefile says that it holds; nothing is known of one that cannot be read, until it is chosen."""
    import pyogrio

    with suppress(BadFile):
        look = partial(in_its_encoding, read=lambda shape, said: pyogrio.read_info(shape, encoding=said))
        info = _sound(path, lambda: look(unpacked(), file=path.name))
        return _Seen(str(info["geometry_type"]), int(info["features"]), lambda: info["fields"])
    return _Seen("", -1, tuple)
