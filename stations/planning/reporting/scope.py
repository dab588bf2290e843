"""What a report is about: the whole city, or the records of one county-level union."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stations.analysis.demand import assign_district
from stations.analysis.whatif import Scenario
from stations.model import numbers
from stations.model.city import CountyUnion
from stations.model.crs import to_geographic
from stations.model.errors import BadChoice
from stations.model.language import current_language, mark
from stations.model.language import gettext as _
from stations.model.places import union_code
from stations.model.schema import RECORDS
from stations.model.settings import Settings
from stations.planning.coverage.assess import Assessment, Question, assess
from stations.planning.register import Holdings, holdings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from stations.planning.reporting.proposal import Proposed


@dataclass(frozen=True, eq=False)
class Scope:
    """The records that are told, the answer of the whole city, and the union whose report it is (``None``: the city).

    `gaps` are those of the answer that lie in the scope, in their order; `own` is what the union's stations alone give,
    `proposed` the stations that are proposed for it.
    """

    held: Holdings
    answer: Assessment
    union: CountyUnion | None
    gaps: GeoDataFrame
    own: Assessment | None = None
    proposed: Proposed | None = None

    @property
    def place(self) -> str:
        """The name of the city, or of the union."""
        return (self.union or self.held.city).label(current_language())

    @property
    def divisions(self) -> list[str]:
        """The divisions it covers: all, that of the union, or that in which the zone of the union lies."""
        return [self.union.parent] if self.union else list(self.held.districts.index)


def stated(count: int, undated: int) -> str | int:
    """Return a count; where `undated` records are left out of it, words: at least so many, or that it is not known."""
    if not undated:
        return count
    return _("at least {count}").format(count=numbers.people(count)) if count else _("not known")


def owners(held: Holdings, records: GeoDataFrame) -> list[str | None]:
    """Return the union of each record: that it names, else that of its district; of a scenario's, of where it lies."""
    division, nowhere = records["division"], records[records["division"].isna() & ~records.geometry.isna()]
    if len(nowhere):
        division = division.where(division.notna(), assign_district(to_geographic(nowhere), held.districts))
    named = zip(records["union_unit"], records["district"], division, strict=True)
    return [union_code(held.city, unit, district or division) for unit, district, division in named]


def union_of_code(held: Holdings, code: str) -> CountyUnion:
    """Return the union of the city with this code. Raises `BadChoice`."""
    found = next((each for each in held.city.unions if each.code == code), None)
    if found is None:
        raise BadChoice(what=mark("Union"), value=code, offered=", ".join(each.code for each in held.city.unions))
    return found


def owned(held: Holdings, records: GeoDataFrame, union: str) -> GeoDataFrame:
    """Return the records of a union."""
    own = np.array([code == union for code in owners(held, records)], dtype=bool)  # an empty list would choose columns
    return records[own]


def alone(settings: Settings, question: Question, union: str) -> Assessment:
    """Return the answer if there were no stations but those of a union (without the zones inside its district)."""
    held = holdings(settings)
    others = held.stations.index.difference(owned(held, held.stations, union).index)
    return assess(settings, replace(question, scenario=Scenario(closed=tuple(map(str, others)))))


def within(answer: Assessment, held: Holdings, *, union: str | None, own: Assessment | None = None) -> Scope:
    """Return the whole of a register, or what of it is a union's; each record is of one union at most."""
    if union is None:
        return Scope(held, answer, None, answer.gaps)
    station, base = (owned(held, held.of(kind), union) for kind in RECORDS)
    found = union_of_code(held, union)
    gaps = answer.gaps[answer.gaps["district"] == found.parent]
    return Scope(replace(held, stations=station, bases=base), answer, found, gaps, own)
