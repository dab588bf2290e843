"""What happened between two days: counted on paper, and an account that adds up whatever happened."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from stations.model.errors import BadChoice
from stations.model.settings import Settings
from stations.planning.coverage.comparison_tables import account_table, movement_sentence
from stations.planning.records.movements import MOVEMENTS, movements
from stations.planning.register import holdings, open_register
from tests.planning.town import EAST, TOWN, WEST, write

YEAR_ENDS = tuple(dt.date(year, 12, 31) for year in range(2020, 2026))
GONE = {"status": "delisted", "status_on": "2024-03-01", "status_reason": "示例拆迁"}


@pytest.fixture
def storied(town: Settings) -> Settings:
    """Return the settings of the town with four stations that have a past."""
    for key, opened in (("A", "2020-06-01"), ("B", "2020-06-01"), ("C", "2023-06-01"), ("D", None)):
        write(town, added=True, station_id=key, opened_on=opened)
    write(town, station_id="A", opened_on="2020-06-01", **GONE)
    write(town, station_id="B", opened_on="2020-06-01", tier="municipal", since="2022-05-01")
    write(town, station_id="B", opened_on="2020-06-01", tier="municipal", place=(3.5, 0.5), since="2024-05-01")
    return town


def test_what_happened_is_listed_with_what_was_and_is_now(storied: Settings) -> None:
    moves = movements(storied.having(on=YEAR_ENDS[-1]), since=YEAR_ENDS[1])
    assert moves.stations.to_numpy().tolist() == [
        ["C", "示例站", "added", WEST, None, "none"],
        ["A", "示例站", "delisted", WEST, "none", None],
        ["B", "示例站", "upgraded", EAST, "none", "municipal"],
        ["B", "示例站", "moved", EAST, None, pytest.approx(3000, abs=1)],
    ]
    assert moves.total() == {"opening": 2, "added": 1, "undated": 0, "delisted": 1, "uncounted": 0, "closing": 2}


def test_the_account_by_tier_and_division_says_who_came_and_went(storied: Settings) -> None:
    moves = movements(storied.having(on=YEAR_ENDS[-1]), since=YEAR_ENDS[1])
    tiers, divisions = moves.by("tier"), moves.by("division")
    assert list(tiers.columns) == [*("opening", "added", "undated", "delisted", "uncounted", "came", "went", "closing")]
    assert tiers.loc["none"].to_list() == [2, 1, 0, 1, 0, 0, 1, 1]
    assert tiers.loc["municipal"].to_list() == [0, 0, 0, 0, 0, 1, 0, 1]
    assert divisions.loc[WEST].to_list() == [2, 1, 0, 1, 0, 0, 1, 1]
    assert divisions.loc[EAST].to_list() == [0, 0, 0, 0, 0, 1, 0, 1]


def test_a_station_that_is_delisted_and_comes_back_is_added_again(storied: Settings) -> None:
    write(storied, station_id="A", opened_on="2020-06-01", status="in_use", status_on="2025-02-01")
    back = movements(storied.having(on=YEAR_ENDS[-1]), since=YEAR_ENDS[-2])
    assert back.stations[["station_id", "movement"]].to_numpy().tolist() == [["A", "added"]]


def test_a_planned_station_is_not_counted_yet(town: Settings) -> None:
    write(town, added=True, station_id="P", status="planned", status_on="2021-01-01")
    assert movements(town, since=YEAR_ENDS[0]).stations.empty
    write(town, station_id="P", status="in_use", status_on="2022-01-01")
    assert movements(town, since=YEAR_ENDS[0]).total()["added"] == 1


def test_a_station_that_is_planned_again_is_no_longer_counted_and_not_delisted(storied: Settings) -> None:
    write(storied, station_id="C", opened_on="2023-06-01", status="planned", status_on="2025-02-01")
    moves = movements(storied.having(on=YEAR_ENDS[-1]), since=YEAR_ENDS[-2])
    assert moves.stations[["station_id", "movement"]].to_numpy().tolist() == [["C", "uncounted"]]
    assert moves.total() == {"opening": 2, "added": 0, "undated": 0, "delisted": 0, "uncounted": 1, "closing": 1}
    assert "1 station more is no longer counted" in movement_sentence(moves)
    assert "No longer counted" in account_table(moves, "tier")


def test_a_lower_tier_is_a_movement_of_its_own(storied: Settings) -> None:
    write(storied, station_id="B", opened_on="2020-06-01", place=(3.5, 0.5), since="2025-05-01")
    moves = movements(storied.having(on=YEAR_ENDS[-1]), since=YEAR_ENDS[-2])
    assert moves.stations[["station_id", "movement"]].to_numpy().tolist() == [["B", "downgraded"]]


def test_a_station_of_unknown_opening_is_counted_from_its_entry_and_told_before(storied: Settings) -> None:
    then, now = holdings(storied.having(on=YEAR_ENDS[-1])), holdings(storied)
    assert ("D" in then.stations.index, "D" in now.stations.index) == (False, True)
    assert (then.undated["station"], now.undated["station"]) == (1, 0)


def test_a_station_of_unknown_opening_is_never_told_as_added(storied: Settings) -> None:
    moves = movements(storied, since=YEAR_ENDS[-1])
    assert moves.stations.to_numpy().tolist() == [["D", "示例站", "undated", WEST, None, "none"]]
    assert moves.total() == {"opening": 2, "added": 0, "undated": 1, "delisted": 0, "uncounted": 0, "closing": 3}
    assert moves.by("tier").loc["none", ["added", "undated"]].to_list() == [0, 1]
    assert moves.by("division").loc[WEST, ["added", "undated"]].to_list() == [0, 1]


def test_nothing_happens_between_a_day_and_itself(storied: Settings) -> None:
    moves = movements(storied.having(on=YEAR_ENDS[3]), since=YEAR_ENDS[3])
    assert moves.stations.empty
    assert moves.total()["opening"] == moves.total()["closing"] > 0


def test_before_the_first_station_there_is_none(storied: Settings) -> None:
    assert movements(storied, since=dt.date(1990, 1, 1)).total()["opening"] == 0


EDIT = st.fixed_dictionaries(
    {
        "station_id": st.sampled_from("ABC"),
        "tier": st.sampled_from(["national", "municipal", "none"]),
        "status": st.sampled_from([None, "planned", "in_use", "suspended", "delisted"]),
        "status_on": st.sampled_from([None, *map(str, YEAR_ENDS)]),
        "opened_on": st.sampled_from([None, "2020-01-01", "2022-01-01"]),
        "place": st.sampled_from([(0.5, 0.5), (3.5, 0.5), (9.0, 9.0)]),
        "since": st.sampled_from([None, *map(str, YEAR_ENDS)]),
    }
).filter(lambda edit: not edit["status_on"] or not edit["opened_on"] or edit["opened_on"] <= edit["status_on"])


@examples(max_examples=15)
@given(edits=st.lists(EDIT, min_size=1, max_size=6))
def test_every_account_adds_up(
    edits: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory, profiles: Path
) -> None:
    town = Settings(city=TOWN, database=str(tmp_path_factory.mktemp("lives") / "r.sqlite3"), profiles=profiles)
    for edit in edits:
        known = set(open_register(town.database).stored("station", TOWN))
        write(town, added=edit["station_id"] not in known, status_reason="示例", **edit)
    for since, until in pairwise(YEAR_ENDS):
        moves = movements(town.having(on=until), since=since)
        total = moves.total()
        left = total["delisted"] + total["uncounted"]
        assert total["opening"] + total["added"] + total["undated"] - left == total["closing"]
        for table in (moves.by("tier"), moves.by("division")):
            grown = table["added"] + table["undated"] - table["delisted"] - table["uncounted"]
            grown += table["came"] - table["went"]
            assert (table["opening"] + grown == table["closing"]).all()
            assert table["came"].sum() == table["went"].sum()
            assert {name: int(table[name].sum()) for name in total} == total
        assert (moves.stations["movement"] == "added").sum() == total["added"]
        assert (moves.stations["movement"] == "delisted").sum() == total["delisted"]
        assert (moves.stations["movement"] == "uncounted").sum() == total["uncounted"]
        assert set(moves.stations["movement"]) <= set(MOVEMENTS)
    open_register(town.database).close()
    open_register.cache_clear()


def test_a_day_after_the_one_that_is_looked_at_is_no_beginning(town: Settings) -> None:
    with pytest.raises(BadChoice, match="2024-01-01"):
        movements(town.having(on=dt.date(2023, 12, 31)), since=dt.date(2024, 1, 1))
    assert movements(town.having(on=dt.date(2024, 1, 1)), since=dt.date(2024, 1, 1)).total()["added"] == 0
