"""The pairs of a sparse table as SciPy stores them, looked at once, before compiled code reads them unlooked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, issparse

from stations.model.errors import BadTable, BadValue
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_TABLE = mark("it is no sparse SciPy matrix")
ASKEW = mark("its parts do not belong together; check_format() of SciPy says how")
OUTSIDE = mark("a pair is stored outside its rows and columns, at this index")


def by_row(table: Any, *, what: str) -> csr_array:
    """Return the pairs of a sparse table by row, as they are stored: in any order, and one perhaps more than once.

    Whatever flags the table bears are not believed. The arrays may be the caller's: they are not to be written in.

    Parameters
    ----------
    table
        A SciPy sparse matrix or array of two dimensions, in any format.
    what
        What it is called in a refusal.

    Raises
    ------
    BadTable
        It is none, or its indices are not those of its rows and columns.
    """
    if not issparse(table) or len(table.shape) != 2:
        raise BadTable(what=what, reason=NO_TABLE)
    try:
        if table.format == "csr":
            return _inside(csr_array((table.data, table.indices, table.indptr), shape=table.shape), what=what)
        if table.format == "csc":
            columns = csc_array((table.data, table.indices, table.indptr), shape=table.shape)
            return _inside(columns, what=what).tocsr()
        stored = table.tocoo()
        stored = coo_array((stored.data, stored.coords), shape=table.shape)  # which looks at the indices
    except (TypeError, ValueError, IndexError) as error:
        if isinstance(error, BadTable):
            raise
        raise BadTable(what=what, reason=ASKEW) from error
    order = np.argsort(stored.row, kind="stable")
    ends = np.append(0, np.cumsum(np.bincount(stored.row, minlength=table.shape[0])))
    return csr_array((stored.data[order], stored.col[order], ends), shape=table.shape)


def place_of(pairs: csr_array, at: int) -> str:
    """Return the row and the column of a stored pair, as one writes them to look at it."""
    row = int(np.searchsorted(pairs.indptr, at, side="right")) - 1
    return f"[{row}, {pairs.indices[at]}]"


def first_twice(pairs: csr_array) -> int | None:
    """Return the first pair (in the order of their storage) that is there before; the rows are sorted."""
    if pairs.has_canonical_format:
        return None
    again = np.append(False, np.diff(pairs.indices) == 0)
    starts = pairs.indptr[:-1]
    again[starts[starts < len(again)]] = False
    return int(again.argmax()) if again.any() else None


def _inside(table: Any, *, what: str) -> Any:
    """Return a table by row, or by column, if its indices are those of columns, or rows."""
    starts, ends = table.indptr[:-1], table.indptr[1:]
    if (ends < starts).any():
        raise BadTable(what=what, reason=ASKEW)
    looked_at: NDArray[np.integer] = table.indices
    if table.has_canonical_format:  # they ascend in each row: its first and its last are enough
        some = starts < ends
        looked_at = np.concatenate([table.indices[starts[some]], table.indices[ends[some] - 1]])
    across = table.shape[1 if table.format == "csr" else 0]
    if len(looked_at) and not (looked_at.min() >= 0 and looked_at.max() < across):
        outside = looked_at[(looked_at < 0) | (looked_at >= across)]
        raise BadValue(what=what, reason=OUTSIDE, value=int(outside[0]))
    return table
