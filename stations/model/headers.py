"""Which field a header of a file means: by its name or an alias, with a datum or brackets around it, or cut short."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from stations.model.schema import DAYS, Kind, fields, free_texts
from stations.model.vocabulary import Datum, folded

CUT_BYTES = 10
"""A Shapefile keeps so many bytes of the name of a column."""
LONGEST = 60
"""Longer texts are no headers, and are not searched for the names of any."""
PLACE = ("lon", "lat")

_IN_HEADERS: Mapping[str, Datum] = {
    **dict.fromkeys(("火星", "gcj", "amap", "gaode", "tencent"), Datum.GCJ02),
    **dict.fromkeys(("bd", "baidu"), Datum.BD09),
    "wgs": Datum.WGS84,
}
"""What names a datum beside 经度 and 纬度, and not by itself."""
_BOTH = frozenset(
    (
        *("经纬度", "经纬", "经度纬度", "纬度经度", "东经北纬", "北纬东经", "xy", "yx", "定位"),
        *("lonlat", "lnglat", "latlon", "latlng", "coordinates", "coordinate", "location"),
    )
)
"""What a column of longitudes and latitudes together is called, as it is compared, beside a datum and 坐标."""
_BESIDE = re.compile(r"坐标系|坐标|地图|的|[\W_]")
_WHOSE = re.compile(r"站点|驿站|服务点|点位|位置|地理|地址|所在|详细|具体|中心|信息|采集|拾取|值|点$")
_BRACKETS = re.compile(r"[(\[{<【〔].*?[)\]}>】〕]")
_BRACKETED = re.compile(r"[(\[{<【〔](.*?)[)\]}>】〕]")
_WANTED = re.compile(r"[(\[{<【〔](?:必填|必填项|非必填|选填|可选|如有)[)\]}>】〕]")
_FOUR_WORDS = 4
"""Longer Chinese aliases, cut short, may be words of their own: 负责人电话."""


class Closeness(IntEnum):
    """How a header names a field, the closest first."""

    NAME = 0
    ALIAS = 1
    AROUND = 2
    CUT = 3


class Meaning(NamedTuple):
    """The field that a header means, how closely it names it, and the datum that it names as well."""

    field: str
    closeness: Closeness
    datum: Datum | None = None


def field_of(kind: Kind, header: str) -> str | None:
    """Return the field that a header of a file means, or ``None``."""
    found = meaning(kind, header)
    return found.field if found else None


def datum_in(header: str) -> Datum | None:
    """Return the datum that the header of longitudes or latitudes names: 高德经度, 经度(GCJ-02), wgs84_lon."""
    found = meaning("station", header)
    return found.datum if found else None


def meaning(kind: Kind, header: str) -> Meaning | None:
    """Return what a header of a file means; ``None``: no field.

    It is a field's key, its label in either language or an alias; width, case, white space, a colon at the end and the
    star of forms do not matter. Beside longitude and latitude it may name their datum. What stands in brackets is left
    out where the cells are texts, days or coordinates (of others, it may be another unit), and Shapefiles cut names
    to `CUT_BYTES`. More than `LONGEST` characters are no header.
    """
    if len(header) > LONGEST:
        return None
    name = _WANTED.sub("", folded(header)).strip("*:")
    return _names(kind).get(name) or _with_datum(kind, name) or _bracketless(kind, name) or _cut(kind).get(name)


def axes_for(header: str) -> tuple[str, str]:
    """Return the headers of two columns in the place of one that holds both longitude and latitude, in its language."""
    lon, lat = (fields("station")[axis] for axis in PLACE)
    return (lon.en, lat.en) if header.isascii() else (lon.zh, lat.zh)


def axes_in(header: str) -> tuple[str, str] | None:
    """Return the headers of two columns, longitude and latitude, for one that by its header holds both; else ``None``.

    经纬度, 坐标, GPS坐标, 高德经纬度, coordinates: a datum that it names, the two name as well.
    """
    name = _WANTED.sub("", folded(header[: LONGEST + 1])).strip("*:")
    known = field_of("station", header) or field_of("base", header)
    if len(header) > LONGEST or (known and _BOTH.isdisjoint(_BRACKETED.findall(name))):
        return None
    word, datum = next(((word, datum) for word, datum in _datum_names() if word in name), ("", None))
    left = _BESIDE.sub("", _BRACKETS.sub("", name.replace(word, "", 1)))
    names = {*_BRACKETED.findall(name), left, _WHOSE.sub("", left)}
    if _BOTH.isdisjoint(names) and (_WHOSE.sub("", left) or "坐标" not in name):
        return None
    before = f"{datum.value} " if datum else ""
    lon, lat = axes_for(header)
    return f"{before}{lon}", f"{before}{lat}"


def assigned(kind: Kind, headers: Sequence[str], chosen: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return header → the field that each of some headers is taken for.

    What is `chosen` stands. Of several headers for one field, the closest is taken, else the first; the others are
    none. Longitude and latitude of one datum are taken together; of two such columns whose headers name no datum,
    nobody but the office knows which is meant: both are returned.
    """
    decided = {chosen[header] for header in headers if header in chosen}
    found = {
        header: meant
        for header in headers
        if header not in chosen and (meant := meaning(kind, header)) and meant.field not in decided
    }
    named = {meant.field: [each for each in found if found[each].field == meant.field] for meant in found.values()}
    taken = {field: _closest(found, same) for field, same in named.items()}
    if lons := taken.get("lon"):
        datum = found[lons[0]].datum
        same = [header for header in named.get("lat", []) if found[header].datum is datum]
        taken |= {"lat": _closest(found, same)} if same else {}
    fields_taken = {header: field for field, same in taken.items() for header in same}
    return {header: chosen[header] if header in chosen else fields_taken.get(header) for header in headers}


def _closest(found: Mapping[str, Meaning], same: Sequence[str]) -> list[str]:
    """Return the one header that names a field most closely; of coordinates whose datum none names, all that do so."""
    closeness = min(found[header].closeness for header in same)
    closest = [header for header in same if found[header].closeness is closeness]
    first = found[closest[0]]
    return closest if first.field in PLACE and first.closeness <= Closeness.ALIAS else closest[:1]


def _known(kind: Kind) -> Iterator[tuple[str, str, Closeness]]:
    """Yield each name of each field, as it is written, with its field and how closely it names it."""
    for closeness in (Closeness.NAME, Closeness.ALIAS):
        for field, header in fields(kind).items():
            for name in (field, header.zh, header.en) if closeness is Closeness.NAME else header.aliases:
                yield name, field, closeness


@cache
def _names(kind: Kind) -> Mapping[str, Meaning]:
    names: dict[str, Meaning] = {}
    for name, field, closeness in _known(kind):
        names.setdefault(folded(name), Meaning(field, closeness))
    return names


@cache
def _datum_names() -> list[tuple[str, Datum]]:
    """Return what a datum is called in headers, the longest names first."""
    names = {folded(name): datum for datum in Datum for name in (datum.value, datum.zh, datum.en, *datum.aliases)}
    return sorted({**_IN_HEADERS, **names}.items(), key=lambda each: -len(each[0]))


def _with_datum(kind: Kind, name: str) -> Meaning | None:
    for word, datum in _datum_names():
        if word in name:
            beside = _names(kind).get(_BESIDE.sub("", name.replace(word, "", 1)))
            if beside and beside.field in PLACE:
                return Meaning(beside.field, Closeness.AROUND, datum)
    return None


def _bracketless(kind: Kind, name: str) -> Meaning | None:
    left = _BRACKETS.sub("", name).strip("*:")
    found = _names(kind).get(left) if len(left) > 1 else None  # x (m) is no longitude
    if found is None or found.field not in {*free_texts(kind), *DAYS, *PLACE}:
        return None
    return Meaning(found.field, Closeness.AROUND)


@cache
def _cut(kind: Kind) -> Mapping[str, Meaning]:
    """Return names as a Shapefile in UTF-8 or GBK cuts them, but for those that more than one field has then."""
    meant: dict[str, set[str]] = {}
    for name, field, closeness in _known(kind):
        for encoding in ("utf-8", "gbk"):
            written = name.encode(encoding, "ignore")
            whole = closeness is Closeness.NAME or (name.isalpha() and len(name) == _FOUR_WORDS)
            if whole and len(written) > CUT_BYTES:
                meant.setdefault(folded(written[:CUT_BYTES].decode(encoding, "ignore")), set()).add(field)
    return {name: Meaning(found.pop(), Closeness.CUT) for name, found in meant.items() if len(found) == 1}
