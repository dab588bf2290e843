"""A proposed site on its page: chosen from the map or the table, pinned, rejected, entered as a planned station."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from stations.app import address, atlas, card, frame, picking
from stations.app.records import form
from stations.model.accounts import Right
from stations.model.language import gettext as _
from stations.model.language import ngettext
from stations.model.siting import CandidateSource
from stations.planning.coverage.assess import Assessment
from stations.planning.importing.import_tables import rejection_table
from stations.planning.siting import tables as siting_tables
from stations.planning.siting import views as siting_views
from stations.planning.siting.planned_sites import planned_at, planned_draft
from stations.planning.siting.proposal import Proposal, Site
from stations.planning.siting.proposal_files import proposal_file
from stations.planning.siting.recommend import standing
from stations.planning.siting.refusals import name_of

_OPENED, _UNREACHED = "siting-opened", "siting-unreached"
_IN_SIGHT, _IN_SIGHT_ALONE = 8, 10
"""So many places of the list are in sight: below a card, and as high as the map."""


def chosen(proposal: Proposal) -> Site | None:
    """Return the site that is chosen, if it is proposed."""
    return siting_views.site_at(proposal, address.chosen("site"))


def unreached() -> bool:
    """Return whether the map shows who is out of reach of every place that was looked at."""
    return bool(st.session_state.get(_UNREACHED))


def choose(proposal: Proposal, number: int) -> None:
    """Choose the site with a number, and fly there."""
    address.choose("site", proposal.sites[number - 1].candidate)
    atlas.fly()


def choose_station(feature: Mapping[str, Any]) -> None:
    """Choose a station of the register that was clicked on the map."""
    address.choose("selected", ("station", str(feature["id"])))
    address.choose("site", None)


def station(answer: Assessment) -> str | None:
    """Return the station of the register that is chosen, if it is one that counts."""
    kind, key = address.chosen("selected") or ("", "")
    return key if kind == "station" and key in answer.used.index else None


def beside(proposal: Proposal) -> None:
    """Show the card of the chosen site, or station, with what can be done about it, and the list."""
    site = chosen(proposal)
    key = None if site else station(proposal.before)
    if key:
        card.card(*siting_views.station_card(proposal, key), key=f"station:{key}")
        if key in standing(proposal.before):
            _freedom(key)
    st.subheader(_("Places, in the order to build them"))
    if proposal.wanted.plain:
        words = _("Each next place is the one that newly reaches most, so that building may stop after any of them.")
        st.toggle(name_of("inorder"), key="inorder", help=words)
    if site:
        card.card(*siting_views.site_card(proposal, site), key=f"site:{site.order}")
        _decisions(proposal, site)
    if not proposal.sites:
        frame.note(_("No new station is proposed."))
        return
    picking.chosen_row(
        siting_views.site_list(proposal),
        row=site.order - 1 if site else None,
        key=f"sites-{hash(tuple(each.candidate for each in proposal.sites))}",  # of another proposal nothing is ticked
        on_row=lambda row: choose(proposal, row + 1),
        on_none=partial(address.choose, "site", None),
        in_sight=_IN_SIGHT if site or key else _IN_SIGHT_ALONE,
    )


def _decisions(proposal: Proposal, site: Site) -> None:
    planned = planned_at(proposal, site)
    if planned:
        frame.note(_("Planned here already: {station}. It counts once it is in use.").format(station=planned))
    with st.container(horizontal=True, key="decisions"):
        if site.forced:
            st.button(_("Unpin"), on_click=_unpin, args=(site,))
            if not planned and address.settings().user.may(Right.EDIT):
                words = _("The form opens, filled in: look at it, then save. It counts once it is in use.")
                st.button(_("Enter as a planned station"), on_click=_enter, args=(proposal, site), help=words)
        else:
            words = _("It stays, whatever else is chosen, and can be entered as a planned station.")
            st.button(_("Accept and pin"), on_click=_with, args=("pinned", site.place), help=words)
        st.button(_("Reject"), on_click=_reject, args=(site,), help=_("It is not proposed again; another place is."))


def _freedom(key: str) -> None:
    """Let a station of the register be given up, or stay."""
    if key in address.chosen("freed"):
        st.button(_("Let it stay"), on_click=_without, args=("freed", key))
        return
    words = _(
        "The proposal may then do without it. Stations that are chosen again count among the new ones that you ask for."
    )
    st.button(_("It may be given up"), on_click=_with, args=("freed", key), help=words)


def decided() -> None:
    """Say how many places were rejected and pinned, and how many stations may be given up, with the way back."""
    for name, words, back in (
        ("pinned", _("{count} pinned"), _("Unpin all")),
        ("rejected", _("{count} rejected"), _("Allow them again")),
        ("freed", _freed(), _("Let all stay")),
    ):
        if keys := address.chosen(name):
            with st.container(horizontal=True, vertical_alignment="center"):
                frame.note(words.format(count=len(keys)), beside=True)
                st.button(back, on_click=partial(address.choose, name, ()))


def _freed() -> str:
    count = len(address.chosen("freed"))
    return ngettext("{count} station may be given up", "{count} stations may be given up", count)


def _with(name: str, key: str) -> None:
    address.choose(name, tuple(dict.fromkeys([*address.chosen(name), key])))


def _without(name: str, key: str) -> None:
    address.choose(name, tuple(each for each in address.chosen(name) if each != key))


def _unpin(site: Site) -> None:
    _without("pinned", site.candidate)
    _without("pinned", site.place)


def _reject(site: Site) -> None:
    _unpin(site)
    if site.source is not CandidateSource.PLACE:  # a place that was only named is no candidate without its pin
        _with("rejected", site.place)
    address.choose("site", None)


def _enter(proposal: Proposal, site: Site) -> None:
    draft = planned_draft(address.settings(), proposal, site)
    form.go_on(uuid.uuid4().hex, draft, about={"why": draft.values["notes"]})
    st.session_state[_OPENED] = True


def opened() -> bool:
    """Return, once, whether a site was taken to the form."""
    return bool(st.session_state.pop(_OPENED, False))


def _files(proposal: Proposal) -> None:
    """Offer the sites as a file in one of the formats of the register's own lists."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="proposal-files"):
        ending = st.segmented_control(
            _("File format"),
            list(picking.MIMES),
            format_func=str.upper,
            default="csv",
            required=True,
            key="proposal-format",
        )
        name = f"proposal.{ending}"
        picking.download(
            lambda settings: proposal_file(settings, proposal, name=name),
            name=name.removesuffix(".csv"),
            label=_("Download the proposal"),
            mime=picking.MIMES[ending],
        )


def table(proposal: Proposal) -> None:
    """Show the whole table with the reasons in words, and what else there is to know."""
    if proposal.sites:
        st.subheader(_("Why each place"))
        picking.plain_table(siting_views.reasons_table(proposal), sentences=_("Why here"))
        _files(proposal)
    for words in siting_tables.notes(proposal):
        frame.note(words)
    hosts = proposal.wanted.where.hosts
    if hosts and hosts.rejected:
        words = ngettext(
            "{count} row of the list of hosts is no place",
            "{count} rows of the list of hosts are no places",
            len(hosts.rejected),
        )
        with st.expander(words.format(count=len(hosts.rejected))):
            picking.whole_table(rejection_table(hosts.rejected), name="rejected-hosts")
    if len(proposal.unreachable):
        with st.expander(_("Out of reach of every place that was looked at")):
            st.toggle(_("Show them on the map"), key=_UNREACHED)
            picking.whole_table(siting_views.unreachable_table(proposal), name="unreachable")
