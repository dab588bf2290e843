"""The register: every station and base of every city, in one SQLite file, changed only by whole revisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from stations.model.acts import Act, Action
from stations.model.errors import SavedAlready, StationsError
from stations.model.language import mark
from stations.model.photos import Photo
from stations.model.privacy import CONTACT, any_may_be_personal, masked, masked_cell, masked_contact, masked_record
from stations.model.schema import BESIDE, IDENTIFIERS, Kind, fields, free_texts
from stations.store import headings, photos, scenarios
from stations.store.backup import back_up, bring_back
from stations.store.changes import Changes, write, wrote
from stations.store.checking import Fault, faults
from stations.store.database import Database
from stations.store.digests import FIRST, of_revision
from stations.store.rows import as_told, blank, dumped, identifiers_in_force, in_force, timelines
from stations.store.tables import HISTORY, RECORD_TABLES, REVISION
from stations.store.timeline import Timeline

State = tuple[int, str]
"""A revision and its digest."""

NOTHING: State = (0, "")
"""The state of an untouched register."""


class StaleRevision(StationsError, RuntimeError):
    """The register changed between reading and writing. Fields: expected, found."""

    template = mark(
        "The register has changed in the meantime, from revision {expected} to {found}. Look at it again, then repeat."
    )


class UnknownRevision(StationsError, LookupError):
    """The register has no revision of a number. Fields: revision."""

    template = mark(
        "The register has no revision {revision}: it may be another register, or an older copy of this one."
    )


class Register:
    """The store behind one database path or URL, as `Database` keeps it."""

    def __init__(self, database: str) -> None:
        """Open the register at `database`: a path, or an SQLAlchemy URL. Raises `RegisterUnavailable`."""
        self._database = Database(database)
        self._read: dict[tuple[Kind, str], tuple[State, pd.DataFrame]] = {}

    @property
    def path(self) -> Path | None:
        """The file the register is in; ``None`` where it is on a server."""
        return self._database.path

    def close(self) -> None:
        """Give back every connection (and, with SQLite, the write-ahead log)."""
        self._database.close()

    def writable(self) -> bool:
        """Return whether changes can be written."""
        return self._database.writable()

    def revision(self) -> int:
        """Return the number of the last revision: 0 for an untouched register, growing with each change."""
        with self._database.reading() as connection:
            return _last_revision(connection)

    def state(self, revision: int | None = None) -> State:
        """Return the last revision (or another) and its digest: two registers in one state hold the same.

        The number alone does not say so: after a backup was brought back, numbers are given again.
        Raises `UnknownRevision` where the register has no such revision.
        """
        with self._database.reading() as connection:
            found = _state(connection, revision)
        if found == NOTHING and revision:
            raise UnknownRevision(revision=revision)
        return found

    def written(self, act: Act) -> int | None:
        """Return the revision that the submission of an act made; ``None`` where it made none."""
        with self._database.reading() as connection:
            return _written_before(connection, act)

    def revised_at(self, revision: int) -> dt.datetime | None:
        """Return when `revision` was made (UTC), or ``None`` when there is no such revision."""
        with self._database.reading() as connection:
            made_at = connection.scalar(sa.select(REVISION.c.made_at).where(REVISION.c.revision == revision))
        return dt.datetime.fromisoformat(made_at) if made_at else None

    def records(self, kind: Kind, city: str, *, on: dt.date | None = None, revision: int | None = None) -> pd.DataFrame:
        """Return the records of `city`, oldest first: those in force now, or those of a day.

        As they are known now, or as they were known after a `revision`.

        Columns: the schema's fields, ``photos`` (digests), ``extra``; unknown values are ``None``. Personal mobile
        numbers, in whatever text they stand, and names of persons are masked here, so that no page or export can show
        them by mistake.
        """
        with self._database.reading() as connection:
            if on is None and revision in {None, _last_revision(connection)}:
                return self._in_force(connection, kind, city).reset_index(drop=True)
            return _frame(kind, as_told(connection, kind, city, day=on, revision=revision)).reset_index(drop=True)

    def _in_force(self, connection: sa.Connection, kind: Kind, city: str) -> pd.DataFrame:
        """Return the records in force now, indexed by identifier; what was read before is not read again."""
        order = identifiers_in_force(connection, kind, city)
        frame = self._brought_up(connection, kind, city)
        if frame is None or not set(order) <= set(frame.index):
            frame = _frame(kind, in_force(connection, kind, city))
        frame = frame.loc[order]
        self._read[kind, city] = _state(connection), frame
        return frame

    def _brought_up(self, connection: sa.Connection, kind: Kind, city: str) -> pd.DataFrame | None:
        """Return what was read before with what has been written since; ``None`` where it is of no use.

        Every row says which revision wrote it last; and where the register has been in that state, a revision wrote
        everything that has changed.
        """
        state, known = self._read.get((kind, city), (NOTHING, None))
        if known is None or not _was_in(connection, state):  # a backup was brought back, and it never came to that
            return None
        written = _frame(kind, in_force(connection, kind, city, since=state[0]))
        return pd.concat([known[~known.index.isin(written.index)], written])

    def stored(self, kind: Kind, city: str, *, key: str | None = None) -> dict[str, dict[str, Any]]:
        """Return the records in force in `city` as they were dumped, by identifier: all, or the one with `key`.

        Nothing is masked: this is for comparing, not for showing.
        """
        with self._database.reading() as connection:
            return {row[IDENTIFIERS[kind]]: dumped(kind, row) for row in in_force(connection, kind, city, key=key)}

    def identifiers(self, kind: Kind) -> dict[str, str]:
        """Return every identifier ever given, with its city, also of records taken out: none may be given again."""
        table = RECORD_TABLES[kind]
        with self._database.reading() as connection:
            found = connection.execute(sa.select(table.c[IDENTIFIERS[kind]], table.c.city))
            return {row[0]: row[1] for row in found}

    def version(self, kind: Kind, city: str, key: str, *, revision: int | None = None) -> int | None:
        """Return how often a record has been written, ``None`` when the city has no such record.

        With a `revision`, ``None`` also when it is not the one that wrote it last.
        """
        table = RECORD_TABLES[kind]
        chosen = sa.select(table.c.version).where(table.c[IDENTIFIERS[kind]] == key, table.c.city == city)
        if revision is not None:
            chosen = chosen.where(table.c.revision == revision)
        with self._database.reading() as connection:
            return connection.scalar(chosen)

    def versions(self, kind: Kind, city: str, *, revision: int | None = None) -> dict[str, int]:
        """Return how often each record of a city has been written: of all, or of those that `revision` wrote last."""
        table = RECORD_TABLES[kind]
        chosen = sa.select(table.c[IDENTIFIERS[kind]], table.c.version).where(table.c.city == city)
        if revision is not None:
            chosen = chosen.where(table.c.revision == revision)
        with self._database.reading() as connection:
            return dict(connection.execute(chosen).all())

    def lives(self, kind: Kind, city: str, *, keys: Sequence[str], before: int | None = None) -> dict[str, Timeline]:
        """Return what is known of the lives of records, or was `before` a revision; nothing is masked.

        Day (ISO) → the record from then on, dumped, or ``None`` where it was not there.
        """
        with self._database.reading() as connection:
            return timelines(connection, kind, city, keys=keys, before=before)

    def told(self, kind: Kind, city: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield identifier and record (dumped) as every revision told them, oldest first; nothing is masked."""
        about = HISTORY.c.city == city, HISTORY.c.kind == kind, HISTORY.c.after.is_not(None)
        chosen = sa.select(HISTORY.c.record, HISTORY.c.after).where(*about).order_by(HISTORY.c.pk)
        with self._database.reading() as connection:
            yield from map(tuple, connection.execute(chosen))

    def last_of(self, what: str, city: str, *, most: int) -> list[Mapping[str, Any]]:
        """Return the last revisions of a use case that wrote about a city, newest first, as `revision` keeps them."""
        about = sa.exists().where(HISTORY.c.revision == REVISION.c.revision, HISTORY.c.city == city)
        chosen = sa.select(REVISION).where(REVISION.c.what == what, about).order_by(REVISION.c.revision.desc())
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(chosen.limit(most)).mappings()]

    def touched(self, city: str, *, revision: int) -> list[tuple[Kind, str]]:
        """Return kind and identifier of the records of a city that a revision wrote about, in its order."""
        chosen = (
            sa.select(HISTORY.c.kind, HISTORY.c.record)
            .where(HISTORY.c.city == city, HISTORY.c.revision == revision)
            .order_by(HISTORY.c.pk)
        )
        with self._database.reading() as connection:
            return list(dict.fromkeys((kind, record) for kind, record in connection.execute(chosen)))

    def revisions_of(self, kind: Kind, city: str, key: str) -> list[int]:
        """Return the revisions that wrote about a record, in order."""
        chosen = sa.select(HISTORY.c.revision).distinct().order_by(HISTORY.c.revision)
        about = HISTORY.c.city == city, HISTORY.c.kind == kind, HISTORY.c.record == key
        with self._database.reading() as connection:
            return list(connection.scalars(chosen.where(*about)))

    def state_of(self, kind: Kind, city: str, key: str, *, revision: int) -> dict[str, Any] | None:
        """Return a record as it was dumped after a revision; ``None`` where there was none. Nothing is masked."""
        chosen = (
            sa.select(HISTORY.c.after)
            .where(HISTORY.c.city == city, HISTORY.c.kind == kind, HISTORY.c.record == key)
            .where(HISTORY.c.revision <= revision)
            .order_by(HISTORY.c.since.desc(), HISTORY.c.revision.desc())
        )
        with self._database.reading() as connection:
            found = connection.execute(chosen).first()
        return found[0] if found else None

    def log(
        self,
        city: str,
        *,
        kind: Kind | None = None,
        record: str | None = None,
        action: Action | None = None,
        last: int | None = None,
    ) -> pd.DataFrame:
        """Return what was written about a city, or one of its records: a row for each turn of a life, newest first.

        Of all of these, of one `action` (records that were ``"removed"``, say), or of the `last` so many.

        Columns: `revision`, `made_at` (UTC), `who`, `what`, `why`, `document_no`, `kind`, `record`, `since` (the day
        from which it holds), `action`, `before` and `after` (dumped, or ``None``), masked as in `records`.
        """
        act = [REVISION.c[name] for name in ("revision", "made_at", "who", "what", "why", "document_no")]
        told = [HISTORY.c[name] for name in ("kind", "record", "since", "action", "before", "after")]
        about = {HISTORY.c.city: city, HISTORY.c.kind: kind, HISTORY.c.record: record, HISTORY.c.action: action}
        wanted = [column == value for column, value in about.items() if value is not None]
        order = HISTORY.c.revision.desc(), HISTORY.c.pk
        if last is not None:  # found in the index alone, whatever is written about the others
            wanted = [HISTORY.c.pk.in_(sa.select(HISTORY.c.pk).where(*wanted).order_by(*order).limit(last))]
        chosen = sa.select(*act, *told).join_from(HISTORY, REVISION).where(*wanted).order_by(*order)
        with self._database.reading() as connection:
            found = connection.execute(chosen)
            frame = pd.DataFrame(found.fetchall(), columns=list(found.keys()), dtype=object)
        for side in ("before", "after"):
            frame[side] = pd.Series([state and masked_record(state) for state in frame[side]], dtype=object)
        for name in ("who", "why", "document_no"):
            frame[name] = pd.Series([masked(text) for text in frame[name]], dtype=object)
        return frame

    def headings(self, shape: str) -> dict[str, str | None]:
        """Return what the columns of lists of a shape were taken for, see `stations.store.headings`."""
        with self._database.reading() as connection:
            return headings.kept(connection, shape)

    def keep_headings(self, shape: str, fields: Mapping[str, str | None], *, who: str, at: dt.datetime) -> None:
        """Keep what the columns of lists of a shape are taken for. Raises `RegisterUnavailable`."""
        with self._database.writing() as connection:
            headings.keep(connection, shape, fields, who=who, at=at)

    def scenarios(self, city: str | None = None) -> list[dict[str, Any]]:
        """Return the scenarios of a city, or of all, see `stations.store.scenarios`."""
        with self._database.reading() as connection:
            return scenarios.kept(connection, city)

    def keep_scenario(self, row: Mapping[str, Any], *, at: dt.datetime) -> bool:
        """Keep a scenario, unless there is one of its name; return whether it is kept. Raises `RegisterUnavailable`."""
        with self._database.writing() as connection:
            return scenarios.keep(connection, row, at=at)

    def forget_scenario(self, city: str, name: str) -> None:
        """Delete the scenario of a name. Raises `RegisterUnavailable`."""
        with self._database.writing() as connection:
            scenarios.forget(connection, city, name)

    def keep_photo(self, photo: Photo, *, at: dt.datetime) -> None:
        """Keep a photo, so that records can have it. Raises `RegisterUnavailable`."""
        with self._database.writing() as connection:
            photos.keep(connection, photo, at=at)

    def picture(self, digest: str, *, small: bool) -> bytes | None:
        """Return the JPEG of a photo, or the small one; ``None`` where there is no such photo."""
        with self._database.reading() as connection:
            return photos.picture(connection, digest, small=small)

    def forget_unused_photos(self, *, before: dt.datetime) -> int:
        """Delete what no record ever had and no form holds, see `stations.store.photos`; return how many photos."""
        with self._database.writing() as connection:
            return photos.forget_unused(connection, before=before)

    def back_up(self, path: Path) -> int:
        """Write a checked copy to `path`, see `stations.store.backup`; return its revision."""
        return back_up(self._database, path)

    def bring_back(self, path: Path, *, keep: Path) -> int:
        """Take the register of a backup in the place of this one, see `stations.store.backup`; return its revision."""
        return bring_back(path, self._database, keep=keep)

    def faults(self) -> list[Fault]:
        """Return everything that is not as it was written, see `stations.store.checking`."""
        with self._database.examining() as connection:
            return list(faults(connection))

    def apply(self, changes: Sequence[Changes], act: Act, *, expected: int | None = None) -> int:
        """Write `changes` as one revision, all or nothing, and return its number.

        An act whose submission wrote the same before is not written again: the number is that of then.

        Parameters
        ----------
        changes
            What to do; a revision without any change is written as well (that a register was set up empty is a fact).
        act
            Who asks for it, and why.
        expected
            The revision the changes were made against, where they hang on the whole register; records that were looked
            at one by one have their versions in the changes.

        Raises
        ------
        SavedAlready
            When the submission was written before, and said something else.
        StaleRevision, StaleRecord
            When the register is at another revision by now, or a record at another version.
        UnknownPhoto
            When a record is to have a photo that is not kept.
        IdentifierTaken
            When a record is to be added under the number of another one, of this city or not.
        RegisterUnavailable
            When the store cannot be written.
        """
        with self._database.writing() as connection:
            written = _written_before(connection, act)
            if written is not None:
                return _require_same(connection, changes, act, revision=written)
            found = _last_revision(connection)
            if expected is not None and found != expected:
                raise StaleRevision(expected=expected, found=found)
            return _add_revision(connection, changes, act, revision=found + 1)


def _frame(kind: Kind, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows as `Register.records` shows them, by identifier; a field that a row is silent of is unknown."""
    frame = pd.DataFrame(_columns(kind, list(rows)), dtype=object)
    for name in free_texts(kind):
        if any_may_be_personal(frame[name]):
            frame[name] = pd.Series([masked(text) for text in frame[name]], dtype=object)
    if any(frame[CONTACT]):
        frame[CONTACT] = pd.Series([masked_contact(text) for text in frame[CONTACT]], dtype=object)
    if any(frame["extra"]):
        extras = [{name: masked_cell(name, text) for name, text in extra.items()} for extra in frame["extra"]]
        frame["extra"] = pd.Series(extras, dtype=object)
    return frame.set_index(IDENTIFIERS[kind], drop=False)


def _columns(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> dict[str, NDArray[np.object_]]:
    """Return rows column by column: of some 45 fields a record has a value in a dozen."""
    unknown, count = blank(kind), len(rows)
    columns = {name: np.fromiter(repeat(unknown[name], count), object, count) for name in (*fields(kind), *BESIDE)}
    for place, row in enumerate(rows):
        for name, value in row.items():
            if name in columns:
                columns[name][place] = value
    return columns


def _add_revision(connection: sa.Connection, changes: Sequence[Changes], act: Act, *, revision: int) -> int:
    now = dt.datetime.now(dt.UTC)
    row = {
        "revision": revision,
        "made_at": now.isoformat(timespec="seconds"),
        **asdict(act),
        "detail": [dict(change.detail) for change in changes],
    }
    connection.execute(REVISION.insert(), {**row, "digest": ""})  # the history refers to it; its digest comes after
    today = now.astimezone().date().isoformat()
    rows = [digest for change in changes for digest in write(connection, change, revision=revision, today=today)]
    last = connection.scalar(sa.select(REVISION.c.digest).where(REVISION.c.revision == revision - 1))
    digest = of_revision(last or FIRST, row, rows)
    connection.execute(REVISION.update().where(REVISION.c.revision == revision).values(digest=digest))
    return revision


def _written_before(connection: sa.Connection, act: Act) -> int | None:
    if act.submission is None:
        return None
    return connection.scalar(sa.select(REVISION.c.revision).where(REVISION.c.submission == act.submission))


def _require_same(connection: sa.Connection, changes: Sequence[Changes], act: Act, *, revision: int) -> int:
    """Return a revision that the submission of an act made. Raises `SavedAlready` unless it wrote just the same."""
    row = connection.execute(sa.select(REVISION).where(REVISION.c.revision == revision)).mappings().one()
    today = dt.datetime.fromisoformat(row["made_at"]).astimezone().date().isoformat()
    same = all(row[name] == said for name, said in asdict(act).items())
    if not same or not all(wrote(connection, change, revision=revision, today=today) for change in changes):
        raise SavedAlready(revision=revision)
    return revision


def _state(connection: sa.Connection, revision: int | None = None) -> State:
    """Return a revision, the last one if none is named, with its digest; `NOTHING` where there is none."""
    chosen = sa.select(REVISION.c.revision, REVISION.c.digest).order_by(REVISION.c.revision.desc())
    if revision is not None:
        chosen = chosen.where(REVISION.c.revision == revision)
    found = connection.execute(chosen).first()
    return (found[0], found[1]) if found else NOTHING


def _was_in(connection: sa.Connection, state: State) -> bool:
    """Return whether the register is in a state now, or has been before."""
    digest = connection.scalar(sa.select(REVISION.c.digest).where(REVISION.c.revision == state[0]))
    return digest == state[1]


def _last_revision(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(REVISION.c.revision))) or 0
