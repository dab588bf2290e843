"""The nearest station of a million demand points: ours against `geopandas.sjoin_nearest`, in one run.

The peer is at its best: one metric CRS on both sides, the spatial index on the small side built beforehand, nothing
but geometry in the frames, no limit to check. It answers with a row for every tie, we with the first. Run it by
itself with ``python -m benchmarks.nearest``.
"""

from __future__ import annotations

import os
import statistics
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from benchmarks.table import Row, row
from benchmarks.timing import peak_mib, seconds
from stations.analysis.distance import nearest_station

POINTS, STATIONS = 1_000_000, 1_000
ROUNDS = 9
TARGET = 10.0
CRS = "EPSG:4548"
WEST, SOUTH, WIDTH, HEIGHT = 450_000, 3_550_000, 100_000, 110_000  # metres; about the size of Huainan
MIB = 2**20


def measure() -> list[Row]:
    """Return one row for each measure: what, ours, peer, unit, ratio (peer by ours), target, note."""
    random = np.random.default_rng(11)
    stations = _frame(_anywhere(STATIONS, random))
    stations.index = pd.Index([f"S{number:04d}" for number in range(STATIONS)], name="station_id")
    assert stations.sindex.size == STATIONS  # builds the peer's index
    layouts = {"points anywhere": _anywhere(POINTS, random), "points on a grid": _grid()}
    return [row for layout, points in layouts.items() for row in _compared(layout, _frame(points), stations)]


def _compared(layout: str, demand: GeoDataFrame, stations: GeoDataFrame) -> list[Row]:
    """Return the rows for time and memory of one layout, after checking that both sides agree."""

    def ours() -> pd.DataFrame:
        return nearest_station(demand, stations)

    def peer() -> GeoDataFrame:
        return demand.sjoin_nearest(stations, distance_col="distance_m")

    theirs = peer()["distance_m"]
    if not np.allclose(ours()["distance_m"], theirs[~theirs.index.duplicated()], rtol=0, atol=1e-6):
        raise ArithmeticError(layout)
    times = [(seconds(ours), seconds(peer)) for _ in range(ROUNDS)]
    taken = [statistics.median(side) for side in zip(*times, strict=True)]
    what = f"nearest of {STATIONS:,} stations, {POINTS:,} {layout}"
    note = f"median of {ROUNDS}, {os.cpu_count()} cores"
    return [
        row(f"{what}: time", taken[0], "s", peer=taken[1], target=TARGET, note=note),
        row(f"{what}: memory", peak_mib(ours), "MiB", peer=peak_mib(peer), note="peak, traced"),
    ]


def _anywhere(count: int, random: np.random.Generator) -> np.ndarray:
    return np.asarray(random.random((count, 2)) * [WIDTH, HEIGHT] + [WEST, SOUTH])


def _grid() -> np.ndarray:
    """Return points row by row, as a population grid has them."""
    columns = round(POINTS**0.5)
    row, column = np.divmod(np.arange(POINTS), columns)
    return np.column_stack([WEST + column * WIDTH / columns, SOUTH + row * HEIGHT / columns])


def _frame(points: np.ndarray) -> GeoDataFrame:
    return gpd.GeoDataFrame(geometry=shapely.points(points), crs=CRS)


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
