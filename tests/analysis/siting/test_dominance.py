from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from stations.analysis.siting.dominance import irreducible, without_outdone, without_wholes
from stations.analysis.siting.structure import reduced
from tests.analysis.siting.instances import Table, choices, tables


@given(tables(rows=12, candidates=5))
def test_of_rows_those_that_are_part_of_no_other_are_left_each_once(table: Table) -> None:
    dense = table.reach.toarray()
    kept = without_wholes(csr_array(table.reach, dtype=float)).toarray().astype(bool)
    some = {tuple(row) for row in dense.tolist() if any(row)}
    smallest = {row for row in some if not any(other != row and _part(other, row) for other in some)}
    assert sorted(map(tuple, kept.tolist())) == sorted(smallest)


@given(tables(rows=8, candidates=7), st.data())
def test_of_candidates_those_stay_that_no_other_no_dearer_one_outdoes(table: Table, data: st.DataObject) -> None:
    count = table.reach.shape[1]
    costs = np.array(data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)), float)
    problem = reduced(table.reach, table.weights, fixed=np.empty(0, np.intp))
    wins = [tuple(column) for column in problem.columns.T.toarray().astype(bool).tolist()]

    def outdone(one: int) -> bool:
        others = [other for other in range(count) if other != one and _part(wins[one], wins[other])]
        return any((costs[other], wins[other] == wins[one], other) < (costs[one], True, one) for other in others)

    left = without_outdone(problem, costs)
    assert left.candidates.tolist() == [one for one in range(count) if any(wins[one]) and not outdone(one)]
    assert left.total == problem.total


@given(tables(rows=8, candidates=6), st.data())
def test_what_is_left_costs_as_little_to_cover(table: Table, data: st.DataObject) -> None:
    dense = table.reach.toarray()
    dense[:, 0] |= ~dense.any(axis=1)
    count = dense.shape[1]
    costs = np.array(data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)), float)
    rows, candidates = irreducible(csr_array(dense, dtype=float), costs)

    def cheapest(matrix: np.ndarray, prices: np.ndarray) -> float:
        every = choices(matrix.shape[1], matrix.shape[1])
        return min(prices[list(one)].sum() for one in every if matrix[:, list(one)].any(axis=1).all())

    assert cheapest(rows.toarray().astype(bool), costs[candidates]) == cheapest(dense, costs)


def _part(one: tuple[bool, ...], other: tuple[bool, ...]) -> bool:
    return all(each <= whole for each, whole in zip(one, other, strict=True))
