"""The question of siting as matrices: what they say is what coverage says."""

from __future__ import annotations

import numpy as np
import pytest

from stations.model.settings import Settings
from stations.model.travel import ReachName
from stations.planning.coverage.assess import Question, assess
from stations.planning.siting.solving import affordable, frontier, sited
from tests.planning.siting.test_recommend import CELLS
from tests.planning.town import COVERED, PEOPLE, RADIUS_M


@pytest.mark.parametrize("reach", ["straight", "walk"])
def test_whom_the_stations_reach_is_who_is_covered(walkable: Settings, reach: ReachName) -> None:
    answer = assess(walkable, Question(RADIUS_M, reach=reach))
    table = sited(answer, CELLS)
    assert table.stations == 2
    assert (table.within(np.arange(2)) == answer.within.to_numpy()).all()


@pytest.mark.parametrize("reach", ["straight", "walk"])
def test_how_far_it_is_to_each_place_is_what_coverage_measures(walkable: Settings, reach: ReachName) -> None:
    answer = assess(walkable, Question(RADIUS_M, reach=reach))
    table = sited(answer, CELLS)
    assert answer.nearest is not None
    assert table.metres.shape == (len(answer.demand), table.stations + len(table.candidates.frame))
    pairs, metres = table.metres.tocoo(), np.full(table.metres.shape, np.inf)
    metres[pairs.coords] = pairs.data
    assert metres[:, : table.stations].min(axis=1) == pytest.approx(answer.nearest["distance_m"].to_numpy())


def test_who_lives_at_a_station_is_in_reach_of_it(demonstrated: Settings) -> None:
    """At the place of a station the distance is 0, which a sparse matrix might leave out."""
    table = sited(assess(demonstrated, Question(1.0)), CELLS)
    assert table.reach.nnz >= 9
    assert table.metres.nnz == table.metres.shape[0] * table.metres.shape[1]


def test_the_curve_begins_with_what_is_and_is_made_once(demonstrated: Settings) -> None:
    table = sited(assess(demonstrated, Question(RADIUS_M)), CELLS)
    found = frontier(table, (0, 1), most=5)
    assert (found.alone, found.covered[-1], found.bound[-1]) == (COVERED, PEOPLE, PEOPLE)
    assert frontier(table, (0, 1), most=5) is found


@pytest.mark.parametrize(
    ("costs", "budget", "some", "count"),
    [
        ([10.0, 10.0, 10.0], 25.0, False, 2),
        ([10.0, 10.0, 10.0], 99.0, False, 3),
        ([0.1] * 5, 0.3, False, 3),
        ([10.0, 10.0], 5.0, True, 0),
        ([10.0, 10.0], 5.0, False, None),
        ([10.0, 20.0], 25.0, False, None),
        ([0.0, 0.0], 25.0, False, None),
    ],
)
def test_a_budget_is_a_number_of_sites_where_each_costs_the_same(
    costs: list[float], budget: float, some: bool, count: int | None
) -> None:
    assert affordable(np.array(costs), budget, some=some) == count
