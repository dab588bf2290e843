"""Page 总览: the city's stations by tier, the key figures, the list."""

from __future__ import annotations

import streamlit as st

from stations.app import address, atlas, card, frame, picking
from stations.model.language import gettext as _
from stations.planning.coverage import show
from stations.planning.coverage.assess import Assessment, Question, assess
from stations.planning.maps.draw import View
from stations.planning.records.filters import Filter, keys_of
from stations.planning.records.movements import counted_stations
from stations.planning.register import Holdings, holdings


@address.part
def page() -> None:
    """Draw the page."""
    frame.top()
    with frame.telling_faults():
        settings = address.settings()
        held = holdings(settings)
        with frame.working(_("Counting who is within reach …")):
            answer = assess(settings, Question(radius_m=address.chosen("radius")))
        frame.head(_("Overview"), show.overview_sentence(held, answer), held)
        _body(held, answer)


def _body(held: Holdings, answer: Assessment) -> None:
    with st.container(key="controls"):
        _controls(held)
    tiers = address.chosen("tiers")
    left, right = st.columns([13, 7], gap="medium")
    with right:
        picking.search(held)
        card.selected_card(held)
    with left:
        selected = address.chosen("selected")
        view = View(
            tiers=tuple(tiers),
            bases=address.chosen("bases"),
            cluster=address.chosen("cluster"),
            selected=selected[1] if selected else None,
            focus=selected if atlas.flight() else None,
            flight=atlas.flight(),
        )
        atlas.city_map(address.settings(), view, question=None, key="overview", height=520)
        frame.link("reports", _("Map of this for paper"), doing="maps")
    frame.figures(show.key_figures(held, answer))
    for words in show.day_notes(held):
        frame.note(words)
    counted = counted_stations(held).index
    keys = [key for key in keys_of(held, "station", Filter(tiers=tuple(tiers))) if key in counted]
    if keys:
        picking.record_table(held, "station", keys=keys)
    elif len(held.stations):  # else the sentence on top says what to do
        st.info(_("No station of the tiers chosen above. Choose more tiers, or reset."))


def _controls(held: Holdings) -> None:
    chips, layers, day, count, reset = st.columns([14, 11, 6, 5.5, 3], vertical_alignment="bottom")
    with chips:
        picking.tiers(held)
    with layers.container(horizontal=True):
        st.toggle(
            _("Activity bases"),
            key="bases",
            help=_("{count} bases in the register.").format(count=len(held.bases)),
        )
        st.toggle(_("Group close marks"), key="cluster", help=_("A disc with a number stands for that many places."))
    with day:
        picking.day("on", _("Register of the day"))
    counted = counted_stations(held)
    shown, total = int(counted["tier"].isin(address.chosen("tiers")).sum()), len(counted)
    words = _("{shown} of {total} stations").format(shown=shown, total=total)
    if address.chosen("bases"):
        words = _("{shown} of {total} stations, all {bases} bases").format(
            shown=shown, total=total, bases=f"{len(held.bases):,}"
        )
    count.html(f"<p class='atlas-count'>{words}</p>")
    reset.button(_("Reset"), on_click=_reset, help=_("Show every tier, without bases and groups."), width="stretch")


def _reset() -> None:
    for name in ("tiers", "bases", "cluster", "selected", "on"):
        address.choose(name, address.CHOICES[name].default)
