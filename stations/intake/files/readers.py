"""Open a file that somebody hands in, whatever it is called: its content says what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from stations.intake.files.asides import without_asides
from stations.intake.files.delimited import parse_delimited, utf_16
from stations.intake.files.geojson import parse_geojson
from stations.intake.files.layer import point_table
from stations.intake.files.pairs import in_two
from stations.intake.files.sandbox import Format, parse_apart
from stations.intake.files.table import HAND_IN, Parsed, RawTable, empty, too_large
from stations.intake.files.workbook import protected
from stations.model.apart import not_opened
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".geojson", ".json", ".gpkg", ".zip", ".kml", ".kmz")
"""What lists are usually called; what a file is, its content says."""

MAX_BYTES = 64 * 1024**2
SMALL_BYTES = 4 * 1024**2  # a text up to this size takes at most about 100 MB to read: no child process needed

_START = 64 * 1024  # bytes, in which a file says what it is
_PACKED = b"PK\x03\x04"
_OFFICE = re.compile(rb"\[Content_Types\]\.xml|docProps/|xl/work")
_EXCEL_97 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KINDS = {
    _EXCEL_97: mark("this is a file of an old Office program (.xls, .doc)."),
    b"%PDF": mark("this is a PDF document."),
    b"\x89PNG": mark("this is a picture."),
    b"\xff\xd8\xff": mark("this is a picture."),
    b"GIF8": mark("this is a picture."),
    b"SQLite format 3": mark("this is a database or a GeoPackage."),
    b"Rar!": mark("this is a packed archive."),
    b"7z\xbc\xaf": mark("this is a packed archive."),
    b"\x1f\x8b": mark("this is a packed archive."),
    b"<": mark("this is an XML file or a web page."),
    b"{\\rtf": mark("this is a text document."),
}
_KML = re.compile(rb"<(\w+:)?kml[\s>]")


def read_table(path: Path, *, sheet: str | None = None, header_row: int | None = None) -> RawTable:
    """Return the table in a file of `SUFFIXES`, told apart by content and not by name.

    Nothing is interpreted (see `RawTable`) but rows that are no records (`without_asides`) and a column of longitude
    and latitude together (`in_two`). All but texts
    up to `SMALL_BYTES` are read in a process of their own.

    Parameters
    ----------
    path
        The file.
    sheet
        The sheet of a workbook, the layer of a GeoPackage or the folder of a KML file; ``None``: the first with more
        than a cell, and all folders. A file of another kind has none.
    header_row
        The row of a workbook or a text table in which the headers stand; ``None``: it is found, see `arranged`.

    Raises
    ------
    BadFile
        It cannot be opened, is empty, larger than the limits, damaged, protected by a password, or of another kind; or
        there is no such sheet, or no header in that row.
    """
    return table_of(_parsed(path, {"sheet": sheet, "header_row": header_row}), path.name)


def table_of(parsed: Parsed, file: str) -> RawTable:
    """Return what a parser made of a file, as a table; a column of longitude and latitude together is two."""
    import pandas as pd

    parsed = in_two(without_asides(parsed))
    cells = pd.DataFrame(parsed.rows, columns=parsed.header, index=parsed.numbers, dtype=object)
    return RawTable(
        file,
        cells,
        tuple(parsed.flaws),
        tuple(parsed.notices),
        parsed.datum,
        header_row=parsed.header_row,
        sheet=parsed.sheet,
        sheets=tuple(parsed.sheets),
    )


def _parsed(path: Path, wish: Mapping[str, Any]) -> Parsed:
    data, file = bytes_of(path), path.name
    text = _start(data)
    if not text:
        raise empty(file)
    if form := _workbook(data, file):
        return parse_apart(form, path, wish=wish)
    if is_layer(data):
        return point_table(path, sheet=wish["sheet"])
    _require_known(text, file)
    drawn, small, row = text.startswith((b"{", b"[")), len(data) <= SMALL_BYTES, wish["header_row"]
    if not small:
        return parse_apart("geojson" if drawn else "delimited", path, wish=row)
    return parse_geojson(data, file) if drawn else parse_delimited(data, file, header_row=row)


def _start(data: bytes) -> bytes:
    """Return how a file begins, a text in UTF-16 as UTF-8."""
    if codec := utf_16(data[:_START]):
        return data[:_START].decode(codec, "ignore").removeprefix("\ufeff").lstrip().encode()
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:_START]


def is_layer(data: bytes) -> bool:
    """Return whether these are a GeoPackage, KML, or an archive that is no workbook: a Shapefile or KMZ, if anything.

    What an archive holds is not looked into here: that a name stands in it, as Office files have them, is enough.
    """
    if data.startswith(_PACKED):
        return _OFFICE.search(data) is None
    return data.startswith(b"SQLite format 3\0") or _KML.search(_start(data)) is not None


def _workbook(data: bytes, file: str) -> Format | None:
    """Return the form of a workbook; ``None`` if it is none. Raises `BadFile` for one with a password."""
    if data.startswith(_EXCEL_97):
        if _ENCRYPTED in data:
            raise protected(file)
        return "legacy workbook"
    return "workbook" if data.startswith(_PACKED) and not is_layer(data) else None


def bytes_of(path: Path) -> bytes:
    """Return the content of a file. Raises `BadFile` when it cannot be opened or is larger than `MAX_BYTES`."""
    with suppress(OSError):  # not for us, or a name that no system can have
        size = path.stat().st_size if path.is_file() else -1
        if size > MAX_BYTES:
            reason = _("its size is {size} MB; at most {limit} MB can be read.").format(
                size=size // 1024**2, limit=MAX_BYTES // 1024**2
            )
            raise too_large(path.name, reason)
        if size >= 0:
            with path.open("rb") as opened:  # no more than was looked at, whatever somebody writes to it meanwhile
                return opened.read(size)
    raise not_opened(path.name)


def _require_known(text: bytes, file: str) -> None:
    if kind := known_kind(text):
        raise BadFile(file=file, reason=kind, remedy=HAND_IN)


def known_kind(data: bytes) -> str | None:
    """Return what a file is that is neither a list nor a text, in words of the catalogue; ``None`` if nothing known."""
    return next((reason for magic, reason in _KINDS.items() if data.startswith(magic)), None)
