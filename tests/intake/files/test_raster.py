"""Population rasters: no one lost, no one made, nothing opened but the file itself."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from stations.intake.files import raster
from stations.intake.files.raster import parse_raster, read_raster
from stations.intake.lists.demand import read_demand
from stations.model.crs import metric_points
from stations.model.errors import BadFile
from stations.model.vocabulary import Group
from tests.intake.conftest import FileOf


def from_origin(west: float, north: float, width: float, height: float) -> Affine:
    return Affine(width, 0, west, 0, -height, north)


PLACES = {  # CRS → transform of pixels of about 100 m in Huainan
    "EPSG:4326": from_origin(117.0, 32.7, 0.001, 0.001),
    "EPSG:4490": from_origin(117.0, 32.7, 0.001, 0.001),
    "EPSG:4548": from_origin(500_000, 3_620_000, 100, 100),
    "EPSG:32650": from_origin(500_000, 3_620_000, 100, 100),
    "EPSG:3857": from_origin(13_024_000, 3_850_000, 100, 100),
    "ESRI:54009": from_origin(10_500_000, 3_850_000, 100, 100),
}


def tif(path: Path, values: np.ndarray, crs: str | None = "EPSG:4326", **profile: Any) -> Path:
    bands = values if values.ndim == 3 else values[np.newaxis]
    shape = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2], "dtype": bands.dtype}
    settings = {"crs": crs, "transform": PLACES.get(crs or "", PLACES["EPSG:4326"])} | shape | profile
    with rasterio.open(path, "w", driver="GTiff", **settings) as file:
        file.write(bands)
    return path


@pytest.mark.parametrize("crs", PLACES)
@pytest.mark.parametrize("most", [10_000, 7, 1])
def test_every_person_is_kept_in_any_crs_however_many_pixels_are_summed(
    tmp_path: Path, crs: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster, "MAX_CELLS", most)
    monkeypatch.setattr(raster, "CHUNK_PIXELS", 40)
    chance = np.random.default_rng(7)
    counts = chance.integers(0, 900, (23, 31)).astype(np.int32)
    found = decoded(tif(tmp_path / "a.tif", counts, crs, nodata=-1))
    assert found["people"].dtype == np.int64
    assert found["people"].sum() == counts.sum()
    assert found["beyond"] == 0
    parts = chance.random((23, 31)).astype(np.float32)
    people = decoded(tif(tmp_path / "b.tif", parts, crs))["people"]
    assert people.sum() == pytest.approx(math.fsum(parts.ravel().tolist()), rel=1e-14)
    assert len(people) <= most


def decoded(path: Path, extent: Any = None) -> dict[str, Any]:
    from base64 import b64decode

    found = parse_raster(path, extent)
    kinds = {"lon": float, "lat": float, "people": np.int64 if found["whole"] else float}
    return found | {name: np.frombuffer(b64decode(found[name]), kind) for name, kind in kinds.items()}


def test_a_pixel_becomes_a_point_in_its_middle(tmp_path: Path) -> None:
    found = read_raster(tif(tmp_path / "a.tif", np.array([[0, 5], [0, 0]], np.uint8)), extent=None)
    np.testing.assert_allclose([*found.lon, *found.lat], [117.0015, 32.6995], atol=1e-9)
    assert found.people.tolist() == [5]


def test_what_lies_outside_the_extent_is_counted_and_left_out(tmp_path: Path) -> None:
    path = tif(tmp_path / "a.tif", np.array([[1, 2, 3], [4, 5, 6]], np.uint8))
    found = read_raster(path, extent=(117.0011, 32.6981, 117.0019, 32.6999))
    assert (sorted(found.people.tolist()), found.beyond) == ([2, 5], 14)
    far = read_raster(path, extent=(10, 10, 11, 11))
    assert (far.people.tolist(), far.beyond) == ([], 21)


def test_of_a_raster_too_large_to_count_the_rest_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tif(tmp_path / "a.tif", np.array([[1, 2, 3], [4, 5, 6]], np.uint8))
    monkeypatch.setattr(raster, "MAX_PIXELS", 5)
    found = decoded(path, (117.0011, 32.6981, 117.0019, 32.6999))
    assert (sorted(found["people"].tolist()), found["beyond"]) == ([2, 5], None)
    with pytest.raises(BadFile, match="million pixels"):
        parse_raster(path, None)


def test_no_data_and_nan_are_nobody(tmp_path: Path) -> None:
    path = tif(tmp_path / "a.tif", np.array([[-99, np.nan, 2.5]], np.float32), nodata=-99)
    assert read_raster(path, extent=None).people.tolist() == [2.5]


@pytest.mark.parametrize(
    ("values", "profile", "words"),
    [
        (np.array([[-99.0, 3]], np.float32), {}, "-99, and does not declare"),
        (np.array([[-5.0, 3]], np.float32), {"nodata": -99}, "-5, which is no number"),
        (np.array([[3.4e38, 3]], np.float32), {}, "does not declare"),
        (np.array([[np.inf, 3]], np.float32), {}, "inf"),
        (np.array([[65535, 3]], np.uint16), {}, "65535, and does not declare"),
        (np.array([[255, 3]], np.uint8), {}, "255, and does not declare"),
        (np.ones((2, 2, 2), np.uint8), {}, "2 bands"),
        (np.ones((2, 2), np.complex64), {}, "plain numbers"),
        (np.ones((2, 2), np.uint8), {"crs": None}, "coordinate reference system"),
        (np.ones((2, 2), np.uint8), {"transform": Affine(1, 1, 117, 1, -1, 32)}, "turned"),
    ],
)
def test_a_raster_that_does_not_count_people_is_refused(
    tmp_path: Path, values: np.ndarray, profile: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadFile, match=words):
        read_raster(tif(tmp_path / "a.tif", values, **profile), extent=None)


def test_a_raster_that_declares_what_has_no_data_may_hold_any_number(tmp_path: Path) -> None:
    path = tif(tmp_path / "a.tif", np.array([[255, 0, 3]], np.uint8), nodata=0)
    assert read_raster(path, extent=None).people.tolist() == [255, 3]


@pytest.mark.parametrize(("profile", "said"), [({}, True), ({"nodata": 0}, False)])
def test_a_raster_that_does_not_say_which_pixels_have_no_data_is_remarked_upon(
    tmp_path: Path, profile: dict[str, Any], said: bool, english: None
) -> None:
    demand = read_demand(tif(tmp_path / "a.tif", np.array([[3, 0]], np.uint16), **profile), datum=None)
    assert any("which pixels have no data" in words for words in demand.notices) == said


VRT = '<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS></VRTDataset>'


@pytest.mark.parametrize("content", [VRT, "<!DOCTYPE html><html></html>", "", "II*\x00 and then nothing"])
def test_what_is_a_tiff_by_its_name_alone_is_refused(file_of: FileOf, content: str) -> None:
    with pytest.raises(BadFile, match=r"a\.tif: .*GeoTIFF"):
        read_demand(file_of(content, name="a.tif"), datum=None)


def test_a_raster_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tif(tmp_path / "a.tif", np.ones((400, 400), np.float64))
    path.write_bytes(path.read_bytes()[:500_000])
    with pytest.raises(BadFile, match="cut off"):
        read_raster(path, extent=None)


def test_a_file_that_is_not_there_is_a_clear_refusal(tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        read_raster(tmp_path / "a.tif", extent=None)


def test_pieces_too_large_to_unpack_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "MAX_BLOCK_BYTES", 3)
    with pytest.raises(BadFile, match="tiled"):
        parse_raster(tif(tmp_path / "a.tif", np.ones((2, 2), np.uint8)), None)


def test_files_beside_the_raster_are_not_opened(tmp_path: Path) -> None:
    path = tif(tmp_path / "a.tif", np.array([[-99.0, 3]], np.float32))
    band = '<PAMRasterBand band="1"><NoDataValue>-99</NoDataValue></PAMRasterBand>'
    (tmp_path / "a.tif.aux.xml").write_text(f"<PAMDataset>{band}</PAMDataset>")
    with pytest.raises(BadFile, match="does not declare"):
        read_raster(path, extent=None)


def test_a_raster_is_demand_of_residents_and_says_that_it_counts(tmp_path: Path) -> None:
    demand = read_demand(tif(tmp_path / "a.tif", np.array([[1, 2]], np.uint8)), datum=None)
    assert demand.groups == (Group.RESIDENTS,)
    assert demand.points["people"].tolist() == [1, 2]
    assert "not for people per km²" in demand.notices[0]


@pytest.mark.parametrize(("side_m", "parts"), [(100, 1), (250, 1), (300, 4), (1000, 16), (5000, 400)])
@pytest.mark.parametrize("kind", ["int32", "float64"])
def test_people_of_a_wide_pixel_are_spread_over_squares_and_none_is_lost(
    tmp_path: Path, side_m: float, parts: int, kind: str
) -> None:
    people = np.array([[7, 0], [1000, 3]], dtype=kind)
    place = from_origin(500_000, 3_600_000, side_m, side_m)
    path = tif(tmp_path / "wide.tif", people, "EPSG:4548", transform=place, nodata=-1)
    found = read_raster(path, extent=None)
    assert found.parts[0] * found.parts[1] == parts
    assert len(found.people) == 3 * parts
    assert found.people.reshape(3, parts).sum(axis=1) == pytest.approx([7, 1000, 3], abs=1e-9)
    assert found.people.dtype.kind == kind[0]
    assert np.ptp(found.people.reshape(3, parts), axis=1).max() <= 1
    x, y = metric_points(found.lon, found.lat, "EPSG:4548").T
    column, row = (x - 500_000) // side_m, (3_600_000 - y) // side_m
    assert [(int(c), int(r)) for c, r in dict.fromkeys(zip(column, row, strict=True))] == [(0, 0), (0, 1), (1, 1)]
