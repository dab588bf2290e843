"""What the data doctor found in a list or in the register: how much of it, where, and what puts it right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from stations.app import frame, picking
from stations.model.language import gettext as _
from stations.model.language import ngettext
from stations.planning.importing import import_tables
from stations.planning.importing.check_up import CheckUp, checked_file, finding_table

_CHOSEN = "finding"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

OnFix = Callable[[Sequence[Any]], None]
"""Takes over the corrections of some findings."""


def show(check: CheckUp, *, on_fix: OnFix | None = None) -> int | None:
    """Show what was found, with the sheet in which it can be put right; return the row of the chosen finding.

    With `on_fix`, corrections that nobody can mean otherwise can be taken over, one by one or all at once.
    """
    st.subheader(_("Findings"), anchor=False)
    frame.note(import_tables.found_in_words(check.findings))
    for words in check.datum_in_words():
        frame.note(words)
    if check.sound and not check.findings:
        return None
    row: int | None = st.session_state.get(_CHOSEN)
    table = finding_table(check).reset_index()
    row = row if row is not None and row < len(table) else None
    picking.chosen_row(table, row=row, key="findings", on_row=_choose, on_none=partial(_choose, None))
    chosen = check.findings[row - len(check.rejected)] if row is not None and row >= len(check.rejected) else None
    if row is not None:
        frame.note(" · ".join(str(cell) for cell in table.iloc[row] if cell not in {None, ""}))
    with st.container(horizontal=True):
        if on_fix is not None:
            _fixes(check, chosen, on_fix)
        words = _("Download the list to be corrected")
        picking.download(partial(checked_file, check=check), name="check-up.xlsx", label=words, mime=_WORKBOOK)
    return chosen.row if chosen else None


def _fixes(check: CheckUp, chosen: Any, on_fix: OnFix) -> None:
    """Show what takes over the correction of the chosen finding, and of all that have one."""
    if chosen is not None and chosen.fix:
        st.button(_("Correct this"), on_click=on_fix, args=([chosen],), type="primary")
    fixable = [finding for finding in check.findings if finding.fix]
    if fixable:
        words = ngettext("Take over {count} correction", "Take over all {count} corrections", len(fixable))
        told = _("Only what nobody can mean otherwise. The file itself stays as it is.")
        st.button(words.format(count=f"{len(fixable):,}"), on_click=on_fix, args=(fixable,), help=told)


def _choose(row: int | None) -> None:
    st.session_state[_CHOSEN] = row
