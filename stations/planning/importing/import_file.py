"""Bring a file into the register: look at it, say what it would change, and write it as one revision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from stations.intake.doctor.datum_test import DatumTest
from stations.intake.doctor.examination import examine
from stations.intake.doctor.findings import Finding
from stations.intake.files.readers import MAX_BYTES, SUFFIXES, read_table
from stations.intake.files.table import RawTable, edited
from stations.intake.files.uploads import read_upload
from stations.intake.lists.records import Batch, Columns, Rejection, read_records, refused_if
from stations.model import places
from stations.model.accounts import Right
from stations.model.acts import Act
from stations.model.choices import AS_IT_IS, Choices
from stations.model.city import City
from stations.model.language import gettext as _
from stations.model.memory import without_collecting
from stations.model.schema import DEMONSTRATION, IDENTIFIERS, RECORDS, Kind, Place
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.access.rights import require
from stations.planning.importing import headings
from stations.planning.importing.matching import Doubt, matched, names_and_places
from stations.planning.register import city_of, open_register, planned_anew
from stations.store.changes import Changes
from stations.store.register import Register, StaleRevision

FILES, MOST_BYTES = SUFFIXES, MAX_BYTES


@dataclass(frozen=True)
class ImportPlan:
    """What a file would do to the register, before anything is written.

    `added` and `changed` carry their identifiers, `before` are the changed ones as they are (dumped, by identifier);
    `doubts` are rows that may be a record that the register has, or an earlier row; `replaced` are the identifiers of
    demonstration records, by kind, that make room for real ones. ``read`` = added + changed + unchanged + rejected.
    """

    kind: Kind
    city: City
    file: str
    columns: Columns
    read: int
    added: Sequence[Place]
    changed: Sequence[Place]
    before: Mapping[str, Mapping[str, Any]]
    unchanged: int
    rejected: Sequence[Rejection]
    findings: Sequence[Finding]
    datum: Sequence[DatumTest]
    doubts: Sequence[Doubt]
    replaced: Mapping[Kind, Sequence[str]]
    choices: Choices
    made_against: int

    @property
    def undecided(self) -> list[Doubt]:
        """The doubts about which somebody has to decide."""
        return [doubt for doubt in self.doubts if doubt.decided is None]

    @property
    def empty(self) -> bool:
        """Whether it would change nothing."""
        return not (self.added or self.changed or any(self.replaced.values()))


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, and the revision it made (the standing one when nothing changed)."""

    plan: ImportPlan
    revision: int


def uploaded(data: bytes, name: str, *, choices: Choices = AS_IT_IS) -> RawTable:
    """Return the table in a list that was handed in, of the sheet that is chosen. Raises `BadFile`."""
    return read_upload(data, name, sheet=choices.sheet, header_row=choices.header_row)


def plan_import(
    settings: Settings, path: Path, *, kind: Kind, datum: Datum | None, choices: Choices = AS_IT_IS
) -> ImportPlan:
    """Return what importing `path` would do: `plan_table` of what `read_table` reads, of the sheet that is chosen."""
    table = read_table(path, sheet=choices.sheet, header_row=choices.header_row)
    return plan_table(settings, table, kind=kind, datum=datum, choices=choices)


@without_collecting()
def plan_table(
    settings: Settings, table: RawTable, *, kind: Kind, datum: Datum | None, choices: Choices = AS_IT_IS
) -> ImportPlan:
    """Return what importing a table would do.

    A record with an identifier is matched by it, else by what was decided of its row; one without is the same as a
    record of the same name, address, district, union and source coordinates, now or ever, and new otherwise (it then
    gets the next free identifier of the city). What the file states replaces what was known; what it leaves empty
    stays, and so does a phone number that it masks. Real records take the place of demonstration data that the file
    does not hold itself. Columns are read as decided, else as they were when a file with the same headers was imported
    last, else as their headers say. What is not decided may be held back: it is then refused, and no record.

    Parameters
    ----------
    settings
        The city and the register.
    table
        A file as it is.
    kind
        What its rows are.
    datum
        The datum of coordinates in rows that do not state their own.
    choices
        What was decided about the file.

    Raises
    ------
    BadFile
        The file cannot be read as a list of such records.
    BadChoice
        A row is said to be a record that the city does not have, or that another row is.
    """
    city, register = city_of(settings), open_register(settings.database)
    revision, ever = register.revision(), register.identifiers(kind)
    fields = {**headings.remembered(settings, kind, list(table.cells.columns)), **choices.fields}
    table = edited(table, choices.edits)
    batch = read_records(table, kind, datum=datum, chosen=fields)
    batch = _of_this_city(_without(batch, choices.left_out), ever, city)
    replaced = _replaced(register, batch, city)
    stored = register.stored(kind, city.adcode)
    standing = {key: row for key, row in stored.items() if key not in replaced.get(kind, ())}
    examined = examine(
        batch, city=city, districts=places.districts(city), table=table, standing=names_and_places(standing)
    )
    told = partial(register.told, kind, city.adcode)
    found = matched(batch, standing, decided=choices.matches, told=told, repeats=examined.repeats)
    held = {doubt.row for doubt in found.doubts if doubt.decided is None and choices.undecided == "held"}
    added = [record for row, record in found.added.items() if row not in held]
    odd = sorted([*examined.findings, *found.findings], key=lambda finding: finding.row or 0)
    return ImportPlan(
        kind=kind,
        city=city,
        file=table.file,
        columns=batch.columns,
        read=batch.read,
        added=numbered(added, kind, adcode=city.adcode, taken=ever),
        changed=found.changed,
        before={key: standing[key] for key in (str(getattr(record, IDENTIFIERS[kind])) for record in found.changed)},
        unchanged=found.unchanged,
        rejected=_held_back(batch, held).rejected,
        findings=[*odd, *_replacement_note(replaced)],
        datum=examined.datum,
        doubts=found.doubts,
        replaced=replaced,
        choices=replace(choices, fields={header: fields[header] for header in fields if header in table.cells}),
        made_against=revision,
    )


def _without(batch: Batch, left_out: Collection[int]) -> Batch:
    """Return the batch with the rows refused that are not to be taken over."""
    reason = _("Left out, as decided.")
    return refused_if(batch, [reason if row in left_out else None for row in batch.rows], field=None)


def _held_back(batch: Batch, held: Collection[int]) -> Batch:
    """Return the batch with the rows refused that may be something else, as nobody has said what they are."""
    reason = _("Held back: it may be a place that is there already, and nobody has decided yet.")
    return refused_if(batch, [reason if row in held else None for row in batch.rows], field="name" if held else None)


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
    if plan.empty:
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
    act = Act("import", who=settings.user.name)
    revision = register.apply([*removals, changes], act, expected=plan.made_against)
    headings.remember(settings, plan.kind, plan.columns.all, decided=plan.choices.fields)
    return ImportOutcome(plan, revision)


@planned_anew(StaleRevision)
def import_file(
    settings: Settings, path: Path, *, kind: Kind, datum: Datum | None, choices: Choices = AS_IT_IS
) -> ImportOutcome:
    """Plan and confirm an import in one go, planned anew when somebody else changed the register meanwhile.

    Raises what `plan_import` and `confirm_import` raise; StaleRevision only when that happened every time.
    """
    return confirm_import(settings, plan_import(settings, path, kind=kind, datum=datum, choices=choices))


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
    reasons = [None if fine else reason.format(city=ever[key]) for key, fine in zip(keys, own, strict=True)]
    return refused_if(batch, reasons, field=identifier)


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
    message = _("{count} demonstration records make room for the real ones.").format(count=f"{count:,}")
    remedy = _("Nothing to do. The history keeps them.")
    return [Finding(None, None, None, "note", message, remedy, "demonstration_replaced")]


def numbered(records: Sequence[Place], kind: Kind, *, adcode: str, taken: Collection[str]) -> list[Place]:
    """Return the records with identifiers; ours are ``340400-0001`` (bases ``340400-J0001``), never one used before."""
    identifier, stem = IDENTIFIERS[kind], f"{adcode}-{'' if kind == 'station' else 'J'}"
    taken = {*taken, *(str(getattr(record, identifier)) for record in records)}
    numbers = (number for number in range(1, len(taken) + len(records) + 2) if f"{stem}{number:04d}" not in taken)
    return [
        record if getattr(record, identifier) else record.model_copy(update={identifier: f"{stem}{next(numbers):04d}"})
        for record in records
    ]
