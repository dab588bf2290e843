"""The part of the page 快照与报告 that puts the yearly report together: its draft, its tables, its files."""

from __future__ import annotations

from functools import partial
from hashlib import sha256

import streamlit as st

from stations.app import address, frame, picking, uploading
from stations.app.reports import proposing
from stations.model.errors import StationsError
from stations.model.language import LANGUAGES, current_language, listed, use_language
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.coverage.assess import Question
from stations.planning.questions import scenario_from, today
from stations.planning.register import city_of
from stations.planning.reporting import report as planned
from stations.planning.reporting.lead import contradiction, contradictions
from stations.planning.reporting.tags import tag_table
from stations.planning.reporting.text_check import Finding

_MADE, _LEADS = "report-made", "report-leads"
_LONGEST, _MOST_MB, _TABLES = 5000, 20, 4
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
    lead_text = _lead(planned.lead(report))
    _contradicted(contradictions(settings, wish, report, lead=lead_text))
    own = _template(settings)
    _files(settings, wish, report.scope.held.revision, own=own, lead_text=lead_text)
    _preview(settings, wish, report)


def _lead(draft: str) -> str:
    """Let the first paragraph be corrected, and return it, empty where it is the draft.

    What was written for each draft is kept in the session.
    """
    kept = st.session_state.setdefault(_LEADS, {})
    key = f"report-lead-{sha256(draft.encode()).hexdigest()[:16]}"
    label = _("The first paragraph, to be corrected")
    told = _("What is corrected here is what the files say, with your own template, too; else they say what it says.")
    text = st.text_area(label, kept.get(key, draft), key=key, height=130, max_chars=_LONGEST, help=told)
    kept[key] = text
    return "" if text.strip() == draft else text.strip()


def _contradicted(found: tuple[Finding, ...]) -> None:
    """Warn where the corrected paragraph says otherwise than the tables below it will."""
    use_language(address.language())
    if found:
        words = _("This paragraph contradicts the rest of the report: {figures}. The files would say both.")
        frame.warning(words.format(figures=listed(map(contradiction, found))))


def _template(settings: Settings) -> tuple[bytes, str] | None:
    """Offer the template that ships, and take the office's own."""
    with st.expander(_("Your own template (Word)")):
        file = uploading.field(
            "template",
            add=_("Choose a file"),
            limits=_("Word (.docx), up to {most} MB").format(most=_MOST_MB),
            type=["docx"],
            max_upload_size=_MOST_MB,
            key="report-template",
        )
        st.download_button(
            _("Download the template"),
            data=partial(planned.template, settings),
            file_name="template.docx",
            mime=_TYPES["report.docx"],
            on_click="ignore",
        )
        frame.note(_("Its sentences are yours to reword in Word; these tags stand for the figures:"))
        picking.plain_table(tag_table())
    return (file.getvalue(), file.name) if file else None


def _preview(settings: Settings, wish: planned.Order, report: planned.Report) -> None:
    """Show what will be in the files: the maps, and the first tables."""
    with frame.working(_("Drawing …")):
        pictures = list(planned.maps(settings, wish, report).values())
    use_language(address.language())
    for column, picture in zip(st.columns(len(pictures), gap="medium"), pictures, strict=True):
        column.image(picture.png, width="stretch", caption=picture.title)
    use_language(settings.language)
    tables = planned.first_tables(report, _TABLES)
    use_language(address.language())
    for at in range(0, len(tables), 2):  # one below the other on a phone, in their order
        for column, (title, table) in zip(st.columns(2, gap="medium"), tables[at : at + 2], strict=False):
            with column:
                st.markdown(f"**{frame.literal(title)}**")
                picking.plain_table(table)
    more = len(planned.contents(report)) - len(tables)
    if more > 0:
        frame.note(_("{count} more tables are in the files.").format(count=more))


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
    scenario = scenario_from(proposing.scenario(settings, none=_("Without proposals")))
    question, since = Question(radius_m=address.chosen("radius")), address.chosen("since")
    proposed = scenario if scenario and scenario.added else None
    return settings, planned.order(
        settings, chosen, question=question, since=since, union=union or None, scenario=proposed
    )


def _files(
    settings: Settings, wish: planned.Order, revision: int, *, own: tuple[bytes, str] | None, lead_text: str
) -> None:
    """Offer to make the files, and those that are made of this very report."""
    key = (settings, wish, revision, lead_text, own)
    if st.button(_("Make the report"), type="primary", key="report-make"):
        bar = st.progress(0.0)

        def told(step: int, words: str) -> None:
            bar.progress(step / planned.STEPS, words)

        try:
            files = planned.made(settings, wish, own=own, lead_text=lead_text, told=told)
        except StationsError as error:  # a tag of their own template: what was written here stays
            frame.warning(str(error))
            return
        finally:
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
