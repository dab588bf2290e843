"""The area within reach of very many stations: ours, exact, against `shapely.union_all` of discs drawn as polygons.

Run it by itself with ``python -m benchmarks.covered_area``.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
import pandas as pd
import shapely

from benchmarks.table import Row, row
from stations.analysis.coverage import QUAD_SEGS
from stations.analysis.discs import union_area

STATIONS, RADIUS_M = 200_000, 100.0
ROUNDS = 5
TARGET_S = 2.0
WIDTH, HEIGHT = 100_000, 110_000  # metres; about the size of Huainan


def measure() -> list[Row]:
    """Return the rows for `benchmarks.run`."""
    centres = np.random.default_rng(11).random((STATIONS, 2)) * [WIDTH, HEIGHT]
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ours = union_area(centres, radius=RADIUS_M)
        seconds.append(time.perf_counter() - start)
    start = time.perf_counter()
    discs = shapely.buffer(shapely.points(centres), RADIUS_M, quad_segs=QUAD_SEGS)
    theirs = shapely.union_all(discs).area
    peer = time.perf_counter() - start
    if not 0 < 1 - theirs / ours < 0.001:  # its polygons lie inside the circles
        raise ArithmeticError(theirs)
    what, time_s = f"exact area of {STATIONS:,} discs", statistics.median(seconds)
    return [
        row(f"{what}: time", time_s, "s", target=TARGET_S, note=f"median of {ROUNDS}"),
        row(f"{what}: against `shapely.union_all`", time_s, "s", peer=peer, note="peer once; 128-gons, 0.04 % less"),
    ]


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
