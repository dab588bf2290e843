"""The figures of a table in a text: lines whose cells stand apart by tabs, as Word and Excel copy them.

A cell that is a number is a figure; what it counts is said by the head of its column, by the first cell of its row and,
where both leave it open, by the head of another column or the paragraph above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from stations.intake.clauses import NAMES, Clause, Figure, by_list, pieces, topic_of
from stations.intake.counted_words import CountedWords
from stations.intake.numerals import numerals
from stations.intake.stated_days import StatedDay, stated_days
from stations.model.schema import Kind

_CELL = re.compile(r"\t")
_COUNT = re.compile(r"数|计|总|占比|\b(?:number|count|total)s?\b", re.IGNORECASE)
_TOTAL = re.compile(r"\s*(?:合\s*计|总\s*计|小\s*计|总\s*数|数\s*量|totals?)?\s*(?:[(][^()]*[)])?\s*", re.IGNORECASE)


class Cell(NamedTuple):
    """A figure of a table: the day that its column or row names, its column, and whether its row is the sum."""

    figure: Figure
    day: StatedDay | None
    column: int
    total: bool


def is_row(line: Clause) -> bool:
    """Return whether a line of a text is a row of a table."""
    return "\t" in line.text.strip()


def cells_of(rows: Sequence[Clause], known: CountedWords, *, topic: Kind | None) -> Iterator[Clause | Cell]:
    """Yield the cells of a table: a figure, or a text to be read by itself.

    The first row is the head. A number of which the head does not say that it counts is left out.
    """
    head, *body = (list(pieces(row, _CELL)) for row in rows)
    yield from head
    heads = [(cell.text, by_list(known.in_text(cell.text)), stated_days(cell.text)) for cell in head]
    topic = topic_of(known.in_text(rows[0].text)) or topic
    for label, *cells in body:
        yield label
        own, days = by_list(known.in_text(label.text)), stated_days(label.text)
        total = _TOTAL.fullmatch(label.text) is not None
        for at, (cell, (text, column, named)) in enumerate(zip(cells, heads[1:], strict=False)):
            number = next(numerals(cell.text), None)
            if number is None or not number.covers(cell.text):
                yield cell
                continue
            if not (column.keys() & {*NAMES, "change", "share"} or _COUNT.search(text)):
                continue  # a telephone number, a serial number
            said = ({"kind": topic} if topic else {}) | own | column
            words = f"{label.text.strip()} · {text.strip()} · {cell.text.strip()}"
            number = replace(number.moved(cell.start), unit="%") if "%" in text else number.moved(cell.start)
            figure = Figure(number, words, said, other=not (own or total))
            yield Cell(figure, next(iter([*named, *days]), None), at, total)
