"""What is around the maps of a figure: title, legend, badge, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from stations.model import numbers
from stations.model.language import gettext as _
from stations.model.language import listed
from stations.model.vocabulary import Tier
from stations.output.figures.layers import GONE, NEW, PIN, draw_marks
from stations.output.figures.layouts import Box, Layout
from stations.output.figures.lettering import POINT_MM, Block, ems, fitted
from stations.output.figures.naming import NUMBERED_GAPS
from stations.output.figures.sheet import approximate
from stations.output.figures.text import drawable, write, write_block
from stations.output.symbology import (
    BASE_MARK,
    GAP_OUTLINE,
    HAIRLINE,
    INK,
    RAMP,
    REACHED,
    SHARES,
    TIER_MARKS,
    Mark,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from stations.output.figures.sheet import Panel, Sheet

_BADGE = ("#FFF4DC", "#8A5A00")  # fill, ink and rim: contrast 5.4 : 1
_BADGE_MM = 46.0  # its width, in the longer of the languages, with room beside it
_APART = 1.5  # heights of a row
_FIGURE_SIZE = 9.0
_INDENT_MM = 10.0  # of words beside a mark
_NOTE_SIZES = (7.5, 6.5, 5.5)
_GAP_MM = 3.0  # between the maps and notes that stand below them


def draw_title(paper: Axes, sheet: Sheet, layout: Layout) -> None:
    """Write the title over the map, and over it at the right that what is shown is made up, if it is."""
    left, foot, (width, height) = layout.ground.left, layout.ground.top + 4, layout.page
    room = width - 2 * left
    if not layout.titled:
        foot = layout.legend[0].top + 4
    if sheet.demonstration:
        words = write(
            paper, (width - left - 2, foot), _("Demonstration data"), size=10, anchor="right", colour=_BADGE[1]
        )
        words.set_bbox({"boxstyle": "round,pad=0.4", "facecolor": _BADGE[0], "edgecolor": _BADGE[1], "linewidth": 0.8})
        room -= _BADGE_MM
    if layout.titled:
        block = fitted([drawable(sheet.title)], (17, 13, 9, 6), box_mm=(room, height - foot - 2))
        write_block(paper, (left, foot), block)


@dataclass(frozen=True)
class _Row:
    """A row of the legend: a heading, or a mark or a swatch (fill, rim) with its words; a figure at the right end."""

    words: str
    figure: str = ""
    look: Mark | None = None
    swatch: tuple[str, str] | None = None
    apart: bool = False
    rough: bool = False

    @property
    def heading(self) -> bool:
        return self.look is None and self.swatch is None

    @property
    def rows(self) -> float:
        """Its height, in rows."""
        return _APART if self.heading or self.apart else 1.0


def _legend(sheet: Sheet) -> list[list[_Row]]:
    """Return the rows of the legend in two groups: the places, and what is around them."""
    last, alone = sheet.panels[-1], len(sheet.panels) == 1
    places = [_Row(_("Stations by tier"), _counted(sheet, tuple(Tier)))]
    places += [
        _Row(tier.label(sheet.language), _counted(sheet, (tier,)), look=TIER_MARKS[tier]) for tier in sheet.tiers
    ]
    if rough := sum(int(approximate(panel.told).sum()) for panel in sheet.panels):
        figure = f"{rough:,}" if alone else ""  # the same place is on several maps
        places.append(_Row(_("Approximate place"), figure, look=Mark(INK, "circle", 12), apart=True, rough=True))
    for words, look, found in (
        (_("New station"), NEW, sum(int(panel.told.index.isin(panel.new).sum()) for panel in sheet.panels)),
        (_("No longer there"), GONE, sum(int(panel.told.index.isin(panel.gone).sum()) for panel in sheet.panels)),
    ):
        places += [_Row(words, f"{found:,}", look=look)] if found else []
    if last.bases is not None:
        figure = _told(len(last.bases), "base" in last.incomplete) if alone else ""
        places.append(_Row(_("Activity bases"), figure, look=BASE_MARK, apart=True))
    if last.proposals is not None:
        places.append(_Row(_("Proposed stations"), f"{len(last.proposals):,}", look=PIN, apart=True))
    return [places, [*_shares(sheet, last), *_reach(sheet, last, alone=alone)]]


def _counted(sheet: Sheet, tiers: tuple[Tier, ...]) -> str:
    """Return how many stations of some tiers there are: on the first and on the last map, or on all together."""

    def count(panels: Sequence[Panel]) -> str:
        found = sum(int(panel.told["tier"].isin([tier.value for tier in tiers]).sum()) for panel in panels)
        return _told(found, any("station" in panel.incomplete for panel in panels))

    if not sheet.compared:
        return count(sheet.panels)
    first, last = count(sheet.panels[:1]), count(sheet.panels[-1:])
    return first if first == last else f"{first} → {last}"


def _told(found: int, incomplete: bool) -> str:
    """Return a count; of a day of which not all is known, the least it may be."""
    if not incomplete:
        return f"{found:,}"
    return f"≥ {found:,}" if found else "?"


def _shares(sheet: Sheet, panel: Panel) -> Iterator[_Row]:
    if panel.shares is not None:
        yield _Row(sheet.shares_of)
        for low, colour in zip(range(0, 100, 100 // len(SHARES)), SHARES, strict=True):
            yield _Row(f"{low}–{low + 100 // len(SHARES)} %", swatch=(colour, HAIRLINE))


def _reach(sheet: Sheet, panel: Panel, *, alone: bool) -> Iterator[_Row]:
    if panel.reached is not None:
        yield _Row(_("Within reach"), swatch=(f"{REACHED}33", REACHED), apart=True)
    if panel.uncovered is not None and sheet.spacing_m is not None:
        yield _Row(_("Uncovered people per {side} square").format(side=numbers.length(sheet.spacing_m)))
        upper = [f"{edge:,.0f}" if edge >= 10 else f"{edge:g}" for edge in sheet.breaks]
        for colour, low, high in zip(RAMP, ["0", *upper], upper, strict=False):
            yield _Row(f"{low}–{high}", swatch=(colour, "none"))
    if panel.gaps is not None:
        some = len(panel.gaps) > NUMBERED_GAPS
        words = _("Gaps, the first {count} numbered") if some else _("Gaps, numbered by rank")
        figure = f"{len(panel.gaps):,}" if alone else ""
        yield _Row(words.format(count=NUMBERED_GAPS), figure, swatch=("white", GAP_OUTLINE), apart=True)


def draw_legend(paper: Axes, sheet: Sheet, layout: Layout) -> float:
    """Draw the legend down its columns; return the height (mm) at which it ends in the last one."""
    groups, columns = _legend(sheet), layout.legend
    row_mm = _row_mm([row for group in groups for row in group], layout)
    y = columns[0].top + 2.5
    for number, rows in enumerate(groups):
        column = columns[min(number, len(columns) - 1)]
        if 0 < number < len(columns):
            y = column.top + 2.5
        for row in rows:
            y = _draw_row(paper, row, column, y=y, row_mm=row_mm)
    return y


def _draw_row(paper: Axes, row: _Row, column: Box, *, y: float, row_mm: float) -> float:
    """Draw a row of the legend below `y`; return the height at which it ends. Long words take a second line."""
    left, width = column.left, column.width
    indent = 0 if row.heading else _INDENT_MM
    words = _worded(row, width, row_mm)
    more = (len(words.lines) - 1) * words.leading_mm
    y -= row.rows * row_mm + more
    middle = y + more / 2
    if row.look is not None:
        draw_marks(paper, np.array([(left + 4, middle + 1.1)]), row.look, rough=row.rough)
    if row.swatch is not None:
        fill, rim = row.swatch
        paper.add_patch(Rectangle((left + 1, middle - 0.7), 6, 3.6, facecolor=fill, edgecolor=rim, linewidth=0.9))
    write_block(paper, (left + indent, y), words)
    write(paper, (left + width, middle), row.figure, size=_FIGURE_SIZE, anchor="right")
    if not row.heading:
        return y
    paper.plot([left, left + width], [y - 1.8, y - 1.8], color=HAIRLINE, linewidth=0.6)
    return y - 1.2


def _row_mm(rows: Sequence[_Row], layout: Layout) -> float:
    """Return the height of a row: closer where one column has many of them."""
    column, usual = layout.legend[0], layout.row_mm
    if len(layout.legend) > 1:
        return usual
    words = [_worded(row, column.width, usual) for row in rows]
    more = sum((len(block.lines) - 1) * block.leading_mm for block in words) + 1.2 * sum(row.heading for row in rows)
    return min(usual, (column.height + 2.5 - more) / sum(row.rows for row in rows))


def _worded(row: _Row, width: float, row_mm: float) -> Block:
    """Return the words of a row: on one line where they fit, else on two, never too small to be read."""
    room = width - (0 if row.heading else _INDENT_MM) - 1.1 * ems(row.figure) * _FIGURE_SIZE * POINT_MM
    block = fitted([row.words], (9, 8), box_mm=(room, row_mm))
    return block if len(block.lines) == 1 else fitted([row.words], (8, 7, 6.5), box_mm=(room, 2 * row_mm))


def left_out(outside: int) -> list[str]:
    """Return what is said of stations that the maps do not show."""
    return [_("Stations outside the map, not drawn: {count}").format(count=f"{outside:,}")] if outside else []


def unnamed(names: Sequence[str]) -> list[str]:
    """Return what is said of districts whose names have no room."""
    told = _("No room on the map for the names: {names}.").format(names=listed(dict.fromkeys(names)))
    return [told] if names else []


def with_room(layout: Layout, notes: Sequence[str], *, below: float) -> tuple[Box, Box]:
    """Return the box of the maps and that of the notes: where the latter need more than theirs, the maps give way.

    `below`, the height (mm) at which the legend ends.
    """
    ground, legend = layout.ground, layout.legend[-1]
    box = layout.notes or legend._replace(height=max(0.0, below - 6 - legend.bottom))
    if _height(notes, box, layout) <= box.height:
        return ground, box
    wide = layout.notes or ground._replace(height=0.0)
    longest = wide._replace(height=ground.height / 2)  # there is a map, whatever is said about it
    more = min(_height(notes, longest, layout) + _GAP_MM, longest.height) - wide.height
    ground = ground._replace(bottom=ground.bottom + more, height=ground.height - more)
    return ground, wide._replace(height=wide.height + more - (0 if layout.notes else _GAP_MM))


def has_room(notes: Sequence[str], box: Box, *, layout: Layout) -> bool:
    """Return whether notes fit into a box."""
    return _height(notes, box, layout) <= box.height


def draw_notes(paper: Axes, notes: Sequence[str], box: Box, *, layout: Layout) -> None:
    """Write the notes at the foot of their box, right below the map in a text; small before any of them is lost."""
    block = _noted(notes, box, layout if has_room(notes, box, layout=layout) else layout._replace(smallest=0.0))
    foot = box.bottom + 1 if layout.titled else box.top - len(block.lines) * block.leading_mm
    write_block(paper, (box.left, foot), block)


def _height(notes: Sequence[str], box: Box, layout: Layout) -> float:
    block = _noted(notes, box, layout)
    return len(block.lines) * block.leading_mm + 1 if layout.titled else len(block.lines) * block.leading_mm


def _noted(notes: Sequence[str], box: Box, layout: Layout) -> Block:
    """Return the notes as they are written: smaller where they are long, but never too small to be read."""
    words = [drawable(note) for note in notes]
    sizes = sorted({max(size, layout.smallest) for size in _NOTE_SIZES}, reverse=True)
    return fitted(words, sizes, box_mm=(box.width, box.height - 1))
