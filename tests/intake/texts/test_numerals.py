"""Any number is read back as the same number, in whatever notation it is written, and a limit means what it says."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.texts.numerals import Numeral, narrowed, numerals


def only(text: str) -> Numeral:
    (found,) = numerals(narrowed(text))
    return found


def wide(number: int) -> str:
    return f"{number:,}".translate({ord(each): ord(each) + 0xFEE0 for each in "0123456789,"})


NOTATIONS: list[Callable[[int], str]] = [
    str,
    "{:,}".format,
    lambda number: f"{number:,}".replace(",", " "),
    lambda number: f"{number:,}".replace(",", "\u00a0"),
    lambda number: f"{number:,}".replace(",", "\u202f"),
    lambda number: str(number).translate({ord(each): ord(each) + 0xFEE0 for each in "0123456789"}),
    wide,
    lambda number: str(cn2an.an2cn(number, "low")),
    lambda number: str(cn2an.an2cn(number, "up")),
    lambda number: f"{number / 10_000:.4f}万",
    lambda number: (
        f"{number // 10_000}万{number % 10_000 // 1000}千"
        if number > 9999 and number % 10_000 > 999 and number % 1000 == 0
        else ""
    ),
]


@given(number=st.integers(0, 99_999_999), notation=st.sampled_from(NOTATIONS))
def test_a_number_in_any_notation_is_read_back_as_the_same_number(number: int, notation: Callable[[int], str]) -> None:
    written = notation(number)
    if not written:
        return
    found = only(f"全市有工会驿站{written}个")
    assert (found.value, found.unit, found.bound) == (number, "个", "exactly")


@given(number=st.integers(0, 99_999_999), notation=st.sampled_from(NOTATIONS[:5]))
def test_a_number_in_english_is_read_back_as_the_same_number(number: int, notation: Callable[[int], str]) -> None:
    assert only(f"The city has {notation(number)} stations.").value == number


@given(number=st.integers(0, 9999), decimals=st.integers(1, 3))
def test_a_share_is_read_with_its_decimals(number: int, decimals: int) -> None:
    found = only(f"占{number / 10**decimals:.{decimals}f}%")
    assert (found.value, found.decimals, found.is_share) == (number / 10**decimals, decimals, True)


@pytest.mark.parametrize(
    ("written", "value", "least", "most"),
    [
        ("98个", 98, 98, 98),
        ("1000余家", 1000, 1000, math.inf),
        ("1000多家", 1000, 1000, math.inf),
        ("一千余家", 1000, 1000, math.inf),
        ("千余家", 1000, 1000, math.inf),
        ("百余个", 100, 100, math.inf),
        ("十余个", 10, 10, math.inf),
        ("10余万个", 100_000, 100_000, math.inf),
        ("上百个", 100, 100, math.inf),
        ("几十个", 20, 20, 99),
        ("数百家", 200, 200, 999),
        ("几十万个", 200_000, 200_000, 999_999),
        ("十几个", 11, 11, 19),
        ("二十几个", 21, 21, 29),
        ("百几十个", 120, 120, 199),
        ("七八个", 7, 7, 8),
        ("三五个", 3, 3, 5),
        ("三四十个", 30, 30, 40),
        ("十七八个", 17, 17, 18),
        ("二十四五个", 24, 24, 25),
        ("两三百个", 200, 200, 300),
        ("至少几十个", 20, 20, math.inf),
        ("不超过几百个", 999, -math.inf, 999),
        ("不少于50个", 50, 50, math.inf),
        ("50个以上", 50, 50, math.inf),
        ("at least 50", 50, 50, math.inf),
        ("no fewer than 50", 50, 50, math.inf),
        ("50 or more", 50, 50, math.inf),
        ("不超过50个", 50, -math.inf, 50),
        ("50个以内", 50, -math.inf, 50),
        ("up to 50", 50, -math.inf, 50),
        ("no more than 50", 50, -math.inf, 50),
        ("近100个", 100, 90, 100),
        ("nearly 100", 100, 90, 100),
        ("约100个", 100, 90, 110),
        ("about 100", 100, 90, 110),
        ("约130个", 130, 125, 135),
        ("约98个", 98, 97.5, 98.5),
        ("100个左右", 100, 90, 110),
        ("80至100个", 80, 80, 100),
        ("80个到100个", 80, 80, 100),
        ("８０～１００个", 80, 80, 100),
        ("八十至一百个", 80, 80, 100),
        ("80 to 100", 80, 80, 100),
        ("between 80 and 100", 80, 80, 100),
        ("约5.1%", 5.1, 5.0, 5.2),
    ],
)
def test_a_limit_means_what_it_says(written: str, value: float, least: float, most: float) -> None:
    found = only(written)
    assert (found.value, found.least, found.most) == (value, pytest.approx(least), pytest.approx(most))


@pytest.mark.parametrize("written", ["超过100个", "突破100个", "more than 100", "over 100"])
def test_more_than_does_not_include_the_number(written: str) -> None:
    assert 100 < only(written).least < 100.001


@pytest.mark.parametrize("written", ["不足100个", "不到100个", "fewer than 100", "under 100"])
def test_less_than_does_not_include_the_number(written: str) -> None:
    assert 99.999 < only(written).most < 100


def test_what_is_rounded_agrees_with_all_that_is_rounded_to_it() -> None:
    share, many = only("5.1%"), only("1.2万个")
    assert share.least == pytest.approx(5.05)
    assert share.most < 5.15
    assert (many.least, many.most) == (11_500, pytest.approx(12_500))


def test_two_numbers_that_fall_are_no_range() -> None:
    assert [each.value for each in numerals("from 2021 to 98")] == [2021, 98]
    assert [each.value for each in numerals("100至98个")] == [100, 98]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("ninety-eight stations", 98),
        ("Ninety eight stations", 98),
        ("one hundred and two stations", 102),
        ("two thousand three hundred stations", 2300),
        ("fourteen", 14),
    ],
)
def test_a_number_in_english_words_is_one_number(written: str, value: float) -> None:
    assert (only(written).value, only(written).bound) == (value, "exactly")


def test_one_alone_is_no_number_and_a_hundred_is_about_so_many() -> None:
    assert list(numerals("one of them, a station")) == []
    assert (only("a hundred stations").value, only("a hundred stations").bound) == (100, "about")
    assert (only("two or three stations").value, only("two or three stations").upper) == (2, 3)


@pytest.mark.parametrize(
    ("written", "value", "bound", "rough"),
    [
        ("三分之一", 33.33, "exactly", True),
        ("超过三分之二", 66.67, "more_than", True),
        ("三分之一以上", 33.33, "at_least", True),
        ("百分之六", 6, "exactly", False),
        ("百分之35.7", 35.7, "exactly", False),
    ],
)
def test_a_fraction_is_a_percentage(written: str, value: float, bound: str, rough: bool) -> None:
    found = only(written)
    assert (found.value, found.bound, found.rough, found.is_share) == (value, bound, rough, True)
    assert written[found.start : found.end] == written


@pytest.mark.parametrize("text", ["预约5个", "附近5个", "Dover 5"])
def test_a_part_of_another_word_is_no_limit(text: str) -> None:
    assert only(text).bound == "exactly"


@pytest.mark.parametrize(
    "text", ["", "无", "数百个", "9" * 40, "1.2.3", "千百万千百", "十亿万个", "九十八十个", "廿百个"]
)
def test_odd_ones_are_passed_over_or_read_without_a_fault(text: str) -> None:
    assert all(math.isfinite(each.value) for each in numerals(text))


@pytest.mark.parametrize(
    "unit",
    [
        "9",
        "1,000",
        "千",
        "1 000 ",
        "5至",
        "between 5 and ",
        "不",
        "1.",
        "1万",
        "〇一",
        "1,",
        "约",
        "5 or ",
        "one hundred and ",
        "三分之",
    ],
)
def test_a_long_text_takes_its_time_by_its_length(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert all(0 <= each.start < each.end <= len(text) for each in numerals(text))


@given(st.text(alphabet="0123456789,. 余多个家一二十百千万亿至-~%约近以上\u00a0between and to", max_size=60))
def test_a_number_stands_where_it_is_said_to(text: str) -> None:
    found = list(numerals(narrowed(text)))
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(this.end <= following.start for this, following in pairwise(found))
    assert all(each.least <= each.most for each in found)
