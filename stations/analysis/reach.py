"""How far it is to a station: one interface, and two ways of measuring behind it.

Whatever takes a `Reach` works for straight lines and for streets alike.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import pandas as pd
import shapely

from stations.analysis import distance, pairs, walking
from stations.analysis.coverage import served_area
from stations.analysis.network import Network, Snapped, snap
from stations.analysis.pairs import Pairs
from stations.analysis.planar import Points, points_of

if TYPE_CHECKING:
    import numpy as np
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Integers = NDArray[np.intp]

STRIP_M = 25.0
"""Land on both sides of a street that belongs to it on a map of what can be reached: half a street and a front yard."""


class Origins(Protocol):
    """Demand points made ready for one reach, once for many questions; for reading only."""

    def nearest(self, stations: GeoDataFrame) -> pd.DataFrame:
        """Return on the labels of the points the nearest `station_id` (or None) and `distance_m` (or infinity).

        The answer for a point does not hang on the other points, nor its distance from one station on the others.
        """

    def pairs(self, stations: GeoDataFrame, *, radius_m: float) -> Pairs:
        """Return every point with every station at most `radius_m` away."""

    def at(self, rows: Integers) -> Origins:
        """Return those at these positions."""


class Reach(Hashable, Protocol):
    """Points are in one metric CRS, stations indexed by station id. Errors are those of the functions behind."""

    def origins(self, demand: GeoDataFrame) -> Origins:
        """Return the demand points ready to be asked for their stations."""

    def area(self, stations: GeoDataFrame, *, radius_m: float) -> shapely.Geometry:
        """Return the land from where a station is at most `radius_m` away; holes stay holes."""


@dataclass(frozen=True, eq=False)
class StraightOrigins:
    """Demand points for straight lines."""

    points: Points

    def nearest(self, stations: GeoDataFrame) -> pd.DataFrame:
        """See `distance.nearest_station`."""
        return distance.nearest_station(self.points, stations)

    def pairs(self, stations: GeoDataFrame, *, radius_m: float) -> Pairs:
        """See `pairs.pairs_within`."""
        return pairs.pairs_within(self.points, stations, radius_m=radius_m)

    def at(self, rows: Integers) -> StraightOrigins:
        """Return those at these positions."""
        return StraightOrigins(self.points.at(rows))


@dataclass(frozen=True)
class Straight:
    """In a straight line."""

    def origins(self, demand: GeoDataFrame) -> StraightOrigins:
        """See `planar.points_of`."""
        return StraightOrigins(points_of(demand, what=distance.WHAT))

    def area(self, stations: GeoDataFrame, *, radius_m: float) -> shapely.Geometry:
        """See `coverage.served_area`."""
        return served_area(stations, radius_m=radius_m)


@dataclass(frozen=True, eq=False)
class StreetOrigins:
    """Demand points and their places on the streets."""

    points: Points
    snapped: Snapped
    reach: AlongStreets

    def nearest(self, stations: GeoDataFrame) -> pd.DataFrame:
        """See `walking.nearest_station`, which adds `snap_m`."""
        network, most = self.reach.network, self.reach.max_snap_m
        return walking.nearest_station(self.points, self.snapped, stations, network=network, max_snap_m=most)

    def pairs(self, stations: GeoDataFrame, *, radius_m: float) -> Pairs:
        """See `walking.pairs_within`."""
        network, most = self.reach.network, self.reach.max_snap_m
        return walking.pairs_within(
            self.points, self.snapped, stations, network=network, radius_m=radius_m, max_snap_m=most
        )

    def at(self, rows: Integers) -> StreetOrigins:
        """Return those at these positions."""
        return replace(self, points=self.points.at(rows), snapped=self.snapped.at(rows))


@dataclass(frozen=True)
class AlongStreets:
    """Along a network of streets; places farther than `max_snap_m` from any street are not reached."""

    network: Network
    max_snap_m: float

    def origins(self, demand: GeoDataFrame) -> StreetOrigins:
        """See `network.snap`, which takes longest of all."""
        points = points_of(demand, what=walking.WHAT)
        return StreetOrigins(points, snap(points, self.network, max_snap_m=self.max_snap_m), self)

    def area(self, stations: GeoDataFrame, *, radius_m: float) -> shapely.Geometry:
        """See `walking.service_area`."""
        return walking.service_area(
            stations, network=self.network, radius_m=radius_m, width_m=STRIP_M, max_snap_m=self.max_snap_m
        )
