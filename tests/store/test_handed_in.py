"""Files beside the register: found by the digest of what is in them."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from stations.model.errors import NotWritten
from stations.store import handed_in


def test_a_file_is_kept_beside_its_register_under_its_digest(tmp_path: Path) -> None:
    database = str(tmp_path / "register.sqlite3")
    digest = handed_in.keep(database, "hosts", b"content")
    path = handed_in.place_of(database, digest, "hosts")
    assert path.read_bytes() == b"content"
    assert path.is_relative_to(tmp_path)
    assert handed_in.keep(database, "hosts", b"content") == digest
    assert handed_in.keep(database, "hosts", b"other") != digest
    assert [each.name for each in path.parent.iterdir()] == ["hosts"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "handed-in").write_text("a file where a folder should be")
    with pytest.raises(NotWritten):
        handed_in.keep(str(tmp_path / "register.sqlite3"), "hosts", b"content")


def test_what_was_not_used_for_long_is_forgotten_but_for_what_is_named(tmp_path: Path) -> None:
    database, long_ago = str(tmp_path / "register.sqlite3"), dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp()
    old, named, used, new = (handed_in.keep(database, "land", text) for text in (b"old", b"named", b"used", b"new"))
    paths = {digest: handed_in.place_of(database, digest, "land") for digest in (old, named, used, new)}
    for digest in (old, named, used):
        for path in (paths[digest], paths[digest].parent):
            os.utime(path, (long_ago, long_ago))
    handed_in.used(paths[used])
    other = paths[old].parent.parent / "not a digest"
    other.mkdir()
    os.utime(other, (long_ago, long_ago))
    handed_in.forget(database, but={named}, before=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    assert {digest for digest, path in paths.items() if path.is_file()} == {named, used, new}
    assert other.is_dir()
    handed_in.forget(str(tmp_path / "nothing.sqlite3"), but=(), before=dt.datetime.now(dt.UTC))
