"""Texts in the place of a date that name no day, or may be one of several: what they may mean. None is guessed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

from pydantic_core import PydanticCustomError

from stations.model.reading import FIRST_YEAR, day, plain

_LONGEST = 20
_NO_DAY = re.compile(
    r"(?P<year>[12]\d{3})(?:年?|\s*[-/.年]\s*(?P<month>1[0-2]|0?[1-9])\s*(?:月(?:份|初|中|底|末|[上中下]旬)?)?"
    r"|(?P<digits>0[1-9]|1[0-2]))"
)
_YEAR_FIRST = re.compile(r"(\d{2})\s*[-.年]\s*(\d{1,2})\s*[-.月]\s*(\d{1,2})\s*日?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*([12]\d{3})")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{1,2})")
_YEAR_DIGITS = 2
_SERIAL = re.compile(r"[3-5]\d{4}")  # of the years 1982 to 2064
_EXCEL_BEGINS = dt.date(1899, 12, 30)
_CENTURY_TURNS = 50  # 26 is 2026, 88 is 1988


def is_day(cell: object) -> bool:
    """Return whether a cell is one day, or says nothing."""
    try:
        day(cell)
    except PydanticCustomError:
        return False
    return True


def counted_day(cell: str) -> dt.date | None:
    """Return the day that a number stands for: a workbook counts the days since 1899-12-30."""
    text = unicodedata.normalize("NFKC", plain(cell)) if len(cell) <= _LONGEST else ""
    return _EXCEL_BEGINS + dt.timedelta(days=int(text)) if _SERIAL.fullmatch(text) else None


def days_meant(cell: str) -> tuple[dt.date, ...] | None:
    """Return the days that a text may mean, none where it names a month or a year; ``None``: it is no such text.

    2024年5月, 2024.5 and 2024 name no day. 6/1/2026 may be two days, 13/6/2026 one, and so may 26-6-1: after a year of
    two digits, with hyphens, month and day follow.
    """
    text = unicodedata.normalize("NFKC", plain(cell)) if len(cell) <= _LONGEST else ""
    if found := _NO_DAY.fullmatch(text):
        return () if int(found["year"]) >= FIRST_YEAR else None
    days = tuple(sorted({day for day in _readings(text) if day.year >= FIRST_YEAR}))
    return days or None


def _readings(text: str) -> Iterator[dt.date]:
    parts: list[tuple[str, str, str]] = []
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
        parts = [(year, month, day)]
    elif found := _YEAR_LAST.fullmatch(text):
        one, other, year = found.groups()
        parts = [(year, one, other), (year, other, one)]
    elif found := _SLASHES.fullmatch(text):
        one, other, last = found.groups()
        parts = [(one, other, last)] if len(one) == _YEAR_DIGITS else []
        parts += [(last, one, other), (last, other, one)] if len(last) == _YEAR_DIGITS else []
    for year, month, day in parts:
        try:
            yield dt.date(_whole(int(year)), int(month), int(day))
        except ValueError:  # the calendar has no such day
            continue


def _whole(year: int) -> int:
    if year >= 100:
        return year
    return year + (2000 if year < _CENTURY_TURNS else 1900)
