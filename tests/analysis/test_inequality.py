from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.inequality import gini, lorenz_curve, lorenz_shares, palma_ratio
from stations.model.errors import BadChoice

Measure = Callable[[pd.Series, pd.Series], float]
MEASURES: list[Measure] = [gini, palma_ratio]

rows = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=12)


def columns(table: list[tuple[int, int]]) -> tuple[pd.Series, pd.Series]:
    access, people = zip(*table, strict=True) if table else ([], [])
    return pd.Series(access, dtype=float), pd.Series(people, dtype=int)


def one_by_one(access: pd.Series, people: pd.Series) -> list[float]:
    return sorted(value for value, heads in zip(access, people, strict=True) for _ in range(heads))


def slow_gini(row: list[float]) -> float:
    total = len(row) * sum(row)
    return sum(abs(one - other) for one in row for other in row) / (2 * total) if total else math.nan


def slow_palma(row: list[float]) -> float:
    """Cut everybody into ten tenths, so that no interpolation is needed."""
    if not sum(row):
        return math.nan
    tenths = [value for value in row for _ in range(10)]
    top, bottom = sum(tenths[len(tenths) * 9 // 10 :]), sum(tenths[: len(tenths) * 4 // 10])
    return top / bottom if bottom else math.inf


def test_the_lorenz_curve_as_drawn_on_paper() -> None:
    curve = lorenz_curve(pd.Series([6.0, 0.0, 1.0]), pd.Series([1, 5, 4]))
    assert curve.to_dict("list") == {"people_share": [0, 0.5, 0.9, 1], "access_share": [0, 0, 0.4, 1]}


def test_the_lorenz_curve_is_read_at_each_hundredth() -> None:
    read = lorenz_shares(pd.Series([6.0, 0.0, 1.0]), pd.Series([1, 5, 4]))
    assert len(read) == 101
    assert read.index[[0, 50, 70, 90, 100]].tolist() == pytest.approx([0, 0.5, 0.7, 0.9, 1])
    assert read.iloc[[0, 50, 70, 90, 95, 100]].tolist() == pytest.approx([0, 0, 0.2, 0.4, 0.7, 1])
    assert lorenz_shares(pd.Series([0.0]), pd.Series([3])).isna().all()


def test_a_tenth_with_most_of_it_as_counted_on_paper() -> None:
    access, people = pd.Series([6.0, 0.0, 1.0]), pd.Series([1, 5, 4])
    assert gini(access, people) == pytest.approx(1 - (0.4 * 0.4 + 0.1 * 1.4))
    assert palma_ratio(access, people) == math.inf  # the four tenths with least have nothing
    assert palma_ratio(pd.Series([1.0, 3.0]), pd.Series([4, 6])) == pytest.approx(3 / 4)


def test_palma_is_interpolated_inside_a_row() -> None:
    # Two rows of equal size: four tenths lie inside the first, the top tenth inside the second.
    assert palma_ratio(pd.Series([1.0, 3.0]), pd.Series([50, 50])) == pytest.approx((10 * 3) / (40 * 1))


@pytest.mark.parametrize("people", [[1], [7], [2, 3, 4]])
def test_when_all_have_the_same_there_is_no_inequality(people: list[int]) -> None:
    access = pd.Series([2.5] * len(people))
    assert gini(access, pd.Series(people)) == 0
    assert palma_ratio(access, pd.Series(people)) == pytest.approx(0.25)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("access", "people"), [([0.0, 0.0], [1, 2]), ([3.0, 4.0], [0, 0]), ([], []), ([0.0], [1])])
def test_nothing_is_not_evenly_shared(measure: Measure, access: list[float], people: list[int]) -> None:
    assert math.isnan(measure(pd.Series(access, dtype=float), pd.Series(people, dtype=int)))
    assert lorenz_curve(pd.Series(access, dtype=float), pd.Series(people, dtype=int)).empty


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("bad", [math.nan, -1.0, math.inf])
def test_numbers_that_are_none_are_refused(measure: Measure, bad: float) -> None:
    with pytest.raises(BadChoice, match="Access of the people"):
        measure(pd.Series([1.0, bad]), pd.Series([1, 1]))
    with pytest.raises(BadChoice, match="Number of people"):
        measure(pd.Series([1.0, 1.0]), pd.Series([1, bad]))


@pytest.mark.parametrize("measure", MEASURES)
def test_a_district_without_people_does_not_count_though_it_has_no_share(measure: Measure) -> None:
    codes = pd.Index(["A", "B", None], dtype=object)
    access, people = pd.Series([0.5, math.nan, 1.0], index=codes), pd.Series([3, 0, 4], index=codes)
    assert measure(access, people) == measure(access.iloc[[0, 2]], people.iloc[[0, 2]])


def test_people_are_matched_by_index_and_must_be_complete() -> None:
    access, people = pd.Series({"a": 1.0, "b": 5.0}), pd.Series({"b": 1, "a": 9})
    assert gini(access, people) == gini(access, people[["a", "b"]])
    with pytest.raises(KeyError):
        gini(access, people[["a"]])


@given(rows)
def test_gini_and_palma_equal_a_slow_row_of_people(table: list[tuple[int, int]]) -> None:
    access, people = columns(table)
    row = one_by_one(access, people)
    assert gini(access, people) == pytest.approx(slow_gini(row), abs=1e-12, nan_ok=True)
    assert palma_ratio(access, people) == pytest.approx(slow_palma(row), rel=1e-9, nan_ok=True)


@given(rows)
def test_gini_is_at_least_0_and_below_1(table: list[tuple[int, int]]) -> None:
    found = gini(*columns(table))
    assert math.isnan(found) or 0 <= found < 1


@given(rows, st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_neither_the_unit_of_access_nor_that_of_people_matters(
    table: list[tuple[int, int]], scale: float, heads: float
) -> None:
    access, people = columns(table)
    for measure in MEASURES:
        other = measure(access * scale, people * heads)
        assert other == pytest.approx(measure(access, people), rel=1e-6, abs=1e-9, nan_ok=True)


@given(rows)
def test_people_and_the_rows_they_are_counted_in_have_one_curve(table: list[tuple[int, int]]) -> None:
    access, people = columns(table)
    single = pd.Series(one_by_one(access, people), dtype=float)
    ones = pd.Series(np.ones(len(single)))
    pd.testing.assert_frame_equal(lorenz_curve(access, people), lorenz_curve(single, ones))


@given(rows, st.randoms(use_true_random=False))
def test_order_is_irrelevant(table: list[tuple[int, int]], random: np.random.Generator) -> None:
    access, people = columns(table)
    labels = list(access.index)
    random.shuffle(labels)
    pd.testing.assert_frame_equal(lorenz_curve(access[labels], people), lorenz_curve(access, people))
