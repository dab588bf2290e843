from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.sparse import csr_array

from stations.analysis.siting import set_covering
from stations.analysis.siting.cover import fewer
from tests.analysis.siting.instances import Table, tables


def reachable(table: Table) -> csr_array:
    """Return the rows that somebody reaches."""
    return csr_array(table.reach[np.diff(table.reach.indptr) > 0], dtype=float)


def greedy(near: csr_array) -> list[int]:
    """Return a cover that takes what reaches most of those who are left, again and again."""
    dense, chosen = near.toarray() > 0, list[int]()
    left = np.ones(near.shape[0], dtype=bool)
    while left.any():
        chosen.append(int(dense[left].sum(axis=0).argmax()))
        left &= ~dense[:, chosen[-1]]
    return chosen


@settings(deadline=None)
@given(tables())
def test_a_cover_stays_a_cover_and_never_grows(table: Table) -> None:
    near = reachable(table)
    everybody = np.unique(near.indices)
    found = fewer(near, everybody, until=np.inf)
    assert set(found) <= set(everybody)
    assert (near[:, found].sum(axis=1) > 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_exchanges_lead_from_a_greedy_cover_to_one_of_the_fewest(seed: int) -> None:
    random = np.random.default_rng(seed)
    people, places = random.random((400, 2)), random.random((90, 2))
    near = csr_array(np.linalg.norm(people[:, np.newaxis] - places, axis=2) <= 0.17, dtype=float)
    near = csr_array(near[np.diff(near.indptr) > 0])
    first, proven = greedy(near), set_covering(csr_array(near, dtype=bool))
    found = fewer(near, np.array(first), until=np.inf)
    assert proven.proven
    assert len(found) == proven.objective <= len(first)
    assert list(found) == list(fewer(near, np.array(first), until=np.inf))


def test_without_time_a_cover_stays_as_it_is() -> None:
    near = csr_array(np.ones((3, 3)))
    assert list(fewer(near, np.array([0, 2]), until=0.0)) == [0, 2]
    assert len(fewer(near, np.array([0, 2]), until=np.inf)) == 1


@pytest.mark.parametrize("seed", [5002, 5044, 5075, 5265, 5270])
def test_a_start_does_not_hide_the_cheapest_cover(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows, candidates = int(random.integers(20, 80)), int(random.integers(15, 70))
    near = random.random((rows, candidates)) < 0.08
    near[~near.any(axis=1), 0] = True
    answer = set_covering(csr_array(near), costs=np.ceil(10 * random.random(candidates)))
    assert answer.proven
    assert answer.bound == answer.objective
