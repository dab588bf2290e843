"""Digests that tie the history together.

A row that is changed behind the program's back no longer fits its own, and a revision that is changed, added or taken
away no longer fits the next. What is hashed, and in which order, may never change: no register would fit any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

ROW = ("revision", "city", "kind", "record", "since", "action", "before", "after")
REVISION = ("revision", "made_at", "what", "who", "why", "document_no", "submission", "detail")
FIRST = ""
"""What stands for the digest before that of the first revision."""


def of_row(row: Mapping[str, Any]) -> str:
    """Return the digest of a row of the history: SHA-256 as hexadecimal digits."""
    return _digest([row[name] for name in ROW])


def of_revision(previous: str, revision: Mapping[str, Any], rows: Iterable[str]) -> str:
    """Return the digest of a revision, made of the one before, itself, and those of its rows in their order."""
    return _digest([previous, [revision[name] for name in REVISION], list(rows)])


def _digest(content: list[Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
