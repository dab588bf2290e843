"""Which field a header of a file means."""

from __future__ import annotations

import pytest

from stations.model.headers import Closeness, assigned, axes_in, datum_in, field_of, meaning
from stations.model.vocabulary import Datum


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("站名", "name"),
        ("驿站名", "name"),
        ("站点名称（必填）", "name"),
        ("手机号", "contact_phone"),
        ("联系手机", "contact_phone"),
        ("联系电话（座机）", "contact_phone"),
        ("所属县（区）", "district"),
        ("县(市、区)", "district"),
        ("开放时段", "opening_hours"),
        ("经度(°)", "lon"),
        ("X坐标", "lon"),
        ("Y 坐标：", "lat"),
        ("面积（平方米）", "area_m2"),
        ("启用日期(年月日)", "opened_on"),
        ("面积(亩)", None),  # another unit
        ("等级(星级)", None),
        ("负责人", None),
        ("[" * 100_000, None),
    ],
)
def test_headers_of_offices_are_known(header: str, field: str | None) -> None:
    assert field_of("station", header) == field


@pytest.mark.parametrize(
    ("header", "field", "datum"),
    [
        ("高德经度", "lon", Datum.GCJ02),
        ("高德地图纬度", "lat", Datum.GCJ02),
        ("腾讯经度", "lon", Datum.GCJ02),
        ("百度纬度", "lat", Datum.BD09),
        ("GPS经度", "lon", Datum.WGS84),
        ("经度(GCJ-02)", "lon", Datum.GCJ02),
        ("CGCS2000坐标经度", "lon", Datum.CGCS2000),
        ("bd09_lng", "lon", Datum.BD09),
        ("经度", "lon", None),
        ("原始经度", "source_lon", None),
    ],
)
def test_a_header_names_the_datum_of_its_coordinates(header: str, field: str, datum: Datum | None) -> None:
    found = meaning("station", header)
    assert found is not None
    assert (found.field, found.datum, datum_in(header)) == (field, datum, datum)


def test_letters_that_mean_a_coordinate_do_so_by_themselves_alone() -> None:
    assert field_of("station", "x") == "lon"
    assert field_of("station", "x (m)") is None
    assert field_of("station", "[b]x[/b]") is None


@pytest.mark.parametrize(
    ("cut", "field"),
    [("站点名", "name"), ("所属县", "district"), ("详细地", "address"), ("contact_ph", "contact_phone")],
)
def test_names_cut_by_a_shapefile_are_known(cut: str, field: str) -> None:
    assert field_of("station", cut) == field


def test_a_cut_name_of_several_fields_is_none() -> None:
    assert field_of("station", "coordinate") is None  # source, and precision


def test_of_several_headers_for_one_field_the_closest_is_taken() -> None:
    assert assigned("station", ["手机号", "联系电话", "电话"], {}) == {
        "手机号": None,
        "联系电话": "contact_phone",
        "电话": None,
    }
    assert assigned("station", ["手机号", "电话"], {}) == {"手机号": "contact_phone", "电话": None}
    assert meaning("station", "联系电话（手机）") == ("contact_phone", Closeness.AROUND, None)


def test_what_was_chosen_stands() -> None:
    chosen = {"联系电话": None, "热线": "contact_phone"}
    assert assigned("station", ["手机号", "联系电话", "热线"], chosen) == {"手机号": None, **chosen}


def test_longitude_and_latitude_of_one_datum_are_taken_together() -> None:
    headers = ["高德经度", "百度纬度", "百度经度", "高德纬度"]
    found = assigned("station", headers, {})
    assert [header for header in headers if found[header]] == ["高德经度", "高德纬度"]


def test_of_two_coordinates_without_a_datum_none_is_preferred() -> None:
    assert assigned("station", ["东经", "lng"], {}) == {"东经": "lon", "lng": "lon"}


@pytest.mark.parametrize(
    ("header", "axes"),
    [
        ("经纬度", ("经度", "纬度")),
        ("经纬度（必填）", ("经度", "纬度")),
        ("经纬度坐标", ("经度", "纬度")),
        ("坐标", ("经度", "纬度")),
        ("GPS坐标", ("WGS84 经度", "WGS84 纬度")),
        ("高德经纬度", ("GCJ-02 经度", "GCJ-02 纬度")),
        ("百度地图坐标", ("BD-09 经度", "BD-09 纬度")),
        ("坐标(火星)", ("GCJ-02 经度", "GCJ-02 纬度")),
        ("Coordinates", ("Longitude", "Latitude")),
        ("lng_lat", ("Longitude", "Latitude")),
        ("坐标系", None),
        ("WGS84", None),
        ("经度", None),
        ("X坐标", None),
        ("坐标说明", None),
        ("坐" * 100, None),
    ],
)
def test_a_header_may_mean_longitude_and_latitude_together(header: str, axes: tuple[str, str] | None) -> None:
    assert axes_in(header) == axes
    for axis, field in zip(axes or (), ("lon", "lat"), strict=False):
        assert field_of("station", axis) == field
