"""Where the next stations should go: one frozen proposal that page, command, picture and files share, with its proof.

The question is that of coverage (radius, reach, group, hour, facilities), with what is wanted of new stations and where
they may be. Stations that count stay where they are unless they are freed. A new station is taken to be open, and to
have the facilities, when it is asked: it is built for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from stations.analysis.whatif import Placed, Scenario
from stations.model.crs import to_geographic
from stations.model.errors import BadChoice, NoDemand, NoneInTime
from stations.model.language import mark
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.assess import Assessment, Question, assess
from stations.planning.candidates import Where
from stations.planning.questions import NEW
from stations.planning.solving import Sited, frontier, sited, solved

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame

    from stations.analysis.siting import Selection

    Integers = NDArray[np.intp]

SECONDS = 10.0
"""How long is searched at most where nobody says."""

FIRST_S = 0.5
"""After how long the first of `proposals` is there, as near as can be told."""

MOST_CURVE = 200
"""How far the budget curve goes at most."""


@dataclass(frozen=True)
class SitingQuestion:
    """What is asked.

    Attributes
    ----------
    question
        Who counts as reached, as for coverage. A scenario of it is taken as given: its stations stand already.
    model
        What is wanted.
    where
        Where stations may be built.
    sites
        How many stations are chosen, those that are forced and the freed ones that stay among them; of
        `SitingModel.FEWEST_SITES` and `BUDGET` it is an answer, and ``None`` here.
    share
        Of `FEWEST_SITES`: the share (0-1) of all people who are to be reached.
    budget
        Of `BUDGET`: what the stations may cost together, in the unit of the candidates' costs.
    freed
        Stations of the register by number that need not stay: one that is not chosen again is proposed to close.
    floor, closest_m
        Of the models that count who is within reach: the share (0-1) of its people that each district is to have within
        reach at least; the farthest that anybody may be from a station.
    twice
        Of `MOST_PEOPLE`: whether who has a second station within reach counts once more (backup coverage).
    capacity
        Of `MOST_PEOPLE`: how many people a station serves, where the list of hosts does not say; everybody goes to the
        nearest one. ``None``: as many as come.
    seconds
        How long is searched at most.
    """

    question: Question
    model: SitingModel = SitingModel.MOST_PEOPLE
    where: Where = field(default_factory=Where)
    sites: int | None = None
    share: float | None = None
    budget: float | None = None
    freed: tuple[str, ...] = ()
    floor: float | None = None
    closest_m: float | None = None
    twice: bool = False
    capacity: float | None = None
    seconds: float = SECONDS

    @property
    def plain(self) -> bool:
        """Whether most people with so many stations is all that is wanted."""
        conditions = self.floor or self.closest_m or self.twice or self.capacity
        return self.model is SitingModel.MOST_PEOPLE and not conditions


@dataclass(frozen=True)
class Site:
    """A proposed station; `siting_tables.reason` says in words why.

    Attributes
    ----------
    order
        1 is built first: the one that newly reaches most beside those before it.
    candidate
        Its identifier among the candidates, by which it is forced or forbidden.
    source, name, host
        Where it comes from; its name and, for an activity base, its number; ``None`` where it has none.
    lon, lat
        WGS84, six decimals.
    district, union
        Codes; ``None`` where there is none.
    newly_covered, cumulative
        People whom it reaches and no station and no site before it does; the sum of that up to it.
    by_itself
        People whom it would newly reach if it were the only one.
    nearest_station, nearest_m
        The existing station that is nearest, and how far it is, as the question measures (infinite: none is reached).
    cost
        What it costs; ``None`` where nobody says.
    forced
        Whether it was asked for.
    """

    order: int
    candidate: str
    source: CandidateSource
    name: str | None
    host: str | None
    lon: float
    lat: float
    district: str | None
    union: str | None
    newly_covered: float
    cumulative: float
    by_itself: float
    nearest_station: str | None
    nearest_m: float
    cost: float | None
    forced: bool

    @property
    def cost_per_person(self) -> float | None:
        """What it costs for each person whom it newly covers; ``None`` where that is nobody, or the cost unknown."""
        return self.cost / self.newly_covered if self.cost is not None and self.newly_covered else None


@dataclass(frozen=True, eq=False)
class Proposal:
    """The answer; frames are shared, for reading only.

    Attributes
    ----------
    before
        The assessment without the proposal: whose people, stations, revision and data dates these are.
    sites
        The new stations in the order in which to build them.
    kept, closed
        Of the freed stations those that are chosen again, and those that are not.
    objective, bound, gap, proven, seconds, method
        As `analysis.siting.Selection` has them: people for `MOST_PEOPLE` (those with a second station twice where that
        is asked; those who are served where stations serve so many) and `BUDGET`, stations for `FEWEST_SITES`,
        person-metres for `LEAST_DISTANCE`, metres for `LEAST_FARTHEST`; what stands is in it. `gap` is a share (0-1).
    covered
        People within reach with the proposal.
    mean_m, farthest_m
        How far people go then to their nearest station: on average, and whoever goes farthest; of those who reach any
        (NaN where nobody does).
    curve
        Index `sites` (stations that are chosen, from 0 or the forced ones on): people within reach where they are built
        one after the other (`covered`), each next where it newly reaches most (`candidate`); the most that any choice
        of so many is known to reach (`best`); and what none can pass (`bound`). It ends where nobody can be added, or
        at `MOST_CURVE`.
    unreachable
        EPSG:4326 points with the `people` whom no station and no candidate reaches.
    candidates
        How many places were looked at; `left_out`: how many were not, by the key of `candidates.LEFT_OUT`.
    """

    wanted: SitingQuestion
    before: Assessment
    sites: tuple[Site, ...]
    kept: tuple[str, ...]
    closed: tuple[str, ...]
    objective: float
    bound: float
    gap: float
    proven: bool
    seconds: float
    method: str
    covered: float
    mean_m: float
    farthest_m: float
    curve: DataFrame
    unreachable: GeoDataFrame
    candidates: int
    left_out: dict[str, int]

    @property
    def newly_covered(self) -> float:
        """People more within reach than before; fewer where stations close."""
        return self.covered - self.before.covered

    @property
    def share(self) -> float | None:
        """The share (0-1) of all people within reach with the proposal; ``None`` where there is nobody."""
        return self.covered / self.before.total if self.before.total else None

    @property
    def cost(self) -> float | None:
        """What the sites cost together; ``None`` where that is not known of each."""
        costs = [site.cost for site in self.sites]
        return None if None in costs else float(sum(cost for cost in costs if cost is not None))

    @property
    def scenario(self) -> Scenario:
        """What it would change, with the scenario it was asked with: to be compared, linked, or drawn."""
        given = self.wanted.question.scenario or Scenario()
        first, tier = len(given.added) + 1, self.wanted.question.tier
        added = [Placed(NEW.format(number=n), site.lon, site.lat) for n, site in enumerate(self.sites, start=first)]
        honoured = [(place.station_id, tier) for place in added] if tier else []
        return replace(
            given,
            added=(*given.added, *added),
            closed=(*given.closed, *self.closed),
            honoured=(*given.honoured, *honoured),
        )

    @property
    def question(self) -> Question:
        """The question of coverage with the scenario of the proposal."""
        return replace(self.wanted.question, scenario=self.scenario)


def recommend(settings: Settings, wanted: SitingQuestion) -> Proposal:
    """Return where the next stations should go, after `wanted.seconds` at most.

    Raises
    ------
    NoDemand
        There is no demand data.
    BadChoice, NotGiven, SitingError
        What is wanted lacks a number, or cannot be: the message says what can.
    BadFile, NoNetwork
        As `assess`.
    """
    return _solved(_before(settings, wanted), wanted, seconds=wanted.seconds)


def proposals(settings: Settings, wanted: SitingQuestion) -> Iterator[Proposal]:
    """Yield better and better proposals, the first after about `FIRST_S`, until one is proven or the time is over.

    Whoever has seen enough stops asking. Raises as `recommend`.
    """
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
    proven, seconds = one.proven or other.proven, one.seconds + other.seconds
    return replace(best, bound=bound, gap=gap, proven=proven, seconds=seconds)


def _before(settings: Settings, wanted: SitingQuestion) -> Assessment:
    answer = assess(settings, wanted.question)
    if answer.people is None:
        raise NoDemand(city=answer.holdings.city.label(settings.language))
    for key in wanted.freed:
        if key not in answer.used.index:
            raise BadChoice(what=mark("Station"), value=key, offered=mark("the ID of a station that is counted"))
    return answer


def _solved(before: Assessment, wanted: SitingQuestion, *, seconds: float) -> Proposal:
    table = sited(before, wanted.where)
    forced, freed = table.candidate(wanted.where.forced), table.standing(wanted.freed)
    standing = np.setdiff1d(np.arange(table.stations), freed)
    fixed = np.union1d(standing, forced)
    found = solved(table, wanted, fixed=fixed, seconds=seconds)
    stays = np.union1d(standing, found.selected[found.selected < table.stations])
    new = np.union1d(forced, found.selected[found.selected >= table.stations])
    closed, built = np.setdiff1d(freed, stays), np.union1d(stays, new)
    mean_m, farthest_m = _ways(table, built)
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
    near = answer.reach.origins(table.places.iloc[new]).nearest(answer.used)
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


def _ways(table: Sited, columns: Integers) -> tuple[float, float]:
    """Return how far people go to the nearest of some columns: on average, and at most."""
    metres = table.before.origins.nearest(table.places.iloc[columns])["distance_m"].to_numpy()
    reached = np.isfinite(metres) & (table.weights > 0)
    if not reached.any():
        return float("nan"), float("nan")
    return float(np.average(metres[reached], weights=table.weights[reached])), float(metres[reached].max())


def _curve(table: Sited, wanted: SitingQuestion, found: Selection, *, fixed: Integers) -> DataFrame:
    """Return what more and more new stations reach beside the fixed columns, and at their number what was found."""
    import pandas as pd

    line, forced = frontier(table, tuple(fixed.tolist()), most=MOST_CURVE), len(wanted.where.forced)
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
