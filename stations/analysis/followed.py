"""The gaps of one day followed to another, told by the people: who is newly covered, who newly uncovered, and by what.

Where gaps end hangs on all stations: one that opens moves the peaks around which others are gathered, and people who
were out of reach, and still are, are counted in another gap than before. That is no change for them, and has no cause.
So what happened to a gap is told by the points in it, each covered or not before and after, never by its shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stations.analysis.planar import require_length, require_one_crs
from stations.model.language import mark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from stations.analysis.reach import Reach

WHAT = mark("The comparison of gaps")
CHANGES = ("closed", "shrunk", "opened", "grown", "shifted", "redivided", "same")
IDS = ("before_id", "after_id", "other_id")
PEOPLE = ("people_before", "newly_covered", "newly_uncovered", "redivided", "people_after", "people_change")
COLUMNS = ("change", *IDS, *PEOPLE, "closed_by", "opened_by")


def compare(
    before: pd.Series,
    after: pd.Series,
    *,
    demand: GeoDataFrame,
    stations_before: GeoDataFrame,
    stations_after: GeoDataFrame,
    reach: Reach,
    radius_m: float,
) -> pd.DataFrame:
    """Return what became of each gap between two days, told by the people who are in it.

    A gap of either day goes on under its own identifier, where both days have it and share people in it; else as the
    one of the other day with which it shares most people, when that is so for both (ties: more points, then the
    lesser identifier). Identifiers themselves stay with the people, see `identifiers`.

    Parameters
    ----------
    before, after
        `gaps.gap_of_points` of the two days, on one `demand` and for one radius; matched by index.
    demand
        Points in a metric CRS with a column `people`.
    stations_before, stations_after
        The stations that counted on the two days, indexed by station id; in the CRS of `demand`.
    reach, radius_m
        How distance was measured on both days, and the service radius.

    Returns
    -------
    DataFrame
        A row for each gap of either day, a gap that goes on being one row. `before_id` and `after_id` are its
        identifiers (None where it was not). Where it did not go on, `other_id` is the gap that most of its people who
        are still waiting are now counted in; where it is new, the gap that most of those who waited before were
        counted in. In people:

        - `people_before` − `newly_covered` + `newly_uncovered` + `redivided` = `people_after`, and `people_change`
          is the last less the first;
        - `newly_covered` were in the gap before and are in none now; `newly_uncovered` are in it now and were in none;
        - `redivided` are out of reach on both days, and counted in it now less those counted in it before: places
          divided anew. Over all rows they are 0.

        Each gap's people stand once, so that the columns sum to all uncovered people of the two days. `change` is

        - ``closed``: everybody who was in it is covered now;
        - ``opened``: everybody who is in it was covered before;
        - ``shrunk``, ``grown``: more of its people are newly covered than newly uncovered, or fewer (as many: points
          decide), but not all;
        - ``shifted``: as many newly covered as newly uncovered;
        - ``redivided``: nobody in it is newly covered or uncovered, but it is not made of the same points;
        - ``same``: the same points.

        So stations that are only added never open a gap or let one grow. `closed_by` is a tuple of the stations that
        are new within reach of points that are newly covered; `opened_by` of those that are gone from
        points that are newly uncovered. A station that moved is both gone and new.

        Rows come by how many people are newly covered or uncovered, then by how many are counted elsewhere, most
        first; then by identifier.

    Raises
    ------
    BadChoice, DifferentCrs, DegreesNotMetres, BadCoordinates
        The radius is no length, the frames differ in CRS, the CRS is not metric, or a row is not a point.
    KeyError
        `before` or `after` lacks a row of `demand`.
    """
    require_length(radius_m, what=mark("Radius"))
    for stations in (stations_before, stations_after):
        require_one_crs(demand, stations, what=WHAT)
    own, new = before.loc[demand.index].to_numpy(), after.loc[demand.index].to_numpy()
    points = pd.DataFrame({"before": own, "after": new}, dtype=object).assign(people=demand["people"].to_numpy())
    relieved = points["before"].where(points["after"].isna(), None)
    stranded = points["after"].where(points["before"].isna(), None)
    rows = _counted(_links(points), points, relieved=relieved, stranded=stranded)
    came, went = _only_in(stations_after, stations_before), _only_in(stations_before, stations_after)
    closed_by = _within(relieved, demand, came, reach=reach, radius_m=radius_m)
    opened_by = _within(stranded, demand, went, reach=reach, radius_m=radius_m)
    rows["closed_by"] = rows["before_id"].map(lambda gap: closed_by.get(gap, ()))
    rows["opened_by"] = rows["after_id"].map(lambda gap: opened_by.get(gap, ()))
    order = pd.DataFrame(
        {
            "most": -(rows["newly_covered"] + rows["newly_uncovered"]),
            "moved": -rows["redivided"].abs(),
            "id": rows["before_id"].where(rows["before_id"].notna(), rows["after_id"]),
            "new": rows["before_id"].isna(),
        }
    ).sort_values(["most", "moved", "id", "new"])
    return rows.loc[order.index, list(COLUMNS)].reset_index(drop=True)


def _links(points: pd.DataFrame) -> pd.DataFrame:
    """Return a row of identifiers for each gap of either day: see `compare`."""
    shared = points.dropna().groupby(["before", "after"])["people"].agg(["sum", "size"]).reset_index()
    shared["own"] = shared["before"] == shared["after"]
    shared = shared.sort_values(["own", "sum", "size", "before", "after"], ascending=[False, False, False, True, True])
    heir = shared.drop_duplicates("before").set_index("before")["after"].to_dict()
    parent = shared.drop_duplicates("after").set_index("after")["before"].to_dict()
    rows: list[tuple[object, object, object]] = []
    for gap in points["before"].dropna().unique():
        follower = heir.get(gap)
        goes_on = follower is not None and parent[follower] == gap
        rows.append((gap, follower, None) if goes_on else (gap, None, follower))
    for gap in points["after"].dropna().unique():
        origin = parent.get(gap)
        if origin is None or heir[origin] != gap:
            rows.append((None, gap, origin))
    return pd.DataFrame(rows, columns=list(IDS), dtype=object)


def _counted(rows: pd.DataFrame, points: pd.DataFrame, *, relieved: pd.Series, stranded: pd.Series) -> pd.DataFrame:
    """Return the rows with their people, and what happened to each."""
    waiting = points["before"].notna() & points["after"].notna()
    moved = waiting & (points["before"].map(dict(rows[["before_id", "after_id"]].to_numpy())) != points["after"])
    parts = {
        "people_before": ("before_id", points["before"]),
        "newly_covered": ("before_id", relieved),
        "newly_uncovered": ("after_id", stranded),
        "left": ("before_id", points["before"].where(moved, None)),
        "joined": ("after_id", points["after"].where(moved, None)),
        "people_after": ("after_id", points["after"]),
    }
    people, number = pd.DataFrame(index=rows.index), pd.DataFrame(index=rows.index)
    for name, (key, gap) in parts.items():
        sums = points["people"].groupby(gap).agg(["sum", "size"])
        people[name] = rows[key].map(sums["sum"]).fillna(0).astype(points["people"].dtype)
        number[name] = rows[key].map(sums["size"]).fillna(0).astype(int)
    people["redivided"] = people["joined"] - people["left"]
    people["people_change"] = people["people_after"] - people["people_before"]
    return rows.join(people[list(PEOPLE)]).assign(change=_change(people, number))


def _change(people: pd.DataFrame, number: pd.DataFrame) -> NDArray[np.str_]:
    """Return what happened to each gap from its people and from the number of its points."""
    touched = (number["newly_covered"] > 0) | (number["newly_uncovered"] > 0)
    more = people["newly_uncovered"] - people["newly_covered"]
    more = more.where(more != 0, number["newly_uncovered"] - number["newly_covered"])
    return np.select(
        [
            touched & (number["newly_covered"] == number["people_before"]) & (number["people_after"] == 0),
            touched & (number["newly_uncovered"] == number["people_after"]) & (number["people_before"] == 0),
            touched & (more < 0),
            touched & (more > 0),
            touched,
            (number["left"] > 0) | (number["joined"] > 0),
        ],
        ["closed", "opened", "shrunk", "grown", "shifted", "redivided"],
        default="same",
    )


def _only_in(some: GeoDataFrame, others: GeoDataFrame) -> GeoDataFrame:
    """Return the stations of `some` that are not among `others`, or elsewhere there."""
    places = dict(zip(others.index, others.geometry, strict=True))
    other = [places.get(key) != place for key, place in zip(some.index, some.geometry, strict=True)]
    return some[np.array(other, dtype=bool)]


def _within(
    gap: pd.Series, demand: GeoDataFrame, stations: GeoDataFrame, *, reach: Reach, radius_m: float
) -> dict[object, tuple[object, ...]]:
    """Return for each gap the stations within reach of its points, in the order of `stations`."""
    own = gap.dropna()
    pairs = reach.origins(demand.iloc[own.index]).pairs(stations, radius_m=radius_m)
    found = pd.DataFrame({"gap": own.to_numpy()[pairs.point], "station": pairs.station}).drop_duplicates()
    of_gap = found.sort_values("station").groupby("gap", sort=False)["station"]
    return {key: tuple(stations.index[positions]) for key, positions in of_gap}
