from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from stations.analysis.siting import capacitated_covering
from stations.model.errors import BadTable
from tests.analysis.siting.instances import choices

NOWHERE = 99


def served(metres: NDArray[np.int64], weights: NDArray[np.int64], room: NDArray[np.int64], chosen: list[int]) -> int:
    """Count what sites serve, one person's way at a time."""
    loads = dict.fromkeys(sorted(chosen), 0)
    for way, weight in zip(metres, weights, strict=True):
        near = [site for site in loads if way[site] < NOWHERE]
        if near:
            loads[min(near, key=lambda site: way[site])] += weight
    return int(sum(min(load, room[site]) for site, load in loads.items()))


def table(metres: NDArray[np.int64]) -> csr_array:
    row, candidate = np.nonzero(metres < NOWHERE)
    return csr_array((metres[row, candidate].astype(float), (row, candidate)), shape=metres.shape)


@settings(deadline=None)
@given(st.data())
def test_nobody_can_serve_more_with_as_many(data: st.DataObject) -> None:
    rows, count = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 6))
    ways = st.lists(st.sampled_from([0, 1, 2, 3, NOWHERE, NOWHERE]), min_size=count, max_size=count)
    metres = np.array(data.draw(st.lists(ways, min_size=rows, max_size=rows)))
    metres[0, 0] = 1
    weights = np.array(data.draw(st.lists(st.integers(1, 9), min_size=rows, max_size=rows)))
    room = np.array(data.draw(st.lists(st.integers(0, 15), min_size=count, max_size=count)))
    fixed = data.draw(st.lists(st.integers(0, count - 1), max_size=1))
    sites = data.draw(st.integers(0, count - len(fixed)))
    answer = capacitated_covering(table(metres), weights, sites=sites, capacity=room, fixed=fixed)
    assert len(answer.selected) <= sites
    assert answer.objective == served(metres, weights, room, [*answer.selected, *fixed])
    others = [one for one in choices(count, sites) if not set(one) & set(fixed)]
    assert answer.objective == max(served(metres, weights, room, [*one, *fixed]) for one in others)
    assert answer.proven
    assert answer.bound == answer.objective


def test_a_site_that_draws_people_away_from_one_with_room_is_not_built() -> None:
    metres = csr_array(np.array([[2.0, 1.0], [2.0, 1.0]]))
    answer = capacitated_covering(metres, [50, 50], sites=2, capacity=[100, 10])
    assert answer.selected.tolist() == [0]
    assert answer.objective == 100


def test_a_pair_that_is_given_twice_is_told() -> None:
    twice = csr_array((np.ones(2), np.zeros(2, int), np.array([0, 2])), shape=(1, 1))
    with pytest.raises(BadTable, match="twice"):
        capacitated_covering(twice, [1], sites=1, capacity=[1])


@pytest.mark.parametrize("unit", [1e-9, 0.37, 1e7])
def test_weights_that_are_no_whole_numbers_are_proven_in_any_unit(unit: float) -> None:
    random = np.random.default_rng(7)
    metres = csr_array(np.where(random.random((40, 9)) < 0.5, random.random((40, 9)), 0.0))
    weights, room = random.random(40), 6.0 * random.random(9)
    room_here = unit * room
    answer = capacitated_covering(metres, unit * weights, sites=3, capacity=room_here, fixed=[0])
    assert (answer.proven, answer.gap) == (True, 0)
    way, people = metres.toarray(), 1e6 * weights
    way[way == 0] = NOWHERE
    others = [served(way, people, 1e6 * room, [0, *one]) for one in choices(9, 3) if 0 not in one]
    assert answer.objective == pytest.approx(max(others) * unit / 1e6, rel=1e-5)


def test_the_margin_of_a_bound_leaves_room_for_nobody_more() -> None:
    far = np.inf
    metres = [
        [7.4, 0.5, 14850, 0.2, far, 0.1, far, far],
        [far, far, 7740, 50954, 0.3, far, far, 406],
        [1775, 0.1, 8.1, 0.4, 2.9, 75, 33, 878],
        [54109, 0.1, 13040, 0.4, 2.5, 41, far, 0.2],
        [far, far, 25, 6.5, 32, 4858, 160, far],
        [far, far, 0.1, 1715, 21654, 0.05, 535, 5.8],
    ]
    answer = capacitated_covering(metres, [7, 1, 1000, 1, 1, 7], sites=2, capacity=np.full(8, 339))
    assert answer.proven
    assert answer.bound == answer.objective == 355


@pytest.mark.parametrize("many", [11.0, 1e30, 1e99])
def test_crowds_that_no_site_has_room_for_hide_nobody(many: float) -> None:
    apart = [[1, np.inf], [np.inf, 1]]
    answer = capacitated_covering(apart, [many, many], sites=2, capacity=[10, 10])
    assert answer.proven
    assert answer.selected.tolist() == [0, 1]
    assert answer.bound == answer.objective == 20
    assert capacitated_covering(apart, [many, 3], sites=1, capacity=[0, 10]).objective == 3


def test_where_there_is_room_for_nobody_nobody_is_served() -> None:
    answer = capacitated_covering([[1, 2], [2, 1]], [5, 7], sites=1, capacity=[0, 0])
    assert answer.proven
    assert answer.bound == answer.objective == 0
