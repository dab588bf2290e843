"""Where a register is kept in the tests of the contract: in a file, and on a server with PostGIS."""

from __future__ import annotations

from collections.abc import Callable

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
