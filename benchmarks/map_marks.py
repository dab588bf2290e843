"""A map of 10,000 stations: our overview page against ``folium.GeoJson`` and ``folium.CircleMarker`` in `peers`.

One after the other in the same Chromium, each on a server of its own. A warm visit is one by a browser that has been
there before, to a server that has served the page before. An interaction is a click on the map that chooses a station,
or one on a chip that takes a tier away or brings it back (each time another choice of tiers); the table shows the
dearer of the two. Its time ends when the map has drawn the new layers, its traffic is the payload of the websocket's
frames towards the browser, its CPU time that of the server's process until the page has been quiet for a while.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import compress
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, BrowserContext

from benchmarks.made_up import TIERS, register_of, station_list
from benchmarks.serving import ROOT, Server, serving
from benchmarks.table import Row, row
from benchmarks.visiting import LIMIT_S, OURS, PEERS, SIZE, NotFinished, Visit, chromium
from stations.model.vocabulary import Datum

STATIONS = 10_000
QUIET_MS = 700
TARGETS = {"interactive": 2.0, "traffic": 50.0, "cpu": 0.2}
WHAT = {
    "interactive": ("warm visit → interactive", "s"),
    "answered": ("interaction → drawn", "s"),
    "traffic": ("websocket per interaction", "kB"),
    "cpu": ("server CPU per interaction", "s"),
    "memory": ("server memory, peak", "MiB"),
}
CHIPS = (3, 2, 3, 1, 3, 2, 3)  # a Gray code: pressed one after the other, they never bring back the same tiers
PEER_PAGES = Path(__file__).parent / "peers"
CHOSEN_OURS = "document.querySelector('.atlas-card')?.dataset.key"
CHOSEN_PEERS = "document.querySelector('.st-key-card [data-testid=stText]')?.textContent"
SPOT = """([lon, lat]) => {
    const frame = Array.from(document.querySelectorAll("iframe")).find((each) => each.contentWindow.map);
    const point = frame.contentWindow.map.latLngToContainerPoint([lat, lon]);
    const corner = frame.getBoundingClientRect();
    return [point.x + corner.x, point.y + corner.y];
}"""


@dataclass(frozen=True)
class Contestant:
    """One way to show the map: its script, its settings, how its page says that it is ready and what is chosen."""

    name: str
    script: Path
    own: Mapping[str, str]
    ready: str
    chosen: str
    visits: int
    presses: int

    @property
    def note(self) -> str:
        """How often it was measured."""
        return f"medians of {self.visits} visits, {self.presses} clicks of each kind"


Result = Mapping[str, float]
"""One figure for each key of `WHAT`."""


def measure() -> list[Row]:
    """Return the rows of our page alone, then those against each peer; a peer that takes too long is said so."""
    table = station_list(STATIONS, datum=Datum.WGS84, seed=7)
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        ours, *peers = _contestants(Path(scratch), table)
        result = _result(ours, browser, table)
        rows = [_row(key, result, target=TARGETS.get(key), note=ours.note) for key in WHAT]
        for peer in peers:
            try:
                theirs = _result(peer, browser, table)
            except NotFinished:
                what = f"{STATIONS:,} stations, against `{peer.name}`"
                rows.append(row(what, result["interactive"], "s", note=f"the peer did not finish in {LIMIT_S:g} s"))
            else:
                rows += [_row(key, result, peer=(peer.name, theirs), note=peer.note) for key in WHAT]
    return rows


def _row(
    key: str, ours: Result, *, target: float | None = None, peer: tuple[str, Result] | None = None, note: str
) -> Row:
    what, unit = WHAT[key]
    name, theirs = peer or ("", None)
    against = f", against `{name}`" if name else ""
    figure = theirs[key] if theirs else None
    return row(f"{STATIONS:,} stations, {what}{against}", ours[key], unit, peer=figure, target=target, note=note)


def _contestants(scratch: Path, table: pd.DataFrame) -> list[Contestant]:
    database = register_of(table, scratch)
    ours = Contestant("ours", ROOT / "app.py", {"STATIONS_DATABASE": database}, OURS, CHOSEN_OURS, visits=7, presses=7)
    peers = [
        Contestant(
            name,
            PEER_PAGES / "serve.py",
            {"STATIONS_DATABASE": database, "PEER": str(PEER_PAGES / page), "PEER_STATIONS": str(scratch / "list.csv")},
            PEERS,
            CHOSEN_PEERS,
            visits=3,
            presses=3,
        )
        for name, page in (("folium.GeoJson", "geojson.py"), ("folium.CircleMarker", "circle_marker.py"))
    ]
    return [ours, *peers]


def _result(contestant: Contestant, browser: Browser, table: pd.DataFrame) -> Result:
    with (
        tempfile.TemporaryDirectory() as scratch,
        _browsing(browser) as context,
        serving(contestant.script, log=Path(scratch) / "log", own=contestant.own) as server,
    ):
        _visit(context, contestant, server)
        visits = [_visit(context, contestant, server) for _ in range(contestant.visits)]
        visit = Visit(context.new_page(), contestant.ready)
        visit.count_traffic()
        visit.seconds_until(STATIONS, lambda: visit.page.goto(server.url, wait_until="commit"))
        answered, traffic, cpu = _dearer(
            _choosing(visit, server, contestant=contestant, table=table),
            _filtering(visit, server, contestant=contestant, table=table),
        )
        return {
            "interactive": statistics.median(visits),
            "answered": answered,
            "traffic": traffic,
            "cpu": cpu,
            "memory": server.peak_mib(),
        }


@contextmanager
def _browsing(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SIZE)
    yield context
    context.close()


def _visit(context: BrowserContext, contestant: Contestant, server: Server) -> float:
    page = context.new_page()
    visit = Visit(page, contestant.ready)
    seconds = visit.seconds_until(STATIONS, lambda: page.goto(server.url, wait_until="commit"))
    page.close()
    return seconds


Answer = tuple[float, float, float]
"""Seconds until drawn, kilobytes, CPU-seconds."""


def _dearer(*kinds: Sequence[Answer]) -> Answer:
    """Return the medians of the kinds of interaction, of each figure the larger one."""
    medians = [[statistics.median(figures) for figures in zip(*answers, strict=True)] for answers in kinds]
    seconds, kilobytes, cpu_s = map(max, zip(*medians, strict=True))
    return seconds, kilobytes, cpu_s


def _choosing(visit: Visit, server: Server, *, contestant: Contestant, table: pd.DataFrame) -> list[Answer]:
    """Click on stations (or those drawn over them), and see that each time another one is chosen."""
    answers = []
    for position in range(0, STATIONS, STATIONS // contestant.presses)[: contestant.presses]:
        place = [float(table[axis].iloc[position]) for axis in ("经度", "纬度")]
        click = partial(visit.page.mouse.click, *visit.page.evaluate(SPOT, place))
        before = visit.page.evaluate(contestant.chosen)
        answers.append(_interaction(visit, server, marks=STATIONS, act=click))
        visit.until(f"(before) => ({contestant.chosen}) !== before", argument=before)
    return answers


def _filtering(visit: Visit, server: Server, *, contestant: Contestant, table: pd.DataFrame) -> list[Answer]:
    """Press chips, and see that the map has as many marks as the tiers that are left."""
    counts = [int((table["等级"] == tier).sum()) for tier in TIERS]
    shown = [True] * len(TIERS)
    answers = []
    for chip in CHIPS[: contestant.presses]:
        shown[chip] = not shown[chip]
        press = visit.page.locator(".st-key-tiers button").nth(chip).click
        answers.append(_interaction(visit, server, marks=sum(compress(counts, shown)), act=press))
    return answers


def _interaction(visit: Visit, server: Server, *, marks: int, act: Callable[[], None]) -> Answer:
    visit.page.wait_for_timeout(QUIET_MS)
    visit.expect_new_layers()
    received, cpu_s = visit.received, server.cpu_s()
    seconds = visit.seconds_until(marks, act)
    visit.page.wait_for_timeout(QUIET_MS)
    return seconds, (visit.received - received) / 1000, server.cpu_s() - cpu_s
