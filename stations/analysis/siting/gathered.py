"""The same table with what is near each other side by side, so that loops find in the cache what they look at next.

A table says who reaches whom, and not where anybody is; a plan is drawn from it. Sites of an order that reach the same
rows are neighbours, and how many steps they are from some that are far from each other says where they lie (as in the
high-dimensional embedding of graphs [1]_). Candidates lie amid their rows, rows amid their candidates. Along a Hilbert
curve through such a plan the rows of a candidate are a few runs.

.. [1] D. Harel, Y. Koren (2002): Graph drawing by high-dimensional embedding. Graph Drawing 2002, Lecture Notes in
   Computer Science 2528, 207-219.
"""

from __future__ import annotations

import math

import numpy as np
from geopandas import GeoSeries
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from stations.analysis.siting.orders import won_at
from stations.analysis.siting.structure import Floats, Integers, places
from stations.analysis.siting.winnable import Winnable, sums, turned_over


def gathered(problem: Winnable, order: Integers) -> tuple[Winnable, Integers]:
    """Return the table in another order, and which candidate of the old one each candidate of the new one is.

    Of equals their turns decide, so that it does not matter in which order the candidates came.
    """
    won = won_at(problem, order)
    plan = np.append(_plan(problem, order, won), [[0.0, 0.0, 0.0]], axis=0)  # whom nobody wins weighs nothing
    of_sites = [problem.incomes(values) for values in plan[won].T.copy()]
    of_rows = [sums(problem.by_row, problem.sites, values) for values in of_sites]
    by_rows, by_sites = np.argsort(_along(*of_rows), kind="stable"), np.lexsort((problem.turns, _along(*of_sites)))
    new = np.argsort(by_sites).astype(np.int32)
    at, sizes = places(problem.by_row, by_rows)
    by_row = np.append(0, np.cumsum(sizes))
    by_site, rows = turned_over(by_row, new[problem.sites[at]], count=problem.candidates)
    by_row, sites = turned_over(by_site, rows, count=len(by_rows))
    return Winnable(by_row, sites, by_site, rows, problem.weights[by_rows], problem.turns[by_sites]), by_sites


def _plan(problem: Winnable, order: Integers, won: Integers) -> Floats:
    """Return where each place of an order lies (two coordinates), and 1.

    What hangs together has a square of its own: how much farther it is from one end than from the other, and how much
    farther from one side than from the other.
    """
    rows, sizes = problem.touched(order)
    shared = np.ones(len(rows)), (won[rows], np.repeat(np.arange(len(order)), sizes))
    beside = csr_array(shared, shape=(len(order),) * 2)
    many, part = connected_components(beside, directed=False)

    def steps_from_last(by: Floats) -> Floats:
        """Return how many steps each is from whom of its part `by` is largest."""
        ranked = np.lexsort((by, part))
        last = ranked[np.append(np.diff(part[ranked]) > 0, True)]
        return np.asarray(dijkstra(beside, directed=False, indices=last, unweighted=True, min_only=True))

    end = steps_from_last(steps_from_last(np.zeros(len(order))))
    other_end = steps_from_last(end)
    x = end - other_end
    side = steps_from_last(end + other_end - 2 * np.abs(x))
    y = side - steps_from_last(side - np.abs(x))
    wide, across = 2 * max(np.abs(x).max(), np.abs(y).max()) + 1, math.ceil(math.sqrt(many))
    return np.column_stack([x + wide * (part % across), y + wide * (part // across), np.ones(len(order))])


def _along(x: Floats, y: Floats, weight: Floats) -> Integers:
    """Return where the centres of gravity lie along the curve."""
    there = np.maximum(weight, 1.0)
    return np.asarray(GeoSeries.from_xy(x / there, y / there).hilbert_distance(), np.int64)
