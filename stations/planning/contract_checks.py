"""What is held against the register, as one JSON document each: the figures of a text, and a picture."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from stations.planning.snapshots import Verdict
from stations.planning.text_check import CheckedText, Finding


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
        "wish": told["wish"],
        "figures": [
            {"name": name, "in_file": figure, "at_revision": verdict.again.get(name), "now": verdict.now.get(name)}
            for name, figure in told["figures"].items()
        ],
    }
