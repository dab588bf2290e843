"""One database behind the register: how it is opened, read and written, whatever kind it is."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from pydantic_core import PydanticSerializationError, from_json, to_json
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from stations.model.errors import StationsError
from stations.model.language import mark
from stations.model.settings import DEFAULT_DATABASE
from stations.store.migrations import HEAD, migrate, version_of
from stations.store.refusals import refusal, unreadable
from stations.store.tables import METADATA, RECORD_TABLES, VERSION

BUSY_S = 30
SERVER_DRIVER = "postgresql+psycopg"
WRITERS_LOCK = 3_404_001
"""What writers on a server queue for: any number, as long as every one of them takes the same."""


class Database:
    """A database path or URL; the file and its tables are made on first use, and brought up to date where they are old.

    SQLite runs with a write-ahead log and full synchronisation, so that a transaction that was acknowledged survives a
    power cut; writers queue (``BEGIN IMMEDIATE``). On a PostgreSQL server they queue for an advisory lock, and readers'
    transactions are ``REPEATABLE READ``; where the database has PostGIS, records have their point as a column, too.
    """

    def __init__(self, place: str) -> None:
        """Open the database at `place`: a path, or an SQLAlchemy URL. Raises `RegisterUnavailable`."""
        self.place = place
        with self.guarded():
            self.url = url_of(place)
            if "://" not in place:
                _require_folder(Path(str(self.url.database)).parent)
            self._engine = _engine(self.url)
            try:
                self.prepare()
            except BaseException:
                self._engine.dispose()
                raise

    @property
    def path(self) -> Path | None:
        """The file the database is in; ``None`` where it is on a server, or where a URL asks for more than a file."""
        return Path(self.url.database) if "://" not in self.place and self.url.database else None

    def close(self) -> None:
        """Give back every connection (and, with SQLite, the write-ahead log)."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the database, whatever others write meanwhile."""
        with self.guarded(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def examining(self) -> Iterator[sa.Connection]:
        """Give a connection like `reading`, which reads what is there even where it is not what was once written."""
        engine = _engine(self.url, read_json=as_read)
        sa.event.listen(engine, "connect", read_anything)
        try:
            with self.guarded(), engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def writing(self, *, patience_s: int | None = None) -> Iterator[sa.Connection]:
        """Give the connection of the only writer: all or nothing, and kept for good when this ends.

        Where somebody else is writing, it is waited for `patience_s` at most, by default as long as `BUSY_S`.
        """
        engine = self._engine.execution_options(writing=True, patience_s=BUSY_S if patience_s is None else patience_s)
        with self.guarded(), engine.begin() as connection:
            yield connection

    @contextmanager
    def rebuilding(self) -> Iterator[sa.Connection]:
        """Give the only writer's connection for changing tables: others may refer to one that is being made anew."""
        engine = self._engine.execution_options(writing=True, rebuilding=True)
        with self.guarded(), engine.begin() as connection:
            yield connection
            require_references(connection)
        self._engine.dispose()  # whoever comes next minds references again

    @contextmanager
    def itself(self) -> Iterator[Any]:
        """Give a connection as the driver has it, opened as all others are, and in no transaction."""
        with self._engine.connect() as connection:
            yield connection.connection.driver_connection

    def writable(self) -> bool:
        """Return whether changes can be written: a file may be for reading only, and so may a server."""
        if self.url.get_backend_name() == "postgresql":
            with self.reading() as connection:
                return bool(connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off")
        file = str(self.url.database).removeprefix("file:")
        return self.url.query.get("mode") != "ro" and os.access(file, os.W_OK)

    def without_postgis(self) -> bool:
        """Return whether it is on a server whose database has no PostGIS: then records have no point as a column."""
        with self.reading() as connection:
            return connection.dialect.name == "postgresql" and not _has_postgis(connection)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what a database or a system says when it refuses into `RegisterUnavailable`."""
        try:
            yield
        except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:  # the last: no driver for a URL
            if isinstance(error, StationsError):
                raise
            raise refusal(error, shown(self.place)) from error
        except (UnicodeDecodeError, json.JSONDecodeError) as error:  # of what stands there, not of what was asked
            raise unreadable(shown(self.place), server=self.url.get_backend_name() == "postgresql") from error

    def prepare(self) -> None:
        """Make the tables, or bring them up to date. Somebody else may be doing it: the writer looks again."""
        with self.reading() as connection:
            if version_of(connection) == HEAD and not (_lacks_points(connection) and self.writable()):
                return
        with self.rebuilding() as connection:
            found = version_of(connection)
            if found is None:
                METADATA.create_all(connection)
                connection.execute(VERSION.insert(), {"version_num": HEAD})
            elif found != HEAD:
                migrate(connection, to=HEAD)
            if _lacks_points(connection):
                _add_points(connection)


def url_of(place: str) -> sa.URL:
    """Return the SQLAlchemy URL of a path or URL."""
    if "://" in place:
        url = sa.make_url(place)
        return url.set(drivername=SERVER_DRIVER) if url.drivername in {"postgresql", "postgres"} else url
    return sa.URL.create("sqlite", database=str(Path(place).expanduser().resolve()))


def shown(place: str) -> str:
    """Return a path or URL as it may be shown and logged: without a password."""
    try:
        if "://" not in place:
            return place
        url = url_of(place)
        secret = [name for name in url.query if "password" in name.lower()]  # libpq takes them there, too
        return url.difference_update_query(secret).render_as_string()
    except sa.exc.ArgumentError:  # it is no URL: nobody knows where in it a password would be
        return "…" if "@" in place else place


def _engine(url: sa.URL, *, read_json: Callable[[str], Any] | None = None) -> sa.Engine:
    return _on_server(url) if url.get_backend_name() == "postgresql" else _in_file(url, read_json or _read_json)


def _in_file(url: sa.URL, read_json: Callable[[str], Any]) -> sa.Engine:
    if url.database and _sealed(Path(url.database)):
        unchanging = {"mode": "ro", "immutable": "1", "uri": "true"}  # else it would need a file beside it, for readers
        url = url.set(database=f"file:{quote(url.database)}", query=unchanging)
    json_both_ways: dict[str, Any] = {"json_serializer": _as_json, "json_deserializer": read_json}
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_S}, **json_both_ways)
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _sealed(file: Path) -> bool:
    """Return whether a file is on a medium that nobody can write, and whole: what was written before is folded in."""
    if not (hasattr(os, "statvfs") and file.is_file()) or file.with_name(f"{file.name}-wal").exists():
        return False
    return bool(os.statvfs(file).f_flag & os.ST_RDONLY)


def _as_json(value: Any) -> str:
    """Return a value as JSON; most lists and mappings of a record are empty, and take no time."""
    if not value and type(value) in _EMPTY:
        return _EMPTY[type(value)]
    try:
        return to_json(value).decode()
    except PydanticSerializationError:  # half of a surrogate pair
        return json.dumps(value)


_EMPTY: dict[type[Any], str] = {dict: "{}", list: "[]", tuple: "[]", type(None): "null"}


def _read_json(text: str) -> Any:
    """Return what JSON says, as Python's own reader does, in less than half of its time."""
    try:
        return from_json(text)
    except ValueError:  # half of a surrogate pair, as some program may have written it
        return json.loads(text)


def read_anything(connection: Any, _record: object = None) -> None:
    """Let a driver's connection read text that is none, too, so that it can be told which row it is in."""
    if isinstance(connection, sqlite3.Connection):
        connection.text_factory = _as_text
        return
    from psycopg.adapt import Loader

    class Lenient(Loader):
        def load(self, data: Any) -> str:
            return _as_text(bytes(data))

    class LenientJson(Loader):
        def load(self, data: Any) -> Any:
            return as_read(_as_text(bytes(data)))

    for kind in ("text", "varchar"):
        connection.adapters.register_loader(kind, Lenient)
    connection.adapters.register_loader("json", LenientJson)


def _as_text(written: bytes) -> str:
    return written.decode("utf-8", "replace")


def as_read(text: str) -> Any:
    """Return what JSON says; text that is none, as it is."""
    try:
        return _read_json(text)
    except ValueError:
        return text


def read_json_of(texts: Sequence[str]) -> list[Any]:
    """Return what each of many texts of JSON says; read as one, they take half the time."""
    try:
        return from_json(f"[{','.join(texts)}]")  # type: ignore[no-any-return]
    except ValueError:
        return [_read_json(text) for text in texts]


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns, each of them once.

    The driver is given what SQLAlchemy would give it; to look up what a row says of 35 columns again for each of
    200,000 rows took it as long as the database itself.
    """
    if not rows:
        return
    columns = [table.c[name] for name in rows[0]]
    statement = table.insert().compile(dialect=connection.dialect, column_keys=[column.key for column in columns])
    values = [_bound(column, [row[column.key] for row in rows], connection.dialect) for column in columns]
    names = [column.key for column in columns]
    if order := statement.positiontup:
        by_name = dict(zip(names, values, strict=True))
        connection.exec_driver_sql(str(statement), list(zip(*(by_name[name] for name in order), strict=True)))
    else:
        each = zip(*values, strict=True)
        connection.exec_driver_sql(str(statement), [dict(zip(names, row, strict=True)) for row in each])


def _bound(column: sa.Column[Any], values: list[Any], dialect: sa.Dialect) -> list[Any]:
    """Return values of a column as the driver takes them."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else [process(value) for value in values]


def _on_server(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": BUSY_S})
    sa.event.listen(engine, "begin", _on_begin_at_server)
    return engine


def _on_begin_at_server(connection: sa.Connection) -> None:
    wished = connection.get_execution_options()
    if wished.get("writing"):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{wished.get('patience_s', BUSY_S)}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _lacks_points(connection: sa.Connection) -> bool:
    """Return whether the database has PostGIS, and records have no point in it yet: it may have come later."""
    points = sa.text("SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attname = 'geom'")
    table = next(iter(RECORD_TABLES.values()))
    return _has_postgis(connection) and connection.scalar(points, {"name": table.name}) is None


def _has_postgis(connection: sa.Connection) -> bool:
    wished = sa.text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
    return connection.dialect.name == "postgresql" and connection.scalar(wished) is not None


def _add_points(connection: sa.Connection) -> None:
    """Give records their point (WGS84) as a column that the database fills in itself."""
    for table in RECORD_TABLES.values():
        point = "ST_SetSRID(ST_MakePoint(lon, lat), 4326)"
        connection.exec_driver_sql(
            f"ALTER TABLE {table.name} ADD COLUMN geom geometry(Point, 4326) GENERATED ALWAYS AS ({point}) STORED"
        )
        connection.exec_driver_sql(f"CREATE INDEX {table.name}_geom ON {table.name} USING gist (geom)")


def _require_folder(folder: Path) -> None:
    """Make the product's own folder; any other has to be there, so that a mistyped path makes no empty register."""
    if folder == Path(DEFAULT_DATABASE).parent:
        folder.mkdir(exist_ok=True)
    elif not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, mark("No such file or directory"))


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (f"busy_timeout={BUSY_S * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _log_ahead(connection)


def _busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY


@retry(retry=retry_if_exception(_busy), stop=stop_after_delay(BUSY_S), wait=wait_fixed(0.01), reraise=True)
def _log_ahead(connection: Any) -> None:
    """Switch the file to a write-ahead log, waiting for others who make it now: SQLite itself would not."""
    connection.execute("PRAGMA journal_mode=WAL")


def _on_begin(connection: sa.Connection) -> None:
    wished = connection.get_execution_options()
    if wished.get("rebuilding"):
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # has no effect once the transaction has begun
    if wished.get("writing"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={1000 * wished.get('patience_s', BUSY_S)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if wished.get("writing") else "BEGIN")


def require_references(connection: sa.Connection) -> None:
    """Raise unless every reference between tables leads somewhere; a server sees to that itself."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise sa.exc.IntegrityError(f"reference of {broken[0]} {broken[1]} to {broken[2]}", None, ValueError())
