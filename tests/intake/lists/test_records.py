from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.files.readers import read_table
from stations.intake.lists.records import read_records
from stations.model.crs import to_wgs84
from stations.model.errors import BadFile
from stations.model.language import Language, use_language
from stations.model.schema import Base, Station
from stations.model.vocabulary import BaseKind, Datum, Facility, FacilityState, Tier, WorkerGroup
from tests.intake.conftest import BatchOf
from tests.intake.files.test_geojson import collection, feature, point
from tests.intake.files.test_workbook import book_of, saved

THIN_LIST = Path(__file__).parents[2] / "data" / "thin_list.csv"
REAL_LIST = Path(__file__).parents[4] / "shared" / "real" / "zhengzhou_union_stations_82.csv"
HEADER = "站点编号,站点名称,等级,经度,纬度,坐标系,星级,启用日期\n"
HERE = "117.01,32.62,WGS84"


def only_rejection(batch_of: BatchOf, row: str, **how: Any) -> tuple[int, str | None, str | None, str]:
    """Return the rejection of `row` after a good one, as (row, column, value, reason)."""
    batch = batch_of(f"{HEADER},示例甲,市级,{HERE},,\n{row}\n", **how)
    assert [record.name for record in batch.records] == ["示例甲"]
    (rejected,) = batch.rejected
    assert batch.read == 2
    return rejected.row, rejected.column, rejected.value, rejected.reason


def test_a_status_of_a_day_to_come_and_a_reason_that_says_nothing_are_named_with_their_cells(batch_of: BatchOf) -> None:
    header = "站点名称,状态,状态日期,摘牌原因\n"
    batch = batch_of(f"{header}示例甲,摘牌,2099-03-01,拆迁\n示例乙,摘牌,2020-03-01,无\n示例丙,筹建,2099-03-01,\n")
    assert [record.name for record in batch.records] == ["示例丙"]
    told = [(rejected.row, rejected.column, rejected.value) for rejected in batch.rejected]
    assert told == [(2, "状态日期", "2099-03-01"), (3, "摘牌原因", "无")]


def test_what_was_verified_or_opened_on_a_day_to_come_is_named_with_its_cell(batch_of: BatchOf) -> None:
    header = "站点名称,状态,启用日期,核验日期\n"
    rows = "示例甲,在用,2099-01-01,\n示例乙,在用,,2099-03-01\n示例丙,筹建,2099-01-01,\n示例丁,,2099-01-01,\n"
    batch = batch_of(header + rows)
    assert [record.name for record in batch.records] == ["示例丙", "示例丁"]
    told = [(rejected.row, rejected.column, rejected.value) for rejected in batch.rejected]
    assert told == [(2, "启用日期", "2099-01-01"), (3, "核验日期", "2099-03-01")]


def test_a_thin_list_is_accepted_whole_and_its_coordinates_become_wgs84() -> None:
    batch = read_records(read_table(THIN_LIST), "station", datum=None)
    assert (batch.read, len(batch.rejected), batch.columns.ignored) == (7, 0, ("序号",))
    first, *_others, last = batch.records
    lon, lat = to_wgs84(117.009812, 32.624471, Datum.GCJ02)
    assert (first.lon, first.lat) == (round(float(lon), 7), round(float(lat), 7))
    assert first.datum is Datum.WGS84
    assert (first.source_lon, first.source_lat, first.source_datum) == (117.009812, 32.624471, Datum.GCJ02)
    assert (last.lon, last.lat, last.datum, last.source_lon) == (None, None, None, None)
    assert batch.rows == (2, 3, 4, 5, 6, 7, 8)


def test_the_real_list_is_accepted_whole() -> None:
    if not REAL_LIST.exists():
        pytest.skip(f"The real list is not beside the project ({REAL_LIST.parent.name}/{REAL_LIST.name}).")
    batch = read_records(read_table(REAL_LIST), "station", datum=None)
    assert (len(batch.records), len(batch.rejected), batch.columns.extra) == (82, 0, ())


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (f",,市级,{HERE},,", "站点名称", None, "name is missing"),
        (f",示例乙,区级,{HERE},,", "等级", "区级", "not in the list"),
        (",示例乙,,一百一十七,32.62,WGS84,,", "经度", "一百一十七", "not a number"),
        (",示例乙,,1_1_8,32.62,WGS84,,", "经度", "1_1_8", "not a number"),
        (",示例乙,,nan,32.62,WGS84,,", "经度", "nan", "not a number"),
        (",示例乙,,1170.1,32.62,WGS84,,", "经度", "1170.1", "between -180 and 180"),
        (",示例乙,,32.62,117.01,WGS84,,", "经度", "32.62", "swapped"),
        (",示例乙,,0,0,WGS84,,", "经度", "0", "Atlantic"),
        (",示例乙,,117.01,,WGS84,,", "经度", "117.01", "Only one"),
        (",示例乙,,,32.62,WGS84,,", "纬度", "32.62", "Only one"),
        (",示例乙,,117.01,32.62,,,", "坐标系", None, "datum"),
        (",示例乙,,117.01,32.62,月球,,", "坐标系", "月球", "not in the list"),
        (",,,117.01,32.62,北京54,,", "站点名称", None, "坐标系: “北京54” (Beijing 1954) cannot be converted"),
        (f",示例乙,,{HERE},6,", "星级", "6", "between 1 and 5"),
        (f",示例乙,,{HERE},2.5,", "星级", "2.5", "whole"),
        (f"a b,示例乙,,{HERE},,", "站点编号", "a b", "identifier"),
        (f",{'长' * 61},,{HERE},,", "站点名称", "长" * 61, "61 characters"),
        (f",示例乙,,{HERE},,,多", "I", "多", "no header"),
    ],
)
def test_a_bad_cell_rejects_its_row_with_column_value_and_reason(
    row: str, column: str, value: str | None, words: str, batch_of: BatchOf
) -> None:
    *where, reason = only_rejection(batch_of, row)
    assert where == [3, column, value]
    assert words in reason


@pytest.mark.parametrize("row", [f",,,{HERE},,", ",乙,,0,0,WGS84,,", ",乙,,x,32,WGS84,,", ",乙,,117.01,32.62,,,"])
def test_each_reason_is_said_in_the_language_of_the_reader(row: str, batch_of: BatchOf, language: Language) -> None:
    *_where, reason = only_rejection(batch_of, row)
    use_language("en")
    *_where, english = only_rejection(batch_of, row)
    assert reason
    assert english


def test_all_problems_of_a_row_are_named_in_the_order_of_the_file(batch_of: BatchOf) -> None:
    *where, reason = only_rejection(batch_of, ",示例乙,区级,x,32,WGS84,9,")
    assert where == [3, "等级", "区级"]
    assert [reason.index(header) for header in ("等级: ", "经度: ", "星级: ")] == sorted(
        reason.index(header) for header in ("等级: ", "经度: ", "星级: ")
    )


def test_full_width_digits_and_labels_are_read(batch_of: BatchOf) -> None:
    batch = batch_of(f"{HEADER},示例甲,市级,１１７．０１,３２．６２,ｗｇｓ84,３,２０２６年１月２日\n")
    (record,) = batch.records
    assert isinstance(record, Station)
    assert (record.source_lon, record.star, str(record.opened_on)) == (117.01, 3, "2026-01-02")


def test_ids_phones_and_names_like_na_stay_what_they_are(batch_of: BatchOf) -> None:
    (record,) = batch_of("编号,名称,联系电话\n001,NA,05540000001\n").records
    assert isinstance(record, Station)
    assert (record.station_id, record.name, record.contact_phone) == ("001", "NA", "05540000001")


def test_odd_characters_are_kept_as_text_and_control_characters_are_not(batch_of: BatchOf) -> None:
    name = "示\u200b例\u202e{{7919*7907}}<img src=x>"
    (record,) = batch_of(f'name\n"{name}\x07"\n').records
    assert record.name == "示例{{7919*7907}}<img src=x>"


def test_only_what_a_row_fills_is_set(batch_of: BatchOf) -> None:
    (record,) = batch_of("名称,等级,地址\n示例,,示例路\n").records
    assert record.model_fields_set == {"name", "address"}
    assert isinstance(record, Station)
    assert record.tier is Tier.NONE


def test_unknown_columns_are_kept_and_row_numbers_are_not(batch_of: BatchOf) -> None:
    batch = batch_of("序号,名称,负责部门,备注2\n1,示例甲,权益部,\n2,,,\n")
    (record,) = batch.records
    assert record.extra == {"负责部门": "权益部"}
    assert (batch.columns.extra, batch.columns.ignored) == (("负责部门", "备注2"), ("序号",))
    assert batch.read == 1  # a row with nothing but its number is blank


def test_a_column_of_numbers_that_do_not_only_count_rows_is_kept(batch_of: BatchOf) -> None:
    batch = batch_of("No.,名称\nASSET-001,示例甲\nASSET-002,示例乙\n")
    assert (batch.columns.extra, [each.extra for each in batch.records]) == (
        ("No.",),
        [{"No.": "ASSET-001"}, {"No.": "ASSET-002"}],
    )


def test_columns_named_like_what_our_exports_add_are_kept_when_they_say_something_else(batch_of: BatchOf) -> None:
    batch = batch_of("名称,division,demonstration\n示例甲,三分部,是\n")
    assert [each.extra for each in batch.records] == [{"division": "三分部", "demonstration": "是"}]
    alone = batch_of("名称,division\n示例甲,340403\n")
    assert [each.extra for each in alone.records] == [{"division": "340403"}]
    ours = batch_of("名称,division,demonstration\n示例甲,340403,false\n示例乙,,true\n")
    assert (ours.columns.ignored, ours.notices) == (("division", "demonstration"), ())


def test_what_is_left_out_without_being_derived_is_told(batch_of: BatchOf) -> None:
    batch = batch_of("序号,名称,体检结果\n12,示例甲,好\n40,示例乙,\n")
    assert batch.columns.ignored == ("序号", "体检结果")
    assert [header in notice for header, notice in zip(batch.columns.ignored, batch.notices, strict=True)] == [True] * 2
    assert batch_of("序号,名称,体检结果\n1,示例甲,\n2,示例乙,\n").notices == ()


def test_an_identifier_that_only_counts_the_rows_of_its_list_is_none(batch_of: BatchOf) -> None:
    batch = batch_of("编号,名称\n1,示例甲\n2,示例乙\n")
    assert [each.station_id for each in batch.records] == [None, None]
    assert batch.columns.ignored == ("编号",)
    assert any("only count the rows" in notice for notice in batch.notices)
    told = batch_of("编号,名称\n7,示例甲\n9,示例乙\n")
    assert [each.station_id for each in told.records] == ["7", "9"]


def test_a_datum_in_the_headers_holds_where_nobody_states_another(batch_of: BatchOf) -> None:
    text = "名称,高德经度,高德纬度,百度经度,百度纬度\n示例甲,117.01,32.62,117.02,32.63\n"
    batch = batch_of(text)
    assert [each.source_datum for each in batch.records] == [batch.columns.datum] == [Datum.GCJ02]
    assert [each.extra for each in batch.records] == [{"百度经度": "117.02", "百度纬度": "32.63"}]
    assert any("“百度经度” is kept as it is: “高德经度”" in notice for notice in batch.notices)
    assert batch_of(text, datum=Datum.WGS84).records[0].source_datum is Datum.WGS84


def test_columns_of_another_datum_are_no_second_statement_of_a_point(batch_of: BatchOf) -> None:
    drawn = collection(feature(point(117.01, 32.62), name="示例甲", 高德经度=117.0155, 高德纬度=32.6181))
    (record,) = batch_of(drawn, name="list.geojson").records
    assert (record.lon, record.extra) == (117.01, {"高德经度": "117.0155", "高德纬度": "32.6181"})


def test_two_headers_for_one_field_are_refused(batch_of: BatchOf) -> None:
    with pytest.raises(BadFile, match="“经度” and “lon” mean the same"):
        batch_of("名称,经度,lon\n示例,117,117\n")


@pytest.mark.parametrize(
    ("header", "words"), [("地址,经度", "no column for the name.*地址, 经度"), ("甲,乙", "none of its headers.*甲, 乙")]
)
def test_a_file_without_names_is_refused_with_its_headers(header: str, words: str, batch_of: BatchOf) -> None:
    with pytest.raises(BadFile, match=words) as refusal:
        batch_of(f"{header}\n1,2\n")
    assert "站点名称" in str(refusal.value)


def test_the_later_of_two_rows_with_one_identifier_is_rejected(batch_of: BatchOf) -> None:
    batch = batch_of("编号,名称\nA1,示例甲\nA2,示例乙\nA1,示例丙\n")
    assert [record.name for record in batch.records] == ["示例甲", "示例乙"]
    (rejected,) = batch.rejected
    assert (rejected.row, rejected.column, rejected.value) == (4, "编号", "A1")
    assert "row 2" in rejected.reason


def test_a_rejected_row_takes_no_identifier(batch_of: BatchOf) -> None:
    batch = batch_of("编号,名称,星级\nA1,示例甲,9\nA1,示例乙,3\n")
    assert [(record.name, row) for record, row in zip(batch.records, batch.rows, strict=True)] == [("示例乙", 3)]


def test_the_later_of_two_equal_rows_without_identifier_is_rejected(batch_of: BatchOf) -> None:
    head = "名称,地址,经度,纬度,坐标系,电话\n"
    same = "示例,示例路,117.01,32.62,GCJ-02"
    batch = batch_of(f"{head}{same},1\n{same},2\n示例,示例路,117.02,32.62,GCJ-02,3\n")
    assert batch.rows == (2, 4)
    (rejected,) = batch.rejected
    assert (rejected.row, rejected.column, rejected.value) == (3, "名称", "示例")
    assert "row 2" in rejected.reason


def test_a_place_of_the_same_name_at_another_address_is_another_place(batch_of: BatchOf) -> None:
    assert len(batch_of("名称,地址\n示例,甲路\n示例,乙路\n示例,\n").records) == 3


class TestDatum:
    def test_the_datum_of_a_row_wins_over_the_declared_one(self, batch_of: BatchOf) -> None:
        batch = batch_of(f"{HEADER},甲,,117,32,BD-09,,\n,乙,,117,32,,,\n", datum=Datum.GCJ02)
        assert [record.source_datum for record in batch.records] == [Datum.BD09, Datum.GCJ02]

    def test_a_record_that_is_not_located_has_no_datum(self, batch_of: BatchOf) -> None:
        (record,) = batch_of("名称,经度,纬度,坐标系\n甲,,,GCJ-02\n", datum=Datum.BD09).records
        assert (record.lon, record.datum, record.source_datum) == (None, None, None)

    def test_geojson_is_wgs84_unless_it_says_otherwise(self, batch_of: BatchOf) -> None:
        features = [feature(point(117, 32), name="甲"), feature(point(117, 32), name="乙", datum="GCJ-02")]
        batch = batch_of(collection(*features), name="a.geojson")
        assert [record.source_datum for record in batch.records] == [Datum.WGS84, Datum.GCJ02]
        declared = batch_of(collection(*features), name="a.geojson", datum=Datum.BD09)
        assert [record.source_datum for record in declared.records] == [Datum.BD09, Datum.GCJ02]

    def test_what_was_exported_comes_back_unchanged(self, batch_of: BatchOf) -> None:
        (record,) = batch_of("名称,经度,纬度,坐标系\n甲,117.01,32.62,BD-09\n").records
        fields = {
            name: str(getattr(record, name))
            for name in ("name", "lon", "lat", "datum", "source_lon", "source_lat", "source_datum")
        }
        header, row = ",".join(fields), ",".join(fields.values())
        assert batch_of(f"{header}\n{row}\n").records == (record,)

    @pytest.mark.parametrize(
        ("source", "words"),
        [("117.5,32.62,WGS84", " m apart"), ("117.01,32.62,", "incomplete"), (",,GCJ-02", "incomplete")],
    )
    def test_original_coordinates_must_agree(self, source: str, words: str, batch_of: BatchOf) -> None:
        head = "名称,经度,纬度,坐标系,source_lon,source_lat,source_datum\n"
        (rejected,) = batch_of(f"{head}甲,117.01,32.62,WGS84,{source}\n").rejected
        assert words in rejected.reason

    def test_original_coordinates_without_coordinates_are_rejected(self, batch_of: BatchOf) -> None:
        (rejected,) = batch_of("名称,原始经度,原始纬度,原始坐标系\n甲,117.01,32.62,WGS84\n").rejected
        assert rejected.column == "原始经度"


class TestGeoJson:
    def test_properties_and_geometry_must_agree(self, batch_of: BatchOf) -> None:
        batch = batch_of(
            collection(
                feature(point(117.00001, 32), name="甲", lon=117.000011, lat=32),
                feature(point(117.1, 32), name="乙", lon=117, lat=32),
                feature(None, name="丙", lon=117.2, lat=32, datum="WGS84"),
            ),
            name="a.geojson",
        )
        assert [record.name for record in batch.records] == ["甲", "丙"]
        (rejected,) = batch.rejected
        assert (rejected.row, rejected.column, rejected.value) == (2, "lon", "117")
        assert "geometry" in rejected.reason

    def test_a_position_without_properties_is_rejected_and_nothing_at_all_is_blank(self, batch_of: BatchOf) -> None:
        features = [feature(point(117, 32)), {"type": "Feature"}, feature(None, name="甲")]
        batch = batch_of(collection(*features), name="a.geojson")
        assert [rejected.row for rejected in batch.rejected] == [1]
        assert batch.rows == (3,)

    def test_a_geometry_that_is_no_point_rejects_its_feature(self, batch_of: BatchOf) -> None:
        line = {"type": "LineString", "coordinates": [[117, 32], [118, 32]]}
        batch = batch_of(collection(feature(line, name="甲"), feature(None, name="乙")), name="a.geojson")
        assert [rejected.row for rejected in batch.rejected] == [1]
        assert batch.read == 2

    def test_swapped_axes_are_named(self, batch_of: BatchOf) -> None:
        (rejected,) = batch_of(collection(feature(point(32.6, 117), name="甲")), name="a.geojson").rejected
        assert (rejected.column, rejected.value) == ("geometry.lon", "32.6")
        assert "swapped" in rejected.reason

    def test_lists_objects_and_our_own_additions_are_understood(self, batch_of: BatchOf) -> None:
        properties = {
            "name": "甲",
            "facilities": {"water": "yes", "厕所": "故障"},
            "groups": ["couriers", "环卫工人"],
            "extra": {"负责部门": "权益部", "楼层": 2},
            "division": "340403",
            "demonstration": True,
            "remark": ["x", 1],
        }
        (record,) = batch_of(collection(feature(None, **properties)), name="a.geojson").records
        assert isinstance(record, Station)
        assert record.facilities == {
            Facility.WATER: FacilityState.YES,
            Facility.TOILET: FacilityState.OUT_OF_ORDER,
        }
        assert record.groups == (WorkerGroup.COURIERS, WorkerGroup.SANITATION)
        assert record.extra == {"负责部门": "权益部", "楼层": "2", "remark": '["x", 1]'}

    def test_a_cell_nested_without_end_costs_nothing_but_itself(self, batch_of: BatchOf) -> None:
        (record,) = batch_of(f"name,groups\n甲,{'[' * 100_000}\n").records
        assert (record.groups, list(record.extra)) == ((), ["groups"])


def test_bases_are_read_by_their_own_headers(batch_of: BatchOf) -> None:
    (record,) = batch_of("阵地编号,阵地名称,类型\nJ1,示例书屋,职工书屋、心灵驿站\n", kind="base").records
    assert isinstance(record, Base)
    assert record.kinds == (BaseKind.BOOK_HOUSE, BaseKind.COUNSELLING)


def test_a_formula_matters_only_in_a_column_that_does(batch_of: BatchOf) -> None:
    book = saved(book_of(["序号", "名称", "星级"], ["=ROW()-1", "甲", 3], ["=ROW()-1", "乙", "=1+2"]))
    batch = batch_of(book, name="list.xlsx")
    assert [record.name for record in batch.records] == ["甲"]
    (rejected,) = batch.rejected
    assert (rejected.row, rejected.column, rejected.value) == (3, "星级", "=1+2")


HEADERS = ["编号", "名称", "经度", "纬度", "坐标系", "星级", "服务设施", "备注", "其他列"]
ODD_CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.sampled_from(["", "1", "117.01", "32.62", "GCJ-02", "０", "饮水", "NA", "=1", "{}", "[1]", "1e9", "-0"]),
)


@given(st.lists(st.lists(ODD_CELLS, min_size=1, max_size=10), min_size=1, max_size=12))
def test_each_row_is_accepted_or_rejected_whatever_it_holds(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADERS, *rows, ["", "示例", *[""] * 7]])
    path = tmp_path_factory.mktemp("rows") / "list.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    batch = read_records(read_table(path), "station", datum=None)
    seen = sorted([*batch.rows, *(rejected.row for rejected in batch.rejected)])
    filled = [number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    assert seen == [*filled, len(rows) + 2]
    assert batch.read == len(seen)
    assert all(rejected.reason for rejected in batch.rejected)
    assert json.dumps([record.model_dump(mode="json") for record in batch.records])
