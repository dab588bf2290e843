"""The one script and the one style sheet that a map needs: Leaflet, then our own layers.

Leaflet is never committed: its text comes from the package ``folium-offline``, which keeps what folium links
to. That package's table has a private name; it is read here and nowhere else.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

LEAFLET_SCRIPT = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"
LEAFLET_STYLE = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"
SCRIPT_NAME = "atlas-bundle.js"
STYLE_NAME = "atlas-bundle.css"

_STATIC = Path(__file__).parent / "static"
_PARTS = (
    "data",
    "symbols",
    "canvas",
    "space",
    "ground",
    "gaps",
    "marks",
    "proposals",
    "controls",
    "measure",
    "view",
)  # in this order


@cache
def script() -> str:
    """Return the JavaScript of every map: Leaflet 1.9.3 (with its licence notice) and our layers."""
    leaflet = _leaflet(LEAFLET_SCRIPT).replace("//# sourceMappingURL=leaflet.js.map", "")
    own = [(_STATIC / f"{part}.js").read_text("utf-8") for part in _PARTS]
    return "\n;\n".join([leaflet.strip(), *own])


@cache
def style() -> str:
    """Return the style sheet of every map; its few pictures are in it."""
    return _leaflet(LEAFLET_STYLE) + (_STATIC / "atlas.css").read_text("utf-8")


@cache
def version() -> str:
    """Return a short hash of script and style: a URL that carries it may be kept by browsers for ever."""
    return hashlib.sha256((script() + "\0" + style()).encode()).hexdigest()[:12]


def _leaflet(url: str) -> str:
    from offlinefolium.elements import _res

    return str(_res[url])
