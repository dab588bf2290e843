"""What happens in the browser when the page runs again: st_folium removes its layers and evaluates the new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stations.output import maps

if TYPE_CHECKING:
    from tests.output.reruns import Rerun

pytestmark = pytest.mark.browser

STATIONS = "map_div.atlas.slots.stations"


def test_another_look_fetches_nothing_again_and_keeps_the_view(rerun: Rerun) -> None:
    rerun.show(maps.frame_layer("/frame"), maps.station_layer("/stations"))
    rerun.until(f"{STATIONS} && {STATIONS}.seen")
    rerun.page.evaluate("map_div.setView([32.08, 117.2], 12, {animate: false})")
    rerun.show(maps.frame_layer("/frame"), maps.station_layer("/stations", selected="S2"))
    rerun.until(f"{STATIONS}.options.selected === 'S2'")
    assert sorted(rerun.asked) == ["frame", "stations"]
    assert rerun.page.evaluate("map_div.getZoom()") == 12


def test_the_picture_stays_until_the_new_data_is_there(rerun: Rerun) -> None:
    rerun.show(maps.station_layer("/stations?r=1"))
    rerun.until(f"{STATIONS} && {STATIONS}.seen")
    rerun.show(maps.station_layer("/stations?r=2"))
    assert rerun.page.evaluate(f"{STATIONS}.data.ids.length") == 4
    rerun.until(f"{STATIONS}.layer.url === '/stations?r=2'")


def test_a_layer_that_is_not_asked_for_any_more_disappears(rerun: Rerun) -> None:
    rerun.show(maps.station_layer("/stations"), maps.base_layer("/bases"))
    rerun.until("map_div.atlas.slots.bases && map_div.atlas.slots.bases.seen")
    rerun.show(maps.station_layer("/stations"))
    rerun.until("!map_div.atlas.slots.bases && map_div.atlas.slots.stations")


def test_a_click_is_told_once_whatever_was_rerun_before(rerun: Rerun) -> None:
    for selected in (None, "S1", "S2"):
        rerun.show(maps.frame_layer("/frame"), maps.station_layer("/stations", selected=selected))
        rerun.until(f"{STATIONS} && {STATIONS}.seen")
    rerun.page.mouse.click(*rerun.spot(117.25, 32.05))
    (clicked,) = rerun.page.evaluate("clicks")
    assert clicked["type"] == "Feature"
    assert clicked["id"] == clicked["properties"]["id"] == "S3"
    assert clicked["properties"]["kind"] == "station"
    assert clicked["geometry"] == {"type": "Point", "coordinates": [117.25, 32.05]}


def test_a_click_beside_every_mark_tells_nothing(rerun: Rerun) -> None:
    rerun.show(maps.station_layer("/stations"))
    rerun.until(f"{STATIONS} && {STATIONS}.seen")
    x, y = rerun.spot(117.05, 32.05)
    rerun.page.mouse.click(x, y + 60)
    assert rerun.page.evaluate("clicks") == []


def test_a_click_into_a_gap_tells_its_number_and_one_beside_it_nothing(rerun: Rerun) -> None:
    rerun.show(maps.gap_layer("/gaps"))
    gaps = "map_div.atlas.slots.gaps"
    rerun.until(f"{gaps} && {gaps}.sight")
    rerun.page.mouse.click(*rerun.spot(117.022, 32.142))
    rerun.page.mouse.click(*rerun.spot(117.1, 32.05))
    (clicked,) = rerun.page.evaluate("clicks")
    assert clicked["properties"]["kind"] == "gap"
    assert clicked["id"] == "340402-117.040-32.160"


def test_a_flight_is_flown_once_for_each_number(rerun: Rerun) -> None:
    zoom = "map_div.getZoom()"
    box = (117.05, 32.05, 117.05, 32.05)
    rerun.show(maps.frame_layer("/frame", focus=maps.Focus(box, seq=1)))
    rerun.until(f"{zoom} === 14")
    rerun.page.evaluate("map_div.setZoom(12, {animate: false})")
    rerun.show(maps.frame_layer("/frame", focus=maps.Focus(box, seq=1)), maps.station_layer("/stations"))
    rerun.until(f"{STATIONS} && {STATIONS}.seen")
    assert rerun.page.evaluate(zoom) == 12
    rerun.show(maps.frame_layer("/frame", focus=maps.Focus(box, seq=2)))
    rerun.until(f"{zoom} === 14")


def test_data_that_does_not_come_is_said_and_can_be_asked_for_again(rerun: Rerun) -> None:
    rerun.broken.add("stations")
    rerun.show(maps.frame_layer("/frame"), maps.station_layer("/stations"))
    notice = rerun.page.locator(".atlas-notice")
    notice.get_by_role("button").wait_for()
    rerun.broken.clear()
    notice.get_by_role("button").click()
    rerun.until(f"{STATIONS} && {STATIONS}.seen")
    assert notice.is_hidden()


def test_data_that_says_nothing_draws_nothing(rerun: Rerun, payloads: dict[str, Any]) -> None:
    payloads["people"] = {}
    rerun.show(maps.frame_layer("/frame"), maps.people_layer("/people"), maps.station_layer("/stations"))
    rerun.until(f"{STATIONS} && {STATIONS}.seen && map_div.atlas.slots.people.data === null")
    assert rerun.page.locator(".atlas-legend-part").count() == 1
