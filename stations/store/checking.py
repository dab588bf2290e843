"""Whether a register still is what was written: found by the digests, and named row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from stations.model.accounts import Role
from stations.model.language import mark
from stations.model.photos import digest_of
from stations.model.schema import IDENTIFIERS, RECORDS
from stations.store.digests import FIRST, of_revision, of_row
from stations.store.photos import BATCH, told
from stations.store.rows import dumped
from stations.store.tables import ACCOUNT, HISTORY, PHOTO, RECORD_TABLES, REVISION


class Fault(NamedTuple):
    """What is wrong where: the table, the row's own key in it, and the reason (a marked message)."""

    table: str
    row: str
    reason: str


_CHANGED = mark("The row is not as it was written.")
_UNTOLD = mark("The record is not as its history tells.")
_LOST = mark("A revision that the history names is not there.")
_PHOTO_LOST = mark("A photo that the row names is not there.")


def faults(connection: sa.Connection) -> Iterator[Fault]:
    """Yield everything that is not as it was written: in the file itself, the history, the records, and the photos."""
    yield from damage(connection)
    for table, look in ((HISTORY, _history), (HISTORY, _records), (PHOTO, _photos), (ACCOUNT, _accounts)):
        try:
            yield from look(connection)
        except sa.exc.DBAPIError as error:  # the database does not even get there
            yield Fault(table.name, "", str(error.orig).partition("\n")[0])
            if connection.dialect.name != "sqlite":  # a server answers nothing more in this transaction
                return
        except (TypeError, ValueError, AttributeError):  # values of another kind than are ever written
            yield Fault(table.name, "", _CHANGED)


def damage(connection: sa.Connection) -> Iterator[Fault]:
    """Yield what the database itself finds wrong with its file."""
    if connection.dialect.name == "sqlite":
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if said != "ok":
                yield Fault("", "", str(said))


def _history(connection: sa.Connection) -> Iterator[Fault]:
    """Yield the rows of the history, and the revisions, that do not fit their digests or are gone."""
    rows: dict[int, list[str]] = {}
    for row in connection.execute(sa.select(HISTORY).order_by(HISTORY.c.pk)).mappings():
        rows.setdefault(row["revision"], []).append(row["digest"])
        if not _fits(row["digest"], partial(of_row, dict(row))):
            yield Fault(HISTORY.name, str(row["pk"]), _CHANGED)
    last = FIRST
    for revision in connection.execute(sa.select(REVISION).order_by(REVISION.c.revision)).mappings():
        own = rows.get(revision["revision"], [])
        if not _fits(revision["digest"], partial(of_revision, last, dict(revision), own)):
            yield Fault(REVISION.name, str(revision["revision"]), _CHANGED)
        rows.pop(revision["revision"], None)
        last = revision["digest"]
    for lost in rows:
        yield Fault(REVISION.name, str(lost), _LOST)


def _fits(digest: object, made: Callable[[], str]) -> bool:
    """Return whether a digest is that of what is there, whatever that is."""
    try:
        return made() == digest
    except TypeError:  # bytes, where text was written
        return False


def _accounts(connection: sa.Connection) -> Iterator[Fault]:
    """Yield the accounts of which nobody can say what they may do: they have no digests."""
    for name, role in connection.execute(sa.select(ACCOUNT.c.name, ACCOUNT.c.role).order_by(ACCOUNT.c.pk)):
        if role not in list(Role):
            yield Fault(ACCOUNT.name, str(name), _CHANGED)


def _records(connection: sa.Connection) -> Iterator[Fault]:
    """Yield the records that are not what their history says last of them."""
    for kind in RECORDS:
        columns = HISTORY.c.record, HISTORY.c.city, HISTORY.c.after, HISTORY.c.revision
        chosen = sa.select(*columns).where(HISTORY.c.kind == kind).order_by(HISTORY.c.since, HISTORY.c.revision)
        last: dict[str, tuple[str, Any]] = {}
        written: dict[str, set[int]] = {}
        for record, city, after, revision in connection.execute(chosen):
            last[record] = city, after
            written.setdefault(record, set()).add(revision)
        for row in connection.execute(sa.select(RECORD_TABLES[kind])).mappings():
            key, taken_out = row[IDENTIFIERS[kind]], row["removed_in"]
            own = row["city"], None if taken_out else dumped(kind, dict(row))
            counts = row["version"], row["revision"], taken_out or row["revision"]
            told = written.get(key, {0})
            if last.pop(key, None) != own or counts != (len(told), max(told), max(told)):
                yield Fault(kind, str(key), _UNTOLD)
        yield from (Fault(kind, record, _UNTOLD) for record in last)


def _photos(connection: sa.Connection) -> Iterator[Fault]:
    """Yield the photos that are not what their digests say, and the rows of the history whose photos are gone."""
    kept: set[str] = set()
    with connection.execute(sa.select(PHOTO), execution_options={"yield_per": BATCH}) as found:
        for row in found.mappings():
            kept.add(row["digest"])
            if (digest_of(row["content"]), digest_of(row["thumbnail"])) != (row["digest"], row["thumbnail_digest"]):
                yield Fault(PHOTO.name, row["digest"], _CHANGED)
    for pk, digests in told(connection):
        if not kept.issuperset(digests):
            yield Fault(HISTORY.name, str(pk), _PHOTO_LOST)
