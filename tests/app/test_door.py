"""The door: who is let in, how far, and for how long; looked at from outside, as a browser or a program would."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.app.conftest import visits
from tests.app.office import command, furnish, serving, surroundings, write_csv
from tests.app.test_entry import fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

OWN = "ein-eigenes-Wort"
PHONE, PERSON = "13812345678", "Zhuge Liangming"
OTHERS = (
    "013912345678",
    "137    1234    5678",
    "136|1234|5678",
    "幺三四一二三四五六七八",
    "欧阳锋",
    "韩梅梅",
    "魏无羡",
)
NOTES = (
    f"call {PHONE}, {'; or '.join(OTHERS[:4])}。值班：{OTHERS[4]}；片区经理：{OTHERS[5]}；"
    f"电话：0554-6644021（{OTHERS[6]}）"
)
SECRETS = [form for words in (PHONE, PERSON, *OTHERS) for form in (words.encode(), json.dumps(words)[1:-1].encode())]
BUTTONS = ("New station", "New activity base", "Edit this record", "Show numbers and names in full")
BEHIND = (
    "/_stcore/metrics", "/_stcore/host-config", "/_stcore/upload_file/a/b", "/media/a.csv",
    "/component/streamlit_folium.st_folium/index.html", "/atlas/data/stations.json?city=340400", "/atlas/assets/x.js",
    "/static/js/index.js", "/_stcore/script-health-check", "/_stcore/health/x", "/auth/logout", "/auth/login",
    "/oauth2callback", f"/atlas/photo/{'0' * 64}.jpg", f"/atlas/thumbnail/{'0' * 64}.jpg",
)  # fmt: skip


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of an office in which people sign in; one station has a phone number and a name."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "profiles").mkdir()
    environment = {**surroundings(folder / "register.sqlite3", furnish(folder / "profiles")), "STATIONS_LANG": "en"}
    made(environment, "init", "--admin", "chen")
    rows = [("站点编号", "站点名称", "所属县区", "联系电话", "备注", "联系人", "数据来源")]
    rows += [("S-01", "Alpha Bank", "田家庵区", PHONE, NOTES, PERSON, "示例数据")]
    made(environment, "import", write_csv(folder / "list.csv", rows))
    for name, *wishes in (("li", "--role", "staff", "--union", "340403"), ("wei", "--role", "viewer")):
        made(environment, "account", "add", name, *wishes)
    return environment


def made(environment: dict[str, str], *arguments: str | Path) -> Any:
    done = command(environment, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def home(people: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of that office's server."""
    with serving(people, tmp_path_factory.mktemp("home") / "log") as address:
        yield address


@pytest.fixture
def visit_home(browser: Browser, home: str) -> Iterator[Visit]:
    """Return how to visit that office's pages."""
    yield from visits(browser, home)


@pytest.fixture(scope="module")
def known(people: dict[str, str], home: str) -> dict[str, str]:
    """Return the password of each account, chosen by its owner."""
    for name in ("chen", "li", "wei"):
        first = made(people, "account", "password", name)["password"]
        with httpx.Client(base_url=home) as client:
            assert client.post("/login", data={"name": name, "password": first}).status_code == 303
            changed = client.post("/account", data={"what": "password", "old": first, "new": OWN, "again": OWN})
            assert "The password is changed" in changed.text
    return dict.fromkeys(("chen", "li", "wei"), OWN)


def inside(visit: Visit, name: str, path: str = "/register?lang=en") -> Visitor:
    """Return a visitor who has signed in on the way to a page."""
    visitor = visit(path)
    enter(visitor, name)
    return visitor.settled()


def enter(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_label("Name", exact=True).fill(name)
    visitor.page.get_by_label("Password", exact=True).fill(OWN)
    visitor.button("Sign in").click()
    visitor.page.wait_for_url(re.compile(r"/(register|overview|coverage|accounts|\?|$)"))


def cookie(home: str, name: str) -> str:
    with httpx.Client(base_url=home) as client:
        client.post("/login", data={"name": name, "password": OWN})
        return client.cookies["station_atlas"]


@pytest.mark.parametrize("path", BEHIND)
@pytest.mark.parametrize("token", [None, "x", "x" * 5_000])
def test_nothing_behind_the_door_answers_without_a_sign_in(home: str, path: str, token: str | None) -> None:
    cookies = {"station_atlas": token} if token else {}
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = httpx.request(method, home + path, headers={"Accept": "text/html"}, cookies=cookies)
        assert answer.status_code == 401, method
        assert answer.text == "401"


@pytest.mark.parametrize("path", ["/", "/overview", "/register", "/accounts", "/coverage?radius=800", "/none"])
def test_a_page_leads_to_the_door_and_back(home: str, path: str) -> None:
    answer = httpx.get(home + path, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    door = httpx.get(home + answer.headers["location"])
    assert f'name="next" value="{path}"' in door.text
    assert httpx.get(home + path, headers={"Accept": "application/json"}).status_code == 401


def test_a_websocket_is_not_opened_without_a_sign_in(home: str, known: dict[str, str]) -> None:
    wish = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
    }
    address = f"{home}/_stcore/stream"
    assert httpx.get(address, headers=wish).status_code == 403
    with httpx.stream("GET", address, headers={**wish, "Cookie": f"station_atlas={cookie(home, 'wei')}"}) as opened:
        assert opened.status_code == 101


def test_without_an_identity_provider_there_is_no_way_to_one(home: str, known: dict[str, str]) -> None:
    door = httpx.get(f"{home}/login?lang=en").text
    assert "/auth/login" not in door
    for path in ("/auth/login", "/oauth2callback?code=x&state=x"):
        assert httpx.get(home + path, cookies={"station_atlas": cookie(home, "wei")}).status_code == 404


@pytest.mark.parametrize(
    "wish",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/login", "/a\nb", "x", ""],
)
def test_the_door_leads_to_pages_of_its_own_only(home: str, known: dict[str, str], wish: str) -> None:
    answer = httpx.post(f"{home}/login", data={"name": "wei", "password": OWN, "next": wish})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_the_cookie_is_for_the_server_alone(home: str, known: dict[str, str]) -> None:
    form = {"name": "wei", "password": OWN}
    plain = httpx.post(f"{home}/login", data=form).headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=strict" in plain
    assert "Secure" not in plain  # it would not come back without TLS
    behind_a_proxy = httpx.post(f"{home}/login", data=form, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in behind_a_proxy.headers["set-cookie"]


def test_the_door_takes_no_form_of_another_page_and_no_endless_one(home: str) -> None:
    form = {"name": "wei", "password": OWN}
    for origin in ("https://evil.example", "null"):
        assert httpx.post(f"{home}/login", data=form, headers={"Origin": origin}).status_code == 403
    assert httpx.post(f"{home}/login", data={"name": "x" * 1_000_000}).status_code == 413
    assert httpx.post(f"{home}/login", content=b"\xff\xfe\x00=%%%").status_code == 401


def test_what_was_typed_at_the_door_comes_back_as_text(home: str) -> None:
    answer = httpx.post(f"{home}/login", data={"name": '"><script>alert(1)</script>{{7*7}}', "password": "x"})
    assert answer.status_code == 401
    assert "<script" not in answer.text
    assert "{{7*7}}" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert answer.headers["cache-control"] == "no-store"


def test_whoever_tries_often_has_to_wait(home: str, people: dict[str, str]) -> None:
    made(people, "account", "add", "zhao")
    tries = [httpx.post(f"{home}/login", data={"name": "zhao", "password": f"try {n}"}) for n in range(6)]
    assert [each.status_code for each in tries] == [401] * 5 + [429]
    assert "Too many tries. Wait" in tries[-1].text


@pytest.mark.parametrize("fitting", [True, False])
def test_a_register_that_somebody_locks_is_told_at_the_door_before_long(
    own_office: dict[str, str], tmp_path: Path, fitting: bool
) -> None:
    first = made(own_office, "init", "--admin", "chen")["password"]
    password = first if fitting else "another"
    with serving(own_office, tmp_path / "log") as home:
        locking = sqlite3.connect(own_office["STATIONS_DATABASE"], isolation_level=None)
        locking.execute("BEGIN IMMEDIATE")
        form = {"name": "chen", "password": password, "lang": "en"}
        answer = httpx.post(f"{home}/login", data=form, timeout=20)
        assert answer.status_code == 503
        assert "Somebody else is writing in the register" in answer.text
        assert 'value="chen"' in answer.text
        locking.execute("ROLLBACK")
        locking.close()
        assert httpx.post(f"{home}/login", data=form, timeout=20).status_code == (303 if fitting else 401)


def test_a_register_that_is_read_only_is_told_at_the_door(own_office: dict[str, str], tmp_path: Path) -> None:
    password = made(own_office, "init", "--admin", "chen")["password"]
    place = f"sqlite:///file:{own_office['STATIONS_DATABASE']}?mode=ro&uri=true"
    with serving({**own_office, "STATIONS_DATABASE": place}, tmp_path / "log") as home:
        answer = httpx.post(f"{home}/login", data={"name": "chen", "password": password, "lang": "en"})
        assert answer.status_code == 503
        assert "The register is read-only at the moment" in answer.text


def test_without_sign_in_only_this_machine_is_answered(server: str) -> None:
    assert httpx.get(server).status_code == 200
    for header in ({"Host": "atlas.example"}, {"Host": "127.0.0.1.evil.example"}, {"X-Forwarded-For": "10.0.0.9"}):
        refused = httpx.get(server, headers=header)
        assert refused.status_code == 403, header
        assert "init --admin" in refused.text
    assert httpx.get(f"{server}/login").headers["location"] == "/"


def test_a_first_password_is_changed_before_anything_else(visit_home: Visit, people: dict[str, str]) -> None:
    first = made(people, "account", "add", "sun", "--role", "admin")["password"]
    visitor = visit_home("/accounts?lang=en")
    visitor.expected = 401
    for password in ("something else", first):
        visitor.page.get_by_label("Name", exact=True).fill("sun")
        visitor.page.get_by_label("Password", exact=True).fill(password)
        visitor.button("Sign in").click()
    visitor.page.get_by_text("This password was given to you.").wait_for()
    for label, words in (("Present password", first), ("New password", OWN), ("New password again", OWN)):
        visitor.page.get_by_label(label, exact=True).fill(words)
    visitor.button("Change the password").click()
    visitor.page.get_by_text("The password is changed.").wait_for()
    visitor.page.get_by_role("link", name="Back to the atlas").click()
    visitor.page.get_by_role("link", name="Accounts", exact=True).click()
    visitor.page.get_by_role("heading", name="What was done").wait_for()
    visitor.page.get_by_label("Name of the new account").fill("gao")
    visitor.button("Make the account").dblclick()
    visitor.page.get_by_text("gao may sign in with this password").wait_for()
    visitor.settled()
    visitor.page.get_by_text("gao may sign in with this password").wait_for()  # nothing is said in its place
    visitor.page.get_by_text("Change an account").click()
    assert visitor.button("New password").count() == 0  # nobody is chosen, least of all oneself
    visitor.settled().type("Account", "sun")
    visitor.settled()
    assert visitor.button("New password").count() == 0
    visitor.open("/accounts?lang=en")  # without what was typed
    visitor.page.get_by_text("Change an account").click()
    visitor.choose("Account", "gao")
    visitor.button("New password").wait_for()


def test_each_role_is_offered_what_it_may_do(visit_home: Visit, known: dict[str, str]) -> None:
    for name, offered in (("wei", ()), ("li", BUTTONS), ("chen", BUTTONS)):
        visitor = inside(visit_home, name, "/register?lang=en&selected=station:S-01")
        visitor.card.filter(has_text="138****5678").wait_for()
        visitor.button("Everything about it").wait_for()
        visitor.settled()
        for button in offered:
            visitor.button(button).wait_for()
        withheld = [button for button in BUTTONS if button not in offered]
        assert [button for button in withheld if visitor.button(button).count()] == []
        for page in ("Accounts", "Import and check-up"):  # li answers for one union, and a list touches many
            assert visitor.page.get_by_role("link", name=page, exact=True).count() == (name == "chen")


def test_a_number_is_shown_in_full_to_whoever_asks_and_may_and_it_is_recorded(
    visit_home: Visit, known: dict[str, str], people: dict[str, str]
) -> None:
    visitor = inside(visit_home, "li", "/register?lang=en&selected=station:S-01")
    visitor.button("Show numbers and names in full").click()
    visitor.card.filter(has_text=PHONE).wait_for()
    assert PERSON in visitor.card.filter(has_text=PHONE).inner_text()
    line = made(people, "account", "audit")["audit"][0]
    assert (line["who"], line["what"], line["about"]) == ("li", "saw in full", "S-01")


@pytest.mark.parametrize("name", ["wei", "li", "chen"])
def test_no_byte_that_is_sent_holds_a_number_or_a_name(visit_home: Visit, known: dict[str, str], name: str) -> None:
    visitor = visit_home("/?lang=en&selected=station:S-01")
    sent: list[bytes] = []
    visitor.page.on(
        "websocket",
        lambda opened: opened.on(
            "framereceived", lambda frame: sent.append(frame.encode() if isinstance(frame, str) else frame)
        ),
    )
    visitor.page.on("requestfinished", lambda request: sent.append(body_of(request)))
    enter(visitor, name)
    visitor.until_drawn("stations")
    with visitor.page.expect_download() as download:
        visitor.button("Download the list (CSV)").click()
    sent.append(Path(download.value.path()).read_bytes())
    for page in ("Coverage and gaps", "Stations and bases"):
        visitor.page.get_by_role("link", name=page, exact=True).click()
        visitor.page.get_by_role("heading", name=page, exact=True).wait_for()
        visitor.settled()
    visitor.button("Everything about it").click()
    visitor.page.get_by_role("heading", name="History").wait_for()
    if name != "wei":
        visitor.button("Edit this record").click()
        visitor.page.get_by_label("Contact phone", exact=True).wait_for(state="attached")
        visitor.settled()
    everything = b"\n".join(sent)
    assert b"138****5678" in everything  # the bytes are those of the pages, readable
    assert b"Alpha Bank" in everything
    assert [words for words in SECRETS if words in everything] == []


def body_of(request: Any) -> bytes:
    answer = request.response()
    return bytes(answer.body()) if answer and answer.status == 200 else b""


def test_an_account_that_is_closed_stops_at_its_next_step(
    visit_home: Visit, known: dict[str, str], people: dict[str, str], home: str
) -> None:
    first = made(people, "account", "add", "qian", "--role", "staff")["password"]
    with httpx.Client(base_url=home) as client:
        client.post("/login", data={"name": "qian", "password": first})
        client.post("/account", data={"what": "password", "old": first, "new": OWN, "again": OWN})
    visitor = inside(visit_home, "qian")
    visitor.expected = 401
    made(people, "account", "close", "qian")
    visitor.button("Download the list (CSV)").click()
    visitor.page.get_by_text("There is no file: you are not signed in any more").wait_for()
    visitor.settled()
    visitor.page.get_by_text("Activity bases", exact=True).click()
    visitor.page.get_by_text("You are not signed in, or not any more.").wait_for()
    visitor.page.get_by_role("link", name="Sign in", exact=True).wait_for()
    visitor.settled()
    assert visitor.page.get_by_text("Beta Library").count() == 0
    assert [line for line in exported(people) if line[0] == "qian"] == []


def exported(people: dict[str, str]) -> list[tuple[str, str]]:
    """Return who took what, as the audit tells."""
    lines = made(people, "account", "audit")["audit"]
    return [(line["who"], line["about"]) for line in lines if line["what"] == "exported"]


def test_whatever_leaves_a_page_is_kept_in_the_audit(
    visit_home: Visit, known: dict[str, str], people: dict[str, str]
) -> None:
    visitor = inside(visit_home, "wei", "/coverage?lang=en")
    for button in ("Download the gaps (CSV)", "Download the table (CSV)"):
        with visitor.page.expect_download():
            visitor.button(button).first.click()
        visitor.settled()
    visitor.page.get_by_role("link", name="Map of this for paper").click()
    visitor.page.get_by_role("heading", name="Snapshots and reports").wait_for()
    visitor.settled()
    with visitor.page.expect_download():
        visitor.button("Download the map").click()
    assert {("wei", "gaps"), ("wei", "districts"), ("wei", "gaps.png")} <= set(exported(people))


def test_what_is_being_typed_when_a_sign_in_ends_is_not_lost(
    visit_home: Visit, known: dict[str, str], people: dict[str, str]
) -> None:
    visitor = inside(visit_home, "li")
    visitor.expected = 401
    visitor.button("New station").click()
    fill(visitor, "Name", "Half a station")
    visitor.page.locator(".atlas-note").filter(has_text="not on the map").wait_for()
    fill(visitor, "Reason, for the history", "the office asked")
    assert visitor.map  # it is drawn: nothing but the visitor makes the page run again
    visitor.settled()
    visitor.page.get_by_label("Address", exact=True).fill("typed too late")
    with sqlite3.connect(people["STATIONS_DATABASE"]) as database:
        database.execute("UPDATE sign_in SET seen_at = '2020-01-01T00:00:00+00:00', made_at = seen_at")
    visitor.page.keyboard.press("Tab")
    visitor.page.get_by_text("what you have entered is kept").wait_for()
    visitor.page.get_by_role("link", name="Sign in", exact=True).click()
    enter(visitor, "li")
    visitor.page.get_by_text("Not saved yet: Half a station").wait_for()
    visitor.button("Go on with it").click()
    field = visitor.page.get_by_label("Address", exact=True)
    field.wait_for()
    assert field.input_value() == "typed too late"
    assert visitor.page.get_by_label("Name", exact=True).input_value() == "Half a station"
    assert visitor.page.get_by_label("Reason, for the history", exact=True).input_value() == "the office asked"
    visitor.settled().button("Discard").click()
    visitor.button("New station").wait_for()
    assert visitor.page.get_by_text("Not saved yet").count() == 0
    visitor.faults.clear()  # a map that was being loaded when the sign-in ended was refused its script


def test_staff_of_one_union_saves_in_it_and_nowhere_else(visit_home: Visit, known: dict[str, str]) -> None:
    visitor = inside(visit_home, "li")
    visitor.button("New station").click()
    fill(visitor, "Name", "Ours")
    visitor.page.locator(".atlas-note").filter(has_text="not on the map").wait_for()
    visitor.settled()
    fill(visitor, "Paste a map link or coordinates", "geo:32.5545,117.0653")  # of Datong
    visitor.page.wait_for_function("document.querySelector('[aria-label=District]')?.value === '大通区'")
    told = "It is a record of Datong District. You may change, and see in full, those of Tianjia'an District alone."
    visitor.page.locator(".atlas-fault").filter(has_text=told).wait_for()
    assert visitor.button("Save").is_disabled()
    fill(visitor, "Paste a map link or coordinates", "geo:32.6550,117.0300")  # of Tianjia'an
    visitor.page.wait_for_function("document.querySelector('[aria-label=District]')?.value === '田家庵区'")
    visitor.button("Save").click()
    visitor.page.get_by_text("Saved: 340400-0001").wait_for()


def test_staff_of_one_union_is_not_offered_to_change_the_record_of_another(
    visit_home: Visit, people: dict[str, str], known: dict[str, str], tmp_path: Path
) -> None:
    rows = [("站点编号", "站点名称", "所属县区", "联系电话"), ("D-01", "Theirs", "大通区", PHONE)]
    rows += [("D-02", "Theirs, and there to stay", "大通区", "")]
    made(people, "import", write_csv(tmp_path / "theirs.csv", rows))
    visitor = inside(visit_home, "li", "/register?lang=en&selected=station:D-01&record=1")
    told = "It is a record of Datong District. You may change, and see in full, those of Tianjia'an District alone."
    visitor.page.get_by_text(told).wait_for()
    visitor.settled()
    for name in ("Edit this record", "Show numbers and names in full"):
        assert visitor.button(name).count() == 0
    visitor = inside(visit_home, "chen", "/register?lang=en&selected=station:D-01")
    visitor.button("Edit this record").wait_for()
    made(people, "remove", "D-01", "--why", "entered twice")
    visitor = inside(visit_home, "li")
    visitor.page.get_by_text("What was changed last").click()
    visitor.page.get_by_test_id("stDataFrame").nth(1).wait_for()  # below the list
    assert "D-01" in visitor.settled().table(1)[1]
    visitor.choose_row(0, at=1)
    visitor.page.get_by_text(told).wait_for()
    assert visitor.page.get_by_role("button", name=re.compile("^Bring D-01 back")).count() == 0


def test_signing_out_leads_to_the_door_and_ends_it(visit_home: Visit, known: dict[str, str], home: str) -> None:
    visitor = inside(visit_home, "wei", "/?lang=en")
    elsewhere = cookie(home, "wei")
    visitor.page.get_by_role("link", name="wei · Viewer").click()
    visitor.button("Sign out everywhere").click()
    visitor.button("Sign in").wait_for()
    assert httpx.get(f"{home}/atlas/data/stations.json", cookies={"station_atlas": elsewhere}).status_code == 401
