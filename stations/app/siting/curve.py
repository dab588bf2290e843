"""The budget curve of a proposal as a picture and a table, and the progress of a search that goes on."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from stations.app import address, frame, picking
from stations.app.searching import Search
from stations.model.language import gettext as _
from stations.planning.siting import tables as siting_tables
from stations.planning.siting import views as siting_views
from stations.planning.siting.proposal import Proposal

LINES: dict[str, Any] = {
    "mark": {"type": "line", "tooltip": True},
    "encoding": {
        "x": {"field": "sites", "type": "quantitative", "axis": {"format": "d", "tickMinStep": 1}},
        "y": {"field": "people", "type": "quantitative", "scale": {"zero": False}},
        "color": {
            "field": "line",
            "type": "nominal",
            "sort": None,
            "title": None,
            "scale": {"range": ["#AEB6C1", "#5B2A86", "#D9730D"]},
            "legend": {"orient": "top", "direction": "vertical", "labelLimit": 300},
        },
        "strokeDash": {"field": "line", "type": "nominal", "sort": None, "legend": None},
        "strokeWidth": {  # lines that lie on each other are all seen, the widest below
            "field": "line",
            "type": "nominal",
            "sort": None,
            "scale": {"range": [7, 3.5, 1.5]},
            "legend": None,
        },
    },
}
_TICK_S = 0.25


def draw(proposal: Proposal) -> None:
    """Show what more and more stations reach, with what none can pass."""
    st.subheader(_("How many are enough"))
    frame.note(siting_views.curve_sentence(proposal))
    chart, beside = st.columns([3, 2], gap="medium")
    axes = {"x": {"title": _("New stations")}, "y": {"title": _("People within reach")}}
    encoding = {name: {**part, **axes.get(name, {})} for name, part in LINES["encoding"].items()}
    rule = {
        "data": {"values": [{"sites": proposal.chosen}]},
        "mark": {"type": "rule", "color": "#5B2A86", "strokeDash": [2, 2]},
        "encoding": {"x": {"field": "sites", "type": "quantitative"}},
    }
    point = {
        "data": {"values": [{"sites": proposal.chosen, "people": round(proposal.covered)}]},
        "mark": {"type": "point", "color": "#5B2A86", "filled": True, "size": 80, "tooltip": True},
        "encoding": {name: encoding[name] for name in ("x", "y")},
    }
    picture = {"layer": [{**LINES, "encoding": encoding}, rule, point]}
    chart.vega_lite_chart(siting_views.curve_cells(proposal), picture, height=400)
    with beside:
        picking.whole_table(siting_tables.curve_table(proposal), name="curve")


def follow(search: Search, shown: Proposal, place: DeltaGenerator) -> None:
    """Show how a search goes on, with a button that ends it, until there is something better to show."""
    limit = address.chosen("limit")
    if search.over:
        _longer(shown, place, limit)
        return
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        st.button(_("Stop"), key="search-stop", on_click=search.stop)
    address.settle()  # the address tells what is looked for while it is
    words = _("Searching for something better, or a proof: {seconds} of {limit} s")
    with address.aside():
        while not search.wait(beyond=shown, seconds=_TICK_S):
            seconds = min(search.seconds, limit)
            bar.progress(seconds / limit, words.format(seconds=f"{seconds:.0f}", limit=limit))
    st.rerun()


def _longer(shown: Proposal, place: DeltaGenerator, limit: int) -> None:
    """Offer to search longer where nothing is proven."""
    longer = min(2 * limit, 300)
    if shown.proven or longer <= limit:
        return
    with place.container(horizontal=True, vertical_alignment="center"):
        words = _("Search for up to {seconds} s").format(seconds=longer)
        st.button(words, key="search-longer", on_click=lambda: address.choose("limit", longer))
