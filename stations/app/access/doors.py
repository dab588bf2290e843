"""The door: the pages on which people sign in, change their password and sign out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from stations.app.access import provider
from stations.app.access.guard import ACCOUNT, COOKIE, LOGIN, PROVIDER, token_of, unavailable
from stations.model.errors import RegisterBusy, RegisterReadOnly, StationsError
from stations.model.language import as_language, current_language, use_language
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.access import accounts, identities
from stations.planning.register import union_label

_HERE = Path(__file__).parent
_PAGES = Environment(loader=FileSystemLoader(_HERE), autoescape=select_autoescape(), auto_reload=False)
_MOST_BYTES = 20_000
"""How long a form may be that is sent to the door."""
_LONGEST_WISH = 1_000
"""How long the address of a page may be that a browser remembers beside the way to the provider: 4,096 bytes in all."""


async def door(request: Request) -> Response:
    """Answer at the door; what is asked there looks into the database and takes its time, so it does in a thread."""
    try:
        return await _answered(request)
    except StationsError as error:  # the register cannot be read, or not be written
        return unavailable(request.scope, error)


async def _answered(request: Request) -> Response:
    if request.url.path in PROVIDER:
        return await (_set_out if request.url.path == provider.SET_OUT else _arrive)(request)
    if request.method != "POST":
        return await run_in_threadpool(_look, request)
    if not _from_here(request):
        return PlainTextResponse("403", status_code=403)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return PlainTextResponse("413", status_code=413)
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    return await run_in_threadpool(_sign_in if request.url.path == LOGIN else _act, request, form)


def style(_request: Request) -> Response:
    """Answer with how the door looks."""
    return Response((_HERE / "door.css").read_text(encoding="utf-8"), media_type="text/css")


def _look(request: Request) -> Response:
    settings = speaking(request.query_params.get("lang"))
    if request.url.path == ACCOUNT:
        return _account_page(request, settings)
    return _login_page(settings, next_page=request.query_params.get("next", "/"))


def _sign_in(request: Request, form: dict[str, str]) -> Response:
    settings = speaking(form.get("lang"))
    name, wish = form.get("name", ""), form.get("next", "/")
    try:
        token = accounts.sign_in(
            settings, name, form.get("password", ""), address=_address(request), now=dt.datetime.now(dt.UTC)
        )
    except (accounts.SignInRefused, accounts.TooManyTries) as error:
        status = 429 if isinstance(error, accounts.TooManyTries) else 401
        return _login_page(settings, next_page=wish, name=name, refused=str(error), status=status)
    except (RegisterBusy, RegisterReadOnly) as error:
        return _login_page(settings, next_page=wish, name=name, refused=str(error), status=503)
    answer = RedirectResponse(_own_page(wish), status_code=303, headers={"Cache-Control": "no-store"})
    return _with_token(request, answer, token)


def _with_token(request: Request, answer: Response, token: str) -> Response:
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/")
    return answer


async def _set_out(request: Request) -> Response:
    """Lead to the office's identity provider, and remember in this browser where somebody wants to go."""
    if not provider.configured():
        return PlainTextResponse("404", status_code=404)
    settings = speaking(request.query_params.get("lang"))
    wish = _own_page(request.query_params.get("next", "/"))
    request.session.clear()
    request.session.update(next=wish if len(ascii(wish)) <= _LONGEST_WISH else "/", lang=settings.language)
    if answer := await provider.way_out(request):
        return answer
    words = _("The office's sign-in does not answer. Try again later, or sign in with a password.")
    return await run_in_threadpool(_login_page, settings, next_page=wish, refused=words, status=502)


async def _arrive(request: Request) -> Response:
    """Take who comes back from the identity provider for whom it says, or for nobody."""
    if not provider.configured():
        return PlainTextResponse("404", status_code=404)
    claims, remembered = await provider.claims(request), dict(request.session)
    request.session.clear()
    return await run_in_threadpool(_exchange, request, claims, remembered)


def _exchange(request: Request, claims: dict[str, Any] | None, remembered: dict[str, Any]) -> Response:
    """Answer with a page that goes on by itself: no browser shows a strict cookie while another site redirects it."""
    settings, wish = speaking(remembered.get("lang")), remembered.get("next", "/")
    if claims is None:
        words = _("The sign-in with the office's account did not come about, or took too long. Try again.")
        return _login_page(settings, next_page=wish, refused=words, status=401)
    try:
        token = identities.admit(settings, claims, address=_address(request), now=dt.datetime.now(dt.UTC))
    except (identities.UnknownIdentity, identities.NotVouchedFor) as error:
        return _login_page(settings, next_page=wish, refused=str(error), status=403)
    return _with_token(request, _page(200, page="arrived", title=_("Signed in"), next=_own_page(wish)), token)


def _act(request: Request, form: dict[str, str]) -> Response:
    """Change the password, or sign out."""
    settings, token, now = speaking(form.get("lang")), token_of(request.scope), dt.datetime.now(dt.UTC)
    if form.get("what") != "password":
        accounts.sign_out(settings, token or "", everywhere=form.get("what") == "everywhere", now=now)
        answer = RedirectResponse(LOGIN, status_code=303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")
        return answer
    if form.get("new") != form.get("again"):
        return _account_page(request, settings, refused=_("The new password was not the same both times."))
    try:
        accounts.change_password(settings, token or "", form.get("old", ""), new=form.get("new", ""), now=now)
    except accounts.NotSignedIn:
        return RedirectResponse(LOGIN, status_code=303)
    except (accounts.SignInRefused, accounts.TooManyTries, accounts.WeakPassword) as error:
        return _account_page(request, settings, refused=str(error))
    return _account_page(request, settings, done=_("The password is changed. Every other sign-in of yours has ended."))


def _login_page(
    settings: Settings, *, next_page: str, name: str = "", refused: str | None = None, status: int = 200
) -> Response:
    if refused is None and not accounts.asks_for_sign_in(settings):
        return RedirectResponse("/", status_code=303)
    return _page(
        status,
        page="login",
        title=_("Sign in"),
        next=_own_page(next_page),
        name=name[:200],
        refused=refused,
        office=provider.configured(),
    )


def _account_page(
    request: Request, settings: Settings, *, refused: str | None = None, done: str | None = None
) -> Response:
    found = accounts.signed_in(settings, token_of(request.scope), now=dt.datetime.now(dt.UTC))
    if found is None:
        return RedirectResponse(LOGIN, status_code=303)
    account = found.account
    first = str(accounts.FirstPassword()) if account.must_change else None
    return _page(
        400 if refused else 200,
        page="account",
        title=_("Your account"),
        user=account.user,
        role=account.role.label(settings.language),
        union=union_label(settings, account.union) if account.union else "",
        must_change=account.must_change,
        own=account.secret is not None,
        shortest=accounts.SHORTEST,
        refused=refused,
        done=done or (None if refused else first),
    )


def _page(status: int, **shown: Any) -> Response:
    made = _PAGES.get_template("door.html").render(words=_words(), lang=current_language().replace("_", "-"), **shown)
    return HTMLResponse(made, status_code=status, headers={"Cache-Control": "no-store"})


def _words() -> dict[str, str]:
    return {
        "product": _("Station Atlas"),
        "name": _("Name"),
        "password": _("Password"),
        "sign_in": _("Sign in"),
        "office": _("Sign in with the office's account"),
        "or": _("or"),
        "go_on": _("Go on to the atlas"),
        "old": _("Present password"),
        "new": _("New password"),
        "again": _("New password again"),
        "change": _("Change the password"),
        "no_password": _("You sign in with the office's account: there is no password of yours here."),
        "out": _("Sign out"),
        "everywhere": _("Sign out everywhere"),
        "back": _("Back to the atlas"),
    }


def nowhere(language: str | None) -> Response:
    """Return the answer for an address at which there is no page."""
    speaking(language)
    return _page(404, page="nowhere", title=_("There is no page at this address"))


def speaking(wished: str | None) -> Settings:
    """Return the settings, and speak the language that is wished for, else that of the office."""
    settings = Settings.from_environment()
    settings = settings.having(language=as_language(wished)) if wished else settings
    use_language(settings.language)
    return settings


def _own_page(wish: str) -> str:
    """Return where to go next: a page of this server, and of no other."""
    parts = urlsplit(wish)
    own = wish.startswith("/") and not wish.startswith(("//", "/\\")) and not parts.netloc and "\\" not in wish
    return wish if own and wish.isprintable() and parts.path not in {LOGIN, ACCOUNT} else "/"


def _from_here(request: Request) -> bool:
    """Return whether a form was sent from one of our own pages: browsers say which page sent it."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


ROUTES = [
    Route(LOGIN, door, methods=["GET", "POST"]),
    Route(ACCOUNT, door, methods=["GET", "POST"]),
    *(Route(path, door, methods=["GET"]) for path in PROVIDER),
    Route("/door.css", style),
]
"""The routes of the door."""
