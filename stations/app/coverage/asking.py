"""The row of controls that asks the question of the coverage page; rare ones stand behind one "More"."""

from __future__ import annotations

import streamlit as st

from stations.app import address, picking
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.vocabulary import Facility, Group, Tier
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.show import WAYS, WEEKDAYS
from stations.planning.coverage.streets import modes_imported


def controls(answer: Assessment) -> None:
    """Show the controls; choosing anything forgets the chosen gap, which may be no more."""
    radius, tier, group, layers, more = st.columns([5, 5, 4, 4, 2], vertical_alignment="bottom")
    with radius:
        picking.radius(answer.holdings.city)
    with tier:
        _tier(answer)
    with group:
        _group(answer)
    layers.toggle(_("Uncovered people on the map"), key="people", disabled=answer.people is None)
    with more.popover(_("More"), width="stretch"):
        rare(answer)
        st.toggle(_("Land within reach on the map"), key="reached")


def whose(answer: Assessment) -> None:
    """Show which stations count, and whose people."""
    _tier(answer)
    _group(answer)


def rare(answer: Assessment) -> None:
    """Show the rare controls of a question."""
    _reach()
    _kind_of_station(answer)
    _hour()
    _staff()
    picking.day("on", _("Register of the day"))


def _tier(answer: Assessment) -> None:
    language = current_language()
    st.selectbox(
        _("Stations that count"),
        [address.ALL, *list(Tier)[:-1]],
        format_func=lambda tier: (
            _("All stations") if tier == address.ALL else _("{tier} and above").format(tier=tier.label(language))
        ),
        placeholder=_("All stations"),
        key="tier",
        on_change=_forget_gap,
        help=_("Stations that are located and in use (or of unknown status): {count}.").format(
            count=answer.stations_used
        ),
    )


def _group(answer: Assessment) -> None:
    groups = answer.people.groups if answer.people else ()
    st.selectbox(
        _("Whose people"),
        list(groups[1:]),
        index=None,
        format_func=_label,
        placeholder=_label(next(iter(groups), Group.RESIDENTS)),
        key="group",
        on_change=_forget_gap,
        disabled=len(groups) < 2,
        help=_("The groups that the population data knows. Others are unknown, not nobody."),
    )


def _label(term: Group | Facility) -> str:
    return term.label(current_language())


def _reach() -> None:
    modes = modes_imported(address.settings())
    st.selectbox(
        _("How distance is measured"),
        ["straight", *modes],
        format_func=lambda reach: _(WAYS[reach]),
        key="reach",
        on_change=_forget_gap,
        help=_("Along streets once they are imported: python -m stations network import FILE"),
    )


def _kind_of_station(answer: Assessment) -> None:
    st.multiselect(
        _("Stations that have"),
        list(Facility),
        format_func=_label,
        key="facilities",
        on_change=_forget_gap,
        placeholder=_("Anything"),
        help=_("Only those recorded as there and working; unknown does not count."),
    )
    picking.union(
        answer.holdings.city,
        _("Stations of the union"),
        key="union",
        all_of_them=_("All unions"),
        on_change=_forget_gap,
    )


def _hour() -> None:
    day, hour = st.columns(2)
    day.selectbox(
        _("Open on"),
        list(range(1, 8)),
        index=None,
        format_func=lambda number: _(WEEKDAYS[number - 1]),
        placeholder=_("Any time"),
        key="day",
        on_change=_forget_gap,
        help=_("Only stations that are open then. Stations of unknown hours make a low–high band."),
    )
    hour.selectbox(
        _("At"),
        list(range(24)),
        format_func=lambda number: f"{number}:00",
        key="hour",
        on_change=_forget_gap,
        disabled=not address.chosen("day"),
    )


def _staff() -> None:
    st.toggle(
        _("With staff"),
        key="attended",
        on_change=_forget_gap,
        disabled=not address.chosen("day"),
        help=_("A station that is open without staff, by a door code for example, does not count."),
    )


def _forget_gap() -> None:
    address.choose("gap", None)
