from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from stations.analysis.planar import DifferentCrs, coordinates, require_length, require_one_crs
from stations.model.errors import BadChoice, BadCoordinates, DegreesNotMetres
from stations.model.language import mark
from tests.analysis.towns import Town, demand_frame

WHAT = mark("The distance to the nearest station")


def test_x_comes_before_y() -> None:
    x, y = coordinates(demand_frame([(1, 2), (3, 4)]), what=WHAT)
    assert x.tolist() == [1, 3]
    assert y.tolist() == [2, 4]


@pytest.mark.parametrize("crs", ["EPSG:4326", None])
def test_degrees_and_unknown_coordinates_are_refused(crs: str | None) -> None:
    with pytest.raises(DegreesNotMetres, match="metric CRS"):
        coordinates(gpd.GeoDataFrame(geometry=[shapely.Point(117, 32)], crs=crs), what=WHAT)


@pytest.mark.parametrize("geometry", [None, shapely.Point(), shapely.Point(np.nan, 1), shapely.box(0, 0, 1, 1)])
def test_a_row_that_is_no_point_is_refused(geometry: shapely.Geometry | None) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(1, 2), geometry], crs="EPSG:4548")
    with pytest.raises(BadCoordinates, match="not a point"):
        coordinates(frame, what=WHAT)


def test_frames_in_different_crs_are_refused_and_both_are_named(toy_town: Town) -> None:
    with pytest.raises(DifferentCrs, match="EPSG:4548 and EPSG:4549") as caught:
        require_one_crs(toy_town.demand, toy_town.stations.to_crs(4549), what=WHAT)
    assert "distance" in str(caught.value)
    with pytest.raises(DifferentCrs, match="no CRS"):
        require_one_crs(toy_town.demand, toy_town.stations.set_crs(None, allow_override=True), what=WHAT)


@pytest.mark.parametrize("metres", [0, -1, float("nan"), float("inf")])
def test_a_length_is_finite_and_above_zero(metres: float) -> None:
    with pytest.raises(BadChoice, match="greater than 0"):
        require_length(metres, what=mark("Radius"))
