"""What stands around every page, without a browser."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest


def _page_with_a_fault() -> None:
    from stations.app import frame

    with frame.telling_faults():
        raise ZeroDivisionError


def test_what_nobody_foresaw_is_told_in_our_words_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="stations.app.frame"):
        shown = AppTest.from_function(_page_with_a_fault, default_timeout=60).run()
    assert not shown.exception
    assert [button.label for button in shown.button] == ["重试"]
    assert "ZeroDivisionError" in caplog.text
