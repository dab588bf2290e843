"""Wrong usage, told in the reader's language whoever notices it."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Run

WRONG = {
    "foo": "foo",
    "assess --radius abc": "--radius",
    "assess --radius 0": "1",
    "assess --radius 1e9": "100000",
    "reach --radius 1 --date 2026-13-01": "2026-12-31",
    "assess --nope": "--nope",
    "assess --radius": "--radius",
    "assess --reach fly": "--reach",
    "export": "what",
    "export stations": "--output",
    "stations a b": "a b",
    "snapshot -o x.png --dpi 1.5": "--dpi",
    "edit S1 x=y --since then": "--since",
}


@pytest.mark.parametrize("command", WRONG)
def test_wrong_usage_is_told_in_chinese(run: Run, command: str) -> None:
    refused = run("--lang", "zh_CN", *command.split())
    assert (refused.code, refused.out) == (2, "")
    told = re.findall(r"│(.*)│", refused.err)
    words = "".join(told)
    assert re.search("[\u4e00-\u9fff]{2}", words), refused.err
    assert WRONG[command] in words
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", words.replace("a b", "")), words


@pytest.mark.parametrize("command", WRONG)
def test_wrong_usage_is_told_in_english(run: Run, command: str) -> None:
    refused = run("--lang", "en", *command.split())
    assert (refused.code, refused.out) == (2, "")
    assert WRONG[command] in refused.err
