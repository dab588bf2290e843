"""How well people are served, in one figure each: how far they go, how often they are covered, by district.

Distances are those of any reach, straight or walked: infinite, or missing, for people who reach no station.
Unreachable people count like all others, so that a mean or a quantile may be infinite.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stations.analysis.coverage import covered, people_by_district
from stations.analysis.weights import PEOPLE, require_weights
from stations.model.errors import BadChoice
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from stations.analysis.pairs import Pairs

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

ROUNDING = 1e-12
"""So many of all people may be missing at a quantile: 0.07 of 100 people is a little more than 7 in float64."""


def mean_distance(distance_m: pd.Series, people: pd.Series) -> float:
    """Return the mean distance to the nearest station, weighted by people, in metres.

    Formula: Σ pᵢ dᵢ / Σ pᵢ, the objective of the p-median problem by head (Hakimi 1964, "Optimum locations of
    switching centers and the absolute centers and medians of a graph"). Infinite as soon as one person reaches no
    station; NaN where there are no people. Points without people do not count, however far they are.

    Parameters
    ----------
    distance_m, people
        Matched by the index of `distance_m`.

    Raises
    ------
    BadChoice
        A number of people is missing, infinite or negative.
    KeyError
        `people` lacks a row of `distance_m`.
    """
    metres, weight = _weighted(distance_m, people)
    return float(_means(metres, weight, np.zeros(len(metres), dtype=np.intp), count=1)[0])


def distance_quantiles(distance_m: pd.Series, people: pd.Series, *, shares: Sequence[float]) -> pd.Series:
    """Return for each share the distance within which at least that share of the people reach a station.

    Formula: min {d : Σ pᵢ [dᵢ ≤ d] ≥ share · Σ pᵢ}, the inverse of the weighted distribution function; with equal
    weights definition 1 of Hyndman & Fan (1996), "Sample quantiles in statistical packages". Nothing is
    interpolated: each quantile is the distance of somebody. Unreachable people are the last in the row, so that a
    quantile is infinite where fewer than the share reach a station.

    Returns
    -------
    Series
        `distance_m` in metres on the index `share`; NaN where there are no people.

    Raises
    ------
    BadChoice
        A share is not above 0 and at most 1, or a number of people is missing, infinite or negative.
    KeyError
        `people` lacks a row of `distance_m`.
    """
    for share in shares:
        if not 0 < share <= 1:
            raise BadChoice(what=mark("Share of the people"), value=share, offered=mark("above 0, at most 1"))
    metres, weight = _weighted(distance_m, people)
    found = _quantiles(metres, weight, np.zeros(len(metres), dtype=np.intp), count=1, shares=shares)
    return pd.Series(found[:, 0], index=pd.Index(shares, name="share", dtype=float), name="distance_m")


def times_covered(demand: GeoDataFrame, pairs: Pairs) -> pd.Series:
    """Return how many stations each demand point has within reach, as whole numbers on the index of `demand`.

    `pairs` holds positions in `demand`: those of the same frame, in the same order. Several stations at one spot
    count each.
    """
    count = np.bincount(pairs.point, minlength=len(demand))
    return pd.Series(count, index=demand.index, name="times_covered")


def people_covered_at_least(people: pd.Series, times_covered: pd.Series, *, times: int) -> float:
    """Return how many people have at least `times` stations within reach; whole numbers stay whole and exact.

    Formula: Σ pᵢ [nᵢ ≥ times]; for 2 the backup coverage of Hogan & ReVelle (1986), "Concepts and applications of
    backup coverage" (the weighted sum of their uᵢ). For 1 it is the covered people.

    Raises
    ------
    BadChoice
        `times` is not a whole number from 1, or a number of people is missing, infinite or negative.
    KeyError
        `times_covered` lacks a row of `people`.
    """
    if not (times >= 1 and times % 1 == 0):
        raise BadChoice(what=mark("Number of stations within reach"), value=times, offered=mark("1, 2, 3 …"))
    require_weights(people, what=PEOPLE)
    often = (times_covered.loc[people.index] >= times).to_numpy()
    total: float = people.to_numpy()[often].sum().item()
    return total


def stations_per_10_000(station_district: pd.Series, people: pd.Series) -> pd.Series:
    """Return stations per 10,000 people of each district, on the index of `people`.

    Parameters
    ----------
    station_district
        The division code of each station. Stations without one, or with one that `people` lacks, count nowhere.
    people
        By division code. NaN where the denominator is not known: a zone inside a district has none of its own.

    Returns
    -------
    Series
        10,000 · stations / people; NaN, never infinite, where there are no people or their number is not known.

    Raises
    ------
    BadChoice
        A number of people is infinite or negative.
    """
    head: pd.Series = people.astype(float)
    require_weights(head.dropna(), what=PEOPLE)
    count = station_district.dropna().value_counts().reindex(people.index, fill_value=0)
    return (10_000 * count / head.where(head > 0)).rename("stations_per_10_000")


def reach_by_district(
    demand: GeoDataFrame, distance_m: pd.Series, *, districts: pd.DataFrame, radius_m: float
) -> pd.DataFrame:
    """Return the table of `coverage.people_by_district` with the uncovered people and how far people go.

    Parameters
    ----------
    demand
        Columns `people` (≥ 0; whole numbers stay whole and exact) and `district` (division code or None).
    distance_m
        To the nearest station, matched by index.
    districts
        Indexed by division code, with a column `name`.
    radius_m
        A point exactly at it is covered.

    Returns
    -------
    DataFrame
        `name`, `people`, `covered_people`, `covered_share`, `uncovered_people`, and in metres `mean_m`, `median_m`
        and `p90_m`, weighted by people as in `mean_distance` and `distance_quantiles` (the shares 0.5 and 0.9).
        Where there are no people, the share and the distances are NaN.

    Raises
    ------
    BadChoice
        The radius is no length, or a number of people is missing, infinite or negative.
    KeyError
        `distance_m` lacks a row of `demand`.
    """
    metres, weight = _weighted(distance_m.loc[demand.index], demand["people"])
    table = people_by_district(demand, covered(distance_m, radius_m=radius_m), districts=districts)
    position = districts.index.get_indexer(demand["district"])
    district = np.where(position < 0, len(districts), position)
    median, most = _quantiles(metres, weight, district, count=len(table), shares=(0.5, 0.9))
    table["uncovered_people"] = table["people"] - table["covered_people"]
    return table.assign(mean_m=_means(metres, weight, district, count=len(table)), median_m=median, p90_m=most)


def _weighted(distance_m: pd.Series, people: pd.Series) -> tuple[Floats, Floats]:
    """Return distances, infinite where they are missing, and the people they belong to."""
    metres = distance_m.to_numpy(dtype=np.float64, na_value=np.nan)
    weight = require_weights(people.loc[distance_m.index], what=PEOPLE)
    return np.where(np.isnan(metres), math.inf, metres), weight


def _means(metres: Floats, people: Floats, group: Integers, *, count: int) -> Floats:
    """Return the weighted mean of each of `count` groups; NaN for those without people."""
    with np.errstate(invalid="ignore"):  # nobody times infinitely far, and nothing by nobody
        product = np.where(people > 0, people * metres, 0.0)
        means: Floats = np.bincount(group, product, count) / np.bincount(group, people, count)
    return means


def _quantiles(
    metres: Floats, people: Floats, group: Integers, *, count: int, shares: Sequence[float]
) -> NDArray[np.float64]:
    """Return the weighted quantiles, shape (shares, groups); NaN for groups without people."""
    some = np.flatnonzero(people > 0)
    order = some[np.argsort(metres[some])]
    # A stable sort of small numbers is a count: the second key costs almost nothing.
    order = order[np.argsort(group[order].astype(np.min_scalar_type(count)), kind="stable")]
    upto = np.cumsum(people[order])
    end = np.cumsum(np.bincount(group[order], minlength=count))
    start = np.concatenate([[0], end[:-1]])
    before, after = np.concatenate([[0.0], upto])[[start, end]]
    wanted = before + np.multiply.outer(np.asarray(shares), after - before) - ROUNDING * upto[-1:].sum()
    reached = np.clip(np.searchsorted(upto, wanted), start, np.maximum(end - 1, start))
    sorted_metres = np.append(metres[order], math.nan)
    return np.where(end > start, sorted_metres[np.minimum(reached, len(order))], math.nan)
