"""What siting is asked, looked at before anything is computed: shapes, numbers, positions."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from numbers import Number, Real
from typing import TYPE_CHECKING

import numpy as np
from pandas import isna
from scipy.sparse import csr_array

from stations.analysis.siting.pairs import by_row, place_of
from stations.model.errors import BadEntry, BadTable, BadValue, NobodyInReach, TooManySites
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from stations.analysis.siting.structure import Floats, Integers

REACH, WEIGHTS, COSTS = mark("Who is in reach of whom"), mark("The weights"), mark("The costs")
DISTRICTS, NEAR = mark("The districts"), mark("Who is near whom")
DISTANCES, CAPACITY = mark("The table of distances"), mark("The capacities")
BUDGET, FLOORS = mark("The budget"), mark("The floors")
FIXED, SITES = mark("The fixed sites"), mark("The number of sites")
NO_NUMBERS, TOO_LARGE = mark("numbers are expected"), mark("more than can be added up; 1e100 is the most")
MISSING = mark("some are missing or not finite; give a number for each")
GONE, NOT_FINITE = mark("some are missing"), mark("it is missing or not finite")
NEGATIVE, NEGATIVE_ONE = mark("some are negative; give 0 or more"), mark("it is negative; give 0 or more")
NOT_AS_MANY = mark("they are not as many as there are rows or columns")
NO_NAMES = mark("they are not all of one kind, such as texts")
NO_POSITIONS = mark("they are no list of positions")
SHARE, BACKUP, TIME = mark("The share to be covered"), mark("What a second site is worth"), mark("The time limit")
MOST = 1e100
"""No amount may be larger: sums and products of such ones are numbers yet."""
TIME_LIMIT_S = 60.0
"""After how long an answer is given with what is proven by then, where nobody says."""
LONGEST = 40
"""So many characters of a value that is refused are told."""
ROUNDING = 1e-6
"""By how much a millionth of a share may be off."""


def reach_of(reach: object, *, what: str = REACH, shape: tuple[int, int] | None = None) -> csr_array:
    """Return who is in reach of whom, rows × candidates, sorted, as ones.

    A pair that is stored as False is none, one that is stored more than once is one where it once is True.

    Raises
    ------
    BadTable
        No sparse SciPy table, one of another `shape` than is asked for, with indices outside it, or with values that
        are no truth values: missing, negative or complex ones.
    """
    pairs = truths(by_row(reach, what=what), what=what)
    if shape is not None and pairs.shape != shape:
        raise BadTable(what=what, reason=mark("it has other rows or columns than who is in reach of whom"))
    pairs = pairs.copy()  # what was asked with stays as it is
    pairs.sum_duplicates()
    pairs.eliminate_zeros()
    return csr_array(pairs, dtype=np.float64)


def truths(pairs: csr_array, *, what: str) -> csr_array:
    """Return a table of truth values, True for what is not 0. Raises BadTable where its values are none."""
    values = pairs.data
    if values.dtype.kind not in "biuf":
        raise BadTable(what=what, reason=mark("its values are neither true nor false"))
    for reason, wrong in ((MISSING, ~np.isfinite(values)), (NEGATIVE, values < 0)) if values.dtype.kind in "if" else ():
        if wrong.any():
            at = int(wrong.argmax())
            raise BadEntry(what=what, reason=reason, where=place_of(pairs, at), value=told(values[at]))
    return pairs if values.dtype == bool else pairs.astype(bool)


def amounts(values: ArrayLike, *, what: str, count: int) -> Floats:
    """Return `count` finite numbers, none below 0; raises BadTable otherwise, naming the first that is wrong."""
    numbers = numbers_of(values, what=what)
    if numbers.shape != (count,):
        raise BadValue(what=what, reason=NOT_AS_MANY, value=f"{numbers.shape} ≠ {(count,)}")
    for reason, wrong in _wrong(numbers):
        if wrong.any():
            at = int(wrong.argmax())
            raise BadEntry(what=what, reason=reason, where=f"[{at}]", value=told(numbers[at]))
    return numbers


def amount(value: object, *, what: str, most: float = MOST, reason: str = TOO_LARGE) -> float:
    """Return one finite number from 0 to `most`; raises BadTable otherwise, with `reason` where it is more."""
    number = numbers_of(value, what=what)
    if number.shape != ():
        raise BadValue(what=what, reason=mark("one number is expected"), value=told(value))
    refusals = {NOT_FINITE: not np.isfinite(number), NEGATIVE_ONE: number < 0, reason: number > most}
    for why, wrong in refusals.items():
        if wrong:
            raise BadValue(what=what, reason=why, value=told(float(number)))
    return float(number)


def _wrong(numbers: Floats) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield what an amount must not be, and of which it is true."""
    yield MISSING, ~np.isfinite(numbers)
    yield NEGATIVE, numbers < 0
    yield TOO_LARGE, numbers > MOST


def numbers_of(values: object, *, what: str) -> Floats:
    """Return an array of real numbers, whatever its shape; raises BadTable where it is none.

    No text is a number, and what a mask hides (`numpy.ma`) is missing.
    """
    require_unmasked(values, what=what)
    try:
        found = np.asarray(values)
    except (OverflowError, TypeError, ValueError):
        found = np.empty(0, dtype=object)
    if found.dtype.kind in "biuf":
        return np.asarray(found, dtype=np.float64)
    try:
        objects = np.asarray(values, dtype=object)  # as they are: beside one text all would be texts
    except ValueError as error:
        raise BadTable(what=what, reason=NO_NUMBERS) from error
    numbers = np.zeros(objects.shape)
    for where, value in np.ndenumerate(objects):
        if not isinstance(value, Real | Decimal | np.bool_):
            raise _entry(what, NO_NUMBERS, where=where, value=value)
        try:
            numbers[where] = float(value)
        except OverflowError as error:
            raise _entry(what, TOO_LARGE, where=where, value=value) from error
    return numbers


def require_unmasked(values: object, *, what: str) -> None:
    """Raise BadTable where a mask (`numpy.ma`) hides one of some values: it is missing."""
    parts = values if isinstance(values, list | tuple) else []
    if isinstance(values, np.ma.MaskedArray):
        hidden = np.ma.getmaskarray(values)
    elif any(isinstance(part, np.ma.MaskedArray) for part in parts):
        try:
            hidden = np.array([np.ma.getmaskarray(part) for part in parts])
        except ValueError:  # they are no table, which is found where they are read
            return
    else:
        return
    require_all(hidden, None, what=what)


def require_all(gone: NDArray[np.bool_], values: NDArray[np.object_] | None, *, what: str) -> None:
    """Raise BadTable where one of some values is missing (`gone`); without `values` because it is masked."""
    if gone.any():
        where = tuple(int(at) for at in np.unravel_index(int(gone.argmax()), gone.shape))
        raise _entry(what, GONE, where=where, value=np.ma.masked if values is None else values[where])


def _entry(what: str, reason: str, *, where: tuple[int, ...], value: object) -> BadTable:
    """Return the refusal of one of several values, or of the one that there is."""
    if not where:
        return BadValue(what=what, reason=reason, value=told(value))
    return BadEntry(what=what, reason=reason, where=str(list(where)), value=told(value))


def told(value: object) -> str:
    """Return a value as one writes it, cut off where it is long."""
    words = f"{value:.15g}" if isinstance(value, float) else str(value) if isinstance(value, Number) else repr(value)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} …"


def districts_of(values: object, *, count: int) -> tuple[list[object], Integers]:
    """Return the names of the districts, and the number of that of each of `count` rows.

    Raises
    ------
    BadTable
        They are not given, not as many, one is missing (None, NaN, masked), or they cannot be put in an order.
    """
    if values is None:
        raise BadTable(what=DISTRICTS, reason=mark("they are not given; a floor needs the district of each row"))
    try:
        found = np.asarray(values)
        objects = np.asarray(values, dtype=object)
    except (TypeError, ValueError) as error:
        raise BadTable(what=DISTRICTS, reason=NO_NAMES) from error
    if found.shape != (count,) or objects.shape != (count,):
        raise BadValue(what=DISTRICTS, reason=NOT_AS_MANY, value=f"{found.shape} ≠ {(count,)}")
    require_unmasked(values, what=DISTRICTS)
    require_all(np.asarray(isna(objects), dtype=bool), objects, what=DISTRICTS)
    try:
        names, numbers = np.unique(found, return_inverse=True)
    except (TypeError, ValueError) as error:
        raise BadTable(what=DISTRICTS, reason=NO_NAMES) from error
    return names.tolist(), numbers


def positions(fixed: ArrayLike | None, *, count: int) -> Integers:
    """Return the positions of the fixed sites among `count` candidates, ascending, each once.

    Raises
    ------
    BadTable
        They are no list of whole numbers, one is missing (masked), or one is below 0 or no less than `count`.
    """
    require_unmasked(fixed, what=FIXED)
    try:
        found = np.asarray([] if fixed is None else fixed)
    except ValueError as error:
        raise BadTable(what=FIXED, reason=NO_POSITIONS) from error
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise BadTable(what=FIXED, reason=NO_POSITIONS)
    outside = (found < 0) | (found >= count)
    if outside.any():
        at = int(outside.argmax())
        raise BadEntry(
            what=FIXED, reason=mark("a position is outside the candidates"), where=f"[{at}]", value=found[at]
        )
    return np.unique(found.astype(np.intp))


def number_of_sites(sites: object, *, candidates: int) -> int:
    """Return how many sites are wanted among so many candidates that are not fixed.

    Raises BadTable where that is no whole number, or a negative one, and TooManySites where it is more.
    """
    wanted = whole(sites, what=SITES)
    if wanted < 0:
        raise BadValue(what=SITES, reason=NEGATIVE_ONE, value=told(wanted))
    if wanted > candidates:
        raise TooManySites(sites=wanted, candidates=candidates)
    return wanted


def whole(number: object, *, what: str) -> int:
    """Return a whole number; raises BadTable where it is none, as a truth value is."""
    try:
        if isinstance(number, bool):
            raise TypeError
        return operator.index(number)  # type: ignore[arg-type]  # that is what is found out
    except TypeError as error:
        raise BadTable(what=what, reason=mark("it is no whole number")) from error


def share_of(share: object, *, what: str = SHARE) -> float:
    """Return a share that is wanted, between 0 and 1; raises BadTable where it is none."""
    return amount(share, what=what, most=1.0, reason=mark("it is more than 1, which is everybody"))


def backup_of(backup: object) -> float:
    """Return what a second site is worth, as a share of the first, between 0 and 1; raises BadTable otherwise."""
    return amount(backup, what=BACKUP, most=1.0, reason=mark("it is more than 1, which is as much as the first"))


def percent(share: float) -> float:
    """Return a share in percent, rounded down to a ten-thousandth: what is possible can be asked for as it is told."""
    return math.floor(1e6 * share + ROUNDING) / 1e4


def end_of(begin: float, *, time_limit_s: object) -> float:
    """Return when the time is over, by the clock that says `begin`; it may be never.

    Raises BadTable where that is no number of seconds, or a negative one.
    """
    seconds = math.nan
    if isinstance(time_limit_s, Real) and not isinstance(time_limit_s, bool):
        with suppress(OverflowError):
            seconds = float(time_limit_s)
    if not seconds >= 0:
        raise BadValue(what=TIME, reason=mark("it is no number of seconds"), value=told(time_limit_s))
    return begin + seconds


def require_somebody(reach: csr_array, weights: Floats) -> None:
    """Raise NobodyInReach unless a candidate reaches somebody who weighs something."""
    if not (weights[np.diff(reach.indptr) > 0] > 0).any():
        raise NobodyInReach(candidates=reach.shape[1])
