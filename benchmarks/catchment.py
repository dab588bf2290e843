"""Pairs within reach, and the enhanced two-step floating catchment: ours against PySAL `access`, in one run.

The peer is at its best: points in one metric CRS, whole numbers as labels, and for the catchment a cost table that
holds nothing but the pairs within reach, made beforehand. A third pair of rows is both together, from frames to access:
the way a planner asks. Run it by itself with ``python -m benchmarks.catchment``.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from access import Access, weights
from geopandas import GeoDataFrame

from benchmarks.table import Row, row
from benchmarks.timing import peak_mib, seconds
from stations.analysis.accessibility import catchment_access, zones
from stations.analysis.pairs import Pairs, pairs_within

POINTS, STATIONS = 100_000, 1_000
ROUNDS, PEER_ROUNDS = 5, 3
PAIRS_TARGET, ACCESS_TARGET, MEMORY_TARGET = 200.0, 50.0, 20.0  # a twentieth of the memory
RADIUS_M = 3_000.0
STEPS = {1_000.0: 1.0, 2_000.0: 0.68, RADIUS_M: 0.22}
DECAY = zones(STEPS)
CRS = "EPSG:4548"
WEST, SOUTH, WIDTH, HEIGHT = 450_000, 3_550_000, 100_000, 110_000  # metres; about the size of Huainan
MIB = 2**20


def measure() -> list[Row]:
    """Return one row for each measure; the ratio is peer by ours, also of memory."""
    random = np.random.default_rng(23)
    demand, stations = (_frame(count, random) for count in (POINTS, STATIONS))
    demand["people"] = random.integers(1, 40, POINTS)
    stations["capacity"] = random.integers(5, 60, STATIONS).astype(float)
    pairs = pairs_within(demand, stations, radius_m=RADIUS_M)
    return [*_pairs(demand, stations, pairs), *_access(demand, stations, pairs), *_both(demand, stations)]


def _pairs(demand: GeoDataFrame, stations: GeoDataFrame, pairs: Pairs) -> list[Row]:
    def ours() -> Pairs:
        return pairs_within(demand, stations, radius_m=RADIUS_M)

    def peer() -> Any:
        return _measured_by_peer(demand, stations).cost_df

    def check(theirs: pd.DataFrame) -> None:
        table = theirs.astype(float).sort_values(["origin", "dest"])
        _same(np.column_stack(pairs), table[["origin", "dest", "euclidean"]].to_numpy())

    what = f"pairs of {POINTS:,} points and {STATIONS:,} stations within {RADIUS_M:,.0f} m"
    return _compared(what, (ours, peer), check, rounds=1, target=PAIRS_TARGET)


def _access(demand: GeoDataFrame, stations: GeoDataFrame, pairs: Pairs) -> list[Row]:
    costs = pd.DataFrame({"origin": pairs.point, "dest": pairs.station, "cost": pairs.distance_m})
    theirs = Access(
        demand_df=pd.DataFrame(demand[["people"]]),
        demand_value="people",
        supply_df=pd.DataFrame(stations[["capacity"]]),
        supply_value="capacity",
        cost_df=costs,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )

    def ours() -> pd.Series:
        return catchment_access(pairs, stations["capacity"], demand["people"], decay=DECAY)

    def check(found: pd.Series) -> None:
        _same(ours(), found.fillna(0))

    what = f"E2SFCA of {len(pairs.point):,} pairs"
    return _compared(what, (ours, lambda: _shared_by_peer(theirs)), check, rounds=PEER_ROUNDS, target=ACCESS_TARGET)


def _both(demand: GeoDataFrame, stations: GeoDataFrame) -> list[Row]:
    def ours() -> pd.Series:
        pairs = pairs_within(demand, stations, radius_m=RADIUS_M)
        return catchment_access(pairs, stations["capacity"], demand["people"], decay=DECAY)

    def peer() -> Any:
        return _shared_by_peer(_measured_by_peer(demand, stations))

    def check(found: pd.Series) -> None:
        _same(ours(), found.fillna(0))

    what = f"E2SFCA of {POINTS:,} points and {STATIONS:,} stations, pairs included"
    return _compared(what, (ours, peer), check, rounds=1, target=PAIRS_TARGET)


def _measured_by_peer(demand: GeoDataFrame, stations: GeoDataFrame) -> Access:
    found = Access(demand_df=demand, demand_value="people", supply_df=stations, supply_value="capacity")
    found.create_euclidean_distance(threshold=RADIUS_M)
    return found


def _shared_by_peer(found: Access) -> Any:
    step = weights.step_fn(STEPS)
    return found.enhanced_two_stage_fca(name="fca", max_cost=RADIUS_M, weight_fn=step)["fca_capacity"]


def _compared(
    what: str,
    sides: tuple[Callable[[], object], Callable[[], Any]],
    check: Callable[[Any], None],
    *,
    rounds: int,
    target: float,
) -> list[Row]:
    """Return the rows for time and memory, after checking that both sides agree."""
    ours, peer = sides
    ours()
    check(peer())
    taken = [statistics.median(seconds(work) for _ in range(count)) for work, count in ((ours, ROUNDS), (peer, rounds))]
    note = f"medians of {ROUNDS} and {rounds}, {os.cpu_count()} cores, equal to 1e-9"
    mib = [peak_mib(work) for work in sides]
    return [
        row(f"{what}: time", taken[0], "s", peer=taken[1], target=target, note=note),
        row(f"{what}: memory", mib[0], "MiB", peer=mib[1], target=MEMORY_TARGET, note="peak, traced"),
    ]


def _frame(count: int, random: np.random.Generator) -> GeoDataFrame:
    points = random.random((count, 2)) * [WIDTH, HEIGHT] + [WEST, SOUTH]
    index = pd.RangeIndex(count, name="geoid")
    return gpd.GeoDataFrame(geometry=shapely.points(points), index=index, crs=CRS)


def _same(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
