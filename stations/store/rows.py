"""Rows of the record tables and of the history, read as records: now, on a day, and over a record's life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from stations.model.schema import BESIDE, IDENTIFIERS, RECORDS, Kind, fields
from stations.store.database import read_json_of
from stations.store.tables import HISTORY, RECORD_TABLES
from stations.store.timeline import Timeline

VARIABLES = 500
"""Identifiers in one IN list, well below what SQLite takes."""


def in_force(
    connection: sa.Connection, kind: Kind, city: str, *, key: str | None = None, since: int = 0
) -> Iterator[Mapping[str, Any]]:
    """Yield the records in force now, oldest first, with every field.

    All of them, the one with this identifier, or those that were written after the revision `since`.
    """
    table = RECORD_TABLES[kind]
    chosen = sa.select(table).where(table.c.city == city, table.c.removed_in.is_(None)).order_by(table.c.pk)
    if key is not None:
        chosen = chosen.where(table.c[IDENTIFIERS[kind]] == key)
    if since:
        chosen = chosen.where(table.c.revision > since)
    names = table.c.keys()
    for row in connection.execute(chosen).fetchall():
        yield dict(zip(names, row, strict=True))


def identifiers_in_force(connection: sa.Connection, kind: Kind, city: str) -> list[str]:
    """Return the identifiers of the records in force now, in the order of `in_force`."""
    table = RECORD_TABLES[kind]
    chosen = sa.select(table.c[IDENTIFIERS[kind]]).where(table.c.city == city, table.c.removed_in.is_(None))
    return [row[0] for row in connection.execute(chosen.order_by(table.c.pk)).fetchall()]


def as_told(
    connection: sa.Connection, kind: Kind, city: str, *, day: dt.date | None = None, revision: int | None = None
) -> Iterator[Mapping[str, Any]]:
    """Yield the records as their history tells, in the order of `in_force`, with the fields that are known.

    Those that there were on a `day` (at last, if none is named), as they were known after a `revision` (as now).
    """
    table, earlier = RECORD_TABLES[kind], HISTORY.alias("earlier").c
    last = (
        sa.select(earlier.pk)
        .where(earlier.city == city, earlier.kind == kind, earlier.record == table.c[IDENTIFIERS[kind]])
        .where(*([earlier.since <= day.isoformat()] if day else []))
        .where(*([earlier.revision <= revision] if revision is not None else []))
        .order_by(earlier.since.desc(), earlier.revision.desc())
        .limit(1)
        .scalar_subquery()  # of each record: one step in the index, however long its history is
    )
    chosen = (
        sa.select(sa.cast(HISTORY.c.after, sa.Text))
        .select_from(table)
        .join(HISTORY, HISTORY.c.pk == last)
        .where(table.c.city == city, HISTORY.c.after.is_not(None))
        .order_by(table.c.pk)
    )
    yield from read_json_of(connection.scalars(chosen).all())


def timelines(
    connection: sa.Connection, kind: Kind, city: str, *, keys: Sequence[str], before: int | None = None
) -> dict[str, Timeline]:
    """Return what is known of the lives of records (or was, `before` a revision): every day that has a word of it."""
    found: dict[str, Timeline] = {}
    columns = (HISTORY.c.record, HISTORY.c.since, HISTORY.c.after)
    for start in range(0, len(keys), VARIABLES):
        chosen = (
            sa.select(*columns)
            .where(HISTORY.c.city == city, HISTORY.c.kind == kind)
            .where(HISTORY.c.record.in_(keys[start : start + VARIABLES]))
            .order_by(HISTORY.c.since, HISTORY.c.revision)
        )
        if before is not None:
            chosen = chosen.where(HISTORY.c.revision < before)
        for record, since, after in connection.execute(chosen):
            found.setdefault(record, {})[since] = after
    return found


def standing(connection: sa.Connection, kind: Kind, city: str, *, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the city's rows behind `keys`, in force or taken out, dumped."""
    table, identifier = RECORD_TABLES[kind], IDENTIFIERS[kind]
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(keys), VARIABLES):
        chosen = sa.select(table).where(table.c[identifier].in_(keys[start : start + VARIABLES]))
        rows = connection.execute(chosen).mappings()
        found |= {row[identifier]: dumped(kind, dict(row)) for row in rows if row["city"] == city}
    return found


def dumped(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a record table as `schema.dump` gives the record."""
    return {name: row[name] for name in (*fields(kind), *BESIDE) if row[name] not in (None, [], {})}


@cache
def blank(kind: Kind) -> dict[str, Any]:
    """Return a row of unknown values: ``None``, or an empty list or mapping; for reading only."""
    defaults = {name: RECORDS[kind].model_fields[name].default for name in (*fields(kind), *BESIDE)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in defaults.items()}
