"""Rows that stand among the records of a list and are none: totals, headers once more, headings and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stations.intake.files.table import NO_HEADER_ROW, Parsed
from stations.model.language import gettext as _
from stations.model.language import listed
from stations.model.reading import plain
from stations.model.vocabulary import folded

ROW_NUMBERS = frozenset({"序号", "no.", "no", "#"})
"""Headers of columns that only number the rows of a list."""
SHOWN = 10
"""So many of the rows are named."""

_TOTAL = re.compile(r"(?:合计|总计|小计|共计|合计数|总数|total|sum)[:：]?(?:\d+[个家处座条]?)?")
_NOTE = re.compile(
    r"(?:注|备注|说明|注意|注意事项|填表说明|填报说明|(?:填表|填报|制表|审核|复核|审批|报送|经办)(?:人|单位|日期|时间)?|"
    r"单位负责人|分管领导|(?:单位)?盖章)(?:\(.*?\))?:.*"
)
_BEGINNINGS = frozenset("合总小共填制审复报经单分盖注备说TtSs")
"""How a total or a note with other cells beside it may begin."""
_NUMBER = re.compile(r"\d{0,9}(?:\.0*)?")
_LONGEST = 2_000


def without_asides(parsed: Parsed) -> Parsed:
    """Return the table without the rows that are no records, which are told in a notice.

    A row is none that begins with the word for a total, has its headers in all of its cells, says 注：… or
    the like and nothing else, stands below such a note with a single cell, or has nothing but words in the column that
    numbers the rows. A layer has no such rows; a list of nothing else keeps them.
    """
    if parsed.header_row == NO_HEADER_ROW:
        return parsed
    headers, noted = [folded(header) for header in parsed.header], False
    found: dict[int, str] = {}
    for number, row in zip(parsed.numbers, parsed.rows, strict=True):
        filled = [at for at, text in enumerate(row) if text]
        first = row[filled[0]] if filled else ""
        if len(filled) > 1 and first[0] not in _BEGINNINGS and first not in parsed.header:
            noted = False
            continue
        texts = [folded(row[at][:_LONGEST]) for at in filled]
        noted = bool(texts) and (_is_note(texts) or (noted and len(texts) == 1 < len(headers)))
        if noted or _is_aside(filled, texts, headers):
            found[number] = first
    if not found or len(found) == len(parsed.rows):
        return parsed
    kept = [at for at, number in enumerate(parsed.numbers) if number not in found]
    return parsed._replace(
        rows=[parsed.rows[at] for at in kept],
        numbers=[parsed.numbers[at] for at in kept],
        flaws=[flaw for flaw in parsed.flaws if flaw.row not in found],
        notices=[*parsed.notices, _told(found)],
    )


def _is_aside(filled: Sequence[int], texts: Sequence[str], headers: Sequence[str]) -> bool:
    if not filled:
        return False
    again = len(filled) > 1 and all(text == headers[at] for at, text in zip(filled, texts, strict=True))
    heading = len(filled) == 1 and headers[filled[0]] in ROW_NUMBERS and not _NUMBER.fullmatch(texts[0])
    return again or heading or _TOTAL.fullmatch(texts[0]) is not None


def _is_note(texts: Sequence[str]) -> bool:
    return _NOTE.fullmatch(texts[0]) is not None and all(":" in text for text in texts)


def _told(found: dict[int, str]) -> str:
    rows = [
        _("row {row} (“{text}”)").format(row=row, text=plain(text)[:20]) for row, text in list(found.items())[:SHOWN]
    ]
    more = ["…"] if len(found) > SHOWN else []
    return _("Not read, as they are no records: {rows}.").format(rows=listed([*rows, *more]))
