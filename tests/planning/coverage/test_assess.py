"""Who is within reach of the sample town's stations: every figure can be counted in `town`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stations.analysis.whatif import Placed, Scenario
from stations.model.errors import BadChoice, NoDemand
from stations.model.settings import Settings
from stations.model.vocabulary import Facility, Group, Status, Tier
from stations.planning.coverage.assess import Assessment, Moment, Question, assess
from stations.planning.coverage.counting import in_service
from stations.planning.coverage.show import basis, coverage_sentence
from stations.planning.coverage.streets import NoNetwork
from stations.planning.importing.import_file import import_file
from stations.planning.publishing.contract import assessment_document
from stations.planning.register import holdings
from tests.planning.town import (
    BARE_TOWN,
    COVERED,
    COVERED_BY_NATIONAL,
    EAST,
    PEOPLE,
    RADIUS_M,
    WEST,
    ZONE,
    degrees,
    write_csv,
)


def statuses(settings: Settings, tmp_path: Path, *statuses: str) -> list[str]:
    """Return which of some stations at one place, each of another status, are in service."""
    headers = ("编号", "名称", "lon", "lat", "datum", "状态", "原因")
    rows = [(status or "unknown", "示例", 117, 32.5, "WGS84", status, "示例原因") for status in statuses]
    import_file(settings, write_csv(tmp_path / "list.csv", headers, rows), kind="station", datum=None)
    return list(in_service(holdings(settings).stations).index)


def test_only_stations_in_use_moved_or_of_unknown_status_count(town: Settings, tmp_path: Path) -> None:
    assert statuses(town, tmp_path, "", *Status) == ["unknown", "in_use", "moved"]


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


# --- which stations count -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facilities", "stations"),
    [
        ((), ["A", "B", "C"]),
        ((Facility.WATER,), ["A", "B"]),
        ((Facility.TOILET,), ["A"]),  # B's is out of order, C has none
        ((Facility.WATER, Facility.TOILET), ["A"]),
        ((Facility.AED,), []),  # nobody says
        ((Facility.WATER, Facility.AED), []),
    ],
)
def test_a_facility_counts_where_it_is_there_and_works(
    zoned: Settings, facilities: tuple[Facility, ...], stations: list[str]
) -> None:
    answer = assess(zoned, Question(RADIUS_M, facilities=facilities))
    assert list(answer.used.index) == stations
    assert answer.covered == {0: 0, 1: 120, 2: COVERED, 3: PEOPLE}[len(stations)]


def test_what_nobody_knows_of_a_station_makes_a_band_and_no_guess(zoned: Settings) -> None:
    answer = assess(zoned, Question(RADIUS_M, facilities=(Facility.AED,)))
    assert (answer.covered, answer.covered_high, answer.unknown) == (0, PEOPLE, 3)
    assert "up to 100.0% with 3 stations of which it is not known" in coverage_sentence(answer)
    assert "of which it is not known are left out" in basis(answer)
    water = assess(zoned, Question(RADIUS_M, facilities=(Facility.WATER,)))  # C says nothing about water
    assert (water.covered, water.covered_high, water.unknown) == (COVERED, PEOPLE, 1)
    toilet = assess(zoned, Question(RADIUS_M, facilities=(Facility.TOILET,)))  # all of them say
    assert (toilet.covered_high, toilet.unknown) == (toilet.covered, 0)
    late = assess(zoned, Question(RADIUS_M, facilities=(Facility.WATER,), at=Moment(0, 23)))
    assert (late.covered, late.covered_high) == (120, 120 + 197)  # B is closed; C may have water, and be open


@pytest.mark.parametrize(
    ("union", "stations", "covered"),
    [(ZONE, ["A"], 120), (EAST, ["B", "C"], 247), (WEST, ["A"], 120)],  # A's zone is part of the west
)
def test_a_union_is_the_one_named_else_that_of_the_district(
    zoned: Settings, union: str, stations: list[str], covered: int
) -> None:
    answer = assess(zoned, Question(RADIUS_M, union=union))
    assert (list(answer.stations.index), answer.covered) == (stations, covered)


def test_a_union_that_the_city_does_not_have_is_refused(zoned: Settings) -> None:
    with pytest.raises(BadChoice, match="999999"):
        assess(zoned, Question(RADIUS_M, union="999999"))


def test_a_station_that_names_neither_union_nor_district_is_of_no_union(demonstrated: Settings) -> None:
    used = [list(assess(demonstrated, Question(RADIUS_M, union=union)).stations.index) for union in (WEST, EAST)]
    assert used == [["T-1"], []]


# --- when -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "certain", "low", "high"),
    [
        (Moment(0, 8), 2, COVERED, PEOPLE),
        (Moment(0, 17), 2, COVERED, PEOPLE),
        (Moment(0, 18), 1, 120, 317),
        (Moment(0, 7), 1, 120, 317),
        (Moment(5, 12), 1, 120, 317),
        (Moment(6, 0), 1, 120, 317),
    ],
)
def test_hours_that_nobody_wrote_down_make_a_band(
    zoned: Settings, at: Moment, certain: int, low: int, high: int
) -> None:
    answer = assess(zoned, Question(RADIUS_M, at=at))
    assert (answer.stations_used, answer.covered, answer.covered_high) == (certain, low, high)
    assert answer.open.isna().to_list() == [False, False, True]
    assert answer.gaps["people"].sum() == PEOPLE - low


def test_without_an_hour_every_station_counts_and_there_is_no_band(zoned: Settings) -> None:
    answer = assess(zoned, Question(RADIUS_M))
    assert (answer.covered, answer.covered_high, answer.open.to_list()) == (PEOPLE, None, [True, True, True])


def test_where_all_hours_are_known_the_band_is_one_number(zoned: Settings) -> None:
    answer = assess(zoned, Question(RADIUS_M, at=Moment(5, 12), union=ZONE))
    assert (answer.covered, answer.covered_high) == (120, 120)


def test_land_has_a_band_as_people_have(bare_town: Settings, profiles: Path) -> None:
    import_file(bare_town, profiles / "real.csv", kind="station", datum=None)
    answer = assess(bare_town, Question(400, at=Moment(0, 8)))
    whole = assess(bare_town, Question(400))
    assert (answer.stations_used, answer.covered, answer.covered_high) == (0, 0, whole.covered)
    assert whole.covered > 0
    assert "up to" in coverage_sentence(answer)
    assert assessment_document(answer)["covered_area_high_km2"] == round(whole.covered, 3)


# --- whose ----------------------------------------------------------------------------------


def test_a_group_has_its_own_weights(couriers: Settings) -> None:
    answer = assess(couriers, Question(RADIUS_M, group=Group.COURIERS))
    assert (answer.total, answer.covered, answer.group) == (45, 32, Group.COURIERS)
    assert sorted(answer.gaps["people"]) == [4, 9]
    first = assess(couriers, Question(RADIUS_M))
    assert (first.total, first.covered, first.group) == (PEOPLE, COVERED, Group.RESIDENTS)
    for each in (answer, first):
        table = each.groups[["people", "covered_people"]]
        assert table.to_dict("index") == {
            "residents": {"people": PEOPLE, "covered_people": COVERED},
            "couriers": {"people": 45, "covered_people": 32},
        }
        assert each.groups["covered_share"].to_list() == pytest.approx([COVERED / PEOPLE, 32 / 45])


def test_every_gap_knows_its_people_of_every_group(couriers: Settings) -> None:
    gaps = assess(couriers, Question(RADIUS_M)).gaps
    assert gaps[["residents", "couriers"]].to_numpy().tolist() == [[80, 4], [7, 9]]


def test_a_group_that_the_data_does_not_know_is_refused(couriers: Settings) -> None:
    with pytest.raises(BadChoice, match="Couriers"):
        assess(couriers, Question(RADIUS_M, group=Group.DRIVERS))


# --- what if --------------------------------------------------------------------------------


def state(settings: Settings) -> tuple[int, dict[str, object]]:
    """Return the revision and the rows of the register."""
    held = holdings(settings)
    return held.revision, held.stations.drop(columns="geometry").astype(str).to_dict("index") | {
        "places": held.stations.geometry.to_wkt().to_list()
    }


@pytest.mark.parametrize(
    ("scenario", "covered", "used"),
    [
        (Scenario(added=(Placed("new-1", *degrees(3.5, 0.5)),)), 367, 3),
        (Scenario(closed=("T-1",)), 160, 1),
        (Scenario(closed=("T-1", "T-2")), 0, 0),
        (Scenario(moved=(Placed("T-2", *degrees(3.5, 0.5)),)), 317, 2),
        (Scenario(moved=(Placed("T-4", *degrees(3.5, 0.5)),)), 367, 3),  # which had no place
        (Scenario(moved=(Placed("T-3", *degrees(0.5, 0.5)),)), COVERED, 2),  # which is suspended
    ],
)
def test_a_scenario_changes_the_answer_and_never_the_register(
    demonstrated: Settings, scenario: Scenario, covered: int, used: int
) -> None:
    before = state(demonstrated)
    answer = assess(demonstrated, Question(RADIUS_M, scenario=scenario))
    assert (answer.covered, answer.stations_used, answer.revision) == (covered, used, 1)
    assert state(demonstrated) == before
    assert assess(demonstrated, Question(RADIUS_M)).covered == COVERED


def test_a_tier_in_a_scenario_lets_a_station_count_or_not(demonstrated: Settings) -> None:
    raised = Scenario(honoured=(("T-2", Tier.NATIONAL),))
    lowered = Scenario(honoured=(("T-1", Tier.NONE),))
    covered = [
        assess(demonstrated, Question(RADIUS_M, tier=Tier.NATIONAL, scenario=scenario)).covered
        for scenario in (None, raised, lowered)
    ]
    assert covered == [COVERED_BY_NATIONAL, COVERED, 0]


@pytest.mark.parametrize(
    ("wish", "uncounted"),
    [
        ({}, ()),
        ({"facilities": (Facility.TOILET,)}, ()),  # it would be built with one
        ({"tier": Tier.MUNICIPAL}, ("new-1",)),
        ({"union": WEST}, ()),  # the union of the district it lies in
        ({"union": EAST}, ("new-1",)),
    ],
)
def test_a_station_of_a_scenario_that_does_not_count_is_named(
    zoned: Settings, wish: dict[str, Any], uncounted: tuple[str, ...]
) -> None:
    scenario = Scenario(added=(Placed("new-1", *degrees(1.5, 0.5)),))
    answer = assess(zoned, Question(RADIUS_M, scenario=scenario, **wish))
    assert answer.uncounted == uncounted
    assert ("Not counted" in basis(answer)) == bool(uncounted)
    assert assessment_document(answer)["uncounted"] == list(uncounted)
    assert answer.outside == ()
    assert "Outside the city" not in basis(answer)


def test_a_station_of_a_scenario_outside_the_city_is_named(zoned: Settings) -> None:
    scenario = Scenario(added=(Placed("new-1", *degrees(1.5, 0.5)), Placed("new-2", 100.0, 20.0)))
    answer = assess(zoned, Question(RADIUS_M, scenario=scenario))
    assert answer.outside == ("new-2",)
    assert "Outside the city: New station 2" in basis(answer)


@pytest.mark.parametrize(
    "scenario",
    [Scenario(closed=("nowhere",)), Scenario(added=(Placed("T-1", 117, 32.5),)), Scenario(closed=("T-1",) * 2)],
)
def test_a_scenario_that_cannot_happen_is_refused(demonstrated: Settings, scenario: Scenario) -> None:
    with pytest.raises(BadChoice):
        assess(demonstrated, Question(RADIUS_M, scenario=scenario))


# --- along streets --------------------------------------------------------------------------


def test_on_foot_only_streets_lead_there(walkable: Settings) -> None:
    answer = assess(walkable, Question(RADIUS_M, reach="walk"))
    assert (answer.covered, answer.total) == (210, PEOPLE)  # nobody of the 70 south of s2 comes up to its street
    assert sorted(answer.gaps["people"]) == [7, 150]


def test_whoever_is_too_far_from_any_street_is_counted_and_told(walkable: Settings, tmp_path: Path) -> None:
    asked = Question(RADIUS_M, reach="walk")
    assert (assess(walkable, Question(RADIUS_M)).off_network, assess(walkable, asked).off_network) == (None, 0)
    rows = [(*degrees(1, 0.6), 5, "WGS84"), (*degrees(2, 2.2), 9, "WGS84")]
    path = write_csv(tmp_path / "far.csv", ("经度", "纬度", "人口", "坐标系"), rows)
    answer = assess(walkable.having(demand=path), asked)
    assert answer.off_network == 9
    assert "9 people live too far from any street" in basis(answer)
    assert assessment_document(answer)["off_network_people"] == 9


def test_without_a_network_the_import_is_asked_for(demonstrated: Settings) -> None:
    with pytest.raises(NoNetwork, match="network import"):
        assess(demonstrated, Question(RADIUS_M, reach="ebike"))


def test_land_is_not_measured_along_streets(walkable: Settings) -> None:
    with pytest.raises(NoDemand):
        assess(walkable.having(city=BARE_TOWN), Question(RADIUS_M, reach="walk"))


def test_the_demand_of_an_answer_about_land_is_refused(bare_town: Settings) -> None:
    answer: Assessment = assess(bare_town, Question(400))
    assert answer.group is None
    with pytest.raises(NoDemand):
        _ = answer.demand


@pytest.mark.parametrize("wish", [{"facilities": (Facility.TOILET,)}, {"union": WEST}])
def test_of_no_stations_none_count_whatever_is_asked(town: Settings, wish: dict[str, object]) -> None:
    answer = assess(town, Question(RADIUS_M, **wish))  # type: ignore[arg-type]
    assert answer.stations_used == 0
