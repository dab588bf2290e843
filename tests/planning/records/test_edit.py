"""One record by hand: judged like a row of a list, saved once, never over somebody else's version, undone."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from stations.model.accounts import Role, User
from stations.model.acts import Act
from stations.model.errors import BadChoice, SavedAlready
from stations.model.language import Language
from stations.model.privacy import HiddenInDoubt
from stations.model.schema import DEMONSTRATION, dump
from stations.model.settings import Settings
from stations.planning.access.rights import NotAllowed, OtherUnion
from stations.planning.importing.import_file import import_file
from stations.planning.records.conflict import conflict_of
from stations.planning.records.edit import (
    NotAccepted,
    Saved,
    faults,
    history,
    people_covered,
    refused_restore,
    remove,
    restore,
    save,
    version,
)
from stations.planning.records.edit_tables import history_table, near_in_words, saved_in_words
from stations.planning.records.entering import (
    Draft,
    UnknownRecord,
    after_all,
    checked,
    draft_of,
    fields_named,
    filled_by_place,
    place_of,
)
from stations.planning.register import holdings, open_register
from stations.store.changes import IdentifierTaken, StaleRecord
from tests.planning.coverage.test_tables import require_readable
from tests.planning.town import COVERED, EAST, RADIUS_M, TOWN, WEST, degrees, write_csv

ACT = Act("test", who="示例员工", why="示例核实")
LON, LAT = map(str, degrees(3.5, 1.5))
NEW = {"name": "示例新站", "lon": LON, "lat": LAT, "datum": "WGS84", "tier": "市级", "facilities": "饮水、厕所:故障"}
MOBILE = "13812345678"


def stored(settings: Settings, key: str) -> dict[str, object]:
    return open_register(settings.database).stored("station", TOWN)[key]


def test_a_new_record_gets_a_number_and_is_in_force_at_once(real: Settings) -> None:
    saved = save(real, checked(real, Draft("station", NEW)), ACT)
    assert saved.revision == 2
    assert saved.key not in {"T-1", "T-2", "T-3", "T-4"}
    shown = holdings(real).stations.loc[saved.key]
    assert (shown["name"], shown["tier"], shown["facilities"]) == (
        "示例新站",
        "municipal",
        {"water": "yes", "toilet": "out_of_order"},
    )


def test_coordinates_in_another_datum_are_brought_to_wgs84_and_kept(real: Settings) -> None:
    saved = save(real, checked(real, Draft("station", NEW | {"datum": "GCJ-02"})), ACT)
    row = stored(real, saved.key)
    assert (row["datum"], row["source_datum"], row["source_lon"]) == ("WGS84", "GCJ-02", float(LON))
    assert abs(float(str(row["lon"])) - float(LON)) > 0.001


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "name"),
        ({"lat": ""}, "Only one"),
        ({"datum": ""}, "datum"),
        ({"lon": LAT, "lat": LON}, "swapped"),
        ({"star": "9"}, "5"),
        ({"opened_on": "2025-02-30"}, "date"),
        ({"status": "摘牌"}, "reason"),
        ({"tier": "皇家"}, "list"),
        ({"name": "长" * 61}, "60"),
    ],
)
def test_what_makes_no_record_is_refused_in_words_and_writes_nothing(
    real: Settings, values: dict[str, str], said: str
) -> None:
    verdict = checked(real, Draft("station", NEW | values))
    assert verdict.record is None
    assert said in verdict.rejected[0].reason
    with pytest.raises(NotAccepted, match=said):
        save(real, verdict, ACT)
    assert open_register(real.database).revision() == 1


def test_a_correction_changes_what_is_named_and_nothing_else(real: Settings) -> None:
    before = stored(real, "T-1")
    save(real, checked(real, draft_of(real, "station", "T-1", values={"address": "示例路 9 号", "tier": "省级"})), ACT)
    assert stored(real, "T-1") == before | {"address": "示例路 9 号", "tier": "provincial"}


def test_a_value_that_is_emptied_is_not_known_any_more(real: Settings) -> None:
    save(real, checked(real, draft_of(real, "station", "T-1", values={"address": ""})), ACT)
    assert "address" not in stored(real, "T-1")


def test_a_new_place_replaces_the_original_coordinates(real: Settings) -> None:
    values = {"lon": LON, "lat": LAT, "datum": "BD-09"}
    save(real, checked(real, draft_of(real, "station", "T-1", values=values)), ACT)
    assert (stored(real, "T-1")["source_lon"], stored(real, "T-1")["source_datum"]) == (float(LON), "BD-09")


def test_a_masked_number_that_comes_back_is_the_one_that_is_known(real: Settings) -> None:
    save(real, checked(real, draft_of(real, "station", "T-1", values={"contact_phone": MOBILE})), ACT)
    shown = holdings(real).stations.loc["T-1", "contact_phone"]
    save(real, checked(real, draft_of(real, "station", "T-1", values={"contact_phone": shown, "star": "3"})), ACT)
    assert (stored(real, "T-1")["contact_phone"], stored(real, "T-1")["star"]) == (MOBILE, 3)


def test_a_name_that_may_be_two_is_asked_for_in_full_and_nothing_is_saved(real: Settings) -> None:
    two = {"contact_phone": "张伟 0554-6644021、张丽 0554-6644022"}
    save(real, checked(real, draft_of(real, "station", "T-1", values=two)), ACT)
    draft = draft_of(real, "station", "T-1", values={"contact_phone": "张* 0554-6644023", "star": "3"})
    with pytest.raises(HiddenInDoubt):
        save(real, checked(real, draft), ACT)
    assert stored(real, "T-1")["contact_phone"] == two["contact_phone"]


def test_an_unchanged_record_comes_back_as_it_was(zoned: Settings) -> None:
    for key, before in open_register(zoned.database).stored("station", zoned.city).items():
        record = checked(zoned, draft_of(zoned, "station", key, values={})).record
        assert record is not None
        assert dump(record) == before


def test_two_who_edit_one_record_do_not_overwrite_each_other(real: Settings) -> None:
    mine, other = (draft_of(real, "station", "T-1", values={"star": star}) for star in ("2", "5"))
    save(real, checked(real, other), ACT)
    with pytest.raises(StaleRecord):
        save(real, checked(real, mine), ACT)
    assert stored(real, "T-1")["star"] == 5


def test_a_button_pressed_twice_writes_once(real: Settings) -> None:
    act = Act("test", submission="示例提交")
    first = save(real, checked(real, Draft("station", NEW)), act)
    again = save(real, checked(real, Draft("station", NEW)), act)
    assert first == again
    assert open_register(real.database).revision() == 2
    assert len(holdings(real).stations) == 5


def test_one_form_with_two_contents_is_saved_once_and_goes_on_as_a_correction(real: Settings, english: None) -> None:
    act, other = Act("test", submission="示例提交"), Draft("station", NEW | {"address": "示例别处"})
    first = save(real, checked(real, Draft("station", NEW)), act)
    with pytest.raises(SavedAlready, match="saved already, as revision 2"):
        save(real, checked(real, other), act)
    with pytest.raises(SavedAlready):
        save(real, checked(real, Draft("station", NEW | {"station_id": "示例号"})), act)
    assert open_register(real.database).revision() == 2
    again = after_all(real, other, act)
    assert again.key == first.key
    between = conflict_of(real, again)
    assert between is not None
    assert (between.parts, between.contested) == (["station_id", "address"], [])
    merged = between.together({})
    assert save(real, checked(real, merged), replace(act, submission="示例另一")) == Saved(first.key, 3)
    assert stored(real, first.key)["address"] == "示例别处"


def test_a_correction_that_was_saved_otherwise_is_refused_in_words(real: Settings) -> None:
    act = Act("form", submission="示例一次")
    save(real, checked(real, draft_of(real, "station", "T-1", values={"star": "2"})), act)
    late = draft_of(real, "station", "T-1", values={"star": "3"})
    with pytest.raises(SavedAlready):
        save(real, checked(real, late), act)
    assert after_all(real, late, act) == late
    assert stored(real, "T-1")["star"] == 2


def test_what_may_be_the_same_place_is_named_with_its_distance(real: Settings, language: Language) -> None:
    lon, lat = map(str, degrees(0.53, 0.5))
    verdict = checked(real, Draft("station", NEW | {"lon": lon, "lat": lat}))
    (words,) = near_in_words(verdict)
    assert ("示例一号驿站" in words, "T-1" in words, "30" in words) == (True, True, True)
    assert checked(real, draft_of(real, "station", "T-1", values={})).near == []


def test_what_is_odd_is_said_before_it_is_saved(real: Settings) -> None:
    lon, lat = map(str, degrees(90, 90))
    assert [finding.severity for finding in checked(real, Draft("station", NEW | {"lon": lon, "lat": lat})).findings]


def test_practice_on_demonstration_data_stays_demonstration(demonstrated: Settings, profiles: Path) -> None:
    saved = save(demonstrated, checked(demonstrated, Draft("station", NEW)), ACT)
    assert stored(demonstrated, saved.key)["source"] == DEMONSTRATION
    import_file(demonstrated, profiles / "real.csv", kind="station", datum=None)
    assert saved.key not in holdings(demonstrated).stations.index


def test_a_record_is_restored_as_it_was_and_what_came_later_is_kept(real: Settings) -> None:
    before = stored(real, "T-1")
    save(real, checked(real, draft_of(real, "station", "T-1", values={"star": "2"})), ACT)
    saved = restore(real, "station", "T-1", revision=1, act=ACT)
    assert stored(real, "T-1") == before
    assert saved.revision == 3
    assert history(real, key="T-1")["revision"].to_list() == [3, 2, 1]


def test_who_may_not_restore_a_record_is_told_before_also_where_it_was_taken_out(real: Settings) -> None:
    remove(real, "station", "T-1", act=ACT)
    asked = {WEST: None, EAST: OtherUnion}
    for union, told in asked.items():
        staff = real.having(user=User("示例员工", Role.STAFF, union))
        refused = refused_restore(staff, "station", "T-1", revision=1)
        assert (refused and type(refused)) is told
    viewer = real.having(user=User("示例访客", Role.VIEWER))
    assert isinstance(refused_restore(viewer, "station", "T-1", revision=1), NotAllowed)


def test_a_version_that_is_restored_is_never_written_over_another_that_was_not_looked_at(real: Settings) -> None:
    save(real, checked(real, draft_of(real, "station", "T-1", values={"star": "2"})), ACT)
    looked_at = version(real, "station", "T-1")
    save(real, checked(real, draft_of(real, "station", "T-1", values={"star": "4"})), ACT)
    with pytest.raises(StaleRecord):
        restore(real, "station", "T-1", revision=1, act=ACT, version=looked_at)
    assert stored(real, "T-1")["star"] == 4


def test_a_station_is_delisted_neither_ahead_of_the_day_nor_for_no_reason(real: Settings, english: None) -> None:
    for given, words in (
        ({"status_on": "2099-03-01", "status_reason": "示例拆迁"}, "on that day"),
        ({"status_reason": "\u200b"}, "needs a reason"),
        ({"status_reason": "。"}, "is no reason"),
    ):
        verdict = checked(real, draft_of(real, "station", "T-1", values={"status": "摘牌", **given}))
        with pytest.raises(NotAccepted, match=words):
            save(real, verdict, ACT)


def test_a_save_that_says_nothing_new_is_refused_and_writes_nothing(real: Settings) -> None:
    again = checked(real, draft_of(real, "station", "T-1", values={"tier": "全国最美"}))
    with pytest.raises(NotAccepted, match="Nothing would change"):
        save(real, again, ACT)
    for revision in (1, 99):
        with pytest.raises(NotAccepted, match="Nothing would change"):
            restore(real, "station", "T-1", revision=revision, act=ACT)
    assert open_register(real.database).revision() == 1


def test_one_form_that_is_sent_twice_is_one_revision(real: Settings) -> None:
    act = Act("form", submission="示例一次")
    first = save(real, checked(real, draft_of(real, "station", "T-1", values={"star": "2"})), act)
    save(real, checked(real, draft_of(real, "station", "T-2", values={"star": "3"})), ACT)
    assert save(real, checked(real, draft_of(real, "station", "T-1", values={"star": "2"})), act) == first


def test_what_was_entered_by_mistake_is_taken_out_and_can_come_back(real: Settings) -> None:
    saved = save(real, checked(real, Draft("station", NEW)), ACT)
    remove(real, "station", saved.key, act=ACT)
    assert saved.key not in holdings(real).stations.index
    restore(real, "station", saved.key, revision=saved.revision, act=ACT)
    assert saved.key in holdings(real).stations.index
    assert faults(real) == []


def test_an_edit_may_say_since_when(real: Settings) -> None:
    values = {"opened_on": "2020-01-01"}
    save(real, checked(real, draft_of(real, "station", "T-1", values=values)), ACT)
    later = draft_of(real, "station", "T-1", values={"tier": "普通"})
    save(real, checked(real, later), ACT, since=dt.date(2022, 6, 1))
    tiers = [holdings(real.having(on=dt.date(2022, month, 30))).stations.loc["T-1", "tier"] for month in (5, 6)]
    assert tiers == ["national", "none"]


def test_a_place_fills_in_district_and_union_and_no_place_does_not(real: Settings) -> None:
    place = {"lon": LON, "lat": LAT, "datum": "WGS84"}
    assert filled_by_place(real, place) == {"district": "示例东区", "union_unit": "示例东区总工会"}
    far_lon, far_lat = map(str, degrees(90, 90))
    for none in (
        {},
        {"lon": LON},
        {**place, "datum": ""},
        {**place, "lon": far_lon, "lat": far_lat},
        {**place, "lon": "x"},
    ):
        assert filled_by_place(real, none) == {}
    assert place_of({"lon": LON}) == (None, None)


def test_a_new_record_does_not_take_the_number_of_another(real: Settings) -> None:
    before = stored(real, "T-1")
    with pytest.raises(IdentifierTaken, match="T-1"):
        save(real, checked(real, Draft("station", NEW | {"station_id": "T-1"})), ACT)
    assert stored(real, "T-1") == before


def test_records_added_at_one_time_all_get_a_number(real: Settings) -> None:
    """Numbering reads and then writes: whoever comes second takes the next number, not the same."""
    drafts = [checked(real, Draft("station", NEW | {"name": f"示例新站{n}"})) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda draft: save(real, draft, ACT), drafts))
    assert len({each.key for each in saved}) == len(drafts)
    assert {f"示例新站{n}" for n in range(8)} <= set(holdings(real).stations["name"])


def test_a_column_of_the_file_survives_an_edit(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", ("名称", "示例备注"), [("示例甲站", "二楼")])
    import_file(town, path, kind="station", datum=None)
    (key,) = holdings(town).stations.index
    save(town, checked(town, draft_of(town, "station", key, values={"star": "2"})), ACT)
    assert stored(town, key)["extra"] == {"示例备注": "二楼"}


def test_a_text_in_the_place_of_a_day_keeps_nobody_from_correcting_the_record(
    town: Settings, tmp_path: Path, language: Language
) -> None:
    path = write_csv(tmp_path / "list.csv", ("站点编号", "站点名称", "启用日期"), [("K-1", "示例丙", "2024年5月")])
    import_file(town, path, kind="station", datum=None)
    save(town, checked(town, draft_of(town, "station", "K-1", values={"address": "示例路 2 号"})), ACT)
    assert stored(town, "K-1")["extra"] == {"启用日期": "2024年5月"}
    save(town, checked(town, draft_of(town, "station", "K-1", values={"opened_on": "2024-05-08"})), ACT)
    assert stored(town, "K-1")["opened_on"] == "2024-05-08"
    assert "extra" not in stored(town, "K-1")


def test_the_people_within_reach_are_those_of_the_answer(demonstrated: Settings, bare_town: Settings) -> None:
    assert people_covered(demonstrated, radius_m=RADIUS_M) == COVERED
    assert people_covered(bare_town, radius_m=RADIUS_M) is None


@pytest.mark.parametrize(
    ("before", "after", "said"), [(10, 35, "25 people newly"), (35, 10, "25 people no longer"), (None, None, "")]
)
def test_a_save_is_told_with_what_it_changes(before: float | None, after: float | None, said: str) -> None:
    words = saved_in_words(Saved("S-1", 7), before, after, radius_m=1000)
    assert words.startswith("Saved: S-1, revision 7.")
    assert said in words
    planned = saved_in_words(Saved("S-1", 7), before, after, radius_m=1000, planned=True)
    assert ("counts once it is in use" in planned) == (before == after)


@pytest.mark.parametrize(
    "act",
    [
        lambda settings: draft_of(settings, "station", "X", values={}),
        lambda settings: remove(settings, "station", "X", act=ACT),
        lambda settings: restore(settings, "station", "X", revision=1, act=ACT),
    ],
)
def test_a_record_that_there_is_not_is_refused(real: Settings, act: object) -> None:
    with pytest.raises(UnknownRecord, match="X"):
        act(real)  # type: ignore[operator]


def test_fields_are_named_as_in_files() -> None:
    assert fields_named("station", {"名称": "甲", "lon": "1", "Tier": "市级"}) == {
        "name": "甲",
        "lon": "1",
        "tier": "市级",
    }
    with pytest.raises(BadChoice, match="颜色"):
        fields_named("station", {"颜色": "红"})


def test_the_history_is_readable(real: Settings, language: Language) -> None:
    save(real, checked(real, draft_of(real, "station", "T-1", values={"star": "2", "facilities": "厕所"})), ACT)
    table = history_table(history(real, key="T-1"))
    assert list(table.index) == [2, 2, 1]
    require_readable(table.iloc[:2].drop(columns=[table.columns[5], table.columns[9]]), language)


def test_the_day_of_the_last_change_is_corrected_by_a_day_alone(real: Settings) -> None:
    save(real, checked(real, draft_of(real, "station", "T-3", values={"opened_on": "2020-01-01"})), ACT)
    draft = draft_of(real, "station", "T-3", values={"tier": "市级"})
    save(real, checked(real, draft), ACT, since=dt.date(2023, 6, 1))
    again = checked(real, draft_of(real, "station", "T-3", values={}))
    saved = save(real, again, Act("form", why="示例：日期有误"), since=dt.date(2022, 5, 1))
    tiers = {
        day: holdings(real.having(on=dt.date.fromisoformat(day))).stations.at["T-3", "tier"]
        for day in ("2022-04-30", "2022-05-01")
    }
    assert tiers == {"2022-04-30": "none", "2022-05-01": "municipal"}
    log = open_register(real.database).log(TOWN)
    assert set(log[log["revision"] == saved.revision]["why"]) == {"示例：日期有误"}
    with pytest.raises(NotAccepted, match="Nothing would change"):
        save(real, again, Act("form"), since=dt.date(2022, 5, 1))


def test_two_days_for_one_status_are_refused(real: Settings) -> None:
    values = {"status": "暂停", "status_on": "2024-01-01"}
    draft = draft_of(real, "station", "T-1", values=values)
    with pytest.raises(NotAccepted, match="2024-01-01"):
        save(real, checked(real, draft), ACT, since=dt.date(2025, 1, 1))
    save(real, checked(real, draft), ACT, since=dt.date(2024, 1, 1))


def test_degrees_and_minutes_are_read_and_told_as_what_they_were_read_as(real: Settings) -> None:
    verdict = checked(real, Draft("station", NEW | {"lon": "117°1′6″", "lat": "32.6457"}))
    assert verdict.record is not None
    assert verdict.record.source_lon == pytest.approx(117.0183333, abs=1e-6)
    assert "read_as" in {finding.code for finding in verdict.findings}
