"""Journeys over the first page: map, list, card and search choose each other; chips say what the map shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.app.office import BASES, STATIONS

if TYPE_CHECKING:
    from tests.app.conftest import Visit

pytestmark = pytest.mark.browser

LONGEST_RERUN = 50_000  # bytes over the websocket


def test_the_page_answers_its_question_before_anything_is_touched(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    assert visitor.sentence == (
        "7 stations; 37.5% of 5,600 residents within 1,000 m; 2 gaps, the largest 2,700 people in Datong District."
    )
    figures = visitor.page.get_by_test_id("stMetricValue").all_inner_texts()
    assert figures == ["7", "4", "2", "37.5%", "2"]
    assert "Demonstration data" in visitor.page.locator(".atlas-banner").first.inner_text()
    assert visitor.map.locator(".atlas-badge").inner_text() == "Demonstration data"
    assert visitor.legend() == {"National": "1", "Provincial": "2", "Municipal": "1", "No honour": "2"}
    assert "1 more has no location" in visitor.map.locator(".atlas-legend-part").first.inner_text()
    box, page = visitor.page.locator("iframe").bounding_box(), visitor.page.viewport_size
    assert box is not None
    assert page is not None
    assert 0.58 <= box["width"] / page["width"] <= 0.7


def test_a_click_on_a_mark_shows_its_card_marks_its_row_and_is_in_the_address(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    visitor.page.mouse.click(*visitor.spot("stations", 3))
    visitor.until_query(selected="station:S-04")
    assert visitor.card.locator("h2").inner_text() == "Delta Market"
    assert "4 Fourth Street" in visitor.card.inner_text()
    visitor.until_marked("S-04")
    visitor.until_map("slots.stations.options.selected === 'S-04'")


def test_a_row_of_the_list_rings_its_mark_and_flies_there(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    for row in (2, 4, 0):
        identifier, name, *_middle, lon, lat, _status = STATIONS[row]
        visitor.choose_row(row)
        visitor.until_query(selected=f"station:{identifier}")
        visitor.until_map("slots.stations.options.selected === arg && map_div.getZoom() === 14", identifier)
        assert visitor.card.locator("h2").inner_text() == name
        assert visitor.view[:2] == pytest.approx([lon, lat], abs=1e-4)
        visitor.until_marked(identifier)


def test_a_station_without_a_place_has_a_card_and_no_flight(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    before = visitor.view
    visitor.choose_row(6)
    visitor.until_query(selected="station:S-07")
    assert visitor.card.locator("h2").inner_text() == "Eta Garden"
    assert visitor.view == before


def test_a_place_is_found_by_name_number_or_address_and_flown_to(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    names = {row[0]: row[1] for row in (*STATIONS, *BASES)}
    finds = {"alpha bank": "S-01", "ｓ－０３": "S-03", "Fifth Street": "S-05", "book corner": "B-01"}
    for words, identifier in finds.items():
        visitor.map.evaluate("map_div.setZoom(10, {animate: false})")
        visitor.search(words)
        kind = "base" if identifier.startswith("B") else "station"
        visitor.until_query(selected=f"{kind}:{identifier}")
        visitor.card.filter(has_text=names[identifier]).wait_for()
        visitor.until_map("map_div.getZoom() === 14")


def test_of_several_finds_one_is_chosen_again_after_another_was_chosen_elsewhere(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    visitor.search("street")

    def choose() -> None:
        finds = visitor.page.get_by_placeholder("Choose from")
        finds.scroll_into_view_if_needed()  # what drops down goes away where the page moves under it
        visitor.still()
        finds.press("ArrowDown")
        visitor.page.get_by_role("option", name=re.compile("S-05")).click()
        visitor.until_query(selected="station:S-05")
        visitor.settled()

    choose()
    visitor.choose_row(2)  # the chosen one stands first
    visitor.until_query(selected="station:S-02")
    visitor.settled().page.get_by_placeholder("Choose from 9 results").wait_for()
    choose()


def test_a_row_that_is_let_go_of_is_chosen_nowhere(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    visitor.choose_row(6)
    visitor.until_query(selected="station:S-07")
    visitor.settled()
    visitor.choose_row(6)
    visitor.until_query(selected=None)
    visitor.page.get_by_text("Choose a place: what is known about it").wait_for()


def test_words_say_that_nothing_was_found(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    visitor.search("no such place anywhere")
    visitor.page.get_by_text("Nothing has these words").wait_for()


def test_chips_legend_count_and_list_tell_the_same(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    page = visitor.page
    page.get_by_role("button", name="No honour 3").click()
    visitor.until_query(tiers="national,provincial,municipal")
    page.get_by_text("4 of 7 stations").wait_for()
    visitor.until_map("slots.stations.options.tiers.length === 3")
    assert visitor.legend() == {"National": "1", "Provincial": "2", "Municipal": "1"}
    assert [row[0] for row in visitor.until_rows(4)[1:]] == ["S-01", "S-02", "S-03", "S-04"]
    page.get_by_role("button", name="Provincial 2").click()
    page.get_by_text("2 of 7 stations").wait_for()
    for chip in ("National 1", "Municipal 1"):
        page.get_by_role("button", name=chip).click()
    page.get_by_text("0 of 7 stations").wait_for()
    page.get_by_text("Choose more tiers").wait_for()
    visitor.until_map("!slots.stations.seen.count")
    visitor.button("Reset").click()
    visitor.until_query(tiers=None)
    page.get_by_text("7 of 7 stations").wait_for()
    visitor.until_map("slots.stations.seen.count === 6")


def test_bases_and_groups_come_and_go_without_a_new_frame_or_another_view(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    visitor.map.evaluate("window.same = true; map_div.setView([32.6, 117.0], 11, {animate: false})")
    before = visitor.view
    visitor.toggle("Activity bases")
    visitor.until_query(bases="1").until_drawn("bases")
    assert visitor.legend(1) == {"Activity base": "2"}
    visitor.toggle("Group close marks")
    visitor.until_query(cluster="1")
    visitor.until_map("slots.stations.groups.some((place) => place.group.count === 2)")
    visitor.button("Reset").click()
    visitor.until_query(bases=None, cluster=None)
    visitor.until_map("!slots.bases && !slots.stations.groups")
    assert visitor.view == before
    assert visitor.map.evaluate("window.same") is True


def test_panning_and_zooming_run_nothing_and_a_toggle_little(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    sent = len(visitor.sent)
    x, y = visitor.spot("stations", 0)
    mouse = visitor.page.mouse
    mouse.move(x + 90, y + 60)
    mouse.down()
    mouse.move(x + 160, y + 110, steps=5)
    mouse.up()
    mouse.wheel(0, -300)
    visitor.map.get_by_label("Zoom in").click()
    visitor.map.get_by_label("Show the whole city").click()
    visitor.still()
    assert len(visitor.sent) == sent
    received = sum(visitor.received)
    visitor.toggle("Activity bases")
    visitor.until_query(bases="1").until_drawn("bases")
    assert sum(visitor.received) - received <= LONGEST_RERUN
