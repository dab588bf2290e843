from __future__ import annotations

import pytest

from stations.intake.files import table
from stations.intake.files.table import arranged, letters, number_text
from stations.model.errors import BadFile


def rows(*cells: list[str]) -> list[tuple[int, list[str]]]:
    return list(enumerate(cells, start=1))


def test_a_row_with_more_cells_than_headers_is_a_flaw_and_shifts_nothing() -> None:
    parsed = arranged(rows(["name", "address"], ["A", "B", "C"], ["D", "E"], ["F"]), "list.csv")
    assert parsed.rows == [["A", "B"], ["D", "E"], ["F", ""]]
    assert [flaw[:3] for flaw in parsed.flaws] == [(2, "C", "C")]


def test_blank_columns_without_header_are_no_columns() -> None:
    parsed = arranged(rows(["name", "", "address", ""], ["A", "", "B", ""]), "list.csv")
    assert (parsed.header, parsed.rows, parsed.flaws) == (["name", "address"], [["A", "B"]], [])


def test_a_text_under_a_blank_header_is_a_flaw() -> None:
    parsed = arranged(rows(["name", "", "address"], ["A", "x", "B"]), "list.csv")
    assert parsed.rows == [["A", "B"]]
    assert parsed.flaws[0][:3] == (2, "B", "x")


def test_a_header_that_stands_twice_gets_a_number() -> None:
    parsed = arranged(rows(["备注", "备注2", "备注", "name", " 备注 "], list("ABCDE")), "list.csv")
    assert (parsed.header, parsed.rows) == (["备注", "备注2", "备注3", "name", "备注4"], [list("ABCDE")])
    assert "in columns A and C; the second is “备注3” here" in parsed.notices[0]


def test_coordinates_that_stand_twice_are_refused_with_their_columns() -> None:
    with pytest.raises(BadFile, match=r"“lon” occurs twice, in columns A and C"):
        arranged(rows(["lon", "address", " lon "], ["A", "B", "C"]), "list.csv")


def test_two_rows_of_headers_are_read_together_where_only_both_name_the_columns() -> None:
    table = [
        ["台账"],
        ["序号", "站点名称", "坐标", "", "联系方式", "", "所属县区"],
        ["", "", "经度", "纬度", "联系人", "电话"],
    ]
    parsed = arranged(rows(*table, ["1", "甲", "117.01", "32.62", "王", "0554", "田家庵区"]), "list.csv")
    assert parsed.header == ["序号", "站点名称", "经度", "纬度", "联系人", "电话", "所属县区"]
    assert (parsed.header_row, parsed.numbers, parsed.flaws) == (3, [4], [])
    assert "rows 2 and 3" in parsed.notices[0]
    assert "台账" in parsed.notices[1]


def test_a_group_of_headers_tells_the_datum_of_its_coordinates() -> None:
    table = [["站点名称", "高德坐标", "", "百度坐标", ""], ["", "经度", "纬度", "经度", "纬度"]]
    parsed = arranged(rows(*table, ["甲", "117.01", "32.62", "117.02", "32.63"]), "list.csv")
    assert parsed.header == ["站点名称", "高德坐标经度", "高德坐标纬度", "百度坐标经度", "百度坐标纬度"]


@pytest.mark.parametrize("row", [["甲", "地址", "电话"], ["1", "经度", "电话"], ["地址", "", ""]])
def test_a_row_of_data_is_no_row_of_headers(row: list[str]) -> None:
    parsed = arranged(rows(["站点名称", "备注", "等级"], row), "list.csv")
    assert (parsed.header, parsed.rows) == (["站点名称", "备注", "等级"], [row])


@pytest.mark.parametrize("cells", [[], [[""], [" ", "\u3000"]], [["\x01"]]])
def test_nothing_at_all_is_an_empty_file(cells: list[list[str]]) -> None:
    with pytest.raises(BadFile, match="empty"):
        arranged(rows(*cells), "list.csv")


def test_headers_alone_are_refused() -> None:
    with pytest.raises(BadFile, match="no rows"):
        arranged(rows(["name", "address"], ["", " "]), "list.csv")


def test_the_limits_on_rows_columns_and_cells_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 3)
    monkeypatch.setattr(table, "MAX_COLUMNS", 4)
    monkeypatch.setattr(table, "MAX_CELLS", 8)
    assert len(arranged(rows(["a"], *[["1"]] * 3), "list.csv").rows) == 3
    with pytest.raises(BadFile, match="more than 3 rows"):
        arranged(rows(["a"], *[["1"]] * 4), "list.csv")
    with pytest.raises(BadFile, match="more than 2 rows of 4 columns"):
        arranged(rows(["a", "b", "c", "d"], *[["1"]] * 3), "list.csv")
    with pytest.raises(BadFile, match="5 columns"):
        arranged(rows(["a", "b", "c", "d", "e"], ["1"]), "list.csv")


@pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_in_excel(position: int, name: str) -> None:
    assert letters(position) == name


@pytest.mark.parametrize(
    ("number", "text"), [(12.0, "12"), (0.1 + 0.2, "0.3"), (13800000000, "13800000000"), (117.0183, "117.0183")]
)
def test_numbers_are_written_as_excel_shows_them(number: float, text: str) -> None:
    assert number_text(number) == text


LIST = [["Stations of Example Union"], ["2026", "", "draft"], ["Name", "Address", "Other"], ["A", "B", "C"]]


def test_the_row_with_most_known_headers_is_the_header() -> None:
    parsed = arranged(rows(*LIST), "list.csv")
    assert (parsed.header, parsed.rows, parsed.numbers) == (LIST[2], LIST[3:], [4])
    assert parsed.header_row == 3
    assert parsed.notices == [
        "The headers stand in row 3. Not read above them: “Stations of Example Union”, “2026 draft”."
    ]


def test_one_known_header_is_not_enough_to_pass_over_a_row() -> None:
    parsed = arranged(rows(["a", "b"], ["name", "c"]), "list.csv")
    assert (parsed.header, parsed.header_row, parsed.notices) == (["a", "b"], 1, [])


def test_headers_are_looked_for_in_the_first_twenty_rows_alone() -> None:
    titles = [["title"]] * 30
    assert arranged(rows(*titles[:19], *LIST[2:]), "list.csv").header_row == 20
    assert arranged(rows(*titles[:20], *LIST[2:]), "list.csv").header_row == 1


def test_the_row_of_the_headers_may_be_named() -> None:
    parsed = arranged(rows(*LIST), "list.csv", header_row=2)
    assert parsed.header == ["2026", "draft"]
    assert parsed.numbers == [3, 4]
    for row in (9, 5):
        with pytest.raises(BadFile, match=f"row {row} holds no headers"):
            arranged(rows(*LIST, [""], LIST[3]), "list.csv", header_row=row)
