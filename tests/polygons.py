"""A layer of areas in every format that carries polygons, as offices hand them in."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import geopandas
import shapely

FORMATS = ("areas.geojson", "areas.gpkg", "areas.zip", "areas.kml", "areas.kmz")


def written(frame: geopandas.GeoDataFrame, path: Path) -> Path:
    """Write a layer in the format of a path's suffix; KML and KMZ in degrees, the others in the frame's own CRS."""
    if path.suffix == ".zip":
        folder = path.with_suffix("")
        folder.mkdir()
        frame.to_file(folder / "layer.shp", encoding="UTF-8")
        with ZipFile(path, "w") as packed:
            for part in sorted(folder.iterdir()):
                packed.write(part, part.name)
    elif path.suffix == ".kml":
        path.write_text(_kml(frame.to_crs(4326)), "utf-8")
    elif path.suffix == ".kmz":
        with ZipFile(path, "w") as packed:
            packed.writestr("doc.kml", _kml(frame.to_crs(4326)))
    else:
        frame.to_file(path)
    return path


def _kml(frame: geopandas.GeoDataFrame) -> str:
    texts = frame.drop(columns="geometry").astype(str).to_dict("records")
    marks = [
        f"<Placemark><ExtendedData>{_data(each)}</ExtendedData>{_polygon(shape)}</Placemark>"
        for each, shape in zip(texts, frame.geometry, strict=True)
    ]
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(marks)}</Document></kml>'


def _data(texts: dict[str, str]) -> str:
    return "".join(f'<Data name="{name}"><value>{text}</value></Data>' for name, text in texts.items())


def _polygon(shape: shapely.Polygon) -> str:
    corners = " ".join(f"{x!r},{y!r}" for x, y in shape.exterior.coords)
    ring = f"<LinearRing><coordinates>{corners}</coordinates></LinearRing>"
    return f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"
