"""Whom one record reaches, counted on paper, and what is near it."""

from __future__ import annotations

import pytest

from stations.model.language import Language
from stations.model.settings import Settings
from stations.model.vocabulary import Group
from stations.planning.coverage.assess import Question
from stations.planning.records.around import NEAR_AT_MOST, Served, neighbours, served
from stations.planning.records.record_tables import neighbour_table, served_figures
from stations.planning.register import holdings
from tests.planning.coverage.test_tables import require_readable
from tests.planning.town import RADIUS_M

ASKED = Question(RADIUS_M)


@pytest.mark.parametrize(
    ("key", "within", "alone", "counts"),
    [
        ("T-1", 50 + 60 + 10, 50 + 60 + 10, True),
        ("T-2", 30 + 20 + 40 + 70, 30 + 20 + 40 + 70, True),
        ("T-3", 80 + 70 + 40 + 7, 80 + 7, False),  # suspended: it would win those whom T-2 does not reach
    ],
)
def test_a_station_reaches_those_within_the_radius(
    demonstrated: Settings, key: str, within: int, alone: int, counts: bool
) -> None:
    found = served(demonstrated, "station", key, question=ASKED)
    assert found == Served(within={Group.RESIDENTS: within}, alone=alone, counts=counts)


def test_a_base_is_asked_what_it_would_reach_as_a_station(demonstrated: Settings) -> None:
    found = served(demonstrated, "base", "J-1", question=ASKED)
    assert found is not None
    assert (found.within[Group.RESIDENTS], found.alone, found.counts) == (30 + 40 + 70 + 80, 80, False)


def test_every_group_is_told(couriers: Settings) -> None:
    found = served(couriers, "station", "T-1", question=ASKED)
    assert found is not None
    assert found.within == {Group.RESIDENTS: 120, Group.COURIERS: 1 + 2 + 5}


@pytest.mark.parametrize("key", ["T-4", "nobody"])
def test_what_has_no_place_reaches_nobody_knows_whom(demonstrated: Settings, key: str) -> None:
    assert served(demonstrated, "station", key, question=ASKED) is None
    assert neighbours(holdings(demonstrated), "station", key).empty


def test_a_city_without_people_says_nothing(bare_town: Settings) -> None:
    assert served(bare_town, "station", "T-1", question=ASKED) is None


def test_what_is_near_is_told_by_distance_and_a_record_is_not_near_itself(demonstrated: Settings) -> None:
    near = neighbours(holdings(demonstrated), "station", "T-2")
    assert list(near["key"]) == ["J-1", "T-3", "T-1"]
    assert near["distance_m"].round().to_list() == [707, 1414, 2236]
    assert len(near) <= 2 * NEAR_AT_MOST
    assert set(neighbours(holdings(demonstrated), "base", "J-1")["key"]) == {"T-2", "T-3", "T-1"}


def test_it_is_told_in_words(demonstrated: Settings, language: Language) -> None:
    require_readable(neighbour_table(neighbours(holdings(demonstrated), "station", "T-2")), language)
    labels = []
    for key in ("T-1", "T-3"):
        found = served(demonstrated, "station", key, question=ASKED)
        assert found is not None
        figures = served_figures(found, radius_m=RADIUS_M)
        labels.append(figures[-1].label)
        assert all("1,050" in figure.counts for figure in figures)
    assert labels[0] != labels[1]
