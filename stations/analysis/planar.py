"""What every measure here stands on: one metric CRS, points as two arrays, lengths that are lengths."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import shapely

from stations.model.crs import require_metric
from stations.model.errors import BadChoice, BadCoordinates, StationsError
from stations.model.language import mark

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.integer]

MANY = 100_000
"""Points that are read on two cores."""


class DifferentCrs(StationsError, ValueError):
    """Two layers that are measured against each other are in different CRS. Fields: what, first, second."""

    template: ClassVar[str] = mark(
        "{what} needs both layers in one CRS, but they are in {first} and {second}. "
        "Project both with the city's metric CRS first."
    )


class Points(NamedTuple):
    """The points of a frame, read once to be measured often: their labels, their CRS, and x and y in metres."""

    labels: pd.Index
    crs: Any
    x: Floats
    y: Floats

    def at(self, rows: Integers) -> Points:
        """Return those at these positions."""
        return Points(self.labels[rows], self.crs, self.x[rows], self.y[rows])


def points_of(frame: GeoDataFrame | Points, *, what: str) -> Points:
    """Return the points of a frame, or those that were read before as they are; raises as `coordinates` does."""
    if isinstance(frame, Points):
        return frame
    x, y = coordinates(frame, what=what)
    return Points(frame.index, frame.crs, x, y)


def require_one_crs(first: GeoDataFrame | Points, second: GeoDataFrame, *, what: str) -> None:
    """Raise DifferentCrs unless both name one CRS; `what` names the measure, as a marked message."""
    if first.crs != second.crs:
        raise DifferentCrs(what=what, first=_name(first), second=_name(second))


def require_length(metres: float, *, what: str) -> None:
    """Raise BadChoice unless `metres` is finite and above 0; `what` names the length, as a marked message."""
    if not (math.isfinite(metres) and metres > 0):
        raise BadChoice(what=what, value=metres, offered=mark("a number of metres greater than 0"))


def coordinates(frame: GeoDataFrame, *, what: str) -> tuple[Floats, Floats]:
    """Return x (east) and y (north), in metres, of a frame of points in a metric CRS.

    Raises DegreesNotMetres when the frame is not in a metric CRS (`what` names the measure, as a marked
    message), and BadCoordinates as `located` does.
    """
    require_metric(frame, what)
    return located(frame)


def located(frame: GeoDataFrame) -> tuple[Floats, Floats]:
    """Return x and y of a frame of points, in any CRS.

    Raises BadCoordinates when a row is not a point with coordinates: what has no place does not belong in a
    frame.
    """
    points = frame.geometry.to_numpy()
    try:
        if len(points) < MANY:  # to start threads would take longer than to read
            x, y = shapely.get_x(points), shapely.get_y(points)
        else:
            with ThreadPoolExecutor(2) as cores:
                x, y = cores.map(lambda axis: axis(points), (shapely.get_x, shapely.get_y))
        complete = np.isfinite(x).all() and np.isfinite(y).all()
    except shapely.GEOSException:  # what shapely says of an empty point
        complete = False
    if not complete:
        raise BadCoordinates(
            reason=mark("a row is not a point with coordinates."),
            remedy=mark("Leave out the rows that have no place on the map."),
        )
    return x, y


def _name(frame: GeoDataFrame | Points) -> str:
    return mark("no CRS") if frame.crs is None else str(frame.crs.to_string())
