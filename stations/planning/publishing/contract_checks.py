"""What is held against something, as one JSON document each: a list, the figures of a text, and a picture."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from stations.intake.doctor.datum_test import DatumTest
from stations.planning.importing.check_up import CheckUp
from stations.planning.maps.snapshots import TableVerdict, Verdict
from stations.planning.reporting.lead import contradiction
from stations.planning.reporting.text_check import CheckedText, Finding


def check_up_document(check: CheckUp) -> dict[str, Any]:
    """Return what the data doctor found in a file, or in the register."""
    return {
        "kind": check.kind,
        "city": check.city.adcode,
        "file": check.file or None,
        "revision": check.revision,
        "read": check.read,
        "sound": check.sound,
        "counts": check.counts(),
        "datum": [_datum(test) for test in check.datum],
        "rejected": [asdict(rejection) for rejection in check.rejected],
        "findings": [asdict(found) | {"number": check.keys.get(found.row or 0)} for found in check.findings],
        "near_register": [
            {
                "row": doubt.row,
                "number": near.key,
                "distance_m": _finite(near.distance_m),
                "alike": round(near.alike, 1),
            }
            for doubt in check.doubts
            for near in doubt.near
        ],
    }


def _datum(test: DatumTest) -> dict[str, Any]:
    fits = {
        datum.value: {
            "outside": fit.outside,
            "far_outside": fit.far_outside,
            "log_odds": round(fit.log_odds, 3),
            "east_m": _finite(fit.east_m),
            "north_m": _finite(fit.north_m),
            "spread_m": _finite(fit.spread_m),
        }
        for datum, fit in test.fits.items()
    }
    counted = {"rows": test.rows, "compared": test.compared, "known": test.known}
    best = {"best": test.best.value, "confidence": test.confidence}
    return {"claimed": test.claimed.value, "district": test.district, **best, **counted, "fits": fits}


def _finite(number: float) -> float | None:
    return round(float(number), 1) if math.isfinite(number) else None


def checked_document(checked: CheckedText) -> dict[str, Any]:
    """Return the figures of a text with what the register says: keys of rows, not labels."""
    return {
        "city": checked.held.city.adcode,
        "revision": checked.held.revision,
        "on": checked.held.on.isoformat() if checked.held.on else None,
        "figures": [_figure(finding) for finding in checked.findings],
    }


def _figure(finding: Finding) -> dict[str, Any]:
    mention, times, count = finding.mention, finding.times, finding.count
    return {
        "words": mention.words,
        **asdict(mention.number),
        "counts": asdict(mention.counts) if mention.counts else None,
        "share_of": asdict(mention.of) if mention.of else None,
        "whole": mention.whole,
        "on": times.on.isoformat() if times and times.on else None,
        "since": times.since.isoformat() if times and mention.counts and mention.counts.change else None,
        "verdict": finding.verdict,
        "reason": finding.reason,
        "counted": finding.low,
        "counted_at_most": finding.high,
        "rows": sorted(count.keys) if count else [],
        "too_many": finding.too_many,
    }


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """Return whether the register still gives a picture, as ``verify --json`` prints it."""
    told = verdict.trace
    return {
        "revision": told["revision"],
        "revision_now": verdict.revision_now,
        "data_date": told["data_date"],
        "version": told["version"],
        "picture_same": verdict.picture_same,
        "why_not": verdict.why_not or None,
        "proven": verdict.proven,
        "holds": verdict.holds,
        "picture_holds": verdict.picture_holds,
        "words_same": verdict.words_same,
        "contradicted": [contradiction(found) for found in verdict.contradicted],
        "tables": [_table(each) for each in verdict.tables],
        "wish": told["wish"],
        "figures": [
            {"name": name, "in_file": figure, "at_revision": verdict.again.get(name), "now": verdict.now.get(name)}
            for name, figure in told["figures"].items()
        ],
    }


def _table(table: TableVerdict) -> dict[str, Any]:
    cells = [dict(zip(("row", "column", "at_revision", "now"), cell, strict=True)) for cell in table.cells]
    return {"title": table.title, "same": table.same, "holds": table.holds, "cells": cells}
