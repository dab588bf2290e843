"""A million points out of GCJ-02 and BD-09: ours against eviltransform and coordTransform, in one run.

The peers are at their best: eviltransform's exact inverse where it has one (it takes one point at a time, so it gets a
part of them), coordTransform's C code for whole arrays. Neither solves the shift to the end, so the notes say how far
each is from where the points are. Run it by itself with ``python -m benchmarks.datum_shift``.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from typing import NamedTuple

import coordTransform
import eviltransform
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.table import Row, row
from benchmarks.timing import seconds
from stations.model.crs import from_wgs84, to_wgs84
from stations.model.vocabulary import Datum

POINTS, ONE_BY_ONE = 1_000_000, 20_000
ROUNDS = 5
TARGET_S, TARGET_MM = 1.5, 1.0
WEST, SOUTH, EAST, NORTH = 74.0, 18.2, 134.7, 53.4  # China's land, within what each of them takes for China
DEGREE_M = 111_320.0
FAR_M = 20.0  # no peer is off by more, unless it does something else

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]


class Peer(NamedTuple):
    """Another converter: its name, how it turns arrays into WGS84, and how many of the points it gets."""

    name: str
    convert: Callable[[Floats, Floats], Pair]
    points: int


def measure() -> list[Row]:
    """Return for each datum the time, what is lost there and back, and the time against each peer."""
    return [*_rows(Datum.GCJ02, _peers("gcj2wgs_exact", "gcj02")), *_rows(Datum.BD09, _peers("bd2wgs", "bd09"))]


def _rows(datum: Datum, peers: list[Peer]) -> list[Row]:
    random = np.random.default_rng(20)
    there = random.uniform(WEST, EAST, POINTS), random.uniform(SOUTH, NORTH, POINTS)
    given = from_wgs84(*there, datum)
    what, note = f"{POINTS:,} points, {datum} → WGS84", f"median of {ROUNDS}"
    ours = statistics.median(seconds(lambda: to_wgs84(*given, datum)) for _ in range(ROUNDS))
    lost_mm = 1000 * _off_m(to_wgs84(*given, datum), there)
    rows = [
        row(f"{what}: time", ours, "s", target=TARGET_S, note=note),
        row(f"{what}: off, at most", lost_mm, "mm", target=TARGET_MM, note="from where they are"),
    ]
    return rows + [_against(peer, given, there, what=what, ours=ours) for peer in peers]


def _against(peer: Peer, given: Pair, there: Pair, *, what: str, ours: float) -> Row:
    """Return the row for a peer, after checking that it does the same."""
    lon, lat = (side[: peer.points].copy() for side in given)
    rounds = ROUNDS if peer.points == POINTS else 1
    taken = statistics.median(seconds(lambda: peer.convert(lon, lat)) for _ in range(rounds))
    off_m = _off_m(peer.convert(lon, lat), (there[0][: peer.points], there[1][: peer.points]))
    if off_m > FAR_M:
        raise ArithmeticError(peer.name)
    part = f"median of {ROUNDS}" if rounds > 1 else f"peer scaled up from {peer.points:,}"
    scaled = taken * POINTS / peer.points
    return row(f"{what}: time, against {peer.name}", ours, "s", peer=scaled, note=f"{part}; peer off by {off_m:.1f} m")


def _peers(single: str, datum: str) -> list[Peer]:
    one, many = getattr(eviltransform, single), getattr(coordTransform, f"{datum}_to_wgs84")

    def one_by_one(lon: Floats, lat: Floats) -> Pair:
        found = np.array([one(y, x) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)])
        return found[:, 1], found[:, 0]

    def at_once(lon: Floats, lat: Floats) -> Pair:
        x, y = many(lon, lat)
        return np.asarray(x), np.asarray(y)

    if not coordTransform.HAS_C_EXTENSION:
        raise ImportError("coordTransform without its C code")
    return [Peer("eviltransform", one_by_one, ONE_BY_ONE), Peer("coordTransform", at_once, POINTS)]


def _off_m(found: Pair, there: Pair) -> float:
    """Return the farthest distance between two sets of points that are close to each other."""
    east = (found[0] - there[0]) * np.cos(np.radians(there[1]))
    return float(np.hypot(east, found[1] - there[1]).max() * DEGREE_M)


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
