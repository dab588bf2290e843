"""Links that open one address until they expire: what they open, for how long, and who makes them."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest

from stations.model.accounts import RIGHTS, Right, Role, User
from stations.model.errors import BadChoice, StationsError
from stations.model.settings import Settings
from stations.planning.access import links
from stations.planning.access.account_tables import audit_table
from stations.planning.access.accounts import audit
from stations.planning.access.links import LinkExpired, LinkRefused, is_link, make_link, require_link, revoke_links
from stations.planning.access.rights import NotAllowed

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
FEED = "/feed/gaps.geojson?radius=1000&lang=en"


def made(settings: Settings, address: str = FEED, *, days: int = 90) -> str:
    return make_link(settings, address, days=days, now=NOW).address


def opens(settings: Settings, address: str, *, now: dt.datetime = NOW) -> bool:
    parts = urlsplit(address)
    assert is_link(parts.path, parts.query)
    try:
        require_link(settings, parts.path, parts.query, now=now)
    except (LinkRefused, LinkExpired):
        return False
    return True


def test_a_link_opens_its_address_and_only_until_it_expires(demonstrated: Settings) -> None:
    address = made(demonstrated, days=2)
    assert address.startswith(f"{FEED}&expires=")
    assert opens(demonstrated, address, now=NOW + 2 * DAY - dt.timedelta(seconds=1))
    parts = urlsplit(address)
    with pytest.raises(LinkExpired, match="2026-03-04"):
        require_link(demonstrated, parts.path, parts.query, now=NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("radius=1000", "radius=1001"), ("/gaps", "/stations"), ("lang=en", "lang=zh"), ("&lang=en", ""),
        ("expires=1", "expires=2"), ("expires=", "expires=9"), ("signature=", "signature=x"),
        ("&expires", "&city=340400&expires"), ("radius=1000", "radius=1000&radius=1000"), ("/feed/", "/snapshot/"),
        ("&expires=", "&until="), ("signature=", "signature=&signature="), ("lang=en", "lang=en&signature="),
    ],
)  # fmt: skip
def test_a_link_that_was_changed_opens_nothing(demonstrated: Settings, old: str, new: str) -> None:
    address = made(demonstrated)
    assert old in address
    assert not opens(demonstrated, address.replace(old, new, 1))


def test_the_order_of_the_parameters_is_of_no_meaning(demonstrated: Settings) -> None:
    path, _mark, query = made(demonstrated).partition("?")
    assert opens(demonstrated, f"{path}?{'&'.join(reversed(query.split('&')))}")


def test_the_name_of_the_server_stays_and_is_not_signed(demonstrated: Settings) -> None:
    address = made(demonstrated, f"https://atlas.example.org{FEED}")
    assert address.startswith("https://atlas.example.org/feed/gaps.geojson?radius=1000")
    assert opens(demonstrated, address.replace("atlas.example.org", "10.0.0.1"))


def test_a_link_is_made_of_a_link_anew(demonstrated: Settings) -> None:
    old = made(demonstrated, days=1)
    assert opens(demonstrated, made(demonstrated, old), now=NOW + 5 * DAY)


def test_a_link_to_ogc_opens_everything_below_it_and_nothing_else(demonstrated: Settings) -> None:
    address = made(demonstrated, "https://atlas.example.org/ogc?radius=500")
    path = urlsplit(address).path
    assert urlsplit(address).query == "radius=500"
    for below in ("", "/", "/collections/stations/items"):
        assert opens(demonstrated, f"{path}{below}?limit=3")
    head, _slash, signature = path.rpartition("/")
    assert not opens(demonstrated, f"{head}/{'B' if signature[0] == 'A' else 'A'}{signature[1:]}")
    assert not opens(demonstrated, path.replace("/link/1", "/link/2", 1))
    assert not is_link(path.removeprefix("/ogc"), "")
    assert not is_link("/register", urlsplit(made(demonstrated)).query)
    assert not opens(demonstrated, path, now=NOW + 91 * DAY)


def test_a_revoked_link_opens_nothing_and_a_new_one_does(demonstrated: Settings) -> None:
    old = [made(demonstrated), made(demonstrated, "/ogc")]
    revoke_links(demonstrated, now=NOW)
    assert not any(opens(demonstrated, each) for each in old)
    assert opens(demonstrated, made(demonstrated))


def test_before_the_first_link_none_holds(demonstrated: Settings) -> None:
    assert not opens(demonstrated, "/feed/stations.geojson?expires=9999999999&signature=")
    assert not opens(demonstrated, "/ogc/link/9999999999/x")


@pytest.mark.parametrize("signature", ["", "é", "\x00", "x" * 3000, "%F0%9F%98%80"])
@pytest.mark.parametrize("expires", ["", "x", "9" * 3000, "-1", "1e9", "٣"])
def test_hostile_links_open_nothing(demonstrated: Settings, expires: str, signature: str) -> None:
    made(demonstrated)
    assert not opens(demonstrated, f"/feed/stations.geojson?expires={expires}&signature={signature}")
    with pytest.raises(LinkRefused):
        require_link(demonstrated, f"/ogc/link/{expires or 'x'}/{signature or 'x'}", "", now=NOW)


@pytest.mark.parametrize(
    "address",
    [
        "", "/", "/register", "/feed", "/feed/", "/feed/people.geojson", "/feed/gaps.geojson", "/ogc?nothing=1",
        "/feed/stations.geojson?nothing=1", "/snapshot/tiers.exe", "/snapshot/gaps.png?radius=x",
        "feed/stations.geojson", "/ogc/collections", "/account", "/feed/stations.geojson?lang=en&lang=zh", "http://[",
        "/feed/../register", "javascript:/ogc", "//example.org/ogc", "file:///ogc",
    ],
)  # fmt: skip
def test_no_link_is_made_to_what_is_not_there(demonstrated: Settings, address: str) -> None:
    with pytest.raises(StationsError):
        made(demonstrated, address)
    assert audit(demonstrated, at_most=5).empty


@pytest.mark.parametrize("days", [0, -1, links.LONGEST_DAYS + 1])
def test_a_link_holds_for_a_time_that_can_be_overlooked(demonstrated: Settings, days: int) -> None:
    with pytest.raises(BadChoice):
        made(demonstrated, days=days)


def test_the_audit_keeps_what_was_made_and_revoked_but_not_how_it_is_signed(demonstrated: Settings) -> None:
    address = made(demonstrated)
    revoke_links(demonstrated, now=NOW)
    lines = audit(demonstrated, at_most=5)
    assert lines["what"].tolist() == [links.LINKS_REVOKED, links.LINK_MADE]
    assert lines["about"][1] == f"{FEED} → 2026-05-31"
    assert address.rpartition("=")[2] not in audit_table(lines).to_csv()


@pytest.mark.parametrize("role", Role)
def test_whoever_may_export_may_make_links(demonstrated: Settings, role: Role) -> None:
    assert opens(demonstrated, made(demonstrated.having(user=User("li", role))))


def test_whoever_may_not_export_makes_and_revokes_none(demonstrated: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    address = made(demonstrated)
    monkeypatch.setitem(RIGHTS, Role.VIEWER, RIGHTS[Role.VIEWER] - {Right.EXPORT})  # type: ignore[arg-type]
    viewer = demonstrated.having(user=User("wei", Role.VIEWER))
    with pytest.raises(NotAllowed):
        made(viewer)
    with pytest.raises(NotAllowed):
        revoke_links(viewer, now=NOW)
    assert opens(demonstrated, address)
