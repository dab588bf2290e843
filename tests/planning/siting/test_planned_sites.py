"""An accepted site is a planned station of the register: with act and history, counted by nothing, undone like any."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stations.model.accounts import Role, User
from stations.model.acts import Act
from stations.model.settings import Settings
from stations.planning.access.rights import NotAllowed
from stations.planning.coverage.assess import assess
from stations.planning.records.edit import history
from stations.planning.records.undo import undo
from stations.planning.register import holdings
from stations.planning.siting.planned_sites import LONGEST_PLACE, plan_station, planned_at, planned_draft
from stations.planning.siting.proposal import Proposal
from stations.planning.siting.recommend import recommend
from tests.planning.siting.test_recommend import ASKED, asked
from tests.planning.town import COVERED


@pytest.fixture
def proposal(demonstrated: Settings) -> Proposal:
    return recommend(demonstrated, asked())


def test_it_is_entered_with_place_district_and_reason_and_counts_for_nothing_yet(
    demonstrated: Settings, proposal: Proposal
) -> None:
    (site,) = proposal.sites
    saved = plan_station(demonstrated, proposal, site, act=Act("add", "示例", why="计划", submission="once"))
    station = holdings(demonstrated).stations.loc[saved.key]
    assert (station["lon"], station["lat"], station["datum"]) == (site.lon, site.lat, "WGS84")
    assert (station["status"], station["district"], station["division"]) == ("planned", "示例东区", site.district)
    assert "newly covers 87 people" in station["notes"]
    assert assess(demonstrated, ASKED).covered == COVERED
    told = history(demonstrated, key=saved.key).iloc[0]
    assert (told["who"], told["why"], told["action"]) == ("示例", "计划", "added")


def test_the_same_press_of_a_button_enters_it_once(demonstrated: Settings, proposal: Proposal) -> None:
    act = Act("add", submission="once")
    first = plan_station(demonstrated, proposal, proposal.sites[0], act=act)
    assert plan_station(demonstrated, proposal, proposal.sites[0], act=act) == first


def test_it_is_known_as_planned_when_it_is_proposed_again(demonstrated: Settings, proposal: Proposal) -> None:
    assert planned_at(proposal, proposal.sites[0]) is None
    saved = plan_station(demonstrated, proposal, proposal.sites[0], act=Act("add"))
    again = recommend(demonstrated, asked())
    assert again.sites[0].candidate == proposal.sites[0].candidate
    told = planned_at(again, again.sites[0])
    assert told is not None
    assert f"({saved.key})" in told
    elsewhere = replace(again.sites[0], lat=again.sites[0].lat + 0.001)
    assert planned_at(again, elsewhere) is None


def test_it_can_be_taken_back(demonstrated: Settings, proposal: Proposal) -> None:
    saved = plan_station(demonstrated, proposal, proposal.sites[0], act=Act("add"))
    undo(demonstrated, saved.revision, act=Act("undo"))
    assert saved.key not in holdings(demonstrated).stations.index


def test_whoever_may_not_edit_may_not_plan(demonstrated: Settings, proposal: Proposal) -> None:
    viewer = demonstrated.having(user=User("示例", Role.VIEWER))
    with pytest.raises(NotAllowed):
        plan_station(viewer, proposal, proposal.sites[0], act=Act("add"))


def test_a_long_name_of_a_host_is_cut(demonstrated: Settings, proposal: Proposal) -> None:
    draft = planned_draft(demonstrated, proposal, replace(proposal.sites[0], name="长" * 90))
    assert draft.values["name"].count("长") == LONGEST_PLACE
    assert len(draft.values["name"]) <= 60
