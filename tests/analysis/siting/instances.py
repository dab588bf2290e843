"""Small tables of who is in reach of whom, and their best choices by trying all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array


class Table(NamedTuple):
    reach: csr_array
    weights: NDArray[np.float64]


@st.composite
def tables(draw: st.DrawFn, *, rows: int = 9, candidates: int = 7) -> Table:
    """Draw a table in which somebody reaches a candidate and weighs something."""
    shape = draw(st.integers(1, rows)), draw(st.integers(1, candidates))
    cells = draw(st.lists(st.booleans(), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    reach = np.array(cells).reshape(shape)
    weights = np.array(draw(st.lists(st.integers(0, 9), min_size=shape[0], max_size=shape[0])), float)
    reach[0, 0], weights[0] = True, max(weights[0], 1.0)
    return Table(csr_array(reach), weights)


def covered(table: Table, chosen: Iterable[int]) -> float:
    """Return what some candidates cover, counted one row at a time."""
    chosen = list(chosen)
    dense = table.reach.toarray()
    return float(sum(weight for row, weight in zip(dense, table.weights, strict=True) if row[chosen].any()))


def choices(count: int, most: int) -> Iterable[tuple[int, ...]]:
    """Return every choice of at most so many candidates."""
    return (choice for size in range(most + 1) for choice in combinations(range(count), size))


def best(table: Table, sites: int, value: Callable[[tuple[int, ...]], float]) -> float:
    return max(value(choice) for choice in choices(table.reach.shape[1], sites))


def town(seed: int, *, rows: int, candidates: int, radius: float) -> Table:
    """Return people and candidates anywhere in a square of side 1."""
    random = np.random.default_rng(seed)
    people, places = random.random((rows, 2)), random.random((candidates, 2))
    reach = ((people[:, np.newaxis] - places) ** 2).sum(axis=2) <= radius**2
    return Table(csr_array(reach), random.integers(1, 100, rows).astype(float))
