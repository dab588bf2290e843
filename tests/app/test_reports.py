"""A writer on deadline: the report, the maps for paper, a text whose figures light up, a map that is verified."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from docx import Document

from tests.app.conftest import read
from tests.test_hostile_text import TEXTS

if TYPE_CHECKING:
    from tests.app.conftest import Visit, Visitor

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
TEXT = "全市工会驿站7个，其中全国最美1个、省级9个；职工书屋一家。<img src=x onerror=alert(1)>{{7919*7907}}"


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_figures_of_a_text_light_up_with_the_rows_behind(visit: Visit, viewport: dict[str, int] | None) -> None:
    visitor = visit("/reports?lang=en&doing=figures", **({"viewport": viewport} if viewport else {}))
    visitor.page.get_by_text("Paste a text, such as a yearly review").wait_for()
    visitor.page.get_by_label("Text", exact=True).fill(TEXT)
    visitor.button("Compare").click()
    visitor.page.get_by_text("2 agree with the register").wait_for()
    assert visitor.page.locator("p:not(.atlas-key) > mark").all_inner_texts() == ["7个✓1", "1个✓2", "9个✗3"]
    assert TEXT.partition("<")[2] in visitor.page.locator(".atlas-text").first.inner_text()
    visitor.settled()
    header = [name for name in visitor.until_rows(3)[0] if name.strip()]
    assert header[:4] == ["Figure no.", "Result", "Figure", "In the register"]
    visitor.choose_row(1)
    visitor.page.get_by_test_id("stDataFrame").nth(1).wait_for()
    assert visitor.until_rows(1, at=1)[1][1] == "Alpha Bank"
    names = ("figures.csv", "figure-2.csv")
    for name, words in zip(names, ("A part is more than its whole.", "Alpha Bank"), strict=True):
        with visitor.page.expect_download() as download:
            visitor.button("Download the table (CSV)").nth(names.index(name)).click()
        assert download.value.suggested_filename == name
        assert words in read(download.value.path())


def upload(visitor: Visitor, name: str, content: bytes) -> None:
    visitor.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_text_of_a_file_is_checked_and_a_bad_one_takes_nothing_away(
    visit: Visit, viewport: dict[str, int] | None
) -> None:
    visitor = visit("/reports?lang=en&doing=figures", **({"viewport": viewport} if viewport else {}))
    box = visitor.page.get_by_label("Text", exact=True)
    document, file = Document(), BytesIO()
    document.add_paragraph("The city has 7 service stations, of which 1 national and 3 provincial.")
    document.save(file)
    upload(visitor, "review.docx", file.getvalue())
    visitor.page.get_by_text("2 agree with the register").wait_for()
    text = box.input_value()
    assert text == "The city has 7 service stations, of which 1 national and 3 provincial."
    upload(visitor, "review.docx", "全市驿站7个".encode())
    visitor.page.get_by_text("its name says that it is a Word document, and it is none").wait_for()
    assert box.input_value() == text
    upload(visitor, "review.txt", "全市驿站7个。\r\n职工书屋1家。".encode("gb18030"))
    visitor.page.get_by_text("its name says").wait_for(state="detached")
    visitor.page.locator("p:not(.atlas-key) > mark").filter(has_text="7个✓1").wait_for()
    assert box.input_value() == "全市驿站7个。\n职工书屋1家。"


def test_a_text_that_a_browser_might_run_is_shown_as_it_is(visit: Visit) -> None:
    visitor = visit("/reports?lang=en&doing=figures")
    text = "\n".join(f"驿站6个{hostile}驿站7个" for hostile in TEXTS)
    upload(visitor, "review.txt", text.encode())
    marked = visitor.page.locator(".atlas-text").first
    marked.locator("mark").first.wait_for()
    visitor.settled()
    assert marked.locator("mark").count() >= 2 * len(TEXTS)
    assert marked.evaluate("(text) => text.querySelectorAll(':not(mark, sup, br)').length") == 0
    assert visitor.page.evaluate("window.hostile") is None
    without_marks = (
        "(text) => { text.querySelectorAll('sup').forEach((each) => each.remove()); return text.textContent; }"
    )
    assert marked.evaluate(without_marks) == text.replace("\n", "")


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_yearly_report_is_drafted_made_and_taken_home(visit: Visit, viewport: dict[str, int] | None) -> None:
    visitor = visit("/reports?lang=en", **({"viewport": viewport} if viewport else {}))
    lead = visitor.page.get_by_role("textbox", name="The first paragraph, to be corrected")
    lead.wait_for()
    assert "had 7 service stations: 1 national, 2 provincial" in lead.input_value()
    visitor.page.get_by_test_id("stImage").nth(1).wait_for()
    visitor.page.get_by_text("Stations of each tier").first.wait_for()
    lead.fill("The city has 8 stations.")
    lead.press("Control+Enter")
    visitor.page.get_by_text("contradicts the rest of the report: “The city has 8 stations”: 8").wait_for()
    lead.fill("Corrected by hand.")
    lead.press("Control+Enter")
    visitor.settled()
    visitor.button("Make the report").click()
    visitor.button("Download as Word").wait_for(timeout=90_000)
    for words, start in (("Word", b"PK"), ("a page (HTML)", b"<!doctype html>"), ("a workbook (XLSX)", b"PK")):
        with visitor.page.expect_download() as download:
            visitor.button(f"Download as {words}").click()
        content = download.value.path().read_bytes()
        assert content.startswith(start)
        assert b"Corrected by hand." in content or "HTML" not in words
    assert lead.input_value() == "Corrected by hand."
    visitor.settled().choose("Report of", "Tianjia'an District")
    visitor.page.locator("textarea", has_text="Tianjia'an District had 2 service stations").wait_for()
    visitor.button("Download as Word").wait_for(state="detached")


def test_what_was_pasted_survives_another_page(visit: Visit) -> None:
    visitor = visit("/reports?lang=en&doing=figures")
    visitor.page.get_by_label("Text", exact=True).fill("工会驿站7个")
    visitor.button("Compare").click()
    visitor.page.get_by_text("1 agree with the register").wait_for()
    visitor.settled().page.get_by_role("link", name="Overview", exact=True).click()
    visitor.page.get_by_text("7 of 7 stations").wait_for()
    visitor.page.get_by_role("link", name="Snapshots and reports", exact=True).click()
    visitor.page.locator("p:not(.atlas-key) > mark").wait_for()
    assert visitor.page.get_by_label("Text", exact=True).input_value() == "工会驿站7个"


def test_a_map_is_chosen_looked_at_downloaded_and_verified(visit: Visit) -> None:
    visitor = visit("/?lang=en&bases=1").until_drawn()
    visitor.page.get_by_role("link", name="Map of this for paper").click()
    visitor.page.get_by_role("heading", name="Snapshots and reports").wait_for()
    shown = visitor.page.get_by_test_id("stImage").locator("img")
    shown.wait_for()
    assert visitor.query == {"lang": "en", "bases": "1", "doing": "maps"}
    visitor.choose("Kind of map", "Coverage by district")
    visitor.until_query(picture="districts").page.get_by_label("Service radius").first.wait_for()
    visitor.settled().choose("Ground", "Tianjia'an District")
    visitor.until_query(focus="340403")
    with visitor.page.expect_download() as download:
        visitor.button("Download the map").click()
    assert download.value.suggested_filename == "districts.png"
    visitor.page.get_by_role("radio", name="Verify a file").click()
    visitor.page.locator("input[type=file]").set_input_files(
        {"name": "districts.png", "mimeType": "image/png", "buffer": download.value.path().read_bytes()}
    )
    visitor.page.get_by_text("the picture and its figures are the same").wait_for()
    shown.wait_for()


def test_a_map_of_proposals_offers_those_that_were_saved(visit_own: Visit) -> None:
    visitor = visit_own("/siting?lang=en&radius=1050&from=demand&sites=1")
    box = visitor.page.get_by_label("Name of the scenario")
    box.fill("One of them")
    box.press("Tab")
    visitor.settled()
    visitor.button("Save as scenario").click()
    visitor.page.get_by_text("Saved scenario").wait_for()
    other = visit_own("/reports?lang=en&doing=maps&picture=proposals")
    other.page.get_by_text("Choose a saved scenario, or propose stations first").wait_for()
    assert not other.page.locator(".atlas-fault").count()
    other.choose("Proposed stations", "One of them")
    other.page.get_by_test_id("stImage").wait_for()
    assert "radius=1050" in other.page.url
    assert "scenario=add" in other.page.url
    other.settled().choose("Kind of map", "Before and after")
    other.until_query(picture="pair").page.get_by_test_id("stImage").wait_for()
    assert not other.page.get_by_label("Compare with the end of").count()
    other.settled().choose("Proposed stations", "None: compare with an earlier day")
    other.page.get_by_role("group", name="Compare with the end of").wait_for()
    other.page.get_by_text("Choose a day to compare with, or a scenario").wait_for()
    assert not other.settled().page.locator(".atlas-fault").count()


def test_a_file_that_is_no_map_of_ours_is_refused_in_words(visit: Visit) -> None:
    visitor = visit("/reports?lang=en&doing=verify", viewport=PHONE)
    file = {"name": "x.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n rubbish"}
    visitor.page.locator("input[type=file]").set_input_files(file)
    visitor.page.get_by_text("It does not say how it was made").wait_for()
