"""The HTTP routes beside the pages: what they refuse, what a browser may keep, what every answer carries."""

from __future__ import annotations

import gzip
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from stations.app.served.routes import policy
from stations.output import bundle

pytestmark = pytest.mark.browser  # it needs the same server

STATIONS = "/atlas/data/stations.json?city=340400&lang=en"


def ask(server: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Send one request, the path exactly as it is."""
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def read_json(server: str, path: str) -> Any:
    status, _headers, body = ask(server, path)
    assert status == 200, body
    return json.loads(body)


@pytest.mark.parametrize(
    "query",
    [
        "city=abc", "city=999999", "city=%00", "city=../../etc/passwd", "city='%3B--", "city=340500&radius=1000",
        "radius=-5", "radius=nan", "radius=inf", "radius=1e9", "radius=", "radius=%F0%9F%98%80", "radius=1_000",
        "radius=1000&tier=emperor", "on=yesterday", "on=9999-01-01", "city=34%D9%A0400", "city=" + "9" * 5000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["stations", "gaps"])
def test_a_wish_that_cannot_be_met_is_refused_in_words(server: str, kind: str, query: str) -> None:
    given = query if "city=" in query else f"city=340400&{query}"
    status, headers, body = ask(server, f"/atlas/data/{kind}.json?{given}&lang=en")
    assert status == 400
    assert headers["content-type"] == "application/json"
    assert len(json.loads(body)["error"]) > 20
    assert b"Traceback" not in body


def test_the_words_of_a_refusal_are_in_the_language_asked_for(server: str) -> None:
    assert "没有代码为 999999 的城市" in json.loads(ask(server, "/atlas/data/gaps.json?city=999999")[2])["error"]
    assert "No city" in json.loads(ask(server, "/atlas/data/gaps.json?city=999999&lang=en")[2])["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/atlas/data/nothing.json", "/atlas/data/__init__.json", "/atlas/data/..%2f..%2fapp.py",
        "/atlas/assets/nothing.js", "/atlas/assets/../../app.py", "/atlas/assets/..%2f..%2fapp.py",
        "/atlas/assets/%2e%2e/%2e%2e/app.py", "/atlas/assets/..%5c..%5capp.py", "/atlas/assets//etc/passwd",
        "/atlas/assets/%00",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found_however_the_path_is_written(server: str, path: str) -> None:
    status, _headers, body = ask(server, path)
    assert status in {400, 404} or b"<title>" in body  # a path of no route is a page's: the app's empty shell
    assert b"streamlit run app.py" not in body
    assert b"root:" not in body


def test_data_is_asked_for_again_and_sent_again_only_when_it_changed(server: str) -> None:
    status, headers, body = ask(server, STATIONS)
    assert status == 200
    assert headers["cache-control"] == "private, no-cache"
    again = ask(server, STATIONS, If_None_Match=f'"other", {headers["etag"]}')
    assert (again[0], again[1]["etag"], again[2]) == (304, headers["etag"], b"")
    assert ask(server, STATIONS, If_None_Match='"other"')[0] == 200
    other = ask(server, STATIONS.replace("lang=en", "lang=zh_CN"))
    assert other[1]["etag"] != headers["etag"]
    assert json.loads(body)["names"] == json.loads(other[2])["names"]


def test_a_head_request_tells_the_same_without_the_body(server: str) -> None:
    status, headers, body = ask(server, STATIONS, "HEAD")
    assert (status, body) == (200, b"")
    assert headers["etag"] == ask(server, STATIONS)[1]["etag"]
    assert ask(server, STATIONS, "POST")[0] == 405


def test_a_large_answer_is_packed_for_those_who_can_unpack_it(server: str) -> None:
    path = "/atlas/data/districts.json?city=340400&lang=en"
    _status, headers, plain = ask(server, path)
    assert "content-encoding" not in headers
    _status, headers, packed = ask(server, path, Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain


@pytest.mark.parametrize("path", ["/", "/coverage", STATIONS, "/atlas/data/nothing.json", "/_stcore/health"])
def test_every_answer_keeps_the_browser_from_other_machines_and_from_guessing(server: str, path: str) -> None:
    headers = ask(server, path)[1]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    host = urlsplit(server).netloc
    assert f"connect-src 'self' ws://{host} wss://{host};" in headers["content-security-policy"]


@pytest.mark.parametrize("host", ["", "x; script-src *", "x *", "*", "[::1", "a\tb"])
def test_what_is_no_host_gets_into_no_policy(host: str) -> None:
    assert b"connect-src 'self'; " in policy(host)


def test_the_maps_script_may_be_kept_for_ever_under_the_address_of_its_content(server: str) -> None:
    status, headers, body = ask(server, f"/atlas/assets/{bundle.SCRIPT_NAME}?v=1")
    assert status == 200
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    assert len(body) > 100_000


def test_no_route_tells_more_than_the_pages_do(server: str) -> None:
    shown = read_json(server, STATIONS)
    assert set(shown["ids"]) == {f"S-0{number}" for number in range(1, 7)}
    assert shown["total"] == 7
    assert shown["details"] == []
