"""The commands that answer about coverage, with every option, in both languages, and what they refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from docx import Document

from stations.model.language import Language
from stations.model.settings import Settings
from tests.cli.conftest import Run
from tests.planning.town import (
    BARE_TOWN,
    COVERED,
    PEOPLE,
    TOWN,
    WEST,
    ZONE,
    ZONED_TOWN,
    degrees,
    write_a_past,
    write_couriers,
    write_csv,
    write_streets,
)

CHINESE = re.compile(r"[\u4e00-\u9fff]")
RADIUS = ("--radius", "1050")
PLACE = "{},{}".format(*degrees(3.5, 0.5))
HOSTILE = ("<script>alert(1)</script>", "[red]x[/red]", "'; DROP TABLE stations; --", "示例\u202e", "{{7*7}}", "@;%,")


@pytest.fixture
def zoned(run: Run, profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the office be that of the town with a zone, its three stations imported."""
    monkeypatch.setenv("STATIONS_CITY", ZONED_TOWN)
    assert run("import", profiles / "detailed.csv").code == 0


@pytest.fixture
def streets(run: Run, tmp_path: Path) -> Path:
    path = write_streets(tmp_path / "town.osm")
    assert run("network", "import", path, "--mode", "walk", "--json").code == 0
    return path


# --- every answer, both ways ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("assess",), "76.3"),
        (("gaps",), "示例二号驿站"),
        (("reach",), "示例一号驿站"),
        (("whatif", "--close", "T-1"), "-120"),
    ],
)
def test_every_answer_is_told_to_people_and_to_programs(
    run: Run, command: tuple[str, ...], named: str, language: Language
) -> None:
    done = run(*command, *RADIUS, "--lang", language)
    assert done.code == 0
    assert named in done.out
    assert "{" not in done.out
    assert not re.search(r"\b(nan|None|inf|NaT)\b", done.out)
    assert {"zh_CN": "示例人口", "en": "Made-up people"}[language] in done.out
    told = run(*command, *RADIUS, "--json", "--lang", language)
    assert (told.code, bool(told.document)) == (0, True)


@pytest.mark.parametrize("command", [("assess",), ("gaps",), ("reach",), ("whatif", "--add", PLACE)])
def test_nothing_built_is_an_answer_too(run: Run, command: tuple[str, ...], language: Language) -> None:
    run("init", "--empty")
    assert run(*command, *RADIUS, "--json").document
    done = run(*command, *RADIUS, "--lang", language)
    assert done.code == 0
    assert not re.search(r"\b(nan|None|inf)\b", done.out)


@pytest.fixture
def lived(run: Run, database: Path, profiles: Path) -> None:
    """Let the office's stations have a past."""
    run("init", "--empty")
    write_a_past(Settings(city=TOWN, database=str(database), profiles=profiles))


@pytest.mark.usefixtures("lived")
def test_movements_are_told_to_people_and_to_programs(run: Run, language: Language) -> None:
    done = run("movements", "--since", "2023-12-31", "--lang", language)
    assert done.code == 0
    assert "示例甲" in done.out
    assert not re.search(r"\b(nan|None|inf|NaT)\b", done.out)
    document = run("movements", "--since", "2023-12-31", "--on", "2024-04-30", "--json").document
    assert [document[name] for name in ("since", "on", "opening", "added", "delisted", "closing")] == [
        *("2023-12-31", "2024-04-30", 1, 0, 1, 0)
    ]


@pytest.mark.usefixtures("lived")
def test_gaps_are_followed_from_day_to_day(run: Run, language: Language) -> None:
    done = run("gaps", *RADIUS, "--since", "2023-12-31", "--lang", language)
    assert done.code == 0
    assert "−示例甲" in done.out
    assert "+示例乙" in done.out
    document = run("gaps", *RADIUS, "--since", "2023-12-31", "--json").document
    assert {key for row in document["changes"] for key in row["opened_by"]} == {"A"}
    assert {key for row in document["changes"] for key in row["closed_by"]} == {"B"}


@pytest.mark.usefixtures("lived")
def test_the_register_of_a_day_is_what_every_answer_rests_on(run: Run) -> None:
    used = {day: run("assess", *RADIUS, "--on", day, "--json").document for day in ("2019-12-31", "2023-12-31")}
    assert [(each["on"], each["stations_used"]) for each in used.values()] == [("2019-12-31", 0), ("2023-12-31", 1)]
    listed = run("stations", "--on", "2023-12-31", "--json").document
    assert (listed["on"], [feature["id"] for feature in listed["features"]]) == ("2023-12-31", ["A"])
    assert run("assess", *RADIUS, "--json").document["on"] is None


@pytest.mark.parametrize("day", ["9999-12-31", "yesterday", "2025-02-30", "<script>"])
def test_a_day_that_is_none_or_to_come_is_refused(run: Run, day: str, language: Language) -> None:
    for command in (("stations", "--on", day), ("movements", "--since", day), ("gaps", *RADIUS, "--since", day)):
        done = run(*command, "--lang", language)
        assert (done.code, done.out) == (2, "")
        assert day in done.err


def test_a_radius_and_minutes_at_once_are_refused(run: Run, language: Language) -> None:
    refused = run("assess", "--radius", "1000", "--minutes", "5", "--lang", language)
    assert (refused.code, refused.out) == (2, "")
    assert "--minutes" in refused.err


def test_reach_writes_the_land_within_reach(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "area.geojson"
    document = run("reach", *RADIUS, "--area", path, "--json").document
    (feature,) = json.loads(path.read_text("utf-8"))["features"]
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert feature["properties"].items() > {"served_km2": document["served_km2"], "radius_m": 1050}.items()
    assert run("reach", *RADIUS, "--area", tmp_path / "no" / "area.geojson").code == 1


def test_the_day_curve_of_a_holiday_is_less_certain(run: Run) -> None:
    ordinary = run("reach", *RADIUS, "--date", "2026-10-08", "--json").document["day"]
    holiday = run("reach", *RADIUS, "--date", "2026-10-08", "--holiday", "--json").document["day"]
    assert [row["hour"] for row in ordinary] == list(range(24))
    for one, other in zip(ordinary, holiday, strict=True):
        assert other["covered_people_low"] <= one["covered_people_low"]
        assert other["covered_people_low"] <= other["covered_people_high"]
    assert "23:00" in run("reach", *RADIUS, "--date", "2026-10-08").out
    assert run("reach", *RADIUS, "--date", "8.10.2026").code == 2


def test_with_staff_fewer_stations_are_open_at_night(run: Run) -> None:
    at = (*RADIUS, "--at", "1-10", "--json")
    staffed, open_ = run("assess", *at, "--attended").document, run("assess", *at).document
    assert staffed["attended"]
    assert staffed["covered_people"] <= open_["covered_people"]
    assert staffed["stations_unknown_hours"] >= open_["stations_unknown_hours"]


def test_gaps_are_listed_by_people_or_by_people_times_distance(run: Run, tmp_path: Path, language: Language) -> None:
    rows = [(*degrees(3.5, 0.5), 80), (*degrees(0.5, 6), 30)]
    asked = ("gaps", *RADIUS, "--demand", write_csv(tmp_path / "people.csv", ("lon", "lat", "people"), rows))
    ranks = {
        order: [gap["id"] for gap in run(*asked, "--order", order, "--json").document["features"]]
        for order in ("people", "people-distance")
    }
    assert ranks == {"people": [1, 2], "people-distance": [2, 1]}
    done = run(*asked, "--order", "people-distance", "--lang", language)
    assert {"zh_CN": "人·公里", "en": "person-km"}[language] in done.out
    assert done.out.index("148") < done.out.index("113")
    assert run(*asked, "--order", "size").code == 2


def test_reach_prints_how_evenly_access_is_spread(run: Run, language: Language) -> None:
    printed = run("reach", *RADIUS, "--lang", language).out
    named = {
        "zh_CN": ("引力可达性", "基尼系数（县区间）", "帕尔马比值（人群间）", "由少到多"),
        "en": ("Gravity access: ", "Gini, districts: ", "Palma, people: ", "those with least first"),
    }
    assert all(words in printed for words in named[language])


def test_reach_measures(run: Run) -> None:
    document = run("reach", *RADIUS, "--json").document
    assert (document["covered_people"], document["covered_twice_people"]) == (COVERED, 0)
    assert [row["people"] for row in document["divisions"]] == [140, 220, 7, PEOPLE]
    assert len(document["week"]) == 168


def test_a_scenario_is_compared_and_the_register_stays(run: Run) -> None:
    before = run("stations", "--json").document
    wishes = ("--add", PLACE, "--close", "T-1", "--move", f"T-2={PLACE}", "--award", "T-2=national")
    document = run("whatif", *RADIUS, *wishes, "--json").document
    assert (document["before"]["covered_people"], document["after"]["covered_people"]) == (COVERED, 197)
    assert document["covered_people_change"] == 197 - COVERED
    assert run("stations", "--json").document == before
    again = run("whatif", *RADIUS, "--scenario", document["scenario"], "--json").document
    assert again == document
    for command in ("assess", "reach"):
        told = run(command, *RADIUS, "--scenario", document["scenario"], "--json").document
        assert (told["covered_people"], told["scenario"]) == (197, document["scenario"])


# --- options --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "covered"),
    [
        ((), PEOPLE),
        (("--facility", "water"), COVERED),
        (("--facility", "water", "--facility", "toilet"), 120),
        (("--facility", "aed"), 0),
        (("--union", ZONE), 120),
        (("--union", "示例高新区总工会"), 120),
        (("--union", WEST), 120),  # with the zone in it
        (("--tier", "municipal"), 120),
        (("--at", "1-8"), COVERED),
        (("--at", "7-3"), 120),
        (("--scenario", "close@A"), 247),
    ],
)
@pytest.mark.parametrize("command", ["assess", "reach"])
@pytest.mark.usefixtures("zoned")
def test_every_option_says_which_stations_count(run: Run, command: str, options: tuple[str, ...], covered: int) -> None:
    assert run(command, *RADIUS, *options, "--json").document["covered_people"] == covered


@pytest.mark.usefixtures("zoned")
def test_an_hour_gives_a_band(run: Run, language: Language) -> None:
    document = run("assess", *RADIUS, "--at", "7-3", "--json").document
    assert (document["at"], document["stations_unknown_hours"]) == ({"weekday": 7, "hour": 3}, 1)
    assert (document["covered_people"], document["covered_people_high"]) == (120, 317)
    assert run("assess", *RADIUS, "--at", "7-3", "--lang", language).code == 0


def test_a_group_counts_its_own_people(run: Run, tmp_path: Path, language: Language) -> None:
    options = (*RADIUS, "--demand", write_couriers(tmp_path / "couriers.csv"), "--group", "couriers")
    document = run("assess", *options, "--json").document
    assert (document["group"], document["total_people"], document["covered_people"]) == ("couriers", 45, 32)
    assert [group["group"] for group in document["groups"]] == ["residents", "couriers"]
    gaps = run("gaps", *options, "--json").document["features"]
    assert [gap["properties"]["groups"] for gap in gaps] == [
        {"residents": 7, "couriers": 9},
        {"residents": 80, "couriers": 4},
    ]
    assert {"zh_CN": "快递员", "en": "Couriers"}[language] in run("assess", *options, "--lang", language).out


@pytest.mark.parametrize(
    ("options", "radius"),
    [(("--minutes", "15"), 900), (("--minutes", "15", "--reach", "straight"), 900), (("--minutes", "0.5"), 30)],
)
def test_a_radius_can_be_minutes_on_foot(run: Run, options: tuple[str, ...], radius: float) -> None:
    assert run("assess", *options, "--json").document["radius_m"] == radius


# --- streets --------------------------------------------------------------------------------


def test_streets_are_imported_once_and_walked(run: Run, tmp_path: Path, language: Language) -> None:
    path = write_streets(tmp_path / "town.osm")
    document = run("network", "import", path, "--json").document
    sizes = {mode: (each["nodes"], each["edges"], each["city"]) for mode, each in document.items()}
    assert sizes == dict.fromkeys(("walk", "ebike", "truck"), (9, 8, TOWN))
    told = run("network", "import", path, "--mode", "walk", "--lang", language)
    assert (told.code, "walk" in told.out, "truck" in told.out) == (0, True, False)
    assert run("assess", *RADIUS, "--reach", "walk", "--json").document["covered_people"] == 210
    done = run("reach", *RADIUS, "--reach", "walk", "--lang", language)
    assert done.code == 0
    assert "town.osm" in done.out
    assert bool(CHINESE.search(done.out.splitlines()[-1])) == (language == "zh_CN")


@pytest.mark.usefixtures("streets")
def test_minutes_are_those_of_the_way_of_getting_about(run: Run) -> None:
    document = run("reach", "--minutes", "17.5", "--reach", "walk", "--json").document
    assert (document["radius_m"], document["covered_people"], document["network"]["speed_km_h"]) == (1050, 210, 3.6)
    assert document["interval"]["recorded"] == 210
    change = run("whatif", *RADIUS, "--reach", "walk", "--add", PLACE, "--json").document["covered_people_change"]
    assert change == 157


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("reach",),
        ("whatif", "--close", "T-1"),
        ("whatif", *RADIUS),
        ("whatif", *RADIUS, "--move", "T-1"),
        ("whatif", *RADIUS, "--move", "T-1=far"),
        ("whatif", *RADIUS, "--award", "T-1=gold"),
        ("whatif", *RADIUS, "--add", "117"),
        ("whatif", *RADIUS, "--close", "T-1", "--close", "T-1"),
        ("assess", "--minutes", "0"),
        ("assess", "--minutes", "nan"),
        ("assess", *RADIUS, "--facility", "gold"),
        ("assess", *RADIUS, "--group", "everybody"),
        ("assess", *RADIUS, "--group", "drivers"),
        ("assess", *RADIUS, "--at", "8-25"),
        ("assess", *RADIUS, "--scenario", "burn@T-1"),
        ("assess", *RADIUS, "--scenario", "close@nowhere"),
        ("network", "import", "x.osm", "--mode", "swim"),
        ("network", "import"),
        ("network", "nonsense"),
        *(("assess", *RADIUS, "--union", text) for text in HOSTILE),
        *(("whatif", *RADIUS, "--close", text) for text in HOSTILE),
    ],
)
def test_what_cannot_be_asked_ends_with_2(run: Run, arguments: tuple[str, ...], language: Language) -> None:
    done = run(*arguments, "--json", "--lang", language)
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("assess", *RADIUS, "--reach", "walk"), "network import"),
        (("reach", *RADIUS, "--reach", "truck"), "network import"),
        (("reach", *RADIUS, "--city", BARE_TOWN), "--demand"),
        (("whatif", *RADIUS, "--close", "T-1", "--city", BARE_TOWN), "--demand"),
        (("network", "import", "missing.osm"), "missing.osm"),
    ],
)
def test_what_cannot_be_answered_ends_with_1(
    run: Run, arguments: tuple[str, ...], named: str, language: Language
) -> None:
    done = run(*arguments, "--json", "--lang", language)
    assert (done.code, done.out) == (1, "")
    assert named in done.err
    assert bool(CHINESE.search(done.err.replace("示例市", ""))) == (language == "zh_CN")


@pytest.mark.parametrize("content", ["", "<osm>", "<osm></osm>", "no street at all"])
def test_a_file_without_streets_is_refused(run: Run, tmp_path: Path, content: str, language: Language) -> None:
    path = tmp_path / "bad.osm"
    path.write_text(content)
    done = run("network", "import", path, "--json", "--lang", language)
    assert (done.code, done.out) == (1, "")
    assert "bad.osm" in done.err


@pytest.mark.usefixtures("lived")
def test_the_figures_of_a_text_are_compared_with_the_register_of_a_day(
    run: Run, tmp_path: Path, language: Language
) -> None:
    text = tmp_path / "review.txt"
    text.write_text("全市驿站2个，其中省级1个；新增驿站１个。", encoding="gb18030")
    done = run("figures", text, "--on", "2024-04-30", "--lang", language)
    assert done.code == 1
    assert not re.search(r"\b(nan|None|NaT)\b", done.out)
    document = run("figures", text, "--on", "2024-04-30", "--since", "2023-12-31", "--json").document
    assert document["on"] == "2024-04-30"
    assert [figure["since"] for figure in document["figures"]] == [None, None, "2023-12-31"]
    assert [figure["value"] for figure in document["figures"]] == [2, 1, 1]
    assert [figure["counted"] for figure in document["figures"]] == [len(each["rows"]) for each in document["figures"]]


@pytest.mark.parametrize("content", [b"\0\1", b"", "没有数字".encode()])
def test_a_text_without_figures_is_told_so(run: Run, tmp_path: Path, content: bytes, language: Language) -> None:
    text = tmp_path / "review.txt"
    text.write_bytes(content)
    run("init", "--empty")
    done = run("figures", text, "--lang", language)
    assert done.code == (0 if b"\xe6" in content else 1)
    assert done.out.strip() or "review.txt" in done.err


@pytest.mark.usefixtures("lived")
def test_a_word_document_is_compared_by_the_days_that_it_names(run: Run, tmp_path: Path, language: Language) -> None:
    text = tmp_path / "review.docx"
    document = Document()
    document.add_paragraph("截至2023年底，全市驿站1个。")
    document.add_paragraph("By the end of April 2024, there were 7 stations.")
    document.save(str(text))
    figures = run("figures", text, "--json").document["figures"]
    assert [figure["on"] for figure in figures] == ["2023-12-31", "2024-04-30"]
    assert [figure["verdict"] for figure in figures] == ["not checkable", "conflicts"]
    assert [figure["reason"] for figure in figures] == ["unsure", None]
    done = run("figures", text, "--lang", language)
    assert done.code == 1
    assert bool(CHINESE.search(done.out.splitlines()[-1])) == (language == "zh_CN")


@pytest.mark.parametrize(
    ("name", "content"), [("a.docx", "驿站2个".encode()), ("a.txt", b"PK\x03\x04"), ("a.txt", b"%PDF-1.7")]
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    run: Run, tmp_path: Path, name: str, content: bytes, language: Language
) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("figures", tmp_path / name, "--lang", language)
    assert (done.code, done.out) == (1, "")
    assert name in done.err
    assert bool(CHINESE.search(done.err)) == (language == "zh_CN")
