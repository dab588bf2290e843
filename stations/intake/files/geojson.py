"""GeoJSON (RFC 7946), read by itself: no driver that would open other files, no guessing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from stations.intake.files.delimited import encoding_of
from stations.intake.files.table import (
    GEOMETRY,
    MAX_COLUMNS,
    NO_HEADER_ROW,
    ONLY_POINTS,
    Parsed,
    Spoiled,
    arranged,
    number_text,
    too_large,
)
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.vocabulary import Datum

_WGS84 = re.compile(r"(urn:ogc:def:crs:)?(OGC:(1\.3|2)?:?CRS84|EPSG:[\d.]*:?4326)", re.IGNORECASE)
_CGCS2000 = re.compile(r"(urn:ogc:def:crs:)?EPSG:[\d.]*:?4490", re.IGNORECASE)


def parse_geojson(data: bytes, file: str) -> Parsed:
    """Return the features of a FeatureCollection as a table, their positions in the columns `GEOMETRY`.

    Numbers become text as Excel would show them, lists and objects JSON text, ``null`` a blank. The coordinates are
    longitude, latitude in WGS84 unless the old member ``crs`` names CGCS2000. A geometry that is not a point (or
    null) is a flaw of its feature.

    Raises
    ------
    BadFile
        No JSON, no FeatureCollection, another coordinate system, or what `arranged` refuses.
    """
    collection = _loaded(data, file)
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise BadFile(
            file=file,
            reason=mark("this is JSON, but not a GeoJSON FeatureCollection."),
            remedy=mark("Export the points from the mapping program as GeoJSON, then try again."),
        )
    datum = _datum(collection.get("crs"), file)
    features: list[Any] = collection["features"]
    if not features:
        remedy = mark("Export the points from the mapping program as GeoJSON, then try again.")
        raise BadFile(file=file, reason=mark("it has no features."), remedy=remedy)
    keys = _keys(features, file)
    spoiled: Spoiled = {}
    table = arranged(_rows(features, keys, spoiled), file, spoiled=spoiled, header_row=NO_HEADER_ROW)
    return table._replace(datum=datum)


class _NoNumber(ValueError):
    """What some programs write for a number that they do not know."""


def _loaded(data: bytes, file: str) -> Any:
    try:
        return json.loads(data.decode(encoding_of(data, file)), parse_constant=_no_number)
    except RecursionError:
        reason = mark("it is nested too deeply.")
    except _NoNumber as error:
        reason = _("it holds {constant}, which is no number in JSON.").format(constant=error)
    except ValueError as error:
        row = getattr(error, "lineno", 1)
        reason = _("the JSON is damaged, or cut off, in line {row}.").format(row=row)
    raise BadFile(file=file, reason=reason, remedy=mark("Export or download the file again."))


def _no_number(constant: str) -> float:
    raise _NoNumber(constant)  # NaN and Infinity are no JSON


def _datum(crs: Any, file: str) -> Datum:
    if crs is None:
        return Datum.WGS84
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else ""
    if _WGS84.fullmatch(name):
        return Datum.WGS84
    if _CGCS2000.fullmatch(name):
        return Datum.CGCS2000
    raise BadFile(
        file=file,
        reason=_("its coordinate system is “{name}”; GeoJSON is read in longitude and latitude only.").format(
            name=name[:80]
        ),
        remedy=mark("Export it again in WGS84 (EPSG:4326)."),
    )


def _keys(features: list[Any], file: str) -> list[str]:
    keys: dict[str, None] = {}
    for feature in features:
        keys.update(dict.fromkeys(_properties(feature)))
        if len(keys) > MAX_COLUMNS:
            raise too_large(file, _("it has more than {limit} different properties.").format(limit=MAX_COLUMNS))
    return list(keys)


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _rows(features: list[Any], keys: list[str], spoiled: Spoiled) -> Iterator[tuple[int, list[str]]]:
    yield 0, [*GEOMETRY, *keys]
    for number, feature in enumerate(features, start=1):
        position = _position(feature)
        if isinstance(position, str):
            spoiled[number, 0] = position, _(ONLY_POINTS)
            position = ("", "")
        properties = _properties(feature)
        yield number, [*position, *(_cell(properties.get(key)) for key in keys)]


def _position(feature: Any) -> tuple[str, str] | str:
    """Return longitude and latitude as text, blank for a null geometry; for anything else a text that shows it."""
    if not isinstance(feature, dict):
        return _cell(feature)
    geometry = feature.get("geometry")
    if geometry is None:
        return "", ""
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        match geometry.get("coordinates"):
            case [int() | float() as lon, int() | float() as lat, *_rest] if _is_degrees(lon) and _is_degrees(lat):
                return number_text(lon), number_text(lat)
    return _cell(geometry)


def _is_degrees(number: float) -> bool:
    return not isinstance(number, bool) and abs(number) < 1e9


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return number_text(value)
