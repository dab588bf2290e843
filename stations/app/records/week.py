"""Opening hours in the form: the times of the week, so that nobody has to know how a line of them is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from stations.app import frame
from stations.model import week
from stations.model.hours import parse_hours
from stations.model.hours_line import WEEKDAYS, describe
from stations.model.language import gettext as _

_HALF_HOURS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]
_KEPT = "week"
_PARTS = ("start", "end", "staff")


def table(
    text: str, *, half: str, submission: str, on_text: Callable[[str], None], on_half: Callable[[str], None]
) -> None:
    """Show opening hours as times of the week; what is changed in them is told as a line that can be read again.

    Times that are not whole are told as `half`, so that they can be shown as they are on another day.
    """
    kept = st.session_state.get(_KEPT, {})
    if kept.get("submission") != submission or kept.get("text") != text:  # another form, or typed into the line
        hours = parse_hours(text)
        kept = {
            "submission": submission,
            "text": text,
            "rows": (week.rows_of(hours) if hours else []) or [_blank()],
            "understood": bool(hours),
            "on_holidays": hours.on_holidays if hours else None,
            "number": kept.get("number", 0) + 1,
        }
        begun = json.loads(half or "{}")
        kept |= begun if begun.get("text") == text else {}
        st.session_state[_KEPT] = kept
    if text and not kept["understood"]:
        st.caption(_("This line is kept as it is, but not understood: it counts as unknown hours."))
    times = sorted({*_HALF_HOURS, "24:00", *(row[end] for row in kept["rows"] for end in ("start", "end") if row[end])})
    kept["rows"] = [_row(row, f"week-{kept['number']}-{at}", times=times, at=at) for at, row in enumerate(kept["rows"])]
    st.button(_("Add another time"), key="week-add", on_click=_add)
    answers = {None: _("not known"), True: _("open"), False: _("closed")}
    kept["on_holidays"] = st.selectbox(
        _("On public holidays"),
        list(answers),
        index=list(answers).index(kept["on_holidays"]),
        format_func=answers.__getitem__,
        key=f"week-holidays-{kept['number']}",
    )
    _tell(kept, on_text=on_text)
    part = {name: kept[name] for name in ("text", "rows", "on_holidays")}
    if (now := json.dumps(part) if kept["torn"] else "") != half:
        on_half(now)


def whole(submission: str) -> bool:
    """Return whether all that the times in a form say is taken over."""
    kept = st.session_state.get(_KEPT, {})
    return not (kept.get("submission") == submission and kept.get("torn"))


def behind(submission: str) -> bool:
    """Return whether something is answered in the times of a form that the page has not taken over yet."""
    kept = st.session_state.get(_KEPT, {})
    if kept.get("submission") != submission:
        return False
    for at, row in enumerate(kept["rows"]):
        key, days = f"week-{kept['number']}-{at}", [day for day in week.DAYS if row[day]]
        if {*(st.session_state.get(f"{key}-days", days) or ())} != {*days}:
            return True
        if any((st.session_state.get(f"{key}-{part}", row[part]) or "") != row[part] for part in _PARTS):
            return True
    holidays = st.session_state.get(f"week-holidays-{kept['number']}", kept["on_holidays"])
    return bool(holidays != kept["on_holidays"])


def torn_in_words() -> str:
    """Return what is to be done about times that are not `whole`."""
    return _("The opening hours are not taken over yet: complete or remove each time, then save.")


def _row(row: week.Row, key: str, *, times: list[str], at: int) -> week.Row:
    """Show the days on which a time holds, its ends and who is there; return what is answered."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"time-{at}"):
        named = dict(zip(week.DAYS, map(_, WEEKDAYS), strict=True))
        chosen = [day for day in week.DAYS if row[day]]
        days = st.pills(
            _("Days {number}").format(number=at + 1),
            list(named),
            selection_mode="multi",
            default=chosen,
            format_func=named.__getitem__,
            key=f"{key}-days",
        )
        start = _end(_("from"), row["start"], times=times, key=f"{key}-start")
        end = _end(_("to"), row["end"], times=times, key=f"{key}-end")
        staff = {"": _("not known"), "staffed": _("with staff"), "unattended": _("without staff")}
        there = st.selectbox(
            _("Staff"),
            list(staff),
            index=list(staff).index(row["staff"]),
            format_func=staff.__getitem__,
            key=f"{key}-staff",
            width=130,
        )
        words = _("Remove time {number}").format(number=at + 1)
        st.button(words, key=f"{key}-remove", on_click=partial(_remove, at))
    return {day: day in (days or ()) for day in week.DAYS} | {"start": start, "end": end, "staff": there}


def _end(label: str, value: str, *, times: list[str], key: str) -> str:
    index = times.index(value) if value else None
    return st.selectbox(label, times, index=index, placeholder="—", key=key, width=110) or ""


def _add() -> None:
    st.session_state[_KEPT]["rows"].append(_blank())


def _remove(at: int) -> None:
    kept = st.session_state[_KEPT]
    del kept["rows"][at]
    kept |= {"rows": kept["rows"] or [_blank()], "number": kept["number"] + 1}


def _tell(kept: dict[str, Any], *, on_text: Callable[[str], None]) -> None:
    """Tell the line that the times say, where they say another one than before; or that they are not whole."""
    hours = week.hours_of(kept["rows"], on_holidays=kept["on_holidays"])
    entered = any(row[part] for row in kept["rows"] for part in (*week.DAYS, "start", "end"))
    kept["torn"] = hours is None and entered
    if kept["torn"]:
        frame.caution(_("Not taken over: every time needs a day, a beginning and an end; no two may overlap."))
    elif hours is None and kept["understood"]:  # every time was removed
        _say("", kept, on_text)
    elif hours and hours != parse_hours(kept["text"]):
        _say(describe(hours, "zh_CN"), kept, on_text)


def _say(line: str, kept: dict[str, Any], on_text: Callable[[str], None]) -> None:
    kept |= {"text": line, "understood": bool(line)}
    on_text(line)


def _blank() -> week.Row:
    return dict.fromkeys(week.DAYS, False) | {"start": "", "end": "", "staff": ""}
