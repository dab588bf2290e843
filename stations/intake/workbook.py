"""Excel workbooks (.xlsx), read cell by cell as text. Runs in a process of its own: see `sandbox`."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import IO, Any

from stations.intake.table import Parsed, Spoiled, arranged, empty, number_text
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import listed, mark

MAX_UNPACKED_BYTES = 512 * 1024**2
MAX_RATIO = 200
MODEST_BYTES = 32 * 1024**2  # what unpacks to no more than this is no bomb, whatever its ratio
LAST_ROW = 1_048_576  # of any Excel sheet

_COPY_ROWS = mark("Copy the rows into a new workbook, values only, and try again.")
_FORMULA = re.compile(rb"<(\w+:)?f[ />]")


def parse_workbook(data: bytes, file: str) -> Parsed:
    """Return the first visible sheet that holds anything as a table of texts.

    Dates become 2026-12-31, numbers what Excel shows of them (at most 15 digits, leading zeros of a format like
    ``000`` kept). A formula counts with the result Excel saved; without one, or with an error, the cell is a flaw.
    Other sheets that hold something are named in a notice.

    Raises
    ------
    BadFile
        It unpacks to more than the limits allow, it is empty, or what `arranged` refuses.
    """
    require_modest(data, file, damaged=damaged(file), remedy=_COPY_ROWS)
    values, formulas = _opened(data), _opened(data, formulas=True) if _has_formulas(data) else None
    visible = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    filled = [sheet for sheet in visible if _holds_anything(sheet)]
    if not filled:
        raise empty(file)
    sheet, *others = filled
    unsaved = _formulas(formulas[sheet.title]) if formulas else {}
    spoiled: Spoiled = {}
    parsed = arranged(_rows(sheet, unsaved, spoiled), file, spoiled=spoiled)
    notice = _("Only the sheet “{sheet}” is read. Not read: {others}.").format(
        sheet=sheet.title, others=listed(other.title for other in others)
    )
    return parsed._replace(notices=[notice] if others else [])


def require_modest(data: bytes, file: str, *, damaged: BadFile, remedy: str) -> None:
    """Raise `BadFile` when the archive would unpack to too much, `damaged` when it is none; only its directory is read.

    The directory cannot lie: no more bytes than it states are ever unpacked.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise damaged from None
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(MODEST_BYTES, MAX_RATIO * len(data)):
        reason = _("it would unpack to {size} MB, which is more than can be read safely.").format(
            size=unpacked // 1024**2
        )
        raise BadFile(file=file, reason=reason, remedy=remedy)


def damaged(file: str) -> BadFile:
    """Return the error for a workbook that cannot be opened."""
    reason = mark("the workbook is damaged or incomplete.")
    return BadFile(file=file, reason=reason, remedy=mark("Open it in Excel, save it again, then try again."))


def _opened(data: bytes, *, formulas: bool = False) -> Any:
    from openpyxl import load_workbook

    return load_workbook(BytesIO(data), read_only=True, data_only=not formulas, keep_links=False)


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        for name in sheets:
            with archive.open(name) as sheet:
                if any(_FORMULA.search(block) for block in _overlapping(sheet)):
                    return True
    return False


def _overlapping(stream: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while block := stream.read(1024**2):
        yield tail + block
        tail = block[-16:]


def _holds_anything(sheet: Any) -> bool:
    sheet.reset_dimensions()  # what the file says of its size may be wrong, by mistake or on purpose
    head = islice(sheet.iter_rows(values_only=True), 1000)
    return any(value is not None and value != "" for row in head for value in row)


def _formulas(sheet: Any) -> dict[tuple[int, int], str]:
    sheet.reset_dimensions()
    return {
        (number, position): str(getattr(cell.value, "text", cell.value))
        for number, row in enumerate(islice(sheet.iter_rows(), LAST_ROW), start=1)
        for position, cell in enumerate(row)
        if cell.data_type == "f"
    }


def _rows(sheet: Any, formulas: dict[tuple[int, int], str], spoiled: Spoiled) -> Iterator[tuple[int, list[str]]]:
    unsaved = _("This cell holds a formula without a saved result. Open the file in Excel, save it, and try again.")
    failed = _("This cell holds an Excel error. Correct the formula, or write the value itself.")
    for number, row in enumerate(islice(sheet.iter_rows(), LAST_ROW), start=1):
        for position, cell in enumerate(row):
            if cell.data_type == "e":
                spoiled[number, position] = str(cell.value), failed
            elif cell.value is None and (number, position) in formulas:
                spoiled[number, position] = formulas[number, position], unsaved
        yield number, ["" if cell.data_type == "e" else _text(cell) for cell in row]


def _text(cell: Any) -> str:
    """Return what Excel shows in a cell, as far as it matters."""
    value = cell.value
    match value:
        case str() | None:
            text = value or ""
        case bool():
            text = str(value).lower()
        case int() if set(cell.number_format) == {"0"}:
            text = f"{value:0{len(cell.number_format)}d}"
        case int() | float():
            text = number_text(value)
        case dt.datetime() if value.time() != dt.time():
            text = f"{value:%Y-%m-%d %H:%M}"
        case dt.datetime():
            text = f"{value:%Y-%m-%d}"
        case dt.time():
            text = f"{value:%H:%M}"
        case _:  # a date without a time, a duration
            text = str(value)
    return text
