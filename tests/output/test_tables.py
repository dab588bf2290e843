"""Tables open right in an office program, and nothing in them runs there."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from stations.model.reading import plain
from stations.output.tables import csv_bytes, write_table

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://example.org")', "#N/A", "#REF!"]
HARMLESS = ["示例驿站", "a=b", "O'-x", "#1", "1-2", "'quoted'", ""]


def cells_of(path: Path) -> list[list[object]]:
    if path.suffix == ".xlsx":
        return [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [list(row) for row in csv.reader(file)]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".CSV"])
@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_run_is_guarded(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"table{suffix}"
    write_table(pd.DataFrame({text: [text]}), path)
    assert [str(cell)[0] for row in cells_of(path) for cell in row] == ["'"] * 2


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_are_written_as_they_are(tmp_path: Path, text: str) -> None:
    path = tmp_path / "table.csv"
    write_table(pd.DataFrame({"name": [text, "x"]}), path)
    assert cells_of(path) == [["name"], [text], ["x"]]


def test_a_workbook_holds_no_formula_and_no_error(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    write_table(pd.DataFrame({"text": FORMULAS}), path)
    assert {cell.data_type for row in load_workbook(path).active.iter_rows() for cell in row} == {"s"}


def test_numbers_stay_numbers_and_unknown_cells_blank(tmp_path: Path) -> None:
    table = pd.DataFrame({"count": [-20, None], "share": [-0.5, None], "name": ["a", None]}, dtype=object)
    write_table(table, tmp_path / "table.xlsx")
    assert cells_of(tmp_path / "table.xlsx") == [["count", "share", "name"], [-20, -0.5, "a"], [None, None, None]]
    write_table(table, tmp_path / "table.csv")
    assert cells_of(tmp_path / "table.csv") == [["count", "share", "name"], ["-20", "-0.5", "a"], ["", "", ""]]


def test_excel_is_told_that_a_csv_is_utf_8(tmp_path: Path) -> None:
    table = pd.DataFrame({"名称": ["示例"]})
    write_table(table, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert csv_bytes(table).startswith(b"\xef\xbb\xbf")


def test_a_download_holds_what_a_file_holds(tmp_path: Path) -> None:
    table = pd.DataFrame({"名称": ["=1", "示例"], "people": [1, 2]})
    write_table(table, tmp_path / "table.csv")
    assert csv_bytes(table).decode("utf-8-sig").split() == (tmp_path / "table.csv").read_text("utf-8-sig").split()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])).map(plain), min_size=1))
def test_the_guard_comes_off_again_when_the_table_is_read(texts: list[str]) -> None:
    written = csv_bytes(pd.DataFrame({"text": texts, "row": range(len(texts))}))
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [plain(text) for text, _row in rows[1:]] == texts


def test_the_table_itself_is_left_as_it_was(tmp_path: Path) -> None:
    table = pd.DataFrame({"=header": ["=1"]})
    write_table(table, tmp_path / "table.csv")
    assert list(table.columns) == ["=header"]
    assert table.iat[0, 0] == "=1"
