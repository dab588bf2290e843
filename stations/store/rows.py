"""Rows of the record tables and of the history, read as records: now, on a day, and over a record's life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from stations.model.schema import BESIDE, IDENTIFIERS, RECORDS, Kind, fields
from stations.store.tables import HISTORY, RECORD_TABLES
from stations.store.timeline import Timeline

VARIABLES = 500
"""Identifiers in one IN list, well below what SQLite takes."""


def in_force(
    connection: sa.Connection, kind: Kind, city: str, *, key: str | None = None
) -> Iterator[Mapping[str, Any]]:
    """Yield the records in force now (or the one with this identifier), oldest first, with every field."""
    table = RECORD_TABLES[kind]
    chosen = sa.select(table).where(table.c.city == city, table.c.removed_in.is_(None)).order_by(table.c.pk)
    if key is not None:
        chosen = chosen.where(table.c[IDENTIFIERS[kind]] == key)
    yield from map(dict, connection.execute(chosen).mappings())


def on_day(connection: sa.Connection, kind: Kind, city: str, *, day: dt.date) -> Iterator[Mapping[str, Any]]:
    """Yield the records that there were on a day, as they are known now, in the order of `in_force`."""
    table, history = RECORD_TABLES[kind], HISTORY.c
    latest = sa.func.row_number().over(
        partition_by=history.record, order_by=(history.since.desc(), history.revision.desc())
    )
    ranked = (
        sa.select(history.pk, latest.label("rank"))
        .where(history.city == city, history.kind == kind, history.since <= day.isoformat())
        .subquery()
    )
    chosen = (
        sa.select(history.after)
        .join(ranked, sa.and_(ranked.c.pk == history.pk, ranked.c.rank == 1))
        .join(table, table.c[IDENTIFIERS[kind]] == history.record)
        .where(history.after.is_not(None))
        .order_by(table.c.pk)
    )
    for row in connection.scalars(chosen):
        yield {**blank(kind), **row}


def timelines(connection: sa.Connection, kind: Kind, city: str, *, keys: Sequence[str]) -> dict[str, Timeline]:
    """Return what is known of the lives of records: every day on which the history says something."""
    found: dict[str, Timeline] = {}
    columns = (HISTORY.c.record, HISTORY.c.since, HISTORY.c.after)
    for start in range(0, len(keys), VARIABLES):
        chosen = (
            sa.select(*columns)
            .where(HISTORY.c.city == city, HISTORY.c.kind == kind)
            .where(HISTORY.c.record.in_(keys[start : start + VARIABLES]))
            .order_by(HISTORY.c.since, HISTORY.c.revision)
        )
        for record, since, after in connection.execute(chosen):
            found.setdefault(record, {})[since] = after
    return found


def standing(connection: sa.Connection, kind: Kind, city: str, *, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the city's rows behind `keys`, in force or taken out, dumped."""
    table, identifier = RECORD_TABLES[kind], IDENTIFIERS[kind]
    ever = set(connection.scalars(sa.select(table.c[identifier]).where(table.c.city == city)))
    known = [key for key in keys if key in ever]
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(known), VARIABLES):
        chosen = sa.select(table).where(table.c[identifier].in_(known[start : start + VARIABLES]))
        found |= {row[identifier]: dumped(kind, dict(row)) for row in connection.execute(chosen).mappings()}
    return found


def dumped(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a record table as `schema.dump` gives the record."""
    return {name: row[name] for name in (*fields(kind), *BESIDE) if row[name] not in (None, [], {})}


@cache
def blank(kind: Kind) -> dict[str, Any]:
    """Return a row of unknown values: ``None``, or an empty list or mapping; for reading only."""
    defaults = {name: RECORDS[kind].model_fields[name].default for name in (*fields(kind), *BESIDE)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in defaults.items()}
