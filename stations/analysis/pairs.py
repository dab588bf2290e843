"""Which points and which stations are within reach of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Pairs(NamedTuple):
    """Positions in demand and in stations of every pair in reach, and its distance; sorted by point, then station."""

    point: NDArray[np.intp]
    station: NDArray[np.intp]
    distance_m: NDArray[np.float64]
