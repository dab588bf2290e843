"""A wish for new stations as an address holds it: each part read from text, checked, and written back."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote

from stations.intake.texts.numerals import MONEY_UNITS, alone
from stations.model.errors import BadChoice
from stations.model.language import mark
from stations.model.siting import OFFERED, CandidateSource
from stations.model.travel import LEAST_M, MOST_M
from stations.output.proposals import Ring
from stations.planning.questions import place_from, place_text
from stations.planning.siting.proposal import SECONDS

DEFAULT_SITES = 10
MOST_SITES = 500
DEFAULT_SHARE = 90
"""Percent of all people."""
DEFAULT_BUDGET = 1_000_000.0
MOST_MONEY = 1e12
LIMITS = (5, int(SECONDS), 30, 60)
"""How many seconds may be searched."""
LONGEST_S = 300
COSTED = (*OFFERED, CandidateSource.PLACE)
"""Whose cost may be said."""
DEFAULT_SOURCES = (CandidateSource.BASES,)
"""Real premises, as for the command."""

_MOST_RINGS, _MOST_CORNERS, _DIGITS = 20, 200, 5
_LONGEST_KEY, _MOST_KEYS = 120, 200

Costs = tuple[tuple[CandidateSource, float], ...]


def keys_from(text: str) -> tuple[str, ...]:
    """Return the candidates that an address names. Raises `BadChoice`."""
    keys = tuple(dict.fromkeys(unquote(part) for part in text.split(";") if part))
    if len(keys) > _MOST_KEYS or any(len(key) > _LONGEST_KEY for key in keys):
        raise BadChoice(what=mark("Candidates"), value=f"{text[:40]} …", offered=mark("at most 200 of them"))
    return keys


def keys_text(keys: Iterable[str]) -> str:
    """Return candidates as an address names them; `keys_from` reads them back."""
    return ";".join(quote(key, safe=",") for key in keys)


def sources_from(text: str) -> tuple[CandidateSource, ...]:
    """Return where candidates come from, in the order of an address: of equals the first counts. Raises `BadChoice`."""
    return _sources(text, OFFERED)


def _sources(text: str, offered: tuple[CandidateSource, ...]) -> tuple[CandidateSource, ...]:
    found = tuple(dict.fromkeys(source for part in text.split(",") for source in offered if source.value == part))
    if len(found) < len(set(text.split(","))):
        raise BadChoice(what=mark("Candidates"), value=text, offered=", ".join(offered))
    return found


def rings_from(text: str) -> tuple[Ring, ...]:
    """Return the outlines that an address holds: longitude and latitude of each corner. Raises `BadChoice`."""
    rings = tuple(_ring(part) for part in text.split(";") if part)
    if len(rings) > _MOST_RINGS:
        raise BadChoice(what=mark("Excluded land"), value=len(rings), offered=mark("at most 20 outlines"))
    return rings


def _ring(text: str) -> Ring:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    corners = tuple(zip(numbers[::2], numbers[1::2], strict=False))
    places = all(math.isfinite(lon + lat) and abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in corners)
    if len(numbers) % 2 or not (len(set(corners)) >= 3 and len(corners) <= _MOST_CORNERS and places):
        offered = mark("an outline of 3 to 200 corners: longitude and latitude of each")
        raise BadChoice(what=mark("Excluded land"), value=text[:40], offered=offered)
    return corners


def rings_text(rings: Iterable[Ring]) -> str:
    """Return outlines as an address holds them, to the metre; `rings_from` reads them back."""
    return ";".join(",".join(f"{value:.{_DIGITS}f}" for corner in ring for value in corner) for ring in rings)


def outlined(corners: Iterable[tuple[float, float]]) -> Ring:
    """Return an outline that was drawn, as an address will hold it. Raises `BadChoice`."""
    return _ring(rings_text([tuple(corners)]))


def placed(lon: float, lat: float) -> str:
    """Return a place of its own (WGS84) as a candidate that an address names, to 10 cm. Raises `BadChoice`."""
    key = place_text(lon, lat)
    place_from(key)
    return key


class Allowed(NamedTuple):
    """The amounts of a kind that can be, in words, too, and the units that may be written beside them."""

    least: float
    most: float
    words: str
    units: tuple[str, ...]


MONEY = Allowed(0.0, MOST_MONEY, mark("a number from 0 to 1,000,000,000,000"), MONEY_UNITS)
METRES = Allowed(LEAST_M, MOST_M, mark("a number of metres from 1 to 100,000"), ("m", "米"))
PEOPLE = Allowed(1.0, 1e6, mark("a whole number of people from 1 to 1,000,000"), ("人",))


def money_from(text: str, *, what: str = mark("Budget")) -> float:
    """Return an amount of money as people write it (1,200,000; 120万元). Raises `BadChoice`."""
    return _number(text, what, MONEY)


def cost_from(text: str) -> float:
    """Return what a station costs, as `money_from`."""
    return money_from(text, what=mark("Cost of a station"))


def metres_from(text: str, *, what: str = mark("Nobody farther than")) -> float:
    """Return a distance in metres. Raises `BadChoice`."""
    return _number(text, what, METRES)


def spacing_from(text: str) -> float:
    """Return the spacing of a grid in metres. Raises `BadChoice`."""
    return metres_from(text, what=mark("Spacing of the grid"))


def people_from(text: str, *, what: str = mark("People a station serves")) -> float:
    """Return a whole number of people that a station serves. Raises `BadChoice`."""
    people = _number(text, what, PEOPLE)
    if people % 1:
        raise BadChoice(what=what, value=text[:40], offered=PEOPLE.words)
    return people


def share_from(text: str, *, what: str) -> float:
    """Return a share (0-1) as people write it: 0.9, or 90%. Raises `BadChoice`."""
    words = unicodedata.normalize("NFKC", text).strip()
    share = alone(words.removesuffix("%")) / (100 if words.endswith("%") else 1)
    if not 0 <= share <= 1:
        raise BadChoice(what=what, value=text[:40], offered=mark("a share from 0 to 1, or in percent, as 90%"))
    return share


def _number(text: str, what: str, allowed: Allowed) -> float:
    number = alone(text, *allowed.units)
    if not allowed.least <= number <= allowed.most:
        raise BadChoice(what=what, value=text[:40], offered=allowed.words)
    return number


def number_text(number: float | None) -> str:
    """Return a number as an address holds it, and nothing for none."""
    return "" if number is None else repr(int(number) if number % 1 == 0 else number)


def amount_text(number: float | None) -> str:
    """Return a number as a field shows it, with thousands separators; nothing for none. `_number` reads it back."""
    return "" if number is None else f"{int(number) if number % 1 == 0 else number:,}"


def costs_from(text: str) -> Costs:
    """Return what a station costs by where its place comes from: ``bases:20000,grid:80000``. Raises `BadChoice`."""
    found = {}
    for part in filter(None, text.split(",")):
        name, _colon, cost = part.partition(":")
        (source,) = _sources(name, COSTED)
        found[source] = cost_from(cost)
    return tuple(found.items())


def costs_text(costs: Costs | Mapping[CandidateSource, float]) -> str:
    """Return costs as an address holds them; `costs_from` reads them back."""
    pairs = costs.items() if isinstance(costs, Mapping) else costs
    return ",".join(f"{source.value}:{number_text(cost)}" for source, cost in pairs)
