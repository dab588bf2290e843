"""Which features of a collection a client asks for: box, time, properties, and one page of what is left."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from stations.model.errors import BadChoice
from stations.model.language import mark
from stations.model.vocabulary import Status

PAGE = ("limit", "offset", "bbox", "datetime", "f")
"""The parameters that say what is asked of a collection, but for its properties."""
DEFAULT_LIMIT, MOST = 100, 10_000
"""How many features a page has where nobody says, and at the most."""

BBOX = mark("west,south,east,north in degrees (WGS84), for example 116.9,32.5,117.1,32.7")
DATETIME = mark("a day or moment, or two with / between them, for example 2024-01-01/2024-12-31 or 2024-01-01/..")
Interval = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Selection:
    """What is asked of a collection; an empty part lets every feature through.

    `boxes` are west, south, east, north (two where the one asked for crosses the antimeridian). `properties` are names
    and the text that their value has to say.
    """

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    time: Interval | None = None
    properties: tuple[tuple[str, str], ...] = ()


def selection_from(words: Mapping[str, str], properties: Sequence[str]) -> Selection:
    """Return what the parameters of an address ask for. Raises `BadChoice`."""
    if words.get("f", "json") not in {"json", "geojson"}:
        raise BadChoice(what="f", value=words["f"], offered="json")
    limit = _whole("limit", words["limit"], least=1) if "limit" in words else DEFAULT_LIMIT
    return Selection(
        limit=min(limit, MOST),
        offset=_whole("offset", words["offset"], least=0) if "offset" in words else 0,
        boxes=_boxes(words["bbox"]) if "bbox" in words else (),
        time=_interval(words["datetime"]) if "datetime" in words else None,
        properties=tuple((name, words[name]) for name in properties if name in words),
    )


def selected(features: Sequence[Mapping[str, Any]], wish: Selection) -> list[Mapping[str, Any]]:
    """Return the features that are asked for, on every page; in their order.

    One without a place is in no box. One of which no time is known holds at every time.
    """
    kept = [
        each
        for each in features
        if all(_says(each["properties"].get(name), text) for name, text in wish.properties)
        and (wish.time is None or _holds(each["properties"], wish.time))
    ]
    if not wish.boxes:
        return kept
    places = np.array([shape(each["geometry"]) if each["geometry"] else None for each in kept], dtype=object)
    inside = np.zeros(len(kept), dtype=bool)
    for box in wish.boxes:
        inside |= shapely.intersects(places, shapely.box(*box))
    return [each for each, within in zip(kept, inside, strict=True) if within]


def _says(value: Any, text: str) -> bool:
    if isinstance(value, list | tuple):
        return any(_says(part, text) for part in value)
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    if isinstance(value, int | float):
        try:
            return float(text) == value
        except ValueError:
            return False
    return isinstance(value, str) and value == text


def _holds(properties: Mapping[str, Any], time: Interval) -> bool:
    """Return whether a record was there at some time of an interval: from its opening until it was taken out."""
    opened = properties.get("opened_on")
    gone = properties.get("status_on") if properties.get("status") == Status.DELISTED else None
    begins_before = opened is None or dt.date.fromisoformat(opened) <= time[1]
    return begins_before and (gone is None or dt.date.fromisoformat(gone) > time[0])


def _whole(name: str, text: str, *, least: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= least):
        offered = mark("a whole number from 1") if least else mark("a whole number from 0")
        raise BadChoice(what=name, value=text, offered=offered)
    return int(text)


def _boxes(text: str) -> tuple[tuple[float, float, float, float], ...]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:  # with heights, which nothing here has
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)) or numbers[1] > numbers[3]:
        raise BadChoice(what="bbox", value=text, offered=BBOX)
    west, south, east, north = numbers
    if west <= east:
        return ((west, south, east, north),)
    return (west, south, 180.0, north), (-180.0, south, east, north)


def _interval(text: str) -> Interval:
    first, slash, last = text.partition("/")
    begin = dt.date.min if slash and first in {"", ".."} else _day(first, text)
    end = (dt.date.max if last in {"", ".."} else _day(last, text)) if slash else begin
    if begin > end:
        raise BadChoice(what="datetime", value=text, offered=DATETIME)
    return begin, end


def _day(part: str, text: str) -> dt.date:
    try:
        return dt.datetime.fromisoformat(part).date()
    except ValueError as error:
        raise BadChoice(what="datetime", value=text, offered=DATETIME) from error
