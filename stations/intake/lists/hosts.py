"""A user's own list of premises that could host a station: banks, petrol stations, police boxes, from any file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import BeforeValidator

from stations.intake.files.readers import read_table
from stations.intake.files.table import GEOMETRY
from stations.intake.lists.place_rows import PLACE_HEADERS, NamedRow, fields_by_name, place_columns, require_place
from stations.intake.lists.positions import wgs84
from stations.intake.lists.records import Rejection, judged
from stations.intake.texts.numerals import MONEY_UNITS, alone
from stations.model import reading
from stations.model.crs import points
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.schema import Header
from stations.model.vocabulary import Datum

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

HEADERS = {
    **PLACE_HEADERS,
    "name": Header("名称", "Name", ("单位名称", "依托单位", "网点名称", "场所名称", "host")),
    "cost": Header("费用", "Cost", ("成本", "造价", "建设费用", "费用(元)", "预算")),
    "capacity": Header("容纳人数", "Capacity", ("可容纳人数", "容量", "服务能力")),
}
MOST_COST = 1_000_000_000_000
MOST_CAPACITY = 1_000_000
_PLACE = ("lon", "lat", "datum")
_FIELDS = fields_by_name(HEADERS)
_amount = reading.number(0, MOST_COST, example="20000")
_capacity = reading.number(0, MOST_CAPACITY, example="800")


def _cost(cell: object) -> float | None:
    """Return an amount of money as people write it: 20,000, 2万元."""
    amount = alone(reading.plain(cell), *MONEY_UNITS)
    return _amount(cell if math.isnan(amount) else f"{amount:.15g}")


def _people(cell: object) -> float | None:
    """Return a number of people as people write it: 800人, 1千."""
    count = alone(reading.plain(cell), "人")
    return _capacity(cell if math.isnan(count) else f"{count:.15g}")


_Cost = Annotated[float | None, BeforeValidator(_cost)]
_Capacity = Annotated[float | None, BeforeValidator(_people)]


class HostPlace(NamedRow):
    """A row of such a list."""

    cost: _Cost = None
    capacity: _Capacity = None


@dataclass(frozen=True, eq=False)
class Hosts:
    """Premises that could host a station.

    Attributes
    ----------
    file
        The name of the file.
    places
        EPSG:4326 points, indexed by the row of the file; `name`, `cost` (in the currency of the file) and `capacity`
        (people; both NaN where the file does not say).
    rejected
        The rows that are no such places.
    """

    file: str
    places: GeoDataFrame
    rejected: tuple[Rejection, ...]


def read_hosts(path: Path, *, datum: Datum | None = None) -> Hosts:
    """Return the premises in a list or a layer of points, read in a process of its own where that is needed.

    Parameters
    ----------
    path
        A list with name, longitude, latitude and datum, or a layer of points with a column for the name; `HEADERS`
        says what else is read.
    datum
        Of rows that do not name their own; ``None`` when nobody has stated one.

    Raises
    ------
    BadFile
        It cannot be read, has no column for the name or the coordinates, or no row that can be used.
    """
    table = read_table(path)
    of_layer = GEOMETRY[0] in table.cells
    columns = place_columns(table, _FIELDS, of_layer=of_layer)
    place = () if of_layer else ("lon", "lat") if datum or table.datum else _PLACE
    require_place(columns, table, headers=HEADERS, needed=("name", *place))
    accepted, rejected = judged(table, columns, HostPlace, datum=datum)
    rejected.sort(key=lambda each: each.row)
    if not accepted:
        reason = _("no row can be used. Row {row}: {reason}").format(row=rejected[0].row, reason=rejected[0].reason)
        raise BadFile(file=table.file, reason=reason, remedy=mark("Correct the rows, then try again."))
    return Hosts(table.file, _frame(accepted), tuple(rejected))


def _frame(accepted: dict[int, HostPlace]) -> GeoDataFrame:
    import geopandas
    import pandas as pd

    rows, records = list(accepted), list(accepted.values())
    lon, lat, cost, capacity = (
        np.array([getattr(each, name) for each in records], dtype=np.float64)
        for name in ("lon", "lat", "cost", "capacity")
    )
    names = pd.Series([each.name for each in records], index=rows, dtype=object)
    place = points(*wgs84(lon, lat, [each.datum for each in records]))
    columns = {"name": names, "cost": cost, "capacity": capacity}
    return geopandas.GeoDataFrame(columns, geometry=place.set_axis(rows), index=rows)
