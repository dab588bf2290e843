"""Journeys over 覆盖与缺口: one question, and sentence, map and tables answer it together."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import read
from tests.app.office import GAPS, PEOPLE, WITHIN_1000_M

if TYPE_CHECKING:
    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

AT_1000_M = "37.5% of 5,600 residents within 1,000 m; 2 gaps, the largest 2,700 people in Datong District."


def downloaded(visitor: Visitor, button: str) -> list[list[str]]:
    with visitor.page.expect_download() as offered:
        visitor.button(button).click()
    return list(csv.reader(io.StringIO(read(offered.value.path()))))


def number(cell: str) -> float:
    return float(cell.replace(",", ""))


def test_the_files_hold_what_the_tables_show_and_the_rows_add_up(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    assert visitor.sentence == AT_1000_M
    shown = visitor.table(0)
    gaps = downloaded(visitor, "Download the gaps (CSV)")
    assert gaps[0][: len(shown[0])] == shown[0]
    assert gaps[0][-6:] == [
        *("People × distance (person-km)", "Rank by people × distance", "Union"),
        *("Bases that could host", "Gap number", "Basis"),
    ]
    sentence = AT_1000_M.partition(";")[0]
    assert {sentence in row[-1] and "Demonstration data." in row[-1] for row in gaps[1:]} == {True}
    assert [int(row[2]) for row in gaps[1:]] == list(GAPS)
    assert [[row[1], *map(number, row[2:5]), row[5]] for row in shown[1:]] == [
        [row[1], *map(number, row[2:5]), row[5]] for row in gaps[1:]
    ]
    districts = downloaded(visitor, "Download the table (CSV)")
    assert districts[0][:3] == ["District", "People", "Covered people"]
    parts, city = districts[1:-1], districts[-1]
    assert [city[0], number(city[1]), number(city[2])] == ["Huainan", PEOPLE, WITHIN_1000_M]
    assert float(city[3]) == pytest.approx(100 * WITHIN_1000_M / PEOPLE)
    assert sum(number(row[1]) for row in parts) == PEOPLE
    assert sum(number(row[2]) for row in parts) == WITHIN_1000_M
    seen = visitor.table(1)
    assert [[row[0], number(row[1]), number(row[2])] for row in seen[1:]] == [
        [row[0], number(row[1]), number(row[2])] for row in districts[1:]
    ]


def test_any_radius_changes_sentence_map_and_tables_together(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    visitor.choose("Service radius", "10-minute walk (500 m)")
    visitor.until_query(radius="500").until_sentence("within 500 m")
    visitor.until_map("slots.gaps.layer.url.includes('radius=500') && slots.gaps.data.rank.length > 2")
    assert "Radius 500 m" in visitor.map.locator(".atlas-caption").inner_text()
    for typed in ("600", "６０１", "602 m", "603米"):
        visitor.type("Service radius", typed)
        radius = typed[:3].replace("６０１", "601")
        visitor.until_query(radius=radius).until_sentence(f"within {radius} m")
        visitor.until_map("slots.gaps.layer.url.includes(`radius=${arg}`)", radius)


def test_a_radius_that_is_none_is_refused_in_words_and_nothing_is_lost(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&radius=600").until_drawn("gaps")
    words = visitor.page.get_by_text("Type a number of metres from 1 to 100,000.")
    for typed in ("abc", "-5", "nan", "1e9", "<b>"):
        visitor.type("Service radius", typed)
        words.wait_for()
        visitor.page.wait_for_function("() => document.querySelector('input[role=combobox]').value === '600 m'")
        visitor.settled()
        assert "within 600 m" in visitor.sentence
        assert visitor.query["radius"] == "600"
    visitor.choose("Service radius", "10-minute walk (500 m)")
    words.wait_for(state="detached")
    visitor.until_sentence("within 500 m")


def test_what_cannot_be_in_the_address_is_named_and_let_go(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&scenario=add@27,0")
    visitor.page.locator(".atlas-fault").filter(has_text="Place in the scenario: “27,0” cannot be used.").wait_for()
    visitor.button("Try again").click()
    visitor.until_drawn("gaps")
    visitor.until_query(scenario=None)
    other = visit("/coverage?lang=en&scenario=add@27").until_drawn("gaps")
    other.page.get_by_text("The address asks for what is not offered (scenario=add@27)").wait_for()
    other = visit("/coverage?lang=en&attended=yes").until_drawn("gaps")
    other.page.get_by_text("The address asks for what is not offered (attended=yes)").wait_for()


def test_only_the_tier_asked_for_counts(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    visitor.choose("Stations that count", "National and above")
    visitor.until_query(tier="national")
    visitor.until_sentence("35.7% of 5,600 residents")  # 2,000 of them: Epsilon Park does not count
    visitor.until_map("slots.gaps.data.rank.length === 3 && slots.stations.options.tiers.length === 1")
    visitor.until_rows(3)


def test_a_row_of_the_gap_table_flies_there_and_shows_its_card(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    before = visitor.view
    first, second = visitor.gaps
    visitor.choose_row(0)
    visitor.until_query(gap=first)
    assert visitor.card.locator("h2").inner_text() == "Gap 1"
    assert first in visitor.card.inner_text()
    assert "2,700" in visitor.card.inner_text()
    visitor.until_map("slots.gaps.options.selected === arg[0] && map_div.getZoom() > arg[1]", [first, before[2]])
    lon, lat, _zoom = visitor.view
    assert (lon, lat) == pytest.approx((117.0653, 32.5545), abs=0.01)
    visitor.choose_row(1)
    visitor.until_query(gap=second)
    assert visitor.card.locator("h2").inner_text() == "Gap 2"
    visitor.until_marked("2")


def test_a_link_of_old_with_a_rank_shows_the_gap_and_names_it_by_its_number(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&gap=2").until_drawn("gaps")
    visitor.card.filter(has_text="Gap 2").wait_for()
    visitor.until_query(gap=visitor.gaps[1])
    visitor.until_marked("2")


def test_a_link_to_a_gap_shows_it_whatever_its_rank_is_now(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    second = visitor.gaps[1]
    fewer = visit(f"/coverage?lang=en&tier=national&gap={second}").until_drawn("gaps")  # three gaps there
    rank = fewer.gaps.index(second) + 1
    fewer.card.filter(has_text=f"Gap {rank}").wait_for()
    fewer.until_marked(str(rank))


@pytest.mark.parametrize("gap", ["340402-117.000-32.000", "99"])
def test_a_link_to_a_gap_that_is_none_says_so(visit: Visit, gap: str) -> None:
    visitor = visit(f"/coverage?lang=en&gap={gap}").until_drawn("gaps")
    visitor.page.get_by_text(f"The address names gap {gap}, and here is none").wait_for()
    assert visitor.page.locator(".atlas-card").count() == 0


def test_a_link_whose_gap_is_damaged_says_so(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&gap=340402-117.0%3Cb%3E").until_drawn("gaps")
    visitor.page.get_by_text("(gap=340402-117.0<b>)").wait_for()


def test_gaps_are_also_ordered_by_people_times_distance(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    assert [row[0] for row in visitor.until_rows(2)[1:]] == ["1", "2"]
    visitor.page.get_by_test_id("stButtonGroup").get_by_text("people by distance", exact=True).click()
    visitor.until_query(ranking="people-distance").until_header("Rank by people × distance")
    shown = visitor.table(0)
    assert [row[0] for row in shown[1:]] == ["2", "1"]  # 800 people far away before 2,700 near
    assert number(shown[1][2]) > number(shown[2][2])
    second = visitor.gaps[1]
    visitor.choose_row(0)
    visitor.until_query(gap=second)
    facts = visitor.card.inner_text()
    assert "Gap 2" in facts
    assert "rank 1" in facts
    assert "Shou County" in facts
    visitor.until_marked("2")
    visitor.until_map("slots.gaps.options.selected === arg", second)


def test_the_number_of_a_gap_on_the_map_chooses_it(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    for at, (lon, lat) in enumerate([(117.065, 32.5545), (116.603, 32.252)]):
        visitor.approach(lon, lat, 14)
        visitor.page.mouse.click(*visitor.spot("gaps", at))
        visitor.until_query(gap=visitor.gaps[at])
        visitor.card.filter(has_text=f"Gap {at + 1}").wait_for()
        visitor.until_marked(str(at + 1))


def test_the_uncovered_people_can_be_taken_off_the_map(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("people")
    visitor.toggle("Uncovered people on the map")
    visitor.until_query(people="0")
    visitor.until_map("!slots.people && slots.gaps")


def test_the_land_within_reach_can_be_put_on_the_map(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    visitor.button("More").click()
    visitor.page.get_by_text("Land within reach on the map", exact=True).click()
    visitor.until_query(reached="1").until_map("slots.reached.data.rings.length === 1")


def test_a_city_without_people_is_told_in_land(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&city=410100").until_drawn("gaps")
    assert visitor.sentence.startswith("No stations in 郑州市 yet.")
    assert "People" not in visitor.table(0)[0]
    assert visitor.table(1)[0][1:3] == ["Area (km²)", "Covered area (km²)"]
    assert visitor.page.get_by_text("No population data for this city").is_visible()


@pytest.mark.parametrize(
    "wish",
    [
        "on=1800-01-01",
        "since=1800-01-01&part=time",
        "union=340406&facilities=shower,aed",
        "on=2010-01-01&facilities=aed",
    ],
)
def test_a_link_to_what_nobody_knows_is_answered(visit: Visit, wish: str) -> None:
    visitor = visit(f"/coverage?lang=en&{wish}")
    assert visitor.page.locator(".atlas-fault").count() == 0
    assert visitor.sentence


def test_a_link_that_asks_for_what_is_not_offered_says_so(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&radius=abc&hour=99&tier=%3Cb%3E")
    words = visitor.page.locator(".atlas-note").first.inner_text()
    assert "(radius=abc, tier=<b>, hour=99)" in words
    assert "the usual is shown" in words
