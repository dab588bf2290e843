"""Coverage by the clock: who is covered at an hour, between what is known to be open and what may be.

A moment is its minute: a station counts at 17:00 when it is open at 17:00 sharp (`hours.is_open`: a start is
open, an end is not), whatever it does at 17:01. So an hour of a table is the state at its beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from stations.analysis.weights import exact_weights, sums
from stations.model.hours import DAY_MINUTES, WEEK_MINUTES, Hours, Interval, parse_hours

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from numpy.typing import NDArray

    from stations.analysis.pairs import Pairs
    from stations.analysis.weights import Weights

    Integers = NDArray[np.intp]
    States = NDArray[np.int8]

CLOSED, UNKNOWN, OPEN = -1, 0, 1
COLUMNS = ("stations_open", "stations_unknown", "covered_people_low", "covered_people_high")
HOURS = np.arange(24)


def opening(opening_hours: pd.Series, weekday: int, minute: int, *, attended_only: bool) -> pd.Series:
    """Return whether each station is open at a minute of an ordinary week, on the index of `opening_hours`.

    Parameters
    ----------
    opening_hours
        As written (`hours.parse_hours` reads them), or None.
    weekday, minute
        0 Monday to 6 Sunday; 0 to 1439.
    attended_only
        Whether a station that is open without staff counts as closed. Where the text does not say, it is
        unknown while it is open.

    Returns
    -------
    Series
        Nullable booleans: True open, False closed, missing not known.
    """
    at = np.array([weekday * DAY_MINUTES + minute])
    state = _states(opening_hours, at, holiday=False, attended_only=attended_only)[:, 0]
    known = pd.array(state == OPEN, dtype="boolean")
    known[state == UNKNOWN] = pd.NA
    return pd.Series(known, index=opening_hours.index, name="open")


def by_hour(pairs: Pairs, people: pd.Series, *, opening_hours: pd.Series, attended_only: bool) -> pd.DataFrame:
    """Return the covered people at each full hour of an ordinary week, as a low-high band.

    Parameters
    ----------
    pairs
        Demand points and stations within reach, straight or walking.
    people
        The weight of each demand point (≥ 0), in the order that `pairs` counts positions in.
    opening_hours
        For each station, in the order that `pairs` counts positions in: as written, or None.
    attended_only
        As in `opening`.

    Returns
    -------
    DataFrame
        168 rows, index `weekday` (0 Monday) and `hour` (0-23, the state at its beginning). `stations_open`,
        `stations_unknown`: numbers of all stations given. `covered_people_low`: people within reach of a
        station that is open; `covered_people_high`: or of one that is not known to be closed.

    Raises
    ------
    BadChoice
        A weight is missing, negative or infinite.
    """
    at = (np.arange(7)[:, np.newaxis] * DAY_MINUTES + HOURS * 60).ravel()
    index = pd.MultiIndex.from_product([range(7), HOURS], names=["weekday", "hour"])
    states = _states(opening_hours, at, holiday=False, attended_only=attended_only)
    return _table(pairs, exact_weights(people), states, index=index)


def day_curve(
    pairs: Pairs,
    people: pd.Series,
    date: dt.date,
    *,
    holidays: Collection[dt.date],
    opening_hours: pd.Series,
    attended_only: bool,
) -> pd.DataFrame:
    """Return the covered people at each full hour of a date, as `by_hour` does; index `hour`.

    Parameters
    ----------
    holidays
        The public holidays, the caller's. On these a station that is closed on holidays is closed (after
        midnight not known while its night from the day before may still run); one that opens then keeps the
        hours of one of its days, which one is not written: open where it is open on all of them, closed where
        on none, else not known; one that does not say may also be closed.

    Other parameters and errors are those of `by_hour`.
    """
    at = date.weekday() * DAY_MINUTES + HOURS * 60
    states = _states(opening_hours, at, holiday=date in holidays, attended_only=attended_only)
    return _table(pairs, exact_weights(people), states, index=pd.Index(HOURS, name="hour"))


def _states(texts: pd.Series, at: Integers, *, holiday: bool, attended_only: bool) -> States:
    """Return for each station and each minute of the week whether it is open, closed or unknown."""
    code, distinct = pd.factorize(texts, use_na_sentinel=True)
    known = np.full((len(distinct) + 1, len(at)), UNKNOWN, dtype=np.int8)  # the last is for missing texts
    for row, text in enumerate(distinct):
        hours = parse_hours(text)
        if hours is not None:
            state = _on_holiday if holiday else _on_ordinary_day
            known[row] = state(hours, at, attended_only=attended_only)
    return known[code]


def _on_ordinary_day(hours: Hours, at: Integers, *, attended_only: bool) -> States:
    is_open = _within(hours.intervals, at)
    if not attended_only:
        return np.where(is_open, OPEN, CLOSED).astype(np.int8)
    if hours.attended is None:
        return np.where(is_open, UNKNOWN, CLOSED).astype(np.int8)
    return np.where(_within(hours.attended, at), OPEN, CLOSED).astype(np.int8)


def _on_holiday(hours: Hours, at: Integers, *, attended_only: bool) -> States:
    minute = at % DAY_MINUTES
    if hours.on_holidays is False:
        last_night = max(item.end for item in hours.intervals) - DAY_MINUTES
        return np.where(minute < last_night, UNKNOWN, CLOSED).astype(np.int8)
    days = sorted({item.weekday for item in hours.intervals})
    states = np.array(
        [_on_ordinary_day(hours, day * DAY_MINUTES + minute, attended_only=attended_only) for day in days]
    )
    may_open, must_open = (states != CLOSED).any(axis=0), (states == OPEN).all(axis=0)
    certain = must_open if hours.on_holidays else np.zeros_like(must_open)
    return np.where(certain, OPEN, np.where(may_open, UNKNOWN, CLOSED)).astype(np.int8)


def _within(intervals: tuple[Interval, ...], at: Integers) -> NDArray[np.bool_]:
    begins = np.array([item.weekday * DAY_MINUTES + item.start for item in intervals], dtype=np.intp)
    length = np.array([item.end - item.start for item in intervals], dtype=np.intp)
    return np.asarray(((at[:, np.newaxis] - begins) % WEEK_MINUTES < length).any(axis=1))


def _table(pairs: Pairs, weights: Weights, states: States, *, index: pd.Index) -> pd.DataFrame:
    """Return a row for each column of `states`, counting each distinct set of open stations once."""
    distinct, moment = np.unique(states, axis=1, return_inverse=True)
    patterns, pattern = np.unique(distinct, axis=0, return_inverse=True)
    covers, people = _cover_sets(pairs, weights, pattern, patterns=len(patterns))
    rows = [
        (
            (distinct[:, column] == OPEN).sum(),
            (distinct[:, column] == UNKNOWN).sum(),
            people[covers @ (patterns[:, column] == OPEN) > 0].sum(),
            people[covers @ (patterns[:, column] != CLOSED) > 0].sum(),
        )
        for column in range(distinct.shape[1])
    ]
    return pd.DataFrame([rows[number] for number in moment.ravel()], index=index, columns=list(COLUMNS))


def _cover_sets(pairs: Pairs, weights: Weights, pattern: Integers, *, patterns: int) -> tuple[csr_array, Weights]:
    """Return the distinct sets of opening patterns that cover a point, and the people of each set.

    Sets by patterns, as a 0-1 matrix. The points are parted by one pattern after the other, each looking at
    its own points only.
    """
    size = len(weights)
    key = np.unique(pattern.ravel()[pairs.station] * size + pairs.point)
    of_pattern, point = np.divmod(key, max(size, 1))
    part, parts = np.zeros(size, dtype=np.intp), 1
    for points in np.split(point, np.flatnonzero(np.diff(of_pattern)) + 1):
        old, inverse = np.unique(part[points], return_inverse=True)
        part[points] = parts + inverse
        parts += len(old)
    one_of_each = np.zeros(parts, dtype=np.intp)
    one_of_each[part] = np.arange(size)
    chosen = one_of_each[part[point]] == point
    entries = np.ones(chosen.sum(), dtype=np.intp), (part[point[chosen]], of_pattern[chosen])
    return csr_array(entries, shape=(parts, patterns)), sums(part, weights, groups=parts)
