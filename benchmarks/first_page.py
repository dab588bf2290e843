"""The first page on the demonstration register: how long the first visitor waits.

"Server up": the server answers its health check. "Process start": everything from the command on, the new register
with the demonstration data included. The browser runs already, with an empty cache.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.serving import ROOT, serving
from benchmarks.table import Row, row
from benchmarks.visiting import OURS, SIZE, Visit, chromium

ROUNDS = 5
STATIONS = 98
TARGET_S = 3.0


def measure() -> list[Row]:
    """Return one row from the server being up, and one from the start of its process."""
    with chromium() as browser:
        waits = [_first_visit(browser) for _ in range(ROUNDS)]
    from_up, from_start = map(statistics.median, zip(*waits, strict=True))
    note = f"median of {ROUNDS}, {STATIONS} stations"
    return [
        row("server up → first page interactive", from_up, "s", target=TARGET_S, note=f"{note}, empty browser cache"),
        row("process start → first page interactive", from_start, "s", note=f"{note}, register made on the way"),
    ]


def _first_visit(browser: Browser) -> tuple[float, float]:
    """Return the seconds from the server being up, and from the start of its process, on a register of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        start = time.perf_counter()
        own = {"STATIONS_DATABASE": str(place / "register.sqlite3")}
        with serving(ROOT / "app.py", log=place / "log", own=own) as server:
            context = browser.new_context(viewport=SIZE)
            page = context.new_page()
            from_up = Visit(page, OURS).seconds_until(STATIONS, lambda: page.goto(server.url, wait_until="commit"))
            from_start = time.perf_counter() - start
            context.close()
    return from_up, from_start
