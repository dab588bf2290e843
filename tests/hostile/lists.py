"""Lists of stations: texts, workbooks, GeoJSON, KML, and what only says that it is one."""

from __future__ import annotations

import codecs
import json
import os
import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.hostile.corpus import (
    Given,
    case,
    entities,
    fifo,
    file,
    linked,
    locked,
    nested,
    outside,
    overlapping,
    with_link,
    with_member,
    zipped,
)
from tests.photographs import corners, encoded

HEAD, GOOD = "name,lon,lat\n", "Alpha,117.02,32.64\n"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
INJECTIONS = ("=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x")', "＝1+1")


def vrt(source: str) -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="list"><SrcDataSource>{source}</SrcDataSource>'
        "<SrcLayer>list</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )


def texts() -> None:
    """Register texts that are no tables, or tables that are no texts."""
    for name in ("list.geojson", "list.csv", "list.json", "list.xlsx"):
        kind = name.partition(".")[2]
        words = f"GDAL's virtual format in a .{kind}, which names a file of the server"
        case("list", f"vrt-file-{kind}", words, lambda given, name=name: given.put(name, vrt(str(given.canary))))
        words = f"GDAL's virtual format in a .{kind}, which calls a server"
        case(
            "list",
            f"vrt-call-{kind}",
            words,
            lambda given, name=name: given.put(name, vrt(f"/vsicurl/{given.address}")),
        )
    plain: dict[str, tuple[str, str | bytes]] = {
        "empty": ("nothing at all", b""),
        "blank": ("spaces and line ends", " \r\n\t \n"),
        "mark-only": ("a byte order mark and nothing else", codecs.BOM_UTF8),
        "header-only": ("headers without a row", HEAD),
        "extra-comma": ("a comma too many in every row", HEAD + "Alpha,117.02,32.64,x\n" * 3),
        "missing-cells": ("a row that ends early", HEAD + "Alpha\n"),
        "unbalanced-quote": ("a quotation mark that is never closed", HEAD + 'Alpha,"117.02,32.64\n' + GOOD * 50),
        "quotes-in-cells": ("a quotation mark in the middle of a cell", HEAD + 'Al"pha,117.02,32.64\n'),
        "nul": ("a NUL character in a cell", HEAD + "Al\0pha,117.02,32.64\n"),
        "control-characters": ("control characters in a name", HEAD + "Al\x01\x07\x1b[31mpha,117.02,32.64\n"),
        "invisible": (
            "letters that are not seen and turn the direction",
            HEAD + "Al\u202epha\u200b\u2066,117.02,32.64\n",
        ),
        "half-character": ("UTF-8 that ends within a character", (HEAD + "驿").encode()[:-1]),
        "surrogates": ("halves of surrogate pairs, as UTF-8", HEAD.encode() + b"\xed\xa0\x80,117.02,32.64\n"),
        "latin-1": ("neither UTF-8 nor GB18030", HEAD.encode() + b"\xff\xfe\xff,117.02,32.64\n"),
        "mixed-encodings": (
            "UTF-8 in one row, GBK in the next",
            HEAD.encode() + "驿,1,1\n".encode() + "驿站".encode("gbk") + b"\xff\n",
        ),
        "utf-16": ("UTF-16 with its mark", codecs.BOM_UTF16_LE + (HEAD + GOOD).encode("utf-16-le")),
        "utf-16-odd": ("UTF-16 of an odd length", codecs.BOM_UTF16_LE + (HEAD + GOOD).encode("utf-16-le")[:-1]),
        "utf-16-half-pair": (
            "UTF-16 with half of a pair",
            codecs.BOM_UTF16_LE + HEAD.encode("utf-16-le") + b"\x00\xd8a\0",
        ),
        "utf-32": ("UTF-32", codecs.BOM_UTF32_LE + (HEAD + GOOD).encode("utf-32-le")),
        "two-marks": ("two byte order marks", codecs.BOM_UTF8 * 2 + (HEAD + GOOD).encode()),
        "wrong-mark": ("the mark of UTF-16 before UTF-8", codecs.BOM_UTF16_LE + (HEAD + GOOD).encode()),
        "carriage-returns": ("line ends of old Macs", (HEAD + GOOD).replace("\n", "\r")),
        "header-twice": ("one header twice", "name,lon,lat,lon\nAlpha,117,32,118\n"),
        "nan": ("NaN and Infinity for coordinates", HEAD + "Alpha,NaN,32.64\nBeta,Infinity,-inf\n"),
        "giant-numbers": (
            "1e400 and a number of 100,000 digits",
            HEAD + f"Alpha,1e400,32.64\nBeta,{'9' * 100_000},32\n",
        ),
        "off-earth": ("coordinates that are no place", HEAD + "Alpha,999,-999\n"),
        "sql": ("SQL in a name", HEAD + '"x\'); DROP TABLE station; --",117.02,32.64\n'),
        "markup": ("a script and a template in a name", HEAD + "<script>alert(1)</script>{{7*7}},117.02,32.64\n"),
        "injection": (
            "formulas in names: =, +, -, @, tab, return",
            HEAD
            + "".join(
                f'"{text.replace(chr(34), chr(34) * 2)}",117.0{at},32.6{at}\n' for at, text in enumerate(INJECTIONS)
            ),
        ),
        "injection-header": ("a formula as a header", "name,lon,lat,=1+1\nAlpha,117.02,32.64,x\n"),
        "long-name": ("a name of 100,000 characters", HEAD + "A" * 100_000 + ",117.02,32.64\n"),
        "long-cell": ("a cell of 200,000 characters", HEAD + "A" * 200_000 + ",117.02,32.64\n"),
        "wkt-deep": (
            "a geometry in words, nested 100,000 deep",
            "name,wkt\nAlpha," + '"' + nested("GEOMETRYCOLLECTION(", ")", 6_000)[:120_000] + '"\n',
        ),
        "html-called-xls": ("a web page called .xls", "<html><table><tr><td>name</td></tr></table></html>"),
        "pdf": ("a PDF called .csv", b"%PDF-1.7\n%\xe2\xe3"),
        "rtf": ("a text document called .csv", "{\\rtf1\\ansi name}"),
        "gzip": ("a packed file called .csv", b"\x1f\x8b\x08\0" + bytes(20)),
        "random": ("noise", bytes(range(256)) * 20),
    }
    for name, (what, content) in plain.items():
        case("list", f"csv-{name}", what, file("list.xls" if "xls" in name else "list.csv", content))
    large: dict[str, tuple[str, Callable[[], str | bytes]]] = {
        "million-columns": (
            "a million columns",
            lambda: ",".join(map(str, range(10**6))) + "\n" + "," * (10**6 - 1) + "\n",
        ),
        "one-long-row": ("one row of 50 MB", lambda: HEAD + "A" * 50_000_000),
        "commas": ("20 MB of commas", lambda: HEAD + "," * 20_000_000),
        "quotes": ("20 MB of quotation marks", lambda: HEAD + '"' * 20_000_000),
        "many-rows": ("600,000 rows", lambda: HEAD + "A,117,32\n" * 600_000),
    }
    for name, (what, content) in large.items():
        case("list", f"csv-{name}", what, lambda given, content=content: given.put("list.csv", content()))


def _too_large(given: Given) -> Path:
    path = given.put("list.csv", HEAD + GOOD)
    os.truncate(path, 65 * 1024**2)
    return path


def exported() -> None:
    """Register texts that a spreadsheet would run, each as the name of a station."""
    for name, text in zip(("pipe", "plus", "minus", "at", "tab", "return", "link", "wide"), INJECTIONS, strict=True):
        quoted = '"' + text.replace('"', '""') + '"'
        what = f"a name that begins with {text[:1]!a}"
        row = f"{HEAD.strip()},{quoted}\n{quoted},117.02,32.64,{quoted}\n"
        case("export", f"injection-{name}", what, file("list.csv", row))


def places() -> None:
    """Register names and places in the file system that are no files."""
    if hasattr(Path, "symlink_to"):
        case("list", "link-endless", "a link to a device without an end", linked("/dev/zero"))
        case("list", "link-circle", "a link to itself", linked("list.csv"))
        case("list", "link-gone", "a link to nothing", linked("nowhere.csv"))
    case("list", "csv-too-large", "65 MB", _too_large)
    case("list", "pipe", "a pipe that nobody writes to", fifo)
    case("list", "folder", "a folder called .csv", lambda given: given.put("list.csv/x", "").parent)
    case("list", "path-too-long", "a path of 300 characters", lambda given: given.folder / f"{'a' * 300}.csv")
    case("list", "path-address", "a path that is an address", file("http:evil.csv", HEAD + GOOD))
    case("list", "path-option", "a path that looks like an option", file("--help.csv", HEAD + GOOD))
    names = {
        "up": ("../../../etc/evil.csv", "leads out of its folder"),
        "absolute": ("/etc/evil.csv", "is a path"),
        "windows": ("..\\..\\evil.csv", "leads out of its folder on Windows"),
        "newline": ("a\n\r\u202ecsv.csv", "has line ends and turns its direction"),
        "long": (f"{'a' * 300}.csv", "has 300 characters"),
        "reserved": ("CON", "Windows keeps for itself"),
        "dots": ("..", "is two dots"),
        "braces": ("{file.fields}{0}.csv", "looks like a template"),
        "nothing": ("", "is empty"),
    }
    for name, (called, words) in names.items():
        case("list", f"name-{name}", f"an honest list whose name {words}", file("list", HEAD + GOOD), upload=called)
        case("list", f"name-{name}-refused", f"an empty list whose name {words}", file("list", b""), upload=called)


# ---- workbooks


def saved(book: Workbook) -> bytes:
    made = BytesIO()
    book.save(made)
    return made.getvalue()


@cache
def honest(*, formula: str | None = None) -> bytes:
    book = Workbook()
    for row in (["name", "lon", "lat"], ["Alpha", 117.02, 32.64], ["Beta", 117.03, formula or 32.65]):
        book.active.append(row)
    return saved(book)


def sheet(rows: str, *, before: str = "", dimension: str = "") -> bytes:
    """Return a workbook whose sheet is written by hand."""
    ref = f'<dimension ref="{dimension}"/>' if dimension else ""
    return with_member(honest(), SHEET, f"{before}<worksheet {MAIN}>{ref}<sheetData>{rows}</sheetData></worksheet>")


def told(*cells: str, row: str = "1") -> str:
    inside = "".join(
        f'<c r="{"ABCDEFG"[at]}{row}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(cells)
    )
    return f'<row r="{row}">{inside}</row>'


def far_cell() -> bytes:
    return sheet(f'{told("name")}<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>')


def shared(head: str, text: str) -> bytes:
    strings = f'<?xml version="1.0"?>{head}<sst {MAIN} count="1" uniqueCount="1"><si><t>{text}</t></si></sst>'
    cells = sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>' + told("Alpha", row="2"))
    named = with_member(cells, STRINGS, strings)
    types = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED}"/></Types>'
    return _replaced(named, "[Content_Types].xml", "</Types>", types)


def _replaced(data: bytes, name: str, old: str, new: str) -> bytes:
    from tests.hostile.corpus import members

    return with_member(data, name, members(data)[name].decode().replace(old, new))


def flat_bomb() -> bytes:
    return with_member(honest(), SHEET, f"<worksheet {MAIN}>" + " " * 60_000_000)


def nested_bomb() -> bytes:
    inner = zipped([("0.xml", bytes(20_000_000))])
    for _level in range(4):
        inner = zipped((f"{number}.zip", inner) for number in range(16))
    return inner


def macros() -> bytes:
    book = with_member(honest(), "xl/vbaProject.bin", OLE + bytes(2000))
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return _replaced(book, "[Content_Types].xml", plain, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")


def workbooks() -> None:
    """Register workbooks, old and new."""
    made: dict[str, tuple[str, Callable[[], bytes]]] = {
        "far-cell": ("4.8 KB with one cell at XFD1048576", far_cell),
        "false-dimension": (
            "a sheet that says it is a billion cells",
            lambda: sheet(told("name") + told("Alpha", row="2"), dimension="A1:XFD1048576"),
        ),
        "entity-bomb": ("a billion words in ten entities of its texts", lambda: shared(entities(), "&e9;")),
        "entity-bomb-sheet": (
            "a billion words in ten entities of its sheet",
            lambda: sheet(told("&e9;"), before=entities()),
        ),
        "flat-bomb": ("60 MB of spaces in 60 KB", flat_bomb),
        "nested-bomb": ("archives in archives in archives, a terabyte", nested_bomb),
        "overlapping": ("a hundred files that are one", lambda: overlapping(honest())),
        "many-members": (
            "20,000 files",
            lambda: zipped([("xl/workbook.xml", "x"), *((f"{n}", "") for n in range(20_000))]),
        ),
        "member-twice": ("two sheets of one name", lambda: _twice(honest())),
        "traversal": ("a file called ../../evil", lambda: with_member(honest(), "../../evil.csv", "x")),
        "traversal-windows": ("a file called ..\\..\\evil", lambda: with_member(honest(), "..\\..\\evil.csv", "x")),
        "absolute": ("a file called /etc/cron.d/evil", lambda: with_member(honest(), "/etc/cron.d/evil", "x")),
        "drive": ("a file called C:\\evil", lambda: with_member(honest(), "C:\\evil.csv", "x")),
        "link": ("a link to /etc/passwd", lambda: with_link(honest(), "xl/link", "/etc/passwd")),
        "locked": ("files locked with a password", lambda: locked(honest())),
        "password": (
            "a workbook with a password",
            lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(900),
        ),
        "cut": ("half a workbook", lambda: honest()[: len(honest()) // 2]),
        "directory-only": ("the end of an archive and nothing before it", lambda: b"PK\x05\x06" + bytes(18)),
        "zero-bytes": ("a workbook of no bytes", lambda: b""),
        "other-archive": ("an archive that is no workbook", lambda: zipped([("list.csv", HEAD + GOOD)])),
        "no-sheet": (
            "a workbook without its sheet",
            lambda: zipped((n, c) for n, c in _members().items() if n != SHEET),
        ),
        "no-types": (
            "a workbook without its list of contents",
            lambda: zipped((n, c) for n, c in _members().items() if "Types" not in n),
        ),
        "macros": ("a workbook with macros (.xlsm)", macros),
        "formula-unsaved": ("a formula without a saved result", lambda: honest(formula="=1+1")),
        "formula-dde": ("a formula that starts a program", lambda: honest(formula="=cmd|' /C calc'!A0")),
        "string-index": (
            "a text that is not in the list of texts",
            lambda: sheet('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'),
        ),
        "row-number": (
            "rows numbered 0, -1 and a billion",
            lambda: sheet(told("name") + told("Alpha", row="0") + told("Beta", row="-1") + told("C", row="1000000000")),
        ),
        "column-letters": (
            "a cell in column ZZZZZZZZ",
            lambda: sheet(f'{told("name")}<row r="2"><c r="ZZZZZZZZ2"><v>1</v></c></row>'),
        ),
        "numbers": (
            "numbers that are none, 1e400, and dates beyond all days",
            lambda: sheet(
                told("name", "lon", "lat")
                + '<row r="2"><c r="A2"><v>NaN</v></c><c r="B2"><v>1e400</v></c><c r="C2" s="1"><v>1e300</v></c></row>'
            ),
        ),
        "deep": ("XML nested 100,000 deep", lambda: sheet(nested("<row>", "</row>"))),
        "broken-xml": (
            "XML that is not closed",
            lambda: with_member(honest(), SHEET, f"<worksheet {MAIN}><sheetData><row>"),
        ),
        "noise": ("noise where the sheet should be", lambda: with_member(honest(), SHEET, bytes(range(256)) * 40)),
        "png-before": ("a picture and a workbook in one file", lambda: encoded(corners(9, 9), "PNG") + honest()),
        "pdf-before": ("a PDF and a workbook in one file", lambda: b"%PDF-1.7\n" + honest()),
        "workbook-tail": ("a web page behind a workbook", lambda: honest() + b"<script>alert(1)</script>"),
    }
    for name, (what, content) in made.items():
        suffix = {"macros": "xlsm"}.get(name, "xlsx")
        case(
            "list",
            f"xlsx-{name}",
            what,
            lambda given, content=content, suffix=suffix: given.put(f"list.{suffix}", content()),
        )
    case(
        "list",
        "xlsx-entity-file",
        "an entity that is a file of the server",
        lambda given: given.put("list.xlsx", shared(outside(given.canary.as_uri()), "&e;")),
    )
    case(
        "list",
        "xlsx-entity-call",
        "an entity at an address",
        lambda given: given.put("list.xlsx", shared(outside(given.address), "&e;")),
    )
    case("list", "xls-cut", "an old workbook (.xls), cut short", file("list.xls", OLE + bytes(1000)))
    case("list", "xls-noise", "an old workbook (.xls) of noise", file("list.xls", OLE + bytes(range(256)) * 20))
    case(
        "list",
        "xls-record",
        "an older workbook (BIFF) without a frame, cut short",
        file("list.xls", b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(9)),
    )
    case(
        "list",
        "xls-xml",
        "a workbook as one XML file, with an entity bomb",
        file("list.xls", f'<?xml version="1.0"?>{entities()}<Workbook>&e9;</Workbook>'),
    )


def _members() -> dict[str, bytes]:
    from tests.hostile.corpus import members

    return members(honest())


def _twice(data: bytes) -> bytes:
    import warnings
    import zipfile

    made = BytesIO(data)
    with warnings.catch_warnings(), zipfile.ZipFile(made, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, "<worksheet/>")
    return made.getvalue()


# ---- GeoJSON and KML


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [117.02, 32.64]} if geometry is None else geometry
    return {"type": "Feature", "geometry": place, "properties": {"name": "Alpha", **properties}}


def collection(*features: Any, **others: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **others, "features": list(features)})


def _point(coordinates: str) -> str:
    return re.sub(r'"@"', lambda _found: coordinates, collection(feature({"type": "Point", "coordinates": "@"})))


def geojson() -> None:
    """Register GeoJSON."""
    ring = [[117, 32], [118, 32], [118, 33], [117, 32]]
    made: dict[str, tuple[str, str]] = {
        "deep": ("lists nested 100,000 deep", nested("[", "]")),
        "deep-property": (
            "a property nested 100,000 deep",
            '{"type":"FeatureCollection","features":[{"properties":{"a":' + nested("[", "]") + "}}]}",
        ),
        "nan": ("NaN for a coordinate", _point("[NaN, 32]")),
        "infinity": ("Infinity for a coordinate", _point("[Infinity, -Infinity]")),
        "1e400": ("1e400 for a coordinate", _point("[1e400, 32]")),
        "digits": ("a coordinate of 100,000 digits", _point(f"[{'9' * 100_000}, 32]")),
        "texts": ("coordinates as texts", _point('["117", "32"]')),
        "empty-point": ("a point without coordinates", _point("[]")),
        "3-d": ("a point with a height", _point("[117.02, 32.64, 1e9]")),
        "keys-twice": (
            "the same key twice",
            collection(feature()).replace('"name": "Alpha"', '"name": "Alpha", "name": "Beta"'),
        ),
        "crs-mercator": (
            "a coordinate system in metres",
            collection(feature(), crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
        ),
        "crs-text": ("a coordinate system that is a text", collection(feature(), crs="EPSG:4326")),
        "crs-deep": (
            "a coordinate system in words, nested 100,000 deep",
            collection(feature(), crs={"properties": {"name": nested("GEOGCS[", "]")}}),
        ),
        "polygon": (
            "an area where a point belongs",
            collection(feature({"type": "Polygon", "coordinates": [ring]}), feature()),
        ),
        "no-features": ("a collection without features", collection()),
        "odd-features": ("features that are numbers and lists", collection(1, [], None, "x", {"properties": []})),
        "many-properties": (
            "a thousand different properties",
            collection(*(feature(**{f"p{n}": n}) for n in range(1000))),
        ),
        "half-pair": ("half of a surrogate pair in a name", collection(feature(name="Al\ud800pha"))),
        "nul": ("a NUL character in a name", collection(feature(name="Al\0pha"))),
        "prototype": (
            "keys that mean something to JavaScript",
            collection(feature(__proto__={"a": 1}, constructor="x")),
        ),
        "cut": ("half a file", collection(feature())[:60]),
        "two": ("two documents one after the other", collection(feature()) * 2),
        "large": ("5 MB, most of it blank", collection(feature()) + " " * 5_000_000),
        "topology": (
            "TopoJSON",
            json.dumps({"type": "Topology", "objects": {"a": {"type": "Point", "coordinates": [0, 0]}}, "arcs": []}),
        ),
        "esri": (
            "Esri's JSON",
            json.dumps(
                {
                    "geometryType": "esriGeometryPoint",
                    "features": [{"attributes": {"name": "a"}, "geometry": {"x": 117, "y": 32}}],
                }
            ),
        ),
    }
    for name, (what, content) in made.items():
        case("list", f"geojson-{name}", what, file("list.geojson", content))
    case(
        "list",
        "geojson-crs-link",
        "a coordinate system at an address",
        lambda given: given.put(
            "list.geojson", collection(feature(), crs={"type": "link", "properties": {"href": given.address}})
        ),
    )


def placemark(name: str = "Alpha", *, head: str = "", inside: str = "", place: str = "117.02,32.64") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}'
        f"<Placemark><name>{name}</name><Point><coordinates>{place}</coordinates></Point></Placemark></Document></kml>"
    )


def kml() -> None:
    """Register KML, and KMZ, which is KML in an archive."""
    made: dict[str, tuple[str, str]] = {
        "plain": ("an honest placemark", placemark()),
        "entity-bomb": ("a billion words in ten entities", placemark("&e9;", head=entities())),
        "deep": ("folders nested 100,000 deep", placemark(inside=nested("<Folder>", "</Folder>"))),
        "nan": ("coordinates that are no numbers", placemark(place="NaN,Infinity,1e400")),
        "cut": ("half a file", placemark()[:150]),
        "script": ("a description that is a script", placemark("<![CDATA[<script>alert(1)</script>]]>")),
        "utf-16": ("a head that names another encoding", placemark().replace("UTF-8", "UTF-16")),
    }
    for name, (what, content) in made.items():
        case("list", f"kml-{name}", what, file("list.kml", content))
    link = "<NetworkLink><Link><href>{}</href></Link></NetworkLink>"
    case(
        "list",
        "kml-entity-file",
        "an entity that is a file of the server",
        lambda given: given.put("list.kml", placemark("&e;", head=outside(given.canary.as_uri()))),
    )
    case(
        "list",
        "kml-entity-call",
        "an entity at an address",
        lambda given: given.put("list.kml", placemark("&e;", head=outside(given.address))),
    )
    case(
        "list",
        "kml-link",
        "a link that a map program would follow",
        lambda given: given.put("list.kml", placemark(inside=link.format(given.address))),
    )
    case(
        "list",
        "kmz-traversal",
        "KMZ with a file called ../../evil",
        file("list.kmz", zipped([("doc.kml", placemark()), ("../../evil.kml", "x")])),
    )


texts()
exported()
places()
workbooks()
geojson()
kml()
