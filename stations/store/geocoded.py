"""What geocoders have answered, beside the register it was asked for: one file of lines for each service.

A question that was answered is never asked again: the answers outlive a run that was cut short, one that only looked,
and another's. A line is written whole before the next question is asked; half of one, of a power cut, is not read.
Delete the file to have everything asked anew. No key is in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

from stations.model.errors import writing
from stations.store.networks import home_of

Found = TypeVar("Found")


class Answers(Generic[Found]):
    """The answers of one service, read once and added to."""

    def __init__(self, database: str, service: str, read: Callable[[Any], Found]) -> None:
        """Read what is kept for a register, in ``geocoded/register.sqlite3/amap.jsonl`` beside its file.

        `read` makes an answer of what JSON says, and raises ValueError of what is none: that is asked again.
        """
        register = home_of(database)
        self.path = register.parent / "geocoded" / register.name / f"{service}.jsonl"
        self._read = read
        self._known = dict(self._kept())

    def __contains__(self, question: str) -> bool:
        """Return whether a question was answered."""
        return question in self._known

    def __getitem__(self, question: str) -> Found:
        """Return what was answered to a question."""
        return self._known[question]

    def keep(self, question: str, found: Any, *, at: str) -> None:
        """Keep an answer, JSON-ready, for good. Raises NotWritten."""
        line = json.dumps({"question": question, "found": found, "at": at}, ensure_ascii=False, allow_nan=False)
        with writing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            number = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)  # addresses are nobody else's
            with os.fdopen(number, "ab") as file:
                file.write(f"\n{line}\n".encode("utf-8", "backslashreplace"))  # begins anew after half a line
                file.flush()
                os.fsync(file.fileno())
        self._known[question] = self._read(found)

    def _kept(self) -> Iterator[tuple[str, Found]]:
        for line in _lines(self.path):
            try:
                entry = json.loads(line)
                yield str(entry["question"]), self._read(entry["found"])
            except (ValueError, LookupError, TypeError, RecursionError):
                continue


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")
    except OSError:
        return []
