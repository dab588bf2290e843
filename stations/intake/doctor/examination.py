"""The data doctor: what is odd about a list, or the register. It reports and never changes anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stations.intake.doctor.datum_test import DatumTest, datum_tests
from stations.intake.doctor.datum_words import datum_findings, datum_of_headers
from stations.intake.doctor.days import future, undated, verified
from stations.intake.doctor.findings import Finding, at_most
from stations.intake.doctor.notations import read_as, refused
from stations.intake.doctor.patient import Patient
from stations.intake.doctor.repeats import Repeat, alike, repeated, same_names
from stations.intake.doctor.unread_cells import unread_cells
from stations.intake.doctor.whereabouts import headings, not_located, outside, rounded, same_points, unknown_districts
from stations.intake.files.table import RawTable
from stations.intake.lists.records import EXTRA, Batch
from stations.model.city import City
from stations.model.hours import parse_hours
from stations.model.language import gettext as _
from stations.model.language import listed
from stations.model.privacy import any_may_be_personal, holds_mobile, masked
from stations.model.schema import fields, free_texts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

__all__ = ["Diagnosis", "Finding", "examine"]

MOST_TOLD = 1_000
"""Findings of one kind about likely repetitions; how many there are in all is told as well."""


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found: `findings`, those of the whole list first, then by row; and what they rest on.

    `datum`: the test of each claimed datum, also where it finds nothing odd; `repeats`: records that may be an earlier
    one of the same list.
    """

    findings: list[Finding]
    datum: Sequence[DatumTest]
    repeats: Sequence[Repeat]


def examine(
    batch: Batch,
    *,
    city: City,
    districts: GeoDataFrame,
    table: RawTable | None = None,
    standing: DataFrame | None = None,
    today: dt.date | None = None,
) -> Diagnosis:
    """Return what is odd about the records of a batch, and about the coordinates of its refused rows.

    Parameters
    ----------
    batch
        Accepted records, in WGS84, and refused rows.
    city
        Whose district names and metric CRS are used.
    districts
        Its outlines in EPSG:4326, index: adcode.
    table
        The file that it was read from; without it nothing is said of what stands in the cells themselves.
    standing
        The register by identifier, with ``name``, ``lon`` and ``lat``: what the datum is tested by, too.
    today
        The date after which a date lies in the future; by default the present one.

    Notes
    -----
    Outlines are good to about `OUTLINE_M`: a place is called outside the city or outside its district only when it is
    farther away than that. A functional zone written as district is compared with the division it lies in. The
    recorded district stands; the outlines only warn.
    """
    patient = Patient(batch, city, districts, table=table)
    day = today or dt.datetime.now().astimezone().date()
    tests, repeats = datum_tests(patient, standing), repeated(patient)
    checks: tuple[Iterator[Finding], ...] = (
        _whole_file(batch),
        datum_of_headers(batch),
        datum_findings(patient, tests),
        not_located(patient),
        headings(patient),
        unknown_districts(patient),
        outside(patient),
        refused(patient),
        read_as(patient),
        _hours(patient),
        _mobiles(patient),
        undated(patient),
        unread_cells(patient),
        future(patient, day),
        verified(patient, day),
        at_most(MOST_TOLD, same_names(patient)),
        at_most(MOST_TOLD, same_points(patient)),
        at_most(MOST_TOLD, alike(patient, repeats)),
        rounded(patient),
    )
    findings = sorted((finding for check in checks for finding in check), key=lambda finding: finding.row or 0)
    return Diagnosis(findings, tests, repeats)


def _whole_file(batch: Batch) -> Iterator[Finding]:
    for notice in batch.notices:
        remedy = _("Nothing to do, if that is right.")
        yield Finding(None, None, None, "note", notice, remedy, "notice")
    unknown = [header for header in batch.columns.extra if header != EXTRA]
    if unknown:
        message = _("These columns are not known here and are kept as they are: {headers}.").format(
            headers=listed(header[:40] for header in unknown[:20])
        )
        remedy = _("If one of them is misspelt, correct its header and import the file again.")
        yield Finding(None, None, None, "note", message, remedy, "unknown_columns")


def _hours(patient: Patient) -> Iterator[Finding]:
    unclear = {text: parse_hours(text) is None for text in dict.fromkeys(patient.column("opening_hours")) if text}
    message = _("The opening hours are not understood; they are kept as written and count as not known.")
    example = fields("station")["opening_hours"].example
    remedy = _("Write them like “{example}” or “{all_day}”.").format(example=example, all_day=_("24 hours"))
    for position, text in enumerate(patient.column("opening_hours")):
        if unclear.get(text):
            yield patient.finding(
                position, "opening_hours", "warning", code="unclear_hours", message=message, remedy=remedy
            )


def _mobiles(patient: Patient) -> Iterator[Finding]:
    """Yield each text with a personal mobile number, in whatever column it stands, without repeating the number."""
    message = _("This looks like a personal mobile number. It is hidden from viewers and left out of exports.")
    remedy = _("Give a landline of the station or of its union, if there is one.")
    for field in filter(lambda field: any_may_be_personal(patient.column(field)), free_texts(patient.batch.kind)):
        for position, text in enumerate(patient.column(field)):
            if holds_mobile(text):
                header, row = patient.headers.get(field), patient.batch.rows[position]
                yield Finding(row, header, masked(text), "warning", message, remedy, "personal_mobile")
    for row, record in zip(patient.batch.rows, patient.batch.records, strict=True):
        for header, text in record.extra.items():
            if holds_mobile(text):
                yield Finding(row, header, masked(text), "warning", message, remedy, "personal_mobile")
