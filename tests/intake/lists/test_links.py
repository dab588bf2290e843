"""What people paste: links of map services in their own datum and order, text with coordinates, everything else."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.lists.coordinates import CHINA_LAT, CHINA_LON
from stations.intake.lists.links import Pasted, pasted_places
from stations.model.crs import BAIDU_METRES, lon_lat
from stations.model.vocabulary import Datum

PLACE = (117.02, 32.64)
GCJ02, BD09, WGS84, CGCS2000 = Datum.GCJ02, Datum.BD09, Datum.WGS84, Datum.CGCS2000


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("https://uri.amap.com/marker?position=117.02,32.64&name=%E9%A9%BF%E7%AB%99", GCJ02),
        ("https://uri.amap.com/marker?position=117.02,32.64&coordinate=wgs84", WGS84),
        ("https://uri.amap.com/marker?position=117.02,32.64&coordinate=mars", None),
        ("https://ditu.amap.com/regeo?lng=117.02&lat=32.64&name=8号", GCJ02),
        ("https://www.amap.com/search?query=驿站&center=117.02,32.64", GCJ02),
        ("https://wb.amap.com/?p=B0FFG12345,32.64,117.02,驿站,洞山中路8号", GCJ02),
        ("https://wb.amap.com/?q=32.64,117.02,%E9%A9%BF%E7%AB%99", GCJ02),
        ("androidamap://viewMap?sourceApplication=x&lat=32.64&lon=117.02&dev=0", GCJ02),
        ("https://apis.map.qq.com/uri/v1/marker?marker=coord:32.64,117.02;title:驿站&referer=x", GCJ02),
        ("https://apis.map.qq.com/uri/v1/geocoder?coord=32.64,117.02", GCJ02),
        ("https://map.qq.com/?type=marker&pointx=117.02&pointy=32.64", GCJ02),
        ("http://api.map.baidu.com/marker?location=32.64,117.02&title=x&output=html", BD09),
        ("http://api.map.baidu.com/marker?location=32.64,117.02&coord_type=gcj02&title=x", GCJ02),
        ("baidumap://map/marker?location=32.64,117.02&coord_type=bd09ll", BD09),
        ("https://map.tianditu.gov.cn/?x=117.02&y=32.64", CGCS2000),
        ("https://www.tianditu.gov.cn/?center=117.02,32.64&zoom=15", CGCS2000),
        ("https://www.openstreetmap.org/?mlat=32.64&mlon=117.02#map=15/32.7/117.1", WGS84),
        ("https://www.openstreetmap.org/#map=15/32.64/117.02", WGS84),
        ("https://www.openstreetmap.org/?mlat=32.64&mlon=117.02", WGS84),
        ("https://www.google.com/maps/@32.64,117.02,15z", None),
        ("https://www.google.com/maps/place/X/@32.7,117.1,17z/data=!3m1!4b1!8m2!3d32.64!4d117.02", None),
        ("https://www.google.com/maps/place/32%C2%B038'24.0%22N+117%C2%B001'12.0%22E/@32.7,117.1,17z", None),
        ("https://maps.apple.com/?ll=32.64,117.02", None),
        ("geo:32.64,117.02;u=35", WGS84),
        ("geo:32.64,117.02;crs=gcj02", GCJ02),
        ("geo:0,0?q=32.64,117.02(驿站)", WGS84),
        ("geo:32.64,117.02?z=17", WGS84),
        ("【驿站】洞山中路8号 https://uri.amap.com/marker?position=117.02,32.64 复制打开", GCJ02),
        ("uri.amap.com/marker?position=117.02,32.64", GCJ02),
        ("https://evil-amap.com/?position=117.02,32.64", None),
        ("gcj02: 117.02,32.64", GCJ02),
        ("117.02,32.64（WGS84）", WGS84),
        ("百度坐标：117.02,32.64", BD09),
        ("gcj02 117.02,32.64 bd09", None),
        ("117.02,32.64", None),
        ("32.64 117.02", None),
        ("经度：117.02，纬度：32.64", None),
        ("驿站在 １１７.０２，３２.６４ 附近", None),
        ("(117.02;32.64)", None),
        ("https://surl.amap.com/3xYz 117.02,32.64", None),
        ("117.02,32.64 https://uri.amap.com/marker?position=117.02,32.64", GCJ02),
    ],
)
def test_the_place_is_found_with_the_datum_of_its_service(text: str, datum: Datum | None) -> None:
    assert pasted_places(text) == (Pasted(*PLACE, datum),)


@pytest.mark.parametrize(
    "text",
    [
        *("", "驿站", "117.02", "0,0", "https://surl.amap.com/3xYz", "javascript:alert(1)", "http://[", "geo:0,0"),
        *("https://uri.amap.com/marker?position=x,y", "<img src=x>", "https://map.baidu.com/@1302,383,15z"),
    ],
)
def test_where_no_place_is_named_there_is_none(text: str) -> None:
    assert pasted_places(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "https://uri.amap.com/navigation?from=117.03,32.65,a&to=117.02,32.64,b",
        "117.02,32.64 https://uri.amap.com/marker?position=117.03,32.65",
        "117.02,32.64 和 117.03,32.65",
    ],
)
def test_where_two_places_are_named_both_are_to_choose_from(text: str) -> None:
    assert {place[:2] for place in pasted_places(text)} == {PLACE, (117.03, 32.65)}


LINKS = {
    "https://uri.amap.com/marker?position={lon},{lat}&name=8": GCJ02,
    "https://wb.amap.com/?p=B0FFG,{lat},{lon},8,9": GCJ02,
    "https://apis.map.qq.com/uri/v1/marker?marker=coord:{lat},{lon};title:8": GCJ02,
    "https://map.qq.com/?pointx={lon}&pointy={lat}": GCJ02,
    "https://api.map.baidu.com/marker?location={lat},{lon}&title=8": BD09,
    "https://map.tianditu.gov.cn/?x={lon}&y={lat}": CGCS2000,
    "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=15/32.64/117.02": WGS84,
    "https://www.google.com/maps/place/8/@32.64,117.02,17z/data=!8m2!3d{lat}!4d{lon}": None,
    "geo:{lat},{lon}?z=17": WGS84,
    "geo:0,0?q={lat},{lon}(8)": WGS84,
}
LONS = st.floats(CHINA_LON[0] + 0.001, CHINA_LON[1] - 0.001).map(lambda lon: round(lon, 6))
LATS = st.floats(CHINA_LAT[0] + 0.001, CHINA_LAT[1] - 0.001).map(lambda lat: round(lat, 6))


@pytest.mark.parametrize("link", LINKS)
@given(lon=LONS, lat=LATS, name=st.text(max_size=20))
def test_whatever_place_a_link_names_is_read_back(link: str, lon: float, lat: float, name: str) -> None:
    written = link.format(lon=f"{lon:.6f}", lat=f"{lat:.6f}")
    assert pasted_places(written) == (Pasted(lon, lat, LINKS[link]),)
    if "?" in link and "#" not in link:
        assert pasted_places(f"{written}&title={quote(name)}") == (Pasted(lon, lat, LINKS[link]),)


@given(x=st.floats(8.2e6, 15.1e6), y=st.floats(3.5e5, 7.0e6))
def test_the_metres_of_a_share_link_are_read_as_degrees(x: float, y: float) -> None:
    (found,) = pasted_places(f"https://map.baidu.com/poi/8号/@{x:.2f},{y:.2f},19z?uid=1")
    expected = lon_lat(round(x, 2), round(y, 2), BAIDU_METRES)
    assert found[:2] == pytest.approx([float(axis) for axis in expected], abs=1e-6)
    assert found.datum is BD09


def test_the_metres_of_baidu_are_those_of_its_own_tables() -> None:
    """Counted with the row for y from 3,481,989.83 to 5,591,021 of the tables in Baidu's own programs."""
    offset, slope = -1.981981304930552e-8, 8.983055099779535e-6
    row = (0.03278182852591, 40.31678527705744, 0.65659298677277, -4.44255534477492)
    row += (0.85341911805263, 0.12923347998204, -0.04625736007561)
    for y in (3_500_000.0, 3_835_000.3, 4_500_000.0, 5_500_000.0):
        lon, lat = lon_lat(13_026_000.5, y, BAIDU_METRES)
        assert float(lon) == pytest.approx(offset + slope * 13_026_000.5, abs=1e-7)
        assert float(lat) == pytest.approx(
            sum(term * (y / 4_482_777.06) ** power for power, term in enumerate(row)), abs=1e-7
        )


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_places_in_china(text: str) -> None:
    for lon, lat, _datum in pasted_places(text):
        assert CHINA_LON[0] <= lon <= CHINA_LON[1]
        assert CHINA_LAT[0] <= lat <= CHINA_LAT[1]
