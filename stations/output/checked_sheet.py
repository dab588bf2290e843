"""A checked list as a workbook: its own rows where they stood, coloured where something is odd, to be corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import chain
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from stations.output.tables import guarded

COLOURS = {"error": "FFC7CE", "warning": "FFEB9C", "note": "DDEBF7"}
UNREAD = object()
"""A cell that could not be read: an error of Excel, which no import takes for an empty cell or for a text."""
_WIDTH, _WIDEST = 18, 60

Marks = Mapping[tuple[int, int], str]
"""(row, position of the column) → severity."""
Cells = Sequence[object]


def checked_sheet(
    head: tuple[int, Sequence[str]],
    rows: Iterable[tuple[int, Cells]],
    *,
    marks: Marks,
    titles: tuple[str, str],
    findings: Sequence[Cells],
) -> bytes:
    """Return an XLSX file of two sheets: the list, and all findings. No cell is a formula, whatever its text.

    Parameters
    ----------
    head
        The number of the row of the headers, and the headers.
    rows
        Number and cells of each row, ascending; rows in between stay empty, so that every row keeps its number.
    marks
        Cells that are coloured by how grave a finding in them is.
    titles
        The names of the two sheets.
    findings
        The rows of the second sheet, its headers first.
    """
    book = Workbook(write_only=True)
    fills = {severity: PatternFill("solid", start_color=colour) for severity, colour in COLOURS.items()}
    own = _sheet(book, titles[0], len(head[1]), freeze=head[0])
    at = 0
    for number, cells in chain([head], rows):
        for _empty in range(at + 1, number):
            own.append([])
        own.append([_cell(own, cell, fills.get(marks.get((number, column), ""))) for column, cell in enumerate(cells)])
        at = number
    listed = _sheet(book, titles[1], len(findings[0]), freeze=1)
    for cells in findings:
        listed.append([_cell(listed, cell, None) for cell in cells])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, title: str, columns: int, *, freeze: int) -> Any:
    """Return a new sheet, its last column wide: there stand the reasons."""
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = f"A{freeze + 1}"
    for position in range(columns):
        width = _WIDEST if position == columns - 1 else _WIDTH
        sheet.column_dimensions[get_column_letter(position + 1)].width = width
    return sheet


def _cell(sheet: Any, value: object, fill: PatternFill | None) -> Any:
    safe = guarded(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value
    safe = "#N/A" if value is UNREAD else safe
    if fill is None:
        return safe
    cell = WriteOnlyCell(sheet, value=safe)
    cell.fill = fill
    return cell
