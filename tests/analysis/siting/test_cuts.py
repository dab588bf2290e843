from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from stations.analysis.siting import cuts
from stations.analysis.siting.cuts import Cuts
from stations.analysis.siting.structure import Covering, reduced
from tests.analysis.siting.instances import town

LATER = np.inf


def problem_of(seed: int, *, again: float = 0.0) -> Covering:
    table = town(seed, rows=120, candidates=40, radius=0.15)
    return reduced(
        csr_array(table.reach, dtype=float), table.weights, fixed=np.empty(0, np.intp), again=again * table.weights
    )


def relaxed(problem: Covering, sites: int) -> float:
    """Return the bound of the model as it is written in books: a variable for each row."""
    rows, count = problem.rows.shape
    matrix = vstack([hstack([-problem.rows, eye_array(rows)]), csr_array([[1.0] * count + [0.0] * rows])])
    costs = np.concatenate([np.zeros(count), -problem.weights])
    return -float(linprog(costs, A_ub=matrix, b_ub=np.append(np.zeros(rows), sites), bounds=(0, 1)).fun)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 999), st.integers(1, 12), st.sampled_from([1, 4, 64]))
def test_the_bound_is_that_of_the_whole_model(seed: int, sites: int, groups: int) -> None:
    problem = problem_of(seed)
    found = Cuts(problem, sites=sites, groups=groups).tighten(None, until=LATER, tolerance=0.0)
    assert found.bound == pytest.approx(relaxed(problem, sites), rel=1e-7)
    assert found.bound >= relaxed(problem, sites) * (1 - 1e-9)


def test_a_tangent_is_never_passed_by_a_choice() -> None:
    problem, random = problem_of(3, again=0.4), np.random.default_rng(1)
    relaxation = Cuts(problem, sites=6)
    for _ in range(20):
        relaxation.add(random.random(problem.count) * random.integers(0, 2, problem.count))
    bound = relaxation.solve(LATER).bound
    for _ in range(200):
        chosen = np.zeros(problem.count)
        chosen[random.choice(problem.count, 6, replace=False)] = 1.0
        lower = chosen.copy()
        relaxation.node(lower, chosen)
        assert relaxation.solve(LATER).bound >= problem.worth(problem.rows @ chosen).sum() * (1 - 1e-12)
        assert bound >= problem.worth(problem.rows @ chosen).sum()


def test_tangents_that_are_thrown_away_change_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problem_of(5)
    before = Cuts(problem, sites=8).tighten(None, until=LATER, tolerance=0.0).bound
    monkeypatch.setattr(cuts, "MOST_CUTS", 100)
    assert Cuts(problem, sites=8).tighten(None, until=LATER, tolerance=0.0).bound == pytest.approx(before, rel=1e-7)


def test_without_time_nothing_is_claimed() -> None:
    assert Cuts(problem_of(1), sites=3).tighten(None, until=0.0, tolerance=0.0).bound == np.inf
