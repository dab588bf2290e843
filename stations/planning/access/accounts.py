"""Who may come in: signing in and out, accounts, and the audit of what was done that changes no record."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from stations.model.accounts import Right, Role, User
from stations.model.errors import BadChoice, StationsError
from stations.model.language import mark
from stations.model.settings import Settings
from stations.model.vocabulary import folded
from stations.planning.access.rights import require
from stations.planning.access.waiting import Waiting
from stations.planning.questions import union_from
from stations.planning.register import city_of
from stations.store.accounts import SEEN_EVERY_S, Account, Accounts, SignedIn, UnknownAccount
from stations.store.passwords import easily_guessed, fits, hashed

if TYPE_CHECKING:
    from pandas import DataFrame

IDLE = dt.timedelta(hours=1)
LONGEST = dt.timedelta(hours=12)
"""How long a sign-in lasts without a step, and at the longest."""

FREE_TRIES = 5
LONGEST_WAIT = dt.timedelta(minutes=15)
"""After how many refusals a name has to wait: a minute, then two, four, … at the longest this."""

FROM_ONE_ADDRESS, WITHIN = 30, dt.timedelta(minutes=10)
"""How many refusals one address may collect in that time."""

_WAITING = Waiting()
_JUDGING = Lock()
"""Held from the last look at the refusals to the note of the next one, so that guesses at one time count each."""

SHORTEST, LONGEST_PASSWORD = 10, 200
NAME = re.compile(r"[\w.@+-]{1,60}")
"""What an account may be called."""

SIGNED_IN, REFUSED, SIGNED_OUT = mark("signed in"), mark("sign-in refused"), mark("signed out")
CHANGED_PASSWORD, ACCOUNT_MADE = mark("changed the password"), mark("made an account")
ACCOUNT_CHANGED, NEW_PASSWORD = mark("changed an account"), mark("gave a new password")
EXPORTED, REVEALED, SENT = mark("exported"), mark("saw in full"), mark("sent addresses")


class SignInRefused(StationsError, PermissionError):
    """Name and password do not fit."""

    template = mark("Name and password do not fit together, or the account is closed. Try again, or ask the office.")


class TooManyTries(StationsError, PermissionError):
    """Somebody has to wait before the next try. Fields: seconds."""

    template = mark("Too many tries. Wait {seconds} seconds, then try again.")


class NotSignedIn(StationsError, PermissionError):
    """Nobody is signed in, or not any more."""

    template = mark("You are not signed in, or not any more. Sign in; what you have entered is kept.")


class FirstPassword(StationsError, PermissionError):
    """The password is one that somebody else has given: nothing is done before it is changed."""

    template = mark("This password was given to you. Choose one of your own.")


class WeakPassword(StationsError, ValueError):
    """A password that is easily guessed. Fields: least, most."""

    template = mark(
        "The password is too easily guessed. Take {least} to {most} characters, no common word or row of keys, "
        "and not the name of the account."
    )


class LastAdministrator(StationsError, ValueError):
    """There would be nobody left who manages accounts."""

    template = mark("This is the last administrator. Make another one first.")


@lru_cache(maxsize=8)
def open_accounts(database: str) -> Accounts:
    """Return the accounts kept in `database`. Raises `RegisterUnavailable`."""
    return Accounts(database)


def asks_for_sign_in(settings: Settings) -> bool:
    """Return whether people have to sign in: as the settings say, else as soon as there is an account."""
    return settings.sign_in == "on" or (not settings.sign_in and open_accounts(settings.database).any())


def sign_in(settings: Settings, name: str, password: str, *, address: str | None, now: dt.datetime) -> str:
    """Return the token of a new sign-in: 256 random bits, of which only the digest is kept.

    Raises
    ------
    TooManyTries
        The name, or the address, was refused too often of late.
    SignInRefused
        There is no such account, it is closed, or the password is another.
    """
    kept = open_accounts(settings.database)
    who = "".join(filter(str.isprintable, folded(name)))[:LONGEST_PASSWORD]  # no database takes everything
    _WAITING.catch_up(kept, now=now)
    _require_patience(kept, who, address, now=now)
    account = kept.find(who)
    fitting = fits(password[: LONGEST_PASSWORD + 1], account.secret if account else None)
    with _JUDGING:
        _require_patience(kept, who, address, now=now)  # others may have guessed while this was worked out
        if not (fitting and account and account.active):
            kept.note_at_door(who, REFUSED, at=now, address=address)
            raise SignInRefused
    return let_in(kept, who, address=address, now=now)


def let_in(kept: Accounts, who: str, *, address: str | None, now: dt.datetime, about: str | None = None) -> str:
    """Return the token of a new sign-in of an account, and note it in the audit; who is let in was settled before."""
    token = secrets.token_urlsafe(32)
    kept.sign_in(who, token, at=now)
    kept.note_at_door(who, SIGNED_IN, at=now, address=address, about=about)
    return token


def _require_patience(kept: Accounts, who: str, address: str | None, *, now: dt.datetime) -> None:
    of_name = of_address = dt.timedelta(0)
    count, last = kept.refusals(who, refused=REFUSED, accepted=SIGNED_IN, helped=NEW_PASSWORD)
    if count >= FREE_TRIES and last is not None:
        of_name = last + min(dt.timedelta(minutes=1) * 2 ** min(count - FREE_TRIES, 10), LONGEST_WAIT) - now
    if address and kept.refused_from(address, refused=REFUSED, since=now - WITHIN) >= FROM_ONE_ADDRESS:
        of_address = dt.timedelta(minutes=1)
    wait = max(of_name, of_address)
    if wait > dt.timedelta(0):
        _WAITING.tell(kept, who, address, of_any_name=of_address > dt.timedelta(0), now=now)
        raise TooManyTries(seconds=max(1, round(wait.total_seconds())))


def signed_in(settings: Settings, token: str | None, *, now: dt.datetime) -> SignedIn | None:
    """Return who is signed in with a token, looked up anew: ``None`` where it is ended, closed or too old."""
    if not token:
        return None
    kept = open_accounts(settings.database)
    found = kept.signed_in(token)
    if found is None or now - found.seen_at > IDLE or now - found.made_at > LONGEST:
        return None
    if (now - found.seen_at).total_seconds() > SEEN_EVERY_S:
        kept.seen(token, at=now)
    return found


def user_of(settings: Settings, token: str | None, *, now: dt.datetime) -> User:
    """Return who asks, looked up anew. Raises `NotSignedIn`, or `FirstPassword` where that is still to be changed."""
    found = signed_in(settings, token, now=now)
    if found is None:
        raise NotSignedIn
    if found.account.must_change:
        raise FirstPassword
    return found.account.user


def owner_of(settings: Settings, token: str | None) -> User | None:
    """Return to whom a token was given, however long ago, unless it was ended or the account is closed.

    What somebody was typing when the sign-in grew too old is kept for this user; nothing else is done for one.
    """
    found = open_accounts(settings.database).signed_in(token) if token else None
    return found.account.user if found else None


def sign_out(settings: Settings, token: str, *, everywhere: bool, now: dt.datetime) -> None:
    """End the sign-in of a token, or every one of its account."""
    kept = open_accounts(settings.database)
    found = kept.signed_in(token)
    kept.end(token, at=now)
    if found is None:
        return
    if everywhere:
        kept.end_all(found.account.name, at=now)
    kept.note(found.account.name, SIGNED_OUT, at=now)


def change_password(settings: Settings, token: str, old: str, *, new: str, now: dt.datetime) -> None:
    """Give one's own account another password; every other sign-in of it ends.

    Raises `NotSignedIn`, `TooManyTries` or `SignInRefused` (the old one does not fit), or `WeakPassword`.
    """
    kept, found = open_accounts(settings.database), signed_in(settings, token, now=now)
    if found is None:
        raise NotSignedIn
    account = found.account
    _require_patience(kept, account.name, None, now=now)
    fitting = fits(old[: LONGEST_PASSWORD + 1], account.secret)
    with _JUDGING:
        _require_patience(kept, account.name, None, now=now)
        if not fitting:
            kept.note_at_door(account.name, REFUSED, at=now, address=None)
            raise SignInRefused
    _require_strong(new, about=[account.name, *_words_here(settings, now)])
    if new == old:
        raise WeakPassword(least=SHORTEST, most=LONGEST_PASSWORD)
    kept.change(account.name, {"secret": hashed(new), "must_change": False}, at=now, keep=token)
    kept.note(account.name, CHANGED_PASSWORD, at=now)


def _require_strong(password: str, *, about: Sequence[str]) -> None:
    long_enough = SHORTEST <= len(password) <= LONGEST_PASSWORD
    if not long_enough or folded(password) in about or easily_guessed(password, about=about):
        raise WeakPassword(least=SHORTEST, most=LONGEST_PASSWORD)


def _words_here(settings: Settings, now: dt.datetime) -> list[str]:
    """Return what anybody would try first in this city, and this year."""
    city = city_of(settings)
    names = [name or "" for name in (city.english_name, *(union.english_name for union in city.unions))]
    words = [word for name in names for word in re.findall("[a-z]{3,}", name.lower().replace("'", "").replace("’", ""))]
    codes = {city.adcode, city.adcode[:4], *city.divisions, *(code[2:] for code in city.divisions)}
    return [*dict.fromkeys(words), *sorted(codes), *(str(year) for year in range(now.year - 80, now.year + 3))]


def add_account(settings: Settings, name: str, role: Role, *, union: str | None, now: dt.datetime) -> str:
    """Make an account and return its first password, which its owner has to change.

    Raises `NotAllowed`, `BadChoice` or `AccountExists`.
    """
    require(settings, Right.MANAGE)
    who, password = folded(name), _new_password()
    if not NAME.fullmatch(name.strip()):
        raise BadChoice(what=mark("Name"), value=name, offered=mark("up to 60 letters, digits, and . @ + - _"))
    kept = open_accounts(settings.database)
    union = _union(settings, union)
    kept.add(Account(who, role, union, secret=hashed(password), must_change=True, active=True), at=now)
    kept.note(settings.user.name, ACCOUNT_MADE, at=now, about=who)
    return password


def change_account(settings: Settings, name: str, *, role: Role, union: str | None, now: dt.datetime) -> None:
    """Give an account another role and union (``None``: all); its sign-ins end.

    Raises `NotAllowed`, `BadChoice`, `UnknownAccount`, or `LastAdministrator`.
    """
    values = {"role": role.value, "union_code": _union(settings, union)}
    _change(settings, name, values, stays_admin=role is Role.ADMIN, now=now)


def close_account(settings: Settings, name: str, *, now: dt.datetime) -> None:
    """Let nobody in under an account any more; its sign-ins end, and it is bound to no identity any more.

    Raises as `change_account` does.
    """
    values = {"active": False, "issuer": None, "subject": None}
    _change(settings, name, values, stays_admin=False, now=now)


def open_account(settings: Settings, name: str, *, now: dt.datetime) -> None:
    """Open a closed account again: to its password, or to an identity of its name. Raises as `change_account` does."""
    _change(settings, name, {"active": True}, stays_admin=True, now=now)


def _change(settings: Settings, name: str, values: Mapping[str, Any], *, stays_admin: bool, now: dt.datetime) -> None:
    require(settings, Right.MANAGE)
    kept, account = open_accounts(settings.database), account_named(settings, name)
    others = [each for each in kept.all() if each.name != account.name]
    if not stays_admin and not any(each.active and each.role is Role.ADMIN for each in others):
        raise LastAdministrator
    kept.change(account.name, values, at=now)
    kept.note(settings.user.name, ACCOUNT_CHANGED, at=now, about=account.name)


def new_password(settings: Settings, name: str, *, now: dt.datetime) -> str:
    """Give an account a new first password and return it; its sign-ins end. Raises as `change_account` does."""
    require(settings, Right.MANAGE)
    kept, account, password = open_accounts(settings.database), account_named(settings, name), _new_password()
    kept.change(account.name, {"secret": hashed(password), "must_change": True}, at=now)
    kept.note(settings.user.name, NEW_PASSWORD, at=now, about=account.name)
    return password


def account_named(settings: Settings, name: str) -> Account:
    """Return the account of a name. Raises `UnknownAccount`."""
    found = open_accounts(settings.database).find(folded(name))
    if found is None:
        raise UnknownAccount(name=name)
    return found


def accounts(settings: Settings) -> list[Account]:
    """Return every account. Raises `NotAllowed`."""
    require(settings, Right.MANAGE)
    return open_accounts(settings.database).all()


def audit(settings: Settings, *, at_most: int) -> DataFrame:
    """Return the last lines of the audit, newest first, see `stations.store.accounts`. Raises `NotAllowed`."""
    require(settings, Right.MANAGE)
    return open_accounts(settings.database).audit(at_most=at_most)


def note(settings: Settings, what: str, *, about: str | None = None) -> None:
    """Write into the audit that the user of `settings` did something that changes no record."""
    now = dt.datetime.now(dt.UTC)
    open_accounts(settings.database).note(settings.user.name, what, at=now, about=about)


def _new_password() -> str:
    """Return 80 random bits in groups that can be read out on the telephone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _place in range(4)) for _group in range(4))


def _union(settings: Settings, union: str | None) -> str | None:
    """Return the code of the union with this code or name. Raises `BadChoice`."""
    return union_from(settings, union) if union else None
