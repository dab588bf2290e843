"""Who is to be reached: the city's labelled default, or the office's own file, which wins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stations.model.errors import BadFile
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.demand_words import account
from stations.planning.coverage.people import ALONE_M, WIDEST_M, people_of
from stations.planning.coverage.show import basis
from tests.planning.town import EAST, METRIC_CRS, PEOPLE, WEST, degrees, write_csv


def own_file(folder: Path, *rows: tuple[object, ...], headers: tuple[str, ...] = ("lon", "lat", "people")) -> Path:
    return write_csv(folder / "people.csv", headers, rows)


def test_the_citys_own_demand_is_labelled_in_both_languages(town: Settings) -> None:
    people = people_of(town)
    assert people is not None
    assert (people.zh, people.en, people.synthetic, people.rejected) == ("示例人口", "Made-up people", True, 0)
    assert people.label("zh_CN") == "示例人口"
    assert people.frame["people"].sum() == PEOPLE
    assert people.frame.crs == METRIC_CRS
    assert people.spacing_m == pytest.approx(1000, abs=0.1)


def test_a_point_belongs_to_the_district_it_lies_in(town: Settings) -> None:
    people = people_of(town)
    assert people is not None
    assert people.frame["district"].to_list() == [WEST, WEST, EAST, EAST, WEST, WEST, EAST, EAST, None]


def test_a_city_without_demand_has_none(bare_town: Settings) -> None:
    assert people_of(bare_town) is None


def test_the_offices_own_file_wins_and_goes_by_its_name(town: Settings, tmp_path: Path) -> None:
    people = people_of(town.having(demand=own_file(tmp_path, (*degrees(1, 1), 5))))
    assert people is not None
    assert (people.zh, people.en, people.synthetic) == ("people.csv", "people.csv", False)
    assert people.frame["people"].to_list() == [5]
    assert people.spacing_m == ALONE_M


def test_a_recorded_district_wins_over_the_place(town: Settings, tmp_path: Path) -> None:
    rows = [(*degrees(1, 1), 5, name) for name in ("示例东区", EAST, "", "某某开发区")]
    rows += [(*degrees(6, 5), 5, "某某开发区")]
    path = own_file(tmp_path, *rows, headers=("lon", "lat", "people", "district"))
    people = people_of(town.having(demand=path))
    assert people is not None
    assert people.frame["district"].to_list() == [EAST, EAST, WEST, WEST, None]


def test_a_file_without_a_datum_has_the_one_that_was_set(town: Settings, tmp_path: Path) -> None:
    path = own_file(tmp_path, (*degrees(1, 1), 5))
    as_wgs84, as_gcj02 = (
        people_of(town.having(demand=path, demand_datum=datum)) for datum in (Datum.WGS84, Datum.GCJ02)
    )
    assert as_wgs84 is not None
    assert as_gcj02 is not None
    apart = as_wgs84.frame.geometry.iloc[0].distance(as_gcj02.frame.geometry.iloc[0])
    assert 400 < apart < 700


def test_a_datum_column_wins_over_the_one_that_was_set(town: Settings, tmp_path: Path) -> None:
    path = own_file(tmp_path, (*degrees(1, 1), 5, "WGS84"), headers=("lon", "lat", "people", "datum"))
    settings = town.having(demand=path)
    one, other = (people_of(settings.having(demand_datum=datum)) for datum in (Datum.WGS84, Datum.BD09))
    assert one is not None
    assert other is not None
    assert one.frame.geometry.iloc[0].distance(other.frame.geometry.iloc[0]) < 0.01


def test_rows_that_cannot_be_used_are_counted(town: Settings, tmp_path: Path) -> None:
    path = own_file(tmp_path, (*degrees(1, 1), 5), (*degrees(1, 1), -5), (*degrees(1, 1), "many"), (0, 0, 5))
    people = people_of(town.having(demand=path))
    assert people is not None
    assert (people.frame["people"].to_list(), people.rejected) == ([5], 3)


def test_a_file_without_a_usable_row_is_refused_and_says_why(town: Settings, tmp_path: Path) -> None:
    path = own_file(tmp_path, (*degrees(1, 1), "many"), (*degrees(1, 1), -5))
    with pytest.raises(BadFile, match="Row 2") as caught:
        people_of(town.having(demand=path))
    assert "people.csv" in str(caught.value)


def test_points_far_apart_stand_for_no_more_than_the_widest_square(town: Settings, tmp_path: Path) -> None:
    people = people_of(town.having(demand=own_file(tmp_path, (*degrees(0, 0), 5), (*degrees(4, 2), 5))))
    assert people is not None
    assert people.spacing_m == WIDEST_M


def test_a_point_far_outside_the_city_is_named_and_not_counted_as_pixels_and_areas_are(
    town: Settings, tmp_path: Path
) -> None:
    people = people_of(
        town.having(demand=own_file(tmp_path, (*degrees(1, 1), 5), (*degrees(6, 1), 7), (118.5, 33.0, 9)))
    )
    assert people is not None
    assert people.totals.loc["residents"].to_list()[:4] == [21, 12, 5, 16]
    assert "9 lie outside the city and are not counted." in account(people)[0]


def test_a_file_that_has_changed_is_read_again(town: Settings, tmp_path: Path) -> None:
    settings = town.having(demand=own_file(tmp_path, (*degrees(1, 1), 5)))
    before = people_of(settings)
    assert people_of(settings) is before
    os.utime(own_file(tmp_path, (*degrees(1, 1), 6)), ns=(1, 1))
    after = people_of(settings)
    assert after is not None
    assert after.frame["people"].to_list() == [6]


@pytest.mark.parametrize("content", ["", "lon,lat\n117,32.5\n", "people\n5\n"])
def test_a_file_that_is_no_demand_is_refused(town: Settings, tmp_path: Path, content: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadFile) as refusal:
        people_of(town.having(demand=path))
    assert "people.csv" in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(town: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        people_of(town.having(demand=tmp_path / "missing.csv"))


@pytest.mark.parametrize(
    ("headers", "stated", "assumed"),
    [
        (("经度", "纬度", "人口"), None, True),
        (("经度", "纬度", "人口"), Datum.WGS84, False),
        (("经度", "纬度", "人口", "坐标系"), None, False),
    ],
)
def test_a_datum_that_nobody_states_is_assumed_and_every_answer_says_so(
    town: Settings, tmp_path: Path, headers: tuple[str, ...], stated: Datum | None, assumed: bool
) -> None:
    path = write_csv(tmp_path / "people.csv", headers, [(*degrees(1, 1), 5, "WGS84")[: len(headers)]])
    settings = town.having(demand=path, demand_datum=stated)
    people = people_of(settings)
    assert people is not None
    assert people.assumed_datum is assumed
    words = "does not name the datum of its points"
    assert (words in basis(assess(settings, Question(1000.0)))) == assumed
    assert any(words in each for each in account(people)) == assumed


def test_sums_of_fractions_of_people_are_exact_in_any_order(town: Settings, tmp_path: Path) -> None:
    rows = [(*degrees(1 + number / 100, 1), f"{number / 7:.10f}") for number in range(100)]
    people = people_of(town.having(demand=own_file(tmp_path, *rows)))
    assert people is not None
    weights = people.frame["people"]
    assert weights.to_list() == pytest.approx([float(row[2]) for row in rows], rel=0, abs=1e-9)
    assert sum(weights) == sum(reversed(weights.to_list())) == weights.sum()
