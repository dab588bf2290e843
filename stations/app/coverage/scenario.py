"""What if: a scenario is put together, compared with what is, and held by the address; the register stays as it is."""

from __future__ import annotations

import streamlit as st

from stations.app import address, frame
from stations.app.coverage import comparing
from stations.model.errors import StationsError
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning.coverage import gap_tables
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.comparison import place_of_gap, whatif
from stations.planning.coverage.measures import Measures
from stations.planning.questions import with_change

_REFUSED = "scenario-refused"


def part(measures: Measures) -> None:
    """Show what can be changed, and what the changes come to."""
    answer = measures.answer
    _changes(answer)
    if answer.question.scenario is None:
        frame.note(_("Nothing is changed yet. Choose a gap in the table above to add a station there."))
        return
    comparing.sides(whatif(address.settings(), answer.question))
    frame.note(
        _("The address holds the scenario: send it to show somebody the same; “back” takes the last change back.")
    )


def _changes(answer: Assessment) -> None:
    gap = gap_tables.gap_named(answer, address.chosen("gap"))
    rank = gap_tables.gap_rank(answer, gap) if gap else None
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
