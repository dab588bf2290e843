"""Who is within reach and where the gaps are: one frozen answer that page, command, picture and report share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from stations.analysis.coverage import covered, covered_land, of_tier, people_by_district
from stations.analysis.distance import nearest_station
from stations.analysis.gaps import demand_gaps, hosts, land_gaps
from stations.model.crs import to_geographic, to_metric
from stations.model.settings import Settings
from stations.model.vocabulary import Status, Tier, WorkerGroup
from stations.planning.people import People, people_of
from stations.planning.register import Holdings, holdings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

Reach = Literal["straight"]
REACHES: tuple[Reach, ...] = ("straight",)
GROUPS = (*(group.value for group in WorkerGroup), "members")
"""Columns of demand with the people of a group, where a city has them."""


@dataclass(frozen=True)
class Question:
    """What is asked: a service radius in metres, the tier (and above) that counts, and how distance is measured."""

    radius_m: float
    tier: Tier | None = None
    reach: Reach = "straight"


@dataclass(frozen=True, eq=False)
class Assessment:
    """The answer at one revision; every frame is shared, for reading only.

    Attributes
    ----------
    districts
        Index division code (and ``None`` for people outside all of them). With demand: `name`, `people`,
        `covered_people`, `covered_share`. Without: `name`, `area_km2`, `covered_km2`, `covered_share` of the area.
    gaps
        EPSG:4326; columns as in `analysis.gaps` (with those `GROUPS` that the demand has) and its `hosts`, of all
        bases that are located. Of people, or of land where there is no demand.
    uncovered
        EPSG:4326 points with people who are not within reach; ``None`` without demand.
    stations_used
        How many stations count: located, in use (or of unknown status), of the tier asked for.
    """

    holdings: Holdings
    question: Question
    people: People | None
    stations_used: int
    districts: DataFrame
    gaps: GeoDataFrame
    uncovered: GeoDataFrame | None

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


def assess(settings: Settings, question: Question) -> Assessment:
    """Return who is within reach in the city of `settings`, at the register's last revision.

    Raises
    ------
    BadChoice
        The radius is no length.
    BadFile
        The demand file or the boundary file cannot be used.
    """
    return _measure(holdings(settings), people_of(settings), question)


@lru_cache(maxsize=32)  # holdings and people are the same object as long as nothing has changed
def _measure(held: Holdings, people: People | None, question: Question) -> Assessment:
    stations = of_tier(to_metric(in_service(held.stations), held.city.metric_crs), question.tier)
    districts = to_metric(held.districts, held.city.metric_crs)
    if people is None:
        table = covered_land(districts, stations, radius_m=question.radius_m)
        gaps, uncovered = land_gaps(districts, stations, radius_m=question.radius_m), None
    else:
        nearest = nearest_station(people.frame, stations)
        within = covered(nearest["distance_m"], radius_m=question.radius_m)
        table = people_by_district(people.frame, within, districts=districts)
        groups = [group for group in GROUPS if group in people.frame]
        gaps = demand_gaps(people.frame, nearest, radius_m=question.radius_m, spacing_m=people.spacing_m, groups=groups)
        uncovered = to_geographic(people.frame[~within & (people.frame["people"] > 0)])
    bases = to_metric(held.bases[held.bases.geometry.notna()], held.city.metric_crs)
    gaps = gaps.join(hosts(gaps, bases, radius_m=question.radius_m))
    return Assessment(
        holdings=held,
        question=question,
        people=people,
        stations_used=len(stations),
        districts=table,
        gaps=to_geographic(gaps),
        uncovered=uncovered,
    )
