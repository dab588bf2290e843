"""Maps for paper at 300 dpi: drawn here, by the command in a new process, and twenty asked of a server at once.

The peer is a Chromium that has had the map open before, opens it from the disk, and photographs it at the same number
of pixels once its canvas is drawn: our own map in one HTML file, with names, legend and scale bar, and (without a
target) a bare folium map of the same districts, stations and bases.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import folium
import httpx
from playwright.sync_api import Browser, ViewportSize

from benchmarks.made_up import register_of, station_list
from benchmarks.serving import ROOT, Server, serving, stations
from benchmarks.speaking import speaking
from benchmarks.table import Row, row
from benchmarks.timing import seconds, settled
from benchmarks.visiting import LIMIT_S, chromium
from stations.model.settings import Settings
from stations.model.vocabulary import Datum, Tier
from stations.output import bundle
from stations.output.symbology import BASE_MARK, TIER_MARKS
from stations.planning.importing.import_file import prepare
from stations.planning.maps.map_file import map_html
from stations.planning.maps.sheets import Wish
from stations.planning.maps.snapshots import picture
from stations.planning.register import Holdings, holdings

MANY, AT_ONCE = 10_000, 20
WARM, COLD = 9, 5
DPI, SCREEN_DPI = 300, 96
PAGE: ViewportSize = {"width": 1123, "height": 794}  # A4, landscape, at `SCREEN_DPI`
WARM_S, COLD_S, MANY_S, MEANWHILE_S, TIMES_FASTER = 1.0, 3.0, 3.0, 2.0, 3.0
PAGES = ("Coverage and gaps", "Stations and bases", "Overview")
DRAWN = """() => {
    const map = Object.entries(window).find(([name, each]) => name.startsWith("map_") && each._layers)?.[1];
    const still = (layer) => !layer._renderer || !layer._renderer._redrawRequest;
    return map && Object.values(map._layers).every(still) && (!map.atlas || map.atlas.settled);
}"""


def measure() -> list[Row]:
    """Return the rows of one map, of many stations, of the browser's picture, and of many maps at once."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        settings = Settings(database=str(scratch / "demonstration.sqlite3"), language="en")
        prepare(settings)
        many = replace(settings, database=register_of(station_list(MANY, datum=Datum.WGS84, seed=7), scratch))
        held, wish = holdings(settings), Wish(bases=True, dpi=DPI)
        what = f"A4 map of {len(held.stations)} stations and {len(held.bases):,} bases, {DPI} dpi"
        warm_s, many_s = _warm(settings, wish), _warm(many, wish)
        (scratch / "own.html").write_text(map_html(settings, None), "utf-8")
        with chromium() as browser:
            own_s, bare_s = (_photographed(browser, page) for page in (scratch / "own.html", _bare(held, scratch)))
        all_s, meanwhile_s = _at_once(settings, scratch / "log")
        cold_s = [_cold(settings, scratch / "map.png") for _ in range(COLD)]
    photographed = f"median of {WARM}; opened, drawn, photographed as PNG"
    at_once = f"{AT_ONCE} such maps of a server at once"
    return [
        row(what, warm_s, "s", target=WARM_S, note=f"median of {WARM}, warm"),
        row(f"{what}, by the command", statistics.median(cold_s), "s", target=COLD_S, note=f"median of {COLD}, cold"),
        row(f"{what}, against our map in a browser", warm_s, "s", peer=own_s, target=TIMES_FASTER, note=photographed),
        row(f"{what}, against a bare folium map in a browser", warm_s, "s", peer=bare_s, note=photographed),
        row(f"A4 map of {MANY:,} stations, {DPI} dpi", many_s, "s", target=MANY_S, note=f"median of {WARM}, warm"),
        row(f"{at_once}: all of them there", all_s, "s", note="each another one"),
        row(f"{at_once}: page opened meanwhile", meanwhile_s, "s", target=MEANWHILE_S, note="the longest"),
    ]


def _warm(settings: Settings, wish: Wish) -> float:
    picture(settings, wish)
    with settled():
        return statistics.median(seconds(partial(picture, settings, wish)) for _ in range(WARM))


def _cold(settings: Settings, file: Path) -> float:
    start = time.perf_counter()
    process = stations("snapshot", "--bases", "-o", str(file), **settings.to_environment())
    process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "snapshot")
    return time.perf_counter() - start


def _bare(held: Holdings, folder: Path) -> Path:
    """Return a page with a folium map and nothing else."""
    city = folium.Map(tiles=None, prefer_canvas=True, zoom_control=False)
    city.default_js, city.default_css = [("leaflet", "leaflet.js")], [("leaflet_css", "leaflet.css")]
    (folder / "leaflet.js").write_text(bundle.script(), "utf-8")
    (folder / "leaflet.css").write_text(bundle.style(), "utf-8")
    folium.GeoJson(held.districts[["geometry"]]).add_to(city)
    for base in held.bases.geometry:
        folium.CircleMarker([base.y, base.x], radius=2, weight=1, color=BASE_MARK.colour).add_to(city)
    for tier, place in zip(held.stations["tier"], held.stations.geometry, strict=True):
        mark = TIER_MARKS[Tier(tier)]
        folium.CircleMarker([place.y, place.x], radius=mark.size / 2, color=mark.colour, fill=True).add_to(city)
    west, south, east, north = held.districts.total_bounds
    city.fit_bounds([[south, west], [north, east]])
    city.save(folder / "bare.html")
    return folder / "bare.html"


def _photographed(browser: Browser, file: Path) -> float:
    page = browser.new_context(viewport=PAGE, device_scale_factor=DPI / SCREEN_DPI).new_page()

    def photograph() -> None:
        page.goto(file.as_uri())
        page.wait_for_function(DRAWN)
        page.screenshot()

    photograph()
    return statistics.median(seconds(photograph) for _ in range(WARM))


def _at_once(settings: Settings, log: Path) -> tuple[float, float]:
    """Return when the last of the maps is there, and the longest that a page took to open meanwhile."""
    with (
        serving(ROOT / "app.py", log=log, own=settings.to_environment()) as server,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        asyncio.run(_opened(server, waiting=[]))  # every page has been served before
        start = time.perf_counter()
        waiting = [pool.submit(_asked, server, DPI - 1 - number) for number in range(AT_ONCE)]
        longest_s = asyncio.run(_opened(server, waiting=waiting))
        return max(each.result() for each in waiting) - start, longest_s


def _asked(server: Server, dpi: int) -> float:
    """Ask for one map; return the moment when it is there."""
    asked = f"{server.url}/snapshot/tiers.png?bases=1&dpi={dpi}"
    httpx.get(asked, timeout=LIMIT_S).raise_for_status()
    return time.perf_counter()


async def _opened(server: Server, *, waiting: Sequence[Future[float]]) -> float:
    """Go round the pages, once at least and while there is something to wait for; return the longest wait."""
    longest_s = 0.0
    async with speaking(server.url, "", "/", query="lang=en") as session:
        while True:
            for page in PAGES:
                start = time.perf_counter()
                await session.follow(page)
                session.require(f"<h1>{page}")
                longest_s = max(longest_s, time.perf_counter() - start)
            if all(each.done() for each in waiting):
                return longest_s
