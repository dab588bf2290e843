"""The check-up of a list, or of the register: what the data doctor finds, and a sheet in which it can be put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stations.intake.datum_words import datum_in_words
from stations.intake.doctor import Diagnosis, examine
from stations.intake.findings import Finding
from stations.intake.readers import read_table
from stations.intake.records import Batch, Columns, read_records
from stations.intake.table import GEOMETRY, RawTable
from stations.model import places
from stations.model.city import City
from stations.model.language import current_language, listed, sentences
from stations.model.language import gettext as _
from stations.model.memory import without_collecting
from stations.model.schema import DEMONSTRATION, RECORDS, Kind, fields
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.output.checked_sheet import checked_sheet
from stations.planning.downloads import handed_out
from stations.planning.export import record_table
from stations.planning.import_file import compared_frame, of_this_city
from stations.planning.register import city_of, holdings, open_register

if TYPE_CHECKING:
    from pandas import DataFrame

REFUSED = "refused"
"""The code of a row that the import would refuse, among the codes of findings."""
_GRAVEST = ("error", "warning", "note")


@dataclass(frozen=True)
class CheckUp:
    """What was examined, and what was found: `file` is empty for the register, whose rows are those of its export.

    `keys`: row → number of the record, of the register only.
    """

    kind: Kind
    city: City
    file: str
    revision: int
    batch: Batch
    table: RawTable
    diagnosis: Diagnosis
    keys: Mapping[int, str]

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings, those of the whole list first."""
        return self.diagnosis.findings

    @property
    def sound(self) -> bool:
        """Whether no row is refused and nothing will make maps or figures wrong."""
        return not self.batch.rejected and all(finding.severity != "error" for finding in self.findings)

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each severity, the gravest first."""
        return {grave: sum(finding.severity == grave for finding in self.findings) for grave in _GRAVEST}

    def datum_in_words(self) -> list[str]:
        """Return what the datum test says of each claimed datum, with its evidence."""
        return [datum_in_words(test, self.city) for test in self.diagnosis.datum]


@without_collecting()
def check_up_file(settings: Settings, path: Path, *, kind: Kind, datum: Datum | None) -> CheckUp:
    """Return what the doctor finds in a file, read as the import would read it; nothing is written.

    Its records are compared with those of the register, but for demonstration data. Raises `BadFile`.
    """
    city, register = city_of(settings), open_register(settings.database)
    table = read_table(path)
    batch = of_this_city(read_records(table, kind, datum=datum), register.identifiers(kind), city)
    stored = register.stored(kind, city.adcode)
    real = {key: row for key, row in stored.items() if row.get("source") != DEMONSTRATION}
    found = examine(batch, city=city, districts=places.districts(city), table=table, standing=compared_frame(real))
    return CheckUp(kind, city, path.name, register.revision(), batch, table, found, {})


@without_collecting()
def check_up_register(settings: Settings, *, kind: Kind) -> CheckUp:
    """Return what the doctor finds in the register as it is; rows are counted as in its export, from 2."""
    held = holdings(settings.now())
    stored = open_register(settings.database).stored(kind, held.city.adcode)
    keys = {row: str(key) for row, key in enumerate(held.of(kind).index, start=2)}
    headers = {header.label(settings.language): name for name, header in fields(kind).items()}
    batch = Batch(
        kind=kind,
        file=_("the register"),
        columns=Columns(headers, (), ()),
        rows=tuple(keys),
        records=tuple(RECORDS[kind].model_validate(stored[key]) for key in keys.values()),
        rejected=(),
        notices=(),
    )
    table = RawTable("", record_table(settings.now(), kind).set_axis(list(keys)), (), (), None)
    found = examine(batch, city=held.city, districts=held.districts)
    return CheckUp(kind, held.city, "", held.revision, batch, table, found, keys)


def checked_file(settings: Settings, check: CheckUp) -> bytes:
    """Return a workbook of what was examined, to be corrected and imported.

    The rows stand where they stood, with the cells coloured in which something is odd, and the reasons in a last column
    that the import ignores; a second sheet lists all findings. Raises `NotAllowed`.
    """
    handed_out(settings, _("check-up of {what}").format(what=check.file or check.batch.file))
    headers, rows = _as_it_was(check)
    positions = {header: position for position, header in enumerate(headers)}
    first = min((number for number, _cells in rows), default=2)
    shift = 0 if first > 1 else 2 - first  # features of GeoJSON count from 1, where the headers stand here
    remarks = list(_remarks(check))
    marks: dict[tuple[int, int], str] = {}
    results: dict[int, list[str]] = {}
    for row, column, severity, words in remarks:
        if row is None:
            continue
        results.setdefault(row, []).append(words)
        cell = row + shift, positions.get(str(column), len(headers))
        marks[cell] = min(marks.get(cell, severity), severity, key=_GRAVEST.index)
    return checked_sheet(
        (1, [*headers, _("Check-up result")]),
        ((row + shift, [*cells, sentences(results.get(row, []))]) for row, cells in rows),
        marks=marks,
        titles=(_("List"), _("Findings")),
        findings=_listed_findings(check),
    )


def finding_table(check: CheckUp) -> DataFrame:
    """Return all findings, and the rows that would be refused, as people read them; the index is the row."""
    import pandas as pd

    head, *rows = _listed_findings(check)
    table = pd.DataFrame(rows, columns=[str(title) for title in head], dtype=object)
    return table.set_index(str(head[0]))


def severity_label(severity: str) -> str:
    """Return how grave a finding is, in the current language."""
    return {"error": _("error"), "warning": _("warning"), "note": _("note")}[severity]


def _as_it_was(check: CheckUp) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    """Return the headers and the numbered rows; the position of GeoJSON features in columns that an import reads."""
    cells = check.table.cells
    if GEOMETRY[0] in cells and not {"lon", "lat"} & set(check.batch.columns.headers):
        language, known = current_language(), fields(check.kind)
        names = {place: known[axis].label(language) for place, axis in zip(GEOMETRY, ("lon", "lat"), strict=True)}
        cells = cells.rename(columns=names)
        if check.table.datum and "datum" not in check.batch.columns.headers:
            cells = cells.assign(**{known["datum"].label(language): check.table.datum.value})
    numbers = [int(number) for number in cells.index]
    return [str(header) for header in cells.columns], list(zip(numbers, cells.to_numpy().tolist(), strict=True))


def _remarks(check: CheckUp) -> Iterator[tuple[int | None, str | None, str, str]]:
    """Yield row, header, severity and words of every refused row and every finding."""
    for refused in check.batch.rejected:
        yield refused.row, refused.column, "error", _("Refused: {reason}").format(reason=refused.reason)
    for finding in check.findings:
        words = sentences([finding.message, finding.remedy])
        named = _("{column}: {reason}").format(column=finding.column, reason=words) if finding.column else words
        yield finding.row, finding.column, finding.severity, named


def _listed_findings(check: CheckUp) -> list[list[Any]]:
    """Return the rows of the list of findings, its headers first."""
    number = [_("Number")] if check.keys else []
    found: list[list[Any]] = [
        [_("Row"), *number, _("Severity"), _("Column"), _("Value"), _("Finding"), _("What to do"), _("Correction")]
    ]
    for refused in check.batch.rejected:
        cells = [refused.column, refused.value, _("Refused: {reason}").format(reason=refused.reason), "", ""]
        found.append([refused.row, *_key(check, refused.row), severity_label("error"), *cells])
    empty = _("(empty)")
    for finding in check.findings:
        change = listed(f"{header} → {text or empty}" for header, text in finding.fix.items())
        cells = [finding.column, finding.value, finding.message, finding.remedy, change]
        found.append([finding.row, *_key(check, finding.row), severity_label(finding.severity), *cells])
    return found


def _key(check: CheckUp, row: int | None) -> list[str]:
    return [check.keys.get(row or 0, "")] if check.keys else []
