"""The part of the page 导入与体检 for records without a place: looked for by name here, shown before it is written."""

from __future__ import annotations

from functools import partial

import streamlit as st

from stations.app import address, frame, picking
from stations.app.records import saving
from stations.model.errors import StationsError
from stations.model.language import current_language, ngettext
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.importing.locating import LocatingPlan, confirm_locating, plan_locating, waiting
from stations.planning.importing.locating_tables import located_in_words, preview_table, waiting_in_words
from stations.planning.register import revision

_KEPT = "locating"


def sentence(settings: Settings) -> str:
    """Return how many records are not located exactly."""
    return waiting_in_words(waiting(settings)) or _("Every record has a place.")


def draw(settings: Settings) -> None:
    """Show where records without a place may be, by the names of their areas, and the button that writes it.

    Nothing is sent to anybody: that is for the command line, where it is said to whom.
    """
    plan = _planned(settings)
    if not plan.outcomes:
        return
    frame.note(_("Not written yet: {what}").format(what=located_in_words(plan)))
    frame.note(_("A geocoder is asked from the command line: python -m stations locate --provider"))
    picking.whole_table(preview_table(plan), name="places")
    count = len(plan.of("located"))
    words = ngettext("Place {count} record", "Place {count} records", count).format(count=f"{count:,}")
    with saving.saving([]):
        st.button(words, on_click=partial(saving.later, partial(_confirm, plan)), disabled=not count, type="primary")


def _planned(settings: Settings) -> LocatingPlan:
    """Return where the records may be, looked for once for as long as the register stays as it is."""
    asked = (settings, revision(settings), current_language())
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != asked:
        with frame.working(_("Looking for places …")):
            kept = st.session_state[_KEPT] = (asked, plan_locating(settings))
    found: LocatingPlan = kept[1]
    return found


def _confirm(plan: LocatingPlan) -> None:
    try:
        done = confirm_locating(address.settings().now(), plan)
    except StationsError as error:
        saving.tell(partial(str, error))
        return
    saving.tell(partial(located_in_words, plan), revision=done.revision)
