"""The description of ``/ogc`` for programs: OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

import stations
from stations.model.language import gettext as _
from stations.model.language import use_language
from stations.planning.publishing.feeds import PLACE, QUESTION
from stations.planning.publishing.ogc import COLLECTIONS, GEOJSON, JSON, Asked, Name, carried, properties_of
from stations.planning.publishing.selection import BBOX, DATETIME, DEFAULT_LIMIT, MOST

Document = dict[str, Any]


def api(asked: Asked) -> Document:
    """Return the document of ``/ogc/api``."""
    use_language(asked.settings.language)
    pages: dict[str, tuple[str, str]] = {
        "/": (_("Where to begin"), JSON),
        "/api": (_("This description"), JSON),
        "/conformance": (_("What it conforms to"), JSON),
        "/collections": (_("The collections"), JSON),
    }
    paths = {path: _get(words, media_type, [*carried(None)]) for path, (words, media_type) in pages.items()}
    for name in COLLECTIONS:
        paths |= _paths_of(name)
    return {
        "openapi": "3.0.3",
        "info": {"title": _("Station Atlas"), "version": stations.__version__},
        "servers": [{"url": asked.base}],
        "paths": paths,
        "components": {"parameters": _parameters()},
    }


def _paths_of(name: Name) -> dict[str, Document]:
    path, kept = f"/collections/{name}", [*carried(name)]
    page = _get(_("The features, page by page"), GEOJSON, [*kept, "limit", "offset", "bbox", "datetime"])
    own = [{"name": each, "in": "query", "schema": {"type": "string"}} for each in properties_of(name)]
    page["get"]["parameters"] += own
    one = _get(_("One feature"), GEOJSON, kept)
    one["get"]["parameters"].insert(
        0, {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    )
    return {
        path: _get(_("What the collection is"), JSON, kept),
        f"{path}/items": page,
        f"{path}/items/{{featureId}}": one,
    }


def _get(words: str, media_type: str, parameters: list[str]) -> Document:
    answers = {
        "200": {"description": words, "content": {media_type: {"schema": {"type": "object"}}}},
        "400": {"description": _("A parameter cannot be used; the answer says which, and what can.")},
    }
    named = [{"$ref": f"#/components/parameters/{name}"} for name in parameters]
    return {"get": {"summary": words, "parameters": named, "responses": answers}}


def _parameters() -> Document:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}
    schemas: dict[str, Document] = {
        **{name: {"type": "string"} for name in (*PLACE, *QUESTION)},
        "limit": limit,
        "offset": {"type": "integer", "minimum": 0, "default": 0},
        "bbox": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        "datetime": {"type": "string"},
    }
    words = {"bbox": _(BBOX), "datetime": _(DATETIME)}
    return {
        name: {
            "name": name,
            "in": "query",
            "required": False,
            "schema": schema,
            "style": "form",
            "explode": False,
            **({"description": words[name]} if name in words else {}),
        }
        for name, schema in schemas.items()
    }
