"""What a database server says when it refuses is told by its kind, and nothing of it that is not for everybody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from stations.model.errors import (
    RegisterBusy,
    RegisterFull,
    RegisterReadOnly,
    RegisterUnavailable,
    ServerAway,
)
from stations.model.language import Language
from stations.store.accounts import Accounts
from stations.store.database import Database, url_of
from stations.store.refusals import refusal
from stations.store.register import Register
from tests.store.test_register import station, write

if TYPE_CHECKING:
    from tests.postgis import Postgis


def name_of(place: str) -> str:
    return urlsplit(place).path.removeprefix("/")


def private(error: RegisterUnavailable, server: Postgis, place: str) -> bool:
    """Return whether the sentence of an error names nothing of the server, and its fields do."""
    told = str(error)
    return not any(word in told for word in (server.folder, name_of(place), "postgres")) and place[-20:] in str(
        error.fields["said"]
    )


def test_a_server_that_another_writer_holds_is_told_as_busy(postgis: Postgis, language: Language) -> None:
    place = postgis.database()
    register, other = Register(place), Accounts(place)
    with register._database.writing(), pytest.raises(RegisterBusy) as refused:
        other.note_at_door("chen", "refused", at=dt.datetime.now(dt.UTC), address=None)
    assert private(refused.value, postgis, place)
    write(register, added=[station("S1")])
    register.close()
    other.close()


def test_a_server_that_lets_nobody_in_is_told_as_away_and_used_again_when_it_is_back(
    postgis: Postgis, language: Language
) -> None:
    place = postgis.database()
    register = Register(place)
    postgis.ask(f"ALTER DATABASE {name_of(place)} ALLOW_CONNECTIONS false;")
    postgis.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name_of(place)}';")
    with pytest.raises(ServerAway) as refused:
        write(register, added=[station("S1")])
    assert private(refused.value, postgis, place)
    postgis.ask(f"ALTER DATABASE {name_of(place)} ALLOW_CONNECTIONS true;")
    write(register, added=[station("S1")])
    register.close()


def test_a_connection_that_is_cut_in_the_middle_is_told_as_away(postgis: Postgis, language: Language) -> None:
    place = postgis.database()
    cut, pids = Database(place), sa.text("SELECT pg_backend_pid()")

    def write_while_it_is_cut() -> None:
        with cut.writing() as connection:
            postgis.ask(f"SELECT pg_terminate_backend({connection.scalar(pids)});")
            connection.execute(pids)

    with pytest.raises(ServerAway) as refused:
        write_while_it_is_cut()
    assert private(refused.value, postgis, place)
    cut.close()


def test_a_server_that_only_reads_is_told_as_read_only(postgis: Postgis, language: Language) -> None:
    place = postgis.database()
    Register(place).close()
    postgis.ask(f"ALTER DATABASE {name_of(place)} SET default_transaction_read_only = on;")
    register = Register(place)
    assert not register.writable()
    with pytest.raises(RegisterReadOnly) as refused:
        write(register, added=[station("S1")])
    assert private(refused.value, postgis, place)
    register.close()


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", RegisterFull),
        ("53300", ServerAway),
        ("40P01", RegisterBusy),
        ("57P03", ServerAway),
        ("28P01", ServerAway),
        ("42501", RegisterUnavailable),
    ],
)
def test_what_a_server_refuses_is_told_by_its_kind(
    postgis: Postgis, state: str, kind: type[RegisterUnavailable], language: Language
) -> None:
    engine = sa.create_engine(url_of(postgis.database()))
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(sa.exc.DBAPIError) as raised, engine.connect() as connection:
        connection.exec_driver_sql(raising)
    engine.dispose()
    assert type(refusal(raised.value, "postgresql://chen@server/atlas")) is kind
    assert "chen@server" not in str(refusal(raised.value, "postgresql://chen@server/atlas"))


def test_an_address_where_no_server_listens_is_told_as_away(language: Language) -> None:
    with pytest.raises(ServerAway):
        Database("postgresql://chen:geheim@127.0.0.1:1/atlas")
