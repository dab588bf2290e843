"""Whose proposed stations a map or a report shows: those of a saved scenario, or of the scenario in the address."""

from __future__ import annotations

import streamlit as st

from stations.app import address, frame
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.siting import scenarios as siting_scenarios
from stations.planning.siting.scenarios import Kept

_ASKED = {*address.QUESTION} - {"scenario", "gap"}


def scenario(settings: Settings, *, none: str) -> str:
    """Offer the saved scenarios, and that of the address; return the one that is chosen, as an address says it."""
    saved = {each.after.get("scenario", ""): each for each in siting_scenarios.kept(settings)}
    given = address.chosen("scenario")
    names = {"": none, **({given: _("As in the link")} if given else {})}
    names |= {text: each.name for text, each in saved.items() if text}
    with st.container(horizontal=True, vertical_alignment="bottom", key="proposing"):
        st.selectbox(
            _("Proposed stations"),
            list(names),
            format_func=lambda text: names.get(text, text),
            key="scenario",
            on_change=_take_over,
            args=(saved,),
            width=320,
            help=_("A saved scenario comes with its radius, and with all else that was asked."),
        )
        frame.link("siting", _("Propose stations on the page “Siting”"), scenario="")
    return str(address.chosen("scenario"))


def _take_over(saved: dict[str, Kept]) -> None:
    """Ask what the scenario was proposed for."""
    if kept := saved.get(address.chosen("scenario")):
        for name in _ASKED:
            choice = address.CHOICES[name]
            address.choose(name, choice.read(kept.wish[name]) if name in kept.wish else choice.default)
