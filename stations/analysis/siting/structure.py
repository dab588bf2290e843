"""What is left of a covering problem once everything that decides nothing is taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csc_array, csr_array

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

_SEED = 20_260_101  # of the numbers by which rows are told apart; which ones they are decides nothing


@dataclass(frozen=True, eq=False)
class Covering:
    """Rows of demand that a choice can still win, each with the open candidates that reach it.

    Attributes
    ----------
    rows
        CSR, rows × candidates, of ones, sorted: whom each row is reached by. No two rows are the same.
    columns
        The same by candidate.
    weights
        Of each row, > 0: the sum of the demand that it stands for.
    base
        The weight that is covered whatever is chosen: by the fixed sites.
    candidates
        Which candidate of the question each column is, ascending.
    """

    rows: csr_array
    columns: csc_array
    weights: Floats
    base: float
    candidates: Integers

    @property
    def count(self) -> int:
        """How many candidates are open."""
        return len(self.candidates)


def reduced(reach: csr_array, weights: Floats, *, fixed: Integers) -> Covering:
    """Return the problem without the demand that is covered already, that nobody reaches, or that weighs nothing.

    Demand that the same candidates reach is one row (Church & ReVelle's "demand aggregation" without an error): a city
    of 100,000 points may have a few thousand different rows.
    """
    settled = np.zeros(reach.shape[0], dtype=bool)
    settled[reach[:, fixed].nonzero()[0]] = True
    open_ones = np.setdiff1d(np.arange(reach.shape[1]), fixed)
    base = float(weights[settled].sum())
    left = reach[~settled & (weights > 0)][:, open_ones]
    return of_rows(left, weights[~settled & (weights > 0)], base=base, candidates=open_ones)


def of_rows(rows: csr_array, weights: Floats, *, base: float, candidates: Integers) -> Covering:
    """Return a problem of these rows: those that are the same become one, those of nobody are left out."""
    rows = csr_array(rows)
    rows.sort_indices()
    sizes = np.diff(rows.indptr)
    kept, weights = rows[sizes > 0], weights[sizes > 0]
    first, group = _groups(kept)
    merged = csr_array(kept[first])
    merged.sort_indices()
    merged.data = np.ones(len(merged.indices))
    total = np.bincount(group, weights=weights, minlength=len(first)).astype(np.float64)
    return Covering(merged, csc_array(merged), total, base, candidates)


def _groups(rows: csr_array) -> tuple[Integers, Integers]:
    """Return the first row of each kind, and of which kind each row is.

    Rows are told apart by two sums of 64 random bits for each candidate: among a million of them two different ones
    have the same with a probability of 10^-26.
    """
    count = rows.shape[0]
    if count == 0:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    signs = np.random.default_rng(_SEED).integers(0, 2**63, size=(2, rows.shape[1]), dtype=np.uint64)
    sums = [np.add.reduceat(sign[rows.indices], rows.indptr[:-1]) for sign in signs]
    order = np.lexsort(sums)
    new = np.ones(count, dtype=bool)
    new[1:] = (sums[0][order][1:] != sums[0][order][:-1]) | (sums[1][order][1:] != sums[1][order][:-1])
    group = np.empty(count, np.intp)
    group[order] = np.cumsum(new) - 1
    return order[new], group


def touched(matrix: csr_array | csc_array, which: ArrayLike) -> tuple[Integers, Integers]:
    """Return the indices in some rows of a CSR matrix (columns of a CSC one), joined, and how many each has."""
    chosen = np.asarray(which, np.intp)
    starts, sizes = matrix.indptr[chosen], matrix.indptr[chosen + 1] - matrix.indptr[chosen]
    ends = np.cumsum(sizes)
    places = np.arange(ends[-1] if len(ends) else 0)
    places += np.repeat(starts - (ends - sizes), sizes)
    return matrix.indices[places], sizes
