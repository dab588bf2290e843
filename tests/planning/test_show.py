"""Answers as people read them, the same on every page and in every file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from stations.model.language import Language, use_language
from stations.model.settings import Settings
from stations.model.vocabulary import GapOrder
from stations.planning import downloads, gap_tables, show
from stations.planning.assess import Assessment, Question, assess
from stations.planning.import_file import import_file
from stations.planning.register import holdings
from tests.planning.town import EAST, RADIUS_M, ZONE, degrees, write_csv

CHINESE = re.compile(r"[\u4e00-\u9fff]")


# --- sentences and figures ------------------------------------------------------------------


def test_the_overview_says_how_many_how_far_and_where_not(demonstrated: Settings) -> None:
    sentence = show.overview_sentence(holdings(demonstrated), assess(demonstrated, Question(RADIUS_M)))
    assert sentence.startswith("4 stations; ")
    for part in ("76.3%", "367", "2 gaps", "80 people", "示例东区"):
        assert part in sentence
    assert sentence.endswith(".")


def test_sentences_are_said_in_the_language_of_the_reader(demonstrated: Settings, language: Language) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    for sentence in (show.overview_sentence(answer.holdings, answer), show.coverage_sentence(answer)):
        assert "{" not in sentence
        assert sentence[-1] == {"zh_CN": "。", "en": "."}[language]
        assert bool(CHINESE.search(sentence.replace("示例东区", ""))) == (language == "zh_CN")


FILE = {"zh_CN": "文件", "en": "FILE"}


def test_an_empty_register_says_what_to_do(bare_town: Settings, language: Language) -> None:
    answer = assess(bare_town, Question(RADIUS_M))
    todo = f"python -m stations import {FILE[language]} --city {bare_town.city}"
    assert show.overview_sentence(answer.holdings, answer).endswith(todo)
    assert show.coverage_sentence(answer) == show.overview_sentence(answer.holdings, answer)
    nearest = {"zh_CN": "最近站点", "en": "Nearest station"}[language]
    assert nearest not in gap_tables.gap_table(answer).columns


def test_no_gaps_are_told_as_such(demonstrated: Settings) -> None:
    assert "no gaps" in show.coverage_sentence(assess(demonstrated, Question(10_000)))


def test_without_population_shares_are_of_land_and_said_to_be(bare_town: Settings, profiles: Path) -> None:
    import_file(bare_town, profiles / "real.csv", kind="station", datum=None)
    answer = assess(bare_town, Question(400))
    assert "of the land" in show.coverage_sentence(answer)
    assert "population" in show.basis(answer)
    assert "People" not in gap_tables.gap_table(answer).columns


def test_the_basis_names_the_data_the_preset_and_what_could_not_be_used(town: Settings, tmp_path: Path) -> None:
    assert "Made-up people" in show.basis(assess(town, Question(RADIUS_M)))
    assert "GB 50180-2018" in show.basis(assess(town, Question(1000)))
    rows = [(*degrees(1, 1), 5), (*degrees(1, 1), "x")]
    path = write_csv(tmp_path / "people.csv", ("lon", "lat", "people"), rows)
    assert "1 row" in show.basis(assess(town.having(demand=path), Question(RADIUS_M)))


def test_key_figures_say_what_they_count_and_as_of_when(demonstrated: Settings, language: Language) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    figures = show.key_figures(answer.holdings, answer)
    assert [figure.value for figure in figures] == ["4", "3", "1", "76.3%", "2"]
    assert all(answer.holdings.data_date in figure.counts for figure in figures)
    assert all("{" not in figure.counts for figure in figures)


# --- tables ---------------------------------------------------------------------------------


def card_of(answer: Assessment, rank: int) -> tuple[str, dict[str, Any]]:
    return gap_tables.gap_card(answer, answer.gaps["gap_id"].iloc[rank - 1])


def gap_id(east_km: float, north_km: float, district: str) -> str:
    lon, lat = degrees(east_km, north_km)
    return f"{district}-{lon:.3f}-{lat:.3f}"


def test_gaps_are_listed_by_rank_with_the_station_that_is_nearest(demonstrated: Settings) -> None:
    table = gap_tables.gap_table(assess(demonstrated, Question(RADIUS_M)))
    assert table.index.name == "Rank"
    assert table.to_numpy().tolist() == [
        ["示例东区", 80, 1.0, "示例二号驿站", 1414, 113, 1, "示例东区", 1, gap_id(3.5, 0.5, EAST)],
        ["places outside the districts", 7, 1.0, "示例二号驿站", 2236, 16, 2, "", 0, gap_id(4.5, 0.5, "000000")],
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


def test_districts_add_up_to_the_city(demonstrated: Settings) -> None:
    table = show.district_table(assess(demonstrated, Question(RADIUS_M)))
    assert list(table.index) == ["示例西区", "示例东区", "places outside the districts", "Sample Town"]
    assert table.iloc[:, 0].to_list() == [140, 220, 7, 367]
    assert table.iloc[:, 1].to_list() == [140, 140, 0, 280]
    assert table.iloc[:, 2].to_list() == [100.0, 63.6, 0.0, 76.3]


def test_a_download_of_a_table_opens_right_in_excel(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    about = downloads.provenance(answer.holdings, show.coverage_sentence(answer))
    header, *rows = (
        downloads.csv_of(downloads.told(gap_tables.gap_table(answer), about)).decode("utf-8-sig").splitlines()
    )
    assert header.startswith("Rank,District,")
    assert header.endswith(",Basis")
    assert rows
    for row in rows:
        for said in ("Demonstration data.", "within 1.1 km" if "1.1 km" in about else "within", "revision 1."):
            assert said in row


# --- cards of gaps -----------------------------------------------------------------------


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


def test_a_district_is_named_and_the_rest_is_outside(demonstrated: Settings, language: Language) -> None:
    held = holdings(demonstrated)
    outside = show.district_name(held, None)
    assert show.district_name(held, EAST) == "示例东区"
    assert outside == show.district_name(held, float("nan")) == show.district_name(held, "999999")
    use_language("en" if language == "zh_CN" else "zh_CN")
    assert show.district_name(held, None) != outside
