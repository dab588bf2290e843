from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from stations.analysis.siting import max_covering, set_covering
from stations.model.errors import BadTable, NobodyInReach, TargetOutOfReach, TooManySites
from tests.analysis.siting.instances import Table, best, choices, covered, tables


@settings(deadline=None)
@given(tables(), st.data())
def test_it_covers_most_of_all_choices(table: Table, data: st.DataObject) -> None:
    count = table.reach.shape[1]
    fixed = data.draw(st.lists(st.integers(0, count - 1), max_size=2, unique=True))
    sites = data.draw(st.integers(0, count - len(fixed)))
    answer = max_covering(table.reach, table.weights, sites=sites, fixed=fixed)
    assert len(answer.selected) <= sites
    assert not set(answer.selected) & set(fixed)
    assert answer.objective == covered(table, [*answer.selected, *fixed])
    assert answer.objective == best(table, sites, lambda choice: covered(table, [*choice, *fixed]))
    assert answer.bound == answer.objective
    assert answer.proven
    assert answer.gap == 0


@settings(deadline=None)
@given(tables(), st.floats(0, 1))
def test_no_fewer_sites_cover_the_share(table: Table, share: float) -> None:
    count = table.reach.shape[1]
    possible = covered(table, range(count))
    target = share * table.weights.sum()
    if target > possible * (1 + 1e-12):
        with pytest.raises(TargetOutOfReach):
            set_covering(table.reach, weights=table.weights, share=share)
        return
    answer = set_covering(table.reach, weights=table.weights, share=share)
    enough = target * (1 - 1e-9)
    assert covered(table, answer.selected) >= enough
    assert answer.objective == len(answer.selected) == answer.bound
    assert answer.proven
    assert all(covered(table, choice) < enough for choice in choices(count, len(answer.selected) - 1))


REACH = csr_array(np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0]], bool))


def test_bad_questions_are_told() -> None:
    with pytest.raises(TooManySites, match="3 or fewer"):
        max_covering(REACH, [1, 1, 1], sites=4)
    with pytest.raises(BadTable):
        max_covering(REACH, [1, np.nan, 1], sites=1)
    with pytest.raises(BadTable):
        max_covering(REACH, [1, -1, 1], sites=1)
    with pytest.raises(BadTable):
        max_covering(REACH, [1, 1], sites=1)
    with pytest.raises(BadTable):
        max_covering(REACH, [1, 1, 1], sites=1, fixed=[3])
    with pytest.raises(NobodyInReach):
        max_covering(REACH, [0, 0, 1], sites=1)
    with pytest.raises(TargetOutOfReach, match=r"0\.666"):
        set_covering(REACH)
