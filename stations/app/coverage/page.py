"""Page 覆盖与缺口: who is within reach, where the gaps are, and what lies behind the figures."""

from __future__ import annotations

from functools import partial

import streamlit as st

from stations.app import address, atlas, card, frame, picking
from stations.app.coverage import asking, behind
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning.coverage import gap_tables, show
from stations.planning.coverage.assess import Assessment, assess
from stations.planning.maps.draw import View
from stations.planning.publishing import downloads
from stations.planning.siting import views as siting_views


@address.part
def page() -> None:
    """Draw the page."""
    frame.top()
    with frame.telling_faults():
        _body()


def _body() -> None:
    with frame.working(_("Counting who is within reach …")):
        answer = assess(address.settings(), address.question())
    frame.head(_("Coverage and gaps"), show.coverage_sentence(answer), answer.holdings)
    with st.container(key="controls"):
        asking.controls(answer)
    left, right = st.columns([13, 7], gap="medium")
    with left:
        _map(answer)
        frame.link("reports", _("Map of this for paper"), doing="maps", picture="gaps")
    with right:
        _gaps(answer)
    behind.part(answer)
    frame.note(show.basis(answer))


def _map(answer: Assessment) -> None:
    gap, question = gap_tables.gap_named(answer, address.chosen("gap")), answer.question
    view = View(
        tiers=Tier.at_least(question.tier) if question.tier else tuple(Tier),
        people=address.chosen("people"),
        reached=address.chosen("reached"),
        gap=gap,
        focus=("gap", gap) if gap and atlas.flight() else None,
        flight=atlas.flight(),
    )
    atlas.city_map(address.settings(), view, question=question, key="coverage")


def _gaps(answer: Assessment) -> None:
    st.subheader(_("Gaps, largest first"))
    wish = address.chosen("gap")
    gap = gap_tables.gap_named(answer, wish)
    if gap:
        address.choose("gap", gap)  # a link of old had its rank
        card.card(*gap_tables.gap_card(answer, gap), key=f"gap:{gap}")
        if there := siting_views.proposing_in_gap(answer, gap):
            frame.link("siting", _("Propose a station here"), **there)
    elif wish:
        frame.note(gap_tables.no_gap(wish))
    if answer.people:
        picking.gap_order()
    table = gap_tables.gap_table(answer, order=address.chosen("ranking"))
    if table.empty:
        st.info(_("There are no gaps at this radius. Choose a smaller radius or a higher tier."))
        return
    gaps = list(gap_tables.gaps_by(answer, address.chosen("ranking"))["gap_id"])
    row = gaps.index(gap) if gap else None
    picking.chosen_row(
        table,
        row=row,
        key="gaps",
        on_row=lambda number: picking.choose_gap(gaps[number]),
        on_none=lambda: address.choose("gap", None),
    )
    told = downloads.told(table, frame.about())
    whole = partial(downloads.table_file, table=told, name="gaps")
    picking.download(whole, name="gaps", label=_("Download the gaps (CSV)"))
