"""What the database keeps about the people who use it: the same in a file and on a server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from stations.model.accounts import Role
from stations.model.errors import RegisterUnavailable
from stations.store.accounts import Account, AccountExists, Accounts, UnknownAccount
from stations.store.database import Database

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=5)
CHEN = Account("chen", Role.ADMIN, None, secret="s", must_change=True, active=True)
LI = Account("李", Role.STAFF, "340403", secret=None, must_change=False, active=True)


@pytest.fixture
def kept(place: str) -> Iterator[Accounts]:
    opened = Accounts(place)
    yield opened
    opened.close()


@pytest.fixture
def staffed(kept: Accounts) -> Accounts:
    for account in (LI, CHEN):
        kept.add(account, at=NOW)
    return kept


def test_accounts_are_kept_as_they_are(kept: Accounts) -> None:
    assert not kept.any()
    for account in (LI, CHEN):
        kept.add(account, at=NOW)
    assert kept.any()
    assert kept.all() == [CHEN, LI]
    assert (kept.find("李"), kept.find("nobody")) == (LI, None)
    with pytest.raises(AccountExists):
        kept.add(CHEN, at=NOW)


def test_what_is_changed_is_changed_alone_and_ends_the_sign_ins(staffed: Accounts) -> None:
    for token in ("here", "there"):
        staffed.sign_in("chen", token, at=NOW)
    staffed.sign_in("李", "other", at=NOW)
    staffed.change("chen", {"secret": "t"}, at=LATER, keep="here")
    assert staffed.find("chen") == Account("chen", Role.ADMIN, None, secret="t", must_change=True, active=True)
    assert [bool(staffed.signed_in(token)) for token in ("here", "there", "other")] == [True, False, True]
    with pytest.raises(UnknownAccount):
        staffed.change("nobody", {"secret": "t"}, at=LATER)


def test_a_sign_in_is_in_force_until_it_or_the_account_ends(staffed: Accounts) -> None:
    staffed.sign_in("chen", "token", at=NOW)
    staffed.seen("token", at=LATER)
    found = staffed.signed_in("token")
    assert found is not None
    assert (found.account, found.made_at, found.seen_at) == (CHEN, NOW, LATER)
    assert staffed.signed_in("Token") is None
    staffed.end("token", at=LATER)
    assert staffed.signed_in("token") is None
    staffed.sign_in("chen", "again", at=NOW)
    staffed.change("chen", {"active": False}, at=LATER)
    assert staffed.signed_in("again") is None


def test_an_account_is_bound_to_one_identity_as_long_as_it_is_open(staffed: Accounts) -> None:
    assert staffed.bound_to("https://id", "1") is None
    for name, subject in (("nobody", "1"), ("chen", "1"), ("chen", "2")):
        staffed.bind(name, "https://id", subject)
    assert staffed.bound_to("https://id", "1") == replace(CHEN, issuer="https://id", subject="1")
    assert staffed.bound_to("https://id", "2") is staffed.bound_to("https://other", "1") is None
    with pytest.raises(RegisterUnavailable):  # no identity opens two accounts
        staffed.bind("李", "https://id", "1")
    staffed.change("chen", {"active": False}, at=LATER)
    assert staffed.bound_to("https://id", "1") is None
    staffed.change("李", {"active": False}, at=LATER)
    staffed.bind("李", "https://id", "3")
    assert staffed.find("李") == replace(LI, active=False)


def test_refusals_are_counted_until_somebody_is_let_in_or_helped(staffed: Accounts) -> None:
    def counted() -> tuple[int, dt.datetime | None]:
        return staffed.refusals("chen", refused="no", accepted="yes", helped="help")

    assert counted() == (0, None)
    for at in (NOW, LATER):
        staffed.note_at_door("chen", "no", at=at, address="10.0.0.1")
    staffed.note_at_door("李", "no", at=LATER, address="10.0.0.1")
    assert counted() == (2, LATER)
    assert staffed.refused_from("10.0.0.1", refused="no", since=LATER) == 2
    staffed.note("admin", "help", at=LATER, about="chen")
    assert counted() == (0, None)
    staffed.note("chen", "no", at=LATER)
    staffed.note("chen", "yes", at=LATER)
    assert counted() == (0, None)
    assert staffed.audit(at_most=2)["what"].tolist() == ["yes", "no"]


def test_a_draft_is_its_owners_and_the_last_of_it_counts(kept: Accounts) -> None:
    draft: dict[str, Any] = {"submission": "x", "who": "chen", "kind": "station", "record": None, "version": None}
    kept.keep_draft({**draft, "entered": {"name": "示例"}}, at=NOW)
    kept.keep_draft({**draft, "entered": {"name": "示例二"}}, at=LATER)
    kept.drop_draft("x", "李")
    (found,) = kept.drafts("chen")
    assert (found["entered"], found["touched_at"]) == ({"name": "示例二"}, LATER.isoformat(timespec="seconds"))
    kept.drop_draft("x", "chen")
    assert kept.drafts("chen") == kept.drafts("李") == []


def test_a_draft_is_refused_while_somebody_else_writes_and_kept_after(kept: Accounts, place: str) -> None:
    draft = {"submission": "x", "who": "chen", "kind": "station", "record": None, "version": None, "entered": {}}
    other = Database(place)
    with other.writing(), pytest.raises(RegisterUnavailable):
        kept.keep_draft(draft, at=NOW)
    other.close()
    kept.keep_draft(draft, at=NOW)
    assert len(kept.drafts("chen")) == 1


def test_links_are_signed_with_one_key_until_it_is_renewed(kept: Accounts) -> None:
    assert kept.known_link_key() is None
    key = kept.link_key(at=NOW)
    assert kept.link_key(at=LATER) == kept.known_link_key() == key
    kept.renew_link_key(at=LATER)
    assert len(key) > 40
    assert kept.known_link_key() not in {None, key}
