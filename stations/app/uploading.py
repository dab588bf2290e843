"""A field for files: its words in the reader's language, and what the server keeps of what was handed in."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from stations.model.language import gettext as _

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

MOST_KEPT_BYTES = 256 * 1024**2
"""Of one visit's files, together: Streamlit limits each, keeps all in memory, and takes any number."""

_DOOR = "/_stcore/upload_file/"


class Uploads:
    """Turns away a file that is too much for one visit, before anything of it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(_DOOR):
            await self.app(scope, receive, send)
            return
        visit, size = (
            scope["path"].removeprefix(_DOOR).partition("/")[0],
            Headers(scope=scope).get("content-length", ""),
        )
        if not (size.isascii() and size.isdecimal()):
            await PlainTextResponse("Length required", status_code=411)(scope, receive, send)
        elif _kept(visit) + self._coming[visit] + int(size[:20]) > MOST_KEPT_BYTES:
            await PlainTextResponse("Too much for one visit", status_code=413)(scope, receive, send)
        else:
            self._coming[visit] += int(size)
            try:
                await self.app(scope, receive, send)
            finally:
                self._coming[visit] -= int(size)
                self._coming += Counter()  # forgets who has nothing on the way


def _kept(visit: str) -> int:
    """Return how many bytes of files the server keeps for a visit."""
    manager: Any = Runtime.instance().uploaded_file_mgr
    return sum(len(file.data) for file in list(manager.file_storage.get(visit, {}).values()))


def field(place: str, *, add: str, limits: str, refused: str | None = None, **looks: Any) -> Any:
    """Show a field for files, its words in the reader's language: Streamlit's own are English only.

    `add` stands on its button, `limits` beside it, `refused` below what is no such file; `looks` are those of
    `st.file_uploader`.
    """
    words = {"add": add, "limits": limits, "refused": refused or _refused(limits)}
    given = "".join(f"--atlas-{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in words.items())
    with st.container(key=f"file-{place}"):
        st.html(f"<style>.st-key-file-{place} {{{given}}}</style>")
        return st.file_uploader(add, label_visibility="collapsed", **looks)


def _refused(limits: str) -> str:
    return _("Not read. What can be read: {limits}.").format(limits=limits)


def forget(file: UploadedFile) -> None:
    """Let the server forget the file itself, which it would keep as long as the visit lasts."""
    context = get_script_run_ctx()
    manager: Any = context.uploaded_file_mgr if context else None
    if context and hasattr(manager, "remove_file"):  # that of the server in memory has it
        manager.remove_file(context.session_id, file.file_id)
