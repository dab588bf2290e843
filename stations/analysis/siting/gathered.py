"""The same table with what is near each other side by side, so that loops find in the cache what they look at next."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from stations.analysis.siting.orders import won_at
from stations.analysis.siting.structure import Integers, places
from stations.analysis.siting.winnable import Winnable, sums, turned_over


def gathered(problem: Winnable, order: Integers) -> tuple[Winnable, Integers]:
    """Return the table in another order, and which candidate of the old one each candidate of the new one is.

    Rows stand beside those that the same site of an order wins, sites beside those that reach rows of theirs (the
    reverse Cuthill-McKee order), candidates where their rows stand, on the average; of equals there their turns decide,
    so that it does not matter in which order they came.
    """
    won = won_at(problem, order)
    rows, sizes = problem.touched(order)
    shared = (np.ones(len(rows), np.int32), (won[rows], np.repeat(np.arange(len(order)), sizes)))
    beside = csr_array(shared, shape=(len(order) + 1,) * 2)
    rank = np.argsort(reverse_cuthill_mckee(csr_array(beside + beside.T), symmetric_mode=True))
    at_site = problem.incomes(rank[won].astype(np.float64)) / np.maximum(1, np.diff(problem.by_site))
    at_row = sums(problem.by_row, problem.sites, at_site) / np.diff(problem.by_row)
    by_rows = np.lexsort((at_row, rank[won]))
    place = np.empty(len(by_rows))
    place[by_rows] = np.arange(len(by_rows))
    by_sites = np.lexsort((problem.turns, problem.incomes(place) / np.maximum(1, np.diff(problem.by_site))))
    new = np.argsort(by_sites).astype(np.int32)
    at, sizes = places(problem.by_row, by_rows)
    by_row = np.append(0, np.cumsum(sizes))
    by_site, rows = turned_over(by_row, new[problem.sites[at]], count=problem.candidates)
    by_row, sites = turned_over(by_site, rows, count=len(by_rows))
    return Winnable(by_row, sites, by_site, rows, problem.weights[by_rows], problem.turns[by_sites]), by_sites
