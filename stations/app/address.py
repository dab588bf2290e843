"""The view in the address: what a visitor chose is in the URL, so that a link shows somebody else the same.

Each `Choice` has a name in the address, a reader that refuses what is not offered, and a default. Widgets are keyed
by that name. `opened` fills the widgets from the address on a first visit and whenever the browser changed the
address by itself (a link, back, forward); `settle` writes what is chosen now.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from threading import Semaphore
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from stations.app import visitor
from stations.model.errors import StationsError
from stations.model.language import Language, as_language, is_language, use_language
from stations.model.schema import RECORDS
from stations.model.settings import Settings
from stations.model.siting import SitingModel
from stations.model.vocabulary import BaseKind, Facility, GapOrder, Group, PageLayout, SnapshotKind, Status, Term, Tier
from stations.planning.coverage.assess import Moment, Question
from stations.planning.questions import (
    DEFAULT_RADIUS_M,
    day_from,
    radius_from,
    radius_text,
    reach_from,
    scenario_from,
    scenario_text,
)
from stations.planning.records.filters import Lacking, Order
from stations.planning.siting import files as siting_files
from stations.planning.siting import words as siting_words

ALL = "all"
"""Stations of every tier count."""

QUESTION = ("radius", "tier", "reach", "group", "facilities", "union", "day", "hour", "attended", "scenario", "gap")
"""What makes up the question of the coverage page."""

SITING = (
    *("model", "sites", "share", "budget", "from", "grid", "costs", "hosts", "land", "outline"),
    *("pinned", "rejected", "freed", "floor", "closest", "twice", "capacity", "inorder", "limit", "site"),
)
"""What makes up the wish of the siting page beside `QUESTION`."""

LISTED = ("tiers", "find", "divisions", "unit", "statuses", "kinds", "lacking", "order")
"""What decides which records the list of the register's page shows, and in which order."""

PLACES = ("selected", "gap", "site")
"""What names a place on the map."""

PARTS = ("districts", "unions", "groups", "clock", "stations", "certainty", "time", "whatif")
"""What the coverage page shows below its map, one at a time."""

DOINGS = ("report", "maps", "figures", "verify")
"""What the page of reports is used for, one at a time."""

TASKS = ("list", "register", "places")
"""What the page of imports is used for, one at a time."""

VIEW = "view"
"""Where the map looks: longitude, latitude, zoom. The map writes and reads it by itself, and pages have their own."""

_GAP = re.compile(r"\w{1,20}-\d{1,3}\.\d{3}-\d{1,2}\.\d{3}(-\d{1,6})?|[1-9]\d{0,5}")

_TURNS = Semaphore(2 * (os.cpu_count() or 1))
"""So many pages are worked out at the same time. With all of them at once, everybody would wait for the last."""

STEPPED = ("sites", "share", "floor")
"""Numbers that are counted up and down with clicks, the next one while the page still answers the last."""

_WRITTEN = "address-written"
_DRAWN = "address-drawn"
_REFUSED = "address-refused"
_SPOKEN = "language-spoken"


@dataclass(frozen=True)
class Choice:
    """One part of the view: how it is read from text (``ValueError``: not offered), written, and its default."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    default: Any


def _language(text: str) -> Language:
    if not is_language(text):
        raise ValueError(text)
    return as_language(text)


def _tiers(text: str) -> list[Tier]:
    found = [tier for tier in Tier if tier.value in text.split(",")]
    if text and not found:
        raise ValueError(text)
    return found


def _tier(text: str) -> str:
    found = Tier.read(text) if text != ALL else ALL
    if found is None:
        raise ValueError(text)
    return found


def _selected(text: str) -> tuple[str, str] | None:
    kind, _colon, key = text.partition(":")
    return (kind, key) if kind in {"station", "base"} and key else None


def _gap(text: str) -> str:
    """Return the number of a gap, or the rank that links had before; whether there is one is the answer's to say."""
    if not _GAP.fullmatch(text):
        raise ValueError(text)
    return text


def _one(terms: type[Term], default: Term | None = None) -> Choice:
    """Return a choice of one word of a vocabulary."""

    def read(text: str) -> Term:
        found = terms.read(text)
        if found is None:
            raise ValueError(text)
        return found

    return Choice(read, str, default)


def _several(terms: type[Term]) -> Choice:
    """Return a choice of any number of words of a vocabulary."""

    def read(text: str) -> list[Term]:
        found = [term for term in terms if term.value in text.split(",")]
        if len(found) < len(set(filter(None, text.split(",")))):
            raise ValueError(text)
        return found

    return Choice(read, ",".join, [])


def _switch(*, on: bool = False) -> Choice:
    return Choice(lambda text: bool(_number(text, 0, 1)), lambda value: str(int(value)), on)


def _amount(read: Callable[[str], float]) -> Choice:
    return Choice(lambda text: read(text) if text else None, siting_words.number_text, None)


def _number(text: str, least: int, most: int) -> int:
    if not (text.isdecimal() and least <= int(text) <= most):
        raise ValueError(text)
    return int(text)


def _kind(text: str) -> str:
    if text not in RECORDS:
        raise ValueError(text)
    return text


def _doing(text: str) -> str:
    if text not in DOINGS:
        raise ValueError(text)
    return text


def _task(text: str) -> str:
    if text not in TASKS:
        raise ValueError(text)
    return text


def _part(text: str) -> str:
    if text not in PARTS:
        raise ValueError(text)
    return text


CHOICES: Mapping[str, Choice] = {
    "lang": Choice(_language, str, None),
    "city": Choice(str, str, None),
    "on": Choice(day_from, str, None),
    "since": Choice(day_from, str, None),
    "radius": Choice(radius_from, radius_text, DEFAULT_RADIUS_M),
    "tier": Choice(_tier, str, ALL),
    "reach": Choice(reach_from, str, "straight"),
    "group": _one(Group),
    "facilities": _several(Facility),
    "union": Choice(str, str, None),
    "day": Choice(lambda text: _number(text, 1, 7), lambda day: str(day or ""), None),
    "hour": Choice(lambda text: _number(text, 0, 23), str, 12),
    "attended": _switch(),
    "scenario": Choice(lambda text: scenario_text(read) if (read := scenario_from(text)) else "", str, ""),
    "ranking": _one(GapOrder, GapOrder.PEOPLE),
    "date": Choice(dt.date.fromisoformat, str, None),
    "holiday": _switch(),
    "part": Choice(_part, str, PARTS[0]),
    "tiers": Choice(_tiers, ",".join, list(Tier)),
    "bases": _switch(),
    "cluster": _switch(),
    "reached": _switch(),
    "people": _switch(on=True),
    "kind": Choice(_kind, str, "station"),
    "find": Choice(str, str, ""),
    "divisions": Choice(lambda text: text.split(","), ",".join, []),
    "unit": Choice(str, str, None),
    "statuses": _several(Status),
    "kinds": _several(BaseKind),
    "lacking": _several(Lacking),
    "order": _one(Order, Order.ENTERED),
    "record": _switch(),
    "doing": Choice(_doing, str, DOINGS[0]),
    "task": Choice(_task, str, TASKS[0]),
    "picture": _one(SnapshotKind, SnapshotKind.TIERS),
    "layout": _one(PageLayout, PageLayout.LANDSCAPE),
    "focus": Choice(str, str, None),
    "model": _one(SitingModel, SitingModel.MOST_PEOPLE),
    "sites": Choice(lambda text: _number(text, 1, siting_words.MOST_SITES), str, siting_words.DEFAULT_SITES),
    "share": Choice(lambda text: _number(text, 1, 100), str, siting_words.DEFAULT_SHARE),
    "budget": Choice(siting_words.money_from, siting_words.number_text, siting_words.DEFAULT_BUDGET),
    "from": Choice(lambda text: list(siting_words.sources_from(text)), ",".join, list(siting_words.DEFAULT_SOURCES)),
    "grid": _amount(siting_words.spacing_from),
    "costs": Choice(siting_words.costs_from, siting_words.costs_text, ()),
    "hosts": Choice(siting_files.handed_in_from, siting_files.handed_in_text, None),
    "land": Choice(siting_files.handed_in_from, siting_files.handed_in_text, None),
    "outline": Choice(siting_words.rings_from, siting_words.rings_text, ()),
    "pinned": Choice(siting_words.keys_from, siting_words.keys_text, ()),
    "rejected": Choice(siting_words.keys_from, siting_words.keys_text, ()),
    "freed": Choice(siting_words.keys_from, siting_words.keys_text, ()),
    "floor": Choice(lambda text: _number(text, 0, 100), str, 0),
    "closest": _amount(siting_words.metres_from),
    "twice": _switch(),
    "inorder": _switch(),
    "capacity": _amount(siting_words.people_from),
    "limit": Choice(lambda text: _number(text, 1, siting_words.LONGEST_S), str, siting_words.LIMITS[1]),
    "site": Choice(str, str, None),
    "selected": Choice(_selected, lambda chosen: ":".join(chosen or ()), None),
    "gap": Choice(_gap, str, None),
}


def opened() -> bool:
    """Take over the address where it is news, and speak the visitor's language.

    An address that says nothing is that of a page alone: the choices stay. Returns whether it is news and names a
    place to look at.
    """
    given = {name: st.query_params[name] for name in CHOICES if name in st.query_params}
    news = bool(given) and given != st.session_state.get(_WRITTEN)
    if news:
        st.session_state[_WRITTEN] = given
        st.session_state[_DRAWN] = set()
        st.session_state[_REFUSED] = {name: text for name, text in given.items() if _unreadable(name, text)}
        st.session_state.update({name: _read(choice, given.get(name)) for name, choice in CHOICES.items()})
    _keep()
    st.session_state[_SPOKEN] = language()
    use_language(language())
    return news and not given.keys().isdisjoint(PLACES)


def _keep() -> None:
    """Keep every choice while its widget is not on the page: Streamlit forgets it after a run without it.

    What is kept is sent to the browser, where it takes the place of what was clicked meanwhile: a number that is
    counted with clicks is not kept while it is on the page.
    """
    written, drawn = st.session_state.get(_WRITTEN, {}), st.session_state.get(_DRAWN, ())
    for name, choice in CHOICES.items():
        if name not in st.session_state:
            st.session_state[name] = _read(choice, written.get(name))
        elif name not in drawn:
            st.session_state[name] = st.session_state[name]


def _is_drawn(name: str) -> bool:
    """Return whether this run drew the widget of a choice: then Streamlit lets nothing be put in its place."""
    try:
        st.session_state[name] = st.session_state[name]
    except StreamlitAPIException:
        return True
    return False


def _read(choice: Choice, text: str | None) -> Any:
    if text is None:
        return choice.default
    try:
        return choice.read(text)
    except (ValueError, StationsError):
        return choice.default


def refused() -> dict[str, str]:
    """Return the parts of the address, as it was opened, that say nothing that is offered: name → text."""
    given = st.session_state.get(_REFUSED, {})
    return {name: text for name, text in given.items() if written().get(name, "") in {"", _usual(name)}}


def _usual(name: str) -> str:
    """Return what an address says that says what is shown without it."""
    return Settings.from_environment().language if name == "lang" else ""


def _unreadable(name: str, text: str) -> bool:
    try:
        CHOICES[name].read(text)
    except (ValueError, StationsError):
        return True
    return False


def part(draw: Callable[..., None]) -> Callable[..., None]:
    """Make of `draw` a part of a page that reruns by itself, in the visitor's language and with the address kept.

    Another language is a matter of the whole page: then all of it runs again.
    """

    @st.fragment
    @wraps(draw)
    def run(*arguments: Any) -> None:
        if st.session_state[_SPOKEN] != language():
            settle()  # what was chosen a moment ago may not be in the browser's address yet
            st.rerun()
        with _TURNS:
            _keep()
            use_language(language())
            draw(*arguments)
            settle()
            st.session_state[_DRAWN] = {name for name in STEPPED if _is_drawn(name)}

    return run


@contextmanager
def aside() -> Iterator[None]:
    """Let somebody else have the turn while this page waits for something that is done elsewhere."""
    _TURNS.release()
    try:
        yield
    finally:
        _TURNS.acquire()


def written() -> dict[str, str]:
    """Return what is chosen now as an address says it; what is at its default is left out."""
    return {
        name: choice.write(st.session_state[name])
        for name, choice in CHOICES.items()
        if st.session_state.get(name, choice.default) != choice.default
    }


def settle() -> None:
    """Write what is chosen now into the address."""
    chosen = written()
    if chosen != {name: st.query_params[name] for name in CHOICES if name in st.query_params}:
        view = {VIEW: st.query_params[VIEW]} if VIEW in st.query_params else {}
        st.query_params.from_dict(chosen | view)
    st.session_state[_WRITTEN] = chosen


def forget_view() -> None:
    """Let the next map look where it would without an address."""
    st.query_params.pop(VIEW, None)


def chosen(name: str) -> Any:
    """Return what is chosen now for one part of the view."""
    return st.session_state.get(name, CHOICES[name].default)


def choose(name: str, value: Any) -> None:
    """Choose `value` for one part of the view (in a callback, before its widget is drawn)."""
    st.session_state[name] = value
    st.session_state.get(_DRAWN, set()).discard(name)


def question() -> Question:
    """Return the question that is asked now."""
    tier, day = chosen("tier"), chosen("day")
    return Question(
        radius_m=chosen("radius"),
        tier=None if tier == ALL else tier,
        reach=chosen("reach"),
        group=chosen("group"),
        facilities=tuple(chosen("facilities")),
        union=chosen("union"),
        at=Moment(day - 1, chosen("hour")) if day else None,
        attended=bool(day and chosen("attended")),
        scenario=scenario_from(chosen("scenario")),
    )


def settings() -> Settings:
    """Return the settings of a visit: the office's, with who it is, and the city, day and language of the address.

    Raises `NotSignedIn`: every page and every button begins here.
    """
    own = {"city": st.session_state.get("city") or None, "on": chosen("on"), "user": visitor.user()}
    return Settings.from_environment().having(**own, language=language())


def language() -> Language:
    """Return the visitor's language: the one chosen, else that of the office."""
    return st.session_state.get("lang") or Settings.from_environment().language
