from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.lists.positions import apart_m, settled, wgs84
from stations.model.crs import from_wgs84, to_wgs84
from stations.model.schema import Place, Station
from stations.model.vocabulary import Datum

LON, LAT = st.floats(75, 134), st.floats(18, 53)
MISSING = (np.array([np.nan]), np.array([np.nan]))


def one(**fields: object) -> Place:
    return Station.model_validate({"name": "示例", **fields})


@given(LON, LAT, st.sampled_from(Datum))
def test_a_position_becomes_wgs84_and_what_was_given_is_kept(lon: float, lat: float, datum: Datum) -> None:
    given_lon, given_lat = (round(float(value), 9) for value in from_wgs84(lon, lat, datum))
    (record,), (problem,) = settled([one(lon=given_lon, lat=given_lat, datum=datum)], MISSING)
    assert problem is None
    assert (record.source_lon, record.source_lat, record.source_datum) == (given_lon, given_lat, datum)
    assert record.datum is Datum.WGS84
    assert (record.lon, record.lat) == pytest.approx((lon, lat), abs=1e-7)
    assert round(record.lon or 0, 7) == record.lon


@given(st.lists(st.tuples(LON, LAT, st.sampled_from([*Datum, None])), max_size=20))
def test_many_positions_shift_like_each_by_itself(rows: list[tuple[float, float, Datum | None]]) -> None:
    lon, lat = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    x, y = wgs84(lon, lat, [row[2] for row in rows])
    for position, (own_lon, own_lat, datum) in enumerate(rows):
        expected = (np.nan, np.nan) if datum is None else to_wgs84(own_lon, own_lat, datum)
        np.testing.assert_array_equal((x[position], y[position]), expected)


def test_a_record_without_coordinates_stays_without() -> None:
    records, problems = settled([one(datum="GCJ-02"), one()], (np.full(2, np.nan), np.full(2, np.nan)))
    assert problems == [None, None]
    assert [(record.lon, record.datum, record.source_datum) for record in records] == [(None, None, None)] * 2


@pytest.mark.parametrize(("shift", "agrees"), [(0.000008, True), (0.00001, False)])
def test_one_metre_is_where_two_statements_stop_agreeing(shift: float, agrees: bool) -> None:
    geometry = np.array([117.0]), np.array([32.0 + shift])  # 0.00001 degrees of latitude are 1.1 m
    _records, (problem,) = settled([one(lon=117, lat=32, datum="WGS84")], geometry)
    assert (problem is None) is agrees


def test_original_coordinates_of_the_file_are_kept_when_they_agree() -> None:
    lon, lat = (round(float(value), 7) for value in to_wgs84(117.0, 32.0, Datum.GCJ02))
    stated = {"source_lon": 117.0, "source_lat": 32.0, "source_datum": "GCJ-02"}
    (record,), (problem,) = settled([one(lon=lon, lat=lat, datum="WGS84", **stated)], MISSING)
    assert problem is None
    assert (record.lon, record.source_lon, record.source_datum) == (lon, 117.0, Datum.GCJ02)


def test_distances_are_metres() -> None:
    here, east = (np.array([117.0]), np.array([60.0])), (np.array([117.001]), np.array([60.0]))
    assert apart_m(here, east)[0] == pytest.approx(55.6, abs=0.1)  # a degree is half as long at 60° as at the equator
    assert np.isnan(apart_m(here, MISSING)[0])
