"""Proposed sites on the map of a page: their numbers, their legend, what a click on them tells."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stations.output import maps
from stations.output.proposals import Pins, pin_settings, proposal_payload

if TYPE_CHECKING:
    from tests.output.reruns import Rerun

PLACES = ((117.08, 32.10), (117.28, 32.12))
PINS = Pins(PLACES, (1, 2), (3120, 850), (False, True), refused=((117.2, 32.05),))
SQUARE = ((117.12, 32.06), (117.18, 32.06), (117.18, 32.14), (117.12, 32.14))


def test_what_enters_the_map_is_numbers_and_switches() -> None:
    settings = pin_settings(Pins(PLACES, (1, 2), (3120, None), (False, True), areas=((SQUARE,),), selected=2))
    assert settings["number"] == [1, 2]
    assert settings["areas"] == [[[value for corner in SQUARE for value in corner]]]

    def plain(value: object) -> bool:
        if isinstance(value, list | tuple | dict):
            return all(map(plain, value.values() if isinstance(value, dict) else value))
        return value is None or isinstance(value, bool | int | float)

    assert plain(settings)


def test_the_words_come_by_url_and_are_json() -> None:
    assert "{number}" in json.loads(json.dumps(proposal_payload()))["words"]["title"]


def shown(rerun: Rerun, pins: Pins) -> None:
    rerun.show(maps.frame_layer("/frame"), maps.district_layer("/districts"), maps.proposal_layer("/proposals", pins))
    rerun.until(f"map_div.atlas.slots.proposals?.options?.selected === {json.dumps(pins.selected)}")
    rerun.until("map_div.atlas.slots.proposals.pins && map_div.atlas.slots.frame?.data && !map_div.atlas.loading")


@pytest.mark.browser
def test_a_click_on_the_head_or_the_tip_of_a_pin_tells_its_number(rerun: Rerun) -> None:
    shown(rerun, PINS)
    for at, place in enumerate(PLACES, start=1):
        x, y = rerun.spot(*place)
        for up in (18, 0):
            rerun.page.mouse.click(x, y - up)
            told = rerun.page.evaluate("window.clicks.pop()")
            assert (told["id"], told["properties"]["kind"]) == (at, "proposal")


@pytest.mark.browser
def test_the_legend_counts_what_is_shown_and_names_nothing_else(rerun: Rerun) -> None:
    shown(rerun, PINS)
    part = rerun.page.locator(".atlas-legend-part").first
    rows = dict(
        zip(
            part.locator(".atlas-legend-label").all_inner_texts(),
            part.locator(".atlas-legend-count").all_inner_texts(),
            strict=True,
        )
    )
    assert rows == {"Proposed stations": "2", "of which pinned": "1", "Rejected places": "1"}


@pytest.mark.browser
def test_a_pin_says_on_hover_whom_it_newly_reaches(rerun: Rerun) -> None:
    shown(rerun, PINS)
    x, y = rerun.spot(*PLACES[0])
    rerun.page.mouse.move(x, y - 18)
    hint = rerun.page.locator(".atlas-hint")
    hint.wait_for()
    assert hint.inner_text().split("\n") == ["Proposed station 1", "newly reaches 3,120 people"]


@pytest.mark.browser
@pytest.mark.parametrize("end", ["the first corner", "a double click", "Enter"])
def test_an_outline_is_drawn_corner_by_corner_and_told_once(rerun: Rerun, end: str) -> None:
    shown(rerun, Pins(drawing=True))
    spots = [rerun.spot(*corner) for corner in SQUARE]
    for x, y in spots[:-1]:
        rerun.page.mouse.click(x, y)
    if end == "a double click":
        rerun.page.mouse.dblclick(*spots[-1])
    else:
        rerun.page.mouse.click(*spots[-1])
        if end == "Enter":
            rerun.page.keyboard.press("Enter")
        else:
            rerun.page.mouse.click(*spots[0])
    (told,) = rerun.page.evaluate("window.clicks")
    assert told["properties"]["kind"] == "area"
    (ring,) = told["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    assert [tuple(corner) for corner in ring[:-1]] == [pytest.approx(corner, abs=1e-3) for corner in SQUARE]


@pytest.mark.browser
def test_an_outline_begins_anew_with_escape_and_ends_with_the_wish_for_one(rerun: Rerun) -> None:
    shown(rerun, Pins(drawing=True))
    for corner in SQUARE[:2]:
        rerun.page.mouse.click(*rerun.spot(*corner))
    rerun.page.keyboard.press("Escape")
    rerun.page.keyboard.press("Enter")
    shown(rerun, Pins(PLACES, (1, 2), (None, None), (False, False), selected=1))
    assert rerun.page.evaluate("map_div.atlas.outline.active") is False
    assert rerun.page.evaluate("window.clicks") == []


@pytest.mark.browser
def test_a_place_that_is_wanted_is_told_by_a_click_on_whatever_is_there(rerun: Rerun) -> None:
    shown(rerun, Pins(PLACES, (1, 2), (3120, 850), (False, True), placing=True))
    assert "where a station is wanted" in rerun.page.locator(".atlas-notice").inner_text()
    rerun.page.mouse.click(*rerun.spot(*PLACES[0]))
    told = rerun.page.evaluate("window.clicks.pop()")
    assert (told["properties"]["kind"], told["geometry"]["type"]) == ("place", "Point")
    assert told["geometry"]["coordinates"] == pytest.approx(PLACES[0], abs=1e-3)
    shown(rerun, replace(PINS, selected=1))
    assert rerun.page.locator(".atlas-notice").is_hidden()


@pytest.mark.browser
def test_stations_that_are_given_up_are_marked_and_counted(rerun: Rerun) -> None:
    shown(rerun, replace(PINS, closed=((117.2, 32.1),)))
    assert "Stations given up" in rerun.page.locator(".atlas-legend-part").first.inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 860])
def test_what_is_to_be_done_is_said_beside_the_buttons_and_covers_no_legend(rerun: Rerun, width: int) -> None:
    rerun.page.set_viewport_size({"width": width, "height": 844})
    shown(rerun, replace(PINS, drawing=True))
    rerun.page.evaluate("document.querySelector('.atlas-legend').style.height = '560px'")  # as full as can be
    notice, legend, buttons = (
        rerun.page.locator(name).bounding_box() for name in (".atlas-notice", ".atlas-legend", ".atlas-buttons")
    )
    assert notice is not None
    assert legend is not None
    assert buttons is not None
    assert buttons["x"] + buttons["width"] <= notice["x"]
    assert width < 560 or notice["x"] + notice["width"] <= legend["x"]
    assert notice["x"] + notice["width"] <= width
