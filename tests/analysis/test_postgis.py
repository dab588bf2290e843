"""Who is covered, by PostGIS: `ST_DWithin` on geography, geodesic metres on the ellipsoid.

We measure in the plane of the city's metric CRS. Its metre is that of the ellipsoid along the central meridian and
longer beside it, never shorter: by at most 46 millionths inside Huainan (Gauss-Krüger: the scale is 1 + d²/2R² at a
distance d from the meridian), which is 4.6 cm in 1,000 m. So both must count the same people but for two kinds of
points at the boundary, and `test_whoever_is_counted_by_one_alone_is_at_the_boundary` names every one of them:

- within the radius on the ellipsoid by less than 46 millionths of it, and beyond it in the plane: PostGIS alone;
- beyond the radius by no more than `TOUCH_M` (1 mm), which we count as exactly at it: ours alone.
"""

from __future__ import annotations

import io

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame
from pyproj import Geod

from stations.analysis.coverage import TOUCH_M, covered
from stations.analysis.distance import nearest_station
from stations.analysis.pairs import pairs_within
from stations.model.crs import to_metric
from tests.analysis.towns import CRS
from tests.postgis import Postgis

STRETCHED = 46e-6
HUAINAN = (116.35, 31.91), (117.21, 33.01)  # the corners of the city

TABLES = """
CREATE TEMP TABLE demand (id int, lon float8, lat float8);
CREATE TEMP TABLE stations (id int, lon float8, lat float8);
COPY demand FROM STDIN CSV;
{demand}\\.
COPY stations FROM STDIN CSV;
{stations}\\.
COPY (
  SELECT d.id AS point, s.id AS station, ST_Distance(d.place, s.place) AS distance_m
  FROM (SELECT id, ST_MakePoint(lon, lat)::geography AS place FROM demand) d
  JOIN (SELECT id, ST_MakePoint(lon, lat)::geography AS place FROM stations) s
  ON ST_DWithin(d.place, s.place, {radius_m})
  ORDER BY d.id, s.id
) TO STDOUT CSV HEADER;
"""


def by_postgis(demand: GeoDataFrame, stations: GeoDataFrame, *, radius_m: float, server: Postgis) -> pd.DataFrame:
    """Return `point`, `station` (positions) and `distance_m` on the ellipsoid of every pair within the radius."""

    def lines(frame: GeoDataFrame) -> str:
        table = pd.DataFrame({"lon": frame.geometry.x.to_numpy(), "lat": frame.geometry.y.to_numpy()})
        return str(table.to_csv(header=False, float_format="%.15g", lineterminator="\n"))

    sql = TABLES.format(demand=lines(demand), stations=lines(stations), radius_m=radius_m)
    return pd.read_csv(io.StringIO(server.ask(sql)))


def places(count: int, random: np.random.Generator) -> GeoDataFrame:
    lon, lat = random.uniform(*HUAINAN, size=(count, 2)).T
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)


@pytest.mark.parametrize(("seed", "radius_m"), [(1, 300), (2, 1000), (3, 3000), (4, 15000)])
def test_random_towns_have_the_same_covered_points_and_the_same_pairs(
    postgis: Postgis, seed: int, radius_m: float
) -> None:
    random = np.random.default_rng(seed)
    demand, stations = places(2000, random), places(60, random)
    theirs = by_postgis(demand, stations, radius_m=radius_m, server=postgis)
    demand, stations = to_metric(demand, CRS), to_metric(stations, CRS)
    nearest = nearest_station(demand, stations)
    ours = np.flatnonzero(covered(nearest["distance_m"], radius_m=radius_m))
    assert len(ours) > 0
    assert ours.tolist() == theirs["point"].unique().tolist()
    pairs = pairs_within(demand, stations, radius_m=radius_m)
    assert list(zip(pairs.point, pairs.station, strict=True)) == list(
        zip(theirs["point"], theirs["station"], strict=True)
    )
    stretched = pairs.distance_m / theirs["distance_m"] - 1
    assert stretched.between(-1e-9, STRETCHED).all()


@pytest.mark.parametrize("radius_m", [300, 1000, 3000])
def test_whoever_is_counted_by_one_alone_is_at_the_boundary(postgis: Postgis, radius_m: int) -> None:
    random = np.random.default_rng(radius_m)
    stations = places(12, random)
    # Rings around each station, by another way to walk a geodesic than that of PostGIS.
    off = np.array([-100e-6, -46e-6, -30e-6, -10e-6, -1e-6, 0.0, 1e-6, 100e-6]) * radius_m
    metres = radius_m + np.append(off, [0.5 * TOUCH_M, 2 * TOUCH_M])
    azimuth = np.arange(0, 360, 30)
    spot, at, way = (axis.ravel() for axis in np.meshgrid(np.arange(len(stations)), metres, azimuth, indexing="ij"))
    lon, lat, _back = Geod(ellps="WGS84").fwd(stations.geometry.x.iloc[spot], stations.geometry.y.iloc[spot], way, at)
    demand = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)

    within = by_postgis(demand, stations, radius_m=radius_m, server=postgis)
    everything = by_postgis(demand, stations, radius_m=2 * radius_m, server=postgis)
    ellipsoid = everything.groupby("point")["distance_m"].min()
    plane = nearest_station(to_metric(demand, CRS), to_metric(stations, CRS))["distance_m"]
    ours, theirs = covered(plane, radius_m=radius_m), demand.index.to_series().isin(within["point"])

    theirs_alone, ours_alone = ellipsoid[theirs & ~ours], ellipsoid[ours & ~theirs]
    assert len(theirs_alone) > 0
    assert len(ours_alone) > 0
    assert theirs_alone.between(radius_m * (1 - STRETCHED), radius_m + 1e-6).all()
    assert (plane[theirs_alone.index] > radius_m + TOUCH_M).all()
    assert ours_alone.between(radius_m, radius_m + TOUCH_M + 1e-6).all()
    assert (ours == theirs)[~ellipsoid.between(radius_m * (1 - STRETCHED), radius_m + TOUCH_M + 1e-6)].all()


def test_without_stations_neither_counts_anybody(postgis: Postgis) -> None:
    random = np.random.default_rng(5)
    demand, stations = places(10, random), places(0, random)
    assert len(by_postgis(demand, stations, radius_m=1000, server=postgis)) == 0
    nearest = nearest_station(to_metric(demand, CRS), to_metric(stations, CRS))
    assert not covered(nearest["distance_m"], radius_m=1000).any()
