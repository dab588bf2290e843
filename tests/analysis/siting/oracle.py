"""PySAL's spopt as an oracle, solved by CBC: another model and another solver than ours."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray


def chosen_by_spopt(
    model: str, cost: NDArray[np.float64], *, sites: int = 0, weights: NDArray[np.float64] | None = None
) -> list[int]:
    """Return what spopt chooses; what costs more than 0.5 is out of reach."""
    import pulp  # both take seconds, and only for these tests
    from spopt import locate

    people = np.ones(len(cost)) if weights is None else weights
    models = {
        "MCLP": lambda: locate.MCLP.from_cost_matrix(cost, people, 0.5, sites),
        "LSCP": lambda: locate.LSCP.from_cost_matrix(cost, 0.5),
        "PMedian": lambda: locate.PMedian.from_cost_matrix(cost, people, p_facilities=sites),
        "PCenter": lambda: locate.PCenter.from_cost_matrix(cost, p_facilities=sites),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of what will be otherwise in PuLP 4
        solver = pulp.PULP_CBC_CMD(msg=False, gapRel=0)
        if not solver.available():  # PuLP brings none for Apple silicon
            solver = pulp.HiGHS(msg=False, gapRel=0)
        asked = models[model]().solve(solver, results=False)
    return [place for place, variable in enumerate(asked.fac_vars) if variable.value() > 0.5]


def by_spopt(
    model: str, metres: NDArray[np.float64], *, sites: int, weights: NDArray[np.float64] | None = None
) -> float:
    """Return what the choice of spopt comes to by distance, counted here."""
    people = np.ones(len(metres)) if weights is None else weights
    away = metres[:, chosen_by_spopt(model, metres, sites=sites, weights=weights)].min(axis=1)
    return float(people @ away if model == "PMedian" else away.max())
