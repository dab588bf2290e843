from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from itertools import combinations, count
from threading import Thread

import highspy
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from stations.analysis import siting
from stations.analysis.siting.clock import over, remaining
from stations.analysis.siting.mixed import Mixed, solved
from tests.analysis.siting.instances import town

TABLE = town(3, rows=1500, candidates=400, radius=0.06)
RANDOM = np.random.default_rng(5)
METRES = 1000 * np.linalg.norm(RANDOM.random((600, 1, 2)) - RANDOM.random((150, 2)), axis=2)
PEOPLE = RANDOM.integers(1, 100, 600).astype(float)
NEAR = csr_array(np.where(METRES <= 150, METRES, 0.0))
LONG_S = 600.0
MODELS: dict[str, tuple[bool, Callable[[], siting.Selection]]] = {
    "most people": (True, lambda: siting.max_covering(TABLE.reach, TABLE.weights, sites=40, time_limit_s=LONG_S)),
    "fewest": (False, lambda: siting.set_covering(TABLE.reach, weights=TABLE.weights, share=0.85, time_limit_s=LONG_S)),
    "capacity": (
        True,
        lambda: siting.capacitated_covering(NEAR, PEOPLE, sites=5, capacity=np.full(150, 4000.0), time_limit_s=LONG_S),
    ),
    "least distance": (False, lambda: siting.p_median(METRES, PEOPLE, sites=15, time_limit_s=LONG_S)),
    "least farthest": (False, lambda: siting.p_center(METRES, sites=8, time_limit_s=LONG_S)),
}


class After:
    """Says that a search is to stop from the time on when it is asked once more than so often."""

    def __init__(self, often: int) -> None:
        self.often, self.asked = often, 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked > self.often


@pytest.mark.parametrize("name", MODELS)
def test_a_search_that_is_stopped_answers_with_what_is_known_by_then(name: str) -> None:
    most, asked = MODELS[name]
    best = asked()
    assert best.proven
    for often in (0, 3, 12):
        stopped = After(often)
        with siting.stopped_by(stopped):
            known = asked()
        assert not known.proven
        assert often < stopped.asked <= often + 12  # soon after: it is asked thousands of times where nobody stops it
        assert (
            known.bound >= best.objective >= known.objective
            if most
            else (known.bound <= best.objective <= known.objective)
        )


def test_the_time_left_is_none_while_a_search_is_stopped_and_the_same_again_after_it() -> None:
    assert remaining(math.inf) == math.inf
    assert 0 < remaining(time.perf_counter() + LONG_S) <= LONG_S
    assert over(time.perf_counter())
    with siting.stopped_by(lambda: True):
        assert (remaining(math.inf), over(math.inf)) == (0.0, True)
        with siting.stopped_by(lambda: False):
            assert not over(math.inf)
        assert over(math.inf)
    with pytest.raises(ZeroDivisionError), siting.stopped_by(lambda: True):
        raise ZeroDivisionError
    assert not over(math.inf)


def test_a_search_in_another_thread_goes_on() -> None:
    told: list[bool] = []
    with siting.stopped_by(lambda: True):
        other = Thread(target=lambda: told.append(over(math.inf)))
        other.start()
        other.join()
    assert told == [False]


def test_highs_is_stopped_between_the_branches() -> None:
    stopped = After(5)
    with siting.stopped_by(stopped):
        values, most = solved(STEINER, step=1.0, start=None, until=math.inf)
    assert stopped.asked > 5
    assert values is not None
    assert (STEINER.matrix @ values).min() >= 1
    assert most > STEINER.gains @ values  # it is not proven to be the fewest


def test_what_whoever_is_asked_raises_is_raised_out_of_highs() -> None:
    """HiGHS would drop it, and go on."""
    for often in (6, 9, 20):
        asked = count(1)

        def broken(asked: Iterator[int] = asked, often: int = often) -> bool:
            if next(asked) == often:
                raise ZeroDivisionError
            return False

        with pytest.raises(ZeroDivisionError), siting.stopped_by(broken):
            solved(STEINER, step=1.0, start=None, until=math.inf)


def test_of_an_error_of_highs_nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highspy.Highs, "run", lambda _self: highspy.HighsStatus.kError)
    values, most = solved(STEINER, step=1.0, start=None, until=math.inf)
    assert (values, most) == (None, math.inf)


def test_the_workers_of_a_frontier_are_stopped_with_the_thread_that_asks() -> None:
    table = town(5, rows=400, candidates=120, radius=0.1)
    stopped = After(200)
    with siting.stopped_by(stopped):
        found = siting.covering_frontier(table.reach, table.weights, time_limit_s=LONG_S)
    assert 200 < stopped.asked < 300
    assert (found.best <= found.bound).all()


def steiner(third: int) -> NDArray[np.int32]:
    """Return the triples of 3 × `third` points (odd) by Bose's construction: any two points are in just one of them."""
    found = [(each, each + third, each + 2 * third) for each in range(third)]
    for level, above in ((0, 1), (1, 2), (2, 0)):
        for one, other in combinations(range(third), 2):
            middle = (one + other) * (third + 1) // 2 % third
            found.append((one + third * level, other + third * level, middle + third * above))
    return np.array(found, np.int32)


def _fewest_points(triples: NDArray[np.int32]) -> Mixed:
    """Return the fewest points that meet each triple: thousands of branches (Fulkerson, Nemhauser & Trotter 1974)."""
    meets = csr_array((np.ones(triples.size), triples.ravel(), np.arange(0, triples.size + 1, 3)))
    rows, points = meets.shape
    return Mixed(
        matrix=meets,
        gains=-np.ones(points),
        lower=np.zeros(points),
        upper=np.ones(points),
        row_lower=np.ones(rows),
        row_upper=np.full(rows, np.inf),
        whole=np.ones(points, dtype=bool),
    )


STEINER = _fewest_points(steiner(15))
