"""Who is within reach and where the gaps are: one frozen answer that page, command, picture and report share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stations.analysis.clock import opening
from stations.analysis.coverage import covered, covered_land, of_tier, people_by_district
from stations.analysis.demand import assign_district
from stations.analysis.gaps import demand_gaps, hosts, land_gaps, neighbourhoods
from stations.analysis.network import Network
from stations.analysis.reach import AlongStreets, Reach, Straight
from stations.analysis.whatif import Scenario
from stations.model import places
from stations.model.city import City
from stations.model.crs import to_geographic, to_metric
from stations.model.errors import BadChoice, NoDemand
from stations.model.language import mark
from stations.model.places import union_code
from stations.model.settings import Settings
from stations.model.travel import ReachName, as_mode
from stations.model.vocabulary import Facility, FacilityState, Group, Status, Tier
from stations.planning.people import People, people_of
from stations.planning.register import Holdings, holdings
from stations.planning.streets import network_of

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
        What would be different from the register; places are longitude and latitude.
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

    Attributes
    ----------
    districts
        Index division code (and ``None`` for people outside all of them). With demand: `name`, `people`,
        `covered_people`, `covered_share`. Without: `name`, `area_km2`, `covered_km2`, `covered_share` of the area.
    gaps
        EPSG:4326; columns as in `analysis.gaps` (with every group of the demand) and its `hosts`, of all bases that
        are located. Of people, or of land where there is no demand.
    uncovered
        EPSG:4326 points with people who are not within reach; ``None`` without demand.
    stations
        In the metric CRS: the stations that count, whatever the hour: located, in use (or of unknown status), of the
        kind asked for.
    open
        On their index: whether each is open then (nullable: not known); all true where no hour is asked for.
    nearest
        `analysis.reach.Reach.nearest` of the demand to the stations that are open; ``None`` without demand.
    covered_high
        `covered` if every station that may be open is; ``None`` where no hour is asked for.
    groups
        Index group key, for every group of the demand: `people`, `covered_people`, `covered_share`; no rows without.
    """

    holdings: Holdings
    question: Question
    people: People | None
    stations: GeoDataFrame
    open: Series
    districts: DataFrame
    gaps: GeoDataFrame
    uncovered: GeoDataFrame | None
    nearest: DataFrame | None
    covered_high: float | None
    groups: DataFrame

    @property
    def stations_used(self) -> int:
        """How many stations count, and are open when it is asked."""
        return int(self.open.fillna(False).sum())

    @property
    def demand(self) -> GeoDataFrame:
        """The points with people of the group asked for, in the metric CRS. Raises `NoDemand`."""
        if self.people is None:
            raise NoDemand(city=self.holdings.city.name)
        return self.people.weighted(self.group or self.people.groups[0])

    @property
    def group(self) -> Group | None:
        """Whose people are counted; ``None`` without demand."""
        return (self.question.group or self.people.groups[0]) if self.people else None

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
        return tuple(place.station_id for place in placed if place.station_id not in self.stations.index)

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


def in_service(stations: GeoDataFrame) -> GeoDataFrame:
    """Return the stations that can be reached now: located, and in use or of unknown status."""
    return stations[~stations.geometry.isna() & (stations["status"].isna() | (stations["status"] == Status.IN_USE))]


def planned(stations: GeoDataFrame, scenario: Scenario | None) -> GeoDataFrame:
    """Return the stations as they are, or as they would be in a scenario: an added one is in use.

    Its name is its identifier: `show.station_names` says it in the reader's language, which an answer does not know.
    """
    if scenario is None:
        return stations
    after = scenario.apply(stations)
    new = [place.station_id for place in scenario.added]
    after.loc[new, "name"] = new
    after.loc[new, "status"] = Status.IN_USE.value
    return after.astype(object).where(after.notna(), None).set_geometry("geometry", crs=stations.crs)


def counted(stations: GeoDataFrame, question: Question, city: City) -> GeoDataFrame:
    """Return the stations that count for `question` whatever the hour, as they are or as they would be."""
    stations = of_tier(in_service(planned(stations, question.scenario)), question.tier)
    if question.facilities:
        stations = _those(stations, (_has(given, question.facilities) for given in stations["facilities"]))
    if question.union is not None:
        _require_union(city, question.union)
        owners = _owners(stations, question.scenario, city)
        stations = _those(stations, (union_code(city, *texts) == question.union for texts in owners))
    return stations


def _those(stations: GeoDataFrame, wanted: Iterable[bool]) -> GeoDataFrame:
    """Return the stations that are wanted; of none, none (an empty list would choose columns)."""
    return stations[np.fromiter(wanted, dtype=bool, count=len(stations))]


def _require_union(city: City, code: str) -> None:
    known = {union.code for union in city.unions}
    if code not in known:
        raise BadChoice(what=mark("Union"), value=code, offered=", ".join(sorted(known)))


def _owners(stations: GeoDataFrame, scenario: Scenario | None, city: City) -> zip[tuple[object, object]]:
    """Return the union and the district that each station names; one that a scenario adds is of that it lies in."""
    new = stations[stations.index.isin([place.station_id for place in scenario.added])] if scenario else stations[:0]
    districts = stations["district"].astype(object)
    if len(new):
        districts.loc[new.index] = assign_district(new, places.districts(city))
    return zip(stations["union_unit"], districts, strict=True)


def _has(given: object, wanted: tuple[Facility, ...]) -> bool:
    """Return whether all that is wanted is there and works; unknown is not there."""
    return isinstance(given, dict) and all(given.get(each.value) == FacilityState.YES for each in wanted)


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
    return _measure(holdings(settings), people, question, reach=reach_for(settings, question))


def reach_for(settings: Settings, question: Question) -> Reach:
    """Return how distance is measured: straight, or along the imported streets of the city. Raises `NoNetwork`."""
    if question.reach == "straight":
        return reach_of(None)
    return reach_of(network_of(settings, as_mode(question.reach))[0])


def reach_of(network: Network | None) -> Reach:
    """Return how distance is measured along the streets of a network, or straight without one."""
    return Straight() if network is None else AlongStreets(network, MAX_SNAP_M)


@lru_cache(maxsize=32)  # holdings, people and streets are the same objects as long as nothing has changed
def _measure(held: Holdings, people: People | None, question: Question, *, reach: Reach) -> Assessment:
    import pandas as pd

    stations = to_metric(counted(held.stations, question, held.city), held.city.metric_crs)
    is_open = pd.Series(True, index=stations.index, dtype="boolean")
    if question.at is not None:
        weekday, hour = question.at
        is_open = opening(stations["opening_hours"], weekday, 60 * hour, attended_only=question.attended)
    used = stations[is_open.fillna(False)]
    if people is None:
        parts = _of_land(held, used, question)
    else:
        parts = _of_people(held, people, used, question=question, reach=reach)
    bases = to_metric(held.bases[held.bases.geometry.notna()], held.city.metric_crs)
    gaps = parts["gaps"].join(hosts(parts["gaps"], bases, radius_m=question.radius_m))
    high = None
    if question.at is not None:
        high = _covered(held, people, stations[is_open.fillna(True)], question=question, reach=reach)
    parts |= {"gaps": to_geographic(gaps), "stations": stations, "open": is_open, "covered_high": high}
    return Assessment(holdings=held, question=question, people=people, **parts)


def _covered(
    held: Holdings, people: People | None, stations: GeoDataFrame, *, question: Question, reach: Reach
) -> float:
    """Return the people within reach of stations, or the km² of land where there is no demand."""
    if people is None:
        districts = to_metric(held.districts, held.city.metric_crs)
        return float(covered_land(districts, stations, radius_m=question.radius_m)["covered_km2"].sum())
    demand = people.weighted(question.group or people.groups[0])
    within = covered(reach.nearest(demand, stations)["distance_m"], radius_m=question.radius_m)
    return float(demand["people"][within].sum())


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
        "gaps": land_gaps(districts, stations, radius_m=question.radius_m),
        "uncovered": None,
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
    nearest = reach.nearest(demand, stations)
    within = covered(nearest["distance_m"], radius_m=question.radius_m)
    names = [group.value for group in people.groups]
    groups = pd.DataFrame({"people": demand[names].sum(), "covered_people": demand.loc[within, names].sum()})
    return {
        "districts": people_by_district(demand, within, districts=districts),
        "gaps": demand_gaps(
            demand,
            nearest,
            homes=neighbourhoods_of(people, question.group or people.groups[0], radius_m=question.radius_m),
            radius_m=question.radius_m,
            spacing_m=people.spacing_m,
            groups=names,
        ),
        "uncovered": to_geographic(demand[~within & (demand["people"] > 0)]),
        "nearest": nearest,
        "groups": groups.assign(covered_share=groups["covered_people"] / groups["people"]),
    }
