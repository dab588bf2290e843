"""Coordinates among other words: whatever is written is read back, and what may mean two places is two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.lists.coordinates import CHINA_LAT, CHINA_LON, places_in

LON, LAT = 117.018305556, 32.645694444


@pytest.mark.parametrize(
    "text",
    [
        "N32°38′44.5″ E117°1′5.9″",
        "32°38'44.5\"N 117°01'05.9\"E",
        "32°38'44.5\"N117°01'05.9\"E",
        "32 38 44.5 N, 117 01 05.9 E",
        "北纬32度38分44.5秒 东经117度1分5.9秒",
        "东经：117°1′5.9″，北纬：32°38′44.5″",
        "１１７.０１８３０５５５６，３２.６４５６９４４４４",
        "我在 洞山中路8号 117.018305556,32.645694444 电话 13812345678，3楼",
        "地址:洞山中路8.5号。经度117.018305556°,纬度32.645694444°",
        "经度117.018305556，位于洞山中路8.5号，纬度32.645694444",
        "N32.645694444E117.018305556",
        "32.645694444N117.018305556E",
        '{"lng": 117.018305556, "lat": 32.645694444}',
        "POINT Z(117.018305556 32.645694444 35.2)",
        "在117.018305556,32.645694444附近",
        "117.018305556,32.645694444\n117.018305556,32.645694444",
    ],
)
def test_a_place_is_read_among_other_words(text: str) -> None:
    assert places_in(text) == ((LON, LAT),)


@pytest.mark.parametrize(
    ("text", "lats"),
    [
        ("32.64,117.02,35.2", [32.64, 35.2]),
        ("35.5, 117.02, 32.64", [35.5, 32.64]),
        ("117.02,32.64 和 117.02,32.65", [32.64, 32.65]),
        ("117.02,32.64;117.02,32.65;117.02,32.66", [32.64, 32.65, 32.66]),
    ],
)
def test_what_may_be_meant_in_several_ways_is_each_of_them(text: str, lats: list[float]) -> None:
    assert places_in(text) == tuple((117.02, lat) for lat in lats)


@pytest.mark.parametrize(
    "text",
    [
        *("", "驿站", "117.02", "0,0", "500,600", "138 1234 5678", "117 32", "洞山中路8号 117.02", "2026-11-24 08:00"),
        *(
            "经度32.64 纬度117.02",
            "32.64E 117.02N",
            "117.02W 32.64N",
            "117.02-32.64",
            "117°61'5\" 32°38'44\"",
            "1.2.3.4",
        ),
        *("面积32.5平方米 117.02", "117.02.1,32.64", "117.02元,32.64元", "电话 0554-32.64 117.02号"),
    ],
)
def test_where_no_place_is_written_there_is_none(text: str) -> None:
    assert places_in(text) == ()


def _parts(degrees: float) -> tuple[int, int, float]:
    whole, rest = divmod(round(degrees * 3600e5), 3600 * 10**5)  # in 0.00001 seconds: 60 of them are a minute
    minutes, seconds = divmod(rest, 60 * 10**5)
    return whole, minutes, seconds / 1e5


def _minutes(degrees: float) -> str:
    whole, rest = divmod(round(degrees * 60e6), 60 * 10**6)
    return f"{whole} {rest / 1e6:.6f}"


def _dms(degrees: float) -> str:
    whole, minutes, seconds = _parts(degrees)
    return f"{whole}°{minutes:02d}′{seconds:08.5f}″"


NOTATIONS = [
    lambda lon, lat: f"{lon:.6f},{lat:.6f}",
    lambda lon, lat: f"{lat:.6f} {lon:.6f}",
    lambda lon, lat: f"（{lat:.6f}；{lon:.6f}）",
    lambda lon, lat: f"经度：{lon:.6f} 纬度：{lat:.6f}",
    lambda lon, lat: f"北纬{lat:.6f}°，东经{lon:.6f}°",
    lambda lon, lat: f"lat={lat:.6f}&lng={lon:.6f}",
    lambda lon, lat: f"N{lat:.6f} E{lon:.6f}",
    lambda lon, lat: f"{lat:.6f}°N, {lon:.6f}°E",
    lambda lon, lat: f"N{_dms(lat)} E{_dms(lon)}",
    lambda lon, lat: f"{_dms(lat)}N {_dms(lon)}E",
    lambda lon, lat: f"东经{_dms(lon)}，北纬{_dms(lat)}",
    lambda lon, lat: f"{_dms(lon)} {_dms(lat)}",
    lambda lon, lat: "北纬{}度{}分{:.5f}秒，东经{}度{}分{:.5f}秒".format(*_parts(lat), *_parts(lon)),
    lambda lon, lat: "{} {} {:.5f} N, {} {} {:.5f} E".format(*_parts(lat), *_parts(lon)),
    lambda lon, lat: f"N {_minutes(lat)} E {_minutes(lon)}",
]
AROUND = st.sampled_from(["", "我在 洞山中路8号 ", "驿站：", "3楼，电话 13812345678；", "面积35.5平方米，"])


@given(
    lon=st.floats(CHINA_LON[0] + 0.001, CHINA_LON[1] - 0.001),
    lat=st.floats(CHINA_LAT[0] + 0.001, CHINA_LAT[1] - 0.001),
    before=AROUND,
    after=st.sampled_from(["", " 附近", "。", "，3楼", "\n电话 0554-6641234"]),
)
@pytest.mark.parametrize("written", NOTATIONS)
def test_whatever_place_is_written_in_whatever_way_is_read_back(
    written: object, lon: float, lat: float, before: str, after: str
) -> None:
    found = places_in(before + written(lon, lat) + after)  # type: ignore[operator]
    assert len(found) == 1
    assert found[0] == pytest.approx((lon, lat), abs=1e-6)


@given(st.text(max_size=200))
def test_whatever_is_read_is_in_china(text: str) -> None:
    for lon, lat in places_in(text):
        assert CHINA_LON[0] <= lon <= CHINA_LON[1]
        assert CHINA_LAT[0] <= lat <= CHINA_LAT[1]
