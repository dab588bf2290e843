"""What cannot be is told in the terms of who asked, and what is told to be enough can be asked with."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas
import numpy as np
import pytest
import shapely

from stations.intake.lists.hosts import Hosts
from stations.model.crs import points
from stations.model.errors import (
    BadAmount,
    BadChoice,
    FloorOutOfReach,
    NobodyInReach,
    NoCandidates,
    NotGiven,
    NotTogether,
    StationsError,
    TargetOutOfReach,
    TooFewForAll,
    TooFewSites,
    TooManySites,
)
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.coverage.assess import Question
from stations.planning.questions import scenario_of
from stations.planning.siting.candidates import Where
from stations.planning.siting.proposal import SitingQuestion
from stations.planning.siting.recommend import recommend
from stations.planning.siting.refusals import excluded_all, nearest_feasible, sources_added, sources_left_out
from stations.planning.siting.words import money_from
from tests.planning.siting.test_recommend import CELLS, NATIONAL
from tests.planning.town import RADIUS_M, degrees

FORCED = tuple("{},{}".format(*degrees(x, 0.5)) for x in (0.25, 0.75))
WANTED = SitingQuestion(NATIONAL, where=replace(CELLS, forced=FORCED), sites=3, closest_m=1010.0)
CELL, PLACE = CandidateSource.DEMAND, CandidateSource.PLACE
MONEY = {"model": SitingModel.BUDGET, "sites": None}
PAID = replace(CELLS, costs=((CELL, 10.0),))


def refused(settings: Settings, wanted: SitingQuestion, error: type[StationsError]) -> StationsError:
    with pytest.raises(error) as told:
        recommend(settings, wanted)
    return told.value


def test_with_forced_sites_as_many_are_told_as_were_asked_for(demonstrated: Settings) -> None:
    told = refused(demonstrated, WANTED, TooFewForAll).fields
    assert told["given"] == 3
    needed = told["needed"]
    assert isinstance(needed, int)
    found = recommend(demonstrated, replace(WANTED, sites=needed))
    assert len(found.sites) == needed
    assert refused(demonstrated, replace(WANTED, sites=needed - 1), TooFewForAll).fields["needed"] == needed


@pytest.mark.parametrize("model", [SitingModel.MOST_PEOPLE, SitingModel.LEAST_DISTANCE, SitingModel.LEAST_FARTHEST])
def test_with_forced_sites_all_candidates_can_be_asked_for(demonstrated: Settings, model: SitingModel) -> None:
    wanted = replace(WANTED, closest_m=None, model=model, sites=2000)
    told = refused(demonstrated, wanted, TooManySites).fields
    assert (told["sites"], told["candidates"]) == (2000, 10)
    assert recommend(demonstrated, replace(wanted, sites=10)).candidates == 10


def test_with_forced_sites_too_few_for_everybody_are_told_as_they_were_asked_for(
    demonstrated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stations.planning.siting.solving.FAR", 0.2)  # nobody goes far
    closed = Question(RADIUS_M, scenario=scenario_of(close=["T-1", "T-2"]))
    wanted = replace(WANTED, question=closed, model=SitingModel.LEAST_FARTHEST, closest_m=None)
    told = refused(demonstrated, wanted, TooFewSites).fields
    assert told["sites"] == 3
    assert isinstance(told["needed"], int)
    assert recommend(demonstrated, replace(wanted, sites=told["needed"])).proven


@pytest.mark.parametrize(
    ("costs", "budget"),
    [
        (((CELL, 10.0),), 12.0),
        (((CELL, 10.0),), 5.0),
        (((CELL, 1_234_567.8),), 1_500_000.25),
        (((CELL, 10.0), (PLACE, 7.0)), 25.5),
        (((CELL, 10.0), (PLACE, 7.0)), 14.0),
        (((CELL, 0.1), (PLACE, 0.7)), 1.4),
    ],
)
@pytest.mark.parametrize("source", [(CELL,), (CELL, CandidateSource.BASES)], ids=["one cost", "two costs"])
def test_who_gave_money_is_told_money_that_is_enough(
    demonstrated: Settings,
    costs: tuple[tuple[CandidateSource, float], ...],
    budget: float,
    source: tuple[CandidateSource, ...],
) -> None:
    forced = FORCED if len(costs) > 1 else ()
    where = replace(CELLS, sources=source, costs=(*costs, (CandidateSource.BASES, 3.0)), forced=forced)
    wanted = replace(WANTED, model=SitingModel.BUDGET, sites=None, budget=budget, where=where)
    told = refused(demonstrated, wanted, TooFewForAll)
    amounts = re.findall(r"Budget: ([0-9.,]+) is too little, ([0-9.,]+) is enough", str(told))[0]
    given, needed = map(money_from, amounts)
    assert given == budget
    cost = recommend(demonstrated, replace(wanted, budget=needed)).cost
    assert cost == pytest.approx(needed)
    refused(demonstrated, replace(wanted, budget=needed * (1 - 1e-6)), TooFewForAll)


def test_what_is_forced_is_told_to_cost_can_be_asked_with(demonstrated: Settings) -> None:
    where = replace(CELLS, costs=((CELL, 0.1), (PLACE, 0.1)), forced=(*FORCED, "{},{}".format(*degrees(2.25, 0.5))))
    wanted = replace(WANTED, model=SitingModel.BUDGET, sites=None, budget=0.1, where=where, closest_m=None)
    (needed,) = re.findall(r"≥ ([0-9.]+)\.", str(refused(demonstrated, wanted, BadChoice)))
    assert len(recommend(demonstrated, replace(wanted, budget=float(needed))).sites) == 3


@pytest.mark.parametrize(
    "wish",
    [
        {"model": SitingModel.BUDGET, "budget": 100.0, "sites": 3},
        {"model": SitingModel.BUDGET, "budget": 100.0, "share": 0.5},
        {"model": SitingModel.FEWEST_SITES, "share": 0.5, "sites": 3},
        {"model": SitingModel.FEWEST_SITES, "share": 0.5, "budget": 3.0},
        {"model": SitingModel.MOST_PEOPLE, "sites": 3, "share": 0.5},
        {"model": SitingModel.LEAST_DISTANCE, "sites": 3, "budget": 3.0},
        {"model": SitingModel.LEAST_FARTHEST, "sites": 3, "share": 0.5},
    ],
)
def test_a_number_that_the_model_has_no_use_for_is_refused(demonstrated: Settings, wish: dict[str, object]) -> None:
    where = replace(CELLS, costs=((CELL, 10.0),))
    wanted = replace(SitingQuestion(NATIONAL, where=where), **wish)  # type: ignore[arg-type]
    told = str(refused(demonstrated, wanted, NotTogether))
    model = wanted.model.label("en")
    assert re.match(f"“(Number of stations|Share of the people|Budget)” and “{model}” cannot be wanted together", told)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ({"sites": 2000, "closest_m": None}, "sites"),
        ({"sites": 2}, "sites"),
        ({"sites": 1, "closest_m": None}, "sites"),
        ({"closest_m": 300.0, "where": Where(), "sites": 1}, "closest"),
        ({**MONEY, "budget": 1.0, "where": replace(PAID, forced=FORCED, costs=((PLACE, 0.25), (CELL, 9.0)))}, "budget"),
        ({**MONEY, "budget": 0.1, "where": replace(PAID, costs=((CELL, 0.25),)), "closest_m": None}, "budget"),
        (
            {"model": SitingModel.FEWEST_SITES, "sites": None, "share": 1.0, "closest_m": None, "where": Where()},
            "share",
        ),
        ({"floor": 1.0, "closest_m": None, "where": Where(), "sites": 1}, "floor"),
        ({"model": SitingModel.BUDGET, "sites": None, "budget": 12.0, "where": PAID}, "budget"),
        ({"model": SitingModel.BUDGET, "sites": None, "budget": 3.0, "where": PAID, "closest_m": None}, "budget"),
    ],
)
def test_what_a_page_offers_instead_is_answered(demonstrated: Settings, wish: dict[str, object], name: str) -> None:
    wanted = replace(WANTED, question=replace(NATIONAL, radius_m=750.0), **wish)  # type: ignore[arg-type]
    offered = nearest_feasible(refused(demonstrated, wanted, StationsError))
    assert offered is not None
    told, amount = offered
    assert told == name
    field = {"closest": "closest_m"}.get(told, told)
    recommend(demonstrated, replace(wanted, **{field: amount / 100 if told in {"share", "floor"} else amount}))


def test_without_a_place_the_kinds_that_can_be_looked_at_are_offered(demonstrated: Settings) -> None:
    everywhere = shapely.box(100, 20, 130, 50)
    wanted = replace(WANTED, sites=1, closest_m=None, where=Where(excluded=everywhere))
    told = refused(demonstrated, wanted, NoCandidates)
    assert str(told) == (
        "There is no place for a new station yet (Activity bases; 1 on excluded land). "
        "Look at more places: List of hosts, Grid, Places where people live, less excluded land."
    )
    assert sources_added(told) == [CandidateSource.GRID, CandidateSource.DEMAND]
    assert excluded_all(told)
    assert (sources_added(NotGiven(what="x", offered="y")), excluded_all(NotGiven(what="x", offered="y"))) == (
        [],
        False,
    )
    for source in sources_added(told):
        recommend(demonstrated, replace(wanted, where=Where(sources=(CandidateSource.BASES, source))))


def test_of_too_many_hosts_the_list_can_be_left_out(demonstrated: Settings) -> None:
    lon, lat = degrees(0.5, 0.5)
    unknown = np.full(50_001, np.nan)
    place = points(np.full(50_001, float(lon)), np.full(50_001, float(lat)))
    frame = geopandas.GeoDataFrame({"name": "示例", "cost": unknown, "capacity": unknown}, geometry=place)
    where = Where(sources=(CandidateSource.BASES, CandidateSource.HOSTS), hosts=Hosts("hosts.csv", frame, ()))
    told = refused(demonstrated, replace(WANTED, sites=1, closest_m=None, where=where), BadAmount)
    assert sources_left_out(told) == [CandidateSource.HOSTS]


def test_nothing_is_offered_instead_that_a_page_cannot_ask() -> None:
    assert nearest_feasible(NotGiven(what="x", offered="y")) is None
    assert nearest_feasible(TooManySites(sites=3, candidates=0)) is None
    assert nearest_feasible(TargetOutOfReach(target=50.0, possible=0.7)) is None
    assert nearest_feasible(TooFewForAll(what="x", given=1, needed=501)) is None


@pytest.mark.parametrize("model", [SitingModel.MOST_PEOPLE, SitingModel.FEWEST_SITES, SitingModel.BUDGET])
def test_stations_are_none_of_the_candidates_that_reach_nobody(demonstrated: Settings, model: SitingModel) -> None:
    nowhere = replace(CELLS, sources=(PLACE,), forced=("{},{}".format(*degrees(0.25, 0.5)),), costs=((PLACE, 1.0),))
    alone = Question(1.0, scenario=scenario_of(close=["T-1", "T-2"], add=["{},{}".format(*degrees(3.25, 0.5))]))
    amount = {SitingModel.MOST_PEOPLE: {"sites": 1}, SitingModel.FEWEST_SITES: {"share": 0.5}}.get(
        model, {"budget": 2.0}
    )
    wanted = SitingQuestion(alone, model, nowhere, **amount)  # type: ignore[arg-type]
    told = refused(demonstrated, wanted, NobodyInReach).fields
    assert told["candidates"] == 1


def test_an_order_belongs_to_the_plain_question(demonstrated: Settings) -> None:
    told = str(refused(demonstrated, replace(WANTED, in_order=True), NotTogether))
    assert "“Built one after the other, not chosen together” and “Nobody farther than (m)”" in told


def test_of_several_districts_the_one_that_can_have_least_is_told(demonstrated: Settings) -> None:
    question = replace(NATIONAL, radius_m=750.0)
    wanted = replace(WANTED, where=Where(), sites=1, floor=1.0, closest_m=None, question=question)
    offered = nearest_feasible(refused(demonstrated, wanted, FloorOutOfReach))
    assert offered == ("floor", 35)  # 50 of the 140 of the west; the base reaches all of the east
    recommend(demonstrated, replace(wanted, floor=0.35))


def test_numbers_of_a_refusal_have_their_separators() -> None:
    assert "(of 1,036)" in str(NobodyInReach(candidates=1036))
