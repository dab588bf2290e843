"""What each place brings, counted point by point, and the order that follows from it."""

from __future__ import annotations

import numpy as np
import pytest

from stations.model.settings import Settings
from stations.model.siting import SitingModel
from stations.planning.siting.proposal import Proposal
from stations.planning.siting.recommend import recommend
from stations.planning.siting.solving import sited
from stations.planning.siting.tables import brought, reason, site_table
from tests.planning.siting.test_recommend import CELLS, NATIONAL, asked


def metres_to(proposal: Proposal, sites: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how far everybody goes with the stations and the first so many sites."""
    table = sited(proposal.before, proposal.wanted.where)
    first = [site.candidate for site in proposal.sites[:sites]]
    built = [*range(table.stations), *table.candidate(first)]
    return proposal.before.origins.nearest(table.places.iloc[built])["distance_m"].to_numpy()


@pytest.mark.parametrize("model", [SitingModel.LEAST_DISTANCE, SitingModel.LEAST_FARTHEST])
def test_a_place_says_for_whom_it_is_nearer_and_by_how_much(demonstrated: Settings, model: SitingModel) -> None:
    proposal = recommend(demonstrated, asked(3, question=NATIONAL, model=model))
    people = proposal.before.demand["people"].to_numpy()
    saved = []
    for site in proposal.sites:
        less = metres_to(proposal, site.order - 1) - metres_to(proposal, site.order)
        assert site.nearer == people[less > 0].sum() > 0
        assert site.nearer_m == pytest.approx((people @ less) / site.nearer)
        saved.append(site.nearer * (site.nearer_m or 0.0))
        assert f"nearer for {site.nearer:.0f} people" in reason(site)
    assert saved == sorted(saved, reverse=True)
    assert site_table(proposal)["Nearer for (people)"].tolist() == [site.nearer for site in proposal.sites]


def test_a_place_says_for_whom_it_is_the_second_station(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, asked(3, question=NATIONAL, twice=True))
    table = sited(proposal.before, CELLS)
    times = np.asarray(table.reach[:, : table.stations].sum(axis=1, dtype=int))
    gains = []
    for site in proposal.sites:
        (column,) = table.candidate([site.candidate])
        here = table.reach[:, [column]].toarray()[:, 0]
        assert site.second == table.weights[here & (times == 1)].sum()
        assert site.newly_covered == table.weights[here & (times == 0)].sum()
        gains.append(site.second + site.newly_covered)
        times += here
    assert gains == sorted(gains, reverse=True)
    assert sum(gains) == proposal.objective - proposal.before.covered - second_before(proposal)
    assert brought(proposal) == {"A second station for": [site.second for site in proposal.sites]}


def second_before(proposal: Proposal) -> float:
    """Return how many people have two stations already."""
    table = sited(proposal.before, proposal.wanted.where)
    return float(table.weights[table.reach[:, : table.stations].sum(axis=1, dtype=int) > 1].sum())


def test_where_people_within_reach_are_wanted_nothing_else_is_told(demonstrated: Settings) -> None:
    (site,) = recommend(demonstrated, asked()).sites
    assert (site.second, site.nearer, site.nearer_m) == (None, None, None)
