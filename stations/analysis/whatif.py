"""What if a station opened here, closed or moved: covered people without counting everybody again.

How many stations cover each point is kept. A station more or less changes that on its own points only, and
covered people by those of them that it covers first, or covered last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from stations.analysis.pairs import Pairs
from stations.analysis.planar import located
from stations.analysis.weights import exact_weights, total
from stations.model.errors import BadChoice
from stations.model.language import mark
from stations.model.vocabulary import Tier

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from stations.analysis.weights import Weights

    Integers = NDArray[np.intp]

Finder = Callable[["GeoDataFrame"], Pairs]
"""Finds the pairs of the demand with the given stations: `pairs.pairs_within` with demand and radius filled in,
or the walking reach in the same way."""


@dataclass(frozen=True, eq=False)
class Cover:
    """Who is covered, and by how many stations; shared, for reading only.

    Attributes
    ----------
    people
        `weights.exact_weights` of the demand points.
    times
        For each demand point, how many stations cover it.
    reached
        For each station id, the positions of the demand points it covers.
    covered_people
        People at points that at least one station covers: whole when all people are, else a float.
    """

    people: Weights
    times: NDArray[np.int32]
    reached: Mapping[str, Integers]
    covered_people: float

    def gain(self, points: Integers) -> float:
        """Return how many more people a station would cover whose points these are."""
        return total(self.people[points[self.times[points] == 0]])

    def loss(self, station_id: str) -> float:
        """Return how many fewer people are covered without this station. Raises BadChoice if it is not there."""
        points = self._points(station_id)
        return total(self.people[points[self.times[points] == 1]])

    def with_station(self, station_id: str, points: Integers) -> Cover:
        """Return the cover with one station more, which covers the points at these positions, each named once.

        Raises BadChoice if the station is there already.
        """
        if station_id in self.reached:
            raise BadChoice(what=mark("New station"), value=station_id, offered=mark("an ID that is not in use"))
        times = self.times.copy()
        times[points] += 1
        return replace(
            self,
            times=times,
            reached={**self.reached, station_id: points},
            covered_people=self.covered_people + self.gain(points),
        )

    def without_station(self, station_id: str) -> Cover:
        """Return the cover with one station fewer. Raises BadChoice if it is not there."""
        covered_people = self.covered_people - self.loss(station_id)
        times, reached = self.times.copy(), dict(self.reached)
        times[reached.pop(station_id)] -= 1
        return replace(self, times=times, reached=reached, covered_people=covered_people)

    def _points(self, station_id: str) -> Integers:
        if station_id not in self.reached:
            raise _unknown(station_id)
        return self.reached[station_id]


def cover(pairs: Pairs, people: pd.Series, *, station_ids: pd.Index) -> Cover:
    """Return the cover of the demand points by all stations.

    Parameters
    ----------
    pairs
        Demand points and stations within reach, straight or walking.
    people
        The weight of each demand point (≥ 0), in the order that `pairs` counts positions in.
    station_ids
        Ids of all stations, in the order that `pairs` counts positions in; unique.

    Raises
    ------
    BadChoice
        A weight is missing, negative or infinite.
    """
    weights = exact_weights(people)
    times = np.bincount(pairs.point, minlength=len(weights)).astype(np.int32)
    rows = _rows(pairs, len(station_ids))
    return Cover(weights, times, dict(zip(station_ids, rows, strict=True)), total(weights[times > 0]))


def updated(before: Cover, stations: GeoDataFrame, after: GeoDataFrame, *, find: Finder) -> Cover:
    """Return the cover by the stations `after`, made from the cover `before` by `stations`.

    Equal to `cover` of all pairs of `after`, while only what was added, taken away or moved is looked at.
    The frames are in one CRS, each indexed by station id.
    """
    kept = stations.index.intersection(after.index)
    places = [np.column_stack(located(frame.loc[kept])) for frame in (stations, after)]
    moved = kept[(places[0] != places[1]).any(axis=1)]
    placed = after.loc[[*moved, *after.index.difference(stations.index, sort=False)]]
    result = before
    for station_id in [*moved, *stations.index.difference(after.index, sort=False)]:
        result = result.without_station(station_id)
    for station_id, points in zip(placed.index, _rows(find(placed), len(placed)), strict=True):
        result = result.with_station(station_id, points)
    return result


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


def _rows(pairs: Pairs, count: int) -> Iterable[Integers]:
    """Return the points of each of `count` stations."""
    order = np.argsort(pairs.station, kind="stable")
    ends = np.cumsum(np.bincount(pairs.station, minlength=count))[:-1] if count else np.empty(0, np.intp)
    return np.split(pairs.point[order], ends) if count else ()


def _unknown(station_id: str) -> BadChoice:
    return BadChoice(what=mark("Station"), value=station_id, offered=mark("the ID of a station that is counted"))
