from __future__ import annotations

import copy
import io
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from stations.output import bundle
from stations.output.layers import Kind
from stations.output.standalone import standalone_html
from stations.output.traces import trace_of, words_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Payloads = dict[Kind, Mapping[str, Any]]
Bounds = tuple[float, float, float, float]

MAP = "Object.values(window).find((value) => value && value.atlas)"
PAINTED = f"() => {MAP} && {MAP}.atlas.slots.stations && {MAP}.atlas.slots.stations.seen"


@pytest.fixture
def payloads(payloads: Payloads) -> Payloads:
    """Return the payloads of a file: pins of a proposal are drawn on a page alone."""
    return {kind: payload for kind, payload in payloads.items() if kind != "proposals"}


def open_map(page: Page, text: str, folder: Path) -> None:
    file = folder / "map.html"
    file.write_text(text, "utf-8")
    page.goto(file.as_uri())
    page.wait_for_function(PAINTED)


def place(page: Page, kind: str, at: int) -> tuple[float, float]:
    x, y = page.evaluate(
        """([kind, at, MAP]) => {
            const map = Object.values(window).find((value) => value && value.atlas);
            const data = map.atlas.slots[kind].data;
            const point = map.latLngToContainerPoint([data.lat[at], data.lon[at]]);
            const frame = map.getContainer().getBoundingClientRect();
            return [point.x + frame.x, point.y + frame.y];
        }""",
        [kind, at, MAP],
    )
    return x, y


def test_the_page_is_slim_and_names_no_other_machine(payloads: Payloads, bounds: Bounds) -> None:
    text = standalone_html(payloads, bounds=bounds, title="Town")
    assert len(text.encode()) < 700_000
    own = text.replace(bundle.script(), "").replace(bundle.style(), "")
    assert re.findall(r"https?://", own) == []


def test_the_page_says_how_it_was_made(payloads: Payloads, bounds: Bounds) -> None:
    told = {"a": '</script>"{{7*7}}"'}
    page = standalone_html(payloads, bounds=bounds, title="Town", trace=json.dumps(told)).encode()
    assert json.loads(trace_of(page) or "") == {**told, "words": words_of(page)}
    assert trace_of(standalone_html(payloads, bounds=bounds, title="Town").encode()) is None


def test_the_page_says_what_it_is_in_its_own_language(payloads: Payloads, bounds: Bounds) -> None:
    text = standalone_html(payloads, bounds=bounds, title="Town & <country>")
    assert '<html lang="en">' in text
    assert "<title>Town &amp; &lt;country&gt;</title>" in text
    assert "<strong>Demonstration data</strong>" in text
    real = {**payloads, "frame": {**payloads["frame"], "badge": None}}
    assert "<strong>" not in standalone_html(real, bounds=bounds, title="Town")


def test_no_word_of_the_data_stands_in_the_page_as_markup(
    payloads: Payloads, bounds: Bounds, hostile: tuple[str, ...]
) -> None:
    clean = standalone_html(payloads, bounds=bounds, title="Town")
    text = standalone_html(with_names(payloads, "".join(hostile)), bounds=bounds, title="Town")
    assert text.count("<") == clean.count("<")
    assert re.findall(r"\{\{7919|\{% raw|62615533", text) == []


def with_names(payloads: Payloads, text: str) -> Payloads:
    made = copy.deepcopy(payloads)
    for kind in ("districts", "stations", "bases"):
        made[kind]["names"][:] = [text] * len(made[kind]["names"])
    for row in made["stations"]["details"]:
        row["values"][:] = [text] * len(row["values"])
    return made


@pytest.mark.browser
def test_a_click_on_a_mark_opens_its_card(page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path) -> None:
    open_map(page, standalone_html(payloads, bounds=bounds, title="Town"), tmp_path)
    page.mouse.click(*place(page, "stations", 0))
    card = page.locator(".atlas-card")
    assert card.locator("h2").inner_text() == "Alpha"
    assert card.locator("dd").all_inner_texts() == ["National", "1 First Street"]
    page.keyboard.press("Escape")
    assert card.is_hidden()


@pytest.mark.browser
def test_hostile_names_are_shown_as_text_and_run_nowhere(
    page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path, hostile: tuple[str, ...]
) -> None:
    for text in hostile:
        html = standalone_html(with_names(payloads, text), bounds=bounds, title=text)
        open_map(page, html, tmp_path)
        page.mouse.move(*place(page, "stations", 1))
        assert page.locator(".atlas-hint strong").evaluate("(shown) => shown.textContent") == text
        page.mouse.click(*place(page, "stations", 1))
        assert page.locator(".atlas-card h2").evaluate("(shown) => shown.textContent") == text
        assert page.locator(".atlas-card dd").first.evaluate("(shown) => shown.textContent") == text
        assert page.locator(".atlas-name span").first.evaluate("(shown) => shown.textContent") == text
        assert page.locator("h1").evaluate("(shown) => shown.textContent") == text
        assert page.title() != "pwned"
        assert page.locator("img").count() == 0


@pytest.mark.browser
def test_the_pages_own_policy_stops_a_script_that_is_not_its_own(
    browser: Browser, payloads: Payloads, bounds: Bounds, tmp_path: Path
) -> None:
    html = standalone_html(payloads, bounds=bounds, title="Town")
    broken = html.replace("<main>", "<main><script>document.title = 'run'</script><img src='http://127.0.0.1:9/x'>")
    file = tmp_path / "broken.html"
    file.write_text(broken, "utf-8")
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(file.as_uri())
    page.wait_for_function(PAINTED)
    title = page.title()
    page.close()
    assert title == "Town"
    assert len([text for text in refused if "Content Security Policy" in text]) == 2


@pytest.mark.browser
def test_the_legend_counts_what_is_shown(page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path) -> None:
    settings: dict[Kind, Mapping[str, object]] = {"stations": {"tiers": ["national", "none"]}}
    open_map(page, standalone_html(payloads, bounds=bounds, title="Town", settings=settings), tmp_path)
    legend = page.locator(".atlas-legend-part").first
    assert legend.locator(".atlas-legend-label").all_inner_texts() == ["National", "No honour", "Approximate place"]
    assert legend.locator(".atlas-legend-count").all_inner_texts() == ["1", "1", "1"]
    assert "2 of 6 on the map" in legend.inner_text()


@pytest.mark.browser
def test_every_button_has_a_name_and_a_thumbs_size(
    page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path
) -> None:
    open_map(page, standalone_html(payloads, bounds=bounds, title="Town"), tmp_path)
    buttons = page.locator(".atlas-buttons button")
    names = [button.get_attribute("aria-label") for button in buttons.all()]
    assert names[:3] == ["Zoom in", "Zoom out", "Show the whole city"]
    assert all(names)
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["width"] >= 40


@pytest.mark.browser
def test_a_layer_is_taken_away_and_brought_back_by_its_title_in_the_legend(
    page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path
) -> None:
    quiet: dict[Kind, Mapping[str, object]] = {"bases": {"off": True}}
    open_map(page, standalone_html(payloads, bounds=bounds, title="Town", settings=quiet), tmp_path)
    drawn = f"() => ['stations', 'bases'].map((kind) => Boolean({MAP}.atlas.drawn(kind)))"
    assert page.evaluate(drawn) == [True, False]
    switches = page.locator(".atlas-legend-switch")
    pressed = dict.fromkeys(switches.all_inner_texts())
    for name in pressed:
        pressed[name] = switches.get_by_text(name).get_attribute("aria-pressed")
    assert set(pressed.values()) == {"true", "false"}
    switches.locator("xpath=self::*[@aria-pressed='false']").first.click()
    page.locator(".atlas-legend-switch").first.click()
    assert page.evaluate(drawn) == [False, True]


@pytest.mark.browser
def test_the_keyboard_reaches_the_buttons_and_home_brings_the_city_back(
    page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path
) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_map(page, standalone_html(payloads, bounds=bounds, title="Town"), tmp_path)
    zoom = f"() => {MAP}.getZoom()"
    home = page.evaluate(zoom)
    page.keyboard.press("Tab")  # the map itself
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function(f"(home) => {MAP}.getZoom() > home", arg=home)
    page.get_by_label("Show the whole city").press("Enter")
    page.wait_for_function(f"(home) => {MAP}.getZoom() === home", arg=home)


@pytest.mark.browser
def test_a_finger_finds_a_mark_on_a_phone(browser: Browser, payloads: Payloads, bounds: Bounds, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_map(page, standalone_html(payloads, bounds=bounds, title="Town"), tmp_path)
    assert page.locator(".atlas-legend-body").is_hidden()
    x, y = place(page, "stations", 2)
    page.touchscreen.tap(x + 8, y - 6)
    assert page.locator(".atlas-card h2").inner_text() == "Gamma"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.browser
def test_a_cluster_says_how_many_and_opens(page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path) -> None:
    page.emulate_media(reduced_motion="reduce")
    near = copy.deepcopy(payloads)
    near["stations"]["lon"][:] = [117.1, 117.1005, 117.101, 117.35]
    near["stations"]["lat"][:] = [32.1, 32.1, 32.1, 32.1]
    settings: dict[Kind, Mapping[str, object]] = {"stations": {"cluster": True}}
    file = tmp_path / "map.html"
    file.write_text(standalone_html(near, bounds=bounds, title="Town", settings=settings), "utf-8")
    page.goto(file.as_uri())
    counts = f"() => {MAP}.atlas.slots.stations.groups.map((place) => place.group.count)"
    page.wait_for_function(f"() => {MAP} && {MAP}.atlas.slots.stations && {MAP}.atlas.slots.stations.groups")
    assert page.evaluate(counts) == [3, 1]
    page.mouse.click(*place(page, "stations", 1))
    page.wait_for_function(PAINTED)  # close enough that every mark stands for itself
    assert page.locator(".atlas-card").is_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["stations", "bases"])
def test_what_is_chosen_in_a_cluster_has_a_whole_ring(
    page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path, kind: Kind
) -> None:
    page.emulate_media(reduced_motion="reduce")
    near = copy.deepcopy(payloads)
    for marks, east in (("stations", 0.0), ("bases", 0.004)):
        count = len(near[marks]["lon"])
        near[marks]["lon"][:] = [117.1 + east + 0.003 * step for step in range(count)]
        near[marks]["lat"][:] = [32.1] * count
    settings: dict[Kind, dict[str, object]] = {"stations": {"cluster": True}, "bases": {"cluster": kind == "stations"}}
    settings[kind]["selected"] = near[kind]["ids"][-1]
    file = tmp_path / "map.html"
    file.write_text(standalone_html(near, bounds=bounds, title="Town", settings=settings), "utf-8")
    page.goto(file.as_uri())
    page.wait_for_function(f"() => {MAP} && {MAP}.atlas.slots.stations && {MAP}.atlas.slots.stations.groups")
    if kind == "stations":
        x, y, count = page.evaluate(
            f"""() => {{
                const found = {MAP}.atlas.slots.stations.groups[0];
                const point = {MAP}.layerPointToContainerPoint([found.x, found.y]);
                const frame = {MAP}.getContainer().getBoundingClientRect();
                return [point.x + frame.x, point.y + frame.y, found.group.count];
            }}"""
        )
        reach = 13 + 4 * math.log10(count) + 5
    else:
        x, y = place(page, "bases", -1 % len(near["bases"]["lon"]))
        reach = near["bases"]["classes"][0]["size"] / 2 + 5
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
    around = [(x + reach * math.cos(turn), y + reach * math.sin(turn)) for turn in (0, 1, 2, 3, 4, 5, 6)]
    darkest = [
        picture.crop((int(east) - 1, int(south) - 1, int(east) + 2, int(south) + 2)).getextrema()[0]
        for east, south in around
    ]
    assert max(darkest) < 100


@pytest.mark.browser
def test_a_line_is_measured_on_the_ground(page: Page, payloads: Payloads, bounds: Bounds, tmp_path: Path) -> None:
    open_map(page, standalone_html(payloads, bounds=bounds, title="Town"), tmp_path)
    page.get_by_label("Measure a distance").click()
    page.mouse.click(*place(page, "stations", 0))
    page.mouse.click(*place(page, "stations", 2))  # 0.2 degrees of longitude at 32.05° north: 18.8 km
    shown = page.locator(".atlas-notice").inner_text()
    assert float(shown.removesuffix(" km")) == pytest.approx(18.85, abs=0.1)
    assert page.locator(".atlas-card").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator(".atlas-notice").is_hidden()
