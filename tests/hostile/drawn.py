"""Layers of mapping programs: GeoPackage, zipped Shapefile, GeoJSON of areas, and rasters."""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import rasterio
import shapely
from rasterio import Affine

from tests.hostile.corpus import Given, Member, case, file, linked, locked, nested, overlapping, with_link, zipped
from tests.hostile.lists import collection, vrt

SQUARES = [shapely.box(117.0, 32.5, 117.1, 32.6), shapely.box(117.1, 32.5, 117.2, 32.6)]
NAMES = ["田家庵区", "大通区"]


def frame(*, points: bool = False) -> geopandas.GeoDataFrame:
    shapes = [area.centroid for area in SQUARES] if points else SQUARES
    return geopandas.GeoDataFrame({"name": NAMES, "people": [100, 200]}, geometry=shapes, crs="EPSG:4326")


# ---- GeoPackage


def geopackage(given: Given, *statements: str, points: bool = False) -> Path:
    """Write a GeoPackage and change it as no mapping program would."""
    path = given.folder / "layer.gpkg"
    frame(points=points).to_file(path, layer="areas")
    with closing(sqlite3.connect(path)) as database:
        database.create_function("ST_IsEmpty", 1, lambda _shape: 0)
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _shape: 0.0)
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"


def as_view(select: str) -> tuple[str, ...]:
    """Return what puts a view in the place of the layer."""
    return ("ALTER TABLE areas RENAME TO hidden", f"CREATE VIEW areas AS {select}")


def geopackages() -> None:
    """Register GeoPackages, as people and as outlines."""
    shape = "(SELECT geom FROM hidden LIMIT 1)"
    changed: dict[str, tuple[str, tuple[str, ...]]] = {
        "honest": ("an honest layer, with the triggers that every GeoPackage has", ()),
        "view-endless": (
            "a view that never ends in the place of the layer",
            as_view(f"{ENDLESS} i AS fid, {shape} AS geom, 'x' AS name, 1 AS people FROM n"),
        ),
        "view-contents": (
            "a list of layers that never ends",
            ("DROP TABLE gpkg_contents", f"CREATE VIEW gpkg_contents AS {ENDLESS} i AS table_name FROM n"),
        ),
        "view-load": (
            "a view that would load a program",
            as_view(f"SELECT 1 AS fid, {shape} AS geom, load_extension('/tmp/evil.so') AS name, 1 AS people"),
        ),
        "view-plain": (
            "a harmless view in the place of the layer",
            as_view("SELECT fid, geom, name, people FROM hidden"),
        ),
        "triggers": (
            "triggers that never end",
            (f"CREATE TRIGGER evil AFTER UPDATE ON areas BEGIN SELECT ({ENDLESS} max(i) FROM n); END",),
        ),
        "count-less": ("a number of rows that is too small", ("UPDATE gpkg_ogr_contents SET feature_count = 0",)),
        "count-more": (
            "a number of rows beyond all memory",
            ("UPDATE gpkg_ogr_contents SET feature_count = 4000000000000",),
        ),
        "shape-noise": ("noise for a geometry", ("UPDATE areas SET geom = x'00112233'",)),
        "shape-count": (
            "a geometry that says it has four billion points",
            (f"UPDATE areas SET geom = x'{header()}0103000000FFFFFFFFFFFFFFFF'",),
        ),
        "shape-deep": (
            "a geometry nested 100,000 deep",
            (f"UPDATE areas SET geom = x'{header()}{'010700000001000000' * 100_000}'",),
        ),
        "shape-nan": (
            "a geometry of NaN",
            (f"UPDATE areas SET geom = x'{header()}{shapely.Point(np.nan, np.nan).wkb.hex()}'",),
        ),
        "shape-null": ("a row without a geometry", ("UPDATE areas SET geom = NULL WHERE fid = 1",)),
        "name-noise": ("a name that is no text", ("UPDATE areas SET name = CAST(x'FFFE80' AS TEXT)",)),
        "crs-none": (
            "a layer that names no coordinate system",
            ("UPDATE gpkg_geometry_columns SET srs_id = -1", "UPDATE gpkg_contents SET srs_id = -1"),
        ),
        "crs-deep": (
            "a coordinate system nested 100,000 deep",
            (
                f"UPDATE gpkg_spatial_ref_sys SET definition = '{nested('GEOGCS[', ']')}' WHERE srs_id = 4326",
                "UPDATE gpkg_spatial_ref_sys SET organization = 'x' WHERE srs_id = 4326",
            ),
        ),
        "extension": (
            "an extension that nobody knows",
            ("INSERT INTO gpkg_extensions VALUES ('areas', NULL, 'evil_program', 'http://x', 'read-write')",),
        ),
        "no-contents": ("a database without a list of layers", ("DROP TABLE gpkg_contents",)),
        "quoted": (
            "a layer whose name is SQL",
            (
                'ALTER TABLE areas RENAME TO "a"";DROP TABLE x--"',
                "UPDATE gpkg_contents SET table_name = 'a\";DROP TABLE x--'",
                "UPDATE gpkg_geometry_columns SET table_name = 'a\";DROP TABLE x--'",
            ),
        ),
    }
    for name, (what, statements) in changed.items():
        case("demand", f"gpkg-{name}", what, lambda given, statements=statements: geopackage(given, *statements))
    for name in ("honest", "view-endless", "count-more", "shape-deep"):
        what, statements = changed[name]
        case(
            "outlines",
            f"outlines-gpkg-{name}",
            what,
            lambda given, statements=statements: geopackage(given, *statements),
        )
        points = what.replace("layer", "layer of points")
        case(
            "list",
            f"list-gpkg-{name}",
            f"GeoPackage: {points}",
            lambda given, statements=statements: geopackage(given, *statements, points=True),
        )
    case("demand", "gpkg-cut", "half a GeoPackage", lambda given: _cut(geopackage(given)))
    case("demand", "gpkg-text", "a text called .gpkg", file("layer.gpkg", "hello"))
    case(
        "demand",
        "gpkg-vrt",
        "GDAL's virtual format called .gpkg",
        lambda given: given.put("layer.gpkg", vrt(f"/vsicurl/{given.address}")),
    )
    case("demand", "gpkg-other-database", "a database that is no GeoPackage", _other_database)
    case("demand", "gpkg-journal", "a journal beside it, which a database would play back", _hot)
    case("demand", "gpkg-link", "a link to a device without an end", linked("/dev/zero", "layer.gpkg"))


def header() -> str:
    return "4750000100000000" if False else "47500001" + struct.pack("<i", 4326).hex()


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _other_database(given: Given) -> Path:
    path = given.folder / "layer.gpkg"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE station (name)")
        database.commit()
    return path


def _hot(given: Given) -> Path:
    """Write a GeoPackage with the journal of a transaction in another one, as if that had not come to its end."""
    path = geopackage(given)
    other = given.put("other.gpkg", path.read_bytes())
    with closing(sqlite3.connect(other)) as database:
        database.execute("PRAGMA cache_spill = 1")
        database.execute("PRAGMA cache_size = 1")
        database.execute("BEGIN")
        database.execute("UPDATE gpkg_spatial_ref_sys SET description = 'x'")
        database.execute("CREATE TABLE evil AS SELECT randomblob(100000) AS x")
        shutil.copy(f"{other}-journal", f"{path}-journal")
        database.rollback()
    return path


# ---- zipped Shapefile


def parts(given: Given, *, encoding: str = "UTF-8", shapes: list[Any] | None = None) -> dict[str, bytes]:
    """Return the files of a Shapefile by their endings."""
    folder = given.folder / "made"
    folder.mkdir()
    made = frame()
    if shapes:
        made = made.set_geometry(shapes)
    made.to_file(folder / "a.shp", encoding=encoding)
    found = {path.suffix: path.read_bytes() for path in sorted(folder.iterdir())}
    shutil.rmtree(folder)
    return found


def shapefile(given: Given, change: Callable[[dict[str, bytes]], dict[str, bytes]] = dict, stem: str = "a") -> Path:
    found = change(parts(given))
    return given.put("layer.zip", zipped((f"{stem}{suffix}", content) for suffix, content in found.items()))


def changed_zip(change: Callable[[bytes], bytes]) -> Callable[[Given], Path]:
    def make(given: Given) -> Path:
        path = shapefile(given)
        path.write_bytes(change(path.read_bytes()))
        return path

    return make


def without(suffix: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda found: {each: content for each, content in found.items() if each != suffix}


def at(suffix: str, change: Callable[[bytes], bytes]) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda found: {**found, suffix: change(found.get(suffix, b""))}


def written(place: int, value: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content[:place] + value + content[place + len(value) :]


def shapefiles() -> None:
    """Register zipped Shapefiles, as outlines."""
    changes: dict[str, tuple[str, Callable[[dict[str, bytes]], dict[str, bytes]]]] = {
        **{
            f"no-{suffix[1:]}": (f"no {suffix}", without(suffix)) for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg")
        },
        **{
            f"cut-{suffix[1:]}": (f"half a {suffix}", at(suffix, lambda old: old[: len(old) // 2]))
            for suffix in (".shp", ".shx", ".dbf", ".prj")
        },
        "shp-vrt": ("a .shp that is GDAL's virtual format", at(".shp", lambda _old: vrt("/etc/passwd").encode())),
        "shp-count": (
            "an area that says it has two billion corners",
            at(".shp", written(100 + 8 + 40, struct.pack("<i", 2**31 - 1))),
        ),
        "shp-negative": ("an area of minus one ring", at(".shp", written(100 + 8 + 36, struct.pack("<i", -1)))),
        "shx-outside": (
            "an index that leads out of the file",
            at(".shx", written(100, struct.pack(">ii", 2**30, 2**30))),
        ),
        "dbf-count": (
            "a table that says it has four billion rows",
            at(".dbf", written(4, struct.pack("<I", 2**32 - 1))),
        ),
        "dbf-width": ("a table whose rows have no width", at(".dbf", written(10, struct.pack("<H", 0)))),
        "cpg-none": ("an encoding that does not exist", at(".cpg", lambda _old: b"../../etc/passwd")),
        "prj-noise": ("noise for a coordinate system", at(".prj", lambda _old: bytes(range(256)))),
        "prj-deep": (
            "a coordinate system nested 100,000 deep",
            at(".prj", lambda _old: nested("GEOGCS[", "]").encode()),
        ),
    }
    for name, (what, change) in changes.items():
        case("outlines", f"shapefile-{name}", what, lambda given, change=change: shapefile(given, change))
    archives: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
        "link": ("a link to /etc/passwd in the archive", lambda data: with_link(data, "a.cst", "/etc/passwd")),
        "locked": ("an archive with a password", locked),
        "overlapping": ("files of the archive that are one", overlapping),
        "cut": ("half an archive", lambda data: data[: len(data) // 2]),
        "traversal": ("a file called ../../a.shp beside it", lambda data: _more(data, ("../../b.txt", "x"))),
        "two": ("two Shapefiles", lambda data: _more(data, ("b.shp", "x"))),
        "inside": ("a Shapefile in an archive in an archive", lambda data: zipped([("a.zip", data)])),
        "bomb": ("60 MB of zeros in its table", lambda data: _more(data, ("a.sbn", bytes(60_000_000)))),
        "many": ("20,000 files beside it", lambda data: _more(data, *((f"{n}.txt", "") for n in range(20_000)))),
    }
    for name, (what, change_) in archives.items():
        case("outlines", f"shapefile-{name}", what, changed_zip(change_))
    for name, stem in {
        "folder": "数据/a",
        "reserved": "CON",
        "gbk": "\udcca\udcfd",
        "absolute": "/tmp/a",
        "drive": "C:/a",
        "up": "../a",
    }.items():
        words = {"gbk": "names in GBK", "folder": "a folder in the archive"}.get(name, f"its files called {stem}.shp")
        case("outlines", f"shapefile-name-{name}", words, lambda given, stem=stem: _named(given, stem))
    case(
        "outlines",
        "shapefile-grid-file",
        "a coordinate system that names a file of the server",
        lambda given: shapefile(given, at(".prj", lambda _old: _grid(str(given.canary)))),
    )
    case(
        "outlines",
        "shapefile-grid-call",
        "a coordinate system that names a server",
        lambda given: shapefile(given, at(".prj", lambda _old: _grid(given.address))),
    )


def _more(data: bytes, *more: Member) -> bytes:
    from tests.hostile.corpus import members

    return zipped([*members(data).items(), *more])


def _named(given: Given, stem: str) -> Path:
    """Write a Shapefile under names that may be bytes of GBK, which the archive does not say."""
    plain = "xx" if "\udcca" in stem else stem
    path = shapefile(given, stem=plain)
    if plain != stem:
        path.write_bytes(path.read_bytes().replace(b"xx.", "驿".encode("gbk") + b"."))
    return path


def _grid(place: str) -> bytes:
    return (
        'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298],EXTENSION["PROJ4_GRIDS","' + place + '"]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    ).encode()


# ---- areas as GeoJSON


def outlines() -> None:
    """Register outlines as GeoJSON."""

    def area(*rings: Any, name: Any = "x", **others: Any) -> str:
        shape = {"type": "Polygon", "coordinates": rings}
        return collection({"type": "Feature", "properties": {"name": name}, "geometry": shape}, **others)

    square = [[117, 32], [117.1, 32], [117.1, 32.1], [117, 32.1], [117, 32]]
    crs = {"type": "name", "properties": {"name": "EPSG:4548"}}
    made: dict[str, tuple[str, str]] = {
        "crossing": (
            "an outline that crosses itself",
            area([[117, 32], [117.1, 32.1], [117.1, 32], [117, 32.1], [117, 32]]),
        ),
        "open": ("an outline that is not closed", area(square[:-1])),
        "two-corners": ("an outline of two corners", area(square[:2])),
        "no-corners": ("an outline without corners", area([])),
        "hole-outside": ("a hole outside its area", area(square, [[1, 1], [2, 1], [2, 2], [1, 1]])),
        "3-d": ("corners with heights", area([[*corner, 1e300] for corner in square])),
        "nan": ("a corner of NaN", area([[float("nan"), 32], *square])),
        "1e400": ("a corner at 1e400", area(square).replace("117.1", "1e400")),
        "off-earth": ("an outline beyond the poles", area([[0, 0], [0, 99], [99, 99], [0, 0]])),
        "wrong-crs": ("degrees that are called metres", area(square, crs=crs)),
        "crs-grid": (
            "a coordinate system that names a file",
            area(square, crs={"properties": {"name": "+proj=longlat +nadgrids=/etc/passwd"}}),
        ),
        "crs-deep": (
            "a coordinate system nested 100,000 deep",
            area(square, crs={"properties": {"name": nested("GEOGCS[", "]")}}),
        ),
        "deep": (
            "a geometry nested 10,000 deep",
            collection({"type": "Feature", "properties": {"name": "x"}, "geometry": 0}).replace(
                '"geometry": 0', '"geometry": ' + nested('{"type":"GeometryCollection","geometries":[', "]}", 10_000)
            ),
        ),
        "half-pair": ("half of a surrogate pair in the name", area(square, name="x\ud800")),
        "no-name": ("an area without a name", area(square, name=None)),
        "point": (
            "a point where an area belongs",
            collection(
                {
                    "type": "Feature",
                    "properties": {"name": "x"},
                    "geometry": {"type": "Point", "coordinates": [117, 32]},
                }
            ),
        ),
        "many-corners": (
            "an outline of 300 corners that crosses itself everywhere",
            area([[117 + (n * 7919 % 1000) / 1e4, 32 + (n * 104729 % 1000) / 1e4] for n in range(300)] + [[117, 32]]),
        ),
        "list": ("a list instead of a collection", json.dumps([1, 2])),
        "text": ("a text instead of a collection", '"x"'),
    }
    for name, (what, content) in made.items():
        case("outlines", f"outlines-{name}", what, file("areas.geojson", content))
    for name in ("vrt-file", "vrt-call"):
        called = name == "vrt-call"
        case(
            "outlines",
            f"outlines-{name}",
            "GDAL's virtual format called .geojson",
            lambda given, called=called: given.put(
                "areas.geojson", vrt(f"/vsicurl/{given.address}" if called else str(given.canary))
            ),
        )
    case("outlines", "outlines-kml", "KML", file("areas.kml", "<kml/>"))


# ---- rasters


def tif(given: Given, values: Any = None, **profile: Any) -> Path:
    cells = np.ones((8, 8), np.float32) if values is None else values
    path = given.folder / "people.tif"
    place = Affine(0.001, 0, 117.0, 0, -0.001, 32.7)
    shape = {"count": 1, "height": cells.shape[0], "width": cells.shape[1], "dtype": cells.dtype}
    with rasterio.open(
        path, "w", driver="GTiff", **({"crs": "EPSG:4326", "transform": place} | shape | profile)
    ) as made:
        made.write(cells, 1)
    return path


def tagged(given: Given, tag: int, value: int) -> Path:
    """Write a GeoTIFF and change one of its tags by hand."""
    path = tif(given)
    content = bytearray(path.read_bytes())
    first = struct.unpack_from("<I", content, 4)[0]
    for number in range(struct.unpack_from("<H", content, first)[0]):
        place = first + 2 + 12 * number
        if struct.unpack_from("<H", content, place)[0] == tag:
            struct.pack_into("<HII", content, place + 2, 4, 1, value)
    path.write_bytes(content)
    return path


def rasters() -> None:
    """Register GeoTIFFs."""
    tags = {
        "width": ("two billion pixels wide", 256, 2**31 - 1),
        "height": ("two billion pixels high", 257, 2**31 - 1),
        "bits": ("65,535 bits a pixel", 258, 65_535),
        "compression": ("a compression that nobody knows", 259, 64_999),
        "strip": ("pixels that begin behind the end", 273, 2**31 - 1),
        "strip-length": ("a strip of four billion bytes", 279, 2**32 - 1),
    }
    for name, (what, tag, value) in tags.items():
        case("demand", f"tif-{name}", what, lambda given, tag=tag, value=value: tagged(given, tag, value))
    case("demand", "tif-cut", "half a GeoTIFF", lambda given: _cut(tif(given)))
    case("demand", "tif-circle", "a directory that leads to itself", lambda given: _circle(tif(given)))
    case("demand", "tif-sparse", "2,000 million pixels in 1 KB", _sparse)
    case("demand", "tif-text", "a text called .tif", file("people.tif", "hello"))
    case(
        "demand",
        "tif-vrt",
        "GDAL's virtual format called .tif",
        lambda given: given.put(
            "people.tif",
            f'<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand band="1"><SimpleSource>'
            f"<SourceFilename>{given.canary}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        ),
    )
    case(
        "demand",
        "tif-nan",
        "pixels of NaN and Infinity",
        lambda given: tif(given, np.array([[np.nan, np.inf], [1, 2]], np.float32)),
    )
    case("demand", "tif-negative", "minus people", lambda given: tif(given, np.full((2, 2), -5, np.int32)))
    case("demand", "tif-no-place", "a GeoTIFF that says not where", lambda given: tif(given, crs=None))
    case("demand", "tif-beside", "a side-car that names other files", _beside)


def _circle(path: Path) -> Path:
    content = bytearray(path.read_bytes())
    first = struct.unpack_from("<I", content, 4)[0]
    struct.pack_into("<I", content, first + 2 + 12 * struct.unpack_from("<H", content, first)[0], first)
    path.write_bytes(content)
    return path


def _sparse(given: Given) -> Path:
    path = given.folder / "people.tif"
    place = Affine(0.00001, 0, 116.9, 0, -0.00001, 32.9)
    how = {"tiled": True, "blockxsize": 8192, "blockysize": 8192, "SPARSE_OK": True, "compress": "deflate"}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=45_000,
        height=45_000,
        count=1,
        dtype="uint8",
        crs="EPSG:4326",
        transform=place,
        **how,
    ):
        pass
    return path


def _beside(given: Given) -> Path:
    path = tif(given)
    source = f"<SourceFilename>{given.canary}</SourceFilename>"
    given.put("people.tif.aux.xml", f"<PAMDataset><GeoTransform>9,9,9,9,9,9</GeoTransform>{source}</PAMDataset>")
    given.put("people.tif.ovr", vrt(str(given.canary)))
    given.put("people.tfw", "9\n9\n9\n9\n9\n9\n")
    return path


geopackages()
shapefiles()
outlines()
rasters()
