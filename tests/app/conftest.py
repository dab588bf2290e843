"""One server and one browser for all journeys; every visit that did what no visit may do fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.contexts import lending
from tests.app.office import furnish, serving, surroundings
from tests.app.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Visit = Callable[..., Visitor]

WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of the office whose pages are visited."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "profiles").mkdir()
    return surroundings(folder / "register.sqlite3", furnish(folder / "profiles"))


@pytest.fixture(scope="session")
def server(office: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the office's server."""
    with serving(office, tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """Return how to visit the office's pages: a path, and what the browser is like."""
    yield from visits(browser, server)


@pytest.fixture
def own_office(tmp_path: Path) -> dict[str, str]:
    """Return an office whose register a test may change and break."""
    (tmp_path / "profiles").mkdir()
    return surroundings(tmp_path / "register.sqlite3", furnish(tmp_path / "profiles"))


@pytest.fixture
def visit_own(browser: Browser, own_office: dict[str, str], tmp_path: Path) -> Iterator[Visit]:
    """Return how to visit the pages of `own_office`."""
    with serving(own_office, tmp_path / "log") as address:
        yield from visits(browser, address)


def visits(browser: Browser, home: str) -> Iterator[Visit]:
    """Hand out visitors of the server at `home`; afterwards none may have caused a fault."""
    visitors: list[Visitor] = []
    with ExitStack() as lent:

        def visiting(path: str = "/", *, viewport: dict[str, int] = WIDE, **like: Any) -> Visitor:
            visitor = Visitor(lent.enter_context(lending(browser, home, viewport=viewport, **like)), home)
            visitor.watch()
            visitors.append(visitor)
            return visitor.open(path)

        yield visiting
    assert [fault for visitor in visitors for fault in visitor.faults] == []


def read(path: Path) -> str:
    """Return a downloaded text, without its byte-order mark."""
    return path.read_text(encoding="utf-8-sig")
