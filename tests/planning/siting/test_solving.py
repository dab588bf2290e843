"""The question of siting as matrices: what they say is what coverage says."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from stations.analysis.siting import max_covering, set_covering
from stations.model.errors import BadChoice
from stations.model.settings import Settings
from stations.model.siting import SitingModel
from stations.model.travel import ReachName
from stations.planning.coverage.assess import Question, assess
from stations.planning.siting import solving
from stations.planning.siting.proposal import SitingQuestion
from stations.planning.siting.recommend import recommend
from stations.planning.siting.solving import Sited, affordable, fewest, sited
from tests.analysis.siting.instances import town
from tests.planning.siting.test_recommend import CELLS, GRID
from tests.planning.town import RADIUS_M


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


@pytest.mark.parametrize(
    ("costs", "budget", "some", "count"),
    [
        ([10.0, 10.0, 10.0], 25.0, False, 2),
        ([10.0, 10.0, 10.0], 99.0, False, 3),
        ([0.1] * 5, 0.3, False, 3),
        ([1e-300] * 5, 1e12, False, 5),
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


@pytest.mark.parametrize("model", [SitingModel.LEAST_DISTANCE, SitingModel.LEAST_FARTHEST])
def test_who_has_too_many_places_for_a_model_is_told_a_grid_that_has_few_enough(
    demonstrated: Settings, monkeypatch: pytest.MonkeyPatch, model: SitingModel
) -> None:
    monkeypatch.setattr(solving, "MOST_PAIRS", 200)
    wanted = SitingQuestion(Question(RADIUS_M), model, replace(GRID, grid_m=120.0), sites=1)
    with pytest.raises(BadChoice, match=r"as a grid with ([\d,]+) m") as told:
        recommend(demonstrated, wanted)
    (spacing,) = re.findall(r"with ([\d,]+) m", str(told.value))
    assert recommend(demonstrated, replace(wanted, where=replace(GRID, grid_m=float(spacing.replace(",", ""))))).sites
    monkeypatch.setattr(solving, "MOST_PAIRS", 20)
    with pytest.raises(BadChoice, match="places or fewer") as told:
        recommend(demonstrated, replace(wanted, where=CELLS))
    assert "grid" not in str(told.value)


def test_of_those_who_reach_everybody_no_more_are_proposed_than_were_asked_for() -> None:
    """Without time the cheapest cover is the greedy one, which may take more."""
    more = []
    for seed in range(12):
        made = town(seed, rows=300, candidates=60, radius=0.22)
        reach, people, costs = made.reach, made.weights, np.ones(60)
        everybody = people[np.diff(reach.indptr) > 0].sum() / people.sum()
        found = set_covering(reach, weights=people, share=everybody)
        asked = max_covering(reach, people, sites=len(found.selected))
        table = cast("Sited", SimpleNamespace(weights=people, reach=reach))
        kept = fewest(table, asked, partial(set_covering, reach, weights=people), costs=costs, seconds=0.0)
        assert kept.selected.tolist() == asked.selected.tolist()
        hasty = set_covering(reach, weights=people, share=everybody, time_limit_s=0.0)
        more.append(len(hasty.selected) > len(asked.selected))
    assert any(more)  # else nothing was tried
