"""What lies behind the figures of the coverage page, one part at a time: it is measured when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from stations.app import address, frame, picking
from stations.app.coverage import comparing, scenario
from stations.model.language import gettext as _
from stations.model.language import sentences
from stations.planning.coverage import show, tables
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.measures import Measures, measured
from stations.planning.questions import today

HEAT_MAP: dict[str, Any] = {
    "mark": {"type": "rect", "stroke": "white", "strokeWidth": 1},
    "encoding": {
        "x": {"field": "hour", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
        "y": {"field": "day", "type": "ordinal", "sort": {"field": "order"}, "title": None},
        "color": {
            "field": "share",
            "type": "quantitative",
            "title": "%",
            "scale": {"scheme": "blues", "domain": [0, 100]},
        },
    },
}


BARS: dict[str, Any] = {
    "mark": {"type": "bar", "color": "#1F6FB2", "tooltip": True},
    "encoding": {
        "x": {"field": "value", "type": "quantitative", "title": None},
        "y": {"field": "name", "type": "nominal", "sort": None, "title": None},
    },
}
"""Not ``bar_chart``: to have its figure checked against the whole grammar costs more than the page around it."""


BAR_PX = 32
"""Height of a bar with its name: with less, names are left out."""


DAY_CURVE: dict[str, Any] = {
    "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
    "encoding": {
        "x": {"field": "hour", "type": "quantitative", "title": None, "axis": {"tickCount": 12, "format": "d"}},
        "y": {"field": "people", "type": "quantitative", "title": None, "scale": {"zero": True}},
        "color": {
            "field": "side",
            "type": "nominal",
            "sort": None,
            "title": None,
            "scale": {"range": ["#1F6FB2", "#D9730D"]},
            "legend": {"orient": "top"},
        },
        "strokeDash": {"field": "side", "type": "nominal", "sort": None, "legend": None},
    },
}


def part(answer: Assessment) -> None:
    """Show the switch between the parts, and the one that is chosen."""
    if answer.people is None:
        _chart_and_table(show.district_table(answer), name="districts", measure=-1)
        return
    names = {
        "districts": _("By district"),
        "unions": _("By union"),
        "groups": _("By group of people"),
        "clock": _("By the clock"),
        "stations": _("Which stations matter"),
        "certainty": _("How far and how sure"),
        "time": _("Over time"),
        "whatif": _("What if"),
    }
    frame.switch(_("Behind the figures"), names, key="part")
    makers: dict[str, Callable[[Measures], None]] = {
        "districts": lambda measures: _chart_and_table(tables.division_table(measures), name="districts", measure=2),
        "unions": _unions,
        "groups": _groups,
        "clock": _clock,
        "stations": _stations,
        "certainty": _certainty,
        "time": comparing.over_time,
        "whatif": scenario.part,
    }
    with frame.working(_("Measuring …")):
        makers[address.chosen("part")](measured(address.settings(), answer.question))


def _chart_and_table(table: Any, *, name: str, measure: int) -> None:
    chart, beside = st.columns([2, 3], gap="medium")
    share = table.columns[measure]
    bars = table[share].rename("value").rename_axis("name").reset_index()
    chart.vega_lite_chart(bars, {"title": share, **BARS}, height=max(340, BAR_PX * len(bars)))
    with beside:
        picking.whole_table(table, name=name)


def _unions(measures: Measures) -> None:
    _chart_and_table(tables.union_table(measures), name="unions", measure=2)
    frame.note(sentences(tables.union_notes(measures)))


def _groups(measures: Measures) -> None:
    _chart_and_table(tables.group_table(measures.answer), name="groups", measure=2)
    for words in show.accounts(measures.answer):
        frame.note(words)


def _clock(measures: Measures) -> None:
    week = tables.week_table(measures)
    frame.note(_("Certain: people near a station that is known to be open. Possible: also near one of unknown hours."))
    for column, (side, cells) in zip(
        st.columns(2), tables.week_cells(measures).groupby("side", sort=False), strict=True
    ):
        column.vega_lite_chart(cells, {"title": side, **HEAT_MAP}, height=280)
    picking.whole_table(week, name="week")
    _day(measures)


def _day(measures: Measures) -> None:
    """Show the covered people by the hour of a date: today's, until another one is chosen."""
    if address.chosen("date") is None:
        address.choose("date", measures.answer.holdings.on or today())
    st.subheader(_("One day, hour by hour"))
    when, holiday, _room = st.columns([2, 2, 5], vertical_alignment="bottom")
    with when:
        picking.date("date", _("Date"), about=_("Its weekday decides which opening hours hold."))
    holiday.toggle(
        _("Public holiday"),
        key="holiday",
        help=_("Which days are holidays is yours to say. Hours that do not name holidays are unknown then."),
    )
    day = measures.day(address.chosen("date"), holiday=address.chosen("holiday"))
    chart, beside = st.columns([3, 2], gap="medium")
    title = show.day_title(address.chosen("date"), holiday=address.chosen("holiday"))
    chart.vega_lite_chart(tables.day_cells(day), {"title": title, **DAY_CURVE}, height=340)
    with beside:
        picking.whole_table(tables.day_table(day), name="day")


def _stations(measures: Measures) -> None:
    frame.note(_("Who depends on a station alone would be out of reach if it closed."))
    picking.whole_table(tables.critical_table(measures), name="critical")


def _certainty(measures: Measures) -> None:
    frame.figures(tables.facts(measures))
    frame.note(tables.certainty_note())
    for words in tables.street_notes(measures):
        frame.note(words)
    curve = tables.radius_table(measures)
    share = curve.columns[1]
    chart, beside = st.columns([3, 2], gap="medium")
    chart.line_chart(curve[[share]], height=340, color="#1F6FB2", x_label=str(curve.index.name), y_label=share)
    with beside:
        picking.whole_table(curve, name="radius")
    _evenness(measures)


def _evenness(measures: Measures) -> None:
    st.subheader(_("How evenly access is spread"))
    frame.figures(tables.evenness(measures))
    lorenz = tables.lorenz_table(measures)
    chart, beside = st.columns([3, 2], gap="medium")
    chart.line_chart(
        lorenz, height=380, color=["#5F6B7A", "#1F6FB2", "#D9730D"], x_label=str(lorenz.index.name), y_label="%"
    )
    with beside:
        picking.whole_table(lorenz.iloc[::10], name="lorenz")
