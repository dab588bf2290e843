"""An answer with its proof: what was chosen, how good it is, and how good any choice can be at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stations.analysis.siting.questions import SITES, whole
from stations.model.errors import BadChoice
from stations.model.language import mark

Method = Literal["greedy", "exchange", "multipliers", "cuts", "branch and bound"]


@dataclass(frozen=True, eq=False)
class Selection:
    """A choice of candidates, and what is proven about it.

    Attributes
    ----------
    selected
        Positions of the candidates that are chosen beside the fixed ones, ascending.
    objective
        What is wanted: covered or served weight, total or largest distance, the fixed sites' part with it; or what
        the chosen ones cost, their number where nothing is said of costs.
    bound
        What no choice can pass: at least `objective` where most is wanted, at most where least is.
    proven
        Whether no other choice is better: by anything, where all weights (or costs) are whole numbers; else by more
        than a billionth of them all, which is about what a solver can tell apart.
    seconds
        How long it took, by the clock.
    method
        What settled it: how far the way from a first answer to the proof was gone.
    """

    selected: NDArray[np.intp]
    objective: float
    bound: float
    proven: bool
    seconds: float
    method: Method

    @property
    def gap(self) -> float:
        """How far the answer may be from the best, as a share (0-1) of the objective; 0 where both are nothing."""
        if self.objective == self.bound:
            return 0.0
        return abs(self.bound - self.objective) / abs(self.objective) if self.objective else np.inf


@dataclass(frozen=True, eq=False)
class Frontier:
    """What more and more sites cover: one entry for each number of new sites, from 1 on.

    Attributes
    ----------
    order
        Candidates in the order in which to build them: the first k are a choice of k that can be built on.
    covered
        The weight that the first k cover, with the fixed sites' part.
    best
        The most that a choice of k is known to cover, nested or not.
    bound
        What no choice of k can pass. `covered` ≤ `best` ≤ `bound`.
    alone
        The weight that the fixed sites cover by themselves.
    seconds
        How long it took, by the clock.
    orders, which
        Orders of which a beginning is the best choice that is known, and which of them it is for each number of sites.
    """

    order: NDArray[np.intp]
    covered: NDArray[np.float64]
    best: NDArray[np.float64]
    bound: NDArray[np.float64]
    alone: float
    seconds: float
    orders: tuple[NDArray[np.intp], ...]
    which: NDArray[np.intp]

    @property
    def selected(self) -> NDArray[np.intp]:
        """The order to build in, as the selection of a curve: each beginning of it is one."""
        return self.order

    @property
    def objective(self) -> NDArray[np.float64]:
        """The most that a choice of so many is known to cover: `best`."""
        return self.best

    @property
    def proven(self) -> NDArray[np.bool_]:
        """Of which numbers of sites no choice covers more than the best known one."""
        return np.asarray(self.bound <= self.best, dtype=np.bool_)

    @property
    def gap(self) -> NDArray[np.float64]:
        """How far the best known choice may be from the best, as a share (0-1) of what it covers."""
        return (self.bound - self.best) / self.best

    def choice(self, sites: int) -> NDArray[np.intp]:
        """Return the best known choice of at most so many sites, ascending.

        Raises BadTable for no whole number, and BadChoice for none from 1 to the length of the curve.
        """
        if not 1 <= whole(sites, what=SITES) <= len(self.order):
            offered = f"1–{len(self.order)}" if len(self.order) else mark("none, as the curve is empty")
            raise BadChoice(what=SITES, value=sites, offered=offered)
        return np.sort(self.orders[self.which[sites - 1]][:sites])
