"""The look of the map, once for every output: browser maps, figures and legends read it from here.

Tiers differ by colour *and* shape and by lightness, so that they are told apart in grey print and by colour-blind
readers. The ramp for uncovered people is ColorBrewer's OrRd (5 classes), colour-blind safe by its authors' tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from stations.model.vocabulary import CoordPrecision, Tier

Shape = Literal["star", "diamond", "circle", "ring", "plus", "cross"]


@dataclass(frozen=True)
class Mark:
    """How a point is drawn: fill colour (hex), shape, and size in CSS pixels across."""

    colour: str
    shape: Shape
    size: int

    @property
    def pale(self) -> str:
        """The fill where a place is approximate: a quarter of the colour on white; a ring stays white."""
        parts = (int(self.colour[at : at + 2], 16) for at in (1, 3, 5))
        return "#FFFFFF" if self.shape == "ring" else "#" + "".join(f"{255 - (255 - part) // 4:02X}" for part in parts)


ROUGH = frozenset({CoordPrecision.STREET, CoordPrecision.TOWNSHIP, CoordPrecision.DISTRICT})
"""Of places that are known no better, the mark is pale with a dashed outline."""
TIER_MARKS = MappingProxyType(
    {
        Tier.NATIONAL: Mark("#B3202A", "star", 20),
        Tier.PROVINCIAL: Mark("#D9730D", "diamond", 16),
        Tier.MUNICIPAL: Mark("#1F6FB2", "circle", 12),
        Tier.NONE: Mark("#5F6B7A", "ring", 9),
    }
)
BASE_MARK = Mark("#0F8A7E", "plus", 8)

DISTRICT_TINTS = ("#F4F1EA", "#EDF1F4", "#F1F4EC", "#F5EFEF", "#EFEFF5", "#F3F3EC", "#ECF3F2")
HAIRLINE = "#A8A59C"
INK = "#22303C"
GAP_OUTLINE = "#7A0F3D"
REACHED = "#2F7D4F"
"""Land within reach of a station."""
PROPOSED = "#5B2A86"
"""A place where a station might be built: unlike any tier in colour, and dark enough for a white number."""
REFUSED = "#5F6B7A"
"""A place where no station is wanted."""
SHARES = ("#EFF3FF", "#BDD7E7", "#6BAED6", "#3182BD", "#08519C")
"""Districts by a share, in fifths: ColorBrewer's Blues (5 classes), colour-blind safe and ordered in grey."""
_NO_SHARE = "#FFFFFF"
SELECTED = "#111827"
RAMP = ("#FEF0D9", "#FDCC8A", "#FC8D59", "#E34A33", "#B30000")
FONTS = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "sans-serif",
)
FONT_STACK = ", ".join(f'"{name}"' if " " in name else name for name in FONTS)
"""The same as CSS writes them."""


def ramp_breaks(people: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the upper edges of the ramp's classes for the positive values of `people`.

    Quantile breaks rounded to two significant figures, strictly increasing, at most ``len(RAMP)`` of them; the last
    one is at least the maximum. Empty when nothing is positive.
    """
    positive = people[people > 0]
    if positive.size == 0:
        return np.empty(0)
    edges = np.quantile(positive, np.linspace(0, 1, len(RAMP) + 1)[1:])
    scale = 10.0 ** (np.floor(np.log10(edges)) - 1)
    return np.unique(np.ceil(edges / scale) * scale)


def share_colour(share: float) -> str:
    """Return the colour of a share (0-1); white where there is none (NaN). An upper edge belongs to its class."""
    if np.isnan(share):
        return _NO_SHARE
    return SHARES[min(len(SHARES) - 1, max(0, int(np.ceil(share * len(SHARES))) - 1))]
