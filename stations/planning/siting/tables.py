"""A proposal as people read it: what it reaches, how good it is at most, and why each place; in the reader's language.

How far a proposal may be from the best possible is said wherever it is said what it reaches, in the same sentence.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from stations.model import numbers
from stations.model.language import current_language, listed, mark, ngettext, sentences
from stations.model.language import gettext as _
from stations.model.siting import CandidateSource, SitingModel
from stations.model.vocabulary import Group
from stations.planning.coverage.gap_tables import union_name
from stations.planning.coverage.show import district_name, station_names
from stations.planning.siting.asked import asked, conditions
from stations.planning.siting.places_refused import LEFT_OUT
from stations.planning.siting.proposal import Proposal, Site

if TYPE_CHECKING:
    from pandas import DataFrame

METHODS = {
    "greedy": mark("greedy choice"),
    "exchange": mark("greedy choice and exchanges"),
    "multipliers": mark("bound by a relaxation"),
    "cuts": mark("bound by a relaxation"),
    "branch and bound": mark("branch and bound"),
}
"""What found the choice, or proved it, in words."""

ROUNDING = 1e-6
"""By how much a difference of whole numbers may be off."""


def proposal_sentence(proposal: Proposal) -> str:
    """Return what the proposal reaches and how far it may be from the best possible, in one breath."""
    newly = proposal.newly_covered
    words = ngettext(
        "{count} new station newly reaches {people} {whom}: {share} of {total} within {radius}.",
        "{count} new stations newly reach {people} {whom}: {share} of {total} within {radius}.",
        len(proposal.sites),
    )
    if newly < 0:
        words = _(
            "With what is built and given up {people} {whom} fewer are reached: {share} of {total} within {radius}."
        )
    reached = words.format(
        count=numbers.people(len(proposal.sites)),
        people=numbers.people(abs(newly)),
        whom=_whom(proposal),
        share=numbers.share(proposal.share),
        total=numbers.people(proposal.before.total),
        radius=numbers.stated(proposal.wanted.question.radius_m),
    )
    about = (*_enough(proposal), *_paid(proposal), *_given_up(proposal), *_ways(proposal), *_conditions(proposal))
    return sentences([reached, *about, proof_sentence(proposal)])


def _conditions(proposal: Proposal) -> list[str]:
    """Return what the choice had to keep: what is proven of it is so among those that do."""
    kept = conditions(asked(proposal.wanted))
    return [_("Conditions: {conditions}.").format(conditions=kept)] if kept else []


def _enough(proposal: Proposal) -> list[str]:
    """Return that fewer stations than asked for are enough, or that what was wanted is so already."""
    wanted = proposal.wanted
    if wanted.sites and not proposal.chosen:
        return [_("No place that was looked at newly reaches anybody: look at more, on a grid or where people live.")]
    if wanted.sites and proposal.chosen < wanted.sites:
        words = ngettext(
            "{count} station is enough: with more, nobody would be better off.",
            "{count} stations are enough: with more, nobody would be better off.",
            proposal.chosen,
        )
        return [words.format(count=numbers.people(proposal.chosen))]
    if wanted.share is not None and not proposal.chosen:
        words = _("{share} is within reach already: no new station is needed for that.")
        return [words.format(share=numbers.asked_share(wanted.share))]
    return []


def proof_sentence(proposal: Proposal) -> str:
    """Return how far the proposal may be from the best possible, how that is known, and after how long."""
    words, seconds = _("Searched for {seconds} s; the last step: {method}."), f"{proposal.seconds:,.1f}"
    took = words.format(seconds=seconds, method=_(METHODS[proposal.method]))
    if proposal.proven:
        return sentences([_("It is proven that no other choice is better (gap 0%)."), took])
    if proposal.settled:
        words = _("Proven: the best choice of as many reaches {people} people more (gap {gap}).")
        more = numbers.people(proposal.bound - proposal.objective)
        return sentences([words.format(people=more, gap=_gap(proposal)), took])
    return sentences([_how_far(proposal) if not (known := _known_more(proposal)) else known, took])


def _known_more(proposal: Proposal) -> str:
    """Return by how much as many stations are known to reach more when they are chosen together; empty: by nothing."""
    if not proposal.wanted.in_order:
        return ""
    more = float(proposal.curve["best"].loc[proposal.chosen]) - proposal.covered
    if round(more) < 1:
        return ""
    words = _("Chosen together, as many reach {more} people more, and {far} at most (gap {gap}).")
    far = math.ceil(proposal.bound - proposal.objective - ROUNDING)
    return words.format(more=numbers.people(more), far=numbers.people(far), gap=_gap(proposal))


def _how_far(proposal: Proposal) -> str:
    """Return by how much the best possible may be better, in the unit of what is wanted, rounded up."""
    far, people = abs(proposal.bound - proposal.objective), proposal.before.total
    gap = _gap(proposal)
    match proposal.wanted.model:
        case SitingModel.FEWEST_SITES:
            fewer = math.ceil(far - ROUNDING)
            words = ngettext(
                "Not proven: {far} station fewer may be enough (gap {gap}).",
                "Not proven: up to {far} stations fewer may be enough (gap {gap}).",
                fewer,
            )
            return words.format(far=numbers.people(fewer), gap=gap)
        case SitingModel.LEAST_DISTANCE:
            words = _("Not proven: with another choice people may go up to {far} less on average (gap {gap}).")
            return words.format(far=numbers.length(math.ceil(far / people - ROUNDING)), gap=gap)
        case SitingModel.LEAST_FARTHEST:
            words = _("Not proven: with another choice the longest way may be up to {far} shorter (gap {gap}).")
            return words.format(far=numbers.length(math.ceil(far - ROUNDING)), gap=gap)
        case _:
            words = _("Not proven: another choice may reach up to {far} people more (gap {gap}).")
            return words.format(far=numbers.people(math.ceil(far - ROUNDING)), gap=gap)


def _gap(proposal: Proposal) -> str:
    """Return the gap in percent, rounded up."""
    return f"{math.ceil(1e4 * proposal.gap - ROUNDING) / 1e4:.2%}" if math.isfinite(proposal.gap) else "∞"


def _ways(proposal: Proposal) -> list[str]:
    """Return what was wanted beside people within reach, with the proposal: how far they go, a second station, room."""
    wanted = proposal.wanted
    if wanted.twice:
        words = _("{people} people have a second station within reach.")
        return [words.format(people=numbers.people(proposal.objective - proposal.covered))]
    if wanted.capacity is not None:
        words = _("{people} people are served, when everybody goes to the nearest station and each serves so many.")
        return [words.format(people=numbers.people(proposal.objective))]
    match wanted.model:
        case SitingModel.LEAST_DISTANCE:
            return [_("People go {distance} on average.").format(distance=numbers.distance(proposal.mean_m))]
        case SitingModel.LEAST_FARTHEST:
            words = _("Nobody who can reach a station goes farther than {distance}.")
            return [words.format(distance=numbers.distance(proposal.farthest_m))]
        case _:
            return []


def _paid(proposal: Proposal) -> list[str]:
    """Return what the new stations cost together, where that is known, and of which budget."""
    if proposal.cost is None or not proposal.sites:
        return []
    cost, budget = numbers.money(proposal.cost), proposal.wanted.budget
    if budget is None:
        return [_("Cost: {cost}.").format(cost=cost)]
    return [_("Cost: {cost} of a budget of {budget}.").format(cost=cost, budget=numbers.money(budget))]


def _given_up(proposal: Proposal) -> list[str]:
    """Return what becomes of the stations that may be given up, where there are any."""
    if not proposal.wanted.freed:
        return []
    words = _("New: {new}; kept of those that may be given up: {kept}; given up: {closed}.")
    counts = {"new": len(proposal.sites), "kept": len(proposal.kept), "closed": len(proposal.closed)}
    said = [words.format(**{name: numbers.people(count) for name, count in counts.items()})]
    gained = sum(site.newly_covered for site in proposal.sites)
    if round(lost := gained - proposal.newly_covered):
        words = _("Those given up alone reached {lost} people; beside what stays {gained} people are newly covered.")
        said.append(words.format(lost=numbers.people(lost), gained=numbers.people(gained)))
    return said


def _whom(proposal: Proposal) -> str:
    group = proposal.before.group
    return _("residents") if group in {None, Group.RESIDENTS} else group.label(current_language()).lower()


def place_name(proposal: Proposal, site: Site) -> str:
    """Return what a site is called: its host, else the district it lies in and its number."""
    if site.name:
        return site.name
    words = _("Site {number} in {district}")
    return words.format(number=site.order, district=district_name(proposal.before.holdings, site.district))


def nearest_name(proposal: Proposal, site: Site) -> str:
    """Return the name of the existing station that is nearest to a site."""
    names = station_names(proposal.before.stations, proposal.wanted.question.scenario)
    return names.get(site.nearest_station or "", _("none"))


def reason(site: Site) -> str:
    """Return why a site is proposed: whom it newly covers, how far the nearest station is, who would host it."""
    parts = [_("newly covers {people} people").format(people=numbers.people(site.newly_covered))]
    if site.second is not None:
        parts.append(_("a second station for {people} people").format(people=numbers.people(site.second)))
    if site.nearer and site.nearer_m is not None:
        words = _("nearer for {people} people, by {distance} on average")
        nearer = words.format(people=numbers.people(site.nearer), distance=numbers.distance(site.nearer_m))
        parts.insert(0, nearer)
    if site.nearest_station is None:
        parts.append(_("no station can be reached from there"))
    else:
        parts.append(_("nearest station {distance}").format(distance=numbers.distance(site.nearest_m)))
    if site.name:
        parts.append(_("hosted by {host}").format(host=site.name))
    elif site.source is not CandidateSource.PLACE:
        parts.append(_("premises still to be found"))
    if site.forced:
        parts.append(_("asked for"))
    return listed(parts)


def site_table(proposal: Proposal) -> DataFrame:
    """Return the sites in the order to build them, with what each newly covers and why."""
    import pandas as pd

    held, sites, language = proposal.before.holdings, proposal.sites, current_language()
    costs = {
        _("Cost"): [site.cost for site in sites],
        _("Cost per person"): [site.cost_per_person and round(site.cost_per_person, 2) for site in sites],
    }
    columns = {
        _("Place"): [place_name(proposal, site) for site in sites],
        **brought(proposal),
        _("District"): [district_name(held, site.district) for site in sites],
        _("Union"): [union_name(held, site.district) or "" for site in sites],
        _("Newly covered people"): [round(site.newly_covered) for site in sites],
        _("Newly covered, together"): [round(site.cumulative) for site in sites],
        _("Nearest station"): [nearest_name(proposal, site) for site in sites],
        _("Distance (m)"): [float(round(site.nearest_m)) if site.nearest_station else None for site in sites],
        **(costs if any(site.cost is not None for site in sites) else {}),
        _("Why here"): [reason(site) for site in sites],
        _("Kind of place"): [site.source.label(language) for site in sites],
        _("Longitude"): [site.lon for site in sites],
        _("Latitude"): [site.lat for site in sites],
        _("Candidate"): [site.candidate for site in sites],
    }
    return pd.DataFrame(columns, index=pd.Index([site.order for site in sites], name=_("Order")))


def brought(proposal: Proposal) -> dict[str, list[float | None]]:
    """Return, by heading, what each site brings of what is wanted beside people who are newly covered."""
    wanted, sites = proposal.wanted, proposal.sites
    if wanted.twice:
        return {_("A second station for"): [site.second and round(site.second) for site in sites]}
    if wanted.model.covers:
        return {}
    return {
        _("Nearer for (people)"): [site.nearer and round(site.nearer) for site in sites],
        _("Nearer by (m)"): [round(site.nearer_m) if site.nearer and site.nearer_m else None for site in sites],
    }


def curve_table(proposal: Proposal) -> DataFrame:
    """Return the budget curve: people within reach by number of new stations, built one after the other, or at best."""
    import pandas as pd

    curve = proposal.curve
    columns = {
        _("Within reach, one after the other"): curve["covered"],
        _("Newly covered by the last"): curve["covered"].diff().fillna(0.0),
        _("Best known of so many"): curve["best"],
        _("At most possible"): curve["bound"],
        _("Price of the order"): curve["best"] - curve["covered"],
    }
    table = pd.DataFrame({name: values.round() for name, values in columns.items()})
    gap = (100 * (curve["bound"] / curve["best"].where(curve["best"] > 0) - 1)).round(2)
    table[_("Gap (%)")] = gap
    if curve["cost"].notna().any():
        table[_("Cost, together")] = curve["cost"].iloc[1:].cumsum(skipna=False).reindex(curve.index, fill_value=0.0)
        newly = curve["covered"].diff()
        table[_("Cost per person")] = (curve["cost"] / newly.where(newly > 0)).round(2)
    table[_("The last")] = curve["name"].fillna(curve["candidate"]).fillna("")
    table[_("Longitude")], table[_("Latitude")], table[_("Candidate")] = curve["lon"], curve["lat"], curve["candidate"]
    return table.rename_axis(_("Stations chosen") if proposal.wanted.freed else _("New stations"))


def money_table(proposal: Proposal) -> DataFrame:
    """Return people within reach by how much the stations may cost together; nothing where that was not asked."""
    import pandas as pd

    money = proposal.money if proposal.money is not None else pd.DataFrame(columns=["covered", "bound", "sites"])
    gap = 100 * (money["bound"] / money["covered"].where(money["covered"] > 0) - 1)
    columns = {
        _("People within reach"): money["covered"].round(),
        _("People more than with less"): money["covered"].diff().round().where(money.index > 0, 0),
        _("At most possible"): money["bound"].round(),
        _("Gap (%)"): gap.round(2),
        _("New stations"): money["sites"],
    }
    return pd.DataFrame(columns).rename_axis(_("Budget"))


def notes(proposal: Proposal) -> list[str]:
    """Return what a reader has to know beside: places that were not looked at, stations that close, who stays out."""
    known = [
        _("{count} places were looked at.").format(count=numbers.people(proposal.candidates)),
        *(
            ngettext("{count} place was left out: {reason}.", "{count} places were left out: {reason}.", count).format(
                count=numbers.people(count), reason=_(LEFT_OUT[key])
            )
            for key, count in proposal.left_out.items()
        ),
    ]
    question = proposal.wanted.question
    if question.at or question.facilities:
        known.append(_("New stations are taken to be open then, and to have these facilities."))
    if proposal.closed:
        names = station_names(proposal.before.stations, proposal.wanted.question.scenario)
        words = _("Given up, as other places are better: {stations}")
        known.append(words.format(stations=listed(names[key] for key in proposal.closed)))
    out = proposal.unreachable["people"].sum()
    if out:
        words = _("{people} people are out of reach of every station and every place that was looked at.")
        known.append(words.format(people=numbers.people(out)))
    return known
