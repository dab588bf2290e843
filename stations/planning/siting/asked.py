"""What was asked for, in words: beside the answer, and where proposals that were asked for otherwise stand together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stations.model import numbers
from stations.model.language import current_language, listed, ngettext
from stations.model.language import gettext as _
from stations.model.siting import CandidateSource, SitingModel

if TYPE_CHECKING:
    from stations.planning.siting.proposal import SitingQuestion


def asked(wanted: SitingQuestion) -> dict[str, Any]:
    """Return what was asked for, as it is kept with a scenario: model, amounts, conditions, and where places may be."""
    where = wanted.where
    return {
        "model": wanted.model.value,
        "sites": wanted.sites,
        "share": wanted.share,
        "budget": wanted.budget,
        "sources": [source.value for source in where.sources],
        "floor": wanted.floor,
        "closest_m": wanted.closest_m,
        "twice": wanted.twice,
        "capacity": wanted.capacity,
        "in_order": wanted.in_order,
        "freed": list(wanted.freed),
        "forced": list(where.forced),
        "forbidden": list(where.forbidden),
        "excluded": where.excluded is not None,
    }


def conditions(told: Mapping[str, Any]) -> str:
    """Return what a choice had to keep beside the model and its amount, as `asked` says it; empty: nothing."""
    said = []
    if told["floor"]:
        said.append(_("at least {share} in each district").format(share=numbers.asked_share(told["floor"])))
    if told["closest_m"]:
        said.append(_("nobody farther than {distance}").format(distance=numbers.stated(told["closest_m"])))
    if told["twice"]:
        said.append(_("a second station counts, too"))
    if told["capacity"]:
        said.append(_("a station serves {people} people").format(people=numbers.people(told["capacity"])))
    if told["in_order"]:
        said.append(_("built one after the other"))
    if told["excluded"]:
        said.append(_("not on excluded land"))
    for key, words in (
        ("forced", ngettext("{count} place pinned", "{count} places pinned", len(told["forced"]))),
        ("forbidden", ngettext("{count} place rejected", "{count} places rejected", len(told["forbidden"]))),
    ):
        if told[key]:
            said.append(words.format(count=len(told[key])))
    return listed(said)


def asked_for(told: Mapping[str, Any]) -> str:
    """Return all that was asked for, in words: what is wanted, how much of it, where it may be, and the conditions."""
    if not told:
        return numbers.unknown()
    language = current_language()
    parts = [SitingModel(told["model"]).label(language)]
    if told["sites"] is not None:
        parts.append(ngettext("{count} station", "{count} stations", told["sites"]).format(count=told["sites"]))
    if told["share"] is not None:
        parts.append(numbers.asked_share(told["share"]))
    if told["budget"] is not None:
        parts.append(_("budget {amount}").format(amount=numbers.money(told["budget"])))
    parts.append(listed(CandidateSource(source).label(language) for source in told["sources"]))
    if told["freed"]:
        count = len(told["freed"])
        words = ngettext("{count} station may be given up", "{count} stations may be given up", count)
        parts.append(words.format(count=count))
    return _("; ").join(part for part in (*parts, conditions(told)) if part)
