"""A cold ``python -m stations --help``: a new process each time, modules compiled, in both languages."""

from __future__ import annotations

import statistics
import time

from benchmarks.serving import stations
from benchmarks.table import Row, row

ROUNDS = 9
TARGET_S = 0.4


def measure() -> list[Row]:
    """Return one row for each language."""
    _seconds("en")  # compiles what was not yet compiled
    return [
        row(
            f"cold `python -m stations --help`, {language}",
            statistics.median(_seconds(language) for _ in range(ROUNDS)),
            "s",
            target=TARGET_S,
            note=f"median of {ROUNDS}",
        )
        for language in ("zh_CN", "en")
    ]


def _seconds(language: str) -> float:
    start = time.perf_counter()
    process = stations("--help", STATIONS_LANG=language)
    process.communicate()
    if process.returncode:
        raise RuntimeError(f"--help ended with {process.returncode}")
    return time.perf_counter() - start
