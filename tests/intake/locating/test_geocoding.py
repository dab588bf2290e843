"""Geocoders are asked at one host, and what they answer, good or bad, becomes places or one plain sentence."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator

import pytest
from geopy.extra.rate_limiter import RateLimiter
from tenacity import wait_none

from stations.intake.locating import geocoding
from stations.intake.locating.geocoding import GeocoderFailed, Service, service
from stations.model.city import City
from stations.model.errors import BadChoice
from stations.model.settings import Settings
from stations.model.vocabulary import CoordPrecision, Datum, Locator
from tests.geocoders import (
    BAD_KEY,
    FOUND,
    KEY,
    NO_QUOTA,
    NOTHING,
    SERVICES,
    TOO_OFTEN,
    Reply,
    Stub,
    amap,
    amap_fault,
    baidu,
    configured,
    nominatim,
    serving,
    tianditu,
)

CITY = City(adcode="340400", name="淮南市", metric_crs="EPSG:4548", divisions={"340403": "田家庵区"})
PLACE = (117.018312, 32.645721)
ADDRESS = "淮南市田家庵区洞山中路8号"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    """Wait for nothing, and leave the network's proxies aside."""
    monkeypatch.setattr(geocoding, "WAIT", wait_none())
    monkeypatch.setattr(geocoding, "APART_S", dict.fromkeys(SERVICES, 0.0))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as stub:
        yield stub


def at(stub: Stub, provider: Locator) -> Service:
    return service(configured(Settings(), stub), provider, city=CITY)


@pytest.mark.parametrize("provider", SERVICES)
def test_a_place_that_is_found_is_read_as_the_service_gives_it(stub: Stub, provider: Locator) -> None:
    stub.always(FOUND[provider](*PLACE))
    (hit,) = at(stub, provider).ask(ADDRESS) or []
    assert (hit.lon, hit.lat) == pytest.approx(PLACE, abs=1e-6)
    assert hit.precision is CoordPrecision.ADDRESS
    assert hit.sure


def test_each_service_is_asked_in_its_own_way(stub: Stub) -> None:
    for provider in SERVICES:
        stub.always(NOTHING[provider])
        at(stub, provider).ask(ADDRESS)
    paths, wishes = zip(*stub.asked, strict=True)
    assert paths == ("/geocoder", "/v3/geocode/geo", "/geocoding/v3/", "/search")
    assert wishes[0] == {"ds": f'{{"keyWord": "{ADDRESS}"}}', "tk": KEY}
    assert wishes[1] == {"address": ADDRESS, "output": "JSON", "key": KEY, "city": "340400"}
    assert wishes[2] == {"address": ADDRESS, "output": "json", "ak": KEY}
    assert (wishes[3]["q"], wishes[3]["countrycodes"]) == (ADDRESS, "cn")
    assert KEY not in wishes[3].values()


def test_each_service_has_its_datum() -> None:
    assert [each.datum for each in SERVICES] == [Datum.CGCS2000, Datum.GCJ02, Datum.BD09, Datum.WGS84]


@pytest.mark.parametrize("provider", SERVICES)
def test_an_address_that_nobody_knows_is_no_error(stub: Stub, provider: Locator) -> None:
    stub.always(NOTHING[provider])
    assert at(stub, provider).ask(ADDRESS) == []


def test_what_amap_says_of_an_address_it_cannot_parse_is_no_error(stub: Stub) -> None:
    stub.always(amap_fault("30001", "ENGINE_RESPONSE_DATA_ERROR"))
    assert at(stub, Locator.AMAP).ask(ADDRESS) == []


@pytest.mark.parametrize("provider", SERVICES)
@pytest.mark.parametrize(
    ("replies", "words", "asked"),
    [
        (BAD_KEY, "does not accept the key", 1),
        (NO_QUOTA, "all it will today", 1),
        (TOO_OFTEN, "asked too often", 3),
        (dict.fromkeys(SERVICES, Reply(b'{"status": "1", "geoco')), "cannot be read", 1),
        (dict.fromkeys(SERVICES, Reply(b"")), "cannot be read", 1),
        (dict.fromkeys(SERVICES, Reply(b"\xff\xfe\x00")), "cannot be read", 1),
        (dict.fromkeys(SERVICES, Reply(b"[" * 100_000)), "cannot be read", 1),
        (dict.fromkeys(SERVICES, Reply(["what", "is", "this"])), "cannot be read", 1),
        (dict.fromkeys(SERVICES, Reply(b"Internal Server Error", 500)), "cannot be reached", 3),
        (dict.fromkeys(SERVICES, Reply(b"Bad Gateway", 502)), "cannot be reached", 3),
        (dict.fromkeys(SERVICES, Reply(b"<html>WAF</html>", 418)), "answers with an error", 1),
        (dict.fromkeys(SERVICES, Reply(b" " * (geocoding.LONGEST_ANSWER + 1))), "cannot be read", 1),
    ],
)
def test_what_goes_wrong_is_told_in_one_sentence(
    stub: Stub, provider: Locator, replies: dict[Locator, Reply], words: str, asked: int
) -> None:
    stub.always(replies[provider])
    with pytest.raises(GeocoderFailed, match=words) as failed:
        at(stub, provider).ask(ADDRESS)
    assert len(stub.asked) == asked
    assert str(failed.value).startswith("127.0.0.1:")


def test_what_passes_by_itself_is_waited_for(stub: Stub) -> None:
    stub.always(Reply(b"", 503), Reply(b"", 429), tianditu(*PLACE))
    assert len(at(stub, Locator.TIANDITU).ask(ADDRESS) or []) == 1


def test_no_service_is_asked_faster_than_it_wants_to_be(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(geocoding, "APART_S", dict.fromkeys(SERVICES, 0.5))
    monkeypatch.setattr(RateLimiter, "_clock", lambda _limiter: sum(waits))
    monkeypatch.setattr(RateLimiter, "_sleep", lambda _limiter, seconds: waits.append(seconds))
    for provider in SERVICES:
        stub.always(NOTHING[provider])
        asked = at(stub, provider)
        for _question in range(3):
            asked.ask(ADDRESS)
    assert waits == [0.5] * 8


def test_an_answer_cut_off_in_the_middle_is_not_taken(stub: Stub) -> None:
    stub.always(Reply(b'{"status": "1", ', headers={"Content-Length": "400"}))
    with pytest.raises(GeocoderFailed):
        at(stub, Locator.AMAP).ask(ADDRESS)


def test_a_service_that_keeps_silent_is_left(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoding, "TIMEOUT_S", 0.05)
    given_up = threading.Event()

    def says(_wish: dict[str, str]) -> Reply:
        given_up.wait(30)
        return Reply(b"")

    stub.says = says
    with pytest.raises(GeocoderFailed, match="does not answer in time"):
        at(stub, Locator.BAIDU).ask(ADDRESS)
    given_up.set()


def test_a_host_that_is_not_there_is_told() -> None:
    with serving() as gone:
        pass
    with pytest.raises(GeocoderFailed, match="cannot be reached"):
        at(gone, Locator.AMAP).ask(ADDRESS)


def test_an_answer_that_leads_elsewhere_is_not_followed(stub: Stub) -> None:
    with serving() as stranger:
        stub.always(Reply(b"", 302, {"Location": f"{stranger.url}/geocoder"}))
        with pytest.raises(GeocoderFailed, match="answers with an error"):
            at(stub, Locator.TIANDITU).ask(ADDRESS)
        assert stranger.asked == []


@pytest.mark.parametrize("provider", [Locator.TIANDITU, Locator.AMAP, Locator.BAIDU])
@pytest.mark.parametrize("replies", [BAD_KEY, NO_QUOTA, dict.fromkeys(SERVICES, Reply(KEY.encode(), 500))])
def test_the_key_is_in_no_error_and_no_log(
    stub: Stub, provider: Locator, replies: dict[Locator, Reply], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.always(replies[provider])
    with pytest.raises(GeocoderFailed) as failed:
        at(stub, provider).ask(ADDRESS)
    told = "".join(traceback.format_exception(failed.value, chain=True))
    for text in (str(failed.value), repr(failed.value), told, caplog.text, repr(configured(Settings(), stub))):
        assert KEY not in text


def test_an_address_that_is_refused_is_not_a_fault_of_the_service(stub: Stub) -> None:
    stub.always(amap_fault("20000", "INVALID_PARAMS"))
    assert at(stub, Locator.AMAP).ask(ADDRESS) is None


@pytest.mark.parametrize(
    ("reply", "provider", "precision"),
    [
        (amap(PLACE, level="兴趣点"), Locator.AMAP, CoordPrecision.BUILDING),
        (amap(PLACE, level="道路交叉路口"), Locator.AMAP, CoordPrecision.STREET),
        (amap(PLACE, level="村庄"), Locator.AMAP, CoordPrecision.TOWNSHIP),
        (amap(PLACE, level="区县"), Locator.AMAP, CoordPrecision.DISTRICT),
        (amap(PLACE, level="市"), Locator.AMAP, None),
        (amap(PLACE, level="未知"), Locator.AMAP, None),
        (amap(PLACE, level="还没有的级别"), Locator.AMAP, None),
        (tianditu(*PLACE, level="兴趣点"), Locator.TIANDITU, CoordPrecision.BUILDING),
        (tianditu(*PLACE, level="道路"), Locator.TIANDITU, CoordPrecision.STREET),
        (tianditu(*PLACE, level=""), Locator.TIANDITU, None),
        (baidu(*PLACE, level="餐饮"), Locator.BAIDU, CoordPrecision.BUILDING),
        (baidu(*PLACE, level="门址", confidence=70), Locator.BAIDU, CoordPrecision.STREET),
        (baidu(*PLACE, level="门址", confidence=50), Locator.BAIDU, CoordPrecision.TOWNSHIP),
        (baidu(*PLACE, level="道路", confidence=100), Locator.BAIDU, CoordPrecision.STREET),
        (baidu(*PLACE, level="城市", confidence=10), Locator.BAIDU, None),
        (baidu(*PLACE, level="门址", confidence=10), Locator.BAIDU, None),
        (nominatim(PLACE, rank=30, kind="shop"), Locator.NOMINATIM, CoordPrecision.BUILDING),
        (nominatim(PLACE, rank=26, kind="residential"), Locator.NOMINATIM, CoordPrecision.STREET),
        (nominatim(PLACE, rank=16, kind="administrative"), Locator.NOMINATIM, CoordPrecision.TOWNSHIP),
        (nominatim(PLACE, rank=12, kind="administrative"), Locator.NOMINATIM, CoordPrecision.DISTRICT),
        (nominatim(PLACE, rank=10, kind="administrative"), Locator.NOMINATIM, None),
    ],
)
def test_what_a_service_calls_its_match_says_how_exact_it_is(
    stub: Stub, reply: Reply, provider: Locator, precision: CoordPrecision | None
) -> None:
    stub.always(reply)
    (hit,) = at(stub, provider).ask(ADDRESS) or []
    assert hit.precision is precision


def test_a_match_that_the_service_doubts_is_not_sure(stub: Stub) -> None:
    stub.always(tianditu(*PLACE, score=40), baidu(*PLACE, comprehension=20))
    assert [hit.sure for each in (Locator.TIANDITU, Locator.BAIDU) for hit in at(stub, each).ask(ADDRESS) or []] == [
        False,
        False,
    ]


def test_all_places_that_may_be_meant_are_named(stub: Stub) -> None:
    stub.always(amap(PLACE, (117.1, 32.7)), nominatim(PLACE, (117.1, 32.7)))
    assert [len(at(stub, each).ask(ADDRESS) or []) for each in (Locator.AMAP, Locator.NOMINATIM)] == [2, 2]


@pytest.mark.parametrize("lon", [200, float("nan"), 1e400])
def test_a_place_that_is_none_on_earth_is_not_taken(stub: Stub, lon: float) -> None:
    stub.always(Reply({"msg": "ok", "status": "0", "location": {"level": "门址", "lon": lon, "lat": 32.6}}))
    with pytest.raises(GeocoderFailed, match="cannot be read"):
        at(stub, Locator.TIANDITU).ask(ADDRESS)


@pytest.mark.parametrize("key", ["", "short", "has a space in it", "中文密钥中文密钥", "x" * 300, "line\nbreak-in-it"])
def test_without_a_key_no_service_is_asked_and_the_key_is_not_said(stub: Stub, key: str) -> None:
    with pytest.raises(BadChoice, match="STATIONS_AMAP_KEY") as refused:
        service(configured(Settings(), stub).having(amap_key=key), Locator.AMAP, city=CITY)
    assert not key or key not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nominatim.example.org",
        "file:///etc/passwd",
        "ftp://example.org",
        "https://user:pass@example.org",
        "https://example.org/?q=1",
        "https://exa mple.org",
        "http://[::1",
        "https://example.org:port",
        "https://",
    ],
)
def test_only_a_plain_address_of_the_web_is_asked(stub: Stub, url: str) -> None:
    with pytest.raises(BadChoice, match="STATIONS_NOMINATIM_URL") as refused:
        service(configured(Settings(), stub).having(nominatim_url=url), Locator.NOMINATIM, city=CITY)
    assert "user:pass" not in str(refused.value)


def test_a_proxy_of_the_office_may_stand_in_a_folder(stub: Stub) -> None:
    stub.always(NOTHING[Locator.AMAP])
    settings = configured(Settings(), stub).having(amap_url=f"{stub.url}/maps/amap/")
    service(settings, Locator.AMAP, city=CITY).ask(ADDRESS)
    assert stub.asked[0][0] == "/maps/amap/v3/geocode/geo"
