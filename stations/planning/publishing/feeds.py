"""Stable addresses that other programs embed: what the words of one ask for, and what is behind it.

An address says its question in the words of a page's address (`stations.planning.questions`). What it answers is what
the command line prints with ``--json`` (docs/json.md), as everybody may see it: whoever asks has the rights of a
viewer here, also somebody who may see more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import parse_qsl

from stations.model.accounts import Role, User
from stations.model.errors import BadChoice, NotGiven, StationsError
from stations.model.language import LANGUAGES, Language, as_language, is_language, mark, use_language
from stations.model.settings import Settings
from stations.model.vocabulary import SnapshotKind
from stations.output.layers import as_json, etag
from stations.planning.coverage.assess import Question, assess
from stations.planning.maps.sheets import Wish
from stations.planning.maps.snapshots import made_from, picture, wish_from
from stations.planning.publishing.contract import gap_features
from stations.planning.publishing.export import features
from stations.planning.questions import day_from, question_from, union_from
from stations.planning.register import city_of, holdings

if TYPE_CHECKING:
    from stations.model.schema import Kind
    from stations.planning.coverage.assess import Assessment
    from stations.planning.register import Holdings

FEED, SNAPSHOT = "/feed", "/snapshot"
FeedKind = Literal["stations", "bases", "gaps"]
FEEDS: tuple[FeedKind, ...] = get_args(FeedKind)
PAPER = ("layout", "bases", "dpi", "focus")
"""What an address says of a picture, beside its kind and its format, which are in its path."""

PLACE = ("city", "lang", "on")
QUESTION = ("radius", "tier", "reach", "group", "facilities", "union", "at", "attended", "scenario")
LINK = ("expires", "signature")
"""What a signed link adds to an address, see `stations.planning.access.links`."""

LONGEST = 4_000
"""How many characters the question of an address may have."""
MOST_FEATURES = 100_000
"""How many features one answer may hold."""
READER = User("feed", Role.VIEWER)


class NoSuchAddress(StationsError, LookupError):
    """Nothing has this address. Fields: path, offered."""

    template = mark("There is nothing at {path}. There is: {offered}.")


class TooManyFeatures(StationsError, ValueError):
    """One answer would be too long. Fields: count, most."""

    template = mark("{count} records are more than one answer holds ({most}). Read them page by page at /ogc.")


class TooBusy(StationsError, RuntimeError):
    """More pictures or proposals are asked for than can be worked out soon."""

    template = mark("Too much is asked for at the same time. Try again in a minute.")


@dataclass(frozen=True, eq=False)
class Feed:
    """A GeoJSON FeatureCollection in WGS84, for reading only (it is shared)."""

    collection: Mapping[str, Any]

    @cached_property
    def body(self) -> bytes:
        """The collection as JSON. Raises `TooManyFeatures`."""
        count = len(self.collection["features"])
        if count > MOST_FEATURES:
            raise TooManyFeatures(count=f"{count:,}", most=f"{MOST_FEATURES:,}")
        return as_json(self.collection)

    @cached_property
    def tag(self) -> str:
        """The entity tag of `body`."""
        return etag(self.body)


@dataclass(frozen=True)
class Picture:
    """A map for paper that an address asks for."""

    settings: Settings
    wish: Wish

    def tag(self) -> str:
        """Return the entity tag, known before it is drawn."""
        return f'"{made_from(self.settings, self.wish)}"'

    def draw(self) -> bytes:
        """Draw it. Raises `StationsError`."""
        return picture(self.settings, self.wish)


def tagged(document: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return a document as JSON, and its entity tag."""
    body = as_json(document)
    return body, etag(body)


def words_in(query: str, allowed: Iterable[str]) -> dict[str, str]:
    """Return the parameters of an address by name. Raises `BadChoice` for one that is not `allowed`.

    One that is there twice has to say the same: GDAL adds those it was given to links that have them already.
    """
    if len(query) > LONGEST:
        raise BadChoice(what=mark("Address"), value=f"{query[:40]}…", offered=mark("up to 4,000 characters"))
    allowed, words = tuple(allowed), dict[str, str]()
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name not in {*allowed, *LINK}:
            raise BadChoice(what=mark("Parameter"), value=name, offered=", ".join(allowed))
        if words.setdefault(name, text) != text:
            raise BadChoice(what=mark("Parameter"), value=name, offered=mark("each parameter once"))
    return words


def language_in(query: str, settings: Settings) -> Language:
    """Return the language an address asks for, however wrong the rest of it is."""
    named = dict(parse_qsl(query[:LONGEST])).get("lang", "")
    return as_language(named) if is_language(named) else settings.language


def settings_from(settings: Settings, words: Mapping[str, str]) -> Settings:
    """Return the settings with the city, the day and the language that an address names, for a viewer.

    Raises `BadChoice` or `UnknownCity`.
    """
    language = words.get("lang")
    if language is not None and not is_language(language):
        raise BadChoice(what=mark("Language"), value=language, offered=", ".join(LANGUAGES))
    asked = settings.having(
        city=words.get("city"),
        language=as_language(language) if language else None,
        on=day_from(words["on"]) if "on" in words else None,
        user=READER,
    )
    city_of(asked)
    return asked


def question_in(settings: Settings, words: Mapping[str, str]) -> Question:
    """Return the question that an address asks. Raises `BadChoice`, also where no radius is stated."""
    if "radius" not in words:
        raise NotGiven(what=mark("Radius"), offered=mark("a number of metres from 1 to 100,000"))
    if words.get("attended", "1") not in {"0", "1"}:
        raise BadChoice(what="attended", value=words["attended"], offered="0, 1")
    asked = question_from(words)
    return replace(asked, union=union_from(settings, asked.union)) if asked.union else asked


def feed_at(settings: Settings, name: str, query: str) -> Feed:
    """Return what is behind ``/feed/`` and a name, with the parameters of its address. Raises `StationsError`."""
    kind = next((kind for kind in FEEDS if name == f"{kind}.geojson"), None)
    if kind is None:
        raise NoSuchAddress(path=f"{FEED}/{name}", offered=", ".join(f"{FEED}/{kind}.geojson" for kind in FEEDS))
    words = words_in(query, (*PLACE, *(QUESTION if kind == "gaps" else ())))
    asked = settings_from(settings, words)
    return feed(asked, kind, question_in(asked, words) if kind == "gaps" else None)


def feed(settings: Settings, kind: FeedKind, question: Question | None) -> Feed:
    """Return stations, bases, or the gaps that are the answer to `question`."""
    if question is not None:
        return _gaps(assess(settings, question), settings.language)
    return _records(settings, "base" if kind == "bases" else "station", holdings(settings))


def picture_at(settings: Settings, name: str, query: str) -> Picture:
    """Return the picture behind ``/snapshot/`` and a name, with the parameters of its address. Raises `StationsError`.

    It is not drawn yet.
    """
    named, _dot, ending = name.rpartition(".")
    kind = next((kind for kind in SnapshotKind if named == kind.value), None)
    if kind is None:
        offered = ", ".join(f"{SNAPSHOT}/{kind.value}.png" for kind in SnapshotKind)
        raise NoSuchAddress(path=f"{SNAPSHOT}/{name}", offered=offered)
    own = ("since",) if kind is SnapshotKind.PAIR else ()
    words = words_in(query, (*PLACE, *PAPER, *own, *(QUESTION if kind.asks else ("tiers",))))
    asked = settings_from(settings, words)
    question = question_in(asked, words) if kind.asks else None
    if words.get("bases", "1") not in {"0", "1"}:
        raise BadChoice(what="bases", value=words["bases"], offered="0, 1")
    if words.get("focus"):
        words["focus"] = union_from(asked, words["focus"])
    wish = wish_from({**words, "kind": kind.value, "format": ending})
    return Picture(asked, replace(wish, question=question))


@lru_cache(maxsize=16)
def _records(settings: Settings, kind: Kind, _held: Holdings) -> Feed:
    return Feed(features(settings, kind))


@lru_cache(maxsize=32)
def _gaps(answer: Assessment, language: Language) -> Feed:
    use_language(language)
    return Feed(gap_features(answer))
