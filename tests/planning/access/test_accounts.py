"""Who may come in: passwords, sign-ins that end, patience after refusals, accounts, and the audit of it all."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stations.model.accounts import RIGHTS, Right, Role, User
from stations.model.errors import BadChoice, StationsError
from stations.model.settings import DEFAULT_CITY, Settings
from stations.planning.access import accounts
from stations.planning.access.account_tables import account_table, audit_table, password_in_words
from stations.planning.access.accounts import (
    FREE_TRIES,
    FROM_ONE_ADDRESS,
    IDLE,
    LONGEST,
    LONGEST_WAIT,
    SHORTEST,
    FirstPassword,
    LastAdministrator,
    NotSignedIn,
    SignInRefused,
    TooManyTries,
    WeakPassword,
    add_account,
    asks_for_sign_in,
    audit,
    change_account,
    change_password,
    close_account,
    new_password,
    open_account,
    open_accounts,
    owner_of,
    sign_in,
    sign_out,
    user_of,
)
from stations.planning.access.rights import NotAllowed
from stations.store.accounts import AccountExists, UnknownAccount
from stations.store.database import Database

pytestmark = pytest.mark.usefixtures("quick")

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
OWN = "ein-eigenes-Wort"


@pytest.fixture
def office(town: Settings) -> Settings:
    """Return settings of a register with one administrator, chen, who has chosen a password."""
    first = add_account(town, "chen", Role.ADMIN, union=None, now=NOW)
    change_password(town, enter(town, "chen", first), first, new=OWN, now=NOW)
    return town


def enter(settings: Settings, name: str, password: str, now: dt.datetime = NOW, address: str | None = None) -> str:
    return sign_in(settings, name, password, address=address, now=now)


def refuse(settings: Settings, times: int, *, now: dt.datetime = NOW, name: str = "chen", address: str = "x") -> None:
    for _time in range(times):
        with pytest.raises(SignInRefused):
            enter(settings, name, "something else", now, address)


def test_nobody_is_asked_before_there_is_an_account(town: Settings) -> None:
    assert not asks_for_sign_in(town)
    add_account(town, "chen", Role.ADMIN, union=None, now=NOW)
    assert asks_for_sign_in(town)
    assert not asks_for_sign_in(town.having(sign_in="off"))


def test_an_office_may_ask_even_where_there_is_no_account(town: Settings) -> None:
    assert asks_for_sign_in(town.having(sign_in="on"))
    with pytest.raises(BadChoice, match="Sign-in"):
        town.having(sign_in="perhaps")


def test_a_first_password_opens_nothing_before_it_is_changed(town: Settings) -> None:
    first = add_account(town, "chen", Role.ADMIN, union=None, now=NOW)
    token = enter(town, "chen", first)
    with pytest.raises(FirstPassword):
        user_of(town, token, now=NOW)
    change_password(town, token, first, new=OWN, now=NOW)
    assert user_of(town, token, now=NOW) == User("chen", Role.ADMIN)
    with pytest.raises(SignInRefused):
        enter(town, "chen", first)


def test_names_are_one_whatever_their_width_and_case(office: Settings) -> None:
    assert user_of(office, enter(office, " Ｃhen ", OWN), now=NOW).name == "chen"


@pytest.mark.parametrize("password", ["something else", "", "x" * 100_000, OWN + " ", "\0", OWN.upper()])
def test_another_password_is_refused(office: Settings, password: str) -> None:
    with pytest.raises(SignInRefused):
        enter(office, "chen", password)


def test_no_account_and_another_password_are_told_alike(office: Settings) -> None:
    said = []
    for name in ("chen", "nobody", "", "'; DROP TABLE account --", "x" * 100_000):
        with pytest.raises(SignInRefused) as refused:
            enter(office, name, "something else")
        said.append(str(refused.value))
    assert len(set(said)) == 1


def test_nothing_that_opens_the_door_is_in_the_database(office: Settings) -> None:
    token = enter(office, "chen", OWN)
    open_accounts(office.database).close()
    kept = b"".join(path.read_bytes() for path in Path(office.database).parent.glob("*.sqlite3*"))
    assert b"$argon2id$" in kept
    assert token.encode() not in kept
    assert OWN.encode() not in kept


def test_a_token_is_256_random_bits(office: Settings) -> None:
    tokens = {enter(office, "chen", OWN) for _time in range(3)}
    assert len(tokens) == 3
    assert {len(token) for token in tokens} == {43}  # 256 bits at 6 for a letter


def test_a_sign_in_ends_when_nothing_is_done_for_long(office: Settings) -> None:
    token = enter(office, "chen", OWN)
    assert user_of(office, token, now=NOW + IDLE)
    assert user_of(office, token, now=NOW + IDLE + IDLE)  # it was used in between
    with pytest.raises(NotSignedIn):
        user_of(office, token, now=NOW + 3 * IDLE + MINUTE)
    assert owner_of(office, token) == User("chen", Role.ADMIN)  # what was being typed is still kept for him


def test_a_sign_in_goes_on_where_nothing_can_be_written(office: Settings) -> None:
    token = enter(office, "chen", OWN)
    sealed = office.having(database=f"sqlite:///file:{office.database}?mode=ro&uri=true")
    half_an_hour = dt.timedelta(minutes=30)
    for steps in range(4):
        assert user_of(sealed, token, now=NOW + steps * half_an_hour).name == "chen"
    with pytest.raises(NotSignedIn):
        user_of(sealed, token, now=NOW + 3 * half_an_hour + IDLE + dt.timedelta(seconds=1))


def test_a_sign_in_ends_in_the_end_however_busy(office: Settings) -> None:
    token, now = enter(office, "chen", OWN), NOW
    while now < NOW + LONGEST:
        assert user_of(office, token, now=now)
        now += IDLE / 2
    with pytest.raises(NotSignedIn):
        user_of(office, token, now=NOW + LONGEST + MINUTE)


def test_a_sign_in_is_ended_by_its_owner_here_or_everywhere(office: Settings) -> None:
    here, there, away = (enter(office, "chen", OWN) for _time in range(3))
    sign_out(office, here, everywhere=False, now=NOW)
    assert [works(office, token) for token in (here, there, away)] == [False, True, True]
    assert owner_of(office, here) is None
    sign_out(office, there, everywhere=True, now=NOW)
    assert not works(office, away)


def works(settings: Settings, token: str | None) -> bool:
    try:
        return bool(user_of(settings, token, now=NOW))
    except NotSignedIn:
        return False


@pytest.mark.parametrize("token", [None, "", "x", "x" * 100_000, "'; --", "\0"])
def test_what_is_no_token_opens_nothing(office: Settings, token: str | None) -> None:
    assert not works(office, token)
    sign_out(office, token or "", everywhere=True, now=NOW)


def test_another_password_ends_every_other_sign_in(office: Settings) -> None:
    here, there = enter(office, "chen", OWN), enter(office, "chen", OWN)
    change_password(office, here, OWN, new="noch-ein-anderes", now=NOW)
    assert (works(office, here), works(office, there)) == (True, False)


@pytest.mark.parametrize(
    "weak",
    ["", "short", "aaaaaaaaaaaa", "1234567890", "qwertyuiop", "p@ssword123", "x" * 201, OWN, "a-name-that-is-long"],
)
def test_a_weak_password_is_refused(office: Settings, weak: str) -> None:
    first = add_account(office, "a-name-that-is-long", Role.VIEWER, union=None, now=NOW)
    token = enter(office, "a-name-that-is-long", first)
    if weak == OWN:
        change_password(office, token, first, new=OWN, now=NOW)
        first = OWN
    with pytest.raises(WeakPassword, match=str(SHORTEST)):
        change_password(office, token, first, new=weak, now=NOW)


@pytest.mark.parametrize(
    "weak",
    [
        *("gonghui2026", "zonggonghui", "Huainan2026", "huainan340400", "woaini1314520", "gonghui12345"),
        *("Huainan@2026", "gonghui@123", "tianjiaan2026", "340400zonggonghui"),
    ],
)
def test_a_password_of_words_of_the_field_the_city_and_the_year_is_refused(office: Settings, weak: str) -> None:
    here = replace(office, city=DEFAULT_CITY, profiles=None, boundary=None)
    token = enter(here, "chen", OWN)
    with pytest.raises(WeakPassword):
        change_password(here, token, OWN, new=weak, now=NOW)


def test_who_is_let_in_keeps_nobody_else_waiting(office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in, held = accounts.let_in, []

    def watched(*args: Any, **named: Any) -> str:
        held.append(accounts._JUDGING.locked())
        return let_in(*args, **named)

    monkeypatch.setattr(accounts, "let_in", watched)
    enter(office, "chen", OWN)
    assert held == [False]


def test_a_step_waits_a_second_at_most_for_the_note_of_it(office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    token = enter(office, "chen", OWN)
    writing, waited = Database.writing, []

    def watched(database: Database, *, patience_s: int = 30) -> Any:
        waited.append(patience_s)
        return writing(database, patience_s=patience_s)

    monkeypatch.setattr(Database, "writing", watched)
    assert accounts.signed_in(office, token, now=NOW + dt.timedelta(minutes=5)) is not None
    assert waited == [1]


def test_a_password_is_changed_only_with_the_present_one(office: Settings) -> None:
    token = enter(office, "chen", OWN)
    with pytest.raises(SignInRefused):
        change_password(office, token, "something else", new="noch-ein-anderes", now=NOW)
    with pytest.raises(NotSignedIn):
        change_password(office, "no token", OWN, new="noch-ein-anderes", now=NOW)


def test_who_is_refused_often_has_to_wait_longer_each_time(office: Settings) -> None:
    refuse(office, FREE_TRIES)
    now, waited = NOW, []
    for _time in range(6):
        with pytest.raises(TooManyTries) as refused:
            enter(office, "chen", OWN, now)  # not even with the password
        waited.append(refused.value.fields["seconds"])
        now += dt.timedelta(seconds=int(str(refused.value.fields["seconds"])))
        refuse(office, 1, now=now)
    assert waited == [60, 120, 240, 480, LONGEST_WAIT.seconds, LONGEST_WAIT.seconds]
    assert enter(office, "chen", OWN, now + LONGEST_WAIT)
    refuse(office, FREE_TRIES, now=now + LONGEST_WAIT)  # it starts from the beginning


def test_guesses_at_one_time_count_each(office: Settings) -> None:
    def guess(number: int) -> type[Exception]:
        with pytest.raises((SignInRefused, TooManyTries)) as told:
            enter(office, "chen", f"something else {number}", NOW, f"10.0.0.{number}")
        return told.type

    with ThreadPoolExecutor(12) as pool:
        judged = [kind for kind in pool.map(guess, range(24)) if kind is SignInRefused]
    assert len(judged) == FREE_TRIES


def test_a_name_without_an_account_waits_as_well(office: Settings) -> None:
    refuse(office, FREE_TRIES, name="nobody")
    with pytest.raises(TooManyTries):
        enter(office, "nobody", OWN)
    assert enter(office, "chen", OWN)


def test_an_address_that_tries_many_names_has_to_wait(office: Settings) -> None:
    for number in range(FROM_ONE_ADDRESS):
        refuse(office, 1, name=f"name{number}", address="10.0.0.1")
    with pytest.raises(TooManyTries):
        enter(office, "chen", OWN, NOW, "10.0.0.1")
    assert enter(office, "chen", OWN, NOW, "10.0.0.2")
    assert enter(office, "chen", OWN, NOW + accounts.WITHIN + MINUTE, "10.0.0.1")


def test_a_new_first_password_ends_the_wait_and_the_sign_ins(office: Settings) -> None:
    token = enter(office, "chen", OWN)
    refuse(office, FREE_TRIES)
    first = new_password(office, "chen", now=NOW)
    assert not works(office, token)
    assert enter(office, "chen", first)


def test_a_closed_account_lets_nobody_in_and_who_is_in_stops(office: Settings) -> None:
    first = add_account(office, "li", Role.STAFF, union=None, now=NOW)
    token = enter(office, "li", first)
    close_account(office, "li", now=NOW)
    assert owner_of(office, token) is None
    assert not works(office, token)
    with pytest.raises(SignInRefused):
        enter(office, "li", first)
    open_account(office, "li", now=NOW)
    assert enter(office, "li", first)


def test_the_last_administrator_stays(office: Settings) -> None:
    def demoted() -> None:
        change_account(office, "chen", role=Role.VIEWER, union=None, now=NOW)

    with pytest.raises(LastAdministrator):
        demoted()
    with pytest.raises(LastAdministrator):
        close_account(office, "chen", now=NOW)
    change_account(office, "chen", role=Role.ADMIN, union=None, now=NOW)
    add_account(office, "wang", Role.ADMIN, union=None, now=NOW)
    demoted()
    with pytest.raises(LastAdministrator):
        close_account(office, "wang", now=NOW)


def test_closing_and_opening_leave_role_union_and_password(office: Settings) -> None:
    first = add_account(office, "li", Role.STAFF, union="990101", now=NOW)
    before = accounts.account_named(office, "li")
    close_account(office, "li", now=NOW)
    assert accounts.account_named(office, "li") == replace(before, active=False)
    open_account(office, "li", now=NOW)
    assert accounts.account_named(office, "li") == before
    assert enter(office, "li", first)


@pytest.mark.parametrize("name", ["", " ", "a b", "x" * 61, "<b>", "a\nb", "{{7*7}}", "🙂"])
def test_a_name_that_is_none_is_refused(office: Settings, name: str) -> None:
    with pytest.raises(BadChoice, match="letters"):
        add_account(office, name, Role.VIEWER, union=None, now=NOW)


def test_a_name_is_given_once(office: Settings) -> None:
    with pytest.raises(AccountExists, match="chen"):
        add_account(office, "CHEN", Role.VIEWER, union=None, now=NOW)
    with pytest.raises(UnknownAccount, match="nobody"):
        new_password(office, "nobody", now=NOW)
    with pytest.raises(BadChoice, match="Union"):
        add_account(office, "li", Role.STAFF, union="nowhere", now=NOW)


def test_only_who_manages_accounts_makes_sees_and_changes_them(office: Settings) -> None:
    for role in (Role.VIEWER, Role.STAFF):
        there = office.having(user=User("li", role))
        for forbidden in (
            lambda there=there: add_account(there, "x", Role.ADMIN, union=None, now=NOW),
            lambda there=there: change_account(there, "chen", role=Role.VIEWER, union=None, now=NOW),
            lambda there=there: close_account(there, "chen", now=NOW),
            lambda there=there: new_password(there, "chen", now=NOW),
            lambda there=there: accounts.accounts(there),
            lambda there=there: audit(there, at_most=10),
        ):
            with pytest.raises(NotAllowed, match=role.en):
                forbidden()


def test_the_audit_tells_what_was_done_newest_first(office: Settings) -> None:
    refuse(office, 1, address="10.0.0.7")
    add_account(office, "li", Role.STAFF, union=None, now=NOW)
    lines = audit(office, at_most=3)
    assert lines["what"].tolist() == ["made an account", "sign-in refused", "changed the password"]
    shown = audit_table(lines)
    assert shown.iloc[0].tolist() == [office.user.name, "made an account", "li", ""]
    assert shown.iloc[1].tolist() == ["chen", "sign-in refused", "", "10.0.0.7"]
    assert shown.index.tolist()[0] == "2026-03-02 08:00:00"
    assert json.loads(lines.to_json(orient="records"))[0]["about"] == "li"


def test_accounts_are_told_in_words(office: Settings) -> None:
    table = account_table(office, accounts.accounts(office))
    assert table.loc["chen"].tolist() == ["Administrator", "all", "yes", ""]
    assert "abcd-efgh" in password_in_words("li", "abcd-efgh")


def test_only_one_role_may_do_everything() -> None:
    assert [role for role in Role if RIGHTS[role] == frozenset(Right)] == [Role.ADMIN]
    assert not User("li", Role.STAFF, union="990101").may(Right.IMPORT)
    assert User("li", Role.STAFF).may(Right.IMPORT)


def test_every_refusal_is_told_in_words() -> None:
    for error in (SignInRefused(), NotSignedIn(), FirstPassword(), LastAdministrator(), TooManyTries(seconds=60)):
        assert isinstance(error, StationsError)
        assert len(str(error)) > 20
