"""The forms the tables have had: forth and back with the data in place, and no form but the last is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from stations.model.acts import Act
from stations.model.photos import Photo
from stations.model.schema import Station
from stations.store import migrations
from stations.store.changes import Changes
from stations.store.database import Database
from stations.store.migrations import FIRST, HEAD, NewerDatabase, migrate, version_of
from stations.store.register import Register
from stations.store.tables import METADATA

CITY = "340400"
OPENED = Station(station_id="S1", name="示例一号", opened_on="2020-05-01", star=3)
UNDATED = Station(station_id="S2", name="示例二号")


@pytest.fixture
def database(place: str) -> Iterator[Database]:
    register = Register(place)
    register.apply([Changes("station", CITY, added=[OPENED, UNDATED])], Act("test"), expected=0)
    changed = OPENED.model_copy(update={"star": 4})
    register.apply([Changes("station", CITY, changed=[changed])], Act("test"), expected=1)
    register.close()
    opened = Database(place)
    yield opened
    opened.close()


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables, whatever the order of their columns."""
    with database.reading() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in METADATA.sorted_tables
        }


def to_first_form(database: Database) -> None:
    with database.rebuilding() as connection:
        migrate(connection, to=FIRST)
        connection.execute(sa.text("DROP TABLE alembic_version"))


def ours(_object: object, name: str, *_more: object) -> bool:
    """Return whether something is in the form, not the points that a server with PostGIS fills in."""
    return not name.endswith("geom") and name != "spatial_ref_sys"


@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_a_new_register_has_the_form_that_the_steps_lead_to(database: Database) -> None:
    to_first_form(database)
    with database.rebuilding() as connection:
        migrate(connection, to=HEAD)
        assert version_of(connection) == HEAD
        assert compare_metadata(MigrationContext.configure(connection, opts={"include_object": ours}), METADATA) == []


def test_the_form_that_is_written_is_that_of_the_last_step() -> None:
    steps = Config()
    steps.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(steps).get_heads() == [HEAD]


@pytest.mark.parametrize("has_it", [True, False])
def test_a_database_with_or_without_keys_for_links_gets_the_next_forms(
    database: Database, place: str, *, has_it: bool
) -> None:
    with database.rebuilding() as connection:
        migrate(connection, to="r0007")
        if has_it:  # as programs wrote it that called it r0007 all the same
            METADATA.tables["link_key"].create(connection)
    database.close()
    register = Register(place)
    assert register.headings("shape") == {}
    register.close()
    again = Database(place)
    with again.reading() as connection:
        assert version_of(connection) == HEAD
        assert sa.inspect(connection).has_table("link_key")
    again.close()


def test_the_first_form_has_neither_cities_nor_days_in_its_history(database: Database) -> None:
    to_first_form(database)
    columns = columns_of(database, "history")
    assert columns == ["pk", "revision", "kind", "record", "action", "before", "after"]
    with database.reading() as connection:
        assert version_of(connection) == FIRST


def test_back_and_forth_nothing_is_lost(database: Database, place: str) -> None:
    tables = everything(database)
    told = rows(database, "SELECT pk, revision, kind, record, action, before, after FROM history ORDER BY pk")
    to_first_form(database)
    assert rows(database, "SELECT * FROM history ORDER BY pk") == told
    database.close()
    register = Register(place)  # opening it is enough
    assert {row["star"] for row in register.stored("station", CITY).values() if "star" in row} == {4}
    register.close()
    again = Database(place)
    assert everything(again) == tables  # the digests, too, which were made anew
    again.close()


def test_a_program_that_knows_no_photos_finds_everything_else_as_it_was(database: Database, place: str) -> None:
    tables = everything(database)
    register, photo = Register(place), Photo(b"large", b"small", 4, 3)
    register.keep_photo(photo, at=dt.datetime.now(dt.UTC))
    seen = OPENED.model_copy(update={"star": 5, "photos": (photo.digest,)})
    register.apply([Changes("station", CITY, changed=[seen])], Act("test"), expected=2)
    register.close()
    with database.rebuilding() as connection:
        migrate(connection, to="r0004")
        assert "photo" not in sa.inspect(connection).get_table_names()
    assert "photos" not in columns_of(database, "draft")
    told = rows(database, "SELECT CAST(before AS TEXT), CAST(after AS TEXT) FROM history")
    assert not [state for row in told for state in row if state and "photos" in state]
    database.close()
    again = Register(place)
    assert again.faults() == []
    assert again.stored("station", CITY)["S1"]["star"] == 5
    again.close()
    assert [row["digest"] for row in everything(database)["revision"]][:2] == [
        row["digest"] for row in tables["revision"]
    ]


def test_an_old_register_gets_room_for_photos_and_has_none(database: Database, place: str) -> None:
    with database.rebuilding() as connection:
        migrate(connection, to="r0004")
    database.close()
    register = Register(place)
    assert register.records("station", CITY)["photos"].to_list() == [[], []]
    assert register.faults() == []
    register.close()


def test_an_old_history_gets_the_days_from_which_its_states_hold(database: Database, place: str) -> None:
    to_first_form(database)
    database.close()
    register = Register(place)
    assert register.records("station", CITY, on=dt.date(2020, 4, 30)).empty
    assert list(register.records("station", CITY, on=dt.date(2020, 5, 1))["star"]) == [3]
    today = dt.datetime.now(dt.UTC).date()
    assert set(register.records("station", CITY, on=today)["station_id"]) == {"S1", "S2"}
    register.close()


def test_the_register_of_a_newer_program_is_left_alone(database: Database, place: str) -> None:
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'r9999'"))
    with pytest.raises(NewerDatabase, match="r9999"):
        Database(place)
    assert rows(database, "SELECT version_num FROM alembic_version") == [("r9999",)]


def test_a_step_that_fails_leaves_the_old_form(database: Database, place: str) -> None:
    to_first_form(database)
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE history SET record = 'nobody'"))  # then no city is found for it
    with pytest.raises(Exception, match=r"(?i)not.null|null value"):
        Database(place)
    assert columns_of(database, "history") == ["pk", "revision", "kind", "record", "action", "before", "after"]
    assert rows(database, "SELECT count(*) FROM history") == [(3,)]


def columns_of(database: Database, table: str) -> list[str]:
    with database.reading() as connection:
        return [column["name"] for column in sa.inspect(connection).get_columns(table)]
