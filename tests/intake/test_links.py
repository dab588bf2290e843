"""What people paste: links of map services in their own datum and order, bare numbers, and everything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.links import Pasted, place_in
from stations.model.vocabulary import Datum

PLACE = (117.02, 32.64)


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("https://uri.amap.com/marker?position=117.02,32.64&name=%E9%A9%BF%E7%AB%99", Datum.GCJ02),
        ("https://apis.map.qq.com/uri/v1/marker?marker=coord:32.64,117.02;title:驿站&referer=x", Datum.GCJ02),
        ("http://api.map.baidu.com/marker?location=32.64,117.02&title=x&output=html", Datum.BD09),
        ("http://api.map.baidu.com/marker?location=32.64,117.02&coord_type=gcj02&title=x", Datum.GCJ02),
        ("https://www.openstreetmap.org/?mlat=32.64&mlon=117.02#map=15/1/2", Datum.WGS84),
        ("https://www.openstreetmap.org/#map=15/32.64/117.02", Datum.WGS84),
        ("https://www.openstreetmap.org/?mlat=32.64&mlon=117.02", Datum.WGS84),
        ("geo:32.64,117.02;u=35", Datum.WGS84),
        ("117.02,32.64", None),
        ("32.64 117.02", None),
        ("经度：117.02，纬度：32.64", None),
        ("驿站在 １１７.０２，３２.６４ 附近", None),
        ("(117.02;32.64)", None),
    ],
)
def test_the_place_is_found_with_the_datum_of_its_service(text: str, datum: Datum | None) -> None:
    assert place_in(text) == Pasted(*PLACE, datum)


@pytest.mark.parametrize(
    "text",
    [
        *("", "驿站", "117.02", "0,0", "500,600", "138 1234 5678", "https://surl.amap.com/3xYz", "javascript:alert(1)"),
        *(
            "117.02,32.64 和 117.03,32.65",
            "https://uri.amap.com/marker?position=x,y",
            "2026-11-24 08:00",
            "<img src=x>",
        ),
    ],
)
def test_where_no_one_place_is_named_there_is_none(text: str) -> None:
    assert place_in(text) is None


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_a_place_or_none(text: str) -> None:
    found = place_in(text)
    assert found is None or isinstance(found, Pasted)
