"""An office's own list of townships is read from whatever file it comes in; what is wrong with a row is told."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pytest
import shapely

from stations.intake.lists.gazetteer import read_gazetteer
from stations.model.errors import BadFile

pytestmark = pytest.mark.usefixtures("english")
AREA = shapely.box(117.0, 32.6, 117.02, 32.62)


def listed(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_gives_names_aliases_districts_and_places(tmp_path: Path) -> None:
    rows = "乡镇街道,别名,所属县区,经度,纬度,坐标系\n洞山街道,洞山办事处、洞山街,田家庵区,117.0183,32.6457,WGS84\n"
    found = read_gazetteer(listed(tmp_path / "townships.csv", rows))
    (place,) = found.places.itertuples()
    assert (place.name, place.aliases, place.district) == ("洞山街道", "洞山办事处、洞山街", "田家庵区")
    assert (place.geometry.x, place.geometry.y) == (117.0183, 32.6457)
    assert found.rejected == ()


def test_places_in_another_datum_are_brought_to_wgs84(tmp_path: Path) -> None:
    text = "name,lon,lat,datum\n洞山街道,117.0183,32.6457,GCJ-02\n"
    (place,) = read_gazetteer(listed(tmp_path / "townships.csv", text)).places.geometry
    assert 0.003 < 117.0183 - place.x < 0.007


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_of_an_area_a_point_inside_stands_for_it(tmp_path: Path, suffix: str) -> None:
    frame = geopandas.GeoDataFrame({"名称": ["洞山街道"], "所属县区": ["田家庵区"]}, geometry=[AREA], crs="EPSG:4326")
    frame.to_crs("EPSG:4548" if suffix == "gpkg" else "EPSG:4326").to_file(path := tmp_path / f"townships.{suffix}")
    (place,) = read_gazetteer(path).places.geometry
    assert AREA.contains(place)


def test_points_of_a_mapping_program_are_read(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"name": "洞山街道"},
        "geometry": {"type": "Point", "coordinates": [117, 32.6]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    assert list(read_gazetteer(listed(tmp_path / "townships.geojson", text)).places["name"]) == ["洞山街道"]


def test_a_row_without_a_name_or_place_spoils_no_other(tmp_path: Path) -> None:
    text = "名称,经度,纬度,坐标系\n,117,32.6,WGS84\n甲镇,,,WGS84\n乙镇,117,32.6,WGS84\n丙镇,32.6,117,WGS84\n"
    found = read_gazetteer(listed(tmp_path / "townships.csv", text))
    assert list(found.places["name"]) == ["乙镇"]
    assert [each.row for each in found.rejected] == [2, 3, 5]


@pytest.mark.parametrize("text", ["名称,经度,纬度\n甲镇,117,32.6\n", "经度,纬度,坐标系\n117,32.6,WGS84\n"])
def test_a_list_that_leaves_out_name_or_datum_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFile, match="it has no column"):
        read_gazetteer(listed(tmp_path / "townships.csv", text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for name in ("none.csv", "none.gpkg"):
        with pytest.raises(BadFile, match=name):
            read_gazetteer(tmp_path / name)


@pytest.mark.parametrize("headers", ["名称,高德坐标", "名称,高德经度,高德纬度"])
def test_headers_that_name_the_datum_are_enough(tmp_path: Path, headers: str) -> None:
    place = '"117.0183,32.6457"' if headers.count(",") == 1 else "117.0183,32.6457"
    (spot,) = read_gazetteer(listed(tmp_path / "places.csv", f"{headers}\n示例甲,{place}\n")).places.geometry
    assert 0.003 < 117.0183 - spot.x < 0.007
