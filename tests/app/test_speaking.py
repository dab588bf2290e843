"""The visitor without a browser of the benchmarks: he sends what Chromium sends, act by act."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.speaking import Session, speaking
from tests.app.test_entry import fill
from tests.app.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, WebSocket

pytestmark = pytest.mark.browser

ROW = json.dumps({"selection": {"rows": [1], "columns": [], "cells": []}}, separators=(",", ":"))
PLACE = "geo:32.655,117.031"
OF_A_FORM = re.compile(r"^\$\$ID-[0-9a-f]+-(?=[a-z]+-[0-9a-f]{32})|(?<=-)[0-9a-f]{32}(?=-)")


def acts_in_a_browser(visitor: Visitor) -> list[Callable[[], object]]:
    page = visitor.page
    return [
        lambda: page.mouse.click(*visitor.spot("stations", 4)),
        lambda: page.get_by_test_id("stButtonGroup").get_by_text("Municipal").click(),
        lambda: visitor.toggle("Activity bases"),
        lambda: page.get_by_role("link", name="Coverage and gaps", exact=True).click(),
        lambda: visitor.type("Service radius", "700"),
        lambda: page.get_by_role("link", name="Stations and bases", exact=True).click(),
        lambda: visitor.choose_row(1),
        lambda: visitor.button("Edit this record").click(),
        lambda: fill(visitor, "Paste a map link or coordinates", PLACE),
        lambda: visitor.button("Discard").click(),
    ]


def acts_by_the_protocol(session: Session) -> list[Callable[[], Awaitable[None]]]:
    return [
        lambda: session.click_map("station", "S-05", lon=116.785, lat=32.575),
        lambda: session.choose("tiers", string_array_value={"data": ["National 1", "Provincial 2", "No honour 3"]}),
        lambda: session.choose("bases", bool_value=True),
        lambda: session.follow("Coverage and gaps"),
        lambda: session.choose("radius-box", string_value="700"),
        lambda: session.follow("Stations and bases"),
        lambda: session.choose("station-list", string_value=ROW),
        lambda: session.press("Edit this record"),
        lambda: session.choose("entry-paste", string_value=PLACE),
        lambda: session.press("Discard"),
    ]


def told(payload: bytes) -> dict[str, Any]:
    """Return what a message asks for, without what is another one's each time.

    That is when a click was made, where the browser believes it is, and the number of a form in its widgets' names.
    """
    asked = BackMsg.FromString(payload).rerun_script
    states = {OF_A_FORM.sub("", state.id): state for state in asked.widget_states.widgets}
    for state in states.values():
        state.id = ""
        if state.HasField("json_value"):
            hit = json.loads(state.json_value)["last_active_drawing"]
            del hit["properties"]["click"]
            state.json_value = json.dumps(hit, sort_keys=True)
    return {
        "query": asked.query_string,
        "page": asked.page_script_hash,
        "part": asked.fragment_id,
        "widgets": {key: str(state) for key, state in states.items()},
        "kept": sorted(asked.cached_message_hashes),
    }


def has_ended(payload: str | bytes) -> bool:
    """Return whether a message says that the script has come to its end."""
    message = ForwardMsg.FromString(payload if isinstance(payload, bytes) else payload.encode())
    return message.WhichOneof("type") == "script_finished"


def sent_by_a_browser(browser: Browser, home: str) -> list[dict[str, Any]]:
    sent: list[bytes] = []
    sockets: list[WebSocket] = []

    def listen(socket: WebSocket) -> None:
        sockets.append(socket)
        socket.on("framesent", lambda frame: sent.append(frame if isinstance(frame, bytes) else frame.encode()))

    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    visitor = Visitor(context.new_page(), home)
    visitor.page.on("websocket", listen)
    visitor.open("/?lang=en").until_drawn()
    for act in acts_in_a_browser(visitor):
        with sockets[0].expect_event("framereceived", has_ended):
            act()
        visitor.settled()
    context.close()
    return [told(payload) for payload in sent]


def sent_by_the_protocol(home: str) -> list[dict[str, Any]]:
    sent: list[bytes] = []

    async def visit() -> None:
        async with speaking(home, "", "/", query="lang=en") as session:
            send = session.socket.send

            async def sending(payload: bytes) -> None:
                sent.append(payload)
                await send(payload)

            session.socket.send = sending  # type: ignore[assignment]
            for act in acts_by_the_protocol(session):
                await act()

    with ThreadPoolExecutor(1) as aside:  # Playwright has the loop of this thread
        aside.submit(asyncio.run, visit()).result()
    return [told(payload) for payload in sent]


def test_it_sends_what_a_browser_sends(browser: Browser, server: str) -> None:
    _opening, *seen = sent_by_a_browser(browser, server)
    assert sent_by_the_protocol(server) == seen
