from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from stations.analysis.siting.limits import at_most
from stations.analysis.siting.search import Gains, constructed, exchanged, shaken
from stations.analysis.siting.structure import Covering, reduced
from tests.analysis.siting.instances import town

NONE = np.empty(0, np.intp)
LATER = np.inf


def problem_of(seed: int, *, backup: float = 0.0) -> Covering:
    table = town(seed, rows=100, candidates=30, radius=0.18)
    again = backup * table.weights
    return reduced(csr_array(table.reach, dtype=float), table.weights, fixed=NONE, again=again)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 999), st.sampled_from([0.0, 0.5]))
def test_no_single_exchange_makes_the_exchanged_choice_better(seed: int, backup: float) -> None:
    problem = problem_of(seed, backup=backup)
    start = np.arange(5)
    found = exchanged(problem, start)
    value = partial(at_most(problem, 5).value, problem)
    best = value(found)
    assert len(set(found)) == 5
    assert best >= value(start)
    for place in range(5):
        for other in set(range(problem.count)) - set(found.tolist()):
            changed = found.copy()
            changed[place] = other
            assert value(changed) <= best * (1 + 1e-9)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 999), st.integers(5, 20))
def test_whatever_is_tried_keeps_the_budget(seed: int, budget: int) -> None:
    problem = problem_of(seed)
    costs = np.random.default_rng(seed).integers(1, 6, problem.count).astype(float)
    limits = replace(at_most(problem, np.inf), costs=costs, budget=float(budget))
    chosen = constructed(problem, limits, np.ones(problem.count))
    assert chosen is not None
    for better in (exchanged(problem, chosen, limits=limits), shaken(problem, chosen, limits=limits, until=LATER)):
        assert costs[better].sum() <= budget
        assert limits.value(problem, better) >= limits.value(problem, chosen)


def test_what_could_be_added_is_kept_up_to_date() -> None:
    problem = problem_of(11, backup=0.3)
    state = Gains(problem)
    for site in (4, 17, 9):
        state.add(site)
    assert np.allclose(state.gains, Gains(problem, np.array([4, 17, 9])).gains)


def test_shaking_is_the_same_every_time() -> None:
    problem = problem_of(2)
    start, limits = np.arange(6), at_most(problem, 6)
    first, second = (shaken(problem, start, limits=limits, until=LATER) for _ in range(2))
    assert first.tolist() == second.tolist()
