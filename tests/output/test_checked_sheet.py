"""The workbook of a checked list: rows keep their numbers, cells their text, and nothing becomes a formula."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from stations.output.checked_sheet import COLOURS, checked_sheet

FINDINGS = (["Row", "Finding"], [5, "=1+1"])


def sheets(*rows: tuple[int, list[object]], head: int = 1, **marks: str) -> Any:
    marked = {(int(key[1:]), 0): severity for key, severity in marks.items()}
    content = checked_sheet(
        (head, ["名称", "体检结果"]), rows, marks=marked, titles=("列表", "体检结果"), findings=FINDINGS
    )
    return load_workbook(BytesIO(content))


def test_every_row_keeps_its_number_and_rows_in_between_stay_empty() -> None:
    own = sheets((4, ["甲", ""]), (6, ["乙", "x"]), head=3).worksheets[0]
    cells = {row: [cell.value for cell in own[row]] for row in range(1, 7)}
    assert cells[3] == ["名称", "体检结果"]
    assert (cells[4][0], cells[6]) == ("甲", ["乙", "x"])
    assert all(value is None for row in (1, 2, 5) for value in cells[row])
    assert own.freeze_panes == "A4"


def test_a_marked_cell_has_the_colour_of_its_severity() -> None:
    own = sheets((2, ["甲", ""]), (3, ["乙", ""]), r2="error", r3="note").worksheets[0]
    assert own["A2"].fill.start_color.rgb.endswith(COLOURS["error"])
    assert own["A3"].fill.start_color.rgb.endswith(COLOURS["note"])
    assert own["B2"].fill.fill_type is None


def test_no_cell_is_a_formula_and_none_holds_what_xml_cannot() -> None:
    book = sheets((2, ["=cmd|' /C calc'!A0", "+1"]), (3, ["a\x07b", -5]), r2="error")
    assert [cell.value for cell in book.worksheets[0][2]] == ["'=cmd|' /C calc'!A0", "'+1"]
    assert [cell.value for cell in book.worksheets[0][3]] == ["ab", -5]
    assert book.worksheets[1]["B2"].value == "'=1+1"
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_the_findings_are_on_a_sheet_of_their_own() -> None:
    book = sheets()
    assert book.sheetnames == ["列表", "体检结果"]
    assert [[cell.value for cell in row] for row in book.worksheets[1]] == [["Row", "Finding"], [5, "'=1+1"]]
