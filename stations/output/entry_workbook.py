"""A workbook to fill in: a sheet with drop-downs, one that explains its columns, and one that shows a row filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from stations.model.language import gettext as _
from stations.output.report.parts import ems
from stations.output.workbook import write_cell

Form = Literal["text", "day", "whole", "number", "degrees"]

NEEDED_SIGN = "*"
"""Stands behind the header of a column that must be filled in."""

_FORMATS: Mapping[Form, str] = {
    "text": "@",
    "day": "yyyy-mm-dd",
    "whole": "0",
    "number": "General",
    "degrees": "General",
}
_CHECKS: Mapping[Form, tuple[str, int]] = {
    "day": ("date", 17899),  # 1949-01-01, as Excel counts days
    "whole": ("whole", 0),
    "number": ("decimal", 0),
    "degrees": ("decimal", -180),
}
"""What Excel can check of a cell by itself, and the least that it may be."""
_LAST_ROW = 1_048_576
_LONGEST_TITLE, _LONGEST_HINT = 32, 255  # Excel takes a longer one for damage
_NARROWEST, _WIDEST = 12, 50
_LINE = 15  # points
_STRONG, _PALE = PatternFill("solid", fgColor="B3202A"), PatternFill("solid", fgColor="E7EDF3")


@dataclass(frozen=True)
class Entry:
    """A column to fill in: its header, what its cells are, and what is said when one is chosen.

    `offered` are the words of its drop-down, others refused if `only` they may stand there; `refusal` is said then, or
    when a cell is not of the form.
    """

    header: str
    form: Form
    hint: str
    refusal: str
    needed: bool = False
    offered: Sequence[str] = ()
    only: bool = False
    example: Any = None


def entry_workbook(title: str, entries: Sequence[Entry], *, advice: Sequence[str], guide: Sequence[list[str]]) -> bytes:
    """Return the workbook as an XLSX file; no cell is a formula.

    Parameters
    ----------
    title
        Of the sheet to fill in, which comes first: what is read.
    entries
        Its columns.
    advice, guide
        The sentences and the rows (headers first) of the sheet that explains.
    """
    book = Workbook()
    blank, told, shown = book.active, book.create_sheet(_("How to fill in")), book.create_sheet(_("Example"))
    lists = book.create_sheet(_("Lists"))
    lists.sheet_state = "hidden"
    blank.title = title
    for column, entry in enumerate(entries, start=1):
        _check(blank, column, entry, words=_listed(lists, column, entry.offered))
        for sheet in (blank, shown):
            _head(sheet, column, entry)
        write_cell(shown.cell(2, column), entry.example)
        shown.cell(2, column).number_format = _FORMATS[entry.form]
    _explain(told, advice, guide)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _head(sheet: Any, column: int, entry: Entry) -> None:
    """Write the header of a column, and make all of its cells what they are to be."""
    cell = sheet.cell(1, column)
    write_cell(cell, entry.header + (NEEDED_SIGN if entry.needed else ""))
    cell.font = Font(bold=True, color="FFFFFF" if entry.needed else "1F2933")
    cell.fill = _STRONG if entry.needed else _PALE
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    dimension = sheet.column_dimensions[get_column_letter(column)]
    widest = max(ems(str(text or "")) for text in (cell.value, entry.example, *entry.offered))
    dimension.width = min(max(2 * widest + 4, _NARROWEST), _WIDEST)
    dimension.number_format = _FORMATS[entry.form]
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "C2"  # number and name stay in sight, too


def _listed(sheet: Any, column: int, words: Sequence[str]) -> str | None:
    """Write words into a column of the hidden sheet, and return where they are."""
    for row, word in enumerate(words, start=1):
        write_cell(sheet.cell(row, column), word)
    letter = get_column_letter(column)
    return f"{quote_sheetname(sheet.title)}!${letter}$1:${letter}${len(words)}" if words else None


def _check(sheet: Any, column: int, entry: Entry, *, words: str | None) -> None:
    """Let Excel say what a cell takes, offer its words, and refuse what cannot be right."""
    check = DataValidation(allow_blank=True, showInputMessage=bool(entry.hint), errorStyle="warning")
    check.promptTitle, check.prompt = entry.header[:_LONGEST_TITLE], entry.hint[:_LONGEST_HINT] or None
    check.errorTitle, check.error = entry.header[:_LONGEST_TITLE], entry.refusal[:_LONGEST_HINT] or None
    if words:
        check.type, check.formula1, check.showErrorMessage = "list", words, entry.only
    elif entry.form in _CHECKS:
        check.type, least = _CHECKS[entry.form]
        check.operator, check.formula1, check.showErrorMessage = "greaterThanOrEqual", str(least), True
    if entry.only or entry.form in {"day", "whole", "number"}:  # degrees may be written in another way
        check.errorStyle = "stop"
    letter = get_column_letter(column)
    check.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(check)


def _explain(sheet: Any, advice: Sequence[str], guide: Sequence[list[str]]) -> None:
    for row, sentence in enumerate(advice, start=1):
        write_cell(sheet.cell(row, 1), sentence)
    heads = len(advice) + 2
    widths = [min(max(2 * max(map(ems, texts)) + 2, _NARROWEST), _WIDEST) for texts in zip(*guide, strict=True)]
    for row, texts in enumerate(guide, start=heads):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(row, column)
            write_cell(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row == heads:
                cell.font, cell.fill = Font(bold=True), _PALE
        lines = max(ceil(2 * ems(text) / (width - 2)) for text, width in zip(texts, widths, strict=True))
        sheet.row_dimensions[row].height = _LINE * lines + 3  # not every program finds it by itself
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(heads + 1, 2)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
