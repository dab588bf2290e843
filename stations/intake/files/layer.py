"""A layer of points or areas from a mapping program (GeoJSON, GeoPackage, zipped Shapefile, KML), as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stations.intake.files.sandbox import parsed_of, read_apart
from stations.intake.files.table import (
    GEOMETRY,
    NO_HEADER_ROW,
    ONLY_POINTS,
    Parsed,
    Row,
    Spoiled,
    arranged,
    cell_text,
    empty,
    number_text,
    sheet_notice,
)
from stations.model.boundaries import valid_area
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import listed, mark
from stations.model.layers import Layer, Wish, offering, read_layer
from stations.model.vocabulary import Datum

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry


def point_table(path: Path, *, sheet: str | None = None) -> Parsed:
    """Return a layer of points as a table, in WGS84 whatever its CRS.

    Without a name, the first layer with points is read; of a KML file, all folders. A feature without a shape is a row
    without a position; any shape but a point is a flaw of its row. It is read in a process of its own.
    Raises `BadFile`.
    """
    return parsed_of(_read(path, {"of_points": True, "name": sheet})["table"])


def layer_table(
    path: Path, *, name: str | None = None, columns: Sequence[str] = ()
) -> tuple[Parsed, dict[int, BaseGeometry] | None]:
    """Return a layer as a table, and the outline (EPSG:4326) of each row by its number; ``None`` for points.

    The position of an area is a point inside it. Rows are numbered from 1, a row without the geometry that the layer
    is of has a flaw. `name` is the layer that is meant of several; without one it must be the only one that has rows,
    or one of `columns` (folded). It is read in a process of its own. Raises `BadFile`.
    """
    import shapely

    document = _read(path, {"name": name, "columns": list(columns)})
    outlines = document["outlines"]
    if outlines is None:
        return parsed_of(document["table"]), None
    return parsed_of(document["table"]), {int(row): shapely.from_wkb(each) for row, each in outlines.items()}


def _read(path: Path, wish: dict[str, Any]) -> Any:
    broken = BadFile(
        file=path.name,
        reason=mark("the layer is damaged or incomplete."),
        remedy=mark("Export it again from the mapping program."),
    )
    return read_apart("layer", path, wish=wish, broken=broken)


def parse_layer(
    path: Path, *, of_points: bool = False, name: str | None = None, columns: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the layer in a file, JSON-ready: its table, and the outlines of areas as WKB in hexadecimal digits."""
    layer = read_layer(path, Wish(of_points, name, tuple(columns)))
    with offering(layer.name, layer.names):
        return _document(path, layer, of_points=of_points)


def _document(path: Path, layer: Layer, *, of_points: bool) -> dict[str, Any]:
    frame = layer.frame
    if frame.empty:
        raise empty(path.name, remedy=mark("Choose a layer that has places or areas in it."))
    of_areas = not of_points and bool(frame.geom_type.isin(["Polygon", "MultiPolygon"]).any())
    if of_areas:
        frame = frame.set_geometry(frame.geometry.map(valid_area))
    spoiled: Spoiled = {}
    rows = _points(frame, spoiled) if of_points else _rows(frame, spoiled, of_areas=of_areas)
    table = arranged(_headed(frame, rows), path.name, spoiled=spoiled, header_row=NO_HEADER_ROW)
    outlines = {number: shape.wkb_hex for number, shape in enumerate(frame.geometry, start=1)} if of_areas else None
    table = table._replace(datum=Datum.WGS84, sheet=layer.name, sheets=layer.names, notices=_notices(layer))
    return {"table": table, "outlines": outlines}


def _notices(layer: Layer) -> list[str]:
    if layer.name is not None:
        return sheet_notice(layer.name, layer.names)
    words = _("All folders are read: {folders}.")
    return [words.format(folders=listed(layer.names))] if len(layer.names) > 1 else []


def _headed(frame: GeoDataFrame, positions: Iterator[tuple[int, str, str]]) -> Iterator[Row]:
    properties = frame.drop(columns=frame.geometry.name).astype(object)
    yield NO_HEADER_ROW, [*GEOMETRY, *map(str, properties.columns)]
    for (number, lon, lat), cells in zip(positions, properties.to_numpy().tolist(), strict=True):
        yield number, [lon, lat, *map(_cell, cells)]


def _points(frame: GeoDataFrame, spoiled: Spoiled) -> Iterator[tuple[int, str, str]]:
    """Return the positions of the features of a layer of points, blank where one has no shape."""
    off_earth = _("This point is not on earth: the layer is not in the coordinate reference system that it names.")
    for number, shape in enumerate(frame.geometry, start=1):
        point = _only_one(shape)
        if point is not None and (point.is_empty or point.geom_type != "Point"):
            spoiled[number, 0] = point.geom_type, _(ONLY_POINTS)
        elif point is not None and not (abs(point.x) <= 180 and abs(point.y) <= 90):
            spoiled[number, 0] = f"{number_text(point.x)}, {number_text(point.y)}", off_earth
        elif point is not None:
            yield number, number_text(point.x), number_text(point.y)
            continue
        yield number, "", ""


def _only_one(shape: Any) -> Any:
    """Return the point itself of a shape that may hold several points and holds one."""
    alone = shape is not None and shape.geom_type == "MultiPoint" and len(shape.geoms) == 1
    return shape.geoms[0] if alone else shape


def _rows(frame: GeoDataFrame, spoiled: Spoiled, *, of_areas: bool) -> Iterator[tuple[int, str, str]]:
    for number, shape in enumerate(frame.geometry, start=1):
        point = shape
        if of_areas and not shape.is_empty:
            point = shape.point_on_surface()
        if point is None or point.is_empty or point.geom_type != "Point":
            spoiled[number, 0] = ("", _("There is no area here.") if of_areas else _("There is no point here."))
            yield number, "", ""
        else:
            yield number, number_text(point.x), number_text(point.y)


def _cell(value: Any) -> str:
    return "" if value is None or value != value else cell_text(value)  # noqa: PLR0124 - NaN and NaT differ from themselves
