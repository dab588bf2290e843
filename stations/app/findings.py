"""What the data doctor found in a list or in the register: how much of it, and where."""

from __future__ import annotations

import streamlit as st

from stations.app import frame, picking
from stations.model.language import gettext as _
from stations.planning import import_tables
from stations.planning.import_file import ImportPlan


def show(plan: ImportPlan) -> None:
    """Show the findings in a table that can be downloaded."""
    found = plan.findings
    st.subheader(_("Findings"), anchor=False)
    frame.note(import_tables.found_in_words(found))
    if found:
        picking.whole_table(import_tables.finding_table(found), name="findings")
