"""Which rows of a table are part of others: conditions that follow from others, candidates that others outdo."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting.structure import Floats, Integers, distinct, touched

FIRST = 200  # rows that are compared with all others before most of those are gone
AT_ONCE = 1_000_000  # pairs that are looked at together, so that memory stays small


class Parts(NamedTuple):
    """Pairs of rows: all that the one holds, the other holds, too."""

    part: Integers
    whole: Integers


def parts(rows: csr_array, some: Integers | None = None) -> Parts:
    """Return every pair of rows of which one (of `some`) is part of another one, each way where they are the same.

    A row can only be part of those that hold its rarest column, too; of these it is looked up entry by entry.
    """
    columns = csc_array(rows)
    sizes, seen = np.diff(rows.indptr), np.diff(columns.indptr)
    some = np.flatnonzero(sizes) if some is None else some[sizes[some] > 0]
    rarest = _rarest(rows, seen)[some]
    marks = _marks(rows)
    found: list[Parts] = []
    for begin, end in _runs(seen[rarest]):
        others, many = touched(columns, rarest[begin:end])
        own = np.repeat(some[begin:end], many)
        maybe = (own != others) & (sizes[own] <= sizes[others]) & (marks[own] & ~marks[others] == 0)
        found.append(_sure(rows, own[maybe], others[maybe]))
    return Parts(*(np.concatenate(column) for column in zip(*found, strict=True))) if found else Parts(some, some)


def _rarest(rows: csr_array, seen: Integers) -> Integers:
    """Return the column of each row that the fewest rows have; any where a row is empty."""
    rarest = np.zeros(rows.shape[0], np.intp)
    sizes = np.diff(rows.indptr)
    row = np.repeat(np.arange(rows.shape[0]), sizes)
    order = np.lexsort((seen[rows.indices], row))
    rarest[sizes > 0] = rows.indices[order[rows.indptr[:-1][sizes > 0]]]
    return rarest


def _marks(rows: csr_array) -> Integers:
    """Return 62 bits for each row, those of its columns: a part has no bit that the whole has not."""
    marks = np.zeros(rows.shape[0], np.int64)
    full = np.flatnonzero(np.diff(rows.indptr))
    if full.size:
        bits = np.left_shift(np.int64(1), rows.indices.astype(np.int64) % 62)
        marks[full] = np.bitwise_or.reduceat(bits, rows.indptr[full])
    return marks


def _runs(sizes: Integers) -> list[tuple[int, int]]:
    """Return where to begin and end, so that no run has many more than `AT_ONCE` pairs."""
    ends = np.flatnonzero(np.diff(np.cumsum(sizes) // AT_ONCE, append=-1)) + 1
    return list(zip(np.append(0, ends[:-1]).tolist(), ends.tolist(), strict=True)) if len(sizes) else []


def _sure(rows: csr_array, own: Integers, others: Integers) -> Parts:
    """Return those pairs of which every entry of the one is in the other."""
    keys = np.repeat(np.arange(rows.shape[0], dtype=np.int64), np.diff(rows.indptr)) * rows.shape[1] + rows.indices
    held, sizes = touched(rows, own)
    wanted = np.repeat(others.astype(np.int64), sizes) * rows.shape[1] + held
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    missing = np.bincount(np.repeat(np.arange(len(own)), sizes), weights=keys[at] != wanted, minlength=len(own))
    return Parts(own[missing == 0], others[missing == 0])


def outdone(pairs: Parts, costs: Floats) -> Integers:
    """Return the rows that are part of one that costs no more; of those that are the same the first stays."""
    part, whole = pairs
    same = _both_ways(pairs)
    worse = (costs[whole] < costs[part]) | ((costs[whole] == costs[part]) & (~same | (whole < part)))
    return np.unique(part[worse])


def _both_ways(pairs: Parts) -> NDArray[np.bool_]:
    """Return which pairs are the same row twice."""
    most = int(max(pairs.part.max(initial=0), pairs.whole.max(initial=0))) + 1
    return np.isin(pairs.part * most + pairs.whole, pairs.whole * most + pairs.part)


def without_wholes(rows: csr_array) -> csr_array:
    """Return the rows that no other row is part of, each once: a site in every one of them is one in all.

    Small rows come first: what holds one of them need not be looked at again.
    """
    rows = distinct(rows)
    left = rows[np.argsort(np.diff(rows.indptr), kind="stable")]
    looked_at, many = 0, FIRST
    while looked_at < left.shape[0]:
        pairs = parts(left, np.arange(looked_at, min(looked_at + many, left.shape[0])))
        kept = np.setdiff1d(np.arange(left.shape[0]), pairs.whole)
        looked_at = int((kept < looked_at + many).sum())
        left, many = csr_array(left[kept]), 2 * many
    return left


def irreducible(rows: csr_array, costs: Floats) -> tuple[csr_array, Integers]:
    """Return what is left of a set covering problem, and which candidates its columns are.

    A row that holds another one asks for nothing of its own; a candidate that is in no row that another, no dearer one
    is not in is never needed. One leads to the other, so both are looked for until nothing changes (Toregas & ReVelle
    1972).
    """
    candidates = np.arange(rows.shape[1])
    while True:
        rows = without_wholes(rows)
        columns = csr_array(rows.T)
        columns.sort_indices()
        useful = np.diff(columns.indptr) > 0
        useful[outdone(parts(columns), costs[candidates])] = False
        if useful.all():
            return rows, candidates
        rows, candidates = csr_array(rows[:, np.flatnonzero(useful)]), candidates[useful]
        rows.sort_indices()
