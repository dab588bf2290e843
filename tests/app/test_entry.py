"""Journeys of the staff: a station is entered, judged as it is typed, saved with what it changes, undone, corrected."""

from __future__ import annotations

import re
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from tests.app.office import GAPS, command

if TYPE_CHECKING:
    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>{{7919*7907}}"
PHONE = {"width": 390, "height": 844}
IN_GAP_1 = "geo:32.5545,117.0653"


def fill(visitor: Visitor, label: str, text: str) -> None:
    """Type into the field with this label, and leave it."""
    field = visitor.page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    visitor.settled()


def begun(visit: Visit, width: int = 1440) -> Visitor:
    visitor = visit("/register?lang=en")
    visitor.button("New station").click()
    visitor.page.get_by_label("Name", exact=True).wait_for()
    return visitor


def test_a_station_is_entered_saved_with_what_it_changes_and_undone(visit_own: Visit) -> None:
    visitor = begun(visit_own).settled()
    assert not visitor.page.get_by_text("The name is missing").count()
    visitor.button("Save").click()
    for told in (visitor.page.locator(".atlas-at-field"), visitor.page.locator(".atlas-fault")):
        told.filter(has_text="The name is missing").wait_for()
    assert visitor.settled().button("Save").is_disabled()
    fill(visitor, "Name", HOSTILE)
    fill(visitor, "Paste a map link or coordinates", IN_GAP_1)
    visitor.page.wait_for_function("document.querySelector('[aria-label=District]').value === '大通区'")
    visitor.until_map("slots.frame.options.pin.lat === 32.5545")
    visitor.button("Save").click()
    visitor.page.get_by_text(f"{GAPS[0]:,} people newly within 1,000 m.").wait_for()
    assert visitor.card.inner_text().startswith(HOSTILE)
    visitor.button("Undo").click()
    visitor.page.get_by_text("Undone.").wait_for()
    visitor.page.get_by_text("7 stations").wait_for()
    visitor.settled().page.get_by_text("What was changed last").click()
    visitor.page.get_by_test_id("stDataFrame").nth(1).wait_for()  # below the list
    visitor.settled().page.get_by_text("Only what was taken out").click()
    (_header, gone) = visitor.until_rows(1, at=1)
    assert "taken out" in gone
    visitor.choose_row(0, at=1)
    visitor.page.get_by_label("Reason, for the history").fill("It was no mistake")
    visitor.page.get_by_role("button", name=re.compile("^Bring .* back as it was$")).click()
    visitor.page.get_by_text("8 stations").wait_for()
    visitor.card.filter(has_text=HOSTILE).wait_for()
    with visitor.page.expect_download() as download:
        visitor.button("Download all changes (CSV)").click()
    assert "It was no mistake" in download.value.path().read_text(encoding="utf-8-sig").splitlines()[1]


def test_what_is_typed_survives_another_page(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Name", "Half a station")
    visitor.page.get_by_role("link", name="Overview", exact=True).click()
    visitor.page.get_by_text("7 of 7 stations").wait_for()
    visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
    field = visitor.page.get_by_label("Name", exact=True)
    field.wait_for()
    assert field.input_value() == "Half a station"
    visitor.button("Discard").click()
    visitor.button("New station").wait_for()


def test_what_is_typed_while_the_page_still_works_on_the_field_before_stays(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    visitor.page.get_by_label("Name", exact=True).fill("A quick station")
    address = visitor.page.get_by_label("Address", exact=True)
    address.fill("An address")  # which leaves the name: the page runs
    visitor.page.locator(".atlas-note").filter(has_text="not on the map").wait_for()
    visitor.settled()
    assert address.input_value() == "An address"


def test_opening_hours_are_ticked_as_times_of_the_week_or_typed(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Name", "A station")
    visitor.page.get_by_text("When it is open", exact=True).click()
    visitor.button("Sat").click()
    torn = visitor.page.locator(".atlas-fault").filter(has_text="not taken over yet: complete or remove each time")
    torn.wait_for()
    assert visitor.button("Save").is_disabled()
    visitor.page.get_by_role("link", name="Overview", exact=True).click()
    visitor.page.get_by_text("7 of 7 stations").wait_for()
    visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
    torn.wait_for()
    visitor.open("/register?lang=en")
    visitor.button("Go on with it").click()
    torn.wait_for()
    visitor.settled().page.get_by_text("When it is open", exact=True).click()
    assert chosen(visitor) == ["Sat"]
    fill(visitor, "Opening hours", "周一至周五 08:00-18:00")
    torn.wait_for(state="detached")
    visitor.settled()
    assert chosen(visitor) == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    ends = [visitor.page.get_by_label(end, exact=True).input_value() for end in ("from", "to")]
    assert ends == ["08:00", "18:00"]
    assert visitor.button("Save").is_enabled()
    visitor.button("Sat").click()
    until_hours(visitor, "周一至周六 08:00-18:00")
    visitor.button("Add another time").click()
    visitor.button("Sun").nth(1).click()
    for end, at in (("from", "09:30"), ("to", "24:00")):
        visitor.page.get_by_role("combobox", name=end, exact=True).nth(1).click()
        visitor.page.keyboard.type(at)
        visitor.page.keyboard.press("Enter")
        visitor.settled()
    until_hours(visitor, "周一至周六 08:00-18:00；周日 09:30-24:00")
    visitor.button("Remove time 1").click()
    until_hours(visitor, "周日 09:30-24:00")
    visitor.settled().button("Remove time 1").click()
    until_hours(visitor, "")
    visitor.settled()
    fill(visitor, "Opening hours", "by arrangement")
    visitor.page.get_by_text("kept as it is, but not understood").wait_for()


def chosen(visitor: Visitor) -> list[str]:
    """Return the days of the first time of the week."""
    return visitor.page.locator(
        ".st-key-time-0 button[aria-pressed=true], .st-key-time-0 [aria-checked=true]"
    ).all_inner_texts()


def until_hours(visitor: Visitor, line: str) -> None:
    """Wait until the times of the week are told as this line."""
    condition = "(line) => document.querySelector('[aria-label=\"Opening hours\"]').value === line"
    visitor.page.wait_for_function(condition, arg=line)


WHOLLY_IN_SIGHT = """(part) => {
    const { top, bottom } = document.querySelector(part).getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
}"""


def test_on_a_phone_the_first_reason_against_a_save_stands_beside_its_button(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en", viewport=PHONE)
    visitor.button("New station").click()
    first = visitor.page.locator(".atlas-first")
    visitor.settled()
    assert not first.count()
    fill(visitor, "Address", "An address")
    first.filter(has_text="The name is missing").wait_for()
    fill(visitor, "Name", "A station")
    fill(visitor, "Paste a map link or coordinates", "117.0183, 32.6457")
    first.filter(has_text="The datum of the coordinates is missing").wait_for()
    visitor.choose("Datum", "WGS84")
    first.wait_for(state="detached")
    visitor.page.add_style_tag(content=".stMainBlockContainer { min-height: 2300px !important }")  # as when it is slow
    visitor.button("Save").click()
    visitor.page.locator(".atlas-done").wait_for()
    visitor.settled()
    for part in (".atlas-done", ".atlas-card"):
        visitor.page.wait_for_function(WHOLLY_IN_SIGHT, arg=part)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_how_a_draft_is_judged_stays_in_sight_and_a_facility_may_be_unknown_again(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Name", "A station")
    visitor.page.get_by_text("What it offers", exact=True).click()
    water = visitor.page.get_by_role("radiogroup", name="Drinking water", exact=True)
    assert water.get_by_role("radio", checked=True).inner_text() == "not known"
    for state in ("Yes", "not known"):
        water.get_by_text(state, exact=True).click()
        visitor.settled()
        assert water.get_by_role("radio", checked=True).inner_text() == state
    visitor.page.get_by_label("Daily visits", exact=True).scroll_into_view_if_needed()
    box = visitor.button("Save").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 860
    visitor.button("Save").click()
    visitor.card.filter(has_text="A station").wait_for()
    assert "Drinking water" not in visitor.card.inner_text()


def test_a_district_is_chosen_from_a_list_or_typed(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    visitor.choose("District", "寿县")
    visitor.settled()
    field = visitor.page.get_by_label("District", exact=True)
    fill(visitor, "Name", "A station")
    assert field.input_value() == "寿县"
    visitor.type("District", "A new zone")
    visitor.settled()
    assert field.input_value() == "A new zone"


def test_a_place_beside_another_is_asked_about_with_its_card(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Name", "Alpha Bank annexe")
    fill(visitor, "Paste a map link or coordinates", "geo:32.6401,117.0201")
    visitor.page.get_by_text("Alpha Bank (S-01) is 15 m away: the same place?").first.wait_for()
    assert visitor.card.filter(has_text="1 First Street").is_visible()
    assert visitor.button("Save").is_disabled()
    visitor.page.get_by_text("It is another place", exact=True).click()
    visitor.button("Save").and_(visitor.page.locator(":enabled")).wait_for()


def test_a_place_is_clicked_on_the_map(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    visitor.until_drawn("stations")
    visitor.approach(117.0653, 32.5545, 14)
    visitor.until_map("!(map_div._panAnim && map_div._panAnim._inProgress)")
    box = visitor.page.locator("iframe").first.bounding_box()
    assert box is not None
    visitor.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visitor.until_map("Math.abs(slots.frame.options.pin.lon - map_div.getCenter().lng) < 0.0002")
    visitor.page.wait_for_function("document.querySelector('[aria-label=Latitude]').value.startsWith('32.55')")


def test_bare_numbers_name_no_datum_and_it_has_to_be_answered(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Name", "A station")
    fill(visitor, "Paste a map link or coordinates", IN_GAP_1)
    visitor.page.wait_for_function("document.querySelector('[aria-label=Datum]').value === 'WGS84'")
    fill(visitor, "Paste a map link or coordinates", "117.0183, 32.6457")
    visitor.page.wait_for_function("document.querySelector('[aria-label=Longitude]').value === '117.0183'")
    visitor.page.locator(".atlas-fault").filter(has_text="The datum of the coordinates is missing.").wait_for()
    visitor.settled()
    assert visitor.button("Save").is_disabled()


def test_what_is_answered_about_the_save_survives_another_page(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Name", "Half a station")
    fill(visitor, "Number of the document behind it", "No. 7")
    fill(visitor, "Reason, for the history", "because")
    visitor.page.get_by_role("link", name="Overview", exact=True).click()
    visitor.page.get_by_text("7 of 7 stations").wait_for()
    visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
    for label, text in (("Number of the document behind it", "No. 7"), ("Reason, for the history", "because")):
        field = visitor.page.get_by_label(label, exact=True)
        field.wait_for()
        assert field.input_value() == text


def test_a_record_is_corrected_and_its_history_says_so(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&selected=station:S-05&record=1")
    visitor.button("Edit this record").click()
    visitor.page.get_by_label("Address", exact=True).wait_for()
    fill(visitor, "Address", "55 Fifth Street")
    fill(visitor, "Reason, for the history", "moved next door")
    visitor.button("Save").click()
    visitor.card.filter(has_text="55 Fifth Street").wait_for()
    visitor.until_header("Field", at=2)  # below what is near, and its life
    assert "moved next door" in [cell for row in visitor.table(2) for cell in row]


def test_what_was_typed_right_before_the_button_was_pressed_is_saved_too(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&selected=station:S-05&record=1")
    visitor.button("Edit this record").click()
    visitor.page.get_by_label("Address", exact=True).wait_for()
    visitor.settled()
    visitor.page.get_by_label("Address", exact=True).fill("55 Fifth Street")
    visitor.page.get_by_label("Township", exact=True).fill("West")  # which leaves the address: the page runs
    visitor.page.get_by_label("Reason, for the history").fill("moved next door")
    visitor.button("Save").dblclick()
    visitor.page.locator(".atlas-done").wait_for()
    visitor.settled()
    shown = visitor.card.inner_text()
    assert "55 Fifth Street" in shown
    assert "West" in shown
    visitor.until_header("Field", at=2)
    assert "moved next door" in [cell for row in visitor.table(2) for cell in row]


def test_a_save_that_somebody_else_holds_up_says_so(visit_own: Visit, own_office: dict[str, str]) -> None:
    visitor = visit_own("/register?lang=en&selected=station:S-05")
    edited(visitor, "55 Fifth Street")
    locking = sqlite3.connect(own_office["STATIONS_DATABASE"], isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    visitor.button("Save").click()
    visitor.page.get_by_text("Where somebody else is writing, that has to come to an end first.").wait_for()
    locking.execute("ROLLBACK")
    locking.close()
    visitor.page.locator(".atlas-done").wait_for()
    visitor.card.filter(has_text="55 Fifth Street").wait_for()


@pytest.mark.parametrize("reloaded", [False, True])
def test_who_leaves_the_page_before_a_save_ends_is_told_of_nobody_else(
    visit_own: Visit, own_office: dict[str, str], reloaded: bool
) -> None:
    visitor = visit_own("/register?lang=en")
    for name in ("Omega Hall", "Omega House"):
        visitor.button("New station").click()
        fill(visitor, "Name", name)
        fill(visitor, "Paste a map link or coordinates", IN_GAP_1 if name == "Omega Hall" else "geo:32.6,117.3")
        locking = sqlite3.connect(own_office["STATIONS_DATABASE"], isolation_level=None)
        locking.execute("BEGIN IMMEDIATE")
        visitor.button("Save").click()
        visitor.page.get_by_text("Where somebody else is writing, that has to come to an end first.").wait_for()
        if reloaded:
            visitor.page.goto("about:blank")
        else:
            visitor.page.get_by_role("link", name="Overview", exact=True).click()
        locking.execute("ROLLBACK")
        locking.close()
        until_saved(own_office, name)
        if reloaded:
            visitor.open("/register?lang=en")
        else:
            visitor.page.get_by_text("stations", exact=False).first.wait_for()
            visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
        visitor.button("New station").wait_for()
        visitor.settled()
        assert not visitor.page.get_by_text("Not saved yet").count()
        assert not visitor.page.get_by_text("may be the same").count()
    visitor.page.get_by_text("9 stations").wait_for()


def until_saved(office: dict[str, str], name: str) -> None:
    """Wait until the register has a station of this name."""
    asking = sqlite3.connect(office["STATIONS_DATABASE"])
    until = time.monotonic() + 20
    while not asking.execute("SELECT 1 FROM station WHERE name = ?", [name]).fetchone():
        assert time.monotonic() < until
        time.sleep(0.05)
    asking.close()


def test_a_station_that_is_older_than_most_is_corrected(visit_own: Visit, own_office: dict[str, str]) -> None:
    opened = command(own_office, "edit", "S-05", "opened_on=1958-05-01")
    assert opened.returncode == 0, opened.stderr
    visitor = visit_own("/register?lang=en&selected=station:S-05")
    edited(visitor, "55 Fifth Street")
    visitor.button("Save").click()
    visitor.card.filter(has_text="55 Fifth Street").filter(has_text="1958-05-01").wait_for()


def edited(visitor: Visitor, address: str) -> None:
    """Open the form of the chosen record and type another address."""
    visitor.button("Edit this record").click()
    visitor.page.get_by_label("Address", exact=True).wait_for()
    fill(visitor, "Address", address)


def test_of_two_who_edit_one_record_the_second_overwrites_nothing_and_keeps_what_he_typed(visit_own: Visit) -> None:
    first, second = (visit_own("/register?lang=en&selected=station:S-05") for _each in range(2))
    edited(first, "55 Fifth Street")
    edited(second, "66 Sixth Street")
    first.button("Save").click()
    first.card.filter(has_text="55 Fifth Street").wait_for()
    fill(second, "Township", "there")  # it is said as soon as anything is done
    second.page.get_by_text("S-05 was changed by somebody else in the meantime").first.wait_for()
    assert second.page.get_by_label("Address", exact=True).input_value() == "66 Sixth Street"
    versions = second.until_rows(2)
    assert ["Address", "55 Fifth Street", "66 Sixth Street", "to be chosen"] in versions
    assert ["Township", "", "there", "what you have entered"] in versions
    assert second.button("Save").is_disabled()
    assert second.button("Go on with both").is_disabled()
    second.choose("Both changed: Address", "66 Sixth Street")
    second.button("Go on with both").and_(second.page.locator(":enabled")).click()
    second.button("Save").and_(second.page.locator(":enabled")).click()
    second.card.filter(has_text="66 Sixth Street").wait_for()
    edited(first, "77 Seventh Street")
    edited(second, "88 Eighth Street")
    first.button("Save").click()
    first.card.filter(has_text="77 Seventh Street").wait_for()
    fill(second, "Township", "here")
    second.button("Begin again with what is there now").click()
    second.page.wait_for_function("document.querySelector('[aria-label=Address]').value === '77 Seventh Street'")
    second.settled().button("Discard").click()
    second.card.filter(has_text="77 Seventh Street").wait_for()


def test_a_record_that_is_taken_out_while_somebody_edits_it_leaves_a_way_back(
    visit_own: Visit, own_office: dict[str, str]
) -> None:
    visitor = visit_own("/register?lang=en&selected=station:S-05")
    visitor.button("Edit this record").click()
    fill(visitor, "Address", "55 Fifth Street")
    gone = command(own_office, "remove", "S-05", "--why", "entered twice")
    assert gone.returncode == 0, gone.stderr
    fill(visitor, "Township", "West")
    told = visitor.page.locator(".atlas-fault").filter(has_text="Somebody has taken S-05 out of the register")
    told.wait_for()
    assert visitor.page.get_by_label("Address", exact=True).input_value() == "55 Fifth Street"
    assert visitor.button("Save").is_disabled()
    visitor.button("Back to the list").click()
    visitor.page.get_by_text("Not saved yet: Epsilon Park (S-05)").wait_for()
    visitor.button("Go on with it").click()
    told.wait_for()
    assert visitor.page.get_by_label("Township", exact=True).input_value() == "West"
    visitor.button("Discard").click()
    visitor.button("New station").wait_for()
    assert visitor.page.get_by_text("Not saved yet").count() == 0


def test_a_form_that_is_open_in_two_tabs_is_saved_once_and_the_other_loses_nothing(visit_own: Visit) -> None:
    first = begun(visit_own)
    fill(first, "Name", "One station")
    second = visit_own("/register?lang=en")
    second.button("Go on with it").click()
    fill(second, "Name", "Another station")
    fill(second, "Address", "66 Sixth Street")
    first.button("Save").click()
    first.card.filter(has_text="One station").wait_for()
    second.button("Save").click()
    second.page.get_by_text("This form was saved already").wait_for()
    assert second.page.get_by_label("Address", exact=True).input_value() == "66 Sixth Street"
    second.choose("Both changed: Name", "Another station")
    second.button("Go on with both").and_(second.page.locator(":enabled")).click()
    second.button("Save").and_(second.page.locator(":enabled")).click()
    second.card.filter(has_text="66 Sixth Street").wait_for()
    assert second.card.inner_text().startswith("Another station")
    second.page.get_by_text("8 stations").wait_for()
    assert not second.button("Go on with it").is_visible()


def test_an_undo_takes_nobody_elses_change_back(visit_own: Visit) -> None:
    first, second = (visit_own("/register?lang=en&selected=station:S-05") for _each in range(2))
    edited(first, "55 Fifth Street")
    first.button("Save").click()
    first.card.filter(has_text="55 Fifth Street").wait_for()
    second.open("/register?lang=en&selected=station:S-05")
    edited(second, "66 Sixth Street")
    second.button("Save").click()
    second.card.filter(has_text="66 Sixth Street").wait_for()
    first.button("Undo").click()
    first.page.get_by_text("S-05 was changed by somebody else in the meantime").wait_for()
    first.card.filter(has_text="66 Sixth Street").wait_for()


def test_the_page_of_a_past_day_still_enters_into_the_register_of_now(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&on=2020-01-01&selected=station:S-05")
    edited(visitor, "55 Fifth Street")
    visitor.button("Save").click()
    visitor.card.filter(has_text="55 Fifth Street").wait_for()


def test_a_record_that_never_was_has_neither_card_nor_history(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&selected=station:NOPE")
    visitor.page.get_by_text("There is no NOPE in the register of this city and day.").wait_for()
    visitor.page.get_by_text("District outlines are good to").wait_for()
    assert visitor.page.get_by_role("heading", name="History").count() == 0


def test_what_is_pasted_and_names_no_place_says_so(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(visitor, "Paste a map link or coordinates", "https://surl.amap.com/3xYz")
    visitor.page.get_by_text("No one place is named there").wait_for()


def test_another_status_empties_the_day_of_the_one_before_and_holds_from_today(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&selected=station:S-05")
    visitor.button("Edit this record").click()
    visitor.page.get_by_text("Status of the station", exact=True).click()
    visitor.settled().choose("Status", "In use")
    visitor.date("Status since", "2020-05-01")
    visitor.button("Save").click()
    visitor.page.get_by_text("Saved: S-05").wait_for()
    visitor.settled().button("Edit this record").click()
    visitor.page.get_by_text("Status of the station", exact=True).click()
    year = visitor.page.get_by_role("spinbutton", name="year, Status since", exact=True)
    year.filter(has_text="2020").wait_for()
    visitor.settled().choose("Status", "Delisted")
    visitor.page.get_by_text("A delisted station needs a reason").first.wait_for()
    year.filter(has_not_text="2020").wait_for()
    fill(visitor, "Reason", "Torn down")
    visitor.button("Save").and_(visitor.page.locator(":enabled")).click()
    visitor.page.get_by_text("Saved: S-05").wait_for()
    visitor.open("/?lang=en&selected=station:S-05&on=2024-06-30")
    visitor.card.filter(has_text="In use").wait_for()


def test_where_two_places_may_be_meant_the_visitor_chooses(visit_own: Visit) -> None:
    visitor = begun(visit_own)
    fill(
        visitor,
        "Paste a map link or coordinates",
        "https://uri.amap.com/navigation?from=117.01,32.64,a&to=117.02,32.65,b",
    )
    visitor.page.get_by_text("More than one place may be meant").wait_for()
    assert visitor.page.get_by_label("Longitude", exact=True).input_value() == ""
    visitor.page.get_by_text("117.01, 32.64 (GCJ-02)").click()
    visitor.page.wait_for_function("document.querySelector('[aria-label=Longitude]').value === '117.01'")
    visitor.page.wait_for_function("document.querySelector('[aria-label=Datum]').value === 'GCJ-02'")
    visitor.page.get_by_text("More than one place may be meant").wait_for(state="detached")


def test_an_honour_below_the_tier_is_awarded_by_the_form_with_its_day_and_document(visit_own: Visit) -> None:
    visitor = visit_own("/register?lang=en&selected=station:S-01&record=1")
    visitor.button("Edit this record").click()
    visitor.page.get_by_role("combobox", name="Other honours", exact=True).click()
    visitor.page.get_by_role("option", name="Municipal", exact=True).click()
    visitor.settled()
    fill(visitor, "Number of the document behind it", "No. 7")
    visitor.button("Save").and_(visitor.page.locator(":enabled")).click()
    visitor.card.filter(has_text="Other honours").wait_for()
    visitor.until_header("What happened", at=1)  # below what is near
    assert any({"Municipal", "No. 7"} <= set(turn) for turn in visitor.table(1))
