"""What the import of a list would add, change and refuse, before anything is written."""

from __future__ import annotations

import streamlit as st

from stations.app import frame, picking
from stations.model.language import gettext as _
from stations.planning.importing import import_tables
from stations.planning.importing.import_file import ImportPlan

_PART = "import-part"


def show(plan: ImportPlan) -> None:
    """Show the three, one table at a time."""
    counted = {
        "added": (_("New ({count})"), len(plan.added)),
        "changed": (_("Changed ({count})"), len(plan.changed)),
        "refused": (_("Refused ({count})"), len(plan.rejected)),
    }
    offered = {name: words.format(count=f"{count:,}") for name, (words, count) in counted.items() if count}
    if not offered:
        return
    st.subheader(_("What it would do"), anchor=False)
    if st.session_state.get(_PART) not in offered:
        st.session_state[_PART] = next(iter(offered))
    frame.switch(_("What it would do"), offered, key=_PART)
    part = st.session_state[_PART]
    picking.whole_table(import_tables.part_table(plan, part), name=part)
