"""The map on a page: what it shows, and what a click on it chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit_folium import st_folium

from stations.app import address
from stations.model.settings import Settings
from stations.planning.coverage.assess import Question
from stations.planning.maps import draw

HEIGHT = 560
_FLIGHT = "flight"


On = Mapping[str, Callable[[dict[str, Any]], object]]
"""What is done with a feature (GeoJSON) that somebody clicked or drew, by its kind."""


def city_map(
    settings: Settings,
    view: draw.View,
    *,
    question: Question | None,
    key: str,
    height: int = HEIGHT,
    on: On = MappingProxyType({}),
) -> None:
    """Show the city's map. The base map is constant for a city; only the group of layers changes between runs.

    A click chooses a station, a base or a gap; `on` says what it does with anything else.
    """
    base, layers = draw.page_map(settings, view, question=question)
    name = f"{key}-{settings.city}"
    with _place_kept(name, height):
        st_folium(
            base,
            key=name,
            height=height,
            use_container_width=True,
            returned_objects=["last_active_drawing"],
            feature_group_to_add=layers,
            on_change=lambda: _clicked(st.session_state.get(name), on),
        )


def place_map(
    settings: Settings, place: tuple[float, float] | None, *, on_place: Callable[[float, float], None]
) -> None:
    """Show the city's stations and the place of a draft, which a click or dragging it tells anew (WGS84)."""
    pin = draw.Pin(*place, reach_m=address.chosen("radius"), movable=True) if place else None
    focus = ("pin", "") if pin and flight() else None
    view = draw.View(bases=True, pin=pin, focus=focus, flight=flight())
    base, layers = draw.page_map(settings, view, question=None)
    name = f"place-{settings.city}"

    def clicked() -> None:
        at = (st.session_state.get(name) or {}).get("last_clicked")
        if at:
            on_place(at["lng"], at["lat"])

    with _place_kept(name, 380):
        st_folium(
            base,
            key=name,
            height=380,
            use_container_width=True,
            returned_objects=["last_clicked"],
            feature_group_to_add=layers,
            on_change=clicked,
        )


def _place_kept(name: str, height: int) -> DeltaGenerator:
    """Return a box as high as the map from the start, so that nothing below moves away under a finger when it comes."""
    return st.container(height=height, border=False, key=f"map-{name}")


def _clicked(state: dict[str, Any] | None, on: On) -> None:
    """Choose what was clicked; called before the run that follows a click."""
    feature = (state or {}).get("last_active_drawing") or {}
    kind, key = feature.get("properties", {}).get("kind"), feature.get("id")
    if kind in on:
        on[kind](feature)
    elif kind in {"station", "base"}:
        address.choose("selected", (kind, str(key)))
    elif kind == "gap":
        address.choose("gap", str(key))


def fly() -> None:
    """Let the map fly to what is chosen, on its next run."""
    st.session_state[_FLIGHT] = st.session_state.get(_FLIGHT, 0) + 1


def flight() -> int:
    """Return the number of the last flight asked for."""
    return int(st.session_state.get(_FLIGHT, 0))
