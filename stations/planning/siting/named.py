"""Candidates that somebody pinned or rejected: by identifier, or by where they are.

A place stays what it is when other kinds of places, another grid or another list of hosts are looked at; a number in a
list does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from stations.planning.questions import place_from, place_text

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame


def spots(places: DataFrame) -> Iterable[str]:
    """Return where places are, as they are pinned; `lon`, `lat` in WGS84."""
    return map(place_text, places["lon"], places["lat"])


def own_places(names: Sequence[str], beside: Sequence[DataFrame]) -> dict[str, str]:
    """Return the places among some names at which nobody of `beside` is, by spot, as they were named first."""
    own = {place_text(*place_from(name)): name for name in reversed(names) if "," in name}
    for part in beside if own else ():
        for spot in spots(part):
            own.pop(spot, None)
    return own


def meant(names: Sequence[str], found: GeoDataFrame) -> list[list[str]]:
    """Return for each name which candidates are meant: at a place all who are there, or itself where nobody is."""
    there: dict[str, list[str]] = {place_text(*place_from(name)): [] for name in names if "," in name}
    for key, spot in zip(found.index, spots(found), strict=True) if there else ():
        if spot in there:
            there[spot].append(key)
    return [(there[place_text(*place_from(name))] if "," in name else []) or [name] for name in names]
