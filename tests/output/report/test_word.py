"""A table of a report fills the text's width; its numbers are never broken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stations.output.report.parts import ems
from stations.output.report.word import column_widths, plain

TEXT = 8844  # 156 mm in twentieths of a point
NAMES = st.text("驿站ab 1", max_size=60)


@given(st.integers(1, 9).flatmap(lambda count: st.lists(st.tuples(*[NAMES] * count), min_size=1, max_size=5)))
def test_columns_together_are_as_wide_as_the_text(rows: list[tuple[str, ...]]) -> None:
    body = [list(row) for row in rows]
    widths = column_widths(["头"] * len(body[0]), body, right=[False] * len(body[0]), size=9)
    assert abs(sum(widths) - TEXT) <= len(widths)
    assert min(widths) > 0


def test_a_number_has_room_beside_a_long_text() -> None:
    body = [["长" * 60, "1,234,567", "1"]]
    widths = column_widths(["名称", "人数", "站"], body, right=[False, True, True], size=10.5)
    assert widths[1] >= ems("1,234,567") * 10.5 * 20
    assert widths[0] > widths[1] > widths[2]


def test_a_text_is_one_line_without_what_xml_cannot_hold() -> None:
    assert plain("a\x07b\n c\ud800\ufffe 驿") == "ab c 驿"
