"""What each layer of a browser map is made of: JSON-ready dictionaries, one builder for each kind.

Frames come in WGS84 (EPSG:4326, degrees); columns go out side by side, coordinates with six decimals (0.1 m).
Names and other words stay raw text: JSON carries them, the browser sets them as text. Labels speak the
current language (`stations.model.language.use_language`). Colours, shapes and sizes come from `symbology`
alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from stations.model import numbers, schema
from stations.model.errors import BadCoordinates
from stations.model.labels import label_of
from stations.model.language import current_language, mark, ngettext, sentences
from stations.model.language import gettext as _
from stations.model.vocabulary import CoordSource, Tier
from stations.output import symbology

Kind = Literal["frame", "districts", "people", "reached", "gaps", "bases", "stations", "proposals"]
Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Pin:
    """A place of no record: longitude and latitude (WGS84), with a circle of `reach_m` metres around it if given.

    A `movable` one can be dragged; the map tells where it was let go as it tells of a click.
    """

    lon: float
    lat: float
    reach_m: float | None = None
    movable: bool = False


PEOPLE_WASH, LAND_WASH = 0.04, 0.22
"""How strongly the land of gaps is coloured (0-1): under squares of people, and where it is all there is to see."""

_RIM = "#E1E4E7"


def as_json(payload: Payload) -> bytes:
    """Return a payload as compact UTF-8 JSON, the body of its URL."""
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")  # half a surrogate pair becomes its JSON escape


def etag(body: bytes) -> str:
    """Return the strong entity tag of a body, quotes included: equal bytes, equal tag."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def frame_payload(
    title: str,
    *,
    as_of: dt.date | None,
    approval: str | None,
    demonstration: bool,
    revision: int | None = None,
    radius_m: float | None = None,
) -> dict[str, Any]:
    """Return the words around the map: what it is, as of when, under which approval, what its buttons do.

    Parameters
    ----------
    title
        What the map shows, for readers who do not see it.
    as_of
        The data's date.
    approval
        The user's own map approval number (审图号); empty says "for internal use".
    demonstration
        Whether the data is made up; a badge says so.
    revision, radius_m
        The register's revision and the radius (metres) that the figures belong to.
    """
    facts = [
        _("Data as of {date}").format(date=as_of.isoformat()) if as_of else None,
        _("Revision {revision}").format(revision=revision) if revision is not None else None,
        _("Radius {radius}").format(radius=numbers.stated(radius_m)) if radius_m is not None else None,
        _("Sketch map"),
        _("Map approval no. {number}").format(number=approval) if approval else _("For internal use"),
    ]
    return {
        "language": current_language().replace("_", "-"),
        "title": title,
        "caption": [fact for fact in facts if fact],
        "badge": _("Demonstration data") if demonstration else None,
        "look": {
            "fonts": symbology.FONT_STACK,
            "ink": symbology.INK,
            "line": symbology.HAIRLINE,
            "focus": symbology.TIER_MARKS[Tier.MUNICIPAL].colour,
        },
        "words": {key: _(message) for key, message in _WORDS.items()},
    }


_WORDS = {
    "zoom_in": mark("Zoom in"),
    "zoom_out": mark("Zoom out"),
    "home": mark("Show the whole city"),
    "fullscreen": mark("Full screen"),
    "measure": mark("Measure a distance"),
    "measuring": mark("Click along the line. Escape ends the measurement."),
    "legend": mark("Legend"),
    "close": mark("Close"),
    "failed": mark("Part of the map could not be loaded."),
    "retry": mark("Try again"),
}


def first_words() -> dict[str, str]:
    """Return what a map says before any of its data is there."""
    own = {key: _WORDS[key] for key in ("failed", "retry")} | {"loading": mark("Loading the map …")}
    return {key: _(message) for key, message in own.items()}


def district_payload(districts: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return the quiet ground.

    Parameters
    ----------
    districts
        Index division code; column ``name``; geometry (Multi)Polygon. The name stands at ``label_lon``,
        ``label_lat`` where given, else at a point inside.
    """
    lon, lat = _degrees(districts.geometry.representative_point())
    if {"label_lon", "label_lat"} <= set(districts.columns):
        lon, lat = _rounded(districts["label_lon"]), _rounded(districts["label_lat"])
    return {
        "codes": [str(code) for code in districts.index],
        "names": _texts(districts["name"]),
        "label_lon": lon,
        "label_lat": lat,
        "rings": _rings(districts.geometry),
        "look": {"tints": list(symbology.DISTRICT_TINTS), "line": symbology.HAIRLINE, "rim": _RIM},
    }


def station_payload(stations: gpd.GeoDataFrame, *, unlocated: int = 0, details: Sequence[str] = ()) -> dict[str, Any]:
    """Return the stations by tier.

    Parameters
    ----------
    stations
        Index station id; columns ``tier``, ``name`` and, if known, ``coord_precision``; geometry Point. A
        place known only to the street, township or district is drawn as approximate.
    unlocated
        How many more there are without coordinates: counted, never drawn.
    details
        Columns to show on the card of a map that stands alone, labelled as in `stations.model.schema`.
    """
    language = current_language()
    rank = {tier.value: tier.rank for tier in Tier}
    return {
        **_points(stations, "station", details),
        "class": [rank[tier] for tier in stations["tier"]],
        "classes": [
            {"key": tier.value, "label": tier.label(language), **_look(look)}
            for tier, look in symbology.TIER_MARKS.items()
        ],
        "total": len(stations) + unlocated,
        "cluster": _cluster(symbology.INK),
        "legend": _legend(_("Stations by tier"), stations, unlocated),
    }


def base_payload(bases: gpd.GeoDataFrame, *, unlocated: int = 0, details: Sequence[str] = ()) -> dict[str, Any]:
    """Return the activity bases, all drawn alike.

    Parameters
    ----------
    bases
        Index base id; columns ``name``, ``kinds`` (keys of `BaseKind`) and, if known, ``coord_precision``;
        geometry Point.
    unlocated, details
        As for `station_payload`.
    """
    return {
        **_points(bases, "base", details),
        "notes": [_cell("base", "kinds", kinds) or "" for kinds in bases["kinds"]],
        "class": [0] * len(bases),
        "classes": [{"key": "base", "label": _("Activity base"), **_look(symbology.BASE_MARK)}],
        "total": len(bases) + unlocated,
        "cluster": _cluster(symbology.BASE_MARK.colour),
        "legend": _legend(_("Activity bases"), bases, unlocated),
    }


def people_payload(uncovered: gpd.GeoDataFrame, *, spacing_m: float) -> dict[str, Any]:
    """Return the uncovered people as squares in the sequential ramp.

    Parameters
    ----------
    uncovered
        Column ``people``; geometry Point, the centre of a square. Points without people are left out.
    spacing_m
        Side of a square, metres.
    """
    lived_in = uncovered[uncovered["people"] > 0]
    people = lived_in["people"].to_numpy(dtype=float)
    breaks = symbology.ramp_breaks(people)
    lon, lat = _degrees(lived_in.geometry)
    upper = [f"{edge:,.0f}" if edge >= 10 else f"{edge:g}" for edge in breaks]
    title = _("Uncovered people per {side} square").format(side=numbers.length(spacing_m))
    return {
        "lon": lon,
        "lat": lat,
        "class": np.searchsorted(breaks, people).tolist(),  # an upper edge belongs to its class
        "spacing_m": float(spacing_m),
        "legend": {
            "title": title,
            "rows": [
                {"colour": colour, "label": f"{low}–{high}"}
                for colour, low, high in zip(symbology.RAMP, ["0", *upper], upper, strict=False)
            ],
        },
    }


def reached_payload(land: gpd.GeoSeries, *, radius_m: float) -> dict[str, Any]:
    """Return the land from where a station is within `radius_m`: (Multi)Polygons, holes stay holes."""
    return {
        "rings": _rings(land),
        "legend": {"title": _("Reach"), "label": _("Land within {radius}").format(radius=numbers.stated(radius_m))},
        "look": {"colour": symbology.REACHED},
    }


def gap_payload(gaps: gpd.GeoDataFrame, *, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the gaps with their ranks.

    Parameters
    ----------
    gaps
        Columns ``gap_id``, ``rank``, ``people`` (missing where no demand is known), ``area_km2``, ``district``
        (division code), ``nearest_station_m`` (missing where nothing is built); geometry (Multi)Polygon.
    names
        Division code → the district's name.
    """
    lon, lat = _degrees(gaps.geometry.representative_point())
    ranks = [int(rank) for rank in gaps["rank"]]
    people = [None if pd.isna(value) else numbers.people(value) for value in gaps["people"]]
    area = [numbers.area(value) for value in gaps["area_km2"]]
    return {
        "ids": _texts(gaps["gap_id"]),
        "rank": ranks,
        "title": [
            _("Gap {rank}: {area}").format(rank=rank, area=size)
            if count is None
            else _("Gap {rank}: {people} people").format(rank=rank, people=count)
            for rank, count, size in zip(ranks, people, area, strict=True)
        ],
        "note": [names.get(code, "") for code in gaps["district"]],
        "lon": lon,
        "lat": lat,
        "rings": _rings(gaps.geometry),
        "details": [
            {"label": _("Uncovered people"), "values": people},
            {"label": _("Area"), "values": area},
            {
                "label": _("Nearest station"),
                "values": [numbers.distance(m) if np.isfinite(m) else None for m in gaps["nearest_station_m"]],
            },
        ],
        "legend": {"title": _("Gaps"), "label": _("Gap, numbered by rank")},
        "look": {"colour": symbology.GAP_OUTLINE, "fonts": symbology.FONT_STACK, "wash": _wash(people)},
    }


def _wash(people: Sequence[str | None]) -> float:
    """Return how strongly the land of gaps is coloured: where squares of people lie on it, it is hardly."""
    return LAND_WASH if people and all(count is None for count in people) else PEOPLE_WASH


def _points(places: gpd.GeoDataFrame, kind: schema.Kind, details: Sequence[str]) -> dict[str, Any]:
    lon, lat = _degrees(places.geometry)
    headers = schema.fields(kind)
    return {
        "ids": [str(key) for key in places.index],
        "names": _texts(places["name"]),
        "lon": lon,
        "lat": lat,
        "approximate": [int(value in symbology.ROUGH) for value in _column(places, "coord_precision")],
        "selected": symbology.SELECTED,
        "details": [
            {
                "label": headers[column].label(current_language()),
                "values": [_cell(kind, column, value) for value in places[column]],
            }
            for column in details
        ],
    }


def _column(places: gpd.GeoDataFrame, name: str) -> list[Any]:
    return list(places[name]) if name in places else [None] * len(places)


def _look(look: symbology.Mark) -> dict[str, Any]:
    return {"colour": look.colour, "shape": look.shape, "size": look.size}


def _cluster(rim: str) -> dict[str, str]:
    return {"fill": "#FFFFFF", "rim": rim, "text": symbology.INK, "fonts": symbology.FONT_STACK}


def _legend(title: str, places: gpd.GeoDataFrame, unlocated: int) -> dict[str, Any]:
    more = ngettext(
        "{count} more has no location and is not drawn.", "{count} more have no location and are not drawn.", unlocated
    )
    roughly = _column(places, "coord_source").count(CoordSource.AREA)
    placed = ngettext(
        "{count} is placed by its district or township alone, and no measure counts it.",
        "{count} are placed by their district or township alone, and no measure counts them.",
        roughly,
    )
    told = [words.format(count=f"{count:,}") for words, count in ((more, unlocated), (placed, roughly)) if count]
    return {
        "title": title,
        "shown": _("{shown} of {total} on the map"),  # the browser fills this in
        "unlocated": sentences(told) or None,
        "approximate": _("Approximate place"),
        "cluster": _("A disc with a number stands for that many places."),
    }


def _cell(kind: schema.Kind, field: str, value: Any) -> str | None:
    missing = pd.api.types.is_scalar(value) and pd.isna(value)
    read = None if missing else label_of(kind, field, value, language=current_language())
    return None if read is None else str(read)


def _texts(column: pd.Series[Any]) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column]


def _rounded(degrees: Any) -> list[float]:
    return np.round(np.asarray(degrees, dtype=float), 6).tolist()  # type: ignore[no-any-return]


def _degrees(points: gpd.GeoSeries) -> tuple[list[float], list[float]]:
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    if not ((np.abs(lon) <= 180) & (np.abs(lat) <= 90)).all():  # NaN is refused as well
        raise BadCoordinates(
            reason=mark("the map needs the longitude and latitude of every place."),
            remedy=mark("Give a frame in EPSG:4326 without unlocated places."),
        )
    return _rounded(lon), _rounded(lat)


def _rings(geometries: gpd.GeoSeries) -> list[list[list[float]]]:
    """Return each geometry's rings, holes too, as lon, lat, lon, lat, … without the closing point."""
    parts, of_geometry = shapely.get_parts(geometries.to_numpy(), return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    shapes: list[list[list[float]]] = [[] for _geometry in geometries]
    for geometry, ring in zip(of_geometry[of_part], rings, strict=True):
        shapes[geometry].append(np.round(shapely.get_coordinates(ring)[:-1], 6).ravel().tolist())
    return shapes
