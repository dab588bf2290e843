"""The same question twice, side by side: without and with a scenario, or on two days. The register is not touched."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from geopandas import GeoDataFrame, points_from_xy
from pandas import concat

from stations.analysis.coverage import covered_land
from stations.analysis.followed import compare
from stations.analysis.gaps import gap_of_points
from stations.model.crs import to_geographic, to_metric
from stations.model.settings import Settings
from stations.planning.coverage.assess import Assessment, Question, assess, neighbourhoods_of
from stations.planning.questions import earlier, place_text

if TYPE_CHECKING:
    from pandas import DataFrame, Series


@dataclass(frozen=True, eq=False)
class Comparison:
    """One question asked twice, on one `demand`: without its scenario and with it, or on two days."""

    before: Assessment
    after: Assessment
    demand: GeoDataFrame

    @property
    def change(self) -> float:
        """People within reach more (or fewer) than before."""
        return self.after.covered - self.before.covered

    @cached_property
    def districts(self) -> DataFrame:
        """Index division code: `name`, `people`, covered people `before` and `after`, and their `change`."""
        before, after = self.before.districts, self.after.districts
        table = before[["name", "people"]].assign(
            before=before["covered_people"].to_numpy(), after=after["covered_people"].to_numpy()
        )
        return table.assign(change=table["after"] - table["before"])

    @cached_property
    def gaps(self) -> DataFrame:
        """The gaps of either side and what became of them, see `analysis.followed.compare`."""
        return compare(
            _gap_of(self.before),
            _gap_of(self.after),
            demand=self.demand,
            stations_before=self.before.used,
            stations_after=self.after.used,
            reach=self.after.reach,
            radius_m=self.before.question.radius_m,
        )


@lru_cache(maxsize=4)  # one answer is compared with many scenarios
def _gap_of(answer: Assessment) -> Series:
    assert answer.people is not None
    assert answer.nearest is not None
    people, radius_m = answer.people, answer.question.radius_m
    return gap_of_points(
        answer.demand,
        answer.nearest,
        homes=neighbourhoods_of(people, answer.question.group or people.groups[0], radius_m=radius_m),
        radius_m=radius_m,
        spacing_m=people.spacing_m,
        groups=[group.value for group in people.groups],
    )


def place_of_gap(answer: Assessment, rank: int) -> str | None:
    """Return the centre of a gap as ``lon,lat`` (WGS84, six decimals); ``None`` when there is no such gap."""
    if not 1 <= rank <= len(answer.gaps):
        return None
    gap, crs = answer.gaps.iloc[rank - 1], answer.holdings.city.metric_crs
    centre = to_geographic(GeoDataFrame(geometry=points_from_xy([gap["centre_x"]], [gap["centre_y"]]), crs=crs))
    place = centre.geometry.iloc[0]
    return place_text(place.x, place.y)


def gained_and_lost(before: Assessment, after: Assessment, *, division: str | None = None) -> tuple[float, float]:
    """Return how many people are within reach after only, and before only; without people, how much land (km²).

    Those of the city, or of a division. What is gained less what is lost is by how much `covered` differs: a net change
    alone would hide both.
    """
    if before.people is None:
        either = _land(after, concat([before.used[["geometry"]], after.used[["geometry"]]]), division)
        was, is_now = (total_and_covered(side, division)[1] for side in (before, after))
        return either - was, either - is_now
    demand = before.demand
    people = demand["people"] if division is None else demand["people"].where(demand["district"] == division, 0)
    gained, lost = after.within & ~before.within, before.within & ~after.within
    return float(people[gained].sum()), float(people[lost].sum())


def total_and_covered(answer: Assessment, division: str | None) -> tuple[float, float]:
    """Return the people (or the land, km²) of the city or of a division, and those within reach."""
    if division is None:
        return answer.total, answer.covered
    whole, covered = ("people", "covered_people") if answer.people else ("area_km2", "covered_km2")
    total, within = (answer.districts[name].to_dict()[division] for name in (whole, covered))
    return float(total), float(within)


def _land(answer: Assessment, stations: GeoDataFrame, division: str | None) -> float:
    districts = to_metric(answer.holdings.districts, answer.holdings.city.metric_crs)
    land = covered_land(districts, stations, radius_m=answer.question.radius_m)["covered_km2"]
    return float(land.sum() if division is None else land.loc[division])


def between(settings: Settings, question: Question, *, since: dt.date) -> Comparison:
    """Return what changed since a day, to the day of `settings`, as both are known now. Raises as `whatif`."""
    before = assess(settings.having(on=earlier(since, settings.on)), question)
    return Comparison(before, assess(settings, question), before.demand)


def whatif(settings: Settings, question: Question) -> Comparison:
    """Return what the scenario of `question` changes; who is covered with it is counted from who was.

    Raises as `assess`, and `NoDemand` without people.
    """
    before = assess(settings, replace(question, scenario=None))
    demand = before.demand  # refuses where there are no people
    return Comparison(before, assess(settings, question), demand)
