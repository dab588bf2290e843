from __future__ import annotations

import pandas as pd
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.analysis.distance import nearest_station
from stations.analysis.gaps import demand_gaps, gap_of_points, neighbourhoods
from tests.analysis.towns import CELL_M, Spot, Town, demand_frame, radii, spots, station_frame, towns

# A row of houses 100 m apart: the peak for 200 m is column 2, and column 6 is a peak of its own.
ROW = demand_frame([(500_000 + 100.0 * column, 3_600_000) for column in range(10)], [5, 5, 30, 5, 5, 1, 1, 9, 1, 1])


def gap_of(demand: GeoDataFrame, places: list[Spot], *, radius_m: float, spacing_m: float = CELL_M) -> pd.Series:
    nearest = nearest_station(demand, station_frame(places))
    return gap_of_points(demand, nearest, radius_m=radius_m, spacing_m=spacing_m)


def at(column: int) -> Spot:
    return (500_000 + 100.0 * column, 3_600_000)


def test_a_neighbourhood_is_what_the_gap_would_be_without_stations() -> None:
    homes = neighbourhoods(ROW, radius_m=200, spacing_m=CELL_M)
    assert homes.tolist() == gap_of(ROW, [], radius_m=200).tolist()
    assert homes.nunique() == 2
    assert homes.tolist() == ["000000-117.002-32.524"] * 5 + ["000000-117.006-32.524"] * 5


def test_a_gap_keeps_its_number_when_its_peak_is_covered_and_it_keeps_most_of_its_people() -> None:
    demand = ROW.iloc[:5]
    homes = neighbourhoods(demand, radius_m=200, spacing_m=CELL_M)
    after = gap_of(demand, [at(0)], radius_m=200)  # columns 0 to 2 are covered, the peak among them
    assert homes.unique().tolist() == ["000000-117.002-32.524"]
    assert after.tolist() == [None, None, None, homes[3], homes[4]]


def test_a_gap_in_two_neighbourhoods_has_the_number_of_that_with_most_of_its_people() -> None:
    homes = neighbourhoods(ROW, radius_m=200, spacing_m=CELL_M)
    after = gap_of(ROW, [at(1), at(8)], radius_m=200)  # columns 4 and 5 are left: 5 people of the first, 1 of the other
    assert after[after.notna()].tolist() == [homes[4]] * 2


def test_of_two_parts_the_larger_keeps_the_number_and_the_other_has_its_own() -> None:
    demand = demand_frame([at(column) for column in range(5)], [6, 9, 30, 9, 5])
    homes = neighbourhoods(demand, radius_m=150, spacing_m=CELL_M)
    after = gap_of(demand, [at(2)], radius_m=150)
    assert homes.nunique() == 1
    assert after.tolist() == [homes[0], None, None, None, "000000-117.004-32.524"]


def test_a_number_that_is_taken_is_not_given_twice() -> None:
    near = [(500_000.0, 3_600_000.0), (500_010.0, 3_600_000.0), (500_020.0, 3_600_000.0)]
    demand = demand_frame(near, [5, 9, 4])
    homes = neighbourhoods(demand, radius_m=8, spacing_m=10)
    after = gap_of(demand, [near[1]], radius_m=8, spacing_m=10)
    assert homes.nunique() == 1
    assert after.tolist() == ["000000-117.000-32.524", None, "000000-117.000-32.524-2"]


def test_neighbourhoods_that_are_given_are_those_that_would_be_worked_out() -> None:
    nearest = nearest_station(ROW, station_frame([at(2)]))
    asked = {"radius_m": 150, "spacing_m": CELL_M}
    homes = neighbourhoods(ROW, **asked)
    pd.testing.assert_frame_equal(
        pd.DataFrame(demand_gaps(ROW, nearest, homes=homes.iloc[::-1], **asked)),
        pd.DataFrame(demand_gaps(ROW, nearest, **asked)),
    )
    with pytest.raises(KeyError):
        demand_gaps(ROW, nearest, homes=homes.iloc[1:], **asked)


@settings(max_examples=50)
@given(towns(), spots(CELL_M / 2, most=4), radii)
def test_numbers_follow_the_rule(town: Town, places: list[Spot], radius_m: float) -> None:
    homes = neighbourhoods(town.demand, radius_m=radius_m, spacing_m=CELL_M)
    gap, people = gap_of(town.demand, places, radius_m=radius_m), town.demand["people"]
    shared = people.groupby([homes, gap]).sum()
    for number in set(gap.dropna()):
        if number in set(homes.dropna()):  # most of those who wait in the neighbourhood are in the gap with its number
            assert shared[number].get(number) == shared[number].max()
    for home, most in shared.groupby(level=0).max().items():
        heirs = set(shared[home][shared[home] == most].index)
        # The number is with one that has most of them, unless each of these has more people of another neighbourhood.
        assert home in heirs or all(
            any(shared[other].get(heir, -1) >= most for other in shared.index.levels[0] if other != home)
            for heir in heirs
        )


@settings(max_examples=50)
@given(towns(), spots(CELL_M / 2, most=4), radii, st.randoms(use_true_random=False))
def test_the_order_of_the_points_does_not_matter(
    town: Town, places: list[Spot], radius_m: float, random: st.DataObject
) -> None:
    labels = list(town.demand.index)
    random.shuffle(labels)  # type: ignore[attr-defined]
    told = gap_of(town.demand.loc[labels], places, radius_m=radius_m)
    pd.testing.assert_series_equal(told.reindex(town.demand.index), gap_of(town.demand, places, radius_m=radius_m))
