from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from stations.analysis.siting import dominance
from stations.analysis.siting.dominance import irreducible, parts
from tests.analysis.siting.instances import Table, choices, tables


@pytest.mark.parametrize("at_once", [1, dominance.AT_ONCE])
@given(table=tables(rows=12, candidates=5))
def test_it_finds_every_row_that_is_part_of_another(table: Table, at_once: int) -> None:
    dense = table.reach.toarray()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dominance, "AT_ONCE", at_once)
        found = parts(csr_array(table.reach, dtype=float))
    rows = range(len(dense))
    part_of = {(i, j) for i in rows for j in rows if i != j and dense[i].any() and not (dense[i] & ~dense[j]).any()}
    assert set(zip(found.part.tolist(), found.whole.tolist(), strict=True)) == part_of
    assert len(found.part) == len(part_of)


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
