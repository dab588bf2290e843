"""Barriers: land where nothing can be built (water, railways, mining subsidence), as a layer of areas gives it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stations.intake.files.layer import layer_table
from stations.model.errors import BadFile
from stations.model.language import mark
from stations.model.layers import layer_named

if TYPE_CHECKING:
    from shapely import GeometryCollection


def read_exclusions(path: Path, *, layer: str | None = None) -> GeometryCollection:
    """Return the areas of a file in EPSG:4326, each valid; they may overlap. It is read in a process of its own.

    `path` is GeoJSON, a GeoPackage, a zipped Shapefile, KML or KMZ; any CRS, which must be named. A line is no area: a
    railway is given as the strip that it takes. Of several layers the `layer` is read, or that of ``file.gpkg#layer``.
    Raises `BadFile` when it cannot be read, or holds no areas; a row without one would silently exclude nothing, and so
    is refused, too.
    """
    import shapely

    file, named = layer_named(path)
    table, outlines = layer_table(file, name=layer or named)
    if outlines is None or table.flaws or not outlines:
        reason = mark("it has no areas, or a row without one.")
        raise BadFile(file=path.name, reason=reason, remedy=mark("Keep only polygons in it; make a strip of a line."))
    return shapely.GeometryCollection(list(outlines.values()))
