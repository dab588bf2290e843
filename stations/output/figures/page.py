"""What is around the maps of a figure: title, legend, compass, badge, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Polygon, Rectangle

from stations.model import numbers
from stations.model.language import gettext as _
from stations.output.figures.ground import HEADING_MM, NUMBERED_GAPS, SKETCH_SIZE, draw_marks, sketch
from stations.output.figures.layouts import Box, Layout
from stations.output.figures.lettering import Block, fitted
from stations.output.figures.sheet import approximate
from stations.output.figures.text import drawable, write, write_block
from stations.output.symbology import (
    BASE_MARK,
    GAP_OUTLINE,
    HAIRLINE,
    INK,
    PROPOSED,
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


def draw(paper: Axes, sheet: Sheet, layout: Layout, *, outside: int) -> None:
    """Draw everything but the maps. `outside` counts the stations that lie outside their frames."""
    box = layout.ground
    _draw_title(paper, sheet, layout)
    write(paper, (box.left + 3, box.bottom + 3.2), sketch(sheet), size=SKETCH_SIZE, halo=True)
    _draw_compass(paper, box, below=0 if len(sheet.panels) == 1 else HEADING_MM)
    below = _draw_legend(paper, _legend(sheet), layout)
    notes = layout.notes or layout.legend[-1]
    top = notes.top if layout.notes else below - 6
    _draw_notes(paper, [*_left_out(outside), *sheet.notes], notes, top=top, layout=layout)


def _draw_title(paper: Axes, sheet: Sheet, layout: Layout) -> None:
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


def _draw_compass(paper: Axes, box: Box, *, below: float) -> None:
    x, y = box.right - 9, box.top - below - 15
    paper.add_patch(Polygon([(x, y + 8), (x - 2.4, y), (x, y + 1.8), (x + 2.4, y)], facecolor=INK, linewidth=0))
    write(paper, (x, y + 10.5), _("N"), size=8, anchor="center", halo=True)


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
    (*_others, last), alone = sheet.panels, len(sheet.panels) == 1

    def count(number: int, kind: str) -> str:
        if not alone:
            return ""  # several maps say their own counts
        if kind not in last.incomplete:
            return f"{number:,}"
        return f"≥ {number:,}" if number else "?"

    places = [_Row(_("Stations by tier"), count(len(last.told), "station"))]
    for tier in sheet.tiers:
        found = int((last.told["tier"] == tier.value).sum())
        places.append(_Row(tier.label(sheet.language), count(found, "station"), look=TIER_MARKS[tier]))
    if rough := sum(int(approximate(panel.told).sum()) for panel in sheet.panels):
        look = Mark(INK, "circle", 12)
        places.append(_Row(_("Approximate place"), count(rough, ""), look=look, apart=True, rough=True))
    if last.bases is not None:
        places.append(_Row(_("Activity bases"), count(len(last.bases), "base"), look=BASE_MARK, apart=True))
    if last.proposals is not None:
        pin = Mark(PROPOSED, "circle", 14)
        places.append(_Row(_("Proposed stations"), count(len(last.proposals), ""), look=pin, apart=True))
    return [places, [*_shares(sheet, last), *_reach(sheet, last, alone=alone)]]


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


def _draw_legend(paper: Axes, groups: Sequence[Sequence[_Row]], layout: Layout) -> float:
    """Draw the legend down its columns; return the height (mm) at which it ends in the last one."""
    columns = layout.legend
    y = columns[0].top + 2.5
    for number, rows in enumerate(groups):
        column = columns[min(number, len(columns) - 1)]
        if 0 < number < len(columns):
            y = column.top + 2.5
        for row in rows:
            y = _draw_row(paper, row, column, y=y, row_mm=layout.row_mm)
    return y


def _draw_row(paper: Axes, row: _Row, column: Box, *, y: float, row_mm: float) -> float:
    """Draw a row of the legend below `y`; return the height at which it ends. Long words take a second line."""
    left, width = column.left, column.width
    indent = 0 if row.heading else 10
    words = _worded(row.words, width - indent - 2.2 * len(row.figure), row_mm)
    more = (len(words.lines) - 1) * words.leading_mm
    y -= row.rows * row_mm + more
    middle = y + more / 2
    if row.look is not None:
        draw_marks(paper, np.array([(left + 4, middle + 1.1)]), row.look, rough=row.rough)
    if row.swatch is not None:
        fill, rim = row.swatch
        paper.add_patch(Rectangle((left + 1, middle - 0.7), 6, 3.6, facecolor=fill, edgecolor=rim, linewidth=0.9))
    write_block(paper, (left + indent, y), words)
    write(paper, (left + width, middle), row.figure, size=9, anchor="right")
    if not row.heading:
        return y
    paper.plot([left, left + width], [y - 1.8, y - 1.8], color=HAIRLINE, linewidth=0.6)
    return y - 1.2


def _worded(words: str, room: float, row_mm: float) -> Block:
    """Return the words of a row: on one line where they fit, else on two, never too small to be read."""
    block = fitted([words], (9, 8), box_mm=(room, row_mm))
    return block if len(block.lines) == 1 else fitted([words], (8, 7, 6.5), box_mm=(room, 2 * row_mm))


def _left_out(outside: int) -> list[str]:
    return [_("Stations outside the map, not drawn: {count}").format(count=f"{outside:,}")] if outside else []


def _draw_notes(paper: Axes, notes: Sequence[str], box: Box, *, top: float, layout: Layout) -> None:
    """Write the notes at the foot of their box, right below the map in a text, smaller when they are long."""
    words = [drawable(note) for note in notes]
    sizes = [max(size, layout.smallest) for size in (7.5, 6.5, 5.5, 4.5)]
    block = fitted(words, sizes, box_mm=(box.width, top - box.bottom))
    foot = box.bottom + 1 if layout.titled else top - len(block.lines) * block.leading_mm
    write_block(paper, (box.left, foot), block)
