"""What each station matters: who uses it, and who depends on it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stations.analysis.weights import exact_weights, sums

if TYPE_CHECKING:
    from stations.analysis.pairs import Pairs

ORDER = ["people_alone", "people_nearest", "people_within"]


def critical_stations(pairs: Pairs, people: pd.Series, *, station_ids: pd.Index) -> pd.DataFrame:
    """Return for each station the people who use it, who could, and who would be lost without it.

    Parameters
    ----------
    pairs
        Demand points and stations within reach, straight or walking.
    people
        The weight of each demand point (≥ 0), in the order that `pairs` counts positions in.
    station_ids
        Ids of all stations, in the order that `pairs` counts positions in; unique.

    Returns
    -------
    DataFrame
        Index `station_id`, in the order given. `people_nearest`: within reach, with this station the nearest
        (of several at the same distance the first); they sum to the covered people. `people_within`: within
        reach. `people_alone`: within reach of no other station, so the loss of covered people when it closes.
        `rank`: 1 for the most critical, by `people_alone`, then `people_nearest`, then `people_within`, then
        the order given. Whole people stay whole.

    Raises
    ------
    BadChoice
        A weight is missing, negative or infinite.

    Notes
    -----
    `people_alone` is the objective of the r-interdiction covering problem for r = 1 [1]_. Losses do not add
    up: two stations that stand in for each other have none, and both together may have a large one.

    .. [1] R. L. Church, M. P. Scaparra, R. S. Middleton (2004): Identifying critical infrastructure: the
       median and covering facility interdiction problems. Annals of the Association of American Geographers
       94 (3), 491-502.
    """
    weights, count = exact_weights(people), len(station_ids)
    starts = np.flatnonzero(np.diff(pairs.point, prepend=-1))
    alone = starts[np.diff(starts, append=len(pairs.point)) == 1]
    # Stable, and pairs come by station: of several at one distance the first stays first.
    nearest = np.lexsort((pairs.distance_m, pairs.point))[starts]
    columns = {"people_nearest": nearest, "people_within": slice(None), "people_alone": alone}
    table = pd.DataFrame(
        {name: sums(pairs.station[rows], weights[pairs.point[rows]], groups=count) for name, rows in columns.items()},
        index=station_ids.rename("station_id"),
    )
    order = np.lexsort([-table[name].to_numpy() for name in reversed(ORDER)])
    table["rank"] = np.empty(count, dtype=np.intp)
    table.iloc[order, -1] = np.arange(1, count + 1)
    return table
