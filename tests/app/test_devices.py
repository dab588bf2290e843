"""A phone in the hand, and a visitor without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import Visit

pytestmark = pytest.mark.browser

SITING = "/siting?lang=en&from=demand&sites=2"
PHONE = {"width": 390, "height": 844}
CUT_OFF = """() => Array.from(document.querySelectorAll(".stMain *"))
    .filter((element) => element.getClientRects().length)
    .filter((element) => !element.closest("[data-testid=stDataFrame], [role=tooltip]"))
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.className)"""


@pytest.mark.parametrize("path", ["/?lang=en", "/?lang=zh_CN", "/coverage?lang=en&gap=1", SITING])
def test_nothing_is_cut_off_on_a_phone(visit: Visit, path: str) -> None:
    visitor = visit(path, viewport=PHONE, has_touch=True, is_mobile=True).until_drawn()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visitor.page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("path", ["/?lang=zh_CN", "/coverage?lang=zh_CN"])
def test_the_map_begins_on_the_first_screen_of_a_phone(visit: Visit, path: str) -> None:
    visitor = visit(path, viewport=PHONE, has_touch=True, is_mobile=True).until_drawn()
    top = visitor.page.locator("iframe").first.evaluate("(frame) => frame.getBoundingClientRect().top")
    assert top < PHONE["height"] * 2 / 3


def test_a_finger_chooses_a_station_and_sentence_map_card_and_list_follow_each_other(visit: Visit) -> None:
    visitor = visit("/?lang=en", viewport=PHONE, has_touch=True, is_mobile=True).until_drawn()
    x, y = visitor.spot("stations", 3)
    visitor.page.touchscreen.tap(x + 7, y - 6)
    visitor.until_query(selected="station:S-04")
    assert visitor.card.locator("h2").inner_text() == "Delta Market"
    parts = (".atlas-sentence", "iframe", ".atlas-card", "[data-testid=stDataFrame]")
    tops = [visitor.page.locator(part).first.evaluate("(e) => e.getBoundingClientRect().top") for part in parts]
    assert tops == sorted(tops)


@pytest.mark.parametrize("touches", [True, False])
def test_the_first_press_on_a_map_that_is_partly_in_view_does_not_move_the_page(visit: Visit, touches: bool) -> None:
    visitor = visit("/?lang=en", viewport=PHONE, has_touch=touches, is_mobile=touches).until_drawn()
    frame = visitor.page.locator("iframe").first
    before = frame.bounding_box()
    assert before is not None
    assert before["y"] + before["height"] > PHONE["height"]
    x, y = before["x"] + before["width"] / 2, before["y"] + 120
    visitor.page.touchscreen.tap(x, y) if touches else visitor.page.mouse.click(x, y)
    visitor.map.wait_for_function("document.activeElement === map_div.getContainer()")
    visitor.settled()
    assert frame.bounding_box() == before


def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    reached, unseen = [], []
    for _step in range(40):
        visitor.page.keyboard.press("Tab")
        where, seen = visitor.page.evaluate(FOCUSED)
        if where == "map":
            where, seen = visitor.map.evaluate(FOCUSED)
        reached.append(where)
        unseen += [] if seen else [where]
    expected = ["National 1", "Activity bases", "Group close marks", "Reset", "Zoom in", "Legend", "Search"]
    assert [name for name in expected if not any(where.startswith(name) for where in reached)] == []
    assert unseen == []


def test_a_chip_and_the_maps_buttons_work_without_a_mouse(visit: Visit) -> None:
    visitor = visit("/?lang=en").until_drawn()
    visitor.page.get_by_role("button", name="No honour 3").press("Space")
    visitor.until_query(tiers="national,provincial,municipal")
    zoom = visitor.view[2]
    visitor.map.get_by_label("Zoom in").press("Enter")
    visitor.until_map("map_div.getZoom() > arg", zoom)


# What has the focus, and whether it looks different for it.
FOCUSED = """async () => {
    const element = document.activeElement;
    if (element.tagName === "IFRAME") return ["map", true];
    const around = [element, element.parentElement, element.parentElement.parentElement, element.closest("label")];
    const parts = around.concat(Array.from(element.parentElement.children)).filter(Boolean);
    const look = () => {
        document.getAnimations().forEach((animation) => animation.finish());
        return parts.map((part) => {
            const style = getComputedStyle(part);
            return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.color].join();
        }).join("|");
    };
    const focused = look();
    element.blur();
    await new Promise((done) => setTimeout(done, 30)); // the page's own code takes its ring away
    const seen = look() !== focused || element.matches("body, main, canvas"); // a region, a table that draws its own
    element.focus({focusVisible: true});
    const name = element.getAttribute("aria-label") || element.getAttribute("placeholder") || element.innerText || "";
    return [name.trim() || element.outerHTML.slice(0, 90), seen];
}"""


@pytest.mark.parametrize("path", ["/coverage?lang=en", "/reports?lang=en&doing=maps"])
def test_help_makes_no_label_higher_and_stands_beside_its_word(visit: Visit, path: str) -> None:
    labels = visit(path).settled().page.locator("[data-testid=stSelectbox] [data-testid=stWidgetLabel]")
    labels.first.wait_for()
    boxes = labels.evaluate_all(LABELS)
    assert any(box["helped"] for box in boxes)
    assert len({(round(box["top"]), round(box["height"])) for box in boxes}) == 1
    assert all(4 <= box["apart"] <= 16 for box in boxes if box["helped"])


LABELS = """(labels) => labels.map((label) => {
    const [box, help] = [label.getBoundingClientRect(), label.querySelector("svg")];
    const word = label.querySelector("p").getBoundingClientRect();
    return {top: box.top, height: box.height, helped: Boolean(help),
        apart: help ? help.getBoundingClientRect().left - word.right : 0};
})"""
