"""Page 站点与阵地: the list of stations or bases, a record with its history, and the form to enter or correct one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from stations.app import address, card, form, frame, picking, saving
from stations.model.accounts import Right
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning import edit, edit_tables, show
from stations.planning.register import Holdings, holdings


@address.part
def page() -> None:
    """Draw the page."""
    frame.top()
    with frame.telling_faults():
        held = holdings(address.settings().now())  # what is entered is entered now
        frame.head(_("Stations and bases"), show.record_sentence(held), held)
        saving.said()
        entered = form.draft()
        if entered is None:
            _list(held)
        else:
            _entry(entered)


def _list(held: Holdings) -> None:
    user = address.settings().user
    if user.may(Right.EDIT):
        with st.container(horizontal=True):
            st.button(_("New station"), on_click=partial(saving.begin, "station"), type="primary")
            st.button(_("New activity base"), on_click=partial(saving.begin, "base"))
        saving.unfinished()
    left, right = st.columns([13, 7], gap="medium")
    with left:
        names = {"station": _("Stations"), "base": _("Activity bases")}
        st.segmented_control(
            _("List"),
            list(names),
            format_func=names.__getitem__,
            key="kind",
            required=True,
            label_visibility="collapsed",
        )
        picking.record_table(held, address.chosen("kind"), tiers=list(Tier))
    with right:
        picking.search(held)
        if card.selected_card(held):
            chosen = address.chosen("selected")
            if user.may(Right.EDIT):
                st.button(_("Edit this record"), on_click=partial(saving.begin, *chosen))
            if user.may(Right.REVEAL):
                card.in_full(*chosen)
    _history()


def _history() -> None:
    """Show what happened to the chosen record."""
    if selected := address.chosen("selected"):
        kind, key = selected
        told = edit_tables.history_table(edit.history(address.settings(), kind=kind, key=key))
        if not told.empty:  # a record that never was has no history
            st.subheader(_("History"))
            picking.plain_table(told)


def _entry(entered: edit.Draft) -> None:
    left, right = st.columns([13, 7], gap="medium")
    with left:
        form.show(entered)
    with right:
        saving.verdict(edit.checked(address.settings(), entered))
