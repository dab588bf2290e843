"""Small tables of distances, and their best choices by trying all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array


class Distances(NamedTuple):
    """Metres, rows × candidates, infinite where there is no way; the weight of each row; who is there anyway."""

    metres: NDArray[np.float64]
    weights: NDArray[np.float64]
    fixed: list[int]
    sites: int

    @property
    def sparse(self) -> csr_array:
        """The same with the pairs alone that can be reached, those of 0 m stored."""
        rows, columns = np.nonzero(np.isfinite(self.metres))
        return csr_array(coo_array((self.metres[rows, columns], (rows, columns)), shape=self.metres.shape))

    @property
    def reachable(self) -> NDArray[np.bool_]:
        """Which rows any candidate reaches."""
        return np.isfinite(self.metres).any(axis=1)

    def nearest(self, chosen: object) -> NDArray[np.float64]:
        """Return how far it is for each row to some candidates or the fixed ones."""
        at = [*np.asarray(chosen, int), *self.fixed]
        return self.metres[:, at].min(axis=1, initial=np.inf)

    def idle(self, chosen: NDArray[np.intp]) -> list[int]:
        """Return of some candidates those beside whose others nobody who weighs something goes any farther."""
        away, counts = self.nearest(chosen), self.weights > 0
        others = {int(one): self.nearest(chosen[chosen != one]) for one in chosen}
        return [one for one, without in others.items() if (without[counts] == away[counts]).all()]

    def total(self, chosen: object) -> float:
        """Return the total of those who can be reached; who is not counts twice the largest distance of who weighs."""
        far = 2 * self.metres[np.isfinite(self.metres) & (self.weights > 0)[:, np.newaxis]].max() or 1.0
        return float((self.weights * np.minimum(self.nearest(chosen), far))[self.reachable].sum())

    def worst(self, chosen: object) -> float:
        return float(self.nearest(chosen)[self.reachable].max())

    def least(self, value: Callable[[object], float]) -> float:
        """Return the least value of all choices of so many sites."""
        others = [place for place in range(self.metres.shape[1]) if place not in self.fixed]
        return min(value(choice) for choice in combinations(others, self.sites))


@st.composite
def distances(draw: st.DrawFn, *, rows: int = 9, candidates: int = 7, gaps: bool = True) -> Distances:
    """Draw a table in which somebody who weighs something can reach a candidate."""
    shape = draw(st.integers(1, rows)), draw(st.integers(1, candidates))
    cell = st.integers(0, 9) | st.just(np.inf) if gaps else st.integers(0, 99)
    cells = draw(st.lists(cell, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    metres = np.array(cells, float).reshape(shape)
    metres[0, 0] = min(metres[0, 0], 9.0)
    weights = np.array(draw(st.lists(st.integers(0, 9), min_size=shape[0], max_size=shape[0])), float)
    weights[0] = max(weights[0], 1.0)
    fixed = draw(st.lists(st.integers(0, shape[1] - 1), max_size=2, unique=True))
    return Distances(metres, weights, fixed, draw(st.integers(0, shape[1] - len(fixed))))


def town(rows: int, candidates: int, *, seed: int = 7) -> Distances:
    """Return a made-up town of 40 km: people in quarters, candidates there and anywhere."""
    random = np.random.default_rng(seed)
    quarters = random.random((30, 2)) * 40_000

    def near(count: int) -> NDArray[np.float64]:
        return np.asarray(quarters[random.integers(0, 30, count)] + random.normal(0, 2_500, (count, 2)))

    people, places = near(rows), np.concatenate([near(candidates // 2), random.random((candidates // 2, 2)) * 40_000])
    metres = np.hypot(*(people[:, np.newaxis] - places).transpose(2, 0, 1))
    return Distances(metres, random.integers(1, 200, rows).astype(float), [], 10)
