"""A small identity provider (OpenID Connect), as an office may have one: it asks who somebody is, and believes it.

It is on the site ``localhost``, which for a browser is another one than the app's ``127.0.0.1``. What it says of
somebody, and what is wrong with it, a test decides.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, CLIENT_SECRET = "station-atlas", "the-secret-of-the-client"
COOKIE_SECRET = "the-secret-behind-the-cookies-of-streamlit"
PAGE = """<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>The office</title>
<form method="post"><label>Who are you? <input name="person" autofocus></label><button>It is me</button></form>"""


@dataclass
class IdentityProvider:
    """What it knows: `people` by name with their claims; `wrong` takes the place of what an ID token should say."""

    address: str
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    signs_with: RSAKey | None = None
    asked: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    requests: int = 0

    def discovery(self) -> dict[str, Any]:
        """Return where everything is."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def code_for(self, person: str, wish: dict[str, str]) -> str:
        """Return where to send `person` back to, with a code that is good once."""
        code = secrets.token_urlsafe(16)
        self.asked[code] = (person, wish)
        return f"{wish['redirect_uri']}?{urlencode({'code': code, 'state': wish['state']})}"

    def token_for(self, form: Mapping[str, str], authorization: str) -> dict[str, Any] | None:
        """Return the tokens for a code, to whoever has the client's secret and the verifier."""
        person, wish = self.asked.pop(form.get("code", ""), ("", {}))
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(verifier).decode().rstrip("=") == wish.get("code_challenge")
        if given != f"{CLIENT}:{CLIENT_SECRET}" or not proven or form.get("redirect_uri") != wish["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {"iss": self.address, "sub": f"sub-{person}", "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": wish["nonce"], **self.people.get(person, {}), **self.wrong}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with or self.key)
        return {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


class _Desk(BaseHTTPRequestHandler):
    """Answers one request for the provider of its server."""

    protocol_version = "HTTP/1.1"
    provider: IdentityProvider

    def do_GET(self) -> None:
        self.provider.requests += 1
        path = urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            self._answer(json.dumps(self.provider.discovery()), kind="application/json")
        elif path == "/jwks":
            keys = KeySet([self.provider.key]).as_dict(private=False)
            self._answer(json.dumps(keys), kind="application/json")
        elif path == "/authorize":
            self._answer(PAGE)
        else:
            self._answer("", status=404)

    def do_POST(self) -> None:
        self.provider.requests += 1
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        where = urlsplit(self.path)
        wish = {name: values[0] for name, values in parse_qs(where.query).items()}
        if where.path == "/authorize":
            self._answer("", status=303, location=self.provider.code_for(form["person"], wish))
        elif token := self.provider.token_for(form, self.headers.get("Authorization", "")):
            self._answer(json.dumps(token), kind="application/json")
        else:
            self._answer('{"error": "invalid_grant"}', status=400, kind="application/json")

    def _answer(self, text: str, *, status: int = 200, kind: str = "text/html", location: str | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        """Say nothing."""


@contextmanager
def providing() -> Iterator[IdentityProvider]:
    """Run a provider while the context lasts."""
    desk = type("Desk", (_Desk,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), desk) as server:
        provider = IdentityProvider(f"http://localhost:{server.server_address[1]}")
        desk.provider = provider  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def secrets_file(path: Path, provider: str, app: str, **other: str) -> Path:
    """Write Streamlit's secrets for an app at an address, as an administrator would."""
    values = {
        "redirect_uri": f"{app}/oauth2callback",
        "cookie_secret": COOKIE_SECRET,
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
        **other,
    }
    path.write_text("[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in values.items()), "utf-8")
    return path
