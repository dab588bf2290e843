"""Accounts, who is signed in, what was done that changes no record, forms half filled in, and the key of links."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from stations.model.accounts import Role, User
from stations.model.errors import RegisterUnavailable, StationsError
from stations.model.language import mark
from stations.store.database import Database
from stations.store.tables import ACCOUNT, AUDIT, DRAFT, LINK_KEY, SIGN_IN

SEEN_EVERY_S = 60
"""How often it is written that somebody is still there: not with every step."""
DRAFT_PATIENCE_S = 1
"""How long somebody who types is held up where the database is locked: what is typed is still in the form."""
DOOR_PATIENCE_S = 3
"""How long somebody at the door is held up by another writer. Refusals wait for one another: a few take this each."""
SEEN_PATIENCE_S = 1
"""How long a step is held up by the note that somebody is still there: that is kept in memory, too."""


class AccountExists(StationsError, ValueError):
    """There is an account of that name. Fields: name."""

    template = mark("There is an account {name} already. Choose another name, or change that one.")


class UnknownAccount(StationsError, LookupError):
    """There is no account of that name. Fields: name."""

    template = mark("There is no account {name}. Look it up in the list of accounts.")


@dataclass(frozen=True)
class Account:
    """An account as it is kept; `secret` is what is kept of the password, ``None`` where there is none.

    `subject` is whom the account is bound to, by the name that the identity provider `issuer` gives to nobody else;
    both are ``None`` until somebody has signed in that way.
    """

    name: str
    role: Role
    union: str | None
    secret: str | None
    must_change: bool
    active: bool
    issuer: str | None = None
    subject: str | None = None

    @property
    def user(self) -> User:
        """Who works under this account."""
        return User(self.name, self.role, self.union)


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that is in force unless it is too old: when it was made and last used (UTC)."""

    account: Account
    made_at: dt.datetime
    seen_at: dt.datetime


class Accounts:
    """What the database keeps about the people who use it. Names are compared as they are given here: fold them."""

    def __init__(self, database: str) -> None:
        """Open the database at a path or URL. Raises `RegisterUnavailable`."""
        self._database = Database(database)
        self._seen: dict[str, dt.datetime] = {}

    def close(self) -> None:
        """Give back every connection."""
        self._database.close()

    def any(self) -> bool:
        """Return whether there is any account."""
        with self._database.reading() as connection:
            return connection.scalar(sa.select(ACCOUNT.c.pk).limit(1)) is not None

    def all(self) -> list[Account]:
        """Return every account, by name."""
        with self._database.reading() as connection:
            found = [_account(row) for row in connection.execute(sa.select(ACCOUNT)).mappings()]
        return sorted(found, key=lambda account: account.name)  # databases differ in how they sort text

    def find(self, name: str) -> Account | None:
        """Return the account of a name, if there is one."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(ACCOUNT).where(ACCOUNT.c.name == name)).mappings().first()
        return _account(row) if row else None

    def bound_to(self, issuer: str, subject: str) -> Account | None:
        """Return the open account that an identity is bound to, if there is one."""
        own = sa.and_(ACCOUNT.c.issuer == issuer, ACCOUNT.c.subject == subject, ACCOUNT.c.active)
        with self._database.reading() as connection:
            row = connection.execute(sa.select(ACCOUNT).where(own)).mappings().first()
        return _account(row) if row else None

    def bind(self, name: str, issuer: str, subject: str) -> None:
        """Bind an account to an identity, if there is such an account, it is open, and it is bound to none yet."""
        free = sa.and_(ACCOUNT.c.name == name, ACCOUNT.c.active, ACCOUNT.c.subject.is_(None))
        with self._database.writing() as connection:
            connection.execute(ACCOUNT.update().where(free).values(issuer=issuer, subject=subject))

    def add(self, account: Account, *, at: dt.datetime) -> None:
        """Keep a new account. Raises `AccountExists`."""
        with self._database.writing() as connection:
            if connection.scalar(sa.select(ACCOUNT.c.pk).where(ACCOUNT.c.name == account.name)) is not None:
                raise AccountExists(name=account.name)
            row = {
                "name": account.name,
                "role": account.role.value,
                "union_code": account.union,
                "secret": account.secret,
                "must_change": account.must_change,
                "active": account.active,
            }
            connection.execute(ACCOUNT.insert(), {**row, "made_at": _text(at)})

    def change(self, name: str, values: Mapping[str, Any], *, at: dt.datetime, keep: str | None = None) -> None:
        """Write some columns of an account and end its sign-ins, but for the one of the token `keep`.

        What is not in `values` stays as it is, also what somebody else writes at the same time. Raises
        `UnknownAccount`.
        """
        with self._database.writing() as connection:
            own = ACCOUNT.c.name == name
            if not connection.execute(ACCOUNT.update().where(own).values(**values)).rowcount:
                raise UnknownAccount(name=name)
            _end_all(connection, name, at=at, keep=keep)

    def sign_in(self, name: str, token: str, *, at: dt.datetime) -> None:
        """Keep that an account is signed in with a token, of which only the digest is kept."""
        now = _text(at)
        with self._database.writing(patience_s=DOOR_PATIENCE_S) as connection:
            account = connection.scalar(sa.select(ACCOUNT.c.pk).where(ACCOUNT.c.name == name))
            row = {"token": _digest(token), "account": account, "made_at": now, "seen_at": now}
            connection.execute(SIGN_IN.insert(), row)

    def signed_in(self, token: str) -> SignedIn | None:
        """Return who is signed in with a token, unless it was ended or the account is closed."""
        chosen = (
            sa.select(ACCOUNT, SIGN_IN.c.token, SIGN_IN.c.made_at.label("signed_in_at"), SIGN_IN.c.seen_at)
            .join_from(SIGN_IN, ACCOUNT)
            .where(SIGN_IN.c.token == _digest(token), SIGN_IN.c.ended_at.is_(None), ACCOUNT.c.active)
        )
        with self._database.reading() as connection:
            row = connection.execute(chosen).mappings().first()
        if row is None:
            return None
        seen_at = _moment(row["seen_at"])
        return SignedIn(
            _account(row), _moment(row["signed_in_at"]), max(seen_at, self._seen.get(row["token"], seen_at))
        )

    def seen(self, token: str, *, at: dt.datetime) -> None:
        """Keep that whoever has this token is still there: in memory only, as long as it cannot be written."""
        digest = _digest(token)
        try:
            with self._database.writing(patience_s=SEEN_PATIENCE_S) as connection:
                connection.execute(SIGN_IN.update().where(SIGN_IN.c.token == digest).values(seen_at=_text(at)))
        except RegisterUnavailable:  # who is signed in can look at least
            self._seen[digest] = at
        else:
            self._seen.pop(digest, None)

    def end(self, token: str, *, at: dt.datetime) -> None:
        """End the sign-in of a token."""
        own = sa.and_(SIGN_IN.c.token == _digest(token), SIGN_IN.c.ended_at.is_(None))
        with self._database.writing() as connection:
            connection.execute(SIGN_IN.update().where(own).values(ended_at=_text(at)))

    def end_all(self, name: str, *, at: dt.datetime) -> None:
        """End every sign-in of an account."""
        with self._database.writing() as connection:
            _end_all(connection, name, at=at, keep=None)

    def end_every_sign_in(self, *, at: dt.datetime) -> None:
        """End every sign-in of every account."""
        with self._database.writing() as connection:
            connection.execute(SIGN_IN.update().where(SIGN_IN.c.ended_at.is_(None)).values(ended_at=_text(at)))

    def note(self, who: str, what: str, *, at: dt.datetime, about: str | None = None) -> None:
        """Write a line into the audit."""
        row = {"at": _text(at), "who": who, "what": what, "about": about}
        with self._database.writing() as connection:
            connection.execute(AUDIT.insert(), row)

    def note_at_door(
        self, who: str, what: str, *, at: dt.datetime, address: str | None, about: str | None = None
    ) -> None:
        """Write a line into the audit about somebody who wants to come in, from an address if it is known."""
        row = {"at": _text(at), "who": who, "what": what, "about": about, "address": address}
        with self._database.writing(patience_s=DOOR_PATIENCE_S) as connection:
            connection.execute(AUDIT.insert(), row)

    def refusals(self, name: str, *, refused: str, accepted: str, helped: str) -> tuple[int, dt.datetime | None]:
        """Return how often a name was refused since it was last accepted, or helped by somebody else, and when last.

        `refused`, `accepted` and `helped` are the words of the audit for it.
        """
        own = AUDIT.c.who == name
        over = sa.or_(sa.and_(own, AUDIT.c.what == accepted), sa.and_(AUDIT.c.about == name, AUDIT.c.what == helped))
        last = sa.select(sa.func.coalesce(sa.func.max(AUDIT.c.pk), 0)).where(over)
        chosen = sa.select(sa.func.count(), sa.func.max(AUDIT.c.at)).where(
            own, AUDIT.c.what == refused, AUDIT.c.pk > last.scalar_subquery()
        )
        with self._database.reading() as connection:
            count, at = connection.execute(chosen).one()
        return count, _moment(at) if at else None

    def refused_from(self, address: str, *, refused: str, since: dt.datetime) -> int:
        """Return how many sign-ins from an address were refused since a moment."""
        own = sa.and_(AUDIT.c.address == address, AUDIT.c.what == refused, AUDIT.c.at >= _text(since))
        with self._database.reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(AUDIT).where(own)) or 0

    def audit(self, *, at_most: int) -> pd.DataFrame:
        """Return the last lines of the audit, newest first: `at` (UTC), `who`, `what`, `about`, `address`."""
        columns = [AUDIT.c[name] for name in ("at", "who", "what", "about", "address")]
        with self._database.reading() as connection:
            found = connection.execute(sa.select(*columns).order_by(AUDIT.c.pk.desc()).limit(at_most))
            return pd.DataFrame(found.fetchall(), columns=list(found.keys()), dtype=object)

    def known_link_key(self) -> str | None:
        """Return what links are signed with; ``None`` before the first."""
        with self._database.reading() as connection:
            return connection.scalar(sa.select(LINK_KEY.c.key))

    def link_key(self, *, at: dt.datetime) -> str:
        """Return what links are signed with, made with the first: 256 random bits."""
        with self._database.writing() as connection:
            return connection.scalar(sa.select(LINK_KEY.c.key)) or _new_link_key(connection, at=at)

    def renew_link_key(self, *, at: dt.datetime) -> None:
        """Sign links with another key from here on: none that was made before holds any more."""
        with self._database.writing() as connection:
            connection.execute(LINK_KEY.delete())
            _new_link_key(connection, at=at)

    def keep_draft(self, draft: Mapping[str, Any], *, at: dt.datetime) -> None:
        """Keep what somebody has entered so far; columns as in `tables.DRAFT`."""
        row = {**draft, "touched_at": _text(at)}
        with self._database.writing(patience_s=DRAFT_PATIENCE_S) as connection:
            connection.execute(_draft(draft["submission"], draft["who"]))
            connection.execute(DRAFT.insert(), row)

    def drop_draft(self, submission: str, who: str) -> None:
        """Forget a draft of somebody's."""
        with self._database.writing() as connection:
            connection.execute(_draft(submission, who))

    def drafts(self, who: str) -> list[dict[str, Any]]:
        """Return what somebody has begun to enter, the last touched first; columns as in `tables.DRAFT`."""
        chosen = sa.select(DRAFT).where(DRAFT.c.who == who).order_by(DRAFT.c.touched_at.desc())
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(chosen).mappings()]


def _new_link_key(connection: sa.Connection, *, at: dt.datetime) -> str:
    key = secrets.token_urlsafe(32)
    connection.execute(LINK_KEY.insert(), {"key": key, "made_at": _text(at)})
    return key


def _draft(submission: str, who: str) -> sa.Delete:
    return DRAFT.delete().where(DRAFT.c.submission == submission, DRAFT.c.who == who)


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(
        row["name"],
        Role.read(row["role"]) or Role.VIEWER,  # what is no role, and was never written, may do least
        row["union_code"],
        secret=row["secret"],
        must_change=bool(row["must_change"]),
        active=bool(row["active"]),
        issuer=row["issuer"],
        subject=row["subject"],
    )


def _end_all(connection: sa.Connection, name: str, *, at: dt.datetime, keep: str | None) -> None:
    own = sa.select(ACCOUNT.c.pk).where(ACCOUNT.c.name == name).scalar_subquery()
    ending = SIGN_IN.update().where(SIGN_IN.c.account == own, SIGN_IN.c.ended_at.is_(None))
    if keep is not None:
        ending = ending.where(SIGN_IN.c.token != _digest(keep))
    connection.execute(ending.values(ended_at=_text(at)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
