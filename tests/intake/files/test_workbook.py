from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from stations.intake.files import workbook
from stations.intake.files.workbook import parse_workbook
from stations.model import packed
from stations.model.errors import BadFile

SHEET = "xl/worksheets/sheet1.xml"
MOMENT = dt.datetime(2026, 1, 2, 8, 30)  # noqa: DTZ001 - a cell knows no time zone
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def book_of(*rows: list[Any]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def with_sheet(change: Callable[[str], str], *rows: list[Any]) -> bytes:
    """Return a workbook whose sheet's XML is changed by hand."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(saved(book_of(*rows)))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()) if name == SHEET else text)
    return file.getvalue()


def test_hidden_rows_are_read_and_told() -> None:
    book = book_of(["名称"], ["甲"], ["乙"], ["丙"])
    for row in (3, 4, 9):
        book.active.row_dimensions[row].hidden = True
    parsed = parse_workbook(saved(book), "list.xlsx")
    assert (len(parsed.rows), [each for each in parsed.notices if "(2 rows, from row 3 on)" in each]) == (
        3,
        parsed.notices,
    )


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ('yyyy"年"m"月"', "2024年5月"),
        ("mmm-yy", "2024年5月"),
        ('yyyy"年"m"月"d"日";@', "2024-05-01"),
        ("[$-804]yyyy-m-d", "2024-05-01"),
        ('m"月"d"日"', "2024-05-01"),
    ],
)
def test_a_date_of_which_excel_shows_the_month_alone_is_a_month(number_format: str, text: str) -> None:
    book = book_of(["名称", "启用日期"], ["甲", dt.datetime(2024, 5, 1)])  # noqa: DTZ001 - a cell knows no time zone
    book.active["B2"].number_format = number_format
    assert parse_workbook(saved(book), "list.xlsx").rows == [["甲", text]]


@pytest.mark.parametrize(("number", "text"), [(31, "2023-07-16"), (57, "2023年7月"), (58, "2023-07-16"), (3, "45123")])
def test_a_format_that_a_chinese_excel_names_by_its_number_alone_is_known(number: int, text: str) -> None:
    book = book_of(["名称", "启用日期"], ["甲", 45123])
    book.active["B2"].number_format = "0.0000000"
    data, changed = saved(book), BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = re.sub(rb"<numFmts.*?</numFmts>", b"", old.read(name))
            new.writestr(name, part.replace(b'numFmtId="164"', b'numFmtId="%d"' % number))
    assert parse_workbook(changed.getvalue(), "list.xlsx").rows == [["甲", text]]


def test_cells_are_read_as_excel_shows_them() -> None:
    book = book_of(
        ["text", "date", "moment", "clock", "whole", "number", "truth", "code"],
        ["001", dt.date(2026, 12, 31), MOMENT, dt.time(8, 0), 12.0, 0.1 + 0.2, True, 7],
        ["NA", None, None, None, 5541234567, 117.0183, False, None],
    )
    book.active["H2"].number_format = "000"
    assert parse_workbook(saved(book), "list.xlsx").rows == [
        ["001", "2026-12-31", "2026-01-02 08:30", "08:00", "12", "0.3", "true", "007"],
        ["NA", "", "", "", "5541234567", "117.0183", "false", ""],
    ]


def test_rows_keep_their_numbers_and_blank_rows_are_left_out() -> None:
    book = book_of([], ["name"], ["A"], [], ["B"])
    parsed = parse_workbook(saved(book), "list.xlsx")
    assert (parsed.header, parsed.numbers) == (["name"], [3, 5])


def test_a_formula_counts_with_its_saved_result() -> None:
    def with_result(text: str) -> str:
        return text.replace("<v></v>", "<v>3</v>").replace("<v />", "<v>3</v>").replace("<v/>", "<v>3</v>")

    parsed = parse_workbook(with_sheet(with_result, ["name", "star"], ["A", "=1+2"]), "list.xlsx")
    assert (parsed.rows, parsed.flaws) == ([["A", "3"]], [])


def test_a_formula_without_a_result_is_named_and_not_taken_for_a_blank() -> None:
    parsed = parse_workbook(saved(book_of(["name", "star"], ["A", "=1+2"], ["B", 4])), "list.xlsx")
    assert parsed.rows == [["A", ""], ["B", "4"]]
    assert parsed.flaws[0][:3] == (2, "star", "=1+2")
    assert "save" in parsed.flaws[0].reason


def test_an_excel_error_is_named_and_not_taken_for_a_text() -> None:
    book = book_of(["name", "star"], ["A", "#N/A"])
    book.active["B2"].data_type = "e"
    parsed = parse_workbook(saved(book), "list.xlsx")
    assert parsed.rows == [["A", ""]]
    assert parsed.flaws[0][:3] == (2, "star", "#N/A")


def test_a_cover_with_a_title_alone_is_not_the_list() -> None:
    book = book_of(["某市工会驿站台账"])
    for row in (["名称"], ["示例甲"]):
        (book["台账"] if "台账" in book.sheetnames else book.create_sheet("台账")).append(row)
    parsed = parse_workbook(saved(book), "list.xlsx")
    assert (parsed.sheet, parsed.rows) == ("台账", [["示例甲"]])


def test_where_the_first_sheet_is_no_list_the_others_are_told() -> None:
    book = book_of(["某市工会驿站台账", "2026年"])
    for row in (["名称"], ["示例甲"]):
        (book["台账"] if "台账" in book.sheetnames else book.create_sheet("台账")).append(row)
    with pytest.raises(BadFile, match="no rows") as caught:
        parse_workbook(saved(book), "list.xlsx")
    assert (caught.value.fields["sheet"], caught.value.fields["sheets"]) == ("Sheet", ["Sheet", "台账"])


def test_the_first_sheet_that_holds_anything_is_read_and_the_others_are_named() -> None:
    book = Workbook()
    book.active.title = "Blank"
    for title in ("Stations", "Bases", "Nothing", "Words"):
        book.create_sheet(title)
    for title in ("Stations", "Bases", "Words"):
        book[title].append(["name"])
        book[title].append([title])
    book["Words"].sheet_state = "hidden"
    parsed = parse_workbook(saved(book), "list.xlsx")
    assert parsed.rows == [["Stations"]]
    assert parsed.notices == ["Only the sheet “Stations” is read. Not read: Bases."]


def test_a_workbook_without_a_cell_is_empty() -> None:
    with pytest.raises(BadFile, match="empty"):
        parse_workbook(saved(Workbook()), "list.xlsx")


def test_what_the_sheet_says_of_its_size_is_not_believed() -> None:
    def lying(text: str) -> str:
        return text.replace('<dimension ref="A1:A2"', '<dimension ref="A1:XFD1048576"')

    assert parse_workbook(with_sheet(lying, ["name"], ["A"]), "list.xlsx").rows == [["A"]]


def test_a_cell_in_the_last_column_is_a_flaw_and_no_thousand_columns() -> None:
    book = book_of(["name"], ["A"])
    book.active["XFD2"] = "far away"
    parsed = parse_workbook(saved(book), "list.xlsx")
    assert parsed.rows == [["A"]]
    assert parsed.flaws[0][:3] == (2, "XFD", "far away")


def test_a_row_beyond_the_last_one_of_excel_is_not_waited_for() -> None:
    def far(text: str) -> str:
        return text.replace('<row r="2"', '<row r="99999999999"')

    with pytest.raises(BadFile, match="no rows"):
        parse_workbook(with_sheet(far, ["name"], ["A"]), "list.xlsx")


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = with_sheet(lambda _text: f"<worksheet {MAIN}><sheetData>{' ' * 2**26}</sheetData></worksheet>", ["name"])
    monkeypatch.setattr(workbook, "_opened", None)
    with pytest.raises(BadFile, match="unpack to 64 MB"):
        parse_workbook(bomb, "list.xlsx")


def test_an_archive_above_the_limit_is_refused_whatever_its_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(BadFile, match="unpack"):
        parse_workbook(saved(book_of(["name"], ["A"])), "list.xlsx")


def test_an_archive_cut_off_is_damaged() -> None:
    data = saved(book_of(["name"], ["A"]))
    with pytest.raises(BadFile, match="damaged"):
        parse_workbook(data[: len(data) // 2], "list.xlsx")


def merged(book: Workbook, *ranges: str) -> bytes:
    for cells in ranges:
        book.active.merge_cells(cells)
    return saved(book)


def test_a_district_merged_over_rows_counts_for_each_of_them() -> None:
    book = book_of(
        ["Stations of Example Union", None, None],
        ["District", "Name", "Address"],
        ["North", "A", "1"],
        [None, "B", "2"],
        [None, None, None],
        ["South", "C", "3"],
        [None, "D", "4"],
    )
    parsed = parse_workbook(merged(book, "A1:C1", "A3:A5", "A6:A7"), "list.xlsx")
    assert parsed.rows == [["North", "A", "1"], ["North", "B", "2"], ["South", "C", "3"], ["South", "D", "4"]]
    assert (parsed.header_row, parsed.numbers, parsed.flaws) == (2, [3, 4, 6, 7], [])
    assert parsed.notices == [
        "The headers stand in row 2. Not read above them: “Stations of Example Union”.",
        "Merged cells: what stands in them was taken for each of their rows (2 rows, from row 4 on).",
    ]


def test_headers_of_two_rows_are_read_by_their_lower_names() -> None:
    book = book_of(["Name", "Place", None, "Phone"], [None, "Longitude", "Latitude", None], ["A", 117.1, 32.6, "1"])
    parsed = parse_workbook(merged(book, "A1:A2", "B1:C1", "D1:D2"), "list.xlsx")
    assert parsed.header == ["Name", "Longitude", "Latitude", "Phone"]
    assert parsed.rows == [["A", "117.1", "32.6", "1"]]


def test_a_merged_cell_that_cannot_be_taken_spoils_each_of_its_rows() -> None:
    book = book_of(["District", "Name"], ["=1+2", "A"], [None, "B"])
    parsed = parse_workbook(merged(book, "A2:A3"), "list.xlsx")
    assert [(flaw.row, flaw.column, flaw.value) for flaw in parsed.flaws] == [
        (2, "District", "=1+2"),
        (3, "District", "=1+2"),
    ]


def test_merged_cells_without_end_cost_nothing() -> None:
    cells = '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    data = with_sheet(lambda text: text.replace("</sheetData>", f"</sheetData>{cells}"), ["Name"], ["A"], ["B"])
    assert parse_workbook(data, "list.xlsx").rows == [["A"], ["B"]]


def test_another_sheet_may_be_chosen() -> None:
    book = book_of(["Name", "Address"], ["A", "1"])
    book.create_sheet("empty")
    book.create_sheet("second").append(["Name"])
    book["second"].append(["B"])
    first = parse_workbook(saved(book), "list.xlsx")
    assert (first.sheet, first.sheets) == ("Sheet", ["Sheet", "second"])
    second = parse_workbook(saved(book), "list.xlsx", sheet="second")
    assert (second.sheet, second.rows) == ("second", [["B"]])
    assert second.notices == ["Only the sheet “second” is read. Not read: Sheet."]
    for name in ("empty", "third"):
        with pytest.raises(BadFile, match=f"no sheet “{name}”.*Sheet, second"):
            parse_workbook(saved(book), "list.xlsx", sheet=name)
