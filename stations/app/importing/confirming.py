"""A list before it is imported: what was found, what has to be decided, what would change, and the button for it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from stations.app import frame
from stations.app.importing import decisions, findings, handed, preview
from stations.app.records import saving
from stations.model.language import gettext as _
from stations.planning.importing.import_file import ImportPlan
from stations.planning.register import Holdings


def draw(held: Holdings, plan: ImportPlan) -> None:
    """Show what was found and what has to be decided, what would change, and the button that writes it."""
    if handed.lacks_datum(plan):
        frame.caution(_("No column names the datum of the coordinates: choose it above."))
    handed.corrections()
    findings.show(handed.check(), on_fix=handed.correct)
    decisions.show(held, plan.doubts)
    preview.show(plan)
    open_ones = len(plan.undecided)
    with saving.saving([decisions.open_in_words(open_ones)] if open_ones else []):
        words = _("Import: {added} new, {changed} changed")
        st.button(
            words.format(added=f"{len(plan.added):,}", changed=f"{len(plan.changed):,}"),
            on_click=partial(saving.later, partial(handed.confirm, plan)),
            disabled=plan.empty or bool(open_ones),
            type="primary",
        )
        st.button(_("Discard the file"), on_click=handed.drop)
