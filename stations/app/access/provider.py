"""The office's own identity provider (OpenID Connect), where one is configured.

Streamlit's routes speak the protocol, as they do for ``st.login``, with Authlib behind them: discovery, state, nonce,
PKCE, and the signature, issuer, audience and age of the ID token. In the end they would hand a signed cookie to the
browser that is good for 30 days, whatever happens to the account, and is put together from parts that are signed one
by one. So it never gets there: what it says is taken from their answer, and a cookie that a browser brings is not
looked at.

What Streamlit has no documentation for is used in this module alone; `requirements.txt` pins its version.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from functools import cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from streamlit.auth_util import (
    encode_provider_token,
    get_cookie_with_chunks,
    get_secrets_auth_section,
    validate_auth_credentials,
)
from streamlit.errors import StreamlitAuthError
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

SET_OUT, ARRIVE = "/auth/login", "/oauth2callback"
"""Where the way to the provider begins, and where the provider sends people back to."""

_LOG = logging.getLogger(__name__)
_STREAMLITS = {route.path: route.endpoint for route in create_auth_routes("")}
_SHORTEST_SECRET = 32
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@cache
def configured() -> bool:
    """Return whether Streamlit's secrets have an ``[auth]`` that can be used; where it cannot, the log says why."""
    section = get_secrets_auth_section()
    if not section:
        return False
    try:
        validate_auth_credentials("default")
        fault = _fault(section)
    except StreamlitAuthError as error:
        fault = " ".join(str(error).split())
    if fault:
        _LOG.warning("Nobody can sign in with the office's account: %s", fault)
    return not fault


def _fault(section: Mapping[str, Any]) -> str | None:
    """Return what is unsafe in ``[auth]``; no value of it, so that none gets into a log."""
    if urlsplit(str(section["redirect_uri"])).path != ARRIVE:
        return f"redirect_uri in [auth] has to end in {ARRIVE}, right after the host."
    for key, given in (("redirect_uri", section), ("server_metadata_url", section.get("default") or section)):
        address = urlsplit(str(given[key]))
        if address.scheme != "https" and address.hostname not in _THIS_MACHINE:
            return f"{key} in [auth] has to begin with https: who is on the way could be anybody else."
    if len(str(section["cookie_secret"])) < _SHORTEST_SECRET:
        return f"cookie_secret in [auth] has to be {_SHORTEST_SECRET} random characters or more."
    return None


async def way_out(request: Request) -> Response | None:
    """Return what leads a browser to the provider and lets it find back; ``None`` where the provider is not there."""
    wish = urlencode({"provider": encode_provider_token("default")})
    answer = await _STREAMLITS[SET_OUT](Request({**request.scope, "query_string": wish.encode()}))
    return answer if answer.headers.get("location") else None


async def claims(request: Request) -> dict[str, Any] | None:
    """Return what the provider says of who comes back from it; ``None`` where it says nothing that can be believed.

    Only who set out in the same browser is believed, and once.
    """
    answer = await _STREAMLITS[ARRIVE](request)
    given: SimpleCookie = SimpleCookie()
    for line in answer.headers.getlist("set-cookie"):
        given.load(line)

    def part(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, given[name].value) if name in given else None

    said = get_cookie_with_chunks(part, USER_COOKIE_NAME)
    return json.loads(said) if said else None
