"""How far it is to a station: one interface, and two ways of measuring behind it.

Whatever takes a `Reach` works for straight lines and for streets alike.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pandas as pd
import shapely

from stations.analysis import distance, pairs, walking
from stations.analysis.coverage import served_area
from stations.analysis.network import Network
from stations.analysis.pairs import Pairs

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

STRIP_M = 25.0
"""Land on both sides of a street that belongs to it on a map of what can be reached: half a street and a front yard."""


class Reach(Hashable, Protocol):
    """Points are in one metric CRS, stations indexed by station id. Errors are those of the functions behind."""

    def nearest(self, demand: GeoDataFrame, stations: GeoDataFrame) -> pd.DataFrame:
        """Return on the index of `demand` the nearest `station_id` (or None) and `distance_m` (or infinity)."""

    def pairs(self, demand: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float) -> Pairs:
        """Return every point with every station at most `radius_m` away."""

    def area(self, stations: GeoDataFrame, *, radius_m: float) -> shapely.Geometry:
        """Return the land from where a station is at most `radius_m` away; holes stay holes."""


@dataclass(frozen=True)
class Straight:
    """In a straight line."""

    def nearest(self, demand: GeoDataFrame, stations: GeoDataFrame) -> pd.DataFrame:
        """See `distance.nearest_station`."""
        return distance.nearest_station(demand, stations)

    def pairs(self, demand: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float) -> Pairs:
        """See `pairs.pairs_within`."""
        return pairs.pairs_within(demand, stations, radius_m=radius_m)

    def area(self, stations: GeoDataFrame, *, radius_m: float) -> shapely.Geometry:
        """See `coverage.served_area`."""
        return served_area(stations, radius_m=radius_m)


@dataclass(frozen=True)
class AlongStreets:
    """Along a network of streets; places farther than `max_snap_m` from any street are not reached."""

    network: Network
    max_snap_m: float

    def nearest(self, demand: GeoDataFrame, stations: GeoDataFrame) -> pd.DataFrame:
        """See `walking.nearest_station`, which adds `snap_m`."""
        return walking.nearest_station(demand, stations, network=self.network, max_snap_m=self.max_snap_m)

    def pairs(self, demand: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float) -> Pairs:
        """See `walking.pairs_within`."""
        return walking.pairs_within(
            demand, stations, network=self.network, radius_m=radius_m, max_snap_m=self.max_snap_m
        )

    def area(self, stations: GeoDataFrame, *, radius_m: float) -> shapely.Geometry:
        """See `walking.service_area`."""
        return walking.service_area(
            stations, network=self.network, radius_m=radius_m, width_m=STRIP_M, max_snap_m=self.max_snap_m
        )
