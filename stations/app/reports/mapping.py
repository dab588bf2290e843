"""The parts of the page 快照与报告 about maps for paper: choose, look and download; hold one against the register."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from stations.app import address, frame, picking, uploading
from stations.app.reports import proposing
from stations.model.errors import StationsError
from stations.model.language import current_language, listed
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.model.vocabulary import PageLayout, SnapshotKind, Term, Tier
from stations.planning.maps import snapshot_tables, snapshots
from stations.planning.maps.sheets import Wish
from stations.planning.maps.verifying import verified
from stations.planning.register import Holdings

_RESOLUTIONS = (150, 300, 600)
_MIMES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
_PAPERS = ("docx", "xlsx", "html")
_MOST_MB = 50


def draw(held: Holdings) -> None:
    """Show the choices, the map as it will be, and its download."""
    wish = _wish(held)
    settings = address.settings()
    if lacking := _lacking(settings, wish):
        frame.note(lacking)
        return
    try:
        with frame.working(_("Drawing …")):
            shown = snapshots.preview(settings, wish)
    except StationsError as error:  # the choices stay: one of them is missing, or cannot be answered
        frame.warning(str(error))
        return
    picture, files = st.columns([13, 7], gap="medium")
    picture.image(shown, width="stretch")
    with files:
        _download(wish)
        frame.note(_("Each file says how it was made: it can be drawn again from the same revision, and verified."))


def _lacking(settings: Settings, wish: Wish) -> str | None:
    """Let a scenario be chosen where the map shows one; return what is still to be chosen before it can be drawn."""
    match wish.kind:
        case SnapshotKind.PAIR:
            chosen = proposing.scenario(settings, none=_("None: compare with an earlier day"))
            if not chosen and wish.since is None:
                return _("Choose a day to compare with, or a scenario: the map shows before and after side by side.")
        case SnapshotKind.PROPOSALS:
            if not proposing.scenario(settings, none=_("Choose a scenario")):
                return _(
                    "Choose a saved scenario, or propose stations first: the map shows them, and whom each reaches."
                )
    return None


def _wish(held: Holdings) -> Wish:
    kinds, layouts, ground, radius, day = st.columns([3, 2, 3, 3, 3], vertical_alignment="bottom")
    kinds.selectbox(_("Kind of map"), list(SnapshotKind), format_func=_named, key="picture")
    layouts.selectbox(_("Page"), list(PageLayout), format_func=_named, key="layout")
    kind = address.chosen("picture")
    dated = kind is SnapshotKind.PAIR and not address.chosen("scenario")  # else it shows what the scenario changes
    with ground:
        picking.union(
            held.city,
            _("Ground"),
            key="focus",
            all_of_them=_("The whole city"),
            help=_("The map of a union shows its district, counts its own stations, and ranks the gaps there."),
        )
    with radius:
        if kind.asks:
            picking.radius(held.city)
    with day:
        if dated:
            picking.day("since", _("Compare with the end of"), latest=held.on)
        else:
            picking.day("on", _("Register of the day"))
    if not kind.asks:
        picking.tiers(held)
    st.toggle(_("Activity bases"), key="bases")
    question = address.question() if kind.asks else None
    since = address.chosen("since") if dated else None
    shown = tuple(address.chosen("tiers")) or tuple(Tier)
    return Wish(
        kind,
        question,
        address.chosen("layout"),
        since,
        bases=address.chosen("bases"),
        tiers=shown,
        focus=address.chosen("focus"),
    )


def _named(term: Term) -> str:
    return term.label(current_language())


def _download(wish: Wish) -> None:
    file_format = st.segmented_control(
        _("File format"),
        list(_MIMES),
        format_func=str.upper,
        default="png",
        required=True,
        key="picture-format",
        help=_("PNG for Word and slides, SVG to be edited, PDF to be printed."),
    )
    resolution = _RESOLUTIONS[1]
    if file_format == "png":
        resolution = st.segmented_control(
            _("Dots per inch"), _RESOLUTIONS, default=_RESOLUTIONS[1], required=True, key="picture-dpi"
        )
    wished = replace(wish, format=snapshots.format_from(file_format), dpi=resolution)
    picking.download(
        partial(snapshots.handed_out, wish=wished),
        name=f"{wish.kind}.{file_format}",
        label=_("Download the map"),
        mime=_MIMES[file_format],
        type="primary",
    )


def verify() -> None:
    """Take a file that was handed out before, and say whether the register still gives it."""
    frame.note(
        _(
            "Choose a map or a report that was downloaded here: its figures are counted again at its revision, and a "
            "map for paper is drawn again."
        )
    )
    types = [*_MIMES, *_PAPERS]
    limits = _("{types}, up to {most} MB").format(types=listed(each.upper() for each in types), most=_MOST_MB)
    file = uploading.field(
        "verify", add=_("Choose a file"), limits=limits, type=types, max_upload_size=_MOST_MB, key="verify-file"
    )
    if file is None:
        return
    content, settings = file.getvalue(), address.settings()
    try:
        with frame.working(_("Drawing …")):
            verdict = verified(settings, content, name=file.name)
    except StationsError as error:
        frame.warning(str(error))
        return
    if verdict.picture_same is None or not file.name.lower().endswith(".png"):
        _verdict(verdict)  # nothing to be looked at stands beside it
        return
    picture, table = st.columns([13, 7], gap="medium")
    with table:
        _verdict(verdict)
    picture.image(snapshots.again(settings, content, name=file.name), width="stretch")


def _verdict(verdict: snapshots.Verdict) -> None:
    """Say first, with a mark that tells without colour, whether it is proven; then of what, and the figures."""
    if verdict.proven:
        frame.success(_("✓ Proven"))
    else:
        frame.warning(_("✗ Not proven"))
    for words in snapshot_tables.verdict_sentences(verdict):
        frame.note(words)
    picking.whole_table(snapshot_tables.verdict_table(verdict), name="verified")
    if verdict.tables:
        with st.expander(_("The numbers of its tables"), expanded=not verdict.holds):
            picking.whole_table(snapshot_tables.cell_table(verdict), name="verified-tables")
