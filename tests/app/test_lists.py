"""Journeys through the register's list: narrowed, several corrected at once, one record looked at whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import read
from tests.app.office import command

if TYPE_CHECKING:
    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

ROWS = 7
PHONE = {"width": 390, "height": 844}


def more(visitor: Visitor) -> None:
    visitor.button("More").click()
    visitor.page.get_by_role("combobox", name="Order").wait_for()


def until_numbers(visitor: Visitor, wanted: list[str]) -> None:
    """Wait until the list shows these records, in this order."""
    visitor.page.wait_for_function(
        """(wanted) => {
            const rows = document.querySelectorAll("[data-testid=stDataFrame] table[role=grid] tbody tr");
            return wanted.length === rows.length
                && Array.from(rows).every((row, at) => row.textContent.includes(wanted[at]));
        }""",
        arg=wanted,
    )


def numbers(rows: list[list[str]]) -> list[str]:
    return [row[0] for row in rows[1:]]


def test_the_list_is_narrowed_ordered_shared_by_its_address_and_downloaded(visit: Visit) -> None:
    visitor = visit("/register?lang=en")
    visitor.until_rows(ROWS)
    visitor.page.get_by_text("7 of 7", exact=True).wait_for()
    more(visitor)
    visitor.page.get_by_role("button", name="Provincial 2").click()
    visitor.page.get_by_text("5 of 7", exact=True).wait_for()
    visitor.choose("Order", "name")
    visitor.page.keyboard.press("Escape")
    visitor.until_query(tiers="national,municipal,none", order="name")
    by_name = ["S-01", "S-04", "S-05", "S-07", "S-06"]
    until_numbers(visitor, by_name)
    other = visit(f"/register?{visitor.page.url.partition('?')[2]}")
    until_numbers(other, by_name)
    with other.page.expect_download() as download:
        other.button("Download the list (CSV)").click()
    assert len(read(download.value.path()).splitlines()) == 1 + 5
    other.button("Other formats").click()
    for name, suffix, beginning in (("GeoPackage", "gpkg", b"SQLite format 3"), ("KML", "kml", b"<?xml")):
        with other.page.expect_download() as download:
            other.button(name).click()
        assert download.value.suggested_filename == f"stations.{suffix}"
        assert Path(download.value.path()).read_bytes().startswith(beginning)
    other.page.keyboard.press("Escape")
    other.button("Reset").click()
    other.until_rows(ROWS)


def test_words_and_a_district_narrow_it_and_nothing_found_says_what_to_do(visit: Visit) -> None:
    visitor = visit("/register?lang=en&find=street&divisions=340422")
    assert numbers(visitor.until_rows(2)) == ["S-05", "S-06"]
    visitor.search("nowhere")
    visitor.page.get_by_text("No record passes the filters. Loosen one, or reset.").wait_for()


def test_an_address_that_asks_for_what_the_city_has_not_shows_everything(visit: Visit) -> None:
    visitor = visit("/register?lang=en&divisions=110101&unit=X&statuses=no&order=no")
    visitor.until_rows(ROWS)


def test_several_are_corrected_together_with_a_preview_and_taken_back(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&find=Street")
    visitor.toggle("Choose several")
    visitor.page.get_by_text("0 chosen", exact=True).wait_for()
    for row in (3, 4):
        visitor.choose_row(row)
        visitor.page.get_by_text(f"{row - 2} chosen", exact=True).wait_for()
        visitor.settled()
    visitor.button("Correct them together").click()
    visitor.page.get_by_text("2 records are corrected together.").wait_for()
    assert visitor.page.get_by_label("Name", exact=True).count() == 0
    visitor.choose("Tier", "Provincial")
    visitor.page.get_by_text("2 records change.").wait_for()
    assert ["S-04", "Tier", "Municipal", "Provincial", "Delta Market"] in visitor.until_rows(2)
    visitor.page.get_by_label("Number of the document behind it").fill("No. 7 of 2026")
    visitor.date("Since when", "2025-05-01")
    visitor.button("Save 2 records").click()
    visitor.page.get_by_text("Saved: 2 records, revision 2.").wait_for()
    visitor.open("/register?lang=en&selected=station:S-04&record=1")
    visitor.page.get_by_role("heading", name="Its life").wait_for()
    visitor.until_header("What happened", at=1)
    life = visitor.table(1)
    told = ["S-04", "Delta Market", "2025-05-01", "honour awarded", "Municipal", "Provincial", "", "No. 7 of 2026"]
    assert told in [row[:8] for row in life]


def test_what_was_corrected_together_is_undone_at_once(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en")
    visitor.toggle("Choose several")
    visitor.button("Choose all 7").click()
    visitor.page.get_by_text("7 chosen", exact=True).wait_for()
    visitor.button("Correct them together").click()
    visitor.choose("Status", "In use")
    visitor.page.get_by_text("1 record changes, 6 stay as they are.").wait_for()
    visitor.button("Save 1 record").click()
    visitor.page.get_by_text("Saved: 1 record, revision 2. 800 people newly within 1,000 m.").wait_for()
    visitor.settled().button("Undo").click()
    visitor.page.get_by_text("Undone.").wait_for()


def test_one_that_cannot_be_corrected_is_named_with_its_reason(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&find=Alpha")
    visitor.toggle("Choose several")
    visitor.button("Choose 1 record").click()
    visitor.page.get_by_text("1 chosen", exact=True).wait_for()
    visitor.button("Correct them together").click()
    visitor.choose("Status", "Delisted")
    visitor.page.get_by_text("Alpha Bank (S-01): A delisted station needs a reason.").wait_for()
    assert visitor.button("Save 0 records").is_disabled()
    visitor.button("Discard").click()
    visitor.button("New station").wait_for()


def test_a_record_is_looked_at_whole(visit: Visit) -> None:
    visitor = visit("/register?lang=en&selected=station:S-01")
    visitor.button("Everything about it").click()
    visitor.until_query(record="1")
    visitor.page.get_by_role("heading", name="What is near").wait_for()
    visitor.until_map("slots.frame.options.pin.reach_m === 1000 && slots.stations.options.selected === 'S-01'")
    visitor.until_map("Math.abs(map_div.getCenter().lng - 117.02) < 0.01")
    figures = visitor.page.get_by_test_id("stMetric")
    assert figures.all_inner_texts() == ["Residents\n\n2,000", "Couriers\n\n20", "Depend on it alone\n\n0"]
    assert visitor.until_rows(7)[1][:2] == ["S-02", "Beta Library"]
    visitor.choose_row(0)
    visitor.card.filter(has_text="Beta Library").wait_for()
    visitor.button("Back to the list").click()
    visitor.until_rows(ROWS)


def test_a_record_without_a_place_says_so(visit: Visit) -> None:
    visitor = visit("/register?lang=en&selected=station:S-07&record=1", viewport=PHONE)
    visitor.page.get_by_text("Nobody has recorded where it is").wait_for()
    assert visitor.page.get_by_role("heading", name="What is near").count() == 0


def test_a_version_is_restored_from_the_history_and_that_is_undone(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&selected=station:S-05&record=1")
    visitor.button("Edit this record").click()
    visitor.page.get_by_label("Address", exact=True).fill("55 Fifth Street")
    visitor.page.get_by_label("Address", exact=True).press("Tab")
    visitor.settled()
    visitor.button("Save").click()
    visitor.card.filter(has_text="55 Fifth Street").wait_for()
    visitor.until_rows(2, at=2)  # below what is near, and its life
    visitor.choose_row(1, at=2)
    visitor.button("Restore it as it was after revision 1").click()
    visitor.page.get_by_text("Saved: S-05, revision 3.").wait_for()
    visitor.card.filter(has_text="5 Fifth Street").wait_for()
    visitor.button("Undo").click()
    visitor.card.filter(has_text="55 Fifth Street").wait_for()


def test_a_version_is_not_restored_over_what_somebody_saved_meanwhile(
    visit_own: Visit, own_office: dict[str, str]
) -> None:
    assert command(own_office, "edit", "S-05", "address=55 Fifth Street").returncode == 0
    visitor = visit_own("/register?lang=en&selected=station:S-05&record=1")
    visitor.until_rows(2, at=2)
    visitor.choose_row(1, at=2)
    assert command(own_office, "edit", "S-05", "address=66 Sixth Street").returncode == 0
    visitor.button("Restore it as it was after revision 1").click()
    visitor.page.get_by_text("S-05 was changed by somebody else in the meantime").wait_for()
    visitor.card.filter(has_text="66 Sixth Street").wait_for()


def test_the_last_changes_are_shown_and_all_of_them_downloaded(visit: Visit) -> None:
    visitor = visit("/register?lang=en").settled()
    visitor.page.get_by_text("What was changed last").click()
    with visitor.page.expect_download() as download:
        visitor.button("Download all changes (CSV)").click()
    lines = read(download.value.path()).splitlines()
    assert len(lines) == 1 + 7 + 2
    assert lines[0].startswith("Revision,When (UTC),Who")


def test_a_place_is_dragged_on_the_map(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&selected=station:S-05")
    visitor.button("Edit this record").click()
    visitor.page.get_by_label("Latitude", exact=True).wait_for()
    visitor.until_map("slots.frame.options.pin.movable")
    visitor.approach(116.785, 32.575, 14)
    visitor.until_map("!(map_div._panAnim && map_div._panAnim._inProgress)")
    box = visitor.page.locator("iframe").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visitor.page.mouse.move(x, y)
    visitor.page.mouse.down()
    visitor.page.mouse.move(x + 60, y - 40, steps=4)
    visitor.page.mouse.up()
    visitor.page.wait_for_function("Number(document.querySelector('[aria-label=Latitude]').value) > 32.5755")
    visitor.until_map("Math.abs(map_div.getCenter().lng - 116.785) < 0.0001")  # the map itself stayed
    assert visitor.page.get_by_label("Datum", exact=True).input_value() == "WGS84"
