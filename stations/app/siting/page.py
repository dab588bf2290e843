"""Page 选址: where the next stations should go, with a proof of how good that is."""

from __future__ import annotations

from functools import partial

import streamlit as st

from stations.app import address, frame, visitor
from stations.app.searching import SEARCHES, Search
from stations.app.siting import curve as siting_curve
from stations.app.siting import scenarios as siting_scenarios
from stations.app.siting import site as siting_site
from stations.app.siting import sites_map as siting_map
from stations.app.siting import wish as siting_wish
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.planning.coverage import show
from stations.planning.coverage.assess import Assessment, assess
from stations.planning.questions import scenario_text
from stations.planning.siting import tables as siting_tables
from stations.planning.siting.recommend import proposals


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
    search, fault = _search(answer)
    proposal = search.found if search else None
    asked = _("Where the next stations should go, and how good that is.")
    frame.head(_("Siting"), siting_tables.proposal_sentence(proposal) if proposal else asked, answer.holdings)
    going_on = st.container(key="progress")
    with st.container(key="controls"):
        siting_wish.controls(answer)
    siting_wish.notes(fault)
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
        siting_curve.follow(search, proposal, going_on)
    frame.note(show.basis(answer))


def _search(answer: Assessment) -> tuple[Search | None, StationsError | None]:
    """Return the search for what is wanted once it has found something, or what is wrong with the wish."""
    tick = st.empty()  # there in every run, so that what comes below stays where it is
    try:
        settings, wanted = address.settings(), siting_wish.wanted()
        wish = (answer, wanted, settings.language)  # what is wrong with it is said in words
        search = SEARCHES.of(wish, partial(proposals, settings, wanted), follower=visitor.visit())
        with frame.working(_("Looking for places …")), address.aside():
            while search.found is None and not search.over:
                search.wait(beyond=None, seconds=0.5)
                tick.empty()  # lets a newer choice end this run
        if search.fault and search.found is None:
            raise search.fault
        return search, None
    except StationsError as error:
        return None, error
