"""What a revision does to records, and how it is written: the record as it is now, and what it says of the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from stations.model.errors import StationsError
from stations.model.language import mark
from stations.model.schema import IDENTIFIERS, Kind, Place, dump
from stations.store.database import insert_rows
from stations.store.digests import of_row
from stations.store.photos import missing
from stations.store.rows import VARIABLES, blank, standing, timelines
from stations.store.tables import HISTORY, RECORD_TABLES
from stations.store.timeline import Timeline, edited, lived, resumed, rewritten

_BATCH = 2_000  # records: so that a long list is not in memory several times over


class StaleRecord(StationsError, RuntimeError):
    """A record was changed by somebody else since it was looked at. Fields: record, found."""

    template = mark(
        "{record} was changed by somebody else in the meantime; it is at version {found} now. Nothing was overwritten. "
        "Look at it as it is now, then decide again."
    )


class IdentifierTaken(StationsError, ValueError):
    """A record is to be added under a number that another one has. Fields: record."""

    template = mark("The number {record} is that of another record. Leave it empty, and the next free one is taken.")


class UnknownPhoto(StationsError, LookupError):
    """A record is to have a photo that is not kept. Fields: record."""

    template = mark("A photo of {record} is not there any more. Remove it, and add it again.")


@dataclass(frozen=True)
class Changes:
    """What one revision does to a city's records of one kind; every record carries its identifier.

    `since` is the day from which it has been so; without one, `timeline.edited` says from when each field holds.
    `versions` are those that were looked at: a record that has another one by now is not overwritten. `undone` is a
    revision that is taken back: the lives of the records read as they did before it, on every day. What is `restored`
    holds as a whole from today, and its past stays as it was told.
    """

    kind: Kind
    city: str
    added: Sequence[Place] = ()
    changed: Sequence[Place] = ()
    removed: Sequence[str] = ()
    since: dt.date | None = None
    versions: Mapping[str, int] = field(default_factory=dict)
    undone: int | None = None
    restored: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)


def write(connection: sa.Connection, changes: Changes, *, revision: int, today: str) -> list[str]:
    """Write `changes` into the records and the history; return the digests of the rows of the history.

    Raises `StaleRecord`, `IdentifierTaken` or `UnknownPhoto`; the transaction is to be given up then.
    """
    identifier = IDENTIFIERS[changes.kind]
    records = (*changes.added, *changes.changed)
    digests: list[str] = []
    _require_versions(connection, changes)
    _require_free(connection, changes)
    _require_photos(connection, changes)
    for start in range(0, len(records), _BATCH):
        after = {getattr(record, identifier): dump(record) for record in records[start : start + _BATCH]}
        before = standing(connection, changes.kind, changes.city, keys=list(after))
        written, now = _remember(connection, changes, after, revision=revision, today=today)
        _put(connection, changes, before, after={key: now[key] for key in written}, revision=revision)
        digests += [digest for rows in written.values() for digest in rows]
    if changes.removed:
        _take_out(connection, changes, revision)
        written, _now = _remember(connection, changes, dict.fromkeys(changes.removed), revision=revision, today=today)
        digests += [digest for rows in written.values() for digest in rows]
    return digests


def wrote(connection: sa.Connection, changes: Changes, *, revision: int, today: str) -> bool:
    """Return whether a `revision`, made `today`, wrote just what `changes` say, whatever came after it.

    What was added then may have another number now.
    """
    about = HISTORY.c.city == changes.city, HISTORY.c.kind == changes.kind, HISTORY.c.revision == revision
    found = dict.fromkeys(connection.scalars(sa.select(HISTORY.c.record).where(*about).order_by(HISTORY.c.pk)))
    identifier = IDENTIFIERS[changes.kind]
    after = {getattr(record, identifier): dump(record) for record in changes.changed} | dict.fromkeys(changes.removed)
    new = [key for key in found if key not in after]
    if len(new) != len(changes.added):
        return False
    after |= {key: {**dump(record), identifier: key} for key, record in zip(new, changes.added, strict=True)}
    lives, then = (
        timelines(connection, changes.kind, changes.city, keys=list(after), before=end)
        for end in (revision, revision + 1)
    )
    told = _told(connection, changes, lives, after=after, today=today)
    return all(lived(told[key]) == lived(then.get(key, {})) for key in after)


def _require_versions(connection: sa.Connection, changes: Changes) -> None:
    table = RECORD_TABLES[changes.kind]
    key = table.c[IDENTIFIERS[changes.kind]]
    meant = list(changes.versions)
    for start in range(0, len(meant), VARIABLES):
        some = meant[start : start + VARIABLES]
        chosen = sa.select(key, table.c.version).where(key.in_(some), table.c.city == changes.city)
        found = dict(connection.execute(chosen).all())
        for record in some:
            if found.get(record) != changes.versions[record]:
                raise StaleRecord(record=record, found=found.get(record))


def _require_free(connection: sa.Connection, changes: Changes) -> None:
    """Refuse to add a record under the number of one that is in force, or of another city."""
    table = RECORD_TABLES[changes.kind]
    key = table.c[IDENTIFIERS[changes.kind]]
    wanted = [getattr(record, IDENTIFIERS[changes.kind]) for record in changes.added]
    for start in range(0, len(wanted), VARIABLES):
        taken = sa.or_(table.c.removed_in.is_(None), table.c.city != changes.city)
        found = connection.scalar(sa.select(key).where(key.in_(wanted[start : start + VARIABLES]), taken).limit(1))
        if found is not None:
            raise IdentifierTaken(record=found)


def _require_photos(connection: sa.Connection, changes: Changes) -> None:
    named = {digest: record for record in (*changes.added, *changes.changed) for digest in record.photos}
    for digest in sorted(missing(connection, named)):
        raise UnknownPhoto(record=named[digest].name)


def _put(
    connection: sa.Connection,
    changes: Changes,
    before: Mapping[str, dict[str, Any]],
    *,
    after: Mapping[str, dict[str, Any]],
    revision: int,
) -> None:
    """Insert the records that are new, update the others."""
    table, identifier = RECORD_TABLES[changes.kind], IDENTIFIERS[changes.kind]
    row_of = {**blank(changes.kind), "city": changes.city, "revision": revision, "removed_in": None}
    new = [{**row_of, **row, "version": 1} for key, row in after.items() if key not in before]
    insert_rows(connection, table, new)
    known = [{**row_of, **row, "own_key": key} for key, row in after.items() if key in before]
    if known:
        again = table.update().where(table.c[identifier] == sa.bindparam("own_key"))
        counted = table.c.revision == revision  # it was taken out by the same revision, to be there anew
        version = sa.case((counted, table.c.version), else_=table.c.version + 1)
        connection.execute(again.values(version=version), known)


def _take_out(connection: sa.Connection, changes: Changes, revision: int) -> None:
    table, identifier = RECORD_TABLES[changes.kind], IDENTIFIERS[changes.kind]
    gone = {"removed_in": revision, "revision": revision, "version": table.c.version + 1}
    for key in changes.removed:
        connection.execute(
            table.update().where(table.c[identifier] == key, table.c.city == changes.city).values(**gone)
        )


def _remember(
    connection: sa.Connection,
    changes: Changes,
    after: Mapping[str, dict[str, Any] | None],
    *,
    revision: int,
    today: str,
) -> tuple[dict[str, list[str]], dict[str, dict[str, Any]]]:
    """Write into the history how the lives of records read now (``None``: as if it had never been).

    Return the digests of the rows by record (one of which there is nothing new to tell has none), and the records as
    they are now: later turns stand.
    """
    lives = timelines(connection, changes.kind, changes.city, keys=list(after))
    told = _told(connection, changes, lives, after=after, today=today)
    rows: list[dict[str, Any]] = []
    for key in after:
        life = lives.get(key, {})
        for day, was, is_now in rewritten(life, told[key]):
            action = "added" if was is None else "removed" if is_now is None else "changed"
            rows.append(
                {
                    "revision": revision,
                    "city": changes.city,
                    "kind": changes.kind,
                    "record": key,
                    "since": day,
                    "action": action,
                    "before": was,
                    "after": is_now,
                }
            )
    digests: dict[str, list[str]] = {}
    for entry in rows:
        entry["digest"] = of_row(entry)
        digests.setdefault(entry["record"], []).append(entry["digest"])
    insert_rows(connection, HISTORY, rows)
    return digests, {key: life[max(life)] or {} for key, life in told.items() if life}


def _told(
    connection: sa.Connection,
    changes: Changes,
    lives: Mapping[str, Timeline],
    *,
    after: Mapping[str, dict[str, Any] | None],
    today: str,
) -> dict[str, Timeline]:
    """Return the lives of records as they read from now on."""
    if changes.undone is not None:
        before = timelines(connection, changes.kind, changes.city, keys=list(after), before=changes.undone)
        return {key: before.get(key, {}) for key in after}
    if changes.restored:
        return {key: resumed(lives.get(key, {}), row or {}, today) for key, row in after.items()}
    since = changes.since.isoformat() if changes.since else None
    return {
        key: {} if row is None else edited(lives.get(key, {}), row, today, since=since) for key, row in after.items()
    }
