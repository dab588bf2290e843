from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pyproj import Geod, Proj

from stations.model import crs
from stations.model.errors import BadCoordinates, DegreesNotMetres
from stations.model.places import districts, load_city
from stations.model.vocabulary import Datum

EARTH = Geod(ellps="WGS84")
HUAINAN = "EPSG:4548"
IN_CHINA = {"lon": st.floats(73, 136), "lat": st.floats(3, 54)}
MM = 0.001


def metres_apart(lon, lat, other_lon, other_lat):
    return np.asarray(EARTH.inv(lon, lat, other_lon, other_lat)[2])


def grid_over_china(step=0.37):
    lon, lat = np.meshgrid(np.arange(73, 136, step), np.arange(3, 54, step))
    return lon.ravel(), lat.ravel()


def slow_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The shift in common use, written out one term at a time."""
    x, y, pi = lon - 105, lat - 35, math.pi
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    north += (20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    east += (20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    a, ee = 6378245.0, 0.00669342162296594323
    magic = 1 - ee * math.sin(math.radians(lat)) ** 2
    north_degrees = north * 180 / (a * (1 - ee) / (magic * math.sqrt(magic)) * pi)
    east_degrees = east * 180 / (a / math.sqrt(magic) * math.cos(math.radians(lat)) * pi)
    return lon + east_degrees, lat + north_degrees


def slow_bd09(lon: float, lat: float) -> tuple[float, float]:
    x, y = slow_gcj02(lon, lat)
    z = math.sqrt(x * x + y * y) + 0.00002 * math.sin(y * math.pi * 3000 / 180)
    theta = math.atan2(y, x) + 0.000003 * math.cos(x * math.pi * 3000 / 180)
    return z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006


# --- datums ------------------------------------------------------------------------------------------


def test_a_well_known_place_in_beijing_is_shifted_as_other_programs_shift_it():
    assert_allclose(crs.from_wgs84(116.404, 39.915, "GCJ-02"), (116.41024449916938, 39.91640428150164), atol=1e-12)
    wgs84 = crs.to_wgs84(116.404, 39.915, "GCJ-02")
    assert_allclose(crs.from_wgs84(*wgs84, "BD-09"), (116.41036949371029, 39.92133699351021), atol=1e-10)


@pytest.mark.parametrize(("datum", "slow"), [(Datum.GCJ02, slow_gcj02), (Datum.BD09, slow_bd09)])
def test_whole_arrays_agree_with_the_formula_worked_out_point_by_point(datum, slow):
    lon, lat = grid_over_china(2.3)
    expected = np.array([slow(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]).T
    assert_allclose(crs.from_wgs84(lon, lat, datum), expected, rtol=0, atol=1e-11)


@given(**IN_CHINA)
@pytest.mark.parametrize("datum", list(Datum))
def test_there_and_back_again_is_within_a_millimetre(datum, lon, lat):
    back = crs.to_wgs84(*crs.from_wgs84(lon, lat, datum), datum)
    assert metres_apart(lon, lat, *map(float, back)) <= MM
    forth = crs.from_wgs84(*crs.to_wgs84(lon, lat, datum), datum)
    assert metres_apart(lon, lat, *map(float, forth)) <= MM


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_there_and_back_again_is_within_a_millimetre_all_over_china(datum):
    lon, lat = grid_over_china()
    lon = np.append(lon, [105.0, 105.0 + 1e-9])  # the formula has a kink on this meridian
    lat = np.append(lat, [35.0, 35.0])
    back = crs.to_wgs84(*crs.from_wgs84(lon, lat, datum), datum)
    assert metres_apart(lon, lat, *back).max() <= MM


@given(points=st.lists(st.tuples(*IN_CHINA.values()), min_size=1, max_size=20))
@pytest.mark.parametrize("datum", list(Datum))
def test_a_point_s_result_does_not_depend_on_its_neighbours(datum, points):
    lon, lat = map(list, zip(*points, strict=True))
    together = crs.to_wgs84(lon, lat, datum)
    alone = np.array([crs.to_wgs84(x, y, datum) for x, y in points]).T
    assert_allclose(together, alone, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("datum", "mean_m"), [(Datum.GCJ02, 549), (Datum.BD09, 1195)])
def test_in_huainan_the_shifts_are_larger_than_a_service_radius(datum, mean_m):
    west, south, east, north = districts(load_city("340400")).total_bounds
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, 40), np.linspace(south, north, 40)))
    shift = metres_apart(lon, lat, *crs.from_wgs84(lon, lat, datum))
    assert shift.mean() == pytest.approx(mean_m, abs=1)
    assert shift.min() > 500


def test_longitude_comes_first():
    lon, lat = crs.from_wgs84(117.0, 32.6, Datum.GCJ02)
    assert lon == pytest.approx(117.0, abs=0.01)
    assert lat == pytest.approx(32.6, abs=0.01)
    [(east, north)] = crs.metric_points(117.0, 32.6, HUAINAN)
    assert (east, north) == pytest.approx((500_000, 3_608_388), abs=1)


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_cgcs2000_is_taken_as_wgs84(datum):
    assert_array_equal(crs.to_wgs84([117.0], [32.6], datum), [[117.0], [32.6]])
    assert_array_equal(crs.from_wgs84([117.0], [32.6], datum), [[117.0], [32.6]])


@pytest.mark.parametrize(
    ("lon", "lat"), [(72.0, 35.0), (137.9, 35.0), (100.0, 0.8), (100.0, 55.9), (-0.1, 51.5), (0.0, 90.0)]
)
def test_outside_the_box_around_china_gcj02_is_wgs84(lon, lat):
    assert_array_equal(crs.from_wgs84(lon, lat, Datum.GCJ02), (lon, lat))
    assert_array_equal(crs.to_wgs84(lon, lat, Datum.GCJ02), (lon, lat))


@pytest.mark.parametrize("datum", list(Datum))
@pytest.mark.parametrize(("lon", "lat"), [(math.nan, 32.6), (117.0, math.nan), (math.inf, 32.6), (None, None)])
def test_half_a_position_is_no_position(datum, lon, lat):
    for shifted in (
        crs.to_wgs84([lon, 117.0], [lat, 32.6], datum),
        crs.from_wgs84([lon, 117.0], [lat, 32.6], datum),
    ):
        assert np.isnan([axis[0] for axis in shifted]).all()
        assert np.isfinite([axis[1] for axis in shifted]).all()


@pytest.mark.parametrize("datum", list(Datum))
def test_scalars_series_and_arrays_are_accepted_and_left_alone(datum):
    lon, lat = pd.Series([117.0, 117.1], index=["a", "b"]), pd.Series([32.6, None], dtype="Float64")
    before = lon.copy(), lat.copy()
    shifted = crs.from_wgs84(lon, lat, datum)
    assert [(axis.dtype, axis.shape) for axis in shifted] == [(np.float64, (2,))] * 2
    pd.testing.assert_series_equal(lon, before[0])
    pd.testing.assert_series_equal(lat, before[1])
    array = np.array([117.0])
    crs.to_wgs84(array, np.array([32.6]), datum)
    assert_array_equal(array, [117.0])
    assert crs.to_wgs84(117, 32, datum)[0].shape == ()
    assert crs.to_wgs84([], [], datum)[0].shape == (0,)


def test_a_datum_may_be_named_as_people_name_it():
    assert_array_equal(crs.to_wgs84(117, 32, "高德"), crs.to_wgs84(117, 32, Datum.GCJ02))


@pytest.mark.parametrize("convert", [crs.to_wgs84, crs.from_wgs84])
def test_an_unknown_datum_is_refused(convert):
    with pytest.raises(BadCoordinates) as refused:
        convert(117, 32, "Beijing 1954")
    assert refused.value.fields["datum"] == "Beijing 1954"


# --- the metric CRS ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (116.8, 32.5, "EPSG:4548"),
        (113.6, 34.7, "EPSG:4547"),
        (75.0, 39.5, "EPSG:4534"),
        (135.0, 48.4, "EPSG:4554"),
        (115.5, 30.0, "EPSG:4548"),  # midway: the eastern zone
        (115.4999, 30.0, "EPSG:4547"),
        (72.5, 40.0, "EPSG:32643"),  # west of the first zone
        (-0.1, 51.5, "EPSG:32630"),
        (151.2, -33.9, "EPSG:32756"),
        (180.0, 10.0, "EPSG:32660"),
    ],
)
def test_a_city_gets_its_gauss_krueger_zone_in_china_and_utm_elsewhere(lon, lat, expected):
    assert crs.metric_crs(lon, lat) == expected


@given(**IN_CHINA)
def test_the_central_meridian_is_at_most_a_degree_and_a_half_away(lon, lat):
    if 73.5 <= lon < 136.5:
        number = int(crs.metric_crs(lon, lat).removeprefix("EPSG:"))
        assert abs(lon - (75 + 3 * (number - 4534))) <= 1.5


@pytest.mark.parametrize(("lon", "lat"), [(32.6, 117.0), (181, 0), (math.nan, 30), (117, math.inf)])
def test_what_is_no_place_on_earth_has_no_metric_crs(lon, lat):
    with pytest.raises(BadCoordinates):
        crs.metric_crs(lon, lat)


def test_lengths_in_huainan_are_true_to_46_ppm():
    corners = shapely.get_coordinates(districts(load_city("340400")).geometry)
    scale = Proj(HUAINAN).get_factors(*corners.T)
    for factor in (scale.meridional_scale, scale.parallel_scale):
        assert np.abs(factor - 1).max() < 46.5e-6
    lon, lat = np.array([116.4, 116.41]), np.array([32.0, 32.0])
    east, north = crs.metric_points(lon, lat, HUAINAN).T
    straight = math.hypot(np.diff(east)[0], np.diff(north)[0])
    assert straight == pytest.approx(float(metres_apart(lon[0], lat[0], lon[1], lat[1])), rel=47e-6)


def test_wgs84_and_cgcs2000_degrees_give_the_same_metres():
    point = [shapely.Point(116.5, 32.4)]
    [a], [b] = (gpd.GeoSeries(point, crs=code).to_crs(HUAINAN) for code in ("EPSG:4326", "EPSG:4490"))
    assert a.distance(b) < MM


def test_metric_points_of_missing_places_are_missing():
    metres = crs.metric_points([117.0, math.nan], [32.6, 32.6], HUAINAN)
    assert metres.shape == (2, 2)
    assert np.isfinite(metres[0]).all()
    assert np.isnan(metres[1]).all()
    assert crs.metric_points([], [], HUAINAN).shape == (0, 2)


def test_points_keep_the_index_and_leave_out_what_has_no_place():
    lon = pd.Series([117.0, None, 117.2], index=["a", "b", "c"])
    placed = crs.points(lon, pd.Series([32.6, 32.6, None], index=lon.index))
    assert list(placed.index) == ["a", "b", "c"]
    assert placed.crs == "EPSG:4326"
    assert list(placed.isna()) == [False, True, True]
    assert (placed["a"].x, placed["a"].y) == (117.0, 32.6)
    assert list(crs.points([117.0], [32.6]).index) == [0]
    assert crs.points([], []).empty


def test_to_the_metric_crs_and_back_changes_nothing_else():
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=crs.points(pd.Series([117.0], index=["x"]), [32.6]), index=["x"])
    metric = crs.to_metric(frame, HUAINAN)
    assert metric.crs == HUAINAN
    assert frame.crs == "EPSG:4326"
    assert metric.geometry["x"].x == pytest.approx(500_000)
    back = crs.to_geographic(metric)
    assert list(back["name"]) == ["a"]
    assert metres_apart(117.0, 32.6, back.geometry["x"].x, back.geometry["x"].y) <= MM


@pytest.mark.parametrize("convert", [lambda frame: crs.to_metric(frame, HUAINAN), crs.to_geographic])
def test_a_frame_that_does_not_say_where_it_is_is_refused(convert):
    with pytest.raises(BadCoordinates):
        convert(gpd.GeoDataFrame(geometry=[shapely.Point(117, 32.6)]))


@pytest.mark.parametrize(("name", "error"), [("EPSG:4326", DegreesNotMetres), ("EPSG:nonsense", BadCoordinates)])
def test_a_target_that_is_no_metric_crs_is_refused(name, error):
    frame = gpd.GeoDataFrame(geometry=crs.points([117.0], [32.6]))
    with pytest.raises(error):
        crs.to_metric(frame, name)
    with pytest.raises(error):
        crs.metric_points(117.0, 32.6, name)


@pytest.mark.parametrize("name", [HUAINAN, "EPSG:32650", "EPSG:3035"])
def test_metres_are_accepted_for_measuring(name):
    crs.require_metric(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=name), "Coverage")


@pytest.mark.parametrize("name", [None, "EPSG:4326", "EPSG:4490", "EPSG:3857", "EPSG:2263", "EPSG:4978"])
def test_degrees_feet_mercator_and_the_unknown_are_refused_for_measuring(name):
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=name)
    with pytest.raises(DegreesNotMetres) as refused:
        crs.require_metric(frame, "Coverage")
    assert refused.value.fields["what"] == "Coverage"
    assert refused.value.fields["crs"] == (name or "no CRS")


def test_places_are_the_same_from_whichever_thread_they_are_asked_for():
    frame = gpd.GeoDataFrame(geometry=crs.points(np.linspace(116, 118, 50), np.linspace(32, 33, 50)))
    here = crs.to_geographic(crs.to_metric(frame, "EPSG:4548"))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _turn: crs.to_geographic(crs.to_metric(frame, "EPSG:4548")), range(8)))
        with pytest.raises(DegreesNotMetres):
            threads.submit(crs.to_metric, frame, "EPSG:4326").result()
    assert all(each.geometry.geom_equals(here.geometry).all() for each in found)
    assert_allclose(here.get_coordinates(), frame.get_coordinates(), atol=1e-9)
