from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from stations.intake.files import sandbox
from stations.intake.files.readers import read_table
from stations.intake.files.sandbox import parse_apart
from stations.intake.files.table import Flaw
from stations.intake.files.workbook import parse_workbook
from stations.model.errors import BadFile
from stations.model.language import Language
from tests.intake.conftest import FileOf
from tests.intake.files.test_geojson import collection, feature, point


@pytest.fixture
def workbook(file_of: FileOf) -> Path:
    book, file = Workbook(), BytesIO()
    for row in (["名称", "星级"], ["示例", "=1+2"]):
        book.active.append(row)
    book.save(file)
    return file_of(file.getvalue(), name="list.xlsx")


def test_a_child_hands_over_the_same_table(workbook: Path) -> None:
    parsed = parse_apart("workbook", workbook)
    assert (parsed.header, parsed.rows, parsed.numbers) == (["名称", "星级"], [["示例", ""]], [2])
    assert isinstance(parsed.flaws[0], Flaw)


def test_large_geojson_is_read_by_a_child_with_the_same_result(
    file_of: FileOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(collection(feature(point(117, 32), name="a\ud800"), feature("x", name="示例")), name="a.geojson")
    here = read_table(path)
    monkeypatch.setattr("stations.intake.files.readers.SMALL_BYTES", 0)
    there = read_table(path)
    assert there.cells.equals(here.cells)
    assert (there.flaws, there.datum) == (here.flaws, here.datum)


def test_what_a_child_refuses_is_said_in_the_language_of_the_parent(workbook: Path, language: Language) -> None:
    workbook.write_bytes(workbook.read_bytes()[:-100])
    with pytest.raises(BadFile) as told:
        parse_apart("workbook", workbook)
    with pytest.raises(BadFile) as expected:
        parse_workbook(workbook.read_bytes(), workbook.name)
    assert str(told.value) == str(expected.value)


def test_a_child_that_breaks_down_is_a_damaged_file(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", (sys.executable, "-c", "import no_such_module"))
    with pytest.raises(BadFile, match="damaged"):
        read_table(workbook)


def test_a_bomb_of_entities_in_a_workbook_is_refused(file_of: FileOf) -> None:
    from .test_workbook import MAIN, with_sheet

    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{entities}]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e11;</t></is></c></row>'
    bomb = with_sheet(lambda _: f"{head}<worksheet {MAIN}><sheetData>{cell}</sheetData></worksheet>", ["name"])
    with pytest.raises(BadFile):
        read_table(file_of(bomb, name="list.xlsx"))
