from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from stations.analysis.siting import multipliers
from stations.analysis.siting.cuts import Cuts
from stations.analysis.siting.limits import at_most
from stations.analysis.siting.multipliers import (
    earn_by_runs,
    first_prices,
    payment,
    payment_of,
    priced,
    proven,
    share_out,
)
from stations.analysis.siting.structure import Covering, Integers, reduced
from tests.analysis.siting.instances import Table, choices, tables, town

NONE = np.empty(0, np.intp)
LATER = np.inf


def covered(problem: Covering, chosen: Integers) -> float:
    """Return the weight that a choice covers."""
    return at_most(problem, np.inf).value(problem, chosen)


@settings(deadline=None)
@given(tables(candidates=6), st.data(), st.sampled_from([0.0, 0.5, 1.0]))
def test_no_choice_covers_more_than_the_prices_allow(table: Table, data: st.DataObject, backup: float) -> None:
    again = backup * table.weights
    problem = reduced(csr_array(table.reach, dtype=float), table.weights, fixed=NONE, again=again)
    sites = data.draw(st.integers(1, problem.count))
    start = np.array(data.draw(st.sampled_from([one for one in choices(problem.count, sites) if one])), np.intp)
    found = priced(
        payment_of(problem), first_prices(problem, start), sites=sites, value=covered(problem, start), until=LATER
    )
    most = max(covered(problem, np.array(one, np.intp)) for one in choices(problem.count, sites))
    assert found.bound >= most * (1 - 1e-12)
    assert found.shares.sum() <= sites * (1 + 1e-9)


def test_prices_come_near_the_relaxation() -> None:
    table = town(7, rows=400, candidates=80, radius=0.12)
    problem = reduced(csr_array(table.reach, dtype=float), table.weights, fixed=NONE)
    start = np.arange(10)
    found = priced(
        payment_of(problem), first_prices(problem, start), sites=10, value=covered(problem, start), until=LATER
    )
    assert found.bound == pytest.approx(Cuts(problem, sites=10).tighten(None, until=LATER, tolerance=0).bound, rel=0.01)


def test_without_time_no_bound_is_claimed() -> None:
    table = town(7, rows=40, candidates=8, radius=0.3)
    problem = reduced(csr_array(table.reach, dtype=float), table.weights, fixed=NONE)
    start = first_prices(problem, np.arange(2))
    assert priced(payment_of(problem), start, sites=2, value=0.0, until=0.0).bound == np.inf


@settings(deadline=None)
@given(tables(candidates=6), st.data(), st.sampled_from([0.0, 0.5, 1.0]))
def test_prices_that_are_led_long_enough_are_those_of_the_relaxation(
    table: Table, data: st.DataObject, backup: float
) -> None:
    problem = reduced(csr_array(table.reach, dtype=float), table.weights, fixed=NONE, again=backup * table.weights)
    sites = data.draw(st.integers(1, problem.count))
    start = first_prices(problem, np.arange(sites))
    found = priced(payment_of(problem), start, sites=sites, value=-1.0, until=LATER, rounds=3000)
    relaxed = Cuts(problem, sites=sites).tighten(None, until=LATER, tolerance=0).bound
    assert found.bound == pytest.approx(relaxed, rel=1e-3, abs=1e-3)
    assert proven(payment_of(problem), found.prices, sites=sites) == pytest.approx(found.bound)


def test_rows_that_follow_each_other_are_one_run() -> None:
    by_site, rows = np.array([0, 4, 4, 6]), np.array([0, 1, 3, 4, 4, 5], np.int32)
    weights = np.arange(1.0, 7.0)
    found = payment(by_site, rows, weights, np.zeros(6))
    assert found.runs.tolist() == [0, 2, 2, 3]
    assert (found.begins.tolist(), found.ends.tolist()) == ([0, 3, 4], [2, 5, 6])
    incomes, covered = np.empty(3), np.empty(7)
    earn_by_runs(found, weights, incomes)
    share_out(found, np.array([1.0, 0.7, 0.5]), covered)
    assert incomes.tolist() == [1 + 2 + 4 + 5, 0, 5 + 6]
    assert covered.tolist() == [1, 1, 0, 1, 1.5, 0.5, 0]
    assert payment(np.zeros(2, np.int64), np.empty(0, np.int32), weights, weights).runs.tolist() == [0, 0]


def test_as_many_steps_are_made_at_once_as_there_is_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    table = town(7, rows=40, candidates=8, radius=0.3)
    problem = reduced(csr_array(table.reach, dtype=float), table.weights, fixed=NONE)
    made: list[int] = []
    monkeypatch.setattr(multipliers, "lead", lambda *given: made.append(given[-1]))
    monkeypatch.setattr("time.perf_counter", lambda: float(sum(made)))  # a second each
    priced(payment_of(problem), first_prices(problem, np.arange(2)), sites=2, value=0.0, until=31.0)
    assert made == [5, 20, 5, 5]
