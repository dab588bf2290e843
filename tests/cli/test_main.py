"""The door itself: help in both languages, common options, exit codes, and bytes that any program can read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import typer

from stations.cli import application
from stations.model.language import Language, gettext, use_language
from tests.cli.conftest import Run
from tests.planning.town import BARE_TOWN, write_csv

CHINESE = re.compile(r"[\u4e00-\u9fff]")
COMMANDS = sorted(typer.main.get_command(application).commands)  # type: ignore[attr-defined]
RunApart = Callable[..., CompletedProcess[bytes]]


# --- help -----------------------------------------------------------------------------------


def test_there_is_a_command_for_every_answer() -> None:
    offered = {"init", "import", "fields", "stations", "bases", "assess", "gaps", "map", "snapshot", "export", "serve"}
    assert set(COMMANDS) >= offered


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_is_in_the_language_of_the_reader(run: Run, command: tuple[str, ...], language: Language) -> None:
    done = run("--lang", language, *command, "--help")
    assert (done.code, done.err) == (0, "")
    assert bool(CHINESE.search(done.out)) == (language == "zh_CN")
    assert ("Show this message" in done.out) == (language == "en")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_its_help(run: Run, command: str, language: Language) -> None:
    words = "".join(run(command, "--help", "--lang", language).out.split())
    use_language(language)
    declared = typer.main.get_command(application).commands[command]  # type: ignore[attr-defined]
    for parameter in declared.params:
        assert parameter.help
        assert _letters(gettext(parameter.help)) in _letters(words)
    for common in ("--city", "--database", "--demand", "--demand-datum", "--boundary", "--profiles", "--lang"):
        assert common in words


def _letters(text: str) -> str:
    """Return the letters of a text that a frame may have broken into lines."""
    return re.sub(r"[\s│]", "", text)


def test_help_has_a_short_name(run: Run) -> None:
    assert run("assess", "-h", "--lang=en").out == run("assess", "--help", "--lang", "en").out


def test_no_arguments_show_the_table_of_contents(run: Run) -> None:
    done = run()
    assert all(command in done.out + done.err for command in COMMANDS)


# --- common options -------------------------------------------------------------------------


@pytest.mark.parametrize("before", [True, False])
def test_common_options_stand_before_or_after_the_command(run: Run, database: Path, *, before: bool) -> None:
    other = database.with_name("other.sqlite3")
    options = ("--city", BARE_TOWN, "--database", str(other), "--lang", "zh_CN", "--json")
    arguments = (*options, "assess") if before else ("assess", *options)
    document = run(*arguments, "--radius", "400").document
    assert (document["city"], other.is_file(), database.is_file()) == (BARE_TOWN, True, False)


def test_a_database_can_be_a_url(run: Run, tmp_path: Path) -> None:
    assert run("init", "--database", f"sqlite:///{tmp_path}/by url.sqlite3", "--json").document["created"]
    assert (tmp_path / "by url.sqlite3").is_file()


def test_a_language_that_is_not_offered_is_wrong_usage(run: Run) -> None:
    done = run("stations", "--lang", "fr")
    assert (done.code, done.out) == (2, "")
    assert "fr" in done.err
    assert "zh_CN, en" in done.err


def test_every_file_written_is_told_as_json(run: Run, tmp_path: Path) -> None:
    page, table = tmp_path / "map.html", tmp_path / "stations.csv"
    assert run("map", "-o", page, "--json").document == {"file": str(page), "bytes": page.stat().st_size}
    assert run("export", "stations", "-o", table, "--json").document == {"file": str(table), "rows": 4}


def test_the_environment_gives_what_the_command_does_not(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATIONS_CITY", BARE_TOWN)
    assert run("stations", "--json").document["city"] == BARE_TOWN


# --- exit codes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("assess",),
        ("assess", "--radius", "far"),
        ("assess", "--radius", "0"),
        ("assess", "--radius", "nan"),
        ("assess", "--radius", "200000"),
        ("assess", "--radius", "500", "--tier", "gold"),
        ("assess", "--radius", "500", "--reach", "by-air"),
        ("gaps",),
        ("map",),
        ("export", "nonsense", "-o", "x.csv"),
        ("export", "stations", "-o", "x.shp"),
        ("import",),
        ("import", "x.csv", "--datum", "WGS72"),
        ("import", "x.csv", "--kind", "palace"),
        ("snapshot", "-o", "x.png", "--dpi", "5"),
        ("stations", "--city", "huainan"),
        ("stations", "--demand-datum", "WGS72"),
        ("stations", "--unknown"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(
    run: Run, arguments: tuple[str, ...], language: Language
) -> None:
    done = run(*arguments, "--lang", language)
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()
    assert "Traceback" not in done.err


def test_a_wrong_variable_of_the_environment_is_wrong_usage_too(
    run: Run, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    monkeypatch.setenv("STATIONS_CITY", "huainan")
    monkeypatch.setenv("STATIONS_LANG", language)
    done = run("stations")
    assert done.code == 2
    assert "huainan" in done.err
    assert run("--help").code == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("stations", "--city", "999999"), "999999"),
        (("stations", "--profiles", "no/such/folder"), "folder"),
        (("stations", "--boundary", "missing.geojson"), "missing.geojson"),
        (("assess", "--radius", "500", "--demand", "missing.csv"), "missing.csv"),
        (("export", "demand", "-o", "x.csv", "--city", BARE_TOWN), "--demand"),
        (("stations", "--database", "nosuch://place"), "nosuch://place"),
    ],
)
def test_what_is_refused_ends_with_1_and_names_it(
    run: Run, arguments: tuple[str, ...], named: str, language: Language
) -> None:
    done = run(*arguments, "--lang", language)
    assert (done.code, done.out) == (1, "")
    assert named in done.err
    assert bool(CHINESE.search(done.err.replace("示例市", ""))) == (language == "zh_CN")


def test_a_register_that_cannot_be_used_ends_with_1(run: Run, database: Path, language: Language) -> None:
    database.write_text("this is no register, whatever its name says\n" * 30)
    done = run("stations", "--json", "--lang", language)
    assert (done.code, done.out) == (1, "")
    assert str(database) in done.err


# --- as people run it -----------------------------------------------------------------------


def test_json_is_utf_8_whatever_the_system_writes(run_apart: RunApart, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", ("名称",), [("示例\u202e驿站🚰",)])
    narrow = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert run_apart("import", path, **narrow).returncode == 0
    done = run_apart("stations", "--json", **narrow)
    assert (done.returncode, done.stderr) == (0, b"")
    (station,) = json.loads(done.stdout.decode())["features"]
    assert station["properties"]["name"] == "示例驿站🚰"


def test_a_file_name_that_is_no_text_is_answered_all_the_same(run_apart: RunApart, tmp_path: Path) -> None:
    done = run_apart("import", tmp_path / "\udcff.csv")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


def test_the_module_answers_and_ends_as_promised(run_apart: RunApart) -> None:
    assert run_apart("nonsense").returncode == 2
    answer = run_apart("assess", "--radius", "1050", "--json")
    assert json.loads(answer.stdout)["covered_people"] == 280
    assert answer.stdout.count(b"\n") == 1
