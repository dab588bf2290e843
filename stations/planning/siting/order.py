"""In which order to build, and what each place brings beside what stands and those before it."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from stations.planning.siting.proposal import SitingQuestion
    from stations.planning.siting.solving import Sited

    Integers = NDArray[np.intp]
    Floats = NDArray[np.float64]


Told = TypeVar("Told")


class Gains(Protocol):
    """What each of some columns would bring beside what is taken already."""

    def gain(self, number: int) -> float:
        """Return what a column brings, by its place among them."""

    def take(self, number: int) -> None:
        """Build it."""


class Reached:
    """People who have fewer than `most` stations within reach before, and one more then."""

    def __init__(self, table: Sited, *, stays: Integers, columns: Integers, most: int = 1) -> None:
        reach = table.reach[:, columns].tocsc()
        self.most, self._weights = most, table.weights
        self._points = [reach.indices[reach.indptr[n] : reach.indptr[n + 1]] for n in range(len(columns))]
        self._times = np.asarray(table.reach[:, stays].sum(axis=1, dtype=np.int64))

    def gain(self, number: int) -> float:
        """Return how many people have one station more then, of those who have too few."""
        points = self._points[number]
        return float(self._weights[points[self._times[points] < self.most]].sum())

    def second(self, number: int) -> float:
        """Return how many people have a second station then."""
        points = self._points[number]
        return float(self._weights[points[self._times[points] == 1]].sum())

    def take(self, number: int) -> None:
        """Build it."""
        self._times[self._points[number]] += 1


class Ways:
    """Metres that people go less, all together; whoever reached no station is as far off as anybody is from any."""

    def __init__(self, table: Sited, *, stays: Integers, columns: Integers) -> None:
        self._weights, away = table.weights, _metres(table, np.concatenate([stays, columns]))
        far = away[np.isfinite(away)].max(initial=0.0)
        self._metres = np.where(np.isfinite(away), away, far)[:, len(stays) :]
        self._away = away[:, : len(stays)].min(axis=1, initial=np.inf)
        self._from = np.where(np.isfinite(self._away), self._away, far)

    def gain(self, number: int) -> float:
        """Return how many person-metres fewer people go then."""
        return float(self._weights @ (self._from - self._metres[:, number]).clip(0.0))

    def nearer(self, number: int) -> tuple[float, float]:
        """Return how many people have a nearer station then, and by how many metres on average (NaN: by nobody)."""
        less = self._from - self._metres[:, number]
        people = float(self._weights[less > 0].sum())
        return people, self.gain(number) / people if people else float("nan")

    def take(self, number: int) -> None:
        """Build it."""
        self._from = np.minimum(self._from, self._metres[:, number])


def _metres(table: Sited, columns: Integers) -> Floats:
    """Return dense metres from each point to some columns; infinite where they are not reached."""
    pairs = table.metres[:, columns].tocoo()
    found = np.full(pairs.shape, np.inf)
    found[pairs.row, pairs.col] = pairs.data
    return found


def gains_of(table: Sited, wanted: SitingQuestion, *, stays: Integers, columns: Integers) -> Gains:
    """Return what columns are ordered by: what is wanted of them, as far as one place after the other can be told."""
    if not wanted.model.covers:
        return Ways(table, stays=stays, columns=columns)
    return Reached(table, stays=stays, columns=columns, most=2 if wanted.twice else 1)


def build_order(new: Integers, gains: Gains) -> Integers:
    """Return new columns in the order in which each next one brings most, of equals the first.

    What a column brings only shrinks while others are taken: who brought most when it was last asked, and still does,
    is the next (Minoux 1978).
    """
    waiting, order = [(-gains.gain(n), n) for n in range(len(new))], list[int]()
    heapify(waiting)
    while waiting:
        brought, number = heappop(waiting)
        if (now := (-gains.gain(number), number)) == (brought, number) or not waiting or now <= waiting[0]:
            order.append(number)
            gains.take(number)
        else:
            heappush(waiting, now)
    return new[np.array(order, np.intp)]


def one_after_the_other(gains: Gains, count: int, told: Callable[[int], Told]) -> list[Told]:
    """Return what is told of each of so many columns when those before it are built."""
    found = []
    for number in range(count):
        found.append(told(number))
        gains.take(number)
    return found
