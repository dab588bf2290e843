"""The whole curve of covering, with a bound at every number of sites, against greedy, compact, regreedy.

Made-up people in towns, candidates anywhere. On a city, 100,000 points and 2,000 candidates of which 50 stand already,
the curve up to 200 new sites as it is asked without further wishes. On two countries, one of 17,000,000 pairs, one of
180,000 candidates, the curve until nobody is left, three times: without any time to improve it, against the peer
(`benchmarks.peers.greedy_frontier`, which gives no bound) in its fast way; in less than a fifth of the time that the
peer's public function takes; and within that time, both up to two minutes, for the gap. The public function is asked at
every number of sites, or at as many, evenly spread, as it answers in three minutes, and its time scaled up. How fast a
run is and what it covers are said of the same run, what it covers at each number of sites that the peer was asked at.
Every side runs in a process of its own; memory is what it grows by, the table of who reaches whom being there before.
Run it by itself with ``python -m benchmarks.frontier``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from scipy.spatial import cKDTree

from benchmarks.peers import greedy_frontier
from benchmarks.serving import ROOT
from benchmarks.table import Row, row
from benchmarks.timing import count_peak_anew, peak_mb
from stations.analysis.siting import covering_frontier

TARGET_S, TARGET_MB, TARGET, TARGET_GAP = 1.0, 4_000.0, 5.0, 2.0
ROUNDS = 3
STANDING, SITES = 50, 200
TRIED, ASKING_S = 8, 180.0  # how often the peer's public function is tried, and how long it is asked then
LONGEST_S = 120.0
SPARE = 0.95  # of the time that we may take at most so much is our time limit


class Country(NamedTuple):
    """So many points and candidates on a square, and how far a site reaches."""

    points: int
    candidates: int
    side_m: float
    radius_m: float


CITY = Country(100_000, 2_000, 60_000, 1_000)
COUNTRIES = Country(200_000, 40_000, 90_000, 2_365), Country(300_000, 180_000, 424_000, 3_500)


class Run(NamedTuple):
    """One run of one side: how long, how much memory, and the curve: at which numbers of sites, the best, its bound."""

    seconds: float
    megabytes: float
    sites: NDArray[np.int64]
    best: NDArray[np.float64]
    bound: NDArray[np.float64]


def measure() -> list[Row]:
    """Return the rows of the city and of the countries."""
    return [*_city(), *(found for country in COUNTRIES for found in _country(country))]


def _city() -> list[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "table.npz"
        _made(CITY, table)
        run = min((_apart("city", table) for _ in range(ROUNDS)), key=lambda run: run.seconds)
    what = f"curve of {CITY.points:,} × {CITY.candidates:,}, k = 1…{SITES}, {STANDING} sites kept"
    note = f"best of {ROUNDS}; largest gap {_largest_gap(run):.1f} %"
    return [row(f"{what}: time", run.seconds, "s", target=TARGET_S, note=note)]


def _country(country: Country) -> list[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "table.npz"
        pairs = _made(country, table)
        runs = [[_apart(side, table) for side in ("peer", "ours")] for _ in range(ROUNDS)]
        peer, ours = (min(of_side, key=lambda run: run.seconds) for of_side in zip(*runs, strict=True))
        public = _apart("public", table)
        limits = [min(LONGEST_S, seconds) for seconds in (SPARE * public.seconds / TARGET, public.seconds)]
        quick, led = (_apart("ours", table, limit) for limit in limits)
    what = f"curve of {country.points:,} × {country.candidates:,}, {pairs:,} pairs"
    asked = f"peer asked at {len(public.sites):,} of {public.sites[-1]:,} numbers of sites"
    return [
        *_against(f"{what}: %s the peer's fast way", ours, peer, note=f"best of {ROUNDS}, without time to improve"),
        *_against(f"{what}: %s the peer's public function", quick, public, note=asked),
        row(f"{what}: memory", led.megabytes, "MB", target=TARGET_MB, note="growth of the process"),
        row(f"{what}: largest gap", _largest_gap(led), "%", target=TARGET_GAP, note=f"in {led.seconds:.1f} s"),
    ]


def _against(what: str, run: Run, peer: Run, *, note: str) -> list[Row]:
    """Return how much faster a run is than the peer, and at how many numbers of sites it covers less."""
    ours = run.best[np.minimum(peer.sites, len(run.best)) - 1]
    less = 100 * (1 - ours / peer.best).clip(0.0)
    where = f"of {len(less):,}, in the same run; {less.max():.2g} % less at worst"
    return [
        row(what % "against", run.seconds, "s", peer=peer.seconds, target=TARGET, note=note),
        row(what % "covers less than", float(np.count_nonzero(less)), "times", target=0.0, note=where),
    ]


def _largest_gap(run: Run) -> float:
    return float(100 * (run.bound / run.best - 1).max())


def _made(country: Country, path: Path) -> int:
    """Write who is in reach of whom, and what everybody weighs; return how many pairs there are."""
    random = np.random.default_rng(1)
    towns = max(5, country.points // 4_000)
    centres = random.random((towns, 2)) * country.side_m
    spread, share = random.lognormal(np.log(country.side_m / 40), 0.6, towns), random.pareto(1.2, towns) + 0.2
    town = random.choice(towns, country.points, p=share / share.sum())
    points = centres[town] + random.normal(size=(country.points, 2)) * spread[town, np.newaxis]
    rural = random.random(country.points) < 0.25
    points[rural] = random.random((rural.sum(), 2)) * country.side_m
    points = points.clip(0, country.side_m)
    sites = random.random((country.candidates, 2)) * country.side_m
    if country is CITY:  # its candidates are where people are
        sites = points[random.choice(country.points, country.candidates, replace=False)] + random.normal(
            0, 100, sites.shape
        )
    found = cKDTree(points).sparse_distance_matrix(cKDTree(sites), country.radius_m, output_type="ndarray")
    shape = country.points, country.candidates
    reach = csr_array((np.ones(len(found), bool), (found["i"], found["j"])), shape=shape)
    weights = random.integers(1, 200, country.points)
    np.savez(path, indices=reach.indices, indptr=reach.indptr, shape=shape, weights=weights)
    return int(reach.nnz)


def _apart(side: str, table: Path, limit_s: float = 0.0) -> Run:
    """Run a side in a process of its own."""
    answer = table.with_name("answer.npz")
    command = [sys.executable, "-m", "benchmarks.frontier", side, str(table), str(answer), str(limit_s)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    taken, megabytes = json.loads(done.stdout)
    with np.load(answer) as curve:
        return Run(taken, megabytes, curve["sites"], curve["best"], curve["bound"])


def _one(side: str, table: Path, answer: Path, *, limit_s: float) -> tuple[float, float]:
    """Run a side in this process, write its curve, and return how long it took and what the process grew by."""
    with np.load(table) as given:
        indices, indptr, shape, weights = (given[name] for name in ("indices", "indptr", "shape", "weights"))
    reach = csr_array((np.ones(len(indices), bool), indices, indptr), shape=tuple(shape))
    count_peak_anew()
    before, begin = peak_mb(), time.perf_counter()
    if side == "public":
        return _public(reach, weights, answer)
    if side == "peer":
        best = bound = greedy_frontier.curve(reach, weights)[1:].astype(float)
    else:
        wish = {"fixed": np.arange(STANDING), "max_sites": SITES} if side == "city" else {"time_limit_s": limit_s}
        found = covering_frontier(reach, weights, **wish)
        best, bound = found.best, found.bound
    taken = time.perf_counter() - begin
    np.savez(answer, sites=np.arange(1, len(best) + 1), best=best, bound=bound)
    return taken, peak_mb() - before


def _public(reach: csr_array, weights: NDArray[np.int64], answer: Path) -> tuple[float, float]:
    """Ask the peer's public function; it takes one greedy order, and so much for each number of sites."""
    begin = time.perf_counter()
    table = greedy_frontier.Table(reach, csc_array(reach), weights)
    order = greedy_frontier.greedy(table)
    first_s, most = time.perf_counter() - begin, len(order.sites)

    def asked(many: int) -> tuple[float, NDArray[np.int64], NDArray[np.int64]]:
        """Return what each answer takes, and the answers for so many numbers of sites."""
        sites, begin = np.linspace(1, most, many).astype(int), time.perf_counter()
        best = greedy_frontier.at(table, order, sites.tolist())
        return (time.perf_counter() - begin) / many, sites, best

    each_s, _sites, _best = asked(TRIED)
    each_s, sites, best = asked(min(most, max(TRIED, int(ASKING_S / each_s))))
    np.savez(answer, sites=sites, best=best, bound=best)
    return first_s + each_s * most, 0.0


if __name__ == "__main__":
    if sys.argv[1:]:
        side, table, answer, limit_s = sys.argv[1:]
        sys.stdout.write(json.dumps(_one(side, Path(table), Path(answer), limit_s=float(limit_s))))
    else:
        sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
