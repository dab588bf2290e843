"""Rows that stand among the records of a list and are none."""

from __future__ import annotations

import pytest

from stations.intake.files.readers import read_table
from stations.intake.lists.records import read_records
from stations.model.vocabulary import Datum
from tests.intake.conftest import FileOf

HEAD = "序号,站点名称,经度,纬度,面积\n"
ROWS = "1,甲,117.02,32.6,20\n2,乙,117.03,32.6,30\n"


@pytest.mark.parametrize(
    "row",
    [
        "合计,,,,50",
        "合　计：,2,,,50",
        "总计,,,,",
        ",小计,,,50",
        "序号,站点名称,经度,纬度,面积",
        "注：1、坐标为高德地图,,,,",
        "填表人：张三,,审核人：李四,,日期：2026年6月",
        "一、田家庵区,,,,",
    ],
)
def test_a_row_that_is_no_record_is_told_and_spoils_nothing(row: str, file_of: FileOf) -> None:
    table = read_table(file_of(f"{HEAD}{ROWS}{row}\n"))
    batch = read_records(table, "station", datum=Datum.WGS84)
    assert [record.name for record in batch.records] == ["甲", "乙"]
    assert (batch.rejected, batch.records[0].extra, batch.read) == ((), {}, 2)
    assert any("row 4 (“" in notice for notice in batch.notices)


def test_what_stands_below_a_note_in_one_cell_is_part_of_it(file_of: FileOf) -> None:
    table = read_table(file_of(f"{HEAD}{ROWS}备注：,,,,\n,1. 坐标为高德,,,\n3,丙,,,\n,丁,,,\n"))
    assert table.cells.index.tolist() == [2, 3, 6, 7]


@pytest.mark.parametrize("name", ["合计路工会驿站", "总工会驿站", "共计", "说明书博物馆"])
def test_a_record_that_begins_alike_stays(name: str, file_of: FileOf) -> None:
    assert read_table(file_of(f"站点名称,面积\n甲,2\n{name},3\n")).cells.index.tolist()[:1] == [2]
    kept = len(read_table(file_of(f"站点名称,面积\n甲,2\n{name},3\n")).cells) == 2
    assert kept is (name != "共计")


def test_a_list_of_nothing_else_keeps_its_rows(file_of: FileOf) -> None:
    assert len(read_table(file_of("站点名称,面积\n合计,3\n")).cells) == 1
