"""Places in what people paste: links of map services, ``geo:`` addresses, or text with coordinates.

The host of a link decides its datum: Amap and Tencent GCJ-02, Baidu BD-09, Tianditu CGCS2000, OpenStreetMap and
``geo:`` WGS84, unless the link says otherwise (the services' own URI documents). Google and others are shifted in China
or not, as their map is: they name none, as bare numbers do, and it has to be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from stations.intake.lists.coordinates import CHINA_LAT, CHINA_LON, LonLat, places_in
from stations.model.angles import plainly
from stations.model.crs import BAIDU_METRES, lon_lat
from stations.model.vocabulary import Datum

LONGEST = 2_000  # characters that are looked at

_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|geo:|(?:[a-z0-9-]+\.)+(?:com|cn|org)/)[^\s<>\"]+", re.IGNORECASE)
_HOSTS = (
    (re.compile(r"(?:^|\.)(?:amap|gaode)\.com$|^(?:android|ios)?amap(?:uri)?$"), Datum.GCJ02),
    (re.compile(r"(?:^|\.)map\.qq\.com$|^qqmap$"), Datum.GCJ02),
    (re.compile(r"(?:^|\.)map\.baidu\.com$|^baidumap$|^bdapp$"), Datum.BD09),
    (re.compile(r"(?:^|\.)tianditu\.(?:gov\.cn|com|cn)$"), Datum.CGCS2000),
    (re.compile(r"(?:^|\.)(?:openstreetmap\.org|osm\.org)$"), Datum.WGS84),
)
_SAYS_DATUM = ("coord_type", "coordtype", "coordinate", "coord_sys", "crs")
_DATUMS = {
    **dict.fromkeys(("bd09", "bd09ll", "bd09mc"), Datum.BD09),
    **dict.fromkeys(("gcj02", "gcj02ll", "gaode"), Datum.GCJ02),
    **dict.fromkeys(("wgs84", "wgs84ll"), Datum.WGS84),
    "cgcs2000": Datum.CGCS2000,
}
_OF_A_PLACE = (
    *("position", "lnglat", "latlng", "marker", "markers", "location", "coord", "q", "query", "p", "poi"),
    *("to", "tocoord", "destination", "daddr", "from", "fromcoord", "origin", "saddr"),
)
"""Parameters that name a place, both ends of a way included: which one is meant, nobody knows."""
_OF_A_VIEW = ("center", "c", "ll", "sll", "cp", "viewpoint")
_AXES = (("lng", "lat"), ("lon", "lat"), ("mlon", "mlat"), ("longitude", "latitude"), ("dlon", "dlat"))
_POINT = ("pointx", "pointy")
_XY = ("x", "y")
_NAMED = re.compile(r"!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)")
_METRES = re.compile(r"(?<![\d.])(\d{7,8}(?:\.\d+)?),\s*(\d{6,7}(?:\.\d+)?)(?![\d.])")
_DATUM_NAMED = (
    (re.compile(r"gcj-?02(?:ll)?|火星坐标系?|(?:高德|腾讯)坐标系?", re.IGNORECASE), Datum.GCJ02),
    (re.compile(r"bd-?09(?:ll)?|百度坐标系?", re.IGNORECASE), Datum.BD09),
    (re.compile(r"wgs-?84(?:ll)?|epsg:4326|gps", re.IGNORECASE), Datum.WGS84),
    (re.compile(r"cgcs-?2000|epsg:4490|国家2000(?:坐标系)?|2000国家大地坐标系", re.IGNORECASE), Datum.CGCS2000),
)


class Pasted(NamedTuple):
    """A place in degrees; `datum` is ``None`` where nothing names it."""

    lon: float
    lat: float
    datum: Datum | None


def pasted_places(text: str) -> tuple[Pasted, ...]:
    """Return the places in China that `text` may mean; none where it names no place, several where that is to be asked.

    A link that shows a place and looks at another names the one it shows.
    """
    words = plainly(text[:LONGEST])
    found = [place for link in _LINK.findall(words) for place in _of_link(link)]
    known = {place[:2] for place in found}
    said, rest = _datum_named(_LINK.sub(" ", words))
    found += [Pasted(*place, said) for place in places_in(rest) if place not in known]
    return tuple(dict.fromkeys(found))


def _datum_named(words: str) -> tuple[Datum | None, str]:
    """Return the one datum that a text names, if it is one, and the text without the names of any."""
    named = {datum for pattern, datum in _DATUM_NAMED if pattern.search(words)}
    for pattern, _datum in _DATUM_NAMED:
        words = pattern.sub(" ", words)
    return (named.pop() if len(named) == 1 else None), words


def _of_link(link: str) -> list[Pasted]:
    """Return the places that a link shows; where it shows none, those that it looks at."""
    if link.lower().startswith("geo:"):
        return [Pasted(*place, datum) for place, datum in _of_geo(link)]
    parts = None
    with suppress(ValueError):  # what looks like a link need not be one
        parts = urlsplit(link if "://" in link else f"https://{link}")
        datum, given = _datum_of(parts), _given(parts.query)
        for places in (_shown(parts, given, datum), _looked_at(parts, given, datum)):
            if found := list(dict.fromkeys(places)):
                return [Pasted(*place, datum) for place in found]
    return []


def _given(query: str) -> dict[str, str]:
    return {name.lower(): values[0] for name, values in parse_qs(query).items()}


def _of_geo(link: str) -> Iterator[tuple[LonLat, Datum | None]]:
    """Yield what a ``geo:`` address names (RFC 5870); with ``?q=`` that, as Android means it, else where it is."""
    path, _mark, query = unquote(link[4:]).partition("?")
    where, *options = path.lower().split(";")
    said = [option[4:] for option in options if option.startswith("crs=")]
    datum = _DATUMS.get(said[0]) if said else Datum.WGS84
    asked = _given(query).get("q", "")
    for place in places_in(asked) or places_in(where):
        yield place, datum


def _datum_of(parts: SplitResult) -> Datum | None:
    """Return the datum of a link: what it says itself, else that of its service."""
    given, host = _given(parts.query), parts.hostname or ""
    service = next((datum for known, datum in _HOSTS if known.search(host) or known.search(parts.scheme)), None)
    said = [given[name].lower() for name in _SAYS_DATUM if name in given]
    return _DATUMS.get(said[0]) if said else service


def _shown(parts: SplitResult, given: Mapping[str, str], datum: Datum | None) -> Iterator[LonLat]:
    named = _NAMED.findall(parts.path)
    axes = [*_AXES, _POINT, *([_XY] if datum is Datum.CGCS2000 else [])]
    both = [(given[lon], given[lat]) for lon, lat in axes if {lon, lat} <= given.keys()]
    for lon, lat in (*((lon, lat) for lat, lon in named), *both):
        yield from places_in(f"{_decimal(lon)},{_decimal(lat)}")
    path = unquote(parts.path).replace("+", " ")
    for text in (*_values(given, _OF_A_PLACE), re.sub(r"@[^/]*|/data=.*", " ", path)):
        yield from _read(text, datum)


def _looked_at(parts: SplitResult, given: Mapping[str, str], datum: Datum | None) -> Iterator[LonLat]:
    for text in (*re.findall(r"@([^/]*)", unquote(parts.path)), *_values(given, _OF_A_VIEW), unquote(parts.fragment)):
        yield from _read(text, datum)


def _values(given: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name in given:
            yield given[name]


def _read(text: str, datum: Datum | None) -> Iterator[LonLat]:
    """Yield the places in a part of a link; Baidu's share links have metres of its own projection."""
    yield from places_in(text)
    for x, y in _METRES.findall(text) if datum is Datum.BD09 else ():
        lon, lat = (round(float(axis), 7) for axis in lon_lat(float(x), float(y), BAIDU_METRES))
        if CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]:
            yield lon, lat


def _decimal(number: str) -> str:
    """Return a number that stands under a name of its own so that it is read without decimals, too."""
    return number if "." in number else f"{number}.0"
