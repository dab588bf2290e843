"""Everything moved to another database, of the same kind or not, and back: equal, or not kept at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from stations.model.accounts import Role
from stations.model.errors import RegisterUnavailable
from stations.model.photos import Photo
from stations.store import moving
from stations.store.accounts import Account, Accounts
from stations.store.database import Database
from stations.store.moving import NotEmpty, NotEqual, move
from stations.store.register import Register
from stations.store.tables import METADATA
from tests.store.test_register import HUAINAN, lived, station, write

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


@pytest.fixture
def full(tmp_path: Path) -> str:
    """Return the path of a database with something in every table."""
    place = str(tmp_path / "full.sqlite3")
    register, accounts = Register(place), Accounts(place)
    lived(register)
    odd = {"name": "示例😀", "notes": "\n\t'\"\\", "lon": 117.123456789012, "lat": 32.6, "datum": "WGS84"}
    photo = Photo(bytes(range(256)) * 8, b"\x00small\xff", 4, 3)
    register.keep_photo(photo, at=NOW)
    write(register, added=[station("示例-1", **odd, photos=(photo.digest,))])
    accounts.add(Account("chen", Role.ADMIN, None, secret="x", must_change=False, active=True), at=NOW)
    accounts.sign_in("chen", "token", at=NOW)
    accounts.note("chen", "signed in", at=NOW)
    accounts.link_key(at=NOW)
    register.keep_headings("shape", {"驿站": "name", "编": None}, who="chen", at=NOW)
    scenario = {"city": HUAINAN, "name": "明年十个", "wish": {"sites": "10"}, "told": {"gap": 0.003}, "who": "chen"}
    assert register.keep_scenario(scenario, at=NOW)
    for submission in ("B", "a", "Z", "é"):  # which databases sort differently
        draft = {"submission": submission, "who": "chen", "kind": "station", "record": None, "version": None}
        accounts.keep_draft({**draft, "entered": {"name": "示例"}, "photos": [photo.digest]}, at=NOW)
    register.close()
    accounts.close()
    return place


def everything(place: str) -> dict[str, list[dict[str, object]]]:
    database = Database(place)
    with database.reading() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in METADATA.sorted_tables
        }
    database.close()
    return {name: sorted(rows, key=lambda row: str(sorted(row.items()))) for name, rows in found.items()}


def test_everything_arrives_and_comes_back(full: str, places: Callable[[], str], tmp_path: Path) -> None:
    there, back = places(), str(tmp_path / "back.sqlite3")
    counts = move(full, there)
    assert min(counts.values()) > 0
    assert everything(there) == everything(full)
    assert move(there, back) == counts
    assert everything(back) == everything(full)


def test_what_has_moved_is_worked_on_there(full: str, places: Callable[[], str]) -> None:
    there = places()
    move(full, there)
    register = Register(there)
    before = register.revision()
    write(register, added=[station("new")], changed=[station("S3", star=5)])
    assert (register.revision(), register.faults()) == (before + 1, [])
    assert "new" in register.stored("station", HUAINAN)
    register.close()


def test_nothing_is_written_over(full: str, places: Callable[[], str]) -> None:
    there = places()
    move(full, there)
    kept = everything(there)
    with pytest.raises(NotEmpty):
        move(full, there)
    assert everything(there) == kept


def test_what_arrives_otherwise_is_not_kept(
    full: str, places: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there, copied = places(), moving._copied

    def badly(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> int:
        count = copied(reading, writing, table)
        if table.name == "base":
            writing.execute(sa.update(table).values(name="示例他"))
        return count

    monkeypatch.setattr(moving, "_copied", badly)
    with pytest.raises(NotEqual) as refusal:
        move(full, there)
    assert refusal.value.fields == {"table": "base", "row": "1"}
    assert not any(rows for name, rows in everything(there).items() if name != "alembic_version")


def test_no_password_of_a_server_is_told() -> None:
    for url in ("postgresql://chen:geheim@127.0.0.1:1/atlas", "nosuch://chen:geheim@host/atlas", "://chen:geheim@host"):
        with pytest.raises(RegisterUnavailable) as refusal:
            Register(url)
        assert "geheim" not in str(refusal.value)
