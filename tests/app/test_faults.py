"""What goes wrong is told in words, in the visitor's language, and the page stays up."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from stations.app.served.front import PAGES
from tests.app.conftest import visits
from tests.app.office import ROOT, command, serving, write_csv
from tests.app.test_entry import fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.app.conftest import Visit
    from tests.postgis import Postgis

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/?lang=en&city=410100", "or by python -m stations import FILE --city 410100"),
        ("/?lang=en&city=999999", "No city with the code 999999 is known."),
        ("/?lang=en&city=abc", "“abc” cannot be used."),
        ("/?city=%3Cscript%3E", "不能使用“<script>”"),
        ("/?city=999999", "没有代码为 999999 的城市"),
        ("/coverage?lang=en&city=340500", "340500_demand.csv: it has headers but no rows."),
    ],
)
def test_words_say_what_is_wrong_and_what_to_do(visit: Visit, path: str, words: str) -> None:
    visitor = visit(path)
    visitor.page.get_by_text(words).wait_for()
    assert "Traceback" not in visitor.page.locator("body").inner_text()
    pages = visitor.page.locator(".st-key-pages").get_by_test_id("stPageLink")
    shown = len(PAGES) - 1  # without accounts there is none for them
    pages.nth(shown - 1).wait_for()  # nobody is locked in
    assert pages.count() == shown
    again = visitor.page.get_by_test_id("stMain").get_by_role("button", name="Try again")
    if again.count():
        assert visitor.page.locator(".atlas-fault").evaluate("(e) => getComputedStyle(e).borderLeftWidth") == "4px"
        again.click()
        visitor.until_query(city=None).until_sentence("37.5% of 5,600 residents")


def test_what_an_address_should_not_hold_is_left_aside(visit: Visit) -> None:
    for radius in ("-5", "nan", "9" * 400):
        visitor = visit(f"/coverage?lang=xx&gap=999&tier=emperor&radius={radius}&selected=nonsense&x=y")
        visitor.until_sentence("在 1,000 米内可达").until_drawn("gaps")
        assert visitor.page.locator(".atlas-fault, .atlas-card, .stException").count() == 0
    visitor = visit("/?lang=en&tiers=&selected=station:no-such&radius=0").until_drawn()
    visitor.page.get_by_text("0 of 7 stations").wait_for()
    visitor.page.get_by_text("Choose more tiers").wait_for()
    assert visitor.page.locator(".atlas-empty").is_visible()


def test_an_address_without_a_page_says_so_in_the_readers_language(visit: Visit, server: str) -> None:
    for language, words in (("zh_CN", "此地址没有页面"), ("en", "There is no page at this address")):
        answer = httpx.get(f"{server}/nowhere?lang={language}", headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert f"<h1>{words}</h1>" in answer.text
    assert httpx.get(f"{server}/coverage", headers={"Accept": "text/html", "If-None-Match": "*"}).status_code == 200
    assert "BACKEND_BASE_URL" in httpx.get(f"{server}/", headers={"Accept": "text/html"}).text
    visitor = visit("/?lang=en&selected=station:NOPE")
    visitor.page.get_by_text("There is no NOPE in the register of this city and day.").wait_for()


def test_a_server_that_is_gone_is_told_in_the_readers_language(
    browser: Browser, own_office: dict[str, str], tmp_path: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    with serving(own_office, tmp_path / "log") as address:
        page.goto(f"{address}/?lang=zh_CN")
        page.locator("h1").wait_for()
    page.get_by_text("服务器没有响应。").wait_for(timeout=60_000)
    assert page.get_by_text("Connection error").count() == 0
    context.close()


def test_a_layer_that_does_not_come_is_told_in_words_and_can_be_asked_for_again(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    visitor.expected = 0
    visitor.page.route("**/atlas/data/*.json*", lambda route: route.abort())
    visitor.page.get_by_role("link", name="Coverage and gaps", exact=True).click()
    visitor.page.get_by_role("heading", name="Coverage and gaps").wait_for()
    visitor.settled()
    notice = visitor.map.locator(".atlas-notice")
    notice.filter(has_text="Part of the map could not be loaded.").wait_for()
    visitor.page.unroute("**/atlas/data/*.json*")
    notice.get_by_role("button", name="Try again").click()
    visitor.faults.clear()  # the browser says of each refused request that it failed: we refused it


def test_an_open_page_follows_the_register_and_survives_its_loss(
    visit_own: Visit, own_office: dict[str, str], tmp_path: Path
) -> None:
    visitor = visit_own("/?lang=en").until_drawn()
    rows = [
        ("站点编号", "站点名称", "等级", "所属县区", "经度", "纬度", "坐标系"),
        ("N-1", "Theta", "省级", "大通区", "117.05", "32.62", "WGS84"),
    ]
    imported = command(own_office, "import", write_csv(tmp_path / "new.csv", rows), "--lang", "en")
    assert imported.returncode == 0, imported.stderr
    visitor.toggle("Activity bases")
    visitor.until_sentence("1 station;")
    visitor.page.get_by_text("1 of 1 stations").wait_for()
    assert [row[:2] for row in visitor.until_rows(1)[1:]] == [["N-1", "Theta"]]
    visitor.until_map("slots.stations.data.ids.length === 1")
    assert "Revision 2" in visitor.map.locator(".atlas-caption").inner_text()
    assert visitor.page.locator(".atlas-demo").count() == 0
    with sqlite3.connect(own_office["STATIONS_DATABASE"]) as register:
        register.execute("DROP TABLE revision")
    visitor.toggle("Activity bases")
    visitor.page.locator(".atlas-fault").filter(has_text="The register at").wait_for()
    assert "Traceback" not in visitor.page.locator("body").inner_text()


@pytest.mark.parametrize("broken", ["folder", "rubbish"])
def test_a_register_that_cannot_be_opened_is_told_on_the_page(
    browser: Browser, own_office: dict[str, str], tmp_path: Path, broken: str
) -> None:
    register = Path(own_office["STATIONS_DATABASE"])
    if broken == "folder":
        register.mkdir()
    else:
        register.write_bytes(b"this is no register " * 400)
    with serving(own_office, tmp_path / "log") as address:
        for visit in visits(browser, address):
            visitor = visit("/coverage?lang=en")
            words = visitor.page.locator(".atlas-fault").inner_text()
            assert words.startswith(f"The register at {register} cannot be used")
            assert "Traceback" not in visitor.page.locator("body").inner_text()
    if broken == "rubbish":
        assert register.read_bytes() == b"this is no register " * 400


def test_a_register_that_is_for_reading_only_says_so_and_keeps_what_was_typed(
    browser: Browser, own_office: dict[str, str], tmp_path: Path
) -> None:
    made = command(own_office, "init", "--lang", "en")
    assert made.returncode == 0, made.stderr
    file = own_office["STATIONS_DATABASE"]
    with serving(
        {**own_office, "STATIONS_DATABASE": f"sqlite:///file:{file}?mode=ro&uri=true"}, tmp_path / "log"
    ) as at:
        for visit in visits(browser, at):
            visitor = visit("/register?lang=en&selected=station:S-05")
            visitor.page.get_by_text("The register cannot be written; nothing can be saved now.").wait_for()
            visitor.button("Edit this record").click()
            fill(visitor, "Address", "55 Fifth Street")
            visitor.button("Save").and_(visitor.page.locator(":enabled")).click()
            visitor.page.get_by_text("The register is read-only at the moment").wait_for()
            assert visitor.page.get_by_label("Address", exact=True).input_value() == "55 Fifth Street"
            assert visitor.button("Save").is_enabled()


FAILING_APP = """
import streamlit as st

from stations.app.frame import told
from stations.app.served.routes import MIDDLEWARE, ROUTES, started

app = st.App({page!r}, routes=ROUTES, middleware=MIDDLEWARE, lifespan=started, on_script_error=told)
"""
FAILING_PAGE = """
import streamlit as st

from stations.app import address, frame
from stations.model.errors import RegisterBusy

address.opened()


def left():
    if st.session_state["typed"] == "busy":
        raise RegisterBusy()
    raise ZeroDivisionError


@address.part
def page():
    st.title("A page")
    st.text_input("Before", key="before")
    st.text_input("Typed", key="typed", on_change=left)


frame.open_page([st.Page(page, title="x", default=True)])
address.settle()
"""


@pytest.mark.parametrize(
    ("typed", "lang", "words"),
    [("busy", "zh_CN", "其他人正在写入台账"), ("odd", "en", "This page could not be drawn")],
)
def test_a_fault_of_what_a_field_sets_off_is_told_in_words_and_what_was_typed_comes_back(
    browser: Browser, own_office: dict[str, str], tmp_path: Path, typed: str, lang: str, words: str
) -> None:
    (tmp_path / "page.py").write_text(FAILING_PAGE, encoding="utf-8")
    (tmp_path / "app.py").write_text(FAILING_APP.format(page=str(tmp_path / "page.py")), encoding="utf-8")
    environment = {**own_office, "PYTHONPATH": str(ROOT)}
    with serving(environment, tmp_path / "log", app=tmp_path / "app.py") as address:
        for visit in visits(browser, address):
            visitor = visit(f"/?lang={lang}")
            page = visitor.page
            page.get_by_label("Before").fill("all of this")
            page.get_by_label("Before").press("Tab")
            page.get_by_label("Typed").fill(typed)
            page.get_by_label("Typed").press("Tab")
            page.locator(".atlas-fault").filter(has_text=words).wait_for()
            assert page.locator(".stException").count() == 0
            assert page.locator(".st-key-pages").get_by_test_id("stPageLink").count() == 1
            page.get_by_role("button", name="重试" if lang == "zh_CN" else "Try again").click()
            page.get_by_label("Typed").wait_for()
            visitor.settled()
            assert page.get_by_label("Typed").input_value() == typed
            assert page.get_by_label("Before").input_value() == "all of this"


def test_a_server_that_goes_away_while_somebody_types_takes_nothing_along(
    browser: Browser, own_office: dict[str, str], tmp_path: Path, postgis: Postgis
) -> None:
    place = postgis.database()
    name = urlsplit(place).path.removeprefix("/")
    with serving({**own_office, "STATIONS_DATABASE": place}, tmp_path / "log") as address:
        for visit in visits(browser, address):
            visitor = visit("/register?lang=en")
            visitor.button("New station").click()
            fill(visitor, "Name", "Omega Hall")
            postgis.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false;")
            postgis.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}';")
            visitor.page.get_by_label("Address", exact=True).fill("9 Ninth Street")
            visitor.page.get_by_label("Address", exact=True).press("Tab")
            told = visitor.page.locator(".atlas-fault").filter(has_text="The database server of the register")
            told.wait_for()
            shown = visitor.page.locator("body").inner_text()
            assert not any(word in shown for word in (name, "postgres", postgis.folder, "Traceback"))
            postgis.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true;")
            visitor.button("Try again").click()
            visitor.page.get_by_label("Address", exact=True).wait_for()
            visitor.settled()
            assert visitor.page.get_by_label("Address", exact=True).input_value() == "9 Ninth Street"
            assert visitor.page.get_by_label("Name", exact=True).input_value() == "Omega Hall"
            visitor.button("Save").click()
            visitor.page.locator(".atlas-done").wait_for()
            visitor.faults.clear()  # the map asked for data while there was none
