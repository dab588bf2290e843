"""A town with a river, one bridge, a railway and one level crossing.

Streets 1 km apart; x east, y north, in km. The river runs along y = 1.5 and is crossed by the bridge at x = 0 alone;
the railway along x = 1.5 and is crossed at y = 0 alone::

    y 2   n6 --- n7      n8
          |               |
    y 1.5 | ~~~~~~~~~~~~~~|~~   (n8 and n5 are joined by nothing: the river)
          |
    y 1   n3 --- n4  #   n5
          |      |   #    |
    y 0   n0 --- n1 ---- n2
"""

from __future__ import annotations

import math
from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.analysis.distance import nearest_station as straight
from stations.analysis.network import Network, build, islands, snap, to_nearest
from stations.analysis.pairs import Pairs
from stations.analysis.planar import DifferentCrs
from stations.analysis.reach import AlongStreets
from stations.analysis.walking import service_area
from stations.model.errors import BadChoice
from tests.analysis.towns import CRS, demand_frame, station_frame

NODES = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2), (2, 3)]
EDGES = [(0, 1), (1, 2), (0, 3), (1, 4), (2, 5), (3, 4), (3, 6), (6, 7), (8, 9)]
SNAP = {"max_snap_m": 300.0}


def network_from(nodes: list[tuple[float, float]], edges: list[tuple[int, int]], one_way: bool = False) -> Network:
    x, y = np.array(nodes, dtype=float).T
    start, end = np.array(edges).T
    return build(x, y, start=start, end=end, two_way=np.full(len(edges), not one_way), crs=CRS)


def nearest_station(
    demand: GeoDataFrame, stations: GeoDataFrame, *, network: Network, max_snap_m: float
) -> pd.DataFrame:
    return AlongStreets(network, max_snap_m).origins(demand).nearest(stations)


def pairs_within(
    demand: GeoDataFrame, stations: GeoDataFrame, *, network: Network, radius_m: float, max_snap_m: float
) -> Pairs:
    return AlongStreets(network, max_snap_m).origins(demand).pairs(stations, radius_m=radius_m)


@pytest.fixture
def town() -> Network:
    return network_from([(1000.0 * x, 1000.0 * y) for x, y in NODES], EDGES)


def test_the_river_and_the_railway_are_barriers(town: Network) -> None:
    demand = demand_frame([(1000, 2000), (2000, 1000), (0, 500), (1000, 900)])
    found = nearest_station(demand, station_frame([(1000, 1000)]), network=town, **SNAP)
    # Over the bridge 1 + 1 + 1 km, though it is 1 km straight; over the crossing 1 + 1 + 1 km, likewise.
    assert found["distance_m"].tolist() == pytest.approx([3000.0, 3000.0, 1500.0, 100.0])
    assert found["station_id"].tolist() == ["s0"] * 4


def test_both_legs_off_the_street_are_walked(town: Network) -> None:
    found = nearest_station(demand_frame([(500, 40)]), station_frame([(700, -30)]), network=town, **SNAP)
    assert found["distance_m"].tolist() == pytest.approx([40 + 200 + 30])
    assert found["snap_m"].tolist() == [40.0]


def test_a_point_on_the_station_is_no_walk_away(town: Network) -> None:
    demand = demand_frame([(500, 120), (900, 5000)])
    found = nearest_station(demand, station_frame([(500, 120), (900, 5000)]), network=town, **SNAP)
    assert found["distance_m"].tolist() == [0.0, 0.0]
    assert found["snap_m"].tolist() == [120.0, math.inf]


def test_who_cannot_be_reached_is_listed(town: Network) -> None:
    demand = demand_frame([(2000, 2500), (9000, 9000), (0, 0)], [5, 6, 7])
    stations = station_frame([(1000, 1000)])
    found = nearest_station(demand, stations, network=town, **SNAP)
    assert found["distance_m"].tolist() == [math.inf, math.inf, 2000.0]
    assert found["station_id"].tolist() == [None, None, "s0"]
    placed, places = (snap(frame, town, **SNAP) for frame in (demand, stations))
    table = islands(town, placed, places, people=demand["people"])
    assert table[["length_m", "stations", "people", "stranded_people"]].to_numpy().tolist() == [
        [8000.0, 1, 7, 0],
        [1000.0, 0, 5, 5],
    ]


def test_nothing_is_snapped_to_a_tiny_piece(town: Network) -> None:
    nodes = [*zip(town.x, town.y, strict=True), (500, 100), (600, 100)]
    with_courtyard = network_from(nodes, [*EDGES, (10, 11)])
    placed = snap(demand_frame([(550, 100)]), with_courtyard, **SNAP)
    assert placed.snap_m.tolist() == [100.0]
    assert with_courtyard.pieces["used"].tolist() == [True, True, False]


def test_exactly_the_longest_leg_is_snapped(town: Network) -> None:
    placed = snap(demand_frame([(500, -300), (500, -300.01)]), town, **SNAP)
    assert placed.edge.tolist() == [0, -1]


def test_a_one_way_street_is_walked_towards_the_station_only() -> None:
    ring = network_from([(0, 0), (1000, 0), (1000, 1000), (0, 1000)], [(0, 1), (1, 2), (2, 3), (3, 0)], one_way=True)
    found = nearest_station(demand_frame([(400, 0), (600, 0)]), station_frame([(500, 0)]), network=ring, **SNAP)
    assert found["distance_m"].tolist() == pytest.approx([100.0, 3900.0])


def test_without_stations_or_demand_there_is_an_answer(town: Network) -> None:
    none = nearest_station(demand_frame([(0, 0)]), station_frame([]), network=town, **SNAP)
    assert none["distance_m"].tolist() == [math.inf]
    assert nearest_station(demand_frame([]), station_frame([(0, 0)]), network=town, **SNAP).empty
    assert len(pairs_within(demand_frame([(0, 0)]), station_frame([]), network=town, radius_m=1.0, **SNAP).point) == 0
    assert service_area(station_frame([]), network=town, radius_m=500, width_m=20, **SNAP).is_empty


@pytest.mark.parametrize("radius", [0, -1, math.nan, math.inf])
def test_a_radius_that_is_no_length_is_refused(town: Network, radius: float) -> None:
    with pytest.raises(BadChoice):
        pairs_within(demand_frame([(0, 0)]), station_frame([(0, 0)]), network=town, radius_m=radius, **SNAP)
    with pytest.raises(BadChoice):
        service_area(station_frame([(0, 0)]), network=town, radius_m=radius, width_m=20, **SNAP)
    with pytest.raises(BadChoice):
        snap(demand_frame([(0, 0)]), town, max_snap_m=radius)


def test_a_network_in_another_crs_is_refused(town: Network) -> None:
    frames = [frame.set_crs(4549, allow_override=True) for frame in (demand_frame([(0, 0)]), station_frame([(0, 0)]))]
    with pytest.raises(DifferentCrs):
        nearest_station(*frames, network=town, **SNAP)


spot = st.tuples(st.integers(-200, 2200), st.integers(-200, 3200)).map(lambda at: (float(at[0]), float(at[1])))
spots = st.lists(spot, min_size=1, max_size=6)
lattice = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=14, unique=True)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    nodes = [(400.0 * x, 600.0 * y) for x, y in draw(lattice)]
    number = st.integers(0, len(nodes) - 1)
    edges = draw(st.lists(st.tuples(number, number).filter(lambda e: e[0] != e[1]), min_size=1, max_size=25))
    return network_from(nodes, edges, one_way=draw(st.booleans()))


def by_networkx(demand: object, stations: object, network: Network) -> np.ndarray:
    """Return the table of distances by networkx, on a graph with a node for every point and station."""
    graph = nx.MultiDiGraph()
    marks: dict[int, list[tuple[float, object]]] = {}
    for name, frame in (("d", demand), ("s", stations)):
        placed = snap(frame, network, **SNAP)
        for row, (edge, share, metres) in enumerate(zip(*placed, strict=True)):
            graph.add_node((name, row))
            if edge >= 0:
                marks.setdefault(edge, []).append((share, (name, row, "on")))
                graph.add_edge((name, row), (name, row, "on"), weight=metres)
                graph.add_edge((name, row, "on"), (name, row), weight=metres)
    for edge, (start, end, length, back) in enumerate(
        zip(network.start, network.end, network.length_m, network.two_way, strict=True)
    ):
        chain = [(0.0, start), *sorted(marks.get(edge, []), key=lambda mark: mark[0]), (1.0, end)]
        for (low, tail), (high, head) in pairwise(chain):
            graph.add_edge(tail, head, weight=(high - low) * length)
            if back or high == low:
                graph.add_edge(head, tail, weight=(high - low) * length)
    table = np.full((len(demand), len(stations)), np.inf)
    for row in range(len(demand)):
        metres = nx.single_source_dijkstra_path_length(graph, ("d", row))
        for column in range(len(stations)):
            table[row, column] = metres.get(("s", column), np.inf)
    apart = [[one.distance(other) for other in stations.geometry] for one in demand.geometry]
    return np.where(np.array(apart) <= 0.001, 0.0, table)


@settings(max_examples=60)
@given(networks(), spots, st.sampled_from([7.0, 10.0, 45.5, 300.0]))
def test_a_point_is_snapped_to_the_nearest_usable_street(network: Network, points: list, most: float) -> None:
    placed = snap(demand_frame(points), network, max_snap_m=most)
    lines = network.tree.geometries
    for spot, edge, share, metres in zip(points, *placed, strict=True):
        apart = shapely.distance(shapely.Point(spot), lines)
        if apart.min(initial=math.inf) > most:
            assert (edge, metres) == (-1, math.inf)
            continue
        assert metres == pytest.approx(apart.min(), abs=1e-9)
        # The first of all that are as near, to the last bit.
        assert edge <= network.usable[np.flatnonzero(apart <= apart.min() + 1e-9)[-1]]
        line = lines[np.flatnonzero(network.usable == edge)[0]]
        at = shapely.line_interpolate_point(line, share, normalized=True)
        assert shapely.distance(at, shapely.Point(spot)) == pytest.approx(metres, abs=1e-6)


def test_points_are_snapped_in_parts_as_at_once(town: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    demand = demand_frame([(x, y) for x in range(-100, 2200, 370) for y in range(-100, 2200, 290)])
    at_once = snap(demand, town, **SNAP)
    monkeypatch.setattr("stations.analysis.network.BLOCK", 5)
    for one, other in zip(snap(demand, town, **SNAP), at_once, strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_node_has_its_nearest_place_in_one_search(town: Network) -> None:
    places = snap(station_frame([(1000, 950), (0, 2040), (9000, 9000), (2000, 3000)]), town, **SNAP)
    metres, place = to_nearest(town, places)
    assert metres.tolist() == pytest.approx([1950, 950, 1950, 1040, 50, 2950, 40, 1040, 1000, 0])
    assert place.tolist() == [0, 0, 0, 1, 0, 0, 1, 1, 3, 3]
    near, place_near = to_nearest(town, places, limit_m=960.0)
    assert near.tolist() == pytest.approx([math.inf, 950, math.inf, math.inf, 50, math.inf, 40, math.inf, math.inf, 0])
    assert place_near.tolist() == [-1, 0, -1, -1, 0, -1, 1, -1, -1, 3]
    nowhere, none = to_nearest(town, places.at(np.array([2])))
    assert (set(nowhere.tolist()), set(none.tolist())) == ({math.inf}, {-1})


def test_a_station_at_the_end_of_a_one_way_street_is_reached_from_there() -> None:
    streets = network_from([(0, 0), (1000, 0), (1000, 1000)], [(0, 1), (2, 1)], one_way=True)
    found = nearest_station(demand_frame([(1000, 400), (400, 0)]), station_frame([(1000, 0)]), network=streets, **SNAP)
    assert found["distance_m"].tolist() == pytest.approx([400.0, 600.0])


@settings(max_examples=60)
@given(networks(), spots, spots, st.integers(100, 3000))
def test_it_equals_networkx(network: Network, points: list, places: list, radius: int) -> None:
    demand, stations = demand_frame(points), station_frame(places)
    table = by_networkx(demand, stations, network)
    found = nearest_station(demand, stations, network=network, **SNAP)
    np.testing.assert_allclose(found["distance_m"], table.min(axis=1), atol=1e-4)
    named = stations.index.get_indexer(found["station_id"])
    reached = named >= 0
    np.testing.assert_allclose(table[np.arange(len(demand)), named][reached], table.min(axis=1)[reached], atol=1e-4)
    pairs = pairs_within(demand, stations, network=network, radius_m=radius + 0.37, **SNAP)
    expected = np.argwhere(table <= radius + 0.37)
    assert np.column_stack([pairs.point, pairs.station]).tolist() == expected.tolist()
    np.testing.assert_allclose(pairs.distance_m, table[tuple(expected.T)], atol=1e-4)


@settings(max_examples=60)
@given(networks(), spots, spots, st.randoms(use_true_random=False))
def test_no_walk_is_shorter_than_the_straight_line_and_order_is_irrelevant(
    network: Network, points: list, places: list, random: object
) -> None:
    demand, stations = demand_frame(points), station_frame(places)
    found = nearest_station(demand, stations, network=network, **SNAP)
    assert (found["distance_m"] >= straight(demand, stations)["distance_m"] - 0.001).all()
    labels, ids = list(demand.index), list(stations.index)
    random.shuffle(labels)
    random.shuffle(ids)
    again = nearest_station(demand.loc[labels], stations.loc[ids], network=network, **SNAP).loc[demand.index]
    pd.testing.assert_series_equal(again["distance_m"], found["distance_m"], atol=1e-6, rtol=0)


@settings(max_examples=60)
@given(networks(), spots, spots, st.integers(30, 1500))
def test_no_place_of_a_service_area_is_beyond_the_limit(
    network: Network, points: list, places: list, radius: int
) -> None:
    stations = station_frame(places)
    area = service_area(stations, network=network, radius_m=radius, width_m=25.0, **SNAP)
    corners = [tuple(xy) for xy in shapely.get_coordinates(area)]
    inside = [(x, y) for x, y in points if shapely.contains_xy(area, x, y)]
    demand = demand_frame([*corners, *inside])
    found = nearest_station(demand, stations, network=network, **SNAP)
    assert (found["distance_m"] <= radius + 0.01).all()


def test_a_service_area_ends_where_the_way_ends_and_does_not_jump_the_river(town: Network) -> None:
    area = service_area(station_frame([(1000, 1000)]), network=town, radius_m=1020.0, width_m=20.0, **SNAP)
    assert shapely.contains_xy(area, [500, 50, 1000, 1000], [1000, 1000, 500, 50]).all()
    assert not shapely.contains_xy(area, [1000, 2000, 0], [2000, 1000, 900]).any()
    larger = service_area(station_frame([(1000, 1000)]), network=town, radius_m=3020.0, width_m=20.0, **SNAP)
    assert shapely.area(shapely.difference(area, larger)) < 1.0
    assert any(polygon.interiors for polygon in shapely.get_parts(larger))  # the block between the streets
