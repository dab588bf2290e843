"""Who is to be reached, as a file gives it: points with people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from stations.intake.positions import AGREE_M, Pair, apart_m, wgs84
from stations.intake.readers import read_table
from stations.intake.records import Columns, Rejection, columns_of, geometry_of, judged, rejection
from stations.intake.table import GEOMETRY, RawTable
from stations.model import reading
from stations.model.crs import points
from stations.model.errors import BadFile
from stations.model.language import current_language, listed, mark
from stations.model.language import gettext as _
from stations.model.schema import Header, Latitude, Longitude, Text, coordinate_problem
from stations.model.vocabulary import Datum, folded

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

HEADERS = {
    "lon": Header("经度", "Longitude", ("lng", "long", "x", "东经")),
    "lat": Header("纬度", "Latitude", ("y", "北纬")),
    "people": Header("人口", "People", ("人数", "常住人口", "人口数", "population")),
    "datum": Header("坐标系", "Datum", ("坐标系统", "坐标类型", "crs")),
    "district": Header("县区", "District", ("所属县区", "所属区县", "区县", "行政区", "adcode")),
}
_FIELDS = {
    folded(name): field for field, header in HEADERS.items() for name in (field, header.zh, header.en, *header.aliases)
}
MOST_PEOPLE = 10_000_000  # at one point; a whole city's total in one row is a mistake


class DemandPoint(BaseModel):
    """A point with people."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    lon: Longitude = None
    lat: Latitude = None
    people: Annotated[float | None, BeforeValidator(reading.number(0, MOST_PEOPLE))] = None
    datum: Annotated[Datum | None, BeforeValidator(reading.term(Datum))] = None
    district: Text = None

    @model_validator(mode="after")
    def _whole_point(self) -> Self:
        if self.lon is None and self.lat is None:
            raise reading.unreadable(
                mark("There are no coordinates. People without a place cannot be counted."), field="lon"
            )
        if problem := coordinate_problem(self.lon, self.lat):
            raise reading.unreadable(problem, field="lon" if self.lon is not None else "lat")
        if self.people is None:
            raise reading.unreadable(
                mark("The number of people is missing. Write 0 where nobody lives."), field="people"
            )
        if self.datum is None:
            raise reading.unreadable(mark("The datum is missing in this row. Fill it in."), field="datum")
        return self


@dataclass(frozen=True, eq=False)
class Demand:
    """Points with people, from a file.

    Attributes
    ----------
    points
        EPSG:4326, indexed by the row of the file; `people` (whole numbers stay whole), `district` (as the file
        writes it, adcode or name; ``None`` where it does not say) and Point geometry.
    rejected
        The rows that are no such points.
    file
        The name of the file.
    notices
        What the reader has to say about the whole file, in words.
    """

    points: GeoDataFrame
    rejected: tuple[Rejection, ...]
    file: str
    notices: tuple[str, ...]

    @property
    def read(self) -> int:
        """How many rows the file has, blank ones aside: accepted and rejected."""
        return len(self.points) + len(self.rejected)


def read_demand(path: Path, *, datum: Datum | None) -> Demand:
    """Return the points with people in a CSV, XLSX or GeoJSON file.

    Parameters
    ----------
    path
        A file with longitude, latitude and people, and a district if it likes; other columns are not looked at.
    datum
        The datum of rows that do not name their own; ``None`` when nobody has stated one (GeoJSON is WGS84 then).

    Raises
    ------
    BadFile
        What `read_table` refuses; no column for longitude, latitude or people; no datum, neither column nor stated.
    """
    table = read_table(path)
    columns = columns_of(table, lambda header: _FIELDS.get(folded(header)))
    _require_columns(columns, table, datum or table.datum)
    accepted, rejected = judged(table, columns, DemandPoint, datum=datum)
    rows, records = list(accepted), list(accepted.values())
    given = _numbers(records, "lon"), _numbers(records, "lat")
    agree = ~(apart_m(given, geometry_of(table, rows)) > AGREE_M)
    reason = _("The coordinates in the properties and in the geometry do not agree. Correct one of the two.")
    rejected += [
        rejection(row, [("lon", reason)], table, columns=columns)
        for row, fine in zip(rows, agree, strict=True)
        if not fine
    ]
    frame = _frame(rows, records, wgs84(*given, [record.datum for record in records]))
    return Demand(
        points=frame.loc[agree],
        rejected=tuple(sorted(rejected, key=lambda each: each.row)),
        file=table.file,
        notices=table.notices,
    )


def _require_columns(columns: Columns, table: RawTable, datum: Datum | None) -> None:
    here = set(columns.headers) | ({"lon", "lat"} if GEOMETRY[0] in table.cells else set())
    missing = [HEADERS[field] for field in ("lon", "lat", "people") if field not in here]
    if missing:
        reason = _("it has no column {missing}. Its headers are: {headers}.").format(
            missing=listed(header.label(current_language()) for header in missing),
            headers=listed(header[:40] for header in [*columns.fields, *columns.extra][:20]),
        )
        remedy = mark("Give the file a column each for longitude, latitude and people, with headers in the first row.")
        raise BadFile(file=table.file, reason=reason, remedy=remedy)
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


def _frame(rows: list[int], records: list[DemandPoint], position: Pair) -> GeoDataFrame:
    import geopandas
    import pandas as pd

    people = _numbers(records, "people")
    whole = bool((people == people.round()).all())
    return geopandas.GeoDataFrame(
        {
            "people": people.astype(np.int64) if whole else people,
            "district": pd.Series([record.district for record in records], index=rows, dtype=object),
        },
        geometry=points(*position).set_axis(rows),
        index=rows,
    )
