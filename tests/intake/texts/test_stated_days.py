"""The days and spans that a text names, in the words of offices."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.texts.stated_days import StatedDay, stated_days


def only(text: str) -> StatedDay:
    (found,) = stated_days(text)
    return found


@pytest.mark.parametrize(
    ("text", "day", "since"),
    [
        ("截至2022年底", "2022-12-31", None),
        ("截至2022年12月31日", "2022-12-31", None),
        ("2022年末", "2022-12-31", None),
        ("2022年", "2022-12-31", "2021-12-31"),
        ("二〇二二年", "2022-12-31", "2021-12-31"),
        ("2022年2月", "2022-02-28", "2022-01-31"),
        ("2022年十一月三日", "2022-11-03", None),
        ("2022年上半年", "2022-06-30", "2021-12-31"),
        ("2022年第三季度", "2022-09-30", "2022-06-30"),
        ("2021—2022年", "2022-12-31", "2020-12-31"),
        ("2020年至2022年", "2022-12-31", "2019-12-31"),
        ("2022年以来", None, "2021-12-31"),
        ("2022-12-31", "2022-12-31", None),
        ("by the end of 2022", "2022-12-31", None),
        ("at the end of June 2022", "2022-06-30", None),
        ("as of 31 December 2022", "2022-12-31", None),
        ("December 31, 2022", "2022-12-31", None),
        ("in 2022", "2022-12-31", "2021-12-31"),
        ("in the first half of 2022", "2022-06-30", "2021-12-31"),
        ("since 2022", None, "2021-12-31"),
        ("目前", None, None),
        ("currently", None, None),
    ],
)
def test_a_day_or_a_span_is_understood(text: str, day: str | None, since: str | None) -> None:
    found = only(f"{text} ")
    assert (found.day, found.since) == tuple(each and dt.date.fromisoformat(each) for each in (day, since))
    assert (text[found.start : found.end], found.vague) == (text, False)


@pytest.mark.parametrize("text", ["去年", "去年底", "近年来", "近三年", "十四五", "last year", "in recent years"])
def test_what_cannot_be_told_from_the_text_is_vague(text: str) -> None:
    assert only(text).vague


@pytest.mark.parametrize(
    "text", ["较上年", "比去年", "than last year", "2022年13月32日", "Plan 2022", "2,022", "12022", ""]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert [each for each in stated_days(text) if each.vague or each.day] == []


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_any_day_is_read_back_in_every_way_it_is_written(day: dt.date) -> None:
    written = (
        f"{day.year}年{day.month}月{day.day}日",
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b} {day.day}, {day.year}",
    )
    assert [only(text).day for text in written] == [day] * len(written)


@pytest.mark.parametrize("unit", ["2022年", "2022", "in the ", "截至", "1 Jan ", "近五", "end of "])
def test_a_long_text_takes_its_time_by_its_length(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert all(0 <= each.start < each.end <= len(text) for each in stated_days(text))
