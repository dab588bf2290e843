"""Coordinates in notations of their own, and refused ones that can only have meant one thing."""

from __future__ import annotations

from collections.abc import Callable

import geopandas
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from stations.intake.doctor.examination import examine
from stations.intake.doctor.findings import Finding
from stations.intake.files.readers import read_table
from stations.intake.files.table import RawTable, edited
from stations.intake.lists.records import Batch, read_records
from stations.model.places import districts, load_city
from stations.model.vocabulary import Datum
from tests.intake.conftest import FileOf

HUAINAN = load_city("340400")
LON, LAT = 117.0183, 32.6457
CELLS = st.one_of(
    st.text(max_size=12).map(str.strip),
    st.floats().map(str),
    st.floats(-1e10, 1e10).map(str),
    st.sampled_from(
        ["0", "117,0183", "32.6457", "117°1′", "500000", "39500000", "3600000", "1" * 400, "NaN", "１１７"]
    ),
)


@pytest.fixture(scope="module")
def outlines() -> geopandas.GeoDataFrame:
    return districts(HUAINAN)


@pytest.fixture
def examined(file_of: FileOf, outlines: geopandas.GeoDataFrame) -> Callable[..., tuple[Batch, dict[str, Finding]]]:
    """Return the batch that one row with these cells makes, and its findings by code; fixes may be `applied`."""

    def examine_cells(lon: str, lat: str, *, applied: Finding | None = None) -> tuple[Batch, dict[str, Finding]]:
        table = read_table(file_of(f"名称\t经度\t纬度\n示例甲\t{lon}\t{lat}\n", name="list.tsv"))
        if applied is not None:
            table = edited(table, {(applied.row or 0, header): text for header, text in applied.fix.items()})
        batch = read_records(table, "station", datum=Datum.WGS84)
        found = examine(batch, city=HUAINAN, districts=outlines, table=table).findings
        return batch, {finding.code: finding for finding in found}

    return examine_cells


@pytest.mark.parametrize("cell", ["117°01′05.88″", "东经117.0183", "１１７．０１８３", "117 1 5.88"])
def test_another_notation_is_read_and_told_with_its_number(cell: str, examined: Callable[..., object]) -> None:
    batch, found = examined(cell, str(LAT))  # type: ignore[misc]
    assert batch.records[0].lon == pytest.approx(LON, abs=1e-7)
    finding = found["read_as"]
    assert (finding.row, finding.column, finding.value, finding.severity) == (2, "经度", cell, "note")
    assert "117.0183" in finding.message
    again, after = examined(cell, str(LAT), applied=finding)  # type: ignore[misc]
    assert again.records[0].lon == batch.records[0].lon
    assert "read_as" not in after


def test_plain_numbers_are_nothing_to_speak_of(examined: Callable[..., object]) -> None:
    for lon, lat in ((LON, LAT), (-LON, -LAT)):
        assert "read_as" not in examined(str(lon), str(lat))[1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        ("32.6457", "117.0183", "swapped_axes"),
        ("32°38′44.52″", "117.0183", "swapped_axes"),
        ("117,0183", "32,6457", "decimal_comma"),
        ("117，0183", "32.6457", "decimal_comma"),
        ("117。0183", "32.6457", "decimal_comma"),
        ("0", "0", "placeholder_coordinates"),
        ("0.000", "0.0", "placeholder_coordinates"),
        ("117.0183,32.6457", "", "both_in_one"),
        ("", "N32.6457 E117.0183", "both_in_one"),
    ],
)
def test_a_refused_row_that_can_mean_one_thing_only_has_a_fix(
    lon: str, lat: str, code: str, examined: Callable[..., object]
) -> None:
    batch, found = examined(lon, lat)  # type: ignore[misc]
    assert [rejection.row for rejection in batch.rejected] == [2]
    assert (found[code].row, found[code].severity) == (2, "error")
    again, after = examined(lon, lat, applied=found[code])  # type: ignore[misc]
    assert len(again.records) == 1
    assert code not in after
    placed = again.records[0].lon
    assert placed is None if code == "placeholder_coordinates" else placed == pytest.approx(LON, abs=1e-6)


def test_swapped_axes_elsewhere_are_told_without_a_fix(examined: Callable[..., object]) -> None:
    finding = examined("39.9", "116.4")[1]["swapped_axes"]  # type: ignore[index]
    assert not finding.fix
    assert "outside" in finding.message


@pytest.mark.parametrize("crs", ["EPSG:4548", "EPSG:4527", "EPSG:4498"])
@pytest.mark.parametrize("surveyor", [False, True])
def test_metres_are_told_with_the_zone_that_they_fit(crs: str, surveyor: bool, examined: Callable[..., object]) -> None:
    east, north = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(LON, LAT)
    cells = (f"{north:.2f}", f"{east:.2f}") if surveyor else (f"{east:.2f}", f"{north:.2f}")
    finding = examined(*cells)[1]["metres"]  # type: ignore[index]
    assert (finding.row, finding.severity, dict(finding.fix)) == (2, "error", {})
    assert crs in finding.message
    assert "117.0183" in finding.message


def test_metres_of_another_city_are_told_without_a_zone(examined: Callable[..., object]) -> None:
    finding = examined("500000", "4400000")[1]["metres"]  # type: ignore[index]
    assert "EPSG" not in finding.message


@pytest.mark.parametrize("cells", [("东经", "32.6"), ("117,0183,5", "32.6"), ("200", "10"), ("", "32.6")])
def test_what_cannot_be_told_is_left_to_the_refusal(cells: tuple[str, str], examined: Callable[..., object]) -> None:
    batch, found = examined(*cells)  # type: ignore[misc]
    assert batch.rejected
    assert not {finding.code for finding in found.values()} & {"swapped_axes", "decimal_comma", "metres"}


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_whatever_stands_in_the_cells_each_row_is_accepted_or_refused(
    outlines: geopandas.GeoDataFrame, cells: list[tuple[str, str]]
) -> None:
    frame = pd.DataFrame([["示例", *pair] for pair in cells], columns=["名称", "经度", "纬度"], dtype=object)
    table = RawTable("list.csv", frame.set_axis(range(2, len(cells) + 2)), (), (), None)
    batch = read_records(table, "station", datum=Datum.GCJ02)
    found = examine(batch, city=HUAINAN, districts=outlines, table=table).findings
    assert batch.read == len(cells)
    assert all(finding.message and finding.remedy and finding.code for finding in found)
    assert all(set(finding.fix) <= {"经度", "纬度"} for finding in found)


def test_a_mark_for_nothing_was_not_read_as_a_number(examined: Callable[..., object]) -> None:
    batch, found = examined("暂无", "/")  # type: ignore[misc]
    assert (batch.records[0].lon, "read_as" in found) == (None, False)
