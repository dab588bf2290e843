"""What a widget of Streamlit holds before anybody has touched it, as its frontend says it to the server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.WidgetStates_pb2 import WidgetState

Widget = Any
"""The part of a message that describes one element; each kind has a class of its own."""

_PLAIN = {"checkbox": "bool_value", "text_input": "string_value", "text_area": "string_value"}
_SEVERAL = ("multiselect", "button_group", "date_input")


def widget_of(element: Element) -> tuple[str, Widget]:
    """Return the kind of an element and what describes it."""
    kind = str(element.WhichOneof("type"))
    return kind, getattr(element, kind)


def untouched(kind: str, widget: Widget) -> WidgetState | None:
    """Return what a widget holds; ``None`` where the frontend says nothing before somebody does something."""
    if kind in _PLAIN:
        value = widget.value if widget.set_value else widget.default
        return WidgetState(id=widget.id, **{_PLAIN[kind]: value})
    if kind in _SEVERAL:
        return _several(widget.id, _chosen(kind, widget))
    if kind == "selectbox":
        chosen = _chosen(kind, widget)
        return WidgetState(id=widget.id, string_value=chosen[0]) if chosen else WidgetState(id=widget.id)
    if kind == "file_uploader":
        state = WidgetState(id=widget.id)
        state.file_uploader_state_value.SetInParent()
        return state
    if kind == "dataframe" and widget.selection_default:
        return WidgetState(id=widget.id, string_value=widget.selection_default)
    return None


def set_by_server(widget: Widget) -> bool:
    """Return whether a widget comes with a value that is to replace the one it holds."""
    return bool(getattr(widget, "set_value", False))


def options(widget: Widget) -> list[str]:
    """Return what may be chosen in a widget."""
    return [str(getattr(option, "content", option)) for option in widget.options]


def _chosen(kind: str, widget: Widget) -> list[str]:
    if kind == "date_input":
        return list(widget.value if widget.set_value else widget.default)
    if kind == "selectbox":
        if widget.set_value:
            return [widget.raw_value] if widget.HasField("raw_value") else []
        return [options(widget)[widget.default]] if widget.HasField("default") else []
    return list(widget.raw_values) if widget.set_value else [options(widget)[index] for index in widget.default]


def _several(key: str, values: Iterable[str]) -> WidgetState:
    state = WidgetState(id=key)
    state.string_array_value.SetInParent()  # also where nothing is chosen
    state.string_array_value.data.extend(values)
    return state
