"""Tables and figures behind an answer, in both languages, without a cell that a person cannot read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from stations.analysis.whatif import Placed, Scenario
from stations.model.language import Language
from stations.model.settings import Settings
from stations.planning.coverage import tables
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.measures import Measures, measured
from tests.planning.town import PEOPLE, RADIUS_M, degrees, write_csv

CHINESE = re.compile(r"[\u4e00-\u9fff]")
MAKERS = (
    *(tables.division_table, tables.union_table, tables.critical_table),
    *(tables.week_table, tables.radius_table, tables.lorenz_table),
)
Maker = Callable[[Measures], pd.DataFrame]


def require_readable(table: pd.DataFrame, language: Language) -> None:
    """Fail unless headers are in `language` and texts are whole; a number that is not known may be missing."""
    headers = [str(table.index.name), *map(str, table.columns)]
    assert all(headers)
    assert len(set(headers)) == len(headers)
    words = "".join(header for header in headers if ":" not in header)
    assert bool(CHINESE.search(words)) == (language == "zh_CN")
    for text in [*headers, *table.index.map(str), *table.select_dtypes(["object", "str"]).stack().map(str)]:
        assert text.lower() not in {"none", "nan", "<na>", "inf", ""}
        assert "{" not in text
    assert not (table.select_dtypes("number") == float("inf")).any(axis=None)


@pytest.mark.parametrize("made", MAKERS)
def test_every_table_is_readable(zoned: Settings, made: Maker, language: Language) -> None:
    require_readable(made(measured(zoned, Question(RADIUS_M))), language)


@pytest.mark.parametrize("made", MAKERS)
def test_every_table_is_readable_where_nothing_is_built(town: Settings, made: Maker, language: Language) -> None:
    require_readable(made(measured(town, Question(RADIUS_M))), language)


def test_the_account_ends_with_the_city(zoned: Settings, language: Language) -> None:
    table = tables.division_table(measured(zoned, Question(RADIUS_M)))
    outside = {"zh_CN": "以外", "en": "outside"}[language]
    assert outside in table.index[2]
    assert table.index[-1] == {"zh_CN": "示例市", "en": "Sample Town"}[language]
    assert table.iloc[:-1, 0].sum() == table.iloc[-1, 0] == PEOPLE


def test_only_a_zone_is_told_as_part_of_another(zoned: Settings) -> None:
    table = tables.union_table(measured(zoned, Question(RADIUS_M)))
    assert list(table.index) == ["示例西区", "of which 示例高新区", "示例东区"]
    assert table["Stations"].to_list() == [1, 1, 2]
    assert table["People"].isna().to_list() == [False, True, False]


def test_zones_whose_people_are_not_known_are_named(zoned: Settings, tmp_path: Path, language: Language) -> None:
    notes = tables.union_notes(measured(zoned, Question(RADIUS_M)))
    assert len(notes) == 2
    assert "示例高新区" in notes[1]
    assert {"zh_CN": "“所属工会”", "en": "“Union”"}[language] in notes[1]
    path = write_csv(tmp_path / "a.csv", ("lon", "lat", "people", "union"), [(*degrees(0.5, 0.5), 9, "示例高新区")])
    known = measured(zoned.having(demand=path), Question(RADIUS_M))
    assert tables.union_notes(known) == notes[:1]
    table = tables.union_table(known)
    require_readable(table, language)
    assert table.iloc[:, 0].to_list() == [9, 9, 0]


def test_a_city_without_zones_needs_no_words_about_them(demonstrated: Settings) -> None:
    assert tables.union_notes(measured(demonstrated, Question(RADIUS_M))) == []


def test_groups_stand_side_by_side(couriers: Settings, language: Language) -> None:
    table = tables.group_table(assess(couriers, Question(RADIUS_M)))
    require_readable(table, language)
    assert list(table.index) == {"zh_CN": ["常住人口", "快递员"], "en": ["Residents", "Couriers"]}[language]
    assert table.to_numpy().tolist() == [[PEOPLE, 280, 76.3], [45, 32, 71.1]]


def test_stations_are_listed_by_who_depends_on_them(zoned: Settings) -> None:
    table = tables.critical_table(measured(zoned, Question(RADIUS_M)))
    assert list(table.index) == ["A", "C", "B"]
    assert table["Depend on it alone"].to_list() == [120, 87, 50]


def test_a_station_of_a_scenario_is_listed_by_its_number(demonstrated: Settings, language: Language) -> None:
    scenario = Scenario(added=(Placed("new-1", *degrees(3.5, 0.5)),))
    table = tables.critical_table(measured(demonstrated, Question(RADIUS_M, scenario=scenario)))
    require_readable(table, language)
    assert "new-1" in table.index


def test_a_week_has_seven_days_twice(zoned: Settings, language: Language) -> None:
    table = tables.week_table(measured(zoned, Question(RADIUS_M)))
    assert table.shape == (14, 24)
    low, high = table.iloc[::2].to_numpy(), table.iloc[1::2].to_numpy()
    assert (low <= high).all()
    assert table.iloc[0, 8] == 76.3
    assert (table.iloc[0, 3], table.iloc[1, 3]) == (32.7, 86.4)


def test_a_day_is_drawn_until_midnight_as_its_table_says(zoned: Settings, language: Language) -> None:
    day = measured(zoned, Question(RADIUS_M)).day(dt.date(2026, 10, 10), holiday=False)  # a Saturday
    table, cells = tables.day_table(day), tables.day_cells(day)
    require_readable(table, language)
    assert cells["hour"].to_list() == list(range(25)) * 2
    drawn = [part["people"].to_list() for _side, part in cells.groupby("side", sort=False)]
    told = [[*table[column], table[column].iloc[-1]] for column in table.columns[:2]]
    assert drawn == told
    assert (table.iloc[9, 0], table.iloc[9, 1]) == (120, 317)


def test_every_fact_is_said_in_words(zoned: Settings, language: Language) -> None:
    measures = measured(zoned, Question(RADIUS_M))
    facts, evenness = tables.facts(measures), tables.evenness(measures)
    assert (len(facts), len(evenness)) == (4, 4)
    for fact in (*facts, *evenness):
        for text in (fact.label, fact.value, fact.counts):
            assert text
            assert "{" not in text
            assert "nan" not in text.split()
        assert bool(CHINESE.search(fact.label)) == (language == "zh_CN")


def test_facts_that_nobody_knows_are_said_to_be_unknown(town: Settings) -> None:
    measures = measured(town, Question(RADIUS_M))
    facts = {fact.label: fact.value for fact in (*tables.facts(measures), *tables.evenness(measures))}
    unknown = {label for label, value in facts.items() if value == "not known"}
    assert unknown == {
        "Gini, people",
        "Palma, people",
        "Gini, districts",
        "Palma, districts",
    }
    assert facts["Half of the people within"] == "out of reach"


def test_streets_are_told_with_their_source(walkable: Settings, language: Language) -> None:
    notes = tables.street_notes(measured(walkable, Question(RADIUS_M, reach="walk")))
    assert len(notes) == 3
    assert "town.osm" in notes[0]
    assert all("{" not in note for note in notes)
    assert all(bool(CHINESE.search(note)) == (language == "zh_CN") for note in notes)
    assert tables.street_notes(measured(walkable, Question(RADIUS_M))) == []
