"""Where the demonstration's workers are: published totals over the cells of its residents.

README.md states the rule. Nothing here is an observed distribution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geodata.demonstration.plan import MEMBERS, NEW_FORM
from stations.analysis.spreading import apportioned
from stations.model.vocabulary import Group

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from stations.model.city import City


def worker_columns(cells: GeoDataFrame, city: City) -> DataFrame:
    """Return whole numbers of couriers, riders, drivers and union members in each cell, on the index of `cells`.

    The members sum to the published total, the other three together to that of the new-form workers.
    """
    totals = next(each.totals for each in city.published if "union_members" in each.totals)
    people = cells["people"].to_numpy(dtype=float)
    columns = pd.DataFrame(0, index=cells.index, columns=[group.column for group in (*NEW_FORM, Group.MEMBERS)])
    columns[Group.MEMBERS.column] = apportioned(people**MEMBERS.power, totals["union_members"])
    jobs = pd.Series(city.census.transport_job_share) * pd.Series(city.census.residents) if city.census else pd.Series()
    by_division = apportioned(jobs.to_numpy(dtype=float), totals["new_form_workers_joined"])
    shares = np.array([workers.share for workers in NEW_FORM.values()])
    for code, total in zip(jobs.index, by_division.tolist(), strict=True):
        here = (cells["district"] == code).to_numpy()
        for (group, workers), count in zip(NEW_FORM.items(), apportioned(shares, total).tolist(), strict=True):
            columns.loc[here, group.column] = apportioned(people[here] ** workers.power, count)
    return columns
