"""Refusals of the solvers in the terms of who asked: what is forced is fixed there, and a new station all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stations.model.errors import BadChoice, TooFewForAll, TooFewSites, TooManySites
from stations.model.language import current_language, mark
from stations.model.siting import SitingModel

if TYPE_CHECKING:
    from stations.planning.siting.proposal import SitingQuestion


@contextmanager
def counting(forced: int) -> Iterator[None]:
    """Tell numbers of sites, and of candidates, with those that are forced: so they were asked for.

    Amounts of money, which are no whole numbers by their kind, are told as they are.
    """
    try:
        yield
    except (TooManySites, TooFewSites, TooFewForAll) as refused:
        told = {key: value + forced if isinstance(value, int) else value for key, value in refused.fields.items()}
        raise type(refused)(**told) from refused


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
    if wanted.twice and wanted.floor:
        offered = mark("without counting who has two stations")
        raise BadChoice(what=mark("Least share of each district"), value=wanted.floor, offered=offered)
