"""What siting takes: lists of premises that could host a station, and land where nothing is built."""

from __future__ import annotations

import json

from tests.hostile.corpus import case, file, linked
from tests.hostile.drawn import ENDLESS, as_view, geopackage
from tests.hostile.lists import vrt

HEAD = "name,cost,lon,lat,datum\n"
RING = [[117.0, 32.5], [117.1, 32.5], [117.1, 32.6], [117.0, 32.6], [117.0, 32.5]]
BOW_TIE = [[117.0, 32.5], [117.1, 32.6], [117.1, 32.5], [117.0, 32.6], [117.0, 32.5]]


def areas(*shapes: object) -> str:
    """Return GeoJSON of these geometries."""
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    return json.dumps({"type": "FeatureCollection", "features": features})


def hosts() -> None:
    """Register lists of premises."""
    tables = {
        "honest": ("an honest list", HEAD + "Bank,12000,117.02,32.64,WGS84\n"),
        "costs": (
            "costs that are none: NaN, below 0, 1e400, a formula",
            HEAD + "".join(f"Bank,{cost},117.02,32.64,WGS84\n" for cost in ("NaN", "-1", "1e400", "=1+1")),
        ),
        "no-name": ("a list without names", "cost,lon,lat,datum\n1,117.02,32.64,WGS84\n"),
        "markup": ("a script and a template for names", HEAD + "<script>x</script>,,117,32.6,\n{{7*7}},,117,32.6,\n"),
        "off-earth": ("places that are none", HEAD + "Bank,1,999,999,WGS84\n"),
    }
    for name, (what, text) in tables.items():
        case("hosts", f"hosts-{name}", what, file("hosts.csv", text))
    case(
        "hosts",
        "hosts-vrt",
        "GDAL's virtual format called .geojson",
        lambda given: given.put("hosts.geojson", vrt(f"/vsicurl/{given.address}")),
    )
    case("hosts", "hosts-areas", "areas in the place of points", file("hosts.geojson", areas(_polygon(RING))))


def exclusions() -> None:
    """Register layers of land."""
    layers = {
        "honest": ("an honest layer", areas(_polygon(RING))),
        "overlapping": ("the same area twice", areas(_polygon(RING), _polygon(RING))),
        "bow-tie": ("an area that crosses itself", areas(_polygon(BOW_TIE))),
        "points": ("points in the place of areas", areas({"type": "Point", "coordinates": [117, 32.6]})),
        "nothing": ("a feature without a geometry", areas(None)),
        "half": ("an area, and a feature without one", areas(_polygon(RING), None)),
        "off-earth": ("an area that is not on earth", areas(_polygon([[x * 9, y] for x, y in RING]))),
        "text": ("a text called .geojson", "hello"),
    }
    for name, (what, text) in layers.items():
        case("exclusions", f"exclusions-{name}", what, file("water.geojson", text))
    case(
        "exclusions",
        "exclusions-vrt",
        "GDAL's virtual format called .gpkg",
        lambda given: given.put("layer.gpkg", vrt(str(given.canary))),
    )
    endless = as_view(f"{ENDLESS} i AS fid, (SELECT geom FROM hidden LIMIT 1) AS geom, 'x' AS name, 1 AS people FROM n")
    case(
        "exclusions",
        "exclusions-gpkg-view-endless",
        "a view that never ends in the place of the layer",
        lambda given: geopackage(given, *endless),
    )
    case("exclusions", "exclusions-link", "a link to a device without an end", linked("/dev/zero", "layer.gpkg"))


def _polygon(ring: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring]}


hosts()
exclusions()
