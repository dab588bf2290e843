"""Open a file that somebody hands in, whatever it is called: its content says what it is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from stations.intake.delimited import parse_delimited, utf_16
from stations.intake.geojson import parse_geojson
from stations.intake.layer import point_table
from stations.intake.sandbox import Format, parse_apart
from stations.intake.table import Parsed, RawTable, empty, too_large
from stations.intake.workbook import damaged, protected, require_modest
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".geojson", ".json", ".gpkg", ".zip", ".kml", ".kmz")
"""What lists are usually called; what a file is, its content says."""

MAX_BYTES = 64 * 1024**2
SMALL_BYTES = 4 * 1024**2  # JSON up to this size takes at most about 100 MB to read: no child process needed

_START = 64 * 1024  # bytes, in which a file says what it is
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
_HAND_IN = mark(
    "Use a CSV, XLSX, XLS, GeoJSON, GeoPackage, zipped Shapefile or KML file; Excel or a mapping program can save "
    "other files as one of these."
)
_KML = re.compile(rb"<(\w+:)?kml[\s>]")


def read_table(path: Path, *, sheet: str | None = None, header_row: int | None = None) -> RawTable:
    """Return the table in a file of `SUFFIXES`, told apart by content and not by name.

    Nothing is interpreted: see `RawTable`. All but text tables, and GeoJSON above `SMALL_BYTES`, are read in a process
    of their own.

    Parameters
    ----------
    path
        The file.
    sheet
        The sheet of a workbook, the layer of a GeoPackage or the folder of a KML file; ``None``: the first that holds
        anything, and all folders. A file of another kind has none.
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
    """Return what a parser made of a file, as a table."""
    import pandas as pd

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
    if form := _workbook(path, data):
        return parse_apart(form, path, wish=wish)
    if is_layer(data):
        return point_table(path, sheet=wish["sheet"])
    _require_known(text, file)
    if not text.startswith((b"{", b"[")):
        return parse_delimited(data, file, header_row=wish["header_row"])
    return parse_geojson(data, file) if len(data) <= SMALL_BYTES else parse_apart("geojson", path)


def _start(data: bytes) -> bytes:
    """Return how a file begins, a text in UTF-16 as UTF-8."""
    if codec := utf_16(data[:_START]):
        return data[:_START].decode(codec, "ignore").removeprefix("\ufeff").lstrip().encode()
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:_START]


def is_layer(data: bytes) -> bool:
    """Return whether these are a GeoPackage, a packed Shapefile, KML or KMZ."""
    if data.startswith(b"PK\x03\x04"):
        with suppress(zipfile.BadZipFile, ValueError), zipfile.ZipFile(BytesIO(data)) as archive:
            return any(name.lower().endswith((".shp", ".kml")) for name in archive.namelist())
        return False
    return data.startswith(b"SQLite format 3\0") or _KML.search(_start(data)) is not None


def _workbook(path: Path, data: bytes) -> Format | None:
    """Return the form of a workbook; ``None`` if it is none. Raises `BadFile` for an archive that holds no list."""
    file = path.name
    if data.startswith(_EXCEL_97):
        if _ENCRYPTED in data:
            raise protected(file)
        return "legacy workbook"
    if not data.startswith(b"PK\x03\x04"):
        return None
    require_modest(data, file, damaged=damaged(file), remedy=mark("Pack only what is meant, and try again."))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if "xl/workbook.xml" in archive.namelist():
            return "workbook"
    if not is_layer(data):
        raise BadFile(file=file, reason=mark("this is a packed archive that holds no list."), remedy=_HAND_IN)
    return None


def bytes_of(path: Path) -> bytes:
    """Return the content of a file. Raises `BadFile` when it cannot be opened or is larger than `MAX_BYTES`."""
    try:
        size = path.stat().st_size if path.is_file() else -1
        if size > MAX_BYTES:
            reason = _("its size is {size} MB; at most {limit} MB can be read.").format(
                size=size // 1024**2, limit=MAX_BYTES // 1024**2
            )
            raise too_large(path.name, reason)
        if size >= 0:
            return path.read_bytes()
    except PermissionError:
        size = -1
    reason, remedy = mark("the file cannot be opened."), mark("Check that it exists and that you may read it.")
    raise BadFile(file=path.name, reason=reason, remedy=remedy)


def _require_known(text: bytes, file: str) -> None:
    if kind := known_kind(text):
        raise BadFile(file=file, reason=kind, remedy=_HAND_IN)


def known_kind(data: bytes) -> str | None:
    """Return what a file is that is neither a list nor a text, in words of the catalogue; ``None`` if nothing known."""
    return next((reason for magic, reason in _KINDS.items() if data.startswith(magic)), None)
