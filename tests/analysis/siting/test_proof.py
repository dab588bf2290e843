"""What an answer is worth for which there was no time."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from stations.analysis.siting import max_covering


def test_without_any_time_a_choice_of_most_people_loses_little() -> None:
    """Twenty made-up towns of 300 points and 60 places; the greedy choice alone loses 1.0 % there."""
    lost = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        points, places = random.random((300, 2)), random.random((60, 2))
        near = cKDTree(points).sparse_distance_matrix(cKDTree(places), 0.12, output_type="ndarray")
        reach = csr_array((np.ones(len(near), bool), (near["i"], near["j"])), shape=(300, 60))
        weights = random.integers(1, 100, 300)
        best = max_covering(reach, weights, sites=10)
        first = max_covering(reach, weights, sites=10, time_limit_s=0)
        assert best.proven
        assert first.objective <= best.objective <= first.bound
        lost.append(1 - first.objective / best.objective)
    assert np.mean(lost) < 0.002
