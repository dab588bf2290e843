"""Another status holds from the day it is written, whoever states it and however; the past stays as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from stations.model.acts import Act
from stations.model.settings import Settings
from stations.planning.importing.import_file import import_file, plan_import
from stations.planning.records.bulk import confirm_bulk, plan_bulk
from stations.planning.records.edit import restore, save
from stations.planning.records.edit_tables import remarks
from stations.planning.records.entering import Draft, checked, draft_of, with_status
from stations.planning.records.life import ledger
from stations.planning.records.life_cycle import going_on
from stations.planning.records.movements import movements
from stations.planning.register import holdings, open_register
from tests.planning.town import TOWN, degrees, write_csv

ACT = Act("test", who="示例员工")
SINCE = {"opened_on": "2020-01-01", "status": "在用", "status_on": "2020-01-01", "document_no": "示例1号"}
GONE = {"status": "摘牌", "status_reason": "示例拆迁"}
HEADERS = {"status": "状态", "status_reason": "原因", "status_on": "状态日期", "opened_on": "启用日期"}
Delisting = Callable[[Settings, Path], object]


@pytest.fixture
def old(real: Settings) -> Settings:
    """Return the settings of a town whose station T-1 has been in use since 2020."""
    corrected(real, SINCE)
    return real


def corrected(settings: Settings, values: dict[str, str]) -> int:
    return save(settings, checked(settings, draft_of(settings, "station", "T-1", values=values)), ACT).revision


def listed(folder: Path, values: dict[str, str]) -> Path:
    headers = ("站点编号", "名称", *(HEADERS[name] for name in values))
    return write_csv(folder / "list.csv", headers, [("T-1", "示例一号驿站", *values.values())])


def by_form(settings: Settings, _folder: Path) -> None:
    shown = with_status(settings, draft_of(settings, "station", "T-1", values={}), "delisted")
    shown.values["status_reason"] = GONE["status_reason"]  # type: ignore[index]  # as it is typed then
    save(settings, checked(settings, shown), ACT)


def by_command(settings: Settings, _folder: Path) -> None:
    corrected(settings, GONE)


def by_bulk(settings: Settings, _folder: Path) -> None:
    confirm_bulk(settings, plan_bulk(settings, "station", ("T-1",), values=GONE), ACT)


def by_list(settings: Settings, folder: Path) -> None:
    import_file(settings, listed(folder, GONE), kind="station", datum=None)


def statuses(settings: Settings) -> list[str | None]:
    days = (dt.date(year, 6, 30) for year in range(2020, 2026))
    return [holdings(settings.having(on=day)).stations.loc["T-1", "status"] for day in days]


@pytest.mark.parametrize("delisted", [by_form, by_command, by_bulk, by_list])
def test_a_status_whose_day_is_not_stated_holds_from_today(old: Settings, tmp_path: Path, delisted: Delisting) -> None:
    before, account = statuses(old), movements(old.having(on=dt.date(2023, 12, 31)), since=dt.date(2021, 12, 31))
    delisted(old, tmp_path)
    now = open_register(old.database).stored("station", TOWN)["T-1"]
    assert (now["status"], now["status_reason"]) == ("delisted", "示例拆迁")
    assert now.keys().isdisjoint({"status_on", "document_no"})
    assert statuses(old) == before == ["in_use"] * 6
    after = movements(old.having(on=dt.date(2023, 12, 31)), since=dt.date(2021, 12, 31))
    assert after.total() == account.total()
    assert list(ledger(old, key="T-1")["since"])[-1] == dt.datetime.now().astimezone().date().isoformat()


@pytest.mark.parametrize("values", [{**GONE, "status_on": "2024-05-01"}])
def test_a_day_that_is_stated_with_the_status_holds(old: Settings, tmp_path: Path, values: dict[str, str]) -> None:
    import_file(old, listed(tmp_path, values), kind="station", datum=None)
    assert statuses(old) == [*["in_use"] * 4, *["delisted"] * 2]


def test_the_same_status_again_ends_nothing(old: Settings, tmp_path: Path) -> None:
    before = open_register(old.database).stored("station", TOWN)
    assert plan_import(old, listed(tmp_path, {"status": "使用中"}), kind="station", datum=None).changed == []
    assert plan_bulk(old, "station", ("T-1",), values={"status": "In use"}).changed == []
    assert checked(old, draft_of(old, "station", "T-1", values={"status": "正常"})).record is not None
    assert open_register(old.database).stored("station", TOWN) == before


def test_the_day_of_another_status_is_asked_about(old: Settings, tmp_path: Path) -> None:
    values = {**GONE, "status_on": SINCE["status_on"]}
    (said,) = remarks(checked(old, draft_of(old, "station", "T-1", values=values)))
    assert "“Delisted” since 2020-01-01" in said.words
    plan = plan_import(old, listed(tmp_path, values), kind="station", datum=None)
    (found,) = [finding for finding in plan.findings if finding.column == "状态日期"]
    assert (found.row, found.severity, found.value) == (2, "warning", "2020-01-01")
    assert found.message in said.words


def test_one_that_moved_and_is_where_it_was_is_asked_about(old: Settings) -> None:
    (said,) = remarks(checked(old, draft_of(old, "station", "T-1", values={"status": "迁址"})))
    assert "place is the same" in said.words
    lon, lat = map(str, degrees(3.5, 1.5))
    there = {"status": "迁址", "lon": lon, "lat": lat, "datum": "WGS84"}
    assert not any(
        "same" in said.words for said in remarks(checked(old, draft_of(old, "station", "T-1", values=there)))
    )


def test_the_form_empties_what_was_said_of_the_status_before_and_brings_it_back(old: Settings) -> None:
    shown = draft_of(old, "station", "T-1", values={})
    other = with_status(old, shown, "delisted")
    assert [other.values[name] for name in ("status_on", "status_reason", "document_no")] == ["", "", ""]
    back = with_status(old, other, "in_use")
    assert {name: text for name, text in back.values.items() if text} == shown.values


def test_the_form_keeps_what_was_typed_for_the_new_status(old: Settings) -> None:
    shown = draft_of(old, "station", "T-1", values={"status_on": "2025-03-01", "status_reason": "示例拆迁"})
    other = with_status(old, shown, "delisted")
    assert (other.values["status_on"], other.values["status_reason"]) == ("2025-03-01", "示例拆迁")
    new = with_status(old, Draft("station", {"name": "示例", "status": "在用", "status_on": "2020-01-01"}), "delisted")
    assert new.values["status_on"] == "2020-01-01"


def test_a_word_that_is_no_status_ends_what_was_said() -> None:
    assert going_on({"status": "in_use", "status_on": "2020-01-01"}, {"status": "?"}) == {"status": "in_use"}


@pytest.mark.parametrize(
    ("stated", "goes_on"),
    [({"lon": "117.5"}, False), ({"lon": "117.02"}, True), ({"name": "示例"}, True), ({"lat": 32.7}, False)],
)
def test_a_place_that_is_given_ends_that_which_stood_for_an_area(stated: dict[str, object], goes_on: bool) -> None:
    known = {"lon": "117.02", "lat": "32.64", "coord_source": "area", "coord_precision": "township"}
    assert ("coord_precision" in going_on(known, stated)) is goes_on
    given = known | {"coord_source": "field_gps"}
    assert "coord_precision" in going_on(given, stated)


def test_a_restored_record_is_so_from_today_and_its_past_as_it_was_told(old: Settings) -> None:
    revision = open_register(old.database).revision()
    corrected(old, {**GONE, "status_on": "2024-01-01", "opened_on": "2019-01-01", "address": ""})
    days = [dt.date(year, month, 1) for year in range(2018, 2027) for month in (1, 7)]
    told = [holdings(old.having(on=day)).stations.to_json() for day in days]
    restore(old, "station", "T-1", revision=revision, act=ACT)
    assert [holdings(old.having(on=day)).stations.to_json() for day in days] == told
    now = holdings(old).stations.loc["T-1"]
    assert (now["status"], now["status_on"], now["opened_on"]) == ("in_use", None, "2020-01-01")
    turns = ledger(old, key="T-1")
    assert list(zip(turns["since"], turns["is_now"], strict=True))[-2:] == [
        ("2024-01-01", "delisted"),
        (dt.datetime.now().astimezone().date().isoformat(), "in_use"),
    ]


def test_last_years_list_once_more_undoes_no_delisting_and_says_so(old: Settings, tmp_path: Path) -> None:
    corrected(old, {**GONE, "status_on": "2024-03-01", "document_no": "示例2号"})
    before = ledger(old, key="T-1")
    list_again = listed(tmp_path, {name: SINCE[name] for name in HEADERS if name in SINCE})
    plan = plan_import(old, list_again, kind="station", datum=None)
    assert "older_status" in {finding.code for finding in plan.findings}
    import_file(old, list_again, kind="station", datum=None)
    assert ledger(old, key="T-1").equals(before)
    assert open_register(old.database).stored("station", TOWN)["T-1"]["status"] == "delisted"
