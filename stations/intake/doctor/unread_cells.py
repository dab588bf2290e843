"""Cells of a list that were read in part or not at all, and cost their record nothing else (`intake.lists.spared`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stations.intake.doctor.findings import Finding
from stations.intake.doctor.patient import Patient
from stations.intake.lists.spared import COUNTS, SPARED, about
from stations.model.headers import field_of
from stations.model.language import gettext as _
from stations.model.privacy import masked
from stations.model.schema import fields
from stations.model.vocabulary import other_datum


def unread_cells(patient: Patient) -> Iterator[Finding]:
    """Yield numbers that are said to be about right, words that are not understood, and a datum that is not converted.

    Of the register, texts are told that still stand in the place of a value.
    """
    kept = _headers(patient)
    for row, record in zip(patient.batch.rows, patient.batch.records, strict=True):
        for header, text in record.extra.items():
            field = kept.get(header, "")
            there = bool(getattr(record, field, None))
            if field == "datum" and (named := other_datum(text)):
                yield _unconverted(row, header, text, named=named)
            elif field in SPARED and (patient.table is not None or not there):
                yield _unread(row, header, text, field=field, there=there)
    yield from _about(patient)


def _headers(patient: Patient) -> Mapping[str, str]:
    """Return header → field of the texts that stand for a value: of a list the columns of the field itself."""
    own = {header: field for field, header in patient.headers.items()}
    if patient.table is not None:
        return own
    others = {header for record in patient.batch.records for header in record.extra} - own.keys()
    return own | {header: field for header in others if (field := field_of(patient.batch.kind, header))}


def _unread(row: int, header: str, text: str, *, field: str, there: bool) -> Finding:
    message = (
        _("This is not understood and is left out; what stands beside it is read, and the text is kept.")
        if there
        else _("This is not understood: the cell counts as not known, and the text is kept.")
    )
    example = fields("base" if field == "kinds" else "station")[field].example
    remedy = _("Write it like “{example}”, if it is known.").format(example=example)
    return Finding(row, header, (masked(text) or "")[:80], "warning", message, remedy, "unread_cell")


def _unconverted(row: int, header: str, text: str, *, named: str) -> Finding:
    words = _(
        "Coordinates in {named} are not converted here: that takes parameters which hold for their own area alone. The "
        "record has no place on the map, and its coordinates are kept as texts."
    )
    remedy = _("Have them converted to CGCS2000 or WGS84, by whoever surveyed them, and import the list again.")
    return Finding(row, header, text[:80], "warning", words.format(named=_(named)), remedy, "other_datum")


def _about(patient: Patient) -> Iterator[Finding]:
    if patient.table is None:
        return
    rows = list(patient.batch.rows)
    for field, header in patient.headers.items():
        if field not in COUNTS or not rows:
            continue
        texts = patient.table.cells.loc[rows, header]
        for row, text, record in zip(rows, texts, patient.batch.records, strict=True):
            if header not in record.extra and (number := about(text)):
                message = _("It says “about”: {number} is taken for it.").format(number=number)
                remedy = _("Write the number, if it is known.")
                yield Finding(row, header, text[:80], "warning", message, remedy, "about")
