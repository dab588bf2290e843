"""The dates of a list: those that cannot be, and how long ago its records were verified."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from stations.intake.doctor.findings import Finding
from stations.intake.doctor.patient import Patient
from stations.intake.lists.vague_days import days_meant
from stations.model.headers import field_of
from stations.model.language import current_language, listed
from stations.model.language import gettext as _
from stations.model.schema import DAYS, STALE_AFTER_DAYS, fields
from stations.model.vocabulary import Status

_EXCEL_BEGINS = dt.date(1899, 12, 30)
_SERIAL = re.compile(r"[3-5]\d{4}")  # of the years 1982 to 2064


def as_numbers(patient: Patient) -> Iterator[Finding]:
    """Yield what the number in a date's cell of a refused row means: a workbook counts the days since 1899-12-30."""
    if patient.table is None:
        return
    headers = sorted(patient.headers[field] for field in DAYS if field in patient.headers)
    rows = [rejection.row for rejection in patient.batch.rejected if rejection.row in patient.table.cells.index]
    for row, cells in zip(rows, patient.table.cells.loc[rows, headers].to_numpy().tolist(), strict=True):
        serials = {header: text for header, text in zip(headers, cells, strict=True) if _SERIAL.fullmatch(text)}
        fix = {header: str(_EXCEL_BEGINS + dt.timedelta(days=int(text))) for header, text in serials.items()}
        if fix:
            header = min(fix)
            message = _("Excel shows this day as a number: {date} is meant.").format(date=fix[header])
            remedy = _("Give the column the format of a date in Excel, or write the day out.")
            yield Finding(row, header, serials[header], "error", message, remedy, "date_as_number", fix)


def vague(patient: Patient) -> Iterator[Finding]:
    """Yield the texts that are kept of dates which name no one day, with the day where only one can be meant."""
    records, kind = patient.batch.records, patient.batch.kind
    headers = sorted({header for record in records for header in record.extra})
    kept = {header: field for header in headers if (field := field_of(kind, header)) in DAYS}
    remedy = _("Write the day like 2026-12-31, if it is known.")
    for header, field in kept.items():
        for row, record in zip(patient.batch.rows, records, strict=True):
            days = days_meant(text := record.extra.get(header, ""))
            if days is None or getattr(record, field) is not None:
                continue
            message = (
                _("It may mean {days}. Until somebody says so, the date counts as not known, and the text is kept.")
                if days
                else _("It names no day: the date counts as not known, and the text is kept.")
            ).format(days=listed(map(str, days)))
            fix = {header: str(days[0])} if len(days) == 1 and patient.table is not None else {}
            yield Finding(row, header, text, "warning", message, remedy, "vague_date", fix)


def future(patient: Patient, today: dt.date) -> Iterator[Finding]:
    """Yield dates that lie in the future, but for the opening of what is planned."""
    planned = [status is Status.PLANNED for status in patient.column("status")]
    message, remedy = _("The date lies in the future."), _("Check the date.")
    for field in DAYS:
        for position, date in enumerate(patient.column(field)):
            if date and date > today and not (field == "opened_on" and planned[position]):
                yield patient.finding(position, field, "warning", code="future_date", message=message, remedy=remedy)


def verified(patient: Patient, today: dt.date) -> Iterator[Finding]:
    """Yield one finding for all records that nobody verified, and each verification that is stale or cannot be.

    Where a single record is entered, nothing is said of what is missing.
    """
    opened, last = patient.column("opened_on"), patient.column("verified_on")
    oldest = today - dt.timedelta(days=STALE_AFTER_DAYS)
    missing = [position for position, date in enumerate(last) if date is None]
    if missing and patient.batch.file:
        header = patient.headers.get("verified_on")
        words = _("Records without a date of verification: {count}{rows}.")
        if header is None:
            words = _("No row says when it was verified: the list has no column “{column}”.")
        column = fields(patient.batch.kind)["verified_on"].label(current_language())
        message = words.format(count=len(missing), rows=patient.listed(missing), column=column)
        remedy = _("Enter the day on which somebody last made sure of them.")
        yield Finding(None, header, None, "note", message, remedy, "unverified")
    stale = _("Last verified more than {days} days ago.").format(days=STALE_AFTER_DAYS)
    before = _("It was verified before it opened.")
    for position, date in enumerate(last):
        if date and opened[position] and date < opened[position]:
            remedy = _("Correct one of the two dates.")
            yield patient.finding(
                position, "verified_on", "warning", code="impossible_date", message=before, remedy=remedy
            )
        elif date and date < oldest:
            remedy = _("Make sure of it again, and enter the day.")
            yield patient.finding(
                position, "verified_on", "note", code="stale_verification", message=stale, remedy=remedy
            )
