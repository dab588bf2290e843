"""How far it is to the nearest station, in a straight line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stations.analysis.nearest import nearest
from stations.analysis.planar import Points, coordinates, points_of, require_one_crs
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

WHAT = mark("The distance to the nearest station")


def nearest_station(demand: GeoDataFrame | Points, stations: GeoDataFrame) -> pd.DataFrame:
    """Return the nearest station of each demand point and the straight-line distance to it.

    Parameters
    ----------
    demand
        Points in a metric CRS; or `planar.points_of` them, read once for many questions.
    stations
        Points in the same CRS, indexed by station id. Stations without a place are not in the frame.

    Returns
    -------
    DataFrame
        On the index of `demand`: `station_id` (object; None where there is no station) and `distance_m`
        (metres; infinite where there is no station). Of several stations at the same distance
        (float64, squared) the one that comes first in `stations` is named; the order of `demand` does not
        matter.

    Raises
    ------
    DifferentCrs, DegreesNotMetres, BadCoordinates
        The frames are in different CRS, the CRS is not metric, or a row is not a point.
    """
    require_one_crs(demand, stations, what=WHAT)
    points = points_of(demand, what=WHAT)
    position, metres = nearest(points.x, points.y, np.column_stack(coordinates(stations, what=WHAT)))
    ids = np.array([*stations.index, None], dtype=object)
    # As an object Series: pandas would look through every id of an array for a string type.
    station_id = pd.Series(ids.take(position), index=points.labels, dtype=object, copy=False)
    return pd.DataFrame({"station_id": station_id, "distance_m": metres}, index=points.labels, copy=False)
