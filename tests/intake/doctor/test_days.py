"""Dates that cannot be, and verifications that are stale or missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import geopandas
import pytest
from shapely.geometry import box

from stations.intake.doctor.examination import examine
from stations.intake.doctor.findings import Finding
from stations.intake.files.readers import read_table
from stations.intake.files.table import edited
from stations.intake.lists.records import read_records
from stations.model.city import City
from stations.model.schema import STALE_AFTER_DAYS
from tests.intake.conftest import BatchOf, FileOf

CITY = City(adcode="340400", name="示例市", metric_crs="EPSG:4548", divisions={"340402": "示例区"})
DISTRICTS = geopandas.GeoDataFrame({"name": ["示例区"]}, geometry=[box(117, 32, 118, 33)], index=["340402"], crs=4326)
TODAY = dt.date(2026, 11, 23)
STALE = TODAY - dt.timedelta(days=STALE_AFTER_DAYS + 1)

Dated = Callable[..., list[Finding]]


@pytest.fixture
def dated(batch_of: BatchOf) -> Dated:
    """Return the findings about dates in a list."""

    def examine_rows(header: str, *rows: str) -> list[Finding]:
        batch = batch_of("\n".join([header, *rows]) + "\n")
        assert not batch.rejected
        found = examine(batch, city=CITY, districts=DISTRICTS, today=TODAY).findings
        return [finding for finding in found if finding.code != "not_located"]

    return examine_rows


def test_a_stale_verification_is_a_note_from_the_day_after_half_a_year(dated: Dated) -> None:
    fresh = STALE + dt.timedelta(days=1)
    (finding,) = dated("名称,核验日期", f"示例甲,{STALE}", f"示例乙,{fresh}")
    assert (finding.code, finding.row, finding.column, finding.value, finding.severity) == (
        *("stale_verification", 2, "核验日期", STALE.isoformat(), "note"),
    )
    assert str(STALE_AFTER_DAYS) in finding.message


def test_missing_verifications_are_one_note(dated: Dated) -> None:
    (finding,) = dated("名称,核验日期", f"示例甲,{TODAY}", "示例乙,", "示例丙,")
    assert (finding.code, finding.row, finding.column) == ("unverified", None, "核验日期")
    assert "2 (rows: 3, 4)" in finding.message
    (finding,) = dated("名称", "示例甲", "示例乙")
    assert (finding.code, finding.row, finding.column, finding.severity) == ("unverified", None, None, "note")
    assert "no column “Verified on”" in finding.message


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024年5月", []),
        ("2024.5", []),
        ("2024-05", []),
        ("202405", []),
        ("2024年5月上旬", []),
        ("2024", []),
        ("２０２４年", []),
        ("6/1/2026", ["2026-01-06", "2026-06-01"]),
        ("26/6/1", ["2026-06-01"]),
        ("26/6/10", ["2010-06-26", "2026-06-10"]),
        ("26-6-1", ["2026-06-01"]),
        ("13/6/2026", ["2026-06-13"]),
        ("88年3月2日", ["1988-03-02"]),
    ],
)
def test_a_date_that_names_no_one_day_is_kept_as_text_and_never_guessed(
    text: str, days: list[str], file_of: FileOf
) -> None:
    table = read_table(file_of(f"名称,启用日期\n示例甲,{text}\n"))
    batch = read_records(table, "station", datum=None)
    (record,) = batch.records
    assert (record.opened_on, record.extra) == (None, {"启用日期": text})
    found = examine(batch, city=CITY, districts=DISTRICTS, table=table, today=TODAY).findings
    (finding,) = (each for each in found if each.code == "vague_date")
    assert (finding.row, finding.column, finding.severity) == (2, "启用日期", "warning")
    assert finding.fix == ({"启用日期": days[0]} if len(days) == 1 else {})
    assert all(day in finding.message for day in days)


@pytest.mark.parametrize("text", ["2026-02-30", "31/31/2026", "1/2/3", "1800", "去年", "13812345678", "1" * 100_000])
def test_what_is_no_day_at_all_costs_no_station_and_is_told(text: str, file_of: FileOf) -> None:
    table = read_table(file_of(f"名称,启用日期\n示例甲,{text}\n"))
    batch = read_records(table, "station", datum=None)
    (record,) = batch.records
    assert (record.opened_on, record.extra) == (None, {"启用日期": text})
    found = examine(batch, city=CITY, districts=DISTRICTS, table=table, today=TODAY).findings
    (finding,) = (each for each in found if each.code == "unread_date")
    assert (finding.row, finding.column, finding.severity, finding.fix) == (2, "启用日期", "warning", {})
    assert "1381234" not in (finding.value or "")


@pytest.mark.parametrize("text", ["不详", "无", "/", "—", "暂无"])
def test_a_mark_for_nothing_is_no_date_and_no_text(text: str, batch_of: BatchOf) -> None:
    (record,) = batch_of(f"名称,启用日期\n示例甲,{text}\n").records
    assert (record.opened_on, record.extra) == (None, {})


def test_a_text_below_a_header_that_somebody_took_for_a_date_is_told_as_well(file_of: FileOf) -> None:
    table = read_table(file_of("名称,日子\n示例甲,2024年5月\n"))
    batch = read_records(table, "station", datum=None, chosen={"日子": "opened_on"})
    found = examine(batch, city=CITY, districts=DISTRICTS, table=table, today=TODAY).findings
    assert [(each.row, each.column) for each in found if each.code == "vague_date"] == [(2, "日子")]


def test_a_day_that_a_workbook_shows_as_a_number_is_offered_as_a_day(file_of: FileOf) -> None:
    text = "名称,启用日期,核验日期\n示例甲,46174,46175\n示例乙,99999,\n示例丙,2026-06-01,\n"
    table = read_table(file_of(text))
    batch = read_records(table, "station", datum=None)
    assert len(batch.records) == 3
    found = examine(batch, city=CITY, districts=DISTRICTS, table=table, today=TODAY).findings
    own = [(each.row, each.code, dict(each.fix)) for each in found if each.severity == "warning"]
    assert own == [
        (2, "date_as_number", {"启用日期": "2026-06-01"}),
        (2, "date_as_number", {"核验日期": "2026-06-02"}),
        (3, "unread_date", {}),
    ]
    mended = edited(table, {(each.row or 0, header): day for each in found for header, day in each.fix.items()})
    record = read_records(mended, "station", datum=None).records[0]
    assert (record.opened_on, record.extra) == (dt.date(2026, 6, 1), {})


def test_a_verification_before_the_opening_is_a_warning(dated: Dated) -> None:
    (finding,) = dated("名称,启用日期,核验日期", "示例甲,2026-06-01,2026-05-31", "示例乙,2026-06-01,2026-06-01")
    assert (finding.code, finding.row, finding.severity) == ("impossible_date", 2, "warning")
