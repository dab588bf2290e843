"""Personal data in records: what is shown to everybody, and what is not."""

from __future__ import annotations

import re

# Eleven digits, 13… to 19…: also full-width, in groups (138 1234 5678), or right after the country's code (+86).
_GAP = r"[\s‐-―−－-]?"
_START = rf"(?:(?<!\d)|(?<=(?<!\d)86)|(?<=(?<!\d)0086))([1１][3-9３-９]\d{_GAP})"
_END = rf"({_GAP}\d{{4}})(?!\d)"
_MOBILE = re.compile(rf"{_START}\d{{4}}{_END}")
_HIDDEN = re.compile(rf"{_START}\*{{4}}{_END}")


def holds_mobile(text: str | None) -> bool:
    """Return whether `text` holds a personal mobile number (11 digits, 13… to 19…)."""
    return bool(text and _MOBILE.search(text))


def masked(text: str | None) -> str | None:
    """Return `text` with the middle of each personal mobile number hidden; landlines stay as they are."""
    return _MOBILE.sub(r"\1****\2", text) if text else text


def unmasked(text: str, known: str | None) -> str:
    """Return `text` with each hidden number written out as it stands in `known`.

    So an export may come back, edited or not, and loses no number. Where a hidden number is not in `known`, nobody
    can say which one is meant, and `known` stands; without any, `text` itself.
    """
    numbers = {found[0] for found in _MOBILE.finditer(known or "")}

    def written_out(hidden: re.Match[str]) -> str:
        fitting = [number for number in numbers if masked(number) == hidden[0]]
        return fitting[0] if len(fitting) == 1 else hidden[0]

    restored = _HIDDEN.sub(written_out, text)
    return known if known and _HIDDEN.search(restored) else restored
