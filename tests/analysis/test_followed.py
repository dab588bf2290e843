from __future__ import annotations

import pandas as pd
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.analysis.distance import nearest_station
from stations.analysis.followed import CHANGES, COLUMNS, compare
from stations.analysis.gaps import demand_gaps, gap_of_points
from stations.analysis.planar import DifferentCrs
from stations.analysis.reach import AlongStreets, Straight
from stations.model.errors import BadChoice
from tests.analysis.test_walking import EDGES, NODES, network_from
from tests.analysis.towns import CELL_M, Spot, Town, demand_frame, radii, spots, station_frame, towns


def gap_of(demand: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float) -> pd.Series:
    return gap_of_points(demand, nearest_station(demand, stations), radius_m=radius_m, spacing_m=CELL_M)


def followed(demand: GeoDataFrame, before: GeoDataFrame, after: GeoDataFrame, *, radius_m: float) -> pd.DataFrame:
    return compare(
        gap_of(demand, before, radius_m=radius_m),
        gap_of(demand, after, radius_m=radius_m),
        demand=demand,
        stations_before=before,
        stations_after=after,
        reach=Straight(),
        radius_m=radius_m,
    )


def test_a_new_station_closes_a_gap_and_leaves_a_far_one_as_it_is() -> None:
    demand = demand_frame([(0, 0), (100, 0), (5000, 0)], [3, 4, 9])
    rows = followed(demand, station_frame([]), station_frame([(0, 0)]), radius_m=100)
    assert rows["change"].tolist() == ["closed", "same"]
    assert rows["people_before"].tolist() == [7, 9]
    assert rows["people_after"].tolist() == [0, 9]
    assert rows["closed_by"].tolist() == [("s0",), ()]
    back = followed(demand, station_frame([(0, 0)]), station_frame([]), radius_m=100)
    assert back["change"].tolist() == ["opened", "same"]
    assert back["opened_by"].tolist() == [("s0",), ()]


def test_a_station_in_the_middle_splits_a_gap_and_without_it_the_parts_merge() -> None:
    demand = demand_frame([(100.0 * column, 0) for column in range(5)], [2, 5, 9, 5, 1])
    none, one = station_frame([]), station_frame([(200, 0)])
    rows = followed(demand, none, one, radius_m=150)
    told = ["change", "people_before", "newly_covered", "newly_uncovered", "redivided", "people_after"]
    assert rows[told].to_numpy().tolist() == [["shrunk", 22, 19, 0, -1, 2], ["redivided", 0, 0, 0, 1, 1]]
    assert rows["other_id"].tolist() == [None, rows["before_id"][0]]
    assert rows["closed_by"].tolist() == [("s0",), ()]
    assert rows["before_id"][0] == rows["after_id"][0]
    rows = followed(demand, one, none, radius_m=150)
    assert rows[told].to_numpy().tolist() == [["grown", 2, 0, 19, 1, 22], ["redivided", 1, 0, 0, -1, 0]]
    assert rows["other_id"].tolist() == [None, rows["after_id"][0]]
    assert rows["opened_by"].tolist() == [("s0",), ()]


def test_a_station_that_moved_is_both_gone_and_new() -> None:
    demand = demand_frame([(0, 0), (5000, 0)], [3, 4])
    rows = followed(demand, station_frame([(0, 0)]), station_frame([(5000, 0)]), radius_m=100)
    assert rows["change"].tolist() == ["closed", "opened"]
    assert (rows["closed_by"][0], rows["opened_by"][1]) == (("s0",), ("s0",))


def test_a_gap_that_both_days_know_goes_on_under_its_identifier() -> None:
    demand = demand_frame([(0, 0), (0, 1), (0, 2), (0, 3)], [2, 2, 1, 5])
    before, after = (pd.Series(ids, dtype=object) for ids in (["X", "X", "X", None], ["Y", "Y", "X", "Y"]))
    nobody = station_frame([])
    rows = compare(
        before, after, demand=demand, stations_before=nobody, stations_after=nobody, reach=Straight(), radius_m=1
    )
    told = rows.set_index("change")[["before_id", "after_id", "other_id"]].to_dict("index")
    assert told == {
        "grown": {"before_id": None, "after_id": "Y", "other_id": "X"},
        "redivided": {"before_id": "X", "after_id": "X", "other_id": None},
    }


def test_on_foot_a_station_across_the_river_closes_nothing() -> None:
    network = network_from([(1000.0 * x, 1000.0 * y) for x, y in NODES], EDGES)
    demand = demand_frame([(1000, 1000), (1000, 2000)], [3, 4])  # on either bank; three kilometres on foot
    stations = station_frame([(1000, 1000), (1000, 2000)])
    before, after = pd.Series(["south", "north"], dtype=object), pd.Series([None, None], dtype=object)
    days = {"stations_before": station_frame([]), "stations_after": stations}
    for reach, closed_by in (
        (AlongStreets(network, 300.0), {"south": ("s0",), "north": ("s1",)}),
        (Straight(), {"south": ("s0", "s1"), "north": ("s0", "s1")}),
    ):
        rows = compare(before, after, demand=demand, **days, reach=reach, radius_m=1100)
        assert rows.set_index("before_id")["closed_by"].to_dict() == closed_by
        back = compare(
            *(after, before),
            demand=demand,
            stations_before=stations,
            stations_after=station_frame([]),
            reach=reach,
            radius_m=1100,
        )
        assert back.set_index("after_id")["opened_by"].to_dict() == closed_by


def test_where_nobody_lives_there_is_nothing_to_follow() -> None:
    rows = followed(demand_frame([]), station_frame([]), station_frame([(0, 0)]), radius_m=100)
    assert len(rows) == 0
    assert tuple(rows.columns) == COLUMNS


def test_a_radius_that_is_no_length_is_refused(toy_town: Town) -> None:
    own = pd.Series(None, index=toy_town.demand.index, dtype=object)
    with pytest.raises(BadChoice):
        compare(
            own,
            own,
            demand=toy_town.demand,
            stations_before=toy_town.stations,
            stations_after=toy_town.stations,
            reach=Straight(),
            radius_m=0,
        )


@given(towns(), spots(CELL_M / 2, most=4), radii)
def test_all_people_are_accounted_for(town: Town, places: list[Spot], radius_m: float) -> None:
    before, after = town.stations, station_frame(places)
    rows = followed(town.demand, before, after, radius_m=radius_m)
    for stations, column, key in ((before, "people_before", "before_id"), (after, "people_after", "after_id")):
        nearest = nearest_station(town.demand, stations)
        gaps = demand_gaps(town.demand, nearest, radius_m=radius_m, spacing_m=CELL_M)
        told = rows.dropna(subset=[key]).set_index(key)[column]
        assert told.to_dict() == gaps.set_index("gap_id")["people"].to_dict()
        assert rows[column].sum() == gaps["people"].sum()
    assert (rows["people_change"] == rows["people_after"] - rows["people_before"]).all()
    assert set(rows["change"]) <= set(CHANGES)
    told = rows["people_before"] - rows["newly_covered"] + rows["newly_uncovered"] + rows["redivided"]
    assert (told == rows["people_after"]).all()
    assert rows["redivided"].sum() == 0
    own, new = (gap_of(town.demand, stations, radius_m=radius_m) for stations in (before, after))
    people = town.demand["people"]
    assert rows["newly_covered"].sum() == people[own.notna() & new.isna()].sum()
    assert rows["newly_uncovered"].sum() == people[own.isna() & new.notna()].sum()
    assert rows.loc[rows["newly_covered"] > 0, "closed_by"].map(len).gt(0).all()
    assert rows.loc[rows["newly_uncovered"] > 0, "opened_by"].map(len).gt(0).all()
    assert not rows.loc[rows["change"].isin(["same", "redivided"]), ["closed_by", "opened_by"]].map(len).any(axis=None)
    closed, opened = rows[rows["change"] == "closed"], rows[rows["change"] == "opened"]
    assert (closed["people_before"] == closed["newly_covered"]).all()
    assert (opened["people_after"] == opened["newly_uncovered"]).all()


def added(town: Town, places: list[Spot]) -> GeoDataFrame:
    """Return the stations of a town and those at `places`."""
    return station_frame([(place.x, place.y) for place in town.stations.geometry] + places)


@settings(max_examples=50)
@given(towns(), spots(CELL_M / 2, most=4), radii)
def test_stations_that_are_only_added_open_no_gap_and_let_none_grow(
    town: Town, places: list[Spot], radius_m: float
) -> None:
    rows = followed(town.demand, town.stations, added(town, places), radius_m=radius_m)
    assert set(rows["change"]) <= {"closed", "shrunk", "redivided", "same"}
    assert (rows["newly_uncovered"] == 0).all()
    assert not rows["opened_by"].map(len).any()
    assert rows.loc[rows["change"].isin(["redivided", "same"]), "closed_by"].map(len).sum() == 0


@settings(max_examples=50)
@given(towns(), spots(CELL_M / 2, most=4), radii)
def test_stations_that_only_close_cover_nobody_anew(town: Town, places: list[Spot], radius_m: float) -> None:
    rows = followed(town.demand, added(town, places), town.stations, radius_m=radius_m)
    assert set(rows["change"]) <= {"opened", "grown", "redivided", "same"}
    assert (rows["newly_covered"] == 0).all()


def test_a_gap_that_gets_people_from_its_neighbour_has_not_grown() -> None:
    # A row of houses, 100 m apart. Within 200 m of the peak (column 3) it is 50, and column 8 is a peak of its own;
    # a station at column 2 takes the first peak away, and the people to its east are counted with column 6 then.
    people = [1, 9, 9, 20, 9, 1, 1, 1, 9, 1]
    demand = demand_frame([(100.0 * column, 0) for column in range(10)], people)
    rows = followed(demand, station_frame([]), station_frame([(200, 0)]), radius_m=200)
    grown = rows[rows["people_after"] > rows["people_before"]]
    assert grown["change"].tolist() == ["redivided"]
    assert grown["closed_by"].tolist() == [()]
    assert (grown["redivided"] == grown["people_change"]).all()
    shrunk = rows.iloc[0]
    assert (shrunk["change"], shrunk["newly_covered"], shrunk["closed_by"]) == ("shrunk", 48, ("s0",))


def test_as_many_covered_as_uncovered_is_neither_more_nor_less() -> None:
    demand = demand_frame([(0, 0), (100, 0), (200, 0)], [5, 3, 5])
    before, after = (pd.Series(ids, dtype=object) for ids in ([None, "X", "X"], ["X", "X", None]))
    stations = {"stations_before": station_frame([(0, 0)]), "stations_after": station_frame([(200, 0)])}
    rows = compare(before, after, demand=demand, **stations, reach=Straight(), radius_m=50)
    told = ["change", "people_before", "newly_covered", "newly_uncovered", "people_after", "closed_by", "opened_by"]
    assert rows[told].to_numpy().tolist() == [["shifted", 8, 5, 5, 8, ("s0",), ("s0",)]]


def test_where_nobody_of_the_group_lives_the_points_decide() -> None:
    demand = demand_frame([(0, 0), (100, 0)], [0, 0])
    before = pd.Series(["a", "a"], dtype=object)
    after = pd.Series(["a", None], dtype=object)
    stations = {"stations_before": station_frame([]), "stations_after": station_frame([(100, 0)])}
    rows = compare(before, after, demand=demand, **stations, reach=Straight(), radius_m=50)
    assert rows[["change", "newly_covered", "closed_by"]].to_numpy().tolist() == [["shrunk", 0, ("s0",)]]


@given(towns(), radii, st.randoms(use_true_random=False))
def test_nothing_changes_between_a_day_and_itself(town: Town, radius_m: float, random: object) -> None:
    rows = followed(town.demand, town.stations, town.stations, radius_m=radius_m)
    assert set(rows["change"]) <= {"same"}
    assert (rows["before_id"] == rows["after_id"]).all()


def test_of_two_parts_the_one_with_more_people_goes_on_and_points_decide_between_equals() -> None:
    demand = demand_frame([(100.0 * column, 0) for column in range(6)], [3, 3, 0, 9, 0, 6])
    before = pd.Series(["a", "a", None, "a", None, "a"], dtype=object)
    after = pd.Series(["b", "b", None, None, None, "c"], dtype=object)
    none = station_frame([])
    told = compare(
        before, after, demand=demand, stations_before=none, stations_after=none, reach=Straight(), radius_m=50
    )
    assert told[["change", "before_id", "after_id", "other_id"]].to_numpy().tolist() == [
        ["shrunk", "a", "b", None],
        ["redivided", None, "c", "a"],
    ]
    assert told["people_change"].tolist() == [-15, 6]


def test_a_day_must_say_something_of_every_point(toy_town: Town) -> None:
    own = pd.Series(None, index=toy_town.demand.index, dtype=object)
    stations = {"stations_before": toy_town.stations, "stations_after": toy_town.stations}
    for before, after in ((own.drop("c2"), own), (own, own.drop("c2"))):
        with pytest.raises(KeyError):
            compare(before, after, demand=toy_town.demand, **stations, reach=Straight(), radius_m=1000)


def test_stations_in_another_crs_are_refused(toy_town: Town) -> None:
    own = pd.Series(None, index=toy_town.demand.index, dtype=object)
    elsewhere = toy_town.stations.to_crs(4549)
    with pytest.raises(DifferentCrs):
        compare(
            own,
            own,
            demand=toy_town.demand,
            stations_before=elsewhere,
            stations_after=elsewhere,
            reach=Straight(),
            radius_m=1000,
        )


TURNED = {"grown": "shrunk", "opened": "closed"}
ALIKE = {change: change for change in ("same", "redivided", "shifted")}
OPPOSITE = {**ALIKE, **TURNED, **{turned: change for change, turned in TURNED.items()}}


@settings(max_examples=50)
@given(towns(), spots(CELL_M / 2, most=4), radii)
def test_backwards_everything_is_the_other_way_round(town: Town, places: list[Spot], radius_m: float) -> None:
    before, after = town.stations, station_frame(places)
    there = followed(town.demand, before, after, radius_m=radius_m)
    back = followed(town.demand, after, before, radius_m=radius_m)
    pairs = (("before_id", "after_id"), ("people_before", "people_after"), ("newly_covered", "newly_uncovered"))
    columns = ["other_id", *(name for pair in (*pairs, ("closed_by", "opened_by")) for name in pair)]
    swapped = ["other_id", *(name for pair in (*pairs, ("closed_by", "opened_by")) for name in pair[::-1])]
    forward = [(change, *told) for change, *told in there[["change", *columns]].to_numpy().tolist()]
    mirrored = [(OPPOSITE[change], *told) for change, *told in back[["change", *swapped]].to_numpy().tolist()]
    assert sorted(forward, key=str) == sorted(mirrored, key=str)


@settings(max_examples=50)
@given(towns(), spots(CELL_M / 2, most=4, unique=True), radii)
def test_what_closed_a_gap_equals_a_slow_double_loop(town: Town, places: list[Spot], radius_m: float) -> None:
    after = station_frame(places)
    own, new = (gap_of(town.demand, stations, radius_m=radius_m) for stations in (town.stations, after))
    rows = followed(town.demand, town.stations, after, radius_m=radius_m)
    was = dict(zip(town.stations.index, town.stations.geometry, strict=True))
    for row in rows.dropna(subset=["before_id"]).itertuples():
        relieved = town.demand.geometry[(own == row.before_id) & new.isna()]
        came = [
            (name, place) for name, place in zip(after.index, after.geometry, strict=True) if was.get(name) != place
        ]
        near = [name for name, place in came if any(place.distance(point) <= radius_m for point in relieved)]
        assert row.closed_by == tuple(near)
