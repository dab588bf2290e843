from __future__ import annotations

from hypothesis import given

from stations.analysis.coverage import covered
from stations.analysis.critical import critical_stations
from stations.analysis.distance import nearest_station
from stations.analysis.pairs import pairs_within
from tests.analysis.towns import Town, demand_frame, radii, station_frame, towns


def test_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    pairs = pairs_within(*toy_town[:2], radius_m=1000)
    table = critical_stations(pairs, toy_town.demand["people"], station_ids=toy_town.stations.index)
    assert table.index.tolist() == ["s0", "s1", "s2"]
    assert table["people_alone"].tolist() == [20, 50, 60]
    assert table["people_within"].tolist() == [45, 160, 195]
    assert table["people_nearest"].tolist() == [45, 160, 60]  # at equal distance the first
    assert table["rank"].tolist() == [3, 2, 1]
    assert set(table.dtypes.astype(str)) == {"int64"}


@given(towns(), radii)
def test_it_equals_closing_each_station_in_turn(town: Town, radius_m: float) -> None:
    demand, stations, _districts = town
    people = demand["people"]
    table = critical_stations(pairs_within(demand, stations, radius_m=radius_m), people, station_ids=stations.index)
    nearest = nearest_station(demand, stations)
    now = covered(nearest["distance_m"], radius_m=radius_m)
    assert table["people_nearest"].sum() == people[now].sum()
    for name in stations.index:
        without = nearest_station(demand, stations.drop(index=name))["distance_m"]
        alone = nearest_station(demand, stations.loc[[name]])["distance_m"]
        assert table.at[name, "people_alone"] == people[now & ~covered(without, radius_m=radius_m)].sum()
        assert table.at[name, "people_within"] == people[covered(alone, radius_m=radius_m)].sum()
        assert table.at[name, "people_nearest"] == people[now & (nearest["station_id"] == name)].sum()
    assert sorted(table["rank"]) == list(range(1, len(stations) + 1))
    assert table.sort_values("rank")["people_alone"].is_monotonic_decreasing


def test_nothing_is_critical_where_nothing_or_nobody_is() -> None:
    empty, one, nobody = station_frame([]), station_frame([(0, 0)]), demand_frame([])
    demand = demand_frame([(0, 0)])
    assert critical_stations(pairs_within(demand, empty, radius_m=9), demand["people"], station_ids=empty.index).empty
    table = critical_stations(
        pairs_within(nobody, one, radius_m=9), nobody["people"].astype(int), station_ids=one.index
    )
    assert table.loc["s0"].tolist() == [0, 0, 0, 1]
