"""A row of a user's own list of places, whatever the list is of: where it is, and in which datum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from stations.intake.files.table import RawTable
from stations.intake.lists.records import Columns, columns_of
from stations.model import reading
from stations.model.errors import BadFile
from stations.model.headers import PLACE, assigned, datum_in
from stations.model.language import current_language, listed, mark
from stations.model.language import gettext as _
from stations.model.schema import Header, Latitude, Longitude, Text, coordinate_problem, fields
from stations.model.vocabulary import Datum, folded

PLACE_HEADERS = {field: fields("station")[field] for field in ("lon", "lat", "datum")}


def fields_by_name(headers: Mapping[str, Header]) -> dict[str, str]:
    """Return the field that each header means, as headers are compared: key, label or alias."""
    return {
        folded(name): field
        for field, header in headers.items()
        for name in (field, header.zh, header.en, *header.aliases)
    }


def place_columns(table: RawTable, names: Mapping[str, str], *, of_layer: bool) -> Columns:
    """Return what each column of a list of places is taken for, by the `names` of its fields, as headers are compared.

    Where none of these is longitude or latitude, headers that name the datum as well are known (高德经度). What a layer
    says of its place is its geometry alone. Raises `BadFile` when two columns mean the same field.
    """
    meant = {header: names.get(folded(header)) for header in table.cells.columns}
    if set(PLACE).isdisjoint(meant.values()):
        unknown = assigned("station", [header for header, field in meant.items() if field is None], {})
        meant |= {header: field for header, field in unknown.items() if field in PLACE}
    if of_layer:
        meant = {header: None if field in PLACE_HEADERS else field for header, field in meant.items()}
    columns = columns_of(table, meant.__getitem__)
    named = {datum_in(columns.headers[axis]) for axis in PLACE if axis in columns.headers}
    return replace(columns, datum=named.pop() if len(named) == 1 else None)


class PlaceRow(BaseModel):
    """A row that says where something is; without that it is none."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    NOWHERE: ClassVar[str] = mark("There are no coordinates. Fill in both, or remove the row.")

    lon: Longitude = None
    lat: Latitude = None
    datum: Annotated[Datum | None, BeforeValidator(reading.term(Datum))] = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self.require()
        return self

    def require(self) -> None:
        """Raise the first thing that is missing, with its field."""
        if self.lon is None and self.lat is None:
            raise reading.unreadable(self.NOWHERE, field="lon")
        if problem := coordinate_problem(self.lon, self.lat):
            raise reading.unreadable(problem, field="lon" if self.lon is not None else "lat")
        if self.datum is None:
            raise reading.unreadable(mark("The datum is missing in this row. Fill it in."), field="datum")


class NamedRow(PlaceRow):
    """A row that says where something with a name is."""

    name: Text = None

    def require(self) -> None:
        """Raise the first thing that is missing, with its field."""
        if self.name is None:
            raise reading.unreadable(mark("The name is missing. Every record needs one."), field="name")
        super().require()


def require_headers(columns: Columns, table: RawTable, missing: Sequence[Header], *, remedy: str) -> None:
    """Raise BadFile that names the headers which are missing, if any are, and those that are there."""
    if not missing:
        return
    reason = _("it has no column {missing}. Its headers are: {headers}.").format(
        missing=listed(header.label(current_language()) for header in missing),
        headers=listed(header[:40] for header in [*columns.fields, *columns.extra][:20]),
    )
    raise BadFile(file=table.file, reason=reason, remedy=remedy)


def require_place(columns: Columns, table: RawTable, *, headers: Mapping[str, Header], needed: Sequence[str]) -> None:
    """Raise BadFile unless a list of places has the columns that it needs."""
    here = {*columns.headers, *(("datum",) if columns.datum else ())}
    missing = [headers[field] for field in needed if field not in here]
    remedy = mark("Give every place a name and coordinates, and say in which datum these are.")
    require_headers(columns, table, missing, remedy=remedy)
