"""A question from outside is checked before anything is measured."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.model.errors import BadChoice
from stations.model.language import Language
from stations.model.vocabulary import Tier
from stations.planning.assess import Question
from stations.planning.questions import LEAST_M, MOST_M, question_from, radius_from


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("1000", 1000),
        (" 1,000 m ", 1000),
        ("１０００米", 1000),
        ("1e3", 1000),
        ("500.5", 500.5),
        ("1", 1),
        ("100000", 100_000),
    ],
)
def test_a_radius_is_read_as_people_write_it(text: str, metres: float) -> None:
    assert radius_from(text) == metres


@pytest.mark.parametrize("text", ["", "0", "0.9", "100001", "-5", "nan", "inf", "1_000", "far", "1 km", "1000;drop"])
def test_what_is_no_radius_is_refused_in_words(text: str, language: Language) -> None:
    with pytest.raises(BadChoice) as refusal:
        radius_from(text)
    assert f"“{text}”" in str(refusal.value)


@given(st.text())
def test_any_text_is_a_radius_or_refused(text: str) -> None:
    with suppress(BadChoice):
        assert LEAST_M <= radius_from(text) <= MOST_M


@pytest.mark.parametrize(
    ("tier", "known"), [(None, None), ("", None), ("municipal", Tier.MUNICIPAL), ("省级", Tier.PROVINCIAL)]
)
def test_a_tier_is_read_by_key_or_label(tier: str | None, known: Tier | None) -> None:
    assert question_from({"radius": "500"} | ({} if tier is None else {"tier": tier})) == Question(500, tier=known)


def test_a_tier_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadChoice):
        question_from({"radius": "500", "tier": "gold"})
