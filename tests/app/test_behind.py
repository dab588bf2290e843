"""Journeys below the map of 覆盖与缺口: who, when, how sure, and what if."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import read, visits
from tests.app.office import GAPS, WITHIN_1000_M, serving, write_csv

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

FIRST_CELLS = {
    "unions": ["Union", "Datong District", "Tianjia'an District"],
    "groups": ["Group of people", "Residents", "Couriers"],
    "clock": ["Covered share (%)", "Mon certain", "Mon possible"],
    "stations": ["Number", "S-05", "S-01"],
    "certainty": ["Radius (m)", "100", "200"],
}


def number(cell: str) -> float:
    return float(cell.replace(",", ""))


def choose_part(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()


@pytest.mark.parametrize("part", FIRST_CELLS)
def test_every_part_is_shown_by_its_link_and_its_file_holds_the_same(visit: Visit, part: str) -> None:
    visitor = visit(f"/coverage?lang=en&part={part}").until_drawn("gaps")
    visitor.button("Download the table (CSV)").first.wait_for()
    visitor.settled()
    with visitor.page.expect_download() as offered:
        visitor.button("Download the table (CSV)").first.click()
    rows = list(csv.reader(io.StringIO(read(offered.value.path()))))
    assert [row[0] for row in rows[:3]] == FIRST_CELLS[part]
    shown = visitor.table(1)
    assert shown[0] == rows[0][: len(shown[0])]
    assert "None" not in [cell for row in shown for cell in row]


ZONE = """
[[unions]]
code = "340403-gx"
name = "高新区"
english_name = "High-tech Zone"
parent = "340403"
"""


@pytest.fixture
def visit_zoned(browser: Browser, own_office: dict[str, str], tmp_path: Path) -> Iterator[Visit]:
    """Return how to visit an office with a zone, whose population data says who is of it."""
    profile = Path(own_office["STATIONS_PROFILES"]) / "340400.toml"
    before, head, demand = profile.read_text("utf-8").partition("[demonstration]")
    profile.write_text(f"{before}{ZONE}\n{head}{demand}", encoding="utf-8")
    rows = [(117.02, 32.64, 30, "高新区总工会"), (117.02, 32.64, 50, "田家庵区总工会"), (117.06, 32.55, 7, "高新区")]
    people = write_csv(tmp_path / "people.csv", [("lon", "lat", "people", "所属工会"), *rows])
    with serving({**own_office, "STATIONS_DEMAND": str(people)}, tmp_path / "log") as address:
        yield from visits(browser, address)


def test_the_people_of_a_zone_stand_below_its_district(visit_zoned: Visit) -> None:
    visitor = visit_zoned("/coverage?lang=en&part=unions").until_drawn("gaps")
    visitor.until_header("Union", at=1)
    told = {row[0]: row[1:4] for row in visitor.table(1)[1:]}
    assert told["Tianjia'an District"] == ["87", "80", "92"]
    assert told["of which High-tech Zone"] == ["37", "30", "81.1"]
    visitor.page.get_by_text("A zone lies inside the division above it and is counted there, too.").wait_for()
    assert visitor.page.get_by_text("Not known apart").count() == 0


def test_the_switch_changes_the_part_and_keeps_it_in_the_address(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    choose_part(visitor, "How far and how sure")
    visitor.until_query(part="certainty")
    visitor.page.get_by_text("Covered twice").wait_for()


def test_a_day_is_drawn_hour_by_hour_and_kept_in_the_address(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&part=clock&date=2026-10-05").until_drawn("gaps")
    visitor.page.get_by_text("Mon 2026-10-05", exact=True).wait_for()
    visitor.date("Date", "2026-10-01").until_query(date="2026-10-01")
    visitor.page.get_by_text("Thu 2026-10-01", exact=True).wait_for()
    visitor.toggle("Public holiday")
    visitor.until_query(holiday="1")
    visitor.page.get_by_text("Thu 2026-10-01, public holiday", exact=True).wait_for()
    visitor.until_header("Covered people (certain)", at=2)
    table = visitor.table(2)
    assert table[1][:3] == ["0:00", "0", str(WITHIN_1000_M)]  # nobody knows when the five are open
    with visitor.page.expect_download() as offered:
        visitor.button("Download the table (CSV)").nth(1).click()
    rows = list(csv.reader(io.StringIO(read(offered.value.path()))))
    assert rows[1][:3] == ["0:00", "0", str(WITHIN_1000_M)]
    other = visit(f"/coverage?{visitor.page.url.partition('?')[2]}").until_drawn("gaps")
    other.page.get_by_text("Thu 2026-10-01, public holiday", exact=True).wait_for()


def test_a_day_that_nobody_chose_is_today(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&part=clock&date=2026-02-30").until_drawn("gaps")
    today = dt.datetime.now().astimezone().date().isoformat()
    visitor.until_query(date=today)


def test_evenness_is_drawn_for_people_and_for_districts(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&part=certainty").until_drawn("gaps")
    for label in ("Gravity access", "Gini, people", "Palma, people", "Gini, districts", "Palma, districts"):
        visitor.page.get_by_text(label, exact=True).wait_for()
    shown = visitor.until_rows(11, at=2)
    assert [number(cell) for cell in shown[-1][:4]] == [100, 100, 100, 100]


UNKNOWN = "entered since, opening day unknown"


def test_an_earlier_day_shows_what_has_changed_since(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&part=time&since=2022-12-31").until_drawn("gaps")
    said = "2022-12-31: 5 stations. Known to be added 1, entered since with an unknown opening day 1, delisted 0."
    visitor.page.get_by_text(said).wait_for()
    assert visitor.page.get_by_text("1 station has no opening date and was entered later").is_visible()
    visitor.page.get_by_text("Stations between the two days").wait_for()
    visitor.until_header("Gap after", at=2)
    followed = visitor.table(2)
    assert followed[0][:4] == ["Gap before", "Rank before", "Rank after", "District"]
    assert followed[0][4:7] == ["Gap after", "What happens", "Because of"]
    assert [row[0] for row in followed[-2:]] == [f"{len(GAPS)} gaps unchanged", "All gaps"]
    assert [int(cell) for cell in followed[-1][7:]] == [sum(GAPS) + 100, 100, 0, 0, sum(GAPS)]
    moved = [row[:3] for row in visitor.until_rows(2, at=5)]
    assert moved[1:] == [["S-03", "Gamma Depot", "added"], ["S-05", "Epsilon Park", UNKNOWN]]


def test_a_day_is_chosen_and_kept_in_the_address(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&part=time").until_drawn("gaps")
    visitor.page.get_by_text("Choose a day: stations added").wait_for()
    visitor.date("Compare with the end of", "2023-12-31").until_query(since="2023-12-31")
    visitor.page.get_by_text("2023-12-31: 5 stations.").wait_for()
    visitor.page.get_by_role("link", name="Overview", exact=True).click()
    visitor.date("Register of the day", "2023-12-31").until_query(on="2023-12-31", since="2023-12-31")
    visitor.until_sentence("5 stations").until_sentence("on 2023-12-31")
    visitor.until_map("slots.stations.data.ids.length === 4")


def test_another_group_changes_the_sentence(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    visitor.choose("Whose people", "Couriers")
    visitor.until_query(group="couriers")
    visitor.until_sentence(f"of 56 people (Couriers) within 1,000 m; {len(GAPS)} gaps, the largest 27 people")


def test_rare_choices_stand_behind_more(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en").until_drawn("gaps")
    visitor.button("More").click()
    visitor.choose("Open on", "Mon")
    visitor.until_query(day="1")
    visitor.until_sentence("0.0% of 5,600 residents within 1,000 m (Mon 12:00, up to 37.5% if 5 stations")
    visitor.choose("Stations of the union", "Tianjia'an District")
    visitor.until_query(union="340403").until_sentence("if 2 stations of unknown hours are open")


def test_a_station_added_in_a_gap_is_compared_and_the_link_holds_it(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&part=whatif&gap=1").until_drawn("gaps")
    visitor.button("Add a station in gap 1").click()
    visitor.until_sentence("with the scenario")
    visitor.page.get_by_text(f"+{GAPS[0]:,}").wait_for()
    assert f"{100 * (WITHIN_1000_M + GAPS[0]) / 5600:.1f}%" in visitor.sentence
    second = visit(f"/coverage?{visitor.page.url.partition('?')[2]}").until_drawn("gaps")
    assert second.sentence == visitor.sentence
    second.until_map("slots.stations.data.ids.length === 7")  # six of the register, and the new one
    second.button("Start again").click()
    second.until_query(scenario=None).until_sentence(f"{len(GAPS)} gaps, the largest 2,700 people")
    assert "scenario" not in second.sentence


def test_a_station_that_closes_leaves_its_people_uncovered(visit: Visit) -> None:
    visitor = visit("/coverage?lang=en&part=whatif").until_drawn("gaps")
    visitor.choose("Station", "Epsilon Park")
    visitor.button("Close it").click()
    visitor.until_query(scenario="close@S-05")
    visitor.page.get_by_text("-100").first.wait_for()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("reach=walk", "python -m stations network import FILE"),
        ("scenario=close@nobody", "“nobody” cannot be used"),
        ("group=drivers", "Allowed: Residents, Couriers"),
    ],
)
def test_a_link_that_cannot_be_answered_says_why_and_lets_go(visit: Visit, address: str, words: str) -> None:
    visitor = visit(f"/coverage?lang=en&{address}")
    visitor.page.locator(".atlas-fault").get_by_text(words).wait_for()
    visitor.button("Try again").click()
    visitor.until_sentence("37.5% of 5,600 residents within 1,000 m")


def test_nonsense_in_the_address_is_the_default(visit: Visit) -> None:
    visitor = visit(
        "/coverage?lang=en&part=x&day=9&hour=99&group=x&reach=fly&scenario=%3Cb%3E&facilities=%7B%7B7*7%7D%7D"
    )
    visitor.until_sentence("37.5% of 5,600 residents within 1,000 m; 2 gaps")
