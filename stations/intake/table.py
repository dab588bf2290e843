"""A file as it is, before anybody asks what it means: headers, cells as text, and the numbers of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.reading import plain
from stations.model.vocabulary import Datum

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_ROWS = 500_000
MAX_COLUMNS = 200
MAX_CELLS = 10_000_000  # bounds the memory: below 1 GB even when each cell is another short text

GEOMETRY = ("geometry.lon", "geometry.lat")
"""The columns that hold the position of a GeoJSON feature."""


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
    """

    file: str
    cells: DataFrame
    flaws: tuple[Flaw, ...]
    notices: tuple[str, ...]
    datum: Datum | None


Spoiled = dict[tuple[int, int], tuple[str, str]]
"""(row, position of the cell from 0) → (text, reason) of cells whose text must not be taken for their value."""


def arranged(rows: Iterable[tuple[int, list[str]]], file: str, *, spoiled: Spoiled | None = None) -> Parsed:
    """Return numbered rows as a table: the first row with any text is the header, blank rows are left out.

    A text to the right of the last header, or under a blank one, is a flaw of its row: never shifted, never dropped.
    `spoiled` is read after the last row, so that it may grow while the rows are read.

    Raises
    ------
    BadFile
        No header, no rows, a header twice, or more rows, columns or cells than the limits allow.
    """
    filled = ((number, trimmed) for number, row in rows if any(trimmed := [cell.strip() for cell in row]))
    first, names = next(filled, (0, []))
    header = checked_header(names, file)
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
    return Parsed([header[position] for position in kept], table, numbers, flaws, [])


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


def empty(file: str) -> BadFile:
    """Return the error for a file without anything in it."""
    remedy = mark("Choose a file that has headers in its first row and records below.")
    return BadFile(file=file, reason=mark("the file is empty."), remedy=remedy)


def checked_header(cells: list[str], file: str) -> list[str]:
    """Return the headers without the blank ones at the end. Raises `BadFile` for a header twice or too many."""
    names = [plain(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise too_large(
            file, _("it has {count} columns; at most {limit} can be read.").format(count=len(names), limit=MAX_COLUMNS)
        )
    places: dict[str, int] = {}
    for position, name in enumerate(names):
        if name and name in places:
            reason = _("the header “{header}” occurs twice, in columns {first} and {second}.").format(
                header=name, first=letters(places[name]), second=letters(position)
            )
            remedy = mark("Rename one of the two columns, or delete it.")
            raise BadFile(file=file, reason=reason, remedy=remedy)
        places[name] = position
    return names


def letters(position: int) -> str:
    """Return the letters Excel shows above the column at `position` (from 0): A to Z, AA, AB and so on."""
    before, last = divmod(position, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def number_text(number: float) -> str:
    """Return a number as Excel shows it: whole numbers without a point, at most 15 digits."""
    return str(number) if isinstance(number, int) else f"{number:.15g}"


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
