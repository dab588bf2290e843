"""One record of 10,000 corrected: how long until everybody sees it.

By the use cases that the form calls, in their order: the draft is judged (validated, compared with every other record),
the people within reach are counted, the record is written, the register is read anew, the people are counted again, and
the map's data are made anew, under another entity tag. Then through the page in a Chromium: from the press on "Save"
until the card shows what was saved.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page

from benchmarks.made_up import register_of, station_list
from benchmarks.serving import ROOT, serving
from benchmarks.table import Row, row
from benchmarks.timing import settled
from benchmarks.visiting import LIMIT_S, SIZE, chromium
from stations.model.acts import Act
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.maps import draw
from stations.planning.records import edit, entering
from stations.planning.register import holdings

T = TypeVar("T")

STATIONS = 10_000
ROUNDS, PRESSES = 15, 7
QUIET_MS = 1_500
RADIUS_M = 1_000.0
TARGET_MS = 300.0
_SAVED = """(address) => {
    const app = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
    const card = document.querySelector(".atlas-card");
    return Boolean(app && card && card.textContent.includes(address));
}"""


def measure() -> list[Row]:
    """Return the rows for the use cases and for the page."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(database=register_of(station_list(STATIONS, datum=Datum.WGS84, seed=7), Path(scratch)))
        keys = [str(key) for key in holdings(settings).stations.index]
        edit.people_covered(settings, radius_m=RADIUS_M)
        draw.layer_data(settings, "stations", None)
        with settled():
            rounds = [_saved(settings, key, number) for number, key in enumerate(keys[:: STATIONS // ROUNDS][:ROUNDS])]
        seconds = _through_the_page(settings, keys[1 :: STATIONS // PRESSES][:PRESSES], Path(scratch))
    parts = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    words = ", ".join(f"{name} {ms:.0f}" for name, ms in parts.items())
    total = statistics.median(sum(each.values()) for each in rounds)
    what = f"one of {STATIONS:,} stations saved"
    return [
        row(f"{what} → visible", total, "ms", target=TARGET_MS, note=f"median of {ROUNDS}; {words}"),
        row(f"{what} on the page → card shown", 1000 * statistics.median(seconds), "ms", note=f"median of {PRESSES}"),
    ]


def _saved(settings: Settings, key: str, number: int) -> Mapping[str, float]:
    """Correct a station and return the milliseconds of each part, having seen that what is shown has changed."""
    took: dict[str, float] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        made = work()
        took[name] = took.get(name, 0.0) + 1000 * (time.perf_counter() - start)
        return made

    _body, before = draw.layer_data(settings, "stations", None)
    name = f"示例改名驿站第{number}"
    act = Act("form", who=settings.user.name)
    draft = timed("judged", lambda: entering.draft_of(settings, "station", key, values={"name": name}))
    verdict = timed("judged", lambda: entering.checked(settings, draft))
    timed("people", lambda: edit.people_covered(settings, radius_m=RADIUS_M))
    timed("written", lambda: edit.save(settings, verdict, act))
    held = timed("read anew", lambda: holdings(settings))
    timed("people", lambda: edit.people_covered(settings, radius_m=RADIUS_M))
    body, after = timed("map data", lambda: draw.layer_data(settings, "stations", None))
    if held.stations.at[key, "name"] != name or name not in body.decode() or after == before:
        raise ArithmeticError(key)
    return took


def _through_the_page(settings: Settings, keys: list[str], scratch: Path) -> list[float]:
    own = settings.to_environment()
    with chromium() as browser, serving(ROOT / "app.py", log=scratch / "log", own=own) as server:
        page = browser.new_context(viewport=SIZE).new_page()
        page.set_default_timeout(LIMIT_S * 1000)
        seconds = []
        for number, key in enumerate(keys):
            page.goto(f"{server.url}/register?lang=en&selected=station:{key}")
            seconds.append(_pressed(page, f"示例新址{number}"))
    return seconds


def _pressed(page: Page, address: str) -> float:
    """Give the chosen station another address; return the seconds from the press on "Save" until its card has it."""
    page.get_by_role("button", name="Edit this record").click()
    field = page.get_by_role("textbox", name="Address", exact=True)
    field.fill(address)
    field.press("Tab")
    page.wait_for_timeout(QUIET_MS)
    other = page.get_by_text("It is another place")  # there are many, and some are called alike
    if other.is_visible():
        other.click()
        page.wait_for_timeout(QUIET_MS)
    save = page.get_by_role("button", name="Save", exact=True)
    start = time.perf_counter()
    save.click()
    page.wait_for_function(_SAVED, arg=address)
    return time.perf_counter() - start
