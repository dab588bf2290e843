"""A file as it is, before anybody asks what it means: headers, cells as text, and the numbers of the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from itertools import count as numbers_from
from typing import TYPE_CHECKING, Any, NamedTuple

from stations.model.errors import BadFile
from stations.model.headers import PLACE, axes_in, datum_in, field_of
from stations.model.language import gettext as _
from stations.model.language import listed, mark
from stations.model.reading import plain
from stations.model.schema import RECORDS
from stations.model.vocabulary import Datum

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_ROWS = 500_000
MAX_COLUMNS = 200
MAX_CELLS = 10_000_000  # bounds the memory: below 1 GB even when each cell is another short text

HAND_IN = mark(
    "Use a CSV, XLSX, XLS, GeoJSON, GeoPackage, zipped Shapefile or KML file; Excel or a mapping program can save "
    "other files as one of these."
)
"""What to do with a file of another kind."""
TITLE_ROWS = 20
"""Headers are looked for in so many first rows: above them stand a title, who made the list, and when."""
NO_HEADER_ROW = 0
"""Stands for the row of the headers where the format names its columns itself."""

ONLY_POINTS = mark(
    "Only points can be read here. Replace this geometry by a point. Areas with people are read as demand data, "
    "barriers (land where nothing can be built) on the page of siting."
)
"""Why a feature of another shape is refused."""

GEOMETRY = ("geometry.lon", "geometry.lat")
"""The columns that hold the position of a feature."""


class Flaw(NamedTuple):
    """A cell that cannot be taken as it is, in the words of the current language: its row is not accepted."""

    row: int
    column: str | None
    value: str | None
    reason: str


class Parsed(NamedTuple):
    """What a parser makes of a file; plain values only, so that another process can hand it over as JSON."""

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    flaws: list[Flaw]
    notices: list[str]
    datum: Datum | None = None
    header_row: int = NO_HEADER_ROW
    sheet: str | None = None
    sheets: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file as it is.

    Attributes
    ----------
    file
        Its name.
    cells
        Text (object dtype), trimmed, a blank is ``""``; lists and objects of a GeoJSON file are JSON text. Columns
        are the headers as the file has them, blank rows are left out. The index is the number of a row as Excel
        shows it, or of a GeoJSON feature (from 1).
    flaws
        Cells that cannot be taken as they are.
    notices
        What the reader has to say about the whole file, in words.
    datum
        The datum that the format itself promises (GeoJSON), else ``None``.
    header_row
        The row of the headers as Excel numbers it; `NO_HEADER_ROW` where the format names its columns itself.
    sheet
        The sheet, layer or folder that was read; ``None`` where the format has none, or all are read.
    sheets
        Those that hold anything, in their order.
    """

    file: str
    cells: DataFrame
    flaws: tuple[Flaw, ...]
    notices: tuple[str, ...]
    datum: Datum | None
    header_row: int = NO_HEADER_ROW
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


Spoiled = dict[tuple[int, int], tuple[str, str]]
"""(row, position of the cell from 0) → (text, reason) of cells whose text must not be taken for their value."""


Row = tuple[int, list[str]]
"""A row with its number."""


def arranged(
    rows: Iterable[Row], file: str, *, spoiled: Spoiled | None = None, header_row: int | None = None
) -> Parsed:
    """Return numbered rows as a table, blank rows left out.

    The headers stand in `header_row`; without one, in that of the first `TITLE_ROWS` rows which has most headers of
    stations or bases, at least two, and in the first row with any text where none has. Two rows are read together where
    only both name the columns. What stands above is told in a notice, and that a header occurs twice: the second one
    gets a number. A text to the right of the last header, or under a blank one, is a flaw of its row: never shifted,
    never dropped. `spoiled` is read after the last row, so that it may grow while the rows are read.

    Raises
    ------
    BadFile
        No header, no rows, a header of coordinates twice, or more rows, columns or cells than the limits allow.
    """
    filled: Iterator[Row] = (
        (number, trimmed) for number, row in rows if any(trimmed := [cell.strip() for cell in row])
    )
    notices, (first, names), filled = _parted(filled, file, header_row)
    names, filled = _over_two(names, filled)
    header, repeated = _told_apart(checked_header(names, file), file)
    if not header:
        raise empty(file)
    kept = [position for position, name in enumerate(header) if name]
    table: list[list[str]] = []
    numbers: list[int] = []
    flaws: list[Flaw] = []
    for number, row in _within_limits(filled, len(header), file):
        numbers.append(number)
        if len(row) == len(kept) == len(header):
            table.append(row)
        else:
            table.append([row[position] if position < len(row) else "" for position in kept])
            flaws += _headless(number, row, header)
    flaws += [
        Flaw(row, _column_name(header, position), value, reason)
        for (row, position), (value, reason) in (spoiled or {}).items()
        if row > first
    ]
    if not table and not flaws:
        raise BadFile(
            file=file,
            reason=mark("it has headers but no rows."),
            remedy=mark("Add at least one row below the headers."),
        )
    return Parsed(
        [header[position] for position in kept], table, numbers, flaws, [*notices, *repeated], header_row=first
    )


def _over_two(names: list[str], filled: Iterator[Row]) -> tuple[list[str], Iterator[Row]]:
    """Return the headers, with two for one that says both coordinates and stands above two columns, and the rows."""
    head = list(islice(filled, 1))
    for at, name in enumerate(map(plain, names[:MAX_COLUMNS])):
        beside = any(len(cells) > at + 1 and cells[at + 1] for _number, cells in head)
        if (axes := axes_in(name)) and beside and not any(names[at + 1 : at + 2]):
            turned = name.casefold().startswith(("纬", "北纬", "lat", "y"))
            names = [*names[:at], *(axes[::-1] if turned else axes), *names[at + 2 :]]
            break
    return names, chain(head, filled)


def known_headers(cells: Iterable[str]) -> int:
    """Return how many of these cells are headers of a station or a base; no more are looked at than may be read."""
    named = [plain(cell) for cell in islice(cells, MAX_COLUMNS) if cell]
    fields = {field_of(kind, name) for kind in RECORDS for name in named} - {None}
    return len(fields) + any(axes_in(name) for name in named)


def _parted(filled: Iterator[Row], file: str, header_row: int | None) -> tuple[list[str], Row, Iterator[Row]]:
    """Return what is to be said of the rows above, the row of the headers, and the rows below."""
    if header_row is None:
        head = _first_rows(filled)
        found = max(head, key=lambda row: known_headers(row[1]), default=(NO_HEADER_ROW, []))
        at = head.index(found) if known_headers(found[1]) > 1 else 0
        for upper in (at - 1, at):
            if 0 <= upper < len(head) - 1 and (both := _both(*head[upper : upper + 2])):
                words = _("The headers stand in the rows {upper} and {lower}, which are read together.")
                told = [words.format(upper=head[upper][0], lower=both[0]), *_title_notice(head[:upper], both[0])]
                return told, both, chain(head[upper + 2 :], filled)
        row = head[at] if head else found
        return _title_notice(head[:at], row[0]), row, chain(head[at + 1 :], filled)
    above: list[Row] = []
    for number, cells in filled:
        if number == header_row:
            return _title_notice(above, number), (number, cells), filled
        if number > header_row:
            break
        above.append((number, cells))
    reason = _("row {row} holds no headers.").format(row=header_row)
    raise BadFile(file=file, reason=reason, remedy=mark("Name the row in which the headers stand."))


def _both(upper: Row, lower: Row) -> Row | None:
    """Return two rows as one of headers; ``None`` where one of them names as many columns, and the datum, by itself.

    A header of the lower row stands for the group above it, and takes its name along where that tells it from another,
    or says the datum.
    """
    (above, groups), (number, names) = upper, lower
    if number != above + 1 or any(name.replace(".", "").isdecimal() for name in names):
        return None
    group, joined, datums = "", [], 0
    for over, name in zip_longest(groups, names, fillvalue=""):
        group = over or group
        datum = bool(name and not datum_in(name) and datum_in(group + name))
        joined.append(group + name if datum or (name and names.count(name) > 1) else name or over)
        datums += datum
    more = known_headers(joined) > max(known_headers(groups), known_headers(names))
    return (number, joined) if more or datums else None


def _first_rows(filled: Iterator[Row]) -> list[Row]:
    """Return those of the rows that may hold the headers."""
    head: list[Row] = []
    for row in filled:
        head.append(row)
        if row[0] >= TITLE_ROWS:
            break
    return head


def _title_notice(titles: list[Row], header_row: int) -> list[str]:
    if not titles:
        return []
    words = _("The headers stand in row {row}. Not read above them: {titles}.")
    texts = (" ".join(filter(None, cells))[:60] for _number, cells in islice(titles, 5))
    return [words.format(row=header_row, titles=listed(_("“{text}”").format(text=plain(text)) for text in texts))]


def edited(table: RawTable, edits: Mapping[tuple[int, str], str]) -> RawTable:
    """Return a table with some cells replaced; what was wrong with such a cell no longer counts."""
    meant = {
        (row, header): text
        for (row, header), text in edits.items()
        if row in table.cells.index and header in table.cells
    }
    if not meant:
        return table
    cells = table.cells.copy()
    for (row, header), text in meant.items():
        cells.at[row, header] = text.strip()
    flaws = tuple(flaw for flaw in table.flaws if (flaw.row, flaw.column) not in meant)
    return replace(table, cells=cells, flaws=flaws)


def empty(
    file: str, *, remedy: str = mark("Choose a file that has headers in its first row and records below.")
) -> BadFile:
    """Return the error for a file without anything in it."""
    return BadFile(file=file, reason=mark("the file is empty."), remedy=remedy)


def checked_header(cells: list[str], file: str) -> list[str]:
    """Return the headers without the blank ones at the end. Raises `BadFile` for too many."""
    names = [plain(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise too_large(
            file, _("it has {count} columns; at most {limit} can be read.").format(count=len(names), limit=MAX_COLUMNS)
        )
    return names


def _told_apart(header: list[str], file: str) -> tuple[list[str], list[str]]:
    """Return headers that differ, later ones with a number where they did not, and what is to be said of that.

    Raises `BadFile` for coordinates twice: nobody but the office knows which are meant.
    """
    places: dict[str, int] = {}
    notices = []
    for position, name in enumerate(header):
        if not name:
            continue
        own = name
        if name in places:
            where = {"header": name, "first": letters(places[name]), "second": letters(position)}
            if any(field_of(kind, name) in PLACE for kind in RECORDS):
                reason = _("the header “{header}” occurs twice, in columns {first} and {second}.").format(**where)
                raise BadFile(file=file, reason=reason, remedy=mark("Rename one of the two columns, or delete it."))
            own = next(
                numbered for number in numbers_from(2) if (numbered := f"{name}{number}") not in {*places, *header}
            )
            words = _("The header “{header}” stands in columns {first} and {second}; the second is “{own}” here.")
            notices.append(words.format(own=own, **where))
        places[own] = position
    return [{position: own for own, position in places.items()}.get(at, "") for at in range(len(header))], notices


def letters(position: int) -> str:
    """Return the letters Excel shows above the column at `position` (from 0): A to Z, AA, AB and so on."""
    before, last = divmod(position, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def number_text(number: float) -> str:
    """Return a number as Excel shows it: whole numbers without a point, at most 15 digits."""
    return str(number) if isinstance(number, int) else f"{number:.15g}"


def cell_text(value: Any) -> str:
    """Return what Excel shows of a value, as far as it matters: dates as 2026-12-31, nothing for what is not known."""
    match value:
        case None:
            text = ""
        case str():
            text = value
        case bool():
            text = str(value).lower()
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


def no_such_sheet(file: str, sheet: str, sheets: Iterable[str]) -> BadFile:
    """Return the error for a sheet, layer or folder that a file does not have."""
    reason = _("it has no sheet “{sheet}” that holds anything.").format(sheet=sheet)
    return BadFile(file=file, reason=reason, remedy=_("Choose one of: {sheets}.").format(sheets=listed(sheets)))


def sheet_notice(sheet: str, sheets: Iterable[str]) -> list[str]:
    """Return the notice that only one of several sheets is read; none where it is the only one."""
    others = [name for name in sheets if name != sheet]
    words = _("Only the sheet “{sheet}” is read. Not read: {others}.")
    return [words.format(sheet=sheet, others=listed(others))] if others else []


def too_large(file: str, reason: str) -> BadFile:
    """Return the error for a file beyond the limits."""
    remedy = mark("Split it into several files, or delete what is not needed, and try again.")
    return BadFile(file=file, reason=reason, remedy=remedy)


def _within_limits(rows: Iterator[tuple[int, list[str]]], width: int, file: str) -> Iterator[tuple[int, list[str]]]:
    most = min(MAX_ROWS, MAX_CELLS // width)
    for count, row in enumerate(rows):
        if count == most:
            raise too_large(
                file, _("it has more than {rows} rows of {columns} columns.").format(rows=most, columns=width)
            )
        yield row


def _headless(number: int, row: list[str], header: list[str]) -> list[Flaw]:
    reason = _(
        "There is text where the file has no header: a comma or tab too many, or a missing header. "
        "Put a cell that holds a comma in quotation marks, or add the header."
    )
    return [
        Flaw(number, letters(position), cell, reason)
        for position, cell in enumerate(row)
        if cell and not (position < len(header) and header[position])
    ]


def _column_name(header: list[str], position: int) -> str:
    return (header[position] if position < len(header) else "") or letters(position)
