"""The stations that a scenario adds, of the city or of one district: where they are, and what each newly covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from stations.analysis.demand import assign_district
from stations.analysis.whatif import Placed, Scenario
from stations.model.crs import to_metric
from stations.model.settings import Settings
from stations.planning.coverage.assess import Assessment, assess
from stations.planning.coverage.comparison import total_and_covered

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MOST_PROPOSALS = 50
"""How many proposed stations are told one by one."""


def proposed(answer: Assessment, division: str | None) -> GeoDataFrame:
    """Return the stations that the scenario adds, or those in a division, with their numbers in it; metric CRS."""
    from geopandas import GeoDataFrame, points_from_xy

    added = answer.question.scenario.added if answer.question.scenario else ()
    places = points_from_xy([new.x for new in added], [new.y for new in added], crs="EPSG:4326")
    told = {"number": range(1, len(added) + 1), "station_id": [new.station_id for new in added], "new": list(added)}
    numbered = GeoDataFrame(told, geometry=places)
    if division is not None:
        numbered = numbered[assign_district(numbered, answer.holdings.districts) == division]
    return to_metric(numbered, answer.holdings.city.metric_crs)


@lru_cache(maxsize=4)
def gains(settings: Settings, answer: Assessment, division: str | None) -> tuple[float, dict[int, float]]:
    """Return what the proposed stations newly cover together, and each alone, where they are not too many."""

    def covered(scenario: Scenario | None) -> float:
        return total_and_covered(assess(settings, replace(answer.question, scenario=scenario)), division)[1]

    added, before = proposed(answer, division), covered(None)
    told = added if len(added) <= MOST_PROPOSALS else added[:0]
    alone = {n: covered(only(answer, [new])) - before for n, new in zip(told["number"], told["new"], strict=True)}
    return covered(only(answer, list(added["new"]))) - before, alone


def only(answer: Assessment, added: Sequence[Placed]) -> Scenario:
    """Return of the scenario nothing but that these are added."""
    assert answer.question.scenario is not None
    keys = {new.station_id for new in added}
    honoured = tuple(each for each in answer.question.scenario.honoured if each[0] in keys)
    return Scenario(added=tuple(added), honoured=honoured)
