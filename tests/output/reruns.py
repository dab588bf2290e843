"""A map in a page that runs again: st_folium removes its layers and evaluates the new ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit_folium

from stations.output import bundle, maps

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGE = """<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,">
<style>{style} #map_div {{ height: 600px }}</style><div id="map_div"></div>
<script>{bundle}</script><script>{script}
window.clicks = [];
window.layers = null;
window.rerun = (source) => {{
  if (window.layers) map_div.removeLayer(window.layers);
  (0, eval)(source);
  window.layers = feature_group_feature_group_0;
  Object.values(map_div._layers).forEach((layer) => {{
    layer.off("click", window.clicked);
    layer.on("click", window.clicked);
  }});
}};
window.clicked = (event) => window.clicks.push(event.layer && event.layer.toGeoJSON());
</script>"""


@dataclass
class Rerun:
    """The page of one map: `show` runs it again with other layers; `asked` lists the data requests."""

    page: Page
    asked: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def show(self, *layers: maps.AtlasLayer) -> None:
        whole = city()
        streamlit_folium._get_map_string(whole)
        group = maps.layer_group(layers)
        self.page.evaluate("(source) => rerun(source)", streamlit_folium._get_feature_group_string(group, map=whole))

    def until(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}")

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        x, y = self.page.evaluate(
            """([lon, lat]) => {
                const point = map_div.latLngToContainerPoint([lat, lon]);
                const frame = map_div.getContainer().getBoundingClientRect();
                return [point.x + frame.x, point.y + frame.y];
            }""",
            [lon, lat],
        )
        return x, y


def city() -> Any:
    whole = maps.base_map((117.0, 32.0, 117.4, 32.2), assets="/assets", words={"loading": "…"})
    whole.get_root().render()
    return whole


def html() -> str:
    """Return the page with the base map, and how it runs again."""
    return PAGE.format(style=bundle.style(), bundle=bundle.script(), script=streamlit_folium._get_map_string(city()))
