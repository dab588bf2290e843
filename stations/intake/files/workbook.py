"""Excel workbooks (.xlsx), read cell by cell as text. Runs in a process of its own: see `sandbox`."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import IO, Any, NamedTuple

from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import column_index_from_string

from stations.intake.files.table import (
    HAND_IN,
    MAX_COLUMNS,
    MAX_ROWS,
    Parsed,
    Row,
    Spoiled,
    arranged,
    cell_text,
    empty,
    no_such_sheet,
    sheet_notice,
)
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.packed import require_harmless

LAST_ROW = 1_048_576  # of any Excel sheet

_COPY_ROWS = mark("Copy the rows into a new workbook, values only, and try again.")
_BOOK = "xl/workbook.xml"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d{1,7}):[A-Z]+(\d{1,7})"')
_HIDDEN = re.compile(rb'<(?:\w+:)?row\s+r="(\d{1,7})"[^<>]{0,300}?\shidden="(?:1|true)"')
_LONGEST_TAG, _MOST_LETTERS = 400, 3  # of what these look for


FORMATS_OF_CHINA = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm"),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
}
"""Formats of dates that a Chinese Excel names by these numbers alone."""
_BESIDE_THE_DATE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|;.*')


class Merge(NamedTuple):
    """Cells that are one: the position of their first column (from 0), their first row and their last."""

    position: int
    first: int
    last: int


def parse_workbook(data: bytes, file: str, *, sheet: str | None = None, header_row: int | None = None) -> Parsed:
    """Return a sheet as a table of texts: the one of that name, else the first visible one with more than a cell.

    Dates become 2026-12-31 (2026年12月 where no day is shown), numbers what Excel shows of them (at most 15 digits,
    leading zeros of a format like ``000`` kept). A formula counts with the result Excel saved; without one, or with
    an error, the cell is a flaw.
    What stands in cells merged over several rows counts for each of these rows that holds anything else, which is told
    in a notice. Other sheets that hold something are named in a notice.

    Raises
    ------
    BadFile
        It is another archive, or what `require_harmless` refuses; it is empty, no such sheet, or what `arranged`
        refuses.
    """
    if _BOOK not in require_harmless(data, file, damaged=damaged(file), remedy=_COPY_ROWS):
        raise BadFile(file=file, reason=mark("this is a packed archive, not a workbook."), remedy=HAND_IN)
    values = _opened(data)
    visible = [each for each in values.worksheets if each.sheet_state == "visible"]
    filled = {each.title: count for each in visible if (count := _filled_cells(each))}
    chosen = values[chosen_sheet(filled, sheet, file)]
    has_formulas, merges, hidden = _markup(data, chosen)
    unsaved = _formulas(_opened(data, formulas=True)[chosen.title]) if has_formulas else {}
    spoiled: Spoiled = {}
    rows = _rows(chosen, unsaved, spoiled)
    parsed = sheet_table(
        rows, file, spoiled, sheets=list(filled), sheet=chosen.title, merges=merges, header_row=header_row
    )
    return told_hidden(parsed, hidden)


def told_hidden(parsed: Parsed, hidden: Collection[int]) -> Parsed:
    """Return a sheet with a notice of those of its rows that are `hidden` in the workbook."""
    rows = sorted(set(parsed.numbers).intersection(hidden))
    return parsed._replace(notices=[*parsed.notices, *_hidden_notice(rows)])


def _hidden_notice(rows: list[int]) -> list[str]:
    words = _(
        "Rows that are hidden in the workbook, as by a filter, are read as well ({count} rows, from row {row} on)."
    )
    return [words.format(count=len(rows), row=rows[0])] if rows else []


def chosen_sheet(filled: Mapping[str, int], sheet: str | None, file: str) -> str:
    """Return the sheet that is meant: where none is named, the first with more than the one cell of a cover.

    `filled`: how many cells of each hold anything, counted up to 2. Raises `BadFile`.
    """
    if not filled:
        raise empty(file)
    if sheet is not None and sheet not in filled:
        raise no_such_sheet(file, sheet, filled)
    return sheet or next((name for name, cells in filled.items() if cells > 1), next(iter(filled)))


def sheet_table(
    rows: Iterator[Row],
    file: str,
    spoiled: Spoiled,
    *,
    sheets: list[str],
    sheet: str,
    merges: Iterable[Merge],
    header_row: int | None,
) -> Parsed:
    """Return the rows of a sheet as a table, the text of merged cells in each of their rows.

    Raises `BadFile` as `arranged` does, with the sheets of which another one may be read.
    """
    repeated: list[int] = []
    filled = _filled_down(rows, merges, spoiled=spoiled, repeated=repeated)
    try:
        parsed = arranged(filled, file, spoiled=spoiled, header_row=header_row)
    except BadFile as error:
        raise BadFile(**error.fields, sheet=sheet, sheets=sheets) from None
    told = [number for number in repeated if number > parsed.header_row]
    words = _("Merged cells: what stands in them was taken for each of their rows ({count} rows, from row {row} on).")
    merged = [words.format(count=len(told), row=told[0])] if told else []
    notices = [*parsed.notices, *merged, *sheet_notice(sheet, sheets)]
    return parsed._replace(notices=notices, sheet=sheet, sheets=sheets)


def _filled_down(
    rows: Iterable[Row], merges: Iterable[Merge], *, spoiled: Spoiled, repeated: list[int]
) -> Iterator[Row]:
    """Repeat what stands in merged cells in each of their rows that holds anything else; `repeated` says in which."""
    starting: dict[int, list[Merge]] = {}
    for merge in merges:
        starting.setdefault(merge.first, []).append(merge)
    open_: dict[int, tuple[Merge, str]] = {}
    for number, own in rows:
        row = own
        open_ = {position: each for position, each in open_.items() if each[0].last >= number}
        if open_ and any(own):
            row = own + [""] * (max(open_) + 1 - len(own))
            for position, (merge, text) in open_.items():
                row[position] = row[position] or text
                if (merge.first, position) in spoiled:
                    spoiled[number, position] = spoiled[merge.first, position]
            repeated.append(number)
        for merge in starting.get(number, ()):
            if merge.position < len(row):
                open_[merge.position] = merge, row[merge.position]
        yield number, row


def damaged(file: str) -> BadFile:
    """Return the error for a workbook that cannot be opened."""
    reason = mark("the workbook is damaged or incomplete.")
    return BadFile(file=file, reason=reason, remedy=mark("Open it in Excel, save it again, then try again."))


def protected(file: str) -> BadFile:
    """Return the error for a workbook that only a password opens."""
    reason = mark("the workbook is protected by a password.")
    return BadFile(
        file=file, reason=reason, remedy=mark("Open it in Excel, remove the password, save it, then try again.")
    )


def _opened(data: bytes, *, formulas: bool = False) -> Any:
    from openpyxl import load_workbook

    book: Any = load_workbook(BytesIO(data), read_only=True, data_only=not formulas, keep_links=False)
    for position, style in enumerate(book._cell_styles):  # noqa: SLF001 - the only ones to know them, and below
        if known := FORMATS_OF_CHINA.get(style.numFmtId):
            style.numFmtId = BUILTIN_FORMATS_MAX_SIZE + book._number_formats.add(known)  # noqa: SLF001
            book._date_formats.add(position)  # noqa: SLF001
    return book


def _markup(data: bytes, sheet: Any) -> tuple[bool, set[Merge], set[int]]:
    """Return whether a sheet holds formulas, its merged cells and its hidden rows: openpyxl tells of no large one."""
    has_formulas, merges, hidden = False, set(), set[int]()
    with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(sheet._worksheet_path) as part:  # noqa: SLF001 - the only one to know it
        for block in _overlapping(part):
            has_formulas = has_formulas or _FORMULA.search(block) is not None
            for column, first, last in _MERGED.findall(block):
                if len(column) <= _MOST_LETTERS and int(last) > int(first):
                    merges.add(Merge(column_index_from_string(column.decode()) - 1, int(first), int(last)))
            hidden.update(map(int, _HIDDEN.findall(block)))
            if len(merges) > MAX_ROWS or len(hidden) > MAX_ROWS:
                break
    return has_formulas, {merge for merge in merges if merge.position < MAX_COLUMNS}, hidden


def _overlapping(stream: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while block := stream.read(1024**2):
        yield tail + block
        tail = block[-_LONGEST_TAG:]


def _filled_cells(sheet: Any) -> int:
    sheet.reset_dimensions()  # what the file says of its size may be wrong, by mistake or on purpose
    head = islice(sheet.iter_rows(values_only=True), 1000)
    return len(list(islice((value for row in head for value in row if value is not None and value != ""), 2)))


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
        yield number, ["" if cell.data_type == "e" else shown(cell) for cell in row]


def shown(cell: Any) -> str:
    """Return what Excel shows in a cell that has a `value` and a `number_format`, as far as it matters."""
    value = cell.value
    if isinstance(value, int) and not isinstance(value, bool) and set(cell.number_format) == {"0"}:
        return f"{value:0{len(cell.number_format)}d}"
    if isinstance(value, dt.datetime) and _of_a_month(cell.number_format):
        return f"{value.year}年{value.month}月"
    return cell_text(value)


def _of_a_month(number_format: str) -> bool:
    """Return whether a format shows the month of a date and not its day: 2024年5月 is kept as the first of May."""
    shown_parts = _BESIDE_THE_DATE.sub("", number_format).lower()
    return "y" in shown_parts and not set("dhs").intersection(shown_parts)
