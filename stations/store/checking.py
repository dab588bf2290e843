"""Whether a register still is what was written: found by the digests, and named row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from stations.model.language import mark
from stations.model.photos import digest_of
from stations.model.schema import IDENTIFIERS, RECORDS
from stations.store.digests import FIRST, of_revision, of_row
from stations.store.photos import BATCH, told
from stations.store.rows import dumped
from stations.store.tables import HISTORY, PHOTO, RECORD_TABLES, REVISION


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
    yield from _history(connection)
    yield from _records(connection)
    yield from _photos(connection)


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
        if of_row(dict(row)) != row["digest"]:
            yield Fault(HISTORY.name, str(row["pk"]), _CHANGED)
    last = FIRST
    for revision in connection.execute(sa.select(REVISION).order_by(REVISION.c.revision)).mappings():
        if of_revision(last, dict(revision), rows.get(revision["revision"], [])) != revision["digest"]:
            yield Fault(REVISION.name, str(revision["revision"]), _CHANGED)
        rows.pop(revision["revision"], None)
        last = revision["digest"]
    for lost in rows:
        yield Fault(REVISION.name, str(lost), _LOST)


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
