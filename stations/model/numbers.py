"""Figures as they are printed everywhere: thousands separators, shares with one decimal, units in words people use."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from stations.model.language import gettext as _

_GAP = re.compile(
    r"(?<=[\d%²]) (?=[\u4e00-\u9fff](?![\w-]*\.[A-Za-z]))|(?<=[\u4e00-\u9fff]) (?=\d(?![\w-]*\.[A-Za-z]))"
)
"""A space between a figure and its Chinese words; not one in the name of a file."""


def unknown() -> str:
    """Return the words for a figure that is not known."""
    return _("not known")


def people(count: float | None) -> str:
    """Return a number of people, for example ``1,240``."""
    return unknown() if _missing(count) else f"{count:,.0f}"


def money(amount: float) -> str:
    """Return an amount in the unit in which it was given: whole from 100 on or where it is, two decimals else."""
    return f"{amount:,.0f}" if amount >= 100 or amount % 1 == 0 else f"{amount:,.2f}"


def share(part: float | None) -> str:
    """Return a share (0-1) in percent with one decimal, for example ``41.2%``."""
    return unknown() if _missing(part) else f"{part:.1%}"


def asked_share(part: float) -> str:
    """Return a share (0-1) in percent as somebody asked for it: ``97%``, ``96.6546%``."""
    return f"{100 * part:.8g}%"


def distance(metres: float | None) -> str:
    """Return a distance: whole metres below 1 km, kilometres with one decimal above; words where nothing is reached."""
    if metres == math.inf:
        return _("out of reach")
    if _missing(metres) or metres is None:
        return unknown()
    if round(metres) < 1000:
        return length(metres)
    return _("{kilometres} km").format(kilometres=f"{metres / 1000:,.1f}")


def length(metres: float) -> str:
    """Return a length to the metre: ``1,000 m``."""
    return _("{metres} m").format(metres=f"{metres:,.0f}")


def stated(metres: float) -> str:
    """Return a length as somebody stated it: ``1,000 m``, ``800.5 m``."""
    return _("{metres} m").format(metres=f"{metres:,.12g}")


def area(km2: float | None) -> str:
    """Return an area in km², with two decimals below 10 and none above 1,000."""
    if _missing(km2) or km2 is None:
        return unknown()
    decimals = 2 if km2 < 10 else 1 if km2 < 1000 else 0
    return _("{square_kilometres} km²").format(square_kilometres=f"{km2:,.{decimals}f}")


def closed_up(text: str) -> str:
    """Return a text without spaces between figures and Chinese words, as official texts are set (GB/T 15835)."""
    return _GAP.sub("", text)


DEGREES = 6
"""Decimals of a coordinate: 10 cm."""


def decimals(column: Iterable[object], *, header: str = "") -> int:
    """Return how many decimals the numbers of a column are printed with: as many as one of them needs, at most two.

    Coordinates, which their `header` tells, have six.
    """
    if header in {_("Longitude"), _("Latitude")}:
        return DEGREES
    figures = [value for value in column if isinstance(value, float) and math.isfinite(value)]
    return max((len(f"{value:.2f}".rstrip("0").partition(".")[2]) for value in figures), default=0)


def _missing(number: float | None) -> bool:
    return number is None or not math.isfinite(number)
