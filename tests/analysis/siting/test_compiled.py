from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from stations.analysis.siting.compiled import FLOATS, INTEGER, NUMBER, STARTS, compiled, tuple_of
from stations.analysis.siting.winnable import ALONE, narrow, sums, turned_over


class _Pair(NamedTuple):
    many: int
    part: float


def test_what_can_be_kept_nowhere_is_compiled_all_the_same() -> None:
    found: dict[str, Callable[[int], int]] = {}
    exec("def doubled(number):\n    return 2 * number", found)  # a function of no file
    assert compiled(INTEGER, INTEGER)(found["doubled"])(21) == 42


def test_named_tuples_of_the_same_and_of_several_types_are_known() -> None:
    assert str(tuple_of(_Pair, FLOATS, FLOATS)) != str(tuple_of(_Pair, INTEGER, NUMBER))
    assert "_Pair" in str(tuple_of(_Pair, STARTS, STARTS))


def test_sums_by_several_threads_are_those_of_one_and_a_table_turned_over_twice_is_the_same() -> None:
    random = np.random.default_rng(1)
    starts = np.append(0, np.cumsum(random.integers(0, 9, ALONE // 3)))
    members = random.integers(0, 500, starts[-1]).astype(np.int32)
    values = random.integers(0, 99, 500).astype(float)
    assert len(members) > ALONE
    totals = np.append(0.0, np.cumsum(values[members]))
    assert np.array_equal(sums(starts, members, values), totals[starts[1:]] - totals[starts[:-1]])
    by_member = turned_over(starts, members, count=500)
    assert np.array_equal(np.diff(by_member[0]), np.bincount(members, minlength=500))
    back = turned_over(*by_member, count=len(starts) - 1)
    assert np.array_equal(back[0], starts)
    inside = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    assert np.array_equal(back[1], members[np.lexsort((members, inside))])


def test_numbers_are_narrowed_by_several_threads_as_by_one_and_those_that_are_narrow_stay_as_they_are() -> None:
    many = np.random.default_rng(2).integers(0, 2**31, ALONE + 7)
    for numbers in (many, many[:5], many[::2]):
        found = narrow(numbers)
        assert found.dtype == np.int32
        assert np.array_equal(found, numbers)
    kept = many.astype(np.int32)
    assert narrow(kept) is kept
