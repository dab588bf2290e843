"""The check-up of a list and of the register, and the sheet in which it is put right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from stations.model.schema import RECORDS
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.importing.check_up import CheckUp, check_up_file, check_up_register, checked_file, finding_table
from stations.planning.importing.import_file import import_file, plan_import
from stations.planning.publishing.contract_checks import check_up_document
from tests.intake.files.test_workbook import book_of, saved
from tests.planning.town import degrees, write, write_csv

HEADERS = ("站点名称", "所属县区", "经度", "纬度", "坐标系", "启用日期", "联系电话", "开放时间")
LON, LAT = degrees(0.5, 0.5)
GOOD = ("示例甲", "示例西区", LON, LAT, "WGS84", "", "", "")
SWAPPED = ("示例乙", "示例西区", LAT, LON, "WGS84", "", "", "")
ODD = ("示例丙", "示例西区", *degrees(3.5, 0.5), "WGS84", "2026-02-30", "13800000001", "")
MESSY = ("=1+1", "示例西区", *degrees(3.5, 1.5), "WGS84", "", "13800000001", "看情况")


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "list.csv", HEADERS, [GOOD, SWAPPED, ODD, MESSY])


def codes(check: CheckUp) -> set[tuple[int | None, str]]:
    return {(finding.row, finding.code) for finding in check.findings}


def test_a_file_is_examined_as_the_import_would_read_it_and_nothing_is_written(town: Settings, messy: Path) -> None:
    check = check_up_file(town, messy, kind="station", datum=None)
    assert (check.file, check.read, [each.row for each in check.rejected]) == ("list.csv", 4, [3])
    assert codes(check) >= {(3, "swapped_axes"), (4, "unread_date"), (5, "unclear_hours")}
    assert codes(check) >= {(5, "other_district"), (5, "personal_mobile")}
    assert not check.sound
    assert check.revision == 0


def test_a_list_in_order_is_sound(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", HEADERS, [GOOD])
    check = check_up_file(town, path, kind="station", datum=None)
    assert check.sound
    assert check.counts()["error"] == 0


def test_every_column_of_the_findings_is_of_one_type(town: Settings, messy: Path) -> None:
    table = finding_table(check_up_file(town, messy, kind="station", datum=None)).reset_index()
    assert {type(cell) for cell in table.to_numpy().ravel()} == {str}
    assert {"", "3"} <= set(table["Row"])


def test_the_document_has_these_keys_and_hides_numbers(town: Settings, messy: Path) -> None:
    document = json.loads(json.dumps(check_up_document(check_up_file(town, messy, kind="station", datum=None))))
    assert list(document) == [
        *("kind", "city", "file", "revision", "read", "sound", "counts"),
        *("datum", "rejected", "findings", "near_register"),
    ]
    assert {tuple(finding) for finding in document["findings"]} == {
        ("row", "column", "value", "severity", "message", "remedy", "code", "fix", "number")
    }
    (test,) = document["datum"]
    assert (test["claimed"], test["best"], test["confidence"]) == ("WGS84", "WGS84", "cannot tell")
    assert set(test["fits"]) == {"WGS84", "GCJ-02", "BD-09"}
    assert "13800000001" not in json.dumps(document["findings"])
    (swapped,) = (finding for finding in document["findings"] if finding["code"] == "swapped_axes")
    assert swapped["fix"] == {"经度": str(LON), "纬度": str(LAT)}


def test_the_sheet_keeps_rows_and_cells_and_names_what_is_odd(town: Settings, messy: Path, tmp_path: Path) -> None:
    path = tmp_path / "checked.xlsx"
    path.write_bytes(checked_file(town, check_up_file(town, messy, kind="station", datum=None)))
    own, listed = load_workbook(path).worksheets
    assert [cell.value for cell in own[1]] == [*HEADERS, "Check-up result"]
    assert [own.cell(row, 1).value for row in range(2, 6)] == ["示例甲", "示例乙", "示例丙", "'=1+1"]
    assert own.cell(2, 9).value is None
    assert "swapped" in own.cell(3, 9).value
    assert "Refused" in own.cell(3, 9).value
    assert "names no day" in own.cell(4, 9).value
    assert own.cell(3, 3).fill.fill_type == own.cell(5, 2).fill.fill_type == "solid"
    assert listed.max_row == 1 + len(finding_table(check_up_file(town, messy, kind="station", datum=None)))


def test_a_corrected_sheet_is_imported_without_the_column_of_the_check_up(
    town: Settings, messy: Path, tmp_path: Path
) -> None:
    path = tmp_path / "checked.xlsx"
    path.write_bytes(checked_file(town, check_up_file(town, messy, kind="station", datum=None)))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["C3"], sheet["D3"] = LON + 0.003, LAT
    sheet["F4"] = "2026-02-28"
    book.save(path)
    plan = plan_import(town, path, kind="station", datum=None)
    assert (len(plan.added), list(plan.rejected)) == (4, [])
    assert {record.name for record in plan.added} == {"示例甲", "示例乙", "示例丙", "=1+1"}
    assert all(record.extra == {} for record in plan.added)


def test_a_geojson_list_becomes_a_sheet_that_can_be_imported(town: Settings, tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [LON, LAT]},
        "properties": {"name": "示例甲"},
    }
    source = tmp_path / "list.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    check = check_up_file(town, source, kind="station", datum=None)
    path = tmp_path / "checked.xlsx"
    path.write_bytes(checked_file(town, check))
    (record,) = plan_import(town, path, kind="station", datum=None).added
    assert (record.name, record.lon, record.lat, record.source_datum) == ("示例甲", LON, LAT, Datum.WGS84)


def imported_as_it_is(town: Settings, source: Path, folder: Path) -> tuple[list[str | None], list[str]]:
    """Return the names that the checked sheet of a file adds when nobody corrects it, and why it refuses rows."""
    path = folder / "checked.xlsx"
    path.write_bytes(checked_file(town, check_up_file(town, source, kind="station", datum=None)))
    plan = plan_import(town, path, kind="station", datum=None)
    return [record.name for record in plan.added], [refused.reason for refused in plan.rejected]


def test_a_cell_too_many_stands_in_the_sheet_and_its_row_stays_refused(town: Settings, tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("站点名称,备注\n示例甲,一,二,三\n示例乙,好\n", encoding="utf-8")
    names, (reason,) = imported_as_it_is(town, source, tmp_path)
    assert (names, "no header" in reason) == (["示例乙"], True)
    own = load_workbook(tmp_path / "checked.xlsx").worksheets[0]
    assert [cell.value for cell in own[1]] == ["站点名称", "备注", None, None, "Check-up result"]
    assert [cell.value for cell in own[2]][:4] == ["示例甲", "一", "二", "三"]
    assert own["C2"].fill.fill_type == "solid"


def test_more_cells_than_a_list_may_have_columns_stand_together_in_the_last(town: Settings, tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text(f"站点名称\n示例甲{',x' * 20_000}\n示例乙\n", encoding="utf-8")
    assert imported_as_it_is(town, source, tmp_path)[0] == ["示例乙"]
    own = load_workbook(tmp_path / "checked.xlsx").worksheets[0]
    assert sum(str(cell.value).count("x") for cell in own[2][:-1]) > 10_000


def test_a_formula_without_a_result_stays_refused_and_its_text_is_told(town: Settings, tmp_path: Path) -> None:
    source = tmp_path / "list.xlsx"
    source.write_bytes(saved(book_of(["站点名称", "详细地址"], ["示例甲", "=1+1"], ["示例乙", "路"], ["", "=2+2"])))
    names, reasons = imported_as_it_is(town, source, tmp_path)
    assert (names, len(reasons)) == (["示例乙"], 2)
    own = load_workbook(tmp_path / "checked.xlsx").worksheets[0]
    assert (own["B2"].value, own["B2"].data_type) == ("#N/A", "e")
    assert [text in own.cell(row, 3).value for row, text in ((2, "=1+1"), (4, "=2+2"))] == [True, True]


def test_a_shape_that_is_no_point_stays_refused(town: Settings, tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT + 0.01]]}
    shapes = {"示例甲": line, "示例乙": {"type": "Point", "coordinates": [LON, LAT]}}
    features = [{"type": "Feature", "geometry": shape, "properties": {"name": name}} for name, shape in shapes.items()]
    source = tmp_path / "list.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    names, reasons = imported_as_it_is(town, source, tmp_path)
    assert (names, len(reasons)) == (["示例乙"], 1)


def test_what_the_register_may_have_is_a_finding_and_its_offset_is_tested(town: Settings, tmp_path: Path) -> None:
    write(town, added=True, station_id="S-1", name="示例工会驿站洞山店")
    rows = [("示例工会驿站洞山分店", "", LON, LAT, "WGS84", "", "", ""), ("示例另一站", "", "", "", "", "", "", "")]
    check = check_up_file(town, write_csv(tmp_path / "list.csv", HEADERS, rows), kind="station", datum=None)
    (finding,) = (each for each in check.findings if each.code == "near_register")
    assert (finding.row, finding.severity) == (2, "warning")
    assert "S-1" in finding.message
    (hit,) = check_up_document(check)["near_register"]
    assert (hit["row"], hit["number"], hit["distance_m"]) == (2, "S-1", 0.0)


def test_importing_again_repeats_nothing(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", HEADERS, [GOOD])
    import_file(town, path, kind="station", datum=None)
    assert "near_register" not in {code for _row, code in codes(check_up_file(town, path, kind="station", datum=None))}


def test_the_register_is_examined_with_the_numbers_of_its_records(town: Settings) -> None:
    write(town, added=True, station_id="S-1", name="示例甲", contact_phone="13800000001", verified_on="2020-01-01")
    check = check_up_register(town, kind="station")
    assert codes(check) >= {(2, "personal_mobile"), (2, "stale_verification")}
    document = check_up_document(check)
    assert {finding["number"] for finding in document["findings"] if finding["row"] == 2} == {"S-1"}
    assert (document["file"], document["read"]) == (None, 1)
    assert "13800000001" not in json.dumps(document, ensure_ascii=False)


def test_the_sheet_of_the_register_hides_numbers_and_can_be_imported(town: Settings, tmp_path: Path) -> None:
    listed = write_csv(tmp_path / "list.csv", HEADERS, [(*GOOD[:6], "13800000001", "")])
    import_file(town, listed, kind="station", datum=None)
    path = tmp_path / "register.xlsx"
    path.write_bytes(checked_file(town, check_up_register(town, kind="station")))
    own = load_workbook(path).worksheets[0]
    texts = [str(cell.value) for row in own for cell in row if cell.value is not None]
    assert "13800000001" not in " ".join(texts)
    plan = plan_import(town, path, kind="station", datum=None)
    assert (plan.unchanged, list(plan.rejected), len(plan.changed)) == (1, [], 0)


@pytest.mark.parametrize("kind", RECORDS)
def test_an_empty_register_is_sound(town: Settings, kind: str) -> None:
    check = check_up_register(town, kind=kind)  # type: ignore[arg-type]
    assert check.sound
    assert len(finding_table(check)) == 0


def test_rows_stay_where_they_stood_also_below_blank_ones(town: Settings, tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("\n\n名称,星级\n示例甲,3\n,\n示例乙,9\n", encoding="utf-8")
    check = check_up_file(town, source, kind="station", datum=None)
    path = tmp_path / "checked.xlsx"
    path.write_bytes(checked_file(town, check))
    own = load_workbook(path).worksheets[0]
    assert [own.cell(row, 1).value for row in range(1, 7)] == [None, None, "名称", "示例甲", None, "示例乙"]
    assert [refused.row for refused in check.rejected] == [6]
    assert own.cell(6, 3).value
