"""Who is let in: every request and every websocket is looked at here before anything else sees it."""

from __future__ import annotations

import datetime as dt
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from stations.app.access import provider
from stations.model.accounts import User, operator
from stations.model.errors import RegisterBusy, RegisterReadOnly, StationsError
from stations.model.language import gettext as _
from stations.model.language import use_language
from stations.model.settings import Settings
from stations.planning.access.accounts import FirstPassword, NotSignedIn, asks_for_sign_in, user_of
from stations.planning.access.links import LinkExpired, LinkRefused, is_link, require_link
from stations.planning.publishing.feeds import language_in

COOKIE = "station_atlas"
LOGIN, ACCOUNT = "/login", "/account"
OPEN = (LOGIN, ACCOUNT, "/door.css", "/_stcore/health")
"""What answers without a sign-in: the door itself, what it looks like, and whether the server is there. ``ACCOUNT``
looks for itself: whoever has to change a password is sent there."""
PROVIDER = (provider.SET_OUT, provider.ARRIVE)
"""The way to the office's own identity provider and back: open as well where one is configured."""
MACHINES = (
    *("/_stcore/", "/media/", "/component/", "/_bidi/", "/static/", "/atlas/", "/auth/", "/oauth2callback"),
    *("/feed/", "/snapshot/", "/ogc"),
)
"""What no person opens: these say 401 instead of leading to the door."""
_NAMES_OF_THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]"}


class Guard:
    """Lets in who is signed in; without sign-in, only who works on this machine itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket, or turn it away."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        refusal = await run_in_threadpool(_refusal, scope)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the wish to connect
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the browser is told 403
        else:
            await refusal(scope, receive, send)


def _refusal(scope: Scope) -> Response | None:
    """Return what turns a request away, or ``None`` where it is let in."""
    settings = Settings.from_environment()
    try:
        if not asks_for_sign_in(settings):
            return None if on_this_machine(scope) else _elsewhere(settings)
        if scope["path"] in PROVIDER and provider.configured():
            return None
        if _shows_link(scope):
            return _judged(settings, scope)
        user_of(settings, token_of(scope), now=dt.datetime.now(dt.UTC))
    except (NotSignedIn, FirstPassword) as error:
        return _to_the_door(scope, ACCOUNT if isinstance(error, FirstPassword) else LOGIN)
    except StationsError as error:  # the register cannot be read: the pages say so to whoever is on this machine
        return None if on_this_machine(scope) else unavailable(scope, error)
    return None


def unavailable(scope: Scope, error: StationsError) -> Response:
    """Return that the register cannot be used; why, and where it is, is for whoever is on this machine."""
    use_language(Settings.from_environment().language)
    words = _("The register cannot be used at the moment. Tell the office that runs this app, and try again later.")
    told = on_this_machine(scope) or isinstance(error, RegisterBusy | RegisterReadOnly)  # they name no place
    return PlainTextResponse(str(error) if told else words, status_code=503)


def _shows_link(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and is_link(scope["path"], _query(scope))


def _judged(settings: Settings, scope: Scope) -> Response | None:
    """Return what turns a link away that does not hold."""
    try:
        require_link(settings, scope["path"], _query(scope), now=dt.datetime.now(dt.UTC))
    except (LinkRefused, LinkExpired) as error:
        use_language(language_in(_query(scope), settings))
        return JSONResponse({"error": str(error)}, status_code=403, headers={"Cache-Control": "no-store"})
    return None


def _query(scope: Scope) -> str:
    return str(scope["query_string"].decode("latin-1"))


def user_with(token: str | None) -> User:
    """Return who shows a token; without sign-in, whoever works on this machine. Raises `NotSignedIn`."""
    settings = Settings.from_environment()
    if not asks_for_sign_in(settings):
        return operator()
    return user_of(settings, token, now=dt.datetime.now(dt.UTC))


def token_of(scope: Scope) -> str | None:
    """Return what the browser shows to be let in, if it shows anything."""
    return token_in(Headers(scope=scope).get("cookie", ""))


def token_in(cookies: str) -> str | None:
    """Return the token in a ``Cookie`` header."""
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


def on_this_machine(scope: Scope) -> bool:
    """Return whether a request comes from this machine and means it: no name of another one leads here unseen."""
    client, host = scope.get("client"), Headers(scope=scope).get("host", "")
    try:
        near = client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        near = False
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return near and name.lower() in _NAMES_OF_THIS_MACHINE


def _elsewhere(settings: Settings) -> Response:
    use_language(settings.language)
    words = _(
        "Without sign-in the app answers on its own machine only. Make an administrator there first: "
        "python -m stations init --admin NAME"
    )
    return PlainTextResponse(words, status_code=403)


def _to_the_door(scope: Scope, door: str) -> Response:
    opened = scope["method"] in {"GET", "HEAD"} if scope["type"] == "http" else False
    if opened and not scope["path"].startswith(MACHINES) and "text/html" in Headers(scope=scope).get("accept", ""):
        query = _query(scope)
        wish = scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse(f"{door}?{urlencode({'next': wish})}", status_code=303)
    return PlainTextResponse("401", status_code=401, headers={"Cache-Control": "no-store"})
