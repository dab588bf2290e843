"""What somebody does on the pages, by the protocol alone or in a browser, and how he knows that it has worked.

Ten things: a station by a click on the map; a tier away, and back; the coverage page; a usual radius, and one of his
own; the register; a record; its form; coordinates typed into it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Error, Page

from benchmarks.map_marks import SPOT
from benchmarks.speaking import Session

INTERACTIONS = 10
_READY = """
    const app = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
    const still = app && !document.querySelector("[data-stale=true]");
    const windows = Array.from(document.querySelectorAll("iframe"), (frame) => frame.contentWindow);
    const atlas = windows.map((each) => each.map && each.map.atlas).find(Boolean);
    const slots = atlas && !atlas.loading ? atlas.slots : null;
    const pin = slots && slots.frame && slots.frame.options.pin;
    const words = (part) => document.querySelector(part)?.textContent ?? "";
    const card = document.querySelector(".atlas-card")?.dataset.key ?? "";
    const lon = document.querySelector("input[aria-label=Longitude]")?.value ?? "";
    const asked = (wish) => slots && slots.gaps && slots.gaps.data && slots.gaps.layer.url.includes(wish);
"""


@dataclass(frozen=True)
class Person:
    """One of the office: what he asks for is not what the next one does."""

    number: int
    token: str
    station: str
    spot: tuple[float, float]
    row: int
    record: str

    @property
    def radius(self) -> str:
        """A service radius that is nobody else's."""
        return str(610 + 15 * self.number)

    @property
    def lon(self) -> str:
        """The longitude of what he types."""
        return str(round(117.011 + 0.001 * self.number, 3))

    @property
    def place(self) -> str:
        """What he types: a link of latitude and longitude, which names its datum."""
        return f"geo:32.655,{self.lon}"


def spoken(session: Session, person: Person) -> list[tuple[Callable[[], Awaitable[None]], str]]:
    """Return what is done, and the words on the page that answer it."""
    choose, follow, card = session.choose, session.follow, "data-key='station:{}'"
    row = json.dumps({"selection": {"rows": [person.row], "columns": [], "cells": []}}, separators=(",", ":"))
    tiers = session.options("tiers")
    fewer = [tier for tier in tiers if not tier.startswith("Municipal")]
    lon, lat = person.spot
    return [
        (partial(session.click_map, "station", person.station, lon=lon, lat=lat), card.format(person.station)),
        (partial(choose, "tiers", string_array_value={"data": fewer}), ">63 of 98"),
        (partial(choose, "tiers", string_array_value={"data": tiers}), ">98 of 98"),
        (partial(follow, "Coverage and gaps"), "<h1>Coverage and gaps"),
        (partial(choose, "radius-box", string_value="500"), "within 500 m"),
        (partial(choose, "radius-box", string_value=person.radius), f"within {person.radius} m"),
        (partial(follow, "Stations and bases"), "<h1>Stations and bases"),
        (partial(choose, "station-list", string_value=row), card.format(person.record)),
        (partial(session.press, "Edit this record"), "Longitude: "),
        (partial(choose, "entry-paste", string_value=person.place), f"Longitude: {person.lon}"),
    ]


def seen(page: Page, person: Person) -> list[tuple[Callable[[], object], str]]:
    """Return what is done, and when it is drawn: the same as `spoken`."""
    chip = page.get_by_test_id("stButtonGroup").get_by_text("Municipal")
    own, count, sentence = person.radius, "words('.atlas-count')", "words('.atlas-sentence')"
    return [
        (
            lambda: page.mouse.click(*page.evaluate(SPOT, list(person.spot))),
            "card && slots && slots.stations.options.selected === card.replace('station:', '')",
        ),
        (chip.click, f"{count}.startsWith('63 of 98') && slots && slots.stations.seen.count === 63"),
        (chip.click, f"{count}.startsWith('98 of 98') && slots && slots.stations.seen.count === 98"),
        (_link(page, "Coverage and gaps"), "words('h1') === 'Coverage and gaps' && slots && slots.gaps"),
        (partial(_radius, page, "500"), f"{sentence}.includes('500 m') && asked('radius=500')"),
        (partial(_radius, page, own), f"{sentence}.includes('{own} m') && asked('radius={own}')"),
        (_link(page, "Stations and bases"), "words('h1') === 'Stations and bases'"),
        (partial(_row, page, person.row), f"card === 'station:{person.record}'"),
        (page.get_by_role("button", name="Edit this record").click, "lon && slots && slots.stations.data"),
        (partial(_paste, page, person.place), f"lon === '{person.lon}' && pin && pin.lon == lon"),
    ]


def drawn(condition: str) -> str:
    """Return a JavaScript function that says whether the page is still, and what is on it is as it should be."""
    return f"() => {{ {_READY} return Boolean(still && {condition}); }}"


def _link(page: Page, name: str) -> Callable[[], None]:
    return page.get_by_role("link", name=name, exact=True).click


def _radius(page: Page, metres: str) -> None:
    box = page.get_by_role("combobox", name="Service radius")
    box.click()
    box.fill(metres)
    box.press("Enter")


def _row(page: Page, row: int) -> None:
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    if box is None:
        raise Error("there is no list")
    page.mouse.click(box["x"] + 18, box["y"] + 35 * (row + 1) + 17)


def _paste(page: Page, place: str) -> None:
    box = page.get_by_role("textbox", name="Paste a map link or coordinates")
    box.fill(place)
    box.press("Enter")
