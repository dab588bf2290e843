"""What a choice has to keep beside its number of sites, on the candidates of a reduced problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from stations.analysis.siting.structure import NOTHING, Covering, Floats, Integers

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits of a choice, and whether it is to cover most or to cost least.

    Attributes
    ----------
    costs
        Of each candidate.
    sites, budget
        How many sites at most, and what they cost at most together; infinity where it does not matter.
    floors
        What has to be covered in each district beside the fixed sites, and last in all of them; 0 or less where that
        is nothing. Empty where no floor is asked for.
    near
        CSR, rows × candidates, of ones: of the candidates in each row one at least is chosen.
    least
        Whether the costs are to be least; else the covered weight is to be largest.
    """

    costs: Floats
    sites: float
    budget: float
    floors: Floats
    near: csr_array
    least: bool

    @property
    def plain(self) -> bool:
        """Whether the number of sites is all that has to be kept."""
        return self.budget == np.inf and not self.floors.size and not self.near.shape[0] and not self.least

    @property
    def only_near(self) -> bool:
        """Whether nothing is counted: the cheapest sites that are near enough (set covering)."""
        return self.least and not self.floors.size

    def value(self, problem: Covering, chosen: Integers) -> float:
        """Return what is to be largest: the weight that a choice covers, or its costs with a minus."""
        if self.least:
            return -float(self.costs[chosen].sum())
        return float(problem.worth(reached(problem.rows, chosen)).sum())

    def kept(self, problem: Covering, chosen: Integers) -> bool:
        """Return whether a choice keeps every limit."""
        if len(chosen) > self.sites or self.costs[chosen].sum() > self.budget * (1 + NOTHING):
            return False
        return not self.unmet(chosen).any() and not (self.missing(problem, reached(problem.rows, chosen)) > 0).any()

    def unmet(self, chosen: Integers) -> NDArray[np.bool_]:
        """Return which rows of `near` have none of their candidates chosen."""
        return np.equal(reached(self.near, chosen), 0)

    def missing(self, problem: Covering, times: Floats) -> Floats:
        """Return what is still missing of each floor when so many sites reach each row."""
        if not self.floors.size:
            return self.floors
        covered = np.bincount(problem.district, weights=problem.worth(times), minlength=len(self.floors))
        covered[-1] = covered.sum()
        short = covered + NOTHING * problem.total < self.floors
        return np.where(short, self.floors - covered, 0.0)


class Best:
    """The best choice that is known, and what it is worth: None and minus infinity as long as there is none."""

    def __init__(self, problem: Covering, limits: Limits) -> None:
        self.problem, self.limits = problem, limits
        self.chosen: Integers | None = None
        self.value = -np.inf

    def offer(self, chosen: Integers | None) -> None:
        """Take a choice if it keeps the limits and is better; it is counted here, whoever found it."""
        if chosen is None or not self.limits.kept(self.problem, chosen):
            return
        if (worth := self.limits.value(self.problem, chosen)) > self.value:
            self.chosen, self.value = chosen, worth


def at_most(problem: Covering, sites: float) -> Limits:
    """Return that so many sites are to cover most, and nothing else."""
    return Limits(
        costs=np.ones(problem.count),
        sites=sites,
        budget=np.inf,
        floors=np.empty(0),
        near=csr_array((0, problem.count)),
        least=False,
    )


def reached(rows: csr_array, chosen: Integers) -> Floats:
    """Return how many of the chosen candidates reach each row."""
    return np.asarray(rows @ indicator(rows.shape[1], chosen), dtype=np.float64)


def indicator(count: int, chosen: Integers) -> Floats:
    """Return 1 for the chosen ones among so many, 0 for the others."""
    shares = np.zeros(count)
    shares[chosen] = 1.0
    return shares
