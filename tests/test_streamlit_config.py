"""The Streamlit settings that ship: each is a setting Streamlit knows, and none reaches outside."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from streamlit.config import get_config_options

CONFIG = Path(__file__).parents[1] / ".streamlit" / "config.toml"


@pytest.fixture
def given() -> dict[str, Any]:
    sections = tomllib.loads(CONFIG.read_text("utf-8"))
    return {f"{section}.{name}": value for section, values in sections.items() for name, value in values.items()}


def test_streamlit_knows_every_setting(given: dict[str, Any]) -> None:
    assert given.keys() - get_config_options() == set()


def test_only_this_machine_is_served_and_nobody_is_told(given: dict[str, Any]) -> None:
    assert given["server.address"] == "127.0.0.1"
    assert given["browser.gatherUsageStats"] is False
    assert given["client.showErrorDetails"] == "none"


def test_no_font_or_other_file_is_named_by_url(given: dict[str, Any]) -> None:
    assert [name for name, value in given.items() if ":" in str(value)] == []


def test_the_script_of_the_pages_is_alone_in_its_folder() -> None:
    """Streamlit lets its neighbours be imported by their bare names, before any library of the same name."""
    root = CONFIG.parents[1]
    (script,) = re.findall(r'st\.App\("(.+?)"', (root / "app.py").read_text("utf-8"))
    beside = {each.name for each in (root / script).parent.iterdir()} - {"__pycache__"}
    assert beside == {"__init__.py", "main.py"}
