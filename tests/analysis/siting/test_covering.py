from __future__ import annotations

import itertools
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from stations.analysis.siting import Conditions, backup_covering, max_covering, set_covering
from stations.analysis.siting.questions import SITES
from stations.analysis.siting.search import greedy
from stations.analysis.siting.structure import reduced
from stations.model.errors import (
    BadTable,
    BothTooLittle,
    BudgetTooSmall,
    FloorOutOfReach,
    NobodyInReach,
    SitingError,
    TargetOutOfReach,
    TooFarForSome,
    TooFewForAll,
    TooManySites,
)
from tests.analysis.siting.instances import Table, best, choices, covered, tables, town

REACH = csr_array(np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0]], bool))
NONE = np.empty(0, np.intp)


@settings(deadline=None)
@given(tables(), st.data())
def test_it_covers_most_of_all_choices(table: Table, data: st.DataObject) -> None:
    count = table.reach.shape[1]
    fixed = data.draw(st.lists(st.integers(0, count - 1), max_size=2, unique=True))
    sites = data.draw(st.integers(0, count - len(fixed)))
    answer = max_covering(table.reach, table.weights, sites=sites, fixed=fixed)
    assert len(answer.selected) <= sites
    assert not set(answer.selected) & set(fixed)
    assert answer.objective == covered(table, [*answer.selected, *fixed])
    assert answer.objective == best(table, sites, lambda choice: covered(table, [*choice, *fixed]))
    assert answer.bound == answer.objective
    assert answer.proven
    assert answer.gap == 0
    for one in answer.selected:  # whoever adds nothing is left out
        assert covered(table, {*answer.selected, *fixed} - {one}) < answer.objective


@settings(deadline=None)
@given(tables(), st.just(0.0) | st.floats(1e-6, 1), st.data())
def test_no_cheaper_sites_cover_the_share(table: Table, share: float, data: st.DataObject) -> None:
    count = table.reach.shape[1]
    costs = np.array(data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)), float)
    fixed = data.draw(st.lists(st.integers(0, count - 1), max_size=1))
    possible = covered(table, range(count))
    target = share * table.weights.sum()
    assume(target <= possible)
    enough = target * (1 - 1e-9)
    answer = set_covering(table.reach, weights=table.weights, share=share, costs=costs, fixed=fixed)
    assert covered(table, [*answer.selected, *fixed]) >= enough
    assert answer.objective == costs[answer.selected].sum() == answer.bound
    assert answer.proven
    every = [choice for choice in choices(count, count) if covered(table, [*choice, *fixed]) >= enough]
    assert answer.objective == min(costs[list(set(choice) - set(fixed))].sum() for choice in every)


@settings(deadline=None)
@given(tables(), st.data())
def test_beside_the_others_nobody_is_there_for_nothing(table: Table, data: st.DataObject) -> None:
    count, rows = table.reach.shape[1], table.reach.toarray()[table.weights > 0]
    costs = np.array(data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)), float)
    close = table.reach.toarray()
    close[~close.any(axis=1), : data.draw(st.integers(1, count))] = True
    parts = table.weights * data.draw(st.sampled_from([1.0, 0.1, 1 / 3, np.pi]))
    ask = partial(max_covering, table.reach, parts, sites=count)
    near, nobody = close[table.weights > 0], np.zeros_like(rows)
    for found, times, kept in (
        (ask(), 1, nobody),
        (ask(costs=costs, budget=costs.sum()), 1, nobody),
        (ask(conditions=Conditions(near=csr_array(close))), 1, near),
        (backup_covering(table.reach, parts, sites=count, backup=0.5), 2, nobody),
        (
            backup_covering(table.reach, parts, sites=count, backup=0, conditions=Conditions(near=csr_array(close))),
            1,
            near,
        ),
    ):
        for one in found.selected:
            others = [other for other in found.selected if other != one]
            counts = rows[:, one] & (rows[:, others].sum(axis=1) < times)
            assert counts.any() or (kept[:, one] & ~kept[:, others].any(axis=1)).any()


@settings(deadline=None)
@given(tables(), st.integers(1, 12), st.data())
def test_money_is_spent_as_well_as_it_can_be(table: Table, budget: int, data: st.DataObject) -> None:
    count = table.reach.shape[1]
    costs = np.array(data.draw(st.lists(st.integers(1, 6), min_size=count, max_size=count)), float)
    sites = data.draw(st.none() | st.integers(1, count))
    assume(costs.min() <= budget)
    answer = max_covering(table.reach, table.weights, sites=sites, costs=costs, budget=budget)
    assert costs[answer.selected].sum() <= budget
    affordable = (choice for choice in choices(count, sites or count) if costs[list(choice)].sum() <= budget)
    assert answer.objective == max(covered(table, choice) for choice in affordable) == answer.bound


@pytest.mark.parametrize(
    ("cost", "budget", "sites"), [(1e-300, 1e12, 6), (0.1, 0.3, 3), (1e11, 3.9e11, 3), (2.5, 9.9, 3)]
)
def test_a_budget_pays_for_whole_sites(cost: float, budget: float, sites: int) -> None:
    table = town(7, rows=60, candidates=12, radius=0.2)
    near = Conditions(near=csr_array(np.ones(table.reach.shape, dtype=bool)))
    asked = {"costs": np.full(12, cost), "budget": budget, "conditions": near}
    answer = max_covering(table.reach, table.weights, sites=6, **asked)  # type: ignore[arg-type]
    assert answer.objective == max_covering(table.reach, table.weights, sites=sites).objective
    assert answer.proven


@settings(deadline=None)
@given(tables(), st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.data())
def test_being_covered_twice_counts_as_much_as_is_said(table: Table, backup: float, data: st.DataObject) -> None:
    count = table.reach.shape[1]
    fixed = data.draw(st.lists(st.integers(0, count - 1), max_size=2, unique=True))
    sites = data.draw(st.integers(0, count - len(fixed)))
    dense = table.reach.toarray()

    def worth(choice: tuple[int, ...]) -> float:
        times = dense[:, sorted({*choice, *fixed})].sum(axis=1)
        return float((table.weights * ((times >= 1) + backup * (times >= 2))).sum())

    answer = backup_covering(table.reach, table.weights, sites=sites, backup=backup, fixed=fixed)
    assert answer.objective == worth(tuple(answer.selected)) == best(table, sites, worth) == answer.bound


@settings(deadline=None)
@given(tables(), st.data())
def test_every_condition_is_kept_at_the_least_loss(table: Table, data: st.DataObject) -> None:
    rows, count = table.reach.shape
    district = np.array(data.draw(st.lists(st.sampled_from(["east", "west"]), min_size=rows, max_size=rows)))
    floors = {name: data.draw(st.sampled_from([0.0, 0.3, 0.6, 1.0])) for name in np.unique(district).tolist()}
    cells = data.draw(st.lists(st.booleans(), min_size=rows * count, max_size=rows * count))
    near = table.reach.toarray() | np.array(cells).reshape(rows, count)
    sites = data.draw(st.integers(1, count))
    dense, people = table.reach.toarray(), table.weights

    def kept(choice: tuple[int, ...]) -> bool:
        chosen = list(choice)
        reached = dense[:, chosen].any(axis=1)
        shares = (
            people[(district == name) & reached].sum() >= floor * people[district == name].sum() * (1 - 1e-9)
            for name, floor in floors.items()
        )
        return bool(near[people > 0][:, chosen].any(axis=1).all()) and all(shares)

    allowed = [choice for choice in choices(count, sites) if kept(choice)]
    conditions = Conditions(near=csr_array(near), district=district, floors=floors)
    if not allowed:
        with pytest.raises(SitingError) as refused:
            max_covering(table.reach, people, sites=sites, conditions=conditions)
        if isinstance(refused.value, TooFewForAll):
            needed = int(refused.value.fields["needed"])
            assert any(kept(choice) for choice in choices(count, needed))
            assert not any(kept(choice) for choice in choices(count, needed - 1))
        return
    answer = max_covering(table.reach, people, sites=sites, conditions=conditions)
    assert kept(tuple(answer.selected))
    assert answer.objective == max(covered(table, choice) for choice in allowed) == answer.bound
    assert answer.proven
    fewest = set_covering(table.reach, weights=people, share=0.0, conditions=conditions)
    assert fewest.objective == min(len(choice) for choice in allowed)


@settings(deadline=None)
@given(tables(), st.integers(0, 12), st.data())
def test_floors_of_several_districts_are_kept_with_so_much_money_beside_what_stands(
    table: Table, budget: int, data: st.DataObject
) -> None:
    rows, count = table.reach.shape
    district = np.array(data.draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=rows, max_size=rows)))
    costs = np.array(data.draw(st.lists(st.integers(1, 6), min_size=count, max_size=count)), float)
    fixed = data.draw(st.lists(st.integers(0, count - 1), max_size=1))
    sites = data.draw(st.none() | st.integers(min(1, count - len(fixed)), count - len(fixed)))
    floor = data.draw(st.sampled_from([0.3, 0.5, 0.7]))
    share = data.draw(st.sampled_from([0.0, 0.4, 0.8]))
    dense, people = table.reach.toarray(), table.weights

    def kept(choice: tuple[int, ...], wanted: float = 0.0) -> bool:
        reached = dense[:, [*choice, *fixed]].any(axis=1)
        parts = [(district == name, floor) for name in "abc"] + [(people >= 0, wanted)]
        return all(people[part & reached].sum() >= least * people[part].sum() * (1 - 1e-9) for part, least in parts)

    def cost(choice: tuple[int, ...]) -> float:
        return float(sum(costs[site] for site in choice if site not in fixed))

    def new(choice: tuple[int, ...]) -> int:
        return len({*choice} - {*fixed})

    most = count if sites is None else sites
    conditions = Conditions(district=district, floors=floor)
    asked = {"fixed": fixed, "costs": costs, "conditions": conditions}
    affordable = [choice for choice in choices(count, count) if new(choice) <= most and cost(choice) <= budget]
    paid = [choice for choice in affordable if kept(choice)]
    try:
        answer = max_covering(table.reach, people, sites=sites, budget=budget, **asked)  # type: ignore[arg-type]
    except SitingError:
        assert not paid or not any(map(new, affordable))
    else:
        assert kept(tuple(answer.selected))
        assert answer.objective == max(covered(table, [*choice, *fixed]) for choice in paid) == answer.bound
    try:
        least = set_covering(table.reach, weights=people, share=share, **asked)  # type: ignore[arg-type]
    except SitingError:
        assert not any(kept(choice, share) for choice in choices(count, count))
    else:
        assert kept(tuple(least.selected), share)
        assert least.objective == min(cost(choice) for choice in choices(count, count) if kept(choice, share))
        assert least.proven


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 999), st.integers(1, 8))
def test_the_greedy_order_keeps_its_promise(seed: int, sites: int) -> None:
    table = town(seed, rows=60, candidates=25, radius=0.2)
    problem = reduced(csr_array(table.reach, dtype=float), table.weights, fixed=NONE)
    gains = [step.gain for step in itertools.islice(greedy(problem), sites)]
    assert sum(gains) >= (1 - 1 / np.e) * max_covering(table.reach, table.weights, sites=sites).objective
    assert gains == sorted(gains, reverse=True)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 999))
def test_other_numbers_of_candidates_and_rows_change_nothing(seed: int) -> None:
    table = town(seed, rows=80, candidates=30, radius=0.15)
    rows, candidates = (np.random.default_rng(seed).permutation(count) for count in table.reach.shape)
    other = table.reach[rows][:, candidates]
    weights = table.weights[rows]
    first, second = max_covering(table.reach, table.weights, sites=6), max_covering(other, weights, sites=6)
    assert (first.objective, first.bound) == (second.objective, second.bound)
    assert covered(table, candidates[second.selected]) == second.objective
    reachable = table.weights[np.diff(table.reach.indptr) > 0].sum() / table.weights.sum()
    fewest, again = (
        set_covering(reach, weights=amounts, share=0.9 * reachable)
        for reach, amounts in ((table.reach, table.weights), (other, weights))
    )
    assert fewest.objective == again.objective


def test_the_same_question_has_the_same_answer() -> None:
    table = town(3, rows=400, candidates=80, radius=0.1)
    answers = [max_covering(table.reach, table.weights, sites=12) for _ in range(2)]
    assert answers[0].selected.tolist() == answers[1].selected.tolist()


def test_of_equal_candidates_the_first_is_taken() -> None:
    reach = csr_array(np.array([[1, 1, 0, 0], [0, 0, 1, 1]], bool))
    assert max_covering(reach, [5, 5], sites=1).selected.tolist() == [0]
    assert max_covering(reach, [1, 5], sites=2).selected.tolist() == [0, 2]


def test_more_sites_never_cover_less_and_stop_where_nobody_is_left() -> None:
    table = town(5, rows=200, candidates=30, radius=0.2)
    answers = [max_covering(table.reach, table.weights, sites=sites) for sites in range(31)]
    objectives = [answer.objective for answer in answers]
    assert objectives[0] == 0
    assert objectives == sorted(objectives)
    assert objectives[-1] == covered(table, range(30))
    assert len(answers[-1].selected) < 30


@pytest.mark.parametrize("time_limit_s", [0, 0.002, 0.02, 0.1])
def test_what_is_said_when_time_is_over_holds(time_limit_s: float) -> None:
    table = town(8, rows=1500, candidates=150, radius=0.07)
    early = max_covering(table.reach, table.weights, sites=15, time_limit_s=time_limit_s)
    late = max_covering(table.reach, table.weights, sites=15)
    assert late.proven
    assert early.objective <= late.objective <= early.bound
    assert early.objective == covered(table, early.selected)
    assert early.gap == pytest.approx((early.bound - early.objective) / early.objective)
    share = 0.8
    early = set_covering(table.reach, weights=table.weights, share=share, time_limit_s=time_limit_s)
    late = set_covering(table.reach, weights=table.weights, share=share)
    assert early.bound <= late.bound <= late.objective <= early.objective


def test_weights_may_be_of_any_size() -> None:
    table = town(4, rows=300, candidates=40, radius=0.15)
    plain = max_covering(table.reach, table.weights, sites=7)
    for factor in (1e-9, np.pi, 1e9):
        answer = max_covering(table.reach, table.weights * factor, sites=7)
        assert answer.selected.tolist() == plain.selected.tolist()
        assert answer.objective == pytest.approx(plain.objective * factor)
        assert answer.proven


@pytest.mark.parametrize("unit", [1e-6, 1, 1e6])
def test_the_cheapest_sites_are_proven_whatever_money_they_cost_in(unit: float) -> None:
    ring = csr_array(np.eye(5, dtype=bool) | np.roll(np.eye(5, dtype=bool), 1, axis=1))  # each row two neighbours
    costs = unit * np.array([1.13, 1.31, 1.27, 1.19, 1.37])
    answer = set_covering(ring, costs=costs)
    assert (answer.proven, answer.gap) == (True, 0)
    assert answer.objective == pytest.approx(unit * (1.13 + 1.27 + 1.19))


def test_the_question_is_left_as_it_was() -> None:
    reach = csr_array((np.array([True, True, False]), (np.array([0, 0, 1]), np.array([1, 1, 0]))), shape=(2, 2))
    data, fixed = reach.data.copy(), [0]
    max_covering(reach, [1, 1], sites=1, fixed=fixed)
    assert reach.data.tolist() == data.tolist()
    assert fixed == [0]


def test_nothing_built_covers_nothing() -> None:
    answer = max_covering(REACH, [1, 1, 1], sites=0)
    assert (answer.objective, answer.bound, answer.proven, answer.selected.tolist()) == (0, 0, True, [])


def test_too_many_sites_are_told_with_how_many_there_are() -> None:
    with pytest.raises(TooManySites, match="3 or fewer"):
        max_covering(REACH, [1, 1, 1], sites=4)
    with pytest.raises(TooManySites, match="2 or fewer"):
        max_covering(REACH, [1, 1, 1], sites=3, fixed=[1])


@pytest.mark.parametrize(
    "bad",
    [
        {"weights": [1, np.nan, 1]},
        {"weights": [1, -1, 1]},
        {"weights": [1, 1]},
        {"weights": ["a", 1, 1]},
        {"fixed": [3]},
        {"fixed": [-1]},
        {"fixed": [True, False, True]},
        {"sites": -1},
        {"sites": 1.5},
        {"sites": None},
        {"costs": [1, 1], "budget": 3},
        {"budget": np.nan},
        {"conditions": Conditions(near=csr_array((2, 3)))},
        {"conditions": Conditions(floors=0.5)},
        {"conditions": Conditions(floors={"north": 0.5}, district=["a", "b", "b"])},
        {"conditions": Conditions(floors=1.5, district=["a", "b", "b"])},
        {"reach": np.ones((3, 3))},
        {"time_limit_s": np.nan},
        {"time_limit_s": -1},
        {"time_limit_s": None},
        {"time_limit_s": "1"},
        {"time_limit_s": 10**400},
        {"time_limit_s": True},
        {"reach": csr_array(np.where(np.eye(3), np.nan, 1.0))},
        {"reach": csr_array([[np.nan, 0, 1.0], [0, 1, 0], [1, 0, 0]]).tocsc()},
        {"conditions": Conditions(near=csr_array(np.diag([np.nan, 1.0, 1.0])))},
        {"conditions": Conditions(near=csr_array(np.diag([np.inf, 1.0, 1.0])))},
        {"fixed": [[0], [1, 2]]},
        {"weights": np.array([1 + 0j, 1, 1])},
        {"weights": np.array([1, 2, 3], dtype="m8[s]")},
        {"weights": [1e308, 1e308, 1]},
        {"weights": [10**400, 1, 1]},
        {"costs": [1e308] * 3, "budget": 3},
        {"conditions": Conditions(floors=0.5, district=[1, "a", None])},
        {"conditions": Conditions(floors=0.5, district=[None, None, None])},
        {"conditions": Conditions(floors=0.5, district=[["a"], ["b", "c"]])},
    ],
)
def test_what_cannot_be_meant_is_told(bad: dict[str, object]) -> None:
    with pytest.raises(BadTable):
        max_covering(**{"reach": REACH, "weights": [1, 1, 1], "sites": 1} | bad)


@pytest.mark.parametrize("backup", [1.5, np.nan, -0.1, None])
def test_what_backup_cannot_be_worth_is_told_by_its_name(backup: float) -> None:
    with pytest.raises(BadTable, match="second site"):
        backup_covering(REACH, [1, 1, 1], sites=1, backup=backup)


def test_nobody_in_reach_is_told() -> None:
    with pytest.raises(NobodyInReach, match=r"\(of 3\)"):
        max_covering(REACH, [0, 0, 1], sites=1)
    with pytest.raises(NobodyInReach):
        set_covering(csr_array((2, 2), dtype=bool))


def test_a_share_out_of_reach_is_told_with_what_can_be_reached() -> None:
    with pytest.raises(TargetOutOfReach, match=r"66\.6666%, not 100%") as refused:
        set_covering(REACH)
    possible = refused.value.fields["possible"]
    assert isinstance(possible, float)
    assert set_covering(REACH, share=possible / 100).selected.tolist() == [2]


def test_a_budget_below_the_cheapest_is_told() -> None:
    with pytest.raises(BudgetTooSmall, match="cheapest costs 2"):
        max_covering(REACH, [1, 1, 1], sites=None, costs=[3, 2, 4], budget=1)


@pytest.mark.parametrize("cheapest", [1_234_560, 98_765_432.1, 20_000 / 7])
def test_what_the_cheapest_is_told_to_cost_can_be_asked_with(cheapest: float) -> None:
    with pytest.raises(BudgetTooSmall) as refused:
        max_covering(REACH, [1, 1, 1], sites=None, costs=[cheapest] * 3, budget=1)
    (told,) = re.findall(r"cheapest costs ([0-9.,]+)\. ", str(refused.value))
    assert max_covering(
        REACH, [1, 1, 1], sites=None, costs=[cheapest] * 3, budget=float(told.replace(",", ""))
    ).selected.tolist() == [2]


def test_conditions_that_cannot_be_kept_are_told_with_what_would_do() -> None:
    with pytest.raises(FloorOutOfReach, match=r"In c .* cover 0%, not 90%"):
        max_covering(REACH, [1, 1, 1], sites=1, conditions=Conditions(floors=0.9, district=["a", "b", "c"]))
    with pytest.raises(TooFarForSome, match="distance: 1"):
        max_covering(REACH, [1, 1, 1], sites=1, conditions=Conditions(near=REACH))
    apart = csr_array(np.eye(3, dtype=bool))
    with pytest.raises(TooFewForAll, match=r"3 is enough\. Ask with that, or relax"):
        max_covering(apart, [1, 1, 1], sites=2, conditions=Conditions(near=apart))
    with pytest.raises(TooFewForAll, match="9 is enough"):
        max_covering(
            apart, [1, 1, 1], sites=3, costs=[2, 3, 4], budget=8, conditions=Conditions(floors=1, district=[1, 2, 3])
        )
    with pytest.raises(BadTable):
        backup_covering(apart, [1, 1, 1], sites=2, backup=1, conditions=Conditions(floors=1, district=[1, 2, 3]))


APART = csr_array(np.eye(3, dtype=bool))


@pytest.mark.parametrize(
    ("sites", "budget", "error"),
    [
        (2, 10, BothTooLittle),
        (2, 15, TooFewForAll),
        (3, 10, TooFewForAll),
        (None, 10, TooFewForAll),
        (None, 1, TooFewForAll),
    ],
)
@pytest.mark.parametrize("wish", [Conditions(near=APART), Conditions(floors=1.0, district=[1, 2, 3])])
def test_what_is_told_to_be_enough_is(
    sites: int | None, budget: float, error: type[SitingError], wish: Conditions
) -> None:
    ask = partial(max_covering, APART, [1, 1, 1], costs=[5, 5, 5], conditions=wish)
    with pytest.raises(error) as refused:
        ask(sites=sites, budget=budget)
    fields = refused.value.fields
    if error is BothTooLittle:
        assert "2 sites and a budget of 10 are too little, 3 sites and a budget of 15" in str(refused.value)
        sites, budget = fields["enough"], fields["needed"]
    elif fields["what"] == SITES:
        sites = fields["needed"]
    else:
        budget = fields["needed"]
    assert ask(sites=sites, budget=budget).objective == 3


@pytest.mark.parametrize("conditions", [[1], [], "floors", 1])
def test_conditions_that_are_none_are_refused(conditions: object) -> None:
    with pytest.raises(BadTable, match="The conditions"):
        max_covering(csr_array(np.ones((2, 2), bool)), [1, 1], sites=1, conditions=conditions)  # type: ignore[arg-type]
    with pytest.raises(BadTable, match="The conditions"):
        backup_covering(REACH, [1, 1, 1], sites=1, backup=0.5, conditions=conditions)  # type: ignore[arg-type]


@given(tables(), st.data())
def test_costs_without_a_budget_change_nothing(table: Table, data: st.DataObject) -> None:
    count = table.reach.shape[1]
    costs = data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    sites = data.draw(st.integers(0, count))
    without = max_covering(table.reach, table.weights, sites=sites)
    assert (
        max_covering(table.reach, table.weights, sites=sites, costs=costs).selected.tolist()
        == without.selected.tolist()
    )
