"""Scenarios: kept under a name, counted anew on the register of now, side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stations.model.accounts import Role, User
from stations.model.errors import BadChoice
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.access.rights import NotAllowed
from stations.planning.coverage.assess import Question
from stations.planning.questions import scenario_text
from stations.planning.siting import scenarios as siting_scenarios
from stations.planning.siting.candidates import Where
from stations.planning.siting.proposal import Proposal, SitingQuestion
from stations.planning.siting.recommend import recommend
from tests.planning.town import RADIUS_M, write

HOSTILE = "<b>{{7*7}}</b>"
WISH = {"sites": "1", "from": "demand"}


@pytest.fixture
def proposal(demonstrated: Settings) -> Proposal:
    where = Where(sources=(CandidateSource.DEMAND,))
    return recommend(demonstrated, SitingQuestion(Question(RADIUS_M), sites=1, where=where))


def test_what_was_saved_is_there_again_with_what_it_came_to(demonstrated: Settings, proposal: Proposal) -> None:
    siting_scenarios.save(demonstrated, f"  {HOSTILE}  ", proposal, wish=WISH)
    (kept,) = siting_scenarios.kept(demonstrated)
    assert (kept.name, kept.wish, kept.sites, kept.proven, kept.gap) == (HOSTILE, WISH, 1, True, 0.0)
    assert kept.who == demonstrated.user.name
    assert siting_scenarios.kept(demonstrated.having(city="990200")) == []


def test_scenarios_are_counted_alike_on_the_register_of_now(demonstrated: Settings, proposal: Proposal) -> None:
    siting_scenarios.save(demonstrated, "one more", proposal, wish=WISH)
    table = siting_scenarios.scenario_table(demonstrated, siting_scenarios.kept(demonstrated), current=proposal)
    assert list(table["Newly covered people"]) == [87, 87]
    assert list(table["Within reach (%)"]) == [100.0, 100.0]
    for column, metres in (("Mean distance (m)", proposal.mean_m), ("Longest way (m)", proposal.farthest_m)):
        assert list(table[column]) == [round(metres)] * 2
    write(demonstrated, added=True, station_id="N-1", place=(3.5, 0.5))  # somebody has built there
    table = siting_scenarios.scenario_table(demonstrated, siting_scenarios.kept(demonstrated))
    assert table["Newly covered people"].iloc[0] < 87


def test_side_by_side_stands_what_each_was_asked_for(demonstrated: Settings, proposal: Proposal) -> None:
    siting_scenarios.save(demonstrated, "one more", proposal, wish=WISH)
    floored = recommend(demonstrated, replace(proposal.wanted, floor=0.5, freed=("T-1",)))
    siting_scenarios.save(demonstrated, "fair", floored, wish=WISH)
    share = replace(proposal.wanted, model=SitingModel.FEWEST_SITES, sites=None, share=0.8)
    table = siting_scenarios.scenario_table(
        demonstrated, siting_scenarios.kept(demonstrated), current=recommend(demonstrated, share)
    )
    assert list(table["Asked for"]) == [
        "Fewest stations; 80%; Places where people live",
        "Most people; 1 station; Places where people live",
        "Most people; 1 station; Places where people live; 1 station may be given up; at least 50% in each district",
    ]


def test_a_saved_scenario_is_called_by_its_name_or_its_address(demonstrated: Settings, proposal: Proposal) -> None:
    with pytest.raises(BadChoice, match=r"the name of a saved scenario \(there is none\), a scenario as a link"):
        siting_scenarios.scenario_named(demonstrated, "nobody")
    siting_scenarios.save(demonstrated, "one more", proposal, wish=WISH)
    for text in ("one more", scenario_text(proposal.scenario)):
        found = siting_scenarios.scenario_named(demonstrated, text)
        assert found is not None
        assert scenario_text(found) == scenario_text(proposal.scenario)
    with pytest.raises(BadChoice, match="one more"):
        siting_scenarios.scenario_named(demonstrated, "nobody")


def test_a_name_is_needed_and_is_given_once(demonstrated: Settings, proposal: Proposal) -> None:
    siting_scenarios.save(demonstrated, "one more", proposal, wish=WISH)
    for name in ("", "   ", "one  more", "x" * 61):
        with pytest.raises(BadChoice):
            siting_scenarios.save(demonstrated, name, proposal, wish=WISH)
    siting_scenarios.forget(demonstrated, "one more")
    assert siting_scenarios.kept(demonstrated) == []


def test_one_that_was_deleted_comes_back_as_it_was_unless_its_name_is_taken(
    demonstrated: Settings, proposal: Proposal
) -> None:
    siting_scenarios.save(demonstrated, "one more", proposal, wish=WISH)
    before = siting_scenarios.kept(demonstrated)
    gone = siting_scenarios.forget(demonstrated, "one more")
    assert gone is not None
    siting_scenarios.restore(demonstrated, gone)
    assert siting_scenarios.kept(demonstrated) == before
    with pytest.raises(BadChoice):
        siting_scenarios.restore(demonstrated, gone)
    assert siting_scenarios.forget(demonstrated, "nobody's") is None


def test_who_may_only_look_saves_and_deletes_nothing(demonstrated: Settings, proposal: Proposal) -> None:
    siting_scenarios.save(demonstrated, "one more", proposal, wish=WISH)
    looking = replace(demonstrated, user=User("li", Role.VIEWER))
    with pytest.raises(NotAllowed):
        siting_scenarios.save(looking, "two", proposal, wish=WISH)
    with pytest.raises(NotAllowed):
        siting_scenarios.forget(looking, "one more")
    with pytest.raises(NotAllowed):
        siting_scenarios.restore(looking, siting_scenarios.kept(looking)[0])
    assert len(siting_scenarios.kept(looking)) == 1
