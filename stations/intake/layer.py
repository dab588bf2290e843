"""A layer of points or areas from a mapping program (GeoJSON, GeoPackage, zipped Shapefile), as a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stations.intake.sandbox import parsed_of, read_apart
from stations.intake.table import GEOMETRY, Parsed, Spoiled, arranged, empty, number_text
from stations.model.boundaries import read_layer, valid_area
from stations.model.language import gettext as _
from stations.model.vocabulary import Datum

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry


def layer_table(path: Path) -> tuple[Parsed, dict[int, BaseGeometry] | None]:
    """Return a layer as a table, and the outline (EPSG:4326) of each row by its number; ``None`` for points.

    The position of an area is a point inside it. Rows are numbered from 1, a row without the geometry that the layer
    is of has a flaw. It is read in a process of its own. Raises `BadFile`.
    """
    import shapely

    document = read_apart("layer", path)
    outlines = document["outlines"]
    if outlines is None:
        return parsed_of(document["table"]), None
    return parsed_of(document["table"]), {int(row): shapely.from_wkb(each) for row, each in outlines.items()}


def parse_layer(path: Path) -> dict[str, Any]:
    """Return the layer in a file, JSON-ready: its table, and the outlines of areas as WKB in hexadecimal digits."""
    frame = read_layer(path)
    if frame.empty:
        raise empty(path.name)
    of_areas = bool(frame.geom_type.isin(["Polygon", "MultiPolygon"]).any())
    if of_areas:
        frame = frame.set_geometry(frame.geometry.map(valid_area))
    spoiled: Spoiled = {}
    table = arranged(_rows(frame, spoiled, of_areas=of_areas), path.name, spoiled=spoiled)
    outlines = {number: shape.wkb_hex for number, shape in enumerate(frame.geometry, start=1)} if of_areas else None
    return {"table": table._replace(datum=Datum.WGS84), "outlines": outlines}


def _rows(frame: GeoDataFrame, spoiled: Spoiled, *, of_areas: bool) -> Iterator[tuple[int, list[str]]]:
    properties = frame.drop(columns=frame.geometry.name).astype(object)
    yield 0, [*GEOMETRY, *map(str, properties.columns)]
    for number, (shape, cells) in enumerate(zip(frame.geometry, properties.to_numpy().tolist(), strict=True), start=1):
        point = shape
        if of_areas and not shape.is_empty:
            point = shape.point_on_surface()
        if point is None or point.is_empty or point.geom_type != "Point":
            spoiled[number, 0] = ("", _("There is no area here.") if of_areas else _("There is no point here."))
            yield number, ["", "", *map(_cell, cells)]
        else:
            yield number, [number_text(point.x), number_text(point.y), *map(_cell, cells)]


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)  # NaN stays readable as what it is, and is no number of people
    return str(value)
