from __future__ import annotations

import dataclasses
import itertools
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text
from matplotlib_scalebar.scalebar import ScaleBar

from stations.model.errors import DegreesNotMetres
from stations.model.language import current_language
from stations.model.vocabulary import PageLayout, Tier
from stations.output import figures, symbology
from stations.output.figures import Panel, Sheet, draw, text
from tests.output.conftest import HOSTILE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CRS = "EPSG:4548"
EAST, NORTH, KM = 500_000.0, 3_600_000.0, 1000.0


def points(*places: tuple[float, float], **columns: Any) -> gpd.GeoDataFrame:
    """Return points at kilometres east and north of the town's corner."""
    x, y = np.array(places, dtype=float).reshape(-1, 2).T * KM
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(EAST + x, NORTH + y), crs=CRS)


def squares(*boxes: tuple[float, float, float, float], **columns: Any) -> gpd.GeoDataFrame:
    x0, y0, x1, y1 = np.array(boxes, dtype=float).reshape(-1, 4).T * KM
    shapes = shapely.box(EAST + x0, NORTH + y0, EAST + x1, NORTH + y1)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def town(**changes: Any) -> Sheet:
    """Return two districts of 10 km x 10 km with a station of each tier, and two without an honour."""
    stations = points(
        (2, 2), (4, 4), (6, 6), (8, 8), (12, 3), tier=["national", "provincial", "municipal", "none", "none"]
    )
    shown = {
        name: changes.pop(name) for name in tuple(changes) if name in Panel.__dataclass_fields__ and name != "title"
    }
    sheet = Sheet(
        districts=squares((0, 0, 10, 10), (10, 0, 20, 10), name=["West", "East"]),
        panels=(Panel(**{"stations": stations, **shown}),),
        title="Toy town",
        notes=("Data as of 2026-12-31", "Revision 7"),
        approval="For internal use",
        demonstration=False,
        language="en",
    )
    return dataclasses.replace(sheet, **changes)


def with_gaps(count: int) -> Sheet:
    """Return the town with `count` gaps of 1 km² along its southern edge, five cells of people in them."""
    return town(
        uncovered=points((12, 8), (13, 8), (14, 8), (15, 8), (16, 8), people=[0, 10, 20, 300, 4000]),
        spacing_m=1000.0,
        gaps=squares(*((at, 0, at + 1, 1) for at in range(count)), rank=range(1, count + 1), people=1.0),
    )


def drawn(view: Sheet) -> Figure:
    return figures.drawn(view, 60)


def ground(view: Sheet) -> Axes:
    """Return the axes of the first map."""
    return drawn(view).axes[1]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def chunks(png: bytes) -> set[bytes]:
    kinds, at = set(), 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kinds.add(png[at + 4 : at + 8])
        at += length + 12
    return kinds


def test_a_snapshot_is_an_a4_page_on_its_side() -> None:
    assert size_of(draw(town())) == (2338, 1653)
    assert size_of(draw(town(), dpi=100)) == (1169, 826)


def test_the_same_view_gives_the_same_bytes_without_a_date_in_them() -> None:
    png = draw(with_gaps(3), dpi=72)
    assert png == draw(with_gaps(3), dpi=72)
    assert chunks(png) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def test_degrees_are_refused() -> None:
    with pytest.raises(DegreesNotMetres):
        draw(town(districts=town().districts.to_crs("EPSG:4326")))


def test_the_frames_and_the_language_are_left_as_they_were() -> None:
    view, before = with_gaps(2), with_gaps(2)
    draw(dataclasses.replace(view, language="zh_CN"), dpi=60)
    assert current_language() == "en"
    for frame, same in (
        (view.panels[0].stations, before.panels[0].stations),
        (view.panels[0].gaps, before.panels[0].gaps),
        (view.panels[0].uncovered, before.panels[0].uncovered),
    ):
        assert frame is not None
        assert frame.equals(same)


def test_the_page_says_what_it_is_and_as_of_when() -> None:
    seen = words(drawn(town()))
    for said in ("Toy town", "Data as of 2026-12-31", "Revision 7", "Sketch map · For internal use", "West", "East"):
        assert said in seen


def test_made_up_data_is_called_so_and_other_data_is_not() -> None:
    assert "Demonstration data" in words(drawn(town(demonstration=True)))
    assert "Demonstration data" not in words(drawn(town()))


def test_the_legend_counts_each_tier() -> None:
    seen = words(drawn(town()))
    counts = {tier.en: seen[seen.index(tier.en) + 1] for tier in Tier}
    assert counts == {"National": "1", "Provincial": "1", "Municipal": "1", "No honour": "2"}
    assert seen[seen.index("Stations by tier") + 1] == "5"


def test_tiers_are_drawn_in_their_colours_with_the_highest_on_top() -> None:
    marks = [layer for layer in ground(town()).collections if len(layer.get_offsets()) and layer.get_offsets().any()]
    inks = [
        to_hex(layer.get_edgecolor()[0] if tier is Tier.NONE else layer.get_facecolor()[0]).upper()
        for layer, tier in zip(marks, reversed(Tier), strict=True)
    ]
    assert inks == [symbology.TIER_MARKS[tier].colour for tier in reversed(Tier)]


def test_bases_are_a_layer_of_their_own_with_a_count() -> None:
    seen = words(drawn(town(bases=points((1, 1), (2, 1), (3, 1)))))
    assert seen[seen.index("Activity bases") + 1] == "3"
    assert "Activity bases" not in words(drawn(town()))


def test_approximate_places_are_pale_and_dashed_with_a_row_of_the_legend() -> None:
    rough = ["street", "exact", "township", None, "district"]
    view = town(stations=town().panels[0].stations.assign(coord_precision=rough))
    marks = [layer for layer in ground(view).collections if len(layer.get_offsets()) and layer.get_offsets().any()]
    dashed = [layer for layer in marks if layer.get_linestyle()[0][1] is not None]
    assert sum(len(layer.get_offsets()) for layer in dashed) == 3
    assert symbology.TIER_MARKS[Tier.NATIONAL].pale in {to_hex(layer.get_facecolor()[0]).upper() for layer in dashed}
    seen = words(drawn(view))
    assert seen[seen.index("Approximate place") + 1] == "3"
    assert "Approximate place" not in words(drawn(town()))


def test_only_squares_with_people_are_drawn_and_the_legend_names_their_classes() -> None:
    figure = drawn(with_gaps(1))
    cells = next(layer for layer in figure.axes[1].collections if type(layer).__name__ == "PolyCollection")
    assert [path.get_extents().size.tolist() for path in cells.get_paths()] == [[KM, KM]] * 4
    assert to_hex(cells.get_facecolor()[-1]).upper() == symbology.RAMP[-1]
    seen = words(figure)
    assert "Uncovered people per 1,000 m square" in " ".join(seen)
    assert sum("–" in word for word in seen) == 5


def test_the_first_ten_gaps_are_numbered() -> None:
    numbered = [word for word in words(drawn(with_gaps(12))) if word.isdigit()]
    assert {str(rank) for rank in range(1, 11)} <= set(numbered)
    assert "11" not in numbered
    assert "Gaps, the first 10 numbered" in " ".join(words(drawn(with_gaps(12))))
    assert "Gaps, numbered by rank" in words(drawn(with_gaps(2)))


def test_a_town_where_nothing_is_known_is_drawn_too() -> None:
    nothing = points()
    view = with_gaps(0)
    empty = town(
        stations=nothing.assign(tier=[]),
        bases=nothing,
        uncovered=nothing.assign(people=[]),
        gaps=view.panels[0].gaps,
        spacing_m=1.0,
    )
    assert size_of(draw(empty, dpi=72)) == (841, 595)


def test_stations_outside_the_map_are_counted_in_words() -> None:
    far = points((2, 2), (400, 400), tier=["none", "none"])
    assert "Stations outside the map, not drawn: 1" in " ".join(words(drawn(town(stations=far))))


def test_a_hole_in_a_district_stays_a_hole() -> None:
    ring = squares((0, 0, 10, 10), name=["Ring"])
    hole = squares((4, 4, 6, 6))
    figure = drawn(town(districts=ring.set_geometry(ring.difference(hole.union_all())), stations=points(tier=[])))
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())  # type: ignore[attr-defined]

    def colour(x: float, y: float) -> str:
        column, row = figure.axes[1].transData.transform((EAST + x * KM, NORTH + y * KM)).astype(int)
        return to_hex(pixels[len(pixels) - row, column] / 255).upper()

    assert colour(5, 5) == "#FFFFFF"
    assert colour(1, 9) == symbology.DISTRICT_TINTS[0]


def test_names_of_crowded_districts_do_not_collide() -> None:
    tiny = [(at, 0.0, at + 0.5, 3.0) for at in (0.0, 0.5, 1.0, 1.5)]
    names = ["First district", "Second district", "Third district", "Fourth district", "The large one"]
    figure = drawn(town(districts=squares(*tiny, (2, 0, 40, 30), name=names)))
    boxes = [text.get_window_extent() for text in figure.findobj(Text) if " ".join(text.get_text().split()) in names]
    assert len(boxes) == 5
    assert not any(one.fully_overlaps(other) for one, other in itertools.combinations(boxes, 2))


@pytest.mark.parametrize("name", [*HOSTILE, "a $x$ of 5 $", "$\\frac{1}{0}$", "洞山😀𠮷站", "سلام", "\x00\t\n"])
def test_any_text_is_drawn_as_text(name: str) -> None:
    view = town(title=name, notes=(name,), approval=name)
    view.districts["name"] = name
    figure = drawn(view)
    assert draw(view, dpi=60)
    assert not any(text.get_parse_math() for text in figure.findobj(Text) if "$" in text.get_text())


def test_a_dollar_is_a_dollar() -> None:
    assert "Costs $5 and $6" in words(drawn(town(title="Costs $5 and $6")))


def test_what_no_font_can_draw_becomes_a_box() -> None:
    assert "驿站□□□" in words(drawn(town(title="驿\u200b站\U00020bb7\ue000\ud800")))


def test_a_long_title_is_written_smaller_and_whole() -> None:
    title = "淮南市职工服务站点覆盖情况" * 12
    texts = [text for text in drawn(town(title=title)).findobj(Text) if "职工服务" in text.get_text()]
    assert "".join(text.get_text() for text in texts) == title
    assert len({text.get_fontsize() for text in texts}) == 1


def test_long_notes_stay_on_the_page() -> None:
    figure = drawn(town(notes=("人口：第七次全国人口普查，按规则分摊到网格，属推算数据。" * 12,)))
    page = figure.bbox
    texts = figure.findobj(Text)
    assert "".join(text.get_text() for text in texts).count("第七次全国人口普查") == 12
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 for box in boxes)


def test_every_layout_has_its_size() -> None:
    gaps = with_gaps(12)
    sizes = {layout: size_of(draw(dataclasses.replace(gaps, layout=layout), dpi=72)) for layout in PageLayout}
    assert sizes == {
        "landscape": (841, 595),
        "portrait": (595, 841),
        "slide": (960, 540),
        "square": (566, 566),
        "column": (442, 334),
    }


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_map_in_a_text_has_no_title_and_nothing_too_small_to_read(language: Any) -> None:
    view = dataclasses.replace(
        with_gaps(12),
        layout=PageLayout.COLUMN,
        language=language,
        demonstration=True,
        notes=("示例" * 90, "Note " * 40),
    )
    figure = drawn(view)
    seen = [text for text in figure.findobj(Text) if text.get_text()]
    assert "Toy town" not in words(figure)
    assert {"zh_CN": "示例数据", "en": "Demonstration data"}[language] in words(figure)
    numbers = [text for text in seen if text.get_bbox_patch() is not None]
    assert min(text.get_fontsize() for text in seen if text not in numbers) >= 6.5
    assert min(text.get_fontsize() for text in seen if text.get_text().startswith(("示例示例", "Note"))) >= 7


@pytest.mark.parametrize("layout", PageLayout)
def test_long_words_of_the_legend_take_two_lines(layout: PageLayout) -> None:
    figure = drawn(dataclasses.replace(with_gaps(12), layout=layout, notes=()))
    legend = [text for text in figure.axes[0].findobj(Text) if text.get_text()]
    assert "Gaps, the first 10 numbered" in " ".join(text.get_text().strip() for text in legend)
    assert min(text.get_fontsize() for text in legend) >= 6.5


def test_the_larger_map_has_a_scale_bar_where_it_hides_no_mark_or_none() -> None:
    around = [(2 + x / 5, 2 + y / 5) for x in range(31) for y in range(14)]
    crowd, centre = points(*around, tier=["none"] * len(around)), points(*[(5, 5)] * 20, tier=["none"] * 20)
    assert len(drawn(town(stations=crowd)).findobj(ScaleBar)) == 1
    assert len(drawn(town(stations=centre)).findobj(ScaleBar)) == 2


def test_several_maps_have_a_title_each_and_share_a_legend_with_the_counts_of_the_first_and_the_last() -> None:
    one = town().panels[0]
    before = dataclasses.replace(one, title="Before", stations=one.stations.iloc[:4])
    sheet = town(panels=(before, dataclasses.replace(one, title="After")), compared=True)
    seen = words(drawn(sheet))
    assert {"Before", "After"} <= set(seen)
    assert {seen[seen.index(tier.en) + 1] for tier in (Tier.NATIONAL, Tier.NONE)} == {"1", "1 → 2"}
    assert seen[seen.index("Stations by tier") + 1] == "4 → 5"
    assert seen.count("West") == 2


def test_maps_that_are_parts_of_a_whole_are_counted_together() -> None:
    one = town().panels[0]
    parts = (one.stations.iloc[:2], one.stations.iloc[2:])
    panels = tuple(dataclasses.replace(one, stations=stations, title="Part") for stations in parts)
    seen = words(drawn(town(panels=panels)))
    assert seen[seen.index("Stations by tier") + 1] == "5"


def test_new_and_closed_stations_are_marked_and_counted() -> None:
    one = town().panels[0]
    before = dataclasses.replace(one, title="Before", gone=(0,))
    after = dataclasses.replace(one, title="After", new=(1, 2))
    seen = words(drawn(town(panels=(before, after), compared=True)))
    assert seen[seen.index("New station") + 1] == "2"
    assert seen[seen.index("No longer there") + 1] == "1"
    assert not {"New station", "No longer there"} & set(words(drawn(town())))


def test_notes_that_need_more_room_than_theirs_take_it_from_the_map() -> None:
    short, long = drawn(town()), drawn(town(notes=("Much is to be said of what this map shows. " * 120,)))
    assert long.axes[1].bbox.height < short.axes[1].bbox.height - 10
    notes = [text.get_window_extent() for text in long.findobj(Text) if "to be said" in text.get_text()]
    assert all(box.y0 >= 0 and not box.overlaps(long.axes[1].bbox) for box in notes)


def test_what_several_maps_share_stands_below_them() -> None:
    one = town().panels[0]
    panels = tuple(dataclasses.replace(one, title=str(year)) for year in range(2021, 2027))
    figure = drawn(town(panels=panels, layout=PageLayout.COLUMN))
    (sketch,) = [text for text in figure.findobj(Text) if "For internal use" in text.get_text()]
    assert len(figure.findobj(ScaleBar)) == 1
    assert all(sketch.get_window_extent().y1 <= ground.bbox.y0 for ground in figure.axes[1:])


def test_districts_are_coloured_and_labelled_by_their_share() -> None:
    view = town(shares=pd.Series([0.2, np.nan]), shares_of="Covered share")
    seen = words(drawn(view))
    assert "West 20.0%" in seen
    assert "East" in seen
    assert "0–20 %" in seen
    assert symbology.share_colour(0.2) == symbology.SHARES[0]
    assert symbology.share_colour(0.2001) == symbology.SHARES[1]
    assert symbology.share_colour(1.0) == symbology.SHARES[-1]
    assert symbology.share_colour(0.0) == symbology.SHARES[0]


def test_the_ramps_grow_darker_from_class_to_class_so_that_they_can_be_told_apart_in_grey() -> None:
    for ramp in (symbology.RAMP, symbology.SHARES):
        light = [float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114))) for colour in ramp]
        assert all(one - other > 0.07 for one, other in itertools.pairwise(light))


def test_a_proposed_station_is_numbered_and_land_within_reach_is_in_the_legend() -> None:
    seen = words(drawn(town(proposals=points((3, 3), (4, 8), number=[1, 2]), reached=squares((1, 1, 3, 3)).geometry)))
    assert {"1", "2", "Proposed stations", "Within reach"} <= set(seen)


def test_a_font_that_is_not_there_is_told_by_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(text, "sans_path", lambda: str(tmp_path / "gone.otf"))
    text.families.cache_clear()
    text._letters.cache_clear()
    try:
        with pytest.raises(text.MissingFont, match=r"gone\.otf"):
            draw(town(), dpi=72)
    finally:
        text.families.cache_clear()


def test_a_name_of_sixty_wide_characters_stays_on_the_page() -> None:
    view = town(title="驿" * 60)
    view.districts["name"] = "区" * 60
    figure = drawn(dataclasses.replace(view, layout=PageLayout.SQUARE))
    page = figure.bbox
    for shown in figure.findobj(Text):
        if "驿驿" in shown.get_text():
            assert page.x0 <= shown.get_window_extent().x0
            assert shown.get_window_extent().x1 <= page.x1


@pytest.mark.parametrize("layout", PageLayout)
@pytest.mark.parametrize("lines", [2, 8, 12, 15])
def test_no_note_is_lost_below_the_page(layout: PageLayout, lines: int) -> None:
    notes = tuple(f"Note {number} says a little." for number in range(lines))
    figure = drawn(town(notes=notes, layout=layout))
    paper = figure.axes[0]
    written = {text.get_text(): text for text in paper.texts if text.get_text() in notes}
    assert set(written) == set(notes)
    assert all(text.get_window_extent().y0 >= 0 for text in written.values())


def test_what_is_said_of_names_without_room_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures.ground, "write_beside", lambda _lettering, names, _sheet, **_how: list(names))
    monkeypatch.setattr(figures.ground, "write_inside", lambda _lettering, names, _sheet: list(names))
    notes = tuple(f"Note {number} says a little." for number in range(8))
    figure = drawn(town(notes=notes, layout=PageLayout.COLUMN))
    (said,) = (text for text in figure.axes[0].texts if text.get_text().startswith("No room on the map"))
    assert said.get_window_extent().y0 >= 0
