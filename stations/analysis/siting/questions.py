"""What siting is asked, looked at before anything is computed: shapes, numbers, positions."""

from __future__ import annotations

import math
import operator
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, issparse

from stations.model.errors import BadTable, NobodyInReach, TooManySites
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from stations.analysis.siting.structure import Floats, Integers

REACH, WEIGHTS, COSTS = mark("Who is in reach of whom"), mark("The weights"), mark("The costs")
DISTRICTS, NEAR = mark("The districts"), mark("Who is near whom")
DISTANCES, CAPACITY = mark("The table of distances"), mark("The capacities")
BUDGET, FLOORS = mark("The budget"), mark("The floors")
FIXED, SITES = mark("The fixed sites"), mark("The number of sites")
NO_NUMBERS, TOO_LARGE = mark("they are no numbers"), mark("some are too large to be added up")
NO_POSITIONS = mark("they are no list of positions")
SHARE, BACKUP, TIME = mark("The share to be covered"), mark("What a second site is worth"), mark("The time limit")
MOST = 1e100
"""No amount may be larger: sums and products of such ones are numbers yet."""
TIME_LIMIT_S = 60.0
"""After how long an answer is given with what is proven by then, where nobody says."""
ROUNDING = 1e-6
"""By how much a millionth of a share may be off."""


def reach_of(reach: object, *, what: str = REACH, shape: tuple[int, int] | None = None) -> csr_array:
    """Return who is in reach of whom, rows × candidates, sorted, as ones; a pair that is stored as False is none."""
    if not issparse(reach) or len(reach.shape) != 2:  # type: ignore[attr-defined]  # a sparse one has it
        raise BadTable(what=what, reason=mark("it is no sparse SciPy matrix"))
    if shape is not None and reach.shape != shape:  # type: ignore[attr-defined]  # a sparse one has it
        raise BadTable(what=what, reason=mark("it has other rows or columns than who is in reach of whom"))
    given = csr_array(reach)
    if given.dtype.kind in "fc" and np.isnan(given.data).any():
        raise BadTable(what=what, reason=mark("some are missing"))
    pairs = csr_array(given, dtype=bool, copy=True)  # what was asked with stays as it is
    pairs.sum_duplicates()
    pairs.eliminate_zeros()
    return csr_array(pairs, dtype=np.float64)


def amounts(values: ArrayLike, *, what: str, count: int) -> Floats:
    """Return `count` finite numbers, none below 0; raises BadTable otherwise, naming the first that is wrong."""
    numbers = numbers_of(values, what=what)
    if numbers.shape != (count,):
        raise BadTable(what=what, reason=mark("they are not as many as there are rows or columns"))
    if not np.isfinite(numbers).all():
        raise BadTable(what=what, reason=mark("some are missing or not finite"))
    if (numbers < 0).any():
        raise BadTable(what=what, reason=mark("some are negative"))
    if (numbers > MOST).any():
        raise BadTable(what=what, reason=TOO_LARGE)
    return numbers


def numbers_of(values: object, *, what: str) -> Floats:
    """Return an array of real numbers, whatever its shape; raises BadTable where it is none."""
    try:
        found = np.asarray(values)
        numbers = None if found.dtype.kind in "cmM" else np.asarray(found, dtype=np.float64)
    except OverflowError as error:
        raise BadTable(what=what, reason=TOO_LARGE) from error
    except (TypeError, ValueError) as error:
        raise BadTable(what=what, reason=NO_NUMBERS) from error
    if numbers is None:
        raise BadTable(what=what, reason=NO_NUMBERS)
    return numbers


def districts_of(values: object, *, count: int) -> tuple[list[object], Integers]:
    """Return the names of the districts, and the number of that of each of `count` rows."""
    try:
        found = np.asarray(values)
        names, numbers = np.unique(found, return_inverse=True)
    except (TypeError, ValueError) as error:
        raise BadTable(what=DISTRICTS, reason=mark("some are missing, or not of the same kind as others")) from error
    if found.shape != (count,):
        raise BadTable(what=DISTRICTS, reason=mark("they are not as many as there are rows or columns"))
    return names.tolist(), numbers


def positions(fixed: ArrayLike | None, *, count: int) -> Integers:
    """Return the positions of the fixed sites among `count` candidates, ascending, each once."""
    try:
        found = np.asarray([] if fixed is None else fixed)
    except ValueError as error:
        raise BadTable(what=FIXED, reason=NO_POSITIONS) from error
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise BadTable(what=FIXED, reason=NO_POSITIONS)
    if found.size and not (found.min() >= 0 and found.max() < count):
        raise BadTable(what=FIXED, reason=mark("a position is outside the candidates"))
    return np.unique(found.astype(np.intp))


def number_of_sites(sites: object, *, candidates: int) -> int:
    """Return how many sites are wanted among so many candidates that are not fixed; raises TooManySites."""
    try:
        wanted = operator.index(sites)  # type: ignore[arg-type]  # that is what is found out
    except TypeError as error:
        raise BadTable(what=SITES, reason=mark("it is no whole number")) from error
    if wanted < 0:
        raise BadTable(what=SITES, reason=mark("it is negative"))
    if wanted > candidates:
        raise TooManySites(sites=wanted, candidates=candidates)
    return wanted


def share_of(share: object) -> float:
    """Return a share that is wanted, between 0 and 1."""
    (wanted,) = amounts([share], what=SHARE, count=1)  # type: ignore[arg-type]  # it is looked at there
    if wanted > 1:
        raise BadTable(what=SHARE, reason=mark("it is more than 1, which is everybody"))
    return float(wanted)


def backup_of(backup: object) -> float:
    """Return what a second site is worth, as a share of the first, between 0 and 1."""
    (wanted,) = amounts([backup], what=BACKUP, count=1)  # type: ignore[arg-type]  # it is looked at there
    if wanted > 1:
        raise BadTable(what=BACKUP, reason=mark("it is more than 1, which is as much as the first"))
    return float(wanted)


def percent(share: float) -> float:
    """Return a share in percent, rounded down to a ten-thousandth: what is possible can be asked for as it is told."""
    return math.floor(1e6 * share + ROUNDING) / 1e4


def end_of(begin: float, *, time_limit_s: object) -> float:
    """Return when the time is over, by the clock that says `begin`; it may be never."""
    try:
        seconds = float(time_limit_s) if isinstance(time_limit_s, Real) else math.nan
    except OverflowError:
        seconds = math.nan
    if not seconds >= 0:
        raise BadTable(what=TIME, reason=mark("it is no number of seconds"))
    return begin + seconds


def require_somebody(reach: csr_array, weights: Floats) -> None:
    """Raise NobodyInReach unless a candidate reaches somebody who weighs something."""
    if not (weights[np.diff(reach.indptr) > 0] > 0).any():
        raise NobodyInReach(candidates=reach.shape[1])
