"""Browser maps with Folium: a base map that never changes for a city, and layers that say what to show.

The only owner of Folium and branca, and the only place where latitude comes first. What enters a Folium
object is made by us: ids, numbers, enum values and URLs, all through `encode.script_json`. Names, addresses
and every other word reach the browser as JSON by URL (see `layers`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import folium
from branca.element import MacroElement
from folium.map import Layer
from folium.template import Template

from stations.model.vocabulary import Tier
from stations.output import bundle
from stations.output.encode import script_json
from stations.output.layers import Kind, Pin
from stations.output.proposals import Pins, pin_settings

Bounds = tuple[float, float, float, float]  # west, south, east, north, degrees

BaseMap = folium.Map  # so that others can name what they hand to st_folium without Folium
LayerGroup = folium.FeatureGroup

CLOSEST_ZOOM = 18


@dataclass(frozen=True)
class Focus:
    """Where to fly, once for each new `seq`: a box (west, south, east, north); a point is a box without size.

    `zoom` is how close the flight may come.
    """

    bounds: Bounds
    seq: int
    zoom: int = 14


class AtlasLayer(Layer):
    """The wish to see one kind of layer; our script in the browser fetches `url` and draws it.

    Of each kind the map shows the one added last, so a layer may be made anew on every rerun: data is fetched
    once for each URL, and the picture changes without a flicker.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = new Atlas.Layer({{ this.arguments }});"
        "{% endmacro %}"
    )

    def __init__(self, kind: Kind, url: str, settings: Mapping[str, object]) -> None:
        super().__init__(overlay=True, control=False)
        self._name = "AtlasLayer"
        self.arguments = ",".join(map(script_json, (kind, url, settings)))


class _Start(MacroElement):
    _template = Template(
        "{% macro script(this, kwargs) %}Atlas.start({{ this._parent.get_name() }}, {{ this.setup }});{% endmacro %}"
    )

    def __init__(self, setup: Mapping[str, object]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is typed in part
        self._name = "AtlasStart"
        self.setup = script_json(setup)


def base_map(bounds: Bounds, *, assets: str, words: Mapping[str, str]) -> BaseMap:
    """Return the map without data: its script depends on `bounds` and `words` alone, whatever is shown.

    Parameters
    ----------
    bounds
        The city: west, south, east, north in degrees. The view starts there, and "home" returns there.
    assets
        URL path where `bundle.SCRIPT_NAME` and `bundle.STYLE_NAME` are served, without a slash at the end.
    words
        What it says before any data is there, `layers.first_words`.
    """
    city = _map(bounds, {"card": False, "words": dict(words)})
    city.default_js = [("atlas", f"{assets}/{bundle.SCRIPT_NAME}?v={bundle.version()}")]
    city.default_css = [("atlas_css", f"{assets}/{bundle.STYLE_NAME}?v={bundle.version()}")]
    return city


def _map(bounds: Bounds, setup: Mapping[str, object]) -> BaseMap:
    west, south, east, north = bounds
    city = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=9,
        tiles=None,
        zoom_control=False,
        attributionControl=False,  # camel case: Leaflet's own options pass through folium as they are
        maxZoom=CLOSEST_ZOOM,
        zoomSnap=0.25,
        trackResize=False,  # our script does it, and keeps the centre to the last digit
    )
    city.add_child(_Start({"bounds": list(bounds), **setup}))
    return city


def frame_layer(url: str, *, focus: Focus | None = None, pin: Pin | None = None) -> AtlasLayer:
    """Return the words and facts around the map; with `focus`, fly there; with `pin`, mark a place."""
    flight = {"bounds": list(focus.bounds), "seq": focus.seq, "zoom": focus.zoom} if focus else None
    return AtlasLayer("frame", url, {"focus": flight, "pin": asdict(pin) if pin else None})


def district_layer(url: str) -> AtlasLayer:
    """Return the districts: tints, hairlines and names."""
    return AtlasLayer("districts", url, {})


def people_layer(url: str) -> AtlasLayer:
    """Return the uncovered people as squares."""
    return AtlasLayer("people", url, {})


def reached_layer(url: str) -> AtlasLayer:
    """Return the land within reach of a station."""
    return AtlasLayer("reached", url, {})


def gap_layer(url: str, *, selected: str | None = None) -> AtlasLayer:
    """Return the gaps; `selected` is the id of the one that stands out."""
    return AtlasLayer("gaps", url, {"selected": selected})


def base_layer(url: str, *, selected: str | None = None, cluster: bool = False, others: bool = True) -> AtlasLayer:
    """Return the activity bases; `selected` is the id of the one with a ring, which is there without `others`, too."""
    hidden: dict[str, object] = {} if others else {"tiers": []}
    return AtlasLayer("bases", url, {"selected": selected, "cluster": cluster, **hidden})


def station_layer(
    url: str, *, tiers: Iterable[Tier] = tuple(Tier), selected: str | None = None, cluster: bool = False
) -> AtlasLayer:
    """Return the stations of `tiers`; `selected` is the id of the one with a ring."""
    shown = [tier.value for tier in tiers]
    return AtlasLayer("stations", url, {"tiers": shown, "selected": selected, "cluster": cluster})


def proposal_layer(url: str, pins: Pins) -> AtlasLayer:
    """Return the proposed sites, and the land where nothing may be built."""
    return AtlasLayer("proposals", url, pin_settings(pins))


def layer_group(layers: Iterable[AtlasLayer]) -> LayerGroup:
    """Return the layers as the one group that `st_folium` takes as ``feature_group_to_add``."""
    group = folium.FeatureGroup(control=False)
    for layer in layers:
        group.add_child(layer)
    return group


def standalone_parts(bounds: Bounds, layers: Iterable[AtlasLayer]) -> tuple[str, str]:
    """Return markup and script of a map with `layers` that shows the card of a chosen place itself."""
    city = _map(bounds, {"card": True})
    city.default_js, city.default_css = [], []
    city.add_child(layer_group(layers))
    figure: Any = city.get_root()
    figure.render()
    return figure.html.render().strip(), figure.script.render().strip()
