"""Links that open one address to whoever has them, until they expire or are revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from itsdangerous import Signer

from stations.model.accounts import Right
from stations.model.errors import BadChoice, StationsError
from stations.model.language import mark
from stations.model.settings import Settings
from stations.planning.access.accounts import note, open_accounts
from stations.planning.access.rights import require
from stations.planning.publishing.feeds import FEED, LINK, SNAPSHOT, NoSuchAddress, feed_at, picture_at
from stations.planning.publishing.ogc import OGC, asked_at

LONGEST_DAYS = 730
"""How long a link may hold."""
LINK_MADE, LINKS_REVOKED = mark("made a link"), mark("revoked all links")
LINKED = f"{OGC}/link/{{expires}}/{{signature}}"
"""What stands for ``/ogc`` in a link: its clients make addresses of their own from the one that they know."""
_BELOW = re.compile(rf"{OGC}/link/([^/]+)/([^/]+)(?:/.*)?")


class LinkRefused(StationsError, PermissionError):
    """A link is not one that was made here, or all of its time were revoked."""

    template = mark("This link does not hold: it was changed on the way, or revoked. Ask whoever gave it to you.")


class LinkExpired(StationsError, PermissionError):
    """The time of a link is over. Fields: day."""

    template = mark("This link held until {day}. Ask whoever gave it to you for a new one.")


class Link(NamedTuple):
    """An address that opens without a sign-in, and until when."""

    address: str
    expires: dt.datetime


def make_link(settings: Settings, address: str, *, days: int, now: dt.datetime) -> Link:
    """Return a link to an address: a path with its parameters, or all of it with the server's name.

    It is signed with what only the register knows: path and parameters as they are, or, for ``/ogc``, whatever is
    asked below it. The audit keeps it.

    Raises
    ------
    NotAllowed
        It is not for the user to hand data out.
    BadChoice, NoSuchAddress, UnknownCity
        There is nothing at the address, or its parameters cannot be met.
    """
    require(settings, Right.EXPORT)
    if not 1 <= days <= LONGEST_DAYS:
        raise BadChoice(what=mark("Days"), value=days, offered=f"1-{LONGEST_DAYS}")
    parts, expires = _parts(address), now + dt.timedelta(days=days)
    _require_there(settings, parts.path, parts.query)
    until = str(int(expires.timestamp()))
    signer = _signer(open_accounts(settings.database).link_key(at=now))
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in LINK]
    if parts.path == OGC:
        signature = signer.get_signature(_signed(OGC, [("expires", until)])).decode()
        path = LINKED.format(expires=until, signature=signature)
    else:
        path, asked = parts.path, [*asked, ("expires", until)]
        asked.append(("signature", signer.get_signature(_signed(path, asked)).decode()))
    note(settings, LINK_MADE, about=f"{parts.path}{'?' if parts.query else ''}{parts.query} → {expires.date()}")
    return Link(parts._replace(path=path, query=urlencode(asked)).geturl(), expires)


def revoke_links(settings: Settings, *, now: dt.datetime) -> None:
    """Let no link hold any more that was made until now. Raises `NotAllowed`."""
    require(settings, Right.EXPORT)
    open_accounts(settings.database).renew_link_key(at=now)
    note(settings, LINKS_REVOKED)


def is_link(path: str, query: str) -> bool:
    """Return whether an address claims to be a link."""
    if _BELOW.fullmatch(path):
        return True
    if not path.startswith((f"{FEED}/", f"{SNAPSHOT}/")):
        return False
    return any(name == "signature" for name, _text in parse_qsl(query, keep_blank_values=True))


def require_link(settings: Settings, path: str, query: str, *, now: dt.datetime) -> None:
    """Raise `LinkRefused` or `LinkExpired` unless an address is a link that holds."""
    if below := _BELOW.fullmatch(path):
        until, signature = below.groups()
        signed = _signed(OGC, [("expires", until)])
    else:
        asked = parse_qsl(query, keep_blank_values=True)
        signed = _signed(path, [pair for pair in asked if pair[0] != "signature"])
        until, signature = (",".join(text for name, text in asked if name == own) for own in LINK)
    key = open_accounts(settings.database).known_link_key()
    if key is None or not _signer(key).verify_signature(signed, signature):
        raise LinkRefused
    expires = dt.datetime.fromtimestamp(int(until), dt.UTC)
    if now >= expires:
        raise LinkExpired(day=expires.astimezone().strftime("%Y-%m-%d %H:%M"))


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in {"", "http", "https"} or bool(parts.scheme) != bool(parts.netloc):
        offered = mark("a path with its parameters, for example /feed/stations.geojson?lang=en")
        raise BadChoice(what=mark("Address"), value=address, offered=offered)
    return parts


def _signer(key: str) -> Signer:
    return Signer(key, salt="stations.link", key_derivation="hmac", digest_method=hashlib.sha256)


def _signed(path: str, asked: list[tuple[str, str]]) -> bytes:
    """Return what is signed: the path and every parameter, in whatever order they are sent."""
    return f"{path}?{urlencode(sorted(asked))}".encode()


def _require_there(settings: Settings, path: str, query: str) -> None:
    folder, _slash, name = path.rpartition("/")
    if path == OGC:
        asked_at(settings, "", query)
    elif folder == FEED:
        feed_at(settings, name, query)
    elif folder == SNAPSHOT:
        picture_at(settings, name, query)
    else:
        raise NoSuchAddress(path=path, offered=f"{OGC}, {FEED}/…, {SNAPSHOT}/…")
