"""What both peers' pages share: a row of tier chips, the map, and the name of the chosen station beside it.

The same job as our overview, with less around it. The map is as its authors advise: constant base map,
``prefer_canvas``, one returned object, what changes in ``feature_group_to_add``, in a fragment; the list is read once,
and there are no popups and no tooltips.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from stations.output import bundle
from stations.planning.maps.draw import ASSETS

COLOURS = {"全国最美": "#B3202A", "省级": "#D9730D", "市级": "#1F6FB2", "普通": "#5F6B7A"}
RADIUS = 4

Marks = Callable[[pd.DataFrame], folium.FeatureGroup]


@st.cache_data
def stations() -> pd.DataFrame:
    """Return the list as numbers and names, read once for everybody."""
    table = pd.read_csv(os.environ["PEER_STATIONS"], dtype={"经度": float, "纬度": float}, encoding="utf-8")
    return table[["站点名称", "等级", "经度", "纬度"]].set_axis(["name", "tier", "lon", "lat"], axis=1)


def show(marks: Marks) -> None:
    """Draw the page with the peer's way to make `marks` of a list."""
    st.set_page_config(layout="wide")
    _body(marks)


@st.fragment
def _body(marks: Marks) -> None:
    tiers = st.pills("Tiers", list(COLOURS), selection_mode="multi", default=list(COLOURS), key="tiers")
    table = stations()
    chosen = st.session_state.get("chosen")
    left, right = st.columns([13, 7])
    with left:
        st_folium(
            _base(table),
            key="map",
            height=560,
            use_container_width=True,
            returned_objects=["last_object_clicked"],
            feature_group_to_add=[marks(table[table["tier"].isin(tiers)]), _ring(table, chosen)],
            on_change=_choose,
        )
    with right.container(key="card"):
        st.text("" if chosen is None else table["name"].iloc[chosen])


def _base(table: pd.DataFrame) -> folium.Map:
    centre = [table["lat"].mean(), table["lon"].mean()]
    base = folium.Map(centre, zoom_start=9, tiles=None, prefer_canvas=True, maxZoom=18)
    base.default_js = [("leaflet", f"{ASSETS}/{bundle.SCRIPT_NAME}?v={bundle.version()}")]
    base.default_css = [("leaflet_css", f"{ASSETS}/{bundle.STYLE_NAME}?v={bundle.version()}")]
    return base


def _choose() -> None:
    clicked = st.session_state["map"]["last_object_clicked"]
    apart = (stations()["lat"] - clicked["lat"]).abs() + (stations()["lon"] - clicked["lng"]).abs()
    st.session_state["chosen"] = int(apart.to_numpy().argmin())


def _ring(table: pd.DataFrame, chosen: int | None) -> folium.FeatureGroup:
    group = folium.FeatureGroup(control=False)
    if chosen is not None:
        place = [table["lat"].iloc[chosen], table["lon"].iloc[chosen]]
        folium.CircleMarker(place, radius=12, fill=False, color="#111111").add_to(group)
    return group
