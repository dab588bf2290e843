"""Which account an identity opens: bound once, by a name that is vouched for and is nobody else's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from stations.model.accounts import Role, User
from stations.model.settings import Settings
from stations.planning.access.account_tables import account_table
from stations.planning.access.accounts import (
    NotSignedIn,
    SignInRefused,
    account_named,
    accounts,
    add_account,
    audit,
    close_account,
    new_password,
    open_account,
    sign_in,
    sign_out,
    user_of,
)
from stations.planning.access.identities import LONGEST, NotVouchedFor, UnknownIdentity, admit

pytestmark = pytest.mark.usefixtures("quick")

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
ISSUER = "https://id.union.example"
CHEN, LI = "chen@union.example", "li@union.example"


@pytest.fixture
def office(town: Settings) -> Settings:
    """Return settings of a register with two accounts, named by the addresses of their owners."""
    add_account(town, CHEN, Role.ADMIN, union=None, now=NOW)
    add_account(town, LI, Role.STAFF, union=None, now=NOW)
    return town


def said(email: str = LI, subject: str = "li-1", **other: Any) -> dict[str, Any]:
    return {"iss": ISSUER, "sub": subject, "email": email, "email_verified": True, **other}


def enter(settings: Settings, claims: dict[str, Any]) -> User:
    return user_of(settings, admit(settings, claims, address="10.0.0.7", now=NOW), now=NOW)


def test_an_identity_opens_the_account_of_its_address_and_is_bound_to_it(office: Settings) -> None:
    assert enter(office, said()) == User(LI, Role.STAFF)
    assert account_named(office, LI).subject == "li-1"
    assert account_named(office, CHEN).subject is None
    line = audit(office, at_most=1).iloc[0]
    assert line[["who", "what", "about", "address"]].tolist() == [LI, "signed in", ISSUER, "10.0.0.7"]


def test_who_is_bound_is_known_whatever_the_address_says_later(office: Settings) -> None:
    enter(office, said())
    for changed in (
        said("li.wei@union.example"),
        said(CHEN),
        said(email_verified=False),
        {"iss": ISSUER, "sub": "li-1"},
    ):
        assert enter(office, changed).name == LI


@pytest.mark.parametrize("other", [{"subject": "li-2"}, {"iss": "https://another.example"}, {"subject": "LI-1"}])
def test_who_is_given_the_address_of_somebody_else_opens_nothing(office: Settings, other: dict[str, Any]) -> None:
    enter(office, said())
    with pytest.raises(UnknownIdentity, match=LI):
        enter(office, said(**other))


@pytest.mark.parametrize("verified", [False, None, "true", 1, "yes"])
def test_an_address_that_is_not_verified_opens_nothing(office: Settings, verified: object) -> None:
    with pytest.raises(NotVouchedFor, match="email_verified"):
        enter(office, said(CHEN, email_verified=verified))
    line = audit(office, at_most=1).iloc[0]
    assert line[["who", "what", "about"]].tolist() == [CHEN, "identity refused", f"{ISSUER} li-1"]


@pytest.mark.parametrize("name", ["LI@union.example", "Li@Union.Example"])
def test_the_case_of_latin_letters_tells_nobody_apart(office: Settings, name: str) -> None:
    assert enter(office, said(name)).name == LI


@pytest.mark.parametrize(
    "name",
    [
        "ｌi@union.example",  # full width
        "lⅰ@union.example",  # a roman numeral
        "lі@union.example",  # Cyrillic
        "lı@union.example",  # without a dot
        "li@union.example ",
        " li@union.example",
        "l i@union.example",
        "li@union.example\0",
        "li@union.example\n",
        "li@union\u200b.example",
        "li@union.example,chen@union.example",
    ],
)
def test_a_name_that_only_looks_like_an_accounts_opens_nothing(office: Settings, name: str) -> None:
    with pytest.raises((UnknownIdentity, NotVouchedFor)):
        enter(office, said(name))
    assert account_named(office, LI).subject is None


@pytest.mark.parametrize("name", ["Kim", "kim"])
def test_the_sign_for_kelvin_is_no_k(office: Settings, name: str) -> None:
    add_account(office, "kim", Role.ADMIN, union=None, now=NOW)
    settings = office.having(identity_claim="preferred_username")
    with pytest.raises(UnknownIdentity):
        enter(settings, said(preferred_username=name.replace("K", "\u212a").replace("k", "\u212a")))
    assert enter(settings, said(preferred_username=name)).name == "kim"


@pytest.mark.parametrize("odd", [None, "", 7, True, ["li-1"], {"x": 1}, "x" * (LONGEST + 1), "a\0b", "a\nb"])
@pytest.mark.parametrize("claim", ["iss", "sub", "email"])
def test_what_cannot_be_compared_and_kept_is_refused(office: Settings, claim: str, odd: object) -> None:
    with pytest.raises(NotVouchedFor, match=claim):
        enter(office, {**said(), claim: odd})


def test_an_office_may_name_another_claim(office: Settings) -> None:
    add_account(office, "20260117", Role.VIEWER, union=None, now=NOW)
    settings = office.having(identity_claim="employee_number")
    assert enter(settings, said(employee_number="20260117")).name == "20260117"
    with pytest.raises(NotVouchedFor, match="employee_number"):
        enter(settings, said(subject="other"))


def test_chinese_names_are_names(office: Settings) -> None:
    add_account(office, "李伟", Role.VIEWER, union=None, now=NOW)
    assert enter(office.having(identity_claim="name"), said(name="李伟")).name == "李伟"


def test_no_account_is_made_for_who_has_none(office: Settings) -> None:
    before = accounts(office)
    with pytest.raises(UnknownIdentity, match="you are nobody@union"):
        enter(office, said("nobody@union.example"))
    assert accounts(office) == before


def test_a_first_password_lapses_when_its_owner_comes_from_the_provider(office: Settings) -> None:
    first = new_password(office, LI, now=NOW)
    somebody = sign_in(office, LI, first, address=None, now=NOW)  # who has read it over a shoulder
    assert enter(office, said()).name == LI
    with pytest.raises(NotSignedIn):
        user_of(office, somebody, now=NOW)
    with pytest.raises(SignInRefused):
        sign_in(office, LI, first, address=None, now=NOW)


def test_a_closed_account_is_closed_and_forgets_whose_it_was(office: Settings) -> None:
    token = admit(office, said(), address=None, now=NOW)
    close_account(office, LI, now=NOW)
    with pytest.raises(NotSignedIn):
        user_of(office, token, now=NOW)
    with pytest.raises(UnknownIdentity):
        enter(office, said())
    open_account(office, LI, now=NOW)
    assert enter(office, said(subject="li-2")).name == LI
    with pytest.raises(UnknownIdentity):
        enter(office, said(subject="li-1"))


def test_a_sign_in_from_the_provider_ends_as_any_other(office: Settings) -> None:
    token = admit(office, said(), address=None, now=NOW)
    other = admit(office, said(), address=None, now=NOW)
    sign_out(office, token, everywhere=True, now=NOW)
    for each in (token, other):
        with pytest.raises(NotSignedIn):
            user_of(office, each, now=NOW)


def test_refused_identities_keep_nobody_with_a_password_waiting(office: Settings) -> None:
    first = new_password(office, CHEN, now=NOW)
    for _time in range(50):
        with pytest.raises(NotVouchedFor):
            enter(office, said(CHEN, email_verified=False))
    assert sign_in(office, CHEN, first, address="10.0.0.7", now=NOW)


def test_the_list_of_accounts_says_to_whom_each_is_bound(office: Settings) -> None:
    assert len(account_table(office, accounts(office)).columns) == 4
    enter(office, said())
    assert account_table(office, accounts(office))["Bound to"].to_dict() == {CHEN: "", LI: "li-1"}
