"""What leaves the register: readable, labelled, nothing personal, nothing that runs in a spreadsheet."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from stations.model.errors import BadChoice, NoDemand
from stations.model.language import Language
from stations.model.schema import DEMONSTRATION, fields
from stations.model.settings import Settings
from stations.planning.coverage.people import people_of
from stations.planning.importing.import_file import import_file, plan_import
from stations.planning.publishing.export import export_file, record_file
from stations.planning.register import holdings
from tests.planning.town import CELLS, EAST, PEOPLE, WEST, degrees, write_csv


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a CSV or XLSX file by header; blank cells are left out."""
    if path.suffix == ".xlsx":
        header, *rows = load_workbook(path).active.iter_rows(values_only=True)
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file))
    return [{str(key): cell for key, cell in zip(header, row, strict=True) if cell not in ("", None)} for row in rows]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_list_has_the_headers_and_words_of_its_reader(
    demonstrated: Settings, tmp_path: Path, suffix: str, language: Language
) -> None:
    path = tmp_path / f"stations{suffix}"
    assert export_file(demonstrated.having(language=language), "stations", path) == 4
    first = lines(path)[0]
    headers = {key: header.label(language) for key, header in fields("station").items()}
    assert list(first) == [header for header in headers.values() if header in first]
    tier, status = {"zh_CN": ("全国最美", "在用"), "en": ("National", "In use")}[language]
    assert (first[headers["tier"]], first[headers["status"]]) == (tier, status)
    assert float(first[headers["lon"]]) == degrees(0.5, 0.5)[0]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".gpkg", ".kml"])
@pytest.mark.parametrize("what", ["stations", "bases", "demand"])
def test_everything_can_be_had_in_every_format(demonstrated: Settings, tmp_path: Path, what: Any, suffix: str) -> None:
    path = tmp_path / f"{what}{suffix.upper()}"
    assert export_file(demonstrated, what, path) == {"stations": 4, "bases": 1, "demand": len(CELLS)}[what]
    beginning = {".csv": b"\xef\xbb\xbf", ".xlsx": b"PK\x03\x04", ".geojson": b'{"type": "FeatureCollection"'}
    beginning |= {".gpkg": b"SQLite format 3", ".kml": b"<?xml"}
    assert path.read_bytes().startswith(beginning[suffix])


@pytest.mark.parametrize("suffix", ["xlsx", "geojson", "gpkg", "kml"])
def test_some_records_are_had_in_every_format_and_come_back(
    demonstrated: Settings, tmp_path: Path, suffix: str, language: Language
) -> None:
    settings = demonstrated.having(language=language)
    held = holdings(settings)
    keys = list(held.stations.index[2:0:-1])
    path = tmp_path / f"stations.{suffix}"
    path.write_bytes(record_file(settings, held, "station", keys=keys, name=path.name))
    plan = plan_import(settings, path, kind="station", datum=None)
    assert (plan.read, plan.unchanged, plan.rejected) == (2, 2, ())


def test_made_up_records_are_named_so_in_every_row(demonstrated: Settings, tmp_path: Path) -> None:
    export_file(demonstrated, "stations", tmp_path / "stations.csv")
    assert {row["Source"] for row in lines(tmp_path / "stations.csv")} == {DEMONSTRATION}
    export_file(demonstrated, "demand", tmp_path / "demand.csv")
    assert {row["source"] for row in lines(tmp_path / "demand.csv")} == {"Made-up people"}
    export_file(demonstrated, "stations", tmp_path / "stations.geojson")
    collection = json.loads((tmp_path / "stations.geojson").read_text(encoding="utf-8"))
    assert collection["demonstration"]
    assert all(feature["properties"]["demonstration"] for feature in collection["features"])


def test_demand_is_where_it_was_and_as_many(demonstrated: Settings, tmp_path: Path) -> None:
    path = tmp_path / "demand.csv"
    export_file(demonstrated, "demand", path)
    rows = lines(path)
    assert list(rows[0]) == ["lon", "lat", "people", "district", "datum", "source"]
    assert [int(row["people"]) for row in rows] == [people for _x, _y, people in CELLS]
    assert [row.get("district") for row in rows] == [WEST, WEST, EAST, EAST, WEST, WEST, EAST, EAST, None]
    for row, (x, y, _people) in zip(rows, CELLS, strict=True):
        assert (float(row["lon"]), float(row["lat"])) == pytest.approx(degrees(x, y), abs=1e-6)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".gpkg", ".kml"])
def test_exported_demand_serves_as_demand(demonstrated: Settings, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"demand{suffix}"
    export_file(demonstrated, "demand", path)
    again = people_of(demonstrated.having(demand=path))
    assert again is not None
    assert again.rejected == 0
    assert again.frame["people"].sum() == PEOPLE
    assert again.frame["district"].to_list() == [WEST, WEST, EAST, EAST, WEST, WEST, EAST, EAST, None]


def test_geojson_demand_is_json_with_null_for_what_is_not_known(demonstrated: Settings, tmp_path: Path) -> None:
    path = tmp_path / "demand.geojson"
    export_file(demonstrated, "demand", path)
    text = path.read_text(encoding="utf-8")
    assert "NaN" not in text
    last = json.loads(text)["features"][-1]
    assert last["properties"] == {"people": 7, "district": None, "datum": "WGS84", "source": "Made-up people"}
    assert last["geometry"]["coordinates"] == pytest.approx(degrees(4.5, 0.5), abs=1e-6)


def test_unknown_columns_of_the_source_are_handed_out_again(town: Settings, tmp_path: Path) -> None:
    rows = [("示例甲", "一", ""), ("示例乙", "", "3")]
    source = write_csv(tmp_path / "list.csv", ("名称", "片区", "楼层"), rows)
    import_file(town, source, kind="station", datum=None)
    export_file(town, "stations", tmp_path / "out.csv")
    assert [(row.get("片区"), row.get("楼层")) for row in lines(tmp_path / "out.csv")] == [("一", None), (None, "3")]


def test_whole_numbers_stay_whole_beside_unknown_ones(town: Settings, tmp_path: Path) -> None:
    rows = [("示例甲", "3", "20"), ("示例乙", "", "")]
    source = write_csv(tmp_path / "list.csv", ("名称", "星级", "容纳人数"), rows)
    import_file(town, source, kind="station", datum=None)
    export_file(town, "stations", tmp_path / "out.csv")
    assert [(row.get("Star"), row.get("Capacity")) for row in lines(tmp_path / "out.csv")] == [
        ("3", "20"),
        (None, None),
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".gpkg", ".kml"])
def test_no_mobile_number_leaves_the_register(town: Settings, tmp_path: Path, suffix: str) -> None:
    rows = [("示例甲", "13812345678", "+8613812345678", "１３８１２３４５６７８")]
    source = write_csv(tmp_path / "list.csv", ("名称", "电话", "备注", "手机号"), rows)
    import_file(town, source, kind="station", datum=None)
    path = tmp_path / f"out{suffix}"
    export_file(town, "stations", path)
    shown = str(lines(path)) if suffix == ".xlsx" else path.read_bytes().decode("utf-8-sig", "replace")
    assert "12345678" not in shown
    assert "１２３４" not in shown
    assert shown.count("****") == 3


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_formula_in_a_name_is_handed_out_as_text_and_taken_back_as_it_was(
    town: Settings, tmp_path: Path, suffix: str
) -> None:
    source = write_csv(
        tmp_path / "list.csv", ("编号", "名称", "=片区"), [("A", "=HYPERLINK(1)", "@x"), ("B", "-1", "#N/A")]
    )
    import_file(town, source, kind="station", datum=None)
    path = tmp_path / f"out{suffix}"
    export_file(town, "stations", path)
    assert [(row["Name"], row["'=片区"]) for row in lines(path)] == [("'=HYPERLINK(1)", "'@x"), ("'-1", "'#N/A")]
    again = import_file(town, path, kind="station", datum=None).plan
    assert (again.unchanged, again.rejected) == (2, ())


@pytest.mark.parametrize("name", ["stations.txt", "stations", "stations.shp"])
def test_a_format_that_is_not_offered_is_refused(demonstrated: Settings, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadChoice) as refusal:
        export_file(demonstrated, "stations", tmp_path / name)
    assert ".geojson" in str(refusal.value)
    assert not (tmp_path / name).exists()


def test_demand_that_does_not_exist_is_no_empty_file(bare_town: Settings, tmp_path: Path, language: Language) -> None:
    with pytest.raises(NoDemand) as refusal:
        export_file(bare_town.having(language=language), "demand", tmp_path / "demand.csv")
    assert {"zh_CN": "示例市", "en": "Sample Town"}[language] in str(refusal.value)
    assert not (tmp_path / "demand.csv").exists()


def test_an_empty_register_is_a_list_of_headers(bare_town: Settings, tmp_path: Path) -> None:
    path = tmp_path / "stations.csv"
    assert export_file(bare_town, "stations", path) == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [[header.en for header in fields("station").values()]]
