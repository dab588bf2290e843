"""What spopt says of middle-sized questions, with the interpreter that ``SPOPT_PYTHON`` names."""

from __future__ import annotations

import json
import os
import subprocess

import numpy as np
import pytest
from scipy.sparse import csr_array

from stations.analysis.siting import max_covering, set_covering
from tests.analysis.siting.instances import Table, covered, town

PYTHON = os.environ.get("SPOPT_PYTHON")
pytestmark = pytest.mark.skipif(PYTHON is None, reason="SPOPT_PYTHON names no interpreter that has spopt")

_SPOPT = """
import json, sys, numpy as np, pulp, spopt.locate as locate
asked = json.load(sys.stdin)
metres = 1 - np.array(asked["reach"], float)
solver = pulp.PULP_CBC_CMD(msg=False, gapRel=0)
if asked["sites"]:
    model = locate.MCLP.from_cost_matrix(metres, np.array(asked["weights"]), 0.5, asked["sites"])
else:
    model = locate.LSCP.from_cost_matrix(metres, 0.5)
model = model.solve(solver, results=False)
json.dump([j for j, x in enumerate(model.fac_vars) if x.value() > 0.5], sys.stdout)
"""


def chosen_by_spopt(table: Table, sites: int) -> list[int]:
    asked = {"reach": table.reach.toarray().astype(int).tolist(), "weights": table.weights.tolist(), "sites": sites}
    command = [str(PYTHON), "-c", _SPOPT]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return [int(position) for position in json.loads(done.stdout.splitlines()[-1])]


@pytest.mark.parametrize("seed", range(3))
def test_spopt_covers_as_many(seed: int) -> None:
    table = town(seed, rows=800, candidates=60, radius=0.12)
    answer = max_covering(table.reach, table.weights, sites=12)
    assert answer.proven
    assert answer.objective == covered(table, chosen_by_spopt(table, 12))


@pytest.mark.parametrize("seed", range(3))
def test_spopt_needs_as_many(seed: int) -> None:
    table = town(seed, rows=800, candidates=120, radius=0.15)
    reachable = np.flatnonzero(np.diff(table.reach.indptr))
    table = Table(csr_array(table.reach[reachable]), table.weights[reachable])
    answer = set_covering(table.reach)
    assert answer.proven
    assert answer.objective == len(chosen_by_spopt(table, 0))
