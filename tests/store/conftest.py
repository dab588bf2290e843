"""Where a register is kept in the tests of the contract: in a file, and on a server with PostGIS."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Return a function that gives a new place at each call: a path, or the URL of an empty database on a server."""
    if request.param == "postgresql":
        url: Callable[[], str] = request.getfixturevalue("postgis").database
        return url
    return lambda: str(tmp_path_factory.mktemp("register") / "register.sqlite3")


@pytest.fixture
def place(places: Callable[[], str]) -> str:
    """Return a new place of each kind in turn."""
    return places()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that is a file system of its own, with room for little."""
    folder = tmp_path / "盘 #1?"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount anything")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
