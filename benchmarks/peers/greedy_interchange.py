"""The peer of `benchmarks.heuristics`: greedy, then interchange, without a bound.

Greedy adds the site that makes it least for all, one after the other. Interchange (M. B. Teitz & P. Bart 1968) goes
through the candidates in their order, and lets each take the place of that site whose loss makes it least, where that
is less than before, until no candidate can. Most people covered is the same question: who is in reach goes 0, else 1.
"""

from __future__ import annotations

from itertools import cycle

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Chosen = NDArray[np.intp]


def chosen(cost: Floats, weights: Floats, *, sites: int) -> Chosen:
    """Return so many candidates: of `cost` by row and candidate, each row pays its least, times its weight."""
    return _interchanged(cost, weights, _greedy(cost, weights, sites=sites))


def _greedy(cost: Floats, weights: Floats, *, sites: int) -> Chosen:
    found, least = list[int](), np.full(len(cost), cost.max())
    for _ in range(sites):
        totals = weights @ np.minimum(cost, least[:, np.newaxis])
        totals[found] = np.inf
        found.append(int(np.argmin(totals)))
        least = np.minimum(least, cost[:, found[-1]])
    return np.array(found, np.intp)


def _interchanged(cost: Floats, weights: Floats, first: Chosen) -> Chosen:
    found, total, since = first.copy(), float(weights @ cost[:, first].min(axis=1)), 0
    for candidate in cycle(range(cost.shape[1])):
        totals = _totals(cost[:, found], cost[:, candidate], weights)
        place = int(np.argmin(totals))
        if candidate not in found and totals[place] < total * (1 - 1e-9):
            found[place], total, since = candidate, float(totals[place]), 0
        elif (since := since + 1) == cost.shape[1]:
            break
    return found


def _totals(paid: Floats, new: Floats, weights: Floats) -> Floats:
    """Return what it comes to when a new site takes the place of each: its rows go there, or to their second."""
    rows, nearest = np.arange(len(paid)), np.argmin(paid, axis=1)
    least = paid[rows, nearest]
    others = paid.copy()
    others[rows, nearest] = np.inf
    kept = np.minimum(least, new)
    more = np.minimum(others.min(axis=1), new) - kept
    lost = np.bincount(nearest, weights * more, minlength=paid.shape[1])
    return np.asarray(weights @ kept + lost)
