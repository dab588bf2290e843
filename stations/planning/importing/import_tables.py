"""An import as people read it: what a file would do, what is odd about it, and what has to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stations.intake.doctor.findings import Finding, Severity
from stations.intake.lists.records import Rejection
from stations.model import numbers
from stations.model.labels import label_of
from stations.model.language import current_language, listed, mark, ngettext
from stations.model.language import gettext as _
from stations.model.privacy import masked_record
from stations.model.schema import IDENTIFIERS, dump, fields
from stations.planning.coverage.show import stop
from stations.planning.importing.import_file import ImportPlan
from stations.planning.importing.matching import Doubt
from stations.planning.records.edit_tables import change_table
from stations.planning.records.undo import Imported

if TYPE_CHECKING:
    from pandas import DataFrame

SEVERITIES: dict[Severity, str] = {"error": mark("Error"), "warning": mark("Warning"), "note": mark("Note")}
_SHOWN = ("name", "district", "address", "lon", "lat")


def plan_in_words(plan: ImportPlan) -> str:
    """Return what a file would do, in one sentence."""
    counted = (
        (ngettext("{count} new", "{count} new", len(plan.added)), len(plan.added)),
        (ngettext("{count} changed", "{count} changed", len(plan.changed)), len(plan.changed)),
        (ngettext("{count} as it is already", "{count} as they are already", plan.unchanged), plan.unchanged),
        (ngettext("{count} refused", "{count} refused", len(plan.rejected)), len(plan.rejected)),
    )
    parts = [words.format(count=numbers.people(count)) for words, count in counted if count]
    rows = ngettext("{count} row", "{count} rows", plan.read).format(count=numbers.people(plan.read))
    return _("{file}: {rows}, of which {parts}").format(file=plan.file, rows=rows, parts=listed(parts)) + stop()


def found_in_words(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity."""
    each = {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES}
    counted = (
        (ngettext("{count} error", "{count} errors", each["error"]), each["error"]),
        (ngettext("{count} warning", "{count} warnings", each["warning"]), each["warning"]),
        (ngettext("{count} note", "{count} notes", each["note"]), each["note"]),
    )
    parts = [words.format(count=numbers.people(count)) for words, count in counted if count]
    return (listed(parts) + stop()) if parts else _("Nothing odd was found.")


def rejection_table(rejected: Sequence[Rejection]) -> DataFrame:
    """Return the refused rows with their reasons; index: the row."""
    import pandas as pd

    columns = {
        _("Column"): [each.column or "" for each in rejected],
        _("Value"): [each.value or "" for each in rejected],
        _("Why it was refused"): [each.reason for each in rejected],
    }
    return pd.DataFrame(columns, index=pd.Index([each.row for each in rejected], name=_("Row")), dtype=object)


def part_table(plan: ImportPlan, part: str) -> DataFrame:
    """Return what of a plan is "added", "changed" or "refused"."""
    if part == "refused":
        return rejection_table(plan.rejected)
    return added_table(plan) if part == "added" else changed_table(plan)


def added_table(plan: ImportPlan) -> DataFrame:
    """Return the new records as they will be told from each other; index: the number they get."""
    import pandas as pd

    rows = [masked_record(dump(record)) for record in plan.added]
    language = current_language()
    columns = {
        fields(plan.kind)[name].label(language): _whole(
            [label_of(plan.kind, name, row.get(name), language=language) for row in rows]
        )
        for name in _SHOWN
    }
    keys = [str(getattr(record, IDENTIFIERS[plan.kind])) for record in plan.added]
    return pd.DataFrame(columns, index=pd.Index(keys, name=_("Number")), dtype=object)


def _whole(values: list[Any]) -> list[Any]:
    """Return a column in which what is not known is said to be so: then all of it are texts, as tables ask for."""
    if all(values):
        return values
    return [str(value) if value else numbers.unknown() for value in values]


def changed_table(plan: ImportPlan) -> DataFrame:
    """Return every field that changes, one in a row, as it is and as it will be; index: the number."""
    return change_table(plan.kind, plan.before, plan.changed)


def doubt_in_words(doubt: Doubt) -> str:
    """Return which row may be which record."""
    words = _("Row {row}, {name}: {found}")
    return words.format(row=doubt.row, name=doubt.record.name, found=listed(map(hit_in_words, _meant(doubt))))


def _meant(doubt: Doubt) -> list[Any]:
    """Return what a row may be, an earlier row of the list last."""
    if doubt.earlier is None:
        return list(doubt.near)
    hit = doubt.earlier.hit
    return [*doubt.near, hit._replace(key=_("row {row}").format(row=hit.key))]


def hit_in_words(hit: Any) -> str:
    """Return a record that a row may be, with how far away it is."""
    if hit.distance_m != hit.distance_m:
        words = _("{name} ({number}), called alike") if hit.called_alike else _("{name} ({number}), same address")
        return words.format(name=hit.name, number=hit.key)
    away = numbers.distance(hit.distance_m)
    return _("{name} ({number}), {distance} away").format(name=hit.name, number=hit.key, distance=away)


def imported_in_words(file: str, added: int, changed: int, *, revision: int) -> str:
    """Return what an import came to."""
    words = _("Imported from {file}: {added} new, {changed} changed, revision {revision}.")
    return words.format(file=file, added=f"{added:,}", changed=f"{changed:,}", revision=revision)


def before_in_words(imported: Imported) -> str:
    """Return in one line what was imported, when and by whom."""
    words = _("{moment}, {who}: {file} ({added} new, {changed} changed), revision {revision}")
    return words.format(
        moment=imported.at.astimezone().strftime("%Y-%m-%d %H:%M"),
        who=imported.who or _("nobody named"),
        file=imported.file,
        added=f"{imported.added:,}",
        changed=f"{imported.changed:,}",
        revision=imported.revision,
    )
