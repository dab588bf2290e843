"""Angles in the notations that people copy from maps, receivers and reports."""

from __future__ import annotations

import pytest

from stations.model.angles import degrees


@pytest.mark.parametrize(
    "text",
    [
        "117°01'06\"",
        "117°1′6″",
        "117º 1’ 6”",
        "１１７°１′６″",
        "117度1分6秒",
        "东经117度1分6秒",
        "E 117°1'6\"",
        "117°1'6\"E",
        "117°01'06''",
        "117 1 6",
        "117:1:6",
        "经度：117°1′6″",
        "117°1.1'",
    ],
)
def test_degrees_minutes_and_seconds_are_read(text: str) -> None:
    assert degrees(text) == pytest.approx(117 + 1 / 60 + 6 / 3600, abs=1e-9)


@pytest.mark.parametrize("text", ["117.0183°", "E117.0183", "东经 117.0183", "117.0183 e", "117.0183"])
def test_a_number_with_a_sign_or_a_side_is_read(text: str) -> None:
    assert degrees(text) == 117.0183


@pytest.mark.parametrize(
    "text",
    [
        "",
        "东经",
        "117°60'",
        "117°1'60\"",
        "117.5°1'",
        "117 1",
        "1171°",
        "117,0183",
        "W117.0183",
        "117°1'6\"S",
        "约117°",
        "1" * 99,
    ],
)
def test_what_can_mean_something_else_is_not(text: str) -> None:
    assert degrees(text) is None
