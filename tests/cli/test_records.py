"""Single records on the command line: entered, corrected, looked back at, restored, checked."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from stations.model.language import Language
from stations.planning.register import open_register
from tests.cli.conftest import Run
from tests.photographs import HTML, corners, encoded
from tests.postgis import Postgis


@pytest.fixture
def staffed(run: Run, profiles: Path) -> None:
    """Let the office have imported its real list."""
    assert run("import", profiles / "real.csv").code == 0


@pytest.mark.usefixtures("staffed")
def test_a_record_is_entered_corrected_looked_back_at_and_restored(run: Run, language: Language) -> None:
    new = ("名称=示例新站", "经度=117.02", "纬度=32.64", "坐标系=GCJ-02")
    added = run("add", *new, "--why", "示例核实", "--json").document
    number = added["number"]
    assert run("edit", number, "星级=3", "--lang", language).code == 0
    told = run("history", number, "--lang", language)
    assert told.code == 0
    assert "示例核实" in told.out
    changes = run("history", number, "--json").document["changes"]
    assert [(row["revision"], row["action"], row["field"]) for row in changes] == [
        (added["revision"] + 1, "changed", "star"),
        (added["revision"], "added", ""),
    ]
    assert [row["revision"] for row in run("history", "--last", "1", "--json").document["changes"]] == [
        added["revision"] + 1
    ]
    assert (
        run("restore", number, "--revision", added["revision"], "--json").document["revision"] == added["revision"] + 2
    )
    assert run("remove", number, "--why", "示例误录").code == 0
    assert number not in {feature["id"] for feature in run("stations", "--json").document["features"]}


@pytest.mark.usefixtures("staffed")
def test_a_revision_is_taken_back_and_a_life_is_told(run: Run, language: Language) -> None:
    assert run("edit", "T-1", "启用日期=2020-01-01").code == 0
    done = run("edit", "T-1", "等级=普通", "--since", "2024-05-01", "--document", "示例1号", "--lang", language)
    assert "undo 3" in done.out
    told = run("life", "T-1", "--json").document["turns"]
    assert [(turn["since"], turn["turn"], turn["document_no"]) for turn in told] == [
        ("2020-01-01", "entered", None),
        ("2020-01-01", "awarded", None),
        ("2024-05-01", "withdrawn", "示例1号"),
    ]
    assert run("life", "T-1", "--lang", language).code == 0
    undone = run("undo", "3", "--lang", language)
    assert (undone.code, "4" in undone.out) == (0, True)
    assert run("undo", "4", "--json").document == {"undone": 4, "revision": 5}
    assert run("undo", "3", "--json").document == {"undone": 3, "revision": 6}  # it was as revision 3 had made it
    refused = run("undo", "3", "--lang", language)
    assert (refused.code, refused.out) == (1, "")
    assert run("undo", "99", "--lang", language).code == 1


@pytest.mark.usefixtures("staffed")
def test_photos_are_added_to_a_record_from_files(run: Run, tmp_path: Path, language: Language) -> None:
    for number in range(2):
        (tmp_path / f"{number}.jpg").write_bytes(encoded(corners(40 + number, 30)))
    (tmp_path / "none.jpg").write_bytes(HTML)
    number = run("add", "名称=示例新站", "--photo", tmp_path / "0.jpg", "--json").document["number"]
    assert run("edit", number, "--photo", tmp_path / "1.jpg", "--photo", tmp_path / "0.jpg", "--json").code == 0
    (change, _added) = run("history", number, "--json").document["changes"]
    assert (change["field"], len(change["was"]), len(change["is_now"])) == ("photos", 1, 2)
    assert change["is_now"][0] == change["was"][0]
    told = run("history", number, "--lang", language)
    assert {"zh_CN": "2 张照片", "en": "2 photos"}[language] in told.out
    for wish, code in (("none.jpg", 1), ("nothing.jpg", 1)):
        refused = run("edit", number, "--photo", tmp_path / wish, "--lang", language)
        assert (refused.code, refused.out, wish in refused.err) == (code, "", True)
    assert run("edit", number, "--lang", language).code == 2
    assert len(run("history", number, "--json").document["changes"]) == 2


@pytest.mark.usefixtures("staffed")
def test_what_is_no_record_is_refused_and_nothing_is_written(run: Run, language: Language) -> None:
    for command in (
        ("add", "名称="),
        ("add", "名称=示例", "经度=117"),
        ("edit", "T-1", "状态=摘牌"),
        ("edit", "nobody", "星级=3"),
        ("remove", "nobody", "--why", "示例"),
    ):
        done = run(*command, "--lang", language)
        assert (done.code, done.out) == (1, ""), command
        assert done.err
    for command in (("add", "名称"), ("add", "颜色=红"), ("edit", "T-1", "星级=3", "--since", "9999-01-01")):
        assert run(*command, "--lang", language).code == 2, command
    assert run("assess", "--radius", "1050", "--json").document["revision"] == 1


@pytest.mark.usefixtures("staffed")
def test_a_register_is_checked_row_by_row(run: Run, database: Path, language: Language) -> None:
    assert run("check", "--json").document == {"faults": []}
    assert run("check", "--lang", language).code == 0
    open_register(str(database)).close()
    connection = sqlite3.connect(database)
    connection.execute("UPDATE station SET name = '[red]示例他[/red]' WHERE station_id = 'T-1'")
    connection.commit()
    connection.close()
    done = run("check", "--lang", language)
    assert done.code == 1
    assert "T-1" in done.out
    told = run("check", "--json")
    assert (told.code, [(fault["table"], fault["row"]) for fault in told.document["faults"]]) == (
        1,
        [("station", "T-1")],
    )


@pytest.mark.usefixtures("staffed")
def test_a_backup_is_made_and_brought_back(run: Run, tmp_path: Path, language: Language) -> None:
    copy = tmp_path / "backup.sqlite3"
    assert run("backup", "create", "-o", copy, "--json").document == {"file": str(copy), "revision": 1}
    assert run("edit", "T-1", "星级=3").code == 0
    again = run("backup", "create", "-o", copy, "--lang", language)
    assert (again.code, again.out) == (2, "")
    done = run("backup", "restore", copy, "--lang", language)
    assert done.code == 0
    assert run("assess", "--radius", "1050", "--json").document["revision"] == 1
    assert run("check").code == 0
    kept = next(path for path in tmp_path.iterdir() if "-before-" in path.name)
    assert str(kept) in done.out
    assert run("backup", "restore", kept, "--json").document["revision"] == 2
    refused = run("backup", "restore", tmp_path / "nothing", "--lang", language)
    assert (refused.code, refused.out) == (1, "")


@pytest.mark.usefixtures("staffed")
def test_a_reason_that_is_no_text_is_written_without_what_is_none(run: Run) -> None:
    assert run("edit", "T-1", "星级=3", "--why", "示例\udcff", "--document", "\udcfe").code == 0
    first = run("history", "T-1", "--json").document["changes"][0]
    assert (first["why"], first["document_no"]) == ("示例", None)


def test_a_move_to_a_server_without_postgis_says_what_is_missing(
    run: Run, postgis: Postgis, language: Language
) -> None:
    run("init")
    done = run("move", postgis.database(template="template0"), "--lang", language)
    assert done.code == 0
    assert "CREATE EXTENSION postgis" in done.out
    assert "PostGIS" not in run("move", postgis.database(), "--lang", language).out


def test_everything_is_moved_to_another_database(run: Run, tmp_path: Path, language: Language) -> None:
    run("init")
    there = tmp_path / "there.sqlite3"
    rows = run("move", there, "--json").document["rows"]
    assert rows["revision"] == 1
    assert run("stations", "--json", "--database", there).document == run("stations", "--json").document
    assert "PostGIS" not in run("move", tmp_path / "another.sqlite3", "--lang", language).out
    refused = run("move", there)
    assert (refused.code, refused.out) == (1, "")
    assert str(there) in refused.err
