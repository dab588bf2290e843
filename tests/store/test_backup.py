"""Backups: one state while others write, checked before they are trusted, brought back without losing anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from stations.model.acts import Act
from stations.model.errors import BadChoice, BadFile, NotWritten, RegisterUnavailable
from stations.model.schema import Station
from stations.store import backup, database
from stations.store.backup import back_up, checked
from stations.store.changes import Changes
from stations.store.register import Register
from tests.store.test_register import ROOT, WRITER

CITY = "340400"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a path that needs quoting, and the URL of a new database on a server."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgis").database()
        return url
    return str(tmp_path / "台账 #1?.sqlite3")


@pytest.fixture
def register(place: str) -> Iterator[Register]:
    opened = Register(place)
    add(opened, "S1")
    yield opened
    opened.close()


def add(register: Register, key: str) -> int:
    changes = Changes("station", CITY, added=[Station(station_id=key, name=f"示例{key}")])
    return register.apply([changes], Act("test"))


def test_a_backup_is_brought_back_as_it_was_and_what_it_replaces_is_kept(register: Register, tmp_path: Path) -> None:
    copy, kept = tmp_path / "backup.sqlite3", tmp_path / "kept.sqlite3"
    assert register.back_up(copy) == 1
    add(register, "S2")
    before = register.state()
    assert register.bring_back(copy, keep=kept) == 1
    assert (set(register.stored("station", CITY)), register.faults()) == ({"S1"}, [])
    assert register.bring_back(kept, keep=tmp_path / "again.sqlite3") == 2
    assert register.state() == before


def test_what_others_save_while_a_backup_is_brought_back_is_in_the_one_or_the_other(
    place: str, register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 1)
    copy, kept, other, acknowledged = tmp_path / "backup.sqlite3", tmp_path / "kept.sqlite3", Register(place), {"S1"}
    register.back_up(copy)

    def save(key: str) -> None:
        with suppress(RegisterUnavailable):
            add(other, key)
            acknowledged.add(key)

    def between(source: database.Database, path: Path) -> int:
        save("before")
        revision = back_up(source, path)
        save("after")
        return revision

    monkeypatch.setattr(backup, "back_up", between)
    register.bring_back(copy, keep=kept)
    put_away = Register(str(kept))
    assert acknowledged <= set(register.stored("station", CITY)) | set(put_away.stored("station", CITY))
    put_away.close()
    add(other, "afterwards")
    assert (set(register.stored("station", CITY)), register.faults()) == ({"S1", "afterwards"}, [])
    other.close()


def test_where_the_register_cannot_be_kept_it_is_not_overwritten(register: Register, tmp_path: Path) -> None:
    register.back_up(tmp_path / "backup.sqlite3")
    add(register, "S2")
    before = register.state()
    (tmp_path / "kept.sqlite3").touch()
    with pytest.raises(BadChoice, match="kept"):
        register.bring_back(tmp_path / "backup.sqlite3", keep=tmp_path / "kept.sqlite3")
    assert (register.state(), register.faults()) == (before, [])
    add(register, "S3")


def test_a_number_that_is_given_again_is_another_state(register: Register, tmp_path: Path) -> None:
    register.back_up(tmp_path / "backup.sqlite3")
    add(register, "S2")
    before = register.state()
    assert list(register.records("station", CITY)["station_id"]) == ["S1", "S2"]
    register.bring_back(tmp_path / "backup.sqlite3", keep=tmp_path / "kept.sqlite3")
    add(register, "S3")
    assert (register.state()[0], before[0]) == (2, 2)
    assert register.state() != before
    assert list(register.records("station", CITY)["station_id"]) == ["S1", "S3"]


def test_a_backup_is_one_state_while_others_write(place: str, tmp_path: Path, register: Register) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, place, "w"], cwd=ROOT)
    copies = []
    while writer.poll() is None:
        copies.append(tmp_path / f"{len(copies)}.sqlite3")
        register.back_up(copies[-1])
    assert writer.returncode == 0
    revisions = [checked(copy) for copy in copies]
    assert revisions == sorted(revisions)
    assert register.revision() == 26


def test_a_file_that_exists_is_never_overwritten(register: Register, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("示例")
    with pytest.raises(BadChoice):
        register.back_up(tmp_path / "mine.txt")
    assert (tmp_path / "mine.txt").read_text() == "示例"


def test_a_place_that_cannot_be_written_is_named(register: Register, tmp_path: Path) -> None:
    with pytest.raises((NotWritten, OSError), match="nowhere"):
        register.back_up(tmp_path / "nowhere" / "backup.sqlite3")


def test_a_backup_that_is_damaged_or_none_is_refused_and_changes_nothing(register: Register, tmp_path: Path) -> None:
    copy = tmp_path / "backup.sqlite3"
    register.back_up(copy)
    content = bytearray(copy.read_bytes())
    at = content.find("示例S1".encode())
    content[at + 6] ^= 0b1
    (tmp_path / "flipped.sqlite3").write_bytes(content)
    (tmp_path / "cut.sqlite3").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.sqlite3").write_text("no register")
    (tmp_path / "empty.sqlite3").touch()
    before = register.state()
    for name in ("flipped", "cut", "text", "empty", "missing"):
        with pytest.raises(BadFile, match=name):
            register.bring_back(tmp_path / f"{name}.sqlite3", keep=tmp_path / "kept.sqlite3")
    assert register.state() == before
    assert not (tmp_path / "kept.sqlite3").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_backup_is_one_file_and_goes_from_one_kind_of_store_to_the_other(
    register: Register, tmp_path: Path, place: str
) -> None:
    add(register, "S2")
    copy = tmp_path / "backup.sqlite3"
    register.back_up(copy)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".backup", "backup"))] == [
        "backup.sqlite3"
    ]
    other = Register(str(tmp_path / "other.sqlite3"))
    add(other, "S9")
    assert other.bring_back(copy, keep=tmp_path / "kept.sqlite3") == 2
    assert set(other.stored("station", CITY)) == {"S1", "S2"}
    assert other.state() == register.state()
    other.close()
    assert register.bring_back(tmp_path / "kept.sqlite3", keep=tmp_path / "again.sqlite3") == 1
    assert set(register.stored("station", CITY)) == {"S9"}
    assert add(register, "S10") == 2
    assert register.faults() == []
