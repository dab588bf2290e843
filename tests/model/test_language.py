"""What is said in which language, and to whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from stations.model.language import (
    LANGUAGES,
    Language,
    as_language,
    current_language,
    gettext,
    listed,
    ngettext,
    sentences,
    use_language,
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("en_US.UTF-8", "en"),
        ("zh", "zh_CN"),
        ("zh-CN", "zh_CN"),
        ("zh_TW", "zh_CN"),
        ("fr", "zh_CN"),
        ("", "zh_CN"),
        (None, "zh_CN"),
    ],
)
def test_the_forms_of_browsers_and_systems_are_understood(text: str | None, language: Language) -> None:
    assert as_language(text) == language


def test_an_unknown_message_comes_back_as_it_is(language: Language) -> None:
    assert gettext("Nobody wrote this {down}") == "Nobody wrote this {down}"
    assert gettext("") == ""


def test_english_knows_one_and_many() -> None:
    use_language("en")
    assert [ngettext("{n} frog", "{n} frogs", count) for count in (0, 1, 2)] == ["{n} frogs", "{n} frog", "{n} frogs"]


def test_lists_and_sentences_are_joined_as_the_language_does() -> None:
    assert {language: listed(["a", "b"], language) for language in LANGUAGES} == {"zh_CN": "a、b", "en": "a, b"}
    use_language("en")
    assert (listed(["a", "b"]), sentences(["A.", "B."])) == ("a, b", "A. B.")
    use_language("zh_CN")
    assert (listed(["a", "b"]), sentences(["甲。", "乙。"])) == ("a、b", "甲。乙。")


def test_each_thread_speaks_its_own_language() -> None:
    use_language("en")
    with ThreadPoolExecutor(1) as other:
        other.submit(use_language, "zh_CN").result()
        assert other.submit(current_language).result() == "zh_CN"
    assert current_language() == "en"
