"""What stands on the maps for paper of the demonstration city hides nothing, on every page and in both languages.

Measured on the figures themselves, as they are drawn: the rectangles of texts, the discs of stations, the lines.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnchoredOffsetbox
from matplotlib.text import Text

from stations.model.language import LANGUAGES, Language, use_language
from stations.model.settings import Settings
from stations.model.vocabulary import PageLayout, SnapshotKind, Tier
from stations.output import figures
from stations.output.symbology import TIER_MARKS
from stations.planning.coverage.assess import Question
from stations.planning.importing.import_file import prepare
from stations.planning.maps.sheets import Wish, sheet_of
from stations.planning.questions import scenario_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from stations.output.figures import Panel, Sheet

DPI = 100
MM = DPI / 25.4
HALF_MARK = 0.3  # points of the radius to 1 px of the look
HAIR = 0.2 * MM  # what two things may touch
SITES = tuple(f"{116.45 + 0.05 * (at % 10)},{32.1 + 0.15 * (at // 10)}" for at in range(30))

PAGES = {  # each page in one language at least, the narrow ones in both
    "zh_CN": (PageLayout.LANDSCAPE, PageLayout.SQUARE, PageLayout.COLUMN),
    "en": (PageLayout.PORTRAIT, PageLayout.SLIDE, PageLayout.SQUARE, PageLayout.COLUMN),
}


@pytest.fixture(scope="module")
def huainan(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an office with the demonstration data of Huainan."""
    settings = Settings(database=str(tmp_path_factory.mktemp("office") / "register.sqlite3"))
    prepare(settings)
    return settings


@dataclass(frozen=True)
class Seen:
    """A figure that is drawn, in pixels from its lower left corner."""

    sheet: Sheet
    figure: Figure
    bars: list[shapely.Polygon]

    @property
    def maps(self) -> list[Axes]:
        return self.figure.axes[1:]

    @property
    def texts(self) -> list[Text]:
        return [text for text in self.figure.findobj(Text) if text.get_text().strip()]

    @property
    def names(self) -> list[tuple[Text, Any]]:
        """The names of the districts that are written, each with its district's geometry."""
        shapes = dict(zip(self.sheet.districts["name"], self.sheet.districts.geometry, strict=True))
        read = ((text, " ".join(text.get_text().split())) for text in self.texts)
        return [
            (text, shape)
            for text, words in read
            for name, shape in shapes.items()
            if name in (words, words.rsplit(" ", 1)[0])
        ]

    @property
    def numbers(self) -> list[Text]:
        """The numbers on the maps."""
        digits = [text for text in self.texts if text.get_text().isdigit()]
        frames = [shapely.box(*each.bbox.extents) for each in self.maps]
        return [text for text in digits if any(frame.contains(box_of(text)) for frame in frames)]

    def map_of(self, text: Text) -> Axes:
        """Return the map that a text stands on: of one in another, the inner."""
        at = box_of(text).centroid
        under = [each for each in self.maps if shapely.box(*each.bbox.extents).contains(at)]
        return min(under, key=lambda each: each.bbox.width)

    def marks(self, ground: Axes) -> list[shapely.Polygon]:
        """Return the stations on a map as discs; what an inset hides is left out."""
        panel = self._panel(ground)
        at = ground.transData.transform(shapely.get_coordinates(panel.stations.geometry.to_numpy()))
        scale = min(1.0, max(0.55, self._whole(ground).bbox.width / MM / 150))
        radii = [TIER_MARKS[Tier(tier)].size * HALF_MARK * 25.4 / 72 * MM * scale for tier in panel.stations["tier"]]
        shown = shapely.box(*ground.bbox.extents)
        over = [shapely.box(*each.bbox.extents) for each in self.maps if each.bbox.width < ground.bbox.width * 0.9]
        discs = shapely.buffer(shapely.points(at), radii)
        return [disc for disc in discs if disc.within(shown) and not any(disc.intersects(each) for each in over)]

    def _whole(self, ground: Axes) -> Axes:
        return self.maps[0] if len(self.sheet.panels) == 1 else ground

    def _panel(self, ground: Axes) -> Panel:
        alone = len(self.sheet.panels) == 1
        return self.sheet.panels[0 if alone else self.maps.index(ground)]

    @property
    def lines(self) -> list[shapely.LineString]:
        """The thin lines of two ends that tie a text to its place."""
        drawn = self.figure.findobj(Line2D)
        thin = [line for line in drawn if line.get_linewidth() == 0.5 and len(line.get_xdata()) == 2]
        return [shapely.LineString(line.get_transform().transform(line.get_xydata())) for line in thin]


def box_of(text: Text) -> shapely.Polygon:
    box: shapely.Polygon = shapely.box(*text.get_window_extent().extents)
    return box


@cache
def asked(settings: Settings, kind: SnapshotKind, language: Language) -> Sheet:
    sites = scenario_of(add=SITES) if kind is SnapshotKind.PROPOSALS else None
    question = Question(1000.0, scenario=sites) if kind.asks else None
    since = dt.date(2021, 12, 31) if kind is SnapshotKind.PAIR else None
    return sheet_of(settings.having(language=language), Wish(kind, question, since=since))


@pytest.fixture(params=list(itertools.product(SnapshotKind, LANGUAGES)), ids=lambda each: f"{each[0]}-{each[1]}")
def pages(request: pytest.FixtureRequest, huainan: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Seen]]:
    """Return a kind of map in a language on every page."""
    kind, language = request.param
    drawn: list[shapely.Polygon] = []
    plain = AnchoredOffsetbox.draw

    def draw(box: AnchoredOffsetbox, renderer: Any) -> None:
        drawn.append(shapely.box(*box.get_window_extent(renderer).extents))
        plain(box, renderer)

    monkeypatch.setattr(AnchoredOffsetbox, "draw", draw)
    seen = []
    for layout in PAGES[language]:
        sheet = replace(asked(huainan, kind, language), layout=layout)
        figure = figures.drawn(sheet, DPI)
        drawn.clear()
        figure.canvas.draw()
        seen.append(Seen(sheet, figure, list(drawn)))
    yield seen
    use_language("zh_CN")


def test_nothing_that_is_written_hides_anything(pages: list[Seen]) -> None:
    """One test of all: a picture is dear to draw."""
    wrong = [f"{page.sheet.layout}: {fault}" for page in pages for fault in faults(page)]
    assert wrong == []


def faults(page: Seen) -> Iterator[str]:
    yield from beyond_the_page(page)
    yield from over_marks(page)
    yield from over_each_other(page)
    yield from in_another_district(page)
    yield from lines_crossed(page)
    yield from under_a_bar(page)


def beyond_the_page(page: Seen) -> Iterator[str]:
    sheet = shapely.box(*page.figure.bbox.extents)
    yield from (f"{text.get_text()!r} is cut off" for text in page.texts if not box_of(text).within(sheet))


def over_marks(page: Seen) -> Iterator[str]:
    for text in (*(name for name, _shape in page.names), *page.numbers):
        box = shrunk(box_of(text))
        if any(box.intersects(mark) for mark in page.marks(page.map_of(text))):
            yield f"{text.get_text()!r} lies on a station"


def over_each_other(page: Seen) -> Iterator[str]:
    boxes = {text: shrunk(box_of(text)) for text in page.texts}
    for one, other in itertools.combinations(boxes, 2):
        if boxes[one].intersects(boxes[other]):
            yield f"{one.get_text()!r} lies on {other.get_text()!r}"
    for text, box in boxes.items():
        if any(box.intersects(shapely.box(*each.bbox.extents).exterior) for each in page.maps):
            yield f"{text.get_text()!r} lies on the frame of a map"


def in_another_district(page: Seen) -> Iterator[str]:
    for text, shape in page.names:
        box, own = box_of(text), shapely.transform(shape, page.map_of(text).transData.transform)
        near = [line for line in page.lines if line.distance(box) < 2 * MM]
        tied = any(shapely.Point(end).within(own) for line in near for end in line.coords)
        if not box.centroid.within(own) and not tied:
            yield f"{text.get_text()!r} stands outside its district without a line"


def lines_crossed(page: Seen) -> Iterator[str]:
    """Yield what a line runs through; it may start in the middle of its own text, but goes on from there."""
    for line in page.lines:
        for text in (*(name for name, _shape in page.names), *page.numbers):
            box = shrunk(box_of(text))
            if line.intersects(box) and not any(shapely.Point(end).within(box) for end in line.coords):
                yield f"a line runs through {text.get_text()!r}"
    if any(one.crosses(other) for one, other in itertools.combinations(page.lines, 2)):
        yield "two lines cross"


def under_a_bar(page: Seen) -> Iterator[str]:
    for bar in page.bars:
        for ground in page.maps:
            if any(bar.intersects(mark) for mark in page.marks(ground)):
                yield "a scale bar lies on a station"
        for text in page.texts:
            if bar.intersects(shrunk(box_of(text))):
                yield f"a scale bar lies on {text.get_text()!r}"


def shrunk(box: shapely.Polygon) -> shapely.Polygon:
    """Return a rectangle without the room for accents and tails that letters mostly leave free."""
    west, south, east, north = box.bounds
    less = min(0.12 * (north - south), 1.2)
    smaller: shapely.Polygon = shapely.box(west + HAIR, south + less, east - HAIR, north - less)
    return smaller


def test_a_page_with_one_map_names_every_district(huainan: Settings) -> None:
    for language, layout in itertools.product(LANGUAGES, (PageLayout.LANDSCAPE, PageLayout.COLUMN)):
        kind = SnapshotKind.DISTRICTS
        sheet = replace(asked(huainan, kind, language), layout=layout)
        page = Seen(sheet, figures.drawn(sheet, DPI), [])
        assert len({shape.wkb for _text, shape in page.names}) == len(sheet.districts), (kind, language, layout)


def test_names_keep_a_size_that_can_be_read(huainan: Settings) -> None:
    for kind in (SnapshotKind.TIERS, SnapshotKind.DISTRICTS):
        sheet = replace(asked(huainan, kind, "en"), layout=PageLayout.COLUMN)
        page = Seen(sheet, figures.drawn(sheet, DPI), [])
        assert min(np.array([text.get_fontsize() for text, _shape in page.names])) >= 7
