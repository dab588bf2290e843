"""The doctor on the command line: a file or the register, as a table, one JSON document, and a sheet."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook, load_workbook

from stations.model.language import Language
from tests.cli.conftest import Run
from tests.planning.town import degrees, write_csv

LON, LAT = degrees(0.5, 0.5)
HEADERS = ("名称", "经度", "纬度")


def test_the_doctor_examines_a_file_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", HEADERS, [("示例甲", LAT, LON), ("示例乙", LON, LAT)])
    done = run("doctor", path, "--datum", "WGS84", "--json")
    assert done.code == 1
    assert (done.document["read"], done.document["sound"]) == (2, False)
    assert "swapped_axes" in {finding["code"] for finding in done.document["findings"]}
    assert run("import", path, "--datum", "WGS84", "--json").document["revision"] == 1


def test_the_doctor_tells_people_where_and_what(run: Run, tmp_path: Path, language: Language) -> None:
    path = write_csv(tmp_path / "list.csv", HEADERS, [("示例甲", LAT, LON)])
    done = run("doctor", path, "--datum", "GCJ-02", "--lang", language)
    assert done.code == 1
    assert any(line.split()[0] == "2" and "经度" in line for line in done.out.splitlines() if line.strip())


def test_the_doctor_reads_the_sheet_and_the_headers_that_are_named(run: Run, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["某市工会驿站台账", "2026年"])
    sheet = book.create_sheet("台账")
    for row in (["示例", "示例"], list(HEADERS), ["示例甲", LON, LAT]):
        sheet.append(row)
    path = tmp_path / "list.xlsx"
    book.save(path)
    assert run("doctor", path).code == 1
    done = run("doctor", path, "--sheet", "台账", "--header-row", "2", "--datum", "WGS84", "--json")
    assert (done.code, done.document["read"]) == (0, 1)


def test_a_sound_list_ends_with_0_and_a_sheet_where_one_is_wanted(run: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", HEADERS, [("示例甲", LON, LAT)])
    sheet = tmp_path / "checked.xlsx"
    done = run("doctor", path, "--datum", "WGS84", "-o", sheet)
    assert done.code == 0
    assert str(sheet) in done.out
    assert load_workbook(sheet).worksheets[0]["A2"].value == "示例甲"


def test_without_a_file_the_register_is_examined(run: Run) -> None:
    done = run("doctor", "--json")
    assert (done.document["file"], done.document["read"]) == (None, 4)
    assert {finding["number"] for finding in done.document["findings"] if finding["row"]} <= {
        f"T-{n}" for n in range(5)
    }
    assert run("doctor", "--kind", "base", "--json").document["read"] == 1


def test_a_file_that_is_no_list_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\x00\x01")
    done = run("doctor", path, "--json")
    assert (done.code, done.out) == (1, "")
    assert "list.csv" in done.err
