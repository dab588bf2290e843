from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import combinations

import geopandas
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from shapely.geometry import box

from stations.intake.doctor.examination import examine
from stations.intake.doctor.findings import Finding
from stations.intake.doctor.patient import OUTLINE_M
from stations.intake.doctor.whereabouts import SAME_PLACE_M, neighbours
from stations.intake.lists.records import Batch
from stations.model.city import City, CountyUnion
from stations.model.crs import points, to_geographic, to_metric
from stations.model.language import Language
from stations.model.vocabulary import Datum
from tests.intake.conftest import BatchOf

METRIC = "EPSG:4548"
WEST, SOUTH = 500_000.0, 3_600_000.0  # metres: the corner that two squares of 10 km share begin at
CITY = City(
    adcode="340400",
    name="示例市",
    english_name="Example City",
    metric_crs=METRIC,
    divisions={"340402": "东示例区", "340403": "西示例区"},
    unions=(CountyUnion("340402", "东示例区", "340402"), CountyUnion("340491", "示例新区", "340403")),
)
TODAY = dt.date(2026, 11, 23)

Examined = Callable[..., list[Finding]]


@pytest.fixture(scope="module")
def outlines() -> geopandas.GeoDataFrame:
    """Return two squares side by side: 西示例区, and 东示例区 to the east of it."""
    squares = [
        box(WEST + 10_000, SOUTH, WEST + 20_000, SOUTH + 10_000),
        box(WEST, SOUTH, WEST + 10_000, SOUTH + 10_000),
    ]
    frame = geopandas.GeoDataFrame({"name": ["东示例区", "西示例区"]}, geometry=squares, crs=METRIC)
    return to_geographic(frame.set_axis(["340402", "340403"]))


@pytest.fixture
def examined(batch_of: BatchOf, outlines: geopandas.GeoDataFrame) -> Examined:
    def examine_rows(header: str, *rows: str) -> list[Finding]:
        batch = batch_of("\n".join([header, *rows]) + "\n", datum=Datum.WGS84)
        assert not batch.rejected
        found = examine(batch, city=CITY, districts=outlines, today=TODAY).findings
        return [finding for finding in found if finding.code != "unverified"]

    return examine_rows


def at(east_m: float, north_m: float) -> str:
    """Return the cells 经度,纬度 of a place, counted from the south-western corner."""
    point = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([WEST + east_m], [SOUTH + north_m]), crs=METRIC)
    where = to_geographic(point).geometry.iloc[0]
    return f"{where.x:.8f},{where.y:.8f}"


PLACED = "名称,区县,经度,纬度"


@pytest.mark.parametrize(
    ("district", "east_m"),
    [
        ("西示例区", 5_000),
        ("东示例区", 15_000),
        ("示例新区", 5_000),  # a functional zone lies in 西示例区
        ("340403", 5_000),
        ("东示例区", 10_000 - OUTLINE_M + 2),  # over the border by less than the outline is good for
        ("西示例区", -OUTLINE_M + 2),
        ("", 5_000),
    ],
)
def test_a_place_in_its_district_is_nothing_to_speak_of(district: str, east_m: float, examined: Examined) -> None:
    assert examined(PLACED, f"甲,{district},{at(east_m, 5_000)}") == []


@pytest.mark.parametrize("district", ["东示例区", "西示例区", "示例新区", ""])
def test_a_place_outside_the_city_is_an_error_whatever_its_district(district: str, examined: Examined) -> None:
    (finding,) = examined(PLACED, f"甲,{district},{at(-OUTLINE_M - 2, 5_000)}")
    assert (finding.row, finding.column, finding.severity) == (2, "经度", "error")
    assert "Example City" in finding.message
    assert finding.remedy


@pytest.mark.parametrize(
    ("district", "east_m", "found"),
    [
        ("东示例区", 10_000 - OUTLINE_M - 2, "西示例区"),
        ("西示例区", 15_000, "东示例区"),
        ("示例新区", 15_000, "东示例区"),
        ("西示例区", 20_000 + OUTLINE_M - 2, "东示例区"),  # just outside the city, where an outline may be off
    ],
)
def test_a_place_in_another_district_is_a_warning(district: str, east_m: float, found: str, examined: Examined) -> None:
    (finding,) = examined(PLACED, f"甲,{district},{at(east_m, 5_000)}")
    assert (finding.row, finding.column, finding.value, finding.severity) == (2, "区县", district, "warning")
    assert f"the place is in {found}" in finding.message


def test_a_district_that_is_not_known_is_one_note_for_all_its_rows(examined: Examined) -> None:
    rows = [f"示例{number},无此区,{at(5_000, 100 * number)}" for number in range(12)]
    (finding,) = examined(PLACED, *rows)
    assert (finding.row, finding.column, finding.value, finding.severity) == (2, "区县", "无此区", "note")
    assert "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …" in finding.message


def test_records_without_coordinates_are_one_note(examined: Examined) -> None:
    (finding,) = examined(PLACED, f"甲,,{at(5_000, 0)}", "乙,,,", "丙,东示例区,,")
    assert (finding.row, finding.severity) == (None, "note")
    assert "2" in finding.message
    assert "rows: 3, 4" in finding.message


def test_places_that_stand_for_their_district_are_one_note_and_on_nobodys_spot(examined: Examined) -> None:
    areas = (f"{name},,{at(5_000, 5_000)},按县区或乡镇估定" for name in ("示例驿站甲", "示例驿站乙", "另一处"))
    (finding,) = examined(f"{PLACED},坐标来源", f"示例驿站丙,,{at(5_000, 5_000)},", *areas)
    assert (finding.row, finding.severity, finding.code) == (None, "note", "not_located")
    assert "alone: 3. No measure counts them (rows: 3, 4, 5)" in finding.message


def test_opening_hours_that_are_not_understood_are_named(examined: Examined) -> None:
    findings = examined("name,开放时间", "甲,08:00-18:00", "乙,看情况", "丙,", "丁,看情况")
    own = [finding for finding in findings if finding.column == "开放时间"]
    assert [(finding.row, finding.value, finding.severity) for finding in own] == [
        (3, "看情况", "warning"),
        (5, "看情况", "warning"),
    ]


def test_a_personal_mobile_number_is_a_warning_that_does_not_repeat_it(examined: Examined) -> None:
    findings = examined("name,电话", "甲,0554-0000001", "乙,13900000001")
    (finding,) = (each for each in findings if each.column == "电话")
    assert (finding.row, finding.severity) == (3, "warning")
    assert finding.value == "139****0001"
    assert "13900000001" not in repr(findings)


def test_a_personal_mobile_number_is_found_in_whatever_column_it_stands(examined: Examined) -> None:
    findings = examined("name,地址,备注,管理员电话", "甲,某路 1 号 13900000001,,", "乙,,找 139-0000-0002,13900000003")
    own = [(each.row, each.column) for each in findings if each.code == "personal_mobile"]
    assert sorted(own) == [(2, "地址"), (3, "备注"), (3, "管理员电话")]
    assert "0000" not in repr(findings)


def test_a_date_in_the_future_is_a_warning_but_not_for_what_is_planned(examined: Examined) -> None:
    findings = examined(
        "name,启用日期,状态,核验日期",
        "甲,2026-11-23,在用,2026-11-24",
        "乙,2027-01-01,筹建,",
        "丙,2027-01-01,,",
    )
    own = [(each.row, each.column, each.value, each.severity) for each in findings if each.row]
    assert own == [(2, "核验日期", "2026-11-24", "warning"), (4, "启用日期", "2027-01-01", "warning")]


def test_coordinates_of_three_decimals_are_a_note_with_the_numbers_of_the_file(
    batch_of: BatchOf, outlines: geopandas.GeoDataFrame
) -> None:
    batch = batch_of("name,经度,纬度,坐标系\n甲,117.005,32.53,GCJ-02\n乙,117.0051,32.53,GCJ-02\n")
    findings = examine(batch, city=CITY, districts=outlines, today=TODAY).findings
    (finding,) = (each for each in findings if "decimals" in each.message)
    assert (finding.row, finding.column, finding.value, finding.severity) == (2, "经度", "117.005", "note")


def test_the_same_name_in_other_writing_is_a_note_with_the_first_row(examined: Examined) -> None:
    findings = examined("name", "示例驿站(甲店)", "示例 驿站（甲店）", "示例驿站乙")
    (finding,) = (each for each in findings if each.row)
    assert (finding.row, finding.severity) == (3, "note")
    assert "Row 2" in finding.message


@pytest.mark.parametrize(("east_m", "seen"), [(0, True), (SAME_PLACE_M - 0.5, True), (SAME_PLACE_M + 0.5, False)])
def test_another_name_on_the_same_place_is_a_note(east_m: float, seen: bool, examined: Examined) -> None:
    findings = examined(PLACED, f"甲,,{at(5_000, 5_000)}", f"乙,,{at(5_000 + east_m, 5_000)}")
    assert [finding.row for finding in findings] == ([3] if seen else [])
    assert all("Row 2" in finding.message and "甲" in finding.message for finding in findings)


def test_a_hundred_thousand_records_on_one_spot_cost_nothing() -> None:
    assert sum(1 for _pair in neighbours(np.zeros((100_000, 2)))) == 99_999


@given(arrays.arrays(np.int64, st.tuples(st.integers(0, 12), st.just(2)), elements=st.integers(0, 20)))
def test_neighbours_are_those_that_a_slow_search_finds(metres: np.ndarray) -> None:
    found = dict(neighbours(metres.astype(float)))
    near: dict[int, set[int]] = {point: set() for point in range(len(metres))}
    for one, other in combinations(near, 2):
        if np.hypot(*(metres[one] - metres[other])) < SAME_PLACE_M:
            near[one].add(other)
            near[other].add(one)
    assert all(earlier < later and earlier in near[later] for later, earlier in found.items())
    for point, others in near.items():
        earlier = {other for other in others if other < point}
        same_spot = {other for other in earlier if (metres[other] == metres[point]).all()}
        assert point in found or not (same_spot or (earlier and len(others) == 1))


def test_unknown_columns_and_notices_concern_the_whole_file(examined: Examined) -> None:
    finding, *_others = examined("name,负责人", "甲,某某")
    assert (finding.row, finding.column, finding.severity) == (None, None, "note")
    assert "负责人" in finding.message


def test_what_concerns_the_whole_file_comes_first_and_the_rest_by_row(examined: Examined) -> None:
    findings = examined(f"{PLACED},甲列", f"甲,,{at(-9_000, 0)},x", "乙,,,", f"丙,无此区,{at(5_000, 0)},", "丁,,,")
    rows = [finding.row or 0 for finding in findings]
    assert rows == sorted(rows)
    assert rows.count(0) == 2


def test_bases_are_examined_like_stations(batch_of: BatchOf, outlines: geopandas.GeoDataFrame) -> None:
    batch = batch_of(f"阵地名称,经度,纬度\n甲,{at(-9_000, 0)}\n", kind="base", datum=Datum.WGS84)
    finding, unverified = examine(batch, city=CITY, districts=outlines, today=TODAY).findings[::-1]
    assert (finding.severity, unverified.code) == ("error", "unverified")


def test_each_finding_says_what_and_what_to_do(
    batch_of: BatchOf, outlines: geopandas.GeoDataFrame, language: Language
) -> None:
    rows = [f"甲,,{at(-9_000, 0)},看情况,x", f"甲,东示例区,{at(5_000, 0)},,", f"乙,无此区,{at(5_000, 0)},,", "丙,,,,"]
    batch: Batch = batch_of("\n".join([f"{PLACED},开放时间,甲列", *rows]) + "\n", datum=Datum.WGS84)
    findings = examine(batch, city=CITY, districts=outlines, today=TODAY).findings
    assert len(findings) == 9
    assert all(finding.message and finding.remedy for finding in findings)


def test_a_batch_without_records_has_no_findings(batch_of: BatchOf, outlines: geopandas.GeoDataFrame) -> None:
    batch = batch_of("name,star\n甲,9\n")
    assert examine(batch, city=CITY, districts=outlines).findings == []


def test_the_test_squares_are_where_they_should_be(outlines: geopandas.GeoDataFrame) -> None:
    assert to_metric(outlines, METRIC).area.tolist() == pytest.approx([1e8, 1e8])
    assert points([117.0], [32.5]).crs == outlines.crs


def test_places_a_continent_away_spoil_nothing(examined: Examined) -> None:
    findings = examined(
        PLACED, "甲,西示例区,0.5,1", "乙,西示例区,-80,2", "丙,东示例区,32.6,0", f"丁,,{at(5_000, 5_000)}"
    )
    assert [finding.row for finding in findings if finding.code == "outside_city"] == [2, 3, 4]


def test_stations_placed_by_their_district_are_not_on_one_spot(examined: Examined) -> None:
    rows = [f"{name},东示例区,{at(15_000, 5_000)},区域估定" for name in ("甲", "乙", "丙")]
    assert [finding.code for finding in examined(f"{PLACED},坐标来源", *rows)] == ["not_located"]


def test_the_datum_in_the_headers_is_told_and_a_statement_against_it_is_odd(examined: Examined) -> None:
    def told(header: str) -> list[tuple[str, str]]:
        found = [each for each in examined(header, f"甲,西示例区,{at(5_000, 5_000)}") if each.code == "datum_of_header"]
        return [(each.severity, each.message) for each in found]

    assert told("名称,区县,GPS经度,GPS纬度") == [("note", "The coordinates are taken for WGS84, as their header says.")]
    ((severity, message),) = told("名称,区县,高德经度,高德纬度")  # stated for the whole list: WGS84
    assert (severity, "GCJ-02; they are taken for WGS84" in message) == ("warning", True)
    assert told(PLACED) == []
