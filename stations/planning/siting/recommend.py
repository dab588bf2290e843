"""Where the next stations should go: a proposal found at once, then better ones, until it is proven or time is over.

The question is that of coverage (radius, reach, group, hour, facilities), with what is wanted of new stations and where
they may be. Stations that count stay where they are unless they are freed. A new station is taken to be open, and to
have the facilities, when it is asked: it is built for that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from stations.model.crs import to_geographic
from stations.model.errors import BadChoice, NoDemand, NoneInTime
from stations.model.language import mark, use_language
from stations.model.settings import Settings
from stations.model.siting import CandidateSource
from stations.planning.coverage.assess import Assessment, assess
from stations.planning.siting.proposal import Proposal, Site, SitingQuestion
from stations.planning.siting.solving import Sited, frontier, sited, solved

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import ArrayLike, NDArray
    from pandas import DataFrame, Index

    from stations.analysis.siting import Selection

    Integers = NDArray[np.intp]

FIRST_S = 0.5
"""After how long the first of `proposals` is there, as near as can be told."""

MOST_CURVE = 200
"""How far the budget curve goes at most; in hundreds as far as the answer, where that has more stations."""


def recommend(settings: Settings, wanted: SitingQuestion) -> Proposal:
    """Return where the next stations should go, after `wanted.seconds` at most.

    Raises
    ------
    NoDemand
        There is no demand data.
    BadChoice, NotGiven, CostNotGiven, SitingError
        What is wanted lacks a number, or cannot be: the message says what can.
    BadFile, NoNetwork
        As `assess`.
    """
    return _solved(_before(settings, wanted), wanted, seconds=wanted.seconds)


def proposals(settings: Settings, wanted: SitingQuestion) -> Iterator[Proposal]:
    """Yield better and better proposals, the first after about `FIRST_S`, until one is proven or the time is over.

    Whoever has seen enough stops asking. Raises as `recommend`, in the language of the settings: it may be asked for in
    another thread than a page's.
    """
    use_language(settings.language)
    before, left, limit = _before(settings, wanted), wanted.seconds, FIRST_S
    best: Proposal | None = None
    while left > 0 and not (best and best.proven):
        try:
            found = _solved(before, wanted, seconds=min(limit, left))
        except NoneInTime:
            left, limit = left - limit, 2 * limit
            if left <= 0:
                raise
            continue
        best = _better(best, found) if best else found
        yield best
        left, limit = left - found.seconds, 2 * limit


def _better(one: Proposal, other: Proposal) -> Proposal:
    """Return the better of two proposals, with the tighter of their bounds: both are proven."""
    more = one.wanted.model.counts_people
    first, tightest = (max, min) if more else (min, max)
    best, bound = first(one, other, key=lambda each: each.objective), tightest(one.bound, other.bound)
    gap = abs(bound - best.objective) / abs(best.objective) if bound != best.objective else 0.0
    proven, seconds = one.proven or other.proven or not gap, one.seconds + other.seconds
    curve = best.curve.assign(
        best=np.fmax(one.curve["best"], other.curve["best"]),  # one may go farther
        bound=np.fmin(one.curve["bound"], other.curve["bound"]),
    )
    return replace(best, bound=bound, gap=gap, proven=proven, seconds=seconds, curve=curve)


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


def _solved(before: Assessment, wanted: SitingQuestion, *, seconds: float) -> Proposal:
    table = sited(before, wanted.where)
    forced, freed = table.candidate(wanted.where.forced), table.standing(wanted.freed)
    left = np.setdiff1d(np.arange(table.stations), freed)
    fixed = np.union1d(left, forced)
    found = solved(table, wanted, fixed=fixed, seconds=seconds)
    stays = np.union1d(left, found.selected[found.selected < table.stations])
    new = np.union1d(forced, found.selected[found.selected >= table.stations])
    closed, built = np.setdiff1d(freed, stays), np.union1d(stays, new)
    mean_m, farthest_m = ways(before.origins.nearest(table.places.iloc[built])["distance_m"], table.weights)
    return Proposal(
        wanted=wanted,
        before=before,
        sites=_sites(table, wanted, stays=stays, new=new),
        kept=tuple(table.places.index[np.setdiff1d(freed, closed)]),
        closed=tuple(table.places.index[closed]),
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        proven=found.proven,
        seconds=found.seconds,
        method=found.method,
        covered=float(table.weights[table.within(built)].sum()),
        mean_m=mean_m,
        farthest_m=farthest_m,
        curve=_curve(table, wanted, found, fixed=fixed),
        unreachable=_unreachable(table),
        candidates=len(table.candidates.frame),
        left_out=table.candidates.left_out,
    )


def _sites(table: Sited, wanted: SitingQuestion, *, stays: Integers, new: Integers) -> tuple[Site, ...]:
    """Return the new stations in the order in which each next one newly reaches most; of equals the first."""
    known, answer = table.candidates.frame, table.before
    reached = table.within(stays)
    columns = table.reach[:, new].tocsc()
    points = [columns.indices[columns.indptr[n] : columns.indptr[n + 1]] for n in range(len(new))]
    alone = [table.people_at(own, without=reached) for own in points]
    near = answer.reach.origins(table.places.iloc[new]).nearest(answer.used.iloc[stays])
    sites: list[Site] = []
    left, total = list(range(len(new))), 0.0
    while left:
        gains = [table.people_at(points[n], without=reached) for n in left]
        best = left.pop(int(np.argmax(gains)))
        total += max(gains)
        key = str(table.places.index[new[best]])
        row = known.loc[key]
        union = answer.holdings.city.union_of_division(row["district"])
        nearest = near.iloc[best]
        sites.append(
            Site(
                order=len(sites) + 1,
                candidate=key,
                source=CandidateSource(row["source"]),
                name=row["name"],
                host=row["host"],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                district=row["district"],
                union=union.code if union else None,
                newly_covered=max(gains),
                cumulative=total,
                by_itself=alone[best],
                nearest_station=nearest["station_id"],
                nearest_m=float(nearest["distance_m"]),
                cost=None if np.isnan(row["cost"]) else float(row["cost"]),
                forced=key in wanted.where.forced,
            )
        )
        reached[points[best]] = True
    return tuple(sites)


def ways(metres: ArrayLike, people: ArrayLike) -> tuple[float, float]:
    """Return how far those go who can reach a station, in metres: on average, and at most (NaN: nobody can)."""
    away, weights = np.asarray(metres, dtype=float), np.asarray(people, dtype=float)
    reached = np.isfinite(away) & (weights > 0)
    if not reached.any():
        return float("nan"), float("nan")
    return float(np.average(away[reached], weights=weights[reached])), float(away[reached].max())


def _curve(table: Sited, wanted: SitingQuestion, found: Selection, *, fixed: Integers) -> DataFrame:
    """Return what more and more new stations reach beside the fixed columns, and at their number what was found."""
    import pandas as pd

    chosen = len(np.union1d(fixed, found.selected)) - len(fixed)
    most = max(MOST_CURVE, 100 * math.ceil(chosen / 100))  # in hundreds, so that it serves every better proposal
    line, forced = frontier(table, tuple(fixed.tolist()), most=most), len(wanted.where.forced)
    covered, best, bound = (np.append(line.alone, each) for each in (line.covered, line.best, line.bound))
    if wanted.plain and wanted.sites is not None and (at := wanted.sites - forced) < len(best):
        best[at], bound[at] = max(best[at], found.objective), min(bound[at], found.bound)
    curve = pd.DataFrame(
        {
            "covered": covered,
            "best": np.maximum.accumulate(best),  # more stations reach no fewer
            "bound": np.minimum.accumulate(bound[::-1])[::-1],
            "candidate": pd.Series([None, *table.places.index[line.order]], dtype=object),
        }
    )
    return curve.set_index(pd.RangeIndex(forced, forced + len(curve), name="sites"))


def _unreachable(table: Sited) -> GeoDataFrame:
    demand = table.before.demand
    nobody = (table.reach.sum(axis=1) == 0) & (table.weights > 0)
    return to_geographic(demand.loc[nobody, ["people", "district", "geometry"]])
