"""Land where nothing is built is read from a layer of areas, whatever its format."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely

from stations.intake.lists.exclusions import read_exclusions
from stations.model.errors import BadFile
from tests.polygons import FORMATS, written

pytestmark = pytest.mark.usefixtures("english")
WATER = [shapely.box(117.0, 32.6, 117.02, 32.62), shapely.box(117.01, 32.61, 117.03, 32.63)]

RAILWAY = shapely.LineString([(117, 32), (118, 33)])


def layer(path: Path, shapes: list[shapely.Geometry], crs: int = 4326) -> Path:
    return written(geopandas.GeoDataFrame({"id": range(len(shapes))}, geometry=shapes, crs=4326).to_crs(crs), path)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("crs", [4326, 4548])
def test_areas_come_in_degrees_and_may_overlap(tmp_path: Path, name: str, crs: int) -> None:
    found = read_exclusions(layer(tmp_path / name, WATER, crs))
    assert len(found.geoms) == 2
    for area, drawn in zip(found.geoms, WATER, strict=True):
        assert area.symmetric_difference(drawn).area < 1e-9


def test_an_area_that_crosses_itself_is_made_valid(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(117.0, 32.5), (117.1, 32.6), (117.1, 32.5), (117.0, 32.6)])
    (area,) = read_exclusions(layer(tmp_path / "water.geojson", [bow_tie])).geoms
    assert area.is_valid


@pytest.mark.parametrize("shapes", [[shapely.Point(117, 32.6)], [RAILWAY], [WATER[0], None], [None]])
def test_a_row_without_an_area_is_refused(tmp_path: Path, shapes: list[shapely.Geometry]) -> None:
    with pytest.raises(BadFile):
        read_exclusions(layer(tmp_path / "water.geojson", shapes))


def test_a_layer_without_anything_in_it_asks_for_another_layer(tmp_path: Path) -> None:
    (path := tmp_path / "water.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    with pytest.raises(BadFile, match="Choose a layer that has places or areas in it"):
        read_exclusions(path)
