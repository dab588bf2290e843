"""The card of a chosen place: everything known about it, as text."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from stations.model.language import gettext as _


def card(name: str, values: dict[str, Any], *, key: str) -> None:
    """Show a name and labelled values; every word is escaped, none is read as markup."""
    rows = "".join(f"<dt>{escape(str(label))}</dt><dd>{escape(str(value))}</dd>" for label, value in values.items())
    st.html(f"<section class='atlas-card' data-key='{escape(key)}'><h2>{escape(name)}</h2><dl>{rows}</dl></section>")


def empty_card() -> None:
    """Say how to get a card."""
    words = escape(_("Choose a place on the map, in the list or by searching."))
    st.html(f"<section class='atlas-card atlas-empty'><p>{words}</p></section>")
