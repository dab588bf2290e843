"""A town of two square districts, its map layers, and the texts that must never be more than text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely

from stations.output import layers
from stations.output.proposals import proposal_payload
from tests.output import reruns

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

BOUNDS = (117.0, 32.0, 117.4, 32.2)

HOSTILE = (
    "<img src=x onerror=\"document.title='pwned'\">",
    "</script><script>document.title='pwned'</script>",
    "\"'`${document.title='pwned'}",
    "{{7919*7907}}",
    "{% raw %}",
    "{#",
    "{{ cycler.__init__.__globals__.os.popen('touch canary') }}",
    "\u202egnp.exe\u200b\u2066",
    "\u2028\u2029",
    "<!--<script>",
)


@pytest.fixture(autouse=True)
def spoken(english: None) -> None:
    """Speak English, so that a test can name the words it expects."""


@pytest.fixture
def bounds() -> tuple[float, float, float, float]:
    """Return the town's extent."""
    return BOUNDS


@pytest.fixture
def hostile() -> tuple[str, ...]:
    """Return texts that a template, a parser or a browser might take for its own."""
    return HOSTILE


@pytest.fixture
def districts() -> gpd.GeoDataFrame:
    """Return two districts side by side; the eastern one has a hole."""
    west = shapely.box(117.0, 32.0, 117.2, 32.2)
    east = shapely.box(117.2, 32.0, 117.4, 32.2) - shapely.box(117.36, 32.16, 117.38, 32.18)
    return gpd.GeoDataFrame(
        {"name": ["West", "East"], "label_lon": [117.1, 117.3], "label_lat": [32.19, 32.19]},
        index=["340402", "340403"],
        geometry=[west, east],
        crs=4326,
    )


@pytest.fixture
def stations() -> gpd.GeoDataFrame:
    """Return four stations, one of each tier, the last one known only to its street."""
    return gpd.GeoDataFrame(
        {
            "tier": ["national", "provincial", "municipal", "none"],
            "name": ["Alpha", "Beta", "Gamma", "Delta"],
            "address": ["1 First Street", None, "3 Third Street", "4 Fourth Street"],
            "coord_precision": ["address", "building", None, "street"],
        },
        index=["S1", "S2", "S3", "S4"],
        geometry=gpd.points_from_xy([117.05, 117.15, 117.25, 117.35], [32.05, 32.10, 32.05, 32.10]),
        crs=4326,
    )


@pytest.fixture
def bases() -> gpd.GeoDataFrame:
    """Return two bases, one of two kinds."""
    return gpd.GeoDataFrame(
        {"name": ["Books", "Home"], "kinds": [["book_house"], ["workers_home", "counselling"]]},
        index=["B1", "B2"],
        geometry=gpd.points_from_xy([117.10, 117.30], [32.15, 32.15]),
        crs=4326,
    )


@pytest.fixture
def gaps() -> gpd.GeoDataFrame:
    """Return two gaps, one of them where no demand is known and nothing is built."""
    return gpd.GeoDataFrame(
        {
            "gap_id": ["340402-117.040-32.160", "000000-117.210-32.140"],
            "rank": [1, 2],
            "people": [1234.0, None],
            "area_km2": [2.5, 1.0],
            "district": ["340402", None],
            "nearest_station_m": [1500.0, float("nan")],
        },
        geometry=[shapely.box(117.02, 32.14, 117.06, 32.18), shapely.box(117.20, 32.13, 117.22, 32.15)],
        crs=4326,
    )


@pytest.fixture
def payloads(
    districts: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    bases: gpd.GeoDataFrame,
    gaps: gpd.GeoDataFrame,
) -> dict[layers.Kind, Mapping[str, Any]]:
    """Return the payloads of a whole map."""
    frame = layers.frame_payload("Town", as_of=dt.date(2026, 12, 31), approval=None, demonstration=True)
    names = {"340402": "West"}
    return {
        "frame": frame,
        "districts": layers.district_payload(districts),
        "gaps": layers.gap_payload(gaps, names=names),
        "bases": layers.base_payload(bases, details=["kinds"]),
        "stations": layers.station_payload(stations, unlocated=2, details=["tier", "address"]),
        "proposals": proposal_payload(),
    }


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that fails the test on a script error, a console error or a request to another machine."""
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(f"script: {error}"))
    opened.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
    opened.on("request", lambda asked: faults.append(asked.url) if not _here(asked.url) else None)
    yield opened
    context.close()
    assert faults == []


def _here(url: str) -> bool:
    return url.startswith(("file:", "data:", "blob:", "http://atlas.test/"))


@pytest.fixture
def rerun(page: Page, payloads: Mapping[layers.Kind, Mapping[str, Any]]) -> reruns.Rerun:
    """Return the page of a map that is run again and again."""
    whole, made = reruns.html(), reruns.Rerun(page)

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix("http://atlas.test/").split("?")[0]
        if not name:
            route.fulfill(body=whole, content_type="text/html")
            return
        made.asked.append(name)
        if name in made.broken:
            route.fulfill(status=204)  # no JSON: as broken as an error, and no console message
        else:
            route.fulfill(body=layers.as_json(payloads[name]), content_type="application/json")  # type: ignore[index]

    page.route("http://atlas.test/**", answer)
    page.emulate_media(reduced_motion="reduce")
    page.goto("http://atlas.test/")
    return made
