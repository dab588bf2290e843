"""One look at the demonstration data as it ships."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import visits
from tests.app.office import serving, surroundings
from tests.app.visitor import MAP

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


NUMBERS = """() => {
    const {gaps, stations} = map_div.atlas.slots;
    const within = (place, other, apart) => Math.max(Math.abs(place.x - other.x), Math.abs(place.y - other.y)) < apart;
    const seen = stations.seen;
    const marks = Array.from({length: seen.count}, (_, at) => ({x: seen.x[at], y: seen.y[at]}));
    return gaps.discs.map((disc) => {
        const at = map_div.layerPointToContainerPoint([disc.x, disc.y]);
        const hidden = gaps.discs.some((other) => other !== disc && within(disc, other, 20)) ||
            marks.some((mark) => within(disc, mark, 11));
        return {rank: gaps.data.rank[disc.at], x: at.x, y: at.y, hidden};
    });
}"""


def test_the_first_ten_gaps_are_numbered_on_the_whole_city(browser: Browser, tmp_path: Path) -> None:
    with serving(surroundings(tmp_path / "register.sqlite3"), tmp_path / "log") as address:
        for visit in visits(browser, address):
            for asked in ("radius=500", "day=1&hour=22", "radius=300"):
                visitor = visit(f"/coverage?lang=en&{asked}").until_drawn("gaps").until_drawn("stations")
                visitor.until_map("slots.gaps.discs.length >= 10")
                numbers = visitor.map.evaluate(NUMBERS)
                assert [each["rank"] for each in numbers[:10]] == list(range(1, 11))
                assert not any(each["hidden"] for each in numbers)
                frame = visitor.page.locator(MAP).first.bounding_box()
                assert frame is not None
                visitor.page.mouse.click(frame["x"] + numbers[2]["x"], frame["y"] + numbers[2]["y"])
                visitor.card.filter(has_text="Gap 3").wait_for()
