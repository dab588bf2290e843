"""What a record was on every day of its life, as far as the register knows, and how that knowledge changes.

A timeline is a row of states, each with the day from which it holds until the next one. An edit says what has been so
from a day on until now; so a correction may reach into the past. A status or an honour is a turn in its life: one that
is dated before a later one is put before it, and the later one stands. The record as it is now is the last state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stations.model.vocabulary import CoordSource, Honour, Status

State = dict[str, Any] | None
"""A record as it was dumped; ``None`` where it was not there."""

Timeline = dict[str, State]
"""Day (ISO) from which a state holds, ascending."""

LIFE_CYCLE = ("status", "status_on", "status_reason", "document_no")
"""Fields that `status_on` dates, whenever they are entered."""

PLACE = ("lon", "lat", "datum", "source_lon", "source_lat", "source_datum", "coord_source", "coord_precision")
"""Fields that say where it is; of a place that stands for an area alone that is not known yet."""

WHEREABOUTS = (*PLACE, "address", "district", "union_unit", "township")
"""Fields that are dated with the status where it says that the station has moved."""

NEVER_UNKNOWN = ("tier", "other_honours", "photos")
"""Fields whose empty value is a statement: a station without an honour, one of which there was no photo yet."""


HELD_TOGETHER = ("other_honours",)
"""Fields of several values that begin and end each by itself: what is said of one leaves the others as they were."""


def begun(row: Mapping[str, Any], today: str) -> Timeline:
    """Return the timeline of a record that is new in the register.

    It begins on the day it opened; else on the day from which its status holds; where neither is known, or lies ahead,
    `today`: of the time before nothing is known. Where it opened before its status began, what its status was until
    then is unknown.
    """
    opened, since = (row.get(field) for field in ("opened_on", "status_on"))
    opened, since = (day if day and day <= today else None for day in (opened, since))
    start = opened or since or today
    if since and since > start:
        return {start: _without(dict(row), *LIFE_CYCLE), since: dict(row)}
    return {start: dict(row)}


def edited(timeline: Timeline, row: Mapping[str, Any], today: str, *, since: str | None = None) -> Timeline:
    """Return the timeline of a record that from now on is `row`, but for what later turns say.

    What differs holds from the day `since` until now. Without one, what was unknown is now known for its whole life; a
    new status holds from its own date, and so does the new place of a station that has moved; what was known otherwise
    changes `today`. The life begins on the day it opened,
    where that is corrected; where nobody knows it, an older status, or what is said of an earlier day, begins it.
    Nothing holds from before it began. A status or an honour that lies before a later one holds until that. Where
    nothing differs, `since` says on which day the last change came.
    """
    made = lived(timeline)
    now = next(reversed(made.values()), None)
    if now is None:
        return begun(row, today)
    changes = {field: row.get(field) for field in {**now, **row} if row.get(field) != now.get(field)}
    if since and not changes:
        there = since < min(made) and not row.get("opened_on")
        return lived(_turned_on(_begun_on(made, since) if there else made, since))
    opened = changes.get("opened_on")
    if opened is not None and opened <= today:
        made = _begun_on(made, opened)
    elif not row.get("opened_on") and (then := min(changes.get("status_on") or today, since or today)) < min(made):
        made = _begun_on(made, then)  # it was there by then, as is known now
    turned = since or min(row.get("status_on") or today, today)
    until = {"tier": _next_turn(timeline, "tier", since)} if since else {}
    if changes.get("status"):
        until["status"] = _next_turn(timeline, "status", turned)
    elif row.get("status") and "status_on" in changes and turned < _turn_before_last(timeline):
        until["status"] = _next_turn(timeline, "status", turned)  # a status that came again: this one is the earlier
    elif "status_on" in changes and "status" not in changes:
        made = _without_last_status(made)  # it began on another day than was thought
        changes |= {field: row.get(field) for field in LIFE_CYCLE}
    if until.get("status"):
        changes |= {field: row.get(field) for field in LIFE_CYCLE}
    first, moved = min(made), changes.get("status") == Status.MOVED
    for field, value in changes.items():
        dated = field in LIFE_CYCLE or (moved and field in WHEREABOUTS)
        news = field not in now or (field in PLACE and now.get("coord_source") == CoordSource.AREA)
        day = since or _day_of(field, row, today=today, first=first, news=news, dated=dated)
        end = until.get("status" if dated else field)
        put = _with_values if field in HELD_TOGETHER else _with
        made = put(made, field, value, since=first if field == "opened_on" else max(day, first), until=end)
    return lived(made)


def resumed(timeline: Timeline, row: Mapping[str, Any], today: str) -> Timeline:
    """Return the timeline of a record that from `today` is `row`, whatever it was before.

    One that had been taken out, as if it had never been, begins anew.
    """
    made = lived(timeline)
    gone = next(reversed(made.values()), None) is None
    until_now = {day: state for day, state in made.items() if day <= today}  # a clock may have been ahead
    return begun(row, today) if gone else lived({**until_now, today: dict(row)})


def lived(timeline: Timeline) -> Timeline:
    """Return a timeline without the days before it begins and those on which nothing changes."""
    turns: Timeline = {}
    for day, state in sorted(timeline.items()):
        if state != next(reversed(turns.values()), None):
            turns[day] = state
    return turns


def at(timeline: Timeline, day: str) -> State:
    """Return the state on a day; ``None`` before the first."""
    begun_by = [since for since in timeline if since <= day]
    return timeline[max(begun_by)] if begun_by else None


def rewritten(before: Timeline, after: Timeline) -> Iterator[tuple[str, State, State]]:
    """Yield what has to be written over the one timeline to tell the other: the day, what it was, what it is."""
    told = dict(before)
    for day in sorted({*before, *after}):
        was, is_now = at(told, day), at(after, day)
        if was != is_now:
            told[day] = is_now
            yield day, was, is_now


def _day_of(field: str, row: Mapping[str, Any], *, today: str, first: str, news: bool, dated: bool) -> str:
    """Return from when on a change of `field` holds, where nobody says; `dated`: with the status."""
    if dated:
        return min(row.get("status_on") or today, today)
    return first if news and field not in NEVER_UNKNOWN else today


def _begun_on(timeline: Timeline, day: str) -> Timeline:
    """Return the timeline with its beginning on `day`: its first state reaches back, or is cut short."""
    state = at(timeline, day) or timeline[min(timeline)]
    return {day: state, **{turn: state for turn, state in timeline.items() if turn > day}}


def _without_last_status(timeline: Timeline) -> Timeline:
    """Return the timeline as if the status that holds now had not begun: what it was before goes on."""
    turns = list(timeline)
    status = [(timeline[day] or {}).get("status") for day in turns]
    start = len(turns) - next((back for back, each in enumerate(reversed(status)) if each != status[-1]), len(turns))
    earlier = (timeline[turns[start - 1]] or {}) if start else {}
    held = {field: earlier[field] for field in LIFE_CYCLE if field in earlier}
    return {
        day: state if turn < start else {**_without(state, *LIFE_CYCLE), **held}
        for turn, (day, state) in enumerate(timeline.items())
    }


def _turned_on(timeline: Timeline, day: str) -> Timeline:
    """Return the timeline as if the last change had come on `day`; a status that has a date of its own stays there."""
    *earlier, last = timeline
    was, now = timeline[earlier[-1]] if earlier else None, timeline[last]
    if was is None or now is None:  # nothing has changed since it began
        return timeline
    own = LIFE_CYCLE if now.get("status_on") else ()
    fields = [field for field in {**was, **now} if was.get(field) != now.get(field) and field not in own]
    made = timeline
    for field in fields:
        made = {**made, last: {**_without(made[last], field), **_known(field, was.get(field))}}
        made = _with(made, field, now.get(field), since=max(day, min(timeline)))
    return made


def _without(state: State, *fields: str) -> dict[str, Any]:
    return {field: value for field, value in (state or {}).items() if field not in fields}


def _turns(timeline: Timeline, field: str) -> list[str]:
    """Return the days on which a field turned: also the first, where a status says itself that it began then."""
    found: list[str] = []
    before: State = None
    for day, state in lived(timeline).items():
        value = (state or {}).get(field)
        began = before is not None or (field == "status" and "status_on" in (state or {}))
        if began and value is not None and value != (before or {}).get(field):
            found.append(day)
        before = state
    return found


def _next_turn(timeline: Timeline, field: str, day: str) -> str | None:
    return next((turn for turn in _turns(timeline, field) if turn > day), None)


def _turn_before_last(timeline: Timeline) -> str:
    return ("", "", *_turns(timeline, "status"))[-2]


def _with(timeline: Timeline, field: str, value: Any, *, since: str, until: str | None = None) -> Timeline:
    """Return the timeline with one field as it has been from `since` until now, or until a day after it."""
    turns = {since: at(timeline, since), **timeline}
    return {
        day: {**_without(state, field), **_known(field, value)} if since <= day < (until or "9999") else state
        for day, state in sorted(turns.items())
    }


def _with_values(timeline: Timeline, field: str, value: Any, *, since: str, until: str | None = None) -> Timeline:
    """Return the timeline with the values that are new held from `since` until now, and without those that ended."""
    was, now = (timeline[max(timeline)] or {}).get(field, []), value or []
    new, ended = ({each for each in one if each not in other} for one, other in ((now, was), (was, now)))
    turns = {since: at(timeline, since), **timeline}
    for day, state in turns.items():
        if since <= day < (until or "9999"):
            held = {*(state or {}).get(field, []), *new} - ended
            turns[day] = {**_without(state, field), **_known(field, sorted(held, key=list(Honour).index) or None)}
    return dict(sorted(turns.items()))


def _known(field: str, value: Any) -> dict[str, Any]:
    return {} if value is None else {field: value}
