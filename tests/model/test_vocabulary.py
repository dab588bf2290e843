"""The words a record may use: one meaning each, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.model.vocabulary import Datum, Facility, FacilityState, Status, Term, Tier, folded

VOCABULARIES = Term.__subclasses__()


def names(term: Term) -> tuple[str, ...]:
    return term.value, term.zh, term.en, *term.aliases


@pytest.mark.parametrize("terms", VOCABULARIES)
def test_no_name_means_two_members(terms: type[Term]) -> None:
    meanings: dict[str, set[Term]] = {}
    for term in terms:
        for name in names(term):
            meanings.setdefault(folded(name), set()).add(term)
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("terms", VOCABULARIES)
def test_every_name_is_read_as_its_member(terms: type[Term]) -> None:
    for term in terms:
        assert {terms.read(name) for name in names(term)} == {term}


@pytest.mark.parametrize("terms", VOCABULARIES)
def test_a_member_is_found_by_its_value_and_equals_it(terms: type[Term]) -> None:
    for term in terms:
        assert terms(term.value) is term
        assert {term: 1}[term.value] == 1
        assert str(term) == term.value


@pytest.mark.parametrize("terms", VOCABULARIES)
def test_values_are_plain_keys_and_both_labels_are_given(terms: type[Term]) -> None:
    for term in terms:
        assert term.value.isascii()
        assert " " not in term.value
        assert term.label("zh_CN") == term.zh != ""
        assert term.label("en") == term.en != ""
        assert term.en.isascii()


@pytest.mark.parametrize("terms", VOCABULARIES)
def test_labels_tell_the_members_apart(terms: type[Term]) -> None:
    for language in ("zh_CN", "en"):
        assert len({term.label(language) for term in terms}) == len(terms)


@pytest.mark.parametrize("text", ["ＷＧＳ－８４", " wgs 84 ", "EPSG:4326", "大地坐标系"])
def test_width_case_and_spaces_do_not_matter(text: str) -> None:
    assert Datum.read(text) is Datum.WGS84


@pytest.mark.parametrize("text", ["", " ", "WGS72", "不知道"])
def test_what_is_not_in_the_list_is_no_member(text: str) -> None:
    assert Datum.read(text) is None


def test_what_each_facility_state_is_called_in_lists() -> None:
    assert FacilityState.read("√") is FacilityState.YES
    assert FacilityState.read("×") is FacilityState.NO
    assert Facility.read("卫生间") is Facility.TOILET
    assert Status.read("停用") is Status.SUSPENDED


def test_tiers_are_ordered_from_the_highest_honour_down() -> None:
    assert list(Tier) == [Tier.NATIONAL, Tier.PROVINCIAL, Tier.MUNICIPAL, Tier.NONE]
    assert [tier.rank for tier in Tier] == [0, 1, 2, 3]
    assert Tier.at_least(Tier.MUNICIPAL) == (Tier.NATIONAL, Tier.PROVINCIAL, Tier.MUNICIPAL)
    assert Tier.at_least(Tier.NATIONAL) == (Tier.NATIONAL,)
    assert Tier.at_least(Tier.NONE) == tuple(Tier)


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    once = folded(text)
    assert "".join(once.split()) == once
    assert folded(folded(text)) == folded(once)
