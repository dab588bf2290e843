"""A question about where the next stations should go, and the frozen proposal that answers it, with its proof.

Page, command, picture and files share them; `stations.planning.siting.recommend` finds the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stations.analysis.whatif import Placed, Scenario
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.coverage.assess import Assessment, Question
from stations.planning.questions import NEW, place_text
from stations.planning.siting.candidates import Where

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

SECONDS = 10.0
"""How long is searched at most where nobody says."""


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
    in_order
        Of a `plain` question: whether the places are those of the curve, each next one where it newly reaches most,
        so that who stops early has lost little; else they are the best of so many that are found together.
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
    in_order: bool = False
    seconds: float = SECONDS

    @property
    def plain(self) -> bool:
        """Whether most people with so many stations is all that is wanted."""
        conditions = self.floor or self.closest_m or self.twice or self.capacity
        return self.model is SitingModel.MOST_PEOPLE and not conditions


@dataclass(frozen=True)
class Site:
    """A proposed station; `stations.planning.siting.tables.reason` says in words why.

    Attributes
    ----------
    order
        1 is built first: the one that brings most of what is wanted beside those before it: people newly reached (also
        a second time, where that counts), or metres that all together go less.
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
        The existing station that is nearest, of those that stay, and how far it is, as the question measures (infinite:
        none is reached).
    cost
        What it costs; ``None`` where nobody says.
    forced
        Whether it was asked for.
    second
        Where that counts: people who have a second station within reach with it, and had one before.
    nearer, nearer_m
        Of the models that look at how far everybody goes: people to whom it is nearer than what stands and the sites
        before it, and by how many metres on average (NaN: to nobody).
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
    second: float | None = None
    nearer: float | None = None
    nearer_m: float | None = None

    @property
    def place(self) -> str:
        """Where it is, as it is pinned or rejected: longitude and latitude in WGS84, six decimals."""
        return place_text(self.lon, self.lat)

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
    settled
        Whether searching on would tell nothing more: it is proven, or is `in_order` and the best of so many is known.
    covered
        People within reach with the proposal.
    mean_m, farthest_m
        How far people go then to their nearest station: on average, and whoever goes farthest; of those who reach any
        (NaN where nobody does).
    curve
        Index `sites` (stations that are chosen, from 0 on): people within reach where they are built one after the
        other (`covered`), those that are forced first, each next where it newly reaches most (`candidate`, with its
        `name`, `lon`, `lat` and `cost`, NaN where nobody says); the most that any choice of so many is known to reach
        (`best`); and what none can pass (`bound`). Whatever is wanted, it counts people within reach. It ends where
        nobody can be added.
    money
        Of `BUDGET`, once there was time for it: index `budget` (from nothing up to four times what was given), people
        within reach by the best choice that is known for so much (`covered`, with its number of new `sites`), and what
        none can pass (`bound`). ``None`` before that, and of the other models.
    unreachable
        EPSG:4326 points with the `people` whom no station and no candidate reaches.
    candidates
        How many places were looked at; `left_out`: how many were not, by the key of `places_refused.LEFT_OUT`;
        `rejected`: longitude and latitude (WGS84) of those that would have been, were they not forbidden.
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
    settled: bool
    seconds: float
    method: str
    covered: float
    mean_m: float
    farthest_m: float
    curve: DataFrame
    unreachable: GeoDataFrame
    candidates: int
    left_out: dict[str, int]
    rejected: tuple[tuple[float, float], ...] = ()
    money: DataFrame | None = None

    @property
    def chosen(self) -> int:
        """How many stations are chosen: the new ones, and the freed ones that stay."""
        return len(self.sites) + len(self.kept)

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
            moved=tuple(place for place in given.moved if place.station_id not in self.closed),
            honoured=(*(one for one in given.honoured if one[0] not in self.closed), *honoured),
        )

    @property
    def question(self) -> Question:
        """The question of coverage with the scenario of the proposal."""
        return replace(self.wanted.question, scenario=self.scenario)
