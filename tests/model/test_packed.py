"""An archive is judged by its directory, before anything is unpacked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stations.model import packed
from stations.model.errors import BadFile
from stations.model.packed import require_harmless
from tests.hostile.corpus import locked, overlapping, with_link, zipped


@pytest.fixture(autouse=True)
def spoken(english: None) -> None:
    """Speak English, so that a test can name the words it expects."""


HONEST = zipped([("a.txt", "hello"), ("数据/b.txt", "hello"), ("a..b/..c.txt", ""), ("folder/", "")])
DAMAGED = BadFile(file="a.zip", reason="damaged", remedy="again")


def names(data: bytes) -> list[str]:
    return require_harmless(data, "a.zip", damaged=DAMAGED, remedy="again")


def test_an_honest_archive_is_harmless() -> None:
    assert names(HONEST) == ["a.txt", "数据/b.txt", "a..b/..c.txt", "folder/"]
    assert names(b"%PDF-1.7 or anything else before it" + HONEST) == names(HONEST)
    assert names(zipped([])) == []


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: with_link(HONEST, "link", "/etc/passwd"), "link"),
        (lambda: locked(HONEST), "password"),
        (lambda: overlapping(HONEST), "inside the other"),
        (lambda: zipped([("a", bytes(40_000_000))]), "unpack"),
        (lambda: b"PK\x03\x04", "damaged"),
        (lambda: HONEST[:-30], "damaged"),
        (lambda: b"", "damaged"),
        *(
            (lambda name=name: zipped([(name, "")]), "out of its folder")
            for name in ("../a", "a/../../b", "/a", "\\a", "C:\\a", "c:a", "a\\..\\b", "..")
        ),
    ],
)
def test_harm_is_named(made: Callable[[], bytes], words: str) -> None:
    with pytest.raises(BadFile, match=words):
        names(made())


def test_many_files_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_MEMBERS", 3)
    with pytest.raises(BadFile, match="4"):
        names(HONEST)
