"""PySAL's spopt as an oracle, in an environment of its own that ``SPOPT_PYTHON`` names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from numpy.typing import NDArray

_PROGRAM = """
import sys, numpy as np, pulp
from spopt.locate import PCenter, PMedian
given = np.load(sys.argv[1])
cost, weights, sites = given["cost"], given["weights"], int(given["sites"])
if sys.argv[2] == "PMedian":
    model = PMedian.from_cost_matrix(cost, weights, p_facilities=sites)
else:
    model = PCenter.from_cost_matrix(cost, p_facilities=sites)
model = model.solve(pulp.PULP_CBC_CMD(msg=False))
chosen = [j for j, variable in enumerate(model.fac_vars) if variable.value() > 0.5]
print(*chosen)
"""


def by_spopt(
    model: str, metres: NDArray[np.float64], *, sites: int, weights: NDArray[np.float64] | None = None
) -> float:
    """Return what the choice of spopt comes to, counted here; the test is skipped where there is none."""
    program = os.environ.get("SPOPT_PYTHON")
    if not program:
        pytest.skip("SPOPT_PYTHON names no Python with spopt and PuLP: its answers are not compared")
    people = np.ones(len(metres)) if weights is None else weights
    with TemporaryDirectory() as scratch:
        given = Path(scratch) / "given.npz"
        np.savez(given, cost=metres, weights=people, sites=sites)
        done = subprocess.run([program, "-c", _PROGRAM, given, model], capture_output=True, check=True)
    chosen = [int(place) for place in done.stdout.split()]
    away = metres[:, chosen].min(axis=1)
    return float(people @ away if model == "PMedian" else away.max())
