"""How far, how often, how fairly, when and how sure: counted on the sample town, or by a slow loop."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from stations.model.errors import NoDemand
from stations.model.settings import Settings
from stations.model.vocabulary import Facility, Group
from stations.planning.coverage.assess import Moment, Question, assess
from stations.planning.coverage.measures import RADII_M, Measures, measured
from stations.planning.coverage.streets import NoNetwork
from stations.planning.importing.import_file import import_file
from tests.planning.town import (
    CELLS,
    COVERED,
    DETAILED_HEADERS,
    EAST,
    PEOPLE,
    RADIUS_M,
    WEST,
    ZONE,
    detailed_rows,
    write_csv,
)

SITES_KM = {"A": (0.5, 0.5), "B": (2.5, 1.5), "C": (3.5, 0.5)}
WAYS_M = [1000 * min(math.dist((x, y), site) for site in SITES_KM.values()) for x, y, _people in CELLS]
WEIGHTS = (1.0, 0.68, 0.22)


def reached(x: float, y: float) -> list[str]:
    """Return the stations of the zoned town within the radius of a cell."""
    return [key for key, site in SITES_KM.items() if 1000 * math.dist((x, y), site) <= RADIUS_M]


@pytest.fixture
def measures(zoned: Settings) -> Measures:
    return measured(zoned, Question(RADIUS_M))


# --- how far and how often ------------------------------------------------------------------


def test_the_mean_way_is_that_of_a_loop(measures: Measures) -> None:
    mean = sum(people * way for (_x, _y, people), way in zip(CELLS, WAYS_M, strict=True)) / PEOPLE
    assert measures.mean_m == pytest.approx(mean, abs=0.01)


def test_quantiles_are_ways_that_so_many_people_need_at_most(measures: Measures) -> None:
    # 160 of 367 live at a station (50 + 30 + 80), everybody else 1 km away.
    assert measures.quantiles_m.to_dict() == pytest.approx({0.25: 0, 0.5: 1000, 0.75: 1000, 0.9: 1000}, abs=0.01)


def test_covered_twice_are_those_with_two_stations(measures: Measures) -> None:
    twice = sum(people for x, y, people in CELLS if len(reached(x, y)) > 1)
    assert measures.covered_twice == twice == 110


def test_each_district_has_its_own_figures(measures: Measures) -> None:
    table = measures.districts
    counts = table[["people", "covered_people", "uncovered_people", "stations"]]
    assert counts.to_numpy().tolist() == [[140, 140, 0, 1], [220, 220, 0, 2], [7, 7, 0, 0]]
    assert list(table.index) == [WEST, EAST, None]
    assert table["stations_per_10_000"].to_list() == pytest.approx([10_000 / 140, 20_000 / 220, 0])
    assert table["mean_m"].to_list() == pytest.approx([1000 * 90 / 140, 1000 * 110 / 220, 1000], abs=0.01)


# --- how fairly -----------------------------------------------------------------------------


def slow_access(capacity: dict[str, float]) -> list[float]:
    """Return places per 10,000 people of each cell, as Luo & Qi (2009) say it, in a double loop."""

    def weight(cell: tuple[float, float], key: str) -> float:
        way = 1000 * math.dist(cell, SITES_KM[key])
        zone = next((n for n in range(3) if way <= RADIUS_M * (n + 1) / 3 + 0.001), None)
        return 0 if zone is None else WEIGHTS[zone]

    ratio = {
        key: places / sum(people * weight((x, y), key) for x, y, people in CELLS) for key, places in capacity.items()
    }
    return [10_000 * sum(ratio[key] * weight((x, y), key) for key in capacity) for x, y, _people in CELLS]


def test_access_is_that_of_a_double_loop_with_the_capacities(measures: Measures) -> None:
    assert measures.capacity_known
    assert measures.access.to_list() == pytest.approx(slow_access({"A": 10, "B": 20, "C": 30}), rel=1e-6)


def test_where_one_capacity_is_not_known_each_station_counts_as_one(zoned: Settings, tmp_path: Path) -> None:
    new = [(*row[:11], "", row[12]) if row[0] == "B" else row for row in detailed_rows()]
    new = [(f"{row[0]}2", *row[1:]) for row in new if row[0] == "B"]
    import_file(zoned, write_csv(tmp_path / "more.csv", DETAILED_HEADERS, new), kind="station", datum=None)
    both = measured(zoned, Question(RADIUS_M))
    assert not both.capacity_known
    known = measured(zoned, Question(RADIUS_M, union=ZONE))
    assert known.capacity_known


def test_inequality_is_that_of_its_definitions(measures: Measures) -> None:
    people = [cell[2] for cell in CELLS]
    access = slow_access({"A": 10, "B": 20, "C": 30})
    mean = sum(p * a for p, a in zip(people, access, strict=True)) / PEOPLE
    apart = sum(
        p * q * abs(a - b) for p, a in zip(people, access, strict=True) for q, b in zip(people, access, strict=True)
    )
    assert measures.gini_people == pytest.approx(apart / (2 * PEOPLE**2 * mean), rel=1e-6)
    assert measures.gini_districts == pytest.approx(0, abs=1e-12)  # all are covered
    curves = measures.lorenz
    assert curves.iloc[0].to_list() == [0, 0]
    assert curves.iloc[-1].to_list() == pytest.approx([1, 1])
    assert (curves["people"] <= curves.index + 1e-12).all()
    assert curves["districts"].to_list() == pytest.approx(list(curves.index))
    assert measures.palma > measures.palma_districts == pytest.approx(0.25)


def test_gravity_is_that_of_a_double_loop_with_the_capacities(measures: Measures) -> None:
    capacity, sigma_m = {"A": 10, "B": 20, "C": 30}, RADIUS_M / 2
    assert measures.gravity_sigma_m == sigma_m
    slow = [
        sum(
            capacity[key] * math.exp(-((1000 * math.dist((x, y), SITES_KM[key])) ** 2) / (2 * sigma_m**2))
            for key in reached(x, y)
        )
        for x, y, _people in CELLS
    ]
    assert measures.gravity.to_list() == pytest.approx(slow, rel=1e-4)
    people = [cell[2] for cell in CELLS]
    mean = sum(head * worth for head, worth in zip(people, slow, strict=True)) / PEOPLE
    assert measures.gravity_mean == pytest.approx(mean, rel=1e-4)


def test_districts_that_differ_are_unequal(demonstrated: Settings) -> None:
    shares, people = [1, 140 / 220, 0], [140, 220, 7]
    mean = sum(s * p for s, p in zip(shares, people, strict=True)) / PEOPLE
    apart = sum(
        p * q * abs(s - t) for p, s in zip(people, shares, strict=True) for q, t in zip(people, shares, strict=True)
    )
    measures = measured(demonstrated, Question(RADIUS_M))
    assert measures.gini_districts == pytest.approx(apart / (2 * PEOPLE**2 * mean))
    # The four tenths with least: 7 people without, the others of the east; the tenth with most is of the west.
    assert measures.palma_districts == pytest.approx((0.1 * PEOPLE) / ((0.4 * PEOPLE - 7) * 140 / 220))


# --- which matter ---------------------------------------------------------------------------


def test_a_station_matters_by_the_people_who_have_no_other(measures: Measures, zoned: Settings) -> None:
    alone = {key: sum(people for x, y, people in CELLS if reached(x, y) == [key]) for key in SITES_KM}
    within = {key: sum(people for x, y, people in CELLS if key in reached(x, y)) for key in SITES_KM}
    assert measures.critical["people_alone"].to_dict() == alone
    assert measures.critical["people_within"].to_dict() == within
    assert measures.critical["people_nearest"].sum() == measures.answer.covered
    assert measures.critical["rank"].to_dict() == {"A": 1, "C": 2, "B": 3}


# --- when -----------------------------------------------------------------------------------


def test_a_week_is_a_band_for_every_hour(measures: Measures, zoned: Settings) -> None:
    week = measures.week
    assert len(week) == 168
    assert (week["covered_people_low"] <= week["covered_people_high"]).all()
    assert (week["covered_people_high"] <= measures.answer.covered).all()
    assert set(week["stations_unknown"]) == {1}
    office = week.loc[0]["covered_people_low"] == COVERED
    assert list(office[office].index) == list(range(8, 18))
    for day, hour in ((0, 8), (4, 17), (5, 9), (6, 23)):
        answer = assess(zoned, Question(RADIUS_M, at=Moment(day, hour)))
        low, high = week.loc[(day, hour), ["covered_people_low", "covered_people_high"]]
        assert (low, high) == (answer.covered, answer.covered_high)


def test_the_week_is_the_same_whatever_hour_is_asked_for(measures: Measures, zoned: Settings) -> None:
    at_night = measured(zoned, Question(RADIUS_M, at=Moment(6, 3)))
    assert at_night.week.equals(measures.week)
    assert list(at_night.used.index) == ["A"]
    assert at_night.critical["people_alone"].to_dict() == {"A": 120}


# --- how sure -------------------------------------------------------------------------------


def test_the_interval_is_the_same_every_time_and_lies_about_the_recorded_figure(
    measures: Measures, zoned: Settings
) -> None:
    interval = measures.interval
    assert (interval.recorded, interval.level, interval.draws) == (measures.answer.covered, 0.9, 200)
    assert 0 <= interval.low <= interval.mean <= interval.high <= PEOPLE
    assert interval.low < interval.recorded  # neighbours are 50 m inside the radius, B and C uncertain by 250 m
    assert Measures(measures.answer, measures.demand, None, None).interval == interval


def test_known_places_make_a_narrow_interval(zoned: Settings) -> None:
    interval = measured(zoned, Question(1300, union=ZONE)).interval
    assert (interval.low, interval.high) == (120, 120)  # 25 m of error, 300 m from the next cell to either side


def test_the_curve_over_the_radius_has_the_one_asked_for(measures: Measures, zoned: Settings) -> None:
    curve = measures.by_radius
    assert list(curve.index) == sorted({*RADII_M, RADIUS_M})
    assert curve["covered_people"].is_monotonic_increasing
    for radius in (500, 1000, RADIUS_M, 2000):
        assert curve.at[radius, "covered_people"] == assess(zoned, Question(radius)).covered
    assert len(measured(zoned, Question(1000)).by_radius) == len(RADII_M)


def test_served_land_is_the_area_of_the_discs(measures: Measures) -> None:
    radius, apart = RADIUS_M / 1000, math.sqrt(2)  # B and C overlap, A is apart from both by more than two radii
    lens = 2 * radius**2 * math.acos(apart / (2 * radius)) - apart / 2 * math.sqrt(4 * radius**2 - apart**2)
    assert math.dist(SITES_KM["A"], SITES_KM["B"]) > 2 * radius
    assert measures.served_km2 == pytest.approx(3 * math.pi * radius**2 - lens, rel=1e-5)


# --- few stations ---------------------------------------------------------------------------


def test_nothing_built_covers_nothing(town: Settings) -> None:
    measures = measured(town, Question(RADIUS_M))
    assert (measures.mean_m, list(measures.quantiles_m)) == (math.inf, [math.inf] * 4)
    assert (measures.covered_twice, measures.served_km2, len(measures.critical)) == (0, 0, 0)
    assert math.isnan(measures.gini_people)
    assert math.isnan(measures.palma_districts)
    assert measures.lorenz.isna().all(axis=None)
    assert measures.gravity_mean == 0
    assert (measures.districts["covered_people"].sum(), measures.districts["stations"].sum()) == (0, 0)
    assert not measures.capacity_known
    assert (measures.access == 0).all()
    assert (measures.week[["stations_open", "covered_people_high"]] == 0).all(axis=None)
    assert (measures.interval.recorded, measures.interval.low, measures.interval.high) == (0, 0, 0)
    assert (measures.by_radius["covered_people"] == 0).all()


def test_a_filter_that_leaves_no_station_covers_nothing(zoned: Settings) -> None:
    measures = measured(zoned, Question(RADIUS_M, facilities=(Facility.TOILET,), union=EAST))
    assert (measures.answer.covered, measures.covered_twice, measures.mean_m) == (0, 0, math.inf)
    assert measures.week["covered_people_high"].sum() == 0


def test_one_station_alone_carries_everybody(zoned: Settings) -> None:
    measures = measured(zoned, Question(RADIUS_M, union=ZONE))
    assert measures.critical.loc["A"].to_dict() == {
        "people_nearest": 120,
        "people_within": 120,
        "people_alone": 120,
        "rank": 1,
    }
    assert measures.covered_twice == 0
    assert measures.served_km2 == pytest.approx(math.pi * 1.05**2, rel=1e-9)
    assert (measures.week["covered_people_low"] == 120).all()


def test_a_group_is_measured_with_its_own_weights(couriers: Settings) -> None:
    measures = measured(couriers, Question(RADIUS_M, group=Group.COURIERS))
    assert measures.critical["people_within"].to_dict() == {"T-1": 8, "T-2": 24}
    assert measures.by_radius["covered_people"].max() == 45


# --- along streets --------------------------------------------------------------------------


def test_along_streets_everything_follows_them(walkable: Settings) -> None:
    measures = measured(walkable, Question(RADIUS_M, reach="walk"))
    assert measures.critical["people_alone"].to_dict() == {"T-1": 120, "T-2": 90}
    assert (measures.interval.recorded, measures.interval.draws) == (measures.answer.covered, 50)
    assert measures.interval.low <= measures.interval.mean <= measures.interval.high
    assert measures.snapped is not None
    assert measures.snapped.max() == pytest.approx(0, abs=0.2)
    assert measures.islands is not None
    assert len(measures.islands) == 1
    assert np.isfinite(measures.mean_m)
    assert measures.mean_m > measured(walkable, Question(RADIUS_M)).mean_m
    # Four branches of 1,050 m, a strip of 25 m to both sides: at least that much, at most twice.
    assert 4 * 1.05 * 0.05 * 0.9 < measures.served_km2 < 2 * 4 * 1.05 * 0.05


def test_in_a_straight_line_there_are_no_streets(measures: Measures) -> None:
    assert (measures.snapped, measures.islands, measures.streets) == (None, None, None)


# --- refusals -------------------------------------------------------------------------------


def test_land_has_no_measures(bare_town: Settings) -> None:
    with pytest.raises(NoDemand):
        measured(bare_town, Question(400))


def test_streets_that_are_not_there_are_asked_for(demonstrated: Settings) -> None:
    with pytest.raises(NoNetwork):
        measured(demonstrated, Question(RADIUS_M, reach="truck"))


def test_measures_are_kept_with_their_answer(measures: Measures, zoned: Settings) -> None:
    assert measured(zoned, Question(RADIUS_M)) is measures
    assert measures.critical is measures.critical
