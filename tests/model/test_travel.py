from __future__ import annotations

import math

import pytest

from stations.model.errors import BadChoice
from stations.model.travel import as_mode, metres_in


def test_minutes_become_metres_at_the_planning_speeds() -> None:
    assert metres_in(15, "walk") == pytest.approx(900)
    assert metres_in(15, "ebike") == pytest.approx(3750)
    assert metres_in(6, "truck") == pytest.approx(3000)
    assert metres_in(6, "truck", speed_km_h=40) == pytest.approx(4000)


@pytest.mark.parametrize("number", [0, -1, math.nan, math.inf])
def test_no_time_and_no_speed_are_refused(number: float) -> None:
    with pytest.raises(BadChoice):
        metres_in(number, "walk")
    with pytest.raises(BadChoice):
        metres_in(1, "walk", speed_km_h=number)


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(BadChoice, match="walk, ebike, truck"):
        as_mode("plane")
