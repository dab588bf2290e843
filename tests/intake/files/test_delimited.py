from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.files.delimited import parse_delimited
from stations.model.errors import BadFile

ROWS = "站点名称,地址\n示例驿站,示例路1号\n"
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encodings_of_office_programs_are_read(encoding: str) -> None:
    parsed = parse_delimited(ROWS.encode(encoding), "list.csv")
    assert parsed.header == ["站点名称", "地址"]
    assert parsed.rows == [["示例驿站", "示例路1号"]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_of_office_programs_are_read(delimiter: str, ending: str) -> None:
    text = ROWS.replace(",", delimiter).replace("\n", ending)
    assert parse_delimited(text.encode(), "list.csv").rows == [["示例驿站", "示例路1号"]]


def test_a_row_keeps_the_number_that_excel_shows() -> None:
    text = '名称,备注\n甲,"两\n行"\n\n,\n乙,无\n'
    parsed = parse_delimited(text.encode(), "list.csv")
    assert parsed.numbers == [2, 5]
    assert parsed.rows[0] == ["甲", "两\n行"]


def test_blank_lines_before_the_header_do_not_matter() -> None:
    parsed = parse_delimited(b"\n\nname;address\nA;B,C\n", "list.csv")
    assert (parsed.header, parsed.rows, parsed.numbers) == (["name", "address"], [["A", "B,C"]], [4])


def test_a_wrong_encoding_is_refused_with_the_row() -> None:
    text = ROWS.encode("utf-8-sig") + "示例驿站,坏".encode("gbk") + b"\xff\xff\n"
    with pytest.raises(BadFile, match=r"row 3 .*UTF-8"):
        parse_delimited(text, "list.csv")


@pytest.mark.parametrize("row", ['"甲', '甲,"乙"丙', "甲," + "长" * 200_000])
def test_cells_that_cannot_be_told_apart_are_refused_with_the_row(row: str) -> None:
    with pytest.raises(BadFile, match="row 3 "):
        parse_delimited(f"{ROWS}{row}\n丁,戊\n".encode(), "list.csv")


@pytest.mark.parametrize("content", [ROWS.encode("utf-16")[:-1], b"\xff\xfe\x00\xd8a\x00", b"\xff\xfea\x00\x00\x00"])
def test_a_text_in_utf_16_that_is_damaged_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile, match=r"UTF-16|neither a table"):
        parse_delimited(content, "list.csv")


@pytest.mark.parametrize("content", [ROWS.encode() + bytes(9), b"a\0b\x01\0\0", bytes(range(256)) * 4])
def test_zeros_that_are_no_utf_16_are_no_text(content: bytes) -> None:
    with pytest.raises(BadFile, match="neither a table nor text"):
        parse_delimited(content, "list.csv")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_titles_above_the_headers_are_left_out_and_told(delimiter: str) -> None:
    text = f"2022年驿站清单,试行;第一版\n制表:示例工会\n\n{ROWS.replace(',', delimiter)}"
    parsed = parse_delimited(text.encode(), "list.csv")
    assert (parsed.header, parsed.numbers, parsed.header_row) == (["站点名称", "地址"], [5], 4)
    assert parsed.notices == [
        "The headers stand in row 4. Not read above them: “2022年驿站清单 试行;第一版”, “制表:示例工会”."
        if delimiter == ","
        else "The headers stand in row 4. Not read above them: “2022年驿站清单,试行 第一版”, “制表:示例工会”."
        if delimiter == ";"
        else "The headers stand in row 4. Not read above them: “2022年驿站清单,试行;第一版”, “制表:示例工会”."
    ]


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_a_spreadsheet_writes_is_read_as_it_is(rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["名称", "地址", "备注"], *rows, ["last", "", ""]])  # no row has more words of headers
    parsed = parse_delimited(file.getvalue().encode(), "list.csv")
    trimmed = [[cell.strip() for cell in row] for row in rows]
    assert parsed.rows == [*(row for row in trimmed if any(row)), ["last", "", ""]]
    assert not parsed.flaws
