"""Who is within reach of the sample town's stations: every figure can be counted in `town`."""

from __future__ import annotations

from pathlib import Path

import pytest

from stations.model.errors import BadChoice
from stations.model.settings import Settings
from stations.model.vocabulary import Status, Tier
from stations.planning.assess import Question, assess, in_service
from stations.planning.import_file import import_file
from stations.planning.register import holdings
from tests.planning.town import COVERED, COVERED_BY_NATIONAL, EAST, PEOPLE, RADIUS_M, WEST, write_csv


def statuses(settings: Settings, tmp_path: Path, *statuses: str) -> list[str]:
    """Return which of some stations at one place, each of another status, are in service."""
    headers = ("编号", "名称", "lon", "lat", "datum", "状态", "原因")
    rows = [(status or "unknown", "示例", 117, 32.5, "WGS84", status, "示例原因") for status in statuses]
    import_file(settings, write_csv(tmp_path / "list.csv", headers, rows), kind="station", datum=None)
    return list(in_service(holdings(settings).stations).index)


def test_only_stations_in_use_or_of_unknown_status_count(town: Settings, tmp_path: Path) -> None:
    assert statuses(town, tmp_path, "", *Status) == ["unknown", "in_use"]


def test_a_station_without_a_place_reaches_nobody(demonstrated: Settings) -> None:
    assert list(in_service(holdings(demonstrated).stations).index) == ["T-1", "T-2"]


def test_people_within_reach_are_those_counted_on_paper(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    assert (answer.total, answer.covered, answer.stations_used) == (PEOPLE, COVERED, 2)
    assert answer.covered_share == pytest.approx(COVERED / PEOPLE)
    table = answer.districts[["people", "covered_people"]]
    assert table.to_dict("index") == {
        WEST: {"people": 140, "covered_people": 140},
        EAST: {"people": 220, "covered_people": 140},
        None: {"people": 7, "covered_people": 0},
    }
    assert answer.revision == 1


@pytest.mark.parametrize(
    ("tier", "used", "covered"),
    [
        (None, 2, COVERED),
        (Tier.NONE, 2, COVERED),
        (Tier.MUNICIPAL, 2, COVERED),
        (Tier.PROVINCIAL, 1, COVERED_BY_NATIONAL),
        (Tier.NATIONAL, 1, COVERED_BY_NATIONAL),
    ],
)
def test_a_tier_means_that_one_and_every_higher_one(
    demonstrated: Settings, tier: Tier | None, used: int, covered: int
) -> None:
    answer = assess(demonstrated, Question(RADIUS_M, tier=tier))
    assert (answer.stations_used, answer.covered) == (used, covered)


def test_gaps_are_the_uncovered_people_and_the_largest_comes_first(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    assert answer.gaps.crs == "EPSG:4326"
    columns = ["rank", "people", "district", "nearest_station_id"]
    assert answer.gaps[columns].to_numpy().tolist() == [[1, 80, EAST, "T-2"], [2, 7, None, "T-2"]]
    assert answer.gaps["area_km2"].to_list() == pytest.approx([1, 1], abs=1e-3)
    assert answer.gaps["nearest_station_m"].to_list() == pytest.approx([1414.2, 2236.1], abs=0.1)


def test_the_uncovered_points_carry_the_uncovered_people(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    assert answer.uncovered is not None
    assert answer.uncovered.crs == "EPSG:4326"
    assert sorted(answer.uncovered["people"]) == [7, 80]
    assert answer.uncovered["people"].sum() + answer.covered == answer.total


def test_nothing_built_covers_nobody(town: Settings) -> None:
    answer = assess(town, Question(RADIUS_M))
    assert (answer.stations_used, answer.covered, answer.covered_share) == (0, 0, 0)
    assert answer.gaps["people"].sum() == PEOPLE


def test_without_demand_land_is_measured(bare_town: Settings, profiles: Path) -> None:
    import_file(bare_town, profiles / "real.csv", kind="station", datum=None)
    answer = assess(bare_town, Question(400))
    assert answer.people is None
    assert answer.uncovered is None
    assert answer.total == pytest.approx(8, abs=1e-3)
    assert answer.covered == pytest.approx(2 * 0.5026, rel=1e-3)
    assert list(answer.districts.index) == [WEST, EAST]
    assert answer.districts["covered_km2"].to_list() == pytest.approx([0.5026, 0.5026], rel=1e-3)
    assert answer.gaps["area_km2"].sum() + answer.covered == pytest.approx(answer.total, rel=1e-6)


def test_without_stations_or_demand_every_district_is_a_gap(bare_town: Settings) -> None:
    answer = assess(bare_town, Question(400))
    assert (answer.covered, answer.covered_share, len(answer.gaps)) == (0, 0, 2)
    assert answer.gaps["nearest_station_id"].isna().all()


def test_an_answer_is_measured_once_for_each_revision_and_question(demonstrated: Settings, profiles: Path) -> None:
    before = assess(demonstrated, Question(RADIUS_M))
    assert assess(demonstrated, Question(RADIUS_M)) is before
    assert assess(demonstrated, Question(RADIUS_M, tier=Tier.NATIONAL)) is not before
    import_file(demonstrated, profiles / "real.csv", kind="station", datum=None)
    after = assess(demonstrated, Question(RADIUS_M))
    assert (before.revision, after.revision) == (1, 2)


def test_a_larger_radius_uncovers_nobody(demonstrated: Settings) -> None:
    covered = [assess(demonstrated, Question(radius)).covered for radius in (1, 500, 1050, 1500, 5000)]
    assert covered == sorted(covered)
    assert covered[0] == 80
    assert covered[-1] == PEOPLE


@pytest.mark.parametrize("radius", [0, -1, float("nan"), float("inf")])
def test_a_radius_that_is_no_length_is_refused(demonstrated: Settings, radius: float) -> None:
    with pytest.raises(BadChoice):
        assess(demonstrated, Question(radius))
