"""A record with all that is known of it: card, place, whom it reaches, what is near, its life and its history."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from stations.app import address, atlas, card, frame, picking
from stations.app.records import saving
from stations.model.accounts import Right
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.model.schema import Kind
from stations.planning.access.rights import OtherUnion
from stations.planning.coverage.assess import Question
from stations.planning.maps.draw import Pin, View
from stations.planning.records import around, edit, edit_tables, life, listing, record_tables
from stations.planning.register import Holdings
from stations.planning.reporting.scope import owners

LINES = 100
"""How many of the last changes are shown; the download has all."""


def chosen(held: Holdings) -> bool:
    """Return whether a record is to be shown whole, and is there."""
    selected = address.chosen("selected")
    return bool(address.chosen("record") and selected and selected[1] in held.of(selected[0]).index)


def buttons(kind: Kind, key: str) -> None:
    """Show what can be done with the chosen record."""
    refused, whole = edit.refused(address.settings(), kind, key), address.chosen("record")
    with st.container(horizontal=True):
        if not refused:
            st.button(_("Edit this record"), on_click=partial(saving.begin, kind, key))
        words = _("Back to the list") if whole else _("Everything about it")
        st.button(words, on_click=partial(_turn, not whole))
    if isinstance(refused, OtherUnion):
        frame.note(str(refused))
    elif address.settings().user.may(Right.REVEAL):
        card.in_full(kind, key)


def _turn(whole: bool) -> None:
    address.choose("record", whole)
    address.forget_view()  # the map opens where the record is


def show(held: Holdings) -> None:
    """Show everything that is known of the chosen record."""
    kind, key = address.chosen("selected")
    left, right = st.columns([13, 7], gap="medium")
    with left:
        _map(held, kind, key)
    with right:
        buttons(kind, key)
        card.selected_card(held)
    _served(kind, key)
    _near(held, kind, key)
    if kind == "station":
        st.subheader(_("Its life"))
        picking.plain_table(record_tables.ledger_table(life.ledger(address.settings(), key=key)))
    _history(kind, key)


def _map(held: Holdings, kind: Kind, key: str) -> None:
    place = held.of(kind).at[key, "geometry"]
    if place is None:
        frame.note(_("Nobody has recorded where it is: it is on no map, and reaches nobody."))
        return
    view = View(
        bases=True,
        selected=key,
        focus=(kind, key),
        flight=atlas.flight() + 1,  # also where nothing was flown to before: the page opens at the record
        pin=Pin(place.x, place.y, reach_m=address.chosen("radius")),
    )
    atlas.city_map(address.settings().now(), view, question=None, key="record", height=500)
    (union,) = owners(held, held.of(kind).loc[[key]])  # the map that counts it
    frame.link("reports", _("Map of this for paper"), doing="maps", **({"focus": union} if union else {}))


def _served(kind: Kind, key: str) -> None:
    radius_m = address.chosen("radius")
    served = around.served(address.settings().now(), kind, key, question=Question(radius_m))
    if served:
        frame.figures(record_tables.served_figures(served, radius_m=radius_m))


def _near(held: Holdings, kind: Kind, key: str) -> None:
    near = around.neighbours(held, kind, key)
    if not near.empty:
        st.subheader(_("What is near"))
        rows = list(zip(near["kind"], near["key"], strict=True))
        table = record_tables.neighbour_table(near)
        picking.chosen_row(table, row=None, key=f"near-{key}", on_row=lambda row: picking.choose(*rows[row]))


def _history(kind: Kind, key: str) -> None:
    """Show what happened to the record in the register; a row of it can be chosen, to restore what was then."""
    settings = address.settings()
    version = edit.version(settings, kind, key)  # before the history: what is saved in between was not seen
    changes = edit.history(settings, kind=kind, key=key)
    st.subheader(_("History"))
    table = edit_tables.history_table(changes)
    if edit.refused(settings, kind, key):
        picking.plain_table(table)
        return
    name, revisions = f"history-{kind}-{key}-{len(table)}", list(changes["revision"])
    picking.chosen_row(table, row=None, key=name, on_row=lambda row: _look_back(name, revisions[row]))
    revision = st.session_state.get(_LOOKED_BACK, {}).get(name)
    if revision is not None:
        words = _("Restore it as it was after revision {revision}").format(revision=revision)
        _restoring(words, kind, key, version=version, revision=revision)


_LOOKED_BACK = "looked-back"


def _look_back(name: str, chosen: int) -> None:
    """Remember the revision, or the row, that was chosen in a table of changes."""
    st.session_state[_LOOKED_BACK] = {name: chosen}


def _restoring(words: str, kind: Kind, key: str, *, version: int | None, revision: int) -> None:
    """Show the button that restores a record, unless it has another version by then, and ask why; or why not."""
    refused = edit.refused_restore(address.settings(), kind, key, revision=revision)
    if refused:
        frame.note(str(refused))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("Reason, for the history"), key="restore-why", max_chars=2000)
        restoring = partial(_restore, kind, key, version=version, revision=revision)
        st.button(words, on_click=partial(saving.later, restoring))


def _restore(kind: Kind, key: str, *, version: int | None, revision: int) -> None:
    if _LOOKED_BACK not in st.session_state:  # the button was pressed twice
        return
    try:
        settings = address.settings()
        act = replace(saving.plain_act("restore"), why=st.session_state.get("restore-why") or None)
        saved = edit.restore(settings, kind, key, revision=revision, act=act, version=version)
    except StationsError as error:
        saving.tell(partial(str, error))
        return
    for kept in ("restore-why", _LOOKED_BACK):
        st.session_state.pop(kept, None)
    saving.tell(partial(edit_tables.saved_in_words, saved, None, None, radius_m=0.0), revision=saved.revision)


def _last_changes() -> None:
    """Show the last changes; one that took a record out can be chosen, to bring it back."""
    settings = address.settings()
    gone = st.toggle(_("Only what was taken out"), key="log-gone")
    changes = edit.history(settings, last=LINES, action="removed" if gone else None)
    table = edit_tables.history_table(changes)
    if not settings.user.may(Right.EDIT):
        picking.plain_table(table)
        return
    name, revisions = f"log-changes-{gone}", list(changes["revision"])
    picking.chosen_row(table, row=None, key=f"{name}-{len(table)}", on_row=lambda row: _look_back(name, row))
    row = st.session_state.get(_LOOKED_BACK, {}).get(name)
    if row is not None and row < len(revisions) and changes["action"].iloc[row] == "removed":
        kind, key = changes["kind"].iloc[row], changes["record"].iloc[row]
        words = _("Bring {number} back as it was").format(number=frame.literal(key))
        _restoring(words, kind, key, version=edit.version(settings, kind, key), revision=revisions[row] - 1)


def log() -> None:
    """Show the last changes of the register, with all of them as a download."""
    changes = st.expander(_("What was changed last"), on_change="rerun", key="log")
    if not changes.open:
        return
    with changes:
        _last_changes()
        picking.download(listing.log_csv, name="history", label=_("Download all changes (CSV)"))
