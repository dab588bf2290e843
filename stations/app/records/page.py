"""Page 站点与阵地: the list of stations or bases, a record with all that is known of it, and the form."""

from __future__ import annotations

import streamlit as st

from stations.app import address, card, frame, picking
from stations.app.records import bulk, form, lists, record, saving
from stations.model.accounts import Right
from stations.model.language import gettext as _
from stations.model.vocabulary import Status
from stations.planning.coverage import show
from stations.planning.records import edit_tables, entering
from stations.planning.register import Holdings, holdings


@address.part
def page() -> None:
    """Draw the page."""
    with frame.telling_faults():
        saving.carry_out(address.aside)
    frame.top()
    with frame.telling_faults():
        held = holdings(address.settings().now())  # what is entered is entered now
        frame.head(_("Stations and bases"), show.record_sentence(held), held)
        saving.said()
        entered = form.draft()
        if entered is None and record.chosen(held):
            record.show(held)
        elif entered is None:
            _list(held)
        elif form.many():
            bulk.entry(entered)
        else:
            _entry(entered)


def _list(held: Holdings) -> None:
    with st.container(key="listing"):
        _listing(held)


def _listing(held: Holdings) -> None:
    edits = address.settings().user.may(Right.EDIT)
    if edits:
        saving.buttons()
        saving.unfinished()
    kind, keys = address.chosen("kind"), lists.keys(held)
    with st.container(key="controls"):
        lists.controls(held, count=len(keys))
    left, right = st.columns([13, 7], gap="medium")
    with left:
        if keys:
            _rows(held, keys, edits=edits)
        elif len(held.of(kind)):  # else the sentence on top says what to do
            st.info(_("No record passes the filters. Loosen one, or reset."))
    with right:
        if card.selected_card(held):
            record.buttons(*address.chosen("selected"))
    record.log()


def _rows(held: Holdings, keys: list[str], *, edits: bool) -> None:
    kind = address.chosen("kind")
    several = edits and st.toggle(_("Choose several"), key=lists.SEVERAL)
    if several:
        lists.several(held, kind, keys)
    else:
        picking.record_table(held, kind, keys=keys)


def _entry(entered: entering.Draft) -> None:
    if entered.key is None and entered.values.get("status") == Status.PLANNED:
        frame.note(_("A planned station: it counts once its status says that it is in use."))
    judged = entering.checked(address.settings(), entered)
    remarks = edit_tables.remarks(judged) if form.begun() else []
    left, right = st.columns([13, 7], gap="medium")
    with left:
        form.show(entered, remarks)
    with right:
        saving.verdict(judged, remarks)
    saving.again()
