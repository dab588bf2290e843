"""Files that a proposal rests on: read before they are kept, and found again by what is in them."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely

from stations.model.accounts import Role, User
from stations.model.errors import BadFile
from stations.model.settings import Settings
from stations.model.siting import CandidateSource
from stations.model.vocabulary import Datum
from stations.planning.access.rights import NotAllowed
from stations.planning.siting import files as siting_files
from stations.planning.siting.candidates import Where
from stations.planning.siting.files import HandedIn
from stations.planning.siting.recommend import recommend
from stations.planning.siting.scenarios import save
from stations.store.handed_in import place_of
from tests.planning.siting.test_recommend import asked
from tests.planning.town import degrees
from tests.polygons import FORMATS, written

PLACES = "名称,经度,纬度\n示例银行,{},{}\n".format(*degrees(3.5, 0.5)).encode()
RING = [degrees(3, 0), degrees(4, 0), degrees(4, 1), degrees(3, 1), degrees(3, 0)]
LAND = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [RING]}}],
    }
).encode()


def where(settings: Settings, **files: Any) -> Where:
    asked = Where(sources=(CandidateSource.HOSTS,))
    return siting_files.with_files(settings, asked, **{"hosts": None, "land": None, "outlines": (), **files})


def test_a_list_of_premises_is_found_by_its_digest_and_is_the_same_object_for_the_same_file(town: Settings) -> None:
    kept = siting_files.keep_hosts(town, PLACES, "banks.csv", datum=Datum.WGS84)
    again = siting_files.handed_in_from(siting_files.handed_in_text(kept))
    one, other = where(town, hosts=again), where(town, hosts=again)
    assert one == other
    assert hash(one) == hash(other)
    assert one.hosts is not None
    assert list(one.hosts.places["name"]) == ["示例银行"]


def test_the_same_bytes_are_kept_once(town: Settings) -> None:
    one = siting_files.keep_hosts(town, PLACES, "banks.csv", datum=Datum.WGS84)
    assert siting_files.keep_hosts(town, PLACES, "other.csv", datum=Datum.WGS84) == one


@pytest.mark.parametrize("name", FORMATS)
def test_barriers_are_handed_in_in_every_format_of_areas(town: Settings, tmp_path: Path, name: str) -> None:
    frame = geopandas.GeoDataFrame({"name": ["水面"]}, geometry=[shapely.box(117, 32.6, 117.02, 32.62)], crs=4326)
    kept = siting_files.keep_land(town, written(frame, tmp_path / name).read_bytes(), name)
    assert where(town, land=kept).excluded.area == pytest.approx(0.0004)  # type: ignore[union-attr]


def test_land_of_a_file_and_land_that_was_outlined_are_both_excluded(town: Settings) -> None:
    kept = siting_files.keep_land(town, LAND, "water.geojson")
    outline = tuple((lon + 1, lat) for lon, lat in RING[:-1])
    land = where(town, land=kept, outlines=(outline,)).excluded
    assert land is not None
    assert land.area == pytest.approx(2 * where(town, land=kept).excluded.area)  # type: ignore[union-attr]
    assert where(town).excluded is None


def test_of_a_file_with_several_layers_the_chosen_one_alone_is_kept(town: Settings, tmp_path: Path) -> None:
    path = tmp_path / "land.gpkg"
    for name, width in (("水面", 0.1), ("铁路", 0.2)):
        frame = geopandas.GeoDataFrame({"id": [1]}, geometry=[shapely.box(117, 32, 117 + width, 32.1)], crs=4326)
        frame.to_file(path, layer=name)
    content = path.read_bytes()
    with pytest.raises(BadFile, match=r"land\.gpkg") as caught:
        siting_files.keep_land(town, content, "land.gpkg")
    assert caught.value.fields["sheets"] == ["水面", "铁路"]
    kept = siting_files.keep_land(town, content, "land.gpkg", layer="铁路")
    assert where(town, land=kept).excluded.area == pytest.approx(0.02)  # type: ignore[union-attr]


def test_an_old_workbook_is_a_list_of_hosts_as_well() -> None:
    assert ".xls" in siting_files.HOST_FILES


def layer(*areas: Any) -> bytes:
    return geopandas.GeoSeries(list(areas), crs=4326).to_json().encode()


def test_the_land_of_a_file_is_shown_with_its_holes_within_what_is_in_sight(town: Settings) -> None:
    lake = shapely.box(117, 32, 117.4, 32.4) - shapely.box(117.1, 32.1, 117.2, 32.2)
    kept = siting_files.keep_land(town, layer(lake, shapely.box(100, 20, 101, 21)), "water.geojson")
    ((outer, hole),), left_out = siting_files.shown_land(town, kept, (116.9, 31.9, 117.3, 32.5))
    assert left_out == 0
    assert shapely.Polygon(outer).bounds == pytest.approx((117, 32, 117.3, 32.4))
    assert shapely.Polygon(hole).bounds == pytest.approx((117.1, 32.1, 117.2, 32.2))
    assert siting_files.shown_land(town, kept, (110, 30, 111, 31)) == siting_files.ShownLand()


def test_land_with_too_many_corners_is_shown_simpler_and_the_smallest_areas_are_counted(town: Settings) -> None:
    fine = shapely.Point(117, 32).buffer(0.1, quad_segs=4_000)
    ponds = [shapely.box(x, y, x + 0.001, y + 0.001) for x in range(110, 117) for y in range(90)]
    kept = siting_files.keep_land(town, layer(fine, *ponds), "water.geojson")
    areas, left_out = siting_files.shown_land(town, kept, (100, 0, 118, 90))
    assert sum(len(ring) + 1 for area in areas for ring in area) <= siting_files.MOST_CORNERS
    assert len(areas) + left_out == 1 + 7 * 90
    assert left_out > 0
    assert shapely.Polygon(areas[0][0]).area == pytest.approx(fine.area, rel=0.1)


def test_one_area_with_very_many_holes_is_shown_without_the_smallest(town: Settings) -> None:
    holes = [
        shapely.box(117 + x / 200, 32 + y / 200, 117.003 + x / 200, 32.003 + y / 200).exterior.coords
        for x in range(1, 39)
        for y in range(1, 39)
    ]
    marsh = shapely.Polygon(shapely.box(117, 32, 117.2, 32.2).exterior.coords, holes)
    areas, left_out = siting_files.shown_land(
        town, siting_files.keep_land(town, layer(marsh), "marsh.geojson"), (110, 30, 118, 33)
    )
    assert (len(areas), left_out) == (1, 0)
    assert sum(map(len, areas[0])) <= siting_files.MOST_CORNERS
    assert shapely.Polygon(areas[0][0]).bounds == pytest.approx((117, 32, 117.2, 32.2))


@pytest.mark.parametrize("content", [b"", b"nothing of use", b"\x00" * 64])
def test_a_file_that_cannot_be_used_is_not_kept_and_is_named_as_it_was_handed_in(
    town: Settings, content: bytes
) -> None:
    for keep in (
        lambda: siting_files.keep_hosts(town, content, "my list.csv", datum=None),
        lambda: siting_files.keep_land(town, content, "my list.csv"),
    ):
        with pytest.raises(BadFile, match=r"my list\.csv"):
            keep()


def test_a_file_of_another_register_is_asked_for_again(town: Settings) -> None:
    with pytest.raises(BadFile, match="Hand it in again"):
        where(town, hosts=HandedIn("0" * 32))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(town: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting_files, "MOST_BYTES", 10)
    with pytest.raises(BadFile, match="larger than 20 MB"):
        siting_files.keep_land(town, LAND, "water.geojson")


def test_who_may_only_look_hands_nothing_in(town: Settings) -> None:
    looking = replace(town, user=User("li", Role.VIEWER))
    with pytest.raises(NotAllowed):
        siting_files.keep_land(looking, LAND, "water.geojson")
    with pytest.raises(NotAllowed):
        siting_files.keep_hosts(looking, PLACES, "banks.csv", datum=Datum.WGS84)


def test_a_file_that_no_saved_scenario_names_is_forgotten_in_the_end(demonstrated: Settings) -> None:
    named, forgotten = (
        siting_files.keep_land(demonstrated, layer(shapely.box(110, 30, 110 + width, 31)), "water.geojson")
        for width in (1, 2)
    )
    proposal = recommend(demonstrated, asked())
    save(demonstrated, "湖", proposal, wish={"land": siting_files.handed_in_text(named)})
    for file in (named, forgotten):
        path = place_of(demonstrated.database, file.digest, siting_files.LAND)
        for each in (path, path.parent):
            os.utime(each, (1e9, 1e9))
    siting_files.keep_land(demonstrated, LAND, "water.geojson")
    assert where(demonstrated, land=named).excluded is not None
    with pytest.raises(BadFile, match="Hand it in again"):
        where(demonstrated, land=forgotten)
