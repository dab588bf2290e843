"""What other programs embed, asked for by programs: GeoJSON, pictures, and OGC API - Features by clients of others."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from owslib.ogcapi.features import Features
from PIL import Image

from stations.model.settings import Settings
from stations.planning.access.links import make_link, revoke_links
from tests.app.office import command, furnish, serving, surroundings, write_csv
from tests.app.test_door import OWN, PERSON, PHONE, cookie, exported, made
from tests.app.test_routes import ask, read_json

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser  # it needs the same server

ADDRESSES = (
    "/feed/stations.geojson", "/feed/bases.geojson", "/feed/gaps.geojson?radius=1000", "/snapshot/tiers.png?dpi=72",
    "/snapshot/gaps.png?radius=1000&dpi=72", "/ogc", "/ogc/api", "/ogc/collections", "/ogc/collections/stations/items",
)  # fmt: skip
ROLES = {"chen": "admin", "li": "staff", "qian": "staff", "wei": "viewer"}
GDAL = """
import json, pyogrio, sys
address, layers = sys.argv[1], {}
for name, _shape in pyogrio.list_layers("OAPIF:" + address):
    found = pyogrio.read_dataframe("OAPIF:" + address, layer=name, PAGE_SIZE=2)
    layers[name] = found["id"].tolist(), str(found.crs), found.total_bounds.tolist()
near = pyogrio.read_dataframe("OAPIF:" + address, layer="stations", bbox=(117.01, 32.63, 117.03, 32.65))
best = pyogrio.read_dataframe("OAPIF:" + address, layer="stations", where="tier = 'provincial'")
print(json.dumps({"layers": layers, "near": near["name"].tolist(), "best": best["name"].tolist()}))
"""
"""Reads all collections with GDAL in a process of its own: in ours most of its drivers may be switched off."""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of an office in which people of every role sign in; a record holds a phone and a name."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "profiles").mkdir()
    environment = {**surroundings(folder / "register.sqlite3", furnish(folder / "profiles")), "STATIONS_LANG": "en"}
    made(environment, "init", "--admin", "chen")
    rows = [("站点编号", "站点名称", "联系电话", "备注", "联系人", "数据来源")]
    rows += [("S-01", "Alpha Bank", f"{PERSON} {PHONE}", f"call {PHONE}", PERSON, "示例数据")]
    made(environment, "import", write_csv(folder / "list.csv", rows))
    made(environment, "account", "add", "li", "--role", "staff", "--union", "340403")
    made(environment, "account", "add", "qian", "--role", "staff")
    made(environment, "account", "add", "wei", "--role", "viewer")
    return environment


@pytest.fixture(scope="module")
def home(people: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of that office's server; everybody has chosen a password."""
    with serving(people, tmp_path_factory.mktemp("home") / "log") as address:
        for name in ROLES:
            first = made(people, "account", "password", name)["password"]
            with httpx.Client(base_url=address) as client:
                client.post("/login", data={"name": name, "password": first})
                client.post("/account", data={"what": "password", "old": first, "new": OWN, "again": OWN})
        yield address


def link(people: dict[str, str], address: str, *arguments: str) -> str:
    return str(made(people, "link", address, *arguments)["address"])


# ---- on this machine, where nobody signs in


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("/feed/stations.geojson", ("stations",)),
        ("/feed/stations.geojson?on=2021-01-01", ("stations", "--on", "2021-01-01")),
        ("/feed/bases.geojson", ("bases",)),
        ("/feed/gaps.geojson?radius=1000&lang=en", ("gaps", "--radius", "1000", "--lang", "en")),
        (
            "/feed/gaps.geojson?radius=500&tier=provincial&union=340403&at=1-22",
            ("gaps", "--radius", "500", "--tier", "provincial", "--union", "340403", "--at", "1-22"),
        ),
    ],
)
def test_a_feed_is_the_document_of_the_command_line(
    office: dict[str, str], server: str, path: str, arguments: tuple[str, ...]
) -> None:
    assert read_json(server, path) == made(office, *arguments)


@pytest.mark.parametrize("path", ADDRESSES)
def test_what_a_client_has_already_is_not_sent_again(server: str, path: str) -> None:
    status, headers, body = ask(server, path)
    assert status == 200
    assert headers["cache-control"] == "no-cache"
    assert "access-control-allow-origin" not in headers  # no page of another site reads it through this browser
    tag = headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = ask(server, path, If_None_Match=known)
        assert (again[0], again[1]["etag"], again[2]) == (304, tag, b"")
    assert ask(server, path, If_None_Match='"other"')[2] == body
    head = ask(server, path, "HEAD")
    assert (head[0], head[1]["etag"], head[2]) == (200, tag, b"")
    assert ask(server, path, "POST")[0] == 405


@pytest.mark.parametrize("path", ADDRESSES)
def test_without_sign_in_other_machines_get_nothing(server: str, path: str) -> None:
    assert ask(server, path, Host="atlas.example.org")[0] == 403


@pytest.mark.parametrize(
    "query",
    [
        "city=abc", "city=999999", "city=%00", "city='%3B--", "radius=nan", "radius=1e9", "radius=1_000", "lang=fr",
        "on=9999-01-01", "what=ever", "radius=1000&radius=2000", "scenario=" + "x" * 5000,
        "radius=5&union=%F0%9F%98%80",
        "radius=5&scenario=add@1e400,0", "dpi=9999", "limit=0", "%ff=%fe",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/feed/gaps.geojson", "/snapshot/gaps.png", "/ogc/collections/gaps/items"])
def test_a_wish_that_cannot_be_met_is_refused_in_words(server: str, path: str, query: str) -> None:
    status, headers, body = ask(server, f"{path}?{query}")
    assert status == 400
    assert headers["content-type"] == "application/json"
    assert len(json.loads(body)["error"]) > 10
    assert b"Traceback" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/feed/people.geojson", "/feed/a/b", "/snapshot/tiers", "/snapshot/people.png", "/ogc/nothing",
        "/ogc/collections/people", "/ogc/collections/stations/items/S-99", "/ogc/collections/stations/items/a%2Fb",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(server: str, path: str) -> None:
    status, _headers, body = ask(server, path)
    assert status == 404
    assert json.loads(body)["code"] == "NotFound"


@pytest.mark.parametrize("path", ["/feed/", "/snapshot/", "/ogc/collections/stations/items/"])
@pytest.mark.parametrize("rest", ["..%2f..%2fapp.py", "../../app.py", "%00", "..%5capp.py", "%2e%2e/app.py"])
def test_no_file_of_the_server_is_read_by_a_path(server: str, path: str, rest: str) -> None:
    status, _headers, body = ask(server, path + rest)
    assert status in {400, 404}
    assert b"streamlit run app.py" not in body


def test_a_refusal_is_in_the_language_asked_for(server: str) -> None:
    assert "没有代码为 999999 的城市" in read_error(server, "/feed/stations.geojson?city=999999&lang=zh")
    assert "No city" in read_error(server, "/feed/stations.geojson?city=999999&lang=en")


def read_error(server: str, path: str) -> str:
    return str(json.loads(ask(server, path)[2])["error"])


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("tiers.png?dpi=72", ("--kind", "tiers", "--dpi", "72")),
        ("gaps.png?dpi=72&radius=1000", ("--kind", "gaps", "--dpi", "72", "--radius", "1000")),
        ("tiers.svg?layout=slide&bases=1", ("--kind", "tiers", "--layout", "slide", "--bases")),
        ("districts.pdf?radius=500", ("--kind", "districts", "--radius", "500")),
    ],
)
def test_a_picture_is_that_of_the_command_line(
    office: dict[str, str], server: str, tmp_path: Path, path: str, arguments: tuple[str, ...]
) -> None:
    name, _mark, query = path.partition("?")
    status, headers, body = ask(server, f"/snapshot/{name}?{query}&lang=en")
    media_types = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
    assert (status, headers["content-type"]) == (200, media_types[name[-3:]])
    assert headers["content-security-policy"].startswith("default-src 'none'")
    done = command(office, "snapshot", "-o", tmp_path / name, "--lang", "en", *arguments)
    assert done.returncode == 0, done.stderr
    assert body == (tmp_path / name).read_bytes()


def test_a_page_answers_while_twenty_pictures_are_drawn(server: str) -> None:
    with ThreadPoolExecutor(20) as visitors:
        paths = [f"/snapshot/gaps.png?radius=1000&dpi={dpi}" for dpi in range(150, 170)]
        drawn = [visitors.submit(ask, server, path) for path in paths]
        for path in ("/", "/_stcore/health", "/feed/stations.geojson", "/atlas/data/stations.json?city=340400"):
            assert ask(server, path)[0] == 200
        assert not all(each.done() for each in drawn)
        answers = [each.result() for each in drawn]
    assert [status for status, _headers, _body in answers] == [200] * 20
    widths = [Image.open(BytesIO(body)).width for _status, _headers, body in answers]
    assert widths == sorted(set(widths))


def test_twenty_who_want_the_same_picture_get_the_same(server: str) -> None:
    with ThreadPoolExecutor(20) as visitors:
        answers = list(visitors.map(lambda _number: ask(server, "/snapshot/tiers.png?dpi=171"), range(20)))
    assert len({(status, headers["etag"], body) for status, headers, body in answers}) == 1


# ---- clients of others


def test_owslib_reads_everything_page_by_page(server: str) -> None:
    client = Features(f"{server}/ogc")
    assert len(client.conformance()["conformsTo"]) == 3
    assert client.api()["openapi"] == "3.0.3"
    assert client.feature_collections() == ["stations", "bases", "gaps", "districts"]
    for name, feed in (("stations", "stations.geojson"), ("bases", "bases.geojson")):
        seen: list[Any] = []
        while len(seen) < client.collection_items(name, limit=1)["numberMatched"]:
            seen += client.collection_items(name, limit=2, offset=len(seen))["features"]
        assert seen == read_json(server, f"/feed/{feed}")["features"]
    assert client.collection_item("stations", "S-01")["properties"]["name"] == "Alpha Bank"
    near = client.collection_items("stations", bbox=[117.01, 32.63, 117.03, 32.65], tier="national")
    assert [each["id"] for each in near["features"]] == ["S-01"]
    later = client.collection_items("stations", datetime_="../2021-01-01")
    assert "S-03" not in [each["id"] for each in later["features"]]


def read_with_gdal(address: str) -> Any:
    run = [sys.executable, "-c", GDAL, address]
    client = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}  # with all of its drivers
    done = subprocess.run(run, env=client, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_gdal_reads_everything_page_by_page(server: str) -> None:
    found = read_with_gdal(f"{server}/ogc?lang=en&radius=500")
    assert found["near"] == ["Alpha Bank", "Beta Library"]
    assert found["best"] == ["Beta Library", "Gamma Depot"]
    ids = {name: ids for name, (ids, _crs, _bounds) in found["layers"].items()}
    assert ids["stations"] == [f"S-0{number}" for number in range(1, 8)]
    assert ids["bases"] == ["B-01", "B-02"]
    assert len(ids["districts"]) == 7
    gaps = read_json(server, "/feed/gaps.geojson?radius=500")["features"]
    assert ids["gaps"] == [gap["properties"]["gap_id"] for gap in gaps]
    for _ids, crs, (west, south, east, north) in found["layers"].values():
        assert crs in {"EPSG:4326", "OGC:CRS84"}
        assert 116 < west <= east < 118
        assert 31 < south <= north < 34  # lon before lat, as it was written


# ---- where people sign in


@pytest.mark.parametrize("path", ADDRESSES)
def test_without_a_sign_in_or_a_link_nothing_is_answered(home: str, path: str) -> None:
    assert httpx.get(home + path).status_code == 401
    assert httpx.get(home + path, headers={"Accept": "text/html"}).status_code == 401  # no page: it leads nowhere
    joined = "&" if "?" in path else "?"
    assert httpx.get(f"{home}{path}{joined}expires=9999999999&signature=x").status_code in {401, 403}


@pytest.mark.parametrize("name", ROLES)
def test_every_role_may_look_and_sees_no_number_and_no_name_of_a_person(home: str, name: str) -> None:
    with httpx.Client(base_url=home, cookies={"station_atlas": cookie(home, name)}) as client:
        for path in ADDRESSES:
            answer = client.get(path)
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-cache"), path
            assert "access-control-allow-origin" not in answer.headers
            assert client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
        items = "/ogc/collections/stations/items"
        for path in ("/feed/stations.geojson", items, f"{items}/S-01"):
            told = client.get(path).text
            assert "138****5678" in told
            assert PHONE not in told
            assert PERSON not in told
        hidden = client.get(items, params={"contact_phone": f"{PERSON} {PHONE}"})
        assert hidden.json()["features"] == []


@pytest.mark.parametrize("path", [address for address in ADDRESSES if not address.startswith("/ogc/")])
def test_a_link_opens_what_it_was_made_for_and_no_more(people: dict[str, str], home: str, path: str) -> None:
    address = link(people, home + path, "--days", "2")
    answer = httpx.get(address)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert httpx.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert httpx.post(address).status_code in {401, 405}
    query = httpx.URL(address).query.decode()
    for other in ("/register", "/", "/_stcore/metrics", "/atlas/data/stations.json"):
        assert httpx.get(f"{home}{other}?{query}").status_code == 401
    for changed in (re.sub("expires=.", "expires=9", address), address + "&lang=en", address + "x"):
        if changed != address and not path.startswith("/ogc"):
            refused = httpx.get(changed)
            assert (refused.status_code, "does not hold" in refused.json()["error"]) == (403, True)


def test_a_link_shows_no_more_than_a_viewer_sees(people: dict[str, str], home: str) -> None:
    for told in (
        httpx.get(link(people, f"{home}/feed/stations.geojson")).text,
        httpx.get(link(people, f"{home}/ogc") + "/collections/stations/items").text,
    ):
        assert "138****5678" in told
        assert PHONE not in told
        assert PERSON not in told


def test_whoever_fetches_is_kept_in_the_audit_once_a_day_and_no_link_with_it(people: dict[str, str], home: str) -> None:
    path = "/feed/bases.geojson"
    linked = link(people, f"{home}/ogc")
    with httpx.Client(base_url=home, cookies={"station_atlas": cookie(home, "wei")}) as client:
        for _again in range(2):
            client.get(path).raise_for_status()
            httpx.get(f"{linked}/collections/bases/items").raise_for_status()
    told = exported(people)
    opened, secret = httpx.URL(linked).path.rsplit("/", 1)
    by_link = f"{opened}/…/collections/bases/items"
    assert (told.count(("wei", path)), told.count(("link", by_link))) == (1, 1)
    assert not any(secret in about for _who, about in told)


def test_clients_of_others_follow_a_link_below_ogc(people: dict[str, str], home: str) -> None:
    address = link(people, f"{home}/ogc")
    assert read_with_gdal(address)["layers"]["stations"][0] == [f"S-0{number}" for number in range(1, 8)]
    assert Features(address).collection_items("stations", limit=3)["numberReturned"] == 3
    assert httpx.get(address + "x/collections").status_code == 403
    assert httpx.get(address.replace("/ogc/", "/feed/")).status_code == 401
    assert httpx.get(address + "/../../../../register").status_code in {401, 404}
    assert httpx.get(address + "/_stcore/metrics").status_code == 404


def test_a_link_that_expired_or_was_revoked_opens_nothing(people: dict[str, str], home: str) -> None:
    settings, now = Settings.from_environment(people), dt.datetime.now(dt.UTC)
    for path in ("/feed/stations.geojson", "/ogc"):
        old = make_link(settings, home + path, days=1, now=now - dt.timedelta(days=2)).address
        expired = httpx.get(old)
        assert (expired.status_code, "held until" in expired.json()["error"]) == (403, True)
    standing = [link(people, home + path) for path in ("/feed/stations.geojson?lang=zh", "/ogc")]
    assert [httpx.get(address).status_code for address in standing] == [200, 200]
    revoke_links(settings, now=now)
    assert [httpx.get(address).status_code for address in standing] == [403, 403]
    assert "此链接无效" in httpx.get(standing[0]).json()["error"]
    assert httpx.get(link(people, f"{home}/feed/stations.geojson")).status_code == 200


@pytest.fixture
def elsewhere(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Return a page of another site, with an empty picture in it."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Elsewhere</title><img>", encoding="utf-8")
    answering = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    context = browser.new_context()
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        page = context.new_page()
        page.goto(f"http://localhost:{site.server_port}/index.html")
        yield page
        site.shutdown()
    context.close()


READ = "url => fetch(url).then(answer => answer.text(), () => 'refused')"
SHOW = "async url => { const at = document.images[0]; at.src = url; await at.decode(); return at.naturalWidth }"


def test_a_page_of_another_site_shows_the_picture_and_reads_the_data_of_a_link(
    elsewhere: Page, people: dict[str, str], home: str
) -> None:
    picture, feed = (link(people, home + path) for path in ("/snapshot/tiers.png?dpi=72", "/feed/stations.geojson"))
    assert elsewhere.evaluate(SHOW, picture) > 800
    assert len(json.loads(elsewhere.evaluate(READ, feed))["features"]) == 7
    assert elsewhere.evaluate(READ, f"{home}/feed/stations.geojson") == "refused"


def test_a_page_of_another_site_reads_nothing_of_a_machine_where_nobody_signs_in(elsewhere: Page, server: str) -> None:
    assert elsewhere.evaluate(READ, f"{server}/feed/stations.geojson") == "refused"
