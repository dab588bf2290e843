"""Lists that were imported before, and the way to take one back on any later day."""

from __future__ import annotations

from functools import partial

import streamlit as st

from stations.app import address, frame
from stations.app.records import saving
from stations.model.language import gettext as _
from stations.planning.importing import import_tables
from stations.planning.records.undo import imports

SHOWN = 10
"""How many of them are offered, the last ones."""


def show() -> None:
    """Show them behind one line, each with its button; where nothing was imported yet, nothing."""
    before = imports(address.settings(), most=SHOWN)
    if not before:
        return
    with st.expander(_("Imported before")):
        for each in before:
            with st.container(horizontal=True, vertical_alignment="center", key=f"imported-{each.revision}"):
                frame.note(import_tables.before_in_words(each))
                named = frame.literal(_("Undo revision {revision}").format(revision=each.revision))
                st.button(named, on_click=partial(saving.later, partial(saving.take_back, each.revision)))
