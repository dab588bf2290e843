"""Records as people read them: the list, the card, and what a search finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from stations.model.settings import Settings
from stations.planning.importing.import_file import import_file
from stations.planning.records import listing
from stations.planning.register import holdings
from tests.planning.town import write_csv


def test_the_list_shows_every_record_and_which_are_located(demonstrated: Settings) -> None:
    held = holdings(demonstrated)
    stations, bases = listing.record_list(held, "station"), listing.record_list(held, "base")
    assert list(stations.index) == ["T-1", "T-2", "T-3", "T-4"]
    assert stations["Located"].to_list() == ["yes", "yes", "yes", "no"]
    assert stations["Tier"].to_list() == ["National", "Municipal", "No honour", "Provincial"]
    assert bases.at["J-1", "Kinds"] == "Workers' book house, Counselling room"


def test_a_card_shows_what_is_known_and_no_more(demonstrated: Settings) -> None:
    found = listing.card(holdings(demonstrated), "station", "T-4")
    assert found is not None
    name, facts = found
    assert name == "示例四号驿站"
    assert facts["Tier"] == "Provincial"
    assert None not in facts.values()
    assert "Longitude" not in facts
    assert listing.card(holdings(demonstrated), "station", "nowhere") is None


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("一号", ["T-1"]),
        ("t-2", ["T-2"]),
        ("示例路3号", ["T-3"]),
        ("驿站 四号", ["T-4"]),
        ("示例", ["T-1", "T-2", "T-3", "T-4", "J-1"]),
        ("书屋", ["J-1"]),
        ("nothing of the kind", []),
        ("  ", []),
        (".*", []),
    ],
)
def test_a_search_finds_by_name_number_and_address(demonstrated: Settings, text: str, keys: list[str]) -> None:
    assert [key for _kind, key, _name in listing.search(holdings(demonstrated), text)] == keys


def test_a_search_shows_no_more_than_can_be_looked_at(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", ("名称",), [(f"示例{number}",) for number in range(30)])
    import_file(town, path, kind="station", datum=None)
    assert len(listing.search(holdings(town), "示例")) == listing.FOUND_AT_MOST
