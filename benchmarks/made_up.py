"""Lists of stations that do not exist, as large as a measurement needs: seeded, in the shape of a real thin list.

Every name begins with 示例, and every place lies inside the district that is recorded for it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from benchmarks.serving import stations
from stations.model.crs import from_wgs84
from stations.model.places import districts, load_city
from stations.model.vocabulary import Datum

CITY = "340400"
TIERS = ("全国最美", "省级", "市级", "普通")
_OF_98 = np.array([5, 6, 35, 52])


def station_list(count: int, *, datum: Datum, seed: int) -> pd.DataFrame:
    """Return `count` stations with Chinese headers and cells of text; a quarter has hours, a tenth a telephone."""
    random = np.random.default_rng(seed)
    places = districts(load_city(CITY))
    lon, lat, district = _anywhere(places, count, random)
    x, y = from_wgs84(lon, lat, datum)
    number = pd.Series(range(1, count + 1)).astype(str)
    names = district.to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "序号": number,
            "站点名称": "示例驿站(" + names + "第" + number + "站)",
            "等级": random.choice(TIERS, count, p=_OF_98 / _OF_98.sum()),
            "所属区县": names,
            "详细地址": "示例地址·" + names + "第" + number + "号",
            "经度": pd.Series(x).map("{:.6f}".format),
            "纬度": pd.Series(y).map("{:.6f}".format),
            "坐标系": datum.value,
            "坐标来源": "地图POI",
            "开放时间": np.where(random.random(count) < 0.25, "周一至周五 08:00-18:00", ""),
            "联系电话": np.where(random.random(count) < 0.10, "0554-0000000", ""),
        }
    )


def register_of(table: pd.DataFrame, folder: Path) -> str:
    """Return the path of a new register in `folder` into which a list was imported, as an office does it."""
    file, database = folder / "list.csv", str(folder / "register.sqlite3")
    table.to_csv(file, index=False)
    process = stations("import", str(file), "--json", STATIONS_DATABASE=database)
    process.communicate()
    if process.returncode:
        raise RuntimeError(f"import ended with {process.returncode}")
    return database


def _anywhere(
    places: GeoDataFrame, count: int, random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], pd.Series[str]]:
    """Return longitudes and latitudes spread evenly over the districts, and the name of the district of each."""
    west, south, east, north = places.total_bounds
    box = random.random((8 * count, 2)) * [east - west, north - south] + [west, south]
    inside = {name: shapely.contains_xy(area, box) for name, area in zip(places["name"], places.geometry, strict=True)}
    found = pd.Series(np.select(list(inside.values()), list(inside), default=""))
    kept = found[found != ""].iloc[:count]
    return box[kept.index, 0], box[kept.index, 1], kept.reset_index(drop=True)
