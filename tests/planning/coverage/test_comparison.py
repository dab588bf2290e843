"""A scenario beside what is: two assessments, and their difference."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pandas import DataFrame
from pandas.testing import assert_frame_equal

from stations.analysis.coverage import covered, people_by_district
from stations.analysis.whatif import Placed, Scenario
from stations.model.crs import to_metric
from stations.model.errors import BadChoice, NoDemand
from stations.model.settings import Settings
from stations.model.vocabulary import Group, Tier
from stations.planning.coverage.assess import Assessment, Moment, Question, assess
from stations.planning.coverage.comparison import whatif
from stations.planning.register import holdings
from tests.planning.town import EAST, RADIUS_M, WEST, degrees, write_couriers

SCENARIOS = (
    Scenario(added=(Placed("new-1", *degrees(3.5, 0.5)),)),
    Scenario(closed=("T-1",)),
    Scenario(closed=("T-1", "T-2")),
    Scenario(moved=(Placed("T-2", *degrees(3.5, 0.5)),)),
    Scenario(moved=(Placed("T-2", *degrees(1.5, 0.5)),), added=(Placed("new-1", *degrees(3.5, 1.5)),)),
    Scenario(honoured=(("T-2", Tier.NATIONAL),)),
)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("asked", [Question(RADIUS_M), Question(1500, tier=Tier.NATIONAL)])
def test_a_comparison_is_two_assessments_and_their_difference(
    demonstrated: Settings, scenario: Scenario, asked: Question
) -> None:
    question = replace(asked, scenario=scenario)
    comparison = whatif(demonstrated, question)
    assert comparison.before is assess(demonstrated, asked)
    assert comparison.after is assess(demonstrated, question)
    assert comparison.change == comparison.after.covered - comparison.before.covered
    districts = comparison.districts
    assert districts["change"].sum() == comparison.change
    assert districts["before"].sum() == comparison.before.covered
    assert districts["after"].sum() == comparison.after.covered
    assert (districts["after"] <= districts["people"]).all()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_gaps_of_both_sides_are_all_there(demonstrated: Settings, scenario: Scenario) -> None:
    comparison = whatif(demonstrated, Question(RADIUS_M, scenario=scenario))
    gaps = comparison.gaps
    assert gaps["people_before"].sum() == comparison.before.total - comparison.before.covered
    assert gaps["people_after"].sum() == comparison.after.total - comparison.after.covered
    assert set(gaps["before_id"].dropna()) == set(comparison.before.gaps["gap_id"])
    assert set(gaps["after_id"].dropna()) == set(comparison.after.gaps["gap_id"])
    assert (gaps["people_change"] == gaps["people_after"] - gaps["people_before"]).all()


@pytest.mark.parametrize("place", [Placed("new-1", 27, 0), Placed("T-2", -153, 0)])
def test_a_scenario_where_the_city_measures_nothing_is_refused_by_its_place(
    demonstrated: Settings, place: Placed
) -> None:
    scenario = Scenario(moved=(place,)) if place.station_id == "T-2" else Scenario(added=(place,))
    with pytest.raises(BadChoice, match=f"Place in the scenario: “{place.x},{place.y}” cannot be used"):
        assess(demonstrated, Question(RADIUS_M, scenario=scenario))


ASKED = (
    Question(RADIUS_M),
    Question(1500, tier=Tier.NATIONAL),
    Question(RADIUS_M, reach="walk"),
    Question(RADIUS_M, group=Group.COURIERS),
    Question(RADIUS_M, at=Moment(0, 22)),
)


def counted_anew(answer: Assessment) -> tuple[DataFrame, DataFrame, DataFrame]:
    """Return what is nearest, and the people by district and by group, without what was known of other stations."""
    nearest = answer.origins.nearest(answer.used)
    within = covered(nearest["distance_m"], radius_m=answer.question.radius_m)
    districts = to_metric(answer.holdings.districts, answer.holdings.city.metric_crs)
    names = list(answer.groups.index)
    people = answer.demand[names].sum()
    groups = answer.groups.assign(people=people, covered_people=answer.demand.loc[within, names].sum())
    groups["covered_share"] = groups["covered_people"] / people
    return nearest, people_by_district(answer.demand, within, districts=districts), groups


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_is_counted_from_what_is_and_equals_counting_everybody_again(
    walkable: Settings, tmp_path: Path, scenario: Scenario, asked: Question
) -> None:
    settings = walkable.having(demand=write_couriers(tmp_path / "couriers.csv"))
    after = whatif(settings, replace(asked, scenario=scenario)).after
    for found, full in zip((after.nearest, after.districts, after.groups), counted_anew(after), strict=True):
        assert_frame_equal(found, full, check_exact=True)


def test_covered_people_do_not_wait_for_the_gaps(demonstrated: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stations.planning.coverage.assess.demand_gaps", None)
    comparison = whatif(demonstrated, Question(RADIUS_M, scenario=SCENARIOS[0]))
    assert (comparison.change, comparison.districts["change"].to_list()) == (87, [0, 80, 7])


def test_a_new_station_closes_the_gaps_around_it(demonstrated: Settings) -> None:
    comparison = whatif(demonstrated, Question(RADIUS_M, scenario=SCENARIOS[0]))
    assert (comparison.change, comparison.districts["change"].to_list()) == (87, [0, 80, 7])
    assert list(comparison.districts.index) == [WEST, EAST, None]
    assert comparison.gaps["change"].to_list() == ["closed", "closed"]
    assert comparison.gaps["closed_by"].to_list() == [("new-1",), ("new-1",)]


def test_a_station_that_closes_opens_a_gap(demonstrated: Settings) -> None:
    comparison = whatif(demonstrated, Question(RADIUS_M, scenario=SCENARIOS[1]))
    assert comparison.change == -120
    opened = comparison.gaps[comparison.gaps["change"] == "opened"]
    assert opened["people_after"].sum() == 120
    assert set(opened["opened_by"]) == {("T-1",)}


def test_an_honour_changes_nobody_where_every_tier_counts(demonstrated: Settings) -> None:
    comparison = whatif(demonstrated, Question(RADIUS_M, scenario=SCENARIOS[5]))
    assert comparison.change == 0
    assert set(comparison.gaps["change"]) == {"same"}


def test_no_scenario_changes_nothing(demonstrated: Settings) -> None:
    comparison = whatif(demonstrated, Question(RADIUS_M))
    assert comparison.before is comparison.after
    assert (comparison.change, set(comparison.gaps["change"])) == (0, {"same"})


def test_a_group_is_compared_with_its_own_weights(couriers: Settings) -> None:
    comparison = whatif(couriers, Question(RADIUS_M, group=Group.COURIERS, scenario=SCENARIOS[0]))
    assert comparison.change == 13
    assert comparison.gaps["people_before"].sum() == 13


def test_a_scenario_works_along_streets(walkable: Settings) -> None:
    comparison = whatif(walkable, Question(RADIUS_M, reach="walk", scenario=SCENARIOS[0]))
    assert comparison.change == 80 + 70 + 7  # the 70 are north-south neighbours of s2, and east-west ones of the new


def test_along_streets_a_station_closes_what_can_be_walked_to_it(walkable: Settings) -> None:
    # Two parallel streets, 1 km apart, that meet in the far west only; each gets a station at 3.5 km.
    scenario = Scenario(
        added=(Placed("south", *degrees(3.5, 0.5)), Placed("north", *degrees(3.5, 1.5))), closed=("T-2",)
    )
    asked = Question(RADIUS_M, scenario=scenario)
    walked, straight = (whatif(walkable, question) for question in (replace(asked, reach="walk"), asked))
    assert {key for names in walked.gaps["closed_by"] for key in names} == {"south"}
    assert {key for names in walked.gaps["opened_by"] for key in names} == {"T-2"}
    assert {key for names in straight.gaps["closed_by"] for key in names} == {"south", "north"}


def test_the_register_stays_as_it_is(demonstrated: Settings) -> None:
    before = holdings(demonstrated)
    for scenario in SCENARIOS:
        whatif(demonstrated, Question(RADIUS_M, scenario=scenario))
    assert holdings(demonstrated) is before
    assert before.stations.geometry["T-2"].coords[0] == degrees(2.5, 1.5)


def test_a_scenario_about_land_is_refused(bare_town: Settings) -> None:
    with pytest.raises(NoDemand):
        whatif(bare_town, Question(400, scenario=Scenario(added=(Placed("new-1", 117, 32.5),))))


def test_a_scenario_about_a_station_that_is_not_there_is_refused(demonstrated: Settings) -> None:
    with pytest.raises(BadChoice, match="T-9"):
        whatif(demonstrated, Question(RADIUS_M, scenario=Scenario(closed=("T-9",))))
