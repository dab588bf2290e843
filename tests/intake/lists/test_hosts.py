"""A list of premises is read from whatever file it comes in; what is wrong with a row is told."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from stations.intake.lists.hosts import read_hosts
from stations.model.errors import BadFile
from stations.model.vocabulary import Datum

pytestmark = pytest.mark.usefixtures("english")


def listed(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "headers", ["名称,费用,容纳人数,经度,纬度,坐标系", "Name,Cost,Capacity,Longitude,Latitude,Datum"]
)
def test_a_list_gives_names_costs_capacities_and_places(tmp_path: Path, headers: str) -> None:
    text = f'{headers}\n示例银行,"12,000.5",800,117.0183,32.6457,WGS84\n示例加油站,,,117.02,32.65,WGS84\n'
    found = read_hosts(listed(tmp_path / "hosts.csv", text))
    assert list(found.places["name"]) == ["示例银行", "示例加油站"]
    assert found.places["cost"].iloc[0] == 12000.5
    assert found.places["capacity"].iloc[0] == 800
    assert np.isnan(found.places[["cost", "capacity"]].iloc[1].astype(float)).all()
    assert (found.places.geometry.x.iloc[0], found.places.geometry.y.iloc[0]) == (117.0183, 32.6457)
    assert list(found.places.index) == [2, 3]
    assert (found.file, found.rejected) == ("hosts.csv", ())


def test_the_datum_of_the_row_comes_before_the_stated_one(tmp_path: Path) -> None:
    text = "name,lon,lat,datum\n示例银行,117.0183,32.6457,WGS84\n示例加油站,117.0183,32.6457,\n"
    first, second = read_hosts(listed(tmp_path / "hosts.csv", text), datum=Datum.GCJ02).places.geometry
    assert first.x == 117.0183
    assert 0.003 < first.x - second.x < 0.007


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_a_layer_of_points_needs_a_name_alone(tmp_path: Path, suffix: str) -> None:
    frame = geopandas.GeoDataFrame({"名称": ["示例银行"], "费用": [5]}, geometry=[shapely.Point(117, 32.6)], crs=4326)
    frame.to_crs(4548 if suffix == "gpkg" else 4326).to_file(path := tmp_path / f"hosts.{suffix}")
    (place,) = read_hosts(path).places.itertuples()
    assert (place.name, place.cost) == ("示例银行", 5)
    assert place.geometry.distance(shapely.Point(117, 32.6)) < 1e-6


def test_a_row_that_cannot_be_used_spoils_no_other(tmp_path: Path) -> None:
    text = (
        "名称,费用,经度,纬度,坐标系\n,1,117,32.6,WGS84\n甲,-1,117,32.6,WGS84\n乙,1,,,WGS84\n丙,1,117,32.6,WGS84\n"
        "丁,1,117,32.6,\n"
    )
    found = read_hosts(listed(tmp_path / "hosts.csv", text))
    assert list(found.places["name"]) == ["丙"]
    assert [(each.row, each.column) for each in found.rejected] == [
        (2, "名称"),
        (3, "费用"),
        (4, "经度"),
        (6, "坐标系"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("费用,经度,纬度,坐标系\n1,117,32.6,WGS84\n", "Name"),
        ("名称,费用\n示例银行,1\n", "Longitude"),
        ("名称,经度,纬度\n示例银行,117,32.6\n", "Datum"),
        ("名称,经度,纬度,坐标系\n,117,32.6,WGS84\n", "Row 2"),
        ("", "empty"),
    ],
)
def test_what_is_no_such_list_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read_hosts(listed(tmp_path / "hosts.csv", text))


@pytest.mark.parametrize("headers", ["名称,高德坐标", "名称,高德经度,高德纬度"])
def test_headers_that_name_the_datum_are_enough(tmp_path: Path, headers: str) -> None:
    place = '"117.0183,32.6457"' if headers.count(",") == 1 else "117.0183,32.6457"
    (spot,) = read_hosts(listed(tmp_path / "places.csv", f"{headers}\n示例甲,{place}\n")).places.geometry
    assert 0.003 < 117.0183 - spot.x < 0.007


@pytest.mark.parametrize(
    ("cell", "cost"),
    [
        ("2万", 20_000),
        ("２万元", 20_000),
        ("二万", 20_000),
        ("20,000.5", 20_000.5),
        ("0.5", 0.5),
        ("1000000000000", 1e12),
    ],
)
def test_what_a_place_costs_may_be_written_as_people_do(tmp_path: Path, cell: str, cost: float) -> None:
    text = f'名称,经度,纬度,坐标系,费用\n示例银行,117.02,32.63,WGS84,"{cell}"\n'
    assert list(read_hosts(listed(tmp_path / "banks.csv", text)).places["cost"]) == [cost]


@pytest.mark.parametrize("cell", ["about 5", "2万到3万", "-1", "1e400", "nan", "两三万", "万元", "千"])
def test_what_is_no_cost_is_no_number(tmp_path: Path, cell: str) -> None:
    text = f"名称,经度,纬度,坐标系,费用\n示例银行,117.02,32.63,WGS84,{cell}\n"
    with pytest.raises(BadFile, match=r"Row 2: .*number"):
        read_hosts(listed(tmp_path / "banks.csv", text))


@pytest.mark.parametrize("cell", ["800", "800人", "8百", "0.08万人"])
def test_how_many_a_place_serves_may_be_written_as_people_do(tmp_path: Path, cell: str) -> None:
    text = f"名称,经度,纬度,坐标系,容纳人数\n示例银行,117.02,32.63,WGS84,{cell}\n"
    assert list(read_hosts(listed(tmp_path / "banks.csv", text)).places["capacity"]) == [800]
