"""What spopt says of middle-sized questions of covering."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from stations.analysis.siting import Conditions, max_covering, set_covering
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


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_programme_covers_as_many_where_each_district_has_its_share(seed: int) -> None:
    """Of just more sites than the three districts need; everybody is a column of their own there."""
    random = np.random.default_rng(seed)
    people, places = random.random((400, 2)), random.random((60, 2))
    reach = csr_array(((people[:, np.newaxis] - places) ** 2).sum(axis=2) <= 0.09**2)
    weights, district = random.integers(1, 100, 400).astype(float), (3 * people[:, 0]).astype(int)
    conditions = Conditions(district=district, floors=0.45)
    sites = int(set_covering(reach, weights=weights, share=0.0, conditions=conditions).objective) + 1
    answer = max_covering(reach, weights, sites=sites, conditions=conditions)
    assert answer.proven
    inside = weights * (district == np.arange(3)[:, np.newaxis])
    rows = [
        LinearConstraint(hstack([csr_array(reach, dtype=float), -eye_array(400)]), 0, np.inf),
        LinearConstraint(np.append(np.ones(60), np.zeros(400)), 0, sites),
        LinearConstraint(np.hstack([np.zeros((3, 60)), inside]), 0.45 * inside.sum(axis=1), np.inf),
    ]
    whole = np.repeat([1, 0], [60, 400])
    found = milp(np.append(np.zeros(60), -weights), constraints=rows, integrality=whole, bounds=Bounds(0, 1))
    assert found.status == 0
    assert answer.objective == pytest.approx(-found.fun, rel=1e-9)
