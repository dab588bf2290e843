"""One station more or less among a thousand, on a million demand points: ours against counting everybody again.

The peer is our own full computation, from the pairs on; every answer of ours is compared with it to the last bit. To
find the points around a new place is measured by itself. Run it by itself with ``python -m benchmarks.whatif``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from benchmarks.table import Row, row
from stations.analysis.pairs import pairs_within
from stations.analysis.whatif import Cover, cover

POINTS, STATIONS, RADIUS_M = 1_000_000, 1_000, 1_000.0
ROUNDS = 9
TARGET_MS = 100.0
CRS = "EPSG:4548"
WEST, SOUTH, WIDTH, HEIGHT = 450_000, 3_550_000, 100_000, 110_000  # metres; about the size of Huainan


def measure() -> list[Row]:
    """Return the rows for finding, adding and removing a station, after checking that they are exact."""
    random = np.random.default_rng(11)
    demand, stations = _frame(POINTS, random), _frame(STATIONS, random)
    demand["people"] = random.random(POINTS) * 6
    stations.index = pd.Index([f"S{number:04d}" for number in range(STATIONS)], name="station_id")
    *_, last = stations.index
    all_but_last = stations.iloc[:-1]

    def full(of: GeoDataFrame) -> Cover:
        return cover(pairs_within(demand, of, radius_m=RADIUS_M), demand["people"], station_ids=of.index)

    def find() -> np.ndarray:
        return pairs_within(demand, stations.loc[[last]], radius_m=RADIUS_M).point

    fewer, every, points = full(all_but_last), full(stations), find()
    changes: dict[str, tuple[Callable[[], Cover], Cover]] = {
        "add one of": (lambda: fewer.with_station(last, points), every),
        "remove one of": (lambda: every.without_station(last), fewer),
        "find and add one of": (lambda: fewer.with_station(last, find()), every),
    }
    for what, (work, expected) in changes.items():
        _require_same(what, work(), expected)
    again_ms = _milliseconds(lambda: full(stations), rounds=3)
    note = f"median of {ROUNDS}; counting everybody again takes {again_ms:,.0f} ms"
    return [
        row(f"{what} {STATIONS:,} stations, {POINTS:,} points", _milliseconds(work), "ms", target=TARGET_MS, note=note)
        for what, (work, _expected) in changes.items()
    ]


def _require_same(what: str, ours: Cover, full: Cover) -> None:
    if ours.covered_people != full.covered_people or not np.array_equal(ours.times, full.times):
        raise ArithmeticError(what)


def _frame(count: int, random: np.random.Generator) -> GeoDataFrame:
    places = random.random((count, 2)) * [WIDTH, HEIGHT] + [WEST, SOUTH]
    return gpd.GeoDataFrame(geometry=shapely.points(places), crs=CRS)


def _milliseconds(work: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
