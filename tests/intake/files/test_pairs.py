"""A column of longitude and latitude together."""

from __future__ import annotations

from pathlib import Path

import pytest

from stations.intake.files.readers import read_table
from stations.intake.lists.records import read_records
from stations.model.vocabulary import Datum


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_column_of_both_is_read_as_two_with_every_other_cell_as_it_was(tmp_path: Path) -> None:
    path = written(
        tmp_path / "list.csv",
        "名称,经纬度,地址",
        '甲,"116.998231, 32.625504",a',
        "乙,32.7°N 117.01°E,b",
        '丙,"（117.02，32.71）",c',
        "丁,,d",
    )
    table = read_table(path)
    assert list(table.cells.columns) == ["名称", "经度", "纬度", "地址"]
    assert table.cells["经度"].tolist() == ["116.998231", "117.01", "117.02", ""]
    assert table.cells["纬度"].tolist() == ["32.625504", "32.7", "32.71", ""]
    assert table.cells["地址"].tolist() == list("abcd")
    assert any("“经纬度” holds longitude and latitude together" in notice for notice in table.notices)


def test_the_datum_in_the_header_holds_for_both(tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", "名称,高德坐标", '甲,"117.003726,32.623490"')
    batch = read_records(read_table(path), "station", datum=None)
    assert (batch.records[0].source_datum, batch.rejected) == (Datum.GCJ02, ())
    assert batch.records[0].lon == pytest.approx(117.003726 - 0.0055, abs=0.001)


def test_a_cell_that_is_no_one_place_refuses_its_row_alone_and_is_shown(tmp_path: Path) -> None:
    path = written(
        tmp_path / "list.csv",
        "名称,经纬度",
        '甲,"116.99,32.62"',
        '乙,"116.99,32.62;117.01,32.63"',
        "丙,市政府旁",
        '丁,"32.65,116.97"',
    )
    batch = read_records(read_table(path), "station", datum=Datum.WGS84)
    assert [record.name for record in batch.records] == ["甲", "丁"]
    assert (batch.records[1].lon, batch.records[1].lat) == (116.97, 32.65)
    assert [(row.row, row.value) for row in batch.rejected] == [(3, "116.99,32.62;117.01,32.63"), (4, "市政府旁")]


@pytest.mark.parametrize(
    "lines",
    [
        ("名称,经度,纬度,坐标", '甲,116.99,32.62,"116.9,32.6"'),  # the position has its own columns
        ("名称,坐标", "甲,一号桥头", "乙,二号桥头", '丙,"116.9,32.6"'),  # other texts, mostly
        ("名称,坐标", "甲,", "乙,"),  # nothing
        ("名称,说明", '甲,"116.99,32.62"', "乙,桥头"),  # not all of an unknown column
        ("名称,地址", '甲,"116.99,32.62"'),  # a field of its own
        ("名称,经度,纬度,踩点", '甲,,,"116.99,32.62"'),  # an attribute that an export hands back
    ],
)
def test_other_columns_stay_what_they_are(tmp_path: Path, lines: tuple[str, ...]) -> None:
    path = written(tmp_path / "list.csv", *lines)
    assert list(read_table(path).cells.columns) == lines[0].split(",")


@pytest.mark.parametrize(
    "lines",
    [
        ("名称,经度,纬度,坐标,地址", '甲,,,"116.99,32.62",a'),  # empty columns for it make room
        ("名称,踩点,地址", '甲,"116.99,32.62",a', "乙,,b"),  # nothing but places below an unknown header
        ("名称,位置（经纬度）,地址", '甲,"116.99,32.62",a'),
        ("某区台账,,", "名称,经纬度,地址", '甲,"116.99,32.62",a'),  # a title, and one known header beside it
    ],
)
def test_a_position_is_found_wherever_it_stands(tmp_path: Path, lines: tuple[str, ...]) -> None:
    table = read_table(written(tmp_path / "list.csv", *lines))
    assert sorted(table.cells.columns) == sorted(["名称", "经度", "纬度", "地址"])
    assert table.cells.iloc[0][["名称", "经度", "纬度", "地址"]].tolist() == ["甲", "116.99", "32.62", "a"]


@pytest.mark.parametrize(("header", "place"), [("经纬度", "116.99,32.62"), ("纬度经度", "32.62,116.99")])
def test_a_header_of_both_may_stand_above_two_columns(tmp_path: Path, header: str, place: str) -> None:
    table = read_table(written(tmp_path / "list.csv", f"名称,{header},,备注", f"甲,{place},b"))
    assert table.cells[["名称", "经度", "纬度", "备注"]].to_numpy().tolist() == [["甲", "116.99", "32.62", "b"]]


def test_a_cell_of_both_that_says_nothing_is_a_record_without_a_place(tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", "名称,经纬度", '甲,"116.99,32.62"', "乙,暂无")
    batch = read_records(read_table(path), "station", datum=Datum.WGS84)
    assert [(record.name, record.lon) for record in batch.records] == [("甲", 116.99), ("乙", None)]
