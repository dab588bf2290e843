"""The part of the page 快照与报告 that puts the yearly report together: its draft, its tables, its files."""

from __future__ import annotations

from functools import partial

import streamlit as st

from stations.app import address, frame, picking
from stations.model.language import LANGUAGES, current_language, use_language
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning import report as planned
from stations.planning.assess import Question
from stations.planning.questions import today
from stations.planning.register import city_of

_MADE = "report-made"
_TYPES = {
    "report.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "report.html": "text/html",
    "report.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def draw(settings: Settings) -> None:
    """Draw the part: what the report is to be about, its draft, and the files once they are made."""
    settings, wish = _asked(settings)
    with frame.working(_("Counting …")):
        report = planned.report_of(settings, wish)
    use_language(address.language())
    left, right = st.columns([13, 7], gap="medium")
    with left:
        frame.note(planned.lead(report))
        _files(settings, wish, report.scope.held.revision)
    with right:
        st.dataframe(
            [{_("Table"): title, _("Rows"): count} for title, count in planned.contents(report).items()],
            hide_index=True,
        )


def _asked(settings: Settings) -> tuple[Settings, planned.Order]:
    """Return what is chosen; the days are those of the number check, the radius is that of all pages."""
    city, language = city_of(settings), current_language()
    unions = {union.code: union.label(language) for union in city.unions}
    year, whose, radius = st.columns(3, gap="small", vertical_alignment="bottom")
    day, before, spoken = st.columns(3, gap="small", vertical_alignment="bottom")
    latest = (settings.on or today()).year
    days = _("On its last day (today, while it runs) against the year before; or on the days chosen below.")
    chosen = year.selectbox(_("Year"), range(latest, latest - 6, -1), key="report-year", help=days)
    union = whose.selectbox(
        _("Report of"),
        ["", *unions],
        format_func=lambda code: unions.get(code, city.label(language)),
        key="report-union",
    )
    with radius:
        picking.radius(city)
    with day:
        picking.day("on", _("Register of the day"))
    with before:
        picking.day("since", _("Compared with the end of"))
    names = {"zh_CN": "中文", "en": "English"}
    settings = settings.having(
        language=spoken.selectbox(
            _("Language of the report"),
            LANGUAGES,
            index=LANGUAGES.index(language),
            format_func=names.__getitem__,
            key="report-language",
        )
    )
    question, since = Question(radius_m=address.chosen("radius")), address.chosen("since")
    return settings, planned.order(settings, chosen, question=question, since=since, union=union or None)


def _files(settings: Settings, wish: planned.Order, revision: int) -> None:
    """Offer to make the files, and those that are made of this very report."""
    key = (settings, wish, revision)
    if st.button(_("Make the report"), type="primary", key="report-make"):
        bar = st.progress(0.0)

        def told(step: int, words: str) -> None:
            bar.progress(step / planned.STEPS, words)

        files = planned.made(settings, wish, told=told)
        use_language(address.language())
        bar.empty()
        st.session_state[_MADE] = (key, files)
    made_of, files = st.session_state.get(_MADE, (None, {}))
    if made_of != key:
        return
    labels = (_("Download as Word"), _("Download as a page (HTML)"), _("Download as a workbook (XLSX)"))
    with st.container(horizontal=True):
        for (name, kind), label in zip(_TYPES.items(), labels, strict=True):
            data = partial(_handed_out, settings, name, files[name])
            st.download_button(label, data=data, file_name=name, mime=kind, on_click="ignore")


def _handed_out(settings: Settings, name: str, content: bytes) -> bytes:
    """Return a file as somebody downloads it, which the audit keeps."""
    planned.handed_out(settings, name)
    return content
