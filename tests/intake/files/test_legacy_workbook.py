from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
import xlwt

from stations.intake.files.legacy_workbook import parse_legacy_workbook
from stations.intake.files.readers import read_table
from stations.intake.files.workbook import parse_workbook
from stations.model.errors import BadFile
from tests.intake.conftest import FileOf
from tests.intake.files.test_workbook import MOMENT, book_of, saved

ROWS: list[list[Any]] = [
    ["text", "date", "moment", "clock", "whole", "number", "truth", "code"],
    ["001", dt.date(2026, 12, 31), MOMENT, dt.time(8, 0), 12.0, 0.1 + 0.2, True, 7],
    ["示例\n驿站", None, None, None, 5541234567, 117.0183, False, None],
]
FORMATS = {1: "yyyy-mm-dd", 2: "yyyy-mm-dd hh:mm", 3: "hh:mm", 7: "000"}


def legacy(*sheets: list[list[Any]], merges: tuple[tuple[int, int, int, int], ...] = ()) -> bytes:
    book, file = xlwt.Workbook(), BytesIO()
    for number, rows in enumerate(sheets, start=1):
        sheet = book.add_sheet(f"S{number}")
        for at, row in enumerate(rows):
            for position, value in enumerate(row):
                style = xlwt.easyxf(num_format_str=FORMATS.get(position, "General") if at else "General")
                if value is not None:
                    sheet.write(at, position, value, style)
        if number == 1:
            for cells in merges:
                sheet.merge(*cells)
    book.save(file)
    return file.getvalue()


def test_cells_are_read_as_those_of_a_newer_workbook() -> None:
    book = book_of(*ROWS)
    book.active["H2"].number_format = "000"
    newer = parse_workbook(saved(book), "list.xlsx")
    older = parse_legacy_workbook(legacy(ROWS), "list.xls")
    assert (older.header, older.rows, older.numbers) == (newer.header, newer.rows, newer.numbers)


def test_a_cover_with_a_title_alone_is_not_the_list() -> None:
    parsed = parse_legacy_workbook(legacy([["某市工会驿站台账"]], [["名称"], ["示例甲"]]), "list.xls")
    assert (parsed.sheet, parsed.rows) == ("S2", [["示例甲"]])


def test_titles_and_merged_cells_are_told() -> None:
    rows = [["Example Union"], ["District", "Name", "Address"], ["North", "A", "1"], [None, "B", "2"]]
    parsed = parse_legacy_workbook(legacy(rows, merges=((0, 0, 0, 2), (2, 3, 0, 0))), "list.xls")
    assert parsed.rows == [["North", "A", "1"], ["North", "B", "2"]]
    assert [notice.split(":")[0] for notice in parsed.notices] == [
        "The headers stand in row 2. Not read above them",
        "Merged cells",
    ]


def test_hidden_rows_are_read_and_told() -> None:
    book, file = xlwt.Workbook(), BytesIO()
    sheet = book.add_sheet("List")
    for row, cells in enumerate([("Name", "Star"), ("A", 1), ("B", 2), ("C", 3)]):
        for position, cell in enumerate(cells):
            sheet.write(row, position, cell)
        sheet.row(row).hidden = row > 1
    book.save(file)
    table = parse_legacy_workbook(file.getvalue(), "list.xls")
    assert [row[0] for row in table.rows] == ["A", "B", "C"]
    assert any("hidden in the workbook" in notice and "(2 rows, from row 3 on)" in notice for notice in table.notices)


def test_another_sheet_may_be_chosen(file_of: FileOf) -> None:
    path = file_of(legacy([["Name", "Star"], ["A", 1]], [], [["Name"], ["B"]]), name="list.xls")
    first, third = read_table(path), read_table(path, sheet="S3")
    assert (first.sheet, first.sheets, first.notices) == (
        "S1",
        ("S1", "S3"),
        ("Only the sheet “S1” is read. Not read: S3.",),
    )
    assert (third.sheet, third.cells["Name"].tolist()) == ("S3", ["B"])


def test_an_error_is_a_flaw_of_its_cell() -> None:
    rows = [["Name", "Star"], ["A", xlwt.Formula("1/0")]]
    parsed = parse_legacy_workbook(legacy(rows), "list.xls")
    assert parsed.rows[0][0] == "A"


@pytest.mark.parametrize("cut", [600, 1600, 4000])
def test_a_workbook_cut_off_is_refused(cut: int, file_of: FileOf) -> None:
    with pytest.raises(BadFile, match=r"damaged|old Office"):
        read_table(file_of(legacy(ROWS * 20)[:cut], name="list.xls"))
