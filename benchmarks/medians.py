"""Sites by distance: the least total (p-median) and the least largest distance (p-center), with what is proven of it.

A made-up town of 40 km × 40 km, two thirds of it people in quarters and the rest anywhere, straight-line distances as a
dense table. PySAL's spopt gets the same table, through PuLP with HiGHS, its quickest solver here, for 1,000 rows:
`PEER_LIMIT_S` to solve, `BUILDING_S` to build. What it calls optimal is counted again; how much more than ours it costs
is said beside its time. All times are by the clock around the call.

The graphs pmed1 to pmed40 of the OR-Library, of which both questions are asked and every published optimum is compared,
are read from the folder that ``PMED_FOLDER`` names. Without it graphs of the same sizes, made up by the same recipe,
take their place, and the table says so. Run it by itself with ``python -m benchmarks.medians``.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.or_library import folder_of_graphs, graph, like_the_library
from benchmarks.table import Row, row
from benchmarks.timing import timed
from stations.analysis.siting import Assignment, p_center, p_median

SIDE_M, QUARTERS, SPREAD_M = 40_000.0, 30, 2_500.0
PEER_LIMIT_S, BUILDING_S = 120.0, 180.0
PROOF_LIMIT_S = 300.0
PMED_LIMIT_S = 900.0

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


class Peer(NamedTuple):
    """What the peer took, chose and said."""

    seconds: float
    chosen: NDArray[np.intp]
    status: str


def measure() -> list[Row]:
    """Return the rows; raises ``ArithmeticError`` where an optimum is not the published one."""
    return [*_medians(), *_center(), *_graphs()]


def _medians() -> Iterator[Row]:
    metres, people = town(20_000, 1_000)
    for sites in (20, 50):
        answer, took = timed(partial(p_median, metres, people, sites=sites, time_limit_s=6.0))
        what = f"p-median, 20,000 × 1,000, {sites} sites, stopped after 6 s"
        yield row(f"{what}: time", took, "s", target=8.0)
        yield row(f"{what}: gap", 100 * answer.gap, "%", target=1.5, note=f"by {answer.method}")
    for rows, target in ((1_000, 4.0), (5_000, 30.0)):
        metres, people = town(rows, 200)
        for sites in (10, 20):
            answer, took = timed(partial(p_median, metres, people, sites=sites, time_limit_s=PROOF_LIMIT_S))
            peer = _spopt(metres, people, sites=sites) if rows == 1_000 else None
            told = peer and (peer, float(people @ metres[:, peer.chosen].min(axis=1, initial=np.inf)))
            what = f"p-median, {rows:,} × 200, {sites} sites: until proven"
            yield _proof(what, answer, told, took=took, target=target)


def _center() -> Iterator[Row]:
    metres, _people = town(1_000, 200)
    for sites in (10, 20):
        answer, took = timed(partial(p_center, metres, sites=sites, time_limit_s=PROOF_LIMIT_S))
        peer = _spopt(metres, np.empty(0), sites=sites)
        told = peer and (peer, float(metres[:, peer.chosen].min(axis=1, initial=np.inf).max()))
        what = f"p-center, 1,000 × 200, {sites} sites: until proven"
        yield _proof(what, answer, told, took=took, target=5.0)


def _proof(what: str, answer: Assignment, told: tuple[Peer, float] | None, *, took: float, target: float) -> Row:
    """Return the row of a proof; a missing one is told, and counts as the time that it was given at least."""
    notes = ["" if answer.proven else f"not proven: a gap of {100 * answer.gap:.3g} % is left"]
    if told is not None:
        peer, value = told
        notes.append(f"spopt {peer.seconds:.3g} s, “{peer.status}” at {value / answer.objective:.3f} × ours")
    counted = took if answer.proven else max(took, PROOF_LIMIT_S)
    return row(what, counted, "s", target=target, note="; ".join(note for note in notes if note))


def _graphs() -> Iterator[Row]:
    folder = folder_of_graphs()
    if folder:
        graphs = [graph(folder, number) for number in range(1, 41)]
    else:
        _LOG.warning("PMED_FOLDER names no folder with pmed1.txt to pmed40.txt: made-up graphs are measured instead")
        graphs = like_the_library()
    of_which = "pmed1–40" if folder else "40 graphs of our own, like pmed1–40"
    took, proven = 0.0, 0
    for each in graphs:
        median, first = timed(partial(p_median, each.metres, each.people, sites=each.sites, time_limit_s=PROOF_LIMIT_S))
        center, second = timed(partial(p_center, each.metres, sites=each.sites, time_limit_s=PROOF_LIMIT_S))
        took, proven = took + first + second, proven + median.proven + center.proven
        for answer, published in ((median, each.median), (center, each.center)):
            if published is not None and not (answer.bound <= published <= answer.objective):
                raise ArithmeticError(f"{published} is published, {answer.objective} found")
    note = "p-median and p-center of each" + (", the published optima" if folder else ": no published optima")
    yield row(f"{of_which}: all", took, "s", target=PMED_LIMIT_S, note=note)
    yield row(f"{of_which}: not proven", 2.0 * len(graphs) - proven, "", target=0.0)


def town(rows: int, candidates: int, *, seed: int = 7) -> tuple[Table, NDArray[np.float64]]:
    """Return the distances, rows × candidates, and how many people live at each row."""
    random = np.random.default_rng(seed)
    quarters = random.random((QUARTERS, 2)) * SIDE_M

    def places(count: int) -> Table:
        near = count * 2 // 3
        inside = quarters[random.integers(0, QUARTERS, near)] + random.normal(0, SPREAD_M, (near, 2))
        return np.concatenate([inside, random.random((count - near, 2)) * SIDE_M])

    people, sites = places(rows), places(candidates)
    return np.hypot(*(people[:, np.newaxis] - sites).transpose(2, 0, 1)), random.integers(1, 200, rows).astype(float)


def _spopt(metres: Table, weights: NDArray[np.float64], *, sites: int) -> Peer | None:
    """Return what the peer took, chose and said, run apart; None where it gives no answer in time."""
    with tempfile.TemporaryDirectory() as scratch:
        given, taken = Path(scratch) / "given.npz", Path(scratch) / "taken.npz"
        np.savez(given, cost=metres, weights=weights, sites=sites)
        command = [sys.executable, "-W", "ignore", "-c", _SPOPT, str(given), str(taken), str(PEER_LIMIT_S)]
        try:
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=PEER_LIMIT_S + BUILDING_S)
        except subprocess.TimeoutExpired:
            _LOG.warning("spopt gave no answer in %g s", PEER_LIMIT_S + BUILDING_S)
            return None
        with np.load(taken) as found:
            return Peer(float(found["seconds"]), found["chosen"].astype(np.intp), str(found["status"]))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
