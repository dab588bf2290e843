"""One look at the demonstration data as it ships."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import visits
from tests.app.office import serving, surroundings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_the_first_start_shows_huainans_demonstration_data(browser: Browser, tmp_path: Path) -> None:
    with serving(surroundings(tmp_path / "register.sqlite3"), tmp_path / "log") as address:
        for visit in visits(browser, address):
            visitor = visit("/?bases=1").until_drawn("bases")
            assert visitor.sentence.startswith("98 个站点")
            assert list(visitor.legend().values())[:4] == ["5", "6", "35", "52"]
            assert int(visitor.legend(1)["阵地"].replace(",", "")) > 1000
            assert visitor.page.locator(".atlas-demo").inner_text().startswith("示例数据")
            assert visitor.map.locator(".atlas-badge").inner_text() == "示例数据"
            visitor.page.mouse.click(*visitor.spot("stations", 0))
            visitor.card.locator("h2").filter(has_text="示例").wait_for()
            visitor = visit("/coverage").until_drawn("people")
            assert "3,033,528" in visitor.sentence
