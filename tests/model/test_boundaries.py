from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from stations.model.boundaries import parse_boundary, read_boundary, valid_area
from stations.model.errors import BadFile

WEST, EAST = shapely.box(117.0, 32.5, 117.1, 32.6), shapely.box(117.1, 32.5, 117.2, 32.6)
ROWS = {"名称": ["田家庵区", "大通区"], "行政区代码": ["340403000000", "340402"]}
BOW_TIE = shapely.Polygon([(117, 32), (117.1, 32.1), (117.1, 32), (117, 32.1)])


def areas(crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(ROWS, geometry=[WEST, EAST], crs="EPSG:4326").to_crs(crs)


def zipped_shapefile(path: Path, frame: gpd.GeoDataFrame, *, encoding: str, says_so: bool) -> Path:
    folder = path.with_suffix("")
    folder.mkdir()
    frame.rename(columns={"名称": "XZQMC", "行政区代码": "XZQDM"}).to_file(folder / "区县.shp", encoding=encoding)
    with zipfile.ZipFile(path, "w") as packed:
        for part in folder.iterdir():
            if says_so or part.suffix != ".cpg":
                packed.write(part, f"数据/{part.name}")
    return path


def geojson(path: Path, *, properties: object, geometry: object, **others: object) -> Path:
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    content = {"type": "FeatureCollection", **others, "features": [feature]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def triangle(*corners: tuple[float, float]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


SMALL = triangle((117, 32), (118, 32), (118, 33))


def assert_read_whole(path: Path) -> None:
    frame = parse_boundary(path)
    assert frame.crs == "EPSG:4326"
    assert list(frame["name"]) == ROWS["名称"]
    assert list(frame["code"]) == ["340403", "340402"]
    assert frame.geometry[0].symmetric_difference(WEST).area < 1e-9


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4548"])
def test_geojson_and_geopackage_are_read_from_any_crs(tmp_path, crs):
    for name in ("own.geojson", "own.gpkg"):
        areas(crs).to_file(tmp_path / name)
        assert_read_whole(tmp_path / name)


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
@pytest.mark.parametrize("says_so", [True, False])
def test_a_zipped_shapefile_is_read_whether_or_not_it_names_its_encoding(tmp_path, encoding, says_so):
    path = zipped_shapefile(tmp_path / "own.zip", areas("EPSG:4549"), encoding=encoding, says_so=says_so)
    assert_read_whole(path)


def test_codes_are_welcome_but_not_needed(tmp_path):
    areas().drop(columns="行政区代码").to_file(tmp_path / "own.geojson")
    assert list(parse_boundary(tmp_path / "own.geojson")["code"]) == [None, None]


def test_a_geopackage_may_hold_points_beside_its_areas(tmp_path):
    path = tmp_path / "own.gpkg"
    areas().set_geometry(areas().representative_point()).to_file(path, layer="labels")
    areas().to_file(path, layer="districts", mode="a")
    assert_read_whole(path)


def test_two_layers_of_areas_are_refused(tmp_path):
    path = tmp_path / "own.gpkg"
    areas().to_file(path, layer="districts")
    areas().to_file(path, layer="townships", mode="a")
    with pytest.raises(BadFile, match=path.name):
        parse_boundary(path)


def test_a_crossed_outline_is_made_valid_and_loses_only_its_lines():
    whole = valid_area(BOW_TIE)
    assert whole.is_valid
    assert whole.area == pytest.approx(0.005)
    mixed = shapely.GeometryCollection([WEST, shapely.LineString([(0, 0), (1, 1)])])
    assert valid_area(mixed).equals(WEST)
    assert valid_area(None).is_empty
    assert valid_area(shapely.Point(1, 1)).is_empty
    assert not valid_area(shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])).has_z


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.geojson", b""),
        ("list.geojson", b"[]"),
        ("nothing.geojson", b'{"type": "FeatureCollection"}'),
        ("latin.geojson", '{"type": "FeatureCollection", "name": "é"}'.encode("latin-1")),
        ("text.gpkg", b"hello"),
        ("text.zip", b"hello"),
        ("own.kml", b"<kml/>"),
    ],
)
def test_what_is_not_as_its_name_says_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadFile) as refused:
        parse_boundary(tmp_path / name)
    assert refused.value.fields["file"] == name


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadFile, match="absent"):
        read_boundary(tmp_path / "absent.gpkg")


def test_outlines_read_apart_are_those_of_the_parser(tmp_path):
    areas("EPSG:4548").to_file(tmp_path / "own.gpkg")
    apart, here = (read(tmp_path / "own.gpkg") for read in (read_boundary, parse_boundary))
    assert apart.crs == here.crs
    assert (list(apart["name"]), list(apart["code"])) == (list(here["name"]), list(here["code"]))
    assert all(apart.geometry.geom_equals(here.geometry))


def test_what_is_refused_apart_is_told_under_the_name_of_the_file(tmp_path):
    (tmp_path / "区县.geojson").write_text("[]", encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        read_boundary(tmp_path / "区县.geojson")
    assert refused.value.fields["file"] == "区县.geojson"


def test_a_shapefile_in_an_archive_with_names_in_gbk_is_read(tmp_path):
    path = zipped_shapefile(tmp_path / "own.zip", areas(), encoding="GB18030", says_so=False)
    named = tmp_path / "gbk.zip"
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(named, "w") as other:
        for part in packed.infolist():
            other.writestr(f"xx{Path(part.filename).suffix}", packed.read(part))
    named.write_bytes(named.read_bytes().replace(b"xx.", "驿.".encode("gbk")))  # what a Chinese Windows writes
    assert_read_whole(named)


def test_an_encoding_that_does_not_exist_is_none(tmp_path):
    path = zipped_shapefile(tmp_path / "own.zip", areas(), encoding="GB18030", says_so=False)
    for said in (b"nonsense", b"936", b"ANSI 936", b"gbk"):
        with zipfile.ZipFile(path, "a") as packed:
            stem = packed.namelist()[0].rpartition(".")[0]
            packed.writestr(f"{stem}.cpg", said)
        assert_read_whole(path)
        path = zipped_shapefile(tmp_path / f"{said.decode()}.zip", areas(), encoding="GB18030", says_so=False)


def test_a_part_of_a_shapefile_that_is_missing_is_named(tmp_path):
    path = zipped_shapefile(tmp_path / "own.zip", areas(), encoding="UTF-8", says_so=True)
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(bare, "w") as fewer:
        for part in packed.infolist():
            if not part.filename.endswith((".shx", ".dbf")):
                fewer.writestr(part.filename, packed.read(part))
    with pytest.raises(BadFile, match=r"\.dbf, \.shx"):
        parse_boundary(bare)


@pytest.mark.parametrize("lie", [0, 10**15])
def test_what_a_geopackage_says_of_the_number_of_its_rows_is_not_believed(tmp_path, lie):
    path = tmp_path / "own.gpkg"
    areas().to_file(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", [lie])
        database.commit()
    assert_read_whole(path)


def test_outlines_that_are_not_in_china_are_refused(tmp_path, english):
    path = geojson(tmp_path / "own.geojson", properties={"name": "x"}, geometry=triangle((0, 0), (1, 0), (1, 1)))
    with pytest.raises(BadFile, match="China"):
        parse_boundary(path)


@pytest.mark.parametrize("name", ["own.geojson", "own.gpkg", "own.json"])
def test_a_text_that_points_to_other_files_is_never_followed(tmp_path, name):
    areas().to_file(tmp_path / "secret.geojson")
    secret = f"<SrcDataSource>{tmp_path / 'secret.geojson'}</SrcDataSource>"
    virtual = f'<OGRVRTDataSource><OGRVRTLayer name="secret">{secret}</OGRVRTLayer></OGRVRTDataSource>'
    (tmp_path / name).write_text(virtual, encoding="utf-8")
    with pytest.raises(BadFile):
        parse_boundary(tmp_path / name)


def test_a_zip_whose_shapefile_is_another_kind_of_file_is_refused(tmp_path):
    path = tmp_path / "own.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("own.shp", "<OGRVRTDataSource/>")
    with pytest.raises(BadFile):
        parse_boundary(path)


@pytest.mark.parametrize("shapefiles", [0, 2])
def test_a_zip_without_exactly_one_shapefile_is_refused(tmp_path, shapefiles):
    path = tmp_path / "own.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "x")
        for number in range(shapefiles):
            packed.writestr(f"{number}.shp", "x")
    with pytest.raises(BadFile):
        parse_boundary(path)


def test_half_a_geopackage_is_refused(tmp_path):
    path = tmp_path / "own.gpkg"
    areas().to_file(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(BadFile):
        parse_boundary(path)


def test_a_damaged_zip_is_refused(tmp_path):
    path = zipped_shapefile(tmp_path / "own.zip", areas(), encoding="UTF-8", says_so=True)
    content = bytearray(path.read_bytes())
    content[100:160] = bytes(60)
    path.write_bytes(content)
    with pytest.raises(BadFile):
        parse_boundary(path)


def test_a_zip_that_would_unpack_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("stations.model.packed.MAX_UNPACKED_BYTES", 100)
    path = zipped_shapefile(tmp_path / "own.zip", areas(), encoding="UTF-8", says_so=True)
    with pytest.raises(BadFile):
        parse_boundary(path)


@pytest.mark.parametrize(
    ("properties", "geometry", "crs"),
    [
        ({"x": 1}, SMALL, None),  # no name column
        ({"name": " "}, SMALL, None),
        ({"name": None}, SMALL, None),
        ({"name": "x"}, None, None),
        ({"name": "x"}, {"type": "Point", "coordinates": [117, 32]}, None),
        ({"name": "x"}, triangle((5e5, 36e5), (6e5, 36e5), (6e5, 37e5)), None),  # metres called degrees
        ({"name": "x"}, triangle((1e30, 0), (2e30, 0), (2e30, 2e30)), "EPSG:4548"),
        ({"name": "x"}, SMALL, "nonsense"),
    ],
)
def test_rows_that_are_no_named_areas_on_earth_are_refused(tmp_path, properties, geometry, crs):
    others = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    path = geojson(tmp_path / "own.geojson", properties=properties, geometry=geometry, **others)
    with pytest.raises(BadFile) as refused:
        parse_boundary(path)
    assert refused.value.fields["file"] == "own.geojson"


def test_a_file_without_a_crs_is_refused(tmp_path):
    path = zipped_shapefile(tmp_path / "own.zip", areas(), encoding="UTF-8", says_so=True)
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(bare, "w") as fewer:
        for part in packed.infolist():
            if not part.filename.endswith(".prj"):
                fewer.writestr(part.filename, packed.read(part))
    with pytest.raises(BadFile):
        parse_boundary(bare)


def test_an_empty_collection_is_refused(tmp_path):
    (tmp_path / "own.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    with pytest.raises(BadFile):
        parse_boundary(tmp_path / "own.geojson")
