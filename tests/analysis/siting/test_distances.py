from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csc_array, csr_array

from stations.analysis.siting.distances import pairs_of, to_nearest
from stations.model.errors import BadTable


def test_a_distance_of_nothing_is_a_pair_and_an_infinite_one_is_none() -> None:
    pairs = pairs_of(np.array([[0.0, np.inf], [2, 3]]))
    assert (pairs.indices.tolist(), pairs.data.tolist()) == ([0, 0, 1], [0.0, 2.0, 3.0])
    stored = csr_array((np.array([0.0, 5.0]), np.array([0, 1]), np.array([0, 2, 2])), shape=(2, 2))
    assert pairs_of(stored).nnz == 2
    assert pairs_of(csc_array(stored)).nnz == 2


def test_what_is_given_stays_as_it_is() -> None:
    given = csr_array((np.array([7.0, 5.0]), np.array([1, 0]), np.array([0, 2])), shape=(1, 2))
    pairs = pairs_of(given)
    assert (pairs.indices.tolist(), pairs.data.tolist()) == ([0, 1], [5.0, 7.0])
    assert (given.indices.tolist(), given.data.tolist()) == ([1, 0], [7.0, 5.0])


def test_a_pair_that_is_stored_twice_is_refused() -> None:
    twice = csr_array((np.array([7.0, 5.0]), np.array([1, 1]), np.array([0, 2])), shape=(1, 2))
    with pytest.raises(BadTable, match="twice"):
        pairs_of(twice)
    with pytest.raises(BadTable):
        pairs_of(csr_array(np.array([[True, False]])))


def test_of_equally_near_sites_the_first_is_meant() -> None:
    pairs = pairs_of(np.array([[4.0, 1, 1], [np.inf, np.inf, 6]]))
    which, metres = to_nearest(pairs, np.array([0, 1, 2]))
    assert (which.tolist(), metres.tolist()) == ([1, 2], [1.0, 6.0])
    which, metres = to_nearest(pairs, np.array([0, 1, 2]), nth=2)
    assert (which.tolist(), metres.tolist()) == ([2, -1], [1.0, np.inf])
    which, _metres = to_nearest(pairs, np.array([], int))
    assert which.tolist() == [-1, -1]
