"""Maps for paper and slides, drawn from frames without browser or tiles: PNG, SVG and PDF.

`sheet` says what a figure shows, `layouts` where things stand, `page` draws what is around the maps and `ground` a map:
its `layers`, its `furniture` (scale bar, compass), its names and numbers (`naming`), which `placing` finds room for.
`files` writes a figure with the trace of how it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from stations.model.crs import require_metric
from stations.model.language import mark, use_language
from stations.output.figures import files, furniture, ground, page
from stations.output.figures.files import DRAWN_WITH
from stations.output.figures.layouts import LAYOUTS, MM_PER_INCH, Box, grid
from stations.output.figures.sheet import Panel, Sheet
from stations.output.traces import Format

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DRAWN_WITH", "Format", "Panel", "Sheet", "draw"]


def draw(sheet: Sheet, *, kind: Format = "png", dpi: int = 200, trace: str = "") -> bytes:
    """Return a sheet as a file; the same sheet gives the same bytes.

    Parameters
    ----------
    dpi
        Of a PNG: at 200, an A4 page on its side is 2338 x 1653 pixels.
    trace
        ASCII text that tells how the figure was made; `traces.trace_of` reads it back from the file.

    Raises
    ------
    DegreesNotMetres
        The districts are not in a metric CRS.
    MissingFont
        The font that the letters are drawn with is not there.
    """
    require_metric(sheet.districts, mark("A figure with a scale bar"))
    return files.written(copy_context().run(drawn, sheet, dpi), kind, title=sheet.title, trace=trace)


def drawn(sheet: Sheet, dpi: int) -> Figure:
    """Return the figure of a sheet, in its language.

    Districts whose names have no room are told among the notes: where these have none then, the maps give way to them.
    """
    use_language(sheet.language)
    figure, unnamed, told = _drawn(sheet, dpi, unnamed=())
    return figure if told else _drawn(sheet, dpi, unnamed=unnamed)[0]


def _drawn(sheet: Sheet, dpi: int, *, unnamed: Sequence[str]) -> tuple[Figure, list[str], bool]:
    """Return a figure with room to tell of `unnamed` districts; those that are, and whether all notes have room."""
    layout = LAYOUTS[sheet.layout]
    width, height = layout.page
    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), dpi=dpi, facecolor="white")
    FigureCanvasAgg(figure)
    paper = _paper(figure, layout.page)
    below = page.draw_legend(paper, sheet, layout)
    outside = sum(map(partial(ground.outside, sheet), sheet.panels, _boxes(sheet, layout.ground)))
    notes = [*page.left_out(outside), *sheet.notes]
    frame, foot = page.with_room(layout, [*notes, *page.unnamed(unnamed)], below=below)
    boxes = _boxes(sheet, frame)
    maps = [
        ground.draw_panel(paper, box, sheet, panel=panel, smallest=layout.smallest)
        for box, panel in zip(boxes, sheet.panels, strict=True)
    ]
    if len(maps) > 1:
        strip = frame._replace(height=furniture.STRIP_MM - 1)
        furniture.draw_strip(paper, maps[-1].ground, strip, spread=maps[-1].spread, sheet=sheet)
    page.draw_title(paper, sheet, layout)
    left = [name for each in maps for name in each.unnamed]
    notes += page.unnamed(left)
    page.draw_notes(paper, notes, foot, layout=layout)
    return figure, left, page.has_room(notes, foot, layout=layout)


def _boxes(sheet: Sheet, frame: Box) -> list[Box]:
    """Return the boxes of the maps: several leave a strip below them for what they share."""
    west, south, east, north = sheet.bounds
    if len(sheet.panels) > 1:
        strip = furniture.STRIP_MM
        frame = frame._replace(bottom=frame.bottom + strip, height=frame.height - strip)
    return grid(frame, len(sheet.panels), aspect=(east - west) / (north - south))


def _paper(figure: Figure, size: tuple[float, float]) -> Axes:
    """Return the whole page as axes in millimetres."""
    paper = figure.add_axes((0, 0, 1, 1), zorder=1)
    paper.set(xlim=(0, size[0]), ylim=(0, size[1]))
    paper.set_axis_off()
    return paper
