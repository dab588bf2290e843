"""Rows of a table that are part of others: conditions that follow from others, candidates that others outdo."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting.compiled import (
    FLOATS,
    INTEGER,
    MARKS,
    MEMBERS,
    STARTS,
    TRUTH,
    VOID,
    Marks,
    Members,
    Starts,
    compiled,
    tuple_of,
)
from stations.analysis.siting.structure import Covering, Floats, Integers, distinct, of_rows

MOST_LOOKS = 10_000_000
"""At so many pairs is looked, a part of a second; what is outdone and has not been found by then stays."""


class Table(NamedTuple):
    """Rows and what each holds, in ascending order: where each begins; and the other way round, who holds it."""

    starts: Starts
    members: Members
    holders: Starts
    rows: Members


TABLE = tuple_of(Table, STARTS, MEMBERS, STARTS, MEMBERS)


@compiled(TRUTH, TABLE, INTEGER, INTEGER)
def within(table: Table, part: int, whole: int) -> bool:
    """Return whether all that the one row holds another one holds, too."""
    starts, members, _holders, _rows = table
    at, end = starts[whole], starts[whole + 1]
    for own in range(starts[part], starts[part + 1]):
        while at < end and members[at] < members[own]:
            at += 1
        if at == end or members[at] > members[own]:
            return False
    return True


@compiled(INTEGER, TABLE, INTEGER)
def rarest(table: Table, row: int) -> int:
    """Return the member of a row that the fewest rows hold: whatever the row is part of holds that one, too."""
    starts, members, holders, _rows = table
    few = members[starts[row]]
    for at in range(starts[row], starts[row + 1]):
        if holders[members[at] + 1] - holders[members[at]] < holders[few + 1] - holders[few]:
            few = members[at]
    return int(few)


@compiled(VOID, TABLE, FLOATS, MARKS)
def leave_outdone_out(table: Table, costs: Floats, left: Marks) -> None:
    """Leave out every row that is part of one that costs no more; of those that are the same the first stays."""
    starts, _members, holders, rows = table
    looks = MOST_LOOKS
    for part in range(len(left)):
        if not left[part]:
            continue
        few, size = rarest(table, part), starts[part + 1] - starts[part]
        for at in range(holders[few], holders[few + 1]):
            whole = rows[at]
            more = starts[whole + 1] - starts[whole] - size
            if more < 0 or costs[whole] > costs[part]:
                continue
            if more == 0 and costs[whole] == costs[part] and whole >= part:
                continue
            if looks == 0:
                return
            looks -= 1
            if within(table, part, whole):
                left[part] = False
                break


@compiled(VOID, TABLE, MARKS)
def leave_wholes_out(table: Table, left: Marks) -> None:
    """Leave out every row that another one, before it, is part of; a row is never part of one before it."""
    _starts, _members, holders, rows = table
    for part in range(len(left)):
        if not left[part]:
            continue
        few = rarest(table, part)
        for at in range(holders[few], holders[few + 1]):
            if rows[at] > part and left[rows[at]] and within(table, part, rows[at]):
                left[rows[at]] = False


def without_outdone(problem: Covering, costs: Floats) -> Covering:
    """Return a problem without the candidates that win nothing, or nothing that another, no dearer one does not win.

    Only where being reached counts once: a second time, a candidate may count beside the one that outdoes it.
    """
    kept = np.flatnonzero(_useful(problem.columns, costs))
    if len(kept) == problem.count:
        return problem
    rows, gains = csr_array(problem.rows[:, kept]), np.column_stack([problem.weights, problem.again])
    return of_rows(rows, gains, base=problem.base, candidates=problem.candidates[kept], district=problem.district)


def without_wholes(rows: csr_array) -> csr_array:
    """Return rows without those that another one is part of, each once: a site in all of these is one in all."""
    rows = distinct(rows)
    smallest_first = csr_array(rows[np.argsort(np.diff(rows.indptr), kind="stable")])
    smallest_first.sort_indices()
    left = np.ones(rows.shape[0], dtype=bool)
    leave_wholes_out(_table(smallest_first, csc_array(smallest_first)), left)
    return csr_array(smallest_first[np.flatnonzero(left)])


def irreducible(rows: csr_array, costs: Floats) -> tuple[csr_array, Integers]:
    """Return what is left of a set covering problem, and which candidates its columns are.

    A row that holds another one asks for nothing of its own; a candidate that is in no row that another, no dearer one
    is not in is never needed. One leads to the other, so both are looked for until nothing changes (Toregas & ReVelle
    1972).
    """
    candidates = np.arange(rows.shape[1])
    while True:
        rows = without_wholes(rows)
        useful = _useful(csc_array(rows), costs[candidates])
        if useful.all():
            return rows, candidates
        rows, candidates = csr_array(rows[:, np.flatnonzero(useful)]), candidates[useful]
        rows.sort_indices()


def _useful(columns: csc_array, costs: Floats) -> Marks:
    """Return which columns hold something, and something that no other, no dearer one holds."""
    useful: Marks = np.diff(columns.indptr) > 0
    leave_outdone_out(_table(columns, csr_array(columns)), costs, useful)
    return useful


def _table(held: csr_array | csc_array, turned_over: csr_array | csc_array) -> Table:
    """Return the rows (columns) of a matrix, which is given by row and by column, each sorted."""
    return Table(
        starts=held.indptr.astype(np.int64),
        members=held.indices.astype(np.int32),
        holders=turned_over.indptr.astype(np.int64),
        rows=turned_over.indices.astype(np.int32),
    )
