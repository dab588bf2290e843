"""How a draft is judged, the button that saves it, and the one that takes it back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

import streamlit as st

from stations.app import address, card, form, frame, picking
from stations.model.acts import Act
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.model.schema import Kind
from stations.planning import drafts, edit, edit_tables, listing
from stations.planning.photos import of_record
from stations.planning.register import holdings

_SAID = "entry-said"
"""What the last save came to: how to say it (a visitor's callback does not speak his language), how to undo it."""


def begin(kind: Kind, key: str | None = None) -> None:
    """Open the form, or say why it cannot be opened: somebody may have taken the record out."""
    try:
        form.begin(kind, key)
    except StationsError as error:
        st.session_state[_SAID] = partial(str, error), None


def unfinished() -> None:
    """Show what the visitor has begun to enter and neither saved nor discarded."""
    for begun in drafts.unfinished(address.settings()):
        with st.container(horizontal=True, vertical_alignment="center"):
            frame.note(edit_tables.unfinished_in_words(begun))
            again = partial(form.go_on, begun.submission, begun.draft)
            st.button(_("Go on with it"), key=f"go-on-{begun.submission}", on_click=again)
            st.button(_("Discard"), key=f"drop-{begun.submission}", on_click=_drop, args=(begun.submission,))


def _drop(submission: str) -> None:
    with suppress(StationsError):
        drafts.drop(address.settings(), submission)


def verdict(judged: edit.Checked) -> None:
    """Show how the draft is judged, and the buttons."""
    for words in edit_tables.remarks(judged):
        frame.note(words)
    for rejected in judged.rejected:
        frame.warning(rejected.reason)
    other = True
    if judged.near:
        held = holdings(address.settings().now())
        for hit in judged.near[:2]:
            place = judged.draft.kind, hit.key
            found = listing.card(held, *place)
            if found:
                card.card(*found, key=f"near:{hit.key}", pictures=of_record(held, *place))
        other = st.checkbox(_("It is another place"))
    theirs = edit.newer(address.settings(), judged.draft)
    if theirs:
        _both_versions(judged.draft, theirs)
    st.text_input(_("Reason, for the history"), key="entry-why")
    with st.container(horizontal=True):
        ready = judged.record is not None and other and theirs is None
        st.button(_("Save"), on_click=partial(_save, judged), disabled=not ready, type="primary")
        st.button(_("Discard"), on_click=form.leave)


def _both_versions(mine: edit.Draft, theirs: edit.Draft) -> None:
    """Show what was entered beside what somebody else has saved meanwhile, and let one of them be chosen."""
    frame.warning(edit_tables.conflict_in_words(theirs))
    picking.plain_table(edit_tables.conflict_table(mine, theirs))
    with st.container(horizontal=True):
        onto = replace(mine, version=theirs.version)
        st.button(_("Go on with what I entered"), on_click=form.go_on, args=(form.submission(), onto))
        st.button(_("Begin again with what is there now"), on_click=form.go_on, args=(form.submission(), theirs))


def _save(judged: edit.Checked) -> None:
    radius_m, why = address.chosen("radius"), st.session_state.get("entry-why") or None
    try:
        settings = address.settings()
        act = Act("form", who=settings.user.name, why=why, submission=form.submission())
        before = edit.people_covered(settings, radius_m=radius_m)
        saved = edit.save(settings, judged, act)
        after = edit.people_covered(settings, radius_m=radius_m)
    except StationsError as error:
        st.session_state[_SAID] = partial(str, error), None
        return
    form.leave()
    chosen = judged.draft.kind, saved.key
    address.choose("selected", chosen)
    words = partial(edit_tables.saved_in_words, saved, before, after, radius_m=radius_m)
    st.session_state[_SAID] = words, partial(_undo, judged.draft.kind, saved)


def said() -> None:
    """Show what the last save came to, in the language of now, and let it be undone."""
    words, undo = st.session_state.get(_SAID, (None, None))
    if words is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        frame.note(words())
        if undo is not None:
            st.button(_("Undo"), on_click=undo)


def _undo(kind: Kind, saved: edit.Saved) -> None:
    try:
        settings = address.settings()
        edit.undo(settings, kind, saved, act=Act("undo", who=settings.user.name))
    except StationsError as error:
        st.session_state[_SAID] = partial(str, error), None
    else:
        st.session_state[_SAID] = (lambda: _("Undone.")), None
