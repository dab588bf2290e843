"""The peer of `benchmarks.frontier`: a curve by greedy, compact, regreedy, without a bound.

The algorithm of abw-maxcover 0.2 (Analytics for a Better World), which is in no package registry: the greedy order
until nobody is left, the sites taken out that win nothing beside the others, the rest ordered greedily again, and the
better of both at every number of sites. ``ABW_MAXCOVER`` names a folder with its source, and then its own functions
run (``packages/abw_maxcover/src`` of its repository). Without it this is written here after its description and with
its ways: gains in one array, looked through for each site, and kept up to date by the rows that are newly won.
"""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Integers = NDArray[np.int64]
SOURCE = "ABW_MAXCOVER"


class Order(NamedTuple):
    """Sites in their order, what the first 0, 1, 2, … win, and how many of them reach each row."""

    sites: list[int]
    won: list[int]
    times: NDArray[np.int32]


def curve(reach: csr_array, weights: Integers) -> Integers:
    """Return what 0, 1, 2, … sites cover."""
    if SOURCE in os.environ:
        return _of_the_package(reach, weights)
    turned = reach.tocsc()
    first = _greedy(reach, turned, weights)
    kept = _compact(turned, first)
    second = _greedy(reach, turned, weights, pool=kept)
    return _envelope(first.won, second.won)


def _of_the_package(reach: csr_array, weights: Integers) -> Integers:
    sys.path.insert(0, os.environ[SOURCE])
    from abw_maxcover import MaxCoverInstance
    from abw_maxcover._incremental_core import budgeted_construct, drop_redundant_facilities

    turned = reach.tocsc()
    given = MaxCoverInstance(weights, reach.indptr, reach.indices, turned.indptr, turned.indices)
    first = budgeted_construct(given, given.n_facilities, constructor="greedy")
    kept = drop_redundant_facilities(given, first.solution, coverage=first.coverage, objective=first.objective)
    second = budgeted_construct(given, len(kept.solution), constructor="greedy", candidate_pool=kept.solution)
    return _envelope(first.objectives, second.objectives)


def _greedy(reach: csr_array, turned: csr_array, weights: Integers, *, pool: list[int] | None = None) -> Order:
    gains = np.add.reduceat(np.append(weights[turned.indices], 0), turned.indptr[:-1])
    gains[np.diff(turned.indptr) == 0] = 0
    if pool is not None:
        outside = np.ones(len(gains), dtype=bool)
        outside[pool] = False
        gains[outside] = -1
    left, times = np.ones(len(weights), dtype=bool), np.zeros(len(weights), np.int32)
    sites: list[int] = []
    won = [0]
    while gains[site := int(np.argmax(gains))] > 0:
        sites.append(site)
        won.append(won[-1] + int(gains[site]))
        gains[site] = -1
        rows = turned.indices[turned.indptr[site] : turned.indptr[site + 1]]
        times[rows] += 1
        fresh = rows[left[rows]]
        left[fresh] = False
        begins, ends = reach.indptr[fresh], reach.indptr[fresh + 1]
        others = np.concatenate([reach.indices[begin:end] for begin, end in zip(begins, ends, strict=True)])
        less = np.repeat(weights[fresh], ends - begins)
        open_ones = gains[others] >= 0
        np.subtract.at(gains, others[open_ones], less[open_ones])
    return Order(sites, won, times)


def _compact(turned: csr_array, order: Order) -> list[int]:
    times, kept = order.times.copy(), []
    for site in order.sites:
        rows = turned.indices[turned.indptr[site] : turned.indptr[site + 1]]
        if (times[rows] >= 2).all():
            times[rows] -= 1
        else:
            kept.append(site)
    return kept


def _envelope(*curves: list[int]) -> Integers:
    length = max(map(len, curves))
    return np.max([[*values, *[values[-1]] * (length - len(values))] for values in curves], axis=0)
