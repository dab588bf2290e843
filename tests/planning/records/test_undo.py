"""A revision is taken back as a whole, on every day, and never another's change with it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from stations.model.accounts import Role, User
from stations.model.acts import Act
from stations.model.settings import Settings
from stations.planning.access.rights import NotAllowed
from stations.planning.importing.import_file import import_file
from stations.planning.records.edit import faults, save
from stations.planning.records.entering import Draft, checked, draft_of
from stations.planning.records.undo import ChangedSince, NothingToUndo, imports, undo
from stations.planning.register import holdings, open_register
from stations.store.changes import StaleRecord
from tests.planning.town import TOWN, degrees

ACT = Act("test", who="示例员工", why="示例核实")
LON, LAT = map(str, degrees(3.5, 1.5))
NEW = {"name": "示例新站", "lon": LON, "lat": LAT, "datum": "WGS84"}
A_DAY = dt.date(2022, 6, 30)


@pytest.fixture
def real(town: Settings, profiles: Path) -> Settings:
    """Return the settings of the town with the stations of a real list, T-1 there since 2020."""
    import_file(town, profiles / "real.csv", kind="station", datum=None)
    edited(town, "T-1", opened_on="2020-01-01")
    return town


def edited(settings: Settings, key: str, *, since: dt.date | None = None, **values: str) -> int:
    verdict = checked(settings, draft_of(settings, "station", key, values=values))
    return save(settings, verdict, ACT, since=since).revision


def stored(settings: Settings) -> dict[str, dict[str, Any]]:
    return open_register(settings.database).stored("station", TOWN)


def test_a_save_is_undone_whether_it_made_a_record_or_changed_one(real: Settings) -> None:
    before = stored(real)
    undo(real, save(real, checked(real, Draft("station", NEW)), ACT).revision, act=ACT)
    undo(real, edited(real, "T-1", star="2"), act=ACT)
    assert stored(real) == before
    assert faults(real) == []


def test_an_undo_takes_back_what_was_said_of_the_past(real: Settings) -> None:
    on = real.having(on=A_DAY)
    revision = edited(real, "T-1", since=dt.date(2022, 1, 1), tier="普通")
    assert holdings(on).stations.loc["T-1", "tier"] == "none"
    undo(real, revision, act=ACT)
    assert holdings(on).stations.loc["T-1", "tier"] == "national"
    assert holdings(real).stations.loc["T-1", "tier"] == "national"


def test_an_import_is_undone_as_a_whole(demonstrated: Settings, profiles: Path) -> None:
    """The demonstration data that had made room comes back, of both kinds."""
    register = open_register(demonstrated.database)
    before = {kind: register.stored(kind, TOWN) for kind in ("station", "base")}
    made = import_file(demonstrated, profiles / "real.csv", kind="station", datum=None)
    assert register.stored("base", TOWN) != before["base"]
    undo(demonstrated, made.revision, act=ACT)
    assert {kind: register.stored(kind, TOWN) for kind in ("station", "base")} == before
    assert faults(demonstrated) == []


def test_an_undo_can_be_undone(real: Settings) -> None:
    undone = undo(real, edited(real, "T-1", star="2"), act=ACT)
    undo(real, undone, act=ACT)
    assert stored(real)["T-1"]["star"] == 2


def test_an_undo_does_not_take_back_what_another_has_entered_since(real: Settings) -> None:
    made = save(real, checked(real, Draft("station", NEW)), ACT)
    changed = edited(real, "T-1", star="2")
    for key, revision in ((made.key, made.revision), ("T-1", changed)):
        edited(real, key, address="示例路 7 号")
        for others in (False, True):
            with pytest.raises(StaleRecord, match=key):
                undo(real, revision, act=ACT, others=others)
        assert stored(real)[key]["address"] == "示例路 7 号"


def test_a_list_is_taken_back_after_later_changes_were_or_without_the_records_that_they_are_about(
    town: Settings, profiles: Path
) -> None:
    before = stored(town)
    made = import_file(town, profiles / "real.csv", kind="station", datum=None).revision
    changed = edited(town, "T-1", star="2")
    with pytest.raises(ChangedSince, match="T-1"):
        undo(town, made, act=ACT)
    kept = stored(town)["T-1"]
    rest = undo(town, made, act=ACT, others=True)
    assert stored(town) == {**before, "T-1": kept}
    undo(town, rest, act=ACT)
    undo(town, changed, act=ACT)
    undo(town, made, act=ACT)
    assert stored(town) == before
    assert faults(town) == []


@pytest.mark.parametrize("revision", [0, 99])
def test_a_revision_that_changed_no_record_is_refused(real: Settings, revision: int) -> None:
    with pytest.raises(NothingToUndo, match=str(revision)):
        undo(real, revision, act=ACT)


def test_a_revision_of_another_city_is_not_ones_own(real: Settings, bare_town: Settings) -> None:
    with pytest.raises(NothingToUndo):
        undo(bare_town, 1, act=ACT)


def test_whoever_may_not_correct_records_may_not_undo_either(real: Settings) -> None:
    revision, before = edited(real, "T-1", star="2"), stored(real)
    with pytest.raises(NotAllowed):
        undo(real.having(user=User("示例访客", Role.VIEWER)), revision, act=ACT)
    assert stored(real) == before


def test_lists_that_were_imported_are_named_and_each_is_taken_back_whatever_came_later(
    town: Settings, profiles: Path, tmp_path: Path
) -> None:
    assert imports(town, most=5) == []
    import_file(town, profiles / "real.csv", kind="station", datum=None)
    before = stored(town)
    later = tmp_path / "later.csv"
    later.write_text("名称\n示例后来的站\n", "utf-8")
    import_file(town, later, kind="station", datum=None)
    edited(town, "T-1", star="3")
    newest, oldest = imports(town, most=5)
    assert (newest.file, newest.added, newest.changed, oldest.file) == ("later.csv", 1, 0, "real.csv")
    assert [each.revision for each in imports(town, most=1)] == [newest.revision]
    undo(town, newest.revision, act=ACT)
    assert stored(town) == {**before, "T-1": stored(town)["T-1"]}
