"""A proposal on a page: its wish put together from what was chosen, its curve, its card, its marks on the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stations.model import numbers
from stations.model.crs import to_geographic
from stations.model.language import gettext as _
from stations.model.language import ngettext, sentences
from stations.output.proposals import Area, Pins
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.comparison import place_of_gap
from stations.planning.coverage.gap_tables import union_name
from stations.planning.coverage.show import district_name, station_names
from stations.planning.siting.curve import AMOUNTS
from stations.planning.siting.proposal import Proposal, Site
from stations.planning.siting.tables import brought, nearest_name, place_name, reason, site_table
from stations.planning.siting.words import keys_text, placed

if TYPE_CHECKING:
    from pandas import DataFrame

ENOUGH = 0.5
"""The curve is called flat where a station newly reaches less than this share of what the one does that adds most."""

SHOWN = 200
"""So many new stations are in the picture of the curve at least, twice as many as are proposed, and what is told."""


def curve_cells(proposal: Proposal) -> DataFrame:
    """Return the curve, as far as a picture has it: columns `sites`, `people` and `line` (what it shows, in words)."""
    lines = {
        "bound": _("At most possible"),
        "best": _("Best known of so many"),
        "covered": _("Built one after the other"),
    }
    shown = proposal.curve.loc[: _end(proposal), [name for name in lines if name in proposal.curve]]
    named = shown.rename(columns=lines)
    return named.rename_axis("sites").reset_index().melt("sites", var_name="line", value_name="people")


def _end(proposal: Proposal) -> int:
    """Return up to which number of stations a picture has the curve: beyond, its lines are hardly apart."""
    lost = (proposal.curve["best"] - proposal.curve["covered"]).abs().to_numpy()
    return max(SHOWN, 2 * proposal.chosen, round(1.1 * int(lost.argmax())))


def cut_sentence(proposal: Proposal) -> str:
    """Return that the picture of the curve ends before the curve does; empty where it does not."""
    if (end := _end(proposal)) >= int(proposal.curve.index[-1]):
        return ""
    return _("The picture ends at {count} stations; the table has all.").format(count=numbers.people(end))


def loss_cells(proposal: Proposal) -> DataFrame:
    """Return by how many people the lines of `curve_cells` are below what is possible at most; columns as there."""
    curve = proposal.curve
    short = curve.assign(**{name: curve["bound"] - curve[name] for name in ("best", "covered")})
    return curve_cells(replace(proposal, curve=short.drop(columns="bound")))


def money_cells(proposal: Proposal) -> DataFrame:
    """Return the curve over money: columns `money`, `people` and `line` (what it shows, in words)."""
    lines = {"bound": _("At most possible"), "covered": _("Best known for so much")}
    named = money_of(proposal)[list(lines)].rename(columns=lines)
    return named.rename_axis("money").reset_index().melt("money", var_name="line", value_name="people")


def money_of(proposal: Proposal) -> DataFrame:
    """Return the curve over money, which is there. Raises `ValueError` where it is not."""
    if proposal.money is None:
        raise ValueError(proposal.wanted.model)
    return proposal.money


def money_sentence(proposal: Proposal) -> str:
    """Return what more money would reach, and what less would not."""
    covered, budget = money_of(proposal)["covered"], proposal.wanted.budget or 0.0
    told = []
    if too_little := [times * budget for times in AMOUNTS if times and times * budget < covered.index[0]]:
        words = _("With {amount} nothing was found that keeps what is asked.")
        told.append(words.format(amount=numbers.money(max(too_little))))
    for times, words in (
        (0.5, _("With half of the budget ({amount}) {people} people fewer are reached.")),
        (1.25, _("With a quarter more ({amount}) {people} people more are reached.")),
        (2.0, _("With twice as much ({amount}) {people} people more are reached.")),
    ):
        change = round(abs(covered.get(times * budget, np.nan) - covered[budget]), 6)
        if change > 0:
            told.append(words.format(amount=numbers.money(times * budget), people=numbers.people(change)))
    worst = (money_of(proposal)["bound"] / covered.where(covered > 0) - 1).max()
    if worst > 0:
        words = _("Not all of it is proven: with one of these amounts up to {gap} more people may be reached.")
        told.append(words.format(gap=f"{math.ceil(1e4 * worst) / 1e4:.2%}"))
    enough = float(covered.index[covered >= covered.iloc[-1]].min())
    if enough <= budget:
        words = _("{amount} is enough: more money reaches nobody else.")
        told.append(words.format(amount=numbers.money(enough)))
    return sentences(told)


def enough(proposal: Proposal) -> int | None:
    """Return the number of new stations after which each next one adds little (`ENOUGH`).

    ``None`` where the curve ends before that.
    """
    gains = proposal.curve["covered"].diff().iloc[1:]
    much = gains.index[gains >= ENOUGH * gains.max()]
    return None if much.empty or much[-1] == gains.index[-1] else int(much[-1])


def curve_sentence(proposal: Proposal) -> str:
    """Return what the curve says of how many are enough, and what it does not say of this proposal."""
    last = int(proposal.curve.index[-1])
    count = enough(proposal)
    if not last:
        return _("No further station would newly reach anybody.")
    words = ngettext(
        "With {count} station everybody is within reach who can be.",
        "With {count} stations, built one after the other, everybody is within reach who can be.",
        last,
    )
    said = [words.format(count=numbers.people(last))]
    if count is not None:
        flat = ngettext(
            "After {count} station each further one newly reaches less than half as many people as the best one.",
            "After {count} stations each further one newly reaches less than half as many people as the best one.",
            count,
        )
        said.insert(0, flat.format(count=numbers.people(count)))
    return sentences([*_other_question(proposal), *said, price_of_order(proposal), *_other_places(proposal)])


def _other_question(proposal: Proposal) -> list[str]:
    """Return that the curve is not about what was wanted, where it is not."""
    if proposal.wanted.plain:
        return []
    words = _("Whatever is wanted, the curve is about the most people within reach; the point is this proposal.")
    return [words]


def _other_places(proposal: Proposal) -> list[str]:
    """Return that who builds one after the other begins with other places, where it is so."""
    count, curve = len(proposal.sites), proposal.curve
    if not proposal.wanted.plain or proposal.wanted.freed or count not in curve.index:
        return []
    if set(curve["candidate"].iloc[1 : count + 1]) == {site.candidate for site in proposal.sites}:
        return []
    words = _(
        "The {count} places of this proposal are chosen together. Who does not know yet how many there will be builds "
        "one after the other, and reaches {people} people fewer with {count}."
    )
    fewer = proposal.covered - float(curve["covered"].iloc[count])
    if round(fewer) < 1:
        return []
    return [words.format(count=numbers.people(count), people=numbers.people(fewer))]


def price_of_order(proposal: Proposal) -> str:
    """Return what it is known to cost, in people, that the stations of the curve are built one after the other."""
    lost = (proposal.curve["best"] - proposal.curve["covered"]).round()
    if not lost.any():
        return _("Building one after the other loses nobody against the best choice that is known of as many.")
    words = _(
        "Building one after the other is known to reach up to {people} people fewer than the best choice of as many "
        "({count} stations)."
    )
    return words.format(people=numbers.people(lost.max()), count=lost.idxmax())


def site_at(proposal: Proposal, candidate: str | None) -> Site | None:
    """Return the site of a candidate, or at a place; ``None`` where it is not proposed."""
    return next((site for site in proposal.sites if candidate in {site.candidate, site.place}), None)


def reasons_table(proposal: Proposal) -> DataFrame:
    """Return `site_table` with what is read first standing first, in sight on a phone, too: why a place is proposed."""
    table = site_table(proposal)
    first = [_("Why here"), _("Place")]
    return table[[*first, *(name for name in table.columns if name not in first)]]


def site_list(proposal: Proposal) -> DataFrame:
    """Return what tells the sites apart at a glance, in the order to build them."""
    import pandas as pd

    columns = {
        **brought(proposal),
        _("Newly covered people"): [round(site.newly_covered) for site in proposal.sites],
        _("Place"): [place_name(proposal, site) for site in proposal.sites],
        _("District"): [district_name(proposal.before.holdings, site.district) for site in proposal.sites],
    }
    return pd.DataFrame(columns, index=pd.Index([site.order for site in proposal.sites], name=_("Order")))


def site_card(proposal: Proposal, site: Site) -> tuple[str, dict[str, Any]]:
    """Return the heading and the labelled facts of a site."""
    held = proposal.before.holdings
    union = union_name(held, site.district)
    costs = {} if site.cost is None else {_("Cost"): numbers.people(site.cost)}
    if site.cost_per_person is not None:
        costs[_("Cost per person")] = numbers.money(site.cost_per_person)
    facts = {
        _("Newly covered people"): numbers.people(site.newly_covered),
        _("If it were the only one"): numbers.people(site.by_itself),
        _("District"): district_name(held, site.district),
        **({_("Union"): union} if union else {}),
        _("Nearest station"): nearest_name(proposal, site),
        _("Distance"): numbers.distance(site.nearest_m),
        **costs,
        _("Why here"): reason(site),
    }
    heading = _("{number}: {place}").format(number=site.order, place=place_name(proposal, site))
    return heading, facts


def station_card(proposal: Proposal, key: str) -> tuple[str, dict[str, Any]]:
    """Return the heading and the labelled facts of a station that counts: whether it stays."""
    held, wanted = proposal.before.holdings, proposal.wanted
    fate = (
        _("stays: the proposal is beside it")
        if key not in wanted.freed
        else _("is given up: another place is better")
        if key in proposal.closed
        else _("is chosen again")
    )
    name = station_names(proposal.before.stations, wanted.question.scenario)[key]
    code = proposal.before.used.at[key, "division"]
    told = district_name(held, code if isinstance(code, str) else None)
    return name, {_("District"): told, _("In the proposal"): fate}


def unreachable_table(proposal: Proposal) -> DataFrame:
    """Return by district how many people, at how many points, no station and no candidate reaches; most first."""
    import pandas as pd

    out, held = proposal.unreachable, proposal.before.holdings
    codes = out["district"].astype(object).where(out["district"].notna(), None)
    names = pd.Series([district_name(held, code) for code in codes], index=out.index, dtype=object)
    table = out["people"].groupby(names).agg(["sum", "size"]).sort_values("sum", ascending=False, kind="stable")
    table["sum"] = table["sum"].round()
    columns = {"sum": _("People"), "size": _("Points where they live")}
    told: DataFrame = table.rename(columns=columns).rename_axis(_("District"))
    return told


def proposing_in_gap(answer: Assessment, gap: str) -> dict[str, str] | None:
    """Return what an address says that proposes a station in the gap with a number.

    In a base that could host it, if there is one; else in the middle, where most of its people are near. ``None`` where
    the gap is outside of the city, which builds nothing there, or nobody knows where people are.
    """
    row = answer.gaps.set_index("gap_id").loc[gap]
    if answer.people is None or not isinstance(row["district"], str):
        return None
    bases = [str(key) for key in row["host_ids"]]
    spots = [answer.holdings.bases.geometry[base] for base in bases[:1]]
    place = placed(spots[0].x, spots[0].y) if spots else str(place_of_gap(answer, int(row["rank"])))
    return {"pinned": keys_text([place]), "site": place}


def closed_places(proposal: Proposal) -> tuple[tuple[float, float], ...]:
    """Return longitude and latitude of the stations that are given up."""
    place = to_geographic(proposal.before.used.loc[list(proposal.closed), ["geometry"]]).geometry
    return tuple(zip(place.x.tolist(), place.y.tolist(), strict=True))


def unreached_places(proposal: Proposal) -> tuple[tuple[float, float], ...]:
    """Return longitude and latitude of the points with people whom no station and no candidate reaches."""
    place = proposal.unreachable.geometry
    return tuple(zip(place.x.tolist(), place.y.tolist(), strict=True))


def pins(
    proposal: Proposal | None,
    *,
    selected: Site | None,
    areas: Sequence[Area],
    drawing: bool,
    placing: bool = False,
    unreached: bool = False,
) -> Pins:
    """Return what the map shows of a proposal."""
    sites = proposal.sites if proposal else ()
    return Pins(
        places=tuple((site.lon, site.lat) for site in sites),
        numbers=tuple(site.order for site in sites),
        people=tuple(round(site.newly_covered) for site in sites),
        forced=tuple(site.forced for site in sites),
        refused=proposal.rejected if proposal else (),
        closed=closed_places(proposal) if proposal else (),
        unreached=unreached_places(proposal) if proposal and unreached else (),
        areas=tuple(areas),
        selected=selected.order if selected else None,
        drawing=drawing,
        placing=placing,
    )
