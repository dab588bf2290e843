"""Open a file that somebody hands in, whatever it is called: its content says what it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

from stations.intake.delimited import parse_delimited
from stations.intake.geojson import parse_geojson
from stations.intake.sandbox import parse_apart
from stations.intake.table import Parsed, RawTable, empty, too_large
from stations.intake.workbook import damaged
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".geojson", ".json")
"""What lists are usually called; what a file is, its content says."""

MAX_BYTES = 64 * 1024**2
SMALL_BYTES = 4 * 1024**2  # JSON up to this size takes at most about 100 MB to read: no child process needed

_EXCEL_97 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_OFFICE = mark("this is a file of an old Office program (.xls, .doc).")
_KINDS = {
    _EXCEL_97: _OLD_OFFICE,
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
_HAND_IN = mark("Use a CSV, XLSX or GeoJSON file; Excel or a mapping program can save other files as one of these.")


def read_table(path: Path) -> RawTable:
    """Return the table in a CSV, XLSX or GeoJSON file, told apart by content and not by name.

    Nothing is interpreted: see `RawTable`. Workbooks, and GeoJSON above `SMALL_BYTES`, are read in a process of their
    own.

    Raises
    ------
    BadFile
        It cannot be opened, is empty, larger than the limits, damaged, protected by a password, or of another kind.
    """
    return table_of(_parsed(path), path.name)


def table_of(parsed: Parsed, file: str) -> RawTable:
    """Return what a parser made of a file, as a table."""
    import pandas as pd

    cells = pd.DataFrame(parsed.rows, columns=parsed.header, index=parsed.numbers, dtype=object)
    return RawTable(file, cells, tuple(parsed.flaws), tuple(parsed.notices), parsed.datum)


def _parsed(path: Path) -> Parsed:
    data, file = bytes_of(path), path.name
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise empty(file)
    if data.startswith(b"PK\x03\x04"):
        _require_workbook(path)
        return parse_apart("workbook", path)
    _require_known(text, file)
    if not text.startswith((b"{", b"[")):
        return parse_delimited(data, file)
    return parse_geojson(data, file) if len(data) <= SMALL_BYTES else parse_apart("geojson", path)


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


def _require_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise damaged(path.name) from None
    if "xl/workbook.xml" not in names:
        raise BadFile(file=path.name, reason=mark("this is a packed archive, not a workbook."), remedy=_HAND_IN)


def _require_known(text: bytes, file: str) -> None:
    if text.startswith(_EXCEL_97):
        if _ENCRYPTED in text:
            reason = mark("the workbook is protected by a password.")
            remedy = mark("Open it in Excel, remove the password, save it, then try again.")
        else:
            reason = _OLD_OFFICE
            remedy = mark("Open it in Excel and save it as a workbook (.xlsx), then try again.")
        raise BadFile(file=file, reason=reason, remedy=remedy)
    if kind := known_kind(text):
        raise BadFile(file=file, reason=kind, remedy=_HAND_IN)


def known_kind(data: bytes) -> str | None:
    """Return what a file is that is neither a list nor a text, in words of the catalogue; ``None`` if nothing known."""
    return next((reason for magic, reason in _KINDS.items() if data.startswith(magic)), None)
