"""Covering by stations that can serve so many: everybody goes to the nearest one, and who finds it full is not served.

Here a site more can be worse than none: it draws people away from one with room (closest assignment [1]_).

.. [1] P. Rojeski, C. ReVelle (1970): Central facilities location under an investment constraint. Geographical Analysis
   2 (4), 343-360.
"""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import block_array, csr_array, diags_array, eye_array

from stations.analysis.siting.answers import Method, Selection
from stations.analysis.siting.clock import over
from stations.analysis.siting.distances import pairs_of
from stations.analysis.siting.limits import at_most
from stations.analysis.siting.mixed import Mixed, rounded_off, solved
from stations.analysis.siting.proof import best_choice, ruler_of
from stations.analysis.siting.questions import (
    CAPACITY,
    TIME_LIMIT_S,
    WEIGHTS,
    amounts,
    end_of,
    number_of_sites,
    positions,
    require_somebody,
)
from stations.analysis.siting.structure import NOTHING, Floats, Integers, reduced

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

SCALE = 1e4
"""What is served comes to about so much inside the solver, so that its tolerances mean the same for any weights."""
MOST_PAIRS = 60_000
"""Pairs of demand and candidate up to which branch and bound is tried: it has a variable and a row for each."""


def capacitated_covering(
    distance: ArrayLike | csr_array,
    weights: ArrayLike,
    *,
    sites: int,
    capacity: ArrayLike,
    fixed: ArrayLike | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> Selection:
    """Return the sites that serve most, each as much as it can, when everybody goes to the nearest in reach.

    Parameters
    ----------
    distance
        Demand × candidates: how far those in reach are, as `p_median` takes it. At equal distance people go to the
        first candidate.
    weights
        Of each row of demand, at least 0.
    sites
        How many new sites at most.
    capacity
        How much weight each candidate, new or fixed, can serve.
    fixed
        Positions of candidates that are there already.
    time_limit_s
        After how many seconds the best choice found so far is returned, with its bound.

    Returns
    -------
    Selection
        `objective` is the weight served by fixed and new sites; `bound` is at least as much.

    Raises
    ------
    SitingError
        As `stations.analysis.siting.max_covering`.
    """
    begin, metres = time.perf_counter(), pairs_of(distance)
    rows, candidates = metres.shape
    people, room = (
        amounts(weights, what=WEIGHTS, count=rows),
        amounts(capacity, what=CAPACITY, count=candidates),
    )
    kept = positions(fixed, count=candidates)
    wanted = number_of_sites(sites, candidates=candidates - len(kept))
    require_somebody(metres, people)
    people = np.minimum(people, room.max())  # no site serves more of a row: others are too large to be counted beside
    town, until = _Town.of(metres, people, room), end_of(begin, time_limit_s=time_limit_s)
    chosen = town.exchanged(town.added(kept, len(kept) + wanted), kept, until=until)
    ruler = ruler_of(np.concatenate([people, room]))
    bound = _ceiling(metres, people, room=room, fixed=kept, sites=wanted, until=until)
    method: Method = "exchange"
    if ruler.bound(bound, town.served(chosen)) > town.served(chosen) and len(town.row) <= MOST_PAIRS:
        unit = min(town.weights.sum(), town.room.sum()) / SCALE
        counted = town._replace(weights=town.weights / unit, room=town.room / unit)
        step = ruler.step / unit
        found, most = _branched(counted, chosen, fixed=kept, sites=wanted, step=step, until=until)
        chosen = max(chosen, np.union1d(found, kept), key=town.served)
        bound, method = min(bound, rounded_off(most, town.served(chosen) / unit) * unit), "branch and bound"
    objective = town.served(chosen)
    bound, selected = ruler.bound(bound, objective), np.setdiff1d(chosen, kept)
    return Selection(selected, objective, bound, bound <= objective, time.perf_counter() - begin, method)


class _Town(NamedTuple):
    """Who is in reach of whom, pair by pair: row by row, the nearest candidate first; equal rows are one."""

    row: Integers
    candidate: Integers
    weights: Floats
    room: Floats

    @classmethod
    def of(cls, metres: csr_array, weights: Floats, room: Floats) -> _Town:
        counted = np.flatnonzero((weights > 0) & (np.diff(metres.indptr) > 0))
        pairs, people = csr_array(metres[counted]), weights[counted]
        row = np.repeat(np.arange(len(counted)), np.diff(pairs.indptr))
        candidate = pairs.indices[np.lexsort((pairs.indices, pairs.data, row))].astype(np.intp)
        kinds: dict[bytes, int] = {}
        ends = list(pairwise(pairs.indptr.tolist()))
        kind = np.array([kinds.setdefault(candidate[begin:end].tobytes(), len(kinds)) for begin, end in ends], np.intp)
        _kinds, first = np.unique(kind, return_index=True)
        kept = np.isin(row, first)
        sums = np.bincount(kind, weights=people, minlength=len(kinds)).astype(np.float64)
        row, candidate = kind[row[kept]], candidate[kept]
        come = np.bincount(candidate, weights=sums[row], minlength=len(room))
        return cls(row, candidate, sums, np.minimum(room, come))

    def nearest(self, chosen: Integers) -> tuple[Integers, Integers]:
        """Return the pair by which each row goes to its nearest chosen site, and the site; one past the end: none."""
        there = np.zeros(len(self.room), dtype=bool)
        there[chosen] = True
        pairs = np.flatnonzero(there[self.candidate])
        rows, first = np.unique(self.row[pairs], return_index=True)
        at = np.full(len(self.weights), len(self.row), np.intp)
        at[rows] = pairs[first]
        return at, np.append(self.candidate, len(self.room))[at]

    def served(self, chosen: Integers) -> float:
        """Return the weight that some sites serve."""
        return float(np.minimum(self._loads(self.nearest(chosen)[1]), self.room).sum())

    def _loads(self, site: Integers) -> Floats:
        return np.bincount(site, weights=self.weights, minlength=len(self.room) + 1)[:-1].astype(np.float64)

    def gains(self, chosen: Integers) -> Floats:
        """Return by how much each candidate changes what is served; it may be less than nothing."""
        at, site = self.nearest(chosen)
        loads, count = self._loads(site), len(self.room)
        nearer = np.flatnonzero(np.arange(len(self.row)) < at[self.row])
        comes, goes, people = self.candidate[nearer], site[self.row[nearer]], self.weights[self.row[nearer]]
        ways, which = np.unique(comes * (count + 1) + goes, return_inverse=True)
        moved = np.bincount(which, weights=people, minlength=len(ways))
        comes, goes = ways // (count + 1), ways % (count + 1)
        from_site = goes < count
        old = goes[from_site]
        lost = np.minimum(loads[old] - moved[from_site], self.room[old]) - np.minimum(loads[old], self.room[old])
        gains = np.minimum(np.bincount(comes, weights=moved, minlength=count), self.room)
        gains += np.bincount(comes[from_site], weights=lost, minlength=count)
        gains[chosen] = -np.inf
        return np.asarray(gains, dtype=np.float64)

    def added(self, chosen: Integers, most: int) -> Integers:
        """Return a choice with the site more that adds most, again and again, up to `most` sites."""
        while len(chosen) < most:
            gains = self.gains(chosen)
            best = int(np.argmax(gains))
            if gains[best] <= NOTHING * self.weights.sum():
                break
            chosen = np.append(chosen, best)
        return chosen

    def exchanged(self, chosen: Integers, fixed: Integers, *, until: float) -> Integers:
        """Return a choice that no exchange of one site makes better, or what is reached by `until`."""
        best, improved = self.served(chosen), True
        while improved:
            improved = False
            for site in np.setdiff1d(chosen, fixed):
                if over(until):
                    return chosen
                without = chosen[chosen != site]
                gains = self.gains(without)
                other = int(np.argmax(gains))
                if (served := self.served(without) + gains[other]) > best * (1 + NOTHING):
                    chosen, best, improved = np.append(without, other), served, True
        return chosen


def _ceiling(metres: csr_array, weights: Floats, *, room: Floats, fixed: Integers, sites: int, until: float) -> float:
    """Return what no choice serves more than: what sites without limits cover, and what the largest have room for."""
    reach = csr_array((np.ones(metres.nnz), metres.indices, metres.indptr), shape=metres.shape)
    problem = reduced(reach, weights, fixed=fixed)
    covered = problem.base + best_choice(problem, at_most(problem, sites), until=until).bound
    most = np.minimum(room, reach.T @ weights)
    others = np.sort(np.delete(most, fixed))[::-1]
    return min(covered, float(most[fixed].sum() + others[:sites].sum()))


def _branched(
    town: _Town, start: Integers, *, fixed: Integers, sites: int, step: float, until: float
) -> tuple[Integers, float]:
    """Return the sites that HiGHS chooses, and what it takes to be the most that any can serve.

    Its columns are the sites, the pairs, and what each site serves. What its choice is worth, the caller counts.
    """
    pairs, count, rows = len(town.row), len(town.room), len(town.weights)
    matrix = _matrix(town, fixed)
    programme = Mixed(
        matrix=matrix,
        gains=np.repeat([0.0, 1.0], [count + pairs, count]),
        lower=np.append(np.isin(np.arange(count), fixed), np.zeros(pairs + count)).astype(np.float64),
        upper=np.append(np.ones(count + pairs), town.room),
        row_lower=np.full(matrix.shape[0], -np.inf),
        row_upper=np.concatenate([np.zeros(pairs), np.ones(pairs + rows), np.zeros(2 * count), [float(sites)]]),
        whole=np.arange(matrix.shape[1]) < count,
    )
    values, bound = solved(programme, step=step, start=None, until=until)
    return start if values is None else np.flatnonzero(values[:count] > 0.5), bound


def _matrix(town: _Town, fixed: Integers) -> csr_array:
    """Return the rows of the model, each at most a number.

    A pair needs its site; where a site is chosen nobody goes farther; a row goes to one site; a site serves no more
    than it has room for, and than come; so many sites are new.
    """
    pairs, count, rows = len(town.row), len(town.room), len(town.weights)
    every = np.arange(pairs)
    of_site = csr_array((np.ones(pairs), (every, town.candidate)), shape=(pairs, count))
    of_row = csr_array((np.ones(pairs), (town.row, every)), shape=(rows, pairs))
    most = np.minimum(town.weights[town.row], town.room[town.candidate])  # one row fills a site at most
    people = csr_array((most, (town.candidate, every)), shape=(count, pairs))
    after = np.cumsum(np.bincount(town.row, minlength=rows))[town.row] - every - 1
    ends = np.cumsum(after)
    following = np.arange(after.sum()) + np.repeat(every + 1 - (ends - after), after)
    farther = csr_array((np.ones(len(following)), following, np.append(0, ends)), shape=(pairs, pairs))
    site, new = eye_array(count), np.isin(np.arange(count), fixed, invert=True)[np.newaxis]
    blocks = [
        [-of_site, eye_array(pairs), csr_array((pairs, count))],
        [of_site, farther, None],
        [csr_array((rows, count)), of_row, None],
        [-diags_array(town.room), None, site],
        [None, -people, site],
        [csr_array(new.astype(np.float64)), None, None],
    ]
    return csr_array(block_array(blocks, format="csr"))
