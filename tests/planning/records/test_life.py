"""The ledger of a life: honours, statuses and moves with day, reason and document, as they are known now."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from stations.model.acts import Act
from stations.model.language import Language
from stations.model.settings import Settings
from stations.planning.importing.import_file import import_file
from stations.planning.records.edit import remove, save
from stations.planning.records.entering import checked, draft_of
from stations.planning.records.life import ledger
from stations.planning.records.record_tables import ledger_table
from stations.planning.records.undo import undo

MOVED_TO = {"lon": "117.0", "lat": "32.5", "datum": "WGS84"}


@pytest.fixture
def real(town: Settings, profiles: Path) -> Settings:
    """Return the settings of the town with the stations of a real list, T-1 there since 2020."""
    import_file(town, profiles / "real.csv", kind="station", datum=None)
    edited(town, opened_on="2020-01-01")
    return town


def edited(settings: Settings, *, since: str | None = None, document: str | None = None, **values: str) -> int:
    act = Act("edit", who="示例员工", why="示例评审", document_no=document)
    day = dt.date.fromisoformat(since) if since else None
    return save(
        settings, checked(settings, draft_of(settings, "station", "T-1", values=values)), act, since=day
    ).revision


def told(settings: Settings) -> list[tuple[Any, ...]]:
    turns = ledger(settings, key="T-1")
    columns = ("since", "turn", "was", "is_now", "reason", "document_no")
    return list(turns[list(columns)].itertuples(index=False, name=None))


def test_honours_are_dated_rows_with_their_documents(real: Settings) -> None:
    edited(real, since="2023-12-01", document="示例1号", tier="普通")
    edited(real, since="2024-05-01", document="示例2号", tier="省级")
    edited(real, since="2022-12-01", document="示例3号", tier="市级")  # learnt last, and true of the year before
    assert told(real) == [
        ("2020-01-01", "entered", None, "in_use", "示例评审", None),
        ("2020-01-01", "awarded", None, "national", "示例评审", None),
        ("2022-12-01", "withdrawn", "national", "municipal", "示例评审", "示例3号"),
        ("2023-12-01", "withdrawn", "municipal", "none", "示例评审", "示例1号"),
        ("2024-05-01", "awarded", "none", "provincial", "示例评审", "示例2号"),
    ]


def test_what_is_learnt_later_of_something_else_takes_no_turn_from_whoever_wrote_it(real: Settings) -> None:
    edited(real, since="2023-12-01", document="示例1号", tier="普通")
    before = ledger(real, key="T-1")
    act = Act("edit", who="别人", why="补录")
    save(real, checked(real, draft_of(real, "station", "T-1", values={"contact_phone": "0554-0000000"})), act)
    assert ledger(real, key="T-1").equals(before)  # the telephone has been known for all of its life, by another hand


def test_an_honour_that_is_awarded_and_withdrawn_is_two_rows(real: Settings) -> None:
    edited(real, since="2023-12-01", document="示例1号", tier="普通")
    edited(real, since="2024-05-01", document="示例2号", tier="省级")
    assert [row[:4] for row in told(real)[2:]] == [
        ("2023-12-01", "withdrawn", "national", "none"),
        ("2024-05-01", "awarded", "none", "provincial"),
    ]


def test_an_honour_below_the_tier_is_a_dated_row_of_its_own(real: Settings) -> None:
    """A national station was awarded the two lower ones before; the later is learnt first, and keeps its day."""
    edited(real, since="2022-05-01", document="示例1号", other_honours="省级")
    edited(real, since="2021-03-01", document="示例2号", other_honours="省级、市级")
    assert [row[:4] + row[5:] for row in told(real)[2:]] == [
        ("2021-03-01", "awarded", None, "municipal", "示例2号"),
        ("2022-05-01", "awarded", None, "provincial", "示例1号"),
    ]
    edited(real, since="2024-01-01", document="示例3号", other_honours="市级")
    edited(real, since="2025-01-01", document="示例4号", tier="市级")
    assert [row[:4] + row[5:] for row in told(real)[4:]] == [
        ("2024-01-01", "withdrawn", "provincial", None, "示例3号"),
        ("2025-01-01", "withdrawn", "national", "municipal", "示例4号"),
    ]


def test_an_honour_that_is_learnt_without_a_day_holds_from_today(real: Settings) -> None:
    edited(real, document="示例1号", other_honours="市级")
    assert told(real)[-1][:4] == (dt.datetime.now().astimezone().date().isoformat(), "awarded", None, "municipal")
    assert ledger_table(ledger(real, key="T-1"))["Is now"].iloc[-1] == "Municipal"


def test_with_the_tier_the_honours_above_the_new_one_end(real: Settings) -> None:
    edited(real, since="2022-05-01", other_honours="省级、市级")
    edited(real, since="2024-01-01", tier="普通")
    assert {row[1:4] for row in told(real) if row[0] == "2024-01-01"} == {
        ("withdrawn", "national", "none"),
        ("withdrawn", "provincial", None),
        ("withdrawn", "municipal", None),
    }


def test_an_honour_above_the_tier_is_refused(real: Settings) -> None:
    edited(real, tier="市级")
    verdict = checked(real, draft_of(real, "station", "T-1", values={"other_honours": "省级"}))
    assert verdict.record is None
    assert "highest honour" in verdict.rejected[0].reason


def test_a_status_says_its_own_reason_and_document(real: Settings) -> None:
    gone = {"status": "摘牌", "status_on": "2025-03-01", "status_reason": "示例拆迁", "document_no": "示例4号"}
    edited(real, document="示例5号", **gone)
    assert told(real)[-1] == ("2025-03-01", "status", "in_use", "delisted", "示例拆迁", "示例4号")


def test_a_move_is_a_turn_and_another_address_is_none(real: Settings) -> None:
    edited(real, address="示例路 9 号")
    edited(real, since="2025-06-01", **MOVED_TO)
    assert [row[:2] for row in told(real)] == [
        ("2020-01-01", "entered"),
        ("2020-01-01", "awarded"),
        ("2025-06-01", "moved"),
    ]


def test_what_was_taken_back_is_no_part_of_a_life(real: Settings) -> None:
    before = told(real)
    undo(real, edited(real, since="2023-12-01", tier="普通"), act=Act("undo"))
    assert told(real) == before


def test_what_never_was_has_no_life(real: Settings) -> None:
    remove(real, "station", "T-1", act=Act("remove", why="示例误录"))
    assert told(real) == []
    assert ledger(real, key="nobody").empty


def test_the_lives_of_all_stations_are_told_by_day(real: Settings) -> None:
    turns = ledger(real)
    assert set(turns["record"]) == {"T-1", "T-2", "T-3", "T-4"}
    assert turns["since"].is_monotonic_increasing


def test_the_ledger_is_readable(real: Settings, language: Language) -> None:
    edited(real, since="2023-12-01", document="示例1号", tier="普通")
    table = ledger_table(ledger(real, key="T-1"))
    (was,) = table[table.columns[3]].iloc[-1:]
    assert was == ("National" if language == "en" else "全国最美")
    assert not table.astype(str).map(lambda text: "{" in text or text == "None").any(axis=None)
