"""A browser context that is lent out again holds nothing of the visitor before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.contexts import lending

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

LEAVE = "() => { localStorage.left = '1'; sessionStorage.left = '2'; document.cookie = 'left=3' }"
FOUND = "() => [localStorage.length, sessionStorage.length, document.cookie.includes('left'), history.length]"
LIKE = {"viewport": {"width": 800, "height": 600}}


def test_nothing_is_left_of_the_visitor_before(browser: Browser, server: str) -> None:
    with lending(browser, server, **LIKE) as page:
        page.goto(f"{server}/_stcore/health")
        found = page.evaluate(FOUND)
        page.evaluate(LEAVE)
        before = page.context
    with lending(browser, server, **LIKE) as page:
        assert page.context is before
        assert before.pages == [page]
        page.goto(f"{server}/_stcore/health")
        assert page.evaluate(FOUND) == found


def test_of_two_visitors_at_once_each_has_a_context_of_his_own(browser: Browser, server: str) -> None:
    with lending(browser, server, **LIKE) as one, lending(browser, server, **LIKE) as other:
        assert one.context is not other.context
