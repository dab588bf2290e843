"""What a revision does to records, and how it is written: the record as it is now, and what it says of the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from stations.model.schema import IDENTIFIERS, Kind, Place, dump
from stations.store.rows import blank, standing, timelines
from stations.store.tables import HISTORY, RECORD_TABLES
from stations.store.timeline import Timeline, edited, rewritten

_BATCH = 2_000  # records: so that a long list is not in memory several times over


@dataclass(frozen=True)
class Changes:
    """What one revision does to a city's records of one kind; every record carries its identifier.

    `since` is the day from which it has been so; without one, `timeline.edited` says from when each field holds.
    """

    kind: Kind
    city: str
    added: Sequence[Place] = ()
    changed: Sequence[Place] = ()
    removed: Sequence[str] = ()
    since: dt.date | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def write(connection: sa.Connection, changes: Changes, *, revision: int, today: str) -> None:
    """Write `changes` into the records and the history."""
    identifier = IDENTIFIERS[changes.kind]
    records = (*changes.added, *changes.changed)
    for start in range(0, len(records), _BATCH):
        after = {getattr(record, identifier): dump(record) for record in records[start : start + _BATCH]}
        before = standing(connection, changes.kind, changes.city, keys=list(after))
        _put(connection, changes, before, after=after, revision=revision)
        lives = timelines(connection, changes.kind, changes.city, keys=list(before))
        _remember(connection, changes, lives, after=after, revision=revision, today=today)
    if changes.removed:
        _take_out(connection, changes, revision)
        lives = timelines(connection, changes.kind, changes.city, keys=list(changes.removed))
        _remember(connection, changes, lives, after=dict.fromkeys(changes.removed), revision=revision, today=today)


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
    if new:
        connection.execute(table.insert(), new)
    for key in filter(before.__contains__, after):
        values = {**row_of, **after[key], "version": table.c.version + 1}
        connection.execute(table.update().where(table.c[identifier] == key).values(**values))


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
    lives: Mapping[str, Timeline],
    *,
    after: Mapping[str, dict[str, Any] | None],
    revision: int,
    today: str,
) -> None:
    """Write into the history how the lives of records read now (``None``: as if it had never been)."""
    since = changes.since.isoformat() if changes.since else None
    rows = []
    for key, row in after.items():
        life = lives.get(key, {})
        told = {} if row is None else edited(life, row, today, since=since)
        for day, was, is_now in rewritten(life, told):
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
    if rows:
        connection.execute(HISTORY.insert(), rows)
