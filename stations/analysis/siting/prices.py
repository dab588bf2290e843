"""Prices of demand: one set of them bounds what any number of sites can cover.

Whoever is covered is worth his weight. Let a part of it, his price, be paid to every site that reaches him, and the
rest be given away: k sites cover no more than what is given away, and the k largest incomes. That is the dual of the
relaxation of maximal covering, with the number of sites in its objective alone, so that the same prices bound the whole
curve [1]_. Which prices are good depends on the number of sites. They begin with what the greedy order paid (dual
fitting), and are led to where the incomes of those that would be chosen are equal and nobody is paid for twice.

.. [1] R. D. Galvão, C. ReVelle (1996): A Lagrangean heuristic for the maximal covering location problem. European
   Journal of Operational Research 88 (1), 114-123.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stations.analysis.siting.structure import Floats, Integers
from stations.analysis.siting.winnable import Winnable


class Priced(NamedTuple):
    """Prices of the rows (0 ≤ price ≤ weight), and the income of each candidate at them."""

    prices: Floats
    incomes: Floats


def fitted(problem: Winnable, won: Integers, gains: Floats, *, sites: int) -> Floats:
    """Return the prices at which each of the first `sites` in an order earns what the last of them adds, at most.

    Parameters
    ----------
    won
        At which place of the order each row is won.
    gains
        What each place of the order adds; one more entry, for the rows that are never won.
    """
    return np.asarray(problem.weights * (gains[sites - 1] / np.maximum(gains[won], gains[sites - 1])))


def priced(problem: Winnable, prices: Floats) -> Priced:
    """Return prices with the incomes at them."""
    return Priced(prices, problem.incomes(prices))


def bound(problem: Winnable, at: Priced, *, most: int) -> Floats:
    """Return what 1, 2, … `most` sites can win at most, by these prices."""
    highest = at.incomes
    if not most:
        return np.empty(0)
    if len(highest) > most:
        highest = np.partition(highest, -most)[-most:]
    paid = np.sort(highest)[::-1].cumsum()
    given = float((problem.weights - at.prices).sum())
    return given + np.concatenate([paid, np.full(most - len(paid), paid[-1])])
