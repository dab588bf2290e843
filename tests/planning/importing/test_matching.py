"""Which rows are records of the register: by identifier, by a decision, else only where nothing tells them apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stations.model.acts import Act
from stations.model.choices import NEW, Choices
from stations.model.errors import BadChoice
from stations.model.settings import Settings
from stations.planning.importing.import_file import ImportPlan, confirm_import, import_file, plan_import
from stations.planning.records.edit import save
from stations.planning.records.entering import checked, draft_of
from stations.planning.register import open_register
from tests.planning.town import TOWN, degrees, write_csv

HEADERS = ("名称", "地址", "经度", "纬度", "坐标系")
SPOT = degrees(1.5, 1.5)
BESIDE = (SPOT[0], SPOT[1] + 0.0002)
FAR = degrees(3.5, 0.5)


def listed(folder: Path, *rows: tuple[object, ...]) -> Path:
    return write_csv(folder / "list.csv", HEADERS, rows)


def planned(settings: Settings, path: Path, **decided: Any) -> ImportPlan:
    return plan_import(settings, path, kind="station", datum=None, choices=Choices(**decided))


@pytest.fixture
def known(town: Settings, tmp_path: Path) -> Settings:
    """Return the settings of the town with one real station, number 0001."""
    path = listed(tmp_path, ("示例洞山驿站", "示例路 1 号", *SPOT, "WGS84"))
    import_file(town, path, kind="station", datum=None)
    return town


def stored(settings: Settings) -> dict[str, dict[str, Any]]:
    return open_register(settings.database).stored("station", TOWN)


def test_what_stands_beside_a_known_record_or_is_called_alike_is_asked_about(known: Settings, tmp_path: Path) -> None:
    rows = [
        ("示例另一个名字", "", *BESIDE, "WGS84"),
        ("示例洞山驿站", "", "", "", ""),
        ("示例远处的站", "", *FAR, "WGS84"),
    ]
    plan = planned(known, listed(tmp_path, *rows))
    assert [(doubt.row, [hit.key for hit in doubt.near], doubt.decided) for doubt in plan.doubts] == [
        (2, [f"{TOWN}-0001"], None),
        (3, [f"{TOWN}-0001"], None),
    ]
    assert 15 < plan.doubts[0].near[0].distance_m < 30
    assert len(plan.added) == 3


def test_a_row_that_is_said_to_be_a_record_changes_it_and_keeps_its_number(known: Settings, tmp_path: Path) -> None:
    path = listed(tmp_path, ("示例新名字", "", *BESIDE, "WGS84"))
    plan = planned(known, path, matches={2: f"{TOWN}-0001"})
    assert (len(plan.added), len(plan.changed), plan.unchanged) == (0, 1, 0)
    assert [doubt.decided for doubt in plan.doubts] == [f"{TOWN}-0001"]
    confirm_import(known, plan)
    assert [(key, row["name"], row["address"]) for key, row in stored(known).items()] == [
        (f"{TOWN}-0001", "示例新名字", "示例路 1 号")
    ]


def test_a_row_that_is_said_to_be_new_is_new_even_where_nothing_tells_it_apart(known: Settings, tmp_path: Path) -> None:
    path = listed(tmp_path, ("示例洞山驿站", "示例路 1 号", *SPOT, "WGS84"))
    assert planned(known, path).unchanged == 1
    plan = planned(known, path, matches={2: NEW})
    assert (len(plan.added), plan.unchanged) == (1, 0)
    assert [doubt.decided for doubt in plan.doubts] == [NEW]


def test_what_is_called_alike_in_another_district_is_another_record(town: Settings, tmp_path: Path) -> None:
    headers = ("名称", "所属县区", "联系电话")
    rows = [("示例工会驿站", "示例西区", "0554-1111111"), ("示例工会驿站", "示例东区", "0554-2222222")]
    path = write_csv(tmp_path / "both.csv", headers, rows)
    outcome = import_file(town, path, kind="station", datum=None)
    assert (len(outcome.plan.added), outcome.plan.rejected) == (2, ())
    plan = planned(town, write_csv(tmp_path / "third.csv", headers[:2], [("示例工会驿站", "")]))
    assert (len(plan.added), plan.changed, plan.unchanged) == (1, [], 0)
    assert plan.doubts, "somebody is asked whether it is one of the two"


def test_a_list_that_comes_again_takes_back_nothing_that_was_corrected_since(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "thin.csv", ("名称", "地址", "联系电话"), [("示例甲站", "旧地址", "0554-1111111")])
    import_file(town, path, kind="station", datum=None)
    (key,) = stored(town)
    better = {"address": "新地址", "lon": str(SPOT[0]), "lat": str(SPOT[1]), "datum": "WGS84"}
    save(town, checked(town, draft_of(town, "station", key, values=better)), Act("edit"))
    corrected = stored(town)
    again = planned(town, path)
    assert (again.added, again.changed, again.unchanged) == ([], [], 1)
    news = write_csv(tmp_path / "news.csv", ("名称", "地址", "联系电话"), [("示例甲站", "旧地址", "0554-2222222")])
    confirm_import(town, planned(town, news))
    assert stored(town) == {key: {**corrected[key], "contact_phone": "0554-2222222"}}


TWICE = (
    ("示例洞山中路工会驿站", "示例路8号", *FAR, "WGS84"),
    ("示例工会驿站（洞山中路）", "示例路8号", FAR[0], FAR[1] + 0.0006, "WGS84"),
)


def test_a_row_that_may_be_an_earlier_one_is_asked_about_even_by_an_empty_register(
    town: Settings, tmp_path: Path
) -> None:
    path = listed(tmp_path, *TWICE)
    (doubt,) = planned(town, path).doubts
    assert (doubt.row, doubt.near, doubt.decided) == (3, (), None)
    assert doubt.earlier is not None
    assert (doubt.earlier.hit.key, doubt.earlier.record.name) == ("2", "示例洞山中路工会驿站")
    both = planned(town, path, matches={3: NEW})
    assert ([each.decided for each in both.doubts], len(both.added)) == ([NEW], 2)
    one = planned(town, path, left_out=frozenset({3}))
    assert (one.doubts, len(one.added)) == ([], 1)


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        (("洞山中路工会驿站", "西区", ""), ("工会驿站（洞山中路）", "西区", ""), True),
        (("洞山中路工会驿站", "西区", ""), ("工会驿站（洞山中路）", "东区", ""), False),
        (("洞山中路工会驿站", "西区", ""), ("洞山西路工会驿站", "西区", ""), False),
        (("爱心屋", "西区", "人民路8号"), ("职工书屋", "西区", "人民路 8 号"), True),
    ],
)
def test_rows_without_a_place_are_asked_about_only_where_much_is_the_same(
    town: Settings, tmp_path: Path, first: tuple[str, ...], second: tuple[str, ...], *, asked: bool
) -> None:
    path = write_csv(tmp_path / "list.csv", ("名称", "所属县区", "地址"), [first, second])
    assert [doubt.row for doubt in planned(town, path).doubts] == ([3] if asked else [])


def test_rows_of_two_numbers_are_two_records(town: Settings, tmp_path: Path) -> None:
    rows = [(f"X-{at}", *row) for at, row in enumerate(TWICE)]
    path = write_csv(tmp_path / "list.csv", ("站点编号", *HEADERS), rows)
    assert planned(town, path).doubts == []


def test_what_nobody_has_decided_may_be_held_back(known: Settings, tmp_path: Path) -> None:
    path = listed(tmp_path, ("示例另一个名字", "", *BESIDE, "WGS84"), *TWICE)
    plan = planned(known, path, undecided="held")
    assert [each.row for each in plan.undecided] == [2, 4]
    assert [(each.row, each.column, each.value) for each in plan.rejected] == [
        (2, "名称", "示例另一个名字"),
        (4, "名称", "示例工会驿站（洞山中路）"),
    ]
    assert [record.name for record in plan.added] == ["示例洞山中路工会驿站"]
    decided = planned(known, path, undecided="held", matches={2: NEW, 4: NEW})
    assert (decided.undecided, decided.rejected, len(decided.added)) == ([], (), 3)


def test_a_row_that_is_left_out_is_refused_by_decision(known: Settings, tmp_path: Path) -> None:
    path = listed(tmp_path, ("示例另一个名字", "", *BESIDE, "WGS84"), ("示例远处的站", "", *FAR, "WGS84"))
    plan = planned(known, path, left_out=frozenset({2}))
    assert [(each.row, each.reason) for each in plan.rejected] == [(2, "Left out, as decided.")]
    assert ([record.name for record in plan.added], plan.doubts) == (["示例远处的站"], [])
    assert plan.read == 2


@pytest.mark.parametrize("matches", [{2: "X-1"}, {2: f"{TOWN}-0001", 3: f"{TOWN}-0001"}])
def test_a_decision_for_no_record_or_for_one_twice_is_refused(
    known: Settings, tmp_path: Path, matches: dict[int, str]
) -> None:
    path = listed(tmp_path, ("示例甲", "", *BESIDE, "WGS84"), ("示例乙", "", *SPOT, "WGS84"))
    with pytest.raises(BadChoice, match=matches[2]):
        planned(known, path, matches=matches)


def test_a_record_that_a_row_names_is_not_another_row_by_decision(known: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", ("编号", "名称"), [(f"{TOWN}-0001", "示例洞山驿站"), ("", "示例洞山站")])
    with pytest.raises(BadChoice, match=f"{TOWN}-0001"):
        planned(known, path, matches={3: f"{TOWN}-0001"})
