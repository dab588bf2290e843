"""Branch and bound on the relaxation by cuts: the best choice, or the best found in time and how far it is from it.

Sites are fixed at 0 or 1 one at a time; what the relaxation proves of the rest closes a branch, or fixes more of them.
Tangents found in one branch hold in all (branch and Benders cut, as in `stations.analysis.siting.cuts`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stations.analysis.siting.clock import over
from stations.analysis.siting.cuts import Cuts, Relaxation
from stations.analysis.siting.limits import Best
from stations.analysis.siting.structure import Floats, Integers

ROUNDS = 3
"""How often tangents are added in one branch before it is divided."""
WORTH_A_ROUND = 0.02
"""The part of the gap that a round has to close for another one to be tried."""
PLUNGE = 0.5
"""The part of the gap down to which a branch is followed before the most promising one is taken up."""
FRACTION = 1e-6

Polish = Callable[[Floats], Integers | None]


@dataclass(order=True)
class Branch:
    """Sites that are fixed, by the bounds of their shares; and how that came about: the last one and its way."""

    rank: tuple[float, int]
    bound: float = field(compare=False)
    lower: Floats = field(compare=False)
    upper: Floats = field(compare=False)
    site: int = field(compare=False, default=-1)
    way: int = field(compare=False, default=0)
    distance: float = field(compare=False, default=1.0)


class Tree:
    """The branches that may still hold a better choice than the best that is known.

    `step` is by how much another choice is better at least, if it is better at all.
    """

    def __init__(self, cuts: Cuts, best: Best, *, bound: float, step: float, polish: Polish) -> None:
        self.cuts, self.best, self.step, self.polish = cuts, best, step, polish
        self.explored, self._made = 0, 0
        self._open: list[Branch] = []
        self._next: Branch | None = None
        count = cuts.problem.count
        self._drops, self._seen = np.zeros((2, count)), np.zeros((2, count))
        self._push(Branch((0.0, 0), bound, np.zeros(count), np.ones(count)))

    def search(self, until: float) -> float:
        """Look until no branch is left or the clock says `until`; return what no choice passes."""
        while (branch := self._take()) is not None:
            if over(until) or not self._explore(branch, until):
                self._push(branch)
                return max(branch.bound, self._open[0].bound)
        return self.best.value

    def _closed(self, bound: float) -> bool:
        return bound == -np.inf or bound < self.best.value + self.step

    def _push(self, branch: Branch) -> None:
        self._made += 1
        branch.rank = (-branch.bound, -self._made)
        heapq.heappush(self._open, branch)

    def _take(self) -> Branch | None:
        branch, self._next = self._next, None
        if branch is not None and not self._closed(branch.bound):
            top = self._open[0].bound if self._open else branch.bound
            if branch.bound >= top - PLUNGE * (top - self.best.value):
                return branch
            self._push(branch)
        branch = heapq.heappop(self._open) if self._open else None
        return None if branch is None or self._closed(branch.bound) else branch

    def _explore(self, branch: Branch, until: float) -> bool:
        """Close a branch or divide it; return whether there was time to."""
        self.cuts.node(branch.lower, branch.upper)
        found = self._settled(branch, until)
        if found.bound == np.inf:
            return False
        self.explored += 1
        bound = min(branch.bound, found.bound)
        self._learn(branch, bound)
        if self._closed(bound):
            return True
        free = branch.lower < branch.upper
        partial = free & (np.minimum(found.shares, 1 - found.shares) > FRACTION)
        whole = np.flatnonzero(found.shares > 0.5)
        if not partial.any() and self.cuts.limits.kept(self.cuts.problem, whole):
            self.best.offer(whole)  # it is as good as any in this branch: every tangent that it passes has been added
            return True
        if self.explored < 10 or self.explored % 10 == 0:
            self.best.offer(self.polish(found.shares))
        if not self._closed(bound) and free.any():
            self._divide(branch, found, bound=bound, partial=partial)
        return True

    def _settled(self, branch: Branch, until: float) -> Relaxation:
        """Return the relaxation of a branch after the tangents that are worth it."""
        before, rounds = branch.bound, 0
        while True:
            found = self.cuts.solve(until)
            rounds += 1
            if not np.isfinite(found.bound) or self._closed(found.bound):
                return found
            partial = (np.minimum(found.shares, 1 - found.shares) > FRACTION).any()
            gained = before - found.bound > WORTH_A_ROUND * (found.bound - self.best.value)
            if partial and (rounds > ROUNDS or (rounds > 1 and not gained)):
                return found
            if not self.cuts.add(found.shares, found):
                return found
            before = found.bound

    def _divide(self, branch: Branch, found: Relaxation, *, bound: float, partial: NDArray[np.bool_]) -> None:
        """Fix what has to be fixed in any better choice, and one site more in two ways."""
        free = branch.lower < branch.upper
        lower, upper = branch.lower.copy(), branch.upper.copy()
        upper[free & (found.bound + np.minimum(found.reduced, 0) < self.best.value + self.step)] = 0.0
        lower[free & (found.bound - np.maximum(found.reduced, 0) < self.best.value + self.step)] = 1.0
        free = lower < upper
        if not free.any():
            self._next = Branch((0.0, 0), bound, lower, upper)
            return
        site = self._site(found.shares, np.flatnonzero(partial & free if (partial & free).any() else free))
        share = float(found.shares[site])
        ways = []
        for way, distance in ((0, share), (1, 1 - share)):
            ends = lower.copy(), upper.copy()
            ends[1 - way][site] = float(way)
            ways.append(Branch((0.0, 0), bound, *ends, site, way, max(distance, FRACTION)))
        self._push(ways[0])
        self._next = ways[1]

    def _site(self, shares: Floats, among: Integers) -> int:
        """Return the site that has moved the bound most in both ways so far, for each part of a share (pseudo-cost)."""
        seen = self._seen > 0
        usual = [drops[some].mean() if some.any() else 1.0 for drops, some in zip(self._drops, seen, strict=True)]
        down, up = (
            np.where(some, drops, mean)[among] for drops, some, mean in zip(self._drops, seen, usual, strict=True)
        )
        share = shares[among]
        score = np.maximum(down * share, FRACTION) * np.maximum(up * (1 - share), FRACTION)
        return int(among[np.argmax(score)])

    def _learn(self, branch: Branch, bound: float) -> None:
        """Note by how much the bound fell when the last site was fixed."""
        if branch.site < 0 or bound == -np.inf:
            return
        at = (branch.way, branch.site)
        self._seen[at] += 1
        self._drops[at] += ((branch.bound - bound) / branch.distance - self._drops[at]) / self._seen[at]
