"""The HTTP routes beside the pages: the map's script and style, the data behind its layers, photos."""

from __future__ import annotations

import asyncio
import gc
import logging
import mimetypes
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stations.app.access import doors, provider
from stations.app.access.guard import Guard, token_of, user_with
from stations.app.served import feeds
from stations.app.served.front import Front
from stations.app.uploading import Uploads
from stations.model.errors import RegisterUnavailable, StationsError
from stations.model.language import as_language, use_language
from stations.model.photos import MEDIA_TYPE
from stations.model.settings import Settings
from stations.planning.backups import watch
from stations.planning.coverage.assess import Question
from stations.planning.importing.import_file import prepare
from stations.planning.maps import draw
from stations.planning.questions import day_from, question_from, today
from stations.planning.records import photos

_LOG = logging.getLogger(__name__)
_FOREVER = "public, max-age=31536000, immutable"  # the address carries the content's hash
_KEPT = "private, max-age=31536000, immutable"  # by the browser of whoever was let in, and by nothing on the way
_ASK_AGAIN = "private, no-cache"  # kept, but only used after the entity tag was compared
_WATCH_EVERY_S = 3600
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'{sockets}; worker-src 'self' blob:; "
    "frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
)
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"x-frame-options", b"SAMEORIGIN"),
]
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?")


def policy(host: str) -> bytes:
    """Return what a page may do and where it may call: this server alone, its websocket too.

    Older browsers take ``'self'`` for no websocket.
    """
    own = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return _POLICY.format(sockets=own).encode()


class SecurityHeaders:
    """Adds to every answer the headers that keep a browser from guessing types and from asking other hosts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name.lower() for name, _value in message["headers"]}
                ours = [*_HEADERS, (b"content-security-policy", policy(Headers(scope=scope).get("host", "")))]
                message["headers"] = [*message["headers"], *(pair for pair in ours if pair[0] not in named)]
            await send(message)

        await self.app(scope, receive, sending)


def asset(request: Request) -> Response:
    """Answer with the map's script or style."""
    found = draw.assets().get(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    body, media_type = found
    return Response(body, media_type=media_type, headers={"Cache-Control": _FOREVER})


def layer(request: Request) -> Response:
    """Answer with the data of one layer, or 304 when the browser has it already."""
    kind, wishes = request.path_params["kind"], request.query_params
    if kind not in draw.LAYERS:
        return Response(status_code=404)
    settings = Settings.from_environment()
    try:
        on = day_from(wishes["on"]) if "on" in wishes else None
        settings = settings.having(city=wishes.get("city"), language=as_language(wishes.get("lang")), on=on)
        body, tag = draw.layer_data(settings, kind, _question(request))
    except StationsError as error:
        use_language(settings.language)
        status = 503 if isinstance(error, RegisterUnavailable) else 400
        return JSONResponse({"error": str(error)}, status_code=status)
    headers = {"ETag": tag, "Cache-Control": _ASK_AGAIN}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _question(request: Request) -> Question | None:
    wishes = request.query_params
    return question_from(wishes) if "radius" in wishes else None


def photo(request: Request) -> Response:
    """Answer with a photo of a record that the visitor sees, or of a form that he fills in, large or small."""
    digest, wishes = request.path_params["digest"], request.query_params
    try:
        on = day_from(wishes["on"]) if "on" in wishes else None
        user = user_with(token_of(request.scope))
        settings = Settings.from_environment().having(city=wishes.get("city"), on=on, user=user)
        body = photos.jpeg(settings, digest, small=request.url.path.startswith(photos.THUMBNAIL))
    except StationsError:
        body = None
    if body is None:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    headers = {"ETag": f'"{digest}"', "Cache-Control": _KEPT}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


@asynccontextmanager
async def started(_app: Any) -> AsyncIterator[None]:
    """Before the first visitor: see that the register is there, and that Windows knows what a script is."""
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("text/css", ".css")
    settings = Settings.from_environment()
    try:
        prepare(settings)
        draw.warm(settings)
    except StationsError as error:  # the pages tell every visitor
        _LOG.warning("%s", error)
    provider.configured()  # where that is not done well, the log says so now
    gc.collect()
    gc.freeze()  # Streamlit looks for garbage after every run: 0.1 s each, unless what is here to stay is left out
    watching = asyncio.create_task(_watching(settings))
    yield
    watching.cancel()


async def _watching(settings: Settings) -> None:
    """Look after the register as long as the server runs."""
    while True:
        try:
            await run_in_threadpool(watch, settings, today=today())
        except StationsError as error:
            _LOG.warning("%s", error)
        await asyncio.sleep(_WATCH_EVERY_S)


ROUTES = [
    Route(f"{draw.ASSETS}/{{name}}", asset),
    Route(f"{draw.DATA}/{{kind}}.json", layer),
    Route(f"{photos.PHOTO}/{{digest}}.jpg", photo),
    Route(f"{photos.THUMBNAIL}/{{digest}}.jpg", photo),
    *feeds.ROUTES,
    *doors.ROUTES,
]
MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Guard),
    Middleware(Uploads),
    Middleware(GZipMiddleware, minimum_size=1024),
    Middleware(Front),
]
