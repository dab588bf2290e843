"""Refusals of the solvers in the terms of who asked: what is forced is fixed there, and a new station all the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stations.model.errors import (
    BadAmount,
    BudgetTooSmall,
    FloorOutOfReach,
    NobodyInReach,
    NoCandidates,
    NotTogether,
    StationsError,
    TargetOutOfReach,
    TooFewForAll,
    TooFewSites,
    TooManySites,
)
from stations.model.language import current_language, gettext, mark
from stations.model.siting import CandidateSource, SitingModel
from stations.model.travel import MOST_M
from stations.planning.siting.words import MOST_MONEY, MOST_SITES

if TYPE_CHECKING:
    from stations.planning.siting.proposal import SitingQuestion


MOST = {"sites": MOST_SITES, "budget": MOST_MONEY, "share": 100, "floor": 100, "grid": MOST_M, "closest": MOST_M}
"""How much of an amount can be chosen on the page."""
WHOLE = {"sites", "share", "floor"}
"""Of which whole numbers alone can be."""
ENOUGH: Mapping[type[StationsError], tuple[str, str]] = {
    TooManySites: ("sites", "candidates"),
    TooFewSites: ("sites", "needed"),
    TooFewForAll: ("sites", "needed"),
    BudgetTooSmall: ("budget", "cheapest"),
    TargetOutOfReach: ("share", "possible"),
    FloorOutOfReach: ("floor", "possible"),
}
"""Which amount a refusal is about, and the field of it that says how much can be."""
NAMES: Mapping[str, str] = {
    "sites": mark("Number of stations"),
    "share": mark("Share of the people"),
    "budget": mark("Budget"),
    "twice": mark("A second station within reach counts, too"),
    "capacity": mark("People a station serves"),
    "inorder": mark("Built one after the other, not chosen together"),
    "floor": mark("At least in each district (%)"),
    "closest": mark("Nobody farther than (m)"),
}
"""What wishes are called on the page."""
APART = (
    ("capacity", "twice"),
    ("capacity", "floor"),
    ("capacity", "closest"),
    ("twice", "floor"),
    ("inorder", "twice"),
    ("inorder", "capacity"),
    ("inorder", "floor"),
    ("inorder", "closest"),
)
"""Conditions that do not go together."""


@contextmanager
def counting(forced: int, *, candidates: int) -> Iterator[None]:
    """Tell numbers of sites, and of candidates, with those that are forced: so they were asked for.

    Stations are none of the `candidates` of who asked. Amounts of money, which are no whole numbers by their kind, are
    told as they are.

    Raises
    ------
    NobodyInReach, TooManySites, TooFewSites, TooFewForAll
        In place of the same refusal of a solver. Other errors pass as they are.
    """
    try:
        yield
    except NobodyInReach as refused:
        raise NobodyInReach(candidates=candidates) from refused
    except (TooManySites, TooFewSites, TooFewForAll) as refused:
        told = {key: value + forced if isinstance(value, int) else value for key, value in refused.fields.items()}
        raise type(refused)(**told) from refused


def nearest_feasible(refused: StationsError) -> tuple[str, float] | None:
    """Return what a page can ask instead: the name of a choice of its address, and how much of it is enough.

    ``None`` where the refusal names no such amount, or one that cannot be chosen there.
    """
    name, field = ENOUGH.get(type(refused), ("", ""))
    if isinstance(refused, BadAmount):
        name, field = str(refused.fields["choice"]), "amount"
    if not name:
        return None
    if isinstance(refused, TooFewForAll) and isinstance(refused.fields[field], float):  # it is money
        name = "budget"
    amount = float(str(refused.fields[field]))
    amount = math.floor(amount) if name in WHOLE else amount
    return (name, amount) if 0 < amount <= MOST[name] else None


def name_of(choice: str) -> str:
    """Return what a wish is called on the page, in the reader's language."""
    return gettext(NAMES[choice])


def can_be_left_out(refused: StationsError) -> tuple[str, ...]:
    """Return the choices of its address that a page can leave out instead."""
    choices = refused.fields["choices"] if isinstance(refused, NotTogether) else ()
    return choices if isinstance(choices, tuple) else ()


def sources_left_out(refused: StationsError) -> list[CandidateSource]:
    """Return the kinds of places of which one can be left out instead."""
    without = refused.fields.get("without", ())
    return [CandidateSource(each) for each in without] if isinstance(without, tuple) else []


def sources_added(refused: StationsError) -> list[CandidateSource]:
    """Return the kinds of places of which one can be looked at, too."""
    adding = refused.fields["adding"] if isinstance(refused, NoCandidates) else ()
    return [CandidateSource(each) for each in adding] if isinstance(adding, tuple) else []


def excluded_all(refused: StationsError) -> bool:
    """Return whether no place is left because nothing may be built where they are."""
    return isinstance(refused, NoCandidates) and bool(refused.fields["excluded"])


def require_together(wanted: SitingQuestion) -> None:
    """Raise `NotTogether` for what the model has no use for, and for conditions that do not go together."""
    model = wanted.model
    plain, money = model is SitingModel.MOST_PEOPLE, model is SitingModel.BUDGET
    known = {
        "sites": (wanted.sites, model.of_so_many),
        "share": (wanted.share, model is SitingModel.FEWEST_SITES),
        "budget": (wanted.budget, money),
        "twice": (wanted.twice or None, plain),
        "capacity": (wanted.capacity, plain),
        "inorder": (wanted.in_order or None, plain),
        "floor": (wanted.floor, model.covers),
        "closest": (wanted.closest_m, model.covers),
    }
    given = {name for name, (value, _) in known.items() if value is not None}
    for name in known:
        if name in given and not known[name][1]:
            raise NotTogether(what=NAMES[name], other=model.label(current_language()), choices=(name,))
    for pair in APART:
        if given.issuperset(pair):
            raise NotTogether(what=NAMES[pair[0]], other=NAMES[pair[1]], choices=pair)
