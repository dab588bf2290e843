"""A proposal in words: what it reaches and how far it may be from the best possible are one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from stations.analysis.siting.answers import Method
from stations.model.language import Language
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.planning.coverage.assess import Question
from stations.planning.siting.proposal import Proposal, SitingQuestion
from stations.planning.siting.recommend import recommend
from stations.planning.siting.tables import (
    METHODS,
    curve_table,
    nearest_name,
    notes,
    place_name,
    proof_sentence,
    proposal_sentence,
    reason,
    site_table,
)
from tests.planning.siting.test_recommend import CELLS, NATIONAL, asked
from tests.planning.town import RADIUS_M, degrees


@pytest.fixture
def proposal(demonstrated: Settings) -> Proposal:
    return recommend(demonstrated, asked(2, question=NATIONAL))


def test_what_a_choice_had_to_keep_stands_in_the_sentence(demonstrated: Settings) -> None:
    plain = recommend(demonstrated, asked(3, question=NATIONAL))
    assert "Conditions:" not in proposal_sentence(plain)
    where = replace(CELLS, forced=(plain.sites[0].place,), forbidden=(plain.sites[1].place,))
    wanted = asked(4, question=NATIONAL, where=where, floor=0.25, closest_m=3000.0)
    assert (
        "Conditions: at least 25% in each district, nobody farther than 3,000 m, 1 place pinned, 1 place rejected."
        in proposal_sentence(recommend(demonstrated, wanted))
    )
    served = proposal_sentence(recommend(demonstrated, asked(capacity=90.0)))
    assert "Conditions: a station serves 90 people." in served


def test_with_stations_given_up_the_sum_of_the_places_is_explained(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(1, freed=("T-1", "T-2")))
    gained = sum(site.newly_covered for site in proposal.sites)
    assert proposal.closed
    lost = gained - proposal.newly_covered
    assert lost > 0
    assert f"Those given up alone reached {lost:.0f} people" in proposal_sentence(proposal)
    assert f"{gained:.0f} people are newly covered" in proposal_sentence(proposal)


def test_where_no_place_helps_that_is_said(demonstrated: Settings) -> None:
    everybody = recommend(demonstrated, asked(8))
    again = recommend(demonstrated, asked(2, question=everybody.question))
    assert not again.sites
    assert "No place that was looked at newly reaches anybody" in proposal_sentence(again)


def test_every_method_has_its_words() -> None:
    assert METHODS.keys() == set(get_args(Method))


def unproven(proposal: Proposal, model: SitingModel, objective: float, bound: float) -> Proposal:
    gap = abs(bound - objective) / objective
    wanted = replace(proposal.wanted, model=model)
    return replace(proposal, wanted=wanted, objective=objective, bound=bound, gap=gap, proven=False, settled=False)


def test_the_proof_stands_in_the_sentence_of_the_answer(proposal: Proposal, language: Language) -> None:
    assert proof_sentence(proposal) in proposal_sentence(proposal)
    assert {"zh_CN": "差距 0%", "en": "gap 0%"}[language] in proposal_sentence(proposal)


@pytest.mark.parametrize(
    ("model", "objective", "bound", "said"),
    [
        (SitingModel.MOST_PEOPLE, 300.0, 312.0, "up to 12 people more (gap 4.00%)"),
        (SitingModel.BUDGET, 300.0, 303.0, "up to 3 people more (gap 1.00%)"),
        (SitingModel.FEWEST_SITES, 5.0, 4.0, "Not proven: 1 station fewer may be enough (gap 20.00%)"),
        (SitingModel.LEAST_DISTANCE, 367_000.0, 330_300.0, "up to 100 m less on average (gap 10.00%)"),
        (SitingModel.LEAST_FARTHEST, 2000.0, 1900.0, "up to 100 m shorter (gap 5.00%)"),
        (SitingModel.LEAST_FARTHEST, 9000.0, 8999.9, "up to 1 m shorter (gap 0.01%)"),
        (SitingModel.MOST_PEOPLE, 1e6, 1e6 + 0.2, "up to 1 people more (gap 0.01%)"),
    ],
)
def test_what_is_not_proven_says_by_how_much_it_may_be_beaten(
    proposal: Proposal, model: SitingModel, objective: float, bound: float, said: str
) -> None:
    assert said in proposal_sentence(unproven(proposal, model, objective, bound))


def test_what_becomes_of_stations_that_may_be_given_up_is_said(proposal: Proposal) -> None:
    wanted = replace(proposal.wanted, freed=("T-1", "T-2"))
    fewer = replace(proposal, wanted=wanted, kept=("T-1",), closed=("T-2",), covered=proposal.before.covered - 12)
    said = proposal_sentence(fewer)
    assert "12 residents fewer are reached" in said
    assert f"New: {len(proposal.sites)}; kept of those that may be given up: 1; given up: 1." in said
    assert "-" not in said
    assert "given up" not in proposal_sentence(proposal)


def test_where_nothing_is_reached_the_gap_is_without_end(proposal: Proposal) -> None:
    nothing = replace(proposal, objective=0.0, bound=5.0, gap=float("inf"), proven=False, settled=False)
    assert "up to 5 people more (gap ∞)" in proposal_sentence(nothing)


def test_a_site_is_told_by_its_host_or_its_district_with_the_reason(proposal: Proposal) -> None:
    first = proposal.sites[0]
    assert place_name(proposal, first) == "Site 1 in 示例东区"
    assert nearest_name(proposal, first) == "示例一号驿站"
    assert reason(first).endswith("premises still to be found")
    hosted = replace(first, source=CandidateSource.BASES, name="示例书屋", forced=True)
    assert place_name(proposal, hosted) == "示例书屋"
    assert reason(hosted).endswith("hosted by 示例书屋, asked for")
    assert "nearest station 3.0 km" in reason(hosted)


def test_without_a_station_none_is_the_nearest(town: Settings) -> None:
    proposal = recommend(town, asked())
    assert "no station can be reached from there" in reason(proposal.sites[0])
    assert nearest_name(proposal, proposal.sites[0]) == "none"
    assert site_table(proposal)["Distance (m)"].isna().all()


def test_the_table_of_sites_adds_up(proposal: Proposal) -> None:
    table = site_table(proposal)
    assert list(table.index) == [1, 2]
    assert table["Newly covered people"].sum() == table["Newly covered, together"].iloc[-1] == proposal.newly_covered
    assert "Cost" not in table


def test_costs_are_shown_where_they_are_known(demonstrated: Settings) -> None:
    where = replace(CELLS, costs=((CandidateSource.DEMAND, 8700.0),))
    table = site_table(recommend(demonstrated, asked(where=where)))
    assert (table["Cost"].iloc[0], table["Cost per person"].iloc[0]) == (8700.0, 100.0)


def test_the_sentence_says_what_is_paid_where_that_is_known(proposal: Proposal, demonstrated: Settings) -> None:
    assert "Cost" not in proposal_sentence(proposal)
    paid = recommend(demonstrated, asked(where=replace(CELLS, costs=((CandidateSource.DEMAND, 8700.0),))))
    assert f"Cost: {8700 * len(paid.sites):,}. " in proposal_sentence(paid)
    asked_for = replace(paid.wanted, budget=20_000.0)
    assert f"Cost: {8700 * len(paid.sites):,} of a budget of 20,000. " in proposal_sentence(
        replace(paid, wanted=asked_for)
    )


def test_the_curve_says_what_the_last_one_adds_and_what_the_order_costs(proposal: Proposal) -> None:
    table = curve_table(proposal)
    assert table["Newly covered by the last"].iloc[1:].gt(0).all()
    assert table["Price of the order"].ge(0).all()
    assert table["Gap (%)"].ge(0).all()
    assert table["The last"].iloc[0] == ""


def test_notes_say_what_was_left_out_closed_and_out_of_reach(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(freed=("T-1", "T-2")))
    said = " ".join(notes(proposal))
    assert "8 places were looked at." in said
    assert "1 place was left out: outside the city." in said
    assert "Given up, as other places are better: 示例" in said
    far = replace(CELLS, forced=("{},{}".format(*degrees(0.1, 0.1)),), sources=())
    assert "out of reach of every station" in " ".join(notes(recommend(demonstrated, asked(where=far))))


def test_what_is_built_one_after_the_other_says_what_is_known_to_be_lost(proposal: Proposal) -> None:
    wanted = replace(proposal.wanted, in_order=True)
    curve = proposal.curve.assign(best=proposal.curve["covered"] + 1_000)
    found = replace(proposal, wanted=wanted, proven=False, settled=False, bound=proposal.objective + 1_200, curve=curve)
    found = replace(found, gap=1_200 / found.objective)
    assert "Chosen together, as many reach 1,000 people more, and 1,200 at most (gap" in proposal_sentence(found)
    alike = replace(found, curve=proposal.curve.assign(best=proposal.curve["covered"]))
    assert "another choice may reach up to 1,200 people more" in proposal_sentence(alike)


def test_what_is_so_already_needs_no_station(demonstrated: Settings) -> None:
    share = 0.3
    found = recommend(demonstrated, SitingQuestion(Question(RADIUS_M), SitingModel.FEWEST_SITES, CELLS, share=share))
    assert not found.sites
    assert "30% is within reach already: no new station is needed" in proposal_sentence(found)


def test_with_more_stations_than_are_needed_the_sentence_says_how_many_are_enough(demonstrated: Settings) -> None:
    found = recommend(demonstrated, asked(8))
    assert len(found.sites) == 1
    assert "1 station is enough" in proposal_sentence(found)
