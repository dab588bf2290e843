"""The register in a file: where it is made, how it is kept, and what is no register."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stations.model.errors import RegisterDamaged, RegisterReadOnly, RegisterUnavailable
from stations.store.database import shown
from stations.store.register import Register
from tests.store.test_register import HUAINAN, lived, station, write


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite3"


@pytest.fixture
def register(database: Path) -> Iterator[Register]:
    opened = Register(str(database))
    yield opened
    opened.close()


def test_the_file_is_made_on_first_use(tmp_path: Path) -> None:
    place = tmp_path / "register.sqlite3"
    opened = Register(str(place))
    assert place.is_file()
    assert opened.revision() == 0
    opened.close()


def test_the_folder_of_the_product_is_made_on_first_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "data" / "register.sqlite3"
    monkeypatch.setattr("stations.store.database.DEFAULT_DATABASE", str(place))
    Register(str(place)).close()
    assert place.is_file()


def test_a_mistyped_folder_makes_no_new_register(tmp_path: Path) -> None:
    place = tmp_path / "mistyped" / "register.sqlite3"
    with pytest.raises(RegisterUnavailable, match="mistyped"):
        Register(str(place))
    assert not place.parent.exists()


@pytest.mark.parametrize("name", ["a?b=c.sqlite3", "100%.sqlite3", "井#1 驿站.sqlite3"])
def test_a_path_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    opened = Register(str(tmp_path / name))
    opened.close()
    assert (tmp_path / name).is_file()


@pytest.mark.parametrize("what", ["示例S3", "示例书屋", "book_house"])
def test_a_flipped_bit_in_the_file_is_found(register: Register, database: Path, what: str) -> None:
    lived(register)
    register.close()  # and with it the write-ahead log is in the file
    content = bytearray(database.read_bytes())
    at = content.find(what.encode() if what.encode() in content else what.encode("ascii", "backslashreplace"))
    assert at > 0
    content[at + len(what.encode()) - 1] ^= 0b1
    database.write_bytes(content)
    again = Register(str(database))
    assert again.faults()
    again.close()


def test_the_log_is_written_ahead_and_every_revision_reaches_the_disk(register: Register, database: Path) -> None:
    with register._database.reading() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000, "foreign_keys": 1}


def test_a_reader_is_not_held_up_by_a_writer_at_work(register: Register, database: Path) -> None:
    write(register, added=[station("S1")])
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM station")
    assert set(register.stored("station", HUAINAN)) == {"S1"}
    writer.execute("ROLLBACK")
    writer.close()


def another_programs_tables(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE station (something TEXT)")
    connection.close()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path: path.write_text("not a database, but long enough to be looked at\n" * 50), id="text"),
        pytest.param(lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(5000)), id="damaged"),
        pytest.param(lambda path: path.mkdir(), id="a folder"),
        pytest.param(another_programs_tables, id="another program's"),
    ],
)
def test_a_place_that_holds_something_else_is_refused_in_words(database: Path, spoil: Any) -> None:
    spoil(database)
    with pytest.raises(RegisterUnavailable) as refusal:
        Register(str(database)).records("station", HUAINAN)
    assert str(database) in str(refusal.value)
    assert refusal.value.fields["reason"]


def test_a_place_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RegisterUnavailable):
        Register(str(tmp_path / "file" / "register.sqlite3"))


def test_a_register_that_may_only_be_read_is_read_and_not_written(
    register: Register, database: Path, tmp_path: Path
) -> None:
    write(register, added=[station("S1")])
    read_only = Register(f"sqlite:///file:{database}?mode=ro&uri=true")
    assert set(read_only.stored("station", HUAINAN)) == {"S1"}
    with pytest.raises(RegisterUnavailable):
        write(read_only, added=[station("S2")])
    assert (register.writable(), read_only.writable()) == (True, False)
    assert read_only.revision() == 1
    assert read_only.back_up(tmp_path / "backup.sqlite3") == 1
    read_only.close()


def test_a_register_on_a_medium_that_nobody_can_write_is_read(small_disk: Path, tmp_path: Path, english: None) -> None:
    made = Register(str(small_disk / "register.sqlite3"))
    write(made, added=[station("S1")])
    made.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    read_only = Register(str(small_disk / "register.sqlite3"))
    assert set(read_only.stored("station", HUAINAN)) == {"S1"}
    assert (read_only.writable(), read_only.faults()) == (False, [])
    with pytest.raises(RegisterReadOnly):
        write(read_only, added=[station("S2")])
    assert read_only.back_up(tmp_path / "backup.sqlite3") == 1
    read_only.close()
    copy = Register(str(tmp_path / "backup.sqlite3"))
    assert set(copy.stored("station", HUAINAN)) == {"S1"}
    copy.close()


def test_half_of_a_surrogate_pair_is_read_as_it_was_written(register: Register) -> None:
    write(register, added=[station("S1", extra={"a": "\ud800", "b": "1e400"})])
    assert register.stored("station", HUAINAN)["S1"]["extra"] == {"a": "\ud800", "b": "1e400"}
    assert register.faults() == []


def test_the_last_revision_is_missed_where_somebody_has_taken_it_away(register: Register, database: Path) -> None:
    write(register, added=[station("S1")])
    write(register, changed=[station("S1", star=3)])
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM revision WHERE revision = 2")
    assert [(fault.table, fault.row) for fault in register.faults()] == [("revision", "2")]


def test_a_file_that_is_cut_off_is_told_to_be_damaged_with_the_way_to_a_backup(tmp_path: Path) -> None:
    place = tmp_path / "register.sqlite3"
    register = Register(str(place))
    write(register, added=[station(str(number)) for number in range(400)])
    register.close()
    with place.open("r+b") as file:
        file.truncate(20_000)
    with pytest.raises(RegisterDamaged, match="backup restore"):
        Register(str(place)).records("station", HUAINAN)


def test_a_password_in_the_query_of_an_address_is_not_shown() -> None:
    assert shown("postgresql://a@b/c?password=s3cret&application_name=d").endswith("a@b/c?application_name=d")
    assert "s3cret" not in shown("postgresql://a@b/c?sslpassword=s3cret")
