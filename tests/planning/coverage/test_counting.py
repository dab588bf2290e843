"""What is placed by its district or township alone is marked on maps, told in numbers, and counted by no measure.

`counting.located` is the one place that decides it; here every answer that could disagree is asked before and after
station T-4 and a base, which have no coordinates, are placed by their district.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from stations.model.acts import Act
from stations.model.schema import Base, Station
from stations.model.settings import Settings
from stations.model.vocabulary import CoordSource, SnapshotKind
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.counting import located
from stations.planning.coverage.measures import measured
from stations.planning.coverage.show import basis, coverage_sentence, district_table, key_figures
from stations.planning.importing.locating import confirm_locating, plan_locating
from stations.planning.maps.draw import layer_data
from stations.planning.maps.sheets import Wish, sheet_of
from stations.planning.publishing.contract import assessment_document, reach_document
from stations.planning.questions import scenario_of
from stations.planning.records.around import neighbours, served
from stations.planning.records.entering import Draft, checked
from stations.planning.records.filters import Filter, Lacking, keys_of
from stations.planning.records.listing import record_list
from stations.planning.records.movements import movements
from stations.planning.register import holdings, open_register
from stations.planning.reporting.report import figures_of, order, report_of
from stations.store.changes import Changes
from tests.planning.town import RADIUS_M, degrees

ASKED = Question(RADIUS_M)


@pytest.fixture
def placed(demonstrated: Settings) -> tuple[Settings, dict[str, Any]]:
    """Return the settings, with all that was told before T-4 and a base were placed by their district."""
    base = Base.model_validate({"base_id": "J-9", "name": "示例中心", "district": "示例东区", "source": "示例数据"})
    open_register(demonstrated.database).apply([Changes("base", demonstrated.city, added=[base])], Act("test"))
    before = told(demonstrated)
    confirm_locating(demonstrated, plan_locating(demonstrated))
    assert holdings(demonstrated).stations.loc["T-4"].geometry is not None
    return demonstrated, before


def told(settings: Settings) -> dict[str, Any]:
    """Return what the command line, the pages and the report say of coverage, gaps and every measure."""
    answer = assess(settings, ASKED)
    report = report_of(settings, order(settings, dt.date.today().year, question=ASKED))  # noqa: DTZ011 - the machine's
    document = reach_document(measured(settings, ASKED)) | assessment_document(answer)
    tiers, coverage = (report.tables[name] for name in ("tiers", "coverage"))
    assert tiers is not None
    assert coverage is not None
    return {
        "command": {name: value for name, value in document.items() if name != "revision"},
        "page": (coverage_sentence(answer), basis(answer), district_table(answer).to_csv()),
        "gaps": answer.gaps.drop(columns="geometry").to_csv(),
        "report": (figures_of(report), coverage.frame.to_csv(), list(tiers.frame["Located"])),
    }


@pytest.mark.parametrize("source", [None, *CoordSource])
def test_a_place_is_known_unless_it_stands_for_an_area(demonstrated: Settings, source: CoordSource | None) -> None:
    frame = holdings(demonstrated).stations.assign(coord_source=source)
    known = source is not CoordSource.AREA
    assert list(located(frame)) == [known, known, known, False]


def test_command_page_and_report_say_what_they_said_before(placed: tuple[Settings, dict[str, Any]]) -> None:
    settings, before = placed
    assert told(settings) == before


def test_it_is_told_among_those_not_located_exactly(placed: tuple[Settings, dict[str, Any]]) -> None:
    settings, _before = placed
    held = holdings(settings)
    assert "1 of them not located exactly." in key_figures(held, assess(settings, ASKED))[0].counts
    assert record_list(held, "station")["Located"].to_dict() == {
        "T-1": "yes",
        "T-2": "yes",
        "T-3": "yes",
        "T-4": "approximately",
    }
    assert keys_of(held, "station", Filter(lacking=(Lacking.PLACE,))) == ["T-4"]


def test_the_map_of_a_page_marks_it_and_says_that_no_measure_counts_it(placed: tuple[Settings, dict[str, Any]]) -> None:
    settings, _before = placed
    data = json.loads(layer_data(settings, "stations", ASKED)[0])
    assert dict(zip(data["ids"], data["approximate"], strict=True)) == {"T-1": 0, "T-2": 0, "T-3": 0, "T-4": 1}
    assert data["legend"]["unlocated"] == "1 is placed by its district or township alone, and no measure counts it."


def test_a_map_for_paper_leaves_it_out_and_says_so(placed: tuple[Settings, dict[str, Any]]) -> None:
    settings, _before = placed
    sheet = sheet_of(settings, Wish(SnapshotKind.GAPS, ASKED, bases=True))
    (panel,) = sheet.panels
    assert set(panel.stations.index) == {"T-1", "T-2", "T-3"}
    assert panel.bases is not None
    assert set(panel.bases.index) == {"J-1"}
    assert "1 more has no exact location and is not drawn." in " ".join(sheet.notes)


def test_it_serves_nobody_and_is_near_nothing(placed: tuple[Settings, dict[str, Any]]) -> None:
    settings, _before = placed
    held = holdings(settings)
    assert served(settings, "station", "T-4", question=ASKED) is None
    assert neighbours(held, "station", "T-4").empty
    assert "T-4" not in set(neighbours(held, "station", "T-1")["key"])


def test_a_new_station_at_the_middle_of_the_district_is_not_taken_for_it(
    placed: tuple[Settings, dict[str, Any]],
) -> None:
    settings, _before = placed
    known = holdings(settings).stations.loc["T-4"]
    values = {"name": "某某", "lon": str(known["lon"]), "lat": str(known["lat"]), "datum": "WGS84"}
    assert checked(settings, Draft("station", values)).near == []


def test_a_scenario_that_moves_it_puts_it_to_an_exact_place(placed: tuple[Settings, dict[str, Any]]) -> None:
    settings, _before = placed
    spot = "{},{}".format(*degrees(3.5, 0.5))
    answer = assess(settings, Question(RADIUS_M, scenario=scenario_of(move=[("T-4", spot)])))
    assert "T-4" in answer.used.index
    assert answer.uncounted == ()


def test_a_station_that_gets_its_exact_place_has_not_moved(placed: tuple[Settings, dict[str, Any]]) -> None:
    settings, _before = placed
    row = open_register(settings.database).stored("station", settings.city)["T-4"]
    lon, lat = degrees(0.2, 0.2)
    exact = {
        "lon": lon,
        "lat": lat,
        "source_lon": lon,
        "source_lat": lat,
        "coord_precision": "address",
        "coord_source": "field_gps",
    }
    yesterday = dt.datetime.now().astimezone().date() - dt.timedelta(days=1)
    record = Station.model_validate({**row, **exact})
    register = open_register(settings.database)
    register.apply([Changes("station", settings.city, changed=[record])], Act("test"))
    assert "moved" not in set(movements(settings, since=yesterday).stations["movement"])


def test_a_base_placed_by_its_district_hosts_nothing(placed: tuple[Settings, dict[str, Any]]) -> None:
    settings, _before = placed
    assert "J-9" not in {key for each in assess(settings, ASKED).gaps["host_ids"] for key in each}
