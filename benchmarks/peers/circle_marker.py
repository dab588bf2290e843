"""The peer ``folium.CircleMarker``: one object for each station."""

from __future__ import annotations

import folium
import pandas as pd

from benchmarks.peers import page


def marks(table: pd.DataFrame) -> folium.FeatureGroup:
    """Return the stations as circle markers in one group."""
    group = folium.FeatureGroup(control=False)
    for tier, lon, lat in zip(table["tier"], table["lon"], table["lat"], strict=True):
        colour = page.COLOURS[tier]
        mark = folium.CircleMarker(
            [lat, lon], radius=page.RADIUS, weight=1, color=colour, fill=True, fill_color=colour, fill_opacity=0.8
        )
        group.add_child(mark)
    return group


page.show(marks)
