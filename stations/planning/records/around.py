"""What is around one record: who is within its reach, and what is near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stations.analysis.coverage import covered
from stations.analysis.whatif import nearest_after
from stations.model.crs import to_metric
from stations.model.schema import RECORDS, Kind
from stations.model.settings import Settings
from stations.model.vocabulary import Group
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.counting import located
from stations.planning.register import Holdings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

NEAR_AT_MOST = 8
"""How many near records are named."""


@dataclass(frozen=True)
class Served:
    """The people within reach of one record, by group (the first is the one that counts).

    `counts`: whether it is one of the stations that count. `alone`: of the first group, those whom no other such
    station reaches; they would be lost, or won.
    """

    within: dict[Group, float]
    alone: float
    counts: bool


def served(settings: Settings, kind: Kind, key: str, *, question: Question) -> Served | None:
    """Return whom a station reaches, or a base would if it were one.

    Returns ``None`` where that is not known: the record has no place, or the city no demand data. A point exactly at
    the radius is within reach. Raises as `assess` does.
    """
    answer = assess(settings, question)
    place = _place(answer.holdings, kind, key)
    if answer.people is None or answer.nearest is None or place.empty:
        return None
    points = answer.origins.pairs(place, radius_m=question.radius_m).point
    others = answer.used.drop(index=key, errors="ignore")
    without = nearest_after(answer.nearest, answer.origins, stations_before=answer.used, stations_after=others)
    alone = points[~covered(without["distance_m"], radius_m=question.radius_m).to_numpy()[points]]
    groups = [answer.group or Group.RESIDENTS, *(group for group in answer.people.groups if group is not answer.group)]
    return Served(
        within={group: float(answer.people.weighted(group)["people"].to_numpy()[points].sum()) for group in groups},
        alone=float(answer.demand["people"].to_numpy()[alone].sum()),
        counts=kind == "station" and bool(answer.open.fillna(False).get(key, default=False)),
    )


def neighbours(held: Holdings, kind: Kind, key: str) -> DataFrame:
    """Return the records nearest to one, near ones first: `kind`, `key`, `name`, `distance_m` in a straight line.

    No rows where nobody knows the record's exact place. At most `NEAR_AT_MOST` of each kind.
    """
    import pandas as pd

    columns, place = ["kind", "key", "name", "distance_m"], _place(held, kind, key)
    if place.empty:
        return pd.DataFrame(columns=columns)
    spot = place.geometry.iloc[0]
    found: list[tuple[object, ...]] = []
    for each in RECORDS:
        known = held.of(each)[located(held.of(each))]
        others = to_metric(known[["name", "geometry"]], held.city.metric_crs)
        others = others.drop(index=key, errors="ignore") if each == kind else others
        near = others.distance(spot).nsmallest(NEAR_AT_MOST)
        found += [(each, str(other), others.at[other, "name"], metres) for other, metres in near.items()]
    return pd.DataFrame(found, columns=columns).sort_values("distance_m", kind="stable", ignore_index=True)


def _place(held: Holdings, kind: Kind, key: str) -> GeoDataFrame:
    """Return the record as a frame of one row in the metric CRS; of none where nobody knows its exact place."""
    frame = held.of(kind)
    return to_metric(frame[(frame.index == key) & located(frame)], held.city.metric_crs)
