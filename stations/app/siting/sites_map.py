"""The map of the siting page: what is proposed, what is refused, and land where nothing may be built."""

from __future__ import annotations

import streamlit as st

from stations.app import address, atlas
from stations.app.siting import site as siting_site
from stations.app.siting import wish as siting_wish
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning.coverage.assess import Assessment
from stations.planning.maps.draw import Pin, View
from stations.planning.siting import views as siting_views
from stations.planning.siting.proposal import Proposal, Site

_NEAR = "siting-near"
"""The flight that goes to all places at once."""


def nearer(proposal: Proposal) -> None:
    """Let the map show the proposed places as large as they all fit."""
    if proposal.sites:
        st.button(_("Zoom to the proposed places"), on_click=_fly_near)


def _fly_near() -> None:
    address.choose("site", None)
    atlas.fly()
    st.session_state[_NEAR] = atlas.flight()


def _focus(site: Site | None) -> tuple[str, str] | None:
    if not atlas.flight():
        return None
    return ("pin", "") if site else ("pins", "") if st.session_state.get(_NEAR) == atlas.flight() else None


def draw(answer: Assessment, proposal: Proposal | None) -> None:
    """Draw the map with what is proposed; what is clicked or outlined there is taken over."""
    site = siting_site.chosen(proposal) if proposal else None
    question = answer.question
    view = View(
        tiers=Tier.at_least(question.tier) if question.tier else tuple(Tier),
        people=address.chosen("people"),
        selected=None if site else siting_site.station(answer),
        pin=Pin(site.lon, site.lat, reach_m=question.radius_m) if site else None,
        pins=siting_views.pins(
            proposal,
            selected=site,
            areas=[*((ring,) for ring in address.chosen("outline")), *siting_wish.file_of_land(answer).areas],
            drawing=bool(st.session_state.get(siting_wish.DRAWING)),
            placing=bool(st.session_state.get(siting_wish.PLACING)),
            unreached=siting_site.unreached(),
        ),
        focus=_focus(site),
        flight=atlas.flight(),
    )
    on = {"area": siting_wish.drawn, "place": siting_wish.placed, "station": siting_site.choose_station}
    if proposal:
        on["proposal"] = lambda feature: address.choose("site", proposal.sites[int(feature["id"]) - 1].candidate)
    atlas.city_map(address.settings(), view, question=question, key="siting", on=on)
