"""Maps of the sample town: every layer has its data, every file shows what was asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from stations.model.crs import to_metric
from stations.model.language import Language
from stations.model.settings import Settings
from stations.model.travel import ReachName
from stations.model.vocabulary import Facility, Tier
from stations.output.encode import script_json
from stations.planning.coverage.assess import Moment, Question, assess
from stations.planning.coverage.measures import measured
from stations.planning.importing.import_file import import_file
from stations.planning.maps.draw import View, bounds, layer_data, page_map, title
from stations.planning.maps.map_file import map_html
from stations.planning.questions import scenario_of
from stations.planning.register import holdings
from tests.planning.town import EAST, METRIC_CRS, RADIUS_M, degrees, write_csv

LAYERS = ("frame", "districts", "stations", "bases", "people", "reached", "gaps", "proposals")
HOSTILE = "</script><img src=x onerror=alert(1)>{{7919*7907}}{% raw %}"


def test_the_extent_of_a_city_is_that_of_its_districts(town: Settings) -> None:
    assert bounds(holdings(town)) == pytest.approx((*degrees(0, 0), *degrees(4, 2)), abs=1e-5)


NEW_PLACE = "{},{}".format(*degrees(3.5, 0.5))
SCENARIO = scenario_of(add=[NEW_PLACE], close=["T-1"])
PLANNED = Question(RADIUS_M, tier=Tier.NONE, scenario=SCENARIO)


def test_a_map_shows_the_stations_of_the_scenario_and_says_so_in_the_language_of_its_reader(
    demonstrated: Settings,
) -> None:
    for language, new, said in (("zh_CN", "新增站点 1", "按方案"), ("en", "New station 1", "with the scenario")):
        settings = demonstrated.having(language=language)
        layer = json.loads(layer_data(settings, "stations", PLANNED)[0])
        names = dict(zip(layer["ids"], layer["names"], strict=True))
        assert names["new-1"] == new
        assert "T-1" not in names
        assert said in json.loads(layer_data(settings, "frame", PLANNED)[0])["caption"]
        assert "new-1" in map_html(settings, PLANNED)


@pytest.mark.parametrize(
    ("wish", "shown"),
    [
        ({}, {"A", "B", "C"}),
        ({"facilities": (Facility.TOILET,)}, {"A"}),
        ({"facilities": (Facility.WATER,)}, {"A", "B", "C"}),  # nobody knows of C
        ({"union": EAST}, {"B", "C"}),
        ({"at": Moment(6, 12)}, {"A", "C"}),  # B is closed on Sundays; nobody knows when C is open
    ],
)
def test_the_map_of_a_question_shows_the_stations_that_may_answer_it(
    zoned: Settings, wish: dict[str, Any], shown: set[str]
) -> None:
    layer = json.loads(layer_data(zoned, "stations", Question(RADIUS_M, **wish))[0])
    assert set(layer["ids"]) == shown


def addresses(settings: Settings, question: Question) -> dict[str, str]:
    """Return the URL of each layer of a map with everything on it."""
    layers = page_map(settings, View(bases=True, reached=True), question=question)[1]._children.values()
    said = (json.loads(f"[{layer.arguments}]") for layer in layers)
    return {kind: url for kind, url, _wishes in said}


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"tier": Tier.MUNICIPAL},
        {"facilities": (Facility.TOILET,)},
        {"union": "990102"},
        {"at": Moment(6, 12)},
        {"scenario": scenario_of(add=[NEW_PLACE])},
    ],
)
def test_what_a_question_does_not_change_keeps_its_address(zoned: Settings, wish: dict[str, Any]) -> None:
    asked, other = Question(RADIUS_M, **wish), Question(RADIUS_M + 1)
    here, there = addresses(zoned, asked), addresses(zoned, other)
    kept = {kind for kind in here if here[kind] == there[kind]}
    assert kept >= {"districts", "bases"}
    assert ("stations" in kept) == (set(wish) <= {"tier"})
    for kind in kept:
        assert layer_data(zoned, kind, asked) == layer_data(zoned, kind, other)


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("question", [None, Question(RADIUS_M)])
def test_every_layer_is_json_with_a_tag_of_its_content(
    demonstrated: Settings, kind: Any, question: Question | None
) -> None:
    body, tag = layer_data(demonstrated, kind, question)
    assert isinstance(json.loads(body), dict)
    assert tag
    assert layer_data(demonstrated, kind, question) == (body, tag)


@pytest.mark.parametrize("reach", ["straight", "walk"])
def test_the_land_within_reach_is_that_of_the_measures_to_the_width_of_a_pixel(
    walkable: Settings, reach: ReachName
) -> None:
    question = Question(RADIUS_M, reach=reach)
    rings = json.loads(layer_data(walkable, "reached", question)[0])["rings"]
    outlines = [shapely.Polygon(np.reshape(ring, (-1, 2))) for (*shape,) in rings for ring in shape]
    drawn = to_metric(geopandas.GeoDataFrame(geometry=outlines, crs="EPSG:4326"), METRIC_CRS).geometry.area.max()
    assert drawn == pytest.approx(shapely.area(shapely.get_parts(measured(walkable, question).area)).max(), rel=0.02)


def test_where_nothing_is_built_no_land_is_within_reach(town: Settings) -> None:
    assert json.loads(layer_data(town, "reached", Question(RADIUS_M))[0])["rings"] == []


def test_a_layer_changes_with_the_register(demonstrated: Settings, profiles: Path) -> None:
    before = layer_data(demonstrated, "frame", None)
    import_file(demonstrated, profiles / "real.csv", kind="station", datum=None)
    assert layer_data(demonstrated, "frame", None) != before


def test_a_layer_speaks_the_language_of_its_reader(demonstrated: Settings) -> None:
    chinese, english = (
        layer_data(demonstrated.having(language=language), "frame", None)[0] for language in ("zh_CN", "en")
    )
    assert chinese != english
    assert "Sample Town" in english.decode()


def test_an_empty_city_can_be_drawn(bare_town: Settings) -> None:
    for kind in LAYERS:
        assert layer_data(bare_town, kind, Question(RADIUS_M))  # type: ignore[arg-type]
    assert map_html(bare_town, Question(RADIUS_M))


@pytest.mark.parametrize("question", [None, Question(RADIUS_M)])
@pytest.mark.parametrize(
    "focus",
    [None, ("station", "T-1"), ("station", "T-4"), ("base", "J-1"), ("gap", "990102-117.037-32.529"), ("gap", "none")],
)
def test_a_page_has_a_map_whatever_it_flies_to(
    demonstrated: Settings, question: Question | None, focus: tuple[str, str] | None
) -> None:
    view = View(bases=True, selected="T-1", focus=focus, flight=1)
    base, layers = page_map(demonstrated, view, question=question)
    assert base is not None
    assert layers is not None


def test_a_map_flies_to_a_gap_by_its_number_alone(demonstrated: Settings) -> None:
    asked = Question(RADIUS_M)
    number = assess(demonstrated, asked).gaps["gap_id"].iloc[1]

    def wishes(wish: str) -> str:
        view = View(gap=number, focus=("gap", wish), flight=1)
        return "".join(layer.arguments for layer in page_map(demonstrated, view, question=asked)[1]._children.values())

    assert '"focus":{' in wishes(number)
    assert '"focus":null' in wishes("990102-0.000-0.000")
    assert f'"selected":"{number}"' in wishes(number)


def test_the_heading_says_what_is_shown(demonstrated: Settings, language: Language) -> None:
    held = holdings(demonstrated)
    assert held.city.label(language) in title(held, None, language)


@pytest.mark.parametrize("question", [None, Question(RADIUS_M)])
def test_a_map_file_needs_nothing_else(demonstrated: Settings, question: Question | None) -> None:
    page = map_html(demonstrated, question)
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "<script src" not in page
    assert "<link" not in page
    assert script_json("示例一号驿站") in page
    assert ("#reached" in page) == (question is not None)
    assert ("Land within 1,050 m" in page) == (question is not None)


def test_names_reach_a_map_file_as_text(town: Settings, tmp_path: Path) -> None:
    lon, lat = degrees(1, 1)
    rows = [(HOSTILE, HOSTILE, lon, lat, "WGS84")]
    path = write_csv(tmp_path / "list.csv", ("名称", "地址", "lon", "lat", "datum"), rows)
    import_file(town, path, kind="station", datum=None)
    page = map_html(town, None)
    assert "<img src=x" not in page
    assert str(7919 * 7907) not in page
    assert "onerror" in page  # as text
