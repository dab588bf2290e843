"""Who is within reach and where the gaps are: one frozen answer that page, command, picture and report share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stations.analysis.clock import opening
from stations.analysis.coverage import covered, covered_land, people_by_district
from stations.analysis.gaps import demand_gaps, hosts, land_gaps, neighbourhoods
from stations.analysis.reach import AlongStreets, Origins, Reach, Straight
from stations.analysis.whatif import Scenario, groups_after, nearest_after, people_after
from stations.model.crs import to_geographic, to_metric
from stations.model.errors import NoDemand
from stations.model.settings import Settings
from stations.model.travel import Mode, ReachName, as_mode
from stations.model.vocabulary import Facility, Group, Tier
from stations.planning.coverage.counting import counted, located, offered, strays
from stations.planning.coverage.people import People, people_of
from stations.planning.coverage.streets import network_of
from stations.planning.register import Holdings, holdings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

MAX_SNAP_M = 500.0
"""How far a place may be from the next street to be reached along it: about a field, and half of the usual radius."""


class Moment(NamedTuple):
    """A full hour of an ordinary week: 0 Monday to 6 Sunday, 0 to 23."""

    weekday: int
    hour: int


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    radius_m
        The service radius: the longest way to a station.
    tier, facilities, union
        Which stations count: of this tier and above; with all of these, working; of this county-level union (its code).
        Where nobody knows whether a station has them, `Assessment.covered_high` counts it and `covered` does not.
    reach
        How distance is measured: in a straight line, or along the streets on foot, by e-bike, by truck.
    group
        Whose people count; ``None`` for the first group that the demand data has (residents, as a rule).
    at
        Only stations that are open then count. Where it is not known whether one is, `Assessment.covered_high` says
        how many people would be covered if all those were.
    attended
        Whether a station that is open without staff counts as closed.
    scenario
        What would be different from the register; places are longitude and latitude. A station that it adds is built
        for what is asked: it is open then, and has the facilities.
    """

    radius_m: float
    tier: Tier | None = None
    reach: ReachName = "straight"
    group: Group | None = None
    facilities: tuple[Facility, ...] = ()
    union: str | None = None
    at: Moment | None = None
    attended: bool = False
    scenario: Scenario | None = None


@dataclass(frozen=True, eq=False)
class Assessment:
    """The answer at one revision; every frame is shared, for reading only.

    Who is covered is known at once; what takes longer, the gaps above all, when it is first asked for.

    Attributes
    ----------
    reach
        How distance is measured.
    districts
        Index division code (and ``None`` for people outside all of them). With demand: `name`, `people`,
        `covered_people`, `covered_share`. Without: `name`, `area_km2`, `covered_km2`, `covered_share` of the area.
    stations
        In the metric CRS: the stations that count, whatever the hour: located, in use (or of unknown status), of the
        kind asked for. One of which nobody knows whether it has the facilities has no opening hours here.
    open
        On their index: whether each is open then, and has the facilities (nullable: not known); all true where neither
        an hour nor a facility is asked for.
    nearest
        `analysis.reach.Origins.nearest` of the demand to the stations that are open; ``None`` without demand.
    groups
        Index group key, for every group of the demand: `people`, `covered_people`, `covered_share`; no rows without.
    """

    holdings: Holdings
    question: Question
    people: People | None
    reach: Reach
    stations: GeoDataFrame
    open: Series
    districts: DataFrame
    nearest: DataFrame | None
    groups: DataFrame

    @property
    def used(self) -> GeoDataFrame:
        """The stations that count, and are open when it is asked."""
        return self.stations[self.open.fillna(False)]

    @property
    def stations_used(self) -> int:
        """How many those are."""
        return int(self.open.fillna(False).sum())

    @property
    def demand(self) -> GeoDataFrame:
        """The points with people of the group asked for, in the metric CRS. Raises `NoDemand`."""
        if self.people is None:
            raise NoDemand(city=self.holdings.city.name)
        return self.people.weighted(self.group or self.people.groups[0])

    @property
    def origins(self) -> Origins:
        """The demand ready to be asked for stations. Raises `NoDemand`."""
        if self.people is None:
            raise NoDemand(city=self.holdings.city.name)
        return _origins(self.people, self.reach)

    @cached_property
    def within(self) -> Series:
        """Whether each point of the demand is within reach. Raises `NoDemand`."""
        if self.nearest is None:
            raise NoDemand(city=self.holdings.city.name)
        return covered(self.nearest["distance_m"], radius_m=self.question.radius_m)

    @cached_property
    def uncovered(self) -> GeoDataFrame | None:
        """EPSG:4326 points with people who are not within reach; ``None`` without demand."""
        if self.people is None:
            return None
        return to_geographic(self.demand[~self.within & (self.demand["people"] > 0)])

    @cached_property
    def covered_high(self) -> float | None:
        """`covered` if every station that may count does; ``None`` where no hour and no facility is asked for."""
        if self.question.at is None and not self.question.facilities:
            return None
        may_be = self.stations[self.open.fillna(True)]
        if self.nearest is None:
            districts = to_metric(self.holdings.districts, self.holdings.city.metric_crs)
            return float(covered_land(districts, may_be, radius_m=self.question.radius_m)["covered_km2"].sum())
        nearest = nearest_after(self.nearest, self.origins, stations_before=self.used, stations_after=may_be)
        within = covered(nearest["distance_m"], radius_m=self.question.radius_m)
        return float(self.demand["people"][within].sum())

    @cached_property
    def gaps(self) -> GeoDataFrame:
        """EPSG:4326; columns as in `analysis.gaps` (with every group of the demand) and its `hosts`, of all bases.

        Of people, or of land where there is no demand.
        """
        held, radius_m = self.holdings, self.question.radius_m
        if self.people is None or self.nearest is None:
            gaps = land_gaps(to_metric(held.districts, held.city.metric_crs), self.used, radius_m=radius_m)
        else:
            names, spacing_m = list(self.groups.index), self.people.spacing_m
            homes = neighbourhoods_of(self.people, self.group or self.people.groups[0], radius_m=radius_m)
            gaps = demand_gaps(
                self.demand, self.nearest, homes=homes, radius_m=radius_m, spacing_m=spacing_m, groups=names
            )
        bases = to_metric(held.bases[located(held.bases)], held.city.metric_crs)
        return to_geographic(gaps.join(hosts(gaps, bases, radius_m=radius_m)))

    @property
    def group(self) -> Group | None:
        """Whose people are counted; ``None`` without demand."""
        return (self.question.group or self.people.groups[0]) if self.people else None

    @property
    def unknown(self) -> int:
        """How many stations may count or not: their hours are unknown, or whether they have the facilities."""
        return int(self.open.isna().sum())

    @property
    def off_network(self) -> float | None:
        """People too far from any street to be counted on it; ``None`` where distance is not along streets."""
        if self.nearest is None or "snap_m" not in self.nearest:
            return None
        return float(self.demand["people"][~np.isfinite(self.nearest["snap_m"])].sum())

    @property
    def uncounted(self) -> tuple[str, ...]:
        """The stations that the scenario adds or moves and that do not count: what is asked leaves them out."""
        scenario = self.question.scenario
        placed = (*scenario.added, *scenario.moved) if scenario else ()
        sure = self.stations.index[self.open.notna()] if self.question.facilities else self.stations.index
        return tuple(place.station_id for place in placed if place.station_id not in sure)

    @property
    def outside(self) -> tuple[str, ...]:
        """The stations that the scenario adds or moves to where the city is not: it may be a slip of the hand."""
        return strays(self.holdings.stations, self.question.scenario, self.holdings.districts)

    @property
    def revision(self) -> int:
        """The revision of the register that this was measured on."""
        return self.holdings.revision

    @property
    def total(self) -> float:
        """People, or km² of land where there is no demand."""
        return float(self.districts["people" if self.people else "area_km2"].sum())

    @property
    def covered(self) -> float:
        """People within reach, or km² of land where there is no demand."""
        return float(self.districts["covered_people" if self.people else "covered_km2"].sum())

    @property
    def covered_share(self) -> float | None:
        """The share (0-1) of `total` that is within reach; ``None`` when there is nothing to reach."""
        return self.covered / self.total if self.total else None


def assess(settings: Settings, question: Question) -> Assessment:
    """Return who is within reach in the city of `settings`, at the register's last revision.

    Raises
    ------
    BadChoice
        The radius is no length, the demand has no such group, the city no such union, or the scenario cannot happen to
        the register.
    BadFile
        The demand file or the boundary file cannot be used.
    NoNetwork, NoDemand
        Distance along streets is asked for where no network was imported, or where there is no demand data.
    """
    people = people_of(settings)
    if question.reach != "straight" and people is None:
        raise NoDemand(city=holdings(settings).city.label(settings.language))
    return _measure(holdings(settings), people, question, reach=_reach(settings, question))


def near_streets(settings: Settings, mode: Mode) -> float | None:
    """Return the share (0-1) of the city's people who live near enough to a street to be counted on it.

    ``None`` where there is no demand data, or nobody in it. Raises as `network_of` does.
    """
    if people_of(settings) is None:
        return None
    answer = assess(settings, Question(radius_m=MAX_SNAP_M, reach=mode))
    return 1 - (answer.off_network or 0.0) / answer.total if answer.total else None


def _reach(settings: Settings, question: Question) -> Reach:
    """Return how distance is measured: straight, or along the imported streets of the city. Raises `NoNetwork`."""
    if question.reach == "straight":
        return Straight()
    return AlongStreets(network_of(settings, as_mode(question.reach))[0], MAX_SNAP_M)


@lru_cache(maxsize=4)
def _origins(people: People, reach: Reach) -> Origins:
    """Return the demand ready for a way of measuring: on streets each point has to find the nearest one first."""
    return reach.origins(people.frame)


@lru_cache(maxsize=32)  # holdings, people and streets are the same objects as long as nothing has changed
def _measure(held: Holdings, people: People | None, question: Question, *, reach: Reach) -> Assessment:
    import pandas as pd

    stations = to_metric(counted(held.stations, question, held.city), held.city.metric_crs)
    has = offered(stations, question.facilities)
    new = stations.index.isin([place.station_id for place in question.scenario.added] if question.scenario else [])
    has[new] = True  # it would be built for what is asked
    # of a station that may lack what is asked for, it is not known when it can be used
    stations = stations.assign(opening_hours=stations["opening_hours"].where(has.notna(), None))
    is_open = pd.Series(True, index=stations.index, dtype="boolean").where(has.notna())
    if question.at is not None:
        weekday, hour = question.at
        is_open = opening(stations["opening_hours"], weekday, 60 * hour, attended_only=question.attended)
        is_open[new] = True
    used = stations[is_open.fillna(False)]
    if people is None:
        parts = _of_land(held, used, question)
    elif question.scenario is None:
        parts = _of_people(held, people, used, question=question, reach=reach)
    else:
        parts = _of_scenario(_measure(held, people, replace(question, scenario=None), reach=reach), used)
    return Assessment(
        holdings=held, question=question, people=people, reach=reach, stations=stations, open=is_open, **parts
    )


@lru_cache(maxsize=32)  # they hang on no station
def neighbourhoods_of(people: People, group: Group, *, radius_m: float) -> Series:
    """Return `analysis.gaps.neighbourhoods` of the people of a group, from which gaps have their numbers."""
    names = [each.value for each in people.groups]
    return neighbourhoods(people.weighted(group), radius_m=radius_m, spacing_m=people.spacing_m, groups=names)


def _of_land(held: Holdings, stations: GeoDataFrame, question: Question) -> dict[str, Any]:
    """Return the parts of an answer that are measured on land."""
    import pandas as pd

    districts = to_metric(held.districts, held.city.metric_crs)
    return {
        "districts": covered_land(districts, stations, radius_m=question.radius_m),
        "nearest": None,
        "groups": pd.DataFrame(columns=["people", "covered_people", "covered_share"]),
    }


def _of_people(
    held: Holdings, people: People, stations: GeoDataFrame, *, question: Question, reach: Reach
) -> dict[str, Any]:
    """Return the parts of an answer that are counted in people."""
    import pandas as pd

    demand = people.weighted(question.group or people.groups[0])
    districts = to_metric(held.districts, held.city.metric_crs)
    nearest = _origins(people, reach).nearest(stations)
    within = covered(nearest["distance_m"], radius_m=question.radius_m)
    names = [group.value for group in people.groups]
    groups = pd.DataFrame({"people": demand[names].sum(), "covered_people": demand.loc[within, names].sum()})
    return {
        "districts": people_by_district(demand, within, districts=districts),
        "nearest": nearest,
        "groups": groups.assign(covered_share=groups["covered_people"] / groups["people"]),
    }


def _of_scenario(base: Assessment, stations: GeoDataFrame) -> dict[str, Any]:
    """Return what `_of_people` does with the stations of a scenario, made from the answer without it."""
    assert base.nearest is not None
    demand, was = base.demand, base.within
    nearest = nearest_after(base.nearest, base.origins, stations_before=base.used, stations_after=stations)
    now = covered(nearest["distance_m"], radius_m=base.question.radius_m)
    return {
        "districts": people_after(base.districts, demand, was=was, now=now),
        "nearest": nearest,
        "groups": groups_after(base.groups, demand, was=was, now=now),
    }
