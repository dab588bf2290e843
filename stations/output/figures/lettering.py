"""Lettering: how text breaks into lines and which size fits. Nothing here draws."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

POINT_MM = 25.4 / 72
LEADING = 1.45  # from line to line, in sizes
_NARROW, _WIDE = " .,:;'!|()[]-fijlrtI", "mwMW%@"
_CLOSING = "，。；：、）》”"  # never at the start of a line


class Block(NamedTuple):
    """Lines of one size (points)."""

    size: float
    lines: list[str]

    @property
    def leading_mm(self) -> float:
        """From one baseline to the next."""
        return LEADING * self.size * POINT_MM


def fitted(paragraphs: Sequence[str], sizes: Sequence[float], *, box_mm: tuple[float, float]) -> Block:
    """Return the paragraphs broken into lines, in the first of `sizes` (points) in which they fit a box.

    If none fits, in the last: nothing is ever cut off.
    """
    width, height = box_mm
    for size in sizes:
        block = Block(size, [line for words in paragraphs for line in lines(words, width / (size * POINT_MM))])
        if len(block.lines) * block.leading_mm <= height:
            break
    return block


def lines(words: str, width_em: float) -> Iterator[str]:
    """Break a text into lines of a width in ems: between Chinese characters, else between words.

    A Latin word of more than 30 letters is broken too. The width of a letter is estimated, never too small by much.
    """
    line, used = "", 0.0
    for piece in re.findall(rf"(?:[!-~]{{1,30}} ?|.)[{_CLOSING}]*", words):
        if line and used + ems(piece.rstrip()) > width_em:
            yield line
            line, used = "", 0.0
        line, used = line + piece, used + ems(piece)
    yield line


def ems(letters: str) -> float:
    """Return about how wide letters are, in their size."""
    return sum(map(_em, letters))


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WFA":
        return 1.0
    return 0.36 if letter in _NARROW else 0.9 if letter in _WIDE else 0.66 if letter.isupper() else 0.58
