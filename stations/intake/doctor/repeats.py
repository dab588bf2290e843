"""The same place twice in one list. Offered for a decision, never merged."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from stations.intake.doctor.duplicates import ALIKE, named, pairs_within
from stations.intake.doctor.findings import Finding, Severity
from stations.intake.doctor.patient import Patient
from stations.model.language import gettext as _


def same_names(patient: Patient) -> Iterator[Finding]:
    """Yield later records of the name of an earlier one."""
    firsts: dict[str, int] = {}
    message = _("Row {row} has the same name.")
    remedy = _("If both are the same place, delete one row; if not, give them different names.")
    for position, name in enumerate(patient.names):
        first = firsts.setdefault(name, position)
        if first != position:
            words = message.format(row=patient.batch.rows[first])
            yield patient.finding(position, "name", "note", code="same_name", message=words, remedy=remedy)


ALIKE_IN_FULL = 100.0
"""Likeness of two names that have the same words of their own."""


class Repeat(NamedTuple):
    """A record, and the earlier one of which it may be a repetition: positions in the batch, metres, likeness.

    `likely` says that it is worth a decision: near by, or, where no distance is known, of one address or with the same
    words of its own (100), and not in another district.
    """

    position: int
    first: int
    metres: float
    alike: float
    likely: bool


def repeated(patient: Patient) -> list[Repeat]:
    """Return the records that may be an earlier one of the list, each with the one that it is most like."""
    records = named(
        patient.column("name"),
        (patient.lon, patient.column("lat")),
        addresses=patient.column("address"),
        districts=patient.column("district"),
    )
    addresses, districts, found = records.addresses, records.districts, pairs_within(records)
    repeats: dict[int, Repeat] = {}
    for at in np.lexsort((found.metres, -found.alike)).tolist():
        first, position, metres, likeness = (column[at].item() for column in found)
        same = likeness >= ALIKE_IN_FULL or addresses[first] == addresses[position] != ""
        elsewhere = districts[first] != districts[position] and districts[first] and districts[position]
        likely = math.isfinite(metres) or (same and not elsewhere)
        repeats.setdefault(position, Repeat(position, first, metres, likeness, likely))
    return list(repeats.values())


def alike(patient: Patient, repeats: Sequence[Repeat]) -> Iterator[Finding]:
    """Yield later records that are called much like an earlier one around, or share its address."""
    names = patient.column("name")
    words = {
        (True, True): _("Row {row} is called much the same and is {distance:.0f} m away: {name}."),
        (True, False): _("Row {row} is called much the same, and the place of one of the two is not known: {name}."),
        (False, True): _("Row {row} has the same address and is {distance:.0f} m away: {name}."),
        (False, False): _("Row {row} has the same address, and the place of one of the two is not known: {name}."),
    }
    remedy = _("If both are the same place, keep only one of the two; if not, keep both.")
    for position, first, metres, likeness, _likely in repeats:
        if patient.names[first] == patient.names[position]:  # the very same: see `same_names`
            continue
        placed = math.isfinite(metres)
        severity: Severity = "warning" if placed else "note"
        told = words[likeness >= ALIKE, placed]
        message = told.format(row=patient.batch.rows[first], distance=metres, name=names[first])
        yield patient.finding(position, "name", severity, code="near_duplicate", message=message, remedy=remedy)
