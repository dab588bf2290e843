"""Page 导入与体检: hand in a list, say what its columns mean, see what is odd and what would change, and import it."""

from __future__ import annotations

import streamlit as st

from stations.app import address, columns, decisions, findings, frame, handed, picking, saving
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.planning import import_tables
from stations.planning.import_file import ImportPlan
from stations.planning.register import Holdings, holdings

_PART = "import-part"


@address.part
def page() -> None:
    """Draw the page."""
    frame.top()
    with frame.telling_faults():
        held, fault = holdings(address.settings().now()), None
        plan: ImportPlan | None = None
        try:
            plan = handed.plan() if handed.is_there() else None
        except StationsError as error:  # what was chosen so far stays, to be corrected
            fault = str(error)
        frame.head(_("Import and check-up"), _sentence(plan), held)
        saving.said()
        handed.controls()
        if fault:
            frame.warning(fault)
        if handed.table() is not None:
            columns.show()
        if plan:
            _planned(held, plan)


def _sentence(plan: ImportPlan | None) -> str:
    if plan:
        return import_tables.plan_in_words(plan)
    return _("Hand in a list of stations or bases: it is examined first, and nothing is written before you confirm.")


def _planned(held: Holdings, plan: ImportPlan) -> None:
    """Show what was found and what has to be decided, what would change, and the button that writes it."""
    findings.show(plan)
    decisions.show(held, plan.doubts)
    _preview(plan)
    open_ones = sum(doubt.decided is None for doubt in plan.doubts)
    with saving.saving([decisions.open_in_words(open_ones)] if open_ones else []):
        words = _("Import: {added} new, {changed} changed")
        st.button(
            words.format(added=f"{len(plan.added):,}", changed=f"{len(plan.changed):,}"),
            on_click=handed.confirm,
            args=(plan,),
            disabled=plan.empty or bool(open_ones),
            type="primary",
        )
        st.button(_("Discard the file"), on_click=handed.drop)


def _preview(plan: ImportPlan) -> None:
    """Show what would be added, changed and refused, one table at a time."""
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
    st.segmented_control(
        _("What it would do"),
        list(offered),
        format_func=offered.__getitem__,
        key=_PART,
        required=True,
        label_visibility="collapsed",
    )
    part = st.session_state[_PART]
    picking.whole_table(import_tables.part_table(plan, part), name=part)
