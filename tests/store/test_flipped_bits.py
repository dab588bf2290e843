"""A bit that flipped on the disk is told by the row it is in, whatever became of it: other text, no text, no JSON."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stations.model.errors import BadFile, RegisterDamaged
from stations.model.schema import RECORDS, Kind
from stations.store.accounts import Accounts
from stations.store.register import Register
from tests.postgis import running
from tests.store.test_register import HUAINAN, changed, lived

NAME, LIST = "示例S3".encode(), b'"book_house"'
FLIPPED = [
    pytest.param(NAME, len(NAME) - 1, 0x01, ("station", "S3"), id="other text"),
    pytest.param(NAME, 0, 0x80, ("station", "S3"), id="no text"),
    pytest.param(LIST, 0, 0x02, ("base", "J1"), id="no JSON"),
    pytest.param(LIST, 2, 0x01, ("base", "J1"), id="another word"),
]


HISTORY = {("station", "S3"): "8", ("base", "J1"): "5"}
"""The rows of the history that speak of these records."""


def flipped(content: bytes, what: bytes, at: int, bit: int) -> bytes:
    """Return the content of a file with one bit flipped, where something stands in it first."""
    broken = bytearray(content)
    broken[content.index(what) + at] ^= bit
    return bytes(broken)


@pytest.mark.parametrize(("what", "at", "bit", "row"), FLIPPED)
def test_in_a_file(tmp_path: Path, what: bytes, at: int, bit: int, row: tuple[str, str]) -> None:
    place = tmp_path / "register.sqlite3"
    register = Register(str(place))
    lived(register)
    register.close()
    place.write_bytes(flipped(place.read_bytes(), what, at, bit))
    again = Register(str(place))
    named = {(fault.table, fault.row) for fault in again.faults()}
    assert named
    assert named <= {row, ("history", HISTORY[row])}  # whichever of the two stands first in the file
    with pytest.raises(BadFile):
        again.back_up(tmp_path / "backup.sqlite3")
    if bit != 0x01:
        kind: Kind = "base" if row[0] == "base" else "station"
        with pytest.raises(RegisterDamaged, match="check"):
            _ = (again.stored(kind, HUAINAN), again.log(HUAINAN))
    again.close()


def test_on_a_server() -> None:
    with running() as server:
        place = server.database()
        register = Register(place)
        lived(register)
        register.close()
        name = urlsplit(place).path.removeprefix("/")
        asked = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", f"--host={server.folder}", "-U", "postgres")
        query = "CHECKPOINT; SELECT pg_relation_filepath('station'); SELECT pg_relation_filepath('base');"
        files = server.run("psql", *asked, name, given=query).split()
        server.stop()
        for param in FLIPPED[1:3]:
            what, at, bit, _row = param.values
            for file in files:
                path = Path(server.folder) / "data" / file
                if what in path.read_bytes():
                    path.write_bytes(flipped(path.read_bytes(), what, at, bit))
        server.start()
        again = Register(place)
        assert {("station", "S3"), ("base", "J1")} <= {(fault.table, fault.row) for fault in again.faults()}
        for kind in RECORDS:
            with pytest.raises(RegisterDamaged, match="check"):
                again.stored(kind, HUAINAN)
        again.close()


def test_in_what_an_account_may_do(place: str) -> None:
    accounts, register = Accounts(place), Register(place)
    made = "INSERT INTO account (name, role, must_change, active, made_at) VALUES ('li', 'staff', {no}, {yes}, '')"
    yes, no = ("1", "0") if "://" not in place else ("true", "false")
    changed(place, made.format(yes=yes, no=no), "UPDATE account SET role = 'stagf'")
    assert [(account.name, account.role) for account in accounts.all()] == [("li", "viewer")]
    assert [(fault.table, fault.row) for fault in register.faults()] == [("account", "li")]
    accounts.close()
    register.close()
