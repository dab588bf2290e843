"""Sign-in through an office's own identity provider, on another site than the app: in a browser, and by attackers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from stations.app.access.provider import configured as is_configured
from tests.app.conftest import visits
from tests.app.identity_provider import CLIENT_SECRET, COOKIE_SECRET, IdentityProvider, providing, secrets_file
from tests.app.office import furnish, serving, surroundings
from tests.app.test_door import made

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

OFFICE = "Sign in with the office's account"
WEI, LI = "wei@union.example", "li@union.example"
HTML = {"Accept": "text/html"}


def says(email: str, **other: Any) -> dict[str, Any]:
    return {"email": email, "email_verified": True, **other}


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """Return the office's identity provider; it knows who has an account with us, and who has none."""
    with providing() as found:
        found.people = {"wei": says("Wei@Union.example"), "li": says(LI), "mallory": says("mallory@union.example")}
        yield found


@pytest.fixture(scope="module")
def people(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of an office that has configured its provider, with an account for each role."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "profiles").mkdir()
    environment = {**surroundings(folder / "register.sqlite3", furnish(folder / "profiles")), "STATIONS_LANG": "en"}
    secrets = secrets_file(folder / "secrets.toml", provider.address, "http://127.0.0.1:{port}")
    made(environment, "init", "--admin", "chen@union.example")
    made(environment, "account", "add", WEI)
    made(environment, "account", "add", LI, "--role", "staff", "--union", "340403")
    return {**environment, "STREAMLIT_SECRETS_FILES": str(secrets)}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the server writes its log."""
    return tmp_path_factory.mktemp("home") / "log"


@pytest.fixture(scope="module")
def home(people: dict[str, str], log: Path) -> Iterator[str]:
    """Return the address of that office's server."""
    with serving(people, log) as address:
        yield address


@pytest.fixture
def visit_home(browser: Browser, home: str) -> Iterator[Visit]:
    """Return how to visit that office's pages."""
    yield from visits(browser, home)


@pytest.fixture
def client(home: str) -> Iterator[httpx.Client]:
    """Return a program that keeps cookies as a browser does."""
    with httpx.Client(base_url=home) as opened:
        yield opened


def inside(visitor: Visitor, provider: IdentityProvider, person: str) -> Visitor:
    through(visitor, provider, person)
    visitor.page.wait_for_url(re.compile(r"127\.0\.0\.1:\d+/(register|overview|\?|$)"))
    return visitor.settled()


def through(visitor: Visitor, provider: IdentityProvider, person: str) -> None:
    """Press the button at the door and say at the provider who it is."""
    visitor.also = provider.address
    visitor.page.get_by_role("link", name=OFFICE).click()
    visitor.page.get_by_label("Who are you?").fill(person)
    visitor.button("It is me").click()


def come(client: httpx.Client, person: str, **wish: str) -> httpx.Response:
    """Go to the provider and come back as `person`; what the app then answers."""
    return client.get(sent_back(client, person, **wish))


def sent_back(client: httpx.Client, person: str, **wish: str) -> str:
    """Go to the provider; the address to which it sends `person` back."""
    out = client.get("/auth/login", params={"lang": "en", **wish})
    assert out.status_code == 302
    return httpx.post(out.headers["location"], data={"person": person}).headers["location"]


def lets_in(client: httpx.Client) -> bool:
    return client.get("/", headers=HTML).status_code == 200


def last_line(people: dict[str, str]) -> dict[str, Any]:
    line: dict[str, Any] = made(people, "account", "audit")["audit"][0]
    return line


# In a browser.


@pytest.mark.parametrize(("person", "label"), [("wei", f"{WEI} · Viewer"), ("li", f"{LI} · Staff")])
def test_whoever_the_office_vouches_for_is_let_in_and_led_on(
    visit_home: Visit, provider: IdentityProvider, people: dict[str, str], person: str, label: str
) -> None:
    visitor = visit_home("/register?lang=en&selected=station:S-01")
    inside(visitor, provider, person)
    visitor.page.get_by_role("link", name=label).wait_for()
    assert visitor.query["selected"] == "station:S-01"
    visitor.card.filter(has_text="Alpha Bank").wait_for()
    visitor.button("Everything about it").wait_for()
    visitor.settled()
    assert visitor.button("New station").count() == (person == "li")
    cookies = {each["name"]: each for each in visitor.page.context.cookies() if "localhost" not in each["domain"]}
    assert not [name for name in cookies if name.startswith("_streamlit_user")]
    ours = cookies["station_atlas"]
    assert (ours["sameSite"], ours["httpOnly"], ours["expires"]) == ("Strict", True, -1)
    line = last_line(people)
    assert (line["what"], line["about"]) == ("signed in", provider.address)


def test_an_identity_without_an_account_is_refused_in_words_and_no_account_is_made(
    visit_home: Visit, provider: IdentityProvider, people: dict[str, str]
) -> None:
    before = made(people, "account", "list")
    visitor = visit_home("/?lang=en")
    visitor.expected = 403
    through(visitor, provider, "mallory")
    words = visitor.page.get_by_role("alert")
    words.get_by_text("There is no open account of that name here").wait_for()
    assert "mallory@union.example" in words.inner_text()
    assert made(people, "account", "list") == before
    line = last_line(people)
    assert (line["who"], line["what"]) == ("mallory@union.example", "identity refused")
    assert line["about"] == f"{provider.address} sub-mallory"
    visitor.open("/overview?lang=en")
    visitor.button("Sign in").wait_for()


def test_signing_out_leads_to_the_door_and_nobody_is_signed_in_again_by_himself(
    visit_home: Visit, provider: IdentityProvider
) -> None:
    visitor = inside(visit_home("/?lang=en"), provider, "wei")
    visitor.page.get_by_role("link", name=f"{WEI} · Viewer").click()
    visitor.page.get_by_text("there is no password of yours here").wait_for()
    visitor.button("Sign out").click()
    visitor.page.get_by_role("link", name=OFFICE).wait_for()
    for path in ("/overview?lang=en", "/login?lang=en"):
        visitor.open(path)
        visitor.page.get_by_role("link", name=OFFICE).wait_for()
    visitor.expected = 401
    visitor.page.go_back()
    visitor.page.get_by_role("link", name=OFFICE).wait_for()


def test_a_closed_account_stops_at_its_next_step_and_the_office_cannot_open_it(
    visit_home: Visit, provider: IdentityProvider, people: dict[str, str]
) -> None:
    provider.people["sun"] = says("sun@union.example")
    made(people, "account", "add", "sun@union.example")
    visitor = inside(visit_home("/register?lang=en"), provider, "sun")
    visitor.expected = 401
    made(people, "account", "close", "sun@union.example")
    visitor.page.get_by_text("Activity bases", exact=True).click()
    visitor.page.get_by_text("You are not signed in, or not any more.").wait_for()
    visitor.expected = 403
    visitor.page.get_by_role("link", name="Sign in", exact=True).click()
    through(visitor, provider, "sun")
    visitor.page.get_by_text("There is no open account of that name here").wait_for()


def test_the_door_speaks_chinese_on_the_way_there_and_back(visit_home: Visit, provider: IdentityProvider) -> None:
    visitor = visit_home("/login?lang=zh_CN")
    visitor.also, visitor.expected = provider.address, 403
    visitor.page.get_by_role("link", name="用单位统一账号登录").click()
    visitor.page.get_by_label("Who are you?").fill("mallory")
    visitor.button("It is me").click()
    visitor.page.get_by_text("请联系驿站图的管理员").wait_for()


# As attackers would, and when something is wrong.


def test_an_address_that_is_not_verified_opens_nothing(
    client: httpx.Client, provider: IdentityProvider, people: dict[str, str]
) -> None:
    for unverified in ({"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}):
        provider.people["evil"] = says("chen@union.example", **unverified)
        answer = come(client, "evil")
        assert answer.status_code == 403
        assert "does not vouch" in answer.text
    assert not lets_in(client)
    line = last_line(people)
    assert (line["who"], line["what"]) == ("chen@union.example", "identity refused")


def test_the_name_of_a_known_account_with_another_identity_opens_nothing(
    client: httpx.Client, provider: IdentityProvider
) -> None:
    assert come(client, "wei").status_code == 200
    provider.people["heir"] = says(WEI)  # the address was given to somebody else
    with httpx.Client(base_url=client.base_url) as other:
        assert come(other, "heir").status_code == 403
        assert not lets_in(other)
    assert lets_in(client)


@pytest.mark.parametrize(
    "email", ["ｗei@union.example", "wеi@union.example", "wei @union.example", "weı@union.example"]
)
def test_a_name_that_looks_like_another_opens_nothing(
    client: httpx.Client, provider: IdentityProvider, email: str
) -> None:
    provider.people["twin"] = says(email)
    assert come(client, "twin").status_code == 403
    assert not lets_in(client)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "x"},
        {"nonce": None},
        {"aud": "another-client"},
        {"iss": "http://localhost:1"},
        {"exp": 1_000_000_000, "iat": 999_999_000},
        {"sub": None},
        {"key": True},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_opens_nothing(
    client: httpx.Client, provider: IdentityProvider, wrong: dict[str, Any]
) -> None:
    forged = wrong.get("key")
    provider.wrong = {} if forged else wrong
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"}) if forged else None
    answer = come(client, "wei")
    provider.wrong, provider.signs_with = {}, None
    assert answer.status_code in {401, 403}
    assert not lets_in(client)
    assert come(client, "wei").status_code == 200


def test_an_address_to_come_back_to_is_good_once_and_in_one_browser(client: httpx.Client, home: str) -> None:
    back = sent_back(client, "wei")
    with httpx.Client(base_url=home) as victim:  # who is led here is not signed in as somebody else
        assert victim.get(back).status_code == 401
        assert not lets_in(victim)
        sent_back(victim, "li")  # not even on the way itself
        assert victim.get(back).status_code == 401
        assert not lets_in(victim)
    assert client.get(back).status_code == 200
    assert lets_in(client)
    client.post("/account", data={"what": "out"})
    assert client.get(back).status_code == 401
    assert not lets_in(client)


@pytest.mark.parametrize("secret", [COOKIE_SECRET, "another-secret-that-somebody-has-guessed"])
def test_a_cookie_of_streamlits_opens_nothing(client: httpx.Client, home: str, secret: str) -> None:
    said = {**says(WEI), "sub": "sub-wei", "origin": home, "is_logged_in": True, "provider": "default"}
    forged = create_signed_value(secret, "_streamlit_user", json.dumps(said)).decode()
    client.cookies.set("_streamlit_user", forged, domain="127.0.0.1")
    assert not lets_in(client)
    for path in ("/oauth2callback", "/oauth2callback?state=x&code=x", "/oauth2callback?error=access_denied"):
        assert client.get(path).status_code == 401
    assert client.get("/auth/logout").status_code == 401
    assert client.get("/_stcore/stream").status_code == 401
    assert not lets_in(client)


@pytest.mark.parametrize("wish", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_server(client: httpx.Client, wish: str) -> None:
    answer = come(client, "wei", next=wish)
    assert 'content="0; url=/"' in answer.text
    assert "evil" not in answer.text


@pytest.mark.parametrize("length", [10, 900, 2_000, 5_000])
@pytest.mark.parametrize("letter", ["x", "李", '"'])
def test_however_long_a_link_is_the_browser_finds_back(client: httpx.Client, length: int, letter: str) -> None:
    out = client.get("/auth/login", params={"next": "/register?a=" + letter * length})
    kept = out.headers["set-cookie"].partition(";")[0]
    assert len(kept) < 4_000  # browsers drop what is longer than 4,096 bytes
    where = '"0; url=/register?a=' if length == 10 else '"0; url=/'
    assert where in come(client, "wei", next="/register?a=" + letter * length).text


def test_what_is_wished_for_stays_text_on_the_page_that_goes_on(client: httpx.Client) -> None:
    answer = come(client, "wei", next='/register?a="><script>alert(1)</script>')
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_the_page_that_goes_on_gives_a_cookie_for_the_server_alone(client: httpx.Client) -> None:
    given = come(client, "wei").headers.get_list("set-cookie")
    (ours,) = (line for line in given if line.startswith("station_atlas="))
    assert "HttpOnly" in ours
    assert "SameSite=strict" in ours
    assert not [line for line in given if "streamlit_user" in line]
    out = client.get("/auth/login", headers={"X-Forwarded-Proto": "https"})
    assert parse_qs(urlsplit(out.headers["location"]).query)["code_challenge_method"] == ["S256"]


def test_who_signs_in_as_somebody_else_is_somebody_else(client: httpx.Client, provider: IdentityProvider) -> None:
    come(client, "wei")
    come(client, "li")
    assert LI in client.get("/account?lang=en").text


def test_where_the_provider_is_gone_the_door_says_so(
    client: httpx.Client, people: dict[str, str], tmp_path: Path
) -> None:
    secrets = secrets_file(tmp_path / "secrets.toml", "http://localhost:1", "http://127.0.0.1:{port}")
    with serving({**people, "STREAMLIT_SECRETS_FILES": str(secrets)}, tmp_path / "log") as address:
        answer = httpx.get(f"{address}/auth/login?lang=en&next=/register")
        assert answer.status_code == 502
        assert "does not answer" in answer.text
        assert 'name="next" value="/register"' in answer.text
        assert httpx.get(f"{address}/auth/login", headers=HTML).status_code == 502


def test_where_the_secrets_are_unsafe_nobody_is_led_anywhere_and_the_log_says_why(
    people: dict[str, str], provider: IdentityProvider, tmp_path: Path
) -> None:
    secrets = secrets_file(tmp_path / "s.toml", provider.address, "http://127.0.0.1:{port}", cookie_secret="short")
    with serving({**people, "STREAMLIT_SECRETS_FILES": str(secrets)}, tmp_path / "log") as address:
        assert "office" not in httpx.get(f"{address}/login?lang=en").text
        before = provider.requests
        for path in ("/auth/login", "/oauth2callback?code=x&state=x"):
            assert httpx.get(address + path).status_code == 401
        assert provider.requests == before
    assert "cookie_secret in [auth] has to be 32 random characters" in (tmp_path / "log").read_text("utf-8")


SAFE = {
    "redirect_uri": "https://atlas.union.example/oauth2callback",
    "cookie_secret": COOKIE_SECRET,
    "client_id": "x",
    "client_secret": CLIENT_SECRET,
    "server_metadata_url": "https://id.union.example/.well-known/openid-configuration",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"redirect_uri": "https://atlas.union.example/"}, "redirect_uri"),
        ({"redirect_uri": "https://atlas.union.example/sub/oauth2callback"}, "redirect_uri"),
        ({"redirect_uri": "http://atlas.union.example/oauth2callback"}, "https"),
        ({"server_metadata_url": "http://id.union.example/"}, "https"),
        ({"server_metadata_url": "http://localhost.evil.example/"}, "https"),
        ({"default": {**SAFE, "server_metadata_url": "http://id.union.example/"}}, "https"),
        ({"cookie_secret": "x" * 31}, "cookie_secret"),
        ({"cookie_secret": 7}, "cookie_secret"),
        ({"client_secret": None}, "client_secret"),
        ({"client_id": None}, "client_id"),
        ({"server_metadata_url": None}, "server_metadata_url"),
        ({"redirect_uri": None}, "redirect_uri"),
    ],
)
def test_secrets_that_are_unsafe_or_not_whole_are_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, changed: dict[str, Any], said: str
) -> None:
    given = {name: value for name, value in {**SAFE, **changed}.items() if value is not None}
    assert (configured(monkeypatch, given), configured(monkeypatch, SAFE)) == (False, True)
    assert len(caplog.messages) == 1
    assert said in caplog.text
    assert [secret for secret in (COOKIE_SECRET, CLIENT_SECRET) if secret in caplog.text] == []


def test_without_secrets_nothing_is_configured_and_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert not configured(monkeypatch, None)
    assert caplog.messages == []


def configured(monkeypatch: pytest.MonkeyPatch, given: dict[str, Any] | None) -> bool:
    monkeypatch.setattr(secrets_singleton, "_secrets", {"auth": given} if given else {"other": "x"})
    return is_configured.__wrapped__()


def test_no_secret_is_in_the_log(client: httpx.Client, provider: IdentityProvider, log: Path) -> None:
    provider.wrong = {"nonce": "x"}
    come(client, "wei")
    provider.wrong = {}
    written = log.read_text("utf-8")
    assert "token exchange failed" in written
    assert [each for each in (CLIENT_SECRET, COOKIE_SECRET, "an-access-token", "eyJ") if each in written] == []
