"""A writer on deadline: a text is pasted, its figures light up, and the rows behind one of them are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import read

if TYPE_CHECKING:
    from tests.app.conftest import Visit

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
TEXT = "全市工会驿站6个，其中全国最美1个、省级9个；职工书屋一家。<img src=x onerror=alert(1)>{{7919*7907}}"


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_figures_of_a_text_light_up_with_the_rows_behind(visit: Visit, viewport: dict[str, int] | None) -> None:
    visitor = visit("/reports?lang=en", **({"viewport": viewport} if viewport else {}))
    visitor.page.get_by_text("Paste a text, such as a yearly review").wait_for()
    visitor.page.get_by_label("Text", exact=True).fill(TEXT)
    visitor.button("Compare").click()
    visitor.page.get_by_text("2 agree with the register of").wait_for()
    marks = visitor.page.locator("mark")
    assert marks.all_inner_texts() == ["6个✓", "1个✓", "9个✗"]
    assert TEXT.partition("<")[2] in visitor.page.locator(".atlas-text").inner_text()
    visitor.settled()
    visitor.choose_row(1)
    visitor.page.get_by_test_id("stDataFrame").nth(1).wait_for()
    assert visitor.until_rows(1, at=1)[1][1] == "Alpha Bank"
    with visitor.page.expect_download() as download:
        visitor.button("Download the table (CSV)").first.click()
    assert "A part is more than its whole." in read(download.value.path())


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_yearly_report_is_drafted_made_and_taken_home(visit: Visit, viewport: dict[str, int] | None) -> None:
    visitor = visit("/reports?lang=en", **({"viewport": viewport} if viewport else {}))
    visitor.page.get_by_text("had 6 service stations: 1 national, 2 provincial").wait_for()
    visitor.button("Make the report").click()
    for words, start in (("Word", b"PK"), ("a page (HTML)", b"<!doctype html>"), ("a workbook (XLSX)", b"PK")):
        with visitor.page.expect_download() as download:
            visitor.button(f"Download as {words}").click()
        assert download.value.path().read_bytes().startswith(start)
    visitor.page.get_by_label("Report of").click()
    visitor.page.get_by_role("option", name="Tianjia'an District").click()
    visitor.page.get_by_text("Tianjia'an District had 2 service stations").wait_for()
    assert visitor.button("Download as Word").count() == 0


def test_what_was_pasted_survives_another_page(visit: Visit) -> None:
    visitor = visit("/reports?lang=en")
    visitor.page.get_by_label("Text", exact=True).fill("工会驿站6个")
    visitor.button("Compare").click()
    visitor.page.get_by_text("1 agree with the register of").wait_for()
    visitor.settled().page.get_by_role("link", name="Overview", exact=True).click()
    visitor.page.get_by_text("7 of 7 stations").wait_for()
    visitor.page.get_by_role("link", name="Snapshots and reports", exact=True).click()
    visitor.page.locator("mark").wait_for()
    assert visitor.page.get_by_label("Text", exact=True).input_value() == "工会驿站6个"
