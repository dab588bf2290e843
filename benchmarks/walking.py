"""The nearest of 1,000 stations along the streets for every node of a network: ours against pandana and plain scipy.

The network is made up: a bent lattice of 300,304 nodes with 30 % of its edges taken out at random, like the blocks of a
city. Ours includes everything from the arrays of the streets to the answer: graph, connected pieces, one search. The
peer gets the same nodes, edges and stations at nodes (pandana, its own environment named by ``PANDANA_PYTHON`` or this
one, builds its contraction hierarchy first, as it must); where it is not installed its row has no peer. Plain scipy
searches once for each station and keeps the least. Run it by itself with ``python -m benchmarks.walking``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from benchmarks.table import Row, row
from benchmarks.timing import peak_mib, seconds
from stations.analysis.network import build, graph, to_nearest_node

SIDE, SPACING_M, STATIONS, ROUNDS = 548, 60.0, 1_000, 5
SAMPLE = 20  # stations of the plain search: it is scaled up
TARGET_S, TARGET_MIB, TARGET = 0.25, 190.0, 12.0
CRS = "EPSG:4548"

Arrays = dict[str, NDArray[np.generic]]

_PANDANA = """
import sys, time, numpy as np, pandas as pd
import pandana
a = np.load(sys.argv[1])
begin = time.perf_counter()
net = pandana.Network(pd.Series(a["x"]), pd.Series(a["y"]), pd.Series(a["start"]), pd.Series(a["end"]),
                      pd.DataFrame({"m": np.hypot(*(a[k][a["start"]] - a[k][a["end"]] for k in "xy"))}))
net.set_pois("s", 1e6, 1, pd.Series(a["x"][a["at"]]), pd.Series(a["y"][a["at"]]))
found = net.nearest_pois(1e6, "s", num_pois=1)
seconds = time.perf_counter() - begin
np.savez(sys.argv[2], seconds=seconds, metres=found[1].to_numpy())
"""


def measure() -> list[Row]:
    """Return the rows for time and memory, after checking that all sides agree."""
    arrays = _lattice()
    ours = statistics.median(seconds(lambda: _ours(arrays)) for _ in range(ROUNDS))
    what, metres = f"nearest of {STATIONS:,} stations on foot, {SIDE * SIDE:,} nodes", _ours(arrays)
    note = f"median of {ROUNDS}, build included"
    rows = [
        row(f"{what}: time", ours, "s", target=TARGET_S, note=note),
        row(f"{what}: memory", peak_mib(lambda: _ours(arrays)), "MiB", target=TARGET_MIB, note="peak, traced"),
        row(f"{what}: against scipy, one search a station", ours, "s", peer=_plain_s(arrays), note="peer scaled up"),
    ]
    peer = _pandana(arrays)
    if peer is not None:
        taken, theirs = peer
        reached = np.isfinite(metres)
        if not np.allclose(metres[reached], theirs[reached], rtol=0, atol=0.5):  # it keeps whole millimetres
            raise ArithmeticError("pandana")
        rows.append(row(f"{what}: against pandana", ours, "s", peer=taken, target=TARGET, note="peer run once"))
    return rows


def _lattice() -> Arrays:
    random = np.random.default_rng(3)
    column, row_ = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    x, y = ((axis.ravel() + random.random(SIDE * SIDE) / 2) * SPACING_M for axis in (column, row_))
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    start = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    end = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = random.random(len(start)) < 0.7
    at = random.choice(SIDE * SIDE, STATIONS, replace=False)
    return {"x": x, "y": y, "start": start[kept], "end": end[kept], "at": at}


def _ours(arrays: Arrays) -> NDArray[np.float64]:
    two_way = np.ones(len(arrays["start"]), dtype=bool)
    network = build(
        arrays["x"].astype(float),
        arrays["y"].astype(float),
        start=arrays["start"].astype(np.intp),
        end=arrays["end"].astype(np.intp),
        two_way=two_way,
        crs=CRS,
    )
    return to_nearest_node(network, arrays["at"].astype(np.intp))[0]


def _plain_s(arrays: Arrays) -> float:
    """Return the seconds that one search for each station takes, from a few of them."""
    x, y, start, end = (arrays[name] for name in ("x", "y", "start", "end"))
    length_m = np.hypot((x[end] - x[start]).astype(float), (y[end] - y[start]).astype(float))
    streets = graph(np.concatenate([start, end]), np.concatenate([end, start]), np.tile(length_m, 2), nodes=len(x))
    return seconds(lambda: dijkstra(streets, indices=arrays["at"][:SAMPLE])) * STATIONS / SAMPLE


def _pandana(arrays: Arrays) -> tuple[float, NDArray[np.float64]] | None:
    """Return the seconds and the distances of the peer, run apart; None where it is not installed."""
    with tempfile.TemporaryDirectory() as scratch:
        given, taken = Path(scratch) / "given.npz", Path(scratch) / "taken.npz"
        np.savez(given, **arrays)  # type: ignore[arg-type]  # a name is no option of savez
        program = os.environ.get("PANDANA_PYTHON", sys.executable)
        done = subprocess.run([program, "-c", _PANDANA, given, taken], capture_output=True, check=False)
        if done.returncode != 0:
            return None
        with np.load(taken) as found:
            return float(found["seconds"]), found["metres"]


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
