"""The area within reach of very many stations: ours, exact, against `shapely.union_all` of discs drawn as polygons.

Run it by itself with ``python -m benchmarks.covered_area``.
"""

from __future__ import annotations

import statistics
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.nearest import CRS
from benchmarks.table import Row, row
from benchmarks.timing import seconds
from stations.analysis.coverage import QUAD_SEGS, served_area
from stations.analysis.discs import union_area

STATIONS, RADIUS_M = 200_000, 100.0
ROUNDS = 5
TARGET_S, TARGET = 2.0, 2.0
WIDTH, HEIGHT = 100_000, 110_000  # metres; about the size of Huainan


def measure() -> list[Row]:
    """Return the rows for `benchmarks.run`."""
    centres = np.random.default_rng(11).random((STATIONS, 2)) * [WIDTH, HEIGHT]
    exact_s = statistics.median(seconds(lambda: union_area(centres, radius=RADIUS_M)) for _ in range(ROUNDS))
    stations = gpd.GeoDataFrame(geometry=shapely.points(centres), crs=CRS)
    discs = shapely.buffer(shapely.points(centres), RADIUS_M, quad_segs=QUAD_SEGS)
    drawn_s = seconds(lambda: served_area(stations, radius_m=RADIUS_M))
    peer_s = seconds(lambda: shapely.union_all(discs))
    drawn, exact = served_area(stations, radius_m=RADIUS_M), union_area(centres, radius=RADIUS_M)
    if not 0 < 1 - shapely.area(drawn) / exact < 0.001:  # its polygons lie inside the circles
        raise ArithmeticError(exact)
    what, once = f"exact area of {STATIONS:,} discs", "each side once; 128-gons, 0.04 % less"
    return [
        row(f"{what}: time", exact_s, "s", target=TARGET_S, note=f"median of {ROUNDS}"),
        row(f"{what}: against `shapely.union_all`", exact_s, "s", peer=peer_s, note="peer once; 128-gons, 0.04 % less"),
        row(f"polygon of {STATIONS:,} discs for the map", drawn_s, "s", peer=peer_s, target=TARGET, note=once),
    ]


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
