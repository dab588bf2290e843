"""Every word on the pages is in the visitor's language; names stay as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.app.office import NAMES

if TYPE_CHECKING:
    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

CHINESE = re.compile(r"[\u3400-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
IN_EVERY_LANGUAGE = {"中文", "English"}
# What the test's own data says, units, standards and formats.
DATA = re.compile(
    r"\b[SB]-0\d\b|Alpha Bank|Beta Library|Gamma Depot|Delta Market|Epsilon Park|Zeta Clinic|Eta Garden|Book corner"
    r"|Family home|\d (First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth) Street"
    r"|moved away|GB 50180-2018|TD/T 1062-2021|WGS84|CSV|\bmin\b|\bkm²?\b"
    r"|\byyyy\b|\bmm\b|\bdd\b"  # what an empty date asks for comes from the browser, in its language
    r"|python -m stations import (FILE|文件) --city \d+|--demand (FILE|文件)|STATIONS_DEMAND"
)
# Streamlit labels its own parts in English (“Help for …”, “Open”): on the page the words that are seen count.
WORDS = """(attributes) => {
    const seen = [];
    const walk = (node) => {
        if (node.nodeType === Node.TEXT_NODE) seen.push(node.textContent.trim());
        if (node.nodeType !== Node.ELEMENT_NODE) return;
        if (node.matches("script, noscript, style, [data-testid=stIconMaterial]")) return;
        for (const name of attributes) seen.push(node.getAttribute(name) || "");
        node.childNodes.forEach(walk);
    };
    walk(document.querySelector(".stMain") || document.body);
    return seen.filter(Boolean);
}"""


def words(visitor: Visitor) -> list[str]:
    """Return every word on the page and its map, also those said only to readers who do not see it."""
    seen = visitor.page.evaluate(WORDS, ["placeholder"])
    said = [visitor.page.title(), *seen, *visitor.map.evaluate(WORDS, ["title", "aria-label"])]
    return [DATA.sub("", text) for text in said if text not in IN_EVERY_LANGUAGE]


def help_texts(visitor: Visitor) -> list[str]:
    said = []
    for icon in visitor.page.get_by_test_id("stTooltipIcon").get_by_test_id("stTooltipHoverTarget").all():
        icon.hover()
        said.append(visitor.page.get_by_test_id("stTooltipContent").inner_text())
    return [DATA.sub("", text) for text in said]


def in_chinese(texts: list[str]) -> list[str]:
    names = set(NAMES.values())
    return [text for text in texts if text not in names and CHINESE.search(text)]


def in_english(texts: list[str]) -> list[str]:
    return [text for text in texts if ENGLISH.search(text)]


@pytest.mark.parametrize(
    "path", ["/?bases=1&cluster=1&selected=station:S-06", "/coverage?gap=1", "/coverage?city=410100"]
)
def test_the_switch_turns_every_word_into_english_and_back(visit: Visit, path: str) -> None:
    visitor = visit(path).until_drawn()
    assert in_english(words(visitor)) == []
    assert in_english(help_texts(visitor)) == []
    visitor.page.get_by_role("radio", name="English").click()
    visitor.until_query(lang="en").page.get_by_role("link", name="Overview").wait_for()
    visitor.until_map("map_div.getContainer().lang === 'en' && !map_div.atlas.loading")
    tables = range(1 if "selected" in path else 2)
    for at in tables:
        visitor.until_header("District", at)
    chinese = in_chinese(words(visitor) + help_texts(visitor))
    if "410100" not in path:  # whose names are Chinese alone
        assert chinese == ["示例数据"] * ("selected" in path)  # the source of every made-up record
    visitor.toggle("Activity bases") if "selected" in path else visitor.choose(
        "Service radius", "5-minute walk (300 m)"
    )
    visitor.settled()  # a part of the page has run again
    if "410100" not in path:
        assert set(in_chinese(words(visitor))) <= {"示例数据"}
    visitor.page.get_by_role("radio", name="中文").click()
    visitor.until_query(lang="zh_CN").page.get_by_role("link", name="总览").wait_for()
    visitor.until_map("map_div.getContainer().lang === 'zh-CN' && !map_div.atlas.loading")
    for at in tables:
        visitor.until_header("县区", at)
    assert in_english(words(visitor)) == []


def test_an_address_in_a_language_that_is_not_spoken_says_so(visit: Visit) -> None:
    visitor = visit("/?lang=fr")
    visitor.page.get_by_text("lang=fr").wait_for()


@pytest.mark.parametrize(
    "path", ["/?lang=en", "/siting?lang=en&from=demand&sites=2", "/?lang=en&view=117.00000,32.60000,11"]
)
def test_the_map_stays_where_it_looked(visit: Visit, path: str) -> None:
    visitor = visit(path).until_drawn()
    visitor.still()
    before, shared = visitor.view, visitor.query.get("view")
    for name, link, lang in (("中文", "总览", "zh-CN"), ("English", "Overview", "en")):
        visitor.page.get_by_role("radio", name=name).click()
        visitor.page.get_by_role("link", name=link).wait_for()
        visitor.settled()
        visitor.until_map("map_div.getContainer().lang === arg && !map_div.atlas.loading", lang)
        visitor.still()
        assert visitor.view == before
        assert visitor.query.get("view") == shared
