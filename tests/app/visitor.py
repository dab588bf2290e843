"""A visitor in a real browser: what is on the page, where the marks of the map are, and what must never happen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Frame, Locator, Page, Request, Response, WebSocket

MAP = "iframe[title='streamlit_folium.st_folium']"
POLL_MS = 50  # by the clock: a frame that need not be painted does not get to see every change
DRAWN = "window.map_div && map_div.atlas && map_div.atlas.settled"


@dataclass
class Visitor:
    """One page of one visitor. `faults` collects what no visit may cause, see `watch`, but for `expected` refusals.

    Of other machines only that at `also` may be asked.
    """

    page: Page
    home: str
    faults: list[str] = field(default_factory=list)
    expected: int | None = None
    also: str | None = None
    sent: list[int] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    def watch(self) -> None:
        """Collect script errors, console errors, requests to other machines, refusals; count the websocket's bytes."""
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("websocket", self._connected)

    def _heard(self, said: ConsoleMessage) -> None:
        if re.search(rf"status of {self.expected} \(|error - {self.expected}$", said.text):
            return
        if self.expected and said.text.startswith("Refused to apply style"):  # what a refusal says is no style
            return
        if said.type == "error":
            self.faults.append(f"console: {said.text}")

    def _asked(self, request: Request) -> None:
        homes = [f"{home}/" for home in (self.home, self.also) if home]
        if not request.url.startswith((*homes, "data:", "blob:")):
            self.faults.append(f"asked another machine: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status != self.expected:
            self.faults.append(f"{response.status}: {response.url}")

    def _connected(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(len(frame)))
        socket.on("framereceived", lambda frame: self.received.append(len(frame)))

    def open(self, path: str = "/") -> Visitor:
        """Go to `path` and wait until its page has been run."""
        self.page.goto(f"{self.home}{path}")
        if urlsplit(self.page.url).path == "/login":
            return self
        self.page.locator("h1, .atlas-fault").first.wait_for()
        return self.settled()

    def settled(self) -> Visitor:
        """Wait until the script has stopped running, no search goes on, and the page shows what it said."""
        self.page.wait_for_function(
            "() => document.querySelector('.stApp[data-test-script-state=\"notRunning\"]')"
            " && !document.querySelector('[data-stale=true], .st-key-search-stop')"
        )
        return self

    @property
    def query(self) -> dict[str, str]:
        """What the address holds after the question mark."""
        return {
            name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query, keep_blank_values=True).items()
        }

    def until_query(self, **wanted: str | None) -> Visitor:
        """Wait until the address holds these values (``None``: the name is not in it)."""
        self.page.wait_for_function(
            """(wanted) => Object.entries(wanted).every(
                ([name, value]) => new URLSearchParams(location.search).get(name) === value)""",
            arg=wanted,
        )
        return self.settled()

    @property
    def map(self) -> Frame:
        """The frame with the map, once it has taken its size."""
        while (frame := self.page.locator(MAP).first.element_handle().content_frame()) is None:
            continue  # the map comes anew
        frame.wait_for_function(f"() => {DRAWN}", polling=POLL_MS)
        return frame

    def until_map(self, condition: str, arg: Any = None) -> None:
        """Wait until `condition` holds; it sees the layers as ``slots`` and the value `arg`."""
        told = f"try {{ return {condition}; }} catch {{ return false; }}"
        while True:
            try:
                self.map.wait_for_function(
                    f"(arg) => {{ const {{slots}} = map_div.atlas; {told} }}", arg=arg, polling=POLL_MS
                )
            except Error as error:
                if "detached" in error.message:  # another language or city: the map comes anew
                    continue
                raise
            return

    def until_drawn(self, kind: str = "stations") -> Visitor:
        """Wait until a layer shows the data it asks for."""
        self.until_map("slots[arg].data && slots[arg].layer && !map_div.atlas.loading", kind)
        return self

    @property
    def gaps(self) -> list[str]:
        """The numbers of the gaps on the map, in the order of rank."""
        return self.map.evaluate("map_div.atlas.slots.gaps.data.ids")

    def spot(self, kind: str, at: int) -> tuple[float, float]:
        """Return where on the page the mark of a station or base, or the number of a gap, is."""
        x, y = self.map.evaluate(
            """([kind, at]) => {
                const data = map_div.atlas.slots[kind].data;
                const point = map_div.latLngToContainerPoint([data.lat[at], data.lon[at]]);
                return [point.x, point.y];
            }""",
            [kind, at],
        )
        frame = self.page.locator(MAP).first
        frame.scroll_into_view_if_needed()
        box = frame.bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + y

    def still(self) -> None:
        """Wait until the map rests: no flight, no zoom in progress."""
        self.map.evaluate(
            """() => new Promise((done) => {
                let last = null;
                const look = () => {
                    const now = map_div.getCenter() + " " + map_div.getZoom();
                    if (now === last) done(); else { last = now; setTimeout(look, 120); }
                };
                look();
            })"""
        )

    @property
    def view(self) -> list[float]:
        """Longitude, latitude and zoom of the map."""
        shown = self.map.evaluate("[map_div.getCenter().lng, map_div.getCenter().lat, map_div.getZoom()]")
        return [round(value, 5) for value in shown]

    def legend(self, part: int = 0) -> dict[str, str]:
        """Return the labels of a part of the map's legend with their counts."""
        section = self.map.locator(".atlas-legend-part").nth(part)
        labels = section.locator(".atlas-legend-label").all_inner_texts()
        return dict(zip(labels, section.locator(".atlas-legend-count").all_inner_texts(), strict=True))

    @property
    def sentence(self) -> str:
        """The sentence under the title."""
        return self.page.locator(".atlas-sentence").inner_text()

    def until_sentence(self, part: str) -> Visitor:
        """Wait until the sentence under the title holds `part`."""
        self.page.locator(".atlas-sentence").filter(has_text=part).wait_for()
        return self.settled()

    @property
    def card(self) -> Locator:
        """The card of the chosen place."""
        return self.page.locator(".atlas-card")

    def button(self, name: str) -> Locator:
        """Return the button with this name on the page."""
        return self.page.get_by_role("button", name=name, exact=True)

    def approach(self, lon: float, lat: float, zoom: int) -> None:
        """Move the map at once."""
        self.map.evaluate("([lon, lat, zoom]) => map_div.setView([lat, lon], zoom, {animate: false})", [lon, lat, zoom])

    def until_rows(self, count: int, at: int = 0) -> list[list[str]]:
        """Wait until a table has `count` rows under its header; return its cells."""
        self.page.wait_for_function(
            """([count, at]) => document.querySelectorAll("[data-testid=stDataFrame]")[at]
                ?.querySelectorAll("table[role=grid] tbody tr").length === count""",
            arg=[count, at],
        )
        return self.table(at)

    def table(self, at: int = 0) -> list[list[str]]:
        """Return the cells of a table on the page, header first, as a reader hears them."""
        grid = self.page.locator("[data-testid=stDataFrame]").nth(at)
        grid.locator("table[role=grid] [role=gridcell]").first.wait_for(state="attached")
        return grid.evaluate(
            """(grid) => Array.from(grid.querySelectorAll('table[role=grid] tr'), (row) =>
                Array.from(row.querySelectorAll('[role=columnheader], [role=gridcell]'), (cell) => cell.textContent))"""
        )

    def until_header(self, name: str, at: int = 0) -> None:
        """Wait until a column of a table has this header."""
        self.page.wait_for_function(
            """([name, at]) => Array.from(document.querySelectorAll("[data-testid=stDataFrame]")[at]
                ?.querySelectorAll("th") ?? [], (cell) => cell.textContent).some((text) => text.endsWith(name))""",
            arg=[name, at],
        )

    def until_marked(self, start: str, at: int = 0) -> None:
        """Wait until one row of a table is marked, the one that begins with `start`."""
        self.page.wait_for_function(
            """([start, at]) => {
                const grid = document.querySelectorAll("[data-testid=stDataFrame]")[at];
                const rows = grid?.querySelectorAll("tr[aria-selected=true]") ?? [];
                const marked = Array.from(rows, (row) => row.textContent);
                return marked.length === 1 && marked[0].startsWith(start);
            }""",
            arg=[start, at],
        )

    def search(self, words: str) -> None:
        """Type `words` into the search box and press Enter."""
        box = self.page.get_by_placeholder("Name, number or address")
        box.fill(words)
        box.press("Enter")

    def toggle(self, label: str) -> None:
        """Flip the switch with this label."""
        self.page.get_by_test_id("stCheckbox").get_by_text(label, exact=True).click()

    def choose(self, label: str, option: str) -> None:
        """Choose from the list with this label."""
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.scroll_into_view_if_needed()
        box.click()
        offered = self.page.get_by_role("option", name=option, exact=True)
        try:
            offered.wait_for(timeout=3_000)
        except PlaywrightTimeout:  # a list that is open closes when the page moves under it
            box.click()
        offered.click()

    def date(self, label: str, day: str) -> Visitor:
        """Choose the day (ISO) in the field with this label."""
        for part, digits in zip(("year", "month", "day"), day.split("-"), strict=True):
            self.page.get_by_role("spinbutton", name=f"{part}, {label}", exact=True).click()
            self.page.keyboard.type(digits)
        self.page.keyboard.press("Escape")  # closes the calendar
        return self.settled()

    def type(self, label: str, text: str) -> None:
        """Type what is not in the list with this label."""
        box = self.page.get_by_role("combobox", name=label)
        box.click()
        box.fill(text)
        box.press("Enter")

    def choose_row(self, row: int, at: int = 0) -> None:
        """Tick the box at the left of a row (0: the first) of a table."""
        grid = self.page.locator("[data-testid=stDataFrame]").nth(at)
        grid.scroll_into_view_if_needed()
        box = grid.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + 18, box["y"] + 35 * (row + 1) + 17)
