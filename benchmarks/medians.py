"""Sites by distance: the least total (p-median) and the least largest distance (p-center), with what is proven of it.

A made-up town of 40 km × 40 km, two thirds of it people in quarters and the rest anywhere, straight-line distances as a
dense table. PySAL's spopt gets the same table where ``SPOPT_PYTHON`` names a Python that has it, through PuLP with
HiGHS, its quickest solver here, for 1,000 rows: `PEER_LIMIT_S` to solve, `BUILDING_S` to build. What it calls optimal
is counted again; how much more than ours it costs is said beside its time.

The graphs pmed1 to pmed40 of the OR-Library, of which both questions are asked and every published optimum is compared,
are read from the folder that ``PMED_FOLDER`` names. Without it graphs of the same sizes, made up by the same recipe,
take their place, and the table says so. Run it by itself with ``python -m benchmarks.medians``.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.table import Row, row
from stations.analysis.siting import Assignment, p_center, p_median

SIDE_M, QUARTERS, SPREAD_M = 40_000.0, 30, 2_500.0
PEER_LIMIT_S, BUILDING_S = 120.0, 180.0
PROOF_LIMIT_S = 300.0
PMED_LIMIT_S = 900.0

MEDIANS = (
    *(5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255, 7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845),
    *(1789, 9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989, 10086, 9297, 4700, 3013, 10400, 9934, 5057),
    *(11060, 9423, 5128),
)
CENTERS = (
    *(127, 98, 93, 74, 48, 84, 64, 55, 37, 20, 59, 51, 36, 26, 18, 47, 39, 28, 18, 13, 40, 38, 22, 15, 11, 38, 32, 18),
    *(13, 9, 30, 29, 15, 11, 30, 27, 15, 29, 23, 13),
)
"""The published optima of pmed1 to pmed40 (J. E. Beasley's OR-Library; S. Elloumi, M. Labbé, Y. Pochet 2004)."""
_SIZES: dict[int, tuple[int, ...]] = {
    100: (5, 10, 10, 20, 33),
    200: (5, 10, 20, 40, 67),
    300: (5, 10, 30, 60, 100),
    400: (5, 10, 40, 80, 133),
    500: (5, 10, 50, 100, 167),
    600: (5, 10, 60, 120, 200),
    700: (5, 10, 70, 140),
    800: (5, 10, 80),
    900: (5, 10, 90),
}
"""How many sites are looked for among how many nodes."""

_LOG = logging.getLogger(__name__)
_SPOPT = """
import sys, time, numpy as np, pulp
from spopt.locate import PCenter, PMedian
given, limit = np.load(sys.argv[1]), float(sys.argv[3])
begin = time.perf_counter()
if len(given["weights"]):
    model = PMedian.from_cost_matrix(given["cost"], given["weights"], p_facilities=int(given["sites"]))
else:
    model = PCenter.from_cost_matrix(given["cost"], p_facilities=int(given["sites"]))
model = model.solve(pulp.HiGHS(msg=False, timeLimit=limit), results=False)
end = time.perf_counter()
chosen = [j for j, variable in enumerate(model.fac_vars) if (variable.value() or 0) > 0.5]
np.savez(sys.argv[2], seconds=end - begin, chosen=chosen, status=pulp.LpStatus[model.problem.status])
"""

Table = NDArray[np.float64]


class Graph(NamedTuple):
    """A graph of the OR-Library, or one like it: all distances, how many sites, and the published optima if any."""

    metres: Table
    sites: int
    median: int | None = None
    center: int | None = None


class Peer(NamedTuple):
    """What the peer took, chose and said."""

    seconds: float
    chosen: NDArray[np.intp]
    status: str


def measure() -> list[Row]:
    """Return the rows; raises ``ArithmeticError`` where an optimum is not the published one."""
    return [*_medians(), *_center(), *_graphs()]


def _medians() -> Iterator[Row]:
    metres, people = _town(20_000, 1_000)
    for sites in (20, 50):
        answer = p_median(metres, people, sites=sites, time_limit_s=6.0)
        what = f"p-median, 20,000 × 1,000, {sites} sites, stopped after 6 s"
        yield row(f"{what}: time", answer.seconds, "s", target=8.0)
        yield row(f"{what}: gap", 100 * answer.gap, "%", target=1.5, note=f"by {answer.method}")
    for rows, target in ((1_000, 4.0), (5_000, 30.0)):
        metres, people = _town(rows, 200)
        for sites in (10, 20):
            answer = p_median(metres, people, sites=sites, time_limit_s=PROOF_LIMIT_S)
            peer = _spopt(metres, people, sites=sites) if rows == 1_000 else None
            told = peer and (peer, float(people @ metres[:, peer.chosen].min(axis=1, initial=np.inf)))
            yield _proof(f"p-median, {rows:,} × 200, {sites} sites: until proven", answer, told, target=target)


def _center() -> Iterator[Row]:
    metres, _people = _town(1_000, 200)
    for sites in (10, 20):
        answer = p_center(metres, sites=sites, time_limit_s=PROOF_LIMIT_S)
        peer = _spopt(metres, np.empty(0), sites=sites)
        told = peer and (peer, float(metres[:, peer.chosen].min(axis=1, initial=np.inf).max()))
        yield _proof(f"p-center, 1,000 × 200, {sites} sites: until proven", answer, told, target=5.0)


def _proof(what: str, answer: Assignment, told: tuple[Peer, float] | None, *, target: float) -> Row:
    """Return the row of a proof; a missing one is told, and counts as the time that it was given."""
    notes = ["" if answer.proven else f"not proven: a gap of {100 * answer.gap:.3g} % is left"]
    if told is not None:
        peer, value = told
        notes.append(f"spopt {peer.seconds:.3g} s, “{peer.status}” at {value / answer.objective:.3f} × ours")
    seconds = answer.seconds if answer.proven else PROOF_LIMIT_S
    return row(what, seconds, "s", target=target, note="; ".join(note for note in notes if note))


def _graphs() -> Iterator[Row]:
    folder = os.environ.get("PMED_FOLDER")
    if folder:
        graphs = [_read(Path(folder), number) for number in range(1, 41)]
    else:
        _LOG.warning("PMED_FOLDER names no folder with pmed1.txt to pmed40.txt: made-up graphs are measured instead")
        graphs = [_made_up(nodes, sites) for nodes, several in _SIZES.items() for sites in several]
    of_which = "pmed1–40" if folder else "40 graphs of our own, like pmed1–40"
    begin, proven = time.perf_counter(), 0
    for graph in graphs:
        median = p_median(graph.metres, np.ones(len(graph.metres)), sites=graph.sites, time_limit_s=PROOF_LIMIT_S)
        center = p_center(graph.metres, sites=graph.sites, time_limit_s=PROOF_LIMIT_S)
        proven += median.proven + center.proven
        for answer, published in ((median, graph.median), (center, graph.center)):
            if published is not None and not (answer.bound <= published <= answer.objective):
                raise ArithmeticError(f"{published} is published, {answer.objective} found")
    note = "p-median and p-center of each" + (", the published optima" if folder else ": no published optima")
    yield row(f"{of_which}: all", time.perf_counter() - begin, "s", target=PMED_LIMIT_S, note=note)
    yield row(f"{of_which}: not proven", 2.0 * len(graphs) - proven, "", target=0.0)


def _town(rows: int, candidates: int) -> tuple[Table, NDArray[np.float64]]:
    """Return the distances, rows × candidates, and how many people live at each row."""
    random = np.random.default_rng(7)
    quarters = random.random((QUARTERS, 2)) * SIDE_M

    def places(count: int) -> Table:
        near = count * 2 // 3
        inside = quarters[random.integers(0, QUARTERS, near)] + random.normal(0, SPREAD_M, (near, 2))
        return np.concatenate([inside, random.random((count - near, 2)) * SIDE_M])

    people, sites = places(rows), places(candidates)
    return np.hypot(*(people[:, np.newaxis] - sites).transpose(2, 0, 1)), random.integers(1, 200, rows).astype(float)


def _read(folder: Path, number: int) -> Graph:
    """Return a graph of the OR-Library: nodes, edges, sites, then an edge a line; of repeated ones the last."""
    lines = (folder / f"pmed{number}.txt").read_text("ascii").split()
    nodes, edges, sites = (int(word) for word in lines[:3])
    *ends, length = np.array(lines[3 : 3 + 3 * edges], float).reshape(-1, 3).T
    metres = _shortest(nodes, np.array(ends, int) - 1, length)
    return Graph(metres, sites, MEDIANS[number - 1], CENTERS[number - 1])


def _made_up(nodes: int, sites: int) -> Graph:
    """Return a graph like Beasley's: nodes² / 50 edges of 1 to 100, first a round through all nodes."""
    random = np.random.default_rng([nodes, sites])
    around = np.array([np.arange(nodes), np.roll(np.arange(nodes), -1)])
    ends = np.concatenate([around, random.integers(0, nodes, (2, nodes * nodes // 50 - nodes))], axis=1)
    return Graph(_shortest(nodes, ends, random.integers(1, 101, ends.shape[1]).astype(float)), sites)


def _shortest(nodes: int, ends: NDArray[np.intp], length: NDArray[np.float64]) -> Table:
    low, high = np.sort(ends, axis=0)
    table = pd.DataFrame({"low": low, "high": high, "length": length}).drop_duplicates(["low", "high"], keep="last")
    edges = table[table["low"] != table["high"]]
    graph = csr_array(coo_array((edges["length"], (edges["low"], edges["high"])), shape=(nodes, nodes)))
    return np.asarray(dijkstra(graph, directed=False))


def _spopt(metres: Table, weights: NDArray[np.float64], *, sites: int) -> Peer | None:
    """Return what the peer took, chose and said, run apart; None where it is not installed or gives no answer."""
    program = os.environ.get("SPOPT_PYTHON")
    if not program:
        _LOG.warning("SPOPT_PYTHON names no Python with spopt: it is left out")
        return None
    with tempfile.TemporaryDirectory() as scratch:
        given, taken = Path(scratch) / "given.npz", Path(scratch) / "taken.npz"
        np.savez(given, cost=metres, weights=weights, sites=sites)
        arguments = [program, "-c", _SPOPT, str(given), str(taken), str(PEER_LIMIT_S)]
        try:
            subprocess.run(arguments, capture_output=True, check=True, timeout=PEER_LIMIT_S + BUILDING_S)
        except subprocess.SubprocessError as error:
            _LOG.warning("spopt gave no answer: %s", type(error).__name__)
            return None
        with np.load(taken) as found:
            return Peer(float(found["seconds"]), found["chosen"].astype(np.intp), str(found["status"]))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
