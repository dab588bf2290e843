"""The letters of a figure: every text as it is (no mathtext), in Noto Sans SC, a sign where no font has a glyph."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.patheffects import withStroke
from pylopdf_fonts_zh_cn import sans_path

from stations.model import numbers
from stations.model.errors import StationsError
from stations.model.language import mark
from stations.output.figures.lettering import Block
from stations.output.symbology import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_MISSING = "□"


def write(
    axes: Axes,
    at: Sequence[float] | Floats,
    words: str,
    *,
    size: float,
    anchor: Literal["left", "right", "center"] = "left",
    colour: str = INK,
    halo: bool = False,
) -> Text:
    """Write one line at a point: its baseline there, or its middle if it is centred."""
    written = axes.text(
        at[0],
        at[1],
        drawable(words),
        fontsize=size,
        family=families(),
        color=colour,
        horizontalalignment=anchor,
        verticalalignment="center" if anchor == "center" else "baseline",
        parse_math=False,
    )
    if halo:
        written.set_path_effects([withStroke(linewidth=1.8, foreground="white")])
    return written


def write_block(page: Axes, foot: tuple[float, float], block: Block) -> None:
    """Write the lines of a block above each other, the baseline of the last at `foot`."""
    left, y = foot
    for number, line in enumerate(block.lines, start=1):
        write(page, (left, y + (len(block.lines) - number) * block.leading_mm), line, size=block.size)


class MissingFont(StationsError, OSError):
    """The font that figures are lettered in is not there, or is none. Fields: file."""

    template = mark("The font {file} cannot be read. Install the package pylopdf-fonts-zh-cn again.")


@cache
def families() -> list[str]:
    """Return the names of the fonts to draw with, in order; the first is made known to matplotlib.

    Raises `MissingFont`.
    """
    try:
        fontManager.addfont(sans_path())
    except (OSError, RuntimeError) as error:
        raise MissingFont(file=sans_path()) from error
    return [FontProperties(fname=sans_path()).get_name(), "DejaVu Sans"]


@cache
def _letters() -> frozenset[int]:
    families()  # is it there?
    fonts = [sans_path(), findfont("DejaVu Sans")]
    return frozenset().union(*(FT2Font(str(font)).get_charmap() for font in fonts))


def drawable(words: str) -> str:
    """Return the text as it can be drawn: on one line, no control or format characters, □ where no font has a glyph.

    Figures stand close to their Chinese words, as in the reports that maps are part of.
    """
    plain = numbers.closed_up(" ".join("".join(" " if letter.isspace() else letter for letter in words).split()))
    shown = (letter for letter in plain if unicodedata.category(letter) not in ("Cc", "Cf"))
    return "".join(letter if ord(letter) in _letters() else _MISSING for letter in shown)
