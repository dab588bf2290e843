"""Opening hours as one line for people: `describe` says what `hours.parse_hours` reads."""

from __future__ import annotations

from contextvars import copy_context

from stations.model.hours import DAY_MINUTES, Hours, Interval
from stations.model.language import Language, mark, use_language
from stations.model.language import gettext as _

WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))


def describe(hours: Hours, language: Language) -> str:
    """Return the hours in one line; `parse_hours` reads the Chinese line back as the same hours."""
    return copy_context().run(_sentence, hours, language)


def _sentence(hours: Hours, language: Language) -> str:
    use_language(language)
    between, after = (", ", "; ") if language == "en" else ("、", "；")
    days_of: dict[str, list[int]] = {}
    for day in sorted({item.weekday for item in hours.intervals}):
        spans = [item for item in hours.intervals if item.weekday == day]
        days_of.setdefault(between.join(_opening(span, hours, between) for span in spans), []).append(day)
    parts = [f"{_weekdays(days, between)} {times}" for times, days in days_of.items()]
    if hours.on_holidays is not None:
        parts.append(_("open on public holidays") if hours.on_holidays else _("closed on public holidays"))
    return after.join(parts)


def _weekdays(days: list[int], between: str) -> str:
    """Return weekdays as 周一至周五、周日: three or more in a row by the first and the last."""
    if len(days) == 7:
        return _("Daily")
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return between.join(
        _("{first} to {last}").format(first=_(WEEKDAYS[run[0]]), last=_(WEEKDAYS[run[-1]]))
        if len(run) > 2
        else between.join(_(WEEKDAYS[day]) for day in run)
        for run in runs
    )


def _opening(interval: Interval, hours: Hours, between: str) -> str:
    times = _times(interval)
    if hours.attended is None:
        return times
    within = [
        item
        for item in hours.attended
        if item.weekday == interval.weekday and interval.start <= item.start and item.end <= interval.end
    ]
    if not within:
        return _("{times} unattended").format(times=times)
    if within == [interval]:
        return _("{times} attended").format(times=times)
    attended = between.join(_("{times} attended").format(times=_times(item)) for item in within)
    return _("{times} ({attended})").format(times=times, attended=attended)


def _times(interval: Interval) -> str:
    if (interval.start, interval.end) == (0, DAY_MINUTES):
        return _("24 hours")
    start, end = clock(interval.start), clock(interval.end)
    if interval.end > DAY_MINUTES:
        end = _("{time} next day").format(time=clock(interval.end - DAY_MINUTES))
    return f"{start}-{end}"


def clock(minute: int) -> str:
    """Return a minute of a day as HH:MM; the last one is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"
