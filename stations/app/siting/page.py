"""Page 选址: where the next stations should go, with a proof of how good that is."""

from __future__ import annotations

import streamlit as st

from stations.app import address, frame
from stations.app.siting import curve as siting_curve
from stations.app.siting import progress as siting_progress
from stations.app.siting import scenarios as siting_scenarios
from stations.app.siting import site as siting_site
from stations.app.siting import sites_map as siting_map
from stations.app.siting import wish as siting_wish
from stations.model.language import gettext as _
from stations.planning.coverage import show
from stations.planning.coverage.assess import assess
from stations.planning.questions import scenario_text
from stations.planning.siting import tables as siting_tables


@address.part
def page() -> None:
    """Draw the page."""
    if siting_site.opened():
        frame.go("register")
    frame.top()
    with frame.telling_faults():
        _body()


def _body() -> None:
    with frame.working(_("Counting who is within reach …")):
        answer = assess(address.settings(), address.question())
    search, fault = siting_progress.begun(answer)
    proposal = search.found if search else None
    asked = _("Where the next stations should go, and how good that is.")
    frame.head(_("Siting"), siting_tables.proposal_sentence(proposal) if proposal else asked, answer.holdings)
    going_on = st.container(key="progress")
    with st.container(key="controls"):
        siting_wish.controls(answer)
        siting_wish.notes(fault)  # within: what comes and goes does not move the map, which would be loaded anew
    left, right = st.columns([13, 7], gap="medium")
    with left:
        siting_map.draw(answer, proposal)
        siting_wish.land(answer)
        if proposal:
            words, drawn = _("Map of this for paper"), scenario_text(proposal.scenario)
            with st.container(horizontal=True, vertical_alignment="center", key="nearer"):
                siting_map.nearer(proposal)
                frame.link("reports", words, doing="maps", picture="proposals", scenario=drawn)
    with right:
        if proposal:
            siting_site.beside(proposal)
        siting_site.decided()
    if search and proposal:
        siting_curve.draw(proposal, over=search.over)
        siting_site.table(proposal)
        siting_scenarios.draw(proposal)
    if search:
        siting_progress.follow(search, proposal, going_on)
    frame.note(show.basis(answer))
