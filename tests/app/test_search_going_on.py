"""A search that takes its time: the page stays at hand meanwhile, and whoever has seen enough ends it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import visits
from tests.app.office import serving, surroundings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

    from tests.app.conftest import Visit
    from tests.app.visitor import Visitor

pytestmark = pytest.mark.browser

MINUTES = "model=budget&budget=3000003&from=bases,grid&costs=bases:77777,grid:130000&limit=300"
PATIENCE_MS = 60_000


def going_on(visit: Visit, asked: str = MINUTES) -> Visitor:
    """Return a visitor with an answer that the search may yet better."""
    visitor = visit("/?lang=en")
    visitor.page.goto(f"{visitor.home}/siting?lang=en&{asked}")
    said(visitor, "new stations newly reach")
    progress(visitor).wait_for()
    return visitor


def said(visitor: Visitor, words: str) -> None:
    """Wait for words of the sentence, also while the search goes on."""
    visitor.page.locator(".atlas-sentence").filter(has_text=words).wait_for()


def progress(visitor: Visitor, words: str = "of 300 s") -> Locator:
    return visitor.page.locator(".st-key-progress").filter(has_text=re.compile(words))


def going_up(visitor: Visitor, asked: str) -> None:
    """Count a number up with clicks, the next one before the last is answered: none is lost."""
    visitor.page.goto(f"{visitor.home}/siting?lang=en&{asked}")
    field = visitor.page.get_by_label("New stations", exact=True)
    field.wait_for()
    more, before = visitor.page.get_by_test_id("stNumberInputStepUp"), int(field.input_value())
    for number in range(1, 8):
        more.click()
        assert field.input_value() == str(before + number)
        visitor.page.wait_for_timeout(700)
        assert field.input_value() == str(before + number)
    visitor.page.wait_for_url(re.compile(f"sites={before + 7}"))


def test_a_search_is_ended_by_whoever_has_seen_enough_and_by_nobody_else(browser: Browser, tmp_path: Path) -> None:
    """After 20 s it is at a step that lasts for half a minute more, and nobody waits for that."""
    with serving(surroundings(tmp_path / "register.sqlite3"), tmp_path / "log") as address:
        for visit in visits(browser, address):
            visitor, other = going_on(visit), going_on(visit)
            progress(visitor, r"proof: 2\d of 300 s").wait_for(timeout=PATIENCE_MS)
            visitor.button("Stop").click()
            visitor.button("Search on").wait_for()
            assert "(gap 0." in visitor.settled().sentence
            visitor.page.get_by_text("The search was stopped before it was asked").wait_for()
            assert progress(other).is_visible()  # it goes on for the other one
            shown = visitor.sentence
            visitor.button("Search on").click()
            progress(visitor, r"proof: [2-9]\d of 300 s").wait_for()  # which is the one that has not ended
            other.page.get_by_label("Budget", exact=True).fill("600000")
            other.page.get_by_label("Budget", exact=True).press("Enter")
            said(other, "of a budget of 600,000")
            other.page.wait_for_url(re.compile("budget=600000"))
            visitor.button("Stop").click()
            visitor.button("Search on").wait_for()
            assert visitor.settled().sentence == shown
            going_up(other, "model=least-farthest&sites=33&from=grid&grid=1500&limit=300")
            visitor.page.reload()  # by which nothing that was ended early is shown as all that can be found
            progress(visitor, r"\d of 300 s").wait_for()
            visitor.page.get_by_role("link", name="Overview", exact=True).click()
            visitor.until_sentence("98 stations")
