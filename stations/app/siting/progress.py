"""How a search for places goes on behind the page: its first answer, its progress, and the button that ends it.

A page that waits answers nobody: what is chosen in it waits for the end of its run. So the run ends soon, and a part of
the page looks from time to time whether there is something better to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from stations.app import address, frame, visitor
from stations.app.searching import SEARCHES, Search
from stations.app.siting import wish as siting_wish
from stations.model.errors import StationsError
from stations.model.language import gettext as _
from stations.model.language import use_language
from stations.planning.coverage.assess import Assessment
from stations.planning.siting.proposal import Proposal, SitingQuestion
from stations.planning.siting.recommend import proposals

_FIRST_S, _TICK_S = 1.0, 0.5
"""So long a first answer is waited for at once, and so often it is looked whether there is another one."""
_ENDED, _SHOWN = "siting-ended", "siting-shown"


def begun(answer: Assessment) -> tuple[Search | None, StationsError | None]:
    """Return the search for what is wanted, or what is wrong with the wish."""
    waiting = st.empty()  # there in every run, so that what comes below stays where it is
    try:
        settings, wanted = address.settings(), siting_wish.wanted()
        wish = (answer, wanted, settings.language)  # what is wrong with it is said in words

        def ask(stopped: Callable[[], bool], known: Proposal | None) -> Iterator[Proposal]:
            return proposals(settings, wanted, stopped=stopped, known=known)

        known = _known(answer, wanted)
        search = _ended(wish) or SEARCHES.of(wish, ask, follower=visitor.visit(), known=known)
        with waiting, frame.working(_("Looking for places …")), address.aside():
            search.wait(beyond=None, seconds=_FIRST_S)
        if search.fault and search.found is None:
            raise search.fault
        return search, None
    except StationsError as error:
        return None, error


def follow(search: Search, shown: Proposal | None, place: DeltaGenerator) -> None:
    """Show how a search goes on until there is something better than what is shown; then what else can be done."""
    if shown:
        st.session_state[_SHOWN] = shown
        search.drawn()
    with place:
        if not search.over or search.left or search.found is not shown:
            _watch(search, shown)
        elif _ended(search.wish):
            if not shown:
                frame.note(_("No place was found before the search was ended."))
            st.button(_("Search on"), key="search-on", on_click=lambda: st.session_state.pop(_ENDED))
        elif shown and not shown.settled:
            siting_wish.longer()


@st.fragment(run_every=_TICK_S)
def _watch(search: Search, shown: Proposal | None) -> None:
    use_language(address.language())
    search.seen()
    if search.over or search.found is not shown or _ended(search.wish):
        if search.fault and search.found is None:
            st.session_state[_ENDED] = search  # else the same would be looked for again, in vain
        st.rerun()
    limit = address.chosen("limit")
    seconds = min(search.seconds, limit)
    better, first = (
        _("Searching for something better, or a proof: {seconds} of {limit} s"),
        _("Looking for places: {seconds} of {limit} s"),
    )
    words = better if shown else first
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(seconds / limit, words.format(seconds=f"{seconds:.0f}", limit=limit))
        st.button(_("Stop"), key="search-stop", on_click=_end, args=(search,))


def _end(search: Search) -> None:
    """Have seen enough of a search: it goes on for others who look at it."""
    st.session_state[_ENDED] = search.as_it_stands()
    SEARCHES.leave(visitor.visit())


def _ended(wish: object) -> Search | None:
    """Return what was found of a wish when this visitor ended its search, if that was the last one."""
    ended: Search | None = st.session_state.get(_ENDED)
    if ended and ended.wish != wish:
        del st.session_state[_ENDED]
        return None
    return ended


def _known(answer: Assessment, wanted: SitingQuestion) -> Proposal | None:
    """Return what was shown last, if it answers the same question in another time."""
    shown: Proposal | None = st.session_state.get(_SHOWN)
    same = shown and shown.before is answer and replace(shown.wanted, seconds=wanted.seconds) == wanted
    return shown if same else None
