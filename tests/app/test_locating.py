"""A station placed by its district alone is seen, told and not counted; once somebody gives its place, it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.office import command

if TYPE_CHECKING:
    from tests.app.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_station_that_stands_for_its_district_counts_once_its_place_is_given(
    own_office: dict[str, str], visit_own: Visit
) -> None:
    assert command(own_office, "locate").returncode == 0
    visitor = visit_own("/?lang=en").until_drawn()
    assert "37.5% of 5,600 residents within 1,000 m" in visitor.sentence
    assert visitor.legend()["Approximate place"] == "1"
    told = visitor.map.locator(".atlas-legend-part").first.inner_text()
    assert "1 is placed by its district or township alone, and no measure counts it." in told
    visitor = visit_own("/register?lang=en&selected=station:S-07&record=1")
    visitor.button("Edit this record").click()
    paste = visitor.page.get_by_label("Paste a map link or coordinates", exact=True)
    paste.fill("geo:32.5545,117.0653")
    paste.press("Tab")
    visitor.settled().button("Save").click()
    visitor.page.get_by_text("people newly within 1,000 m.").wait_for()
    assert "Estimated from" not in visitor.card.inner_text()
    visitor = visit_own("/?lang=en").until_drawn()
    assert "37.5%" not in visitor.sentence
    assert "Approximate place" not in visitor.legend()
