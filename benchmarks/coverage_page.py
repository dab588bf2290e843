"""The coverage page on the demonstration city: how long the planner waits for the answer at another radius.

From the Enter key to the sentence, the gap table and the map showing it; every radius is asked for the first time.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.serving import ROOT, serving
from benchmarks.table import Row, row
from benchmarks.visiting import LIMIT_S, SIZE, chromium

RADII_M = (510, 1_510, 760, 990, 2_010, 310, 640)
TARGET_S = 1.0
ANSWERED = """(radius) => {
    const sentence = document.querySelector(".atlas-sentence");
    const idle = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
    const windows = Array.from(document.querySelectorAll("iframe"), (frame) => frame.contentWindow);
    const view = windows.find((each) => each.map);
    const gaps = view && view.map.atlas && view.map.atlas.slots.gaps;
    const shown = gaps && gaps.data && gaps.layer.url.includes(`radius=${radius}`) && !view.map.atlas.loading;
    return Boolean(idle && shown && sentence && sentence.textContent.includes("gaps"));
}"""


def measure() -> list[Row]:
    """Return one row: the median over the radii."""
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        own = {"STATIONS_DATABASE": str(Path(scratch) / "register.sqlite3")}
        with serving(ROOT / "app.py", log=Path(scratch) / "log", own=own) as server:
            page = browser.new_context(viewport=SIZE).new_page()
            page.goto(f"{server.url}/coverage?lang=en")
            page.wait_for_function(ANSWERED, arg=1000, timeout=LIMIT_S * 1000)
            seconds = [_another_radius(page, radius) for radius in RADII_M]
    note = f"median of {len(RADII_M)} radii, each for the first time; longest {max(seconds):.2f} s"
    return [row("coverage page, another radius → answer", statistics.median(seconds), "s", target=TARGET_S, note=note)]


def _another_radius(page: Page, radius: int) -> float:
    box = page.get_by_role("combobox", name="Service radius")
    box.click()
    box.fill(str(radius))
    start = time.perf_counter()
    box.press("Enter")
    page.wait_for_function(ANSWERED, arg=radius, timeout=LIMIT_S * 1000)
    return time.perf_counter() - start
