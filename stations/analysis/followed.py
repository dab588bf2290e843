"""The gaps of one day followed to another: which are the same, which were closed, and by what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from stations.analysis.coverage import TOUCH_M
from stations.analysis.planar import coordinates, require_length, require_one_crs
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

WHAT = mark("The comparison of gaps")
CHANGES = ("same", "grown", "shrunk", "split", "merged", "opened", "closed")
PEOPLE = ("people_before", "people_after", "people_change")
COLUMNS = ("change", "before_id", "after_id", "other_id", *PEOPLE, "closed_by", "opened_by")


def compare(
    before: pd.Series,
    after: pd.Series,
    *,
    demand: GeoDataFrame,
    stations_before: GeoDataFrame,
    stations_after: GeoDataFrame,
    radius_m: float,
) -> pd.DataFrame:
    """Return what became of each gap between two days, told by the people who are in it.

    A gap of either day goes on under its own identifier, where both days have it and share people in it; else as the
    one of the other day with which it shares most people, when that is so for both (ties: more points, then the
    lesser identifier).

    Parameters
    ----------
    before, after
        `gaps.gap_of_points` of the two days, on one `demand` and for one radius; matched by index.
    demand
        Points in a metric CRS with a column `people`.
    stations_before, stations_after
        The stations that counted on the two days, indexed by station id; in the CRS of `demand`.
    radius_m
        Service radius of both days.

    Returns
    -------
    DataFrame
        A row for each gap of either day, a gap that goes on being one row; those that changed most first, then by
        identifier. `change` is one of

        - ``same``, ``grown``, ``shrunk``: it goes on, with as many, more or fewer people;
        - ``split``: new, with people who were in the gap `other_id`, which goes on or is told in its own row;
        - ``merged``: gone, and most of those still waiting are now in the gap `other_id`;
        - ``opened``: new, with nobody who was in a gap before;
        - ``closed``: gone, with nobody still in a gap.

        `before_id` and `after_id` are its identifiers (None where it was not), `people_before`, `people_after` and
        `people_change` its people: each gap's people stand once, so that the columns sum to the totals of the two
        days. `closed_by` is a tuple of the stations that are new within the radius (straight) of people who were in
        it before and are in no gap now; `opened_by` of those that are gone from people who are in it now and were in
        none. A station that moved is both gone and new.

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        The radius is no length, the frames differ in CRS, the CRS is not metric, or a row is not a point.
    KeyError
        `before` or `after` lacks a row of `demand`.
    """
    require_length(radius_m, what=mark("Radius"))
    own, new = before.loc[demand.index].to_numpy(), after.loc[demand.index].to_numpy()
    points = pd.DataFrame({"before": own, "after": new, "people": demand["people"].to_numpy()}, dtype=object)
    points = points.astype({"people": demand["people"].dtype})
    rows = _rows(points)
    relieved = points["before"].where(points["after"].isna(), None).to_numpy()
    stranded = points["after"].where(points["before"].isna(), None).to_numpy()
    came, went = _only_in(stations_after, stations_before), _only_in(stations_before, stations_after)
    closed_by = _within(relieved, demand, came, radius_m=radius_m)
    opened_by = _within(stranded, demand, went, radius_m=radius_m)
    rows["closed_by"] = rows["before_id"].map(lambda gap: closed_by.get(gap, ()))
    rows["opened_by"] = rows["after_id"].map(lambda gap: opened_by.get(gap, ()))
    most = -rows["people_change"].abs()
    first = rows["before_id"].where(rows["before_id"].notna(), rows["after_id"])
    order = pd.DataFrame({"most": most, "new": rows["before_id"].isna(), "id": first}).sort_values(
        ["most", "id", "new"]
    )
    return rows.loc[order.index, list(COLUMNS)].reset_index(drop=True)


def _rows(points: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each gap of either day without the stations: see `compare`."""
    shared = points.dropna().groupby(["before", "after"])["people"].agg(["sum", "size"]).reset_index()
    shared["own"] = shared["before"] == shared["after"]
    shared = shared.sort_values(["own", "sum", "size", "before", "after"], ascending=[False, False, False, True, True])
    heir = shared.drop_duplicates("before").set_index("before")["after"].to_dict()
    parent = shared.drop_duplicates("after").set_index("after")["before"].to_dict()
    was = points.groupby("before")["people"].sum()
    now = points.groupby("after")["people"].sum()
    rows: list[tuple[str, object, object, object, float, float]] = []
    for gap, people in was.items():
        follower = heir.get(gap)
        if follower is None:
            rows.append(("closed", gap, None, None, people, 0))
        elif parent[follower] == gap:
            left = now[follower]
            change = "same" if left == people else "grown" if left > people else "shrunk"
            rows.append((change, gap, follower, None, people, left))
        else:
            rows.append(("merged", gap, None, follower, people, 0))
    for gap, people in now.items():
        origin = parent.get(gap)
        if origin is None:
            rows.append(("opened", None, gap, None, 0, people))
        elif heir[origin] != gap:
            rows.append(("split", None, gap, origin, 0, people))
    ids = pd.DataFrame([row[:4] for row in rows], columns=list(COLUMNS[:4]), dtype=object)
    counts = pd.DataFrame([row[4:] for row in rows], columns=list(PEOPLE[:2]), dtype=None if rows else float)
    return ids.join(counts.assign(people_change=counts["people_after"] - counts["people_before"]))


def _only_in(some: GeoDataFrame, others: GeoDataFrame) -> GeoDataFrame:
    """Return the stations of `some` that are not among `others`, or elsewhere there."""
    places = dict(zip(others.index, others.geometry, strict=True))
    other = [places.get(key) != place for key, place in zip(some.index, some.geometry, strict=True)]
    return some[np.array(other, dtype=bool)]


def _within(
    gap: NDArray[np.object_], demand: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float
) -> dict[object, tuple[object, ...]]:
    """Return for each gap the stations within the radius of its points, in the order of `stations`."""
    require_one_crs(demand, stations, what=WHAT)
    points = np.column_stack(coordinates(demand, what=WHAT))
    sites = np.column_stack(coordinates(stations, what=WHAT))
    inside = np.flatnonzero(pd.notna(gap))
    found: dict[object, list[object]] = {}
    near = cKDTree(points[inside]).query_ball_point(sites, radius_m + TOUCH_M) if len(inside) and len(sites) else []
    for station, positions in zip(stations.index, near, strict=True) if len(near) else ():
        for own in pd.unique(gap[inside[positions]]):
            found.setdefault(own, []).append(station)
    return {own: tuple(ids) for own, ids in found.items()}
