"""The register: whole revisions, kept for good, and nothing personal on the way out."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from stations.model.errors import RegisterUnavailable
from stations.model.privacy import holds_mobile
from stations.model.schema import IDENTIFIERS, RECORDS, Base, Kind, Station, dump, fields, free_texts
from stations.store.changes import Changes
from stations.store.register import Register, StaleRevision
from tests.records import valid_records

ROOT = Path(__file__).parents[2]
HUAINAN, ZHENGZHOU = "340400", "410100"
MOBILE, MASKED = "13812345678", "138****5678"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite3"


@pytest.fixture
def register(database: Path) -> Iterator[Register]:
    opened = Register(str(database))
    yield opened
    opened.close()


def station(key: str, **known: Any) -> Station:
    return Station(station_id=key, **{"name": f"示例{key}", **known})


def write(register: Register, *, city: str = HUAINAN, kind: Kind = "station", **changes: Any) -> int:
    return register.apply([Changes(kind, city, **changes)], what="test", expected=register.revision())


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


# --- revisions ------------------------------------------------------------------------------


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


def test_an_untouched_register_is_at_revision_0_and_empty(register: Register) -> None:
    assert register.revision() == 0
    assert register.revised_at(0) is None
    assert register.records("station", HUAINAN).empty
    assert list(register.records("station", HUAINAN).columns) == [*fields("station"), "extra"]
    assert register.stored("base", HUAINAN) == {}
    assert register.identifiers("station") == {}


def test_each_change_makes_the_next_revision(register: Register) -> None:
    assert [write(register, added=[station(f"S{number}")]) for number in range(3)] == [1, 2, 3]
    assert register.revision() == 3


def test_a_revision_without_any_change_is_a_fact_too(register: Register) -> None:
    assert register.apply([], what="init", expected=0) == 1
    assert register.revision() == 1


def test_a_revision_knows_when_it_was_made(register: Register) -> None:
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    write(register, added=[station("S1")])
    made_at = register.revised_at(1)
    assert made_at is not None
    assert before <= made_at <= dt.datetime.now(dt.UTC)


def test_stations_and_bases_of_one_revision_are_written_together(register: Register) -> None:
    base = Base(base_id="J1", name="示例书屋")
    changes = [Changes("station", HUAINAN, added=[station("S1")]), Changes("base", HUAINAN, added=[base])]
    assert register.apply(changes, what="test", expected=0) == 1
    assert set(register.stored("station", HUAINAN)) == {"S1"}
    assert set(register.stored("base", HUAINAN)) == {"J1"}


def test_a_change_against_another_revision_is_refused_and_writes_nothing(register: Register) -> None:
    write(register, added=[station("S1")])
    with pytest.raises(StaleRevision) as refusal:
        register.apply([Changes("station", HUAINAN, added=[station("S2")])], what="test", expected=0)
    assert refusal.value.fields == {"expected": 0, "found": 1}
    assert register.revision() == 1
    assert set(register.stored("station", HUAINAN)) == {"S1"}


def test_a_revision_is_written_whole_or_not_at_all(register: Register, database: Path) -> None:
    write(register, city=ZHENGZHOU, added=[station("S1", name="示例郑州")])
    changes = [Changes("station", HUAINAN, added=[station("S2"), station("S1")])]
    with pytest.raises(RegisterUnavailable):
        register.apply(changes, what="test", expected=1)
    assert register.revision() == 1
    assert register.stored("station", HUAINAN) == {}
    assert rows(database, "SELECT count(*) FROM history") == [(1,)]


def test_a_record_of_another_city_is_never_taken_over(register: Register) -> None:
    write(register, city=ZHENGZHOU, added=[station("S1", name="示例郑州")])
    with pytest.raises(RegisterUnavailable):
        write(register, added=[station("S1", name="示例淮南")])
    write(register, removed=["S1"])
    assert register.stored("station", ZHENGZHOU)["S1"]["name"] == "示例郑州"
    assert register.identifiers("station") == {"S1": ZHENGZHOU}


# --- what is kept ---------------------------------------------------------------------------


def test_a_change_replaces_the_whole_record_and_counts_its_versions(register: Register, database: Path) -> None:
    write(register, added=[station("S1", address="洞山路 1 号", star=3)])
    write(register, changed=[station("S1", address="洞山路 2 号")])
    assert register.stored("station", HUAINAN)["S1"] == dump(station("S1", address="洞山路 2 号"))
    assert rows(database, "SELECT version, revision FROM station") == [(2, 2)]


def test_a_removed_record_is_out_of_force_but_never_deleted(register: Register, database: Path) -> None:
    write(register, added=[station("S1"), station("S2")])
    write(register, removed=["S1"])
    assert list(register.records("station", HUAINAN)["station_id"]) == ["S2"]
    assert set(register.stored("station", HUAINAN)) == {"S2"}
    assert rows(database, "SELECT removed_in FROM station WHERE station_id = 'S1'") == [(2,)]


def test_an_identifier_stays_taken_after_its_record_is_removed(register: Register) -> None:
    write(register, added=[station("S1")])
    write(register, removed=["S1"])
    assert register.identifiers("station") == {"S1": HUAINAN}


def test_a_removed_record_that_comes_back_is_the_same_one(register: Register, database: Path) -> None:
    write(register, added=[station("S1")])
    write(register, removed=["S1"])
    write(register, added=[station("S1", star=4)])
    assert register.stored("station", HUAINAN)["S1"]["star"] == 4
    assert rows(database, "SELECT version, removed_in FROM station") == [(3, None)]


def test_the_history_holds_what_was_and_what_became_of_it(register: Register, database: Path) -> None:
    write(register, added=[station("S1")])
    write(register, changed=[station("S1", star=2)])
    write(register, removed=["S1"])
    query = "SELECT revision, kind, record, action, before ->> 'star', after ->> 'star' FROM history ORDER BY pk"
    assert rows(database, query) == [
        (1, "station", "S1", "added", None, None),
        (2, "station", "S1", "changed", None, 2),
        (3, "station", "S1", "removed", 2, None),
    ]
    assert rows(database, "SELECT before IS NULL, after IS NULL FROM history ORDER BY pk") == [(1, 0), (0, 0), (0, 1)]
    assert rows(database, "SELECT what FROM revision") == [("test",)] * 3


def test_more_records_than_one_query_takes_are_changed_at_once(register: Register, database: Path) -> None:
    many = [station(f"S{number}") for number in range(1201)]
    write(register, added=many)
    write(register, changed=[record.model_copy(update={"star": 1}) for record in many])
    assert {row["star"] for row in register.stored("station", HUAINAN).values()} == {1}
    assert rows(database, "SELECT count(*) FROM history WHERE before IS NOT NULL") == [(1201,)]


def test_records_come_in_the_order_in_which_they_were_added(register: Register) -> None:
    write(register, added=[station("S9"), station("S1")])
    write(register, added=[station("S5")], changed=[station("S9", star=1)])
    assert list(register.records("station", HUAINAN)["station_id"]) == ["S9", "S1", "S5"]


def test_cities_share_a_register_without_seeing_each_other(register: Register) -> None:
    write(register, added=[station("S1")])
    write(register, city=ZHENGZHOU, added=[station("Z1")])
    assert list(register.records("station", HUAINAN)["station_id"]) == ["S1"]
    assert list(register.records("station", ZHENGZHOU)["station_id"]) == ["Z1"]


def test_a_register_that_is_opened_again_holds_what_was_acknowledged(register: Register, database: Path) -> None:
    write(register, added=[station("S1")])
    again = Register(str(database))
    assert again.revision() == 1
    assert set(again.stored("station", HUAINAN)) == {"S1"}
    again.close()


@pytest.mark.parametrize("kind", ["station", "base"])
@examples(max_examples=25)
@given(data=st.data())
def test_whatever_is_valid_comes_back_as_it_was(
    kind: Kind, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    drawn = data.draw(st.lists(valid_records(kind), max_size=4))
    records = [record.model_copy(update={IDENTIFIERS[kind]: f"K{number}"}) for number, record in enumerate(drawn)]
    opened = Register(str(tmp_path_factory.mktemp("round") / "register.sqlite3"))
    write(opened, kind=kind, added=records)
    stored = opened.stored(kind, HUAINAN)
    opened.close()
    assert [type(record).model_validate(stored[f"K{number}"]) for number, record in enumerate(records)] == records
    assert stored == {getattr(record, IDENTIFIERS[kind]): dump(record) for record in records}


# --- the past -------------------------------------------------------------------------------


def on(register: Register, day: str, **wanted: Any) -> dict[str, Any]:
    frame = register.records("station", HUAINAN, on=dt.date.fromisoformat(day))
    return dict(zip(frame["station_id"], frame[wanted.get("field", "address")], strict=True))


def test_the_register_of_a_past_day_holds_what_there_was_then(register: Register) -> None:
    opened = dt.date(2020, 1, 1)
    write(register, added=[station("S1", opened_on=opened, address="甲路"), station("S2")])
    write(register, changed=[station("S1", opened_on=opened, address="乙路")], since=dt.date(2022, 6, 1))
    assert on(register, "2019-12-31") == {}
    assert on(register, "2020-01-01") == on(register, "2022-05-31") == {"S1": "甲路"}
    assert on(register, "2022-06-01") == {"S1": "乙路"}
    assert on(register, "9999-12-31") == {"S1": "乙路", "S2": None}


def test_the_register_of_today_is_the_register(register: Register) -> None:
    write(register, added=[station("S9", opened_on=dt.date(2020, 1, 1), facilities={"wifi": "yes"}), station("S1")])
    write(register, added=[station("S5", contact_phone=MOBILE, extra={"手机": MOBILE})], removed=["S1"])
    now = register.records("station", HUAINAN)
    assert register.records("station", HUAINAN, on=dt.date(9999, 12, 31)).equals(now)
    assert list(now["station_id"]) == ["S9", "S5"]


def test_what_was_taken_out_was_never_there(register: Register) -> None:
    write(register, added=[station("S1", opened_on=dt.date(2020, 1, 1))])
    write(register, removed=["S1"])
    assert on(register, "2021-01-01") == {}


def test_the_past_of_another_city_is_its_own(register: Register) -> None:
    write(register, city=ZHENGZHOU, added=[station("Z1", opened_on=dt.date(2020, 1, 1))])
    assert on(register, "2021-01-01") == {}


def test_many_records_have_a_past(register: Register) -> None:
    many = [station(f"S{number}", opened_on=dt.date(2020, 1, 1), star=1) for number in range(1201)]
    write(register, added=many)
    write(register, changed=[record.model_copy(update={"star": 2}) for record in many], since=dt.date(2021, 1, 1))
    assert set(on(register, "2020-12-31", field="star").values()) == {1}
    assert list(on(register, "2021-01-01", field="star").values()) == [2] * 1201


# --- personal data --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["station", "base"])
def test_a_mobile_number_in_any_text_is_masked_in_records(register: Register, kind: Kind) -> None:
    texts = dict.fromkeys(free_texts(kind), f"电话 {MOBILE}")
    given = {**texts, IDENTIFIERS[kind]: "K1", "extra": {"手机": MOBILE}}
    write(register, kind=kind, added=[RECORDS[kind].model_validate(given)])
    (shown,) = register.records(kind, HUAINAN).to_dict("records")
    assert {name: shown[name] for name in texts} == dict.fromkeys(texts, f"电话 {MASKED}")
    assert shown["extra"] == {"手机": MASKED}
    assert not any(holds_mobile(str(value)) for value in shown.values())


def test_landlines_and_unknown_values_stay_as_they_are(register: Register) -> None:
    landline = "0371-55269597"
    write(register, added=[station("S1"), station("S2", contact_phone=landline), station("S3", contact_phone=MOBILE)])
    assert register.records("station", HUAINAN)["contact_phone"].to_list() == [None, landline, MASKED]


def test_the_number_itself_is_kept_in_the_store(register: Register) -> None:
    write(register, added=[station("S1", contact_phone=MOBILE)])
    assert register.stored("station", HUAINAN)["S1"]["contact_phone"] == MOBILE


def test_unknown_values_of_every_field_come_out_as_none(register: Register) -> None:
    write(
        register, added=[station("S1", star=3, lon=117, lat=32.6, datum="WGS84", opening_hours="24小时"), station("S2")]
    )
    known = {"station_id": "S2", "name": "示例S2", "tier": "none", "facilities": {}, "groups": [], "extra": {}}
    shown = register.records("station", HUAINAN).to_dict("records")[1]
    assert {name: value for name, value in shown.items() if value is not None} == known


# --- safety ---------------------------------------------------------------------------------


def test_the_log_is_written_ahead_and_every_revision_reaches_the_disk(register: Register, database: Path) -> None:
    with register._database.reading() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000, "foreign_keys": 1}
    assert rows(database, "PRAGMA journal_mode") == [("wal",)]


def test_a_reader_is_not_held_up_by_a_writer_at_work(register: Register, database: Path) -> None:
    write(register, added=[station("S1")])
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM station")
    assert set(register.stored("station", HUAINAN)) == {"S1"}
    writer.execute("ROLLBACK")
    writer.close()


WRITER = """
import sys
from stations.model.schema import Station
from stations.store.changes import Changes
from stations.store.register import Register, StaleRevision

database, who = sys.argv[1:]
register, written = Register(database), 0
while written < 25:
    changes = Changes("station", "340400", added=[Station(station_id=f"{who}-{written}", name="示例")])
    try:
        register.apply([changes], what=who, expected=register.revision())
    except StaleRevision:
        continue
    written += 1
"""


def test_two_processes_that_write_at_the_same_time_lose_nothing(database: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(database)]
    writers = [subprocess.Popen([*command, who], cwd=ROOT) for who in ("a", "b")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    expected = sorted(f"{who}-{number}" for who in ("a", "b") for number in range(25))
    assert sorted(key for (key,) in rows(database, "SELECT station_id FROM station")) == expected
    assert rows(database, "SELECT count(*), max(revision) FROM revision") == [(50, 50)]
    assert rows(database, "SELECT count(DISTINCT record) FROM history WHERE action = 'added'") == [(50,)]


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


@pytest.mark.parametrize("url", ["://", "nosuch://host/name", "postgresql+nosuch://host/name"])
def test_an_address_that_leads_nowhere_is_refused_in_words(url: str) -> None:
    with pytest.raises(RegisterUnavailable) as refusal:
        Register(url)
    assert refusal.value.fields["place"] == url


def test_a_register_that_may_only_be_read_is_read_and_not_written(register: Register, database: Path) -> None:
    write(register, added=[station("S1")])
    read_only = Register(f"sqlite:///file:{database}?mode=ro&uri=true")
    assert set(read_only.stored("station", HUAINAN)) == {"S1"}
    with pytest.raises(RegisterUnavailable):
        write(read_only, added=[station("S2")])
    assert read_only.revision() == 1
    read_only.close()
