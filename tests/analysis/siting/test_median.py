from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from stations.analysis.siting import median, p_median
from stations.model.errors import BadTable, NobodyInReach, TooManySites
from tests.analysis.siting.distance_tables import Distances, distances, town
from tests.analysis.siting.oracle import by_spopt


@pytest.fixture(autouse=True, scope="module", params=[0, median.TRIED], ids=["searched", "tried"])
def few_choices(request: pytest.FixtureRequest) -> Iterator[None]:
    """Few choices are searched through as many are, and all tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(median, "TRIED", request.param)
        yield


@settings(deadline=None)
@given(distances())
def test_no_choice_is_nearer_to_all(table: Distances) -> None:
    answer = p_median(table.metres, table.weights, sites=table.sites, fixed=table.fixed)
    assert len(answer.selected) <= table.sites
    assert not set(answer.selected) & set(table.fixed)
    assert answer.objective == pytest.approx(table.total(answer.selected))
    assert answer.objective == pytest.approx(table.least(table.total))
    assert answer.bound == answer.objective
    assert answer.proven
    assert answer.gap == 0
    assert not table.idle(answer.selected)


@settings(deadline=None, max_examples=50)
@given(distances(rows=40, candidates=9, gaps=False))
def test_the_search_proves_what_all_choices_say(table: Distances) -> None:
    answer = p_median(table.metres, table.weights, sites=table.sites, fixed=table.fixed)
    assert answer.proven
    assert answer.objective == table.least(table.total)


@settings(deadline=None)
@given(distances(), st.randoms(use_true_random=False))
def test_names_and_storage_decide_nothing(table: Distances, random: object) -> None:
    order = np.array(random.sample(range(table.metres.shape[1]), table.metres.shape[1]), int)  # type: ignore[attr-defined]
    first = p_median(table.sparse, table.weights, sites=table.sites, fixed=table.fixed)
    renamed = [int(np.flatnonzero(order == place)[0]) for place in table.fixed]
    second = p_median(table.metres[:, order], table.weights, sites=table.sites, fixed=renamed)
    again = p_median(table.sparse, table.weights, sites=table.sites, fixed=table.fixed)
    assert second.objective == pytest.approx(first.objective)
    assert again.selected.tolist() == first.selected.tolist()


@settings(deadline=None)
@given(distances())
def test_everybody_goes_to_the_nearest_site(table: Distances) -> None:
    answer = p_median(table.sparse, table.weights, sites=table.sites, fixed=table.fixed)
    metres, served = table.nearest(answer.selected), answer.nearest >= 0
    assert (served == np.isfinite(metres)).all()
    assert (table.metres[served, answer.nearest[served]] == metres[served]).all()
    assert set(answer.nearest[served]) <= {*answer.selected, *table.fixed}


def test_two_candidates_at_one_place_hinder_no_proof() -> None:
    for seed in range(100):
        random = np.random.default_rng(seed)
        people, places = random.integers(0, 12, (8, 2)), random.integers(0, 12, (4, 2))
        places[1] = places[0]
        metres = np.linalg.norm(people[:, np.newaxis] - places, axis=2)
        answer = p_median(metres, 100 * random.random(8), sites=2, fixed=[2])
        assert answer.proven, seed


def test_more_sites_never_make_it_farther() -> None:
    table = town(300, 40)
    totals = [p_median(table.metres, table.weights, sites=sites).objective for sites in range(1, 20)]
    assert totals == sorted(totals, reverse=True)


def test_time_that_is_over_leaves_a_bound_below() -> None:
    table = town(2_000, 150)
    answer = p_median(table.metres, table.weights, sites=15, time_limit_s=0)
    assert answer.bound <= answer.objective == pytest.approx(table.total(answer.selected))
    assert len(answer.selected) == 15
    assert answer.bound > 0.3 * answer.objective  # it is said how good it is, if not well


def test_a_part_of_the_rows_is_enough_for_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    table = town(1_000, 60)
    whole = p_median(table.metres, table.weights, sites=8)
    monkeypatch.setattr(median, "PAIRS", 6_000)
    part = p_median(table.metres, table.weights, sites=8)
    assert part.proven
    assert part.objective == pytest.approx(whole.objective)


def test_equal_rows_and_candidates_are_no_trouble() -> None:
    answer = p_median(np.ones((5, 4)), np.ones(5), sites=2)
    assert (answer.objective, answer.proven, len(answer.selected)) == (5.0, True, 1)
    answer = p_median(np.array([[0.0, 9, 0], [9, 0, 9]]), [1, 1], sites=3)
    assert answer.selected.tolist() == [0, 1]


def test_who_is_not_reached_counts_as_far() -> None:
    far = np.array([[100.0, np.inf, np.inf], [np.inf, 50, np.inf], [np.inf, np.inf, np.inf]])
    answer = p_median(far, [1, 10, 5], sites=1)
    assert answer.selected.tolist() == [1]
    assert answer.nearest.tolist() == [-1, 1, -1]
    assert answer.objective == 200 + 500
    assert p_median(far, [1, 10, 5], sites=1, unreached=2_000).objective == 2_000 + 500


def test_who_weighs_nothing_decides_nothing() -> None:
    far = np.inf
    metres = [[2, far, 1], [far, 2, 9], [1e13, 1e13, 5e12]]
    answer = p_median(metres, [1, 1, 0], sites=2)
    assert answer.proven
    assert answer.selected.tolist() == [1, 2]
    assert answer.objective == answer.bound == 3
    assert p_median(metres, [1, 0, 0], sites=1, fixed=[1]).objective == 1
    assert p_median([[1, far], [far, 1e13]], [1, 0], sites=0).objective == 2  # not twice what the other row says


@pytest.mark.parametrize("seed", range(60))
def test_distances_of_any_span_hide_no_better_choice(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows, candidates = int(random.integers(2, 12)), int(random.integers(3, 9))
    sites = int(random.integers(1, candidates))
    metres = 10.0 ** random.uniform(-2, random.choice([12, 16, 22]), (rows, candidates))
    metres = np.ceil(metres) if seed % 2 else metres
    metres[random.random((rows, candidates)) < 0.3] = np.inf
    weights = np.ones(rows) if seed % 3 else 10.0 ** random.uniform(-5, 5, rows)
    reachable = np.isfinite(metres).any(axis=1)
    farthest = 2 * metres[np.isfinite(metres)].max()
    least = min(
        float((weights * np.minimum(metres[:, list(choice)].min(axis=1), farthest))[reachable].sum())
        for choice in combinations(range(candidates), sites)
    )
    answer = p_median(metres, weights, sites=sites)
    assert answer.proven
    assert answer.objective <= least * (1 + 2e-7)  # what HiGHS can tell apart
    assert answer.bound <= answer.objective


def test_bad_questions_are_told() -> None:
    metres = np.array([[1.0, 2], [3, 4]])
    for wrong in (
        np.array([1.0, 2]),
        [[1.0, np.nan], [1, 1]],
        [[1.0, -1], [1, 1]],
        [["a", "b"], ["c", "d"]],
        [[1], [1, 2]],
        metres.astype(complex),
        2e307 * metres,
        csr_array(2e307 * metres),
    ):
        with pytest.raises(BadTable):
            p_median(wrong, [1, 1], sites=1)
    for weights in ([1], [1, np.nan], [1, -1], [1e308, 1e308], np.array([1 + 0j, 1])):
        with pytest.raises(BadTable):
            p_median(metres, weights, sites=1)
    for seconds in (None, "1", [1], 10**400):
        with pytest.raises(BadTable):
            p_median(metres, [1, 1], sites=1, time_limit_s=seconds)  # type: ignore[arg-type]
    with pytest.raises(TooManySites, match="1 or fewer"):
        p_median(metres, [1, 1], sites=2, fixed=[0])
    with pytest.raises(NobodyInReach):
        p_median(metres, [0, 0], sites=1)
    with pytest.raises(NobodyInReach):
        p_median(np.full((2, 2), np.inf), [1, 1], sites=1)
    with pytest.raises(BadTable):
        p_median(metres, [1, 1], sites=1, unreached=-1)


def test_spopt_finds_the_same() -> None:
    table = town(200, 30)
    answer = p_median(table.metres, table.weights, sites=5)
    assert answer.proven
    assert answer.objective == pytest.approx(by_spopt("PMedian", table.metres, sites=5, weights=table.weights))


@pytest.mark.parametrize("span", [(-2, 5), (0, 4), (0, 3)])
def test_few_choices_are_tried_whatever_the_distances(span: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(median, "TRIED", 50_000_000)
    random = np.random.default_rng(10)
    metres, weights = 10 ** random.uniform(*span, (60, 20)), random.integers(1, 1000, 60).astype(float)
    answer = p_median(metres, weights, sites=3, time_limit_s=60)
    least = min(weights @ metres[:, choice].min(axis=1) for choice in combinations(range(20), 3))
    assert answer.proven
    assert answer.objective == pytest.approx(least)
    monkeypatch.setattr(median, "TRIED", 0)
    bound = p_median(metres, weights, sites=3, time_limit_s=0).bound
    assert weights @ metres.min(axis=1) * (1 - 1e-9) <= bound <= least


def test_the_first_answer_is_within_a_part_of_a_percent_of_the_best() -> None:
    far = []
    for seed in range(10):
        random = np.random.default_rng(seed)
        people, places = random.random((400, 2)), random.random((100, 2))
        metres, weights = np.hypot(*(people[:, np.newaxis] - places).transpose(2, 0, 1)), random.integers(1, 200, 400)
        first, best = (p_median(metres, weights, sites=12, time_limit_s=limit) for limit in (0.0, 60.0))
        assert best.proven
        far.append(first.objective / best.objective - 1)
    assert np.mean(far) < 0.002
