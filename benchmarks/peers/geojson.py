"""The peer ``folium.GeoJson``: one layer of points, the look of each in its properties, no style function."""

from __future__ import annotations

import folium
import pandas as pd

from benchmarks.peers import page


def marks(table: pd.DataFrame) -> folium.FeatureGroup:
    """Return the stations as one GeoJson layer."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"style": {"color": page.COLOURS[tier]}},
        }
        for tier, lon, lat in zip(table["tier"], table["lon"], table["lat"], strict=True)
    ]
    group = folium.FeatureGroup(control=False)
    look = folium.CircleMarker(radius=page.RADIUS, weight=1, fill=True, fill_opacity=0.8)
    folium.GeoJson({"type": "FeatureCollection", "features": features}, marker=look).add_to(group)
    return group


page.show(marks)
