"""An import says what it would do, does it whole, and says nothing new the second time."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from stations.model.acts import Act
from stations.model.choices import Choices
from stations.model.errors import BadFile
from stations.model.language import LANGUAGES, Language
from stations.model.schema import DEMONSTRATION, IDENTIFIERS, Kind
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.importing.import_file import (
    ImportOutcome,
    ImportPlan,
    confirm_import,
    import_file,
    plan_import,
    prepare,
    set_up,
)
from stations.planning.publishing.export import export_file
from stations.planning.register import holdings, open_register
from stations.store.changes import Changes
from stations.store.register import StaleRevision
from tests.planning.town import TOWN, degrees, settings_in
from tests.records import valid_records

FileOf = Callable[..., Path]


@pytest.fixture
def listed(tmp_path: Path) -> FileOf:
    """Return a maker of lists: rows as mappings from header to cell; the headers are all that occur."""

    def write(*rows: dict[str, object], name: str = "list.csv") -> Path:
        headers = list(dict.fromkeys(header for row in rows for header in row))
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headers)
            writer.writeheader()
            writer.writerows(rows)
        return tmp_path / name

    return write


def taken_in(settings: Settings, path: Path, kind: Kind = "station", datum: Datum | None = None) -> ImportOutcome:
    return import_file(settings, path, kind=kind, datum=datum)


def counts(outcome: ImportOutcome) -> tuple[int, int, int, int]:
    """Return how many records were added, changed, unchanged, rejected; and check that none is lost."""
    plan = outcome.plan
    found = len(plan.added), len(plan.changed), plan.unchanged, len(plan.rejected)
    assert sum(found) == plan.read
    return found


def stored(settings: Settings, kind: Kind = "station") -> dict[str, dict[str, Any]]:
    return open_register(settings.database).stored(kind, settings.city)


# --- added, changed, unchanged --------------------------------------------------------------


def test_new_records_are_added_as_one_revision(town: Settings, profiles: Path) -> None:
    outcome = taken_in(town, profiles / "real.csv")
    assert counts(outcome) == (4, 0, 0, 0)
    assert outcome.revision == 1
    assert list(holdings(town).stations.index) == ["T-1", "T-2", "T-3", "T-4"]


@pytest.mark.parametrize("keyed", [True, False])
def test_the_same_file_twice_changes_nothing(town: Settings, profiles: Path, listed: FileOf, *, keyed: bool) -> None:
    with (profiles / "real.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    path = listed(*({header: cell for header, cell in row.items() if keyed or header != "站点编号"} for row in rows))
    assert counts(taken_in(town, path)) == (4, 0, 0, 0)
    again = taken_in(town, path)
    assert counts(again) == (0, 0, 4, 0)
    assert again.revision == 1


def test_a_record_with_an_identifier_is_matched_by_it_alone(town: Settings, listed: FileOf) -> None:
    taken_in(town, listed({"编号": "A", "名称": "示例甲"}, {"编号": "B", "名称": "示例乙"}))
    outcome = taken_in(town, listed({"编号": "A", "名称": "示例甲（改名）"}, {"编号": "B", "名称": "示例乙"}))
    assert counts(outcome) == (0, 1, 1, 0)
    assert stored(town)["A"]["name"] == "示例甲（改名）"


def test_a_record_without_one_is_matched_by_name_address_and_source_coordinates(town: Settings, listed: FileOf) -> None:
    lon, lat = degrees(1, 1)
    row: dict[str, object] = {"名称": "示例（甲）", "地址": "示例路 1 号", "lon": lon, "lat": lat, "datum": "GCJ-02"}
    taken_in(town, listed(row))
    same = row | {"名称": "示例(甲)", "地址": "示例路1号", "状态": "在用"}
    others = [
        row | {"名称": "示例乙"},
        row | {"地址": "示例路 2 号"},
        row | {"lat": lat + 0.001},
        row | {"datum": "BD-09"},
    ]
    outcome = taken_in(town, listed(same, *others))
    assert counts(outcome) == (4, 1, 0, 0)
    assert list(stored(town)) == [f"{TOWN}-000{number}" for number in range(1, 6)]
    assert stored(town)[f"{TOWN}-0001"]["status"] == "in_use"


def test_records_that_read_alike_are_each_matched_once(town: Settings, listed: FileOf) -> None:
    path = listed({"名称": "示例驿站 甲"}, {"名称": "示例驿站甲"})
    assert counts(taken_in(town, path)) == (2, 0, 0, 0)
    assert counts(taken_in(town, path)) == (0, 0, 2, 0)


def test_a_row_without_identifier_does_not_take_the_record_that_another_row_names(
    town: Settings, listed: FileOf
) -> None:
    taken_in(town, listed({"编号": "A", "名称": "示例甲"}))
    path = listed({"编号": "A", "名称": "示例甲", "星级": "3"}, {"编号": "", "名称": "示例甲", "星级": "5"})
    assert counts(taken_in(town, path)) == (1, 1, 0, 0)
    assert stored(town)["A"]["star"] == 3
    assert counts(taken_in(town, path)) == (0, 0, 2, 0)


def test_blank_cells_erase_nothing(town: Settings, profiles: Path, listed: FileOf) -> None:
    taken_in(town, profiles / "real.csv")
    before = stored(town)
    blank = listed(
        {"站点编号": "T-1", "站点名称": "示例一号驿站", "等级": "", "经度": "", "纬度": "", "状态": "", "设施": ""}
    )
    assert counts(taken_in(town, blank)) == (0, 0, 1, 0)
    assert stored(town) == before


def test_what_the_file_states_replaces_what_was_known(town: Settings, profiles: Path, listed: FileOf) -> None:
    taken_in(town, profiles / "real.csv")
    lon, lat = degrees(1, 1)
    row = {"站点编号": "T-1", "站点名称": "示例一号驿站", "等级": "普通", "lon": lon, "lat": lat, "datum": "WGS84"}
    assert counts(taken_in(town, listed(row))) == (0, 1, 0, 0)
    known = stored(town)["T-1"]
    assert (known["tier"], known["lon"], known["source_lon"], known["district"]) == ("none", lon, lon, "示例西区")


def test_unknown_columns_are_kept_and_added_to(town: Settings, listed: FileOf) -> None:
    taken_in(town, listed({"编号": "A", "名称": "示例甲", "管理员": "张", "片区": "一"}))
    assert counts(taken_in(town, listed({"编号": "A", "名称": "示例甲", "片区": "二", "楼层": "3"}))) == (0, 1, 0, 0)
    assert stored(town)["A"]["extra"] == {"管理员": "张", "片区": "二", "楼层": "3"}


def test_coordinates_are_brought_to_wgs84_and_kept_as_they_came(town: Settings, listed: FileOf) -> None:
    row = {"名称": "示例甲", "经度": "117.0", "纬度": "32.6"}
    taken_in(town, listed(row), datum=Datum.GCJ02)
    known = stored(town)[f"{TOWN}-0001"]
    assert (known["source_lon"], known["source_lat"], known["source_datum"]) == (117.0, 32.6, "GCJ-02")
    assert known["datum"] == "WGS84"
    assert 0.004 < 117.0 - known["lon"] < 0.007
    assert counts(taken_in(town, listed(row), datum=Datum.GCJ02)) == (0, 0, 1, 0)


# --- identifiers ----------------------------------------------------------------------------


def test_our_identifiers_are_numbered_by_city_and_kind(town: Settings, listed: FileOf) -> None:
    taken_in(town, listed({"名称": "示例甲"}, {"名称": "示例乙"}))
    taken_in(town, listed({"名称": "示例书屋"}), "base")
    assert list(stored(town)) == [f"{TOWN}-0001", f"{TOWN}-0002"]
    assert list(stored(town, "base")) == [f"{TOWN}-J0001"]


def test_an_identifier_is_never_given_twice(town: Settings, listed: FileOf) -> None:
    taken_in(town, listed({"名称": "示例甲"}))
    removal = Changes("station", TOWN, removed=[f"{TOWN}-0001"])
    open_register(town.database).apply([removal], Act("test"), expected=1)
    taken_in(town, listed({"编号": "", "名称": "示例乙"}, {"编号": f"{TOWN}-0002", "名称": "示例丙"}))
    assert {row["name"]: key for key, row in stored(town).items()} == {
        "示例乙": f"{TOWN}-0003",
        "示例丙": f"{TOWN}-0002",
    }


def test_a_row_with_the_identifier_of_another_citys_record_is_refused(
    town: Settings, bare_town: Settings, listed: FileOf, language: Language
) -> None:
    taken_in(town, listed({"编号": "A", "名称": "示例甲"}))
    outcome = taken_in(bare_town, listed({"编号": "B", "名称": "示例乙"}, {"编号": "A", "名称": "示例丙"}))
    assert counts(outcome) == (1, 0, 0, 1)
    (rejection,) = outcome.plan.rejected
    assert (rejection.row, rejection.column, rejection.value) == (3, "编号", "A")
    assert TOWN in rejection.reason
    assert stored(town)["A"]["name"] == "示例甲"
    assert list(stored(bare_town)) == ["B"]


# --- personal data --------------------------------------------------------------------------


def test_a_masked_number_does_not_overwrite_the_one_that_is_known(town: Settings, listed: FileOf) -> None:
    full = {"编号": "A", "名称": "示例甲", "电话": "13812345678", "备注": "找老王 13812345678", "手机号": "13812345678"}
    taken_in(town, listed(full))
    before = stored(town)
    hidden = {header: cell.replace("13812345678", "138****5678") for header, cell in full.items()}
    assert counts(taken_in(town, listed(hidden))) == (0, 0, 1, 0)
    assert stored(town) == before


def test_what_is_written_beside_a_masked_number_is_taken_over(town: Settings, listed: FileOf) -> None:
    taken_in(town, listed({"编号": "A", "名称": "示例甲", "备注": "13812345678"}))
    taken_in(town, listed({"编号": "A", "名称": "示例甲", "备注": "138****5678，周三休息"}))
    assert stored(town)["A"]["notes"] == "13812345678，周三休息"


def test_where_it_is_not_certain_what_is_hidden_the_known_stands_and_it_is_told(town: Settings, listed: FileOf) -> None:
    taken_in(town, listed({"编号": "A", "名称": "示例甲", "电话": "张伟 0554-6644021、张丽 0554-6644022"}))
    before = stored(town)
    outcome = taken_in(town, listed({"编号": "A", "名称": "示例甲", "电话": "张* 0554-6644023"}))
    assert stored(town) == before
    assert "hidden_in_doubt" in {finding.code for finding in outcome.plan.findings}


def test_another_number_replaces_the_one_that_is_known(town: Settings, listed: FileOf) -> None:
    taken_in(town, listed({"编号": "A", "名称": "示例甲", "电话": "13812345678"}))
    taken_in(town, listed({"编号": "A", "名称": "示例甲", "电话": "0554-1234567"}))
    assert stored(town)["A"]["contact_phone"] == "0554-1234567"


# --- demonstration data ---------------------------------------------------------------------


def test_an_untouched_register_gets_the_citys_demonstration_data_once(town: Settings) -> None:
    assert prepare(town)
    assert holdings(town).demonstration
    assert not prepare(town)
    assert not set_up(town, demonstration=True)
    assert holdings(town).revision == 1


def test_a_city_without_demonstration_data_leaves_the_register_untouched(bare_town: Settings) -> None:
    assert not prepare(bare_town)
    assert holdings(bare_town).revision == 0


def test_a_register_can_be_set_up_empty(town: Settings) -> None:
    assert set_up(town, demonstration=False)
    assert holdings(town).revision == 1
    assert holdings(town).stations.empty
    assert not prepare(town)


def test_made_up_records_are_named_so_whatever_their_file_says(tmp_path: Path) -> None:
    (tmp_path / "stations.csv").write_text("名称,来源\n示例甲,亲眼所见\n示例乙,\n", encoding="utf-8")
    (tmp_path / "bases.csv").write_text("名称\n示例书屋\n", encoding="utf-8")
    demonstration = '[demonstration]\nstations = "stations.csv"\nbases = "bases.csv"\n'
    (tmp_path / "city.toml").write_text(f'adcode = "340400"\n{demonstration}', encoding="utf-8")
    settings = settings_in(tmp_path, tmp_path, "340400")
    prepare(settings)
    assert [(key, row["source"]) for key, row in stored(settings).items()] == [
        ("340400-0001", DEMONSTRATION),
        ("340400-0002", DEMONSTRATION),
    ]
    assert list(stored(settings, "base")) == ["340400-J0001"]
    open_register(settings.database).close()


def test_real_records_take_the_place_of_made_up_ones_and_say_so(
    demonstrated: Settings, listed: FileOf, language: Language
) -> None:
    outcome = taken_in(demonstrated, listed({"名称": "示例真站"}))
    assert list(stored(demonstrated)) == [f"{TOWN}-0001"]
    assert stored(demonstrated, "base") == {}
    assert not holdings(demonstrated).demonstration
    assert outcome.plan.replaced == {"station": ["T-1", "T-2", "T-3", "T-4"], "base": ["J-1"]}
    note = outcome.plan.findings[-1]
    assert (note.row, note.severity) == (None, "note")
    assert "5" in note.message


def test_a_real_record_inherits_nothing_from_the_made_up_one_with_its_identifier(
    demonstrated: Settings, listed: FileOf
) -> None:
    assert counts(taken_in(demonstrated, listed({"编号": "T-1", "名称": "示例真站"}))) == (1, 0, 0, 0)
    assert stored(demonstrated) == {"T-1": {"station_id": "T-1", "name": "示例真站", "tier": "none"}}


def test_made_up_records_in_a_file_of_real_ones_stay_made_up(demonstrated: Settings, listed: FileOf) -> None:
    mixed = listed(
        {"编号": "T-2", "名称": "示例二号驿站", "来源": DEMONSTRATION}, {"编号": "R", "名称": "示例真站", "来源": ""}
    )
    assert counts(taken_in(demonstrated, mixed)) == (1, 0, 1, 0)
    assert set(stored(demonstrated)) == {"T-2", "R"}
    assert holdings(demonstrated).demonstration
    again = taken_in(demonstrated, mixed)
    assert counts(again) == (0, 0, 2, 0)
    assert again.revision == 2


def test_a_file_of_which_every_row_is_refused_replaces_nothing(demonstrated: Settings, listed: FileOf) -> None:
    outcome = taken_in(demonstrated, listed({"名称": "示例甲", "星级": "9"}))
    assert counts(outcome) == (0, 0, 0, 1)
    assert outcome.revision == 1
    assert len(stored(demonstrated)) == 4


def test_bringing_the_demonstration_data_again_replaces_nothing(demonstrated: Settings, profiles: Path) -> None:
    outcome = taken_in(demonstrated, profiles / "stations.csv")
    assert counts(outcome) == (0, 0, 4, 0)
    assert outcome.plan.replaced == {}


# --- all or nothing -------------------------------------------------------------------------


def test_looking_writes_nothing(demonstrated: Settings, profiles: Path) -> None:
    plan = plan_import(demonstrated, profiles / "real.csv", kind="station", datum=None)
    assert (len(plan.added), plan.made_against) == (4, 1)
    assert holdings(demonstrated).revision == 1
    assert holdings(demonstrated).demonstration


def test_a_plan_that_was_overtaken_is_not_carried_out(town: Settings, listed: FileOf) -> None:
    plan = plan_import(town, listed({"名称": "示例甲"}), kind="station", datum=None)
    taken_in(town, listed({"名称": "示例乙"}))
    with pytest.raises(StaleRevision):
        confirm_import(town, plan)
    assert [row["name"] for row in stored(town).values()] == ["示例乙"]


def test_an_import_that_was_overtaken_is_planned_anew(
    town: Settings, listed: FileOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan_and_be_overtaken(*arguments: Any, **named: Any) -> ImportPlan:
        plan = plan_import(*arguments, **named)
        monkeypatch.undo()
        taken_in(town, listed({"名称": "示例乙"}, name="other.csv"))
        return plan

    monkeypatch.setattr("stations.planning.importing.import_file.plan_import", plan_and_be_overtaken)
    outcome = taken_in(town, listed({"名称": "示例甲"}))
    assert outcome.revision == 2
    assert sorted(row["name"] for row in stored(town).values()) == ["示例乙", "示例甲"]
    assert len(stored(town)) == 2


def test_a_refused_row_keeps_no_other_row_from_being_accepted(
    town: Settings, listed: FileOf, language: Language
) -> None:
    outcome = taken_in(town, listed({"名称": "示例甲", "星级": "3"}, {"名称": "示例乙", "星级": "9"}))
    assert counts(outcome) == (1, 0, 0, 1)
    (rejection,) = outcome.plan.rejected
    assert (rejection.row, rejection.column, rejection.value) == (3, "星级", "9")
    assert rejection.reason


@pytest.mark.parametrize("content", ["", "名称\n", "nothing,of,use\n1,2,3\n", "%PDF-1.7"])
def test_a_file_that_is_no_list_changes_nothing(demonstrated: Settings, tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadFile) as refusal:
        taken_in(demonstrated, path)
    assert "bad.csv" in str(refusal.value)
    assert holdings(demonstrated).revision == 1


def test_what_was_done_is_in_the_books(town: Settings, listed: FileOf) -> None:
    taken_in(town, listed({"名称": "示例甲"}, {"名称": ""} | {"星级": "3"}))
    with open_register(town.database)._database.reading() as connection:
        what, detail = connection.exec_driver_sql("SELECT what, detail FROM revision").one()
    assert what == "import"
    assert json.loads(detail) == [{"file": "list.csv", "added": 1, "changed": 0, "rejected": 1}]


def test_a_city_of_china_without_a_profile_is_ready_for_a_list(tmp_path: Path, listed: FileOf) -> None:
    settings = Settings(city="410100", database=str(tmp_path / "register.sqlite3"), language="en")
    held = holdings(settings)
    assert (held.city.name, held.revision, len(held.stations)) == ("郑州市", 0, 0)
    row = {
        "序号": "1",
        "站点名称": "示例郑州驿站",
        "所属区县": "管城区",
        "经度": "113.68",
        "纬度": "34.75",
        "坐标系": "GCJ-02",
    }
    assert counts(taken_in(settings, listed(row))) == (1, 0, 0, 0)
    assert holdings(settings).stations["division"].to_dict() == {"410100-0001": "410104"}
    open_register(settings.database).close()


# --- out and in again -----------------------------------------------------------------------

PLURAL = {"station": "stations", "base": "bases"}


def assert_export_comes_back_unchanged(folder: Path, records: list[Any], *, kind: Kind, suffix: str) -> None:
    """Write `records` into a register, export them in both languages, and import each file again."""
    keyed = [record.model_copy(update={IDENTIFIERS[kind]: f"K{number}"}) for number, record in enumerate(records)]
    settings = Settings(database=str(folder / "register.sqlite3"))
    register = open_register(settings.database)
    register.apply([Changes(kind, settings.city, added=keyed)], Act("test"), expected=register.revision())
    before = stored(settings, kind)
    for language in LANGUAGES:
        path = folder / f"{language}{suffix}"
        assert export_file(settings.having(language=language), PLURAL[kind], path) == len(keyed)  # type: ignore[arg-type]
        outcome = taken_in(settings, path, kind)
        assert [rejection.reason for rejection in outcome.plan.rejected] == []
        assert [(record, before.get(f"{getattr(record, IDENTIFIERS[kind])}")) for record in outcome.plan.changed] == []
        assert counts(outcome) == (0, 0, len(keyed), 0)
    assert stored(settings, kind) == before
    register.close()


@pytest.mark.parametrize("kind", ["station", "base"])
@pytest.mark.parametrize("suffix", [".csv", ".geojson"])
@examples(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_an_export_that_comes_back_changes_nothing(
    kind: Kind, suffix: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    records = data.draw(st.lists(valid_records(kind), min_size=1, max_size=6))
    folder = tmp_path_factory.mktemp("export")
    assert_export_comes_back_unchanged(folder, records, kind=kind, suffix=suffix)


MESSY = [
    {
        "名称": "示例驿站“甲”<b>&'",
        "地址": "=1+1",
        "备注": '第一行\n第二行\t"引号"',
        "设施": "饮水、厕所:故障",
        "片区": "@公式",
        "fid": "7",
        "Geom": "x",
        "Aa": "1",
        "aA": "2",
        "地址 ": "",
        "门牌": "3",
        "Folder": "夹",
        "description": "说明",
        "extra": "多",
        "经度": "117.0183",
        "纬度": "32.6457",
        "坐标系": "GCJ-02",
    },
    {"名称": "示例驿站乙", "片区": "#N/A", "设施": "", "fid": "-8"},
]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".gpkg", ".kml"])
def test_a_messy_list_comes_back_from_every_format(suffix: str, town: Settings, tmp_path: Path) -> None:
    headers = [header for header in MESSY[0] if header != "地址 "]
    source = tmp_path / "messy.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(MESSY)
    kept = Choices(fields={"设施": None})  # a known header, kept as it is
    import_file(town, source, kind="station", datum=None, choices=kept)
    before = stored(town, "station")
    assert before["990100-0001"]["extra"]["设施"] == "饮水、厕所:故障"
    path = tmp_path / f"out{suffix}"
    assert export_file(town, "stations", path) == 2
    outcome = taken_in(town, path, "station")
    assert [rejection.reason for rejection in outcome.plan.rejected] == []
    assert counts(outcome) == (0, 0, 2, 0)
    assert stored(town, "station") == before


@pytest.mark.parametrize("kind", ["station", "base"])
@examples(max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_workbook_that_comes_back_changes_nothing(
    kind: Kind, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    records = data.draw(st.lists(valid_records(kind), min_size=8, max_size=12))
    folder = tmp_path_factory.mktemp("export")
    assert_export_comes_back_unchanged(folder, records, kind=kind, suffix=".xlsx")
