"""Journeys over 选址: places are proposed with their proof, decided about, kept, and seen alike with the link."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import pytest
import shapely

from tests.app.conftest import read
from tests.app.office import GAPS, PEOPLE, WITHIN_1000_M

if TYPE_CHECKING:
    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

NAME = "Name of the scenario"
PHONE = {"width": 390, "height": 844}
TWO = "from=demand&sites=2"
SENTENCE = f"newly reach {sum(GAPS):,} residents"


def proposed(visit: Visit, words: str = TWO, *, lang: str = "en", **like: Any) -> Visitor:
    visitor = visit(f"/siting?lang={lang}&{words}", **like)
    return until_pins(visitor)


def until_pins(visitor: Visitor, count: int | None = None) -> Visitor:
    wanted = "> 0" if count is None else f"=== {count}"
    visitor.until_map(f"slots.proposals.options.lon.length {wanted} && slots.proposals.pins && !map_div.atlas.loading")
    return visitor.settled()


def legend(visitor: Visitor) -> dict[str, str]:
    return visitor.legend()


def enter(visitor: Visitor, label: str, number: str) -> None:
    """Type a number into the field with this label."""
    field = visitor.page.get_by_role("spinbutton", name=label, exact=True)
    field.fill(number)
    field.press("Enter")


def choose_site(visitor: Visitor, row: int) -> str:
    """Tick a row of the list of sites; return the candidate that the address names then."""
    before = visitor.query.get("site")
    visitor.choose_row(row)
    visitor.page.wait_for_function(
        "(before) => ![null, before].includes(new URLSearchParams(location.search).get('site'))", arg=before
    )
    visitor.page.locator("[data-key^='site:']").wait_for()
    visitor.settled()
    return visitor.query["site"]


def test_a_proposal_says_whom_it_reaches_and_how_good_it_is_in_one_sentence(visit: Visit) -> None:
    visitor = proposed(visit)
    assert SENTENCE in visitor.sentence
    assert f"of {PEOPLE:,} within 1,000 m" in visitor.sentence
    assert "proven" in visitor.sentence  # the same words, the same size
    first, second = visitor.map.evaluate("map_div.atlas.slots.proposals.options.people")
    assert (first, second) == GAPS
    assert legend(visitor) == {"Proposed stations": "2"}
    rows = visitor.table(0)
    assert [row[1] for row in rows[1:]] == [str(people) for people in GAPS]
    visitor.page.get_by_text("How many are enough").wait_for()
    visitor.page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for()


def test_the_link_shows_somebody_else_the_same(visit: Visit) -> None:
    visitor = proposed(visit)
    site = choose_site(visitor, 1)
    other = proposed(visit, visitor.page.url.partition("?")[2].removeprefix("lang=en&"))
    assert other.sentence == visitor.sentence
    places = "[map_div.atlas.slots.proposals.options.lon, map_div.atlas.slots.proposals.options.lat]"
    assert other.map.evaluate(places) == visitor.map.evaluate(places)
    assert other.query["site"] == site
    assert other.card.inner_text() == visitor.card.inner_text()


def test_the_tables_say_why_and_their_files_hold_the_same(visit: Visit) -> None:
    visitor = proposed(visit)
    with visitor.page.expect_download() as offered:
        visitor.button("Download the proposal").click()
    rows = list(csv.DictReader(io.StringIO(read(offered.value.path()))))
    assert [int(row["Newly covered people"]) for row in rows] == list(GAPS)
    assert all(
        f"newly covers {people:,} people, nearest station" in row["Why here"]
        for row, people in zip(rows, GAPS, strict=True)
    )
    assert {"Demonstration data." in row["Basis"] and SENTENCE in row["Basis"] for row in rows} == {True}


def test_another_number_of_stations_is_answered_at_once_and_kept_in_the_address(visit: Visit) -> None:
    visitor = proposed(visit)
    enter(visitor, "New stations", "1")
    visitor.until_query(sites="1").until_sentence(f"newly reaches {GAPS[0]:,} residents")
    until_pins(visitor, 1)


def test_fewest_stations_for_a_share(visit: Visit) -> None:
    visitor = proposed(visit)
    visitor.choose("What is wanted", "Fewest stations")
    visitor.until_query(model="fewest-sites")
    enter(visitor, "Share to reach (%)", "80")
    visitor.until_query(share="80").until_sentence(f"1 new station newly reaches {GAPS[0]:,} residents")


def test_a_click_on_a_pin_shows_its_card_and_how_far_it_reaches(visit: Visit) -> None:
    visitor = proposed(visit)
    x, y = visitor.map.evaluate(
        """() => {
            const own = map_div.atlas.slots.proposals.options;
            const point = map_div.latLngToContainerPoint([own.lat[1], own.lon[1]]);
            return [point.x, point.y - 18];
        }"""
    )
    box = visitor.page.locator("iframe").first.bounding_box()
    assert box is not None
    visitor.page.mouse.click(box["x"] + x, box["y"] + y)
    visitor.card.filter(has_text=f"{GAPS[1]:,}").wait_for()
    visitor.until_map("slots.proposals.options.selected === 2 && slots.frame.options.pin.reach_m === 1000")


def test_a_rejected_place_is_not_proposed_again_until_it_is_allowed(visit: Visit) -> None:
    visitor = proposed(visit)
    site = choose_site(visitor, 0)
    visitor.button("Reject").click()
    visitor.until_query(site=None).until_sentence("newly reach")
    assert "," in visitor.query["rejected"]
    assert SENTENCE in visitor.sentence or "residents" in visitor.sentence
    until_pins(visitor, 2)
    assert legend(visitor)["Rejected places"] == "1"
    assert choose_site(visitor, 0) != site
    visitor.button("Allow them again").click()
    visitor.until_query(rejected=None)


def test_a_pinned_place_stays_whatever_else_is_wanted(visit: Visit) -> None:
    visitor = proposed(visit)
    site = choose_site(visitor, 1)
    visitor.button("Accept and pin").click()
    visitor.page.wait_for_function("() => new URLSearchParams(location.search).get('pinned')")
    enter(visitor, "New stations", "1")
    visitor.until_query(sites="1", site=site).until_sentence(f"1 new station newly reaches {GAPS[1]:,} residents")
    until_pins(visitor, 1)
    assert legend(visitor) == {"Proposed stations": "1", "of which pinned": "1"}
    pinned = visitor.query["pinned"]
    other = visit(f"/siting?lang=en&from=bases&sites=1&pinned={pinned}&site={pinned}")
    other.until_sentence(f"1 new station newly reaches {GAPS[1]:,} residents")
    other.button("Unpin").wait_for()
    visitor.button("Unpin").click()
    visitor.until_query(pinned=None).until_sentence(f"newly reaches {GAPS[0]:,} residents")


def test_a_pinned_place_becomes_a_planned_station_and_is_undone(visit_own: Visit) -> None:
    visitor = proposed(visit_own)
    choose_site(visitor, 0)
    visitor.button("Accept and pin").click()
    visitor.button("Enter as a planned station").click()
    name = visitor.page.get_by_label("Name", exact=True)
    name.wait_for()
    name.fill("示例 planned one")
    name.press("Tab")
    visitor.settled()
    visitor.button("Save").click()
    visitor.page.locator(".atlas-done").wait_for()
    assert "planned one" in visitor.card.inner_text()
    assert "Planned" in visitor.card.inner_text()
    visitor.page.get_by_role("link", name="Siting", exact=True).click()
    visitor.until_sentence("newly reach")  # it counts for nothing before it is in use
    visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
    visitor.button("Undo").click()
    visitor.page.get_by_text("Undone.").wait_for()


def test_land_is_outlined_on_the_map_and_nothing_is_proposed_on_it(visit: Visit) -> None:
    visitor = proposed(visit)
    lon, lat = (visitor.map.evaluate(f"map_div.atlas.slots.proposals.options.{name}[0]") for name in ("lon", "lat"))
    visitor.toggle("Outline land where nothing may be built")
    visitor.until_map("slots.proposals.options.drawing && map_div.atlas.outline.active")
    visitor.approach(lon, lat, 12)
    visitor.still()
    box = visitor.page.locator("iframe").first.bounding_box()
    assert box is not None
    middle = visitor.map.evaluate("([map_div.getSize().x / 2, map_div.getSize().y / 2])")
    corners = [(-80, -80), (80, -80), (80, 80), (-80, 80), (-80, -80)]
    for x, y in corners:
        visitor.page.mouse.click(box["x"] + middle[0] + x, box["y"] + middle[1] + y)
    visitor.until_map("slots.proposals.options.areas.length === 1")
    visitor.until_sentence(f"newly reaches {GAPS[1]:,} residents")
    assert legend(visitor)["Nothing may be built"] == "1"
    other = proposed(visit, visitor.page.url.partition("?")[2].removeprefix("lang=en&"))
    assert other.sentence == visitor.sentence
    visitor.button("Take the last outline back").click()
    visitor.until_query(outline=None).until_sentence(SENTENCE)


def test_a_place_of_ones_own_is_pinned_with_a_click_on_the_map(visit: Visit) -> None:
    visitor = proposed(visit)
    visitor.toggle("Outline land where nothing may be built")
    visitor.until_map("slots.proposals.options.drawing")
    visitor.toggle("Pin a place of your own on the map")
    visitor.until_map("slots.proposals.options.placing && !slots.proposals.options.drawing")
    frame = visitor.page.locator("iframe").first
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    x, y = visitor.map.evaluate("[map_div.getSize().x / 2, map_div.getSize().y / 2]")
    visitor.page.mouse.click(box["x"] + x, box["y"] + y)
    visitor.page.wait_for_function("() => new URLSearchParams(location.search).get('pinned')")
    visitor.until_map("slots.proposals.options.forced.includes(1) && !slots.proposals.options.placing")
    assert visitor.query["pinned"] == visitor.query["site"]
    visitor.card.filter(has_text="asked for").wait_for()
    assert legend(visitor)["of which pinned"] == "1"


def test_a_station_that_may_be_given_up_is_closed_or_chosen_again_and_may_stay_again(visit: Visit) -> None:
    visitor = proposed(visit)
    x, y = visitor.spot("stations", 0)
    visitor.page.mouse.click(x, y)
    visitor.page.locator("[data-key^='station:']").wait_for()
    visitor.page.wait_for_function("() => new URLSearchParams(location.search).get('selected')")
    key = visitor.query["selected"].removeprefix("station:")
    assert "stays: the proposal is beside it" in visitor.card.inner_text()
    visitor.button("It may be given up").click()
    visitor.until_query(freed=key)
    visitor.card.filter(has_text=re.compile("is given up|is chosen again")).wait_for()
    closed = "is given up" in visitor.card.inner_text()
    visitor.until_map("slots.proposals.options.closed.lon.length === arg", int(closed))
    visitor.page.get_by_text("1 station may be given up").wait_for()
    visitor.button("Let it stay").click()
    visitor.until_query(freed=None).until_sentence(SENTENCE)
    stale = visit(f"/siting?lang=en&{TWO}&freed=nobody")
    stale.page.locator(".atlas-fault").filter(has_text="nobody").wait_for()
    stale.button("Let all stay").click()
    stale.until_query(freed=None).until_sentence(SENTENCE)


HOSTS = """名称,经度,纬度,坐标系,费用
One Bank <b>,117.0653,32.5545,WGS84,20000
Two Bank,117.1,32.63,WGS84,30000
Nowhere,,,,
"""
LAND: Any = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[117.05, 32.54], [117.08, 32.54], [117.08, 32.57], [117.05, 32.57], [117.05, 32.54]]],
            },
        }
    ],
}


def hand_in(visitor: Visitor, place: str, data: bytes, name: str) -> None:
    visitor.button("Files").click()
    give(visitor, place, data, name)


def give(visitor: Visitor, place: str, data: bytes, name: str) -> None:
    """Give a file to a field that is in sight."""
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    field = visitor.page.locator(f".st-key-file-siting-{place} input[type=file]")
    field.set_input_files(file)


def test_of_land_in_several_layers_one_is_chosen(visit_own: Visit, tmp_path: Path) -> None:
    path = tmp_path / "land.gpkg"
    for name in ("water", "railway"):
        frame = geopandas.GeoDataFrame({"id": [1]}, geometry=[shapely.box(117.05, 32.54, 117.08, 32.57)], crs=4326)
        frame.to_file(path, layer=name)
    visitor = proposed(visit_own, TWO)
    hand_in(visitor, "land", path.read_bytes(), "land.gpkg")
    said = visitor.page.locator(".st-key-handed-land .atlas-fault")
    said.filter(has_text="more than one layer").wait_for()
    said.filter(has_text="Choose one of: water, railway").wait_for()
    visitor.choose("Layer of the file", "railway")
    visitor.page.wait_for_function("() => new URLSearchParams(location.search).get('land')")


def test_a_list_of_hosts_is_where_stations_may_be_and_its_link_holds_it(visit_own: Visit) -> None:
    visitor = proposed(visit_own)
    hand_in(visitor, "hosts", HOSTS.encode(), "banks.csv")
    visitor.page.wait_for_function("() => new URLSearchParams(location.search).get('hosts')")
    visitor.until_query(**{"from": "demand,hosts"})
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_text("1 row of the list of hosts is no place").wait_for()
    other = proposed(visit_own, f"from=hosts&sites=1&hosts={visitor.query['hosts']}")
    other.until_sentence(f"1 new station newly reaches {GAPS[0]:,} residents")
    choose_site(other, 0)
    assert "One Bank <b>" in other.card.inner_text()
    assert "20,000" in other.card.inner_text()
    other.page.get_by_text("1 row of the list of hosts is no place").wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_ten_places_are_in_sight_and_a_reason_is_read_whole(visit: Visit, width: int) -> None:
    visitor = visit("/siting?lang=en&from=demand&sites=10", viewport={"width": width, "height": 900})
    until_pins(visitor)
    count = len(visitor.table(0)) - 1
    listed, reasons = (visitor.page.locator("[data-testid=stDataFrame]").nth(at).bounding_box() for at in (0, 2))
    assert listed is not None
    assert reasons is not None
    assert listed["height"] >= 35 * (count + 1)
    assert visitor.table(2)[0][1].endswith("Why here")  # beside the number, whatever the width of the window
    assert reasons["height"] >= 70 * min(count, 8)  # three lines each


def test_the_scale_of_the_map_stands_on_light_ground(visit: Visit) -> None:
    visitor = proposed(visit)
    line = visitor.map.locator(".leaflet-control-scale-line").first
    assert line.evaluate("(line) => getComputedStyle(line).backgroundColor").startswith("rgba(255, 255, 255, 0.8")


def test_who_is_out_of_reach_of_every_place_is_listed_and_shown_on_the_map(visit: Visit) -> None:
    land = ",".join(f"{value}" for corner in LAND["features"][0]["geometry"]["coordinates"][0][:-1] for value in corner)
    visitor = proposed(visit, f"from=demand&sites=1&outline={land}")
    visitor.page.get_by_text("Out of reach of every place that was looked at").click()
    visitor.page.get_by_text("Show them on the map").click()
    visitor.until_map("slots.proposals.options.unreached.lon.length > 0 && !map_div.atlas.loading")
    shown = visitor.map.evaluate("() => map_div.atlas.slots.proposals.options.unreached.lon.length")
    assert legend(visitor)["Out of reach of every place"] == f"{shown:,}"


def test_land_from_a_file_is_kept_clear_and_a_file_that_is_none_is_refused_in_words(visit_own: Visit) -> None:
    visitor = proposed(visit_own)
    hand_in(visitor, "land", b"no layer at all", "land.geojson")
    visitor.page.locator(".atlas-fault").filter(has_text="land.geojson").wait_for()
    visitor.settled()
    assert SENTENCE in visitor.sentence
    visitor.page.keyboard.press("Escape")
    hand_in(visitor, "land", json.dumps(LAND).encode(), "land.geojson")
    visitor.until_sentence(f"newly reaches {GAPS[1]:,} residents")
    visitor.until_map("slots.proposals.options.areas.length === 1")
    assert legend(visitor)["Nothing may be built"] == "1"
    visitor.page.keyboard.press("Escape")
    visitor.button("Without the file of land").click()
    visitor.until_query(land=None).until_sentence(SENTENCE)


def test_what_came_of_a_file_is_said_beside_its_field_until_another_is_given(visit_own: Visit) -> None:
    visitor = proposed(visit_own)
    visitor.button("Files").click()
    give(visitor, "hosts", b"nothing of use\n", "odd.csv")
    fault = visitor.page.locator(".st-key-handed-hosts .atlas-fault")
    fault.filter(has_text="odd.csv").wait_for()
    assert visitor.page.locator(".atlas-fault").count() == 1
    visitor.page.keyboard.press("Escape")
    enter(visitor, "New stations", "1")
    visitor.until_sentence("1 new station newly reaches")
    visitor.button("Files").click()
    fault.filter(has_text="odd.csv").wait_for()  # it stays
    give(visitor, "hosts", b"%PDF-1.4", "odd.pdf")
    fault.wait_for(state="hidden")  # that was about the file before
    give(visitor, "hosts", HOSTS.encode(), "banks.csv")
    done = visitor.page.locator(".st-key-handed-hosts .atlas-done")
    done.filter(has_text="banks.csv").wait_for()
    assert not fault.count()
    give(visitor, "land", b"no layer at all", "land.geojson")
    visitor.page.locator(".st-key-handed-land .atlas-fault").filter(has_text="land.geojson").wait_for()
    assert done.is_visible()  # of the other field


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"{TWO}&pinned=nobody", "nobody"),
        ("from=demand&model=budget&costs=demand:5000000&budget=1200000", "budget of 1,200,000"),
        (f"{TWO}&hosts=0123456789abcdef0123456789abcdef&from=hosts", "Hand it in again"),
    ],
)
def test_a_wish_that_cannot_be_met_says_why_and_lets_it_be_corrected(visit: Visit, words: str, said: str) -> None:
    visitor = visit(f"/siting?lang=en&{words}")
    fault = visitor.page.locator(".atlas-fault")
    fault.first.wait_for()
    assert said.lower() in fault.first.inner_text().lower()
    visitor.page.get_by_role("combobox", name="What is wanted", exact=True).wait_for()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("from=hosts", "hand it in below the map, under “Files”"),
        ("from=bases&sites=400", "number of candidates is"),
        (f"{TWO}&model=budget", "Say beside the budget what a station costs"),
        ("from=demand&model=budget&costs=demand:5&budget=20&pinned=117.02,32.63", "Cost of 1 candidate"),
        ("city=410100", "Ask whoever runs this app for a file of points with people"),
    ],
)
def test_what_has_yet_to_be_said_is_asked_for_quietly(visit: Visit, words: str, said: str) -> None:
    visitor = visit(f"/siting?lang=en&{words}")
    visitor.page.locator(".atlas-note").filter(has_text=said).wait_for()
    visitor.settled()
    assert not visitor.page.locator(".atlas-fault").count()
    assert "--" not in visitor.page.locator(".stMainBlockContainer").inner_text()


def test_where_no_place_can_be_others_are_offered(visit: Visit) -> None:
    visitor = visit("/siting?lang=en&from=bases&sites=2&radius=3000&tier=national&outline=116,32,116,34,119,34,119,32")
    note = visitor.page.locator(".atlas-note").filter(has_text="There is no place for a new station yet")
    note.filter(has_text="less excluded land").wait_for()
    visitor = visit("/siting?lang=en&from=hosts&sites=2&radius=3000&tier=national")
    visitor.page.get_by_role("button", name="Look at “Grid”, too").click()
    visitor.until_query(**{"from": "hosts,grid"})
    until_pins(visitor)


def test_an_order_is_not_dropped_beside_a_condition_that_it_does_not_go_with(visit: Visit) -> None:
    visitor = visit("/siting?lang=en&from=demand&sites=2&capacity=500&inorder=1")
    visitor.page.locator(".atlas-fault").filter(has_text="cannot be wanted together").wait_for()
    visitor.map.evaluate("window.stays = true")
    visitor.page.get_by_role("button", name="Without “Built one after the other, not chosen together”").click()
    until_pins(visitor)
    assert visitor.map.evaluate("window.stays")  # it is not loaded anew when the refusal goes


def test_other_places_are_proposed_until_the_list_of_hosts_is_there(visit: Visit) -> None:
    visitor = proposed(visit, "from=demand,hosts&sites=2")
    assert SENTENCE in visitor.sentence
    visitor.page.locator(".atlas-note").filter(has_text="list of hosts is not there yet").wait_for()


def test_costs_stand_beside_the_budget_and_the_sentence_says_what_is_paid(visit: Visit) -> None:
    visitor = visit("/siting?lang=en&from=demand&budget=50000")
    visitor.choose("What is wanted", "Most people for the money")
    cost = visitor.page.get_by_label("Cost of a station: Places where people live")
    cost.fill("20000")
    cost.press("Enter")
    visitor.until_query(costs="demand:20000").until_sentence("Cost: 40,000 of a budget of 50,000.")
    assert cost.input_value() == "20,000"
    assert visitor.page.get_by_label("Budget", exact=True).input_value() == "50,000"
    assert not visitor.page.locator(".atlas-fault").count()


def test_a_number_that_can_be_is_offered_where_one_cannot(visit: Visit) -> None:
    visitor = visit("/siting?lang=en&from=demand&sites=400")
    offered = visitor.page.get_by_role("button", name=re.compile("Ask for [0-9]+ stations"))
    offered.wait_for()
    count = re.findall("[0-9]+", offered.inner_text())[0]
    offered.click()
    visitor.until_query(sites=count)
    until_pins(visitor).until_sentence("stations are enough")
    assert not offered.count()


def test_of_two_conditions_that_do_not_go_together_each_can_be_left_out(visit: Visit) -> None:
    for name in ("A second station within reach counts, too", "At least in each district (%)"):
        visitor = visit("/siting?lang=en&from=demand&sites=2&twice=1&floor=1")
        visitor.page.locator(".atlas-fault").filter(has_text="cannot be wanted together").wait_for()
        visitor.page.get_by_role("button", name=f"Without “{name}”").click()
        until_pins(visitor.until_sentence("2 new stations newly"))
        assert not visitor.page.locator(".atlas-fault").count()


def test_what_is_no_number_stays_in_its_field_until_it_is_corrected(visit: Visit) -> None:
    visitor = visit("/siting?lang=en&from=demand&model=budget&costs=demand:20000&budget=50000")
    visitor.until_sentence("of a budget of 50,000.")
    budget = visitor.page.get_by_label("Budget", exact=True)
    budget.fill("20 or 30")
    budget.press("Enter")
    fault = visitor.page.locator(".atlas-fault").filter(has_text="Budget: “20 or 30”")
    fault.wait_for()
    visitor.settled()
    assert budget.input_value() == "20 or 30"
    assert fault.is_visible()
    assert "of a budget of 50,000." in visitor.sentence
    cost = visitor.page.get_by_label("Cost of a station: Places where people live")
    cost.fill("-1")
    cost.press("Enter")
    visitor.page.locator(".atlas-fault").filter(has_text="Cost of a station: “-1”").wait_for()
    assert fault.is_visible()  # each is told
    cost.fill("2万")
    cost.press("Enter")
    budget.fill("20万元")
    budget.press("Enter")
    visitor.until_query(budget="200000").until_sentence("of a budget of 200,000.")
    assert budget.input_value() == "200,000"
    assert not fault.count()


def test_places_are_built_one_after_the_other_where_that_is_wanted(visit: Visit) -> None:
    visitor = proposed(visit, "from=demand&sites=2&radius=3000&tier=national")
    together = visitor.map.evaluate("map_div.atlas.slots.proposals.options.people")
    visitor.page.get_by_text("Built one after the other, not chosen together").click()
    visitor.until_query(inorder="1")
    until_pins(visitor, 2)
    first, second = visitor.map.evaluate("map_div.atlas.slots.proposals.options.people")
    visitor.until_header("New stations", at=1)
    newly = [int(row[2].replace(",", "")) for row in visitor.table(1)[2:4]]
    assert [first, second] == newly
    assert first + second <= sum(together)


def test_the_map_comes_as_near_as_all_places_are_seen(visit: Visit) -> None:
    visitor = proposed(visit)
    before = visitor.map.evaluate("map_div.atlas.map.getZoom()")
    visitor.button("Zoom to the proposed places").click()
    visitor.until_map(f"map_div.atlas.map.getZoom() > {before}")
    seen = visitor.map.evaluate(
        "(() => { const own = map_div.atlas.slots.proposals.options, seen = map_div.atlas.map.getBounds();"
        " return own.lon.every((lon, at) => seen.contains([own.lat[at], lon])); })()"
    )
    assert seen


def test_of_a_budget_a_picture_shows_what_more_money_would_reach(visit: Visit) -> None:
    visitor = visit("/siting?lang=en&from=demand&model=budget&costs=demand:20000&budget=40000")
    visitor.page.get_by_text("How much money is enough").wait_for()
    visitor.settled().until_header("Budget", at=1)
    rows = {row[0]: row[1] for row in visitor.table(1)[1:]}
    assert rows["40000"] == str(WITHIN_1000_M + sum(GAPS))
    visitor.page.locator(".atlas-note").filter(has_text="With half of the budget (20,000)").wait_for()


def test_nonsense_in_the_address_is_the_default_and_said(visit: Visit) -> None:
    odd = "sites=999999&model=%3Cb%3E&outline=1,2&limit=x&costs=x&hosts=..%2F..%2Fetc&floor=-1&rejected="
    visitor = visit(f"/siting?lang=en&from=demand&{odd}")
    visitor.until_sentence(SENTENCE)
    visitor.page.locator(".atlas-note").filter(has_text="the usual is shown instead").wait_for()


def test_a_gap_leads_to_a_proposal_in_it(visit: Visit) -> None:
    visitor = visit(f"/coverage?lang=en&gap=2&{TWO}").until_drawn("gaps")
    visitor.page.get_by_role("link", name="Propose a station here").click()
    visitor.page.wait_for_url(re.compile("/siting"))
    until_pins(visitor)
    assert visitor.query["pinned"] == visitor.query["site"]
    visitor.card.filter(has_text=f"{GAPS[1]:,}").wait_for()
    visitor.until_sentence(SENTENCE)
    assert legend(visitor)["of which pinned"] == "1"


def test_scenarios_are_saved_compared_opened_and_deleted(visit_own: Visit) -> None:
    visitor = proposed(visit_own)
    for name, sites in (("Two of them", "2"), ("<b>One</b> *only*", "1")):
        enter(visitor, "New stations", sites)
        until_pins(visitor, int(sites))
        box = visitor.page.get_by_label(NAME)
        box.fill(name)
        box.press("Tab")
        visitor.settled()
        visitor.button("Save as scenario").click()
        visitor.page.wait_for_function(
            "() => document.querySelector('[aria-label=\"Name of the scenario\"]').value === ''"
        )
        visitor.settled()
    visitor.until_header("Scenario", at=3)
    rows = visitor.until_rows(3, at=3)
    assert [row[0] for row in rows[1:]] == ["As it is on this page", "Two of them", "<b>One</b> *only*"]
    assert [row[3] for row in rows[1:]] == [str(count) for count in (GAPS[0], sum(GAPS), GAPS[0])]
    with visitor.page.expect_download() as offered:
        visitor.button("Download the table (CSV)").last.click()
    assert offered.value.suggested_filename == "scenarios.csv"
    kept = read(offered.value.path())
    assert "gap and proof are of the day it was saved" in kept
    assert "newly reach" not in kept  # what the page says of one of them
    other = proposed(visit_own, "from=demand&sites=1")
    other.choose("Saved scenario", "Two of them")
    other.button("Open it").click()
    other.until_query(sites="2").until_sentence(SENTENCE)
    other.button("Delete it").click()
    other.until_rows(2, at=3)
    other.page.locator(".atlas-done").filter(has_text="Deleted: Two of them").wait_for()
    other.button("Undo").click()
    assert {row[0] for row in other.until_rows(3, at=3)[1:]} == {row[0] for row in rows[1:]}
    other.page.locator(".atlas-done").wait_for(state="detached")


def test_a_scenario_needs_a_name_of_its_own(visit_own: Visit) -> None:
    visitor = proposed(visit_own)
    visitor.button("Save as scenario").click()
    visitor.page.locator(".atlas-note").filter(has_text="Name of the scenario is not given").wait_for()
    assert not visitor.page.locator(".atlas-fault").count()


def test_what_if_shows_the_proposal_beside_today_and_the_way_back_says_so(visit: Visit) -> None:
    visitor = proposed(visit)
    visitor.page.get_by_role("link", name="See it beside today: “What if”").click()
    visitor.page.wait_for_url(re.compile("/coverage"))
    visitor.page.get_by_text(f"+{sum(GAPS):,}").first.wait_for()
    visitor.page.get_by_role("link", name="Siting", exact=True).click()
    visitor.page.get_by_text("The scenario in the address is taken as given").wait_for()
    visitor.settled()
    visitor.button("Without the scenario").click()
    visitor.until_query(scenario=None).until_sentence(SENTENCE)


def test_on_a_phone_sentence_map_card_and_table_follow_each_other_in_chinese(visit: Visit) -> None:
    visitor = proposed(visit, lang="zh_CN", viewport=PHONE, has_touch=True, is_mobile=True)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert f"{sum(GAPS):,}" in visitor.sentence
    assert visitor.page.locator("h1").inner_text() == "选址"
    parts = (".atlas-sentence", "iframe", "[data-testid=stDataFrame]")
    tops = [visitor.page.locator(part).first.evaluate("(e) => e.getBoundingClientRect().top") for part in parts]
    assert tops == sorted(tops)
