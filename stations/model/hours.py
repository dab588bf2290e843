"""Opening hours as office lists write them: text in, weekly intervals out, never a guess.

Text is read as a whole: one word that is not understood makes the whole text ``None``, so that what is shown
as known is known. Days stand before their times (``周一至周五 9:00-17:00``) or after them
(``9:00-17:00（周一至周五）``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

DAY_MINUTES = 1440
WEEK_MINUTES = 7 * DAY_MINUTES

_EVERY_DAY = frozenset(range(7))

# A repeat that holds repeats is possessive (*+), so that no text takes long.
_NUMERALS = "一二三四五六日天"  # the last two are both Sunday
_TO = r"[-~—–‐−―〜至到]{1,2}"
_AND = r"[、,/和及与]"
_DAY = rf"每?(?:周|星期|礼拜)(?:[{_NUMERALS}]|[1-7](?!\d))"
_BARE_DAY = r"[1-7](?!\d|[点时]|[:.]\d\d(?!:))"  # 周1-5, and no clock
_RUN = rf"{_DAY}(?:\s*(?:{_TO}|{_AND})?\s*(?:{_DAY}|[{_NUMERALS}])|\s*{_TO}\s*{_BARE_DAY})*+"
_HOLIDAYS = r"(?:国家)?(?:法定)?(?:节假日|节日|假日)"
_DAYS_ONCE = rf"(?:{_RUN}|工作日|周末|双休日|每天|每日|天天|全周|{_HOLIDAYS})"
_DAYS = rf"{_DAYS_ONCE}(?:\s*{_AND}?\s*{_DAYS_ONCE})*+"
_CLOSED = r"(?:休息|闭馆|休馆|歇业|闭站|关闭|停止服务|不开放|不对外开放|不营业|除外)"
_ALL_DAY = r"(?:全天候?|昼夜|(?:24|二十四)\s*个?小时|24\s*h(?:ours)?|7\s*[x×*天]\s*24\s*(?:个?小时|h)?)"
_NEXT = r"(?:次日|翌日|第二天|隔天)"
_PART = r"(?:凌晨|清晨|早晨|早上|上午|早|中午|下午|傍晚|晚上|晚间|夜间|晚)"
_MINUTES = r"(?:[:.]\d{2}(?::00)?(?!\d)|[点时](?:整|半|\d{1,2}(?![\d:点时.])分?)?)"
_TIME = rf"{_NEXT}?\s*{_PART}?\s*\d{{1,2}}{_MINUTES}"
_UNATTENDED = r"(?:无人值守|自助|(?:凭?密码|扫码|刷卡|刷脸)(?:进入|入内|开门|进门|入站)?)"
_REST = r"(?:其余|其他|其它)(?:时段|时间)(?:均为?|为)?\s*"

_NOON_TOO = r"(?:(?:中午|午间)(?:[不无]休息?|不打烊|不关门|不间断|(?:照常|正常)(?:开放|营业)?)|[不无]午休)"

_TOKEN = re.compile(
    rf"""
    (?P<noon_too>    {_NOON_TOO} )
  | (?P<closed>      [除逢]?{_DAYS}\s*[均全天]*{_CLOSED} | 除{_DAYS}外 )
  | (?P<no_rest>     {_HOLIDAYS}(?:(?:正常|照常|也)?(?:开放|营业)|[不无]休) | (?:全年)?(?:[无不]休|365天) )
  | (?P<days>        {_DAYS} )
  | (?P<all_day>     {_ALL_DAY}(?:[\s,]*{_ALL_DAY})*+ )
  | (?P<span>        (?: {_TIME} | {_PART}?\d{{1,2}} (?= \s*{_TO}\s*\d{{1,2}}[点时] ) ) \s*{_TO}\s* {_TIME} )
  | (?P<rest>        {_REST}{_UNATTENDED} )
  | (?P<attended>    (?:有专?人|专人|人工)(?:值守|值班|服务) )
  | (?P<unattended>  {_UNATTENDED} )
  | (?P<filler>      (?:(?:服务|办公|开放|营业|运营)?时间|对外|正常|开放|营业|运营|全年|其中|均|都|为
                        |[\s,;、。()\[\]:|/和及与])+ )
    """,
    re.VERBOSE,
)
_STEP = re.compile(rf"(?P<to>{_TO})?\s*(?:周|星期|礼拜)?(?P<day>[{_NUMERALS}1-7])")
_DAY_WORD = re.compile(
    rf"(?P<run>{_RUN})|(?P<work>工作日)|(?P<weekend>周末|双休日)|(?P<every>每天|每日|天天|全周)|(?P<holidays>{_HOLIDAYS})"
)
_CLOCK = re.compile(
    rf"\s*(?P<next>{_NEXT})?\s*(?P<part>{_PART})?\s*(?P<hour>\d{{1,2}})(?:[:.点时](?P<minute>\d{{1,2}}|半)?)?"
)

# Hours beside a part of the day: those that gain twelve and those meant as written. No other hour is clear.
_CLOCKS = {
    **dict.fromkeys(("清晨", "早晨", "早上", "上午", "早"), (range(0), range(4, 13))),
    **dict.fromkeys(("下午", "傍晚"), (range(1, 12), range(12, 24))),
    **dict.fromkeys(("晚上", "晚间", "夜间", "晚"), (range(5, 13), range(17, 25))),
    "凌晨": (range(0), range(7)),
    "中午": (range(1, 3), range(11, 15)),
    "": (range(0), range(25)),
}


class _Unclear(ValueError):
    """The text does not say one thing only; it never leaves this module."""


class Interval(NamedTuple):
    """One opening: weekday (0 Monday to 6 Sunday), start and end in minutes of that day.

    ``0 <= start < 1440`` and ``start < end <= start + 1440``: an end beyond 1440 is on the next day.
    """

    weekday: int
    start: int
    end: int


@dataclass(frozen=True)
class Hours:
    """The opening hours of an ordinary week.

    Attributes
    ----------
    intervals : tuple of Interval
        When the place is open, in order; no two overlap, and two of one day never touch.
    attended : tuple of Interval or None
        When somebody is there, each within one of `intervals`; the rest is open without staff (door code).
        ``None``: the text does not say.
    on_holidays : bool or None
        Whether it opens on public holidays; ``None``: the text does not say. Which hours then, is not kept.
    """

    intervals: tuple[Interval, ...]
    attended: tuple[Interval, ...] | None = None
    on_holidays: bool | None = None

    @property
    def always(self) -> bool:
        """Whether it never closes in an ordinary week."""
        return open_minutes(self) == WEEK_MINUTES


@lru_cache(maxsize=4096)
def parse_hours(text: str | None) -> Hours | None:
    """Read opening hours; ``None`` when they are not known or not wholly understood.

    Parameters
    ----------
    text : str or None
        As written in a list, full-width or not.

    Returns
    -------
    Hours or None
        Times without days hold for every day. 工作日 is Monday to Friday, not on public holidays. An end
        before its start is on the next day if 次日 or 凌晨 says so or the start is 18:00 or later; an end at
        00:00 is 24:00.

    Notes
    -----
    ``None`` on purpose: days without times (工作日开放), times that differ by season (夏季 … 冬季 …: when a
    season begins is not written), a weekday with two different sets of times, times that overlap, an end
    before its start in the daytime (14:00-5:30), staff named for only a part of the week, times for public
    holidays alone (节假日 9:00-12:00).
    """
    words = " ".join(unicodedata.normalize("NFKC", text or "").lower().split())
    try:
        return _read(words) if words else None
    except _Unclear:
        return None


def is_open(hours: Hours, weekday: int, minute: int) -> bool:
    """Return whether it is open at `minute` of `weekday` (0 Monday); a start is open, an end is not."""
    at = weekday * DAY_MINUTES + minute
    return any((at - _begins(item)) % WEEK_MINUTES < item.end - item.start for item in hours.intervals)


def open_minutes(hours: Hours) -> int:
    """Return for how many minutes of an ordinary week it is open, 0 to 10,080."""
    return sum(item.end - item.start for item in hours.intervals)


# ---- reading: text → tokens → days and entries → groups → hours


class _Entry(NamedTuple):
    """Times as written for some days: minutes, and whether staff is there (``None``: not written)."""

    start: int
    end: int
    attended: bool | None = None

    def within(self, other: _Entry) -> bool:
        return other.start <= self.start and self.end <= other.end


_Days = frozenset[int]
_Group = tuple[_Days, list[_Entry]]
_PUBLIC_HOLIDAY = 7  # beside the weekdays 0 to 6, while reading
_WHOLE_DAY = _Entry(0, DAY_MINUTES)


def _read(words: str) -> Hours:
    tokens = list(_tokens(words))
    closed = frozenset[int]().union(*(_days(part) for kind, part in tokens if kind == "closed"))
    groups = [(days - closed, entries) for days, entries in _groups(_items(tokens))]
    if any(kind == "rest" for kind, _part in tokens) and any(days != _EVERY_DAY for days, _entries in groups):
        raise _Unclear  # the rest of the day, or of the week?
    hours = _hours(groups, _on_holidays(tokens))
    if any(kind == "noon_too" for kind, _part in tokens) and _pauses(hours):
        raise _Unclear  # 8:00-12:00, 14:00-18:00, and open at noon?
    return hours


def _pauses(hours: Hours) -> bool:
    """Return whether some day has two openings."""
    days = [item.weekday for item in hours.intervals]
    return len(days) > len(set(days))


def _tokens(words: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(words):
        token = _TOKEN.match(words, at)
        if token is None or token.lastgroup is None:
            raise _Unclear
        at = token.end()
        yield token.lastgroup, token.group()


def _on_holidays(tokens: list[tuple[str, str]]) -> bool | None:
    said = {
        kind != "closed"
        for kind, part in tokens
        if kind == "no_rest" or (kind in ("days", "closed") and _PUBLIC_HOLIDAY in _days(part))
    }
    if len(said) > 1:
        raise _Unclear
    if said:
        return said.pop()
    return False if any(kind == "days" and "工作日" in part for kind, part in tokens) else None


def _days(part: str) -> _Days:
    days: set[int] = set()
    for word in _DAY_WORD.finditer(part):
        match word.lastgroup:
            case "run":
                days |= _run(word.group())
            case "work":
                days |= {0, 1, 2, 3, 4}
            case "weekend":
                days |= {5, 6}
            case "every":
                days |= _EVERY_DAY
            case _:
                days.add(_PUBLIC_HOLIDAY)
    return frozenset(days)


def _run(word: str) -> set[int]:
    """Return the weekdays of a run such as 周一至周五、周日; it may pass Sunday (周六至周一)."""
    days: list[int] = []
    for step in _STEP.finditer(word):
        day = min(_NUMERALS.find(step["day"]), 6) if step["day"] in _NUMERALS else int(step["day"]) - 1
        if step["to"]:
            days += [(days[-1] + more) % 7 for more in range(1, (day - days[-1]) % 7)]
        days.append(day)
    return set(days)


def _items(tokens: list[tuple[str, str]]) -> list[_Days | _Entry]:
    """Return days and times in the order written, each time with the word about staff that follows it."""
    items: list[_Days | _Entry] = []
    only_holidays = False
    for kind, part in tokens:
        if kind in ("days", "no_rest"):
            only_holidays = _days(part) == {_PUBLIC_HOLIDAY} and (kind == "days" or bool(items))
        elif only_holidays and kind in ("span", "all_day"):
            raise _Unclear  # hours of public holidays alone are not kept, and are not those of other days
        match kind:
            case "days":
                items.append(_days(part) - {_PUBLIC_HOLIDAY})
            case "all_day" | "rest":
                items.append(_WHOLE_DAY)
            case "span":
                items.append(_span(part))
            case "attended" | "unattended":
                times = items.pop() if items else None
                if not isinstance(times, _Entry) or times.attended is not None:
                    raise _Unclear
                items.append(times._replace(attended=kind == "attended"))
    return [item for item in items if item]


def _span(part: str) -> _Entry:
    first, last = (_CLOCK.match(side) for side in re.split(_TO, part))
    if first is None or last is None:  # pragma: no cover: the token's pattern holds two clocks
        raise _Unclear
    start = _minute(first, first["part"])
    in_twelves = start // 60 > int(first["hour"])
    carries_on = in_twelves and not last["next"] and not last["part"] and int(last["hour"]) <= 12
    end = _minute(last, first["part"] if carries_on else last["part"])
    late = start >= 18 * 60 or end == 0 or last["part"] == "凌晨"
    if first["next"]:
        raise _Unclear
    if last["next"] or (end < start and late):
        end += DAY_MINUTES
    if not start < end <= start + DAY_MINUTES or start >= DAY_MINUTES:
        raise _Unclear
    return _Entry(start, end)


def _minute(clock: re.Match[str], part: str | None) -> int:
    hour, minute = int(clock["hour"]), 30 if clock["minute"] == "半" else int(clock["minute"] or 0)
    later, as_written = _CLOCKS[part or ""]
    if minute >= 60 or not (hour in later or hour in as_written):
        raise _Unclear
    return (hour + 12 * (hour in later)) * 60 + minute


def _groups(items: list[_Days | _Entry]) -> list[_Group]:
    """Return the days with their times; times without days hold for every day."""
    written = [isinstance(item, _Entry) for item in items]
    if any(written[:1]) and not all(written):  # times first: 9:00-17:00(周一至周五)
        items.reverse()
    groups: list[_Group] = []
    for item in items:
        if isinstance(item, _Entry):
            if not groups:
                groups.append((_EVERY_DAY, []))
            groups[-1][1].append(item)
        elif groups and not groups[-1][1]:
            groups[-1] = (groups[-1][0] | item, [])
        else:
            groups.append((item, []))
    merged: dict[_Days, list[_Entry]] = {}
    for days, entries in groups:
        merged.setdefault(days, []).extend(entries)
    if not all(merged.values()) or sum(map(len, merged)) > len(frozenset[int]().union(*merged)):
        raise _Unclear
    return list(merged.items())


def _hours(groups: list[_Group], on_holidays: bool | None) -> Hours:
    opened, attended = [], []
    for days, entries in groups:
        spans, staffed = _spans(entries)
        opened += _week(days, spans)
        attended.append(None if staffed is None else _week(days, staffed))
    known = [intervals for intervals in attended if intervals is not None]
    if not opened or 0 < len(known) < len(attended):
        raise _Unclear
    together = [interval for intervals in known for interval in intervals]
    return Hours(_in_order(opened), _in_order(together) if known else None, on_holidays)


def _spans(entries: list[_Entry]) -> tuple[list[_Entry], list[_Entry] | None]:
    """Return when it is open and when staff is there (``None``: not written).

    Times without a word about staff hold those with one: 24小时, 8:00-18:00有人值守.
    """
    entries = list(dict.fromkeys(entries))
    named = [entry for entry in entries if entry.attended is not None]
    if not named:
        return entries, None
    wide = [entry for entry in entries if entry.attended is None]
    staffed = [entry for entry in named if entry.attended]
    if any(not any(entry.within(whole) for entry in staffed) for whole in wide):
        raise _Unclear  # 8:00-12:00, 14:00-18:00有人值守: and in the morning?
    own = [entry for entry in named if not any(entry.within(whole) for whole in wide)]
    return wide + own, staffed


def _week(days: _Days, spans: list[_Entry]) -> list[Interval]:
    """Return the spans of each day as intervals; two that touch are one."""
    joined: list[tuple[int, int]] = []
    for start, end, _attended in sorted(spans, key=lambda span: span.start):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    if any(end - start > DAY_MINUTES for start, end in joined):
        raise _Unclear
    return [Interval(day, start, end) for day in days for start, end in joined]


def _in_order(intervals: list[Interval]) -> tuple[Interval, ...]:
    """Return the intervals sorted; unclear if two overlap, also from Sunday into Monday."""
    ordered = sorted(intervals)
    for item, following in zip(ordered, ordered[1:] + ordered[:1], strict=True):
        gap = (_begins(following) - _begins(item)) % WEEK_MINUTES or WEEK_MINUTES * (len(ordered) == 1)
        if item.end - item.start > gap:
            raise _Unclear
    return tuple(ordered)


def _begins(interval: Interval) -> int:
    return interval.weekday * DAY_MINUTES + interval.start
