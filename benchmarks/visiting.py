"""A headless Chromium that visits a page, and what "interactive" means there.

A page is interactive when Streamlit has nothing left to run and the map has drawn every mark of the layers it was
given last; ours needs its search box enabled as well.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, WebSocket, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

LIMIT_S = 60.0
SIZE: ViewportSize = {"width": 1440, "height": 900}
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)
_VIEW = """
    const windows = Array.from(document.querySelectorAll("iframe"), (frame) => frame.contentWindow);
    const view = windows.find((each) => each.map);
"""
_SETTLED = f"""
    {_VIEW}
    const idle = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
    const group = view && view.feature_group && view.feature_group.at(-1);
    if (!idle || !group || group === view.groupBefore) return false;
"""
_REMEMBER = f"() => {{ {_VIEW} view.groupBefore = view.feature_group.at(-1); }}"
OURS = f"""(count) => {{
    {_SETTLED}
    const marks = view.map.atlas.slots.stations;
    const search = document.querySelector(".st-key-search input");
    return Boolean(marks && marks.seen && marks.seen.count === count && search && !search.disabled);
}}"""
PEERS = f"""(count) => {{
    {_SETTLED}
    const marks = Object.values(view.map._layers).filter((layer) => layer.getRadius && layer.getRadius() < 10);
    return marks.length === count && marks.every((mark) => !mark._renderer._redrawRequest);
}}"""


class NotFinished(RuntimeError):
    """A page was not ready within `LIMIT_S`."""


@dataclass
class Visit:
    """An open page, when it is ready (a JavaScript function of the number of marks), and its traffic in bytes."""

    page: Page
    ready: str
    received: int = 0

    def until(self, condition: str, *, argument: object = None) -> None:
        """Wait until a JavaScript function of `argument` is true. Raises `NotFinished`."""
        try:
            self.page.wait_for_function(condition, arg=argument, timeout=LIMIT_S * 1000)
        except TookTooLong as error:
            raise NotFinished from error

    def seconds_until(self, marks: int, act: Callable[[], Any]) -> float:
        """Do something and return how long it takes until the page is ready with so many marks."""
        start = time.perf_counter()
        act()
        self.until(self.ready, argument=marks)
        return time.perf_counter() - start

    def expect_new_layers(self) -> None:
        """Take the page for ready only once its map has been given other layers than it has now."""
        self.page.evaluate(_REMEMBER)

    def count_traffic(self) -> None:
        """Add up in `received` what comes over the page's websockets from now on; call it before opening the page."""

        def listen(socket: WebSocket) -> None:
            socket.on("framereceived", self._count)

        self.page.on("websocket", listen)

    def _count(self, payload: str | bytes) -> None:
        self.received += len(payload)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium (``CHROMIUM`` names the program) that calls nobody by itself."""
    named = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, (named,) if named else _NAMES)), None)
    if found is None:
        raise SystemExit("No Chromium was found. Install it, or name the program: CHROMIUM=/path/to/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*_FLAGS])
        yield browser
        browser.close()
