"""Where the next stations should go: the numbers are those of coverage, to the last person."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from stations.model.acts import Act
from stations.model.errors import BadChoice, NoDemand, NotGiven, StationsError, TargetOutOfReach
from stations.model.settings import Settings
from stations.model.siting import CandidateSource, SitingModel
from stations.model.vocabulary import Facility, Group, Tier
from stations.planning.assess import Moment, Question, assess
from stations.planning.candidates import Where
from stations.planning.comparison import whatif
from stations.planning.edit import save
from stations.planning.entering import Draft, checked
from stations.planning.siting import SitingQuestion, proposals, recommend
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


@pytest.mark.parametrize("sites", [1, 2, 3])
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
