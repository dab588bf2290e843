"""Where stations and bases stand: mostly where people live, and not on top of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas
import numpy as np
import shapely

from geodata.demonstration.settlements import MARGIN_M, SPACING_M
from geodata.demonstration.words import PRECISIONS
from stations.model.crs import to_geographic
from stations.model.vocabulary import CoordSource, Datum

if TYPE_CHECKING:
    from random import Random

    from geopandas import GeoDataFrame, GeoSeries

    from stations.model.city import City

Row = dict[str, str]
SOURCE = "示例数据"
SERVED = 0.02  # how often a cell is drawn near a place already drawn, against what it was


def choose(
    cells: GeoDataFrame, number: int, *, density_power: float, served_m: float, outlines: GeoSeries, rng: Random
) -> GeoDataFrame:
    """Return `number` places in populated cells, in the order in which they were drawn.

    Parameters
    ----------
    cells : GeoDataFrame
        Of `settlements.people_grid`.
    number : int
    density_power : float
        A cell is drawn as often as its people to this power: 0 is without regard, above 1 for the densest.
    served_m : float
        Cells nearer than this to a place already drawn are drawn `SERVED` times as often as they were.
    outlines : GeoSeries
        Divisions in the CRS of `cells`, by adcode; a place stays inside its cell's.
    rng : Random

    Returns
    -------
    GeoDataFrame
        In the CRS of `cells`, index 0 …, the columns of `cells`.
    """
    inner = outlines.buffer(-MARGIN_M)
    x, y = cells.geometry.x.to_numpy(), cells.geometry.y.to_numpy()
    weights = cells["people"].to_numpy(dtype=float) ** density_power
    rows: list[int] = []
    points: list[shapely.Point] = []
    while len(points) < number:
        (row,) = rng.choices(range(len(cells)), weights)
        east, north = (SPACING_M * (rng.random() - 0.5) for _ in range(2))
        point = shapely.Point(x[row] + east, y[row] + north)
        if inner[cells["district"].iat[row]].contains(point):
            rows.append(row)
            points.append(point)
            weights[np.hypot(x - point.x, y - point.y) < served_m] *= SERVED
    chosen = cells.iloc[rows].reset_index(drop=True)
    return chosen.set_geometry(geopandas.GeoSeries(points, crs=cells.crs))


def located(places: GeoDataFrame, roads: list[str], *, city: City, rng: Random) -> list[Row]:
    """Return for each place on its road what stations and bases share, as text by schema field.

    Coordinates have 6 decimals, which is 0.1 m. As in real lists, the functional zone often stands
    where its district should.
    """
    points = to_geographic(places).geometry
    precisions = rng.choices([*PRECISIONS], [*PRECISIONS.values()], k=len(places))
    rows = []
    for place, road, lon, lat, precision in zip(
        places.itertuples(), roads, points.x, points.y, precisions, strict=True
    ):
        division = city.divisions[place.district]
        rows.append(
            {
                "district": rng.choice((division, place.union_unit)),
                "union_unit": f"{place.union_unit}总工会",
                "township": place.township,
                "address": f"示例地址·{division}{place.township}{road}{rng.randint(1, 299)}号",
                "lon": f"{lon:.6f}",
                "lat": f"{lat:.6f}",
                "datum": Datum.WGS84.zh,
                "coord_source": CoordSource.GENERATED.zh,
                "coord_precision": precision.zh,
                "source": SOURCE,
            }
        )
    return rows
