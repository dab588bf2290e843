"""How evenly something is shared among people: over demand points or over districts, the same functions.

`access` is what one person of the row has: an accessibility, a covered share, stations per 10,000. `people` is how
many they are. Rows without people do not count, whatever their access.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from stations.analysis.weights import PEOPLE, require_weights
from stations.model.language import mark

PERCENTILES = np.linspace(0, 1, 101)
"""Where a Lorenz curve is read, so that curves of any number of rows stand side by side."""

TOP, BOTTOM = 0.1, 0.4
"""The shares of the people that Palma compares."""


def lorenz_curve(access: pd.Series, people: pd.Series) -> pd.DataFrame:
    """Return the Lorenz curve: the share of all access that the people with the least of it have together.

    Source: Lorenz (1905), "Methods of measuring the concentration of wealth".

    Parameters
    ----------
    access, people
        Matched by the index of `access`.

    Returns
    -------
    DataFrame
        `people_share` and `access_share` (0-1), cumulative from those with the least access, from (0, 0) to (1, 1),
        one row for each different access. Without people, or where nobody has any access, there is no curve: no rows.

    Raises
    ------
    BadChoice
        A number of people, or the access of any people, is missing, infinite or negative.
    KeyError
        `people` lacks a row of `access`.
    """
    head = require_weights(people.loc[access.index], what=PEOPLE)
    some = head > 0
    has = require_weights(access[some], what=mark("Access of the people"))
    # People with equal access are one row, so that the curve does not hang on the order of the input.
    value, row = np.unique(has, return_inverse=True)
    weight = np.bincount(row, head[some])
    shares = [np.cumsum(part) for part in (weight, weight * value)]
    if not (value.size and value[-1] > 0):
        return pd.DataFrame({"people_share": [], "access_share": []}, dtype=float)
    curves = [np.concatenate([[0.0], share / share[-1]]) for share in shares]
    return pd.DataFrame(dict(zip(("people_share", "access_share"), curves, strict=True)))


def lorenz_shares(access: pd.Series, people: pd.Series) -> pd.Series:
    """Return the `lorenz_curve` at each hundredth of the people: index `people_share` from 0 to 1, 101 rows.

    Interpolated inside a row of the curve, whose people have the same. NaN where there is no curve. Raises BadChoice or
    KeyError as `lorenz_curve`.
    """
    curve = lorenz_curve(access, people)
    read = np.full(len(PERCENTILES), np.nan)
    if not curve.empty:
        read = np.interp(PERCENTILES, curve["people_share"], curve["access_share"])
    return pd.Series(read, index=pd.Index(PERCENTILES, name="people_share"), name="access_share")


def gini(access: pd.Series, people: pd.Series) -> float:
    """Return the Gini coefficient of the access among the people: 0 when all have the same, towards 1 when one has all.

    Formula: 1 - Σ (pₖ - pₖ₋₁)(aₖ + aₖ₋₁) over the `lorenz_curve`, twice the area between it and the diagonal; equal to
    Σᵢ Σⱼ wᵢ wⱼ |xᵢ - xⱼ| / (2 (Σ w)² x̄), Gini (1914). NaN without people, and where nobody has any access: nothing is
    not evenly shared. Raises BadChoice or KeyError as `lorenz_curve`.
    """
    curve = lorenz_curve(access, people)
    if curve.empty:
        return math.nan
    share, sums = curve["people_share"].to_numpy(), curve["access_share"].to_numpy()
    return max(float(1 - (np.diff(share) * (sums[1:] + sums[:-1])).sum()), 0.0)  # rounding


def palma_ratio(access: pd.Series, people: pd.Series) -> float:
    """Return how much the tenth of the people with most access has, by what the four tenths with least have.

    Formula: (1 - L(0.9)) / L(0.4) on the `lorenz_curve` L, interpolated inside a row: people of one row have the same.
    Source: Palma (2011), "Homogeneous middles vs. heterogeneous tails". 0.25 when all have the same; infinite where
    the four tenths have none; NaN without people, and where nobody has any access. Raises BadChoice or KeyError as
    `lorenz_curve`.
    """
    curve = lorenz_curve(access, people)
    if curve.empty:
        return math.nan
    least, rest = np.interp([BOTTOM, 1 - TOP], curve["people_share"], curve["access_share"])
    return float((1 - rest) / least) if least > 0 else math.inf
