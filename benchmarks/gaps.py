"""The gaps of a million uncovered cells, and of the demonstration: seconds and MiB.

People are everywhere and no station is: one contiguous place of 100 km x 100 km that has to be divided, which is the
hardest that a census raster can ask. Run it by itself with ``python -m benchmarks.gaps``.
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
from geopandas import GeoDataFrame

from benchmarks.nearest import CRS, SOUTH, WEST
from benchmarks.table import Row, row
from benchmarks.timing import peak_mib
from stations.analysis.distance import nearest_station
from stations.analysis.gaps import demand_gaps
from stations.model.settings import Settings
from stations.planning.coverage.people import people_of

SIDE, SPACING_M, RADIUS_M = 1_000, 100.0, 1_000.0
ROUNDS = 3


def measure() -> list[Row]:
    """Return the rows for time and memory of both towns."""
    people = people_of(Settings())
    if people is None:
        raise LookupError(Settings().city)
    towns = {
        f"gaps of {SIDE**2:,} uncovered cells": (_everywhere(), SPACING_M),
        f"gaps of the demonstration, {len(people.frame):,} cells, no station": (people.frame, people.spacing_m),
    }
    return [measured for what, (demand, spacing_m) in towns.items() for measured in _measured(what, demand, spacing_m)]


def _measured(what: str, demand: GeoDataFrame, spacing_m: float) -> list[Row]:
    nearest = nearest_station(demand, gpd.GeoDataFrame(geometry=[], crs=demand.crs))

    def work() -> GeoDataFrame:
        return demand_gaps(demand, nearest, radius_m=RADIUS_M, spacing_m=spacing_m)

    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
    note = f"{len(found):,} gaps; median of {ROUNDS}, load {os.getloadavg()[0]:.1f} of {os.cpu_count()}"
    return [
        row(f"{what}: time", statistics.median(times), "s", note=note),
        row(f"{what}: memory", peak_mib(work), "MiB", note="peak, traced"),
    ]


def _everywhere() -> GeoDataFrame:
    """Return a full grid of cells, row by row, with people that thin out around some centres."""
    random = np.random.default_rng(7)
    line, column = np.divmod(np.arange(SIDE**2), SIDE)
    x, y = WEST + SPACING_M * column, SOUTH + SPACING_M * line
    people = random.integers(1, 30, SIDE**2)
    for east, north in random.integers(0, SIDE, (200, 2)):
        people += (400 * np.exp(-((column - east) ** 2 + (line - north) ** 2) / 200)).astype(people.dtype)
    frame = {"people": people, "district": np.full(SIDE**2, "340400", dtype=object)}
    return gpd.GeoDataFrame(frame, geometry=shapely.points(x, y), crs=CRS)


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
