"""Opening hours as a table of the week: a row for each time, a tick for each day on which it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from stations.model.hours import DAY_MINUTES, Hours, Interval, parse_hours
from stations.model.hours_line import clock, describe

Staff = Literal["", "staffed", "unattended"]
Row = dict[str, Any]
"""``"0"`` (Monday) to ``"6"``: whether it holds then; ``start`` and ``end`` as HH:MM; ``staff``: a `Staff`.

An end that is not after the start is on the next day. A staffed time within an open one says when somebody is there.
"""

DAYS = tuple(map(str, range(7)))


def rows_of(hours: Hours) -> list[Row]:
    """Return the table of known hours: `hours_of` reads it back as the same."""
    times: dict[tuple[int, int, Staff], list[int]] = {}
    attended = set(hours.attended or ())
    for item in hours.intervals:
        staff: Staff = "" if hours.attended is None else "staffed" if item in attended else "unattended"
        if staff == "unattended" and any(_within(part, item) for part in attended):
            staff = ""
        times.setdefault((item.start, item.end, staff), []).append(item.weekday)
    for part in sorted(attended - set(hours.intervals)):
        times.setdefault((part.start, part.end, "staffed"), []).append(part.weekday)
    return [
        {day: int(day) in days for day in DAYS} | {"start": clock(start), "end": _end(end), "staff": staff}
        for (start, end, staff), days in times.items()
    ]


def hours_of(rows: Sequence[Mapping[str, Any]], *, on_holidays: bool | None) -> Hours | None:
    """Return the hours that a table says; ``None`` where it is not whole.

    It is not where times overlap, one has no day, or it says of a part of the week alone whether somebody is there.
    """
    found: dict[str, list[Interval]] = {"": [], "staffed": [], "unattended": []}
    stated = [row for row in rows if any(row.get(day) for day in DAYS) or row.get("start") or row.get("end")]
    for row in stated:
        times = _times(row)
        if times is None:
            return None
        found[row.get("staff") or ""].extend(times)
    opened, staffed = found[""] + found["unattended"], found["staffed"]
    says = bool(staffed or found["unattended"])
    if says and any(not any(_within(part, item) for part in staffed) for item in found[""]):
        return None
    alone = [part for part in staffed if not any(_within(part, item) for item in opened)]
    hours = Hours(tuple(sorted(opened + alone)), tuple(sorted(staffed)) if says else None, on_holidays)
    return hours if hours.intervals and parse_hours(describe(hours, "zh_CN")) == hours else None


def _times(row: Mapping[str, Any]) -> list[Interval] | None:
    days = [int(day) for day in DAYS if row.get(day)]
    if not (days and row.get("start") and row.get("end")):
        return None
    start, end = (_minutes(str(row[side])) for side in ("start", "end"))
    if start >= DAY_MINUTES:
        return None
    return [Interval(day, start, end if end > start else end + DAY_MINUTES) for day in days]


def _within(part: Interval, whole: Interval) -> bool:
    return part.weekday == whole.weekday and whole.start <= part.start and part.end <= whole.end


def _minutes(text: str) -> int:
    hour, _colon, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _end(minute: int) -> str:
    return clock(minute if minute <= DAY_MINUTES else minute - DAY_MINUTES)
