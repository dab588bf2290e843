"""The yearly report of the demonstration as a Word file: a new process each time, from the command to the file."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.serving import stations
from benchmarks.table import Row, row

ROUNDS = 3
TARGET_S = 15.0


def measure() -> list[Row]:
    """Return the row of the whole report: figures, two maps, nine tables."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "register.sqlite3")
        _seconds("init", database=database)  # makes the register, and compiles what was not yet compiled
        report = ("report", "-o", str(Path(folder) / "report.docx"))
        times = [_seconds(*report, database=database) for _ in range(ROUNDS)]
    note = f"median of {ROUNDS}, cold"
    return [row("the yearly report as a Word file", statistics.median(times), "s", target=TARGET_S, note=note)]


def _seconds(*arguments: str, database: str) -> float:
    start = time.perf_counter()
    process = stations(*arguments, STATIONS_DATABASE=database)
    process.communicate()
    if process.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {process.returncode}")
    return time.perf_counter() - start
