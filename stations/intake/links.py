"""Coordinates in what people paste: a link of a map service, a ``geo:`` address, or text with two numbers.

A link names its datum by its service (Amap and Tencent GCJ-02, Baidu BD-09 unless it says otherwise, OpenStreetMap and
``geo:`` WGS84; the services' own URI documents). Bare numbers name none: it has to be asked for.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from stations.model.vocabulary import Datum

LONGEST = 2_000  # characters that are looked at

_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
_PAIR = re.compile(rf"(?<![\d.])({_NUMBER})[^\d.+\-\n]{{1,8}}({_NUMBER})(?![\d.])")
_OSM = re.compile(rf"#map=\d+(?:\.\d+)?/({_NUMBER})/({_NUMBER})")
_BAIDU = {
    "bd09ll": Datum.BD09,
    "gcj02": Datum.GCJ02,
    "gcj02ll": Datum.GCJ02,
    "wgs84": Datum.WGS84,
    "wgs84ll": Datum.WGS84,
}
CHINA_LON, CHINA_LAT = (73.0, 136.0), (3.0, 54.0)


class Pasted(NamedTuple):
    """A place in degrees; `datum` is ``None`` where nothing names it."""

    lon: float
    lat: float
    datum: Datum | None


def place_in(text: str) -> Pasted | None:
    """Return the place that `text` names; ``None`` where there is none in it, or more than one could be meant."""
    words = unicodedata.normalize("NFKC", unquote(text[:LONGEST])).strip()
    link = _of_link(words)
    if link is not None:
        return link
    pairs = {_ordered(float(one), float(other)) for one, other in _PAIR.findall(words)} - {None}
    if len(pairs) != 1:
        return None
    ((lon, lat),) = pairs  # type: ignore[misc]  # None is taken out
    return Pasted(lon, lat, None)


def _of_link(words: str) -> Pasted | None:
    parts = urlsplit(words)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    host = parts.hostname or ""
    if parts.scheme == "geo":
        return _latitude_first(parts.path, Datum.WGS84)
    if host.endswith("openstreetmap.org"):
        looked_at = _OSM.search(words)
        marked = f"{given['mlat']},{given['mlon']}" if {"mlat", "mlon"} <= given.keys() else ""
        return _latitude_first(marked or ",".join(looked_at.groups() if looked_at else ()), Datum.WGS84)
    if host.endswith("amap.com"):
        return _pair(given.get("position") or given.get("lnglat") or "", Datum.GCJ02)
    if host.endswith("map.qq.com"):
        return _latitude_first((given.get("marker") or "").removeprefix("coord:").split(";")[0], Datum.GCJ02)
    if host.endswith("map.baidu.com"):
        return _latitude_first(given.get("location", ""), _BAIDU.get(given.get("coord_type", "bd09ll"), Datum.BD09))
    return None


def _latitude_first(text: str, datum: Datum) -> Pasted | None:
    found = _pair(text, datum)
    return Pasted(found.lat, found.lon, datum) if found else None


def _pair(text: str, datum: Datum) -> Pasted | None:
    found = _PAIR.search(text)
    return Pasted(float(found[1]), float(found[2]), datum) if found else None


def _ordered(one: float, other: float) -> tuple[float, float] | None:
    """Return longitude and latitude of two numbers that can only be meant one way in China."""
    for lon, lat in ((one, other), (other, one)):
        if CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]:
            return lon, lat
    return None
