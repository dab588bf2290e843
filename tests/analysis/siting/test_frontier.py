from __future__ import annotations

import os
import sys
import time
import warnings
from itertools import combinations
from multiprocessing import get_context
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import block_diag, csr_array

from stations.analysis.siting import Frontier, covering_frontier, curve, frontier
from stations.analysis.siting import winnable as winnable_module
from stations.analysis.siting.annealing import SEEN, annealed
from stations.analysis.siting.curve import Curve
from stations.analysis.siting.frontier import winnable
from stations.analysis.siting.gathered import gathered
from stations.analysis.siting.neighbourhood import exchanged
from stations.analysis.siting.orders import BLOCK, compact, ordered, won
from stations.model.errors import BadTable, NobodyInReach, TooManySites
from tests.analysis.siting.instances import Table, best, covered, tables

ROUNDING = 1e-9


@st.composite
def questions(draw: st.DrawFn) -> tuple[Table, list[int]]:
    """Draw a table and the sites that stand already."""
    table = draw(tables())
    return table, draw(st.lists(st.integers(0, table.reach.shape[1] - 1), max_size=3, unique=True))


def plane(rows: int, candidates: int, *, radius: float = 0.1, seed: int = 3) -> Table:
    """Return people and candidates in a square of side 1, and who is in reach of whom."""
    random = np.random.default_rng(seed)
    people, places = random.random((rows, 2)), random.random((candidates, 2))
    near = np.linalg.norm(people[:, np.newaxis] - places, axis=2) <= radius
    return Table(csr_array(near), random.integers(0, 50, rows).astype(float))


def require_sound(answer: Frontier, table: Table, fixed: list[int]) -> None:
    """Check everything that holds for every curve."""
    sizes = range(1, len(answer.order) + 1)
    assert len(set(answer.order)) == len(answer.order)
    assert not set(answer.order) & set(fixed)
    assert answer.alone == pytest.approx(covered(table, fixed))
    assert list(answer.covered) == pytest.approx([covered(table, [*answer.order[:k], *fixed]) for k in sizes])
    assert list(answer.best) == pytest.approx([covered(table, [*answer.choice(k), *fixed]) for k in sizes])
    assert all(len(answer.choice(k)) <= k for k in sizes)
    for values in (answer.covered, answer.best, answer.bound):
        assert (np.diff(values, prepend=answer.alone) >= 0).all()
    assert (answer.covered <= answer.best).all()
    assert (answer.best <= answer.bound).all()
    assert (answer.gap >= 0).all()
    assert (answer.proven == (answer.gap == 0)).all()
    assert (answer.selected.tolist(), answer.objective.tolist()) == (answer.order.tolist(), answer.best.tolist())
    assert np.diff(answer.covered, prepend=answer.alone).min(initial=1) > 0


@settings(deadline=None)
@given(questions())
def test_the_bound_is_above_and_the_best_known_below_what_the_best_choice_covers(
    question: tuple[Table, list[int]],
) -> None:
    table, fixed = question
    answer = covering_frontier(table.reach, table.weights, fixed=fixed)
    require_sound(answer, table, fixed)
    for k in range(1, len(answer.order) + 1):
        most = best(table, k, lambda choice: covered(table, [*choice, *fixed]))
        assert answer.best[k - 1] <= most <= answer.bound[k - 1]
        assert answer.covered[k - 1] - answer.alone >= (1 - 1 / np.e) * (most - answer.alone) - ROUNDING


@settings(deadline=None)
@given(questions())
def test_the_curve_stops_when_nobody_is_left(question: tuple[Table, list[int]]) -> None:
    table, fixed = question
    answer = covering_frontier(table.reach, table.weights, fixed=fixed)
    everybody = covered(table, range(table.reach.shape[1]))
    assert [answer.alone, *answer.covered][-1] == everybody
    assert everybody not in [answer.alone, *answer.covered][:-1]


@settings(deadline=None)
@given(questions(), st.data())
def test_a_curve_that_is_cut_short_is_the_beginning_of_the_whole_one(
    question: tuple[Table, list[int]], data: st.DataObject
) -> None:
    table, fixed = question
    whole = covering_frontier(table.reach, table.weights, fixed=fixed)
    most = data.draw(st.integers(0, table.reach.shape[1] - len(fixed)))
    short = covering_frontier(table.reach, table.weights, fixed=fixed, max_sites=most)
    require_sound(short, table, fixed)
    assert list(short.order) == list(whole.order[:most])
    assert list(short.covered) == list(whole.covered[:most])


@settings(deadline=None)
@given(questions(), st.randoms(use_true_random=False))
def test_candidates_in_another_order_change_nothing(question: tuple[Table, list[int]], random: Random) -> None:
    table, fixed = question
    moved = list(range(table.reach.shape[1]))
    random.shuffle(moved)
    one = covering_frontier(table.reach, table.weights, fixed=fixed)
    other = covering_frontier(table.reach[:, moved], table.weights, fixed=[moved.index(site) for site in fixed])
    for name in ("covered", "best", "bound", "alone"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    dense = table.reach.toarray()
    columns = dense[~dense[:, fixed].any(axis=1) & (table.weights > 0)].T  # equals there are equals
    assert [columns[site].tolist() for site in one.order] == [columns[moved[site]].tolist() for site in other.order]


@pytest.mark.parametrize("seed", range(8))
def test_candidates_of_a_town_in_another_order_change_nothing(seed: int) -> None:
    table, moved = plane(300, 150, seed=seed), np.random.default_rng(5).permutation(150)
    if seed % 2:
        table = Table(table.reach, np.ones(300))
    one = covering_frontier(table.reach, table.weights, fixed=[3])
    other = covering_frontier(table.reach[:, moved], table.weights, fixed=np.flatnonzero(moved == 3))
    for name in ("covered", "best", "bound", "alone"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    dense = table.reach.toarray()
    columns = dense[~dense[:, 3] & (table.weights > 0)].T  # equals there are equals
    assert np.array_equal(columns[one.order], columns[moved[other.order]])


@pytest.mark.parametrize("whole", [True, False])
def test_a_town_has_a_sound_curve_that_is_the_same_each_time(whole: bool) -> None:
    table = plane(3000, 150)
    weights = table.weights if whole else table.weights * np.pi
    table = Table(table.reach, weights)
    one, other = (covering_frontier(table.reach, table.weights, fixed=[3, 5]) for _time in range(2))
    require_sound(one, table, [3, 5])
    assert np.array_equal(one.best, other.best)
    assert np.array_equal(one.bound, other.bound)
    assert one.gap.max() < 0.03
    assert (one.best > one.covered).any()


def test_time_makes_nothing_worse_than_without_any() -> None:
    table = plane(2000, 300)
    none = covering_frontier(table.reach, table.weights, time_limit_s=0.0)
    for seconds in (0.005, 0.02, 0.05, 0.3):
        some = covering_frontier(table.reach, table.weights, time_limit_s=seconds)
        assert np.array_equal(none.order, some.order)
        assert (none.best <= some.best).all()
        assert (some.bound <= none.bound).all()
    assert some.gap.max() < none.gap.max()


def test_without_time_a_curve_covers_more_than_greedy_compact_regreedy() -> None:
    for seed in range(4):
        table = plane(3000, 400, seed=seed)
        problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.empty(0, np.intp))
        order = ordered(problem, problem.weights, sites=400)
        pool = compact(problem, order)
        again = won(problem, pool[ordered(problem.among(pool), problem.weights, sites=len(pool))])
        both = np.maximum(won(problem, order), np.append(again, np.full(len(order) - len(again), again[-1])))
        found = covering_frontier(table.reach, table.weights, time_limit_s=0.0).best
        assert (found >= both).all()
        assert found.mean() > 1.001 * both.mean()


def test_no_look_begins_for_which_there_is_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    table = plane(2000, 300)
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.empty(0, np.intp))
    order = ordered(problem, problem.weights, sites=300)
    for pairs, looked in ((1, False), (10**9, True)):
        monkeypatch.setattr(curve, "PREPARED", pairs)
        found = Curve(problem, order, np.full(len(order), np.inf), until=time.perf_counter() + 1.0)
        found.improve()
        assert bool(found.led) == looked
        assert np.isfinite(found.bounds).all()


def test_demand_of_the_same_candidates_is_one_row() -> None:
    table = plane(3000, 12, radius=0.3)
    problem, alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.array([0]))
    dense = table.reach.toarray()[~table.reach.toarray()[:, 0] & (table.weights > 0)]
    assert len(problem.weights) == len(np.unique(dense[dense.any(axis=1)], axis=0))
    assert alone + problem.weights.sum() == covered(table, range(12))


@settings(deadline=None)
@given(tables())
def test_merged_rows_are_the_different_ones(table: Table) -> None:
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.empty(0, np.intp))
    found = problem.merged()
    shape = len(found.weights), found.candidates
    by_row = csr_array((np.ones(len(found.sites)), found.sites, found.by_row), shape=shape).toarray()
    by_site = csr_array((np.ones(len(found.rows)), found.rows, found.by_site), shape=shape[::-1]).toarray()
    dense = table.reach.toarray().astype(float)[table.weights > 0]
    dense = dense[dense.any(axis=1)]
    kinds, weights = np.unique(dense, axis=0), table.weights[(table.weights > 0) & (np.diff(table.reach.indptr) > 0)]
    assert np.array_equal(by_row, by_site.T)
    assert np.array_equal(np.unique(by_row, axis=0), kinds)
    assert len(by_row) == len(kinds)
    assert [found.weights[(by_row == kind).all(axis=1)].sum() for kind in kinds] == [
        weights[(dense == kind).all(axis=1)].sum() for kind in kinds
    ]


def test_an_order_among_many_candidates_is_the_one_of_trying_all() -> None:
    table = plane(1500, 9 * BLOCK + 5, radius=0.05)
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.empty(0, np.intp))
    order = ordered(problem, problem.weights, sites=60)
    dense = np.zeros((len(problem.weights), problem.candidates))
    dense[np.repeat(np.arange(len(dense)), np.diff(problem.by_row)), problem.sites] = 1.0
    left, gained = problem.weights.copy(), []
    for site in order:
        gains = left @ dense
        assert gains[site] == gains.max()
        gained.append(gains[site])
        left[dense[:, site] > 0] = 0.0
    assert list(won(problem, order)) == list(np.cumsum(gained))


def test_what_is_left_out_and_exchanged_loses_nothing() -> None:
    table = plane(2000, 200)
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.empty(0, np.intp))
    order = ordered(problem, problem.weights, sites=200)
    fewer = compact(problem, order)
    assert len(fewer) < len(order)
    assert won(problem, fewer)[-1] == won(problem, order)[-1]
    better = exchanged(problem, order[:20], sweeps=9)
    assert won(problem, better)[-1] > won(problem, order[:20])[-1]
    assert len(set(better)) == 20


def test_annealing_finds_the_best_and_never_less_than_it_was_given() -> None:
    table = plane(400, 14, radius=0.15)
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.empty(0, np.intp))
    most = max(won(problem, np.array(choice))[-1] for choice in combinations(range(14), 5))
    start = ordered(problem, problem.weights, sites=5)
    for trials in (0, 1, 10, 5000):
        found = annealed(problem, start, trials=trials, seed=1)
        assert len(set(found)) == 5
        assert won(problem, start)[-1] <= won(problem, found)[-1] <= most
        assert list(annealed(problem, start, trials=trials, seed=1)) == list(found)
    assert won(problem, found)[-1] == most
    assert list(annealed(problem, start, trials=5000, seed=1, until=0.0)) == list(start)
    assert len(annealed(problem, np.empty(0, np.int64), trials=10, seed=1)) == 0


def test_annealing_leaves_behind_what_exchanges_of_one_site_cannot_better() -> None:
    table = plane(2000, 1200, radius=0.08)
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.empty(0, np.intp))
    better = exchanged(problem, ordered(problem, problem.weights, sites=20), sweeps=9)
    best = annealed(problem, better, trials=20_000, seed=1)
    assert won(problem, best)[-1] > won(problem, better)[-1]
    assert len(set(best)) == 20
    shorter = annealed(problem, better, trials=10**12, seed=1, until=time.perf_counter() + 0.5)  # years without it
    assert won(problem, shorter)[-1] > won(problem, better)[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forks no process")
def test_a_forked_process_sums_with_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winnable_module, "ALONE", 10)
    table = plane(200, 30)
    before = covering_frontier(table.reach, table.weights)
    child = get_context("fork").Process(
        target=lambda: os._exit(int(not np.array_equal(covering_frontier(*table).best, before.best)))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is asked whether that is done at all
        child.start()
    child.join(60)
    child.kill()
    assert child.exitcode == 0


def test_weights_next_to_nothing_are_no_fault() -> None:
    table = plane(60, 8, radius=0.3)
    weights = np.where(np.arange(60) % 7, 1.0, 1e-310)
    reach = np.concatenate([table.reach.toarray(), np.arange(60)[:, np.newaxis] == 0], axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = covering_frontier(csr_array(reach), weights)
    require_sound(found, Table(csr_array(reach), weights), [])


def test_a_gathered_table_is_the_same_table() -> None:
    table = plane(1500, 200)
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.array([4]))
    order = ordered(problem, problem.weights, sites=200)
    found, which = gathered(problem, order)
    assert sorted(which) == list(range(200))
    assert np.array_equal(np.diff(found.by_site), np.diff(problem.by_site)[which])
    assert np.array_equal(found.turns, problem.turns[which])
    assert np.array_equal(won(found, np.argsort(which)[order]), won(problem, order))
    assert np.array_equal(which[ordered(found, found.weights, sites=200)], order)
    apart = [np.abs(np.diff(each.rows.astype(int))).mean() for each in (problem, found)]
    assert apart[1] < 0.5 * apart[0]


def test_what_hangs_together_stands_together() -> None:
    random = np.random.default_rng(8)
    towns = block_diag([plane(400, 60, radius=0.2, seed=seed).reach for seed in range(5)]).tocsr()
    reach = csr_array(towns[random.permutation(2000)][:, random.permutation(300)], dtype=bool)
    problem, _alone = winnable(reach, np.ones(2000), fixed=np.array([], int))
    found, _which = gathered(problem, ordered(problem, problem.weights, sites=300))
    begins, ends = found.by_site[:-1], found.by_site[1:]
    wide = [np.ptp(found.rows[begin:end]) for begin, end in zip(begins, ends, strict=True) if begin < end]
    assert max(wide) <= 2 * 400
    runs = [np.count_nonzero(np.diff(each.rows, prepend=-9) != 1) for each in (problem, found)]
    assert runs[1] < 0.3 * runs[0]


def test_a_part_of_a_table_is_that_part() -> None:
    table = plane(300, 40, radius=0.2)
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.array([], int))
    candidates = np.array([3, 8, 21])
    part, rows = problem.part(candidates)
    whole = csr_array((np.ones(len(problem.sites)), problem.sites, problem.by_row), shape=(len(problem.weights), 40))
    wanted = whole.toarray()[:, candidates]
    assert np.array_equal(rows, np.flatnonzero(wanted.any(axis=1)))
    by_row = csr_array((np.ones(len(part.sites)), part.sites, part.by_row), shape=(len(rows), 3))
    by_site = csr_array((np.ones(len(part.rows)), part.rows, part.by_site), shape=(3, len(rows)))
    assert np.array_equal(by_row.toarray(), wanted[rows])
    assert np.array_equal(by_site.toarray().T, wanted[rows])
    assert np.array_equal(part.weights, problem.weights[rows])
    assert np.array_equal(part.turns, problem.turns[candidates])


@pytest.mark.parametrize("seed", range(6))
def test_few_sites_are_looked_for_where_they_are_worth_it(seed: int) -> None:
    """A town among villages: for few sites only its candidates are looked at, and the bounds hold for all."""
    random = np.random.default_rng(seed)
    town, villages = plane(200, 12, radius=0.3, seed=seed), plane(600, 60, radius=0.06, seed=seed)
    weights = np.append(town.weights * 20, villages.weights)
    table = Table(csr_array(block_diag([town.reach, villages.reach]), dtype=bool), weights)
    problem, _alone = winnable(table.reach, weights, fixed=np.array([], int))
    order = ordered(problem, problem.weights, sites=72)
    curve = Curve(problem, order, np.full(len(order), np.inf), until=None)
    assert set(curve.part(2).candidates) <= set(range(12)) < set(curve.part(len(order)).candidates)
    found = covering_frontier(table.reach, weights, time_limit_s=random.choice([0.2, None]))
    require_sound(found, table, [])
    for sites in (1, 2, 3):
        most = max(covered(table, choice) for choice in combinations(range(12), sites))
        assert found.best[sites - 1] == pytest.approx(most)
        assert most <= found.bound[sites - 1] + ROUNDING <= 1.1 * most


def test_what_another_worker_finds_meanwhile_need_not_be_in_the_part_that_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Curve, "_exchange_within", lambda *_given: None)  # it would be known at once
    reach = np.zeros((77, 63), bool)
    for candidate, rows in enumerate([slice(3, 13), slice(8), slice(8, 16)]):
        reach[rows, candidate] = True
    reach[16, 0] = True
    reach[np.arange(17, 77), np.arange(3, 63)] = True
    weights = np.concatenate([np.full(16, 10.0), [1.0], np.full(60, 10.0)])
    problem, _alone = winnable(csr_array(reach), weights, fixed=np.array([], int))
    known = Curve(problem, ordered(problem, problem.weights, sites=63), np.full(63, np.inf), until=None)
    part = known.part(3)
    known.take(np.array([1, 2, 5, 6, 7]))
    assert not set(known.orders[known.which[2]][:3]) <= set(part.candidates)
    for work in range(1, 20):
        known.lead_on(part, sites=3, work=work)
        known.choose(part, sites=3, work=work)
    assert known.best[2] == 170.0 == won(problem, np.array([1, 2, 5]))[-1]
    assert all(len(set(order)) == len(order) <= 63 for order in known.orders)


def test_annealing_judges_candidates_of_many_rows_by_some_of_them() -> None:
    table = plane(3000, 300, radius=0.25)
    problem, _alone = winnable(csr_array(table.reach, dtype=bool), table.weights, fixed=np.array([], int))
    assert np.median(np.diff(problem.by_site)) > 2 * SEEN
    reached = table.reach.toarray().astype(float)
    both = reached.T @ (reached * table.weights[:, np.newaxis])
    most = (both.diagonal() + both.diagonal()[:, np.newaxis] - both).max()
    assert won(problem, annealed(problem, np.arange(2), trials=20_000, seed=1))[-1] == pytest.approx(most)


def test_gathered_or_not_a_curve_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    table = plane(1500, 200)
    for pairs in (1e9, 1e-9):
        monkeypatch.setattr(frontier, "WORTH_IT", pairs)
        require_sound(covering_frontier(table.reach, table.weights, fixed=[3], time_limit_s=0.2), table, [3])


REACH = csr_array(np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0]], bool))


def test_bad_questions_are_told() -> None:
    with pytest.raises(BadTable):
        covering_frontier(REACH.toarray(), [1, 1, 1])  # type: ignore[arg-type]
    with pytest.raises(BadTable):
        covering_frontier(REACH, [1, np.nan, 1])
    with pytest.raises(BadTable):
        covering_frontier(REACH, [1, -1, 1])
    with pytest.raises(BadTable):
        covering_frontier(REACH, [1, 1])
    with pytest.raises(BadTable):
        covering_frontier(REACH, [1, 1, 1], fixed=[3])
    with pytest.raises(BadTable):
        covering_frontier(REACH, [1, 1, 1], max_sites=1.5)  # type: ignore[arg-type]
    with pytest.raises(BadTable):
        covering_frontier(REACH, [1, 1, 1], time_limit_s=np.nan)
    with pytest.raises(BadTable):
        covering_frontier(REACH, [1, 1, 1], time_limit_s="1")  # type: ignore[arg-type]
    with pytest.raises(BadTable):
        covering_frontier(REACH, [1e308, 1e308, 1])
    with pytest.raises(TooManySites, match="2 or fewer"):
        covering_frontier(REACH, [1, 1, 1], fixed=[0], max_sites=3)
    with pytest.raises(NobodyInReach):
        covering_frontier(REACH, [0, 0, 1])


def test_where_the_fixed_sites_cover_everybody_there_is_no_curve() -> None:
    answer = covering_frontier(REACH, [1, 1, 5], fixed=[2])
    assert (answer.alone, len(answer.order), len(answer.bound)) == (2.0, 0, 0)


def test_a_pair_given_twice_or_as_false_counts_as_it_is_and_the_table_stays_as_it_was() -> None:
    twice = csr_array((np.array([True, True, False]), ([0, 0, 1], [0, 0, 1])), shape=(2, 2))
    before = [part.copy() for part in (twice.data, twice.indices, twice.indptr)]
    answer = covering_frontier(twice, [2, 3])
    assert (list(answer.order), list(answer.covered), list(answer.bound)) == ([0], [2.0], [2.0])
    assert all(np.array_equal(*pair) for pair in zip(before, (twice.data, twice.indices, twice.indptr), strict=True))


@pytest.mark.parametrize("seed", range(40))
def test_a_few_of_which_any_covers_nearly_everybody_have_a_sound_curve(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows, sites = random.integers(2, 13), random.integers(2, 9)
    table = Table(csr_array(random.random((rows, sites)) < 0.75), random.integers(1, 9, rows).astype(float))
    answer = covering_frontier(table.reach, table.weights)
    require_sound(answer, table, [])
    for k in range(1, len(answer.order) + 1):
        assert answer.bound[k - 1] >= best(table, k, lambda choice: covered(table, choice)) - ROUNDING
