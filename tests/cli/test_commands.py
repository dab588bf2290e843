"""Every command: one answer, one JSON document, and an exit code that a script can rely on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stations.model.language import Language
from stations.model.schema import fields
from tests.cli.conftest import Ran, Run
from tests.planning.town import BARE_TOWN, COVERED, PEOPLE, TOWN, degrees, write_csv

HOSTILE = "[red]示例[/red] [/] [link=file:///]x[/] \\[b] {{7*7}} <b>"


# --- init -----------------------------------------------------------------------------------


def test_init_makes_a_register_with_demonstration_data_once(run: Run, database: Path, language: Language) -> None:
    assert run("init", "--json").document == {"created": True, "stations": 4, "bases": 1, "revision": 1}
    assert run("init", "--json").document == {"created": False, "stations": 4, "bases": 1, "revision": 1}
    again = run("init", "--lang", language)
    assert again.code == 0
    assert str(database) in again.out
    assert "4" in again.out


def test_init_can_leave_the_demonstration_data_out(run: Run) -> None:
    assert run("init", "--empty", "--json").document == {"created": True, "stations": 0, "bases": 0, "revision": 1}
    assert run("stations", "--json").document["features"] == []


# --- import ---------------------------------------------------------------------------------


def test_import_tells_counts_as_json(run: Run, profiles: Path) -> None:
    done = run("import", profiles / "real.csv", "--json")
    assert done.code == 0
    counts = {"revision": 1, "read": 4, "added": 4, "changed": 0, "unchanged": 0, "rejected": []}
    assert done.document.items() > counts.items()
    assert run("import", profiles / "real.csv", "--json").document.items() > {"revision": 1, "unchanged": 4}.items()


def test_import_names_row_column_and_reason(run: Run, tmp_path: Path, language: Language) -> None:
    path = write_csv(tmp_path / "list.csv", ("名称", "星级"), [("示例甲", "3"), ("示例乙", "九")])
    done = run("import", path, "--lang", language)
    assert done.code == 0
    refused = next(line for line in done.out.splitlines() if "九" in line).split()
    assert refused[:3] == ["3", "星级", "九"]
    assert len(refused) > 3


def test_import_of_nothing_but_refused_rows_fails(run: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", ("名称", "星级"), [("示例甲", "9")])
    done = run("import", path, "--json")
    assert done.code == 1
    assert (done.document["revision"], len(done.document["rejected"])) == (0, 1)


def test_a_preview_says_the_same_and_writes_nothing(run: Run, profiles: Path, language: Language) -> None:
    assert run("import", profiles / "real.csv", "--preview", "--json").document["added"] == 4
    assert run("import", profiles / "real.csv", "--preview", "--lang", language).code == 0
    assert run("import", profiles / "real.csv", "--json").document["added"] == 4


def test_what_may_be_there_already_is_held_back_until_it_is_decided(
    run: Run, tmp_path: Path, language: Language
) -> None:
    headers = ("名称", "地址", "经度", "纬度", "坐标系")
    at = degrees(1.5, 1.5)
    run("import", write_csv(tmp_path / "one.csv", headers, [("洞山中路工会驿站", "洞山中路8号", *at, "WGS84")]))
    beside = at[0], at[1] + 0.0006
    path = write_csv(tmp_path / "two.csv", headers, [("户外劳动者驿站", "洞山中路8号", *beside, "WGS84")])
    held = run("import", path, "--lang", language)
    assert held.code == 1
    assert "=new" in held.out
    assert f"({TOWN}-0001)" in held.out or f"（{TOWN}-0001）" in held.out
    counted = run("import", path, "--json")
    assert counted.code == 1
    assert (counted.document["added"], counted.document["undecided"], counted.document["revision"]) == (0, [2], 1)
    for added, options in enumerate((["--doubts", "skip"], ["--doubts", "new", "--preview"], ["--match", "2=new"])):
        done = run("import", path, *options, "--json")
        assert (done.code, done.document["added"]) == (0, min(added, 1))


def test_a_preview_shows_every_field_that_changes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    run("import", write_csv(path, ("编号", "名称", "地址"), [("X-1", "示例甲站", "旧街1号")]))
    write_csv(path, ("编号", "名称", "地址"), [("X-1", "示例甲站", "新街2号")])
    (line,) = [line for line in run("import", path, "--preview").out.splitlines() if "新街2号" in line]
    assert {"X-1", "旧街1号", "新街2号"} <= set(line.split())
    changes = run("import", path, "--preview", "--json").document["changes"]
    assert changes == [{"number": "X-1", "field": "address", "was": "旧街1号", "is_now": "新街2号"}]


def test_bases_are_imported_as_such(run: Run, profiles: Path) -> None:
    assert run("import", profiles / "bases.csv", "--kind", "base", "--json").document["added"] == 1
    (base,) = run("bases", "--json").document["features"]
    assert base["properties"]["kinds"] == ["book_house", "counselling"]


def test_a_datum_can_be_stated_for_the_file(run: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", ("名称", "经度", "纬度"), [("示例甲", "117.0", "32.5")])
    assert len(run("import", path, "--json").document["rejected"]) == 1
    assert run("import", path, "--datum", "高德", "--json").document["added"] == 1
    (station,) = run("stations", "--json").document["features"]
    assert station["properties"]["source_datum"] == "GCJ-02"


@pytest.mark.parametrize("content", [b"", "名称\n".encode(), b"a,b\n1,2\n", b"%PDF-1.7", b"\xff\xfe\x00\x01"])
def test_a_file_that_is_no_list_fails_with_a_message(
    run: Run, tmp_path: Path, content: bytes, language: Language
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    done = run("import", path, "--json", "--lang", language)
    assert (done.code, done.out) == (1, "")
    assert "bad.csv" in done.err
    assert "Traceback" not in done.err


def test_a_file_that_is_not_there_fails_with_a_message(run: Run, tmp_path: Path) -> None:
    done = run("import", tmp_path / "missing.csv")
    assert (done.code, done.out) == (1, "")
    assert "missing.csv" in done.err


# --- lists ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "name", "count"), [("stations", "示例四号驿站", 4), ("bases", "示例书屋", 1)])
def test_a_list_shows_every_record(run: Run, command: str, name: str, count: int, language: Language) -> None:
    collection = run(command, "--json").document
    assert (len(collection["features"]), collection["demonstration"]) == (count, True)
    table = run(command, "--lang", language)
    assert (table.code, name in table.out) == (0, True)
    assert len([line for line in table.out.splitlines() if "-" in line]) == count


def test_names_in_brackets_are_printed_as_they_are(run: Run, tmp_path: Path) -> None:
    run("import", write_csv(tmp_path / "list.csv", ("名称", "地址"), [(HOSTILE, HOSTILE)]))
    assert run("stations").out.count(HOSTILE) == 2


def test_names_in_brackets_are_printed_as_they_are_on_a_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "300")
    path = write_csv(tmp_path / "[red][slash].csv", ("名称", "星级"), [(HOSTILE, "3"), ("示例", HOSTILE)])
    done = run("import", path)
    assert done.code == 0
    assert HOSTILE in done.out
    assert HOSTILE in run("stations").out


def test_a_long_name_is_never_cut_off(run: Run, tmp_path: Path) -> None:
    name, address = "示例" * 30, "路" * 200
    run("import", write_csv(tmp_path / "list.csv", ("名称", "地址"), [(name, address)]))
    (line,) = [line for line in run("stations").out.splitlines() if TOWN in line]
    assert name in line
    assert address in line


@pytest.mark.parametrize("kind", ["station", "base"])
def test_the_columns_are_explained(run: Run, kind: Any, language: Language) -> None:
    done = run("fields", "--kind", kind, "--lang", language)
    assert done.code == 0
    assert all(header.zh in done.out and header.en in done.out for header in fields(kind).values())


@pytest.mark.parametrize("kind", ["station", "base"])
def test_a_workbook_to_fill_in_is_written(run: Run, tmp_path: Path, kind: Any) -> None:
    assert run("template", "-o", tmp_path / "list.csv").code == 2
    path = tmp_path / "list.xlsx"
    assert run("template", "--kind", kind, "-o", path, "--json").document == {
        "file": str(path),
        "bytes": path.stat().st_size,
    }
    refused = run("import", path, "--kind", kind)
    assert refused.code == 1
    assert "list.xlsx" in refused.err


# --- answers --------------------------------------------------------------------------------


def test_assess_counts_people_and_takes_a_tier(run: Run) -> None:
    answer = run("assess", "--radius", "1050", "--json").document
    assert (answer["total_people"], answer["covered_people"], answer["tier"]) == (PEOPLE, COVERED, None)
    national = run("assess", "--radius", "1050", "--tier", "national", "--reach", "straight", "--json").document
    assert (national["covered_people"], national["tier"]) == (120, "national")


def test_assess_prints_the_same_figures(run: Run, language: Language) -> None:
    done = run("assess", "--radius", "1050", "--lang", language)
    assert done.code == 0
    assert "76.3" in done.out
    total = next(line for line in done.out.splitlines() if "367" in line and "280" in line).split()
    assert total[0] in {"示例市", "Sample"}
    assert {"zh_CN": "示例人口", "en": "Made-up people"}[language] in done.out


def test_gaps_are_told_as_features_and_as_a_table(run: Run, language: Language) -> None:
    collection = run("gaps", "--radius", "1050", "--json").document
    assert [feature["properties"]["people"] for feature in collection["features"]] == [80, 7]
    table = run("gaps", "--radius", "1050", "--lang", language)
    assert table.code == 0
    assert "示例二号驿站" in table.out


def test_a_city_without_demand_speaks_of_land(run: Run, language: Language) -> None:
    answer = run("assess", "--radius", "400", "--city", BARE_TOWN, "--json").document
    assert (answer["total_people"], answer["total_area_km2"]) == (None, pytest.approx(8, abs=0.001))
    for command in ("assess", "gaps"):
        done = run(command, "--radius", "400", "--city", BARE_TOWN, "--lang", language)
        assert done.code == 0
        assert {"zh_CN": "平方公里", "en": "km²"}[language] in done.out


def test_a_file_of_demand_turns_the_same_commands_to_people(run: Run, profiles: Path) -> None:
    options = ("--radius", "1050", "--city", BARE_TOWN, "--demand", profiles / "demand.csv", "--json")
    assert run("assess", *options).document["total_people"] == PEOPLE
    gaps = run("gaps", *options).document["features"]
    assert sum(gap["properties"]["people"] for gap in gaps) == PEOPLE


def test_rows_of_a_demand_file_that_are_not_counted_are_named(run: Run, tmp_path: Path) -> None:
    place = degrees(0.5, 0.5)
    rows = [(*place, 5), (*place, -5), (*place, "many")]
    path = write_csv(tmp_path / "people.csv", ("lon", "lat", "people"), rows)
    done = run("assess", "--radius", "10", "--demand", path, "--lang", "en", "--json")
    assert [row["row"] for row in done.document["demand"]["rejected"]] == [3, 4]
    assert "row 3 is left out" in done.err
    assert "row 4 is left out" in done.err


def test_a_demand_file_without_a_usable_row_fails_with_the_reason(run: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", ("lon", "lat", "people"), [(117.0, 32.5, "many")])
    done = run("gaps", "--radius", "10", "--demand", path, "--lang", "en", "--json")
    assert (done.code, done.out) == (1, "")
    assert "Row 2" in done.err


def test_a_snapshot_is_a_png_and_nothing_else(run: Run, tmp_path: Path) -> None:
    assert run("snapshot", "-o", tmp_path / "map.jpg").code == 2
    assert not (tmp_path / "map.jpg").exists()


def test_people_outside_every_district_do_not_break_the_json(run: Run, tmp_path: Path) -> None:
    rows = [(117.0, 32.5, 5, "示例西区"), (117.08, 32.53, 5, "")]
    path = write_csv(tmp_path / "people.csv", ("lon", "lat", "people", "district"), rows)
    answer = run("assess", "--radius", "10", "--demand", path, "--json").document
    assert [district["code"] for district in answer["districts"]] == ["990101", "990102", None]
    gaps = run("gaps", "--radius", "10", "--demand", path, "--json").document["features"]
    assert [gap["properties"]["district_code"] for gap in gaps] == ["990101", None]


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--radius", "1050"), ("--radius", "1050", "--tier", "national")])
def test_map_writes_one_file(run: Run, tmp_path: Path, more: tuple[str, ...]) -> None:
    done = run("map", "-o", tmp_path / "map.html", *more)
    assert done.code == 0
    assert str(tmp_path / "map.html") in done.out
    assert (tmp_path / "map.html").read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("more", [(), ("--radius", "1050")])
def test_snapshot_writes_a_picture(run: Run, tmp_path: Path, more: tuple[str, ...]) -> None:
    done = run("snapshot", "--output", tmp_path / "map.png", "--dpi", "72", *more)
    assert done.code == 0
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_snapshot_is_drawn_again_and_verified(run: Run, tmp_path: Path, suffix: str) -> None:
    drawn, again = tmp_path / f"map{suffix}", tmp_path / f"again{suffix}"
    options = ("--kind", "districts", "--layout", "square", "--dpi", "72", "--radius", "1050")
    assert run("snapshot", "-o", drawn, *options).code == 0
    assert run("snapshot", "-o", again, "--like", drawn).code == 0
    assert again.read_bytes() == drawn.read_bytes()
    beside = run("snapshot", "-o", again, "--like", drawn, "--kind", "gaps", "--radius", "500")
    assert beside.code != 0
    assert "--kind" in beside.err
    done = run("verify", drawn, "--json")
    assert (done.code, done.document["proven"], done.document["holds"]) == (0, True, True)
    assert {"name": "stations", "in_file": 4, "at_revision": 4, "now": 4} in done.document["figures"]
    assert "same" in run("verify", drawn).out


def test_a_file_that_was_not_drawn_here_is_no_proof(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    done = run("verify", path)
    assert (done.code, done.out) == (1, "")
    assert "does not say how it was made" in done.err


def test_a_kind_that_asks_needs_a_radius(run: Run, tmp_path: Path) -> None:
    assert run("snapshot", "-o", tmp_path / "map.png", "--kind", "coverage").code == 2
    assert not list(tmp_path.glob("*.png"))


def test_what_cannot_be_drawn_leaves_the_file_of_before(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    path.write_bytes(b"before")
    assert run("snapshot", "-o", path, "--kind", "proposals", "--radius", "1050").code == 2
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.glob("*map*")] == ["map.png"]


@pytest.mark.parametrize(
    ("what", "name", "rows"), [("stations", "s.csv", 4), ("bases", "b.xlsx", 1), ("demand", "d.geojson", 9)]
)
def test_export_writes_a_file_and_says_how_many_rows(run: Run, tmp_path: Path, what: str, name: str, rows: int) -> None:
    done = run("export", what, "-o", tmp_path / name)
    assert done.code == 0
    assert (tmp_path / name).stat().st_size > 0
    assert str(rows) in done.out
    assert str(tmp_path / name) in done.out


def test_many_rows_are_told_with_thousands_separators(run: Run, tmp_path: Path, language: Language) -> None:
    rows = "\n".join(f"示例{at}号,示例路{at}号" for at in range(1_200))
    (tmp_path / "many.csv").write_text(f"站点名称,详细地址\n{rows}\n", "utf-8")
    assert run("import", tmp_path / "many.csv", "--doubts", "new").code == 0
    assert "1,200" in run("export", "stations", "-o", tmp_path / "s.csv", "--lang", language).out
    assert "1,200" in run("init", "--lang", language).out


def in_the_way(folder: Path, place: str) -> Path:
    """Return a path in `folder` that cannot be written: its folder is missing, it is one, or its folder is a file."""
    (folder / "file").write_text("in the way")
    (folder / "out.csv").mkdir()
    return folder / place / "out.csv"


@pytest.mark.parametrize(
    "command", [("map",), ("snapshot", "--dpi", "72"), ("export", "stations"), ("export", "demand")]
)
def test_a_place_that_cannot_be_written_fails_with_a_message(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = in_the_way(tmp_path, "missing/folder").with_suffix(".png" if "snapshot" in command else ".csv")
    done = run(*command, "-o", path)
    assert (done.code, done.out) == (1, "")
    assert str(path) in done.err


@pytest.mark.parametrize("place", ["missing/folder", ".", "file"])
def test_the_message_gives_the_reason_in_the_language_of_the_reader(
    run: Run, tmp_path: Path, place: str, language: Language
) -> None:
    path = in_the_way(tmp_path, place)
    done = run("export", "demand", "-o", path, "--lang", language)
    assert (done.code, done.out) == (1, "")
    assert str(path) in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson"])
def test_an_export_that_is_imported_changes_nothing(run: Run, tmp_path: Path, suffix: str, language: Language) -> None:
    path = tmp_path / f"stations{suffix}"
    run("export", "stations", "-o", path, "--lang", language)
    again = run("import", path, "--json").document
    assert again.items() > {"revision": 1, "read": 4, "unchanged": 4, "rejected": []}.items()


# --- serve ----------------------------------------------------------------------------------


def test_serve_starts_the_app_with_these_settings(run: Run, monkeypatch: pytest.MonkeyPatch, database: Path) -> None:
    started: dict[str, Any] = {}

    def called(command: list[str], **how: Any) -> int:
        started.update(command=command, **how)
        return 0

    def become(_path: str, command: list[str], environment: dict[str, str]) -> None:
        raise SystemExit(called(command, env=environment))

    monkeypatch.setattr(subprocess, "call", called)
    monkeypatch.setattr(os, "execve", become)
    monkeypatch.chdir(".")  # it goes to the folder of the program
    port = free_port()
    done = run("serve", "--port", port, "--lang", "en")
    assert done.code == 0
    assert f"http://localhost:{port}" in done.out
    assert started["command"][:4] == [sys.executable, "-m", "streamlit", "run"]
    assert started["command"][-1] == f"--server.port={port}"
    assert (
        started["env"].items()
        > {"STATIONS_CITY": TOWN, "STATIONS_DATABASE": str(database), "STATIONS_LANG": "en"}.items()
    )


def test_a_port_that_is_taken_is_named_before_anything_starts(run: Run, language: Language) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run("serve", "--port", port)
    assert (refused.code, refused.out) == (2, "")
    assert port in refused.err


def free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


# --- one document, and everything else elsewhere --------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [("init",), ("stations",), ("bases",), ("assess", "--radius", "1050"), ("gaps", "--radius", "1050")],
)
def test_remarks_go_to_standard_error_and_json_alone_to_standard_output(
    run: Run, arguments: tuple[str, ...], language: Language
) -> None:
    done: Ran = run(*arguments, "--json", "--lang", language)
    assert done.code == 0
    assert done.document
    assert bool(done.err) == (arguments != ("init",))


def test_demonstration_data_is_announced_with_every_answer(run: Run, profiles: Path) -> None:
    assert "made up" in run("stations").err
    assert "made up" in run("gaps", "--radius", "500").err
    run("import", profiles / "real.csv")
    assert run("stations").err == ""
