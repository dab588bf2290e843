"""Photos in the store: kept once under the digest of their bytes, never lost to a record, and damage is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from stations.model.acts import Act
from stations.model.photos import Photo
from stations.store.accounts import Accounts
from stations.store.changes import Changes, UnknownPhoto
from stations.store.register import Register
from tests.store.test_register import HUAINAN, changed, rows, station, write

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
FRONT, BACK = Photo(b"\xff\xd8front\x00\xff", b"small front", 1600, 1200), Photo(b"\xff\xd8back", b"small back", 4, 3)


@pytest.fixture
def register(place: str) -> Iterator[Register]:
    opened = Register(place)
    for photo in (FRONT, BACK):
        opened.keep_photo(photo, at=NOW)
    yield opened
    opened.close()


def test_a_photo_comes_back_byte_for_byte_large_and_small(register: Register) -> None:
    assert register.picture(FRONT.digest, small=False) == FRONT.content
    assert register.picture(FRONT.digest, small=True) == FRONT.thumbnail
    for nothing in ("0" * 64, "", "x' OR '1'='1"):
        assert register.picture(nothing, small=False) is None


def test_a_photo_that_is_handed_in_again_is_kept_once(register: Register, place: str) -> None:
    register.keep_photo(FRONT, at=LATER)
    kept = rows(place, "SELECT digest, media_type, width, height, kept_at FROM photo ORDER BY width DESC")
    assert kept == [
        (FRONT.digest, "image/jpeg", 1600, 1200, LATER.isoformat()),
        (BACK.digest, "image/jpeg", 4, 3, NOW.isoformat()),
    ]


def test_photos_are_part_of_a_record_of_its_history_and_of_every_day(register: Register) -> None:
    write(register, added=[station("S1", opened_on=dt.date(2020, 1, 1), photos=(FRONT.digest,))])
    write(register, changed=[station("S1", opened_on=dt.date(2020, 1, 1), photos=(FRONT.digest, BACK.digest), star=3)])
    days = {day: register.records("station", HUAINAN, on=day)["photos"].to_list() for day in (dt.date(2020, 1, 1),)}
    assert list(days.values()) == [[[FRONT.digest]]]
    assert register.records("station", HUAINAN)["photos"].to_list() == [[FRONT.digest, BACK.digest]]
    assert register.stored("station", HUAINAN)["S1"]["photos"] == [FRONT.digest, BACK.digest]
    before = register.state_of("station", HUAINAN, "S1", revision=1)
    assert before is not None
    assert before["photos"] == [FRONT.digest]
    assert register.faults() == []


def test_a_record_with_a_photo_that_is_not_kept_is_not_written(register: Register) -> None:
    for kind in ("added", "changed"):
        with pytest.raises(UnknownPhoto, match="示例S1"):
            write(register, **{kind: [station("S1", photos=(FRONT.digest, "0" * 64))]})
    assert register.revision() == 0


@pytest.mark.parametrize(
    ("meddled", "named"),
    [
        ("UPDATE photo SET content = thumbnail WHERE width = 4", {("photo", BACK.digest)}),
        ("UPDATE photo SET thumbnail = content WHERE width = 4", {("photo", BACK.digest)}),
        ("DELETE FROM photo WHERE width = 4", {("history", "2")}),
        (f"UPDATE photo SET digest = '{'0' * 64}' WHERE width = 4", {("photo", "0" * 64), ("history", "2")}),
    ],
)
def test_a_photo_that_was_meddled_with_is_named(
    register: Register, place: str, meddled: str, named: set[tuple[str, str]]
) -> None:
    write(register, added=[station("S1", photos=(FRONT.digest,))])
    write(register, changed=[station("S1", photos=(BACK.digest,))])
    assert register.faults() == []
    changed(place, meddled)
    assert {(fault.table, fault.row) for fault in register.faults()} == named


def test_a_flipped_bit_in_a_photo_is_found(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite3"
    register, photo = Register(str(path)), Photo(b"\xff\xd8" + b"needle" * 5_000, b"small", 4, 3)
    register.keep_photo(photo, at=NOW)
    register.close()
    whole = path.read_bytes()
    at = whole.index(b"needle" * 20) + 60
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    again = Register(str(path))
    assert [(fault.table, fault.row) for fault in again.faults()] == [("photo", photo.digest)]
    again.close()


def test_only_what_no_record_ever_had_and_no_form_holds_is_forgotten(register: Register, place: str) -> None:
    chosen, unsaved = Photo(b"chosen", b"s", 1, 1), Photo(b"unsaved", b"s", 1, 1)
    fresh = Photo(b"fresh", b"s", 1, 1)
    for photo, at in ((chosen, NOW), (unsaved, NOW), (fresh, LATER)):
        register.keep_photo(photo, at=at)
    accounts = Accounts(place)
    draft = {"submission": "a", "who": "chen", "kind": "station", "record": None, "version": None, "entered": {}}
    accounts.keep_draft({**draft, "photos": [chosen.digest]}, at=NOW)
    write(register, added=[station("S1", photos=(FRONT.digest,))])
    write(register, changed=[station("S1", photos=(BACK.digest,))])
    write(register, removed=["S1"])
    assert register.forget_unused_photos(before=LATER) == 1
    assert register.picture(unsaved.digest, small=False) is None
    for photo in (FRONT, BACK, chosen, fresh):
        assert register.picture(photo.digest, small=False) == photo.content
    accounts.drop_draft("a", "chen")
    accounts.close()
    assert register.forget_unused_photos(before=LATER + dt.timedelta(seconds=1)) == 2
    assert register.faults() == []


def test_a_backup_holds_the_photos(tmp_path: Path) -> None:
    register = Register(str(tmp_path / "register.sqlite3"))
    register.keep_photo(FRONT, at=NOW)
    register.apply([Changes("station", HUAINAN, added=[station("S1", photos=(FRONT.digest,))])], Act("test"))
    register.back_up(tmp_path / "backup.sqlite3")
    copy = Register(str(tmp_path / "backup.sqlite3"))
    assert (copy.picture(FRONT.digest, small=False), copy.faults()) == (FRONT.content, [])
    copy.close()
    register.close()
