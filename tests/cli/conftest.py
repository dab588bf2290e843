"""The command line of the sample town's office, run in this process or, as people do, in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from stations.cli import main
from stations.model.errors import RegisterUnavailable
from stations.model.language import LANGUAGES, Language, current_language, use_language
from stations.planning.register import open_register
from tests.planning.town import TOWN, furnish

ROOT = Path(__file__).parents[2]


class Ran(NamedTuple):
    """What a command did: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; anything else there is a fault."""
        assert self.out.count("\n") == 1
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("profiles"))


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    spoken: Language = request.param
    return spoken


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite3"


@pytest.fixture(autouse=True)
def office(tmp_path: Path, profiles: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set up the environment of the office: English, its own profiles, a register nobody has touched."""
    for name in os.environ:
        if name.startswith("STATIONS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("STATIONS_CITY", TOWN)
    monkeypatch.setenv("STATIONS_DATABASE", str(database))
    monkeypatch.setenv("STATIONS_PROFILES", str(profiles))
    monkeypatch.setenv("STATIONS_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    before = current_language()
    yield
    use_language(before)
    with suppress(RegisterUnavailable):
        open_register(str(database)).close()
    open_register.cache_clear()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command line as a function, run in this process."""

    def command(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["stations", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return Ran(int(end.value.code or 0), *capfd.readouterr())

    return command


@pytest.fixture
def run_apart(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return the command line as a function, run as people do; what is given by name is its environment."""

    def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "stations", *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | environment,
            capture_output=True,
            check=False,
        )

    return command
