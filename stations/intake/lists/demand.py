"""Who is to be reached, as a file gives it: points, areas or pixels with people, by group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from stations.intake.files.layer import layer_table
from stations.intake.files.raster import FINEST_M, is_raster, read_raster
from stations.intake.files.readers import bytes_of, is_layer, read_table, table_of
from stations.intake.files.table import GEOMETRY, RawTable
from stations.intake.lists.place_rows import PLACE_HEADERS, PlaceRow, fields_by_name, place_columns, require_headers
from stations.intake.lists.positions import AGREE_M, Pair, apart_m, wgs84
from stations.intake.lists.records import Columns, Rejection, geometry_of, judged, rejection
from stations.model import numbers, reading
from stations.model.crs import GEOGRAPHIC, Bounds, points
from stations.model.errors import BadFile
from stations.model.language import current_language, mark
from stations.model.language import gettext as _
from stations.model.layers import layer_named
from stations.model.schema import Header, Text
from stations.model.vocabulary import Datum, Group, folded

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from shapely.geometry.base import BaseGeometry

HEADERS = {
    **PLACE_HEADERS,
    "people": Header("人口", "People", ("人数", "常住人口", "人口数", "population")),
    "district": Header("县区", "District", ("所属县区", "所属区县", "区县", "行政区", "adcode")),
    "union_unit": Header("所属工会", "Union", ("上级工会", "主管工会")),
}
_FIELDS = fields_by_name(HEADERS)
_FIELDS |= {folded(name): group.column for group in Group for name in (group, group.zh, group.en, *group.aliases)}
_AREA, _POINT = re.compile(rb'"type"\s*:\s*"(Multi)?Polygon"'), re.compile(rb'"type"\s*:\s*"Point"')
MOST_PEOPLE = 10_000_000  # at one point; a whole city's total in one row is a mistake
Weight = Annotated[float | None, BeforeValidator(reading.number(0, MOST_PEOPLE, example="1200", grouped=True))]


class DemandPoint(PlaceRow):
    """A point with people."""

    NOWHERE: ClassVar[str] = mark("There are no coordinates. People without a place cannot be counted.")

    people: Weight = None
    couriers: Weight = None
    riders: Weight = None
    drivers: Weight = None
    sanitation: Weight = None
    members: Weight = None
    district: Text = None
    union_unit: Text = None


@dataclass(frozen=True, eq=False)
class Demand:
    """Points with people, from a file.

    Attributes
    ----------
    points
        EPSG:4326, indexed by the row of the file; one column for each group in the file by `Group.column` (whole
        numbers stay whole), `district` and `union_unit` (as the file writes them, code or name; ``None`` where it does
        not say) and Point geometry. A group without a column is unknown, never 0.
    areas
        Where the file gives areas: their outlines on the index of `points`, which are then points inside them.
    rejected
        The rows that are no such points.
    refused_people
        By group, what the rejected rows say as far as it is a number, 0 or more.
    beyond
        By group, people of a raster outside the extent that was read; ``None`` where they were not counted.
    file
        The name of the file.
    undated
        How many of the points name no datum of their own, and took the one that was stated for the file.
    notices
        What the reader has to say about the whole file, in words.
    """

    points: GeoDataFrame
    areas: GeoSeries | None
    rejected: tuple[Rejection, ...]
    refused_people: Mapping[Group, float]
    beyond: Mapping[Group, float | None]
    file: str
    undated: int
    notices: tuple[str, ...]

    @property
    def read(self) -> int:
        """How many rows the file has, blank ones aside: accepted and rejected."""
        return len(self.points) + len(self.rejected)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups in the file, in the order of the vocabulary."""
        return tuple(group for group in Group if group.column in self.points)


def read_demand(
    path: Path, *, datum: Datum | None, assumed: Datum | None = None, extent: Bounds | None = None
) -> Demand:
    """Return the people in a table or layer of points, a layer of areas, or a GeoTIFF of residents.

    Parameters
    ----------
    path
        CSV, XLSX, XLS or GeoJSON with longitude, latitude, a column for at least one `Group`, and if it likes district
        and union; GeoJSON, GeoPackage, a zipped Shapefile or KML of points or of areas, with the same columns; or
        a GeoTIFF (`read_raster`). Other columns are not looked at. A row must give every group that has a column, 0
        where there is nobody: else it is rejected, so that all groups are counted at the same places.
    datum
        The datum of rows that do not name their own; ``None`` when nobody has stated one (GeoJSON is WGS84 then). Areas
        and rasters name their own CRS.
    assumed
        The one that is taken where neither the file nor anybody says it.
    extent
        West, south, east, north in WGS84 degrees: what is read of a raster; ``None`` for all of it.

    Raises
    ------
    BadFile
        What `read_table`, `read_layer` and `read_raster` refuse; no column for longitude, latitude or any group; no
        datum, neither column nor stated.
    """
    path, layer = layer_named(path)
    if is_raster(path):
        return _of_raster(path, extent)
    table, outlines, of_layer = _table(path, layer)
    columns = place_columns(table, _FIELDS, of_layer=of_layer)
    datum = datum or columns.datum or table.datum or assumed
    _require_columns(columns, table, datum)
    accepted, rejected = judged(table, columns, DemandPoint, datum=None if of_layer else datum)
    rows, records = list(accepted), list(accepted.values())
    given = _numbers(records, "lon"), _numbers(records, "lat")
    agree = ~(apart_m(given, geometry_of(table, rows)) > AGREE_M)
    groups = [group for group in Group if group.column in columns.headers]
    faults = [_faults(record, groups, agrees=bool(agrees)) for record, agrees in zip(records, agree, strict=True)]
    rejected += [
        rejection(row, fault, table, columns=columns) for row, fault in zip(rows, faults, strict=True) if fault
    ]
    fine = np.array([not fault for fault in faults], dtype=bool)
    kept = [record for record, fault in zip(records, faults, strict=True) if not fault]
    index = [row for row, fault in zip(rows, faults, strict=True) if not fault]
    position = wgs84(given[0][fine], given[1][fine], [record.datum for record in kept])
    return Demand(
        points=_frame(index, kept, groups, position=position),
        areas=None if outlines is None else _outlines(outlines, index),
        rejected=tuple(sorted(rejected, key=lambda each: each.row)),
        refused_people=_readable(table, columns, [each.row for each in rejected], groups=groups),
        beyond={},
        file=table.file,
        undated=0 if of_layer or table.datum or columns.datum else _undated(table, columns, index),
        notices=table.notices,
    )


def _undated(table: RawTable, columns: Columns, rows: list[int]) -> int:
    """Return how many rows of a table leave the datum to the file."""
    header = columns.headers.get("datum")
    return len(rows) if header is None else int((table.cells.loc[rows, header] == "").sum())


def _table(path: Path, layer: str | None) -> tuple[RawTable, Mapping[int, BaseGeometry] | None, bool]:
    """Return the rows of a file, the outlines of its areas, and whether a mapping program's reader opened it."""
    data = bytes_of(path)
    drawn = is_layer(data)
    if path.suffix.lower() in {".geojson", ".json"}:
        drawn = bool(_AREA.search(data)) and not _POINT.search(data)
    if not drawn:
        return read_table(path), None, False
    counted = {group.column for group in Group}
    parsed, outlines = layer_table(
        path, name=layer, columns=[name for name, field in _FIELDS.items() if field in counted]
    )
    return table_of(parsed, path.name), outlines, True


def _faults(record: DemandPoint, groups: list[Group], *, agrees: bool) -> list[tuple[str, str]]:
    faults = []
    if not agrees:
        reason = _("The coordinates in the properties and in the geometry do not agree. Correct one of the two.")
        faults.append(("lon", reason))
    reason = _("The number of people is missing. Write 0 where there is nobody.")
    faults += [(group.column, reason) for group in groups if getattr(record, group.column) is None]
    return faults


def _readable(table: RawTable, columns: Columns, rows: list[int], *, groups: list[Group]) -> dict[Group, float]:
    """Return by group what rejected rows say of it, as far as that can be read."""
    read, sums = reading.number(0, 1e15, grouped=True), {}
    known = table.cells.index
    for group in groups:
        found = 0.0
        for row in rows:
            if row in known:
                try:
                    found += read(table.cells.at[row, columns.headers[group.column]]) or 0
                except PydanticCustomError:
                    continue
        sums[group] = found
    return sums


def _outlines(outlines: Mapping[int, BaseGeometry], rows: list[int]) -> GeoSeries:
    import geopandas

    return geopandas.GeoSeries([outlines[row] for row in rows], index=rows, crs=GEOGRAPHIC)


def _of_raster(path: Path, extent: Bounds | None) -> Demand:
    import geopandas
    import pandas as pd

    raster = read_raster(path, extent=extent)
    nothing = pd.Series([None] * len(raster.lon), dtype=object)
    frame = geopandas.GeoDataFrame(
        {"people": raster.people, "district": nothing, "union_unit": nothing},
        geometry=points(raster.lon, raster.lat),
    )
    notices = []
    if raster.parts != (1, 1):
        words = _("The pixels are wider than {side}: the people of each are spread evenly over {parts} squares.")
        notices.append(words.format(side=numbers.length(FINEST_M), parts=raster.parts[0] * raster.parts[1]))
    notices.append(_("The values of the raster are taken for people in each pixel, not for people per km²."))
    if not raster.declared:
        notices.append(_("The raster does not say which pixels have no data: every value is taken for people."))
    if raster.side > 1:
        notices.append(_("{side} × {side} pixels each are summed to one point.").format(side=raster.side))
    return Demand(
        points=frame,
        areas=None,
        rejected=(),
        refused_people={Group.RESIDENTS: 0.0},
        beyond={Group.RESIDENTS: raster.beyond},
        file=path.name,
        undated=0,
        notices=tuple(notices),
    )


def _require_columns(columns: Columns, table: RawTable, datum: Datum | None) -> None:
    here = set(columns.headers) | ({"lon", "lat"} if GEOMETRY[0] in table.cells else set())
    missing = [HEADERS[field] for field in ("lon", "lat") if field not in here]
    if here.isdisjoint(group.column for group in Group):
        missing.append(HEADERS["people"])
    remedy = _(
        "Give the file a column each for longitude, latitude and at least one group of people ({groups}), "
        "with headers in the first row."
    )
    require_headers(columns, table, missing, remedy=remedy.format(groups=reading.offered(Group)))
    if datum is None and "datum" not in here:
        raise BadFile(
            file=table.file,
            reason=mark("it does not say in which datum its coordinates are."),
            remedy=_("Add a column “{column}”, or state the datum of the file (--demand-datum).").format(
                column=HEADERS["datum"].label(current_language())
            ),
        )


def _numbers(records: list[DemandPoint], field: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([getattr(record, field) for record in records], dtype=np.float64)


def _frame(rows: list[int], records: list[DemandPoint], groups: list[Group], *, position: Pair) -> GeoDataFrame:
    import geopandas
    import pandas as pd

    columns: dict[str, Any] = {}
    for group in groups:
        weight = _numbers(records, group.column)
        columns[group.column] = weight.astype(np.int64) if (weight == weight.round()).all() else weight
    for name in ("district", "union_unit"):
        columns[name] = pd.Series([getattr(record, name) for record in records], index=rows, dtype=object)
    return geopandas.GeoDataFrame(columns, geometry=points(*position).set_axis(rows), index=rows)
