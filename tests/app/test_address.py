"""The address holds the view: a link shows somebody else the same, and back and forward go through what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.app.visitor import POLL_MS

if TYPE_CHECKING:
    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser


def link(visitor: Visitor) -> str:
    parts = urlsplit(visitor.page.url)
    return f"{parts.path}?{parts.query}"


def test_an_untouched_map_writes_nothing_into_the_address_on_any_screen(visit: Visit) -> None:
    for path in ("/?lang=en", "/coverage?lang=en"):
        visitor = visit(path, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).until_drawn()
        visitor.page.mouse.wheel(0, 400)
        visitor.still()
        visitor.map.evaluate("() => new Promise((done) => setTimeout(done, 1000))")  # it tells the address by the clock
        assert "view" not in visitor.query


def test_what_is_chosen_elsewhere_comes_first_in_the_list(visit: Visit) -> None:
    visitor = visit("/?lang=en&selected=station:S-05").until_drawn()
    visitor.until_marked("S-05")
    assert visitor.table()[1][0] == "S-05"
    visitor.choose_row(3)
    visitor.until_query(selected="station:S-03")  # after S-05 come S-01, S-02, S-03
    assert visitor.table()[1][0] == "S-05"


def test_a_base_that_is_chosen_is_drawn_while_the_others_are_not(visit: Visit) -> None:
    visitor = visit("/?lang=en&selected=base:B-01").until_drawn("bases")
    visitor.until_map("slots.bases.options.selected === 'B-01' && slots.bases.seen.count === 0")
    assert "Bases" not in " ".join(visitor.legend(0))


def test_a_link_shows_somebody_else_the_same_overview(visit: Visit) -> None:
    first = visit("/?lang=en").until_drawn()
    first.page.get_by_role("button", name="Municipal 1").click()
    first.until_query(tiers="national,provincial,none").toggle("Activity bases")
    first.until_query(bases="1").toggle("Group close marks")
    first.until_query(cluster="1", bases="1", tiers="national,provincial,none").until_rows(6)
    first.choose_row(2)
    first.until_query(selected="station:S-03")
    looked_at(first)  # the map has flown there
    first.still()
    second = visit(link(first)).until_drawn("bases")
    assert {**second.query, "view": ""} == {**first.query, "view": ""}
    assert second.view == near(*first.view)
    assert second.sentence == first.sentence
    assert second.card.inner_text() == first.card.inner_text()
    assert sorted(second.table()) == sorted(first.table())  # what was chosen elsewhere comes first
    second.until_marked("S-03")
    assert second.legend() == first.legend()
    assert second.legend(1) == {"Activity base": "2"}
    second.until_map("slots.stations.options.selected === 'S-03' && slots.stations.options.cluster")


def test_a_link_shows_somebody_else_the_same_answer(visit: Visit) -> None:
    first = visit("/coverage?lang=en").until_drawn("gaps")
    first.type("Service radius", "750")
    first.until_sentence("within 750 m")
    first.choose("Stations that count", "Municipal and above")
    first.until_query(tier="municipal")
    first.toggle("Uncovered people on the map")
    first.until_query(people="0").until_rows(3)
    first.until_map("slots.gaps.data.ids.length === 3")
    third = first.gaps[2]
    first.choose_row(2)
    first.until_query(gap=third)
    first.card.filter(has_text="Gap 3").wait_for()
    looked_at(first)  # the map has flown there
    first.still()
    second = visit(link(first)).until_drawn("gaps")
    chosen = {"lang": "en", "radius": "750", "tier": "municipal", "people": "0", "gap": third}
    assert {**second.query, "view": ""} == {**first.query, "view": ""} == {**chosen, "view": ""}
    assert second.view == near(*first.view)
    assert second.sentence == first.sentence
    assert second.card.inner_text() == first.card.inner_text()
    assert sorted(second.table()) == sorted(first.table())  # what was chosen elsewhere comes first
    second.until_map("!slots.people && slots.gaps.options.selected === arg", third)


def test_what_was_chosen_stays_from_page_to_page(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&radius=500").until_drawn("gaps")
    visitor.page.get_by_role("link", name="Overview").click()
    visitor.until_sentence("7 stations").until_drawn()
    assert "within 500 m" in visitor.sentence
    assert visitor.query["radius"] == "500"
    visitor.page.get_by_role("link", name="Coverage and gaps").click()
    visitor.page.get_by_role("heading", name="Coverage and gaps").wait_for()
    visitor.settled().until_drawn("gaps")
    assert "within 500 m" in visitor.sentence


def test_choices_of_one_page_survive_another_and_back_is_one_press_for_each(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    visitor.toggle("Uncovered people on the map")
    visitor.until_query(people="0")
    visitor.page.get_by_role("link", name="Overview").click()
    visitor.until_sentence("7 stations").until_drawn()
    assert visitor.query == {"lang": "en", "people": "0"}
    visitor.page.go_back()
    visitor.page.get_by_role("heading", name="Coverage and gaps").wait_for()
    visitor.until_query(lang="en", people="0").until_drawn("gaps")
    assert not visitor.page.get_by_role("switch", name="Uncovered people on the map").is_checked()
    visitor.page.go_back()
    visitor.until_query(lang="en", people=None).until_drawn("people")


@pytest.mark.parametrize(
    ("address", "place"),
    [("/?lang=en&selected=station:S-04", (116.72, 32.71)), ("/coverage?lang=en&gap=2", (116.603, 32.252))],
)
def test_a_link_to_a_place_flies_there(visit: Visit, address: str, place: tuple[float, float]) -> None:
    visitor = visit(address).until_drawn()
    visitor.until_map("map_div.getZoom() > 12")
    visitor.still()
    assert tuple(visitor.view[:2]) == pytest.approx(place, abs=0.02)


def test_back_and_forward_go_through_what_was_chosen(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    visitor.choose("Service radius", "10-minute walk (500 m)")
    visitor.until_query(radius="500").until_sentence("within 500 m")
    visitor.choose("Service radius", "5-minute walk (300 m)")
    visitor.until_query(radius="300").until_sentence("within 300 m")
    visitor.page.go_back()
    visitor.until_query(radius="500").until_sentence("within 500 m")
    assert visitor.page.get_by_role("combobox", name="Service radius").input_value().startswith("10-minute walk")
    visitor.page.go_back()
    visitor.until_query(radius=None).until_sentence("within 1,000 m")
    visitor.page.go_forward()
    visitor.until_query(radius="500").until_sentence("within 500 m")


VIEWED = "() => new URLSearchParams(location.search).get('view')"


def looked_at(visitor: Visitor) -> list[float]:
    """Return where the address says that the map looks, once it says so."""
    visitor.page.wait_for_function(VIEWED, polling=POLL_MS)
    return [float(part) for part in visitor.query["view"].split(",")]


def near(longitude: float, latitude: float, zoom: float) -> Any:
    return pytest.approx([longitude, latitude, zoom], abs=1e-4)  # a pixel of zoom 13


def test_where_the_map_looks_is_in_the_address(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    visitor.approach(117.06, 32.55, 13)
    assert looked_at(visitor) == near(117.06, 32.55, 13)
    visitor.toggle("Activity bases")  # what is chosen later leaves it alone
    visitor.until_query(bases="1")
    assert looked_at(visitor) == near(117.06, 32.55, 13)
    other = visit(link(visitor)).until_drawn("bases")
    assert other.view == near(117.06, 32.55, 13)
    other.map.evaluate("map_div.atlas.calm = {matches: true}; map_div.atlas.home()")
    other.page.wait_for_function(f"() => !({VIEWED})()", polling=POLL_MS)
    assert other.query == {"lang": "en", "bases": "1"}


def test_a_link_to_a_place_that_says_where_to_look_looks_there_and_flies_later(visit: Visit) -> None:
    visitor = visit("/?lang=en&selected=station:S-01&view=117.06000,32.55000,13").until_drawn()
    visitor.card.filter(has_text="Alpha Bank").wait_for()
    visitor.still()
    assert visitor.view == near(117.06, 32.55, 13)
    visitor.choose_row(2)
    visitor.card.filter(has_text="Gamma Depot").wait_for()
    visitor.map.wait_for_function("() => Math.abs(map_div.getCenter().lng - 117.1) < 0.001", polling=POLL_MS)


NO_VIEWS = ("nonsense", "1,2", "117.06,32.55,999", "9999.0,32.55,13", "<script>", "117.06,NaN,13")


@pytest.mark.parametrize("view", NO_VIEWS)
def test_a_view_that_is_none_shows_the_whole_city(visit: Visit, view: str) -> None:
    whole = visit("/?lang=en").until_drawn().view
    visitor = visit(f"/?{urlencode({'lang': 'en', 'view': view})}").until_drawn()
    assert visitor.view == whole
