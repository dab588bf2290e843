from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from stations.intake.files.layer import layer_table, parse_layer
from stations.intake.files.readers import read_table
from stations.intake.lists.exclusions import read_exclusions
from stations.model.boundaries import read_boundary
from stations.model.errors import BadFile
from stations.model.shapefiles import shapefiles_in
from stations.model.vocabulary import Datum
from tests.model.test_placemarks import SQUARE, kml, placemark

POINTS = [shapely.Point(117.0183, 32.6457), shapely.Point(117.1, 32.7)]
ROWS = {"名称": ["示例甲", "示例乙"], "星级": [3, None], "启用日期": ["2026-12-31", None]}


def layer(crs: str = "EPSG:4326", shapes: list[Any] = POINTS) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(ROWS, geometry=shapes, crs="EPSG:4326").to_crs(crs)


def table_in(path: Path, **choice: Any) -> Any:
    return parse_layer(path, of_points=True, **choice)["table"]


def zipped(folder: Path, frame: gpd.GeoDataFrame, *, encoding: str, cpg: str | None) -> Path:
    frame.to_file(folder / "own.shp", encoding=encoding)
    path = folder / "own.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in folder.glob("own.[sdp]*"):
            packed.write(part, part.name)
        if cpg:
            packed.writestr("own.cpg", cpg)
    return path


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4548"])
@pytest.mark.parametrize("name", ["own.gpkg", "list"])
def test_a_geopackage_of_points_is_a_list_in_wgs84(crs: str, name: str, tmp_path: Path) -> None:
    layer(crs).to_file(tmp_path / "own.gpkg", layer="站点")
    (tmp_path / "own.gpkg").rename(tmp_path / name)
    table = read_table(tmp_path / name) if crs == "EPSG:4548" else table_in(tmp_path / name)
    rows = table.cells.to_numpy().tolist() if hasattr(table, "cells") else table.rows
    assert [row[2:] for row in rows] == [["示例甲", "3", "2026-12-31"], ["示例乙", "", ""]]
    assert [float(text) for text in rows[0][:2]] == pytest.approx([117.0183, 32.6457], abs=1e-8)
    assert (table.datum, table.sheet, tuple(table.sheets), table.header_row) == (Datum.WGS84, "站点", ("站点",), 0)


@pytest.mark.parametrize(
    ("encoding", "cpg"), [("GB18030", None), ("GB18030", "GBK"), ("UTF-8", "UTF-8"), ("GB18030", "UTF-8")]
)
def test_a_shapefile_of_points_is_read_whatever_it_says_of_its_texts(
    encoding: str, cpg: str | None, tmp_path: Path
) -> None:
    table = table_in(zipped(tmp_path, layer("EPSG:4549")[["名称", "geometry"]], encoding=encoding, cpg=cpg))
    assert [row[2] for row in table.rows] == ["示例甲", "示例乙"]


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
def test_the_name_of_a_column_that_is_cut_within_a_character_does_no_harm(encoding: str, tmp_path: Path) -> None:
    long = layer().rename(columns={"启用日期": "x启用的那一个日期", "名称": "a" * 9})
    folder = tmp_path / "long"
    folder.mkdir()
    long.rename(columns={"x启用的那一个日期": "AAAAAAAAAA"}).to_file(folder / "own.shp", encoding=encoding)
    cut = "x启用的那一个日期".encode(encoding)[:10]
    table = folder / "own.dbf"
    table.write_bytes(table.read_bytes().replace(b"AAAAAAAAAA", cut))
    path = tmp_path / "own.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for suffix in ("shp", "shx", "dbf", "prj"):
            packed.write(folder / f"own.{suffix}", f"own.{suffix}")
    parsed = table_in(path)
    assert parsed.header[2:] == ["a" * 9, "星级", cut.decode(encoding, "ignore")]
    assert parsed.rows[0][2] == "示例甲"


def test_lines_and_places_off_the_earth_are_flaws_of_their_rows(tmp_path: Path) -> None:
    shapes = [shapely.LineString([(117, 32), (118, 33)]), shapely.Point(500, 500)]
    layer(shapes=shapes).to_file(tmp_path / "own.gpkg")
    assert [(flaw.row, flaw.value) for flaw in table_in(tmp_path / "own.gpkg").flaws] == [
        (1, "LineString"),
        (2, "500, 500"),
    ]


def test_a_feature_without_a_shape_is_a_record_not_located_yet(tmp_path: Path) -> None:
    layer(shapes=[None, shapely.MultiPoint(POINTS[:1])]).to_file(tmp_path / "own.gpkg")
    table = table_in(tmp_path / "own.gpkg")
    assert [row[:2] for row in table.rows] == [["", ""], ["117.0183", "32.6457"]]
    assert table.flaws == []


def test_another_layer_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "own.gpkg"
    layer(shapes=[shapely.box(117, 32, 118, 33)] * 2).to_file(path, layer="areas")
    layer().to_file(path, layer="first", mode="a")
    layer().iloc[1:].to_file(path, layer="second", mode="a")
    table = table_in(path)
    assert (table.sheet, list(table.sheets), len(table.rows)) == ("first", ["first", "second", "areas"], 2)
    assert table.notices == ["Only the sheet “first” is read. Not read: second, areas."]
    assert len(table_in(path, name="second").rows) == 1
    with pytest.raises(BadFile, match="no sheet “third”"):
        table_in(path, name="third")


def packed_together(folder: Path, *, without: str = "", **frames: gpd.GeoDataFrame) -> Path:
    path = folder / "own.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, frame in frames.items():
            own = folder / name
            own.mkdir()
            frame.to_file(own / "a.shp", encoding="UTF-8")
            for part in own.glob("a.[sdp]*"):
                if f"{name}{part.suffix}" != without:
                    packed.write(part, f"数据/{name}{part.suffix}")
    return path


def test_of_several_shapefiles_another_one_may_be_chosen(tmp_path: Path) -> None:
    plain = layer()[["名称", "geometry"]]
    path = packed_together(tmp_path, 区域=square(), 一=plain, 二=plain.iloc[1:], 空=plain.iloc[:0])
    table = table_in(path)
    assert (table.sheet, list(table.sheets), len(table.rows)) == ("一", ["一", "二", "区域"], 2)
    assert table.notices == ["Only the sheet “一” is read. Not read: 二, 区域."]
    assert [row[2] for row in table_in(path, name="二").rows] == ["示例乙"]
    with pytest.raises(BadFile, match="no sheet “三”"):
        table_in(path, name="三")


def test_a_shapefile_that_is_not_whole_keeps_nobody_from_the_others_beside_it(tmp_path: Path) -> None:
    plain = layer()[["名称", "geometry"]]
    path = packed_together(tmp_path, without="一.shx", 一=plain, 二=plain)
    assert (table_in(path).sheet, list(table_in(path).sheets)) == ("二", ["二", "一"])
    with pytest.raises(BadFile, match=r"missing: \.shx") as caught:
        table_in(path, name="一")
    assert caught.value.fields["sheets"] == ["二", "一"]


def test_of_several_shapefiles_of_areas_the_one_that_is_meant_is_asked_for(tmp_path: Path) -> None:
    path = packed_together(tmp_path, 水面=square(), 县区=square(), 站点=layer()[["名称", "geometry"]])
    with pytest.raises(BadFile, match=r"more than one layer.* 水面, 县区\..*…\.zip#水面") as caught:
        layer_table(path)
    assert caught.value.fields["sheets"] == ["水面", "县区"]
    assert len(layer_table(path, name="县区")[0].rows) == 1


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_a_shapefile_is_called_what_whoever_packed_it_called_it(encoding: str) -> None:
    member = "驿站/站点".encode(encoding).decode("CP437")
    assert shapefiles_in([f"{member}.shp", f"{member}.shx", "b/站点.shp"]) == {"驿站/站点": member, "b/站点": "b/站点"}


def square() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"名称": ["面"]}, geometry=[shapely.box(117, 32, 118, 33)], crs="EPSG:4326")


def test_a_view_is_no_layer(tmp_path: Path) -> None:
    path = tmp_path / "own.gpkg"
    layer().to_file(path, layer="own")
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW endless AS SELECT * FROM endless")
        database.execute("UPDATE gpkg_contents SET table_name = 'endless'")
    database.close()
    with pytest.raises(BadFile):
        table_in(path)


def test_a_geopackage_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.gpkg"
    layer().to_file(path)
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(BadFile):
        read_table(path)


def test_a_wrong_feature_count_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.gpkg"
    layer().to_file(path, layer="own")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = 1")
    database.close()
    assert len(table_in(path).rows) == 2


def test_kml_is_a_list_and_its_folders_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "list"
    folders = [f"<Folder><name>{name}</name>{placemark(name + '站')}</Folder>" for name in ("东", "西")]
    path.write_bytes(kml(*folders, placemark("区", SQUARE)))
    table = read_table(path)
    assert table.cells["name"].tolist() == ["东站", "西站", "区"]
    assert table.cells["Folder"].tolist() == ["东", "西", ""]
    assert (table.sheet, table.sheets, table.notices) == (None, ("东", "西"), ("All folders are read: 东, 西.",))
    assert [(flaw.row, flaw.value) for flaw in table.flaws] == [(3, "Polygon")]
    assert read_table(path, sheet="西").cells["name"].tolist() == ["西站"]


def several(path: Path, **layers: gpd.GeoDataFrame) -> Path:
    for name, frame in layers.items():
        frame.to_file(path, layer=name)
    return path


def test_where_the_first_layer_cannot_be_read_the_others_are_offered(tmp_path: Path) -> None:
    path = several(tmp_path / "own.gpkg", 一=layer(), 二=layer())
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_geometry_columns SET srs_id = -1 WHERE table_name = '一'")
        database.execute("UPDATE gpkg_contents SET srs_id = -1 WHERE table_name = '一'")
    with pytest.raises(BadFile) as caught:
        read_table(path)
    assert (caught.value.fields["sheet"], caught.value.fields["sheets"]) == ("一", ["一", "二"])
    assert caught.value.fields["header_row"] == 0
    assert len(read_table(path, sheet="二").cells) == 2


def test_a_layer_without_rows_is_none(tmp_path: Path) -> None:
    table = read_table(several(tmp_path / "own.gpkg", 空=layer().iloc[:0], 站点=layer()))
    assert (table.sheet, table.sheets) == ("站点", ("站点",))


def test_a_geopackage_of_tables_alone_is_refused_in_words(tmp_path: Path) -> None:
    pyogrio.write_dataframe(pd.DataFrame({"名称": ["甲"]}), tmp_path / "own.gpkg", layer="表")
    with pytest.raises(BadFile, match="no layer of points or areas"):
        read_table(tmp_path / "own.gpkg")


def test_of_several_layers_of_areas_the_one_that_is_named_or_has_a_use_is_taken(tmp_path: Path) -> None:
    areas = gpd.GeoDataFrame({"id": [1]}, geometry=[shapely.box(117, 32, 118, 33)], crs=4326)
    path = several(tmp_path / "own.gpkg", 水面=areas, 县区=areas.rename(columns={"id": "名称"}).iloc[[0, 0]])
    with pytest.raises(BadFile, match="more than one layer") as caught:
        layer_table(path)
    assert caught.value.fields["sheets"] == ["水面", "县区"]
    assert len(layer_table(path, name="水面")[0].rows) == 1
    assert len(layer_table(path, columns=["名称"])[0].rows) == 2
    assert len(read_exclusions(Path(f"{path}#水面")).geoms) == 1
    assert len(read_boundary(path)) == len(read_boundary(Path(f"{path}#县区"))) == 2
    with pytest.raises(BadFile, match="no sheet “x”"):
        read_exclusions(Path(f"{path}#x"))
