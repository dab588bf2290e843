from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from stations.analysis.siting import p_center
from stations.model.errors import BadTable, NobodyInReach, NoneInTime, TooFewSites, TooManySites
from tests.analysis.siting.distance_tables import Distances, distances, town
from tests.analysis.siting.oracle import by_spopt


@settings(deadline=None)
@given(distances())
def test_no_choice_has_a_smaller_largest_distance(table: Distances) -> None:
    least = table.least(table.worst)
    if not np.isfinite(least):
        with pytest.raises(TooFewSites) as told:
            p_center(table.metres, sites=table.sites, fixed=table.fixed)
        needed = told.value.fields["needed"]
        assert isinstance(needed, int)
        assert np.isfinite(table._replace(sites=needed).least(table.worst))
        assert not np.isfinite(table._replace(sites=needed - 1).least(table.worst))
        return
    answer = p_center(table.metres, sites=table.sites, fixed=table.fixed)
    assert len(answer.selected) <= table.sites
    assert not set(answer.selected) & set(table.fixed)
    assert answer.objective == least == answer.bound == table.worst(answer.selected)
    assert answer.proven
    assert answer.gap == 0
    assert not table._replace(weights=np.ones(len(table.weights))).idle(answer.selected)


@settings(deadline=None)
@given(distances(gaps=False), st.randoms(use_true_random=False))
def test_names_and_storage_decide_nothing(table: Distances, random: object) -> None:
    if not table.sites and not table.fixed:
        return
    order = np.array(random.sample(range(table.metres.shape[1]), table.metres.shape[1]), int)  # type: ignore[attr-defined]
    first = p_center(table.sparse, sites=table.sites, fixed=table.fixed)
    renamed = [int(np.flatnonzero(order == place)[0]) for place in table.fixed]
    second = p_center(table.metres[:, order], sites=table.sites, fixed=renamed)
    again = p_center(table.sparse, sites=table.sites, fixed=table.fixed)
    assert second.objective == first.objective
    assert again.selected.tolist() == first.selected.tolist()


def test_more_sites_never_make_it_farther() -> None:
    table = town(200, 30)
    worst = [p_center(table.metres, sites=sites).objective for sites in range(1, 16)]
    assert worst == sorted(worst, reverse=True)


def test_sites_that_are_left_over_bring_others_nearer() -> None:
    metres = np.array([[0.0, 5, 9], [9, 5, 0], [90, 95, 99]])
    answer = p_center(metres, sites=2)
    assert answer.objective == 90
    assert answer.selected.tolist() == [0, 2]


def test_who_cannot_be_reached_at_all_is_left_out_and_told() -> None:
    answer = p_center(np.array([[3.0, 4], [np.inf, np.inf]]), sites=1)
    assert (answer.objective, answer.proven) == (3.0, True)
    assert answer.nearest.tolist() == [0, -1]


def test_time_that_is_over_leaves_a_bound_below() -> None:
    table = town(500, 60)
    answer = p_center(table.metres, sites=8, time_limit_s=0)
    assert answer.bound <= answer.objective == table.worst(answer.selected)
    assert not answer.proven


def test_bad_questions_are_told() -> None:
    metres = np.array([[1.0, 2], [3, 4]])
    with pytest.raises(BadTable):
        p_center([[1.0, np.nan], [1, 1]], sites=1)
    with pytest.raises(TooManySites, match="2 or fewer"):
        p_center(metres, sites=3)
    with pytest.raises(NobodyInReach):
        p_center(np.full((2, 2), np.inf), sites=1)
    with pytest.raises(TooFewSites, match="Ask for 2"):
        p_center(np.array([[1.0, np.inf], [np.inf, 1]]), sites=1)
    with pytest.raises(TooFewSites, match="Ask for 1"):
        p_center(metres, sites=0)


def test_time_ends_the_search_for_a_first_choice_too() -> None:
    """Of 600 places at most 900 m away, whether 50 are enough for 3,000 people is not known within minutes."""
    random = np.random.default_rng(0)
    people, places = (cKDTree(10_000 * random.random((count, 2))) for count in (3_000, 600))
    metres = csr_array(people.sparse_distance_matrix(places, 900, output_type="coo_matrix"))
    with pytest.raises(NoneInTime):
        p_center(metres, sites=50, time_limit_s=0)
    with pytest.raises(TooFewSites):
        p_center(metres, sites=5, time_limit_s=0)


def test_spopt_finds_nothing_better() -> None:
    table = town(60, 20)
    answer = p_center(table.metres, sites=4)
    assert answer.proven
    assert answer.objective <= by_spopt("PCenter", table.metres, sites=4)
