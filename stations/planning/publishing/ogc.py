"""The register as OGC API - Features (OGC 17-069r4: Core, GeoJSON, OpenAPI 3.0): the documents below ``/ogc``.

Written by hand, as it is little: pygeoapi 0.24 asks for Python 3.12 and brings Flask, TinyDB and a configuration of its
own, in which neither the city, the day nor the question of an address has a place.

The parameters that say which register is looked at, and what is asked of it (`feeds.PLACE`, `feeds.QUESTION`), may
stand in the address that a client is given; every link that leads on from there has them, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args
from urllib.parse import quote, urlencode

import shapely
from shapely.geometry import mapping

from stations.model.language import Language, use_language
from stations.model.language import gettext as _
from stations.model.schema import Kind, fields
from stations.model.settings import Settings
from stations.planning.coverage.assess import Question
from stations.planning.coverage.show import district_name
from stations.planning.publishing.contract import PRECISION_DEG
from stations.planning.publishing.feeds import (
    PLACE,
    QUESTION,
    NoSuchAddress,
    feed,
    question_in,
    settings_from,
    words_in,
)
from stations.planning.publishing.selection import PAGE, selected, selection_from
from stations.planning.questions import DEFAULT_RADIUS_M, radius_text
from stations.planning.register import Holdings, holdings

OGC = "/ogc"
Name = Literal["stations", "bases", "gaps", "districts"]
COLLECTIONS: tuple[Name, ...] = get_args(Name)
JSON, GEOJSON, OPENAPI = "application/json", "application/geo+json", "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS_TO = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")
]
_OWN: Mapping[Name, tuple[str, ...]] = {
    "gaps": ("gap_id", "rank", "district", "district_code", "nearest_station_id", "host_ids"),
    "districts": ("code", "name"),
}
_MANY = {"facilities"}
"""Fields that hold more than a value or a list of them."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What an address below ``/ogc`` asks: `base` is that of ``/ogc`` itself, as the client knows it."""

    base: str
    settings: Settings
    words: Mapping[str, str]

    def link(self, rel: str, path: str, media_type: str = JSON, *, name: Name | None = None) -> Document:
        """Return a link to an address below `base`, which is of a collection or of all of them."""
        kept = {word: self.words[word] for word in carried(name) if word in self.words}
        return _link(rel, self.base + path, kept, media_type=media_type)

    def page(self, rel: str, path: str, *, limit: int, offset: int) -> Document:
        """Return a link to another page of what is asked."""
        words = {**self.words, "limit": str(limit), "offset": str(offset)}
        return _link(rel, self.base + path, words, media_type=GEOJSON)


def _link(rel: str, address: str, words: Mapping[str, str], *, media_type: str) -> Document:
    return {"href": f"{address}{'?' if words else ''}{urlencode(words)}", "rel": rel, "type": media_type}


def carried(name: Name | None) -> tuple[str, ...]:
    """Return the parameters that are kept from one address to the next: a question is one about gaps."""
    return (*PLACE, *QUESTION) if name in {None, "gaps"} else PLACE


def properties_of(name: Name) -> tuple[str, ...]:
    """Return the properties that the features of a collection can be asked for by."""
    if name in _OWN:
        return _OWN[name]
    known = fields("base" if name == "bases" else "station")
    return (*(field for field in known if field not in _MANY), "division", "demonstration")


def asked_at(settings: Settings, base: str, query: str, *, name: Name | None = None, page: bool = False) -> Asked:
    """Return what an address asks: of a collection where it names one, of a page of it where that is read.

    A question may be asked anywhere and means the gaps alone: GDAL adds the parameters it was given to every address.
    Raises `BadChoice` or `UnknownCity`.
    """
    more = (*PAGE, *properties_of(name)) if name and page else ("f",)
    words = words_in(query, dict.fromkeys((*PLACE, *QUESTION, *more)))
    selection_from(words, ())
    kept = {*carried(name), *more}
    asked = Asked(base, settings_from(settings, words), {key: words[key] for key in words if key in kept})
    if name in {None, "gaps"}:
        _question(asked)
    return asked


def _question(asked: Asked) -> Question:
    return question_in(asked.settings, {"radius": radius_text(DEFAULT_RADIUS_M), **asked.words})


def collection_named(name: str) -> Name:
    """Return the collection of a name. Raises `NoSuchAddress`."""
    for each in COLLECTIONS:
        if name == each:
            return each
    raise NoSuchAddress(path=f"{OGC}/collections/{name}", offered=", ".join(COLLECTIONS))


def landing(asked: Asked) -> Document:
    """Return the document of ``/ogc``."""
    use_language(asked.settings.language)
    held = holdings(asked.settings)
    return {
        "title": _("Station Atlas: {city}").format(city=held.city.label(asked.settings.language)),
        "description": _("Union service stations, activity bases, gaps and districts; data as of {date}.").format(
            date=held.data_date
        ),
        "links": [
            asked.link("self", ""),
            asked.link("service-desc", "/api", OPENAPI),
            asked.link("conformance", "/conformance"),
            asked.link("data", "/collections"),
        ],
    }


def conformance() -> Document:
    """Return the document of ``/ogc/conformance``."""
    return {"conformsTo": CONFORMS_TO}


def collections(asked: Asked) -> Document:
    """Return the document of ``/ogc/collections``."""
    return {
        "links": [asked.link("self", "/collections")],
        "collections": [collection(asked, name) for name in COLLECTIONS],
    }


def collection(asked: Asked, name: Name) -> Document:
    """Return the document of one collection: what it is, where and when."""
    use_language(asked.settings.language)
    held = holdings(asked.settings)
    extent: Document = {"spatial": {"bbox": [_bounds(held, name)], "crs": CRS84}}
    if name == "stations":
        known = [day for day in held.stations["opened_on"] if isinstance(day, str)]
        extent["temporal"] = {"interval": [[f"{min(known)}T00:00:00Z" if known else None, None]]}
    titles = {
        "stations": (_("Service stations"), _("The stations of the register, by tier; also those without a place.")),
        "bases": (_("Activity bases"), _("The activity bases of the register.")),
        "gaps": (_("Gaps"), _("Where people are out of reach; within {radius} m if no radius is asked for.")),
        "districts": (_("Districts"), _("The outlines of the districts, as good as their source.")),
    }
    title, description = titles[name]
    return {
        "id": name,
        "title": title,
        "description": description.format(radius=radius_text(DEFAULT_RADIUS_M)),
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            asked.link("self", f"/collections/{name}", name=name),
            asked.link("items", f"/collections/{name}/items", GEOJSON, name=name),
        ],
    }


def items(asked: Asked, name: Name) -> Document:
    """Return one page of a collection, see `stations.planning.publishing.selection`."""
    wish, whole = selection_from(asked.words, properties_of(name)), _features(asked, name)
    found, path = selected(whole["features"], wish), f"/collections/{name}/items"
    shown = found[wish.offset : wish.offset + wish.limit]
    offsets = {"self": wish.offset}
    if wish.offset + wish.limit < len(found):
        offsets["next"] = wish.offset + wish.limit
    if wish.offset > 0:
        offsets["prev"] = max(wish.offset - wish.limit, 0)
    return {
        **whole,
        "numberMatched": len(found),
        "numberReturned": len(shown),
        "links": [
            *(asked.page(rel, path, limit=wish.limit, offset=offset) for rel, offset in offsets.items()),
            asked.link("collection", f"/collections/{name}", name=name),
        ],
        "features": shown,
    }


def item(asked: Asked, name: Name, key: str) -> Document:
    """Return one feature of a collection. Raises `NoSuchAddress`."""
    found = next((each for each in _features(asked, name)["features"] if each["id"] == key), None)
    path = f"/collections/{name}"
    if found is None:
        raise NoSuchAddress(path=f"{OGC}{path}/items/{key}", offered=f"{OGC}{path}/items")
    own = asked.link("self", f"{path}/items/{quote(key, safe='')}", GEOJSON, name=name)
    return {**found, "links": [own, asked.link("collection", path, name=name)]}


def _features(asked: Asked, name: Name) -> Mapping[str, Any]:
    settings = asked.settings
    if name == "districts":
        return _districts(holdings(settings), settings.language)
    if name != "gaps":
        return feed(settings, name, None).collection
    gaps = feed(settings, name, _question(asked)).collection
    named = [{**gap, "id": gap["properties"]["gap_id"]} for gap in gaps["features"]]  # ranks change, this stays
    return {**gaps, "features": named}


@lru_cache(maxsize=8)
def _districts(held: Holdings, language: Language) -> Document:
    use_language(language)
    outlines = shapely.set_precision(held.districts.geometry.to_numpy(), PRECISION_DEG)
    return {
        "type": "FeatureCollection",
        "city": held.city.adcode,
        "features": [
            {
                "type": "Feature",
                "id": str(code),
                "geometry": mapping(outline),
                "properties": {"code": str(code), "name": district_name(held, code)},
            }
            for code, outline in zip(held.districts.index, outlines, strict=True)
        ],
    }


def _bounds(held: Holdings, name: Name) -> list[float]:
    """Return the extent of the city, and of the records that are outside."""
    kind: Kind | None = {"stations": "station", "bases": "base"}.get(name)  # type: ignore[assignment]
    records = held.of(kind).geometry.to_numpy() if kind else []
    return [float(edge) for edge in shapely.total_bounds([*held.districts.geometry.to_numpy(), *records])]
