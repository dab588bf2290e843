"""What spopt says of middle-sized questions of covering."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from stations.analysis.siting import max_covering, set_covering
from tests.analysis.siting.instances import Table, covered, town
from tests.analysis.siting.oracle import chosen_by_spopt


def cost(table: Table) -> NDArray[np.float64]:
    """Return 0 for who is in reach, else 1."""
    return 1.0 - table.reach.toarray().astype(float)


@pytest.mark.parametrize("seed", range(3))
def test_spopt_covers_as_many(seed: int) -> None:
    table = town(seed, rows=800, candidates=60, radius=0.12)
    answer = max_covering(table.reach, table.weights, sites=12)
    assert answer.proven
    assert answer.objective == covered(table, chosen_by_spopt("MCLP", cost(table), sites=12, weights=table.weights))


@pytest.mark.parametrize("seed", range(3))
def test_spopt_needs_as_many(seed: int) -> None:
    table = town(seed, rows=800, candidates=120, radius=0.15)
    reachable = np.flatnonzero(np.diff(table.reach.indptr))
    table = Table(csr_array(table.reach[reachable]), table.weights[reachable])
    answer = set_covering(table.reach)
    assert answer.proven
    assert answer.objective == len(chosen_by_spopt("LSCP", cost(table)))
