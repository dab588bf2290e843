from __future__ import annotations

import json

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.output.encode import script_json

TEXT = st.text() | st.lists(st.sampled_from(["{", "%", "#", "}", "<", "/", "$", "`", "\\", "'", "!--"])).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)
FORBIDDEN = ("{{", "{%", "{#", "</", "<!", "${", "`", "\u2028", "\u2029")


@given(VALUES)
def test_what_goes_in_comes_out_and_nothing_can_be_taken_for_markup(value: object) -> None:
    text = script_json(value)
    assert not [mark for mark in FORBIDDEN if mark in text]
    assert text.isascii()
    assert json.loads(text) == value


@given(VALUES)
def test_jinja_leaves_it_alone(value: object) -> None:
    text = script_json(value)
    assert jinja2.Template(text).render() == text


def test_hostile_texts_come_out_as_they_went_in(hostile: tuple[str, ...]) -> None:
    assert json.loads(script_json(list(hostile))) == list(hostile)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_know_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        script_json([number])
