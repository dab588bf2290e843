"""A visitor without a browser: speaks the protocol of Streamlit's own frontend, and keeps what that keeps.

What is sent is what Chromium is seen to send (``tests/app/test_speaking.py`` compares them): the page, its websocket
with the cookie of the sign-in, after each act the state of every widget on the page, and what the map asks for by
itself. Files that a browser keeps are not asked for. What comes is read: elements by their place, widgets with the
values that the server gives them, and messages that come once and are named by their hash from then on.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.widgets import Widget, options, set_by_server, untouched, widget_of
from stations.app.access.guard import COOKIE

LIMIT_S = 60.0
XSRF, NO_XSRF = "_streamlit_xsrf", "PLACEHOLDER_AUTH_TOKEN"
_MOST_BYTES = 2**26
_LAYER = re.compile(r'"(/atlas/data/[^"]+)"')
_FAULT = re.compile(r"class='atlas-fault' role='alert'>(.*?)</div>")
_FRAME = "/component/streamlit_folium.st_folium/index.html"
_SAID = ("html", "heading", "markdown")

Place = tuple[int, ...]


class NoAnswer(RuntimeError):
    """What was asked for did not come: too late, a closed socket, a refusal, or a page that tells of a fault."""


@dataclass
class Kept:
    """A message as it came, the run in which it was last named, and the part of the page it belongs to."""

    payload: bytes
    run: int
    fragment: str


@dataclass
class Session:
    """An open page: what is on it by place (`page`), what its widgets hold by number (`states`), what was `kept`.

    Messages are kept for the `longest` number of runs that the server names.
    """

    home: httpx.AsyncClient
    socket: ClientConnection
    url: str
    query: str
    script: str = ""
    page: dict[Place, Delta] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    runs: int = 0
    longest: int = 0
    _layers: set[str] = field(default_factory=set)
    _tags: dict[str, str] = field(default_factory=dict)

    async def choose(self, key: str, **value: Any) -> None:
        """Give the widget with this key another value, named by its kind (``bool_value=True``)."""
        place, widget = self._keyed(key)
        state = WidgetState(id=widget.id, **value)
        self.states[state.id] = state
        await self.run(fragment=self.page[place].fragment_id)

    async def press(self, label: str) -> None:
        """Press the button with this label."""
        place, widget = self._labelled("button", label)
        await self.run(fragment=self.page[place].fragment_id, trigger=WidgetState(id=widget.id, trigger_value=True))

    async def click_map(self, kind: str, key: str, *, lon: float, lat: float) -> None:
        """Tell of a click on the map, and what was hit."""
        place, widget = _only(self._of("component_instance"))
        hit = {
            "type": "Feature",
            "id": key,
            "properties": {"kind": kind, "id": key, "click": time.time_ns() // 1_000_000},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        told = json.dumps({"last_active_drawing": hit}, separators=(",", ":"))
        self.states[widget.id] = WidgetState(id=widget.id, json_value=told)
        await self.run(fragment=self.page[place].fragment_id)

    async def follow(self, label: str) -> None:
        """Follow the link to another page, where every widget begins anew."""
        _place, link = self._labelled("page_link", label)
        self.states.clear()
        self._layers.clear()
        self.query, self.script = link.query_string, link.page_script_hash
        await self.run()

    async def run(self, *, fragment: str = "", trigger: WidgetState | None = None) -> None:
        """Ask for a run of the page, or of a part of it, and wait until it is there, with what its map shows."""
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash, asked.fragment_id = self.query, self.script, fragment
        asked.widget_states.widgets.extend([*self.states.values(), *([trigger] if trigger else [])])
        asked.cached_message_hashes.extend(self.kept)
        asked.context_info.timezone, asked.context_info.timezone_offset = "UTC", 0
        asked.context_info.locale, asked.context_info.color_scheme = "en-US", "light"
        asked.context_info.url, asked.context_info.is_embedded = self.url, False
        try:
            async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as drawing:
                await self.socket.send(message.SerializeToString())
                await self._receive(drawing)
        except (ExceptionGroup, TimeoutError) as error:  # of the socket, of what was asked for beside it, or of time
            raise NoAnswer(repr(getattr(error, "exceptions", [error])[0])) from error
        if told := list(self.faults()):
            raise NoAnswer("; ".join(told))

    def options(self, key: str) -> list[str]:
        """Return what may be chosen in the widget with this key."""
        return options(self._keyed(key)[1])

    def require(self, words: str) -> None:
        """Raise `NoAnswer` unless the page says these words."""
        if words not in self.texts():
            raise NoAnswer(f"nothing says {words}")

    def texts(self) -> str:
        """Return the words on the page, with what its fields hold."""
        said = [str(element.body) for kind in _SAID for _place, element in self._of(kind)]
        held = [f"{each.label}: {self.states[each.id].string_value}" for _place, each in self._of("text_input")]
        return "\n".join([*said, *held])

    def faults(self) -> Iterator[str]:
        """Yield what the page says went wrong."""
        for _place, element in self._of("exception"):
            yield str(element.message)
        yield from _FAULT.findall(self.texts())

    async def _receive(self, drawing: asyncio.TaskGroup) -> None:
        """Read until the script has come to its end."""
        async for payload in self.socket:
            message = self._unpacked(payload if isinstance(payload, bytes) else payload.encode())
            fragments = message.metadata.run.fragment_ids
            match message.WhichOneof("type"):
                case "new_session":
                    self._begin(fragments)
                case "navigation":
                    self.script = message.navigation.page_script_hash
                case "page_info_changed":
                    self.query = message.page_info_changed.query_string
                case "delta":
                    self._take(tuple(message.metadata.delta_path), message.delta)
                    self._draw(message.delta, drawing)
                case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    self._end(fragments)
                    return
        raise NoAnswer(f"the socket was closed: {self.socket.close_code}")

    def _unpacked(self, payload: bytes) -> ForwardMsg:
        """Return a message; one that came before is named by its hash alone."""
        message = _message(payload)
        if message.WhichOneof("type") == "ref_hash":
            known = self.kept[message.ref_hash]
            known.run = self.runs
            whole = _message(known.payload)
            whole.metadata.CopyFrom(message.metadata)
            return whole
        if message.metadata.cacheable:
            self.kept.setdefault(message.hash, Kept(payload, self.runs, message.delta.fragment_id))
        elif message.WhichOneof("type") == "new_session":
            self.longest = message.new_session.config.max_cached_message_age
        return message

    def _begin(self, fragments: Collection[str]) -> None:
        """Forget what comes anew: the whole page, or some parts of it."""
        self.page = {
            place: delta for place, delta in self.page.items() if fragments and delta.fragment_id not in fragments
        }

    def _end(self, fragments: Collection[str]) -> None:
        """Forget what is not on the page any more, and messages that were not named for some runs."""
        self.runs += 1
        on_page = {widget.id for _place, widget in self._widgets()}
        self.states = {key: state for key, state in self.states.items() if key in on_page}
        if not list(self._of("component_instance")):
            self._layers.clear()
        self.kept = {
            key: kept
            for key, kept in self.kept.items()
            if self.runs - kept.run <= self.longest or (fragments and kept.fragment not in fragments)
        }

    def _take(self, place: Place, delta: Delta) -> None:
        """Put an element in its place; a widget that is new, or told to, begins with the value that it comes with."""
        self.page[place] = delta
        if delta.HasField("new_element") and not self._closed(place):
            kind, widget = widget_of(delta.new_element)
            state = untouched(kind, widget)
            if state is not None and (state.id not in self.states or set_by_server(widget)):
                self.states[state.id] = state

    def _draw(self, delta: Delta, drawing: asyncio.TaskGroup) -> None:
        """Ask for what a map asks for when it is shown, or shown anew."""
        if not delta.new_element.HasField("component_instance"):
            return
        if not self._layers:  # the frame of a new map is asked for twice: whether it is there, then for itself
            drawing.create_task(self._get(_FRAME))
            drawing.create_task(self._get(_FRAME))
        script = json.loads(delta.new_element.component_instance.json_args).get("feature_group") or ""
        for url in {json.loads(f'"{written}"') for written in _LAYER.findall(script)} - self._layers:
            self._layers.add(url)
            drawing.create_task(self._get(url))

    async def _get(self, url: str) -> None:
        """Ask as a browser does: whether what it has is still the same."""
        have = {"If-None-Match": self._tags[url]} if url in self._tags else {}
        try:
            answer = await self.home.get(url, headers=have)
        except (httpx.ReadError, httpx.RemoteProtocolError):  # the server has just let an idle connection go
            answer = await self.home.get(url, headers=have)
        if answer.status_code != httpx.codes.NOT_MODIFIED:
            answer.raise_for_status()
        if "ETag" in answer.headers:
            self._tags[url] = answer.headers["ETag"]

    def _closed(self, place: Place) -> bool:
        """Return whether a place is in a popover: the frontend makes nothing there before somebody opens it."""
        above = (self.page.get(place[:end]) for end in range(1, len(place)))
        return any(each is not None and each.add_block.HasField("popover") for each in above)

    def _widgets(self) -> Iterator[tuple[Place, Widget]]:
        for place, delta in self.page.items():
            if delta.HasField("new_element") and not self._closed(place):
                _kind, widget = widget_of(delta.new_element)
                if getattr(widget, "id", ""):
                    yield place, widget

    def _keyed(self, key: str) -> tuple[Place, Widget]:
        return _only((place, each) for place, each in self._widgets() if each.id.split("-", 2)[2].startswith(key))

    def _labelled(self, kind: str, label: str) -> tuple[Place, Widget]:
        return _only((place, each) for place, each in self._of(kind) if each.label == label)

    def _of(self, kind: str) -> Iterator[tuple[Place, Widget]]:
        for place, delta in self.page.items():
            if delta.new_element.WhichOneof("type") == kind:
                yield place, getattr(delta.new_element, kind)


@asynccontextmanager
async def speaking(url: str, token: str, path: str, *, query: str) -> AsyncIterator[Session]:
    """Open a page of the app at `url` as whoever has signed in with `token`, until the block ends.

    Raises `NoAnswer`.
    """
    async with httpx.AsyncClient(base_url=url, cookies={COOKIE: token}, timeout=LIMIT_S) as home:
        for asked in (f"{path}?{query}", "/_stcore/health", "/_stcore/host-config"):
            answer = await home.get(asked, headers={"Accept": "text/html"})
            if answer.status_code != httpx.codes.OK:
                raise NoAnswer(f"{answer.status_code}: {asked}")
        cookies = "; ".join(f"{name}={value}" for name, value in home.cookies.items())
        async with connect(
            f"{url.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={"Cookie": cookies},
            origin=Origin(url),
            subprotocols=[Subprotocol("streamlit"), Subprotocol(home.cookies.get(XSRF) or NO_XSRF)],
            max_size=_MOST_BYTES,
        ) as socket:
            session = Session(home, socket, f"{url}{path}", query)
            await session.run()
            yield session


def _message(payload: bytes) -> ForwardMsg:
    message = ForwardMsg()
    message.ParseFromString(payload)
    return message


def _only(found: Iterator[tuple[Place, Widget]]) -> tuple[Place, Widget]:
    places = list(found)
    if len(places) != 1:
        raise NoAnswer(f"{len(places)} widgets where there should be one")
    return places[0]
