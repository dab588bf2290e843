"""A whole database copied into an empty one, of the same kind or not, and proved equal row by row."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from stations.model.errors import StationsError
from stations.model.language import mark
from stations.store.checking import faults
from stations.store.database import Database, shown
from stations.store.photos import BATCH
from stations.store.tables import METADATA, PHOTO, VERSION

_BATCH = 2_000


class NotEmpty(StationsError, ValueError):
    """The database to move to holds something. Fields: place."""

    template = mark("There is a register at {place} already. Move to a place where there is none; nothing was written.")


class NotEqual(StationsError, RuntimeError):
    """What arrived is not what was sent. Fields: table, row."""

    template = mark("The copy differs in table {table}, row {row}. Nothing was kept there; the register is as it was.")


def move(source: str, target: str) -> dict[str, int]:
    """Copy everything at one path or URL to another, and return how many rows each table has.

    It is one state of the source, whatever others write meanwhile, and it is in the target whole or not at all: before
    it is kept, every row is read back and compared, and the digests of the history are checked.

    Raises
    ------
    NotEmpty
        The target holds a revision or an account.
    NotEqual
        What was read back is not what was sent, or not as it was once written.
    RegisterUnavailable
        One of the two cannot be read or written.
    """
    origin, copy = Database(source), Database(target)
    try:
        return copy_all(origin, copy)
    finally:
        origin.close()
        copy.close()


def without_postgis(place: str) -> bool:
    """Return whether the database at a path or URL is on a server, and has no PostGIS. Raises `RegisterUnavailable`."""
    database = Database(place)
    try:
        return database.without_postgis()
    finally:
        database.close()


def copy_all(origin: Database, copy: Database, *, put_away: Callable[[], object] | None = None) -> dict[str, int]:
    """Copy everything in one database to another, see `move`: an empty one, or one whose content is `put_away` first.

    Nobody else writes into it from then on until it is overwritten.
    """
    with origin.reading() as reading, copy.writing() as writing:
        tables = [table for table in METADATA.sorted_tables if table is not VERSION]
        if put_away is not None:
            put_away()
            for table in reversed(tables):
                writing.execute(table.delete())
        elif any(writing.execute(sa.select(table).limit(1)).first() for table in tables):
            raise NotEmpty(place=shown(copy.place))
        counts = {table.name: _copied(reading, writing, table) for table in tables}
        for table in tables:
            _require_equal(reading, writing, table)
        if broken := next(faults(writing), None):
            raise NotEqual(table=broken.table, row=broken.row)
        return counts


def _copied(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> int:
    count = 0
    with reading.execute(sa.select(table), execution_options=_few_at_a_time(table)) as found:
        for rows in found.mappings().partitions():
            writing.execute(table.insert(), [dict(row) for row in rows])
            count += len(rows)
    if count and writing.dialect.name == "postgresql" and "pk" in table.c:  # new rows are numbered after these
        last = sa.select(sa.func.max(table.c.pk)).scalar_subquery()
        writing.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "pk"), last)))
    return count


def _require_equal(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> None:
    with closing(_rows(reading, table)) as here, closing(_rows(writing, table)) as there:
        for sent, arrived in zip_longest(here, there):
            if sent != arrived:
                (key,) = table.primary_key.columns
                raise NotEqual(table=table.name, row=str((sent or arrived or {}).get(key.name)))


def _rows(connection: sa.Connection, table: sa.Table) -> Generator[Mapping[str, Any]]:
    """Yield the rows in the order of their keys, text by its code points: databases differ in how they sort it."""
    (key,) = table.primary_key.columns
    order = key if isinstance(key.type, sa.Integer) else sa.collate(key, _BY_CODE[connection.dialect.name])
    with connection.execute(sa.select(table).order_by(order), execution_options=_few_at_a_time(table)) as found:
        yield from map(dict, found.mappings())


def _few_at_a_time(table: sa.Table) -> dict[str, int]:
    """Return how to read a table so that no more than a batch of it is in memory."""
    return {"yield_per": BATCH if table is PHOTO else _BATCH}


_BY_CODE = {"sqlite": "BINARY", "postgresql": "C"}
