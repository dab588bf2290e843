"""A user's own list of places by name, mostly townships: points or areas, from any file that a list comes in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stations.intake.files.layer import layer_table
from stations.intake.files.readers import bytes_of, is_layer, read_table, table_of
from stations.intake.files.table import GEOMETRY, RawTable
from stations.intake.lists.place_rows import PLACE_HEADERS, NamedRow, fields_by_name, place_columns, require_place
from stations.intake.lists.positions import wgs84
from stations.intake.lists.records import Rejection, judged
from stations.model.crs import points
from stations.model.layers import layer_named
from stations.model.schema import Header, Text

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

HEADERS = {
    **PLACE_HEADERS,
    "name": Header("名称", "Name", ("乡镇街道", "乡镇", "街道", "镇街", "乡镇名称", "街道名称", "township", "xzqmc")),
    "aliases": Header("别名", "Aliases", ("曾用名", "简称")),
    "district": Header("所属县区", "District", ("县区", "区县", "所属区县", "上级")),
}
_LAYERS = {".geojson", ".json"}
_PLACE = ("lon", "lat", "datum")
_FIELDS = fields_by_name(HEADERS)


class NamedPlace(NamedRow):
    """A row of such a list."""

    aliases: Text = None
    district: Text = None


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Places by name.

    Attributes
    ----------
    places
        EPSG:4326 points, indexed by the row of the file; `name` and, as the file writes them, `aliases` and `district`
        (``None`` where it does not say). Of an area it is a point inside.
    rejected
        The rows that are no such places.
    """

    places: GeoDataFrame
    rejected: tuple[Rejection, ...]


def read_gazetteer(path: Path) -> Gazetteer:
    """Return the named places in a list or a layer.

    Parameters
    ----------
    path
        CSV, XLSX or XLS with name, longitude, latitude and datum; or GeoJSON, GeoPackage, a zipped Shapefile or KML of
        points or areas with a column for the name. Aliases (with 、 or ; between them) and the district are welcome.

    Raises
    ------
    BadFile
        It cannot be read, has no column for the name or the coordinates, or does not say in which datum they are.
    """
    path, layer = layer_named(path)
    table = _table(path, layer)
    of_layer = GEOMETRY[0] in table.cells
    columns = place_columns(table, _FIELDS, of_layer=of_layer)
    require_place(columns, table, headers=HEADERS, needed=("name",) if of_layer else ("name", *_PLACE))
    accepted, rejected = judged(table, columns, NamedPlace, datum=None)
    return Gazetteer(_frame(accepted), tuple(sorted(rejected, key=lambda each: each.row)))


def _table(path: Path, layer: str | None) -> RawTable:
    if path.suffix.lower() not in _LAYERS and not is_layer(bytes_of(path)):
        return read_table(path)
    named = [name for name, field in _FIELDS.items() if field == "name"]
    parsed, _outlines = layer_table(path, name=layer, columns=named)
    return table_of(parsed, path.name)


def _frame(accepted: dict[int, NamedPlace]) -> GeoDataFrame:
    import geopandas
    import pandas as pd

    rows, records = list(accepted), list(accepted.values())
    lon, lat = (np.array([getattr(each, axis) for each in records], dtype=np.float64) for axis in ("lon", "lat"))
    columns = {
        name: pd.Series([getattr(each, name) for each in records], index=rows, dtype=object)
        for name in ("name", "aliases", "district")
    }
    place = points(*wgs84(lon, lat, [each.datum for each in records]))
    return geopandas.GeoDataFrame(columns, geometry=place.set_axis(rows), index=rows)
