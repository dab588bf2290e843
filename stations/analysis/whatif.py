"""What if a station opened here, closed or moved: who is reached then, without asking for everybody again.

A new station can only shorten ways; one that goes away matters to the points it was the nearest of alone. So what is
reached after is what was reached before, with these few points changed, and the people of every district are those of
before, more and less the people who are newly reached and no longer reached.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from stations.analysis.planar import located
from stations.model.errors import BadChoice
from stations.model.language import mark
from stations.model.vocabulary import Tier

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from stations.analysis.reach import Origins
    from stations.analysis.weights import Weights

    Integers = NDArray[np.intp]


def nearest_after(
    before: pd.DataFrame, origins: Origins, *, stations_before: GeoDataFrame, stations_after: GeoDataFrame
) -> pd.DataFrame:
    """Return `Origins.nearest` of the stations after a change, made from that of the stations before it.

    Every distance is that of the full computation, to the last bit: a point whose nearest station stays has the shorter
    one of its way to that and of its way to the nearest new one, and all others are asked for anew.

    Parameters
    ----------
    before
        `origins.nearest(stations_before)`; it is untouched.
    stations_before, stations_after
        Indexed by station id, in the metric CRS of the origins. Those that stay are in the same order in both; one
        that moved has gone, and come.

    Returns
    -------
    DataFrame
        As `before`. In a straight line the named stations are those of the full computation, too; along streets
        another of several that are equally far may be named.

    Raises
    ------
    BadCoordinates
        A station is no point. Other errors are those of `Origins.nearest`.
    """
    old, new = (np.column_stack(located(stations)) for stations in (stations_before, stations_after))
    place = stations_before.index.get_indexer(stations_after.index)
    stays = place >= 0
    stays[stays] = (old[place[stays]] == new[stays]).all(axis=1)
    gone = stations_before.index.delete(place[stays])
    columns = {name: before[name].to_numpy(copy=True) for name in before}
    ways = before["distance_m"].to_numpy()
    anew = before["station_id"].isin(gone).to_numpy() if len(gone) else np.zeros(len(ways), dtype=bool)
    if not stays.all():
        come = origins.nearest(stations_after[~stays])
        new_ways = come["distance_m"].to_numpy()
        nearer = np.flatnonzero(new_ways < ways)
        _put(columns, nearer, come.iloc[nearer])
        # Which of several that are equally far is named is for the full computation to say.
        anew = anew | ((new_ways == ways) & np.isfinite(ways))
    if (rows := np.flatnonzero(anew)).size:
        _put(columns, rows, origins.at(rows).nearest(stations_after))
    # As Series: pandas would look through every id of an array for a string type.
    series = {
        name: pd.Series(values, index=before.index, dtype=values.dtype, copy=False) for name, values in columns.items()
    }
    return pd.DataFrame(series, copy=False)


def people_after(before: pd.DataFrame, demand: GeoDataFrame, *, was: pd.Series, now: pd.Series) -> pd.DataFrame:
    """Return `coverage.people_by_district` of the points reached `now`, made from that of those that were reached.

    Only points that differ are looked at. With weights of `weights.exact_weights` every number is that of the full
    count, to the last bit.

    Parameters
    ----------
    before
        `coverage.people_by_district` of `demand` and `was`; it is untouched.
    was, now
        Booleans for the rows of `demand`, in their order.
    """
    rows, sign = _changed(was, now)
    # The last row is that of all who are in no district of the table.
    position = before.index.get_indexer(demand["district"].iloc[rows])
    people = before["covered_people"].to_numpy(copy=True)
    np.add.at(people, position, sign * demand["people"].to_numpy()[rows])
    return _with_covered(before, people)


def groups_after(before: pd.DataFrame, demand: GeoDataFrame, *, was: pd.Series, now: pd.Series) -> pd.DataFrame:
    """Return the people of each group, and those of them who are reached `now`, as `people_after` does.

    `before` has them as they were: index a column of `demand`, columns `people`, `covered_people`, `covered_share`.
    """
    rows, sign = _changed(was, now)
    change = [(sign * demand[name].to_numpy()[rows]).sum() for name in before.index]
    return _with_covered(before, before["covered_people"].to_numpy() + np.array(change))


def _changed(was: pd.Series, now: pd.Series) -> tuple[Integers, Integers]:
    """Return the positions of the points that are newly reached (1) or no longer (-1), and which of the two."""
    rows = np.flatnonzero(was.to_numpy() != now.to_numpy())
    return rows, np.where(now.to_numpy()[rows], 1, -1)


def _with_covered(table: pd.DataFrame, people: Weights) -> pd.DataFrame:
    return table.assign(covered_people=people, covered_share=people / table["people"])


def _put(columns: Mapping[Hashable, Any], rows: Integers, found: pd.DataFrame) -> None:
    """Write the rows of an answer into the columns of a larger one."""
    for name, values in columns.items():
        values[rows] = found[name].to_numpy()


class Placed(NamedTuple):
    """A station and where a scenario puts it.

    `x` and `y` are in the CRS of the frame that the scenario is applied to: longitude and latitude of the
    register, or metres.
    """

    station_id: str
    x: float
    y: float


@dataclass(frozen=True)
class Scenario:
    """What would be different; the register is never touched. Equal scenarios are equal and hash alike.

    Attributes
    ----------
    added
        New stations, under ids that are not in use; their tier is none unless `honoured` names them.
    closed
        Ids of stations that close.
    moved
        Stations in use, and where they go.
    honoured
        Ids with the tier they are raised (or lowered) to.
    """

    added: tuple[Placed, ...] = ()
    closed: tuple[str, ...] = ()
    moved: tuple[Placed, ...] = ()
    honoured: tuple[tuple[str, Tier], ...] = ()

    def apply(self, stations: GeoDataFrame) -> GeoDataFrame:
        """Return the stations as they would be: those that stay, in their order, then the added ones.

        An added station has an id, a place and a tier; every other column is missing. The input is untouched.

        Raises
        ------
        BadChoice
            A closed, moved or honoured station is not in the frame, an added one is, a station is named
            twice or both closed and changed, or a place is not two finite numbers.
        """
        self._check(stations.index)
        after = stations.drop(index=list(self.closed))
        if self.added:
            fresh = [place.station_id for place in self.added]
            tiers = [*after["tier"], *(Tier.NONE.value for _ in fresh)]
            after = after.reindex([*after.index, *fresh]).rename_axis(stations.index.name).assign(tier=tiers)
        places = after.geometry.copy()
        for placed in (*self.moved, *self.added):
            places[placed.station_id] = shapely.Point(placed.x, placed.y)
        for station_id, tier in self.honoured:
            after.loc[station_id, "tier"] = tier.value
        return gpd.GeoDataFrame(after).set_geometry(places)

    def _check(self, known: pd.Index) -> None:
        """Raise BadChoice unless the scenario can happen to the stations `known`."""
        added = [place.station_id for place in self.added]
        moved = [place.station_id for place in self.moved]
        honoured = [station_id for station_id, _tier in self.honoured]
        for taken in known.intersection(added):
            raise BadChoice(what=mark("New station"), value=taken, offered=mark("an ID that is not in use"))
        for station_id in (*self.closed, *moved, *(name for name in honoured if name not in added)):
            if station_id not in known:
                raise _unknown(station_id)
        named = pd.Index([*added, *self.closed, *moved]), pd.Index([*self.closed, *honoured])
        for station_id in [name for names in named for name in names[names.duplicated()]]:
            raise BadChoice(what=mark("Station in a scenario"), value=station_id, offered=mark("one change of a kind"))
        for place in (*self.added, *self.moved):
            if not np.isfinite([place.x, place.y]).all():
                raise BadChoice(
                    what=mark("Place of a station"),
                    value=f"{place.x}, {place.y}",
                    offered=mark("two finite numbers, the easting (longitude) first"),
                )


def _unknown(station_id: str) -> BadChoice:
    return BadChoice(
        what=mark("Station in a scenario"), value=station_id, offered=mark("the ID of a station that is counted")
    )
