"""Rows that may be a record that the register has, or an earlier row: nobody but the visitor says whether they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from stations.app import card, frame
from stations.app.importing import handed
from stations.model.choices import NEW
from stations.model.language import gettext as _
from stations.model.language import ngettext
from stations.model.schema import dump
from stations.planning.importing import import_tables
from stations.planning.importing.matching import Doubt
from stations.planning.records import listing
from stations.planning.records.photos import of_record
from stations.planning.register import Holdings

SHOWN = 8
"""How many are asked about at a time; the next come when these are decided."""
_LEFT_OUT = "-"


def open_in_words(count: int) -> str:
    """Return how many are still to be decided."""
    words = ngettext(
        "{count} row may be a place that is there already", "{count} rows may be places that are there already", count
    )
    return words.format(count=f"{count:,}") + _(": decide before the import.")


def show(held: Holdings, doubts: Sequence[Doubt]) -> None:
    """Show the rows that are to be decided about, and ways to decide about all of them at once."""
    settled = bool(handed.choices().matches or handed.choices().left_out)
    if not doubts and not settled:
        return
    st.subheader(_("The same place?"), anchor=False)
    undecided = [doubt for doubt in doubts if doubt.decided is None]
    if undecided:
        frame.caution(open_in_words(len(undecided)))
    rows = [doubt.row for doubt in undecided]
    with st.container(horizontal=True):
        st.button(_("All of them are new"), on_click=partial(_decide, rows, NEW), disabled=not rows)
        st.button(_("Leave all of them out"), on_click=partial(_decide, rows, _LEFT_OUT), disabled=not rows)
        st.button(_("Decide again"), on_click=_again, disabled=not settled)
    for doubt in undecided[:SHOWN]:
        _ask(held, doubt)


def _ask(held: Holdings, doubt: Doubt) -> None:
    key, answers = f"import-same-{doubt.row}", {hit.key: import_tables.hit_in_words(hit) for hit in doubt.near}
    offered = {
        **{record: _("It is {record}").format(record=words) for record, words in answers.items()},
        NEW: _("It is a new record") if doubt.near else _("Both rows are places of their own"),
        _LEFT_OUT: _("Leave the row out"),
    }
    frame.note(import_tables.doubt_in_words(doubt))
    st.selectbox(
        _("Row {row}").format(row=doubt.row),
        list(offered),
        index=None,
        format_func=lambda answer: offered.get(answer, answer),
        key=key,
        placeholder=_("to be decided"),
        on_change=lambda: _decide([doubt.row], st.session_state[key]),
        label_visibility="collapsed",
    )
    kind, mine = handed.kind(), listing.card_of(handed.kind(), dump(doubt.record))
    for hit in doubt.near[:1]:
        if found := listing.card(held, kind, hit.key):
            with st.expander(_("Compare the two")):
                card.beside(mine, found, key=f"near:{hit.key}", pictures=of_record(held, kind, hit.key))
    if doubt.earlier and not doubt.near:
        with st.expander(_("Compare the two")):
            theirs = listing.card_of(kind, dump(doubt.earlier.record))
            card.beside(mine, theirs, key=f"row:{doubt.earlier.hit.key}", pictures=[])


def _decide(rows: Sequence[int], answer: str | None) -> None:
    decided = handed.choices()
    if answer == _LEFT_OUT:
        handed.decide(left_out=decided.left_out.union(rows))
    elif answer is not None:
        handed.decide(matches={**decided.matches, **dict.fromkeys(rows, answer)})


def _again() -> None:
    handed.decide(matches={}, left_out=frozenset())
