"""Rows of measurements, and the Markdown table they become.

A row says `what` was measured, `ours`, the `peer`'s, in which `unit`, the `ratio` (peer by ours), the `target` and a
`note`. With a peer the target is the least ratio wanted; without one it is the most that ours may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
_HEAD = ("what", "ours", "target", "met", "peer", "peer by ours", "note")


def row(
    what: str, ours: float, unit: str, *, peer: float | None = None, target: float | None = None, note: str = ""
) -> Row:
    """Return one measurement; `ours` and `peer` are rounded to three digits behind the point."""
    ratio = round(peer / ours, 1) if peer is not None else None
    peer = None if peer is None else round(peer, 3)
    quantities = {"ours": round(ours, 3), "peer": peer, "unit": unit, "ratio": ratio, "target": target}
    return {"what": what, **quantities, "note": note}


def met(measured: Row) -> bool | None:
    """Return whether a row meets its target; ``None`` where it has none."""
    if measured["target"] is None:
        return None
    if measured["peer"] is not None:  # the ratio itself is rounded
        return bool(measured["peer"] >= measured["target"] * measured["ours"])
    return bool(measured["ours"] <= measured["target"])


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    cells = [_HEAD, ("---", "---:", "---:", "---", "---:", "---:", "---"), *(_cells(measured) for measured in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def replaced(document: str, part: str) -> str:
    """Return `document` with what stands between the markers replaced by `part`. Raises ``ValueError`` without them."""
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(BEGIN if not begin else END)
    return f"{before}{BEGIN}\n{part.strip()}\n{END}{after}"


def updated(document: str, rows: Sequence[Row]) -> str:
    """Return `document` with those rows of its table replaced that measure the same; new ones come last.

    Raises ``ValueError`` where there is no table between the markers.
    """
    _before, _begin, rest = document.partition(BEGIN)
    lines = rest.partition(END)[0].strip().splitlines()
    table = [number for number, line in enumerate(lines) if line.startswith("| ")]
    if not table:
        raise ValueError(BEGIN)
    known = {lines[number].split(" | ")[0].removeprefix("| "): number for number in table}
    anew = markdown(rows).splitlines()[2:]
    added = [line for line, measured in zip(anew, rows, strict=True) if measured["what"] not in known]
    for line, measured in zip(anew, rows, strict=True):
        if measured["what"] in known:
            lines[known[measured["what"]]] = line
    lines[table[-1] + 1 : table[-1] + 1] = added
    return replaced(document, "\n".join(lines))


def _cells(measured: Row) -> tuple[str, ...]:
    unit, ratio = measured["unit"], measured["ratio"]
    return (
        measured["what"],
        _quantity(measured["ours"], unit),
        target_text(measured),
        {True: "yes", False: "**no**", None: ""}[met(measured)],
        _quantity(measured["peer"], unit),
        "" if ratio is None else f"{ratio:g} ×",
        measured["note"],
    )


def target_text(measured: Row) -> str:
    """Return the target as the table prints it: ``≤ 0.4 s``, ``≥ 10 ×`` or nothing."""
    if measured["target"] is None:
        return ""
    if measured["ratio"] is not None:
        return f"≥ {measured['target']:g} ×"
    return f"≤ {_quantity(measured['target'], measured['unit'])}"


def _quantity(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
