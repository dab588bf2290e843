"""What a database or a system says when it refuses, as one of the errors that say it in the reader's language."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Mapping

import sqlalchemy as sa

from stations.model.errors import (
    RegisterBusy,
    RegisterDamaged,
    RegisterFull,
    RegisterReadOnly,
    RegisterUnavailable,
    ServerAway,
)
from stations.model.language import mark

SERVER = mark("the database server")
"""What a server is called: whoever looks at a page need not know its name, its users and its databases."""

_SQLITE_SAYS = (
    mark("unable to open database file"),
    mark("file is not a database"),
    mark("database disk image is malformed"),
    mark("disk I/O error"),
)
"""What SQLite says most often when it refuses; named here to be translated."""

_OF_SQLITE: Mapping[int, type[RegisterUnavailable]] = {
    sqlite3.SQLITE_BUSY: RegisterBusy,
    sqlite3.SQLITE_LOCKED: RegisterBusy,
    sqlite3.SQLITE_READONLY: RegisterReadOnly,
    sqlite3.SQLITE_FULL: RegisterFull,
    sqlite3.SQLITE_CORRUPT: RegisterDamaged,
}
_OF_SERVERS: Mapping[str, type[RegisterUnavailable]] = {
    "08": ServerAway,  # connection exceptions
    "25006": RegisterReadOnly,
    "28": ServerAway,  # it lets the program in no more
    "3D": ServerAway,  # it has no such database
    "40": RegisterBusy,  # rolled back for another transaction
    "53100": RegisterFull,
    "53": ServerAway,  # too many connections, no memory
    "55P03": RegisterBusy,  # the lock was not to be had in time
    "57P": ServerAway,  # it is being shut down, or starts
    "XX001": RegisterDamaged,
    "XX002": RegisterDamaged,
}
"""By SQLSTATE, or how it begins (PostgreSQL, appendix A)."""


def refusal(error: Exception, place: str) -> RegisterUnavailable:
    """Return what is to be told of an error; `place` is where the database is, without a password.

    What a server says is kept in the field `said`, for the log and for whoever runs it: it may name users and hosts.
    """
    told = getattr(error, "orig", None) or error
    said = str(getattr(told, "strerror", None) or told).partition("\n")[0]
    if hasattr(told, "sqlstate"):
        kind = _kind_at_server(getattr(told, "sqlstate", None))
        return kind(place=SERVER, reason=said, said=f"{place}: {said}")
    if isinstance(error, sa.exc.TimeoutError):  # every connection is taken
        return RegisterBusy(place=place)
    code = getattr(told, "sqlite_errorcode", None) or 0
    kind = _OF_SQLITE.get(code & 0xFF, RegisterUnavailable)  # the rest of it says more than need be told
    if getattr(told, "errno", None) == errno.ENOSPC:
        kind = RegisterFull
    if said.startswith("Could not decode to UTF-8"):  # Python says so, not SQLite: there is no code
        return unreadable(place)
    return kind(place=place, reason=said)


def unreadable(place: str, *, server: bool = False) -> RegisterDamaged:
    """Return that something stands in the register that was never written there."""
    reason = mark("a row cannot be read; to name it: python -m stations check")
    return RegisterDamaged(place=SERVER if server else place, reason=reason, said=place)


def _kind_at_server(state: str | None) -> type[RegisterUnavailable]:
    if state is None:  # no server ever answered, or it went away
        return ServerAway
    return next((kind for start, kind in _OF_SERVERS.items() if state.startswith(start)), RegisterUnavailable)
