from __future__ import annotations

import numpy as np
import pytest

from stations.analysis.siting.allocation import Allocation, allocated, restricted
from stations.analysis.siting.distances import pairs_of
from stations.analysis.siting.interchange import greedy, interchanged, led_away
from stations.analysis.siting.lagrangian import relaxed
from stations.analysis.siting.radius import best_within
from tests.analysis.siting.distance_tables import Distances, town


def question(table: Distances) -> Allocation:
    far = np.full(len(table.weights), table.metres.max())
    return allocated(pairs_of(table.metres), table.weights, at_most=far, closed=np.array(table.fixed, int))


def test_no_exchange_is_left_that_makes_it_better() -> None:
    table = town(150, 24)
    problem = question(table)
    chosen = interchanged(problem, greedy(problem, 6))
    value = problem.value(chosen)
    assert value == pytest.approx(table.total(chosen))
    for place in range(6):
        for other in set(range(24)) - set(chosen):
            swapped = chosen.copy()
            swapped[place] = other
            assert table.total(swapped) >= value * (1 - 1e-9)


def test_a_choice_that_no_exchange_makes_better_is_left_for_a_better_one() -> None:
    one, other = [], []
    for seed in range(12):
        problem = question(town(200, 60, seed=seed))
        first = greedy(problem, 12)
        one.append(problem.value(interchanged(problem, first)))
        found = led_away(problem, first)
        other.append(problem.value(found))
        assert len(set(found)) == 12
        assert list(led_away(problem, first)) == list(found)
    assert all(after <= before for before, after in zip(one, other, strict=True))
    assert sum(other) < 0.9995 * sum(one)


def test_the_order_of_the_candidates_decides_nothing() -> None:
    table, moved = town(300, 60), np.random.default_rng(5).permutation(60)
    one, other = question(table), question(table._replace(metres=table.metres[:, moved]))
    found = led_away(one, greedy(one, 10))
    assert sorted(moved[led_away(other, greedy(other, 10))]) == list(found)


def test_greedy_takes_what_saves_most() -> None:
    table = town(100, 12)
    chosen = greedy(question(table), 3)
    for step in range(3):
        totals = [table.total([*chosen[:step], candidate]) for candidate in range(12)]
        assert int(np.argmin(totals)) == chosen[step]


def test_prices_bound_every_choice_and_rule_out_no_better_one() -> None:
    table = town(120, 20)
    problem = question(table)
    start = interchanged(problem, greedy(problem, 4))
    least = table._replace(sites=4).least(table.total)
    found = relaxed(problem, problem.costs(start), sites=4, below=least * 1.02, step=1.0, rounds=200)
    assert least * 0.98 < found.bound <= least * (1 + 1e-9)
    best = best_within(problem, sites=4, below=least * 1.02, apart=1e-7 * least, until=np.inf)
    assert table.total(best.chosen) == pytest.approx(least)
    assert best.bound == pytest.approx(least)
    assert not found.outside[best.chosen].any()
    assert set(np.flatnonzero(found.inside)) <= set(best.chosen)


def test_what_is_decided_leaves_a_smaller_question_of_the_same_value() -> None:
    table = town(120, 20)
    problem = question(table)
    marks = np.arange(20)
    part = restricted(problem, opened=marks == 3, closed=marks > 15)
    assert part.candidates.tolist() == [0, 1, 2, *range(4, 16)]
    assert part.columns.nnz < problem.columns.nnz
    assert part.value(np.array([0, 5])) == pytest.approx(problem.value(np.array([0, 3, 6])))
