"""Which datum a list is really in: sheets of a made-up city in every datum, said to be in it or in another one."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from stations.intake.doctor.datum_test import HYPOTHESES, DatumTest, datum_tests
from stations.intake.doctor.datum_words import datum_findings, datum_in_words
from stations.intake.doctor.patient import Patient
from stations.intake.lists.records import Batch, Columns
from stations.model.city import City
from stations.model.crs import from_wgs84, lon_lat, to_wgs84
from stations.model.schema import Station
from stations.model.vocabulary import Datum

METRIC = "EPSG:4548"
WEST, SOUTH, SIDE = 480_000.0, 3_600_000.0, 4_000.0
CODES = [f"99010{number}" for number in range(1, 10)]
CITY = City(adcode="990100", name="示例市", metric_crs=METRIC, divisions={code: f"示例{code[-1]}区" for code in CODES})
DISTRICTS = geopandas.GeoDataFrame(
    {"name": list(CITY.divisions.values())},
    geometry=[
        box(WEST + x * SIDE, SOUTH + y * SIDE, WEST + (x + 1) * SIDE, SOUTH + (y + 1) * SIDE)
        for y in range(3)
        for x in range(3)
    ],
    index=CODES,
    crs=METRIC,
)
"""Nine squares of 4 km in three rows."""
WRONG = [(true, claimed) for true in HYPOTHESES for claimed in HYPOTHESES if true is not claimed]


def places(count: int, *, seed: int = 1) -> np.ndarray:
    """Return places anywhere in the city, in metres."""
    return np.random.default_rng(seed).uniform([WEST, SOUTH], [WEST + 3 * SIDE, SOUTH + 3 * SIDE], (count, 2))


def patient(metres: np.ndarray, true: Datum, claimed: Datum, *, names: list[str] | None = None) -> Patient:
    """Return places as rows that name their district, in the `true` datum, said to be in another."""
    column, line = ((metres - [WEST, SOUTH]) // SIDE).astype(int).T
    x, y = from_wgs84(*lon_lat(metres[:, 0], metres[:, 1], METRIC), true)
    lon, lat = to_wgs84(x, y, claimed)
    records = [
        Station.model_validate(
            {
                "name": names[row] if names else f"示例{row}",
                "district": CODES[3 * line[row] + column[row]],
                "lon": lon[row],
                "lat": lat[row],
                "datum": "WGS84",
                "source_lon": x[row],
                "source_lat": y[row],
                "source_datum": claimed,
            }
        )
        for row in range(len(metres))
    ]
    return together(records)


def together(records: list[Station]) -> Patient:
    rows = tuple(range(2, len(records) + 2))
    batch = Batch("station", "list.csv", Columns({"经度": "lon"}, (), ()), rows, tuple(records), (), ())
    return Patient(batch, CITY, DISTRICTS)


def register(metres: np.ndarray, *, names: list[str] | None = None) -> pd.DataFrame:
    lon, lat = lon_lat(metres[:, 0], metres[:, 1], METRIC)
    called = names or [f"示例{row}" for row in range(len(metres))]
    keys = [f"R-{row}" for row in range(len(metres))]
    return pd.DataFrame({"name": called, "lon": lon, "lat": lat}, index=keys)


def the_test(metres: np.ndarray, true: Datum, claimed: Datum, known: pd.DataFrame | None = None) -> DatumTest:
    (test,) = datum_tests(patient(metres, true, claimed), known)
    return test


@pytest.mark.parametrize("datum", HYPOTHESES)
@pytest.mark.parametrize("seed", range(5))
def test_a_claim_that_is_right_is_never_called_wrong(datum: Datum, seed: int) -> None:
    for count in (10, 98, 400):
        assert not the_test(places(count, seed=seed), datum, datum).wrong


@pytest.mark.parametrize(("true", "claimed"), WRONG)
def test_a_wrong_claim_is_found_out_by_the_districts(true: Datum, claimed: Datum) -> None:
    test = the_test(places(400), true, claimed)
    assert (test.best, test.confidence) == (true, "sure")
    assert test.fits[true].outside < test.fits[claimed].outside


def test_cgcs2000_is_wgs84() -> None:
    assert not the_test(places(400), Datum.WGS84, Datum.CGCS2000).wrong
    assert the_test(places(400), Datum.GCJ02, Datum.CGCS2000).best is Datum.GCJ02


@pytest.mark.parametrize(("true", "claimed"), WRONG)
def test_few_rows_in_the_middle_of_their_districts_tell_nothing(true: Datum, claimed: Datum) -> None:
    middles = np.array([[WEST + (x + 0.5) * SIDE, SOUTH + (y + 0.5) * SIDE] for y in range(3) for x in range(3)])
    test = the_test(middles, true, claimed)
    assert (test.best, test.confidence) == (claimed, "cannot tell")


@pytest.mark.parametrize(("true", "claimed"), WRONG)
def test_a_few_rows_that_the_register_knows_show_the_offset(true: Datum, claimed: Datum) -> None:
    metres = places(12)
    known = register(metres + np.random.default_rng(2).normal(0, 40, metres.shape))
    test = the_test(metres, true, claimed, known)
    assert (test.best, test.confidence, test.known) == (true, "sure", 12)
    assert test.fits[true].off_m < 60 < 300 < test.fits[claimed].off_m
    assert test.fits[claimed].spread_m < 100


def test_a_register_that_agrees_confirms_the_claim() -> None:
    test = the_test(places(12), Datum.GCJ02, Datum.GCJ02, register(places(12)))
    assert (test.best, test.confidence) == (Datum.GCJ02, "sure")


def test_three_known_rows_are_too_few() -> None:
    metres = places(3)
    assert the_test(metres, Datum.GCJ02, Datum.WGS84, register(metres)).confidence == "cannot tell"


def test_a_register_without_any_pattern_tells_nothing() -> None:
    metres = places(12)
    elsewhere = register(metres + np.random.default_rng(3).normal(0, 3_000, metres.shape))
    assert the_test(metres, Datum.GCJ02, Datum.WGS84, elsewhere).confidence == "cannot tell"


def test_a_name_that_several_records_bear_says_nothing() -> None:
    metres = places(12)
    same = ["工会驿站"] * 12
    (test,) = datum_tests(patient(metres, Datum.GCJ02, Datum.WGS84, names=same), register(metres, names=same))
    assert test.known == 0


def test_a_register_with_the_same_mistake_makes_the_districts_less_sure() -> None:
    metres = places(400)
    sheet = patient(metres, Datum.GCJ02, Datum.WGS84)
    records = sheet.batch.records
    mistaken = pd.DataFrame(
        {name: [getattr(each, name) for each in records] for name in ("name", "lon", "lat")},
        index=[f"R-{row}" for row in range(len(records))],
    )
    (test,) = datum_tests(sheet, mistaken)
    assert (test.best, test.confidence) == (Datum.GCJ02, "likely")


def test_rows_of_each_claimed_datum_are_tested_by_themselves() -> None:
    right, wrong = patient(places(300), Datum.GCJ02, Datum.GCJ02), patient(places(300, seed=2), Datum.BD09, Datum.WGS84)
    tests = datum_tests(together([*right.batch.records, *wrong.batch.records]))  # type: ignore[list-item]
    assert [(test.claimed, test.best) for test in tests] == [(Datum.GCJ02, Datum.GCJ02), (Datum.WGS84, Datum.BD09)]


def test_of_a_mixed_list_the_districts_in_another_datum_are_named() -> None:
    metres = places(1_800)
    north = metres[:, 1] > SOUTH + 2 * SIDE
    right, wrong = patient(metres[~north], Datum.WGS84, Datum.WGS84), patient(metres[north], Datum.BD09, Datum.WGS84)
    records = [*right.batch.records, *wrong.batch.records]
    renamed = [record.model_copy(update={"name": str(number)}) for number, record in enumerate(records)]
    known = register(np.vstack([metres[~north], metres[north]]), names=[str(number) for number in range(len(metres))])
    tests = datum_tests(together(renamed), known)  # type: ignore[arg-type]
    wrong_ones = {test.district for test in tests if test.wrong}
    assert wrong_ones == set(CODES[6:])
    assert {test.best for test in tests if test.wrong} == {Datum.BD09}


def test_a_finding_gives_the_evidence_and_never_a_fix() -> None:
    sheet = patient(places(400), Datum.GCJ02, Datum.WGS84)
    tests = datum_tests(sheet, register(places(400)))
    (finding,) = datum_findings(sheet, tests)
    assert (finding.code, finding.severity, finding.row, finding.column) == ("wrong_datum", "error", None, "经度")
    assert (finding.value, dict(finding.fix)) == ("WGS84/CGCS2000", {})
    for evidence in ("GCJ-02", "odds", "Of 400 rows", "m east", "spread"):
        assert evidence in finding.message
    assert "nothing is converted" in finding.remedy


def test_what_cannot_be_told_is_said_in_words_and_is_no_finding() -> None:
    sheet = patient(places(3), Datum.GCJ02, Datum.WGS84)
    tests = datum_tests(sheet)
    assert list(datum_findings(sheet, tests)) == []
    assert "cannot be told" in datum_in_words(tests[0], CITY)


def test_a_list_without_places_is_not_tested() -> None:
    assert datum_tests(together([Station(name="示例")])) == []


def test_places_that_stand_for_an_area_show_no_offset() -> None:
    metres = places(12)
    known = register(metres).assign(coord_source="area")
    assert the_test(metres, Datum.GCJ02, Datum.WGS84, known).known == 0


def of_one_district(metres: np.ndarray, datum: Datum) -> Patient:
    """Return a list whose rows all name the district in the middle, wherever they lie."""
    records = patient(metres, datum, datum).batch.records
    return together([Station.model_validate({**dict(each), "district": CODES[4]}) for each in records])


@pytest.mark.parametrize("datum", HYPOTHESES)
@pytest.mark.parametrize("beyond_m", [1_200.0, 4_000.0])
def test_where_many_rows_state_another_district_nothing_is_sure(datum: Datum, beyond_m: float) -> None:
    low = [WEST + SIDE, SOUTH + SIDE]
    for seed in range(5):
        metres = np.random.default_rng(seed).uniform(low, [WEST + 2 * SIDE + beyond_m, SOUTH + 2 * SIDE], (200, 2))
        (test,) = datum_tests(of_one_district(metres, datum), None)
        assert test.misfit
        assert test.confidence != "sure"
        assert f"At best {test.fitting} of them lie in their district" in datum_in_words(test, CITY)


def test_where_most_of_a_part_states_another_district_nothing_can_be_told() -> None:
    low, high = [WEST + SIDE, SOUTH + SIDE], [WEST + 3 * SIDE, SOUTH + 2 * SIDE]
    metres = np.random.default_rng(1).uniform(low, high, (200, 2))
    (test,) = datum_tests(of_one_district(metres, Datum.GCJ02), None)
    assert (test.best, test.confidence) == (Datum.GCJ02, "cannot tell")
