"""Write the demonstration data of Huainan: ``python -m geodata.demonstration.generate``.

The same seed gives the same files, byte for byte.
"""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.demonstration.bases import base_rows
from geodata.demonstration.settlements import people_grid
from geodata.demonstration.sites import SOURCE
from geodata.demonstration.stations import station_rows
from geodata.demonstration.workers import worker_columns
from stations.model.crs import to_geographic, to_metric
from stations.model.places import districts, load_city
from stations.model.schema import fields
from stations.model.vocabulary import Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame

    from geodata.demonstration.sites import Row
    from stations.model.schema import Kind

SEED = 2024
FOLDER = Path(__file__).parent


def main() -> None:
    """Write the files beside this module."""
    for name, text in files(seed=SEED).items():
        (FOLDER / name).write_text(text, encoding="utf-8-sig", newline="\n")


def files(*, seed: int) -> dict[str, str]:
    """Return the text of each file of the demonstration by its name."""
    city = load_city("340400")
    outlines = to_metric(districts(city), city.metric_crs).geometry
    cells = people_grid(city, seed=seed)
    return {
        "huainan_stations.csv": _records("station", station_rows(cells, outlines, city=city, seed=seed)),
        "huainan_bases.csv": _records("base", base_rows(cells, outlines, city=city, seed=seed)),
        "huainan_demand.csv": _demand(cells.join(worker_columns(cells, city))),
    }


def _records(kind: Kind, rows: Sequence[Row]) -> str:
    """Return a table with the Chinese headers of the fields that any row fills."""
    used = {field: header for field, header in fields(kind).items() if any(row.get(field) for row in rows)}
    cells = ([row.get(field, "") for field in used] for row in rows)
    return _table([header.zh for header in used.values()], cells)


def _demand(cells: GeoDataFrame) -> str:
    points = to_geographic(cells).geometry
    groups = [group.column for group in Group if group.column in cells]
    counted = cells[groups].to_numpy().tolist()
    return _table(
        ["lon", "lat", *groups, "district", "source"],
        (
            (f"{lon:.6f}", f"{lat:.6f}", *counts, district, SOURCE)
            for lon, lat, counts, district in zip(points.x, points.y, counted, cells["district"], strict=True)
        ),
    )


def _table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    main()
