"""How people get about: the modes, their speeds, and streets as plain arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from stations.model.errors import BadChoice
from stations.model.language import mark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Mode = Literal["walk", "ebike", "truck"]
MODES: tuple[Mode, ...] = get_args(Mode)
ReachName = Literal["straight", "walk", "ebike", "truck"]
"""How distance is measured: in a straight line, or along the streets in one of the modes."""

REACHES: tuple[ReachName, ...] = get_args(ReachName)

SPEED_KM_H: Mapping[Mode, float] = {"walk": 3.6, "ebike": 15.0, "truck": 30.0}
"""Planning speeds. On foot 60 m/min, the speed behind the living circles of GB 50180-2018 (15 minutes are 800 to
1,000 m). E-bike: the planning figure of 15 minutes for 3.75 km. Truck: the middle of the three design speeds of a
branch road (20, 30, 40 km/h) in CJJ 37-2012, 3.2.1, without lights and queues: an assumption to be stated with every
result, or to be replaced by a measured speed."""


LEAST_M, MOST_M = 1.0, 100_000.0
"""What a distance that somebody may be away from a station can be."""


class Streets(NamedTuple):
    """The streets that one mode may use.

    Nodes have `lon` and `lat` (degrees, WGS84, float64). Edge number e is the straight piece from node `start[e]` to
    node `end[e]` (int32); `two_way[e]` (bool) says whether it may also be used from `end` to `start`; `kind[e]` (uint8)
    is a position in `kinds`, the values of OSM's tag ``highway``.
    """

    mode: Mode
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    two_way: NDArray[np.bool_]
    kind: NDArray[np.uint8]
    kinds: tuple[str, ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the nodes, in degrees."""
        return float(self.lon.min()), float(self.lat.min()), float(self.lon.max()), float(self.lat.max())


def as_mode(text: str) -> Mode:
    """Return the mode that `text` names. Raises BadChoice."""
    for mode in MODES:
        if text == mode:
            return mode
    raise BadChoice(what=mark("Way of getting about"), value=text, offered=", ".join(MODES))


def metres_in(minutes: float, mode: Mode, *, speed_km_h: float | None = None) -> float:
    """Return how far one gets in so many minutes, in metres, at `SPEED_KM_H` or at a speed of one's own.

    Raises BadChoice unless the minutes and the speed are finite and greater than 0.
    """
    _require_positive(minutes, what=mark("Minutes"))
    return minutes * _metres_a_minute(mode, speed_km_h)


def _metres_a_minute(mode: Mode, speed_km_h: float | None) -> float:
    speed = SPEED_KM_H[as_mode(mode)] if speed_km_h is None else speed_km_h
    _require_positive(speed, what=mark("Speed in km/h"))
    return speed * 1000 / 60


def _require_positive(number: float, *, what: str) -> None:
    if not (math.isfinite(number) and number > 0):
        raise BadChoice(what=what, value=number, offered=mark("a number greater than 0"))
