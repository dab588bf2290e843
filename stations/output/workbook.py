"""Tables as one workbook: a sheet for each, with its title, what it is of, and every row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from stations.model.language import gettext as _
from stations.output.report.parts import Table, ems, header, rows, unknown
from stations.output.tables import guarded
from stations.output.traces import with_words

_NOT_IN_XLSX = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME, _HEAD_ROW, _WIDEST = 31, 4, 60


def workbook(
    tables: Mapping[str, Table], *, about: str, notes: Mapping[str, str] | None = None, trace: str = ""
) -> bytes:
    """Return the tables as an XLSX file: no cell is a formula, whatever its text; what is not known is blank.

    They are numbered in their order. `notes` stand above a table, and `trace`, which tells how it was made, among the
    properties.
    """
    book = Workbook()
    book.remove(book.active)
    for number, (key, table) in enumerate(tables.items(), start=1):
        name = f"{number} {_NOT_IN_A_NAME.sub(' ', table.title)}"[:_LONGEST_NAME]
        title = "  ".join([_("Table {number}").format(number=number), table.title])
        _sheet(book.create_sheet(name), table, [title, about, (notes or {}).get(key, "")])
    book.properties.description = with_words(trace, _saved(book)) or None
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(sheet: Any, table: Table, above: list[str]) -> None:
    bold = Font(bold=True)
    heads = header(table)
    for row, texts in (*((at, [text]) for at, text in enumerate(above, start=1)), (_HEAD_ROW, heads)):
        for column, text in enumerate(texts, start=1):
            write_cell(sheet.cell(row, column), text)
            sheet.cell(row, column).font = bold if row in {1, _HEAD_ROW} else Font()
    for at, cells in enumerate(rows(table), start=_HEAD_ROW + 1):
        for column, cell in enumerate(cells, start=1):
            write_cell(sheet.cell(at, column), cell)
    for column, text in enumerate(heads, start=1):
        sheet.cell(_HEAD_ROW, column).alignment = Alignment(wrap_text=True, vertical="center")
        shown = (str(cells[column - 1]) for cells in rows(table)[:200])
        width = max([ems(text), *(ems(each) for each in shown)])
        sheet.column_dimensions[get_column_letter(column)].width = min(2 * width + 2, _WIDEST)
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 1)


def write_cell(cell: Any, value: Any) -> None:
    """Put a value into a cell: a text as a text, whatever it looks like; nothing for what is not known."""
    if unknown(value):
        return
    if isinstance(value, str):
        cell.value = guarded(_NOT_IN_XLSX.sub("", value))
        cell.data_type = "s"
    else:
        cell.value = value.item() if hasattr(value, "item") else value
        cell.number_format = "#,##0" if isinstance(cell.value, int) else "#,##0.##"
