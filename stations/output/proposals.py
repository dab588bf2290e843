"""Proposed sites on a browser map: where they are goes out as numbers, what is said of them by URL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stations.model.language import gettext as _
from stations.output import symbology

Ring = tuple[tuple[float, float], ...]
"""Corners of an outline, longitude and latitude (WGS84), without the closing one."""

Area = tuple[Ring, ...]
"""The outline of a piece of land, then those of what lies inside and is no part of it."""


@dataclass(frozen=True)
class Pins:
    """What a map shows of a proposal: numbers alone, so that they may be part of the map itself.

    Attributes
    ----------
    places
        Longitude and latitude (WGS84) of each site, in the order of their numbers.
    numbers
        The number of each site, as in the table.
    people
        The people each one newly reaches, whole; ``None`` where there is nothing to be said.
    forced
        Whether somebody wants it there.
    refused
        Places that somebody does not want.
    closed
        Stations that are given up.
    unreached
        Where people live whom no station and no place that was looked at reaches.
    areas
        Land where nothing may be built.
    selected
        The number of the site that stands out.
    drawing
        Whether clicks draw the outline of such land.
    placing
        Whether the next click says where a station is wanted.
    """

    places: tuple[tuple[float, float], ...] = ()
    numbers: tuple[int, ...] = ()
    people: tuple[int | None, ...] = ()
    forced: tuple[bool, ...] = ()
    refused: tuple[tuple[float, float], ...] = ()
    closed: tuple[tuple[float, float], ...] = ()
    unreached: tuple[tuple[float, float], ...] = ()
    areas: tuple[Area, ...] = ()
    selected: int | None = None
    drawing: bool = False
    placing: bool = False


def pin_settings(pins: Pins) -> dict[str, object]:
    """Return the settings of the layer that draws them: numbers and switches, no text."""
    return {
        **_columns(pins.places),
        "number": list(pins.numbers),
        "people": list(pins.people),
        "forced": [int(forced) for forced in pins.forced],
        "refused": _columns(pins.refused),
        "closed": _columns(pins.closed),
        "unreached": _columns(pins.unreached),
        "areas": [[[round(value, 6) for corner in ring for value in corner] for ring in area] for area in pins.areas],
        "selected": pins.selected,
        "drawing": pins.drawing,
        "placing": pins.placing,
    }


def _columns(places: tuple[tuple[float, float], ...]) -> dict[str, list[float]]:
    return {"lon": [round(lon, 6) for lon, _lat in places], "lat": [round(lat, 6) for _lon, lat in places]}


def proposal_payload() -> dict[str, Any]:
    """Return the words and the look of proposed sites; the browser fills in their numbers."""
    return {
        "words": {
            "title": _("Proposed station {number}"),
            "note": _("newly reaches {people} people"),
            "drawing": _("Click the corners of the area; the first one again closes it. Escape begins anew."),
            "placing": _("Click where a station is wanted."),
        },
        "legend": {
            "title": _("Proposal"),
            "proposed": _("Proposed stations"),
            "forced": _("of which pinned"),
            "refused": _("Rejected places"),
            "closed": _("Stations given up"),
            "unreached": _("Out of reach of every place"),
            "area": _("Nothing may be built"),
        },
        "look": {
            "colour": symbology.PROPOSED,
            "refused": symbology.REFUSED,
            "ink": symbology.INK,
            "fonts": symbology.FONT_STACK,
        },
    }
