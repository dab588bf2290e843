"""A town drawn by hand, whose answers can be counted on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stations.model.language import current_language, use_language
from tests.analysis.towns import Town, demand_frame, district_frame, station_frame


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = current_language()
    use_language("en")
    yield
    use_language(before)


@pytest.fixture
def toy_town() -> Town:
    """Return two districts of 2 km x 3 km, one point in the middle of each km², and one point outside.

    People, north on top; the stations are beside their cells::

               West (code W)       East (code E)
        2.5        10      20   |      30       0
        1.5         5       0   |      40      50 s1
        0.5     s0 15      25   |   s2 60      70       7 (no district)
        km        0.5     1.5         2.5     3.5     4.5

    s0 is national, s1 municipal, s2 has no honour. Within 1,000 m, neighbours along x and y are exactly at the
    radius and diagonal ones are beyond it.
    """
    people = [[15, 25, 60, 70], [5, 0, 40, 50], [10, 20, 30, 0]]
    cells = [(500 + 1000 * x, 500 + 1000 * y) for y in range(3) for x in range(4)]
    return Town(
        demand_frame(
            [*cells, (4500, 500)],
            [*(count for row in people for count in row), 7],
            district=[*(["W", "W", "E", "E"] * 3), None],
            labels=[*(f"{column}{row}" for row in "123" for column in "abcd"), "e1"],
        ),
        station_frame([(500, 500), (3500, 1500), (2500, 500)], ["national", "municipal", "none"]),
        district_frame({"W": (0, 0, 2000, 3000), "E": (2000, 0, 4000, 3000)}),
    )
