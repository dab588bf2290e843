"""Backups of a register, each one SQLite file wherever it is: made while others work, checked before it is trusted."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from stations.model.errors import BadChoice, BadFile, NotWritten, writing
from stations.model.language import mark
from stations.store.checking import damage, faults
from stations.store.database import Database, as_read, read_anything
from stations.store.migrations import HEAD, known_forms, version_of
from stations.store.moving import copy_all
from stations.store.tables import REVISION

_PROGRAM = sa.text("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%'")
"""What a register does not hold: a database runs it, of itself, when it is read or written."""
_DOES_MORE = mark("it holds more than tables: a program that would run in the register.")
NEW_FILE = mark("the name of a file that does not exist yet")


def back_up(database: Database, path: Path) -> int:
    """Write a copy of the register to `path`, which must not exist yet, and return its revision.

    The copy is one state of the register, whatever others write meanwhile. It is checked row by row before it gets its
    name.

    Raises
    ------
    BadChoice
        `path` exists.
    NotWritten, BadFile, NotEqual
        The copy cannot be written, or is not as the register was written.
    """
    if path.exists():
        raise BadChoice(what=mark("Backup"), value=str(path), offered=NEW_FILE)
    part = path.with_name(f".{path.name}.part")
    with writing(path):
        part.unlink(missing_ok=True)
        try:
            _copy(database, part)
            revision = checked(part)
            _reach_the_disk(part)
            part.rename(path)
        except sqlite3.Error as error:
            raise NotWritten(file=path, reason=str(error)) from error
        finally:
            part.unlink(missing_ok=True)
    return revision


def _copy(database: Database, part: Path) -> None:
    """Write one state of a register to a new file."""
    if _file_of(database):
        with database.itself() as connection:
            connection.execute("VACUUM INTO ?", [str(part)])
        return
    copy = Database(str(part))
    try:
        copy_all(database, copy)
    finally:
        copy.close()
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # a backup is one file


def bring_back(path: Path, database: Database, *, keep: Path) -> int:
    """Write the register of a backup over that of `database`, as one transaction, and return its revision.

    The register that it replaces is kept at `keep`, with everything that was ever acknowledged in it: nobody writes
    between the one and the other. Whoever reads meanwhile sees the register before or the one after.

    Raises
    ------
    BadFile
        The backup is none, or is not as it was written.
    BadChoice, NotWritten, RegisterUnavailable
        The register, or what it was, cannot be written.
    """
    target, revision, put_away = _file_of(database), checked(path), partial(back_up, database, keep)
    if target is None:
        _send(path, database, beside=keep, put_away=put_away)
        return revision
    with (
        database.guarded(),
        closing(_read_only(path)) as source,
        closing(sqlite3.connect(target, timeout=30)) as connection,
    ):
        source.backup(connection, pages=1, progress=_once_it_writes(put_away))
    database.prepare()  # a backup may be of an earlier form
    return revision


def _once_it_writes(put_away: Callable[[], object]) -> Callable[[int, int, int], None]:
    """Return what calls `put_away` after the first page: from then on the copy is the only writer, and can be undone.

    That page is not the last one: no register has as few.
    """
    still_to_do = [put_away]

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status == sqlite3.SQLITE_OK and still_to_do:  # else it waits for another writer
            still_to_do.pop()()

    return progress


def _send(path: Path, database: Database, *, beside: Path, put_away: Callable[[], object]) -> None:
    """Write a backup over the register on a server; a backup of an earlier form is brought up to date in a copy."""
    part = beside.with_name(f".{path.name}.part")
    with writing(part):
        try:
            shutil.copyfile(path, part)
            copy = Database(str(part))
            try:
                copy_all(copy, database, put_away=put_away)
            finally:
                copy.close()
        finally:
            part.unlink(missing_ok=True)


def checked(path: Path) -> int:
    """Return the revision of a backup.

    Raises `BadFile` unless it is a register, and every row is as it was written; `NewerDatabase` for one to come.
    """
    remedy = mark("Choose another backup.")
    if not path.is_file():
        raise BadFile(file=path.name, reason=mark("there is no such file."), remedy=remedy)
    engine = sa.create_engine("sqlite://", creator=lambda: _read_only(path), json_deserializer=as_read)
    try:
        with engine.connect() as connection:
            if connection.scalar(_PROGRAM):
                raise BadFile(file=path.name, reason=_DOES_MORE, remedy=remedy)
            form = version_of(connection)
            if form is None:
                raise BadFile(file=path.name, reason=mark("it is no register of this program."), remedy=remedy)
            known_forms(form)
            found = next(faults(connection) if form == HEAD else damage(connection), None)
            revision = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(REVISION.c.revision), 0)))
    except sa.exc.SQLAlchemyError as error:
        raise BadFile(file=path.name, reason=mark("it is no register of this program."), remedy=remedy) from error
    finally:
        engine.dispose()
    if found is not None:
        raise BadFile(file=path.name, reason=mark("it is not as it was written."), remedy=remedy)
    return int(revision or 0)


def _read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")  # what stands in its tables' definitions runs nothing
    read_anything(connection)
    return connection


def _file_of(database: Database) -> str | None:
    """Return the file of a register; ``None`` where it is on a server."""
    return database.url.database if database.url.get_backend_name() == "sqlite" else None


def _reach_the_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
