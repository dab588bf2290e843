"""From a first answer to the best one: search, relaxation, branch and bound, each where the one before leaves room."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stations.analysis.siting.answers import Method
from stations.analysis.siting.cuts import Cuts
from stations.analysis.siting.exact import Tree
from stations.analysis.siting.limits import Limits
from stations.analysis.siting.search import constructed, exchanged, greedy
from stations.analysis.siting.structure import Covering, Floats, Integers

SAME = 1e-9
"""The part of all weight, or of all costs, that is no difference between two choices."""
EXACT = 2**53  # up to here a float holds every whole number


class Outcome(NamedTuple):
    """A choice (None: nothing that keeps the limits is known), its value, what no choice passes, what settled it."""

    chosen: Integers | None
    value: float
    bound: float
    method: Method


class Ruler(NamedTuple):
    """By how much two values differ at least, and whether all of them are multiples of that."""

    step: float
    whole: bool

    def bound(self, bound: float, value: float) -> float:
        """Return a bound down to what a value can be: `value` itself where no other is that good."""
        if self.whole and math.isfinite(bound):
            bound = math.floor(bound / self.step + SAME) * self.step
        return value if bound < value + self.step * (1 - SAME) else bound


def ruler_of(amounts: Floats) -> Ruler:
    """Return the ruler of values that are sums of some of these."""
    total = float(amounts.sum())
    if total and total < EXACT and (amounts == np.rint(amounts)).all():
        return Ruler(float(np.gcd.reduce(amounts.astype(np.int64))), whole=True)
    return Ruler(SAME * total, whole=False)


def best_choice(problem: Covering, limits: Limits, *, until: float) -> Outcome:
    """Return the best choice within the limits, or the best that is found until the clock says `until`.

    Value and bound are those of `Limits.value`: what is covered beside the fixed sites, or costs with a minus. The
    value is counted from the choice; a bound is what weak duality proves, whatever the solver says of its answer.
    """
    ruler = ruler_of(limits.costs if limits.least else np.concatenate([problem.weights, problem.again]))

    def polish(liking: Floats) -> Integers | None:
        chosen = constructed(problem, limits, liking)
        return chosen if chosen is None or limits.least else exchanged(problem, chosen, limits=limits, until=until)

    start, most = polish(np.ones(problem.count)), _ceiling(problem, limits)
    value = -np.inf if start is None else limits.value(problem, start)
    if start is not None and ruler.bound(most, value) <= value:
        return Outcome(start, value, value, "exchange")
    cuts = Cuts(problem, limits=limits)
    root = cuts.tighten(start, until=until, tolerance=0.5 * ruler.step if not limits.least else SAME * problem.total)
    tree = Tree(cuts, root, start, step=ruler.step, polish=polish)
    if np.isfinite(root.bound):
        tree.offer(polish(root.shares))
    bound = ruler.bound(min(most, root.bound), tree.value)
    if bound > tree.value:
        bound = ruler.bound(min(most, tree.search(until)), tree.value)
    return Outcome(tree.chosen, tree.value, bound, "branch and bound" if tree.explored else "cuts")


def _ceiling(problem: Covering, limits: Limits) -> float:
    """Return what no choice passes, without solving anything.

    Whatever some sites cover, so many more add no more than the best so many would, each by itself.
    """
    if limits.least:
        return 0.0
    best, covered = problem.total, 0.0
    if limits.sites < problem.count:
        for number, step in enumerate(greedy(problem)):
            if number > limits.sites:
                break
            tops = (
                np.partition(step.gains, -int(limits.sites))[-int(limits.sites) :] if limits.sites else step.gains[:0]
            )
            best = min(best, covered + float(tops.sum()))
            covered += step.gain
        else:
            best = min(best, covered)
    return best
