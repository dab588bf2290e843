"""Numbers that count how much: people, capacity, access. Sums of people come out the same in any order and parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stations.model.errors import BadChoice
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Weights = NDArray[np.int64] | Floats

MANTISSA_BITS = 53
"""Whole numbers up to 2 to this power are exact in float64."""

PEOPLE = mark("Number of people")


def require_weights(values: pd.Series, *, what: str, offered: str = mark("finite numbers of 0 or more")) -> Floats:
    """Return the values as float64; raise BadChoice, naming the first, when one is missing, infinite or below 0.

    `what` names them and `offered` says what is allowed, both as marked messages.
    """
    numbers: Floats = values.to_numpy(dtype=np.float64, na_value=np.nan)
    bad = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0)))
    if bad.size:
        raise BadChoice(what=what, value=float(numbers[bad[0]]), offered=offered)
    return numbers


def exact_weights(people: pd.Series) -> Weights:
    """Return the weights, in the order of `people`, so that every sum of any of them is exact in float64.

    Whole numbers stay as they are (int64). Fractions are rounded to the finest binary fraction at which the
    total is still below 2⁵³ of them: with 3 million people that is 2⁻³¹ of a person. Then no sum is rounded,
    so that people added, taken off, grouped or counted on several cores are equal to the last bit.

    Raises
    ------
    BadChoice
        A weight is missing, negative or infinite.
    """
    values = require_weights(people, what=PEOPLE)
    if pd.api.types.is_integer_dtype(people.dtype):
        return people.to_numpy(dtype=np.int64)
    bits = MANTISSA_BITS - 1 - int(np.frexp(values.sum())[1])
    rounded: NDArray[np.float64] = np.ldexp(np.rint(np.ldexp(values, bits)), -bits)
    return rounded


def total(weights: Weights) -> float:
    """Return the sum as a Python number: whole for whole weights."""
    return weights.sum().item()  # type: ignore[no-any-return]


def sums(group: NDArray[np.intp], weights: Weights, *, groups: int) -> Weights:
    """Return the sum of the weights in each of `groups` groups, numbered from 0, in the type of the weights."""
    found = np.bincount(group, weights=weights, minlength=groups)
    return found.astype(np.int64) if weights.dtype == np.int64 else found
