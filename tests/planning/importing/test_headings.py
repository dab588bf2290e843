"""What a column means: its header says it, somebody decides otherwise, and the next such list is read the same way."""

from __future__ import annotations

from pathlib import Path

import pytest

from stations.intake.files.readers import read_table
from stations.model.choices import NEW, Choices
from stations.model.errors import BadChoice, BadFile
from stations.model.settings import Settings
from stations.planning.importing.headings import choices_from, meanings, offered, remembered
from stations.planning.importing.import_file import confirm_import, import_file, plan_import
from stations.planning.register import open_register
from tests.planning.town import TOWN, write_csv

HEADERS = ("序号", "驿站", "门牌", "星级")
ROWS = [(1, "示例甲", "示例路 1 号", 3), (2, "示例乙", "示例路 2 号", 4)]
DECIDED: dict[str, str | None] = {"驿站": "name", "门牌": "address", "星级": None}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "list.csv", HEADERS, ROWS)


def test_a_list_without_a_known_name_is_refused_until_somebody_says_which_column_it_is(
    town: Settings, path: Path
) -> None:
    with pytest.raises(BadFile, match="驿站"):
        plan_import(town, path, kind="station", datum=None)
    plan = plan_import(town, path, kind="station", datum=None, choices=Choices(fields=DECIDED))
    assert [(each.name, each.address, each.extra) for each in plan.added] == [
        ("示例甲", "示例路 1 号", {"星级": "3"}),
        ("示例乙", "示例路 2 号", {"星级": "4"}),
    ]


def test_what_was_decided_holds_for_the_next_list_with_the_same_headers(
    town: Settings, path: Path, tmp_path: Path
) -> None:
    import_file(town, path, kind="station", datum=None, choices=Choices(fields=DECIDED))
    other_order = write_csv(tmp_path / "next.csv", HEADERS[::-1], [(5, "示例路 3 号", "示例丙", 1)])
    outcome = import_file(town, other_order, kind="station", datum=None)
    assert [(each.name, each.address) for each in outcome.plan.added] == [("示例丙", "示例路 3 号")]
    assert remembered(town, "station", HEADERS) == DECIDED
    assert remembered(town, "base", HEADERS) == {}
    assert remembered(town, "station", HEADERS[:3]) == {}


def test_what_is_decided_now_goes_before_what_was_and_replaces_it(town: Settings, path: Path) -> None:
    import_file(town, path, kind="station", datum=None, choices=Choices(fields=DECIDED))
    plan = plan_import(town, path, kind="station", datum=None, choices=Choices(fields={"星级": "star"}))
    confirm_import(town, plan)
    assert {row["star"] for row in open_register(town.database).stored("station", TOWN).values()} == {3, 4}
    assert remembered(town, "station", HEADERS) == {"驿站": "name", "门牌": "address"}


def test_a_preview_remembers_nothing(town: Settings, path: Path) -> None:
    plan_import(town, path, kind="station", datum=None, choices=Choices(fields=DECIDED))
    assert remembered(town, "station", HEADERS) == {}


def test_a_column_is_told_with_what_stands_in_it_and_what_says_nothing_is_not_asked_about(
    town: Settings, path: Path
) -> None:
    import_file(town, path, kind="station", datum=None, choices=Choices(fields=DECIDED))
    found = meanings(town, "station", read_table(path), chosen={"门牌": None})
    assert [(each.header, each.field, each.remembered) for each in found] == [
        ("驿站", "name", True),
        ("门牌", None, False),
        ("星级", None, True),
    ]
    assert list(found[0].examples) == ["示例甲", "示例乙"]


def test_what_stands_in_a_column_is_shown_as_everybody_may_see_it(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", ("名称", "联系人", "说明"), [("示例甲", "王小明", "找老王 13812345678")])
    examples = {each.header: each.examples for each in meanings(town, "station", read_table(path), chosen={})}
    assert examples == {"名称": ["示例甲"], "联系人": ["王**"], "说明": ["找老王 138****5678"]}


def test_every_field_is_offered_in_the_readers_language() -> None:
    assert offered("station")["name"] == "Name"
    assert "kinds" in offered("base")


def test_decisions_are_read_from_texts() -> None:
    decided = choices_from(
        "station", columns=["驿站=名称", "a=b=address", "楼层="], matches=["7=A-1", "8=new"], left_out=[9]
    )
    assert decided.fields == {"驿站": "name", "a=b": "address", "楼层": None}
    assert decided.matches == {7: "A-1", 8: NEW}
    assert decided.left_out == {9}


@pytest.mark.parametrize(
    ("columns", "matches"),
    [(["驿站"], []), (["=name"], []), (["驿站=colour"], []), ([], ["A-1"]), ([], ["x=A"]), ([], ["7="])],
)
def test_a_decision_that_cannot_be_read_is_refused(columns: list[str], matches: list[str]) -> None:
    with pytest.raises(BadChoice):
        choices_from("station", columns=columns, matches=matches, left_out=[])
