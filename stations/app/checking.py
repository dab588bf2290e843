"""The part of the page 快照与报告 that checks a text (口径核对): its figures, each with the rows behind it."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from stations.app import address, frame, picking
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.text_check import (
    CheckedText,
    Verdict,
    check_table,
    check_text,
    rows_behind,
    summary,
)

_TEXT, _CHOSEN = "report-text", "report-figure"
_SIGNS: dict[Verdict, str] = {"agrees": "✓", "conflicts": "✗", "not checkable": "?"}


def draw(settings: Settings) -> None:
    """Show the text and what became of its figures."""
    checked = check_text(settings, st.session_state.get(_TEXT, ""), since=address.chosen("since"))
    asked = _("Paste a text, such as a yearly review: its figures are compared with the register.")
    frame.note(summary(checked) if checked.text else asked)
    _ask()
    if checked.findings:
        _told(checked)


def _ask() -> None:
    text, days = st.columns([13, 7], gap="medium")
    text.text_area(
        _("Text"),
        value=st.session_state.get(_TEXT, ""),
        height=160,
        key="report-box",
        on_change=_take,
        max_chars=200_000,
    )
    with days:
        picking.day("on", _("Register of the day"))
        picking.day("since", _("Added and delisted since"))
        st.button(_("Compare"), type="primary", help=_("Figures are compared as soon as you leave the text, too."))


def _take() -> None:
    st.session_state[_TEXT] = st.session_state["report-box"]
    st.session_state[_CHOSEN] = None


def _choose(row: int | None) -> None:
    st.session_state[_CHOSEN] = row


def _told(checked: CheckedText) -> None:
    st.html(f"<p class='atlas-text'>{_marked(checked)}</p>")
    left, right = st.columns([13, 7], gap="medium")
    with left:
        table = check_table(checked)
        row = st.session_state.get(_CHOSEN)
        picking.chosen_row(table, row=row, key="figures", on_row=_choose, on_none=partial(_choose, None))
        picking.table_download(table, name="figures")
    with right:
        if row is None or row >= len(checked.findings):
            frame.note(_("Choose a figure to see the rows behind it."))
        elif checked.findings[row].counted is None:
            frame.note(_("The register has no figure of this kind."))
        else:
            picking.whole_table(rows_behind(checked, checked.findings[row]), name="rows")


def _marked(checked: CheckedText) -> str:
    """Return the text with its figures marked by what came of them, as HTML."""
    parts, at = [], 0
    for finding in checked.findings:
        mention, sign = finding.mention, _SIGNS[finding.verdict]
        figure = f"{escape(checked.text[mention.start : mention.end])}<sup>{sign}</sup>"
        kind = finding.verdict.replace(" ", "-")
        parts += [escape(checked.text[at : mention.start]), f"<mark class='atlas-{kind}'>{figure}</mark>"]
        at = mention.end
    return "".join([*parts, escape(checked.text[at:])]).replace("\n", "<br>")
