"""What the guard says to whom where the register cannot be used; journeys through it are in `test_door`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from stations.app.access import doors
from stations.app.access.guard import Guard


async def _let_in(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Stand for the app behind the guard: it says nothing."""


async def _nothing() -> Message:
    return {"type": "http.request"}


def asked(path: str, client: str, host: str) -> tuple[int | None, str]:
    """Return status and body of an answer to a request of `client`: of the guard, or of the door."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode()), (b"accept", b"text/html")]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
    scope |= {"client": (client, 1), "server": ("127.0.0.1", 80), "scheme": "http"}

    async def serve() -> None:
        await Guard(_let_in)(scope, _nothing, send)
        if not sent and path == "/login":
            await (await doors.door(Request(scope)))(scope, _nothing, send)

    asyncio.run(serve())
    body = b"".join(message.get("body", b"") for message in sent).decode()
    return sent[0]["status"] if sent else None, body


@pytest.mark.parametrize("path", ["/", "/login"])
def test_where_the_register_is_is_told_on_this_machine_only(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = tmp_path / "register.sqlite3"
    register.write_bytes(b"this is no register " * 400)
    monkeypatch.setenv("STATIONS_DATABASE", str(register))
    monkeypatch.setenv("STATIONS_SIGN_IN", "")
    status, words = asked(path, "10.0.0.9", "atlas.example")
    assert status == 503
    assert words
    assert not any(part in words for part in (tmp_path.name, "register.sqlite3", "/"))
    status, words = asked(path, "127.0.0.1", "localhost")
    assert status is None or str(register) in words  # the pages behind the guard tell
