"""What if: a scenario is put together, compared with what is, and held by the address; the register stays as it is."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from stations.app import address, atlas, frame, picking
from stations.model.errors import StationsError
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning import show, tables
from stations.planning.assess import Assessment
from stations.planning.draw import View
from stations.planning.measures import Measures
from stations.planning.questions import with_change
from stations.planning.whatif import Comparison, place_of_gap, whatif

_REFUSED = "scenario-refused"


def part(measures: Measures) -> None:
    """Show what can be changed, and what the changes come to."""
    answer = measures.answer
    _changes(answer)
    if answer.question.scenario is None:
        frame.note(_("Nothing is changed yet. Choose a gap in the table above to add a station there."))
        return
    comparison = whatif(address.settings(), answer.question)
    frame.figures(tables.scenario_figures(comparison))
    _maps(comparison)
    for name, table in (("scenario", tables.comparison_table), ("followed", tables.followed_table)):
        made = table(comparison)
        picking.plain_table(made)
        picking.download(lambda made=made: show.csv_of(made), name=name, label=_("Download the table (CSV)"))  # type: ignore[misc]
    frame.note(
        _("The address holds the scenario: send it to show somebody the same; “back” takes the last change back.")
    )


def _changes(answer: Assessment) -> None:
    rank = address.chosen("gap")
    place = place_of_gap(answer, rank) if rank else None
    names = answer.holdings.stations["name"].reindex(answer.stations.index).dropna().to_dict()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _button(_("Add a station in gap {rank}").format(rank=rank or "…"), "add", place)
        station = st.selectbox(
            _("Station"),
            list(names),
            index=None,
            format_func=lambda key: names.get(key, key),
            placeholder=_("Choose a station"),
            key="scenario-station",
        )
        _button(_("Close it"), "close", station)
        _button(_("Move it to gap {rank}").format(rank=rank or "…"), "move", station, place)
        tier = st.selectbox(
            _("Tier"),
            list(Tier),
            index=None,
            format_func=lambda tier: tier.label(current_language()),
            placeholder=_("Choose a tier"),
            key="scenario-tier",
        )
        _button(_("Give it this tier"), "tier", station, tier.value if tier is not None else None)
        st.button(_("Start again"), on_click=lambda: address.choose("scenario", ""))
    if refused := st.session_state.pop(_REFUSED, None):
        st.warning(str(refused))


def _button(label: str, *change: str | None) -> None:
    words = [word for word in change if word]
    st.button(label, disabled=len(words) < len(change), on_click=lambda: _change(*words))


def _change(*change: str) -> None:
    try:
        address.choose("scenario", with_change(address.chosen("scenario"), *change))
    except StationsError as error:
        st.session_state[_REFUSED] = error
    address.choose("gap", None)


def _maps(comparison: Comparison) -> None:
    question = comparison.after.question
    tiers = Tier.at_least(question.tier) if question.tier else tuple(Tier)
    sides = ((_("Before"), replace(question, scenario=None), "before"), (_("After"), question, "after"))
    for column, (title, asked, key) in zip(st.columns(2), sides, strict=True):
        with column:
            st.subheader(title)
            atlas.city_map(address.settings(), View(tiers=tiers), question=asked, key=key, height=380)
