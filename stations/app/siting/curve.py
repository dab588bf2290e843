"""The budget curve of a proposal as a picture and a table."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from stations.app import frame, picking
from stations.model.language import gettext as _
from stations.model.siting import SitingModel
from stations.planning.siting import tables as siting_tables
from stations.planning.siting import views as siting_views
from stations.planning.siting.proposal import Proposal

MOST, BEST, IN_ORDER = "#AEB6C1", "#5B2A86", "#D9730D"
WHOLE, DASHED = [1, 0], [6, 3]
LINES: dict[str, Any] = {
    "mark": {"type": "line", "tooltip": True},
    "encoding": {
        "x": {"type": "quantitative", "axis": {"format": ",d", "tickMinStep": 1}},
        "y": {"field": "people", "type": "quantitative", "scale": {"zero": False}, "axis": {"format": ",d"}},
        "color": {
            "field": "line",
            "type": "nominal",
            "sort": None,
            "title": None,
            "scale": {"range": [MOST, BEST, IN_ORDER]},
            "legend": {"orient": "top", "direction": "vertical", "labelLimit": 300},
        },
        "strokeDash": {
            "field": "line",
            "type": "nominal",
            "sort": None,
            "scale": {"range": [WHOLE, WHOLE, DASHED]},
            "legend": None,
        },
        "strokeWidth": {  # lines that lie on each other are all seen, the widest below
            "field": "line",
            "type": "nominal",
            "sort": None,
            "scale": {"range": [7, 3.5, 1.5]},
            "legend": None,
        },
    },
}


def draw(proposal: Proposal, *, over: bool) -> None:
    """Show what more and more stations reach, with what none can pass; of a budget, what more and more money does.

    `over`: nothing more will be found.
    """
    if proposal.wanted.model is SitingModel.BUDGET and proposal.money is None:
        stopped = _("The search was stopped before it was asked what less and more money would reach.")
        frame.note(stopped if over else _("What less and more money would reach is asked last."))
    if proposal.money is not None:
        st.subheader(_("How much money is enough"))
        frame.note(siting_views.money_sentence(proposal))
        chart, beside = st.columns([3, 2], gap="medium")
        _line(chart, proposal, field="money", title=_("Budget"), at=proposal.wanted.budget or 0.0)
        with beside:
            picking.whole_table(siting_tables.money_table(proposal), name="money")
    st.subheader(_("How many are enough"))
    frame.note(siting_views.curve_sentence(proposal))
    chart, beside = st.columns([3, 2], gap="medium")
    _line(chart, proposal, field="sites", title=_("New stations"), at=proposal.chosen)
    _losses(chart, proposal)
    if cut := siting_views.cut_sentence(proposal):
        chart.caption(cut)
    with beside:
        picking.whole_table(siting_tables.curve_table(proposal), name="curve")


def _line(
    chart: DeltaGenerator, proposal: Proposal, *, field: Literal["money", "sites"], title: str, at: float
) -> None:
    """Draw people within reach by what is spent, or built, with the proposal as a point."""
    cells = siting_views.money_cells if field == "money" else siting_views.curve_cells
    axes = {"x": {"field": field, "title": title}, "y": {"title": _("People within reach")}}
    encoding = {name: {**part, **axes.get(name, {})} for name, part in LINES["encoding"].items()}
    rule = {
        "data": {"values": [{field: at}]},
        "mark": {"type": "rule", "color": "#5B2A86", "strokeDash": [2, 2]},
        "encoding": {"x": {"field": field, "type": "quantitative"}},
    }
    point = {
        "data": {"values": [{field: at, "people": round(proposal.covered)}]},
        "mark": {"type": "point", "color": "#5B2A86", "filled": True, "size": 80, "tooltip": True},
        "encoding": {name: encoding[name] for name in ("x", "y")},
    }
    chart.vega_lite_chart(cells(proposal), {"layer": [{**LINES, "encoding": encoding}, rule, point]}, height=400)


def _losses(chart: DeltaGenerator, proposal: Proposal) -> None:
    """Draw how far both ways to build are below the most possible: on the curve itself they may look the same."""
    axes: dict[str, dict[str, Any]] = {
        "x": {"field": "sites", "title": _("New stations")},
        "y": {"title": None, "scale": {"zero": True}},
        "color": {**LINES["encoding"]["color"], "scale": {"range": [BEST, IN_ORDER]}, "legend": None},
    }
    encoding = {name: {**part, **axes.get(name, {})} for name, part in LINES["encoding"].items()}
    encoding["strokeWidth"] = {"value": 2}
    encoding["strokeDash"] = {**LINES["encoding"]["strokeDash"], "scale": {"range": [WHOLE, DASHED]}}
    title = {"text": _("People fewer than possible at most"), "anchor": "start", "fontWeight": "normal", "fontSize": 12}
    picture = {**LINES, "title": title, "encoding": encoding}
    chart.vega_lite_chart(siting_views.loss_cells(proposal), picture, height=220)
