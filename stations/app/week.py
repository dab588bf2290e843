"""Opening hours in the form: a table of the week, so that nobody has to know how a line of them is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from stations.model import week
from stations.model.hours import parse_hours
from stations.model.hours_line import WEEKDAYS, describe
from stations.model.language import gettext as _

_HALF_HOURS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]
_KEPT = "week"


def table(text: str, *, submission: str, on_text: Callable[[str], None]) -> None:
    """Show opening hours as a table of the week; what is changed in it is told as a line that can be read again."""
    kept = st.session_state.get(_KEPT, {})
    if kept.get("submission") != submission or kept.get("text") != text:  # another form, or typed into the line
        hours = parse_hours(text)
        kept = {
            "submission": submission,
            "text": text,
            "rows": week.rows_of(hours) if hours else [],
            "on_holidays": hours.on_holidays if hours else None,
            "number": kept.get("number", 0) + 1,
        }
        st.session_state[_KEPT] = kept
    if text and not kept["rows"]:
        st.caption(_("This line is kept as it is, but not understood: it counts as unknown hours."))
    rows = st.data_editor(
        kept["rows"] or [_blank()],
        num_rows="dynamic",
        hide_index=True,
        placeholder="—",
        column_config=_columns(kept["rows"]),
        column_order=[*week.DAYS, "start", "end", "staff"],
        key=f"week-{kept['number']}",
    )
    answers = {None: _("not known"), True: _("open"), False: _("closed")}
    on_holidays = st.selectbox(
        _("On public holidays"),
        list(answers),
        index=list(answers).index(kept["on_holidays"]),
        format_func=answers.__getitem__,
        key=f"week-holidays-{kept['number']}",
    )
    _tell(rows, on_holidays, kept, on_text=on_text)


def whole(submission: str) -> bool:
    """Return whether all that the table of a form says is taken over; else say that it has to be."""
    kept = st.session_state.get(_KEPT, {})
    torn = bool(kept.get("submission") == submission and kept.get("torn"))
    if torn:
        st.warning(_("The table of opening hours is not taken over yet: complete it or empty it, then save."))
    return not torn


def _tell(
    rows: list[week.Row], on_holidays: bool | None, kept: dict[str, Any], *, on_text: Callable[[str], None]
) -> None:
    """Tell the line that the table says, where it says another one than before; or that it is not whole."""
    hours = week.hours_of(rows, on_holidays=on_holidays)
    entered = any(row.get(part) for row in rows for part in (*week.DAYS, "start", "end"))
    kept["torn"] = hours is None and entered
    if hours is None:
        if entered:
            st.warning(
                _("This table is not taken over: every row needs a day, a beginning and an end; no two may overlap.")
            )
        return
    if hours != parse_hours(kept["text"]):
        kept["text"] = describe(hours, "zh_CN")
        on_text(kept["text"])


def _blank() -> week.Row:
    return dict.fromkeys(week.DAYS, False) | {"start": "", "end": "", "staff": ""}


def _columns(rows: list[week.Row]) -> dict[str, Any]:
    config = st.column_config
    times = sorted({"", *_HALF_HOURS, "24:00", *(row[side] for row in rows for side in ("start", "end"))})
    staff = {"": _("not known"), "staffed": _("with staff"), "unattended": _("without staff")}
    words = config.SelectboxColumn(
        _("Staff"), options=list(staff), format_func=lambda value: staff[str(value)], default=""
    )
    names = zip(week.DAYS, WEEKDAYS, strict=True)
    ticks = {day: config.CheckboxColumn(_(name), default=False, width="small") for day, name in names}
    return ticks | {
        "start": config.SelectboxColumn(_("from"), options=times),
        "end": config.SelectboxColumn(_("to"), options=times),
        "staff": words,
    }
