"""Answers as people read them, the same on every page and in every file."""

from __future__ import annotations

import re
from pathlib import Path

from stations.model.language import Language, use_language
from stations.model.settings import Settings
from stations.planning.coverage import gap_tables, show
from stations.planning.coverage.assess import Question, assess
from stations.planning.importing.import_file import import_file
from stations.planning.register import holdings
from tests.planning.town import EAST, RADIUS_M, degrees, write_csv

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


def test_districts_add_up_to_the_city(demonstrated: Settings) -> None:
    table = show.district_table(assess(demonstrated, Question(RADIUS_M)))
    assert list(table.index) == ["示例西区", "示例东区", "places outside the districts", "Sample Town"]
    assert table.iloc[:, 0].to_list() == [140, 220, 7, 367]
    assert table.iloc[:, 1].to_list() == [140, 140, 0, 280]
    assert table.iloc[:, 2].to_list() == [100.0, 63.6, 0.0, 76.3]


def test_a_district_is_named_and_the_rest_is_outside(demonstrated: Settings, language: Language) -> None:
    held = holdings(demonstrated)
    outside = show.district_name(held, None)
    assert show.district_name(held, EAST) == "示例东区"
    assert outside == show.district_name(held, float("nan")) == show.district_name(held, "999999")
    use_language("en" if language == "zh_CN" else "zh_CN")
    assert show.district_name(held, None) != outside
