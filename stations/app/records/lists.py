"""The list of the register's page: which records it shows, in which order, and how one or several are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from stations.app import address, frame, picking
from stations.app.records import form
from stations.model.language import current_language, ngettext
from stations.model.language import gettext as _
from stations.model.schema import Kind
from stations.model.vocabulary import BaseKind, Status, Term
from stations.planning.records import listing
from stations.planning.records.filters import Filter, Lacking, Order, keys_of
from stations.planning.register import Holdings

SEVERAL = "several"
"""Whether several records are being chosen."""

_CHOSEN, _ROUND = "several-chosen", "several-round"


def keys(held: Holdings) -> list[str]:
    """Return the identifiers of the records that the filters let through, in the order chosen."""
    _forget_strangers(held)
    wish = Filter(
        words=address.chosen("find"),
        tiers=tuple(address.chosen("tiers")),
        kinds=tuple(address.chosen("kinds")),
        divisions=tuple(address.chosen("divisions")),
        union=address.chosen("unit"),
        statuses=tuple(address.chosen("statuses")),
        lacking=tuple(address.chosen("lacking")),
    )
    return keys_of(held, address.chosen("kind"), wish, order=address.chosen("order"))


def _forget_strangers(held: Holdings) -> None:
    """Leave out what an address asks for and the city does not have: its lists cannot show it."""
    codes = {union.code for union in held.city.unions}
    address.choose("divisions", [code for code in address.chosen("divisions") if code in held.city.divisions])
    address.choose("unit", address.chosen("unit") if address.chosen("unit") in codes else None)


def controls(held: Holdings, *, count: int) -> None:
    """Show what the list may be narrowed by, how many records that leaves, and the way back to all of them."""
    kind = address.chosen("kind")
    which, words, places, more, shown, reset = st.columns([4, 6, 6, 3, 4, 2.5], vertical_alignment="bottom")
    names = {"station": _("Stations"), "base": _("Activity bases")}
    with which:
        frame.switch(_("List"), names, key="kind")
    words.text_input(
        _("Search"), key="find", placeholder=_("Name, number or address"), type="search", label_visibility="collapsed"
    )
    divisions, language = held.city.divisions, current_language()
    places.multiselect(
        _("Districts"),
        list(divisions),
        format_func=lambda code: held.city.division_label(code, language) if code in divisions else code,
        key="divisions",
        placeholder=_("All districts"),
        label_visibility="collapsed",
    )
    with more.popover(_("More"), width="stretch"):
        _rarer(held, kind)
    total = _("{shown} of {total}").format(shown=f"{count:,}", total=f"{len(held.of(kind)):,}")
    shown.html(f"<p class='atlas-count'>{total}</p>")
    reset.button(_("Reset"), on_click=_reset, help=_("Show every record, in the order of entry."), width="stretch")


def _rarer(held: Holdings, kind: Kind) -> None:
    if kind == "station":
        picking.tiers(held)
        _any_of(_("Status"), list(Status), key="statuses")
    else:
        _any_of(_("Kinds"), list(BaseKind), key="kinds")
    unions = {union.code: union.label(current_language()) for union in held.city.unions}
    st.selectbox(
        _("Union"),
        list(unions),
        index=None,
        format_func=lambda code: unions.get(code, code),
        key="unit",
        placeholder=_("All unions"),
        disabled=not unions,
    )
    _any_of(_("What is missing"), list(Lacking), key="lacking")
    st.selectbox(_("Order"), list(Order), format_func=_named, key="order")


def _any_of(label: str, terms: Sequence[Term], *, key: str) -> None:
    st.multiselect(label, terms, format_func=_named, key=key, placeholder=_("Anything"))


def _named(term: Term) -> str:
    return term.label(current_language())


def _reset() -> None:
    for name in address.LISTED:
        address.choose(name, address.CHOICES[name].default)


def several(held: Holdings, kind: Kind, shown: Sequence[str]) -> None:
    """Show the list with a box for each record, and what is done with those that are ticked."""
    chosen = set(st.session_state.get(_CHOSEN, ())).intersection(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        words = ngettext("{count} chosen", "{count} chosen", len(chosen)).format(count=f"{len(chosen):,}")
        st.html(f"<p class='atlas-count'>{words}</p>")
        ordered = [key for key in shown if key in chosen]
        st.button(
            _("Correct them together"),
            on_click=partial(form.begin_many, kind, ordered),
            disabled=not ordered,
            type="primary",
        )
        everyone = ngettext("Choose {count} record", "Choose all {count}", len(shown)).format(count=f"{len(shown):,}")
        st.button(everyone, on_click=_choose, args=(shown,))
        st.button(_("Choose none"), on_click=_choose, args=((),))
    first = picking.first_row(kind, None, count=len(shown))
    page = list(shown[first : first + picking.PAGE_ROWS])
    name = f"{kind}-several-{st.session_state.get(_ROUND, 0)}-{hash(tuple(page))}"
    st.dataframe(
        listing.record_list(held, kind, keys=page),
        key=name,
        on_select=partial(_ticked, name, page),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [row for row, key in enumerate(page) if key in chosen]}},
        height=420,
    )
    picking.below(held, kind, keys=shown)


def _ticked(name: str, page: Sequence[str]) -> None:
    """Take over which rows of a page are ticked; those of other pages stay as they are."""
    rows = st.session_state[name]["selection"]["rows"]
    others = set(st.session_state.get(_CHOSEN, ())).difference(page)
    st.session_state[_CHOSEN] = others.union(page[row] for row in rows)


def _choose(chosen: Sequence[str]) -> None:
    st.session_state[_CHOSEN] = set(chosen)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1  # the table is shown anew
