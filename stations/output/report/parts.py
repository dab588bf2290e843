"""What a report is put together from: tables with a title, and pictures; and the figures of a table as text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stations.model import numbers

if TYPE_CHECKING:
    from pandas import DataFrame


class Count(int):
    """A whole number that a template can compare, and that reads with thousands separators."""

    def __str__(self) -> str:
        """Return it as people read it."""
        return numbers.people(int(self))


@dataclass(frozen=True, eq=False)
class Table:
    """A table: its title above it, and how many of its rows a page shows at the most (``None``: all)."""

    title: str
    frame: DataFrame
    most: int | None = None

    @property
    def hidden(self) -> int:
        """How many rows a page leaves out; a workbook has them all."""
        return 0 if self.most is None else max(len(self.frame) - self.most, 0)


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture (PNG) and the title below it."""

    title: str
    png: bytes


def header(table: Table) -> list[str]:
    """Return the titles of the columns, that of the index first."""
    return [str(table.frame.index.name), *map(str, table.frame.columns)]


def rows(table: Table) -> list[list[Any]]:
    """Return the cells of every row, that of the index first."""
    frame = table.frame
    cells = frame.astype(object).to_numpy().tolist()
    return [[key, *row] for key, row in zip(frame.index, cells, strict=True)]


def texts(table: Table) -> list[list[str]]:
    """Return the rows that a page shows as text: thousands separators, as many decimals in a column as it needs."""
    shown = rows(table)[: table.most]
    places = [numbers.decimals(row[at] for row in shown) for at in range(len(header(table)))]
    return [[_text(cell, decimals) for cell, decimals in zip(row, places, strict=True)] for row in shown]


def is_number(table: Table, column: int) -> bool:
    """Return whether a column holds numbers, which stand to the right; the index holds none."""
    cells = table.frame.iloc[:, column - 1] if column else ()
    known = [cell for cell in cells if not unknown(cell)]
    return bool(known) and all(isinstance(cell, int | float) or hasattr(cell, "__index__") for cell in known)


def unknown(cell: object) -> bool:
    """Return whether a cell says nothing: ``None``, NaN or pandas' NA."""
    return cell is None or cell != cell or type(cell).__name__ == "NAType"  # noqa: PLR0124 - NaN differs from itself


def ems(text: str) -> float:
    """Return the width of a text in its own size: a Chinese character is one."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.55 for letter in text)


def _text(cell: Any, decimals: int) -> str:
    if unknown(cell):
        return "—"
    if isinstance(cell, float):
        return f"{cell:,.{decimals}f}"
    return f"{int(cell):,}" if hasattr(cell, "__index__") else str(cell)
