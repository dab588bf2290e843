"""Refusals of the solvers in the terms of who asked: what is forced is fixed there, and a new station all the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stations.model.errors import (
    BadAmount,
    BadChoice,
    BudgetTooSmall,
    FloorOutOfReach,
    NobodyInReach,
    StationsError,
    TargetOutOfReach,
    TooFewForAll,
    TooFewSites,
    TooManySites,
)
from stations.model.language import current_language, mark
from stations.model.siting import SitingModel
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


@contextmanager
def counting(forced: int, *, candidates: int) -> Iterator[None]:
    """Tell numbers of sites, and of candidates, with those that are forced: so they were asked for.

    Stations are none of the `candidates` of who asked. Amounts of money, which are no whole numbers by their kind, are
    told as they are.
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


def require_own_amounts(wanted: SitingQuestion) -> None:
    """Raise `BadChoice` for a number that is given, and that the model has no use for."""
    model = wanted.model
    amounts = (
        (
            mark("Number of stations"),
            wanted.sites,
            model.of_so_many,
            mark("with a model that chooses so many stations"),
        ),
        (
            mark("Share of the people"),
            wanted.share,
            model is SitingModel.FEWEST_SITES,
            mark("only for the fewest stations"),
        ),
        (mark("Budget"), wanted.budget, model is SitingModel.BUDGET, mark("only for the most people for the money")),
    )
    for what, given, fits, offered in amounts:
        if given is not None and not fits:
            raise BadChoice(what=what, value=model.label(current_language()), offered=offered)


def require_together(wanted: SitingQuestion) -> None:
    """Raise `BadChoice` for conditions that a model does not know, or that do not go together."""
    model, conditions = wanted.model, bool(wanted.floor or wanted.closest_m)
    named = model.label(current_language())
    if (wanted.twice or wanted.capacity is not None) and model is not SitingModel.MOST_PEOPLE:
        offered = mark("only for the most people with so many stations")
        raise BadChoice(what=mark("A second station, or what one can serve"), value=named, offered=offered)
    if conditions and not model.covers:
        offered = mark("with a model that counts who is within reach")
        raise BadChoice(what=mark("A least share or a largest distance"), value=named, offered=offered)
    if wanted.capacity is not None and (wanted.twice or conditions):
        offered = mark("without other conditions")
        raise BadChoice(what=mark("People a station serves"), value=wanted.capacity, offered=offered)
    if wanted.in_order and not wanted.plain:
        offered = mark("only for the most people with so many stations, without other conditions")
        raise BadChoice(what=mark("One after the other"), value=named, offered=offered)
    if wanted.twice and wanted.floor:
        offered = mark("without counting who has two stations")
        raise BadChoice(what=mark("Least share of each district"), value=wanted.floor, offered=offered)
