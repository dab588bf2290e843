"""Street files, photos, texts, templates, files to be verified, and backups."""

from __future__ import annotations

import sqlite3
import struct
import warnings
import zlib
from collections.abc import Callable
from contextlib import closing
from functools import cache
from io import BytesIO
from pathlib import Path

from docx import Document
from PIL import Image

from stations.store.database import Database
from tests.hostile.corpus import (
    Given,
    case,
    entities,
    file,
    linked,
    locked,
    members,
    nested,
    outside,
    overlapping,
    with_link,
    with_member,
    zipped,
)
from tests.hostile.lists import OLE, honest, vrt
from tests.photographs import HTML, SVG, corners, encoded, png

BODY = "word/document.xml"
REVISION = ("revision", "made_at", "what", "detail", "digest")


def streets() -> None:
    """Register street files."""
    way = '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="{}"/></way>'
    nodes = '<node id="1" version="1" lon="117" lat="32.6"/><node id="2" version="1" lon="117.01" lat="32.6"/>'

    def osm(inside: str = nodes + way.format("residential"), *, head: str = "") -> str:
        return f'<?xml version="1.0"?>{head}<osm version="0.6">{inside}</osm>'

    blob = b"\x0a\x09OSMHeader\x18"
    made: dict[str, tuple[str, str, str | bytes]] = {
        "honest": ("an honest street", "town.osm", osm()),
        "entity-bomb": ("a billion words in ten entities", "town.osm", osm(way.format("&e9;"), head=entities())),
        "deep": ("XML nested 100,000 deep", "town.osm", osm(nested("<a>", "</a>"))),
        "lost-nodes": ("ways whose corners are nowhere", "town.osm", osm(way.format("residential"))),
        "nan": (
            "corners that are no numbers",
            "town.osm",
            osm(nodes.replace("117.01", "NaN") + way.format("residential")),
        ),
        "numbers": (
            "numbers beyond all numbers",
            "town.osm",
            osm(nodes.replace('id="1"', f'id="{"9" * 400}"') + way.format("x")),
        ),
        "cut": ("half a file", "town.osm", osm()[:120]),
        "pbf-length": (
            "a block of two billion bytes",
            "town.osm.pbf",
            struct.pack(">I", 13) + blob + b"\xff\xff\xff\xff\x07",
        ),
        "pbf-head": ("a head of four billion bytes", "town.osm.pbf", b"\xff\xff\xff\xff" + blob + bytes(20)),
        "pbf-cut": ("half a block", "town.osm.pbf", struct.pack(">I", 13) + blob + b"\x7f" + bytes(30)),
        "gzip": ("a packed file", "town.osm", b"\x1f\x8b" + bytes(20)),
        "html": ("a web page", "town.osm", "<!DOCTYPE html><html>"),
        "empty": ("nothing at all", "town.osm", b""),
    }
    for name, (what, called, content) in made.items():
        case("streets", f"streets-{name}", what, file(called, content))
    case(
        "streets",
        "streets-entity-file",
        "an entity that is a file of the server",
        lambda given: given.put("town.osm", osm(way.format("&e;"), head=outside(given.canary.as_uri()))),
    )
    case(
        "streets",
        "streets-entity-call",
        "an entity at an address",
        lambda given: given.put("town.osm", osm(way.format("&e;"), head=outside(given.address))),
    )
    case("streets", "streets-link", "a link to a device without an end", linked("/dev/zero", "town.osm"))


# ---- pictures


def ballooned(kind: bytes, data: bytes) -> bytes:
    return png((kind, data))


def jpeg_of(width: int, height: int) -> bytes:
    """Return a JPEG whose head says that it is larger."""
    made = bytearray(encoded(corners(8, 8)))
    at = made.index(b"\xff\xc0") + 5
    struct.pack_into(">HH", made, at, height, width)
    return bytes(made)


def photos() -> None:
    """Register photos."""
    zeros = zlib.compress(bytes(200_000_000), 9)
    made: dict[str, tuple[str, Callable[[], bytes]]] = {
        "jpeg-bomb": ("65,500 x 65,500 pixels in a head", lambda: jpeg_of(65_500, 65_500)),
        "jpeg-wide": ("60,000 x 1,000 pixels of which eight are there", lambda: jpeg_of(60_000, 1_000)),
        "png-bomb": ("60,000 x 60,000 pixels in 1 KB", lambda: png(width=60_000, height=60_000, rows=b"\0")),
        "png-pixels": (
            "7,900 x 7,900 pixels packed a thousandfold",
            lambda: png(width=7_900, height=7_900, rows=bytes(7_901 * 7_900)),
        ),
        "png-profile": ("a colour profile of 200 MB in 0.2 MB", lambda: ballooned(b"iCCP", b"x\0\0" + zeros)),
        "png-text": ("a comment of 200 MB in 0.2 MB", lambda: ballooned(b"zTXt", b"x\0\0" + zeros)),
        "png-zero": ("no pixels at all", lambda: png(width=0, height=0)),
        "webp-cut": ("half a WebP", lambda: encoded(corners(), "WEBP")[:300]),
        "webp-many": ("1,500 pictures one after the other", _many),
        "gif": ("a GIF called .jpg", lambda: encoded(corners(9, 9).quantize(), "GIF")),
        "bmp": ("a BMP called .jpg", lambda: encoded(corners(9, 9), "BMP")),
        "tiff": ("a TIFF called .jpg", lambda: encoded(corners(9, 9), "TIFF")),
        "tiff-noise": ("a TIFF of noise called .jpg", lambda: b"II*\0" + bytes(range(256)) * 9),
        "svg": ("a drawing with a script called .png", lambda: SVG),
        "html": ("a web page called .jpg", lambda: HTML),
        "eps": (
            "a program for printers called .jpg",
            lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nwhile true {} repeat",
        ),
        "html-behind": ("a web page behind a photo", lambda: encoded(corners(9, 9)) + HTML),
        "zip-behind": ("a workbook behind a photo", lambda: encoded(corners(9, 9)) + honest()),
        "noise": ("noise after the head of a photo", lambda: encoded(corners(9, 9))[:20] + bytes(range(256)) * 20),
        "exif": ("a place that leads out of the file", _exif),
        "empty": ("nothing at all", lambda: b""),
        "large": ("11 MB", lambda: encoded(corners(9, 9)) + bytes(11 * 1024**2)),
    }
    for name, (what, content) in made.items():
        case(
            "photo",
            f"photo-{name}",
            what,
            lambda given, content=content: given.put("photo", content()),
            upload="photo.jpg",
        )
    names = {"up": "../../../etc/evil.jpg", "rtl": "a\u202egpj.exe", "long": f"{'a' * 300}.jpg", "nothing": ""}
    for name, called in names.items():
        case(
            "photo",
            f"photo-name-{name}",
            f"no photo, called {ascii(called)[:40]}",
            lambda given: given.put("photo", HTML),
            upload=called,
        )


def _many() -> bytes:
    pictures = [Image.new("RGB", (16, 16), (number % 256, number // 256, 0)) for number in range(1500)]
    return encoded(pictures[0], "WEBP", save_all=True, append_images=pictures[1:])


def _exif() -> bytes:
    made = encoded(corners(9, 9))
    body = b"Exif\0\0II*\0\xff\xff\xff\x7f" + bytes(40)
    return made[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + made[2:]


# ---- Word documents: texts to be checked, and templates


@cache
def written(*paragraphs: str) -> bytes:
    document, made = Document(), BytesIO()
    for paragraph in paragraphs or ("全市建成工会驿站98个。",):
        document.add_paragraph(paragraph)
    document.save(made)
    return made.getvalue()


def body(text: str, *, head: str = "") -> bytes:
    main = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return with_member(written(), BODY, f"{head}<w:document {main}><w:body>{text}</w:body></w:document>")


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def documents() -> dict[str, tuple[str, Callable[[Given], bytes]]]:
    """Return Word documents that are hostile as such, whatever they are handed in for."""
    return {
        "entity-bomb": ("a billion words in ten entities", lambda _given: body(paragraph("&e9;"), head=entities())),
        "entity-file": (
            "an entity that is a file of the server",
            lambda given: body(paragraph("&e;"), head=outside(given.canary.as_uri())),
        ),
        "entity-call": ("an entity at an address", lambda given: body(paragraph("&e;"), head=outside(given.address))),
        "bomb": ("60 MB of spaces in 60 KB", lambda _given: body(" " * 60_000_000)),
        "deep": ("XML nested 100,000 deep", lambda _given: body(nested("<w:sdt>", "</w:sdt>"))),
        "overlapping": ("a hundred files that are one", lambda _given: overlapping(written())),
        "traversal": ("a file called ../../evil", lambda _given: with_member(written(), "../../evil", "x")),
        "link": ("a link to /etc/passwd", lambda _given: with_link(written(), "word/link", "/etc/passwd")),
        "locked": ("files locked with a password", lambda _given: locked(written())),
        "no-body": (
            "a document without its text",
            lambda _given: zipped((n, c) for n, c in members(written()).items() if n != BODY),
        ),
        "cut": ("half a document", lambda _given: written()[: len(written()) // 2]),
        "workbook": ("a workbook", lambda _given: honest()),
    }


def texts() -> None:
    """Register texts whose figures are to be checked."""
    for name, (what, content) in documents().items():
        case(
            "text",
            f"docx-{name}",
            what,
            lambda given, content=content: given.put("text", content(given)),
            upload="稿.docx",
        )
    case(
        "text",
        "docx-large",
        "100,000 paragraphs of one letter",
        lambda given: given.put("text", body("".join(paragraph("x") for _n in range(100_000)))),
        upload="稿.docx",
    )
    plain: dict[str, tuple[str, str, str | bytes]] = {
        "doc": ("an old Word document", "稿.doc", OLE + bytes(900)),
        "rtf": ("a document of another kind", "稿.docx", "{\\rtf1}"),
        "pdf": ("a PDF called .docx", "稿.docx", b"%PDF-1.7"),
        "nul": ("a NUL character", "稿.txt", "驿站\0 98个"),
        "half-character": ("UTF-8 that ends within a character", "稿.txt", "驿站98个".encode()[:-1]),
        "utf-16-odd": ("UTF-16 of an odd length", "稿.txt", b"\xff\xfe" + "驿站".encode("utf-16-le")[:-1]),
        "digits": ("a number of 100,000 digits", "稿.txt", "全市建成工会驿站" + "9" * 100_000 + "个。"),
        "numerals": ("a Chinese number without end", "稿.txt", "全市建成工会驿站" + "一亿" * 20_000 + "个。"),
        "one-line": ("2 MB in one line", "稿.txt", "驿站98个，" * 100_000),
        "name": ("a text whose name leads out of its folder", "../../../稿.txt", "驿站98个"),
    }
    for name, (what, called, content) in plain.items():
        case("text", f"text-{name}", what, file("text", content), upload=called)


def templates() -> None:
    """Register Word templates of the report."""
    for name, (what, content) in documents().items():
        case(
            "template",
            f"template-{name}",
            what,
            lambda given, content=content: given.put("text", content(given)),
            upload="模板.docx",
        )
    loops = "".join(f"{{% for a{n} in method %}}" for n in range(15)) + "x" + "{% endfor %}" * 15
    tags = {
        "honest": ("an honest tag", "{{ title }}"),
        "class": ("a tag that looks for Python", "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
        "globals": ("a tag that looks for the program", "{{ title.__init__.__globals__ }}"),
        "format": ("a tag that looks through a format", "{{ '{0.__class__}'.format(title) }}"),
        "range": ("a tag that counts to a billion", "{% for n in range(1000000000) %}x{% endfor %}"),
        "power": ("a tag that computes a number without end", "{{ 9 ** 9 ** 9 }}"),
        "repeat": ("a tag that repeats a text a billion times", "{{ 'x' * 1000000000 }}"),
        "include": ("a tag that names a file of the server", "{% include '/etc/passwd' %}"),
        "unknown": ("a tag that nobody knows", "{{ no_such_word }}"),
        "open": ("a tag that is not closed", "{{ title"),
        "loops": ("loops in loops, without end", loops),
        "recursion": ("a macro that calls itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
        "grow": (
            "a text that grows twelve times twice",
            "{% set x = method %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}",
        ),
    }
    for name, (what, text) in tags.items():
        case(
            "template",
            f"template-{name}",
            what,
            lambda given, text=text: given.put("text", written(text)),
            upload="模板.docx",
        )


# ---- files to be verified, and backups


def pdf(objects: str) -> bytes:
    table = "xref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Root 1 0 R/Info 2 0 R>>"
    return f"%PDF-1.4\n{objects}\n{table}\nstartxref\n{10 + len(objects)}\n%%EOF".encode()


def verified() -> None:
    """Register files that are held against the register."""
    zeros = zlib.compress(bytes(200_000_000), 9)
    told = b'<svg xmlns="http://www.w3.org/2000/svg"><dc:description>%s</dc:description></svg>'
    start = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n"
    circle = (
        start
        + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF"
        % (len(start), len(start))
    )
    made: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        "png-none": ("a picture that says nothing", "map.png", lambda: encoded(corners(9, 9), "PNG")),
        "png-text": (
            "a comment of 200 MB in 0.2 MB",
            "map.png",
            lambda: ballooned(b"zTXt", b"Description\0\0" + zeros),
        ),
        "png-bomb": ("60,000 x 60,000 pixels in 1 KB", "map.png", lambda: png(width=60_000, height=60_000, rows=b"\0")),
        "svg-deep": ("a trace nested 100,000 deep", "map.svg", lambda: told % nested("[", "]", 40_000).encode()),
        "svg-forged": (
            "a trace of another shape",
            "map.svg",
            lambda: told % b'{"made_by": "station-atlas", "revision": 1e400}',
        ),
        "svg-digits": ("a trace with a number of 90,000 digits", "map.svg", lambda: told % (b"9" * 90_000)),
        "svg-open": ("20 MB of traces that do not end", "map.svg", lambda: b"<svg " + b"<dc:description>" * 1_250_000),
        "pdf-circle": ("a PDF whose parts lead to each other", "map.pdf", lambda: circle),
        "pdf-deep": (
            "a PDF nested 100,000 deep",
            "map.pdf",
            lambda: pdf(f"1 0 obj<</Type/Catalog>>endobj 2 0 obj<</Subject {nested('[', ']')}>>endobj"),
        ),
        "pdf-noise": ("a PDF of noise", "map.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 200),
        "html-none": ("a page that says nothing", "map.html", lambda: HTML),
        "docx-bomb": (
            "60 MB of spaces in 60 KB",
            "report.docx",
            lambda: with_member(written(), "docProps/core.xml", " " * 60_000_000),
        ),
        "docx-many": ("20,000 files", "report.docx", lambda: zipped((f"{n}", "") for n in range(20_000))),
        "docx-overlapping": ("a hundred files that are one", "report.docx", lambda: overlapping(written())),
        "xlsx-none": ("a workbook that says nothing", "report.xlsx", honest),
        "empty": ("nothing at all", "map.png", lambda: b""),
        "name": ("a name that leads out of its folder", "../../map.png", lambda: HTML),
    }
    for name, (what, called, content) in made.items():
        case(
            "verify", f"verify-{name}", what, lambda given, content=content: given.put("file", content()), upload=called
        )


def register(given: Given, *statements: str) -> Path:
    """Write a register and change it as this program never would."""
    path = given.folder / "backup.sqlite3"
    Database(str(path)).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


def backups() -> None:
    """Register backups."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS revision FROM n"
    changed = {
        "honest": ("an honest backup of an empty register", ()),
        "trigger": (
            "a trigger that deletes stations",
            ("CREATE TRIGGER evil AFTER INSERT ON history BEGIN DELETE FROM station; END",),
        ),
        "view": (
            "a view that never ends in the place of a table",
            ("DROP TABLE revision", f"CREATE VIEW revision AS {endless}"),
        ),
        "virtual": ("a table that is a program", ("CREATE VIRTUAL TABLE evil USING fts5(x)",)),
        "version": ("a form that nobody knows", ("UPDATE alembic_version SET version_num = 'r9999'",)),
        "row": (
            "a revision that nobody wrote",
            (f"INSERT INTO revision ({', '.join(REVISION)}) VALUES (7, '2026-01-01', 'import', '{{}}', 'x')",),
        ),
    }
    for name, (what, statements) in changed.items():
        case("backup", f"backup-{name}", what, lambda given, statements=statements: register(given, *statements))
    case("backup", "backup-text", "a text", file("backup.sqlite3", "hello"))
    case("backup", "backup-empty", "nothing at all", file("backup.sqlite3", b""))
    case("backup", "backup-cut", "half a backup", lambda given: _half(register(given)))
    case("backup", "backup-other", "another database", _geopackage)
    case("backup", "backup-link", "a link to a device without an end", linked("/dev/zero", "backup.sqlite3"))
    case(
        "backup",
        "backup-vrt",
        "GDAL's virtual format",
        lambda given: given.put("backup.sqlite3", vrt(str(given.canary))),
    )


def _half(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _geopackage(given: Given) -> Path:
    from tests.hostile.drawn import geopackage

    with warnings.catch_warnings():
        return geopackage(given)


streets()
photos()
texts()
templates()
verified()
backups()
