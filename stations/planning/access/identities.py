"""Which account somebody opens whom the office's own identity provider (OpenID Connect) vouches for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from stations.model.errors import StationsError
from stations.model.language import mark
from stations.model.settings import Settings
from stations.model.vocabulary import folded
from stations.planning.access.accounts import NAME, let_in, open_accounts
from stations.store.accounts import Account, Accounts

REFUSED_IDENTITY = mark("identity refused")
LONGEST = 255
"""As long is what an identity provider says at most (OpenID Connect Core 1.0, section 2, says so of the subject)."""


class UnknownIdentity(StationsError, PermissionError):
    """Somebody whom the provider vouches for, but whose account nobody has made. Fields: name."""

    template = mark(
        "The office's sign-in says that you are {name}. There is no open account of that name here, or it is bound to "
        "somebody else. Ask an administrator of the atlas."
    )


class NotVouchedFor(StationsError, PermissionError):
    """The provider does not say who somebody is, or not that it has verified it. Fields: claim."""

    template = mark(
        "The office's sign-in does not vouch for who you are: “{claim}” is missing or not verified. "
        "Ask whoever looks after it."
    )


def admit(settings: Settings, claims: Mapping[str, Any], *, address: str | None, now: dt.datetime) -> str:
    """Return the token of a new sign-in for whom the provider speaks of.

    Issuer and subject say who it is: nobody else is ever given the same (OpenID Connect Core 1.0, section 5.7). When
    they come for the first time, the claim that `settings` name leads to the account, which is bound to them from then
    on: whoever is given the same address or name later opens nothing. A first password that was never changed lapses.

    Parameters
    ----------
    claims
        Those of an ID token whose signature, issuer, audience, nonce and time were checked.

    Raises
    ------
    NotVouchedFor
        The claim is missing, or an address is not verified.
    UnknownIdentity
        There is no such account, it is closed, or it is bound to another identity.
    """
    kept = open_accounts(settings.database)
    identity = _said(claims, "iss"), _said(claims, "sub")
    try:
        account = _account_of(kept, claims, identity, claim=settings.identity_claim)
    except (UnknownIdentity, NotVouchedFor):
        who = _said(claims, settings.identity_claim, "sub")
        kept.note_at_door(who, REFUSED_IDENTITY, at=now, about=" ".join(identity), address=address)
        raise
    if account.must_change:
        kept.change(account.name, {"secret": None, "must_change": False}, at=now)
    return let_in(kept, account.name, about=identity[0], address=address, now=now)


def _account_of(kept: Accounts, claims: Mapping[str, Any], identity: tuple[str, str], *, claim: str) -> Account:
    found = kept.bound_to(*identity)
    if found is None:
        name = _vouched(claims, claim)
        if NAME.fullmatch(name) and _is_as_compared(name):
            kept.bind(folded(name), *identity)
        found = kept.bound_to(*identity)
    if found is None:
        raise UnknownIdentity(name=name)
    return found


def _vouched(claims: Mapping[str, Any], claim: str) -> str:
    if claim == "email" and claims.get("email_verified") is not True:
        raise NotVouchedFor(claim="email_verified")
    return _said(claims, claim)


def _said(claims: Mapping[str, Any], *names: str) -> str:
    """Return what the first of some claims says that can be compared and kept. Raises `NotVouchedFor`."""
    for said in map(claims.get, names):
        if isinstance(said, str) and said.isprintable() and 0 < len(said) <= LONGEST:
            return said
    raise NotVouchedFor(claim=names[0])


def _is_as_compared(name: str) -> bool:
    """Return whether a name is an account's but for the case of A to Z.

    Accounts are found in any width and case by who types a name. An identity provider may give ``ａdmin`` and
    ``admin``, or the sign for kelvin and a ``k``, to two people: of these only the plain one is let in.
    """
    return folded(name) == (name.lower() if name.isascii() else name)
