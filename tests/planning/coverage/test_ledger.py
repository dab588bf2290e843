"""Two accounts of one answer: by division, and by union with zones as "of which"."""

from __future__ import annotations

from pathlib import Path

import pytest
from pandas import DataFrame

from stations.model.settings import Settings
from stations.planning.coverage.assess import Moment, Question
from stations.planning.coverage.ledger import COUNTS, DISTANCES, by_division, by_union
from stations.planning.coverage.measures import measured
from stations.planning.importing.import_file import import_file
from tests.planning.town import DETAILED_HEADERS, EAST, RADIUS_M, WEST, ZONE, degrees, write_csv


@pytest.mark.parametrize("question", [Question(RADIUS_M), Question(300), Question(RADIUS_M, at=Moment(6, 3))])
def test_divisions_add_up_to_the_total(zoned: Settings, question: Question) -> None:
    measures = measured(zoned, question)
    table = by_division(measures)
    assert list(table.index) == [WEST, EAST, None, "total"]
    sums, total = table.iloc[:-1][list(COUNTS)].sum(), table.loc["total"]
    assert sums.to_dict() == {name: total[name] for name in COUNTS}
    assert (total["people"], total["covered_people"]) == (measures.answer.total, measures.answer.covered)
    assert total["covered_people"] + total["uncovered_people"] == total["people"]
    assert total["covered_share"] == pytest.approx(measures.answer.covered_share)
    assert total["mean_m"] == pytest.approx((table["mean_m"] * table["people"]).iloc[:-1].sum() / total["people"])
    assert total["stations"] == measures.answer.stations_used


def test_an_account_without_stations_is_one_of_nobody_covered(town: Settings) -> None:
    table = by_division(measured(town, Question(RADIUS_M)))
    assert table["covered_people"].to_list() == [0, 0, 0, 0]
    assert table["stations"].to_list() == [0, 0, 0, 0]
    assert (table[list(DISTANCES)] == float("inf")).all(axis=None)


def test_an_account_of_nobody_has_no_shares(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "nobody.csv", ("lon", "lat", "people"), [(*degrees(1, 1), 0)])
    table = by_division(measured(town.having(demand=path), Question(RADIUS_M)))
    assert table["people"].to_list() == [0, 0, 0]
    assert table[["covered_share", "stations_per_10_000"]].isna().all(axis=None)


def test_unions_that_are_no_part_of_another_add_up_to_the_city(zoned: Settings) -> None:
    measures = measured(zoned, Question(300))
    unions, total = by_union(measures), by_division(measures).loc["total"]
    own = unions[unions["of_which"].isna()]
    assert list(own.index) == [WEST, EAST]
    inside = by_division(measures).iloc[:2]
    for name in COUNTS:
        assert own[name].sum() == inside[name].sum()
    outside = by_division(measures).iloc[2]
    assert own["people"].sum() + outside["people"] == total["people"]


def test_a_zone_is_told_as_part_of_its_division_and_its_people_are_not_known(zoned: Settings) -> None:
    unions = by_union(measured(zoned, Question(RADIUS_M)))
    assert list(unions.index) == [WEST, ZONE, EAST]
    assert unions["of_which"].to_list() == [None, WEST, None]
    assert unions["stations"].to_list() == [1, 1, 2]
    unknown = [name for name in unions.columns if name not in {"name", "of_which", "stations"}]
    assert unions.loc[ZONE, unknown].isna().all()
    assert unions.loc[[WEST, EAST], unknown].notna().all(axis=None)


def test_a_zone_has_the_stations_that_name_it_wherever_they_stand(zoned: Settings, tmp_path: Path) -> None:
    far = ("D", "示例丁", "普通", *degrees(3.5, 1.5), "WGS84", "在用", "", "", "示例高新区总工会", "", "", "")
    import_file(zoned, write_csv(tmp_path / "one.csv", DETAILED_HEADERS, [far]), kind="station", datum=None)
    unions = by_union(measured(zoned, Question(RADIUS_M)))
    assert unions["stations"].to_dict() == {WEST: 1, ZONE: 2, EAST: 3}


def given(settings: Settings, folder: Path, rows: list[tuple[float, float, int, str]]) -> DataFrame:
    """Return the account by union of people at places (km), who are said to be of a union."""
    placed = [(*degrees(x, y), people, unit) for x, y, people, unit in rows]
    path = write_csv(folder / "people.csv", ("lon", "lat", "people", "所属工会"), placed)
    return by_union(measured(settings.having(demand=path), Question(RADIUS_M)))


def test_people_who_are_said_to_be_of_a_zone_are_told_as_part_of_its_division(zoned: Settings, tmp_path: Path) -> None:
    rows = [
        (0.5, 0.5, 100, "示例高新区总工会"),  # at station A
        (1.9, 0.1, 11, "示例高新区"),  # 1.5 km from every station
        (0.5, 0.5, 40, "示例西区总工会"),
        (2.5, 1.5, 60, "示例东区"),
    ]
    unions = given(zoned, tmp_path, rows)
    assert unions["people"].to_dict() == {WEST: 151, ZONE: 111, EAST: 60}
    assert unions["covered_people"].to_dict() == {WEST: 140, ZONE: 100, EAST: 60}
    assert unions["uncovered_people"].to_dict() == {WEST: 11, ZONE: 11, EAST: 0}
    assert unions.loc[ZONE, "covered_share"] == pytest.approx(100 / 111)
    assert unions.loc[ZONE, "stations_per_10_000"] == pytest.approx(10_000 / 111)
    assert unions.loc[ZONE, "median_m"] == pytest.approx(0, abs=0.1)
    assert unions["stations"].to_dict() == {WEST: 1, ZONE: 1, EAST: 2}


def test_who_is_of_a_union_elsewhere_counts_there_and_nobody_counts_twice(zoned: Settings, tmp_path: Path) -> None:
    # Workers of the zone at a place in the east, workers of the east outside all districts; the last say nothing.
    rows = [(2.5, 0.5, 7, "示例高新区总工会"), (4.5, 0.5, 5, "示例东区"), (0.5, 0.5, 3, ""), (4.5, 1.5, 2, "")]
    unions = given(zoned, tmp_path, rows)
    assert unions["people"].to_dict() == {WEST: 10, ZONE: 7, EAST: 5}
    assert unions.loc[[WEST, EAST], "people"].sum() == 17 - 2  # two are of no district and of no union


def test_a_zone_of_which_nobody_is_said_to_be_is_empty_only_where_all_say_whose_they_are(
    zoned: Settings, tmp_path: Path
) -> None:
    east, west = (2.5, 0.5, 5, "示例东区"), (0.5, 0.5, 4, "示例西区")
    assert given(zoned, tmp_path, [east, west]).loc[ZONE, "people"] == 0
    assert given(zoned, tmp_path, [(2.5, 0.5, 5, ""), west]).loc[ZONE, "people"] == 0
    assert given(zoned, tmp_path, [east, (0.5, 0.5, 4, "")])["people"].isna().to_dict()[ZONE]


def test_a_city_whose_profile_names_no_unions_has_one_for_each_division(demonstrated: Settings) -> None:
    unions = by_union(measured(demonstrated, Question(RADIUS_M)))
    assert set(unions.index) <= {WEST, EAST}
    assert unions["of_which"].isna().all()
