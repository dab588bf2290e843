"""The table by district of a million demand points: people, covered share, uncovered people, distances.

Run it by itself with ``python -m benchmarks.districts``.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.table import Row, row
from stations.analysis.measures import reach_by_district

POINTS, DISTRICTS = 1_000_000, 20
ROUNDS = 5
TARGET_S = 1.0
RADIUS_M = 1_000.0
CRS = "EPSG:4548"


def measure() -> list[Row]:
    """Return one row: the seconds for the whole table, the distances being known."""
    random = np.random.default_rng(29)
    codes = [f"3404{number:02d}" for number in range(DISTRICTS)]
    demand = gpd.GeoDataFrame(geometry=shapely.points(np.zeros((POINTS, 2))), crs=CRS)
    demand["people"] = random.integers(0, 40, POINTS)
    demand["district"] = np.array([*codes, None], dtype=object)[random.integers(0, DISTRICTS + 1, POINTS)]
    distance_m = pd.Series(random.exponential(800, POINTS))
    boxes = [shapely.box(number, 0, number + 1, 1) for number in range(DISTRICTS)]
    districts = gpd.GeoDataFrame({"name": codes}, geometry=boxes, index=pd.Index(codes), crs=CRS)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        table = reach_by_district(demand, distance_m, districts=districts, radius_m=RADIUS_M)
        times.append(time.perf_counter() - start)
    if table["people"].sum() != demand["people"].sum():
        raise ArithmeticError("people")
    what = f"table of {DISTRICTS} districts, {POINTS:,} points: time"
    note = f"median of {ROUNDS}, {os.cpu_count()} cores"
    return [row(what, statistics.median(times), "s", target=TARGET_S, note=note)]


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
