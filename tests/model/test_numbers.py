"""Figures are printed alike everywhere, and never as nan."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from stations.model import numbers
from stations.model.language import Language, use_language
from stations.model.language import gettext as _


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (0, "0 m"),
        (999.4, "999 m"),
        (999.6, "1.0 km"),
        (1000, "1.0 km"),
        (1049, "1.0 km"),
        (1051, "1.1 km"),
        (3750, "3.8 km"),
        (1_234_567, "1,234.6 km"),
    ],
)
def test_a_distance_changes_its_unit_at_one_kilometre(metres: float, words: str) -> None:
    assert numbers.distance(metres) == words


def test_a_share_that_was_asked_for_is_told_as_it_was_asked() -> None:
    told = [numbers.asked_share(part) for part in (0.97, 0.966, 0.966546, 0.3, 1.0)]
    assert told == ["97%", "96.6%", "96.6546%", "30%", "100%"]


def test_a_length_that_was_set_is_printed_to_the_metre() -> None:
    assert numbers.length(1000) == "1,000 m"
    assert numbers.length(3750.4) == "3,750 m"


@pytest.mark.parametrize(
    ("km2", "words"),
    [
        (0.004, "0.00 km²"),
        (1.005, "1.00 km²"),
        (9.994, "9.99 km²"),
        (10, "10.0 km²"),
        (999.94, "999.9 km²"),
        (7565, "7,565 km²"),
    ],
)
def test_an_area_has_the_decimals_its_size_needs(km2: float, words: str) -> None:
    assert numbers.area(km2) == words


@pytest.mark.parametrize(("part", "words"), [(0, "0.0%"), (0.41239, "41.2%"), (1, "100.0%")])
def test_a_share_is_printed_in_percent_with_one_decimal(part: float, words: str) -> None:
    assert numbers.share(part) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (999.6, "1,000"), (3_033_528, "3,033,528")])
def test_people_are_counted_whole_with_separators(count: float, words: str) -> None:
    assert numbers.people(count) == words


@pytest.mark.parametrize("printed", [numbers.people, numbers.share, numbers.distance, numbers.area])
@pytest.mark.parametrize("number", [None, math.nan, math.inf])
def test_a_figure_that_is_not_known_is_said_in_words(
    printed: Callable[[float | None], str], number: float | None, language: Language
) -> None:
    known = printed is numbers.distance and number == math.inf  # that nothing is reached
    assert (printed(number) == numbers.unknown()) is not known
    assert "nan" not in numbers.unknown()


@pytest.mark.parametrize(
    ("column", "decimals"),
    [([6.25, 3.5], 2), ([3.5, 5.0], 1), ([5.0, math.nan], 0), ([1.006], 2), ([0.001], 0), ([3, "a"], 0), ([], 0)],
)
def test_the_numbers_of_a_column_are_printed_with_the_decimals_that_one_of_them_needs(
    column: list[object], decimals: int
) -> None:
    assert numbers.decimals(column) == decimals


def test_coordinates_are_printed_to_ten_centimetres(language: Language) -> None:
    use_language(language)
    assert [numbers.decimals([117.0, 32.5], header=_(each)) for each in ("Longitude", "Latitude", "Cost")] == [6, 6, 1]


@pytest.mark.parametrize(
    ("metres", "words"), [(800.5, "800.5 m"), (1000, "1,000 m"), (3750, "3,750 m"), (99_999.25, "99,999.25 m")]
)
def test_a_radius_is_said_as_it_was_stated(metres: float, words: str, english: None) -> None:
    assert numbers.stated(metres) == words
