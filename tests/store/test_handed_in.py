"""Files beside the register: found by the digest of what is in them."""

from __future__ import annotations

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
