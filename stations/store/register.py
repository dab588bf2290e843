"""The register: every station and base of every city, in one SQLite file, changed only by whole revisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from stations.model.errors import StationsError
from stations.model.language import mark
from stations.model.privacy import masked
from stations.model.schema import IDENTIFIERS, Kind, fields, free_texts
from stations.store.changes import Changes, write
from stations.store.database import Database
from stations.store.rows import dumped, in_force, on_day
from stations.store.tables import RECORD_TABLES, REVISION


class StaleRevision(StationsError, RuntimeError):
    """The register changed between reading and writing. Fields: expected, found."""

    template = mark(
        "The register has changed in the meantime, from revision {expected} to {found}. Look at it again, then repeat."
    )


class Register:
    """The store behind one database path or URL, as `Database` keeps it."""

    def __init__(self, database: str) -> None:
        """Open the register at `database`: a path, or an SQLAlchemy URL. Raises `RegisterUnavailable`."""
        self._database = Database(database)

    def close(self) -> None:
        """Give back every connection (and, with SQLite, the write-ahead log)."""
        self._database.close()

    def revision(self) -> int:
        """Return the number of the last revision: 0 for an untouched register, growing with each change."""
        with self._database.reading() as connection:
            return _last_revision(connection)

    def revised_at(self, revision: int) -> dt.datetime | None:
        """Return when `revision` was made (UTC), or ``None`` when there is no such revision."""
        with self._database.reading() as connection:
            made_at = connection.scalar(sa.select(REVISION.c.made_at).where(REVISION.c.revision == revision))
        return dt.datetime.fromisoformat(made_at) if made_at else None

    def records(self, kind: Kind, city: str, *, on: dt.date | None = None) -> pd.DataFrame:
        """Return the records of `city`, oldest first: those in force now, or those of a day as they are known now.

        Columns: the schema's fields, ``extra``; unknown values are ``None``. Personal mobile numbers are masked here,
        in whatever text they stand, so that no page or export can show them by mistake.
        """
        columns = [*fields(kind), "extra"]
        with self._database.reading() as connection:
            found = in_force(connection, kind, city) if on is None else on_day(connection, kind, city, day=on)
            frame = pd.DataFrame([[row[name] for name in columns] for row in found], columns=columns, dtype=object)
        for name in free_texts(kind):
            frame[name] = pd.Series([masked(text) for text in frame[name]], dtype=object)
        extras = [{name: masked(text) for name, text in extra.items()} for extra in frame["extra"]]
        frame["extra"] = pd.Series(extras, dtype=object)
        return frame

    def stored(self, kind: Kind, city: str) -> dict[str, dict[str, Any]]:
        """Return the records in force in `city` as they were dumped, by identifier.

        Nothing is masked: this is for comparing, not for showing.
        """
        with self._database.reading() as connection:
            return {row[IDENTIFIERS[kind]]: dumped(kind, row) for row in in_force(connection, kind, city)}

    def identifiers(self, kind: Kind) -> dict[str, str]:
        """Return every identifier ever given, with its city, also of records taken out: none may be given again."""
        table = RECORD_TABLES[kind]
        with self._database.reading() as connection:
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
        with self._database.writing() as connection:
            found = _last_revision(connection)
            if found != expected:
                raise StaleRevision(expected=expected, found=found)
            revision, today = found + 1, dt.datetime.now().astimezone().date().isoformat()
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
                write(connection, change, revision=revision, today=today)
        return revision


def _last_revision(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(REVISION.c.revision))) or 0
