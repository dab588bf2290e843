"""Districts that a list misspells: put right only where nothing else can be meant."""

from __future__ import annotations

from collections.abc import Callable

import geopandas
import pytest

from stations.intake.doctor.examination import examine
from stations.intake.doctor.findings import Finding
from stations.intake.files.readers import read_table
from stations.intake.files.table import edited
from stations.intake.lists.records import read_records
from stations.model.places import districts, load_city, meant_division
from stations.model.vocabulary import Datum
from tests.intake.conftest import BatchOf, FileOf

HUAINAN = load_city("340400")
IN_TIANJIAAN, IN_SHOU = "117.02,32.62", "116.78,32.3"


@pytest.fixture(scope="module")
def outlines() -> geopandas.GeoDataFrame:
    return districts(HUAINAN)


@pytest.fixture
def about(batch_of: BatchOf, outlines: geopandas.GeoDataFrame) -> Callable[..., list[Finding]]:
    """Return what is said of the districts of some rows."""

    def examine_rows(*rows: str) -> list[Finding]:
        batch = batch_of("\n".join(["名称,区县,经度,纬度", *rows]) + "\n", datum=Datum.WGS84)
        found = examine(batch, city=HUAINAN, districts=outlines).findings
        return [finding for finding in found if finding.column == "区县"]

    return examine_rows


@pytest.mark.parametrize("text", ["田家安区", "田家区", "田家庵庵区", "家田庵区", "淮南市田家安区"])
def test_a_misspelt_district_has_a_fix_in_each_of_its_rows(text: str, about: Callable[..., list[Finding]]) -> None:
    found = about(f"示例甲,{text},{IN_TIANJIAAN}", f"示例乙,{text},", "示例丙,田家庵区,")
    assert [(each.code, each.row, each.severity) for each in found] == [
        ("misspelt_district", 2, "warning"),
        ("misspelt_district", 3, "warning"),
    ]
    assert all(dict(each.fix) == {"区县": "田家庵区"} for each in found)


def test_a_place_elsewhere_leaves_doubt(about: Callable[..., list[Finding]]) -> None:
    (finding,) = about(f"示例甲,田家安区,{IN_SHOU}")
    assert (finding.code, dict(finding.fix)) == ("unknown_district", {})


def test_a_short_name_needs_a_place(about: Callable[..., list[Finding]]) -> None:
    assert about("示例甲,潘级区,")[0].code == "unknown_district"
    assert about("示例甲,潘级区,116.82,32.79")[0].code == "misspelt_district"


@pytest.mark.parametrize("text", ["高新区经开区", "寿", "某区", "开发区", "", "区"])
def test_what_is_no_letter_away_from_one_name_alone_means_nothing(text: str) -> None:
    assert meant_division(HUAINAN, text) is None


@pytest.mark.parametrize("name", ["田家庵区", "田家庵区（12个）", "一、田家庵区", "田家庵区总工会"])
def test_a_row_with_nothing_but_a_district_may_be_a_heading(
    name: str, file_of: FileOf, outlines: geopandas.GeoDataFrame
) -> None:
    table = read_table(file_of(f"名称,经度,纬度\n{name},,\n示例甲,117.02,32.62\n田家庵区驿站,,\n"))
    batch = read_records(table, "station", datum=Datum.WGS84)
    found = examine(batch, city=HUAINAN, districts=outlines, table=table).findings
    (finding,) = (each for each in found if each.code == "heading")
    assert (finding.row, finding.column) == (2, "名称")
    mended = edited(table, {(2, header): text for header, text in finding.fix.items()})
    again = read_records(mended, "station", datum=Datum.WGS84)
    assert ([record.name for record in again.records], again.rejected) == (["示例甲", "田家庵区驿站"], ())
