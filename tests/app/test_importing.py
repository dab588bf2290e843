"""The page 导入与体检: a list is handed in, its columns are told, it is looked at, decided about, imported, undone."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from openpyxl import Workbook, load_workbook

from tests.app.conftest import Visit, read
from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

HEADERS = ("序号", "驿站", "所属县区", "经度", "纬度", "楼层")
ROWS = (
    (1, "New Bank", "田家庵区", "117.0200", "32.6400", "1F"),
    (2, "New Library", "田家庵区", "117.0500", "32.6400", "2F"),
    (3, "<img src=x onerror=alert(1)>", "田家庵区", "117.0600", "32.6500", ""),
    (4, "Broken row", "田家庵区", "east", "32.6500", ""),
)


def listed(rows: Sequence[Sequence[object]], headers: Sequence[str] = HEADERS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    return text.getvalue().encode("utf-8-sig")


def hand_in(visitor: Visitor, data: bytes, name: str = "名单.csv") -> None:
    file: Any = {"name": name, "mimeType": "text/csv", "buffer": data}
    visitor.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(file)


def until_gone(visitor: Visitor) -> None:
    """Wait until there is no list on the page any more."""
    visitor.page.locator("[data-testid=stFileUploader]").wait_for()


def test_a_messy_list_is_mapped_looked_at_imported_and_undone(visit_own: Visit, tmp_path: Path) -> None:
    visitor = visit_own("/import?lang=en")
    visitor.until_sentence("nothing is written before you confirm")
    hand_in(visitor, listed(ROWS))
    visitor.page.locator(".atlas-fault").filter(has_text="it has no column for the name").wait_for()
    visitor.choose("驿站", "Name")
    visitor.until_sentence("4 rows, of which 4 refused")
    visitor.choose("Datum of the coordinates", "WGS84")
    visitor.until_sentence("4 rows, of which 3 new, 1 refused")
    visitor.page.get_by_text("New (3)").wait_for()
    assert visitor.page.get_by_text("楼层", exact=True).count() == 1
    visitor.page.get_by_text("Refused (1)").click()
    visitor.settled()
    with visitor.page.expect_download() as download:
        visitor.button("Download the table (CSV)").last.click()
    download.value.save_as(tmp_path / "refused.csv")
    (row,) = list(csv.DictReader(io.StringIO(read(tmp_path / "refused.csv"))))
    assert (row["Row"], row["Column"], row["Value"]) == ("5", "经度", "east")
    visitor.button("Import: 3 new, 0 changed").click()
    until_gone(visitor)
    visitor.page.locator(".atlas-done").filter(has_text="Imported from 名单.csv: 3 new, 0 changed").wait_for()
    visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
    visitor.until_sentence("3 stations")
    visitor.page.get_by_role("link", name="Import and check-up", exact=True).click()
    visitor.page.locator(".atlas-done").filter(has_text="Imported from").wait_for()
    visitor.button("Undo").click()
    visitor.page.locator(".atlas-done").filter(has_text="Undone.").wait_for()
    visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
    visitor.until_sentence("7 stations; 2 activity bases")


def test_a_list_on_another_sheet_than_the_first_is_found_and_its_repetitions_decided_about(visit_own: Visit) -> None:
    book = Workbook()
    book.active.append(["某市工会驿站台账", "2026年"])
    sheet = book.create_sheet("台账")
    for row in (
        ("名称", "地址", "经度", "纬度", "坐标系"),
        ("洞山中路工会驿站", "洞山中路8号", "117.0200", "32.6400", "WGS84"),
        ("工会驿站（洞山中路）", "洞山中路8号", "117.0208", "32.6400", "WGS84"),
    ):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    visitor = visit_own("/import?lang=en")
    visitor.until_sentence("nothing is written before you confirm")
    hand_in(visitor, data.getvalue(), "台账.xlsx")
    visitor.page.locator(".atlas-fault").filter(has_text="it has headers but no rows").wait_for()
    visitor.choose("Sheet", "台账")
    visitor.until_sentence("2 rows, of which 2 new")
    assert visitor.page.locator(".atlas-fault").count() == 0
    asked = "Row 3, 工会驿站（洞山中路）: 洞山中路工会驿站 (row 2), 75 m away"
    visitor.page.locator(".atlas-note").filter(has_text=asked).wait_for()
    assert visitor.button("Import: 2 new, 0 changed").is_disabled()
    visitor.page.get_by_text("Compare the two").click()
    visitor.page.locator(".atlas-beside").filter(has_text="洞山中路8号").wait_for()
    visitor.choose("Row 3", "Leave the row out")
    visitor.until_sentence("2 rows, of which 1 new, 1 refused")
    visitor.button("Decide again").click()
    visitor.choose("Row 3", "Both rows are places of their own")
    visitor.until_sentence("2 rows, of which 2 new")
    visitor.button("Import: 2 new, 0 changed").click()
    until_gone(visitor)


def test_a_list_can_be_taken_back_another_day(visit_own: Visit) -> None:
    visitor = visit_own("/import?lang=en")
    visitor.until_sentence("nothing is written before you confirm")
    hand_in(visitor, listed([("New Bank", "117.0200", "32.6400", "WGS84")], ("名称", "经度", "纬度", "坐标系")))
    visitor.button("Import: 1 new, 0 changed").click()
    until_gone(visitor)
    visitor.page.reload()
    visitor.until_sentence("nothing is written before you confirm")
    visitor.page.get_by_text("Imported before", exact=True).click()
    visitor.page.get_by_text("名单.csv (1 new, 0 changed)").wait_for()
    visitor.page.get_by_role("button", name="Undo revision").first.click()
    visitor.page.locator(".atlas-done").filter(has_text="Undone.").wait_for()
    visitor.page.get_by_role("link", name="Stations and bases", exact=True).click()
    visitor.until_sentence("7 stations; 2 activity bases")


def test_what_may_be_there_already_is_decided_before_the_import_and_the_columns_are_remembered(
    visit_own: Visit,
) -> None:
    visitor = visit_own("/import?lang=en")
    hand_in(visitor, listed(ROWS[:2]))
    visitor.page.locator(".atlas-fault").wait_for()
    visitor.choose("驿站", "Name")
    visitor.settled()
    visitor.choose("Datum of the coordinates", "WGS84")
    visitor.until_sentence("2 rows, of which 2 new")
    visitor.button("Import: 2 new, 0 changed").click()
    until_gone(visitor)
    again = [
        (1, "Bank by another name", "田家庵区", "117.0201", "32.6400", "3F"),
        (2, "New Library", "田家庵区", "117.0501", "32.6400", "2F"),
        (3, "Far away", "田家庵区", "117.0900", "32.6400", ""),
    ]
    hand_in(visitor, listed(again), "二月.csv")
    visitor.page.locator(".atlas-note").filter(has_text="Read as in the last list with these headers: 驿站").wait_for()
    visitor.choose("Datum of the coordinates", "WGS84")
    visitor.until_sentence("3 rows, of which 3 new")
    visitor.page.locator(".atlas-caution").filter(has_text="2 rows may be places that are there already").wait_for()
    assert visitor.button("Import: 3 new, 0 changed").is_disabled()
    asked = "Row 2, Bank by another name: New Bank (340400-0001), 9 m away"
    visitor.page.locator(".atlas-note").filter(has_text=asked).wait_for()
    visitor.choose("Row 2", "It is New Bank (340400-0001), 9 m away")
    visitor.until_sentence("3 rows, of which 2 new, 1 changed")
    visitor.page.get_by_text("Compare the two").click()
    visitor.page.locator(".atlas-beside").filter(has_text="New Library").wait_for()
    visitor.button("Leave all of them out").click()
    visitor.until_sentence("3 rows, of which 1 new, 1 changed, 1 refused")
    visitor.page.get_by_text("Changed (1)").click()
    visitor.until_header("Was", 1)
    changed = {row[1]: row[2:4] for row in visitor.table(1)[1:]}
    assert changed["Name"] == ["New Bank", "Bank by another name"]
    visitor.button("Import: 1 new, 1 changed").click()
    until_gone(visitor)
    hand_in(visitor, listed(again), "二月.csv")
    visitor.choose("Datum of the coordinates", "WGS84")
    visitor.until_sentence("1 new, 2 as they are already")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7 ...", "this is a PDF document"),
        (b"a,b\n1,2\n", "none of its headers is known here"),
        ("名称\n示例\ufffe\n".encode("utf-16-le")[:-1], "neither"),
    ],
)
def test_what_is_no_list_is_refused_in_words_and_another_can_be_handed_in(
    visit: Visit, data: bytes, words: str
) -> None:
    visitor = visit("/import?lang=en")
    hand_in(visitor, data)
    visitor.page.locator(".atlas-fault").filter(has_text=words).wait_for()
    visitor.button("Another file").click()
    until_gone(visitor)


def test_a_list_survives_another_page_and_another_language(visit: Visit) -> None:
    visitor = visit("/import?lang=en")
    hand_in(visitor, listed([("示例甲",)], ["名称"]))
    visitor.until_sentence("1 row, of which 1 new")
    visitor.page.get_by_role("link", name="Overview", exact=True).click()
    visitor.until_drawn()
    visitor.page.get_by_role("link", name="Import and check-up", exact=True).click()
    visitor.until_sentence("1 row, of which 1 new")
    visitor.page.get_by_role("radio", name="中文").click()
    visitor.until_sentence("1 行")


def test_the_page_fits_a_phone(visit: Visit) -> None:
    visitor = visit("/import?lang=en", viewport={"width": 390, "height": 844})
    hand_in(visitor, listed(ROWS, ("序号", "名称", *HEADERS[2:])))
    visitor.until_sentence("4 rows")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_safe_corrections_are_taken_over_and_can_be_taken_back(visit: Visit, tmp_path: Path) -> None:
    visitor = visit("/import?lang=en")
    swapped = [
        ("Swapped axes", "田家庵区", "32.64001", "117.02001"),
        ("Right way", "田家庵区", "117.02501", "32.64001"),
    ]
    hand_in(visitor, listed(swapped, ("名称", "所属县区", "经度", "纬度")))
    visitor.choose("Datum of the coordinates", "WGS84")
    visitor.until_sentence("2 rows, of which 1 new, 1 refused")
    visitor.button("Take over 1 correction").click()
    visitor.until_sentence("2 rows, of which 2 new")
    visitor.page.get_by_text("2 cells are corrected here, not in the file.").wait_for()
    with visitor.page.expect_download() as download:
        visitor.button("Download the list to be corrected").click()
    download.value.save_as(tmp_path / "check-up.xlsx")
    book = load_workbook(tmp_path / "check-up.xlsx")
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(max_col=4)]
    assert rows[1] == ["Swapped axes", "田家庵区", "117.02001", "32.64001"]
    visitor.button("Read them as they stand").click()
    visitor.until_sentence("2 rows, of which 1 new, 1 refused")


def test_the_register_is_examined_and_a_finding_leads_to_its_record(visit: Visit) -> None:
    visitor = visit("/import?lang=en&task=register")
    visitor.until_sentence("What is odd about the records that are there already.")
    found = visitor.table()
    row = next(number for number, cells in enumerate(found) if "S-03" in cells)
    visitor.choose_row(row - 1)
    visitor.settled().page.get_by_role("link", name="Open the record S-03").click()
    visitor.card.filter(has_text="Gamma Depot").wait_for()


def test_a_record_without_a_place_is_placed_by_its_district_and_that_is_undone(visit_own: Visit) -> None:
    visitor = visit_own("/import?lang=en&task=places")
    visitor.until_sentence("1 record has no location.")
    assert visitor.table()[1][0] == "S-07"
    visitor.button("Place 1 record").click()
    visitor.page.locator(".atlas-done").filter(has_text="no measure counts it").wait_for()
    visitor.until_sentence("1 record is placed by its district or township alone.")
    visitor.button("Undo").click()
    visitor.until_sentence("1 record has no location.")


def test_a_workbook_to_fill_in_is_offered_and_comes_back_filled_in(visit: Visit, tmp_path: Path) -> None:
    visitor = visit("/import?lang=zh_CN")
    with visitor.page.expect_download() as download:
        visitor.button("站点填报模板").click()
    download.value.save_as(tmp_path / "stations.xlsx")
    book = load_workbook(tmp_path / "stations.xlsx")
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    for header, value in (("站点名称*", "示例新站"), ("等级", "市级")):
        sheet.cell(3, headers.index(header) + 1).value = value
    book.save(tmp_path / "filled.xlsx")
    visitor.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(tmp_path / "filled.xlsx")
    visitor.until_sentence("共 1 行，其中新增 1 条")


def test_the_sheet_and_the_row_of_the_headers_can_be_chosen(visit: Visit, tmp_path: Path) -> None:
    book = Workbook()
    for title, rows in (
        ("一月", [("名称",), ("示例甲",)]),
        ("二月", [("二月名单",), ("名称",), ("示例乙",), ("示例丙",)]),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "list.xlsx")
    visitor = visit("/import?lang=en")
    visitor.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(tmp_path / "list.xlsx")
    visitor.until_sentence("1 row, of which 1 new")
    visitor.choose("Sheet", "二月")
    visitor.page.locator(".atlas-fault").filter(has_text="none of its headers is known").wait_for()
    box = visitor.page.get_by_label("Row of the headers")
    box.fill("2")
    box.press("Enter")
    visitor.until_sentence("2 rows, of which 2 new")


def test_the_layers_of_a_file_are_offered_where_the_first_cannot_be_read(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "own.gpkg"
    frame = geopandas.GeoDataFrame({"名称": ["示例甲"]}, geometry=[shapely.Point(117.02, 32.64)], crs=4326)
    for name in ("broken", "sound"):
        frame.to_file(path, layer=name)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_geometry_columns SET srs_id = -1 WHERE table_name = 'broken'")
        database.execute("UPDATE gpkg_contents SET srs_id = -1 WHERE table_name = 'broken'")
    visitor = visit("/import?lang=en")
    hand_in(visitor, path.read_bytes(), "own.gpkg")
    visitor.page.locator(".atlas-fault").filter(has_text="own.gpkg").wait_for()
    assert visitor.page.get_by_label("Row of the headers").count() == 0
    visitor.choose("Sheet", "sound")
    visitor.until_sentence("1 row, of which 1 new")


def test_totals_and_notes_are_no_stations_and_one_click_puts_dates_and_headings_right(visit: Visit) -> None:
    rows = [
        ("田家庵区（1个）", "", ""),
        ("New Bank", "45123", "117.0200,32.6400"),
        ("合计", "1", ""),
        ("注：坐标为高德", "", ""),
    ]
    visitor = visit("/import?lang=en")
    hand_in(visitor, listed(rows, ("名称", "启用日期", "高德坐标")))
    visitor.until_sentence("2 rows, of which 2 new")
    visitor.button("Take over all 2 corrections").click()
    visitor.until_sentence("1 row, of which 1 new")
    visitor.page.get_by_text("2 cells are corrected here, not in the file.").wait_for()
