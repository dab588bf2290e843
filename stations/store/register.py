"""The register: every station and base of every city, in one SQLite file, changed only by whole revisions."""

from __future__ import annotations

import datetime as dt
import errno
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from stations.model.errors import RegisterUnavailable, StationsError
from stations.model.language import mark
from stations.model.privacy import masked
from stations.model.schema import IDENTIFIERS, RECORDS, Kind, Place, dump, fields, free_texts
from stations.model.settings import DEFAULT_DATABASE
from stations.store.tables import HISTORY, METADATA, RECORD_TABLES, REVISION

_BUSY_S = 30
_BATCH = 2_000  # records
_VARIABLES = 500  # identifiers in one IN list, well below SQLite's limit


_SQLITE_SAYS = (
    mark("unable to open database file"),
    mark("file is not a database"),
    mark("database is locked"),
    mark("attempt to write a readonly database"),
    mark("database disk image is malformed"),
    mark("database or disk is full"),
    mark("disk I/O error"),
)
"""What SQLite says most often when it refuses; named here to be translated."""


class StaleRevision(StationsError, RuntimeError):
    """The register changed between reading and writing. Fields: expected, found."""

    template = mark(
        "The register has changed in the meantime, from revision {expected} to {found}. Look at it again, then repeat."
    )


@dataclass(frozen=True)
class Changes:
    """What one revision does to a city's records of one kind; every record carries its identifier."""

    kind: Kind
    city: str
    added: Sequence[Place] = ()
    changed: Sequence[Place] = ()
    removed: Sequence[str] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


class Register:
    """The store behind one database path or URL; the file and its tables are made on first use.

    SQLite runs with a write-ahead log and full synchronisation, so that a revision that was acknowledged survives a
    power cut; writers queue (``BEGIN IMMEDIATE``).
    """

    def __init__(self, database: str) -> None:
        """Open the register at `database`: a path, or an SQLAlchemy URL. Raises `RegisterUnavailable`."""
        self.place = database
        with self._guarded():
            self.url = _url(database)
            if "://" not in database:
                _require_folder(Path(str(self.url.database)).parent)
            self._engine = sa.create_engine(self.url, connect_args={"timeout": _BUSY_S})
            sa.event.listen(self._engine, "connect", _on_connect)
            sa.event.listen(self._engine, "begin", _on_begin)
            if not sa.inspect(self._engine).has_table(REVISION.name):
                with self._writing() as connection:  # looks again: somebody else may be making them
                    METADATA.create_all(connection)

    def close(self) -> None:
        """Give back every connection (and, with SQLite, the write-ahead log)."""
        self._engine.dispose()

    def revision(self) -> int:
        """Return the number of the last revision: 0 for an untouched register, growing with each change."""
        with self._reading() as connection:
            return _last_revision(connection)

    def revised_at(self, revision: int) -> dt.datetime | None:
        """Return when `revision` was made (UTC), or ``None`` when there is no such revision."""
        with self._reading() as connection:
            made_at = connection.scalar(sa.select(REVISION.c.made_at).where(REVISION.c.revision == revision))
        return dt.datetime.fromisoformat(made_at) if made_at else None

    def records(self, kind: Kind, city: str) -> pd.DataFrame:
        """Return the records in force in `city`, oldest first.

        Columns: the schema's fields, ``extra``; unknown values are ``None``. Personal mobile numbers are masked here,
        in whatever text they stand, so that no page or export can show them by mistake.
        """
        table = RECORD_TABLES[kind]
        columns = [table.c[name] for name in (*fields(kind), "extra")]
        with self._reading() as connection:
            found = connection.execute(sa.select(*columns).where(*_in_force(table, city)).order_by(table.c.pk))
            frame = pd.DataFrame(found.fetchall(), columns=list(found.keys()), dtype=object)
        for name in free_texts(kind):
            frame[name] = pd.Series([masked(text) for text in frame[name]], dtype=object)
        extras = [{name: masked(text) for name, text in extra.items()} for extra in frame["extra"]]
        frame["extra"] = pd.Series(extras, dtype=object)
        return frame

    def stored(self, kind: Kind, city: str) -> dict[str, dict[str, Any]]:
        """Return the records in force in `city` as they were dumped, by identifier.

        Nothing is masked: this is for comparing, not for showing.
        """
        table = RECORD_TABLES[kind]
        with self._reading() as connection:
            rows = connection.execute(sa.select(table).where(*_in_force(table, city)).order_by(table.c.pk)).mappings()
            return {row[IDENTIFIERS[kind]]: _dumped(kind, dict(row)) for row in rows}

    def identifiers(self, kind: Kind) -> dict[str, str]:
        """Return every identifier ever given, with its city, also of records taken out: none may be given again."""
        table = RECORD_TABLES[kind]
        with self._reading() as connection:
            found = connection.execute(sa.select(table.c[IDENTIFIERS[kind]], table.c.city))
            return {row[0]: row[1] for row in found}

    def apply(self, changes: Sequence[Changes], *, what: str, expected: int) -> int:
        """Write `changes` as one revision, all or nothing, and return its number.

        Parameters
        ----------
        changes
            What to do; a revision without any change is written as well (that a register was set up empty is a fact).
        what
            The use case that asks, in one word, for the history.
        expected
            The revision the changes were made against.

        Raises
        ------
        StaleRevision
            When the register is at another revision by now.
        RegisterUnavailable
            When the store cannot be written, or an identifier is that of a record of another city.
        """
        with self._writing() as connection:
            found = _last_revision(connection)
            if found != expected:
                raise StaleRevision(expected=expected, found=found)
            revision = found + 1
            connection.execute(
                REVISION.insert(),
                {
                    "revision": revision,
                    "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                    "what": what,
                    "detail": [dict(change.detail) for change in changes],
                },
            )
            for change in changes:
                _write(connection, change, revision)
        return revision

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._guarded(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        engine = self._engine.execution_options(writing=True)
        with self._guarded(), engine.begin() as connection:
            yield connection

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, OSError, ImportError) as error:  # the last: no driver for this kind of URL
            if isinstance(error, StationsError):
                raise
            reason = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error)
            raise RegisterUnavailable(place=self.place, reason=reason) from error


def _url(database: str) -> sa.URL:
    if "://" in database:
        return sa.make_url(database)
    return sa.URL.create("sqlite", database=str(Path(database).expanduser().resolve()))


def _require_folder(folder: Path) -> None:
    """Make the product's own folder; any other has to be there, so that a mistyped path makes no empty register."""
    if folder == Path(DEFAULT_DATABASE).parent:
        folder.mkdir(exist_ok=True)
    elif not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, mark("No such file or directory"))


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (f"busy_timeout={_BUSY_S * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _log_ahead(connection)


def _log_ahead(connection: Any) -> None:
    """Switch the file to a write-ahead log, waiting for others who make it now: SQLite itself would not."""
    latest = time.monotonic() + _BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > latest:
                raise
            time.sleep(0.01)
        else:
            return


def _on_begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _last_revision(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(REVISION.c.revision))) or 0


def _in_force(table: sa.Table, city: str) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.city == city, table.c.removed_in.is_(None)


def _dumped(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in (*fields(kind), "extra") if row[name] not in (None, [], {})}


def _blank(kind: Kind) -> dict[str, Any]:
    """Return a row of unknown values: ``None``, or an empty list or mapping."""
    defaults = {name: RECORDS[kind].model_fields[name].default for name in (*fields(kind), "extra")}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in defaults.items()}


def _write(connection: sa.Connection, changes: Changes, revision: int) -> None:
    """Write in batches, so that a long list is not in memory several times over."""
    table, identifier = RECORD_TABLES[changes.kind], IDENTIFIERS[changes.kind]
    records = (*changes.added, *changes.changed)
    before = _standing(connection, changes, [*(getattr(record, identifier) for record in records), *changes.removed])
    for start in range(0, len(records), _BATCH):
        after = {getattr(record, identifier): dump(record) for record in records[start : start + _BATCH]}
        _put(connection, changes, before, after=after, revision=revision)
    gone = {"removed_in": revision, "revision": revision, "version": table.c.version + 1}
    for key in changes.removed:
        connection.execute(
            table.update().where(table.c[identifier] == key, table.c.city == changes.city).values(**gone)
        )
    _remember(connection, changes, before, after=dict.fromkeys(changes.removed), revision=revision)


def _put(
    connection: sa.Connection,
    changes: Changes,
    before: Mapping[str, dict[str, Any]],
    *,
    after: Mapping[str, dict[str, Any]],
    revision: int,
) -> None:
    """Insert the records that are new, update the others, and write both into the history."""
    table, identifier = RECORD_TABLES[changes.kind], IDENTIFIERS[changes.kind]
    blank = {**_blank(changes.kind), "city": changes.city, "revision": revision, "removed_in": None}
    new = [{**blank, **row, "version": 1} for key, row in after.items() if key not in before]
    if new:
        connection.execute(table.insert(), new)
    for key in filter(before.__contains__, after):
        values = {**blank, **after[key], "version": table.c.version + 1}
        connection.execute(table.update().where(table.c[identifier] == key).values(**values))
    _remember(connection, changes, before, after=after, revision=revision)


def _remember(
    connection: sa.Connection,
    changes: Changes,
    before: Mapping[str, dict[str, Any]],
    *,
    after: Mapping[str, dict[str, Any] | None],
    revision: int,
) -> None:
    """Write into the history what records were before, and what they are after (``None``: taken out)."""
    history = [
        {
            "revision": revision,
            "kind": changes.kind,
            "record": key,
            "action": "removed" if row is None else "changed" if key in before else "added",
            "before": before.get(key),
            "after": row,
        }
        for key, row in after.items()
    ]
    if history:
        connection.execute(HISTORY.insert(), history)


def _standing(connection: sa.Connection, changes: Changes, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the city's stored rows (in force or taken out) behind `keys`, dumped."""
    kind = changes.kind
    table, identifier = RECORD_TABLES[kind], IDENTIFIERS[kind]
    ever = set(connection.scalars(sa.select(table.c[identifier]).where(table.c.city == changes.city)))
    known = [key for key in keys if key in ever]
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(known), _VARIABLES):
        chosen = sa.select(table).where(table.c[identifier].in_(known[start : start + _VARIABLES]))
        found |= {row[identifier]: _dumped(kind, dict(row)) for row in connection.execute(chosen).mappings()}
    return found
