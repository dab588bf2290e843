"""A town whose answers can be counted on paper, as an office would describe it: a profile, outlines and lists.

Two districts of 2 km x 2 km; one demand point in the middle of each km², and one outside. North is on top::

               示例西区 (990101)     示例东区 (990102)
        1.5        10      20   |   s2 30      40
        0.5     s1 50      60   |      70   s3 80       7
        km        0.5     1.5         2.5     3.5     4.5

s1 is national and in use; s2 municipal, its status unknown, and it names no district; s3 is suspended; s4 is not
located. Within 1,050 m of s1 and s2 there are 280 of 367 people: neighbours along x and y, no diagonal ones.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas
import osmium
import shapely

from stations.model.acts import Act
from stations.model.crs import to_geographic
from stations.model.schema import DEMONSTRATION, Station
from stations.model.settings import Settings
from stations.planning.register import open_register
from stations.store.changes import Changes

TOWN, BARE_TOWN, ZONED_TOWN = "990100", "990200", "990300"
WEST, EAST, ZONE = "990101", "990102", "990101GX"
RADIUS_M = 1050.0
SINCE = dt.date(2023, 12, 31)
METRIC_CRS = "EPSG:4548"
ORIGIN_M = (500_000.0, 3_600_000.0)

# Kilometres east and north of the town's corner, and people.
CELLS = (
    *((0.5, 0.5, 50), (1.5, 0.5, 60), (2.5, 0.5, 70), (3.5, 0.5, 80)),
    *((0.5, 1.5, 10), (1.5, 1.5, 20), (2.5, 1.5, 30), (3.5, 1.5, 40)),
    (4.5, 0.5, 7),
)
PEOPLE, COVERED, COVERED_BY_NATIONAL = 367, 280, 120

# Couriers of the same cells, in their order; within 1,050 m of s1 and s2 there are 32 of 45.
COURIERS = (1, 2, 3, 4, 5, 6, 7, 8, 9)

# Stations of a town with a zone: what they offer, when they are open, whose they are. All three reach everybody.
DETAILED_HEADERS = (
    *("站点编号", "站点名称", "等级", "经度", "纬度", "坐标系", "状态"),
    *("服务设施", "开放时间", "所属工会", "所属县区", "容纳人数", "定位精度"),
)

STATION_HEADERS = ("站点编号", "站点名称", "等级", "所属县区", "详细地址", "经度", "纬度", "坐标系", "状态", "数据来源")
BASE_HEADERS = ("阵地编号", "阵地名称", "阵地类型", "所属县区", "经度", "纬度", "坐标系", "数据来源")


def degrees(east_km: float, north_km: float) -> tuple[float, float]:
    """Return longitude and latitude of a spot in the town, to 7 decimals (1 cm)."""
    spot = shapely.Point(ORIGIN_M[0] + 1000 * east_km, ORIGIN_M[1] + 1000 * north_km)
    placed = to_geographic(geopandas.GeoDataFrame(geometry=[spot], crs=METRIC_CRS)).geometry.iloc[0]
    return round(placed.x, 7), round(placed.y, 7)


def station_rows(source: str) -> list[tuple[object, ...]]:
    """Return the rows of the town's list of stations."""
    return [
        ("T-1", "示例一号驿站", "全国最美", "示例西区", "示例路 1 号", *degrees(0.5, 0.5), "WGS84", "在用", source),
        ("T-2", "示例二号驿站", "市级", "", "示例路 2 号", *degrees(2.5, 1.5), "WGS84", "", source),
        ("T-3", "示例三号驿站", "普通", "示例东区", "示例路 3 号", *degrees(3.5, 0.5), "WGS84", "暂停", source),
        ("T-4", "示例四号驿站", "省级", "示例西区", "示例路 4 号", "", "", "", "在用", source),
    ]


def base_rows(source: str) -> list[tuple[object, ...]]:
    return [("J-1", "示例书屋", "职工书屋、心灵驿站", "示例东区", *degrees(3, 1), "WGS84", source)]


def detailed_rows() -> list[tuple[object, ...]]:
    """Return the rows of a list of three stations, A and B where s1 and s2 are, C where s3 is."""
    return [
        (
            "A",
            "示例甲",
            "市级",
            *degrees(0.5, 0.5),
            "WGS84",
            "在用",
            "饮水、厕所",
            "24小时",
            "示例高新区",
            "",
            10,
            "门址",
        ),
        (
            *("B", "示例乙", "普通", *degrees(2.5, 1.5), "WGS84", "在用"),
            *("饮水、厕所:故障", "周一至周五 08:00-18:00", "", "示例东区", 20, "道路"),
        ),
        ("C", "示例丙", "普通", *degrees(3.5, 0.5), "WGS84", "在用", "厕所:无", "", "示例东区总工会", "", 30, ""),
    ]


def write(settings: Settings, *, since: str | None = None, added: bool = False, **known: Any) -> None:
    """Write one station as one revision; `place` is in kilometres, `since` the day from which it holds."""
    lon, lat = degrees(*known.pop("place", (0.5, 0.5)))
    record = Station.model_validate({"name": "示例站", "lon": lon, "lat": lat, "datum": "WGS84", **known})
    day = dt.date.fromisoformat(since) if since else None
    what = {"added" if added else "changed": [record]}
    register = open_register(settings.database)
    register.apply([Changes("station", settings.city, since=day, **what)], Act("test"), expected=register.revision())


def rewritten(settings: Settings, **changed: Any) -> None:
    """Write the first station of the town again, with what has changed."""
    known = {"name": "示例一号驿站", "tier": "national", "district": "示例西区", "address": "示例路 1 号"}
    about = {"station_id": "T-1", "status": "in_use", "source": DEMONSTRATION}
    write(settings, **{**known, **about, **changed})


def write_a_past(settings: Settings) -> None:
    """Write a station that closed after `SINCE`, one that opened later, and one of which nobody knows since when."""
    gone = {"status": "delisted", "status_on": "2024-03-01", "status_reason": "示例"}
    write(settings, added=True, station_id="A", name="示例甲", opened_on="2020-06-01")
    write(settings, station_id="A", name="示例甲", opened_on="2020-06-01", **gone)
    write(settings, added=True, station_id="B", name="示例乙", opened_on="2024-06-01", place=(3.5, 0.5))
    write(settings, added=True, station_id="C", name="示例丙", tier="municipal", place=(9, 9))


def write_couriers(path: Path) -> Path:
    """Write the people of the town with its couriers beside them."""
    rows = [(*degrees(x, y), people, number, "WGS84") for (x, y, people), number in zip(CELLS, COURIERS, strict=True)]
    return write_csv(path, ("经度", "纬度", "人口", "快递员", "坐标系"), rows)


def write_streets(path: Path) -> Path:
    """Write two streets through the cells, one for each row, which meet in the far west only."""
    south = [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (3.5, 0.5), (4.5, 0.5)]
    north = [(0.5, 1.5), (1.5, 1.5), (2.5, 1.5), (3.5, 1.5)]
    with osmium.SimpleWriter(str(path)) as writer:
        for number, spot in enumerate([*south, *north], start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=degrees(*spot)))
        for number, nodes in enumerate([[1, 2, 3, 4, 5], [6, 7, 8, 9], [1, 6]], start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags={"highway": "residential"}))
    return path


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a list as an office does: CSV in UTF-8 with a byte order mark."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def furnish(folder: Path) -> Path:
    """Write the profiles of the towns: with demonstration data and demand, with neither, with a zone and demand."""
    _outlines(folder / "outlines.geojson")
    head = (
        f'name = "示例市"\nenglish_name = "Sample Town"\nmetric_crs = "{METRIC_CRS}"\nboundary = "outlines.geojson"\n'
    )
    demonstration = (
        '[demonstration]\nstations = "stations.csv"\nbases = "bases.csv"\n'
        '[demand]\npath = "demand.csv"\nsynthetic = true\nzh = "示例人口"\nen = "Made-up people"\n'
    )
    (folder / "town.toml").write_text(f'adcode = "{TOWN}"\n{head}{demonstration}', encoding="utf-8")
    (folder / "bare.toml").write_text(f'adcode = "{BARE_TOWN}"\n{head}', encoding="utf-8")
    demand = demonstration[demonstration.index("[demand]") :]
    (folder / "zoned.toml").write_text(f'adcode = "{ZONED_TOWN}"\n{head}{_unions()}{demand}', encoding="utf-8")
    write_csv(folder / "detailed.csv", DETAILED_HEADERS, detailed_rows())
    write_csv(folder / "stations.csv", STATION_HEADERS, station_rows(DEMONSTRATION))
    write_csv(folder / "bases.csv", BASE_HEADERS, base_rows(DEMONSTRATION))
    write_csv(folder / "real.csv", STATION_HEADERS, station_rows("示例调查"))
    rows = [(*degrees(x, y), people, "WGS84") for x, y, people in CELLS]
    write_csv(folder / "demand.csv", ("经度", "纬度", "人口", "坐标系"), rows)
    return folder


def _unions() -> str:
    """Return the unions of both districts, and that of a zone that lies in the western one."""
    known = ((WEST, "示例西区", WEST), (EAST, "示例东区", EAST), (ZONE, "示例高新区", WEST))
    return "".join(
        f'[[unions]]\ncode = "{code}"\nname = "{name}"\nparent = "{parent}"\n' for code, name, parent in known
    )


def _outlines(path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": code, "name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [degrees(x, y) for x, y in ((west, 0), (west + 2, 0), (west + 2, 2), (west, 2), (west, 0))]
                ],
            },
        }
        for code, name, west in ((WEST, "示例西区", 0), (EAST, "示例东区", 2))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def settings_in(folder: Path, profiles: Path, city: str = TOWN) -> Settings:
    """Return the settings of an office with its own profiles and a register in `folder`."""
    return Settings(city=city, database=str(folder / "register.sqlite3"), profiles=profiles, language="en")
