"""Both languages, and none left behind for the next test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stations.model.language import LANGUAGES, Language, current_language, use_language


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = current_language()
    yield
    use_language(before)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    spoken: Language = request.param
    use_language(spoken)
    return spoken
