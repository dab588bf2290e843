"""Where the next stations should go: a proposal found at once, then better ones, until it is proven or time is over.

The question is that of coverage (radius, reach, group, hour, facilities), with what is wanted of new stations and where
they may be. Stations that count stay where they are unless they are freed. A new station is taken to be open, and to
have the facilities, when it is asked: it is built for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from stations.analysis.siting import never, stopped_by
from stations.model.crs import to_geographic
from stations.model.errors import BadChoice, NoDemand, NoneInTime
from stations.model.language import mark, use_language
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.coverage.assess import Assessment, assess
from stations.planning.siting.curve import curve, money_curve, with_fewer
from stations.planning.siting.order import Reached, Ways, build_order, gains_of, one_after_the_other
from stations.planning.siting.proposal import Proposal, Site, SitingQuestion
from stations.planning.siting.solving import Sited, sited, solved

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from numpy.typing import ArrayLike, NDArray
    from pandas import DataFrame, Index

    from stations.analysis.siting import Selection

    Integers = NDArray[np.intp]
    Floats = NDArray[np.float64]

FIRST_S, LONGER = 0.15, 4
"""After how long the first of `proposals` is there, as near as can be told; each next one is searched for so many times
as long, the last for all that is left: what was found before is looked for again."""

SEARCHED = 0.7
"""Of a budget: the part of the time for the answer; the rest is for what less and more money would reach."""


def recommend(settings: Settings, wanted: SitingQuestion) -> Proposal:
    """Return where the next stations should go, searched for `wanted.seconds` at most.

    Counting who is within reach before that, and the curve after it, come on top: on large grids some seconds.

    Raises
    ------
    NoDemand
        There is no demand data.
    BadChoice, NotGiven, CostNotGiven, SitingError
        What is wanted lacks a number, or cannot be: the message says what can.
    BadFile, NoNetwork
        As `assess`.
    """
    before = _before(settings, wanted)
    found = _solved(before, wanted, seconds=_for_the_answer(wanted))
    return _with_money(found) if wanted.model is SitingModel.BUDGET else found


def proposals(
    settings: Settings, wanted: SitingQuestion, *, stopped: Callable[[], bool] = never, known: Proposal | None = None
) -> Iterator[Proposal]:
    """Yield better and better proposals, the first after about `FIRST_S`, until one is settled or the time is over.

    None is worse than what is `known` of the same question. Whoever has seen enough stops asking; what is looked for
    at that moment ends soon after `stopped` says so. Raises as `recommend`, in the language of the settings: it may be
    asked for in another thread than a page's.
    """
    use_language(settings.language)
    before, left, limit = _before(settings, wanted), _for_the_answer(wanted), FIRST_S
    best = replace(known, wanted=wanted) if known else None
    while left > 0 and not (best and best.settled) and not stopped():
        try:
            limit = limit if limit + LONGER * limit <= left else left
            found = _solved(before, wanted, seconds=limit, stopped=stopped)
        except NoneInTime:
            left, limit = left - limit, LONGER * limit
            if left <= 0:
                raise
            continue
        best = _better(best, found) if best else found
        yield best
        left, limit = left - found.seconds, LONGER * limit
    if best and wanted.model is SitingModel.BUDGET and not stopped():
        with stopped_by(stopped):
            paid = _with_money(best)
        yield paid


def _for_the_answer(wanted: SitingQuestion) -> float:
    """Return for how many seconds the answer itself is searched at most."""
    return wanted.seconds * (SEARCHED if wanted.model is SitingModel.BUDGET else 1.0)


def _with_money(proposal: Proposal) -> Proposal:
    """Return a proposal with what less and more money would reach, in the time that is left."""
    wanted = proposal.wanted
    table = sited(proposal.before, wanted.where)
    left, forced = _standing(table, wanted)
    seconds = max(0.0, wanted.seconds - proposal.seconds)
    money = money_curve(table, proposal, fixed=np.union1d(left, forced), seconds=seconds)
    return replace(proposal, money=money)


def _standing(table: Sited, wanted: SitingQuestion) -> tuple[Integers, Integers]:
    """Return the columns that stay, and those that are forced."""
    freed = table.standing(wanted.freed)
    return np.setdiff1d(np.arange(table.stations), freed), table.forced


def _better(one: Proposal, other: Proposal) -> Proposal:
    """Return the better of two proposals, with the tighter of their bounds: both are proven."""
    more = one.wanted.model.counts_people
    first, tightest = (max, min) if more else (min, max)
    best, bound = first(one, other, key=lambda each: each.objective), tightest(one.bound, other.bound)
    gap = abs(bound - best.objective) / abs(best.objective) if bound != best.objective else 0.0
    proven, settled = one.proven or other.proven or not gap, one.settled or other.settled or not gap
    lines = {
        "best": np.maximum(one.curve["best"], other.curve["best"]),
        "bound": np.minimum(one.curve["bound"], other.curve["bound"]),
    }
    line, seconds = best.curve.assign(**lines), one.seconds + other.seconds
    return replace(best, bound=bound, gap=gap, proven=proven, settled=settled, seconds=seconds, curve=line)


def _before(settings: Settings, wanted: SitingQuestion) -> Assessment:
    answer = assess(settings, wanted.question)
    if answer.people is None:
        raise NoDemand(city=answer.holdings.city.label(settings.language))
    for key in wanted.freed:
        if key not in standing(answer):
            raise BadChoice(what=mark("Station"), value=key, offered=mark("the ID of a station that is counted"))
    return answer


def standing(answer: Assessment) -> Index[str]:
    """Return the stations that count and can be given up: those of the register, none that a scenario builds."""
    found: Index[str] = answer.used.index.intersection(answer.holdings.stations.index)
    return found


def _solved(
    before: Assessment, wanted: SitingQuestion, *, seconds: float, stopped: Callable[[], bool] = never
) -> Proposal:
    table = sited(before, wanted.where)
    (left, forced), freed = _standing(table, wanted), table.standing(wanted.freed)
    fixed = np.union1d(left, forced)
    with stopped_by(stopped):
        found = solved(table, wanted, fixed=fixed, seconds=seconds)
    if wanted.model is SitingModel.FEWEST_SITES and not (wanted.floor or wanted.closest_m):
        found = with_fewer(table, wanted, found, fixed=fixed)
    settled, (order, line) = found.proven, curve(table, stays=left, forced=forced)
    line = _with_found(line, table, found, wanted=wanted, left=left, fixed=fixed)
    if wanted.in_order:
        found = _first_of(order, line, found, sites=wanted.sites or 0)
    stays = np.union1d(left, found.selected[found.selected < table.stations])
    new = np.union1d(forced, found.selected[found.selected >= table.stations])
    places = order[np.isin(order, new)] if wanted.in_order else _best_first(table, wanted, stays=stays, new=new)
    closed, built = np.setdiff1d(freed, stays), np.union1d(stays, new)
    mean_m, farthest_m = ways(before.origins.nearest(table.places.iloc[built])["distance_m"], table.weights)
    return Proposal(
        wanted=wanted,
        before=before,
        sites=_sites(table, wanted, stays=stays, order=places),
        kept=tuple(table.places.index[np.setdiff1d(freed, closed)]),
        closed=tuple(table.places.index[closed]),
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        proven=found.proven,
        settled=settled,
        seconds=found.seconds,
        method=found.method,
        covered=float(table.weights[table.within(built)].sum()),
        mean_m=mean_m,
        farthest_m=farthest_m,
        curve=line,
        unreachable=_unreachable(table),
        candidates=len(table.candidates.frame),
        left_out=table.candidates.left_out,
        rejected=table.candidates.rejected,
    )


def _best_first(table: Sited, wanted: SitingQuestion, *, stays: Integers, new: Integers) -> Integers:
    return build_order(new, gains_of(table, wanted, stays=stays, columns=new))


def _sites(table: Sited, wanted: SitingQuestion, *, stays: Integers, order: Integers) -> tuple[Site, ...]:
    """Return the new stations in their order, with what each newly reaches, and brings of what else is wanted."""
    known, answer = table.candidates.frame, table.before
    newly, brings = _brought(table, wanted, stays=stays, order=order)
    reached, columns = table.within(stays), table.reach[:, order].tocsc()
    near = answer.reach.origins(table.places.iloc[order]).nearest(answer.used.iloc[stays])
    sites: list[Site] = []
    for number, key in enumerate(table.places.index[order].astype(str)):
        row = known.loc[key]
        union = answer.holdings.city.union_of_division(row["district"])
        points = columns.indices[columns.indptr[number] : columns.indptr[number + 1]]
        sites.append(
            Site(
                order=number + 1,
                candidate=key,
                source=CandidateSource(row["source"]),
                name=row["name"],
                host=row["host"],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                district=row["district"],
                union=union.code if union else None,
                newly_covered=float(newly[number]),
                cumulative=float(newly[: number + 1].sum()),
                by_itself=table.people_at(points, without=reached),
                nearest_station=near["station_id"].iloc[number],
                nearest_m=float(near["distance_m"].iloc[number]),
                cost=None if np.isnan(row["cost"]) else float(row["cost"]),
                forced=key in table.candidates.forced,
                **brings[number],
            )
        )
    return tuple(sites)


def _brought(
    table: Sited, wanted: SitingQuestion, *, stays: Integers, order: Integers
) -> tuple[Floats, list[dict[str, float]]]:
    """Return whom each column of an order newly reaches, and what else `Site` says of what it brings."""
    people = Reached(table, stays=stays, columns=order)
    told = one_after_the_other(people, len(order), lambda n: (people.gain(n), people.second(n)))
    newly = np.array([gained for gained, _second in told], dtype=float)
    if not wanted.model.covers:
        ways_to = Ways(table, stays=stays, columns=order)
        nearer = one_after_the_other(ways_to, len(order), ways_to.nearer)
        return newly, [{"nearer": who, "nearer_m": metres} for who, metres in nearer]
    return newly, [{"second": second} if wanted.twice else {} for _gained, second in told]


def ways(metres: ArrayLike, people: ArrayLike) -> tuple[float, float]:
    """Return how far those go who can reach a station, in metres: on average, and at most (NaN: nobody can)."""
    away, weights = np.asarray(metres, dtype=float), np.asarray(people, dtype=float)
    reached = np.isfinite(away) & (weights > 0)
    if not reached.any():
        return float("nan"), float("nan")
    return float(np.average(away[reached], weights=weights[reached])), float(away[reached].max())


def _with_found(
    known: DataFrame, table: Sited, found: Selection, *, wanted: SitingQuestion, left: Integers, fixed: Integers
) -> DataFrame:
    """Return a curve with what was found at its number of stations, whatever was wanted of them."""
    best, bound = (known[name].to_numpy(dtype=float, copy=True) for name in ("best", "bound"))
    built = np.union1d(fixed, found.selected)
    if (at := len(built) - len(left)) < len(known):
        best[at] = max(best[at], table.weights[table.within(built)].sum())
    if wanted.plain and (at := wanted.sites or 0) < len(known):
        bound[at] = min(bound[at], found.bound)
    best = np.maximum.accumulate(best)  # more stations reach no fewer
    return known.assign(best=best, bound=np.minimum.accumulate(bound[::-1])[::-1])


def _first_of(order: Integers, line: DataFrame, best: Selection, *, sites: int) -> Selection:
    """Return the first so many of a curve instead of the best choice that was found, with the bound of that."""
    first = order[:sites]
    reached = float(line["covered"].iloc[len(first)])
    return replace(best, selected=np.sort(first), objective=reached, proven=best.proven and reached >= best.objective)


def _unreachable(table: Sited) -> GeoDataFrame:
    demand = table.before.demand
    nobody = (table.reach.sum(axis=1) == 0) & (table.weights > 0)
    return to_geographic(demand.loc[nobody, ["people", "district", "geometry"]])
