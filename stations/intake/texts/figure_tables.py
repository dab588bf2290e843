"""The figures of a table in a text: lines whose cells stand apart by tabs, as Word and Excel copy them.

A cell that is a number is a figure; what it counts is said by the head of its column, by the first cell of its row and,
where both leave it open, by the head of another column or the paragraph above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from stations.intake.texts.clauses import NAMES, Clause, Figure, Words, pieces, topic_of
from stations.intake.texts.counted_words import WHERE, CountedWords, by_list
from stations.intake.texts.numerals import numerals
from stations.intake.texts.stated_days import StatedDay, stated_days
from stations.intake.texts.unread import unread
from stations.model.schema import Kind

_CELL = re.compile(r"\t")
_COUNT = re.compile(r"数|计|总|占比|\b(?:number|count|total)s?\b", re.IGNORECASE)
_OF_UNIONS = re.compile(r"工会(?!驿|服务|户外)|\bunion", re.IGNORECASE)
_TOTAL = re.compile(
    r"\s*(?:合\s*计|总\s*计|小\s*计|总\s*数|数\s*量|totals?|all [a-z]+)?\s*(?:[(][^()]*[)])?\s*", re.IGNORECASE
)


class Cell(NamedTuple):
    """A figure of a table: the day that its column or row names, its column, and whether its row is the sum."""

    figure: Figure
    day: StatedDay | None
    column: int
    total: bool


def is_row(line: Clause) -> bool:
    """Return whether a line of a text is a row of a table."""
    return "\t" in line.text.strip()


def cells_of(
    rows: Sequence[Clause], known: CountedWords, *, topic: Kind | None, home: Mapping[str, str]
) -> Iterator[Clause | Cell]:
    """Yield the cells of a table: a figure, or a text to be read by itself.

    The first row is the head. A number of which the head does not say that it counts is left out. Rows whose first cell
    is headed 工会 are unions; `home` is the place that the whole text is about.
    """
    head, *body = (list(pieces(row, _CELL)) for row in rows)
    yield from head
    heads = [(cell.text, by_list(known.in_text(cell.text)), stated_days(cell.text)) for cell in head]
    topics = list(_topics(head, known, topic or topic_of(known.in_text(rows[0].text))))
    of_unions = _OF_UNIONS.search(head[0].text) is not None
    for label, *cells in body:
        yield label
        own, days = by_list(known.in_text(label.text)), stated_days(label.text)
        total = _TOTAL.fullmatch(label.text) is not None
        placed = _at_home({} if total else own, home, known, of_unions=of_unions)
        for at, (cell, (text, column, named)) in enumerate(zip(cells, heads[1:], strict=False)):
            number = next(numerals(cell.text), None)
            if number is None or not number.covers(cell.text):
                yield cell
                continue
            if not (column.keys() & {*NAMES, "change", "share"} or _COUNT.search(text)):
                continue  # a telephone number, a serial number
            kind = topics[at + 1]
            said: Words = {**({"kind": kind} if kind else {}), **placed, **column}
            words = f"{label.text.strip()} · {text.strip()} · {cell.text.strip()}"
            number = replace(number.moved(cell.start), unit="%") if "%" in text else number.moved(cell.start)
            labels = (text,) if total else (text, label.text)
            left = " ".join(unread(each, known, english=each.isascii()) for each in labels)
            of = said if total and number.is_share else {}
            figure = Figure(number, words, said, of=of, other=not (own or total), unread=left.strip())
            yield Cell(figure, next(iter([*named, *days]), None), at, total)


def _topics(head: Sequence[Clause], known: CountedWords, topic: Kind | None) -> Iterator[Kind | None]:
    """Yield what each column counts where its head does not say: what the columns before it do."""
    for cell in head:
        topic = topic_of(known.in_text(cell.text)) or topic
        yield topic


def _at_home(said: Mapping[str, str], home: Mapping[str, str], known: CountedWords, *, of_unions: bool) -> Words:
    """Return what the first cell of a row says, with home where it names no place or the one that home lies in."""
    place = said.get("place", "")
    if of_unions and place:
        return {**{what: which for what, which in said.items() if what != "place"}, "union": place}
    if not said.keys() & WHERE or (place and place == known.around(home)):
        return {**home, **{what: which for what, which in said.items() if what != "place"}}
    return said
