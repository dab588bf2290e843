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
import sys, numpy as np, pulp, spopt.locate as locate
given = np.load(sys.argv[1])
cost, weights, sites = given["cost"], given["weights"], int(given["sites"])
model = {
    "MCLP": lambda: locate.MCLP.from_cost_matrix(cost, weights, 0.5, sites),
    "LSCP": lambda: locate.LSCP.from_cost_matrix(cost, 0.5),
    "PMedian": lambda: locate.PMedian.from_cost_matrix(cost, weights, p_facilities=sites),
    "PCenter": lambda: locate.PCenter.from_cost_matrix(cost, p_facilities=sites),
}[sys.argv[2]]()
model = model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0), results=False)
print(*[j for j, variable in enumerate(model.fac_vars) if variable.value() > 0.5])
"""


def chosen_by_spopt(
    model: str, cost: NDArray[np.float64], *, sites: int = 0, weights: NDArray[np.float64] | None = None
) -> list[int]:
    """Return what spopt chooses; what costs more than 0.5 is out of reach. Skips the test where there is no spopt."""
    program = os.environ.get("SPOPT_PYTHON")
    if not program:
        pytest.skip("SPOPT_PYTHON names no Python with spopt and PuLP: its answers are not compared")
    people = np.ones(len(cost)) if weights is None else weights
    with TemporaryDirectory() as scratch:
        given = Path(scratch) / "given.npz"
        np.savez(given, cost=cost, weights=people, sites=sites)
        done = subprocess.run([program, "-c", _PROGRAM, given, model], capture_output=True, check=True)
    return [int(place) for place in done.stdout.splitlines()[-1].split()]


def by_spopt(
    model: str, metres: NDArray[np.float64], *, sites: int, weights: NDArray[np.float64] | None = None
) -> float:
    """Return what the choice of spopt comes to by distance, counted here."""
    people = np.ones(len(metres)) if weights is None else weights
    away = metres[:, chosen_by_spopt(model, metres, sites=sites, weights=weights)].min(axis=1)
    return float(people @ away if model == "PMedian" else away.max())
