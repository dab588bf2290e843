"""Which stations count for a question, as they are or as they would be in a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stations.analysis.coverage import of_tier
from stations.analysis.demand import assign_district
from stations.analysis.whatif import Scenario
from stations.model import places
from stations.model.city import City
from stations.model.crs import metric_points
from stations.model.errors import BadChoice
from stations.model.language import mark
from stations.model.places import union_code
from stations.model.vocabulary import CoordSource, Facility, FacilityState, Status

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from stations.planning.coverage.assess import Question


def located(places: GeoDataFrame) -> Series:
    """Return of each record whether somebody has said where it is; a place that stands for its area alone says nothing.

    Every measure asks here: what is not located counts in totals, and covers nobody, however it is drawn.
    """
    known: Series = places.geometry.notna() & of_a_place(places)
    return known


def of_a_place(places: DataFrame) -> Series:
    """Return of each record whether its coordinates, if it has any, are those of a place, and stand for no area."""
    exactly: Series = places["coord_source"] != CoordSource.AREA.value
    return exactly


def in_service(stations: GeoDataFrame) -> GeoDataFrame:
    """Return the stations that can be reached now: `located`, and in use (`Status.in_use`) or of unknown status."""
    return stations[located(stations) & (stations["status"].isna() | in_use(stations))]


def in_use(stations: GeoDataFrame) -> Series:
    """Return of each station whether it is known to be in use, those that have moved among them."""
    known: Series = stations["status"].isin([status.value for status in Status if status.in_use])
    return known


def planned(stations: GeoDataFrame, scenario: Scenario | None) -> GeoDataFrame:
    """Return the stations as they are, or as they would be in a scenario: an added one is in use, and a place exact.

    Its name is its identifier: `show.station_names` says it in the reader's language, which an answer does not know.
    """
    if scenario is None:
        return stations
    after = scenario.apply(stations)
    new = [place.station_id for place in scenario.added]
    after.loc[new, "name"] = new
    after.loc[new, "status"] = Status.IN_USE.value
    after.loc[[place.station_id for place in scenario.moved], ["coord_source", "coord_precision"]] = None
    return after.astype(object).where(after.notna(), None).set_geometry("geometry", crs=stations.crs)


def strays(stations: GeoDataFrame, scenario: Scenario | None, districts: GeoDataFrame) -> tuple[str, ...]:
    """Return the stations that a scenario adds or moves to a place outside all districts, in its order."""
    placed = [place.station_id for place in (*scenario.added, *scenario.moved)] if scenario else []
    if not placed:
        return ()
    there = planned(stations, scenario).loc[placed]
    return tuple(there.index[assign_district(there, districts).isna()])


def counted(stations: GeoDataFrame, question: Question, city: City) -> GeoDataFrame:
    """Return the stations that count for `question` whatever the hour, as they are or as they would be."""
    _require_places(question.scenario, city)
    stations = of_tier(in_service(planned(stations, question.scenario)), question.tier)
    if question.facilities:
        stations = stations[offered(stations, question.facilities).fillna(True)]
    if question.union is not None:
        _require_union(city, question.union)
        owners = _owners(stations, question.scenario, city)
        whose = {union.code for union in city.unions if question.union in {union.code, union.parent}}
        stations = _those(stations, (union_code(city, *texts) in whose for texts in owners))
    return stations


def _those(stations: GeoDataFrame, wanted: Iterable[bool]) -> GeoDataFrame:
    """Return the stations that are wanted; of none, none (an empty list would choose columns)."""
    return stations[np.fromiter(wanted, dtype=bool, count=len(stations))]


def _require_places(scenario: Scenario | None, city: City) -> None:
    """Raise BadChoice for a place so far away that the city's metric CRS has none for it."""
    placed = (*scenario.added, *scenario.moved) if scenario else ()
    metres = metric_points([place.x for place in placed], [place.y for place in placed], city.metric_crs)
    for place in (place for place, east in zip(placed, metres[:, 0], strict=True) if not np.isfinite(east)):
        offered = mark("a longitude and latitude in or near the city; correct it, or leave this change out")
        raise BadChoice(what=mark("Place in the scenario"), value=f"{place.x:g},{place.y:g}", offered=offered)


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


def offered(stations: GeoDataFrame, wanted: Sequence[Facility]) -> Series:
    """Return whether each station has all that is wanted, working: nullable booleans, missing where nobody knows."""
    import pandas as pd

    known = [_has(given, wanted) for given in stations["facilities"]]
    return pd.Series(pd.array(known, dtype="boolean"), index=stations.index, name="offered")


def _has(given: object, wanted: Sequence[Facility]) -> bool | None:
    known = [given.get(each.value) if isinstance(given, dict) else None for each in wanted]
    if any(state is not None and state != FacilityState.YES for state in known):
        return False
    return None if None in known else True
