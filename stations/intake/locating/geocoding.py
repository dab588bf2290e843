"""Ask a geocoder on the network where an address is: one host, no way around it, and no word of the key.

Addresses leave the machine here and nowhere else. What a service says is judged elsewhere.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, build_opener, getproxies

from geopy.adapters import AdapterHTTPError, URLLibAdapter
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders.base import Geocoder
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from stations.intake.locating.geocoders import Amap, Baidu, Nominatim, Tianditu, precision_of, sure
from stations.model.city import City
from stations.model.errors import BadChoice, NotGiven, StationsError
from stations.model.language import mark
from stations.model.settings import Settings
from stations.model.vocabulary import CoordPrecision, Locator

logging.getLogger("geopy").setLevel(logging.WARNING)  # below that it writes whole addresses of requests, with the key

TIMEOUT_S = 10.0
"""How long a service may keep silent; three times as long for its whole answer."""
LONGEST_ANSWER = 1024**2
APART_S = {Locator.TIANDITU: 0.35, Locator.AMAP: 0.35, Locator.BAIDU: 0.35, Locator.NOMINATIM: 1.0}
"""Seconds between two questions: what accounts without a contract may ask, and the policy of Nominatim."""
ATTEMPTS = 3
WAIT = wait_exponential(multiplier=1, max=10)
"""How long what may pass by itself is waited for: no answer, too many questions, a server in trouble."""
AT_MOST = 5
"""How many places of one address are looked at, of a service that names several."""

_AGENT = "StationAtlas/1 (register of union service stations)"
_PASSING = (GeocoderTimedOut, GeocoderUnavailable, GeocoderRateLimited)
_UNREADABLE = (GeocoderParseError, LookupError, TypeError, ValueError, AttributeError)
_WORDS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    (
        (GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges),
        mark("it does not accept the key. Check that the key is for web services and allowed from this address."),
    ),
    ((GeocoderRateLimited,), mark("it was asked too often in a short time. Go on in a few minutes.")),
    ((GeocoderQuotaExceeded,), mark("it has answered all it will today for this key. Go on tomorrow.")),
    ((GeocoderTimedOut,), mark("it does not answer in time. Go on later.")),
    ((GeocoderUnavailable,), mark("it cannot be reached. Check the address and the network, and go on later.")),
    (_UNREADABLE, mark("what it answers cannot be read. Check its address, or use another service.")),
)
_ELSE = mark("it answers with an error. Go on later, or use another service.")


class GeocoderFailed(StationsError, RuntimeError):
    """A service on the network gives no answer that can be used. Fields: service, reason."""

    template = mark("{service}: {reason} What was answered so far is kept, and not asked again.")


@dataclass(frozen=True)
class Hit:
    """A place that a service has found, in its own datum.

    `precision` is ``None`` where it says less than a district does. `sure`: whether it has understood the address.
    """

    lon: float
    lat: float
    precision: CoordPrecision | None
    label: str
    level: str
    sure: bool


@dataclass(frozen=True)
class Service:
    """A geocoder that can be asked; `host` is the machine that addresses are sent to."""

    provider: Locator
    host: str
    geocode: Callable[[str], Any]

    def ask(self, address: str) -> list[Hit] | None:
        """Return the places that an address may mean; ``None`` where the service refuses to look for it.

        Raises `GeocoderFailed`.
        """
        tried = Retrying(
            retry=retry_if_exception_type(_PASSING), stop=stop_after_attempt(ATTEMPTS), wait=WAIT, reraise=True
        )
        try:
            found = tried(self.geocode, address)
            return [self._hit(each) for each in (found if isinstance(found, list) else [found] if found else [])]
        except GeocoderQueryError:
            return None
        except (GeopyError, *_UNREADABLE) as error:
            reason = next((words for kinds, words in _WORDS if isinstance(error, kinds)), _ELSE)
        raise GeocoderFailed(service=self.host, reason=reason)  # apart from what was caught: that may name the key

    def _hit(self, found: Any) -> Hit:
        raw: Mapping[str, Any] = found.raw
        if not (-180 <= found.longitude <= 180 and -90 <= found.latitude <= 90):
            raise GeocoderParseError
        level = raw.get("level") or raw.get("addresstype") or raw.get("type") or ""
        return Hit(
            lon=found.longitude,
            lat=found.latitude,
            precision=precision_of(self.provider, raw),
            label=str(found.address or "")[:200],
            level=str(level)[:40],
            sure=sure(self.provider, raw),
        )


def service(settings: Settings, provider: Locator, *, city: City) -> Service:
    """Return a service ready to be asked for addresses of a city. Raises `BadChoice` where it is not configured."""
    url, key = getattr(settings, f"{provider}_url"), getattr(settings, f"{provider}_key", "")
    if provider is not Locator.NOMINATIM:
        _require_key(provider, key)
    host = _host(provider, url)
    geocoder, path, wish = _made(provider, key, city)
    geocoder.api = url.rstrip("/") + path
    slowly = RateLimiter(geocoder.geocode, min_delay_seconds=APART_S[provider], max_retries=0, swallow_exceptions=False)
    return Service(provider, host, lambda address: slowly(address, **wish))


def _made(provider: Locator, key: str, city: City) -> tuple[Geocoder, str, dict[str, Any]]:
    """Return a geocoder, the path it is asked at, and what it is asked besides the address."""
    options = {"timeout": TIMEOUT_S, "user_agent": _AGENT, "adapter_factory": StraightAdapter}
    if provider is Locator.TIANDITU:
        return Tianditu(key, **options), "/geocoder", {}
    if provider is Locator.AMAP:
        return Amap(key, **options), "/v3/geocode/geo", {"city": city.adcode, "exactly_one": False}
    if provider is Locator.BAIDU:
        return Baidu(key, **options), Baidu.api_path, {}
    wish = {"exactly_one": False, "limit": AT_MOST, "country_codes": "cn", "language": "zh"}
    return Nominatim(**options), Nominatim.geocode_path, wish


def _require_key(provider: Locator, key: str) -> None:
    what, offered = f"STATIONS_{provider.upper()}_KEY", mark("the key that the service gave to your office")
    if not key:
        raise NotGiven(what=what, offered=offered)
    if not re.fullmatch(r"[\x21-\x7e]{8,200}", key):
        raise BadChoice(what=what, value="…", offered=offered)  # the key itself stays out of what is said


def _host(provider: Locator, url: str) -> str:
    """Return the machine that an address leads to. Raises `BadChoice` unless it is a plain one of the web."""
    what, offered = f"STATIONS_{provider.upper()}_URL", mark("an address that begins with https:// or http://")
    if not url:
        raise NotGiven(what=what, offered=offered)
    try:
        parts = urlsplit(url)
        plain = not (parts.username or parts.password or parts.query or parts.fragment or re.search(r"\s", url))
        if parts.scheme in {"http", "https"} and parts.hostname and plain:
            return parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    except ValueError:  # a port that is no number
        pass
    raise BadChoice(what=what, value=url if "@" not in url else "…", offered=offered)


class _NoRedirect(HTTPRedirectHandler):
    """Follow no answer to another address: it would carry key and address to whoever it names."""

    def redirect_request(self, *_asked: Any, **_about: Any) -> None:
        """Return no request."""


class StraightAdapter(URLLibAdapter):  # type: ignore[misc]
    """geopy's own way to ask, without redirects, and with a limit for the length of an answer and for its time."""

    def __init__(self, *, proxies: Mapping[str, str] | None, ssl_context: Any) -> None:
        """Use the proxies of the system, if any."""
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        known = getproxies() if proxies is None else proxies
        self.urlopen = build_opener(_NoRedirect, HTTPSHandler(context=ssl_context), ProxyHandler(dict(known))).open

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Return what an answer says. Raises geopy's errors."""
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError):
            raise GeocoderParseError from None

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return an answer as text. Raises geopy's errors."""
        try:
            return str(super().get_text(url, timeout=timeout, headers=headers))
        except AdapterHTTPError as error:
            if error.status_code >= 500:  # of these geopy tells only some apart from what will not pass
                raise GeocoderUnavailable from None
            raise
        except GeocoderServiceError as error:
            known = type(error) is not GeocoderServiceError  # what remains: a refused, broken or unknown connection
            raise error if known else GeocoderUnavailable from None

    def _decode_page(self, page: Any) -> str:
        until, parts, size = time.monotonic() + 3 * TIMEOUT_S, [], 0
        with page:
            while part := self._part(page):
                parts.append(part)
                size += len(part)
                if size > LONGEST_ANSWER or time.monotonic() > until:
                    raise GeocoderParseError
        try:
            return b"".join(parts).decode(page.headers.get_content_charset() or "utf-8")
        except (ValueError, LookupError):
            raise GeocoderParseError from None

    @staticmethod
    def _part(page: Any) -> bytes:
        try:
            return bytes(page.read1(65_536))
        except TimeoutError:
            raise GeocoderTimedOut from None
        except (OSError, ValueError):
            raise GeocoderUnavailable from None
