"""The check-up of a list, or of the register: what the data doctor finds, and a sheet in which it can be put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stations.intake.doctor.datum_test import DatumTest
from stations.intake.doctor.datum_words import datum_in_words
from stations.intake.doctor.examination import examine
from stations.intake.doctor.findings import Finding
from stations.intake.files.readers import read_table
from stations.intake.files.table import GEOMETRY, MAX_COLUMNS, RawTable, edited
from stations.intake.lists.records import Batch, Columns, Rejection
from stations.model.choices import AS_IT_IS, Choices
from stations.model.city import City
from stations.model.language import current_language, listed, sentences, use_language
from stations.model.language import gettext as _
from stations.model.memory import without_collecting
from stations.model.schema import RECORDS, Kind, fields
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.output.checked_sheet import UNREAD, checked_sheet
from stations.planning.importing.import_file import ImportPlan, plan_table
from stations.planning.importing.import_tables import SEVERITIES, doubt_in_words
from stations.planning.importing.matching import Doubt
from stations.planning.publishing.downloads import handed_out
from stations.planning.publishing.export import record_table
from stations.planning.register import holdings, open_register

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = 3
"""Records of the register that are named for one row."""


@dataclass(frozen=True)
class CheckUp:
    """What was examined, and what was found: `file` is empty for the register, whose rows are those of its export.

    `doubts`: rows of a file that may be records of the register; they are among the findings, too. `keys`: row → number
    of the record, of the register only.
    """

    kind: Kind
    city: City
    file: str
    revision: int
    read: int
    table: RawTable
    columns: Columns
    rejected: Sequence[Rejection]
    findings: Sequence[Finding]
    datum: Sequence[DatumTest]
    doubts: Sequence[Doubt]
    keys: Mapping[int, str]

    @property
    def sound(self) -> bool:
        """Whether no row is refused and nothing will make maps or figures wrong."""
        return not self.rejected and all(finding.severity != "error" for finding in self.findings)

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each severity, the gravest first."""
        return {grave: sum(finding.severity == grave for finding in self.findings) for grave in SEVERITIES}

    def datum_in_words(self) -> list[str]:
        """Return what the datum test says of each claimed datum, with its evidence."""
        return [datum_in_words(test, self.city) for test in self.datum]


def check_up_file(
    settings: Settings, path: Path, *, kind: Kind, datum: Datum | None, choices: Choices = AS_IT_IS
) -> CheckUp:
    """Return what the doctor finds in a file, read as the import would read it; nothing is written.

    Raises what `stations.planning.importing.import_file.plan_import` raises.
    """
    table = read_table(path, sheet=choices.sheet, header_row=choices.header_row)
    return check_up(table, plan_table(settings, table, kind=kind, datum=datum, choices=choices))


def check_up(table: RawTable, plan: ImportPlan) -> CheckUp:
    """Return what was found in a list when its import was planned."""
    findings = [*plan.findings, *_may_be_there(plan)]
    return CheckUp(
        kind=plan.kind,
        city=plan.city,
        file=plan.file,
        revision=plan.made_against,
        read=plan.read,
        table=edited(table, plan.choices.edits),
        columns=plan.columns,
        rejected=plan.rejected,
        findings=sorted(findings, key=lambda finding: finding.row or 0),
        datum=plan.datum,
        doubts=plan.doubts,
        keys={},
    )


def _may_be_there(plan: ImportPlan) -> Iterator[Finding]:
    """Yield a finding for each row about which nobody has decided whether the register has it."""
    column = plan.columns.headers.get("name")
    remedy = _("Say whether it is the same place: then give the row that number, or import it as a new record.")
    for doubt in plan.undecided:
        if doubt.near:  # what an earlier row may be is a finding of the doctor
            few = replace(doubt, near=doubt.near[:SHOWN], earlier=None)
            words = _("It may be in the register already. {found}.").format(found=doubt_in_words(few))
            yield Finding(doubt.row, column, doubt.record.name, "warning", words, remedy, "near_register")


@without_collecting()
def check_up_register(settings: Settings, *, kind: Kind) -> CheckUp:
    """Return what the doctor finds in the register as it is; rows are counted as in its export, from 2."""
    held = holdings(settings.now())
    stored = open_register(settings.database).stored(kind, held.city.adcode)
    keys = {row: str(key) for row, key in enumerate(held.of(kind).index, start=2)}
    batch = Batch(
        kind=kind,
        file=_("the register"),
        columns=Columns({header.label(settings.language): name for name, header in fields(kind).items()}, (), ()),
        rows=tuple(keys),
        records=tuple(RECORDS[kind].model_validate(stored[key]) for key in keys.values()),
        rejected=(),
        notices=(),
    )
    found = examine(batch, city=held.city, districts=held.districts)
    return CheckUp(
        kind=kind,
        city=held.city,
        file="",
        revision=held.revision,
        read=len(keys),
        table=RawTable("", record_table(settings.now(), kind).set_axis(list(keys)), (), (), None),
        columns=batch.columns,
        rejected=(),
        findings=found.findings,
        datum=found.datum,
        doubts=(),
        keys=keys,
    )


def checked_file(settings: Settings, check: CheckUp) -> bytes:
    """Return a workbook of what was examined, to be corrected and imported.

    The rows stand where they stood, with the cells coloured in which something is odd, and the reasons in a last column
    that the import ignores; a second sheet lists all findings. Texts to the right of the headers stay there, and a cell
    that could not be read is an error of Excel, its text among the reasons: imported as it is, such a row is refused
    again. Raises `NotAllowed`.
    """
    use_language(settings.language)
    handed_out(settings, _("check-up of {what}").format(what=check.file or _("the register")))
    headers, rows = _as_it_was(check)
    positions = {header: position for position, header in enumerate(headers)}
    first = min((number for number, _cells in rows), default=2)
    head = max(first - 1, 1)
    shift = head + 1 - first  # 0, but for features of GeoJSON, which count from 1, where the headers stand here
    gravest: list[str] = list(SEVERITIES)
    marks: dict[tuple[int, int], str] = {}
    results: dict[int, list[str]] = {}
    for row, column, severity, words in _remarks(check):
        if row is None:
            continue
        results.setdefault(row, []).append(words)
        cell = row + shift, positions.get(str(column), len(headers))
        marks[cell] = min(marks.get(cell, severity), severity, key=gravest.index)
    headless = [position for position, header in enumerate(headers) if not header]
    marks |= {(row + shift, position): "error" for row, cells in rows for position in headless if cells[position]}
    return checked_sheet(
        (head, [*headers, _("Check-up result")]),
        ((row + shift, [*cells, sentences(results.get(row, []))]) for row, cells in rows),
        marks=marks,
        titles=(_("List"), _("Findings")),
        findings=_listed_findings(check),
    )


def finding_table(check: CheckUp) -> DataFrame:
    """Return all findings, and the rows that would be refused, as people read them; the index is the row, as text.

    What concerns no single row has an empty one: a column of numbers and texts cannot be shown.
    """
    import pandas as pd

    head, *rows = _listed_findings(check)
    table = pd.DataFrame(rows, columns=[str(title) for title in head], dtype=object).fillna("")
    return table.astype(str).set_index(str(head[0]))


def _as_it_was(check: CheckUp) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    """Return the headers and the numbered rows; the position of GeoJSON features in columns that an import reads.

    Texts that stand under no header get columns without one, to the right.
    """
    cells = check.table.cells
    if GEOMETRY[0] in cells and not {"lon", "lat"} & set(check.columns.headers):
        language, known = current_language(), fields(check.kind)
        names = {place: known[axis].label(language) for place, axis in zip(GEOMETRY, ("lon", "lat"), strict=True)}
        cells = cells.rename(columns=names)
        if check.table.datum and "datum" not in check.columns.headers:
            cells = cells.assign(**{known["datum"].label(language): check.table.datum.value})
    headers, numbers = [str(header) for header in cells.columns], [int(number) for number in cells.index]
    rows: dict[int, list[Any]] = dict(zip(numbers, cells.to_numpy().tolist(), strict=True))
    places = {str(header): position for position, header in enumerate(check.table.cells.columns)}
    surplus: dict[int, list[str]] = {}
    for flaw in check.table.flaws:
        own = rows.setdefault(flaw.row, [""] * len(headers))  # a row of nothing else is none of the table
        place = places.get(flaw.column or "")
        if place is not None and not own[place]:
            own[place] = UNREAD
        else:
            surplus.setdefault(flaw.row, []).append(flaw.value or "")
    width = min(max(map(len, surplus.values()), default=0), max(MAX_COLUMNS - 1 - len(headers), 1))
    numbered = [(row, [*own, *_in_columns(surplus.get(row, []), width)]) for row, own in rows.items()]
    return headers + [""] * width, sorted(numbered, key=itemgetter(0))


def _in_columns(texts: Sequence[str], width: int) -> list[str]:
    """Return texts as so many cells, what is beyond them in the last one."""
    if len(texts) <= width:
        return [*texts, *[""] * (width - len(texts))]
    return [*texts[: width - 1], ",".join(texts[width - 1 :])]


def _remarks(check: CheckUp) -> Iterator[tuple[int | None, str | None, str, str]]:
    """Yield row, header, severity and words of every refused row and every finding."""
    for refused in check.rejected:
        yield refused.row, refused.column, "error", _("Refused: {reason}").format(reason=refused.reason)
    for flaw in check.table.flaws:
        words = _("There stood in {column}: {text}").format(column=flaw.column, text=flaw.value)
        yield flaw.row, flaw.column, "error", words
    for finding in check.findings:
        words = sentences([finding.message, finding.remedy])
        named = _("{column}: {reason}").format(column=finding.column, reason=words) if finding.column else words
        yield finding.row, finding.column, finding.severity, named


def _listed_findings(check: CheckUp) -> list[list[Any]]:
    """Return the rows of the list of findings, its headers first."""
    number = [_("Number")] if check.keys else []
    found: list[list[Any]] = [
        [_("Row"), *number, _("Severity"), _("Column"), _("Value"), _("Finding"), _("Remedy"), _("Correction")]
    ]
    for refused in check.rejected:
        cells = [refused.column, refused.value, _("Refused: {reason}").format(reason=refused.reason), "", ""]
        found.append([refused.row, *_key(check, refused.row), _(SEVERITIES["error"]), *cells])
    empty = _("(empty)")
    for finding in check.findings:
        change = listed(f"{header} → {text or empty}" for header, text in finding.fix.items())
        cells = [finding.column, finding.value, finding.message, finding.remedy, change]
        found.append([finding.row, *_key(check, finding.row), _(SEVERITIES[finding.severity]), *cells])
    return found


def _key(check: CheckUp, row: int | None) -> list[str]:
    return [check.keys.get(row or 0, "")] if check.keys else []
