"""Bring a file into the register: look at it, say what it would change, and write it as one revision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Any

from stations.intake.doctor import Finding, examine
from stations.intake.readers import read_table
from stations.intake.records import Batch, Rejection, read_records
from stations.model import places
from stations.model.accounts import Right
from stations.model.acts import Act
from stations.model.city import City
from stations.model.language import gettext as _
from stations.model.memory import without_collecting
from stations.model.privacy import in_full
from stations.model.schema import DEMONSTRATION, IDENTIFIERS, RECORDS, Kind, Place, dump
from stations.model.settings import Settings
from stations.model.vocabulary import Datum, folded
from stations.planning.life_cycle import doubts, going_on, without_stale_place
from stations.planning.register import city_of, open_register, planned_anew
from stations.planning.rights import require
from stations.store.changes import Changes
from stations.store.register import Register, StaleRevision

_SAME_PLACE = ("source_lon", "source_lat", "source_datum")
_ALWAYS_STATED = ("lon", "lat", "datum", *_SAME_PLACE)


@dataclass(frozen=True)
class ImportPlan:
    """What a file would do to the register, before anything is written.

    `added` and `changed` carry their identifiers; `replaced` are the identifiers of demonstration records, by kind,
    that make room for real ones. ``read`` = added + changed + unchanged + rejected.
    """

    kind: Kind
    city: City
    file: str
    read: int
    added: Sequence[Place]
    changed: Sequence[Place]
    unchanged: int
    rejected: Sequence[Rejection]
    findings: Sequence[Finding]
    replaced: Mapping[Kind, Sequence[str]]
    made_against: int


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, and the revision it made (the standing one when nothing changed)."""

    plan: ImportPlan
    revision: int


@without_collecting()
def plan_import(settings: Settings, path: Path, *, kind: Kind, datum: Datum | None) -> ImportPlan:
    """Return what importing `path` would do.

    A record with an identifier is matched by it; one without is the same as a record of the same name, address and
    source coordinates, and new otherwise (it then gets the next free identifier of the city). What the file states
    replaces what was known; what it leaves empty stays, and so does a phone number that it masks. Real records take
    the place of demonstration data that the file does not hold itself.

    Parameters
    ----------
    settings
        The city and the register.
    path
        A CSV, XLSX or GeoJSON file.
    kind
        What its rows are.
    datum
        The datum of coordinates in rows that do not state their own.

    Raises
    ------
    BadFile
        The file cannot be read as a list of such records.
    """
    city, register = city_of(settings), open_register(settings.database)
    revision = register.revision()
    ever = register.identifiers(kind)
    batch = _of_this_city(read_records(read_table(path), kind, datum=datum), ever, city)
    findings = examine(batch, city=city, districts=places.districts(city))
    replaced = _replaced(register, batch, city)
    stored = register.stored(kind, city.adcode)
    standing = {key: row for key, row in stored.items() if key not in replaced.get(kind, ())}
    added, changed, unchanged, doubtful = _compared(batch, standing)
    return ImportPlan(
        kind=kind,
        city=city,
        file=path.name,
        read=batch.read,
        added=numbered(added, kind, adcode=city.adcode, taken=ever),
        changed=changed,
        unchanged=unchanged,
        rejected=batch.rejected,
        findings=[*sorted([*findings, *doubtful], key=lambda finding: finding.row or 0), *_replacement_note(replaced)],
        replaced=replaced,
        made_against=revision,
    )


@without_collecting()
def confirm_import(settings: Settings, plan: ImportPlan) -> ImportOutcome:
    """Write `plan` as one revision, all or nothing.

    Raises
    ------
    NotAllowed
        It is not for the user to import lists.
    StaleRevision
        The register has changed since the plan was made.
    RegisterUnavailable
        The register cannot be written.
    """
    require(settings, Right.IMPORT)
    if not (plan.added or plan.changed or any(plan.replaced.values())):
        return ImportOutcome(plan, plan.made_against)
    detail = {
        "file": plan.file,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "rejected": len(plan.rejected),
    }
    removals = [Changes(kind, plan.city.adcode, removed=keys) for kind, keys in plan.replaced.items() if keys]
    changes = Changes(plan.kind, plan.city.adcode, added=plan.added, changed=plan.changed, detail=detail)
    register = open_register(settings.database)
    return ImportOutcome(
        plan, register.apply([*removals, changes], Act("import", who=settings.user.name), expected=plan.made_against)
    )


@planned_anew(StaleRevision)
def import_file(settings: Settings, path: Path, *, kind: Kind, datum: Datum | None) -> ImportOutcome:
    """Plan and confirm an import in one go, planned anew when somebody else changed the register meanwhile.

    Raises what `plan_import` and `confirm_import` raise; StaleRevision only when that happened every time.
    """
    return confirm_import(settings, plan_import(settings, path, kind=kind, datum=datum))


def prepare(settings: Settings) -> bool:
    """Put the city's demonstration data, if it has any, into a register that nobody has touched yet.

    Returns whether that was done.
    """
    return city_of(settings).demonstration is not None and set_up(settings, demonstration=True)


def set_up(settings: Settings, *, demonstration: bool) -> bool:
    """Make the first revision of an untouched register: with the city's demonstration data, or empty.

    Returns whether that was done; a register that has a revision is left alone.
    """
    register, city = open_register(settings.database), city_of(settings)
    if register.revision() > 0:
        return False
    given = city.demonstration if demonstration else None
    files: dict[Kind, Path] = {"station": given.stations, "base": given.bases} if given else {}
    changes = [Changes(kind, city.adcode, added=_made_up(path, kind, city.adcode)) for kind, path in files.items()]
    try:
        register.apply(changes, Act("init", who=settings.user.name), expected=0)
    except StaleRevision:  # somebody else was faster
        return False
    return True


def _made_up(path: Path, kind: Kind, adcode: str) -> list[Place]:
    """Return the records of a demonstration file, named as such whatever the file says."""
    records = read_records(read_table(path), kind, datum=None).records
    named = [record.model_copy(update={"source": DEMONSTRATION}) for record in records]
    return numbered(named, kind, adcode=adcode, taken=())


def _of_this_city(batch: Batch, ever: Mapping[str, str], city: City) -> Batch:
    """Return the batch with the records rejected whose identifier is that of another city's record."""
    identifier = IDENTIFIERS[batch.kind]
    keys = [getattr(record, identifier) for record in batch.records]
    own = [key not in ever or ever[key] == city.adcode for key in keys]
    reason = _("The identifier is already that of a record of the city {city}. Give this record another one.")
    refused = [
        Rejection(row, batch.columns.headers.get(identifier), key, reason.format(city=ever[key]))
        for row, key, fine in zip(batch.rows, keys, own, strict=True)
        if not fine
    ]
    return replace(
        batch,
        rows=tuple(compress(batch.rows, own)),
        records=tuple(compress(batch.records, own)),
        rejected=tuple(sorted([*batch.rejected, *refused], key=lambda rejection: rejection.row)),
    )


def _replaced(register: Register, batch: Batch, city: City) -> dict[Kind, list[str]]:
    """Return the demonstration records that make room: all but those in the batch, if it holds real ones."""
    if all(record.source == DEMONSTRATION for record in batch.records):
        return {}
    identifier = IDENTIFIERS[batch.kind]
    stay = {getattr(record, identifier) for record in batch.records if record.source == DEMONSTRATION}
    stored = {kind: register.stored(kind, city.adcode) for kind in RECORDS}
    return {
        kind: [
            key
            for key, row in rows.items()
            if row.get("source") == DEMONSTRATION and not (kind == batch.kind and key in stay)
        ]
        for kind, rows in stored.items()
    }


def _replacement_note(replaced: Mapping[Kind, Sequence[str]]) -> list[Finding]:
    count = sum(map(len, replaced.values()))
    if not count:
        return []
    message = _("{count} demonstration records make room for the real ones.").format(count=count)
    remedy = _("Nothing to do. The history keeps them.")
    return [Finding(row=None, column=None, value=None, severity="note", message=message, remedy=remedy)]


def _compared(
    batch: Batch, standing: Mapping[str, dict[str, Any]]
) -> tuple[list[Place], list[Place], int, list[Finding]]:
    """Return new records, changed ones as they will be, how many say nothing new, and what is odd about the changed."""
    identifier, headers = IDENTIFIERS[batch.kind], batch.columns.headers
    named = {getattr(record, identifier) for record in batch.records}
    alike: dict[tuple[Any, ...], list[str]] = {}  # each standing record is matched once
    for key, known in standing.items():
        if key not in named:
            alike.setdefault(_likeness(known), []).append(key)
    added, changed, unchanged, odd = [], [], 0, []
    for row, record in zip(batch.rows, batch.records, strict=True):
        stated = _stated(record)
        same = alike.get(_likeness(stated))
        key = stated.get(identifier) or (same.pop(0) if same else "")
        if key not in standing:
            added.append(record)
        elif (merged := _merged(standing[key], stated)) == standing[key]:
            unchanged += 1
        else:
            changed.append(RECORDS[batch.kind].model_validate(merged))
            odd += doubts(standing[key], merged, row=row, headers=headers)
    return added, changed, unchanged, odd


def _stated(record: Place) -> dict[str, Any]:
    """Return what the file says of a record, without the defaults."""
    stated = record.model_fields_set | set(_ALWAYS_STATED)
    return {key: value for key, value in dump(record).items() if key in stated}


def _merged(known: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as it will be: what was known and goes on, and over it what the file states."""
    named = without_stale_place(known, in_full(stated, known))
    extra = known.get("extra", {}) | named.get("extra", {})
    return {**going_on(known, named), **named} | ({"extra": extra} if extra else {})


def _likeness(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (folded(row["name"]), folded(row.get("address") or ""), *(row.get(field) for field in _SAME_PLACE))


def numbered(records: Sequence[Place], kind: Kind, *, adcode: str, taken: Collection[str]) -> list[Place]:
    """Return the records with identifiers; ours are ``340400-0001`` (bases ``340400-J0001``), never one used before."""
    identifier, stem = IDENTIFIERS[kind], f"{adcode}-{'' if kind == 'station' else 'J'}"
    taken = {*taken, *(str(getattr(record, identifier)) for record in records)}
    numbers = (number for number in range(1, len(taken) + len(records) + 2) if f"{stem}{number:04d}" not in taken)
    return [
        record if getattr(record, identifier) else record.model_copy(update={identifier: f"{stem}{next(numbers):04d}"})
        for record in records
    ]
