"""Proposals that were saved as scenarios: saved, compared side by side, opened again, deleted."""

from __future__ import annotations

import streamlit as st

from stations.app import address, frame, picking
from stations.model.accounts import Right
from stations.model.errors import NotGiven, StationsError
from stations.model.language import gettext as _
from stations.planning.questions import scenario_text
from stations.planning.siting import scenarios as siting_scenarios
from stations.planning.siting.proposal import Proposal
from stations.planning.siting.scenarios import Kept

_FAULT, _NAME, _OPEN, _GONE = "scenario-fault", "scenario-name", "scenario-open", "scenario-gone"


def draw(proposal: Proposal) -> None:
    """Show the saved scenarios beside this proposal, and let it be saved."""
    settings = address.settings()
    edits = settings.user.may(Right.EDIT)
    st.subheader(_("Scenarios side by side"))
    if edits:
        _saving(proposal)
    frame.link(
        "coverage", _("See it beside today: “What if”"), scenario=scenario_text(proposal.scenario), part="whatif"
    )
    saved = siting_scenarios.kept(settings)
    if saved:
        table = siting_scenarios.scenario_table(settings, saved, current=proposal)
        picking.plain_table(table, sentences=_("Asked for"))
        about = siting_scenarios.about_scenarios(proposal.before.holdings)
        picking.table_download(table, name="scenarios", about=about)
        _opening({each.name: each for each in saved}, edits=edits)
    else:
        frame.note(_("No scenario is saved yet. The address holds what is shown: send it to show somebody the same."))
    _gone()


def _saving(proposal: Proposal) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="saving"):
        st.text_input(_("Name of the scenario"), key=_NAME)
        st.button(_("Save as scenario"), on_click=_save, args=(proposal,))
    if (fault := st.session_state.pop(_FAULT, None)) is not None:
        (frame.note if isinstance(fault, NotGiven) else frame.warning)(str(fault))


def _save(proposal: Proposal) -> None:
    wish = {name: text for name, text in address.written().items() if name in _ASKED}
    try:
        siting_scenarios.save(address.settings(), st.session_state[_NAME], proposal, wish=wish)
        st.session_state[_NAME] = ""
    except StationsError as error:
        st.session_state[_FAULT] = error


_ASKED = {*address.QUESTION, *address.SITING} - {"gap", "site"}
"""What makes up the wish of a scenario."""


def _opening(saved: dict[str, Kept], *, edits: bool) -> None:
    if st.session_state.get(_OPEN) not in saved:
        st.session_state[_OPEN] = None
    with st.container(horizontal=True, vertical_alignment="bottom", key="opening"):
        name = st.selectbox(
            _("Saved scenario"), list(saved), index=None, key=_OPEN, placeholder=_("Choose a scenario"), width=320
        )
        st.button(_("Open it"), disabled=name is None, on_click=_open, args=(saved.get(name or ""),))
        if edits:
            st.button(_("Delete it"), disabled=name is None, on_click=_forget, args=(name,))


def _open(chosen: Kept) -> None:
    for name in _ASKED | {"site"}:
        choice = address.CHOICES[name]
        address.choose(name, choice.read(chosen.wish[name]) if name in chosen.wish else choice.default)


def _forget(name: str) -> None:
    try:
        st.session_state[_GONE] = siting_scenarios.forget(address.settings(), name)
    except StationsError as error:
        st.session_state[_FAULT] = error


def _gone() -> None:
    """Say what was deleted last, and let that be undone."""
    gone: Kept | None = st.session_state.get(_GONE)
    if gone is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="gone"):
            frame.success(_("Deleted: {name}").format(name=gone.name))
            st.button(_("Undo"), on_click=_restore)


def _restore() -> None:
    """Undo what was deleted last; the button may have been pressed twice."""
    gone: Kept | None = st.session_state.pop(_GONE, None)
    if gone is None:
        return
    try:
        siting_scenarios.restore(address.settings(), gone)
        st.session_state[_OPEN] = gone.name
    except StationsError as error:
        st.session_state[_FAULT] = error
