"""Coordinates as people write them: decimals or degrees, minutes and seconds, in either order, among other words.

Read is what can only be meant one way in China: longitudes there are from 73 to 136, latitudes from 3 to 54. A number
without degree sign, letter or label is one only with decimals: a house number, a storey or a telephone is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from stations.model.angles import plainly

CHINA_LON, CHINA_LAT = (73.0, 136.0), (3.0, 54.0)

LonLat = tuple[float, float]

_LON, _LAT = r"经度|东经|longitude|lon|lng|E", r"纬度|北纬|latitude|lat|N"
_NUMBER = r"\d{1,3}(?:\.\d+)?"
_PART = r"\d{1,2}(?:\.\d+)?"
_ANGLE = rf"""(?P<degrees>{_NUMBER})
    (?P<sign>\s*°(?:\s*(?P<minutes>{_PART})\s*'(?:\s*(?P<seconds>{_PART})\s*(?:"|''))?)?)?"""
_BEFORE = rf"(?:(?P<lon>{_LON})|(?P<lat>{_LAT}))[\"']?\s*[:=为是]?\s*"
_AFTER = r"\s*(?:(?P<lon>E)|(?P<lat>N))"
_ALONE = r"(?<![A-Za-z0-9_.+\-])"
_ENDS = r"(?![A-Za-z0-9_%]|\.\d)"
_ANOTHER, _AFTER_ANOTHER = r"(?=[NE]\d)", r"(?<=[0-9'\"°][NE])"
_NOTATIONS = tuple(
    re.compile(pattern, re.VERBOSE | re.IGNORECASE)
    for pattern in (
        rf"(?:{_ALONE}|(?<=[0-9'\"°]){_ANOTHER})(?:{_BEFORE})?{_ANGLE}(?:{_ENDS}|{_ANOTHER})",
        rf"(?:{_ALONE}|{_AFTER_ANOTHER}){_ANGLE}(?:{_AFTER}(?![A-Za-z])|{_ENDS})",
    )
)
_PARTS = rf"(?P<degrees>\d{{1,3}})\s+(?P<minutes>{_PART})(?:\s+(?P<seconds>{_PART}))?"
_SPACED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (rf"{_ALONE}(?P<side>[NE])\s*{_PARTS}{_ENDS}", rf"{_ALONE}{_PARTS}\s*(?P<side>[NE])(?![A-Za-z0-9])")
)
_BETWEEN = re.compile(r"""[\s,;、/|&()\[\]{}"']{0,8}(?:和\s*)?""")


class _Angle(NamedTuple):
    """An angle that a text holds from `start` to `end`, which can be only a longitude, or only a latitude."""

    value: float
    is_lon: bool
    labelled: bool
    start: int
    end: int


def places_in(text: str) -> tuple[LonLat, ...]:
    """Return the places that a text may mean, as longitude and latitude in degrees, in its order; each of them once.

    Several where several are written, or where a number may belong to the one before it or to the one after.
    """
    words = _marked(plainly(text))
    readings = [list(_angles(notation, words)) for notation in _NOTATIONS]
    found = [pair for angles in readings for chain in _chains(angles, words) for pair in _pairs(chain)]
    return tuple(dict.fromkeys(found or [pair for angles in readings for pair in _far_apart(angles)]))


def _marked(words: str) -> str:
    """Return the words with signs in what is written as ``N 32 38 44.5``, or ``32 38 44.5 N``."""
    for pattern in _SPACED:
        words = pattern.sub(_signed, words)
    return words


def _signed(found: re.Match[str]) -> str:
    seconds = f'{found["seconds"]}"' if found["seconds"] else ""
    return f"{found['degrees']}°{found['minutes']}'{seconds}{found['side']} "


def _angles(notation: re.Pattern[str], words: str) -> Iterator[_Angle]:
    for found in notation.finditer(words):
        parts = [float(found[name] or 0) for name in ("degrees", "minutes", "seconds")]
        value = round(parts[0] + parts[1] / 60 + parts[2] / 3600, 9)
        labelled = bool(found["lon"] or found["lat"])
        plain = found["sign"] is None and not labelled and "." not in found["degrees"]
        if plain or max(parts[1:]) >= 60 or (found["minutes"] and "." in found["degrees"]):
            continue
        for is_lon, other, (least, most) in ((True, "lat", CHINA_LON), (False, "lon", CHINA_LAT)):
            if least <= value <= most and not found[other]:
                yield _Angle(value, is_lon, labelled, found.start(), found.end())


def _chains(angles: Sequence[_Angle], words: str) -> Iterator[list[_Angle]]:
    """Yield the angles between which nothing but punctuation stands."""
    chain: list[_Angle] = []
    for angle in angles:
        if chain and not _BETWEEN.fullmatch(words, chain[-1].end, angle.start):
            yield chain
            chain = []
        chain.append(angle)
    yield chain


def _pairs(chain: Sequence[_Angle]) -> Iterator[LonLat]:
    """Yield the places of a chain: pair by pair where it is made of pairs, else each neighbour of each longitude."""
    pairs = list(pairwise(chain))
    whole = len(chain) % 2 == 0 and all(one.is_lon != other.is_lon for one, other in pairs[::2])
    for one, other in pairs[::2] if whole else pairs:
        if one.is_lon != other.is_lon:
            yield (one.value, other.value) if one.is_lon else (other.value, one.value)


def _far_apart(angles: Sequence[_Angle]) -> Iterator[LonLat]:
    """Yield the place whose longitude and latitude are named as such, each once, with other words between them."""
    labelled = [angle for angle in angles if angle.labelled]
    lons, lats = ({angle.value for angle in labelled if angle.is_lon is side} for side in (True, False))
    if len(lons) == len(lats) == 1:
        yield lons.pop(), lats.pop()
