"""The register: whole revisions, kept for good, and nothing personal on the way out."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from stations.model.acts import Act
from stations.model.errors import RegisterUnavailable, SavedAlready
from stations.model.privacy import holds_mobile
from stations.model.schema import IDENTIFIERS, RECORDS, Base, Kind, Station, dump, fields, free_texts
from stations.store import moving
from stations.store.changes import Changes, IdentifierTaken, StaleRecord
from stations.store.database import url_of
from stations.store.register import Register, StaleRevision, UnknownRevision
from tests.postgis import Postgis
from tests.records import valid_records

ROOT = Path(__file__).parents[2]
HUAINAN, ZHENGZHOU = "340400", "410100"
MOBILE, MASKED = "13812345678", "138****5678"


@pytest.fixture
def register(place: str) -> Iterator[Register]:
    opened = Register(place)
    yield opened
    opened.close()


def station(key: str, **known: Any) -> Station:
    return Station(station_id=key, **{"name": f"示例{key}", **known})


def write(register: Register, *, city: str = HUAINAN, kind: Kind = "station", **changes: Any) -> int:
    return register.apply([Changes(kind, city, **changes)], Act("test"), expected=register.revision())


def rows(place: str, query: str) -> list[tuple[Any, ...]]:
    return changed(place, query, changes=False)


def changed(place: str, *statements: str, changes: bool = True) -> list[tuple[Any, ...]]:
    """Do something behind the register's back; the rows that the last statement returns."""
    engine = sa.create_engine(url_of(place))
    with engine.begin() as connection:
        found = [connection.execute(sa.text(statement)) for statement in statements][-1]
        told = [] if changes else [tuple(row) for row in found]
    engine.dispose()
    return told


# --- revisions ------------------------------------------------------------------------------


def test_an_untouched_register_is_at_revision_0_and_empty(register: Register) -> None:
    assert register.revision() == 0
    assert register.revised_at(0) is None
    assert register.records("station", HUAINAN).empty
    assert list(register.records("station", HUAINAN).columns) == [*fields("station"), "photos", "extra"]
    assert register.stored("base", HUAINAN) == {}
    assert register.identifiers("station") == {}


def test_each_change_makes_the_next_revision(register: Register) -> None:
    assert [write(register, added=[station(f"S{number}")]) for number in range(3)] == [1, 2, 3]
    assert register.revision() == 3


def test_a_revision_without_any_change_is_a_fact_too(register: Register) -> None:
    assert register.apply([], Act("init"), expected=0) == 1
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
    assert register.apply(changes, Act("test"), expected=0) == 1
    assert set(register.stored("station", HUAINAN)) == {"S1"}
    assert set(register.stored("base", HUAINAN)) == {"J1"}


def test_a_change_against_another_revision_is_refused_and_writes_nothing(register: Register) -> None:
    write(register, added=[station("S1")])
    with pytest.raises(StaleRevision) as refusal:
        register.apply([Changes("station", HUAINAN, added=[station("S2")])], Act("test"), expected=0)
    assert refusal.value.fields == {"expected": 0, "found": 1}
    assert register.revision() == 1
    assert set(register.stored("station", HUAINAN)) == {"S1"}


def test_a_revision_is_written_whole_or_not_at_all(register: Register, place: str) -> None:
    write(register, city=ZHENGZHOU, added=[station("S1", name="示例郑州")])
    changes = [Changes("station", HUAINAN, added=[station("S2"), station("S1")])]
    with pytest.raises(IdentifierTaken, match="S1"):
        register.apply(changes, Act("test"), expected=1)
    assert register.revision() == 1
    assert register.stored("station", HUAINAN) == {}
    assert rows(place, "SELECT count(*) FROM history") == [(1,)]


def test_a_record_of_another_city_is_never_taken_over(register: Register) -> None:
    write(register, city=ZHENGZHOU, added=[station("S1", name="示例郑州")])
    with pytest.raises(IdentifierTaken, match="S1"):
        write(register, added=[station("S1", name="示例淮南")])
    write(register, removed=["S1"])
    assert register.stored("station", ZHENGZHOU)["S1"]["name"] == "示例郑州"
    assert register.identifiers("station") == {"S1": ZHENGZHOU}


# --- what is kept ---------------------------------------------------------------------------


def test_a_change_replaces_the_whole_record_and_counts_its_versions(register: Register, place: str) -> None:
    write(register, added=[station("S1", address="洞山路 1 号", star=3)])
    write(register, changed=[station("S1", address="洞山路 2 号")])
    assert register.stored("station", HUAINAN)["S1"] == dump(station("S1", address="洞山路 2 号"))
    assert rows(place, "SELECT version, revision FROM station") == [(2, 2)]


def test_a_removed_record_is_out_of_force_but_never_deleted(register: Register, place: str) -> None:
    write(register, added=[station("S1"), station("S2")])
    write(register, removed=["S1"])
    assert list(register.records("station", HUAINAN)["station_id"]) == ["S2"]
    assert set(register.stored("station", HUAINAN)) == {"S2"}
    assert rows(place, "SELECT removed_in FROM station WHERE station_id = 'S1'") == [(2,)]


def test_an_identifier_stays_taken_after_its_record_is_removed(register: Register) -> None:
    write(register, added=[station("S1")])
    write(register, removed=["S1"])
    assert register.identifiers("station") == {"S1": HUAINAN}


def test_a_removed_record_that_comes_back_is_the_same_one(register: Register, place: str) -> None:
    write(register, added=[station("S1")])
    write(register, removed=["S1"])
    write(register, added=[station("S1", star=4)])
    assert register.stored("station", HUAINAN)["S1"]["star"] == 4
    assert rows(place, "SELECT version, removed_in FROM station") == [(3, None)]


def test_the_history_holds_what_was_and_what_became_of_it(register: Register, place: str) -> None:
    write(register, added=[station("S1")])
    write(register, changed=[station("S1", star=2)])
    write(register, removed=["S1"])
    stars = ", ".join(f"CAST({side} ->> 'star' AS INTEGER)" for side in ("before", "after"))
    query = f"SELECT revision, kind, record, action, {stars} FROM history ORDER BY pk"
    assert rows(place, query) == [
        (1, "station", "S1", "added", None, None),
        (2, "station", "S1", "changed", None, 2),
        (3, "station", "S1", "removed", 2, None),
    ]
    assert rows(place, "SELECT before IS NULL, after IS NULL FROM history ORDER BY pk") == [(1, 0), (0, 0), (0, 1)]
    assert rows(place, "SELECT what FROM revision") == [("test",)] * 3


def test_more_records_than_one_query_takes_are_changed_at_once(register: Register, place: str) -> None:
    many = [station(f"S{number}") for number in range(1201)]
    write(register, added=many)
    write(register, changed=[record.model_copy(update={"star": 1}) for record in many])
    assert {row["star"] for row in register.stored("station", HUAINAN).values()} == {1}
    assert rows(place, "SELECT count(*) FROM history WHERE before IS NOT NULL") == [(1201,)]


def test_records_come_in_the_order_in_which_they_were_added(register: Register) -> None:
    write(register, added=[station("S9"), station("S1")])
    write(register, added=[station("S5")], changed=[station("S9", star=1)])
    assert list(register.records("station", HUAINAN)["station_id"]) == ["S9", "S1", "S5"]


def test_cities_share_a_register_without_seeing_each_other(register: Register) -> None:
    write(register, added=[station("S1")])
    write(register, city=ZHENGZHOU, added=[station("Z1")])
    assert list(register.records("station", HUAINAN)["station_id"]) == ["S1"]
    assert list(register.records("station", ZHENGZHOU)["station_id"]) == ["Z1"]


def test_a_register_that_is_opened_again_holds_what_was_acknowledged(register: Register, place: str) -> None:
    write(register, added=[station("S1")])
    again = Register(place)
    assert again.revision() == 1
    assert set(again.stored("station", HUAINAN)) == {"S1"}
    again.close()


@examples(max_examples=30)
@given(edits=st.lists(st.tuples(st.sampled_from(["S1", "S2", "S3", "Z1"]), st.sampled_from([0, 1, 2, 3])), max_size=12))
def test_what_is_followed_is_what_somebody_reads_for_the_first_time(
    edits: list[tuple[str, int]], places: Callable[[], str]
) -> None:
    place = places()
    follower, writer = Register(place), Register(place)
    for key, star in edits:
        city = ZHENGZHOU if key == "Z1" else HUAINAN
        known = key in writer.stored("station", city)
        if star:
            write(writer, city=city, **{"changed" if known else "added": [station(key, star=star, extra={"a": "b"})]})
        elif known:
            write(writer, city=city, removed=[key])
        reader = Register(place)
        for shown in (HUAINAN, ZHENGZHOU):
            pd.testing.assert_frame_equal(follower.records("station", shown), reader.records("station", shown))
        reader.close()
    follower.close()
    writer.close()


def test_what_is_shown_stays_as_it_was_when_somebody_writes_into_it(register: Register) -> None:
    write(register, added=[station("S1")])
    shown = register.records("station", HUAINAN)
    shown["name"] = "示例另一"
    write(register, added=[station("S2")])
    assert list(register.records("station", HUAINAN)["name"]) == ["示例S1", "示例S2"]


def test_a_record_that_was_put_back_behind_the_registers_back_is_shown(register: Register, place: str) -> None:
    write(register, added=[station("S1"), station("S2")])
    write(register, removed=["S1"])
    assert list(register.records("station", HUAINAN)["station_id"]) == ["S2"]
    changed(place, "UPDATE station SET removed_in = NULL, revision = 1")
    assert list(register.records("station", HUAINAN)["station_id"]) == ["S1", "S2"]


@pytest.mark.parametrize("kind", ["station", "base"])
@examples(max_examples=25)
@given(data=st.data())
def test_whatever_is_valid_comes_back_as_it_was(kind: Kind, data: st.DataObject, places: Callable[[], str]) -> None:
    drawn = data.draw(st.lists(valid_records(kind), max_size=4))
    records = [record.model_copy(update={IDENTIFIERS[kind]: f"K{number}"}) for number, record in enumerate(drawn)]
    opened = Register(places())
    write(opened, kind=kind, added=records)
    stored = opened.stored(kind, HUAINAN)
    opened.close()
    assert [type(record).model_validate(stored[f"K{number}"]) for number, record in enumerate(records)] == records
    assert stored == {getattr(record, IDENTIFIERS[kind]): dump(record) for record in records}


def test_the_newest_of_the_log_are_those_of_all_of_it(register: Register) -> None:
    write(register, added=[station(f"S{number}") for number in range(5)])
    for number in range(3):
        write(register, changed=[station(f"S{number}", star=1 + number), station("S4", star=1 + number)])
    write(register, kind="base", added=[Base(base_id="B1", name="示例")])
    for about in ({}, {"kind": "station"}, {"kind": "station", "record": "S4"}, {"kind": "base"}):
        whole = register.log(HUAINAN, **about)
        for last in (1, 2, 4, 100):
            pd.testing.assert_frame_equal(register.log(HUAINAN, **about, last=last), whole.iloc[:last])


# --- acts, versions, submissions --------------------------------------------------------------


def test_a_revision_says_who_made_it_and_why(register: Register) -> None:
    act = Act("edit", who="示例员工", why="示例核实", document_no="示例〔2026〕1号")
    register.apply([Changes("station", HUAINAN, added=[station("S1", contact_phone=MOBILE)])], act)
    (row,) = register.log(HUAINAN).to_dict("records")
    told = {name: row[name] for name in ("revision", "who", "what", "why", "document_no", "record", "action", "before")}
    assert told == {
        "revision": 1,
        "who": "示例员工",
        "what": "edit",
        "why": "示例核实",
        "document_no": "示例〔2026〕1号",
        "record": "S1",
        "action": "added",
        "before": None,
    }
    assert row["after"]["contact_phone"] == MASKED


def test_the_log_of_a_record_is_its_own_newest_first(register: Register) -> None:
    write(register, added=[station("S1"), station("S2")])
    write(register, changed=[station("S1", star=2)])
    assert register.log(HUAINAN, kind="station", record="S1")["action"].to_list() == ["changed", "added"]
    assert len(register.log(HUAINAN)) == 3
    assert register.log(ZHENGZHOU).empty
    assert register.log(HUAINAN, kind="base").empty


def test_an_edit_of_a_version_that_is_gone_overwrites_nothing(register: Register) -> None:
    write(register, added=[station("S1")])
    write(register, changed=[station("S1", star=2)], versions={"S1": 1})
    with pytest.raises(StaleRecord) as refusal:
        write(register, changed=[station("S1", star=5)], versions={"S1": 1})
    assert refusal.value.fields == {"record": "S1", "found": 2}
    assert (register.revision(), register.version("station", HUAINAN, "S1")) == (2, 2)
    assert [register.version("station", HUAINAN, "S1", revision=revision) for revision in (1, 2)] == [None, 2]
    assert register.stored("station", HUAINAN)["S1"]["star"] == 2


def test_a_form_that_is_submitted_twice_is_written_once(register: Register) -> None:
    changes = [Changes("station", HUAINAN, added=[station("S1")])]
    act = Act("edit", submission="one press of the button")
    assert [register.apply(changes, act) for _press in range(3)] == [1, 1, 1]
    assert len(register.log(HUAINAN)) == 1


def test_a_form_that_was_written_with_something_else_in_it_is_refused_and_writes_nothing(register: Register) -> None:
    write(register, added=[station("S1"), station("S2")])
    act = Act("edit", why="示例", submission="one form")
    first = [Changes("station", HUAINAN, changed=[station("S1", star=2)], since=dt.date(2022, 1, 1))]
    assert register.apply(first, act) == 2
    write(register, changed=[station("S1", star=5)])
    assert register.apply(first, act) == 2
    other = [
        [replace(first[0], changed=[station("S1", star=3)])],
        [replace(first[0], changed=[station("S2", star=2)])],
        [replace(first[0], changed=[station("S1", star=2), station("S2", star=2)])],
        [replace(first[0], since=dt.date(2023, 1, 1))],
        [Changes("station", HUAINAN, added=[station("S3", star=2)])],
        [Changes("station", HUAINAN, removed=["S1"])],
    ]
    for changes in other:
        with pytest.raises(SavedAlready) as refusal:
            register.apply(changes, act)
        assert refusal.value.fields == {"revision": 2}
    with pytest.raises(SavedAlready):
        register.apply(first, replace(act, why="示例别的"))
    assert (register.revision(), register.stored("station", HUAINAN)["S1"]["star"]) == (3, 5)


# --- what is not as it was written ----------------------------------------------------------


def lived(register: Register) -> None:
    """Write some lives: records added, changed, corrected, taken out, brought back."""
    write(
        register,
        added=[station("S1", opened_on=dt.date(2020, 1, 1), lon=117.1, lat=32.6, datum="WGS84"), station("S2")],
    )
    write(register, changed=[station("S1", opened_on=dt.date(2021, 1, 1))], since=dt.date(2022, 1, 1))
    write(register, kind="base", added=[Base(base_id="J1", name="示例书屋", kinds=("book_house",))])
    write(register, removed=["S2"])
    write(register, added=[station("S3", facilities={"wifi": "yes"})], removed=["S1"])
    write(register, added=[station("S2", star=4)])


def test_what_is_as_it_was_written_has_no_faults(register: Register) -> None:
    assert register.faults() == []
    lived(register)
    assert register.faults() == []


@pytest.mark.parametrize(
    ("meddled", "named"),
    [
        ("UPDATE station SET name = '示例他' WHERE station_id = 'S3'", {("station", "S3")}),
        ("UPDATE station SET removed_in = NULL WHERE station_id = 'S1'", {("station", "S1")}),
        ("DELETE FROM station WHERE station_id = 'S2'", {("station", "S2")}),
        ("UPDATE base SET kinds = '[]'", {("base", "J1")}),
        ("UPDATE station SET version = 7 WHERE station_id = 'S3'", {("station", "S3")}),
        ("UPDATE station SET revision = 1 WHERE station_id = 'S3'", {("station", "S3")}),
        ("UPDATE station SET removed_in = 1 WHERE station_id = 'S1'", {("station", "S1")}),
        ("UPDATE station SET city = '340500' WHERE station_id = 'S3'", {("station", "S3")}),
        ("UPDATE history SET since = '2019-01-01' WHERE pk = 1", {("history", "1")}),
        ("UPDATE history SET digest = 'x' WHERE pk = 2", {("history", "2"), ("revision", "1")}),
        ("UPDATE revision SET who = '示例他人' WHERE revision = 3", {("revision", "3")}),
        ("UPDATE revision SET made_at = '2020-01-01T00:00:00+00:00' WHERE revision = 6", {("revision", "6")}),
    ],
)
def test_a_row_that_was_meddled_with_is_named(
    register: Register, place: str, meddled: str, named: set[tuple[str, str]]
) -> None:
    lived(register)
    changed(place, meddled)
    assert {(fault.table, fault.row) for fault in register.faults()} == named


def test_what_is_written_as_it_stands_is_no_new_version(register: Register) -> None:
    lived(register)
    before = register.versions("station", HUAINAN)
    write(register, changed=[station("S2", star=4)])
    assert register.versions("station", HUAINAN) == before
    assert register.faults() == []


def test_a_revision_that_was_taken_away_is_missed(register: Register, place: str) -> None:
    lived(register)
    changed(place, "DELETE FROM history WHERE revision = 4", "DELETE FROM revision WHERE revision = 4")
    assert ("revision", "5") in {(fault.table, fault.row) for fault in register.faults()}


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
    empty = {"facilities": {}, "groups": [], "other_honours": [], "photos": [], "extra": {}}
    known = {"station_id": "S2", "name": "示例S2", "tier": "none", **empty}
    shown = register.records("station", HUAINAN).to_dict("records")[1]
    assert {name: value for name, value in shown.items() if value is not None} == known


# --- safety ---------------------------------------------------------------------------------


WRITER = """
import sys
from stations.model.schema import Station
from stations.model.acts import Act
from stations.store.changes import Changes, StaleRecord
from stations.store.register import Register, StaleRevision, UnknownRevision

database, who = sys.argv[1:]
register, written = Register(database), 0
while written < 25:
    changes = Changes("station", "340400", added=[Station(station_id=f"{who}-{written}", name="示例")])
    try:
        register.apply([changes], Act(who), expected=register.revision())
    except StaleRevision:
        continue
    written += 1
"""


def test_two_processes_that_write_at_the_same_time_lose_nothing(place: str) -> None:
    command = [sys.executable, "-c", WRITER, place]
    writers = [subprocess.Popen([*command, who], cwd=ROOT) for who in ("a", "b")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    expected = sorted(f"{who}-{number}" for who in ("a", "b") for number in range(25))
    assert sorted(key for (key,) in rows(place, "SELECT station_id FROM station")) == expected
    assert rows(place, "SELECT count(*), max(revision) FROM revision") == [(50, 50)]
    assert rows(place, "SELECT count(DISTINCT record) FROM history WHERE action = 'added'") == [(50,)]


@pytest.mark.parametrize("url", ["://", "nosuch://host/name", "postgresql+nosuch://host/name"])
def test_an_address_that_leads_nowhere_is_refused_in_words(url: str) -> None:
    with pytest.raises(RegisterUnavailable) as refusal:
        Register(url)
    assert refusal.value.fields["place"] == url


def test_a_server_with_postgis_fills_in_the_points_itself(postgis: Postgis) -> None:
    place = postgis.database()
    register = Register(place)
    write(register, added=[station("S1", lon=117.01, lat=32.6, datum="WGS84"), station("S2")])
    write(register, changed=[station("S1", lon=117.02, lat=32.6, datum="WGS84")])
    register.close()
    query = "SELECT station_id, ST_AsText(geom), ST_SRID(geom) FROM station ORDER BY pk"
    assert rows(place, query) == [("S1", "POINT(117.02 32.6)", 4326), ("S2", None, None)]


def test_a_server_without_postgis_does_as_well(postgis: Postgis) -> None:
    register = Register(postgis.database(template="template0"))
    lived(register)
    assert register.faults() == []
    register.close()


def test_points_are_there_as_soon_as_a_server_has_postgis(postgis: Postgis) -> None:
    place = postgis.database(template="template0")
    register = Register(place)
    write(register, added=[station("S1", lon=117.01, lat=32.6, datum="WGS84")])
    assert moving.without_postgis(place)
    changed(place, "CREATE EXTENSION postgis")
    assert not moving.without_postgis(place)
    assert rows(place, "SELECT ST_AsText(geom) FROM station") == [("POINT(117.01 32.6)",)]
    assert register.faults() == []
    register.close()


def test_the_register_can_be_read_as_it_was_known_after_any_revision(register: Register) -> None:
    first = write(register, added=[station("A", tier="municipal"), station("B")])
    second = write(register, changed=[station("A", tier="national")], since=dt.date(2020, 1, 1))
    third = write(register, removed=["B"])
    known = {
        revision: dict(zip(frame["station_id"], frame["tier"], strict=True))
        for revision in (first, second, third)
        for frame in [register.records("station", HUAINAN, revision=revision)]
    }
    assert known == {
        first: {"A": "municipal", "B": "none"},
        second: {"A": "national", "B": "none"},
        third: {"A": "national"},
    }
    day = dt.date(2021, 1, 1)  # what was learned later about a day was not known then
    assert register.records("station", HUAINAN, on=day, revision=first).empty
    assert list(register.records("station", HUAINAN, on=day)["tier"]) == ["national"]
    assert register.state(second) != register.state()
    with pytest.raises(UnknownRevision):
        register.state(third + 1)


def test_the_register_as_it_is_reads_as_after_its_last_revision(register: Register) -> None:
    write(register, added=[station("A"), station("B", status="planned")])
    write(register, changed=[station("B", status="in_use", status_on="2024-05-01")])
    last = register.revision()
    now = register.records("station", HUAINAN)
    write(register, kind="base", added=[Base(base_id="J", name="示例屋")])
    pd.testing.assert_frame_equal(register.records("station", HUAINAN, revision=last), now)
