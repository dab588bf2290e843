"""The part of the page 快照与报告 that checks a text (口径核对): its figures, each with the rows behind it."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from stations.app import address, frame, picking, uploading
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.questions import today
from stations.planning.register import revision
from stations.planning.reporting.text_check import (
    FILES,
    MOST_BYTES,
    MOST_CHARACTERS,
    CheckedText,
    Verdict,
    check_text,
    uploaded,
)
from stations.planning.reporting.text_check_tables import (
    VERDICTS,
    check_table,
    day,
    first,
    pieces,
    remark,
    rows_behind,
    summary,
)

_TEXT, _CHOSEN, _FILES, _REFUSED = "report-text", "report-figure", "report-files", "report-file-refused"
_CHECKED = "report-checked"
_SIGNS: dict[Verdict, str] = {"agrees": "✓", "conflicts": "✗", "not checkable": "?"}


def draw(settings: Settings) -> None:
    """Show the text and what became of its figures."""
    asked = _("Paste a text, such as a yearly review, or choose a file: its figures are compared with the register.")
    try:
        checked = _checked(settings, st.session_state.get(_TEXT, ""))
    except StationsError as error:  # the text and the days stay, to be corrected
        frame.warning(str(error))
        _ask()
        return
    frame.note(summary(checked) if checked.text else asked)
    _ask()
    if checked.findings:
        _told(checked)


def _checked(settings: Settings, text: str) -> CheckedText:
    """Return a text checked, once for as long as nothing changes that its figures are held against."""
    asked = (settings, revision(settings), today(), address.chosen("since"), text)
    kept = st.session_state.get(_CHECKED)
    if kept is None or kept[0] != asked:
        with frame.working(_("Comparing …")):
            kept = st.session_state[_CHECKED] = (asked, check_text(settings, text, since=address.chosen("since")))
    found: CheckedText = kept[1]
    return found


def _ask() -> None:
    text, days = st.columns([13, 7], gap="medium")
    st.session_state.setdefault("report-box", st.session_state.get(_TEXT, ""))
    text.text_area(
        _("Text"),
        height=300,
        key="report-box",
        on_change=_take,
        max_chars=MOST_CHARACTERS,
    )
    with days:
        _file()
        picking.day("on", _("Register of the day"))
        picking.day("since", _("Added and delisted since"))
        frame.note(_("Without a day, the one that the text names holds for its sentence or paragraph."))
        st.button(_("Compare"), type="primary", help=_("Figures are compared as soon as you leave the text, too."))


def _file() -> None:
    """Show the field that takes a file; it is empty again once its text stands in the box."""
    most = MOST_BYTES // 1024**2
    number = st.session_state.setdefault(_FILES, 0)
    uploading.field(
        "text",
        add=_("Choose a file"),
        limits=_("Text (.txt) or Word (.docx), up to {most} MB").format(most=most),
        type=[suffix.removeprefix(".") for suffix in FILES],
        max_upload_size=most,
        key=f"report-file-{number}",
        on_change=_take_file,
        args=(number,),
    )
    if refusal := st.session_state.get(_REFUSED):
        frame.warning(str(refusal))  # now: it was refused before the page began to speak a language


def _take_file(number: int) -> None:
    """Take the text of a file over into the box; what stands there is kept where it cannot be read."""
    file = st.session_state[f"report-file-{number}"]
    st.session_state[_FILES] = number + 1
    if file is None:
        return
    uploading.forget(file)
    try:
        st.session_state["report-box"] = uploaded(file.getvalue(), file.name)
    except StationsError as error:
        st.session_state[_REFUSED] = error
        return
    _take()


def _take() -> None:
    st.session_state[_TEXT] = st.session_state["report-box"]
    st.session_state[_CHOSEN] = st.session_state[_REFUSED] = None


def _choose(row: int | None) -> None:
    st.session_state[_CHOSEN] = row


def _told(checked: CheckedText) -> None:
    shown = first(checked)
    st.html(f"<p class='atlas-text' tabindex='0'>{_marked(shown)}</p><p class='atlas-text atlas-key'>{_key()}</p>")
    if len(shown.findings) < len(checked.findings):
        words = _("The first {shown} figures are shown; the table to download has all {count}.")
        frame.note(words.format(shown=f"{len(shown.findings):,}", count=f"{len(checked.findings):,}"))
    row = st.session_state.get(_CHOSEN)
    table = check_table(shown).reset_index()
    let_go = partial(_choose, None)
    picking.chosen_row(table, row=row, key="figures", on_row=_choose, on_none=let_go, wide=_("Remark"))
    picking.table_download(check_table(checked), name="figures")
    _behind(checked, row)


def _behind(checked: CheckedText, row: int | None) -> None:
    """Show the rows behind the chosen figure."""
    if row is None or row >= len(checked.findings):
        frame.note(_("Choose a figure to see the rows behind it."))
        return
    finding = checked.findings[row]
    if why := remark(finding):  # in full: a cell of the table may cut it
        frame.note(why)
    if finding.count is None:
        frame.note(_("The register has no figure of this kind."))
        return
    words = _("Behind figure {number}, in the register of {day}:")
    frame.note(words.format(number=row + 1, day=day(finding.times)))
    picking.whole_table(rows_behind(checked, finding), name=f"figure-{row + 1}")


def _marked(checked: CheckedText) -> str:
    """Return the text with its figures marked by what came of them, as HTML; the number is the table's row."""
    parts = []
    for piece in pieces(checked):
        words = escape(piece.text).replace("\n", "<br>")
        if piece.verdict is not None and piece.number is not None:
            words = _mark(piece.verdict, f"{words}<sup>{_SIGNS[piece.verdict]}{piece.number + 1}</sup>")
        parts.append(words)
    return "".join(parts)


def _key() -> str:
    """Return what the marks mean, as HTML."""
    named = {verdict: escape(_(words)) for verdict, words in VERDICTS.items()}
    return " ".join(_mark(verdict, f"{sign} {named[verdict]}") for verdict, sign in _SIGNS.items())


def _mark(verdict: Verdict, inner: str) -> str:
    """Return a piece of HTML in the looks of a verdict."""
    told = escape(_(VERDICTS[verdict]))
    return f"<mark class='atlas-{verdict.replace(' ', '-')}' title='{told}'>{inner}</mark>"
