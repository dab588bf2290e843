"""Workbooks of Excel 97 to 2003 (.xls), read cell by cell as text. Runs in a process of its own: see `sandbox`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from stations.intake.files.table import Parsed, Row, Spoiled
from stations.intake.files.workbook import (
    FORMATS_OF_CHINA,
    Merge,
    chosen_sheet,
    protected,
    sheet_table,
    shown,
    told_hidden,
)
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark


class _Cell(NamedTuple):
    value: Any
    number_format: str


def parse_legacy_workbook(data: bytes, file: str, *, sheet: str | None = None, header_row: int | None = None) -> Parsed:
    """Return a sheet as a table of texts, as `parse_workbook` does; formulas count with the results that are saved.

    Raises
    ------
    BadFile
        It is no workbook, protected by a password, empty, no such sheet, or what `arranged` refuses.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO(), ragged_rows=True)
    except xlrd.XLRDError as error:
        raise _refusal(str(error), file) from None
    filled = {each.name: count for each in book.sheets() if each.visibility == 0 and (count := _filled_cells(each))}
    chosen = book.sheet_by_name(chosen_sheet(filled, sheet, file))
    merges = [Merge(left, top + 1, below) for top, below, left, _right in chosen.merged_cells if below - top > 1]
    spoiled: Spoiled = {}
    rows = _rows(chosen, spoiled)
    parsed = sheet_table(
        rows, file, spoiled, sheets=list(filled), sheet=chosen.name, merges=merges, header_row=header_row
    )
    return told_hidden(parsed, [at + 1 for at, row in chosen.rowinfo_map.items() if row.hidden])


def _refusal(said: str, file: str) -> BadFile:
    if "encrypted" in said:
        return protected(file)
    remedy = mark("Open it in Excel and save it as a workbook (.xlsx), then try again.")
    return BadFile(
        file=file,
        reason=mark("this is a file of an old Office program, but no workbook that can be read."),
        remedy=remedy,
    )


def _filled_cells(sheet: Any) -> int:
    values = (value for row in range(min(sheet.nrows, 1000)) for value in sheet.row_values(row) if value != "")
    return len(list(islice(values, 2)))


def _rows(sheet: Any, spoiled: Spoiled) -> Iterator[Row]:
    import xlrd

    failed = _("This cell holds an Excel error. Correct the formula, or write the value itself.")
    for number in range(1, sheet.nrows + 1):
        cells = sheet.row(number - 1)
        for position, cell in enumerate(cells):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                spoiled[number, position] = xlrd.error_text_from_code.get(cell.value, "#"), failed
        yield number, ["" if cell.ctype == xlrd.XL_CELL_ERROR else shown(_read(cell, sheet.book)) for cell in cells]


def _read(cell: Any, book: Any) -> _Cell:
    """Return a cell with the value that openpyxl would give of it."""
    import xlrd

    value: Any = cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        value = bool(value)
    elif cell.ctype == xlrd.XL_CELL_NUMBER:
        value = int(value) if value == int(value) else value
        return _Cell(value, _format(cell, book))
    elif cell.ctype == xlrd.XL_CELL_DATE:
        return _Cell(_moment(value, book.datemode), _format(cell, book))
    return _Cell(value, "")


def _format(cell: Any, book: Any) -> str:
    number: int = book.xf_list[cell.xf_index].format_key
    return FORMATS_OF_CHINA.get(number) or str(book.format_map[number].format_str)


def _moment(value: float, mode: int) -> Any:
    import xlrd

    try:
        moment = xlrd.xldate_as_datetime(value, mode)
    except (ValueError, OverflowError):
        return value  # no day of any calendar: the number that stands there
    return moment.time() if 0 <= value < 1 else moment
