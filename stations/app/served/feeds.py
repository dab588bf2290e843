"""The routes that other programs embed: GeoJSON, pictures, and OGC API - Features."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stations.app.access.guard import token_of, user_with
from stations.app.served.pictures import Pictures
from stations.model.accounts import Role, User
from stations.model.errors import RegisterUnavailable, StationsError
from stations.model.language import use_language
from stations.model.settings import Settings
from stations.planning.access.accounts import asks_for_sign_in
from stations.planning.access.links import LINKED, is_link
from stations.planning.publishing import ogc
from stations.planning.publishing.downloads import fetched
from stations.planning.publishing.feeds import (
    FEED,
    SNAPSHOT,
    NoSuchAddress,
    Picture,
    TooBusy,
    TooManyFeatures,
    feed_at,
    language_in,
    picture_at,
    tagged,
)
from stations.planning.publishing.ogc_api import api
from stations.planning.questions import today

Page = Callable[[ogc.Asked, Mapping[str, str]], ogc.Document]

_PICTURES = Pictures()
_MEDIA_TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
_PLAIN = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a picture may do where it is opened by itself: nothing but be seen."""
_STATUS: Mapping[type[StationsError], int] = {
    NoSuchAddress: 404,
    TooManyFeatures: 413,
    RegisterUnavailable: 503,
    TooBusy: 503,
}
_CODES = {400: "InvalidParameterValue", 404: "NotFound"}


def feed(request: Request) -> Response:
    """Answer with a GeoJSON FeatureCollection, or 304 when the client has it already."""
    settings = Settings.from_environment()
    try:
        found = feed_at(settings, request.path_params["name"], request.url.query)
        return _kept(request, found.tag) or _answer(request, found.body, tag=found.tag, media_type=ogc.GEOJSON)
    except StationsError as error:
        return refused(request.url.query, settings, error)


async def snapshot(request: Request) -> Response:
    """Answer with a picture, or 304 when the client has it already: it need not even be drawn then."""
    settings = Settings.from_environment()
    try:
        picture, tag, known = await run_in_threadpool(_picture, request, settings)
        if known is not None:
            return known
        drawn = asyncio.wrap_future(_PICTURES.drawn(tag, picture.draw))
        body = await asyncio.shield(drawn)  # others may wait for the same
        answer = await run_in_threadpool(_answer, request, body, tag=tag, media_type=_MEDIA_TYPES[picture.wish.format])
        answer.headers["Content-Security-Policy"] = _PLAIN
        return answer
    except StationsError as error:
        return refused(request.url.query, settings, error)


def _picture(request: Request, settings: Settings) -> tuple[Picture, str, Response | None]:
    picture = picture_at(settings, request.path_params["name"], request.url.query)
    tag = picture.tag()  # of the register as it is now
    return picture, tag, _kept(request, tag)


def features(make: Page, media_type: str, request: Request) -> Response:
    """Answer with one document of OGC API - Features, or 304 when the client has it already."""
    settings, words = Settings.from_environment(), request.path_params
    prefix = LINKED.format(**words) if "signature" in words else ogc.OGC
    base = f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}{prefix}"
    try:
        name = ogc.collection_named(words["name"]) if "name" in words else None
        asked = ogc.asked_at(settings, base, request.url.query, name=name, page=make is _items)
        body, tag = tagged(make(asked, words))
        return _kept(request, tag) or _answer(request, body, tag=tag, media_type=media_type)
    except StationsError as error:
        return refused(request.url.query, settings, error)


def refused(query: str, settings: Settings, error: StationsError, *, status: int | None = None) -> Response:
    """Return a refusal in words, in the language that the address asks for."""
    use_language(language_in(query, settings))
    status = status or _STATUS.get(type(error), 400)
    document = {"code": _CODES.get(status, str(status)), "description": str(error), "error": str(error)}
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "30"} if status == 503 else {})
    return JSONResponse(document, status_code=status, headers=headers)


def _kept(request: Request, tag: str) -> Response | None:
    """Return 304 where the client names the entity tag as one it has."""
    named = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    return Response(status_code=304, headers=_headers(request, tag)) if named & {tag, "*"} else None


def _answer(request: Request, body: bytes, *, tag: str, media_type: str) -> Response:
    if media_type not in {ogc.JSON, ogc.OPENAPI}:  # these only tell what there is
        _keep_who(request)
    return Response(body, media_type=media_type, headers=_headers(request, tag))


def _keep_who(request: Request) -> None:
    """Keep in the audit who has fetched this: an account, or whoever was given a link."""
    settings, path = Settings.from_environment(), request.scope["path"]
    linked = is_link(path, request.url.query)
    user = User("link", Role.VIEWER) if linked else user_with(token_of(request.scope))
    secret = request.path_params.get("signature")
    fetched(settings.having(user=user), path.replace(secret, "…") if secret else path, day=today())


def _headers(request: Request, tag: str) -> dict[str, str]:
    signs_in = asks_for_sign_in(Settings.from_environment())
    headers = {"ETag": tag, "Cache-Control": "private, no-cache" if signs_in else "no-cache"}
    if signs_in and is_link(request.scope["path"], request.url.query):  # whoever has the link may put it into a page
        headers["Access-Control-Allow-Origin"] = "*"
    return headers


def _items(asked: ogc.Asked, words: Mapping[str, str]) -> ogc.Document:
    return ogc.items(asked, ogc.collection_named(words["name"]))


def _nothing(_asked: ogc.Asked, words: Mapping[str, str]) -> ogc.Document:
    raise NoSuchAddress(path=f"{ogc.OGC}/{words['rest']}", offered=f"{ogc.OGC}, {ogc.OGC}/collections")


_PAGES: Mapping[str, tuple[Page, str]] = {
    "": (lambda asked, _words: ogc.landing(asked), ogc.JSON),
    "/": (lambda asked, _words: ogc.landing(asked), ogc.JSON),
    "/api": (lambda asked, _words: api(asked), ogc.OPENAPI),
    "/conformance": (lambda _asked, _words: ogc.conformance(), ogc.JSON),
    "/collections": (lambda asked, _words: ogc.collections(asked), ogc.JSON),
    "/collections/{name}": (
        lambda asked, words: ogc.collection(asked, ogc.collection_named(words["name"])),
        ogc.JSON,
    ),
    "/collections/{name}/items": (_items, ogc.GEOJSON),
    "/collections/{name}/items/{key:path}": (
        lambda asked, words: ogc.item(asked, ogc.collection_named(words["name"]), words["key"]),
        ogc.GEOJSON,
    ),
    "/{rest:path}": (_nothing, ogc.JSON),
}
ROUTES = [
    Route(f"{FEED}/{{name:path}}", feed),
    Route(f"{SNAPSHOT}/{{name:path}}", snapshot),
    *(
        Route(prefix + path, partial(features, make, media_type))
        for prefix in (LINKED, ogc.OGC)
        for path, (make, media_type) in _PAGES.items()
    ),
]
