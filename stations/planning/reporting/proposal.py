"""The stations that a report proposes: where they are, in which of its gaps, and whom they newly cover."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stations.analysis.demand import assign_district
from stations.analysis.gaps import hosts
from stations.analysis.whatif import Scenario
from stations.model import numbers
from stations.model.crs import to_geographic, to_metric
from stations.model.language import gettext as _
from stations.model.language import listed
from stations.model.settings import Settings
from stations.planning.coverage.assess import Assessment, Question, assess
from stations.planning.coverage.counting import located
from stations.planning.coverage.proposed import gains, proposed
from stations.planning.coverage.show import district_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from stations.planning.reporting.scope import Scope


@dataclass(frozen=True, eq=False)
class Proposed:
    """The stations that a scenario adds to the ground of a report, by their number in it.

    `sites` are points in the metric CRS, indexed by number; `together` and `alone` are the people (without people: the
    km²) that they newly cover, all of them and each by itself, where they are not too many.
    """

    answer: Assessment
    sites: GeoDataFrame
    together: float
    alone: dict[int, float]

    @property
    def amount(self) -> str:
        """What they newly cover together, in words."""
        if self.answer.people is None:
            return numbers.area(self.together)
        return _("{people} people").format(people=numbers.people(self.together))


def proposed_in(settings: Settings, question: Question, scenario: Scenario, *, division: str | None) -> Proposed | None:
    """Return what a scenario adds to the city, or to a division; ``None`` where that is nothing."""
    answer = assess(settings, replace(question, scenario=scenario))
    sites = proposed(answer, division).set_index("number")
    return Proposed(answer, sites, *gains(settings, answer, division)) if len(sites) else None


def proposal_table(scope: Scope, told: Proposed) -> DataFrame:
    """Return a row for each proposed station: its place, the gap it is for, whom it newly covers; and all together."""
    import pandas as pd

    held, places = scope.held, to_geographic(told.sites)
    names, inside = _premises(scope), _gaps_of(scope, told)
    rows = []
    for number, place, code in zip(places.index, places.geometry, assign_district(places, held.districts), strict=True):
        district = district_name(held, code)
        unnamed = _("Site {number} in {district}").format(number=number, district=district)
        name = names.get((round(place.x, 6), round(place.y, 6)), unnamed)
        rows.append((name, district, listed(inside.get(number, [])), _gain(told, told.alone.get(number))))
    rows.append(("", "", "", _gain(told, told.together)))
    header = _("Newly covered people") if told.answer.people else _("Newly covered area (km²)")
    columns = [_("Place"), _("District"), _("Gaps"), header]
    index = pd.Index([*map(str, places.index), _("All together")], name=_("Proposed station"))
    return pd.DataFrame(rows, columns=columns, index=index)


def sites_of(scope: Scope, told: Proposed) -> list[tuple[int, ...]]:
    """Return for each gap of a report the numbers of the proposed stations in it, or near its centre."""
    gaps = to_metric(scope.gaps, scope.held.city.metric_crs)
    return list(hosts(gaps, told.sites, radius_m=scope.answer.question.radius_m)["host_ids"])


def _gaps_of(scope: Scope, told: Proposed) -> dict[int, list[str]]:
    """Return the gaps of each proposed station, by their rank in the report."""
    inside: dict[int, list[str]] = {}
    for rank, found in enumerate(sites_of(scope, told), start=1):
        for number in found:
            inside.setdefault(number, []).append(str(rank))
    return inside


def _premises(scope: Scope) -> dict[tuple[float, float], str]:
    """Return the names of the bases by their places, as exact as an address says them."""
    bases = scope.answer.holdings.bases
    bases = bases[located(bases)]
    places = zip(bases.geometry.x.round(6), bases.geometry.y.round(6), strict=True)
    return dict(zip(places, bases["name"], strict=True))


def _gain(told: Proposed, gain: float | None) -> float | None:
    if gain is None:
        return None
    return round(gain) if told.answer.people else round(gain, 2)
