"""What is left of a covering problem once everything that decides nothing is taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csc_array, csr_array

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

NOTHING = 1e-12
"""The share of a sum that is the rounding of its parts."""
EXACT = 2**53
"""Up to here a float holds every whole number."""
_SEED = 20_260_101  # of the numbers by which rows are told apart; which ones they are decides nothing


@dataclass(frozen=True, eq=False)
class Covering:
    """Rows of demand that a choice can still win, each with the open candidates that reach it.

    Attributes
    ----------
    rows
        CSR, rows × candidates, of ones, sorted: whom each row is reached by. No two rows of a district are the same.
    columns
        The same by candidate.
    weights
        Of each row, > 0: the sum of the demand that it stands for.
    again
        What each row adds when a second site reaches it, at most `weights`; nothing where backup is not asked for.
    district
        Which district each row is in; 0 where floors are not asked for.
    base
        The weight that is covered whatever is chosen: by the fixed sites.
    candidates
        Which candidate of the question each column is, ascending.
    """

    rows: csr_array
    columns: csc_array
    weights: Floats
    again: Floats
    district: Integers
    base: float
    candidates: Integers

    @property
    def count(self) -> int:
        """How many candidates are open."""
        return len(self.candidates)

    def marginal(self, times: Floats) -> Floats:
        """Return what one site more adds to each row that so many sites, or parts of them, reach."""
        return np.where(times < 1, self.weights, np.where(times < 2, self.again, 0.0))

    def worth(self, times: Floats) -> Floats:
        """Return what each row is worth when so many sites, or parts of them, reach it: concave in their number."""
        first, second = np.minimum(times, 1.0), np.clip(times - 1.0, 0.0, 1.0)
        return np.asarray(self.weights * first + self.again * second, dtype=np.float64)

    @property
    def total(self) -> float:
        """What is covered at most, beside `base`."""
        return float(self.weights.sum() + self.again.sum())


def reduced(
    reach: csr_array,
    weights: Floats,
    *,
    fixed: Integers,
    again: Floats | None = None,
    district: Integers | None = None,
) -> Covering:
    """Return the problem without the demand that is covered already, that nobody reaches, or that weighs nothing.

    Demand that the same candidates reach is one row (Church & ReVelle's "demand aggregation" without an error): a city
    of 100,000 points may have a few thousand different rows. A row that one fixed site reaches is one that the first
    new site covers a second time.
    """
    times = np.diff(csr_array(reach[:, fixed]).indptr)
    second = np.zeros(len(weights)) if again is None else again
    where = np.zeros(len(weights), np.intp) if district is None else district
    left = np.where(times == 0, weights, np.where(times == 1, second, 0.0))
    base = float(weights[times >= 1].sum() + second[times >= 2].sum())
    open_ones = np.setdiff1d(np.arange(reach.shape[1]), fixed)
    kept = np.flatnonzero(left > 0)
    rows = reach[kept] if len(open_ones) == reach.shape[1] else reach[kept][:, open_ones]
    gains = np.column_stack([left[kept], np.where(times == 0, second, 0.0)[kept]])
    return of_rows(rows, gains, base=base, candidates=open_ones, district=where[kept])


def of_rows(rows: csr_array, gains: Floats, *, base: float, candidates: Integers, district: Integers) -> Covering:
    """Return a problem of these rows: those that are the same become one, those of nobody are left out.

    `gains` has two columns: what the first site adds to each row, and what the second adds.
    """
    rows = csr_array(rows)
    rows.sort_indices()
    sizes = np.diff(rows.indptr)
    kept, gains, district = rows[sizes > 0], gains[sizes > 0], district[sizes > 0]
    first, group = groups(kept, district)
    merged = csr_array(kept[first])
    merged.data = np.ones(len(merged.indices))
    weights, again = (np.bincount(group, weights=gain, minlength=len(first)).astype(np.float64) for gain in gains.T)
    return Covering(merged, csc_array(merged), weights, again, district[first], base, candidates)


def distinct(rows: csr_array) -> csr_array:
    """Return the rows of a table of ones that are not the same, those of nothing left out."""
    full = csr_array(rows[np.diff(rows.indptr) > 0])
    first, _group = groups(full, np.zeros(full.shape[0], np.intp))
    return csr_array(full[first])


def groups(rows: csr_array, district: Integers) -> tuple[Integers, Integers]:
    """Return the first row of each kind in each district, and of which kind each row is.

    Rows are told apart by two sums of 64 random bits for each candidate: among a million of them two different ones
    have the same with a probability of 10^-26.
    """
    count = rows.shape[0]
    if count == 0:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    signs = np.random.default_rng(_SEED).integers(0, 2**63, size=(2, rows.shape[1]), dtype=np.uint64)
    sums = [np.add.reduceat(sign[rows.indices], rows.indptr[:-1]) for sign in signs]
    keys = (sums[0], sums[1], district)
    order = np.lexsort(keys)
    new = np.ones(count, dtype=bool)
    new[1:] = np.logical_or.reduce([key[order][1:] != key[order][:-1] for key in keys])
    group = np.empty(count, np.intp)
    group[order] = np.cumsum(new) - 1
    return order[new], group


def touched(matrix: csr_array | csc_array, which: ArrayLike) -> tuple[Integers, Integers]:
    """Return the indices in some rows of a CSR matrix (columns of a CSC one), joined, and how many each has."""
    at, sizes = places(matrix.indptr, np.asarray(which, np.intp))
    return matrix.indices[at], sizes


def places(indptr: NDArray[np.integer], which: Integers) -> tuple[Integers, Integers]:
    """Return where the entries of some rows of a CSR matrix (columns of a CSC one) are, and how many each has."""
    starts = indptr[which].astype(np.intp)
    sizes = indptr[which + 1] - starts
    ends = np.cumsum(sizes)
    at = np.arange(ends[-1] if len(ends) else 0)
    at += np.repeat(starts - (ends - sizes), sizes)
    return at, sizes
