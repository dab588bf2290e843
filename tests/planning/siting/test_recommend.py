"""Where the next stations should go: the numbers are those of coverage, to the last person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from stations.analysis.measures import times_covered
from stations.model.acts import Act
from stations.model.errors import (
    BadChoice,
    CostNotGiven,
    FloorOutOfReach,
    NoDemand,
    NotGiven,
    NotTogether,
    StationsError,
    TargetOutOfReach,
)
from stations.model.language import use_language
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.model.vocabulary import Facility, Group, Tier
from stations.planning.coverage.assess import Moment, Question, assess
from stations.planning.coverage.comparison import whatif
from stations.planning.coverage.show import basis
from stations.planning.questions import scenario_of
from stations.planning.records.edit import save
from stations.planning.records.entering import Draft, checked
from stations.planning.siting import solving
from stations.planning.siting.candidates import Where
from stations.planning.siting.proposal import Proposal, SitingQuestion
from stations.planning.siting.recommend import _better, proposals, recommend
from stations.planning.siting.refusals import can_be_left_out, name_of, require_together
from stations.planning.siting.tables import proposal_sentence
from tests.analysis.siting.test_clock import After
from tests.planning.town import COVERED, EAST, PEOPLE, RADIUS_M, TOWN, WEST, degrees

ASKED = Question(RADIUS_M)
NATIONAL = Question(RADIUS_M, tier=Tier.NATIONAL)
CELLS = Where(sources=(CandidateSource.DEMAND,))
GRID = Where(sources=(CandidateSource.GRID,), grid_m=500.0)


def asked(sites: int = 1, **other: object) -> SitingQuestion:
    return SitingQuestion(**{"question": ASKED, "sites": sites, "where": CELLS, **other})  # type: ignore[arg-type]


def test_one_more_station_goes_where_it_newly_reaches_most(demonstrated: Settings) -> None:
    """Uncovered are the 80 at the place of the suspended s3, and the 7 outside of the city, 1 km to the east."""
    proposal = recommend(demonstrated, asked())
    (site,) = proposal.sites
    assert (proposal.before.covered, proposal.covered, proposal.before.total) == (COVERED, PEOPLE, PEOPLE)
    assert (site.newly_covered, site.cumulative, site.by_itself) == (87, 87, 87)
    assert (proposal.proven, proposal.gap, proposal.objective) == (True, 0.0, PEOPLE)
    assert (site.district, site.order, site.forced) == (EAST, 1, False)


@pytest.mark.parametrize("sites", [1, 2, 3])
@pytest.mark.parametrize("where", [CELLS, GRID, Where()], ids=["cells", "grid", "bases"])
@pytest.mark.parametrize("question", [ASKED, NATIONAL], ids=["every tier", "national"])
def test_the_newly_covered_are_those_of_coverage_with_less_those_without(
    demonstrated: Settings, sites: int, where: Where, question: Question
) -> None:
    count = min(sites, 1 if where == Where() else sites)  # the town has one base
    proposal = recommend(demonstrated, asked(count, where=where, question=question))
    compared = whatif(demonstrated, proposal.question)
    assert compared.change == proposal.newly_covered == sum(site.newly_covered for site in proposal.sites)
    assert compared.after.covered == proposal.covered
    for count in range(len(proposal.sites)):
        fewer = replace(proposal, sites=proposal.sites[: count + 1])
        before = replace(proposal, sites=proposal.sites[:count])
        gain = assess(demonstrated, fewer.question).covered - assess(demonstrated, before.question).covered
        assert gain == proposal.sites[count].newly_covered
        alone = replace(proposal, sites=(proposal.sites[count],))
        assert assess(demonstrated, alone.question).covered - proposal.before.covered == proposal.sites[count].by_itself


@pytest.mark.parametrize("sites", [1, 2])
def test_no_other_choice_covers_more(demonstrated: Settings, sites: int) -> None:
    proposal = recommend(demonstrated, asked(sites, question=NATIONAL))
    places = {f"{lon},{lat}" for lon, lat in (degrees(x + 0.5, y + 0.5) for x in range(4) for y in range(2))}
    best = 0.0
    for choice in combinations(sorted(places), sites):
        forced = asked(sites, question=NATIONAL, where=replace(CELLS, forced=tuple(choice)))
        best = max(best, recommend(demonstrated, forced).covered)
    assert (proposal.covered, proposal.bound, proposal.proven) == (best, best, True)


def test_who_cannot_be_reached_is_listed_and_no_error(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(question=Question(400.0), where=Where()))
    out = proposal.unreachable
    assert out["people"].sum() == PEOPLE - 80
    assert out.crs == "EPSG:4326"


def test_the_curve_rises_to_everybody_who_can_be_reached_and_stops(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(question=NATIONAL))
    curve = proposal.curve
    assert curve.index[0] == 0
    assert curve["covered"].iloc[0] == proposal.before.covered
    assert curve["covered"].iloc[-1] == proposal.before.total - proposal.unreachable["people"].sum()
    assert (np.diff(curve["covered"]) > 0).all()
    assert (curve["covered"] <= curve["best"]).all()
    assert (curve["best"] <= curve["bound"]).all()


def test_the_curve_knows_at_its_number_of_stations_what_was_found(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(2, question=NATIONAL))
    at = proposal.curve.loc[2]
    assert (at["best"], at["bound"]) == (proposal.objective, proposal.bound)
    assert proposal.curve["best"].is_monotonic_increasing
    assert proposal.curve["bound"].is_monotonic_increasing


def test_along_streets_the_numbers_are_those_of_coverage_too(walkable: Settings) -> None:
    question = Question(RADIUS_M, reach="walk", tier=Tier.NATIONAL)
    proposal = recommend(walkable, asked(2, question=question))
    assert assess(walkable, proposal.question).covered == proposal.covered > proposal.before.covered
    assert proposal.covered - proposal.before.covered == sum(site.newly_covered for site in proposal.sites)
    straight = recommend(walkable, asked(2, question=replace(question, reach="straight")))
    assert straight.covered >= proposal.covered


def test_a_group_of_workers_weighs_as_coverage_counts_it(couriers: Settings) -> None:
    question = Question(RADIUS_M, group=Group.COURIERS)
    proposal = recommend(couriers, asked(question=question))
    assert (proposal.before.covered, proposal.sites[0].newly_covered) == (32, 13)
    assert assess(couriers, proposal.question).covered == proposal.covered == 45


def test_at_an_hour_a_new_station_counts_as_one_that_is_open_and_has_the_facilities(zoned: Settings) -> None:
    question = Question(RADIUS_M, at=Moment(6, 3), facilities=(Facility.TOILET,))
    proposal = recommend(zoned, asked(question=question))
    assert proposal.before.stations_used == 1  # A alone is open on Sunday at 3:00, and has a toilet
    (site,) = proposal.sites
    values = {"lon": str(site.lon), "lat": str(site.lat), "datum": "WGS84", "opening_hours": "24小时"}
    draft = Draft("station", {"name": "示例新站", "facilities": "厕所", "status": "在用", **values})
    save(zoned, checked(zoned, draft), Act("add"))
    assert assess(zoned, question).covered == proposal.covered > proposal.before.covered


@pytest.mark.parametrize(
    "wish", [{"at": Moment(6, 3)}, {"facilities": (Facility.TOILET,)}, {"at": Moment(6, 3), "attended": True}]
)
def test_as_a_scenario_a_proposal_counts_as_it_is_told_at_any_hour(zoned: Settings, wish: dict[str, Any]) -> None:
    proposal = recommend(zoned, asked(question=Question(RADIUS_M, **wish)))
    compared = whatif(zoned, proposal.question)
    assert compared.change == proposal.newly_covered > 0
    assert "taken to be open" in basis(compared.after)


def test_the_first_to_build_newly_reaches_most_wherever_it_was_forced(demonstrated: Settings) -> None:
    place = "{},{}".format(*degrees(0.5, 1.5))
    proposal = recommend(demonstrated, asked(2, where=replace(CELLS, forced=(place,))))
    assert [(site.newly_covered, site.forced) for site in proposal.sites] == [(87, False), (0, True)]


def test_a_freed_station_stays_only_where_it_is_worth_it(demonstrated: Settings) -> None:
    """Without T-1 and T-2 everybody waits: two of the cells reach more than where the two stand."""
    fixed = recommend(demonstrated, asked(1))
    proposal = recommend(demonstrated, asked(2, freed=("T-1", "T-2")))
    assert set(proposal.kept) | set(proposal.closed) == {"T-1", "T-2"}
    assert len(proposal.kept) + len(proposal.sites) == 2
    assert proposal.covered == assess(demonstrated, proposal.question).covered
    assert proposal.covered <= fixed.covered
    assert recommend(demonstrated, asked(3, freed=("T-1", "T-2"))).covered >= fixed.covered
    with pytest.raises(BadChoice):
        recommend(demonstrated, asked(1, freed=("T-3",)))


def test_a_station_that_a_scenario_moves_may_be_given_up_and_one_that_it_builds_may_not(demonstrated: Settings) -> None:
    place = "{},{}".format(*degrees(0.5, 1.5))
    moved = scenario_of(move=[("T-1", place)], award=[("T-1", "provincial")])
    proposal = recommend(demonstrated, asked(1, question=Question(RADIUS_M, scenario=moved), freed=("T-1",)))
    assert proposal.closed == ("T-1",)
    assert proposal.covered == assess(demonstrated, proposal.question).covered
    (site,) = proposal.sites
    assert site.nearest_station == "T-2"  # not the one that is given up
    built = Question(RADIUS_M, scenario=scenario_of(add=[place]))
    with pytest.raises(BadChoice, match="new-1"):
        recommend(demonstrated, asked(1, question=built, freed=("new-1",)))


def test_the_fewest_stations_for_a_share(demonstrated: Settings) -> None:
    wanted = asked(sites=None, model=SitingModel.FEWEST_SITES, share=1.0, question=NATIONAL)
    proposal = recommend(demonstrated, wanted)
    assert (proposal.covered, proposal.objective, proposal.proven) == (PEOPLE, len(proposal.sites), True)
    fewer = recommend(demonstrated, asked(len(proposal.sites) - 1, question=NATIONAL))
    assert fewer.covered < PEOPLE
    with pytest.raises(TargetOutOfReach):
        recommend(demonstrated, replace(wanted, where=Where()))


@pytest.mark.parametrize("wanted", [asked(sites=None), asked(0), asked(-1), asked(9_999)])
def test_a_number_of_stations_that_cannot_be_is_told(demonstrated: Settings, wanted: SitingQuestion) -> None:
    with pytest.raises(StationsError):
        recommend(demonstrated, wanted)


def test_more_are_forced_than_are_wanted(demonstrated: Settings) -> None:
    places = tuple("{},{}".format(*degrees(x, 0.5)) for x in (0.5, 1.5))
    with pytest.raises(BadChoice, match="2"):
        recommend(demonstrated, asked(1, where=replace(CELLS, forced=places)))
    with pytest.raises(NotGiven):
        recommend(demonstrated, asked(None, where=CELLS))  # type: ignore[arg-type]


def test_without_people_there_is_nothing_to_site(bare_town: Settings) -> None:
    with pytest.raises(NoDemand):
        recommend(bare_town, asked())


def test_better_and_better_proposals_end_with_the_proven_one(demonstrated: Settings) -> None:
    found = list(proposals(demonstrated, asked(2, question=NATIONAL)))
    assert found[-1].proven
    assert [each.covered for each in found] == sorted(each.covered for each in found)


def test_nothing_worse_is_found_than_what_is_known(demonstrated: Settings) -> None:
    wanted = asked(2, question=NATIONAL, where=GRID)
    known = replace(recommend(demonstrated, wanted), settled=False)
    longer = replace(wanted, seconds=2 * wanted.seconds)
    alone = next(proposals(demonstrated, longer, stopped=After(1)))
    first = next(proposals(demonstrated, longer, stopped=After(1), known=known))
    assert (alone.proven, first.proven) == (False, True)
    assert (first.objective, first.bound, first.wanted) == (known.objective, known.bound, longer)
    assert not list(proposals(demonstrated, longer, known=replace(known, settled=True)))  # nothing is left to be found


def test_a_search_that_is_stopped_spoils_nothing_for_those_who_ask_next(demonstrated: Settings) -> None:
    wanted = asked(2, question=NATIONAL, where=GRID)
    for model in (SitingModel.LEAST_DISTANCE, SitingModel.MOST_PEOPLE):
        ended = list(proposals(demonstrated, replace(wanted, model=model), stopped=After(1)))
        assert [each.proven for each in ended] == [False]
        after = recommend(demonstrated, replace(wanted, model=model))
        assert after.proven
        assert (after.curve["best"] <= after.curve["bound"]).all()
        assert after.curve["best"].iloc[2] == after.curve["bound"].iloc[2]


def test_what_is_wrong_is_said_in_the_language_of_the_settings_in_any_thread(demonstrated: Settings) -> None:
    wanted = asked(None, model=SitingModel.BUDGET, budget=5.0)  # type: ignore[arg-type]
    for language, said in (("en", "Cost of 8 candidates (Places where people live) is not given"), ("zh_CN", "费用")):
        settings = demonstrated.having(language=language)
        with ThreadPoolExecutor(1) as pool:
            fault = pool.submit(lambda settings=settings: next(proposals(settings, wanted))).exception()
        use_language(language)
        assert said in str(fault)
        assert ("Cost" in str(fault)) == (language == "en")


def test_of_two_proposals_the_curve_is_as_tight_as_what_is_proven(demonstrated: Settings) -> None:
    found = recommend(demonstrated, asked(1, question=NATIONAL))
    loose = replace(found, bound=PEOPLE, gap=PEOPLE / found.objective - 1, proven=False)
    loose = replace(loose, curve=found.curve.assign(bound=float(PEOPLE)))
    both = _better(loose, found)
    assert (both.proven, both.gap, both.bound) == (True, 0, found.bound)
    assert both.curve["bound"].tolist() == found.curve["bound"].tolist()


def test_what_a_scenario_has_built_already_stands(demonstrated: Settings) -> None:
    first = recommend(demonstrated, asked(question=NATIONAL))
    second = recommend(demonstrated, asked(question=first.question))
    assert second.before.covered == first.covered
    assert len(second.scenario.added) == 2
    assert second.covered == assess(demonstrated, second.question).covered


def test_a_station_reads_the_same_proposal_twice(demonstrated: Settings) -> None:
    once, again = (recommend(demonstrated, asked(2, question=NATIONAL)) for _ in range(2))
    assert once.sites == again.sites
    assert demonstrated.city == TOWN
    assert {site.district for site in once.sites} <= {WEST, EAST}


# --- other models, and conditions: counted again by hand, choice by choice ---------------------------------


def distances(settings: Settings, proposal: Proposal) -> tuple[float, float]:
    """Return how far people go, on average and at most, with what the proposal builds, as coverage measures it."""
    answer = assess(settings, proposal.question)
    assert answer.nearest is not None
    people, metres = answer.demand["people"], answer.nearest["distance_m"]
    return float((people * metres).sum() / people.sum()), float(metres[people > 0].max())


def every_choice(settings: Settings, wanted: SitingQuestion, sites: int) -> list[Proposal]:
    """Return the proposal of each choice of so many cells."""
    cells = [f"{lon},{lat}" for lon, lat in (degrees(x + 0.5, y + 0.5) for x in range(4) for y in range(2))]
    question = replace(wanted, model=SitingModel.MOST_PEOPLE, sites=sites, twice=False, capacity=None, floor=None)
    return [
        recommend(settings, replace(question, where=replace(CELLS, forced=choice)))
        for choice in combinations(sorted(cells), sites)
    ]


def test_the_least_distance_and_the_least_farthest_are_those_of_no_better_choice(demonstrated: Settings) -> None:
    wanted = asked(2, question=NATIONAL)
    ways = [distances(demonstrated, each) for each in every_choice(demonstrated, wanted, 2)]
    mean = recommend(demonstrated, replace(wanted, model=SitingModel.LEAST_DISTANCE))
    farthest = recommend(demonstrated, replace(wanted, model=SitingModel.LEAST_FARTHEST))
    assert mean.proven
    assert farthest.proven
    assert mean.mean_m == pytest.approx(min(mean_m for mean_m, _most in ways))
    assert mean.objective == pytest.approx(mean.mean_m * PEOPLE)
    assert farthest.farthest_m == pytest.approx(min(most_m for _mean, most_m in ways))
    assert farthest.objective == pytest.approx(farthest.farthest_m)
    assert distances(demonstrated, mean) == pytest.approx((mean.mean_m, mean.farthest_m))


@pytest.mark.parametrize("model", [SitingModel.LEAST_DISTANCE, SitingModel.LEAST_FARTHEST])
def test_of_one_place_alone_everybody_goes_there_however_far(demonstrated: Settings, model: SitingModel) -> None:
    question = Question(RADIUS_M, scenario=scenario_of(close=["T-1", "T-2"]))
    proposal = recommend(demonstrated, asked(question=question, model=model, where=Where()))
    mean_m, farthest_m = distances(demonstrated, proposal)
    assert (proposal.mean_m, proposal.farthest_m) == pytest.approx((mean_m, farthest_m))
    expected = mean_m * PEOPLE if model is SitingModel.LEAST_DISTANCE else farthest_m
    assert (proposal.proven, proposal.objective) == (True, pytest.approx(expected))


def test_for_the_money_no_more_is_spent_and_no_more_can_be_reached(demonstrated: Settings) -> None:
    where = replace(CELLS, costs=((CandidateSource.DEMAND, 10.0),))
    wanted = asked(None, model=SitingModel.BUDGET, budget=25.0, question=NATIONAL, where=where)  # type: ignore[arg-type]
    proposal = recommend(demonstrated, wanted)
    two = recommend(demonstrated, asked(2, question=NATIONAL))
    assert (proposal.covered, proposal.cost, proposal.proven) == (two.covered, 20.0, True)
    forced = replace(wanted, where=replace(where, forced=("{},{}".format(*degrees(0.55, 1.5)),)))
    with pytest.raises(BadChoice, match="cost"):
        recommend(demonstrated, forced)  # of a place that is named nobody says what it costs
    paid = replace(forced.where, costs=(*where.costs, (CandidateSource.PLACE, 20.0)))
    assert [site.forced for site in recommend(demonstrated, replace(forced, where=paid)).sites] == [True]
    with pytest.raises(BadChoice):
        recommend(demonstrated, replace(forced, where=paid, budget=19.0))
    with pytest.raises(StationsError):
        recommend(demonstrated, replace(wanted, budget=5.0))
    with pytest.raises(
        CostNotGiven, match=r"Cost of 8 candidates \(Places where people live\) is not given.*--cost demand=AMOUNT"
    ):
        recommend(demonstrated, replace(wanted, where=CELLS))
    with pytest.raises(BadChoice, match="1,000,000,000,000"):
        recommend(demonstrated, replace(wanted, budget=float("inf")))


def test_no_district_is_below_its_floor(demonstrated: Settings) -> None:
    """One station alone goes to the east, where most are; with a floor it has to help the west as well."""
    question = Question(RADIUS_M, tier=Tier.NATIONAL, scenario=scenario_of(close=["T-1"]))
    free = recommend(demonstrated, asked(2, question=question))
    shares = assess(demonstrated, free.question).districts["covered_share"]
    floored = recommend(demonstrated, asked(2, question=question, floor=0.5))
    after = assess(demonstrated, floored.question).districts["covered_share"]
    assert after[[WEST, EAST]].min() >= 0.5
    assert floored.covered <= free.covered
    assert shares[[WEST, EAST]].min() <= after[[WEST, EAST]].min()
    only_east = replace(CELLS, sources=(), forced=("{},{}".format(*degrees(3.5, 0.5)),))
    with pytest.raises(FloorOutOfReach, match="示例西区"):
        recommend(demonstrated, asked(1, question=question, where=only_east, floor=0.5))


def test_nobody_is_farther_than_is_allowed(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(2, question=NATIONAL, closest_m=1500.0))
    assert distances(demonstrated, proposal)[1] <= 1500.0
    with pytest.raises(StationsError):
        recommend(demonstrated, asked(1, question=NATIONAL, closest_m=600.0))


def test_where_somebody_is_near_no_place_the_least_distance_that_does_is_told(demonstrated: Settings) -> None:
    only_east = replace(CELLS, sources=(), forced=("{},{}".format(*degrees(3.5, 0.5)),))
    wanted = asked(1, question=NATIONAL, where=only_east, closest_m=100.0)
    with pytest.raises(BadChoice) as refused:
        recommend(demonstrated, wanted)
    least_m = float(str(refused.value).split("≥ ")[1].removesuffix(" m.").replace(",", ""))
    assert recommend(demonstrated, replace(wanted, closest_m=least_m)).farthest_m == pytest.approx(least_m, abs=1.0)
    with pytest.raises(BadChoice):
        recommend(demonstrated, replace(wanted, closest_m=least_m - 1))


def test_a_second_station_counts_once_more(demonstrated: Settings) -> None:
    wanted = asked(2, twice=True)
    proposal = recommend(demonstrated, wanted)
    best = 0.0
    for choice in every_choice(demonstrated, wanted, 2):
        answer = assess(demonstrated, choice.question)
        times = times_covered(answer.demand, answer.origins.pairs(answer.used, radius_m=RADIUS_M))
        people = answer.demand["people"]
        best = max(best, float(people[times >= 1].sum() + people[times >= 2].sum()))
    assert (proposal.objective, proposal.proven) == (best, True)


@pytest.mark.parametrize("paying", [False, True], ids=["sites", "money"])
def test_of_those_who_reach_everybody_the_fewest_are_proposed(demonstrated: Settings, *, paying: bool) -> None:
    fewest = asked(None, model=SitingModel.FEWEST_SITES, share=1.0, question=NATIONAL)  # type: ignore[arg-type]
    least = len(recommend(demonstrated, fewest).sites)
    wanted = asked(8, question=NATIONAL)
    if paying:
        where = replace(CELLS, costs=((CandidateSource.DEMAND, 10.0),))
        wanted = replace(wanted, model=SitingModel.BUDGET, sites=None, budget=500.0, where=where)
    proposal = recommend(demonstrated, wanted)
    assert (proposal.covered, len(proposal.sites), proposal.proven) == (PEOPLE, least, True)


@pytest.mark.parametrize("wish", [{"floor": 0.5}, {"closest_m": 2500.0}, {"twice": True}, {"capacity": 100.0}])
def test_the_curve_knows_what_the_proposal_reaches(demonstrated: Settings, wish: dict[str, object]) -> None:
    proposal = recommend(demonstrated, asked(2, question=NATIONAL, **wish))
    line = proposal.curve
    assert proposal.chosen in line.index
    assert line.loc[proposal.chosen, "best"] >= proposal.covered
    assert (line["best"] <= line["bound"]).all()


def test_a_station_serves_no_more_than_it_can(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(1, capacity=100.0))
    assert proposal.objective <= 300.0
    assert proposal.objective >= recommend(demonstrated, asked(1, capacity=50.0)).objective


@pytest.mark.parametrize(
    "wish",
    [
        {"model": SitingModel.LEAST_DISTANCE, "floor": 0.5},
        {"model": SitingModel.LEAST_FARTHEST, "closest_m": 100.0},
        {"model": SitingModel.FEWEST_SITES, "sites": None, "share": 0.5, "twice": True},
        {"model": SitingModel.BUDGET, "sites": None, "budget": 5.0, "capacity": 9.0},
        {"twice": True, "floor": 0.5},
        {"twice": True, "capacity": 9.0},
        {"closest_m": 900.0, "capacity": 9.0},
        {"in_order": True, "floor": 0.5},
        {"model": SitingModel.BUDGET, "budget": 5.0},
    ],
)
def test_conditions_that_do_not_go_together_are_told_and_each_can_be_left_out(
    demonstrated: Settings, wish: dict[str, object]
) -> None:
    wanted = asked(**wish)  # type: ignore[arg-type]
    with pytest.raises(NotTogether, match="cannot be wanted together") as told:
        recommend(demonstrated, wanted)
    offered = can_be_left_out(told.value)
    assert offered
    for name in offered:
        assert name_of(name) in str(told.value)
        field = {"closest": "closest_m", "inorder": "in_order"}.get(name, name)
        require_together(replace(wanted, **{field: SitingQuestion.__dataclass_fields__[field].default}))


def test_a_model_that_looks_at_every_way_refuses_too_many_places(
    demonstrated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "MOST_PAIRS", 50)
    with pytest.raises(BadChoice, match="3 places or fewer"):
        recommend(demonstrated, asked(model=SitingModel.LEAST_DISTANCE))


ROW = Where(sources=(CandidateSource.PLACE,), forced=tuple("{},{}".format(*degrees(x, 0.5)) for x in (0.25, 0.75)))


@pytest.mark.parametrize("forced", [(), ROW.forced], ids=["free", "pinned"])
@pytest.mark.parametrize("sites", [2, 3])
def test_who_builds_one_after_the_other_gets_the_first_of_the_curve(
    demonstrated: Settings, sites: int, forced: tuple[str, ...]
) -> None:
    wanted = asked(sites, question=NATIONAL, where=replace(GRID, forced=forced))
    together, nested = (recommend(demonstrated, replace(wanted, in_order=each)) for each in (False, True))
    at = together.curve.loc[sites]
    assert [site.candidate for site in nested.sites] == list(together.curve["candidate"].loc[1:sites])
    assert [site.newly_covered for site in nested.sites] == list(together.curve["covered"].diff().loc[1:sites])
    assert (nested.covered, nested.objective, nested.bound) == (at["covered"], at["covered"], together.bound)
    assert nested.proven == (nested.covered == together.covered)
    assert nested.settled
    fewer = recommend(demonstrated, replace(wanted, in_order=True, sites=sites - 1)) if sites > len(forced) else nested
    assert [site.candidate for site in fewer.sites] == [site.candidate for site in nested.sites][: len(fewer.sites)]


def test_a_search_ends_when_the_best_is_proven_beside_which_it_stands(demonstrated: Settings) -> None:
    """The greedy order loses somebody here: its first place is between two that together reach more."""
    wanted = asked(2, question=NATIONAL, where=GRID, in_order=True, seconds=30.0)
    found = list(proposals(demonstrated, wanted))
    assert (found[-1].settled, found[-1].proven) == (True, False)
    assert found[-1].gap > 0
    assert sum(each.seconds for each in found) < wanted.seconds
    assert "the best choice of as many reaches" in proposal_sentence(found[-1])
