"""The dates of a list: those that are no day or cannot be, and how long ago its records were verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from stations.intake.doctor.findings import Finding
from stations.intake.doctor.patient import Patient
from stations.intake.lists.vague_days import counted_day, days_meant, is_day
from stations.model.headers import field_of
from stations.model.language import current_language, listed, sentences
from stations.model.language import gettext as _
from stations.model.privacy import masked
from stations.model.schema import DAYS, STALE_AFTER_DAYS, fields
from stations.model.vocabulary import Status

_Said = tuple[str, str, dt.date | None]


def undated(patient: Patient) -> Iterator[Finding]:
    """Yield the texts that are kept of dates because they are no day, with the day where only one can be meant."""
    records, kind = patient.batch.records, patient.batch.kind
    kept = {header: field for field, header in patient.headers.items() if field in DAYS}
    others = sorted({header for record in records for header in record.extra} - kept.keys())
    kept |= {header: field for header in others if (field := field_of(kind, header)) in DAYS}
    remedy = _("Write the day like 2026-12-31, if it is known.")
    for header, field in kept.items():
        for row, record in zip(patient.batch.rows, records, strict=True):
            text = record.extra.get(header, "")
            if is_day(text) or getattr(record, field) is not None:
                continue
            code, message, day = _said_of(text)
            fix = {header: str(day)} if day and patient.table is not None else {}
            yield Finding(row, header, (masked(text) or "")[:80], "warning", message, remedy, code, fix)


def _said_of(text: str) -> _Said:
    """Return the code and the message for a text that is no day, and the day that alone can be meant."""
    unknown = _("Until somebody says so, the date counts as not known, and the text is kept.")
    if counted := counted_day(text):
        message = _("Excel shows this day as a number: {date} is meant.").format(date=counted)
        return "date_as_number", sentences([message, unknown]), counted
    days = days_meant(text)
    if days:
        message = _("It may mean {days}.").format(days=listed(map(str, days)))
        return "vague_date", sentences([message, unknown]), days[0] if len(days) == 1 else None
    message = _("It names no day: the date counts as not known, and the text is kept.")
    return ("unread_date" if days is None else "vague_date"), message, None


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
