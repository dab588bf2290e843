"""Access to capacity: how much of what the stations offer falls to each person, by distance and by competition.

All are sums over the pairs within reach (`pairs.Pairs`, straight or walked), with a decay f that says what a station
at a distance is worth:

- two-step floating catchment (2SFCA; Luo & Wang 2003, "Measures of spatial accessibility to health care in a GIS
  environment"): `catchment_access` with `flat`;
- enhanced (E2SFCA; Luo & Qi 2009, "An enhanced two-step floating catchment area (E2SFCA) method"): `catchment_access`
  with `zones`, or with `gaussian`;
- gravity with competition (Joseph & Bantock 1982, "Measuring potential physical accessibility to general
  practitioners in rural areas"): the same formula, `catchment_access` with a continuous decay such as `inverse_power`;
- gravity without competition (Hansen 1959, "How accessibility shapes land use"): `gravity_access`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stations.analysis.coverage import TOUCH_M
from stations.analysis.pairs import Pairs
from stations.analysis.planar import require_length
from stations.analysis.weights import PEOPLE, require_weights
from stations.model.errors import BadChoice
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Decay = Callable[["Floats"], "Floats"]
"""What a station is worth at each of these distances (metres): 0 or more, without a unit."""

CAPACITY = mark("Capacity of a station")
KNOWN = mark("0 or more for every station; where it is not known, say which number to assume")
BLOCK = 8_192
"""Pairs that are summed at a time: what is made on the way stays in the processor's cache, however many there are."""


def catchment_access(pairs: Pairs, supply: pd.Series, people: pd.Series, *, decay: Decay) -> pd.Series:
    """Return the capacity that falls to each person, where everybody in reach of a station competes for it.

    Formula: Aᵢ = Σⱼ Rⱼ f(dᵢⱼ) with Rⱼ = Sⱼ / Σₖ Pₖ f(dₖⱼ); the two steps of Luo & Wang 2003 (f = 1), weighted as
    in Luo & Qi 2009. Therefore Σ Pᵢ Aᵢ is the capacity of the stations that reach anybody.

    Parameters
    ----------
    pairs
        Positions in `people` and in `supply`.
    supply
        Capacity of each station, in any unit. Where it is not known the caller says what to assume.
    people
        At each demand point, those who compete.

    Returns
    -------
    Series
        `access`, in units of supply per person, on the index of `people`: also where nobody lives; 0 where no
        station is in reach. A station in whose reach nobody lives offers nothing to anybody.

    Raises
    ------
    BadChoice
        A capacity or a number of people is missing, infinite or negative.
    IndexError
        `pairs` are those of larger frames.
    """
    capacity = require_weights(supply, what=CAPACITY, offered=KNOWN)
    _require_positions(pairs, points=len(people), stations=len(capacity))
    crowd = _crowd(pairs, people, decay=decay, stations=len(capacity))
    each = np.divide(capacity, crowd, out=np.zeros_like(capacity), where=crowd > 0)
    return _summed(pairs, each, decay=decay, index=people.index)


def gravity_access(pairs: Pairs, supply: pd.Series, *, decay: Decay, points: pd.Index) -> pd.Series:
    """Return the capacity within reach of each demand point, worth less with distance, shared with nobody.

    Formula: Aᵢ = Σⱼ Sⱼ f(dᵢⱼ); Hansen 1959, there with f = d^-β. With `flat` it is the capacity in reach.

    Parameters
    ----------
    pairs
        Positions in `points` and in `supply`.
    supply
        Capacity of each station, in any unit. Where it is not known the caller says what to assume.
    points
        The index of the demand points.

    Returns
    -------
    Series
        `access`, in units of supply times those of the decay, on `points`; 0 where no station is in reach.

    Raises
    ------
    BadChoice
        A capacity is missing, infinite or negative.
    IndexError
        `pairs` are those of larger frames.
    """
    capacity = require_weights(supply, what=CAPACITY, offered=KNOWN)
    _require_positions(pairs, points=len(points), stations=len(capacity))
    return _summed(pairs, capacity, decay=decay, index=points)


def flat(distance_m: Floats) -> Floats:
    """Return 1 for every distance: whoever is in reach is in reach (Luo & Wang 2003)."""
    return np.ones_like(distance_m)


def zones(worth: Mapping[float, float]) -> Decay:
    """Return the steps of Luo & Qi 2009: the worth of each distance zone, by the zone's outer limit in metres.

    A distance exactly at a limit belongs to the zone inside (up to `coverage.TOUCH_M`, 1 mm, beyond it). Beyond the
    last zone a station is worth 0. Their first weights for three zones are 1, 0.68 and 0.22. Raises BadChoice unless
    the limits are lengths in rising order, with finite weights of 0 or more.
    """
    for limit in worth:
        require_length(limit, what=mark("Outer limit of a distance zone"))
    if not worth or any(near >= far for near, far in pairwise(worth)):
        raise BadChoice(what=mark("Distance zones"), value=list(worth), offered=mark("limits in metres that rise"))
    steps = require_weights(pd.Series(worth), what=mark("Weight of a distance zone"))
    limits, values = np.array(list(worth)) + TOUCH_M, np.append(steps, 0.0)

    def decay(distance_m: Floats) -> Floats:
        zone = np.zeros(len(distance_m), dtype=np.intp)
        for limit in limits:  # they are few: four times as fast as to search each distance among them
            zone += distance_m > limit
        return values.take(zone)

    return decay


def gaussian(sigma_m: float) -> Decay:
    """Return exp(-d² / 2σ²): 1 at the door, 0.61 at `sigma_m`, 0.14 at twice that (Luo & Qi 2009, with β = 2σ²).

    Raises BadChoice unless `sigma_m` is finite and greater than 0.
    """
    require_length(sigma_m, what=mark("Width of the distance decay"))
    return lambda distance_m: np.exp(-np.square(distance_m) / (2 * sigma_m**2))


def inverse_power(exponent: float, *, least_m: float) -> Decay:
    """Return d^-β (Hansen 1959), with every distance below `least_m` taken as that: at the door it were infinite.

    Raises BadChoice unless both numbers are finite and greater than 0.
    """
    require_length(least_m, what=mark("Shortest distance that counts"))
    if not (np.isfinite(exponent) and exponent > 0):
        raise BadChoice(what=mark("Exponent of the distance decay"), value=exponent, offered=mark("greater than 0"))
    return lambda distance_m: np.maximum(distance_m, least_m) ** -float(exponent)


def _require_positions(pairs: Pairs, *, points: int, stations: int) -> None:
    """Raise IndexError when a pair names a point or a station that is not there."""
    if pairs.point.max(initial=-1) >= points or pairs.station.max(initial=-1) >= stations:
        raise IndexError(f"pairs of more than {points} points or {stations} stations")


def _crowd(pairs: Pairs, people: pd.Series, *, decay: Decay, stations: int) -> Floats:
    """Return for each station the people in its reach, each as far as the decay says."""
    head, crowd = require_weights(people, what=PEOPLE), np.zeros(stations)
    for some in _blocks(pairs):
        crowd += np.bincount(some.station, head.take(some.point) * decay(some.distance_m), stations)
    return crowd


def _summed(pairs: Pairs, each: Floats, *, decay: Decay, index: pd.Index) -> pd.Series:
    """Return for each point the sum of what its stations give it."""
    access = np.zeros(len(index))
    for some in _blocks(pairs):
        first = some.point.min()  # pairs come by point: those of a block are few
        sums = np.bincount(some.point - first, each.take(some.station) * decay(some.distance_m))
        access[first : first + len(sums)] += sums
    return pd.Series(access, index=index, name="access", copy=False)


def _blocks(pairs: Pairs) -> Iterator[Pairs]:
    """Return the pairs in parts."""
    for first in range(0, len(pairs.point), BLOCK):
        some = slice(first, first + BLOCK)
        yield Pairs(pairs.point[some], pairs.station[some], pairs.distance_m[some])
