"""Opening hours as a table of the week: what is read from it, and that nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.model.hours import Hours, parse_hours
from stations.model.week import DAYS, hours_of, rows_of

DAILY = "".join(DAYS)


def row(days: str, start: str, end: str, staff: str = "") -> dict[str, Any]:
    return {day: day in days for day in DAYS} | {"start": start, "end": end, "staff": staff}


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([row("01234", "08:00", "18:00")], "周一至周五 08:00-18:00"),
        ([row("01", "08:00", "12:00"), row("0", "14:00", "17:30")], "周一 8:00-12:00、14:00-17:30；周二 8:00-12:00"),
        ([row("0123456", "00:00", "24:00")], "24小时"),
        ([row("0123456", "22:00", "06:00")], "22:00-次日6:00"),
        ([row(DAILY, "00:00", "24:00"), row(DAILY, "08:00", "18:00", "staffed")], "24小时（8:00-18:00有人值守）"),
        ([row("6", "09:00", "12:00", "unattended")], "周日 9:00-12:00 无人值守"),
        ([row("6", "09:00", "12:00", "staffed"), row("", "", "")], "周日 9:00-12:00 有人值守"),
    ],
)
def test_a_table_says_what_the_line_says(rows: list[dict[str, Any]], text: str) -> None:
    expected = parse_hours(text)
    assert expected is not None
    assert hours_of(rows, on_holidays=expected.on_holidays) == expected


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("", "08:00", "18:00")],
        [row("0", "", "18:00")],
        [row("0", "08:00", "")],
        [row("0", "24:00", "08:00")],
        [row("0", "08:00", "12:00"), row("0", "11:00", "14:00")],
        [row("0", "22:00", "12:00"), row("1", "08:00", "14:00")],
        [row("0", "08:00", "12:00"), row("1", "08:00", "12:00", "staffed")],
    ],
)
def test_a_table_that_is_not_whole_says_nothing(rows: list[dict[str, Any]]) -> None:
    assert hours_of(rows, on_holidays=None) is None


TEXTS = (
    *("周一至周五 08:00-18:00", "24小时", "8:00-12:00、14:00-17:30", "22:00-次日6:00", "工作日 9:00-17:00"),
    *("24小时（8:00-18:00有人值守）", "周末 9:00-12:00 扫码进入"),
    "周一、周三 7:30-19:45；周日 10:00-16:00；节假日休息",
)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_known_comes_back_from_its_table(text: str) -> None:
    hours = parse_hours(text)
    assert hours is not None
    assert hours_of(rows_of(hours), on_holidays=hours.on_holidays) == hours


@given(
    st.lists(
        st.builds(
            row,
            st.sets(st.sampled_from(DAYS)).map("".join),
            st.sampled_from(("", "00:00", "06:30", "08:00", "12:00", "23:30")),
            st.sampled_from(("", "00:00", "08:00", "12:00", "18:00", "24:00")),
            st.sampled_from(("", "staffed", "unattended")),
        ),
        max_size=4,
    ),
    st.sampled_from((None, True, False)),
)
def test_whatever_a_table_says_it_says_again(rows: list[dict[str, Any]], on_holidays: bool | None) -> None:
    hours = hours_of(rows, on_holidays=on_holidays)
    if hours is not None:
        assert isinstance(hours, Hours)
        assert hours_of(rows_of(hours), on_holidays=on_holidays) == hours
