"""What the columns of a list mean: those that nobody knows come first, and each can be taken for another field."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from stations.app import address, frame
from stations.app.importing import handed
from stations.model.language import gettext as _
from stations.model.language import listed
from stations.planning.importing.headings import Column, meanings, offered

_BESIDE = 3
"""How many columns of a list are asked about side by side."""


def show() -> None:
    """Show what each column is taken for."""
    kind, table, chosen = handed.kind(), handed.table(), handed.choices().fields
    found = meanings(address.settings(), kind, table, chosen=chosen)
    known = [column for column in found if column.field is not None]
    if again := [column.header for column in found if column.remembered]:
        words = _("Read as in the last list with these headers: {headers}.")
        frame.note(words.format(headers=listed(again)))
    if named := {column.datum: None for column in found if column.datum}:
        words = _("Their headers say that the coordinates are {datum}. If that is wrong, state the datum above.")
        frame.note(words.format(datum=listed(map(str, named))))
    title = _("Columns: {known} of {count} are known").format(known=len(known), count=len(found))
    with st.expander(title, expanded=len(known) < len(found)):
        st.caption(_("What is kept as it is stands on the card and in every export, and counts for nothing."))
        _ask([*(column for column in found if column.field is None), *known])


def _ask(found: Sequence[Column]) -> None:
    names = offered(handed.kind())
    for at in range(0, len(found), _BESIDE):
        for place, column in zip(st.columns(_BESIDE), found[at : at + _BESIDE], strict=False):
            key = f"import-column-{column.header}"
            st.session_state[key] = column.field
            place.selectbox(
                frame.literal(column.header),
                list(names),
                index=None,
                format_func=names.__getitem__,
                key=key,
                placeholder=_("kept as it is"),
                on_change=_take,
                args=(column.header,),
            )
            place.caption(frame.literal(listed(column.examples)))


def _take(header: str) -> None:
    field = st.session_state[f"import-column-{header}"]
    handed.decide(fields={**handed.choices().fields, header: field})
