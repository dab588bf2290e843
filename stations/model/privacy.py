"""Personal data in records: what is shown to everybody, and what is not."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")


def holds_mobile(text: str | None) -> bool:
    """Return whether `text` holds a personal mobile number (11 digits, 13… to 19…)."""
    return bool(text and _MOBILE.search(text))


def masked(text: str | None) -> str | None:
    """Return `text` with the middle of each personal mobile number hidden; landlines stay as they are."""
    return _MOBILE.sub(r"\1****\2", text) if text else text
