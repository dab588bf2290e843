"""The gaps as people read them: ranked, on a card, and as a link names one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stations.model.language import Language
from stations.model.settings import Settings
from stations.model.vocabulary import GapOrder
from stations.planning.coverage import gap_tables
from stations.planning.coverage.assess import Assessment, Question, assess
from tests.planning.town import EAST, RADIUS_M, ZONE, degrees, write_csv


def gap_id(east_km: float, north_km: float, district: str) -> str:
    lon, lat = degrees(east_km, north_km)
    return f"{district}-{lon:.3f}-{lat:.3f}"


def card_of(answer: Assessment, rank: int) -> tuple[str, dict[str, Any]]:
    return gap_tables.gap_card(answer, answer.gaps["gap_id"].iloc[rank - 1])


def test_gaps_are_listed_by_rank_with_the_station_that_is_nearest(demonstrated: Settings) -> None:
    table = gap_tables.gap_table(assess(demonstrated, Question(RADIUS_M)))
    assert table.index.name == "Rank"
    assert table.to_numpy().tolist() == [
        ["示例东区", 80, 1414, 1.0, "示例二号驿站", 113, 1, "示例东区", 1, gap_id(3.5, 0.5, EAST)],
        ["places outside the districts", 7, 2236, 1.0, "示例二号驿站", 16, 2, "", 0, gap_id(4.5, 0.5, "000000")],
    ]


def test_gaps_are_also_listed_by_people_times_distance_under_their_own_numbers(
    demonstrated: Settings, tmp_path: Path, language: Language
) -> None:
    places = [(0.5, 0.5, 10), (3.5, 0.5, 80), (0.5, 6, 30)]  # the last are 4.9 km away
    rows = [(*degrees(east, north), people) for east, north, people in places]
    demand = write_csv(tmp_path / "people.csv", ("lon", "lat", "people"), rows)
    answer = assess(demonstrated.having(demand=demand), Question(RADIUS_M))
    table = gap_tables.gap_table(answer, order=GapOrder.PEOPLE_DISTANCE)
    assert list(table.index) == [2, 1]
    assert table.iloc[:, 1].to_list() == [148, 113]
    assert table.iloc[:, 2].to_list() == [1, 2]
    assert "km" in table.columns[1] or "公里" in table.columns[1]
    assert set(table.columns) == set(gap_tables.gap_table(answer).columns)
    found = card_of(answer, 2)
    assert {"zh_CN": "148 人·公里，排第 1", "en": "148 person-km, rank 1"}[language] in found[1].values()


def test_a_gap_says_the_union_of_its_district_where_there_are_unions(zoned: Settings) -> None:
    answer = assess(zoned, Question(RADIUS_M, union=ZONE))  # one station, in the west
    table = gap_tables.gap_table(answer)
    assert dict(zip(table["District"], table["Union"], strict=True))["示例东区"] == "示例东区"
    assert card_of(answer, 1)[1]["Union"] == "示例东区"


def test_without_stations_nobody_is_at_a_distance(town: Settings) -> None:
    answer = assess(town, Question(RADIUS_M))
    assert not [name for name in gap_tables.gap_table(answer, order=GapOrder.PEOPLE_DISTANCE).columns if "×" in name]
    assert "People × distance" not in card_of(answer, 1)[1]


def test_there_is_no_card_of_a_gap_that_is_not_there(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    for wish in (None, "", "0", "3", "99999", "990102-117.000-32.000", "nonsense"):
        assert gap_tables.gap_named(answer, wish) is None
    with pytest.raises(KeyError):
        gap_tables.gap_card(answer, "990102-117.000-32.000")
    assert "990102-117.000-32.000" in gap_tables.no_gap("990102-117.000-32.000")


def test_a_gap_is_named_by_its_number_and_in_links_of_old_by_its_rank(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    first, second = answer.gaps["gap_id"]
    assert [gap_tables.gap_named(answer, wish) for wish in (first, second, "1", "2")] == [first, second, first, second]
    assert [gap_tables.gap_rank(answer, gap) for gap in (first, second)] == [1, 2]
    assert gap_tables.gap_card(answer, second)[0] == "Gap 2"


def test_a_card_of_a_gap_says_where_the_nearest_station_is(demonstrated: Settings) -> None:
    found = card_of(assess(demonstrated, Question(RADIUS_M)), 1)
    assert {"80", "示例东区", "示例二号驿站", "1.4 km"} <= set(found[1].values())
