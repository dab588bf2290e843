"""How one cell of an office file becomes a value: text in, typed value out, or a reason in words.

Every reader takes what a cell may hold (text, or the native value of a JSON file), returns ``None`` for a blank,
and but for free texts for what stands for one (“-”, “无”); else it raises an `unreadable` error. Full-width digits and
punctuation are read as their usual forms.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable

from pydantic_core import PydanticCustomError

from stations.model.angles import degrees
from stations.model.language import current_language, gettext, listed, mark
from stations.model.vocabulary import Datum, Facility, FacilityState, Term, other_datum

FIRST_YEAR = 1949
"""No station, and no base, is older."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_CLOCK = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DATE = re.compile(rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?{_CLOCK}")
_DIGITS = re.compile(r"([12]\d{3})([01]\d)([0-3]\d)")
_SEPARATORS = re.compile(r"[、,;|/\n]+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff"  # control characters, and what XML cannot hold
    r"\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
_EDGES = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200c\u200d"
"""What is cut off at both ends: also joiners, which within a text shape what stands on both sides of them."""
_SAYS_NOTHING = {"无", "暂无", "没有", "不详", "不明", "未知", "空", "none", "na", "nil", "null", "unknown"}
_MARK, _LONGEST_MARK = re.compile(r"[-—–−―─/\\]{0,4}"), 10
_IDENTIFIER = re.compile(r"[\w.-]{1,40}")
_GUARDED = ("'=", "'+", "'-", "'@", "'#", "'\t", "'\r")


def unreadable(template: str, **context: object) -> PydanticCustomError:
    """Return the error for a cell that cannot be read: its `msg` is the marked `template`, in the current language."""
    return PydanticCustomError("unreadable", gettext(template), context)


def plain(cell: object) -> str:
    """Return the text of a cell: trimmed, what is not seen and the spreadsheet guard (') removed."""
    words = _UNSEEN.sub("", "" if cell is None else str(cell)).strip(_EDGES)
    if "\r" in words:  # a line break is \n: a workbook would make it that
        words = words.replace("\r\n", "\n").replace("\r", "\n")
    return words[1:].strip(_EDGES) if words.startswith(_GUARDED) else words


def says_something(words: str | None) -> bool:
    """Return whether a text is more than a mark that stands for an empty one: “-”, “无”, “n/a”."""
    return _heard(words or "") not in {"", *_SAYS_NOTHING}


def _heard(words: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words))).casefold()


def is_blank(words: str) -> bool:
    """Return whether a text in the place of a number, a day or a term is none: empty, dashes, a slash, “无”, “n/a”."""
    return len(words) <= _LONGEST_MARK and (_MARK.fullmatch(words) is not None or _heard(words) in _SAYS_NOTHING)


def text(longest: int) -> Callable[[object], str | None]:
    """Return a reader of free text of at most `longest` characters."""

    def read(cell: object) -> str | None:
        words = plain(cell)
        if len(words) > longest:
            raise unreadable(
                mark("It has {length} characters; at most {longest} fit. Shorten it."),
                length=len(words),
                longest=longest,
            )
        return words or None

    return read


def identifier(cell: object) -> str | None:
    """Read an identifier: letters (also Chinese), digits, ``_ . -``, at most 40 of them."""
    words = unicodedata.normalize("NFKC", plain(cell))
    if words and not _IDENTIFIER.fullmatch(words):
        raise unreadable(mark("An identifier has 1 to 40 characters: letters, digits, “-”, “_” or “.”. Change it."))
    return words or None


def number(
    least: float, most: float, *, example: str = "117.0183", grouped: bool = False, unit: str = ""
) -> Callable[[object], float | None]:
    """Return a reader of a number from `least` to `most` (both allowed), to 15 digits: Excel keeps no more.

    Commas between thousands are read where they are `grouped`, as counts are; in a coordinate one may be the decimal.
    Behind the number may stand its `unit`, a pattern.
    """
    measured = re.compile(rf"(?<=[\d.])\s*(?:{unit})$")

    def read(cell: object) -> float | None:
        words = unicodedata.normalize("NFKC", plain(cell)).replace("−", "-").removeprefix("'")
        words = measured.sub("", words) if unit else words
        words = words.replace(",", "") if grouped and _GROUPED.fullmatch(words) else words
        if is_blank(words):
            return None
        if not _NUMBER.fullmatch(words) or not math.isfinite(value := float(f"{float(words):.15g}")):
            raise unreadable(mark("This is not a number. Write digits only, for example {example}."), example=example)
        if not least <= value <= most:
            raise unreadable(
                mark("The number must lie between {least} and {most}."), least=f"{least:,.15g}", most=f"{most:,.15g}"
            )
        return value

    return read


def angle(least: float, most: float, *, example: str = "117.0183") -> Callable[[object], float | None]:
    """Return a reader of degrees from `least` to `most`: a number, or degrees, minutes and seconds."""
    read_number = number(least, most, example=example)

    def read(cell: object) -> float | None:
        try:
            return read_number(cell)
        except PydanticCustomError:
            value = degrees(plain(cell))
            if value is None:
                raise
            return read_number(value)

    return read


def whole(least: int, most: int, *, unit: str = "") -> Callable[[object], int | None]:
    """Return a reader of a whole number from `least` to `most` (both allowed), with commas between thousands or not."""
    read_number = number(least, most, example="20", grouped=True, unit=unit)

    def read(cell: object) -> int | None:
        value = read_number(cell)
        if value is not None and value != int(value):
            raise unreadable(mark("This must be a whole number."))
        return None if value is None else int(value)

    return read


_NUMERALS = str.maketrans("一二三四五", "12345")
_stars = whole(1, 5, unit="星级?")


def star(cell: object) -> int | None:
    """Read stars, one to five: 4, 四星, 5星级."""
    words = plain(cell)
    return _stars(words.translate(_NUMERALS) if words.endswith(("星", "星级")) else words)


def day(cell: object) -> dt.date | None:
    """Read a date: 2026-12-31, 2026/12/31, 2026.12.31, 2026年12月31日 or 20261231, without the hour that may follow."""
    words = unicodedata.normalize("NFKC", plain(cell))
    if is_blank(words):
        return None
    parts = _DATE.fullmatch(words) or _DIGITS.fullmatch(words)
    if not parts:
        raise unreadable(mark("This is not a date. Write it as 2026-12-31."))
    try:
        found = dt.date(*map(int, parts.groups()))
    except ValueError:
        raise unreadable(mark("This is not a date: the calendar has no such day. Check month and day.")) from None
    if found.year < FIRST_YEAR:
        raise unreadable(mark("This day lies too far back. Check the year."))
    return found


def term(terms: type[Term]) -> Callable[[object], Term | None]:
    """Return a reader of one word of a vocabulary, by key, label or alias."""

    def read(cell: object) -> Term | None:
        words = plain(cell)
        if not words:
            return None
        member = terms.read(words)
        if member is None and is_blank(words):
            return None
        if member is None:
            raise unreadable(
                mark("“{word}” is not in the list. Separate words by “、”. Choose from: {offered}.")
                if " " in words
                else mark("“{word}” is not in the list. Choose from: {offered}."),
                word=words[:40],
                offered=offered(terms),
            )
        return member

    return read


_datum = term(Datum)


def datum(cell: object) -> Datum | None:
    """Read a datum; one that cannot be converted is told from a word that is none."""
    words = plain(cell)
    if named := other_datum(words):
        raise unreadable(
            mark(
                "“{word}” ({named}) cannot be converted here: that takes parameters which hold for its own area alone. "
                "Have the coordinates converted to CGCS2000 or WGS84, by whoever surveyed them."
            ),
            word=words[:40],
            named=gettext(named),
        )
    found = _datum(words)
    return found if isinstance(found, Datum) else None


def offered(terms: type[Term]) -> str:
    """Return the labels of a vocabulary in the current language, as one text."""
    return listed(member.label(current_language()) for member in terms)


def parts_of(words: str) -> list[str]:
    """Return the words of a cell that holds several."""
    return _SEPARATORS.split(unicodedata.normalize("NFKC", words))


def several(terms: type[Term]) -> Callable[[object], tuple[Term, ...]]:
    """Return a reader of any number of words of a vocabulary, separated by 、 , ; / or |."""
    read_term = term(terms)

    def read(cell: object) -> tuple[Term, ...]:
        cells = cell if isinstance(cell, list | tuple) else parts_of(plain(cell))
        found = [member for part in cells if (member := _whole_term(terms, read_term, part)) is not None]
        return tuple(sorted(set(found), key=list(terms).index))

    return read


def _whole_term(terms: type[Term], read_term: Callable[[object], Term | None], part: object) -> Term | None:
    return part if isinstance(part, terms) else read_term(part)


_FACILITIES = tuple(Facility)
_FACILITY, _STATE = term(Facility), term(FacilityState)


def facilities(cell: object) -> dict[Facility, FacilityState]:
    """Read facilities: ``饮水、厕所:故障、淋浴:无`` or ``{"water": "yes"}``. A facility named alone is there."""
    if isinstance(cell, dict):
        pairs = [(plain(name), plain(state)) for name, state in cell.items()]
    else:
        given = map(plain, cell) if isinstance(cell, list) else [plain(cell)]
        parts = [part for words in given for part in parts_of(words)]
        pairs = [(name, state or "yes") for name, _, state in (part.partition(":") for part in parts if part.strip())]
    states = {_FACILITY(name): _STATE(state) for name, state in pairs}
    return {name: state for name in _FACILITIES if (state := states.get(name)) is not None}  # type: ignore[misc]
