"""A cell that cannot be read costs its record nothing but itself, and is told."""

from __future__ import annotations

import pytest

from stations.intake.doctor.examination import examine
from stations.intake.doctor.findings import Finding
from stations.intake.files.readers import read_table
from stations.intake.lists.records import read_records
from stations.model.schema import Base, Kind, Place, Station
from stations.model.vocabulary import BaseKind, Facility, FacilityState
from tests.intake.conftest import FileOf
from tests.intake.doctor.test_days import CITY, DISTRICTS, TODAY

CODES = {"about", "unread_cell", "other_datum"}


def told_of(file_of: FileOf, text: str, *, kind: Kind = "station") -> tuple[Place, list[Finding]]:
    table = read_table(file_of(text))
    batch = read_records(table, kind, datum=None)
    assert not batch.rejected
    found = examine(batch, city=CITY, districts=DISTRICTS, table=table, today=TODAY).findings
    return batch.records[0], [each for each in found if each.code in CODES]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("约20人", 20),
        ("大约 20 人次", 20),
        ("20人左右", 20),
        ("20左右", 20),
        ("about 1200", 1200),
        ("~20", 20),
        ("≈２０", 20),
    ],
)
def test_a_number_that_is_about_right_is_taken_and_told(text: str, number: int, file_of: FileOf) -> None:
    record, (told,) = told_of(file_of, f"名称,容纳人数\n示例甲,{text}\n")
    assert isinstance(record, Station)
    assert (record.capacity, record.extra) == (number, {})
    assert (told.row, told.column, told.value, told.severity) == (2, "容纳人数", text, "warning")
    assert str(number) in told.message


@pytest.mark.parametrize(
    ("header", "text", "field"),
    [
        ("容纳人数", "20余人", "capacity"),
        ("容纳人数", "若干", "capacity"),
        ("日均服务人次", "约20.5", "daily_visits"),
        ("面积", "很大", "area_m2"),
        ("建设方式", "共建", "build_type"),
        ("依托场所", "某某大厦", "host_type"),
        ("定位精度", "大概", "coord_precision"),
    ],
)
def test_what_is_not_understood_is_left_empty_kept_as_text_and_told(
    header: str, text: str, field: str, file_of: FileOf
) -> None:
    record, (told,) = told_of(file_of, f"名称,{header},地址\n示例甲,{text},示例路\n")
    assert (getattr(record, field), record.extra, record.address) == (None, {header: text}, "示例路")
    assert (told.row, told.column, told.value, told.severity, told.code) == (2, header, text, "warning", "unread_cell")
    assert "counts as not known" in told.message


def test_of_several_words_those_that_are_understood_are_read(file_of: FileOf) -> None:
    record, (told,) = told_of(file_of, "名称,服务设施\n示例甲,饮水、擦鞋机、厕所:故障\n")
    assert isinstance(record, Station)
    assert record.facilities == {Facility.WATER: FacilityState.YES, Facility.TOILET: FacilityState.OUT_OF_ORDER}
    assert record.extra == {"服务设施": "擦鞋机"}
    assert "left out" in told.message
    base, (told,) = told_of(file_of, "名称,阵地类型\n示例甲,职工书屋/茶室\n", kind="base")
    assert isinstance(base, Base)
    assert (base.kinds, told.value) == ((BaseKind.BOOK_HOUSE,), "茶室")


@pytest.mark.parametrize("datum", ["北京54", "北京1954坐标系", "BJ54", "西安80", "Xi'an 1980"])
def test_coordinates_of_a_datum_of_old_are_kept_as_texts_and_their_station_has_no_place(
    datum: str, file_of: FileOf
) -> None:
    record, (told,) = told_of(file_of, f"名称,经度,纬度,坐标系\n示例甲,117.01,32.62,{datum}\n")
    assert (record.lon, record.lat, record.datum) == (None, None, None)
    assert record.extra == {"经度": "117.01", "纬度": "32.62", "坐标系": datum}
    assert (told.column, told.value, told.code) == ("坐标系", datum, "other_datum")
    assert "converted to CGCS2000" in told.remedy


@pytest.mark.parametrize("cells", ["区级,", ",已拆"])
def test_what_would_say_something_else_when_it_is_empty_is_not_spared(cells: str, file_of: FileOf) -> None:
    batch = read_records(read_table(file_of(f"名称,等级,状态,容纳人数\n示例甲,{cells},若干\n")), "station", datum=None)
    assert (len(batch.records), len(batch.rejected)) == (0, 1)


def test_a_register_tells_of_a_text_until_there_is_a_value(file_of: FileOf) -> None:
    batch = read_records(
        read_table(file_of("名称,容纳人数,服务设施\n示例甲,若干,饮水、擦鞋机\n")), "station", datum=None
    )
    found = examine(batch, city=CITY, districts=DISTRICTS, today=TODAY).findings
    assert [each.column for each in found if each.code == "unread_cell"] == ["容纳人数"]
