"""A list as the data doctor looks at it: by columns, with where its records lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stations.intake.doctor.findings import Finding, Severity
from stations.intake.files.table import GEOMETRY, RawTable
from stations.intake.lists.records import Batch
from stations.model.city import City
from stations.model.crs import metric_points, to_metric
from stations.model.language import gettext as _
from stations.model.language import listed
from stations.model.places import division_of, union_of
from stations.model.schema import RECORDS
from stations.model.vocabulary import CoordSource, folded

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

OUTLINE_M = 350.0
"""How far an outline may be off: the two published ones of a city differ by 343 m at nine points out of ten."""

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class Patient:
    """A batch by columns, and where its records lie; `table` is the file that it was read from, if there is one."""

    def __init__(self, batch: Batch, city: City, districts: GeoDataFrame, *, table: RawTable | None = None) -> None:
        self.batch, self.city, self.table = batch, city, table
        self.headers = batch.columns.headers
        if table is not None and GEOMETRY[0] in table.cells:
            self.headers = dict(zip(("lon", "lat"), GEOMETRY, strict=True)) | self.headers
        self.outlines = to_metric(districts, city.metric_crs).geometry.sort_index()

        self._columns: dict[str, list[Any]] = {}

    def column(self, field: str) -> list[Any]:
        """Return the values of a field; ``None`` where the kind of record has no such field."""
        if field not in self._columns:
            there = field in RECORDS[self.batch.kind].model_fields
            records = self.batch.records
            self._columns[field] = list(map(attrgetter(field), records)) if there else [None] * len(records)
        return self._columns[field]

    @cached_property
    def names(self) -> list[str]:
        """The names as they are compared."""
        return [folded(name) for name in self.column("name")]

    @cached_property
    def located(self) -> Integers:
        """Positions of the records that have coordinates of their own."""
        return np.flatnonzero([lon is not None for lon in self.lon])

    @cached_property
    def lon(self) -> list[float | None]:
        """The longitudes; ``None`` where there is none, and where a place stands for its area."""
        placed = zip(self.column("lon"), self.column("coord_source"), strict=True)
        return [None if source is CoordSource.AREA else lon for lon, source in placed]

    @cached_property
    def metres(self) -> Floats:
        """Metres east and north of the located records."""
        lon, lat = (np.array(self.column(field), dtype=float)[self.located] for field in ("lon", "lat"))
        return metric_points(lon, lat, self.city.metric_crs)

    @cached_property
    def recorded(self) -> dict[str, str | None]:
        """District as written → adcode of the division it means, or ``None``."""
        return {text: self._division(text) for text in dict.fromkeys(self.column("district")) if text}

    def _division(self, text: str) -> str | None:
        zone = union_of(self.city, text)
        return division_of(self.city, text) or (zone.parent if zone else None)

    @cached_property
    def inside(self) -> dict[str, Booleans]:
        """For each division, which located records are inside it."""
        return self._within(0)

    @cached_property
    def near(self) -> dict[str, Booleans]:
        """For each division, which located records are inside it, or outside by no more than its outline may be off."""
        return self._within(OUTLINE_M)

    def _within(self, reach_m: float) -> dict[str, Booleans]:
        import shapely

        areas = {code: shapely.buffer(area, reach_m) if reach_m else area for code, area in self.outlines.items()}
        for area in areas.values():
            shapely.prepare(area)
        return {code: shapely.intersects_xy(area, self.metres) for code, area in areas.items()}

    def finding(
        self,
        position: int,
        field: str,
        severity: Severity,
        *,
        code: str,
        fix: Mapping[str, str] | None = None,
        **words: str,
    ) -> Finding:
        """Return a finding about one field of the record at `position`; `words`: message, remedy, value if masked."""
        source = f"source_{field}"  # the file's own number, which is no longer in lon and lat
        given = source if field in {"lon", "lat"} and source not in self.headers else field
        value = words.pop("value", None) or str(getattr(self.batch.records[position], given))
        row, column = self.batch.rows[position], self.headers.get(field)
        return Finding(row, column, value, severity, code=code, fix=fix or {}, **words)

    def listed(self, positions: Sequence[int]) -> str:
        """Return the rows of some records, the first ten of them, in brackets; what comes from no file has none."""
        if not self.batch.file:
            return ""
        rows = listed(str(self.batch.rows[position]) for position in positions[:10])
        return _(" (rows: {rows})").format(rows=rows if len(positions) <= 10 else f"{rows} …")
