"""A PostgreSQL server with PostGIS of our own, as long as the tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

NO_POSTGIS = (
    "No PostgreSQL with PostGIS was found, so this comparison did not run. Install it, on Debian with "
    "`apt-get install postgresql-postgis`."
)
DEBIAN = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
PROGRAMS = os.pathsep.join([os.environ.get("PATH", ""), *DEBIAN])


class Postgis(NamedTuple):
    """A server that listens on a Unix socket in a folder of its own; `owner` is how to become its user."""

    folder: str
    owner: tuple[str, ...]

    def run(self, program: str, *arguments: str, given: str | None = None) -> str:
        path = shutil.which(program, path=PROGRAMS)
        assert path is not None
        command = [*self.owner, path, *arguments]
        # A server keeps the output of what started it open: to a file, or we should wait for its end.
        with tempfile.TemporaryFile("w+") as told:
            done = subprocess.run(
                command, input=given, text=True, stdout=told, stderr=subprocess.STDOUT, cwd="/", check=False
            )
            told.seek(0)
            text = told.read()
        assert done.returncode == 0, text
        return text

    def database(self, *, template: str = "template1") -> str:
        """Make a new database, with PostGIS unless its template has none (``template0``), and return its URL."""
        name = f"d{uuid.uuid4().hex}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template};")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def start(self, *settings: str) -> None:
        told = " ".join(
            f"-c {each}" for each in ("listen_addresses=''", f"unix_socket_directories='{self.folder}'", *settings)
        )
        self.run("pg_ctl", self.data, "--wait", f"--log={self.folder}/log", f"--options={told}", "start")

    def stop(self) -> None:
        """End every process of the server at once; what it had acknowledged is in its log alone."""
        self.run("pg_ctl", self.data, "--wait", "--mode=immediate", "stop")

    @property
    def data(self) -> str:
        return f"--pgdata={self.folder}/data"

    def ask(self, sql: str) -> str:
        options = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
        return self.run("psql", *options, f"--host={self.folder}", "--username=postgres", "postgres", given=sql)


def missing() -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(NO_POSTGIS, pytrace=False)
    pytest.skip(NO_POSTGIS)


@pytest.fixture(scope="session")
def postgis() -> Iterator[Postgis]:
    """Return a server of our own that nobody else can reach; without PostGIS, fail in CI and skip elsewhere."""
    with running("fsync=off") as server:
        if not server.ask("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis';").strip():
            missing()
        server.ask("CREATE EXTENSION postgis;")
        reach = ("psql", f"--host={server.folder}", "--username=postgres")
        server.run(*reach, "template1", given="CREATE EXTENSION postgis;")
        yield server


@contextmanager
def running(*settings: str) -> Iterator[Postgis]:
    """Run a server of our own with some settings, in a folder that goes with it."""
    if not all(shutil.which(program, path=PROGRAMS) for program in ("initdb", "pg_ctl", "psql")):
        missing()
    # Not in `tmp_path`: the path of a Unix socket is at most 107 bytes, and only root may go into root's `tmp_path`,
    # where PostgreSQL refuses to be root.
    with tempfile.TemporaryDirectory(prefix="stations-postgis-") as folder:
        as_root = os.geteuid() == 0
        if as_root:
            shutil.chown(folder, "postgres")
        server = Postgis(folder, ("runuser", "-u", "postgres", "--") if as_root else ())
        made = ("--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        server.run("initdb", server.data, *made)
        server.start(*settings)
        try:
            yield server
        finally:
            server.stop()
