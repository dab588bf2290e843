"""The card of a chosen place: everything known about it, as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from stations.app import address
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.model.schema import Kind
from stations.planning.records import listing
from stations.planning.records.photos import Picture, of_record
from stations.planning.register import Holdings

_REVEALED = "revealed"


def card(name: str, values: dict[str, Any], *, key: str, pictures: Sequence[Picture] = ()) -> None:
    """Show a name, photos and labelled values; every word is escaped, none is read as markup."""
    rows = "".join(f"<dt>{escape(str(label))}</dt><dd>{escape(str(value))}</dd>" for label, value in values.items())
    head = f"<h2>{escape(name)}</h2>{_photos(pictures)}"
    st.html(f"<section class='atlas-card' data-key='{escape(key)}'>{head}<dl>{rows}</dl></section>")


def _photos(pictures: Sequence[Picture]) -> str:
    shown = "".join(small(picture, number) for number, picture in enumerate(pictures, start=1))
    return f"<div class='atlas-photos'>{shown}</div>" if shown else ""


def small(picture: Picture, number: int) -> str:
    """Return the HTML of a small photo that leads to the large one, in a window of its own."""
    words = escape(_("Photo {number}: show it large").format(number=number))
    image = f"<img src='{escape(picture.thumbnail)}' alt='{words}' title='{words}' loading='lazy'>"
    return f"<a class='atlas-photo' href='{escape(picture.photo)}' target='_blank'>{image}</a>"


def beside(
    mine: tuple[str, dict[str, Any]], theirs: tuple[str, dict[str, Any]], *, key: str, pictures: Sequence[Picture]
) -> None:
    """Show two cards side by side, row by row, and the photos of the other one; every word is escaped."""
    labels = dict.fromkeys([*mine[1], *theirs[1]])
    rows = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(str(mine[1].get(label, '—')))}</dd>"
        f"<dd>{escape(str(theirs[1].get(label, '—')))}</dd>"
        for label in labels
    )
    heads = "".join(f"<h2>{escape(name)}</h2>" for name, _values in (mine, theirs))
    table = f"<dl><dt></dt>{heads}{rows}</dl>{_photos(pictures)}"
    st.html(f"<section class='atlas-card atlas-beside' data-key='{escape(key)}'>{table}</section>")


def selected_card(held: Holdings) -> bool:
    """Show the card of the record that is selected, or say how to get one; return whether there is one."""
    selected = address.chosen("selected")
    found = listing.card(held, *selected) if selected else None
    if found is None:
        _empty_card(selected)
        return False
    card(*found, key=":".join(selected), pictures=of_record(held, *selected))
    return True


def in_full(kind: Kind, key: str) -> None:
    """Offer to show what is hidden in a record, where something is; it is written into the audit."""
    if (kind, key) == st.session_state.get(_REVEALED, (None, None))[0]:
        card(_("In full"), st.session_state[_REVEALED][1], key="in-full")
    elif listing.hides(address.settings(), kind, key):
        st.button(_("Show numbers and names in full"), on_click=_reveal, args=(kind, key), help=_("It is recorded."))


def _reveal(kind: Kind, key: str) -> None:
    try:
        shown = listing.in_full(address.settings(), kind, key)
    except StationsError as error:
        shown = {"": str(error)}
    st.session_state[_REVEALED] = (kind, key), shown


def _empty_card(selected: tuple[Kind, str] | None) -> None:
    words = _("Choose a place: what is known about it is shown here.")
    if selected:
        words = _("There is no {number} in the register of this city and day. Choose another place.")
        words = words.format(number=selected[1][:60])
    st.html(f"<section class='atlas-card atlas-empty'><p>{escape(words)}</p></section>")
