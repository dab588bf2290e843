"""Take a whole revision back, whatever it did: a saved form, a correction of many records, an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from stations.model.accounts import Right
from stations.model.acts import Act
from stations.model.errors import StationsError
from stations.model.language import mark
from stations.model.schema import RECORDS, Kind, dump
from stations.model.settings import Settings
from stations.planning.access.rights import require_own
from stations.planning.register import city_of, open_register
from stations.store.changes import Changes, StaleRecord
from stations.store.register import Register


class NothingToUndo(StationsError, LookupError):
    """The revision changed no record of the city. Fields: revision."""

    template = mark("Revision {revision} changed no record of this city. The history names those that did.")


class ChangedSince(StationsError, RuntimeError):
    """Some records that a revision wrote were changed after it. Fields: revision, count, record.

    How many they are, and one of them.
    """

    template = mark(
        "Revision {revision} is not taken back: {count} of its records were changed since, {record} for one. Take back "
        "the others alone, or first what came later."
    )


@dataclass(frozen=True)
class Imported:
    """A list that was imported: its revision, when (UTC), by whom, from which file, and what it did then."""

    revision: int
    at: dt.datetime
    who: str | None
    file: str
    added: int
    changed: int


def imports(settings: Settings, *, most: int) -> list[Imported]:
    """Return the lists that were imported last, newest first: each of them can be taken back as a whole."""
    found = open_register(settings.database).last_of("import", city_of(settings).adcode, most=most)
    lists = [(row, part) for row in found for part in row["detail"] if part]
    return [
        Imported(
            row["revision"],
            dt.datetime.fromisoformat(row["made_at"]),
            row["who"],
            *(part[name] for name in ("file", "added", "changed")),
        )
        for row, part in lists
    ]


def undo(settings: Settings, revision: int, *, act: Act, others: bool = False) -> int:
    """Write every record of the city that `revision` wrote as it was before, as one revision; return its number.

    What was new is taken out again, what was taken out comes back, and the past reads as it did before, on every day.
    A record that was changed since, and is not again what `revision` made of it, would lose that change: it stays as it
    is where only the `others` are to be taken back, and otherwise nothing is written.
    An undo is a revision like any other: it can be undone, too.

    Raises
    ------
    NotAllowed, OtherUnion
        It is not for the user to do, or one of the records is not of the user's union.
    NothingToUndo
        There is no such revision, or it changed no record of the city.
    ChangedSince, StaleRecord
        Somebody has changed some of the records since, or all of them.
    RegisterUnavailable
        The register cannot be written.
    """
    register, adcode = open_register(settings.database), city_of(settings).adcode
    touched = register.touched(adcode, revision=revision)
    if not touched:
        raise NothingToUndo(revision=revision)
    later = _changed_since(register, adcode, touched, revision=revision)
    if later and len(later) == len(touched):
        kind, record = later[0]
        raise StaleRecord(record=record, found=register.version(kind, adcode, record))
    if later and not others:
        raise ChangedSince(revision=revision, count=len(later), record=later[0][1])
    keys = {kind: [key for each, key in touched if each == kind and (each, key) not in later] for kind in RECORDS}
    for kind in RECORDS:
        now = register.stored(kind, adcode)
        require_own(settings, Right.EDIT, [now[key] for key in keys[kind] if key in now])
    changes = [_changes(register, kind, adcode, keys=keys[kind], revision=revision) for kind in RECORDS if keys[kind]]
    require_own(settings, Right.EDIT, [dump(record) for change in changes for record in change.changed])
    return register.apply(changes, act)


def _changed_since(
    register: Register, adcode: str, touched: Sequence[tuple[Kind, str]], *, revision: int
) -> list[tuple[Kind, str]]:
    """Return which records are not what a revision made of them, on some day at least."""
    found: list[tuple[Kind, str]] = []
    for kind in RECORDS:
        last = register.versions(kind, adcode, revision=revision)
        keys = [key for each, key in touched if each == kind and key not in last]
        now, then = (register.lives(kind, adcode, keys=keys, before=before) for before in (None, revision + 1))
        found += [(kind, key) for key in keys if now.get(key) != then.get(key)]
    return found


def _changes(register: Register, kind: Kind, adcode: str, *, keys: list[str], revision: int) -> Changes:
    """Return what takes a revision back for the records of one kind."""
    versions = register.versions(kind, adcode)
    lives = register.lives(kind, adcode, keys=keys, before=revision)
    before = {key: lives[key][max(lives[key])] if key in lives else None for key in keys}
    return Changes(
        kind,
        adcode,
        changed=[RECORDS[kind].model_validate(state) for state in before.values() if state is not None],
        removed=[key for key, state in before.items() if state is None],
        versions={key: versions[key] for key in keys},
        undone=revision,
    )
