from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stations.output.figures.lettering import POINT_MM, fitted, lines


@given(st.text("驿站，。 abc-1", max_size=60), st.floats(2, 40))
def test_breaking_a_text_loses_nothing(text: str, width: float) -> None:
    assert "".join(lines(text, width)) == text


@given(st.text("驿站工会淮南", min_size=1, max_size=60), st.integers(1, 20))
def test_chinese_lines_are_as_wide_as_they_may_be(text: str, width: int) -> None:
    assert [len(line) for line in lines(text, width)][:-1] == [width] * ((len(text) - 1) // width)


def test_a_line_breaks_between_words_and_never_before_a_full_stop() -> None:
    assert list(lines("within 1,000 m", 6)) == ["within ", "1,000 m"]
    assert list(lines("数据日期。", 4)) == ["数据日", "期。"]


def test_a_text_takes_the_first_size_in_which_it_fits() -> None:
    box = (10 * POINT_MM * 10, 30 * POINT_MM)  # ten characters of 10 points, 30 points high
    assert fitted(["站" * 10], (10, 5), box_mm=box).size == 10
    assert fitted(["站" * 20], (10, 5), box_mm=box).lines == ["站" * 10] * 2
    assert fitted(["站" * 40], (10, 5), box_mm=box) == (5, ["站" * 20] * 2)
    assert "".join(fitted(["站" * 500], (10, 5), box_mm=box).lines) == "站" * 500
