"""Both ways of measuring, behind one interface; the town with a river is that of `test_walking`."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.analysis.coverage import TOUCH_M, covered
from stations.analysis.gaps import demand_gaps
from stations.analysis.measures import people_covered_at_least, times_covered
from stations.analysis.network import Network
from stations.analysis.pairs import Pairs
from stations.analysis.planar import DifferentCrs
from stations.analysis.reach import STRIP_M, AlongStreets, Reach, Straight
from stations.model.errors import BadChoice
from tests.analysis.test_walking import EDGES, NODES, network_from, networks
from tests.analysis.test_walking import spots as places
from tests.analysis.towns import demand_frame, station_frame

MAX_SNAP_M = 300.0


def river_town() -> Network:
    return network_from([(1000.0 * x, 1000.0 * y) for x, y in NODES], EDGES)


BOTH = pytest.mark.parametrize("reach", [Straight(), AlongStreets(river_town(), MAX_SNAP_M)], ids=["straight", "walk"])


def people() -> GeoDataFrame:
    """Return people on both banks and on both sides of the railway."""
    return demand_frame([(1000, 2000), (2000, 1000), (0, 500), (1000, 900)], [8, 4, 2, 1], labels="abcd")


def test_straight_lines_cross_the_river_and_the_railway_and_walks_do_not() -> None:
    stations = station_frame([(1000, 1000)])
    straight, walk = Straight(), AlongStreets(river_town(), MAX_SNAP_M)
    assert straight.origins(people()).nearest(stations)["distance_m"].tolist() == pytest.approx(
        [1000, 1000, 1000 * math.sqrt(1.25), 100]
    )
    assert walk.origins(people()).nearest(stations)["distance_m"].tolist() == pytest.approx([3000, 3000, 1500, 100])
    # On paper, within 1 km: 8 + 4 + 1 people in a straight line, 1 on foot.
    for reach, count, points in ((straight, 13, [0, 1, 3]), (walk, 1, [3])):
        within = covered(reach.origins(people()).nearest(stations)["distance_m"], radius_m=1000)
        assert people()["people"][within].sum() == count
        assert reach.origins(people()).pairs(stations, radius_m=1000).point.tolist() == points


def test_land_across_the_river_is_in_the_straight_area_alone() -> None:
    stations = station_frame([(1000, 1000)])
    across, beside = shapely.Point(1000, 1980), shapely.Point(1000, 1000 - 500)
    straight = Straight().area(stations, radius_m=1000)
    walk = AlongStreets(river_town(), MAX_SNAP_M).area(stations, radius_m=1000)
    assert straight.covers(across)
    assert not walk.covers(across)
    assert straight.covers(beside)
    assert walk.covers(beside)
    assert walk.covers(shapely.Point(1000 + STRIP_M - 1, 500))
    assert not walk.covers(shapely.Point(1000 + STRIP_M + 1, 500))
    assert 0 < walk.area < straight.area


@BOTH
def test_both_ways_give_the_same_shapes(reach: Reach) -> None:
    demand, stations = people(), station_frame([(1000, 1000), (9000, 9000)])
    nearest = reach.origins(demand).nearest(stations)
    assert nearest.index.equals(demand.index)
    assert nearest["station_id"].dtype == object
    assert set(nearest["station_id"]) == {"s0"}
    assert nearest["distance_m"].dtype == np.float64
    pairs = reach.origins(demand).pairs(stations, radius_m=3500)
    assert isinstance(pairs, Pairs)
    assert [axis.dtype for axis in pairs] == [np.intp, np.intp, np.float64]
    assert np.lexsort((pairs.station, pairs.point)).tolist() == list(range(len(pairs.point)))
    assert reach.area(stations, radius_m=500).geom_type in {"Polygon", "MultiPolygon"}


@BOTH
def test_a_point_exactly_at_the_radius_is_reached(reach: Reach) -> None:
    demand, stations = demand_frame([(1000, 500)]), station_frame([(1000, 1000)])
    assert covered(reach.origins(demand).nearest(stations)["distance_m"], radius_m=500).tolist() == [True]
    assert len(reach.origins(demand).pairs(stations, radius_m=500).point) == 1
    assert len(reach.origins(demand).pairs(stations, radius_m=500 - 2 * TOUCH_M).point) == 0


@BOTH
def test_nothing_built_reaches_nobody_and_nobody_is_no_error(reach: Reach) -> None:
    none = reach.origins(people()).nearest(station_frame([]))
    assert none["station_id"].tolist() == [None] * 4
    assert none["distance_m"].tolist() == [math.inf] * 4
    assert len(reach.origins(people()).pairs(station_frame([]), radius_m=500).point) == 0
    assert reach.area(station_frame([]), radius_m=500).is_empty
    assert reach.origins(demand_frame([])).nearest(station_frame([(0, 0)])).empty
    assert len(reach.origins(demand_frame([])).pairs(station_frame([(0, 0)]), radius_m=500).point) == 0


@BOTH
@pytest.mark.parametrize("radius_m", [0, -1, math.nan, math.inf])
def test_a_radius_that_is_no_length_is_refused(reach: Reach, radius_m: float) -> None:
    with pytest.raises(BadChoice, match="Radius"):
        reach.origins(people()).pairs(station_frame([(0, 0)]), radius_m=radius_m)
    with pytest.raises(BadChoice, match="Radius"):
        reach.area(station_frame([(0, 0)]), radius_m=radius_m)


@BOTH
def test_frames_in_two_crs_are_refused(reach: Reach) -> None:
    elsewhere = station_frame([(0, 0)]).set_crs(4549, allow_override=True)
    with pytest.raises(DifferentCrs):
        reach.origins(people()).nearest(elsewhere)
    with pytest.raises(DifferentCrs):
        reach.origins(people()).pairs(elsewhere, radius_m=500)


@BOTH
def test_gaps_and_backup_coverage_work_for_both(reach: Reach) -> None:
    demand, stations = people(), station_frame([(1000, 1000), (1000, 900)])
    nearest = reach.origins(demand).nearest(stations)
    gaps = demand_gaps(demand, nearest, radius_m=1050, spacing_m=100)
    within = covered(nearest["distance_m"], radius_m=1050)
    assert gaps["people"].sum() + demand["people"][within].sum() == demand["people"].sum()
    times = times_covered(demand, reach.origins(demand).pairs(stations, radius_m=1050))
    assert people_covered_at_least(demand["people"], times, times=1) == demand["people"][within].sum()
    assert times["d"] == 2


@settings(max_examples=60)
@given(networks(), places, places, st.integers(100, 3000))
def test_who_walks_reaches_no_more_than_who_flies(network: Network, points: list, spots: list, radius: int) -> None:
    demand, stations, radius_m = demand_frame(points), station_frame(spots), radius + 0.37
    straight, walk = Straight(), AlongStreets(network, MAX_SNAP_M)
    flown, walked = (reach.origins(demand).nearest(stations)["distance_m"] for reach in (straight, walk))
    assert (walked >= flown - TOUCH_M).all()
    flown_pairs, walked_pairs = (reach.origins(demand).pairs(stations, radius_m=radius_m) for reach in (straight, walk))
    beside = {
        (point, station): metres
        for point, station, metres in zip(*(axis.tolist() for axis in flown_pairs), strict=True)
    }
    for point, station, metres in zip(*(axis.tolist() for axis in walked_pairs), strict=True):
        assert metres >= beside[point, station] - TOUCH_M
    for pairs, metres in ((flown_pairs, flown), (walked_pairs, walked)):
        reached = pd.Series(np.isin(np.arange(len(demand)), pairs.point), index=demand.index)
        assert (reached == covered(metres, radius_m=radius_m)).all()
    # The drawn discs lie up to 0.03 % of the radius inside the true ones.
    discs = straight.area(stations, radius_m=1.001 * radius_m)
    assert walk.area(stations, radius_m=radius_m).difference(discs).area < 1.0
