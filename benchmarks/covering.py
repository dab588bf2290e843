"""Maximal and set covering with a proof: what the product runs, against spopt with HiGHS and with CBC.

Made-up cities: most people live in towns of several sizes, some anywhere; candidates are where people are. Distances
are straight. Ours gets the pairs within reach, finds and proves; the peer gets the matrix of all distances that it
asks for, builds its model and solves it, with each solver on all cores, until no gap is left or its time is over. The
target is against the faster of the two solvers; the slower one has a row beside it. What either side chose is counted
again here, and both have to come to the same. Run it by itself with ``python -m benchmarks.covering``.
"""

from __future__ import annotations

import statistics
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
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from benchmarks.serving import ROOT
from benchmarks.table import Row, row
from benchmarks.timing import seconds, timed
from stations.analysis.siting import Selection, max_covering, set_covering

SIDE_M, TOWNS, SCATTERED = 50_000.0, 40, 0.25
ROUNDS, OURS_S, PEER_S = 3, 120.0, 600.0
STOPPED = 0.8  # of the time in which a gap is wanted
SOLVERS = ("HiGHS", "CBC")
GROWTH = "growth"  # the word by which this module is asked for the memory alone


class Case(NamedTuple):
    """A question: how many people and candidates, how far people go, and how many sites; none: enough for everybody."""

    people: int
    candidates: int
    radius_m: float
    sites: int | None
    faster: float
    smaller: float | None = None

    @property
    def name(self) -> str:
        """What the rows of this question begin with."""
        return f"{'LSCP' if self.sites is None else 'MCLP'} {self.people:,} × {self.candidates:,}"


class Peer(NamedTuple):
    """What the peer came to: its solver, its time and the part that building took, its memory, what it chose."""

    solver: str
    seconds: float
    built_s: float
    peak_mb: float
    objective: float

    @property
    def ended(self) -> bool:
        """Whether it was done before its time was over."""
        return self.seconds - self.built_s < PEER_S


CASES = (
    Case(20_000, 200, 3_000.0, 20, faster=300),
    Case(20_000, 1_000, 1_500.0, 50, faster=20, smaller=1 / 0.3),
    Case(20_000, 1_000, 3_000.0, None, faster=150),
)
PROVEN = Case(100_000, 100, 4_000.0, 20, faster=0)
LARGE = Case(100_000, 2_000, 1_000.0, 100, faster=0)

_SPOPT = """
import sys, time, numpy as np, pulp, spopt.locate as locate
a = np.load(sys.argv[1])
metres = np.sqrt(((a["people"][:, None, :] - a["places"][None, :, :]) ** 2).sum(axis=2))
radius_m, sites, limit_s = float(a["radius_m"]), int(a["sites"]), float(a["limit_s"])
solvers = {
    "HiGHS": lambda: pulp.HiGHS(msg=False, gapRel=0, gapAbs=0.999, threads=2, timeLimit=limit_s),
    "CBC": lambda: pulp.PULP_CBC_CMD(msg=False, gapRel=0, gapAbs=0.999, threads=2, timeLimit=limit_s),
}
def peak_mb():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6
open("/proc/self/clear_refs", "w").write("5")
before, begin = peak_mb(), time.perf_counter()
if sites:
    model = locate.MCLP.from_cost_matrix(metres, a["weights"], radius_m, sites)
else:
    model = locate.LSCP.from_cost_matrix(metres, radius_m)
built = time.perf_counter()
model = model.solve(solvers[sys.argv[3]](), results=False)
end = time.perf_counter()
chosen = [j for j, x in enumerate(model.fac_vars) if (x.value() or 0) > 0.5]
np.savez(sys.argv[2], seconds=end - begin, built_s=built - begin, peak_mb=peak_mb() - before, chosen=chosen)
"""


class City(NamedTuple):
    """People and candidates, by x and y in metres, and how many people each point stands for."""

    people: NDArray[np.float64]
    places: NDArray[np.float64]
    weights: NDArray[np.float64]

    def reach(self, radius_m: float) -> csr_array:
        """Return who is in reach of which candidate."""
        near = cKDTree(self.people).query_ball_point(self.places, radius_m)
        columns = np.repeat(np.arange(len(near)), [len(rows) for rows in near])
        pairs = np.concatenate([np.array(rows, np.intp) for rows in near]), columns
        return csr_array((np.ones(len(columns), bool), pairs), shape=(len(self.people), len(self.places)))


def measure() -> list[Row]:
    """Return the rows, after checking that both sides come to the same."""
    return [*(row for case in CASES for row in _against_spopt(case)), _proven(), *_gaps()]


def _against_spopt(case: Case) -> list[Row]:
    city = city_of(case)
    reach = city.reach(case.radius_m)
    answer = _asked(case, city, reach)
    ours = statistics.median(seconds(lambda: _asked(case, city, reach)) for _ in range(ROUNDS))
    if not answer.proven:
        raise ArithmeticError(case.name)
    faster, slower = sorted((_spopt(case, city, solver) for solver in SOLVERS), key=lambda peer: peer.seconds)
    for peer in (faster, slower):
        _require_agreement(case, answer, peer)
    against, memory = f"{case.name}: against spopt", f"{case.name}: memory, against spopt"
    growth = _apart_mb(case)
    return [
        row(against, ours, "s", peer=faster.seconds, target=case.faster, note=f"proven; {_told(faster)}"),
        row(f"{against}, its slower solver", ours, "s", peer=slower.seconds, note=f"proven; {_told(slower)}"),
        row(memory, growth, "MB", peer=faster.peak_mb, target=case.smaller, note="growth of a process"),
    ]


def _require_agreement(case: Case, answer: Selection, peer: Peer) -> None:
    better = peer.objective > answer.objective if case.sites else peer.objective < answer.objective
    if better or (peer.ended and peer.objective != answer.objective):
        raise ArithmeticError(f"{case.name}: {peer.objective} of spopt with {peer.solver}, {answer.objective} of ours")


def _told(peer: Peer) -> str:
    ended = "" if peer.ended else "; given up unproven"
    return f"{peer.solver}, {peer.built_s:.3g} s of it until its model was built{ended}"


def _proven() -> Row:
    city = city_of(PROVEN)
    reach, answers = city.reach(PROVEN.radius_m), list[Selection]()
    took = statistics.median(seconds(lambda: answers.append(_asked(PROVEN, city, reach))) for _ in range(ROUNDS))
    if not all(answer.proven for answer in answers):
        raise ArithmeticError(PROVEN.name)
    return row(f"{PROVEN.name}: proven", took, "s", target=10.0, note=f"{PROVEN.sites} sites, median of {ROUNDS}")


def _gaps() -> Iterator[Row]:
    """Yield how far the answer may be from the best when little time was given, and whether that was kept to."""
    city = city_of(LARGE)
    reach = city.reach(LARGE.radius_m)
    for within_s, most in ((0.5, 2.5), (2.0, 1.0)):
        stop_s = STOPPED * within_s
        runs = [
            timed(partial(max_covering, reach, city.weights, sites=LARGE.sites, time_limit_s=stop_s))
            for _ in range(ROUNDS)
        ]
        what = f"{LARGE.name}: certified gap after {within_s:g} s"
        note = f"{LARGE.sites} sites, stopped after {stop_s:g} s"
        gap, took = max(answer.gap for answer, _ in runs), max(took for _, took in runs)
        yield row(what, 100 * gap, "%", target=most, note=f"{note}; the largest of {ROUNDS}")
        yield row(f"{what}: time", took, "s", target=within_s, note=f"{note}; the longest of {ROUNDS}")


def city_of(case: Case, *, seed: int = 0) -> City:
    """Return a made-up city of that size, another one for each seed."""
    random = np.random.default_rng(case.people + case.candidates + seed)
    centres, spread = random.random((TOWNS, 2)) * SIDE_M, random.uniform(0.01, 0.06, TOWNS) * SIDE_M

    def spots(count: int) -> NDArray[np.float64]:
        town = random.integers(TOWNS, size=count)
        inside = centres[town] + random.normal(size=(count, 2)) * spread[town, np.newaxis]
        anywhere = random.random((count, 2)) * SIDE_M
        return np.asarray(np.where(random.random((count, 1)) < SCATTERED, anywhere, inside))

    places = spots(case.candidates)
    people = spots(case.people)
    if case.sites is None:  # the peer's model has no answer where somebody is out of reach
        reached = cKDTree(places).query(people)[0] <= case.radius_m
        people[~reached] = places[random.integers(len(places), size=int((~reached).sum()))]
    return City(people, places, random.integers(1, 100, case.people).astype(np.float64))


def _asked(case: Case, city: City, reach: csr_array) -> Selection:
    if case.sites is None:
        return set_covering(reach, time_limit_s=OURS_S)
    return max_covering(reach, city.weights, sites=case.sites, time_limit_s=OURS_S)


def _counted(case: Case, city: City, chosen: NDArray[np.intp]) -> float:
    """Return what a choice is worth, whoever made it."""
    covered = np.diff(csr_array(city.reach(case.radius_m)[:, chosen]).indptr) > 0
    if case.sites is None:
        return float(len(chosen)) if covered.all() else np.inf
    return float(city.weights[covered].sum()) if len(chosen) <= case.sites else -np.inf


def _spopt(case: Case, city: City, solver: str) -> Peer:
    """Return what the peer came to, run apart."""
    with tempfile.TemporaryDirectory() as scratch:
        given, taken = Path(scratch) / "given.npz", Path(scratch) / "taken.npz"
        np.savez(given, **city._asdict(), radius_m=case.radius_m, sites=case.sites or 0, limit_s=PEER_S)
        command = [sys.executable, "-W", "ignore", "-c", _SPOPT, str(given), str(taken), solver]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        with np.load(taken) as found:
            took, built_s, peak_mb = (float(found[name]) for name in ("seconds", "built_s", "peak_mb"))
            return Peer(solver, took, built_s, peak_mb, _counted(case, city, found["chosen"].astype(np.intp)))


def _apart_mb(case: Case) -> float:
    """Return by how much a process of its own grows while it is asked."""
    command = [sys.executable, "-m", "benchmarks.covering", GROWTH, str(CASES.index(case))]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return float(done.stdout)


def _growth_mb(case: Case) -> float:
    city = city_of(case)
    reach = city.reach(case.radius_m)
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here on
    before = _peak_mb()
    _asked(case, city, reach)
    return _peak_mb() - before


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


if __name__ == "__main__":
    if sys.argv[1:2] == [GROWTH]:
        sys.stdout.write(f"{_growth_mb(CASES[int(sys.argv[2])])}\n")
    else:
        sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
