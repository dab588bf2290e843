"""The command that says where the next stations should go: to people, to programs and as files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas
import pytest
import shapely

from stations.model.language import Language
from tests.cli.conftest import Run
from tests.planning.town import BARE_TOWN, COVERED, PEOPLE, degrees, write_csv
from tests.polygons import FORMATS, written

ASKED = ("recommend", "--radius", "1050")
CELLS = (*ASKED, "--candidates", "demand")


def test_a_proposal_is_told_to_people_and_to_programs(run: Run, language: Language) -> None:
    done = run(*CELLS, "--sites", "1", "--lang", language)
    assert done.code == 0
    assert {"zh_CN": "新增覆盖 87 人", "en": "newly covers 87 people"}[language] in done.out
    assert {"zh_CN": "差距", "en": "gap"}[language] in done.out
    assert not re.search(r"\b(nan|None|inf|NaT)\b|\{", done.out)
    told = run(*CELLS, "--sites", "1", "--json", "--lang", language).document
    assert (told["covered_people_before"], told["covered_people"]) == (COVERED, PEOPLE)
    assert (told["proven"], told["gap"], told["sites"][0]["newly_covered_people"]) == (True, 0, 87)


def test_the_scenario_of_a_proposal_is_what_whatif_compares(run: Run) -> None:
    told = run(*CELLS, "--sites", "2", "--tier", "national", "--json").document
    compared = run(
        "whatif", "--radius", "1050", "--tier", "national", "--scenario", told["scenario"], "--json"
    ).document
    assert compared["covered_people_change"] == told["newly_covered_people"]
    assert compared["after"]["covered_people"] == told["covered_people"]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".gpkg", ".kml"])
def test_a_proposal_is_written_in_every_format(run: Run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sites{suffix}"
    assert run(*CELLS, "--sites", "1", "-o", path).code == 0
    assert path.stat().st_size > 100
    if suffix == ".geojson":
        document = json.loads(path.read_text("utf-8"))
        assert document["features"][0]["properties"]["newly_covered_people"] == 87
        assert document["demonstration"] is True
    if suffix == ".csv":
        assert "Demonstration data" in path.read_text("utf-8-sig")


def test_another_format_is_refused_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    done = run(*CELLS, "--sites", "1", "-o", tmp_path / "sites.doc")
    assert (done.code, ".geojson" in done.err) == (2, True)
    assert list(tmp_path.glob("sites*")) == []


def test_a_site_is_entered_as_a_planned_station_that_does_not_count_yet(run: Run) -> None:
    told = run(*CELLS, "--sites", "1", "--plan", "1", "--json").document
    number = told["planned"]["1"]
    listed = run("stations", "--json").document["features"]
    (entered,) = [each for each in listed if each["id"] == number]
    assert entered["properties"]["status"] == "planned"
    assert "87" in entered["properties"]["notes"]
    assert run("assess", "--radius", "1050", "--json").document["covered_people"] == COVERED
    changes = run("history", number, "--json").document["changes"]
    assert (changes[0]["what"], changes[0]["action"]) == ("add", "added")
    assert run(*CELLS, "--sites", "1", "--plan", "2").code == 2


def test_a_site_is_planned_once_however_often_it_is_asked_for(run: Run) -> None:
    planned = (*CELLS, "--sites", "1", "--plan", "1", "--plan", "1")
    number = run(*planned, "--json").document["planned"]["1"]
    assert run(*planned, "--json").document["planned"] == {"1": number}
    assert f"planned already: {number}" in run(*planned, "--lang", "en").out
    listed = run("stations", "--json").document["features"]
    assert [each["id"] for each in listed if each["properties"]["status"] == "planned"] == [number]
    done = run(*CELLS, "--sites", "1", "--plan", "1", "--plan", "9")
    assert (done.code, "--plan" in done.err) == (2, True)


def test_hosts_costs_and_excluded_land_are_read_from_files(run: Run, tmp_path: Path) -> None:
    rows = [
        ("示例银行", "12000", *degrees(3.5, 0.5), "WGS84"),
        ("示例加油站", "", *degrees(0.5, 1.5), "WGS84"),
        ("示例警务室", "x", *degrees(0.5, 1.5), "WGS84"),
    ]
    hosts = write_csv(tmp_path / "hosts.csv", ("名称", "费用", "经度", "纬度", "坐标系"), rows)
    done = run(*ASKED, "--hosts", hosts, "--sites", "1", "--json")
    told = done.document
    assert "row 4 is left out" in done.err
    assert [(row["row"], row["column"]) for row in told["rejected"]] == [(4, "费用")]
    assert (told["sites"][0]["name"], told["cost"], told["sites"][0]["cost_per_person"]) == (
        "示例银行",
        12000,
        pytest.approx(12000 / 87, abs=1e-6),
    )
    for name in FORMATS:
        water = shapely.Polygon([degrees(3, 0), degrees(4, 0), degrees(4, 1), degrees(3, 1)])
        layer = written(geopandas.GeoDataFrame({"name": ["水面"]}, geometry=[water], crs=4326), tmp_path / name)
        left = run(*ASKED, "--hosts", hosts, "--exclude", layer, "--sites", "1", "--json").document
        assert (left["left_out"], left["candidates"]) == ({"excluded": 1}, 1), name
    assert run(*ASKED, "--sites", "1", "--exclude", hosts).code == 1


def test_a_budget_can_be_asked_for_as_refusals_tell_it(run: Run) -> None:
    dear = (*CELLS, "--model", "budget", "--cost", "demand=1234567")
    refused = run(*dear, "--budget", "9", "--lang", "en").err
    assert "the cheapest costs 1,234,567" in refused
    assert len(run(*dear, "--budget", "1,234,567", "--json").document["sites"]) == 1
    assert "“-3”" in run(*dear, "--budget=-3").err


@pytest.mark.parametrize(
    "wish",
    [
        (),
        ("--sites", "0"),
        ("--sites", "99"),
        ("--model", "fewest-sites"),
        ("--sites", "1", "--force", "nowhere"),
        ("--sites", "1", "--forbid", "<script>"),
        ("--sites", "1", "--free", "T-9"),
        ("--sites", "1", "--share", "0.5"),
        ("--sites", "1", "--model", "budget", "--budget", "9", "--cost", "bases=1"),
        ("--sites", "1", "--cost", "bases"),
        ("--sites", "1", "--cost", "bases=-1"),
        ("--sites", "1", "--cost", "moon=1"),
        ("--sites", "1", "--candidates", "hosts"),
        ("--sites", "1", "--grid", "-5", "--candidates", "grid"),
        ("--sites", "1", "--grid", "500"),
        ("--sites", "1", "--hosts", "banks.csv", "--candidates", "bases"),
        ("--sites", "1", "--closest", "3000", "--in-order"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(run: Run, wish: tuple[str, ...], language: Language) -> None:
    done = run(*ASKED, *wish, "--lang", language)
    assert done.code in {1, 2}
    assert done.err.strip()
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (("--radius", "nan"), "--radius: this is not a number"),
        (("--sites", "1", "--seconds", "nan"), "--seconds: this is not a number"),
        (("--sites", "1", "--capacity", "inf"), "--capacity: “inf”"),
        (("--sites", "1", "--closest", "inf"), "--closest: “inf”"),
        (("--sites", "1", "--closest", "nan"), "--closest: “nan”"),
        (("--sites", "1", "--candidates", "grid", "--grid", "inf"), "--grid: “inf”"),
        (
            ("--sites", "1", "--floor", "30"),
            "--floor: “30” cannot be used. Allowed: a share from 0 to 1, or in percent",
        ),
        (("--model", "fewest-sites", "--share", "nan"), "--share: “nan”"),
        (("--model", "budget", "--budget", "much"), "--budget: “much”"),
        (("--sites", "1", "--candidates", "place"), "“place” cannot be used. Allowed: bases, hosts, grid, demand."),
        (("--sites", "1", "--model", "fewest-sites"), "“--sites” and “--model fewest-sites”"),
        (("--sites", "1", "--in-order", "--closest", "3000"), "“--in-order” and “--closest”"),
        (("--sites", "1", "--closest", ""), "--closest: “”"),
        (("--sites", "1", "--capacity", ""), "--capacity: “”"),
        (("--sites", "1", "--capacity", "800.5"), "--capacity: “800.5” cannot be used. Allowed: a whole number"),
        (("--sites", "1", "--candidates", "grid", "--grid", ""), "--grid: “”"),
        (("--sites", "1", "--cost", "grid=5"), "--cost: “grid” cannot be used. Allowed: only with --candidates grid"),
        (("--sites", "1", "--hosts-datum", "WGS84"), "only with --hosts"),
        (("--sites", "1", "--candidates", "hosts"), "Give --hosts FILE"),
        (("--sites", "1", "--force", "J-1", "--forbid", "J-1"), "to be built in any case, or never"),
    ],
)
def test_wrong_usage_is_told_by_the_name_of_the_option(run: Run, wish: tuple[str, ...], said: str) -> None:
    done = run(*ASKED, *wish)
    assert (done.code, said in done.err) == (2, True), done.err


@pytest.mark.parametrize(
    "wish",
    [
        ("--sites", "1", "--closest", "1"),
        ("--sites", "1", "--floor", "100%", "--tier", "national"),
        ("--model", "fewest-sites", "--share", "1", "--candidates", "bases"),
        (
            "--sites",
            "1",
            "--force",
            ",".join(map(str, degrees(3.5, 0.5))),
            "--force",
            ",".join(map(str, degrees(0.5, 1.5))),
        ),
        ("--sites", "99"),
    ],
)
def test_a_question_without_an_answer_is_no_wrong_usage(run: Run, wish: tuple[str, ...]) -> None:
    done = run(*ASKED, *wish)
    assert done.code == 1, done.err


def test_the_share_that_is_offered_can_be_asked_for_as_it_is_told(run: Run) -> None:
    asked = (*ASKED, "--model", "fewest-sites", "--share")
    refused = run(*asked, "1")
    assert refused.code == 1
    (offered,) = re.findall(r"together cover ([\d.]+%)", refused.err)
    assert run(*asked, offered, "--json").document["wanted"]["share"] == pytest.approx(float(offered[:-1]) / 100)
    refused = run(*ASKED, "--tier", "national", "--sites", "1", "--floor", "1")
    (offered,) = re.findall(r"together cover ([\d.]+%)", refused.err)
    assert run(*ASKED, "--tier", "national", "--sites", "1", "--floor", offered).code == 0


def test_the_least_distance_that_is_offered_can_be_asked_for_as_it_is_told(run: Run) -> None:
    refused = run(*ASKED, "--sites", "1", "--closest", "1")
    (offered,) = re.findall(r"--closest: 1 m cannot be. What can be: ≥ ([\d,]+ m)", refused.err)
    assert run(*ASKED, "--sites", "1", "--closest", offered, "--json").document["wanted"]["closest_m"] > 1


def test_a_cost_that_is_not_given_is_told_by_its_source(run: Run, language: Language) -> None:
    lon, lat = degrees(3.5, 0.5)
    asked = (*ASKED, "--model", "budget", "--budget", "20万元", "--cost", "bases=1", "--force", f"{lon},{lat}")
    refused = run(*asked, "--lang", language)
    assert (
        refused.code,
        {"zh_CN": "（--cost place=金额）", "en": "(--cost place=AMOUNT)"}[language] in refused.err,
    ) == (
        2,
        True,
    )
    assert run(*asked, "--cost", "place=5").code == 0


def test_what_is_built_one_after_the_other_begins_with_the_same_places(run: Run) -> None:
    asked = ("--json", "recommend", "--radius", "1050", "--tier", "national", "--candidates", "grid", "--in-order")
    one, two = (run(*asked, "--sites", count).document for count in ("1", "2"))
    (first,) = one["sites"]
    assert first["candidate"] in {site["candidate"] for site in two["sites"]}
    assert two["wanted"]["in_order"]
    assert two["curve"][2]["covered"] == two["covered_people"] == two["objective"]


def test_without_people_nothing_is_proposed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATIONS_CITY", BARE_TOWN)
    assert run(*ASKED, "--sites", "1").code == 1
