"""The nearest station of ten million points: ours against SciPy's kd-tree and `geopandas.sjoin_nearest`, in one run.

Every round is a process of its own, so that no side finds the memory of another, and the sides take turns. Memory is
what the process grows by while it measures, threads and C++ included; the points themselves are there before. SciPy is
called directly and at its best: the points sorted by cells of 500 m, so that the tree finds its nodes in the
processor's cache, two workers, the quicker kind of tree; building, sorting and putting the answers back in order are
counted, as ours are. GeoPandas has its spatial index built beforehand. All must come to the same distances. Run it by
itself with ``python -m benchmarks.nearest_large``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from benchmarks.serving import ROOT
from benchmarks.table import Row, row
from benchmarks.timing import count_peak_anew, peak_mb
from stations.analysis.distance import nearest_station
from stations.analysis.nearest import nearest

POINTS, MANY, FEW = 10_000_000, 200_000, 1_000
ROUNDS = 3
TARGET_S, TARGET_MB = 4.0, 1_000.0
TARGET_SCIPY = 0.83  # no slower than 1.2 times the tree
TARGET_GEOPANDAS = 8.0
CRS = "EPSG:4548"
WEST, SOUTH, WIDTH, HEIGHT = 450_000, 3_550_000, 100_000, 110_000  # metres; about the size of Huainan
CELL_M = 500.0

Floats = NDArray[np.float64]


class Round(NamedTuple):
    """One run of one side: how long, how much memory, and the sum of all distances."""

    seconds: float
    megabytes: float
    metres: float


def measure() -> list[Row]:
    """Return the rows for time and memory, after checking that all sides agree."""
    arrays, scipy = _in_turn("arrays", "scipy", rounds=ROUNDS)
    (frames,) = _in_turn("frames", rounds=1)
    ours, geopandas = _in_turn("frames_few", "geopandas", rounds=1)
    if not np.allclose([scipy.metres, frames.metres, geopandas.metres], [arrays.metres, arrays.metres, ours.metres]):
        raise ArithmeticError("sums of distances")
    many, few = (f"nearest of {sites:,} stations, {POINTS:,} points" for sites in (MANY, FEW))
    note, once = f"median of {ROUNDS}, {os.cpu_count()} cores", f"run once, {os.cpu_count()} cores"
    peak = "growth of the process"
    return [
        row(f"{many}: time", arrays.seconds, "s", target=TARGET_S, note=note),
        row(f"{many}: memory", arrays.megabytes, "MB", target=TARGET_MB, note=peak),
        row(
            f"{many}: time, against scipy `cKDTree`",
            arrays.seconds,
            "s",
            peer=scipy.seconds,
            target=TARGET_SCIPY,
            note=note,
        ),
        row(f"{many}: memory, against scipy `cKDTree`", arrays.megabytes, "MB", peer=scipy.megabytes, note=peak),
        row(f"{many}, from frames: time", frames.seconds, "s", note=once),
        row(f"{many}, from frames: memory", frames.megabytes, "MB", note=peak),
        row(
            f"{few}, from frames: time, against `sjoin_nearest`",
            ours.seconds,
            "s",
            peer=geopandas.seconds,
            target=TARGET_GEOPANDAS,
            note=once,
        ),
        row(
            f"{few}, from frames: memory, against `sjoin_nearest`",
            ours.megabytes,
            "MB",
            peer=geopandas.megabytes,
            note=peak,
        ),
    ]


def _in_turn(*sides: str, rounds: int) -> list[Round]:
    """Return the medians of each side; they take turns."""
    runs = [[_apart(side) for side in sides] for _ in range(rounds)]
    return [Round(*map(statistics.median, zip(*of_side, strict=True))) for of_side in zip(*runs, strict=True)]


def _apart(side: str) -> Round:
    """Run one round of a side in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.nearest_large", side]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return Round(*json.loads(done.stdout))


def _anywhere(count: int, *, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    return np.asarray(random.random((count, 2)) * [WIDTH, HEIGHT] + [WEST, SOUTH])


def _frame(points: Floats) -> GeoDataFrame:
    return gpd.GeoDataFrame(geometry=shapely.points(points), crs=CRS)


def _arrays() -> Callable[[], Floats]:
    x, y = _anywhere(POINTS, seed=11).T.copy()
    sites = _anywhere(MANY, seed=12)
    return lambda: nearest(x, y, sites)[1]


def _scipy() -> Callable[[], Floats]:
    points, sites = _anywhere(POINTS, seed=11), _anywhere(MANY, seed=12)

    def work() -> Floats:
        tree = cKDTree(sites, balanced_tree=False)
        column, row_ = ((points - [WEST, SOUTH]) / CELL_M).astype(np.int32).T
        order = np.argsort(column * np.int32(HEIGHT / CELL_M + 1) + row_)
        metres, station = tree.query(points[order], workers=2)
        answer, position = np.empty(POINTS), np.empty(POINTS, dtype=np.intp)
        answer[order], position[order] = metres, station
        return answer

    return work


def _frames(sites: int) -> Callable[[], Floats]:
    demand, stations = _frame(_anywhere(POINTS, seed=11)), _frame(_anywhere(sites, seed=12))

    def work() -> Floats:
        return nearest_station(demand, stations)["distance_m"].to_numpy()

    return work


def _geopandas() -> Callable[[], Floats]:
    demand, stations = _frame(_anywhere(POINTS, seed=11)), _frame(_anywhere(FEW, seed=12))
    assert stations.sindex.size == FEW  # builds the index

    def work() -> Floats:
        return np.asarray(demand.sjoin_nearest(stations, distance_col="distance_m")["distance_m"])

    return work


SIDES: dict[str, Callable[[], Callable[[], Floats]]] = {
    "arrays": _arrays,
    "scipy": _scipy,
    "frames": lambda: _frames(MANY),
    "frames_few": lambda: _frames(FEW),
    "geopandas": _geopandas,
}


def _round(side: str) -> Round:
    work = SIDES[side]()
    count_peak_anew()
    before = peak_mb()
    begin = time.perf_counter()
    metres = work()
    seconds = time.perf_counter() - begin
    return Round(seconds, peak_mb() - before, float(metres.sum()))


if __name__ == "__main__":
    for named in sys.argv[1:]:
        sys.stdout.write(json.dumps(_round(named)) + "\n")
    if not sys.argv[1:]:
        sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
