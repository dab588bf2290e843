"""How good the first answer is, before anything is proven: what an answer without any time loses to the optimum.

Twenty made-up cities each of `benchmarks.covering` and `benchmarks.medians`, mid-size: the first answer is what is
returned with a time limit of nothing, the optimum is proven in the same run. The peer is greedy with interchange
(`peers/greedy_interchange.py`). What anybody chose is counted here. Run it by itself with
``python -m benchmarks.heuristics``.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.covering import Case, city_of
from benchmarks.medians import town
from benchmarks.peers import greedy_interchange
from benchmarks.table import Row, row
from benchmarks.timing import timed
from stations.analysis.siting import Assignment, Selection, max_covering, p_median

CITIES, SITES, TARGET = 20, 20, 0.2
COVERING = Case(3_000, 200, 3_000.0, SITES, faster=0)
MEDIAN = (1_000, 200)
PROOF_S = 300.0

Floats = NDArray[np.float64]
Ask = Callable[[float], Selection | Assignment]


class Loss(NamedTuple):
    """What an answer loses to the optimum, in percent, and what the peer's does; and how long the answer took."""

    ours: float
    peer: float
    seconds: float


def measure() -> list[Row]:
    """Return the rows; raises ``ArithmeticError`` where an optimum is not proven, or is none."""
    rows, candidates = MEDIAN
    return [
        *_rows(f"{COVERING.name}, {SITES} sites", [_covering(seed) for seed in range(CITIES)]),
        *_rows(f"p-median, {rows:,} × {candidates}, {SITES} sites", [_median(seed) for seed in range(CITIES)]),
    ]


def _rows(what: str, losses: Sequence[Loss]) -> Iterator[Row]:
    ours, peer, took = zip(*losses, strict=True)
    note = f"{len(losses)} cities"
    told = f"{note}; {statistics.mean(peer):.2f} % with greedy and interchange"
    yield row(f"{what}: first answer, loss on average", statistics.mean(ours), "%", target=TARGET, note=told)
    told = f"{note}; {max(peer):.2f} % with greedy and interchange"
    yield row(f"{what}: first answer, loss at most", max(ours), "%", note=told)
    yield row(f"{what}: first answer, time", statistics.median(took), "s", note=f"median of {note}")


def _covering(seed: int) -> Loss:
    city = city_of(COVERING, seed=seed)
    reach = city.reach(COVERING.radius_m)
    return _loss(
        lambda limit_s: max_covering(reach, city.weights, sites=SITES, time_limit_s=limit_s),
        1.0 - reach.toarray(),
        city.weights,
    )


def _median(seed: int) -> Loss:
    metres, people = town(*MEDIAN, seed=seed)
    return _loss(lambda limit_s: p_median(metres, people, sites=SITES, time_limit_s=limit_s), metres, people)


def _loss(ask: Ask, cost: Floats, weights: Floats) -> Loss:
    """Return the losses in one city, of which each row pays its least cost; who is covered pays nothing, others 1."""

    def paid(chosen: Sequence[int] | NDArray[np.intp]) -> float:
        return float(weights @ cost[:, np.asarray(chosen)].min(axis=1))

    best = ask(PROOF_S)
    first, took = timed(partial(ask, 0.0))
    least = paid(best.selected)
    optimum = least if isinstance(best, Assignment) else float(weights.sum()) - least
    ours, peer = paid(first.selected), paid(greedy_interchange.chosen(cost, weights, sites=SITES))
    if not best.proven or not np.isclose(optimum, best.objective, rtol=1e-9) or min(ours, peer) < least * (1 - 1e-9):
        raise ArithmeticError(f"{best.objective} is no proven optimum")
    return Loss(100 * (ours - least) / optimum, 100 * (peer - least) / optimum, took)


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
