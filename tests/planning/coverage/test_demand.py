"""Demand of any kind: groups, areas and pixels, and where every person of the source went."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from rasterio import Affine

from stations.model.errors import BadChoice, BadFile
from stations.model.language import use_language
from stations.model.settings import Settings
from stations.model.vocabulary import Group
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.demand_words import account
from stations.planning.coverage.people import AREA_SPACING_M, People, people_of
from stations.planning.publishing.export import demand_features, demand_table
from tests.planning.town import EAST, METRIC_CRS, ORIGIN_M, PEOPLE, WEST, ZONE, degrees, write_csv
from tests.polygons import FORMATS, written


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")


def held(settings: Settings, path: Path, *, layer: Path | None = None) -> People:
    people = people_of(settings.having(demand=path, demand_layer=layer))
    assert people is not None
    return people


def square(west: float, south: float, side: float) -> shapely.Polygon:
    corner = ORIGIN_M[0] + 1000 * west, ORIGIN_M[1] + 1000 * south
    return shapely.box(*corner, corner[0] + 1000 * side, corner[1] + 1000 * side)


def areas(path: Path, crs: str | None = METRIC_CRS) -> Path:
    shapes = [square(0, 0, 1), square(2, 0, 1.5), square(3.5, 1, 1), square(90, 0, 1)]
    columns = {"人口": [101, 50, 8, 1000], "会员数": [7, 3, 0, 5]}
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=METRIC_CRS)
    return written(frame if crs is None else frame.to_crs(crs), path)


def test_a_union_list_is_demand_of_its_members_alone(town: Settings, tmp_path: Path) -> None:
    rows = [("甲公司工会", *degrees(0.5, 0.5), 120), ("乙公司工会", *degrees(2.5, 0.5), 30)]
    people = held(town, write_csv(tmp_path / "unions.csv", ("名称", "经度", "纬度", "会员数"), rows))
    assert people.groups == (Group.MEMBERS,)
    assert people.frame["people"].to_list() == [120, 30]
    assert people.weighted(Group.MEMBERS) is people.frame
    with pytest.raises(BadChoice, match="Union members"):
        people.weighted(Group.COURIERS)
    table = demand_table(town.having(demand=tmp_path / "unions.csv"))
    assert list(table) == ["lon", "lat", "members", "district", "datum", "source"]


def test_a_union_list_says_whose_its_members_are(zoned: Settings, tmp_path: Path) -> None:
    units = ["示例高新区总工会", ZONE, "示例东区", EAST, "某某集团工会", ""]
    rows = [(*degrees(0.5, 0.5), 10, unit) for unit in units]
    path = write_csv(tmp_path / "unions.csv", ("经度", "纬度", "会员数", "所属工会"), rows)
    people = held(zoned, path)
    assert people.frame["union"].to_list() == [ZONE, ZONE, EAST, EAST, None, None]
    assert people.frame["district"].to_list() == [WEST] * 6
    (notice,) = people.notices
    assert notice.startswith("1 row names a union that Sample Town does not have")
    table = demand_table(zoned.having(demand=path))
    assert list(table) == ["lon", "lat", "members", "district", "union", "datum", "source"]
    again = tmp_path / "again.csv"
    table.to_csv(again, index=False)
    assert held(zoned, again).frame["union"].to_list() == people.frame["union"].to_list()


def test_people_of_areas_are_of_the_union_of_their_area(zoned: Settings, tmp_path: Path) -> None:
    columns = {"人口": [100, 50], "所属工会": ["示例高新区总工会", None]}
    frame = geopandas.GeoDataFrame(columns, geometry=[square(0, 0, 1), square(1, 0, 1)], crs=METRIC_CRS)
    frame.to_file(tmp_path / "areas.gpkg")
    people = held(zoned, tmp_path / "areas.gpkg").frame
    assert people["people"].groupby(people["union"].fillna("none")).sum().to_dict() == {ZONE: 100, "none": 50}


def test_each_group_can_be_the_weight_and_stays_whole(town: Settings, tmp_path: Path) -> None:
    rows = [(*degrees(0.5, 0.5), 10, 2, 0.5), (*degrees(2.5, 0.5), 20, 0, 1)]
    path = write_csv(tmp_path / "a.csv", ("lon", "lat", "常住人口", "快递员", "riders"), rows)
    people = held(town, path)
    assert people.groups == (Group.RESIDENTS, Group.COURIERS, Group.RIDERS)
    assert people.frame["people"].to_list() == people.frame["residents"].to_list() == [10, 20]
    couriers = people.weighted(Group.COURIERS)
    assert couriers["people"].to_list() == [2, 0]
    assert couriers["people"].dtype == np.int64
    assert people.weighted(Group.COURIERS) is couriers
    assert people.weighted(Group.RIDERS)["people"].to_list() == [0.5, 1]
    assert people.frame["people"].to_list() == [10, 20]
    feature = demand_features(town.having(demand=path))["features"][0]
    assert {key: feature["properties"][key] for key in ("people", "couriers", "riders")} == {
        "people": 10,
        "couriers": 2,
        "riders": 0.5,
    }


def test_a_row_without_one_of_the_groups_is_refused_and_its_people_are_accounted_for(
    town: Settings, tmp_path: Path
) -> None:
    rows = [(*degrees(0.5, 0.5), 10, 2), (*degrees(2.5, 0.5), 20, ""), (*degrees(4.5, 0.5), 7, 1), (0, 0, 5, -1)]
    people = held(town, write_csv(tmp_path / "a.csv", ("lon", "lat", "people", "快递员"), rows))
    assert [row.column for row in people.refused] == ["快递员", "快递员"]
    names = ["source", "used", "in_district", "outside", "refused"]
    assert people.totals.loc["residents", names].to_list() == [42, 17, 10, 7, 25]
    assert people.totals.loc["couriers", names].to_list() == [3, 3, 2, 1, 0]
    words = account(people)[0]
    assert words.startswith("Residents: 42 in the data, 17 counted, 10 of them in a district.")
    assert "7 are counted and lie outside all districts." in words
    assert "25 are in rows that cannot be used." in words


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("crs", ["EPSG:4326", METRIC_CRS])
def test_areas_are_spread_and_keep_their_people(town: Settings, tmp_path: Path, name: str, crs: str) -> None:
    people = held(town, areas(tmp_path / name, crs))
    assert people.spacing_m == AREA_SPACING_M
    assert people.frame["residents"].groupby(people.frame["district"].fillna("outside")).sum().to_dict() == {
        WEST: 101,
        EAST: 54,
        "outside": 4,
    }
    assert people.totals.loc["residents"].to_list()[:5] == [1159, 159, 155, 1004, 0]
    assert people.totals.loc["members", "used"] == 10
    assert "1,000 lie outside the city and are not counted." in account(people)[0]


def test_areas_are_spread_over_a_finer_layer(town: Settings, tmp_path: Path) -> None:
    layer = write_csv(
        tmp_path / "fine.csv", ("lon", "lat", "people"), [(*degrees(0.2, 0.2), 1), (*degrees(0.8, 0.8), 3)]
    )
    people = held(town, areas(tmp_path / "a.gpkg"), layer=layer)
    west = people.frame[people.frame["district"] == WEST]
    assert west["people"].to_list() == [25, 76]


def test_what_a_finer_layer_does_not_do_is_said(town: Settings, tmp_path: Path) -> None:
    fine = [(*degrees(0.2, 0.2), 1), (*degrees(0.8, 0.8), "many")]
    layer = write_csv(tmp_path / "fine.csv", ("lon", "lat", "people"), fine)
    notices = held(town, areas(tmp_path / "a.gpkg"), layer=layer).notices
    assert "1 row of fine.csv cannot be used." in notices
    assert any(words.endswith("spread evenly.") for words in notices)
    points = write_csv(tmp_path / "points.csv", ("lon", "lat", "people"), fine[:1])
    assert held(town, points, layer=layer).notices[-1].startswith("fine.csv is not used")


def test_areas_without_a_crs_are_refused(town: Settings, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"people": [1]}, geometry=[square(0, 0, 1)], crs=METRIC_CRS)
    frame.to_file(tmp_path / "own.shp")
    import zipfile

    with zipfile.ZipFile(tmp_path / "own.zip", "w") as packed:
        for part in ("own.shp", "own.shx", "own.dbf"):
            packed.write(tmp_path / part, part)
    with pytest.raises(BadFile, match="coordinate reference system"):
        held(town, tmp_path / "own.zip")


def raster_of(path: Path, *, corner: tuple[float, float] = (0, 2)) -> Path:
    west, north = ORIGIN_M[0] + 1000 * corner[0], ORIGIN_M[1] + 1000 * corner[1]
    profile = {"height": 2, "width": 6, "count": 1, "dtype": "int32", "crs": METRIC_CRS, "nodata": -1}
    with rasterio.open(path, "w", driver="GTiff", transform=Affine(1000, 0, west, 0, -1000, north), **profile) as file:
        file.write(np.array([[[1, 2, 3, 4, 5, 6], [10, 20, 30, -1, 50, 60]]], "int32"))
    return path


def test_pixels_beside_the_city_are_named_and_not_counted(town: Settings, tmp_path: Path) -> None:
    people = held(town, raster_of(tmp_path / "a.tif"))
    assert people.totals.loc["residents"].to_list()[:5] == [191, 70, 70, 121, 0]
    assert "121 lie outside the city and are not counted." in account(people)[0]
    assert "not for people per km²" in account(people)[-1]


@pytest.mark.parametrize("kind", ["csv", "tif"])
def test_a_file_of_another_city_is_refused(town: Settings, tmp_path: Path, kind: str) -> None:
    path = (
        raster_of(tmp_path / "a.tif", corner=(200, 2))
        if kind == "tif"
        else write_csv(tmp_path / "a.csv", ("lon", "lat", "people"), [(104.06, 30.67, 5)])
    )
    with pytest.raises(BadFile, match="none of its people are in Sample Town"):
        held(town, path)


def test_the_default_demand_of_huainan_agrees_with_what_was_published() -> None:
    people = people_of(Settings())
    assert people is not None
    totals = people.totals
    assert totals.loc["residents", ["source", "used", "in_district", "published"]].to_list() == [3_033_528] * 4
    assert totals.loc["members", ["source", "used", "in_district", "published"]].to_list() == [482_900] * 4
    assert totals.loc[["couriers", "riders", "drivers"], "source"].sum() == 21_900
    assert Group.SANITATION not in people.groups


def test_the_towns_own_demand_has_residents_only(town: Settings) -> None:
    people = people_of(town)
    assert people is not None
    assert people.groups == (Group.RESIDENTS,)
    assert people.totals.loc["residents", "source"] == PEOPLE


def test_areas_of_another_city_are_refused(town: Settings, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"people": [5], "name": ["x"]}, geometry=[square(200, 0, 1)], crs=METRIC_CRS)
    frame.to_file(tmp_path / "a.gpkg")
    with pytest.raises(BadFile, match="none of its people are in Sample Town"):
        held(town, tmp_path / "a.gpkg")


@pytest.mark.parametrize("wrong", [-3.0, float("inf")])
def test_an_area_without_a_number_of_people_is_a_refused_row(town: Settings, tmp_path: Path, wrong: float) -> None:
    shapes = [square(0, 0, 1), square(1, 0, 1)]
    frame = geopandas.GeoDataFrame({"people": [5.0, wrong]}, geometry=shapes, crs=METRIC_CRS)
    frame.to_file(tmp_path / "a.gpkg")
    people = held(town, tmp_path / "a.gpkg")
    assert ([row.row for row in people.refused], people.frame["people"].sum()) == ([2], 5)


def test_points_of_a_geopackage_are_demand(town: Settings, tmp_path: Path) -> None:
    shapes = [square(0, 0, 1).centroid, square(2, 0, 1).centroid]
    geopandas.GeoDataFrame({"people": [5, 6]}, geometry=shapes, crs=METRIC_CRS).to_file(tmp_path / "a.gpkg")
    people = held(town, tmp_path / "a.gpkg")
    assert dict(zip(people.frame["district"], people.frame["people"], strict=True)) == {WEST: 5, EAST: 6}


def test_people_at_scattered_points_are_gathered_in_places_as_those_of_a_grid(town: Settings, tmp_path: Path) -> None:
    grid = np.array([(x, y) for x in np.arange(0.125, 4, 0.25) for y in np.arange(0.125, 2, 0.25)])
    moved = grid + np.random.default_rng(5).uniform(-0.12, 0.12, size=grid.shape)
    counts = []
    for name, places in (("grid", grid), ("moved", moved)):
        path = write_csv(tmp_path / f"{name}.csv", ("lon", "lat", "people"), [(*degrees(*at), 10) for at in places])
        counts.append(len(assess(town.having(demand=path), Question(1000.0)).gaps))
    assert counts[1] <= counts[0] + 1
