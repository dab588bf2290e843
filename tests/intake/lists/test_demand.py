from __future__ import annotations

import numpy as np
import pytest

from stations.intake.lists.demand import read_demand
from stations.model.crs import to_wgs84
from stations.model.errors import BadFile
from stations.model.language import Language
from stations.model.vocabulary import Datum, Group
from tests.intake.conftest import FileOf
from tests.intake.files.test_geojson import collection, feature, point
from tests.intake.files.test_workbook import book_of, saved

GOOD = "117.01,32.62,120"


@pytest.mark.parametrize(
    "header",
    ["经度,纬度,人口", "lon,lat,people", "Longitude,Latitude,Population", "lng,LAT,常住人口", "东经,y,人数"],
)
def test_headers_of_both_languages_are_known(header: str, file_of: FileOf) -> None:
    demand = read_demand(file_of(f"{header}\n{GOOD}\n"), datum=Datum.WGS84)
    assert demand.points["people"].tolist() == [120]
    assert demand.points.crs == "EPSG:4326"
    assert demand.points.geometry.iloc[0].coords[0] == (117.01, 32.62)


def test_the_datum_of_a_row_wins_over_the_declared_one(file_of: FileOf) -> None:
    demand = read_demand(file_of(f"lon,lat,people,坐标系\n{GOOD},BD-09\n{GOOD},\n"), datum=Datum.GCJ02)
    expected = [to_wgs84(117.01, 32.62, datum) for datum in (Datum.BD09, Datum.GCJ02)]
    np.testing.assert_array_equal(demand.points.geometry.x, [float(lon) for lon, _lat in expected])


def test_a_table_without_any_datum_is_refused_and_geojson_is_wgs84(file_of: FileOf, language: Language) -> None:
    with pytest.raises(BadFile) as refusal:
        read_demand(file_of(f"lon,lat,people\n{GOOD}\n"), datum=None)
    assert "--demand-datum" in str(refusal.value)
    geojson = collection(feature(point(117.01, 32.62), people=3.5, district="340403"))
    demand = read_demand(file_of(geojson, name="a.geojson"), datum=None)
    assert demand.points[["people", "district"]].to_numpy().tolist() == [[3.5, "340403"]]


def test_a_row_without_datum_beside_a_column_of_it_is_rejected(file_of: FileOf) -> None:
    demand = read_demand(file_of(f"lon,lat,people,坐标系\n{GOOD},WGS84\n{GOOD},\n"), datum=None)
    assert [(each.row, each.column) for each in demand.rejected] == [(3, "坐标系")]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("117.01,32.62,-1", "people", "between 0"),
        ("117.01,32.62,many", "people", "not a number"),
        ("117.01,32.62,", "people", "missing"),
        ("117.01,32.62,1e9", "people", "between 0"),
        (",,5", "lon", "no coordinates"),
        ("117.01,,5", "lon", "Only one"),
        ("0,0,5", "lon", "Atlantic"),
        ("32.62,117.01,5", "lon", "swapped"),
        ("117.01,32.62,5,6", "D", "no header"),
    ],
)
def test_a_row_that_is_no_point_with_people_is_rejected(row: str, column: str, words: str, file_of: FileOf) -> None:
    demand = read_demand(file_of(f"lon,lat,people\n{GOOD}\n{row}\n"), datum=Datum.WGS84)
    (rejected,) = demand.rejected
    assert (rejected.row, rejected.column) == (3, column)
    assert words in rejected.reason
    assert (demand.read, demand.points.index.tolist()) == (2, [2])


def test_zero_people_are_allowed_and_whole_numbers_stay_whole(file_of: FileOf) -> None:
    demand = read_demand(file_of(f"lon,lat,people,县区,街道\n{GOOD},340403,甲\n117,32,0,,乙\n"), datum=Datum.WGS84)
    assert demand.points["people"].dtype == np.int64
    assert demand.points["people"].tolist() == [120, 0]
    assert demand.points["district"].tolist() == ["340403", None]
    parts = read_demand(file_of(f"lon,lat,people\n{GOOD}\n117,32,0.5\n"), datum=Datum.WGS84)
    assert parts.points["people"].tolist() == [120, 0.5]


@pytest.mark.parametrize("header", ["所属工会", "上级工会", "Union", "union_unit"])
def test_the_union_is_read_as_it_is_written(header: str, file_of: FileOf) -> None:
    demand = read_demand(file_of(f"lon,lat,会员人数,{header}\n{GOOD},高新区总工会\n117,32,5,\n"), datum=Datum.WGS84)
    assert demand.points["union_unit"].tolist() == ["高新区总工会", None]
    assert read_demand(file_of(f"lon,lat,people\n{GOOD}\n"), datum=Datum.WGS84).points["union_unit"].tolist() == [None]


@pytest.mark.parametrize(
    ("header", "words"), [("lon,lat,z", "People"), ("people,lat,z", "Longitude"), ("a,b,c", "Latitude")]
)
def test_a_missing_column_is_named(header: str, words: str, file_of: FileOf) -> None:
    with pytest.raises(BadFile, match=words):
        read_demand(file_of(f"{header}\n1,2,3\n"), datum=Datum.WGS84)


def test_properties_and_geometry_must_agree(file_of: FileOf) -> None:
    features = [
        feature(point(117, 32), people=1, lon=117, lat=32),
        feature(point(117, 32), people=2, lon=117.1, lat=32),
    ]
    demand = read_demand(file_of(collection(*features), name="a.geojson"), datum=None)
    assert demand.points["people"].tolist() == [1]
    assert [(each.row, each.column) for each in demand.rejected] == [(2, "lon")]


def test_a_file_whose_rows_are_all_rejected_has_no_points(file_of: FileOf) -> None:
    demand = read_demand(file_of("lon,lat,people\n0,0,5\n"), datum=Datum.WGS84)
    assert (len(demand.points), demand.read) == (0, 1)
    assert demand.points.crs == "EPSG:4326"


def test_a_workbook_is_read_like_a_text_table(file_of: FileOf) -> None:
    book = saved(book_of(["经度", "纬度", "人口"], [117.01, 32.62, 120.0]))
    assert read_demand(file_of(book, name="people.xlsx"), datum=Datum.WGS84).points["people"].tolist() == [120]


@pytest.mark.parametrize("group", Group)
def test_each_group_is_known_by_all_its_names(group: Group, file_of: FileOf) -> None:
    for name in (group.value, group.zh, group.en, *group.aliases):
        demand = read_demand(file_of(f"lon,lat,{name}\n{GOOD}\n"), datum=Datum.WGS84)
        assert (demand.groups, demand.points[group.column].tolist()) == ((group,), [120])


def test_two_columns_for_one_group_are_refused(file_of: FileOf) -> None:
    with pytest.raises(BadFile, match="mean the same"):
        read_demand(file_of(f"lon,lat,会员数,会员人数\n{GOOD},1\n"), datum=Datum.WGS84)


def test_a_datum_in_the_headers_comes_before_one_that_is_assumed(file_of: FileOf) -> None:
    path = file_of('高德坐标,people\n"117.0183,32.6457",5\n合计,5\n')
    demand = read_demand(path, datum=None, assumed=Datum.WGS84)
    assert 0.003 < 117.0183 - demand.points.geometry.iloc[0].x < 0.007
    assert (demand.undated, demand.rejected) == (0, ())
