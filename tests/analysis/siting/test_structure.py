from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from stations.analysis.siting.limits import reached
from stations.analysis.siting.structure import reduced
from tests.analysis.siting.instances import Table, choices, covered, tables


@given(tables(), st.data())
def test_what_is_left_counts_every_choice_as_before(table: Table, data: st.DataObject) -> None:
    count = table.reach.shape[1]
    fixed = data.draw(st.lists(st.integers(0, count - 1), max_size=2, unique=True))
    problem = reduced(csr_array(table.reach, dtype=float), table.weights, fixed=np.array(sorted(fixed), np.intp))
    assert set(problem.candidates) == set(range(count)) - set(fixed)
    for choice in choices(problem.count, problem.count):
        worth = problem.worth(reached(problem.rows, np.array(choice, np.intp))).sum()
        assert problem.base + worth == covered(table, [*problem.candidates[list(choice)], *fixed])


@given(tables(rows=30, candidates=3))
def test_no_two_rows_are_the_same(table: Table) -> None:
    problem = reduced(csr_array(table.reach, dtype=float), table.weights, fixed=np.empty(0, np.intp))
    patterns = [tuple(row) for row in problem.rows.toarray().tolist()]
    assert len(set(patterns)) == len(patterns)
    assert all(any(pattern) for pattern in patterns)
    assert (problem.weights > 0).all()


def test_rows_of_two_districts_stay_apart() -> None:
    reach, weights = csr_array(np.ones((4, 2))), np.array([1.0, 2.0, 4.0, 8.0])
    problem = reduced(reach, weights, fixed=np.empty(0, np.intp), district=np.array([0, 1, 0, 1]))
    assert dict(zip(problem.district.tolist(), problem.weights.tolist(), strict=True)) == {0: 5.0, 1: 10.0}
