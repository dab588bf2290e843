"""What a browser gets before any page runs: the frame of the app, and an answer for addresses that there are not.

Streamlit's own frame would look for the base of its address by asking below the page's path first, which leaves two
errors in every console, and opens at any address at all, with a dialogue in English. ``BACKEND_BASE_URL`` is what it
offers to pages that are served apart from their server; it says where to ask.
"""

from __future__ import annotations

import json

from starlette.datastructures import Headers, QueryParams
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stations.app.access import doors
from stations.app.access.guard import MACHINES
from stations.model.language import gettext as _

PAGES = ("/", "/coverage", "/siting", "/register", "/import", "/reports", "/accounts")
"""The addresses of the pages, see `main`."""

_FRAME, _HEAD = b'<div id="root">', b"<head>"
_UNWANTED = {b"accept-encoding", b"range", b"if-none-match", b"if-modified-since"}
"""What a browser may ask for of a file, and cannot of one that we write into."""
_BASE = "window.__streamlit = {BACKEND_BASE_URL: location.origin};"
_WATCH = """
new MutationObserver(() => {
  for (const part of document.querySelectorAll("[role=dialog] :is(h1, h2, h3, p, div, span), .stDownloadButton *")) {
    const word = part.childElementCount ? null : words[part.textContent.trim()];
    if (word) part.textContent = word;
  }
}).observe(document, {childList: true, subtree: true});
"""
"""Says in the reader's language what the frame says of a server that is gone, or of a file that was not made: no page
is run then that could."""


class Front:
    """Puts our few lines into the head of Streamlit's frame where there is a page, and says where there is none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asks = scope["type"] == "http" and scope["method"] == "GET"
        opened = asks and "text/html" in Headers(scope=scope).get("accept", "")
        if not opened or scope["path"].startswith(MACHINES):
            await self.app(scope, receive, send)
            return
        answer = _Answer(send)
        plain = [pair for pair in scope["headers"] if pair[0] not in _UNWANTED]
        await self.app({**scope, "headers": plain}, receive, answer.take)
        if answer.start is not None:
            await _made(scope, bytes(answer.body), answer.start)(scope, receive, send)


class _Answer:
    """An answer as it comes in: HTML is kept, everything else goes out at once."""

    def __init__(self, send: Send) -> None:
        self.send, self.body = send, bytearray()
        self.start: Message | None = None

    async def take(self, message: Message) -> None:
        """Take one part of the answer."""
        if message["type"] == "http.response.start" and _is_html(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")


def _is_html(start: Message) -> bool:
    return Headers(raw=list(start["headers"])).get("content-type", "").startswith("text/html")


def _made(scope: Scope, body: bytes, start: Message) -> ASGIApp:
    """Return what goes out in place of an HTML answer; what is not Streamlit's frame stays as it is."""
    headers = {name: value for name, value in Headers(raw=list(start["headers"])).items() if name != "content-length"}
    if _FRAME not in body:
        return HTMLResponse(body, start["status"], headers)
    language = QueryParams(scope["query_string"]).get("lang")
    if scope["path"] not in PAGES:
        return doors.nowhere(language)
    known = {name: value for name, value in headers.items() if name not in {"etag", "last-modified", "accept-ranges"}}
    return HTMLResponse(body.replace(_HEAD, _HEAD + _script(language).encode(), 1), start["status"], known)


def _script(language: str | None) -> str:
    doors.speaking(language)
    said = {
        "Connection error": _("The connection to the server is lost"),
        "Streamlit server is not responding. Are you connected to the internet?": _(
            "The server does not answer. The page goes on by itself as soon as it does; what was saved is safe."
        ),
        "Failed to generate file for download": _(
            "There is no file: you are not signed in any more, or the register cannot be used. Reload the page: it "
            "says which."
        ),
    }
    words = json.dumps(said).replace("<", "\\u003c")
    return f"<script>{_BASE}(() => {{const words = {words};{_WATCH}}})();</script>"
