"""The days and spans of time that a text names, in either language: ``截至2022年底``, ``2022年``, ``in 2022``.

A span says two things: its last day, on which what stands is counted, and the day before its first, since which what
came and went is counted. ``截至2022年底`` is no span: it names the day alone.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from operator import attrgetter

from babel.dates import get_month_names

from stations.intake.texts.numerals import from_chinese

_HAN = "〇○零一二三四五六七八九"
_MONTHS = tuple(get_month_names("wide", locale="en").values())
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS)

_CHINESE = re.compile(
    rf"(?P<than>[与较比]\s?)?(?P<until>截至|截止到?|到|至)?\s?"
    rf"(?:(?<!\d)(?P<first>(?:19|20)\d\d)年?\s?(?:—{{1,2}}|[-–~～至到])\s?)?(?<!\d)(?P<year>(?:19|20)\d\d|[一二][{_HAN}]{{3}})\s?年"
    rf"(?:\s?(?P<month>\d{{1,2}}|十?[一二三四五六七八九]|十)\s?月份?(?:\s?(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s?日)?"
    r"|(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度)?"
    r"(?P<end>年?底|年?末)?(?P<since>以来|起)?(?P<than_too>相比|同期)?"
)
_ISO = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-./])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)")
_ENGLISH = re.compile(
    r"\b(?:(?P<than>compared (?:with|to)|than (?:in|at)|from|over)\s)?"
    r"(?:(?P<until>by|as of|as at|until|at)\s)?(?:(?P<since>since)\s|(?:in|during|of|for|through)\s)?"
    r"(?:the\s)?(?:year\s)?(?P<end>end[ -](?:of\s)?|year-end\s)?(?:the\s)?(?:(?P<half>first|second) half of\s)?"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s)?(?:(?P<month>{_MONTH})\.?\s(?:(?P<day_too>\d{{1,2}})(?:st|nd|rd|th)?,?\s)?)?"
    r"(?P<year>(?:19|20)\d\d)\b(?![,.]?\d)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:19|20)\d\d")
_NOW = re.compile(
    r"截至目前|目前|当前|今年以来|今年|本年度?|现有|\b(?:currently|at present|today|this year|now)\b", re.IGNORECASE
)
_VAGUE = re.compile(
    r"(?<![较比同与])(?:去年|上年|上一年|前年)(?!同期)|近年来?|近[一二两三四五六七八九十\d]+年来?|[三五]年来|十[一二三四五]五"
    r"|(?<!than )(?<!from )(?<!over )\blast year\b|\bin recent years\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class StatedDay:
    """What a text says of time from `start` to `end`.

    `day` is the last day that is named, ``None`` for now; `since` the day before the first of a span, ``None`` where
    the text names a day alone. `vague` is what names a time that cannot be told from the text: 去年, 近年来. `compared`
    is a day that another one is only compared with: 与2021年相比.
    """

    start: int
    end: int
    day: dt.date | None = None
    since: dt.date | None = None
    vague: bool = False
    compared: bool = False


def stated_days(text: str, before: StatedDay | None = None) -> list[StatedDay]:
    """Return what a text says of time, in its order; its digits are narrow ones, see `numerals.narrowed`.

    A day that is only compared with leaves the one named before it as it is: at the start of a text, `before`.
    """
    found = [*_dated(text), *(StatedDay(match.start(), match.end()) for match in _NOW.finditer(text))]
    found += [StatedDay(match.start(), match.end(), vague=True) for match in _VAGUE.finditer(text)]
    kept: list[StatedDay] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or each.start >= kept[-1].end:
            named = kept[-1] if kept else before
            kept.append(replace(each, day=named.day) if each.compared and named else each)
    return kept


def is_within(days: Sequence[StatedDay], start: int, end: int) -> bool:
    """Return whether a piece of a text, from `start` to `end`, is part of what it says of time."""
    passed = bisect_left(days, end, key=attrgetter("start"))
    return passed > 0 and days[passed - 1].end > start


def _dated(text: str) -> Iterator[StatedDay]:
    for pattern in (_CHINESE, _ISO, _ENGLISH):
        for match in pattern.finditer(text):
            if pattern is _ENGLISH and _BARE.fullmatch(match[0]):  # 2,022 stations, Plan 2022: a number, a name
                continue
            with suppress(ValueError):  # no day of any calendar: 2022年13月
                yield _of(match)


def _of(match: re.Match[str]) -> StatedDay:
    named = match.groupdict()
    place, year = match.span(), _whole(named["year"])
    month, day = named.get("month"), named.get("day") or named.get("day_too")
    first, last = _span(year, month=_month(month), half=named.get("half"), quarter=named.get("quarter"))
    if named.get("first"):  # 2021—2022年
        first = dt.date(int(named["first"]), 1, 1)
    if day:
        first = last = dt.date(year, last.month, _whole(day))
    if named.get("than") or named.get("than_too"):
        return StatedDay(*place, None, last, compared=True)
    if named.get("since"):
        return StatedDay(*place, None, first - dt.timedelta(1))
    alone = bool(day or named.get("end") or named.get("until"))
    return StatedDay(*place, last, None if alone else first - dt.timedelta(1))


def _span(year: int, *, month: int | None, half: str | None, quarter: str | None) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a year, or of a part of it."""
    months = (1, 12)
    if month:
        months = (month, month)
    elif half:
        months = (1, 6) if half.lower() in {"上", "first"} else (7, 12)
    elif quarter:
        months = (3 * _whole(quarter) - 2, 3 * _whole(quarter))
    return dt.date(year, months[0], 1), dt.date(year, months[1], monthrange(year, months[1])[1])


def _month(text: str | None) -> int | None:
    if text is None:
        return None
    found = next((number for number, name in enumerate(_MONTHS, 1) if name.lower().startswith(text[:3].lower())), 0)
    month = found or _whole(text)
    if not 1 <= month <= 12:
        raise ValueError(text)
    return month


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else int(from_chinese(text.replace("○", "〇")))
