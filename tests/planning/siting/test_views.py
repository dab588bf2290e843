"""A proposal on its page: its curve in a sentence, its card, its marks, and what leads to it from a gap."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from shapely import Point

from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.show import district_name
from stations.planning.siting import views as siting_views
from stations.planning.siting.candidates import Where
from stations.planning.siting.proposal import Proposal, SitingQuestion
from stations.planning.siting.recommend import recommend
from stations.planning.siting.words import keys_from
from tests.planning.town import RADIUS_M

ASKED = Question(RADIUS_M)
CELLS = Where(sources=(CandidateSource.DEMAND,))


@pytest.fixture
def proposal(demonstrated: Settings) -> Proposal:
    return recommend(demonstrated, SitingQuestion(ASKED, sites=1, where=CELLS))


def with_curve(proposal: Proposal, *covered: float) -> Proposal:
    curve = pd.DataFrame({name: list(covered) for name in ("covered", "best", "bound")})
    built = [site.candidate for site in proposal.sites]
    curve["candidate"] = [None, *built, *["elsewhere"] * len(covered)][: len(covered)]
    return replace(proposal, curve=curve.rename_axis("sites"))


@pytest.mark.parametrize(
    ("covered", "count"),
    [((0, 10, 18, 23, 27), 3), ((0, 10, 14), 1), ((0, 10, 15, 20), None), ((5,), None), ((0, 4), None)],
)
def test_the_curve_is_flat_where_a_station_adds_less_than_half_of_the_first(
    proposal: Proposal, covered: tuple[float, ...], count: int | None
) -> None:
    curved = with_curve(proposal, *covered)
    assert siting_views.enough(curved) == count
    said = siting_views.curve_sentence(curved)
    assert (bool(re.search(f"After {count} stations? each further one", said))) == (count is not None)
    assert ("No further station" in said) == (len(covered) == 1)
    assert ("loses nobody" in said) == (len(covered) > 1)


def test_the_price_of_building_one_after_the_other_is_said_where_it_is_highest(proposal: Proposal) -> None:
    curved = with_curve(proposal, 0, 10, 18, 23)
    curved = replace(curved, curve=curved.curve.assign(best=[0, 10, 1_230, 25], bound=[0, 11, 1_300, 26]))
    assert "known to reach up to 1,212 people fewer than the best choice of as many (2 stations)" in (
        siting_views.curve_sentence(curved)
    )


def test_the_curve_says_when_it_is_not_about_what_was_wanted(demonstrated: Settings, proposal: Proposal) -> None:
    other = "Whatever is wanted"
    assert other not in siting_views.curve_sentence(proposal)
    for asked in (
        SitingQuestion(ASKED, SitingModel.LEAST_DISTANCE, CELLS, sites=1),
        SitingQuestion(ASKED, sites=1, where=CELLS, capacity=50.0),
    ):
        assert other in siting_views.curve_sentence(recommend(demonstrated, asked))


def test_who_builds_one_after_the_other_is_told_that_he_begins_with_other_places(proposal: Proposal) -> None:
    told = "are chosen together"
    assert told not in siting_views.curve_sentence(proposal)
    curve = proposal.curve.assign(
        candidate=[None, "elsewhere"], covered=[proposal.before.covered, proposal.covered - 1]
    )
    said = siting_views.curve_sentence(replace(proposal, curve=curve))
    assert told in said
    assert "1 people fewer with 1" in said


def test_the_picture_shows_the_beginning_and_the_sentence_the_end(
    proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(siting_views, "SHOWN", 3)
    curved = with_curve(proposal, *range(0, 100, 10))
    assert siting_views.curve_cells(curved)["sites"].max() == 3
    assert siting_views.cut_sentence(curved) == "The picture ends at 3 stations; the table has all."
    assert "With 9 stations, built one after the other, everybody" in siting_views.curve_sentence(curved)


def test_the_picture_has_a_line_for_each_column_of_the_curve(proposal: Proposal) -> None:
    cells = siting_views.curve_cells(proposal)
    assert set(cells.columns) == {"sites", "line", "people"}
    assert len(cells) == 3 * len(proposal.curve)
    assert cells["line"].nunique() == 3
    assert siting_views.cut_sentence(proposal) == ""


def test_the_marks_are_the_sites_with_whom_they_newly_reach(proposal: Proposal) -> None:
    (site,) = proposal.sites
    ring = ((117.0, 32.0), (117.1, 32.0), (117.1, 32.1))
    pins = siting_views.pins(proposal, selected=site, areas=((ring,),), drawing=True)
    assert (pins.places, pins.numbers, pins.people) == (((site.lon, site.lat),), (1,), (87,))
    assert (pins.selected, pins.drawing, pins.areas) == (1, True, ((ring,),))
    assert siting_views.pins(None, selected=None, areas=(), drawing=False).places == ()


def test_the_card_says_what_the_tables_say(proposal: Proposal) -> None:
    (site,) = proposal.sites
    heading, facts = siting_views.site_card(proposal, site)
    assert heading.startswith("1: ")
    assert facts["Newly covered people"] == "87"
    table = siting_views.reasons_table(proposal)
    assert list(table.columns[:2]) == ["Why here", "Place"]
    assert table["Why here"].iloc[0] == facts["Why here"]
    assert list(siting_views.site_list(proposal)["Newly covered people"]) == [87]


@pytest.mark.parametrize(
    ("cost", "newly", "told"),
    [
        (8_700.0, 87.0, {"Cost": "8,700", "Cost per person": "100"}),
        (100.0, 87.0, {"Cost": "100", "Cost per person": "1.15"}),
        (100.0, 0.0, {"Cost": "100"}),  # for nobody
        (None, 87.0, {}),
    ],
)
def test_the_card_says_what_a_site_costs_for_each_whom_it_newly_covers(
    proposal: Proposal, cost: float | None, newly: float, told: dict[str, str]
) -> None:
    (site,) = proposal.sites
    _heading, facts = siting_views.site_card(proposal, replace(site, cost=cost, newly_covered=newly))
    assert {name: text for name, text in facts.items() if name.startswith("Cost")} == told


def test_a_station_says_whether_it_stays_in_the_proposal(demonstrated: Settings, proposal: Proposal) -> None:
    key = str(proposal.before.used.index[0])
    assert siting_views.station_card(proposal, key)[1]["In the proposal"] == "stays: the proposal is beside it"
    freed = recommend(demonstrated, SitingQuestion(ASKED, sites=1, where=CELLS, freed=(key,)))
    told = siting_views.station_card(freed, key)[1]["In the proposal"]
    assert told == ("is given up: another place is better" if key in freed.closed else "is chosen again")
    name, facts = siting_views.station_card(replace(freed, closed=(key,)), key)
    assert facts["In the proposal"] == "is given up: another place is better"
    assert name == proposal.before.stations.loc[key, "name"]
    assert facts["District"] == district_name(proposal.before.holdings, proposal.before.used.at[key, "division"])
    assert facts["District"] != district_name(proposal.before.holdings, None)
    assert siting_views.station_card(replace(freed, closed=()), key)[1]["In the proposal"] == "is chosen again"


def test_a_candidate_that_is_not_proposed_has_no_card(proposal: Proposal) -> None:
    assert siting_views.site_at(proposal, None) is None
    assert siting_views.site_at(proposal, "nobody") is None
    assert siting_views.site_at(proposal, proposal.sites[0].candidate) is proposal.sites[0]


def test_a_rejected_place_keeps_its_mark(demonstrated: Settings, proposal: Proposal) -> None:
    (site,) = proposal.sites
    where = replace(CELLS, forbidden=(site.candidate,))
    other = recommend(demonstrated, SitingQuestion(ASKED, sites=1, where=where))
    assert proposal.rejected == ()
    assert other.rejected == ((site.lon, site.lat),)
    assert siting_views.pins(other, selected=None, areas=(), drawing=False).refused == ((site.lon, site.lat),)


def test_a_gap_is_proposed_in_as_a_place_or_a_base_that_is_a_candidate(demonstrated: Settings) -> None:
    answer = assess(demonstrated, ASKED)
    for gap, district in zip(answer.gaps["gap_id"], answer.gaps["district"], strict=True):
        wish = siting_views.proposing_in_gap(answer, gap)
        assert (wish is None) == (district is None)
        if wish is None:
            continue
        forced = keys_from(wish["pinned"])
        assert forced == (wish["site"],)
        where = Where(sources=(CandidateSource.BASES,), forced=forced)
        proposal = recommend(demonstrated, SitingQuestion(ASKED, sites=1, where=where))
        assert [site.place for site in proposal.sites] == [wish["site"]]
        assert proposal.sites[0].host in {*answer.gaps.set_index("gap_id").at[gap, "host_ids"], None}


def test_who_is_out_of_reach_of_everything_is_counted_by_district(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, SitingQuestion(ASKED, sites=1, where=Where()))
    table = siting_views.unreachable_table(proposal)
    assert table["People"].sum() == proposal.unreachable["people"].sum()
    assert table["Points where they live"].sum() == len(proposal.unreachable) > 0
    shown = siting_views.pins(proposal, selected=None, areas=(), drawing=False, unreached=True).unreached
    assert [Point(place) for place in shown] == list(proposal.unreachable.geometry)
    assert not siting_views.pins(proposal, selected=None, areas=(), drawing=False).unreached


def test_how_far_the_lines_are_below_the_most_possible_is_a_picture_of_its_own(proposal: Proposal) -> None:
    curved = with_curve(proposal, 0, 10, 18, 23)
    curved = replace(curved, curve=curved.curve.assign(best=[0, 10, 19, 25], bound=[0, 11, 20, 26]))
    cells = siting_views.loss_cells(curved)
    told = {line: list(each["people"]) for line, each in cells.groupby("line")}
    assert told == {"Best known of so many": [0, 1, 1, 1], "Built one after the other": [0, 1, 2, 3]}
