"""What the server takes of one visit: so many bytes of files, and no more."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.runtime import Runtime

from stations.app.uploading import MOST_KEPT_BYTES, Uploads

VISIT = "/_stcore/upload_file/visit-1/file-{}"


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, SimpleNamespace]]:
    """Return what Streamlit keeps, by visit and file."""
    kept: dict[str, dict[str, SimpleNamespace]] = {}
    manager = SimpleNamespace(uploaded_file_mgr=SimpleNamespace(file_storage=kept))
    monkeypatch.setattr(Runtime, "instance", lambda: manager)
    return kept


def put(uploads: Uploads, size: int | None, path: str = VISIT.format(1), method: str = "PUT") -> int | None:
    """Return the status with which a file is turned away; ``None`` where it is let in."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [] if size is None else [(b"content-length", str(size).encode())]
    scope: Scope = {"type": "http", "method": method, "path": path, "headers": headers}
    asyncio.run(uploads(scope, _nothing, send))
    return sent[0]["status"] if sent else None


async def _nothing() -> Message:
    return {"type": "http.request"}


async def _let_in(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Stand for the app behind."""


def test_a_visit_may_hand_in_so_much_and_no_more(files: dict[str, dict[str, SimpleNamespace]]) -> None:
    uploads = Uploads(_let_in)
    assert put(uploads, MOST_KEPT_BYTES) is None
    assert put(uploads, MOST_KEPT_BYTES + 1) == 413
    files["visit-1"] = {"file-1": SimpleNamespace(data=bytes(1000))}
    assert put(uploads, MOST_KEPT_BYTES - 1000) is None
    assert put(uploads, MOST_KEPT_BYTES - 999) == 413
    assert put(uploads, MOST_KEPT_BYTES, VISIT.replace("visit-1", "visit-2").format(1)) is None


def test_a_file_that_does_not_say_how_large_it_is_is_not_read() -> None:
    uploads = Uploads(_let_in)
    assert put(uploads, None) == 411
    assert put(uploads, -5) == 411


def test_nothing_but_files_is_looked_at() -> None:
    uploads = Uploads(_let_in)
    assert put(uploads, MOST_KEPT_BYTES + 1, "/atlas/data/stations.json") is None
    assert put(uploads, MOST_KEPT_BYTES + 1, method="GET") is None


def test_what_is_on_its_way_counts() -> None:
    inner: list[int | None] = []

    async def slow(_scope: Scope, _receive: Receive, _send: Send) -> None:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        size = str(MOST_KEPT_BYTES // 2 + 1).encode()
        other: Scope = {
            "type": "http",
            "method": "PUT",
            "path": VISIT.format(2),
            "headers": [(b"content-length", size)],
        }
        await uploads(other, _nothing, send)
        inner.append(sent[0]["status"] if sent else None)

    uploads = Uploads(slow)
    assert put(uploads, MOST_KEPT_BYTES // 2) is None
    assert inner == [413]
    assert put(Uploads(_let_in), MOST_KEPT_BYTES) is None
