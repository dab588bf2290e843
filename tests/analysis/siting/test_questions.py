"""What cannot be meant is refused with what is wrong, where, and what is given, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import bsr_array, coo_array, csc_array, csr_array, csr_matrix, lil_array

from stations.analysis.siting import (
    Conditions,
    backup_covering,
    capacitated_covering,
    covering_frontier,
    max_covering,
    p_center,
    p_median,
    set_covering,
)
from stations.model.errors import BadChoice, BadEntry, BadTable, BadValue
from stations.model.language import Language

REACH = csr_array(np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0]], bool))
METRES = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
FORMATS = ("csr", "csc", "coo", "bsr", "dok", "lil", "dia")
DISTRICTS = ["a", "b", "b"]

ASKED: tuple[Callable[[Any], object], ...] = (
    lambda table: p_center(table, sites=1),
    lambda table: p_median(table, [1, 1, 1], sites=1),
    lambda table: capacitated_covering(table, [1, 1, 1], sites=1, capacity=[9, 9, 9]),
    lambda table: max_covering(table, [1, 1, 1], sites=1),
    set_covering,
    lambda table: covering_frontier(table, [1, 1, 1]),
    lambda table: max_covering(REACH, [1, 1, 1], sites=1, conditions=Conditions(near=table)),
)
OF_DISTANCES = ASKED[:3]


def twice(values: list[float] | np.ndarray[Any, Any], kind: str) -> Any:
    """Return a table, 3 × 3, in which the pair at [1, 2] is stored twice."""
    data, at = np.asarray(values), np.array([2, 2])
    match kind:
        case "csr":
            return csr_array((data, at, np.array([0, 0, 2, 2])), shape=(3, 3))
        case "csc":
            return csc_array((data, np.array([1, 1]), np.array([0, 0, 0, 2])), shape=(3, 3))
        case "bsr":
            return bsr_array((data.reshape(2, 1, 1), at, np.array([0, 0, 2, 2])), shape=(3, 3))
        case "lil":
            table = lil_array((3, 3), dtype=data.dtype)
            table.rows[1], table.data[1] = [2, 2], data.tolist()
            return table
    return coo_array((data, ([1, 1], at)), shape=(3, 3))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_sparse_format_is_the_same_table(kind: str) -> None:
    table = coo_array(METRES).asformat(kind)
    assert p_median(table, [1, 1, 1], sites=1).objective == 12
    assert max_covering(REACH.asformat(kind), [1, 1, 1], sites=1).selected.tolist() == [2]
    assert covering_frontier(REACH.asformat(kind), [1, 1, 1]).covered.tolist() == [2]


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "bsr", "lil"])
@pytest.mark.parametrize("ask", OF_DISTANCES)
def test_a_distance_that_is_stored_twice_is_refused_with_its_place(ask: Callable[[Any], object], kind: str) -> None:
    with pytest.raises(BadEntry, match=r"twice.*\[1, 2\], counted from 0: 2\."):
        ask(twice([1.0, 2.0], kind))


def test_distances_are_not_added_up_in_what_they_are_stored_as() -> None:
    with pytest.raises(BadEntry, match=r"twice.*: 200"):
        p_center(twice(np.array([200, 200], np.uint8), "coo"), sites=1)
    alone = coo_array((np.array([200], np.uint8), ([1], [2])), shape=(3, 3))
    assert p_center(alone, sites=1).objective == 200


@pytest.mark.parametrize("kind", ["csr", "csc", "coo"])
@pytest.mark.parametrize("times", [2, 256])
def test_a_pair_that_is_stored_however_often_is_in_reach_once(kind: str, times: int) -> None:
    ones, nothing = np.ones(times, np.int8), np.zeros(times, int)
    table: Any = coo_array((ones, (nothing, nothing)), shape=(2, 2))
    if kind == "csr":
        table = csr_array((ones, nothing, [0, times, times]), shape=(2, 2))
    elif kind == "csc":
        table = csc_array((ones, nothing, [0, times, times]), shape=(2, 2))
    for given in (table, table.astype(bool)):
        assert max_covering(given, [3, 1], sites=1).objective == 3
        assert covering_frontier(given, [3, 1]).covered.tolist() == [3]


def test_a_pair_is_in_reach_where_it_once_is_true() -> None:
    table = coo_array((np.array([False, True, False]), ([0, 0, 1], [0, 0, 1])), shape=(2, 2))
    assert max_covering(table, [1, 1], sites=2).selected.tolist() == [0]


BROKEN: tuple[tuple[str, Any], ...] = (
    ("indices", (1, 7)),
    ("indices", (0, -1)),
    ("indptr", (1, 900)),
    ("indptr", (1, -5)),
    ("indptr", (0, 1)),
    ("indptr", (3, 900)),
    ("data", None),
)


@pytest.mark.parametrize("kind", [csr_array, csc_array, csr_matrix])
@pytest.mark.parametrize(("part", "wrong"), BROKEN)
@pytest.mark.parametrize("flagged", [False, True])
@pytest.mark.parametrize("ask", ASKED)
def test_a_table_whose_indices_lead_outside_is_refused(
    ask: Callable[[Any], object], kind: Any, part: str, wrong: Any, flagged: bool
) -> None:
    table = kind(np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0]], float if ask in OF_DISTANCES else bool))
    assert not flagged or table.has_canonical_format  # which the table remembers
    if wrong is None:
        table.data = table.data[:2]
    else:
        getattr(table, part)[wrong[0]] = wrong[1]
    with pytest.raises(BadTable, match="-1|7" if part == "indices" else "check_format"):
        ask(table)


@pytest.mark.parametrize("outside", [9, -1])
def test_indices_of_other_formats_are_looked_at_as_well(outside: int) -> None:
    pairs = coo_array(REACH, copy=True)
    pairs.coords[0][0] = outside
    listed = lil_array(REACH)
    listed.rows[0] = [0, outside]
    blocks = bsr_array(REACH.astype(float))
    blocks.indices[0] = outside
    for table in (pairs, listed, blocks):
        with pytest.raises(BadTable):
            max_covering(table, [1, 1, 1], sites=1)


def test_a_table_that_was_changed_since_it_was_looked_at_is_looked_at_again() -> None:
    table = REACH.copy()
    assert table.has_canonical_format
    table.indices[:] = [1, 1, 0, 0]
    assert covering_frontier(table, [1, 2, 4]).covered.tolist() == [2, 3]
    table = csr_array(METRES)
    assert table.has_canonical_format
    table.indices[1] = 0
    with pytest.raises(BadEntry, match=r"twice.*\[0, 0\]"):
        p_median(table, [1, 1, 1], sites=1)


@pytest.mark.parametrize("table", [coo_array(np.ones(3)), np.ones(3), None, "abc", [[1.0]]])
def test_what_is_no_table_is_refused(table: Any) -> None:
    with pytest.raises(BadTable):
        max_covering(table, [1, 1, 1], sites=1)
    with pytest.raises(BadTable):
        p_median(coo_array(np.ones(3)), [1, 1, 1], sites=1)


def masked(values: object, *, at: object) -> Any:
    found = np.ma.array(values)
    found[at] = np.ma.masked
    return found


def test_what_a_mask_hides_is_missing() -> None:
    ask = partial(max_covering, REACH, sites=1)
    weights = masked([1, 1, 1], at=1)
    for asked, place in (
        (partial(p_median, masked(METRES, at=(1, 0)), [1, 1, 1], sites=1), r"distances.*\[1, 0\]"),
        (partial(p_median, [masked([1.0, 2], at=1), [1.0, 2]], [1, 1], sites=1), r"distances.*\[0, 1\]"),
        (partial(p_center, masked(METRES, at=(2, 2)), sites=1), r"distances.*\[2, 2\]"),
        (partial(p_median, METRES, weights, sites=1), r"weights.*\[1\]"),
        (partial(covering_frontier, REACH, weights), r"weights.*\[1\]"),
        (partial(ask, [1, np.ma.masked, 1]), r"weights.*\[1\]"),
        (partial(ask, [1, 1, 1], costs=masked([1, 1, 1], at=2), budget=1), r"costs.*\[2\]"),
        (partial(ask, [1, 1, 1], fixed=masked([0, 1], at=1)), r"fixed sites.*\[1\]"),
        (partial(set_covering, REACH, share=np.ma.masked), "share"),
        (partial(ask, [1, 1, 1], conditions=Conditions(floors=0, district=masked(["a", "b", "b"], at=1))), r"\[1\]"),
    ):
        with pytest.raises(BadTable, match=f"{place}.*masked"):
            asked()


def test_a_mask_that_hides_nothing_is_no_hindrance() -> None:
    ones, names = np.ma.array([1, 1, 1]), np.ma.array(["a", "b", "b"])
    assert p_median(np.ma.array(METRES, mask=False), ones, sites=1).objective == 12
    assert p_median([np.ma.array(row) for row in METRES], ones, sites=1).objective == 12
    conditions = Conditions(floors=0.5, district=names)
    assert max_covering(REACH, ones, sites=1, costs=ones, budget=1, conditions=conditions).objective == 2


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, 2], r"not as many.*\(2,\) ≠ \(3,\)"),
        ([1, np.nan, 2], r"missing.*\[1\], counted from 0: nan\."),
        ([1, 1, np.inf], r"not finite.*\[2\], counted from 0: inf\."),
        ([1, -1.5, 3], r"negative; give 0 or more.*\[1\], counted from 0: -1\.5\."),
        (["1", "2", "3"], r"numbers.*\[0\], counted from 0: '1'"),
        (np.array(["1", "2", "3"]), r"numbers.*\[0\]"),
        ([1, "2", 3], r"numbers.*\[1\], counted from 0: '2'"),
        ([1, 2j, 3], r"numbers.*\[1\], counted from 0: 2j"),
        ([1, None, 3], r"numbers.*\[1\], counted from 0: None"),
        (pd.Series([1, pd.NA, 3], dtype="Int64"), r"missing.*\[1\], counted from 0: nan"),
        ([1, 10**400, 1], r"1e100.*\[1\], counted from 0: 1000"),
        ([Decimal(1), Decimal("1e200"), 1], r"1e100.*\[1\], counted from 0: 1e\+200"),
        ([[1], [2, 3], [4]], r"numbers.*\[0\], counted from 0: \[1\]"),
        ("abc", "numbers.*Given: 'abc'"),
    ],
)
def test_a_wrong_weight_is_told_with_its_place_and_its_value(weights: Any, said: str) -> None:
    with pytest.raises(BadTable, match=f"The weights cannot be used: .*{said}"):
        max_covering(REACH, weights, sites=1)
    with pytest.raises(BadTable, match=f"The costs cannot be used: .*{said}"):
        max_covering(REACH, [1, 1, 1], sites=1, costs=weights)


def test_every_kind_of_real_number_is_one() -> None:
    assert max_covering(REACH, [Fraction(1, 2), Decimal("0.25"), np.float32(1)], sites=1).objective == 0.75
    assert set_covering(REACH, weights=[1, 1, 0], share=np.array(0.5)).objective == 1
    assert p_median(METRES.tolist(), pd.Series([1, 1, 1], dtype="Int64"), sites=1).objective == 12


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        ([[1, -2], [3, 4]], r"\[0, 1\], counted from 0: -2\."),
        (csr_array([[1, 0, -2], [3, 4, 5]]), r"\[0, 2\], counted from 0: -2\."),
        ([[1, 2], [np.nan, 4]], r"\[1, 0\], counted from 0: nan\."),
        ([[1, 2], [3, 1e200]], r"\[1, 1\], counted from 0: 1e\+200\."),
        ([[1, "2"], [3, 4]], r"\[0, 1\], counted from 0: '2'\."),
    ],
)
def test_a_wrong_distance_is_told_with_its_row_and_column(metres: Any, said: str) -> None:
    with pytest.raises(BadEntry, match=said):
        p_center(metres, sites=1)


def test_what_is_neither_true_nor_false_is_no_reach() -> None:
    for table, said in (
        (REACH.astype(complex), "neither true nor false"),
        (csr_array([[0, 1, 0], [0, 0, -1]]), r"negative.*\[1, 2\], counted from 0: -1\."),
        (csr_array([[0, np.nan], [0, 1]]), r"missing.*\[0, 1\], counted from 0: nan\."),
    ):
        for ask in (partial(max_covering, sites=1), covering_frontier):
            with pytest.raises(BadTable, match=f"in reach.*{said}"):
                ask(table, [1, 1])


@pytest.mark.parametrize("wrong", [1.5, -0.1, "x", None, [0.5], np.nan])
def test_a_single_number_is_told_by_its_name(wrong: Any) -> None:
    ask = partial(max_covering, REACH, [1, 1, 1], sites=1)
    floors = [wrong, {"b": wrong}] if wrong is not None else [{"b": wrong}]
    for floor in floors:
        with pytest.raises(BadValue, match="The floors"):
            ask(conditions=Conditions(floors=floor, district=DISTRICTS))
    with pytest.raises(BadValue, match="The share"):
        set_covering(REACH, share=wrong)
    with pytest.raises(BadValue, match="second site"):
        backup_covering(REACH, [1, 1, 1], sites=1, backup=wrong)


def test_one_number_is_told_to_be_expected() -> None:
    for ask in (
        partial(set_covering, REACH, share=[0.5]),
        partial(max_covering, REACH, [1, 1, 1], sites=None, costs=[1, 1, 1], budget=[2]),
        partial(p_median, METRES, [1, 1, 1], sites=1, unreached=np.array([2])),
    ):
        with pytest.raises(BadValue, match=r"one number is expected\. Given: .*(2|0\.5)"):
            ask()


@pytest.mark.parametrize(
    ("district", "said"),
    [
        (None, "not given"),
        (["a", "b"], "not as many"),
        ([1.0, np.nan, 2.0], r"missing.*\[1\], counted from 0: nan"),
        (["a", "b", np.nan], r"missing.*\[2\], counted from 0: nan"),
        (["a", None, "b"], r"missing.*\[1\], counted from 0: None"),
        (pd.Series(["a", pd.NA, "b"], dtype="string"), r"missing.*\[1\], counted from 0: <NA>"),
        (np.array(["2020", "NaT", "2021"], "M8[D]"), r"missing.*\[1\]"),
    ],
)
def test_the_district_of_every_row_is_needed(district: Any, said: str) -> None:
    with pytest.raises(BadTable, match=f"The districts cannot be used: .*{said}"):
        max_covering(REACH, [1, 1, 1], sites=1, conditions=Conditions(floors=0.1, district=district))


def test_a_floor_for_a_district_of_nobody_is_told_with_it() -> None:
    with pytest.raises(BadValue, match=r"nobody is in\. Given: 'north'"):
        max_covering(REACH, [1, 1, 1], sites=1, conditions=Conditions(floors={"north": 0.1}, district=DISTRICTS))


def test_the_first_position_outside_the_candidates_is_told() -> None:
    for fixed in ([0, 3], [0, -1], np.array([0, 3], np.uint8)):
        with pytest.raises(BadEntry, match=r"\[1\], counted from 0: (3|-1)\."):
            max_covering(REACH, [1, 1, 1], sites=1, fixed=fixed)


@pytest.mark.parametrize("sites", [True, np.True_, False, 1.0, "1", -1])
def test_no_truth_value_is_a_number_of_sites(sites: Any) -> None:
    for ask in (
        partial(max_covering, REACH, [1, 1, 1]),
        partial(p_median, METRES, [1, 1, 1]),
        partial(p_center, METRES),
    ):
        with pytest.raises(BadTable, match="The number of sites"):
            ask(sites=sites)


def test_a_choice_that_is_not_on_the_curve_is_refused() -> None:
    curve = covering_frontier(REACH, [1, 1, 1])
    assert curve.choice(1).tolist() == [2]
    for sites in (99, 2, 0, -1):
        with pytest.raises(BadChoice, match=f"{sites}.*Allowed: 1–1"):
            curve.choice(sites)
    for wrong in (True, 1.0, "1"):
        with pytest.raises(BadTable, match="no whole number"):
            curve.choice(wrong)  # type: ignore[arg-type]
    with pytest.raises(BadChoice, match="empty"):
        covering_frontier(REACH, [1, 1, 1], fixed=[2]).choice(1)


def test_costs_count_one_each_beside_a_budget_alone_and_nothing_without_one() -> None:
    apart = csr_array(np.eye(3, dtype=bool))
    assert max_covering(apart, [1, 1, 1], sites=None, budget=2).objective == 2
    assert max_covering(apart, [1, 1, 1], sites=2, costs=[100, 200, 300]).objective == 2


def test_the_place_of_what_is_wrong_is_told_in_the_language_of_the_reader(language: Language) -> None:
    said = {"zh_CN": "权重无法使用：有负数；请给出不小于 0 的数。第一处在 [1]（从 0 数起）：-1。"}.get(
        language,
        "The weights cannot be used: some are negative; give 0 or more. The first is at [1], counted from 0: -1.",
    )
    with pytest.raises(BadEntry) as refused:
        max_covering(REACH, [1, -1, 1], sites=1)
    assert str(refused.value) == said
